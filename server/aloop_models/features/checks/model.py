"""Checks of providers and models against the catalog; what it does not list is not an error."""

from __future__ import annotations

from collections.abc import Iterator

from aloop_models.catalog import (
    Catalog,
    ModelFacts,
    ProviderFacts,
    is_label,
    litellm_id,
    one_slip,
    provider_of,
    split_id,
)
from aloop_models.catalog import provider_table as table
from aloop_models.catalog.facts import RETIRING_DAYS, RETIRING_SOON_DAYS
from aloop_models.catalog.key_forms import provider_of_key
from aloop_models.catalog.provider_hosts import provider_of_host
from aloop_models.catalog.redaction import redact
from aloop_models.core.document import Entry
from aloop_models.core.lazy_re import lazy_re
from aloop_models.features.checks.distance import host_of
from aloop_models.features.checks.endpoint_path import url_suits
from aloop_models.features.checks.fixes import offer, replace_part
from aloop_models.features.checks.key_owner import fixes_to_owner, ids_of_owner, other_owner
from aloop_models.features.checks.model_id import is_clear, is_for_ollama, letters_of, near_models
from aloop_models.features.checks.openrouter import openrouter_name
from aloop_models.features.checks.spans import part_of
from aloop_models.features.checks.wording import list_choices, quote_name
from aloop_models.features.diagnostic import Diagnostic, Fix, Rule, Severity, SeverityCase
from aloop_models.features.formatting import plural
from aloop_models.snapshot import Facts

UNKNOWN_PROVIDER = Rule(
    "unknown-provider",
    Severity.WARNING,
    "Unknown provider",
    "LiteLLM selects the API by the part of the ID before the first `/`. For an OpenAI-compatible server "
    "of your own, use `openai/…` or `hosted_vllm/…` with `api_base`.",
    "models:\n  olama/llama3:\n    api_key: my-first-secret\ndefault: olama/llama3\n",
    "models:\n  ollama/llama3:\n    api_key: my-first-secret\ndefault: ollama/llama3\n",
    fixes="unsafe",
    fix_safety="Unsafe: changing the provider to the closest name, which is a guess.",
    severity_reason="LiteLLM refuses the call, unless it is newer than the catalog.",
    other_severities=(
        SeverityCase(Severity.ERROR, "if the catalog is that of the installed LiteLLM, which makes the calls"),
    ),
    related=("invalid-model-id", "unknown-model", "missing-api-base"),
)
UNKNOWN_MODEL = Rule(
    "unknown-model",
    Severity.INFORMATION,
    "Model is not in the catalog",
    "The catalog is a few weeks old, so it may not have a new model yet. If the ID is correct, keep it: it "
    "is sent as it is.",
    "models:\n  openai/gpt-4oo:\n    api_key: sk-not-a-real-one-but-long-enough\ndefault: openai/gpt-4oo\n",
    "models:\n  openai/gpt-4o:\n    api_key: sk-not-a-real-one-but-long-enough\ndefault: openai/gpt-4o\n",
    fixes="unsafe",
    fix_safety="Unsafe: changing the ID to a model with a similar name, because the model may be newer than the "
    "catalog.",
    severity_reason="The model may be newer than the catalog.",
    other_severities=(
        SeverityCase(
            Severity.WARNING,
            "if the ID cannot be right: its provider is repeated, a deployment of Azure has a vendor, or a model has "
            "none at a provider such as OpenRouter",
        ),
        SeverityCase(Severity.HINT, "if no model has a similar name"),
    ),
    related=("unknown-provider", "deprecated-model", "look-alike-id"),
)
DEPRECATED_MODEL = Rule(
    "deprecated-model",
    Severity.ERROR,
    "Retired model",
    "After the retirement date, the provider answers with an error. The message has the date.\n\n"
    "The message and the fix name the successor. It is the one that LiteLLM's data names as the provider's own. If "
    "there is none, it is the newest model that has the same provider, region and vendor, and the same words in its "
    "name, not counting the version, the date and `preview`. These words are the family, the tier and the size: "
    "`claude` and `sonnet`, or `gpt` and `mini`. It has tools if the model has them, and it neither is retired nor "
    "retires within 90 days. A preview only replaces a preview. If no model fits, no successor is named.",
    "models:\n  openai/gpt-4:\n    api_key: sk-not-a-real-one-but-long-enough\ndefault: openai/gpt-4\n",
    "models:\n  openai/gpt-4o:\n    api_key: sk-not-a-real-one-but-long-enough\ndefault: openai/gpt-4o\n",
    fixes="unsafe",
    fix_safety="Unsafe: changing to the successor, which gives other answers and has other prices.",
    severity_reason="The provider refuses the call.",
    other_severities=(
        SeverityCase(Severity.WARNING, "in the 30 days before the retirement date"),
        SeverityCase(Severity.INFORMATION, "in the 90 days before the retirement date"),
    ),
    related=("unknown-model", "not-a-chat-model"),
)
NOT_A_CHAT_MODEL = Rule(
    "not-a-chat-model",
    Severity.ERROR,
    "Not a chat model",
    "The agent sends messages and tools. A model for embeddings, images or speech answers with an error.",
    "models:\n  openai/text-embedding-3-small:\n    api_key: sk-not-a-real-one-but-long-enough\n"
    "default: openai/text-embedding-3-small\n",
    "models:\n  openai/gpt-4o:\n    api_key: sk-not-a-real-one-but-long-enough\ndefault: openai/gpt-4o\n",
    severity_reason="The provider refuses messages for such a model.",
    related=("unknown-model", "deprecated-model"),
)


_MARK = lazy_re(r"[:|\\]")
"""A mark after the provider in the IDs of other tools."""
_OWN_SERVER = ("openai", "hosted_vllm")
"""Providers of an OpenAI-compatible server of one's own."""
_WITH_VENDORS = frozenset({"groq", "together_ai", "vercel_ai_gateway"})
"""Providers with an API for OpenAI's clients in which the names of some models have a vendor: `openai/gpt-oss-120b`."""
_WITH_MARKS = ("bedrock", "vertex_ai")
"""Providers whose models have a version after `:` or `@`."""


def check_model(entry: Entry, facts: Facts) -> Iterator[Diagnostic]:
    """Check the provider and the model against the catalog."""
    provider, model = split_id(entry.model_id)
    catalog = facts.catalog
    if provider == "openai" and model and "/" not in model and host_of(entry.text("api_base")) == "openrouter.ai":
        # With a key of OpenAI, the URL is wrong.
        if is_clear(entry) and provider_of_key(entry.text("api_key")) != provider:
            yield _no_vendor(entry, provider, model)
        return
    if named := _name_at_host(entry, provider, model, catalog):
        if is_clear(entry):
            yield _no_vendor_at_host(entry, provider, named)
        return
    known = catalog.model(entry.model_id) if model else None
    if known is not None:
        # The facts of the catalog apply to the provider's own URL.
        if not known.is_chat:
            message = f"Not a chat model (mode: {known.mode}). Choose a chat model."
            yield Diagnostic(NOT_A_CHAT_MODEL, entry.key.span, message)
        elif known.retires is not None and not entry.text("api_base"):
            yield from _retirement(entry, known, facts)
        return
    facts_of_provider = catalog.providers.get(provider)
    if facts_of_provider is None:
        if is_clear(entry):
            owner = other_owner(entry, facts)
            named = _named_before_mark(provider, facts)
            if named is not None and (owner is None or owner.name == named):
                found = _no_slash(entry, provider, named)
            elif owner is not None and owner.name not in facts.nearest_providers(provider):
                found = _provider_of_key(entry, provider, owner, facts)
            else:
                found = _unknown_provider(entry, provider, facts, owner)
            yield found._replace(severity=Severity.ERROR) if facts.catalog_is_exact else found
    elif (extra := _extra_part(provider, model, catalog)) and not _has_own_base(entry, provider) and is_clear(entry):
        yield _extra_provider(entry, provider, extra)
    elif (
        provider == "openrouter"
        and model
        and "/" not in model
        and not _has_own_base(entry, provider)
        and is_clear(entry)
    ):
        if other_owner(entry, facts) is None:
            yield _no_vendor(entry, provider, model)
    elif facts_of_provider.lists_models and not entry.text("api_base") and is_clear(entry):
        if other_owner(entry, facts) is not None:
            # The provider is wrong, or the key: key-of-another-provider reports it.
            return
        if _repeats_provider(litellm_id(entry.model_id), facts.catalog):
            yield _repeated_provider(entry)
        else:
            yield _unknown_model(entry, facts)


def _repeats_provider(model_id: str, catalog: Catalog) -> bool:
    """Whether an ID that the catalog does not have repeats its provider: `openai/openai/gpt-4o`."""
    provider, model = split_id(model_id)
    if not model.startswith(f"{provider}/") or len(model) == len(provider) + 1:
        return False
    if catalog.model(model) is not None:
        return True
    # A new model can have a name like others of its provider: perplexity/perplexity/glm-5.2.
    has_names = any(known.id.startswith(f"{provider}/{provider}/") for known in catalog.models_of(provider))
    return not has_names and catalog.id_of(provider, model) != model_id


def _repeated_provider(entry: Entry) -> Diagnostic:
    provider = provider_of(entry.model_id)
    return _without_part(entry, 0, f"{provider}/", f"The provider {quote_name(provider)} is repeated")


def _extra_part(provider: str, model: str, catalog: Catalog) -> str:
    """A provider in a name that cannot have it, in which LiteLLM would send it: `azure/azure/my-gpt`; or "".

    A server of one's own can have a model of any name.
    """
    first, _, rest = model.partition("/")
    if not rest or (first != provider and (provider, first) != ("azure", "openai")):
        return ""
    if provider == "openrouter":
        # openrouter/openrouter/auto is right, but not openrouter/openrouter/anthropic/….
        is_extra = "/" in rest
    else:
        is_extra = provider == "azure" or (provider in ("ollama", "ollama_chat") and catalog.model(model) is not None)
    return first if is_extra else ""


def _extra_provider(entry: Entry, provider: str, extra: str) -> Diagnostic:
    problem = f"The provider {quote_name(extra)} is repeated"
    if extra != provider:
        problem = f"A deployment of Azure has no vendor, such as {quote_name(extra)}"
    return _without_part(entry, len(provider) + 1, f"{extra}/", problem)


def _without_part(entry: Entry, start: int, part: str, problem: str) -> Diagnostic:
    """A part that the ID must not have; `problem` is what is wrong with it."""
    end = start + len(part)
    meant = entry.model_id[:start] + entry.model_id[end:]
    message = f"{problem}. Did you mean {list_choices([meant])}?"
    fix = Fix(_title(meant), replace_part(entry.key, start, end, ""), safe=False)
    return Diagnostic(UNKNOWN_MODEL, part_of(entry.key, start, end), message, offer(fix), Severity.WARNING)


def _title(model_id: str) -> str:
    return f"Change to {redact(model_id)}"


def _has_own_base(entry: Entry, provider: str) -> bool:
    """Whether requests for OpenRouter or Azure go to another server, such as a proxy with other names of models."""
    base = entry.text("api_base")
    return bool(base) and provider in ("azure", "openrouter") and provider_of_host(host_of(base) or "") != provider


def _no_vendor(entry: Entry, provider: str, model: str) -> Diagnostic:
    """An ID of OpenRouter without the vendor of the model, which LiteLLM sends without its first part."""
    key, start = entry.key, len(f"{provider}/")
    model = litellm_id(model)
    span = part_of(key, start, start + len(model))
    if model.partition(":")[0] in table.OPENROUTER_MODELS:
        meant = f"{provider}/openrouter/{model}"
        message = f"LiteLLM sends {quote_name(model)} to OpenRouter, which does not know it. Write {meant}."
        fix = Fix(_title(meant), replace_part(key, start, start, "openrouter/"), safe=False)
        return Diagnostic(UNKNOWN_MODEL, span, message, offer(fix), Severity.WARNING)
    meant = openrouter_name(model)
    if meant is None:
        message = f"An OpenRouter model has a vendor. Write {provider}/vendor/model, as on openrouter.ai/models."
        return Diagnostic(UNKNOWN_MODEL, span, message, (), Severity.WARNING)
    message = f"An OpenRouter model has a vendor. Did you mean {provider}/{list_choices([meant])}?"
    fix = Fix(_title(f"{provider}/{meant}"), replace_part(key, start, start + len(model), meant), safe=False)
    return Diagnostic(UNKNOWN_MODEL, span, message, offer(fix), Severity.WARNING)


def _name_at_host(entry: Entry, provider: str, model: str, catalog: Catalog) -> str | None:
    """The name, with its vendor, of a model without one at the host of a provider whose models have one, or None."""
    if provider != "openai" or not model or "/" in model:
        return None
    owner = provider_of_host(host_of(entry.text("api_base")) or "")
    if owner not in _WITH_VENDORS:
        return None
    model = litellm_id(model)
    if provider_of_key(entry.text("api_key")) not in (None, owner) or catalog.model(f"{owner}/{model}") is not None:
        return None
    names = [split_id(known.id)[1] for known in catalog.models_of(owner) if known.id.endswith(f"/{model}")]
    return names[0] if len(names) == 1 else None


def _no_vendor_at_host(entry: Entry, provider: str, named: str) -> Diagnostic:
    start = len(provider) + 1
    vendor, _, model = named.rpartition("/")
    host = host_of(entry.text("api_base"))
    message = f"{host} has this model with its vendor. Did you mean {list_choices([f'{provider}/{named}'])}?"
    fix = Fix(_title(f"{provider}/{named}"), replace_part(entry.key, start, start, f"{vendor}/"), safe=False)
    return Diagnostic(
        UNKNOWN_MODEL, part_of(entry.key, start, start + len(model)), message, offer(fix), Severity.WARNING
    )


def _unknown_provider(entry: Entry, provider: str, facts: Facts, owner: ProviderFacts | None) -> Diagnostic:
    # If the prefix of the key tells the provider, no fix may send the key to another one.
    near = facts.nearest_providers(provider) if owner is None else (owner.name,)
    model = split_id(entry.model_id)[1]
    inner = provider_of(model)
    span = part_of(entry.key, 0, len(provider))
    is_whole_id = inner in facts.catalog.providers and len(model) > len(inner) + 1
    is_other_name = not _is_owner(provider) or facts.catalog.model(model) is not None
    is_misspelled = _is_misspelled(provider, near)
    without_provider: list[Fix] = []
    if (
        is_whole_id
        and is_other_name
        and (owner is None or inner == owner.name)
        and (inner in near or not entry.text("api_base") or facts.catalog.model(model) is not None)
    ):
        without_provider.append(Fix(_title(model), replace_part(entry.key, 0, len(provider) + 1, ""), safe=False))
        # In openroute/openai/gpt-4o, the first part is a gateway, which has the key.
        if inner in near or not is_misspelled:
            message = f"LiteLLM has no provider {quote_name(provider)}. Did you mean {list_choices([model])}?"
            return Diagnostic(UNKNOWN_PROVIDER, span, message, offer(*without_provider))
    names = near
    if owner is None and entry.text("api_base") and provider.casefold() in table.OPENAI_COMPATIBLE:
        names = tuple(dict.fromkeys(("openai", *near)))
    names = tuple(name for name in names if _suits(name, entry, facts)) or names
    replacements = [
        Fix(f"Change to {name}", replace_part(entry.key, 0, len(provider), name), safe=False) for name in names
    ]
    if owner is None and not is_misspelled and is_for_ollama(entry, facts):
        meant = f"ollama/{litellm_id(entry.model_id)}"
        message = f"LiteLLM has no provider {quote_name(provider)}. For Ollama, put ollama/ before the whole ID."
        fix = Fix(_title(meant), replace_part(entry.key, 0, 0, "ollama/"), safe=False)
        return Diagnostic(UNKNOWN_PROVIDER, span, message, offer(fix))
    if owner is None and entry.text("api_base") and not is_misspelled:
        # The model of one's own server usually has the name of a Hugging Face repository, owner/model.
        message = (
            f"LiteLLM has no provider {quote_name(provider)}. For your own server, put openai/ before the whole ID."
        )
        whole = litellm_id(entry.model_id)
        inserted = [
            Fix(_title(f"{name}/{whole}"), replace_part(entry.key, 0, 0, f"{name}/"), safe=False)
            for name in _OWN_SERVER
        ]
        return Diagnostic(UNKNOWN_PROVIDER, span, message, offer(*inserted, *replacements))
    if names:
        message = f"LiteLLM has no provider {quote_name(provider)}. Did you mean {list_choices(names)}?"
    else:
        message = f"LiteLLM has no provider {quote_name(provider)}. Check the part before the first slash."
    return Diagnostic(UNKNOWN_PROVIDER, span, message, offer(*replacements, *without_provider))


def _named_before_mark(provider: str, facts: Facts) -> str | None:
    """The provider in the text before the first slash if its name ends before: `openrouter:anthropic`; else None."""
    mark = _MARK.search(provider)
    return facts.catalog.provider_named(provider[: mark.start()]) if mark and mark.end() < len(provider) else None


def _no_slash(entry: Entry, provider: str, named: str) -> Diagnostic:
    """An ID with another mark than a slash after its provider, as in other tools: `openrouter:anthropic/claude-…`."""
    mark = _MARK.split(provider, 1)
    end = len(mark[0]) + 1
    meant = f"{named}/{litellm_id(entry.model_id)[end:]}"
    message = f"The ID has '{provider[end - 1]}' after the provider. Did you mean {list_choices([meant])}?"
    fix = Fix(_title(meant), replace_part(entry.key, 0, end, f"{named}/"), safe=False)
    return Diagnostic(UNKNOWN_PROVIDER, part_of(entry.key, 0, len(provider)), message, offer(fix))


def _suits(provider: str, entry: Entry, facts: Facts) -> bool:
    """Whether the entry has what a provider needs, so that changing to it is not the next problem."""
    base = entry.text("api_base")
    known = facts.catalog.providers.get(provider)
    if base or known is None:
        return url_suits(provider, base)
    return not known.needs_base and (not known.needs_key or bool(entry.profile.get("api_key")))


def _is_misspelled(provider: str, near: tuple[str, ...]) -> bool:
    """Whether the part before the slash is the name of a provider in another spelling, and not the owner of a model."""
    if _is_owner(provider):
        return False
    folded = provider.casefold()
    letters = letters_of(provider)
    is_alias = folded in table.COMMONLY_MEANT or folded in table.NAMES_IN_OTHER_TOOLS
    return is_alias or any(letters_of(name) == letters or one_slip(name, provider) for name in near)


def _is_owner(provider: str) -> bool:
    return provider.casefold() in table.MODEL_OWNERS


def _provider_of_key(entry: Entry, provider: str, owner: ProviderFacts, facts: Facts) -> Diagnostic:
    """An unknown provider with a key whose prefix tells the provider; no fix sends the key to another company."""
    span = part_of(entry.key, 0, len(provider))
    ids = ids_of_owner(entry, owner, facts)
    advice = f"Did you mean {list_choices(ids)}?" if ids else f"Use {owner.name}/ and its name of the model."
    message = f"LiteLLM has no provider {quote_name(provider)}, and the key is for {owner.label}. {advice}"
    return Diagnostic(UNKNOWN_PROVIDER, span, message, offer(*fixes_to_owner(entry, owner, facts)))


def _unknown_model(entry: Entry, facts: Facts) -> Diagnostic:
    near = near_models(entry.model_id, facts)
    length = len(litellm_id(entry.model_id))
    span = part_of(entry.key, entry.model_id.index("/") + 1, length)
    provider, model = split_id(litellm_id(entry.model_id))
    plain = f"{provider}/{model.rpartition('/')[2]}"
    if "/" in model and facts.catalog.model(plain) is not None:
        # A path that is not part of the name: gemini/models/gemini-3.5-flash.
        near = (plain,)
    if (labelled := _with_label(entry.model_id, facts)) is not None:
        near = (labelled,)
    if not near and facts.suggests and (newer := facts.catalog.successor(entry.model_id, facts.today)):
        # LiteLLM removes models some time after their retirement: claude-3-5-sonnet-20241022.
        near = (newer,)
    if not near:
        message = "The model is not in the catalog. If the ID is correct, keep it."
        return Diagnostic(UNKNOWN_MODEL, span, message, (), Severity.HINT if facts.suggests else None)
    message = f"The model is not in the catalog. Did you mean {list_choices(near)}? If the ID is correct, keep it."
    candidates = (Fix(f"Change to {name}", replace_part(entry.key, 0, length, name), safe=False) for name in near)
    return Diagnostic(UNKNOWN_MODEL, span, message, offer(*candidates))


def _with_label(model_id: str, facts: Facts) -> str | None:
    """The ID of a known model with a label after another mark than `#`, corrected, or None: `openai/gpt-4o@work`."""
    if provider_of(model_id).startswith(_WITH_MARKS) or "#" in model_id:
        return None
    for mark in "@:":
        known, _, label = model_id.partition(mark)
        if is_label(label) and not label.isdigit() and facts.catalog.model(known) is not None:
            return f"{known}#{label}"
    return None


def _retirement(entry: Entry, known: ModelFacts, facts: Facts) -> Iterator[Diagnostic]:
    if known.retires is None:
        return
    days = (known.retires - facts.today).days
    if days > RETIRING_DAYS:
        return
    successor = facts.catalog.successor(entry.model_id, facts.today)
    advice, fixes = "Change to a newer model.", ()
    if successor is not None:
        edits = replace_part(entry.key, 0, len(litellm_id(entry.model_id)), successor)
        advice, fixes = f"Change to {successor}.", offer(Fix(f"{_title(successor)} (its successor)", edits, safe=False))
    if known.is_retired(facts.today):
        message = f"The model was retired on {known.retires}. {advice}"
        yield Diagnostic(DEPRECATED_MODEL, entry.key.span, message, fixes, retired=True)
        return
    message = f"The model will be retired on {known.retires} (in {plural(days, 'day')}). {advice}"
    level = Severity.WARNING if days <= RETIRING_SOON_DAYS else Severity.INFORMATION
    yield Diagnostic(DEPRECATED_MODEL, entry.key.span, message, fixes, level)
