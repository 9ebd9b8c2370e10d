"""The questions about a new model: its name, and the fields that its provider needs and no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from aloop_models.catalog import ProviderFacts, is_placeholder_url, provider_of
from aloop_models.catalog import provider_table as table
from aloop_models.catalog.references import refers
from aloop_models.commands.candidates import new_candidates
from aloop_models.commands.question import Candidate, Help, Question, fields_of
from aloop_models.features.checks.distance import is_near
from aloop_models.features.destinations import server_of_base
from aloop_models.features.formatting import display_name
from aloop_models.features.key_owners import key_owners
from aloop_models.features.model_card import value_text
from aloop_models.features.model_search import offers_of
from aloop_models.snapshot import Snapshot

_KEY = "api_key"
_BASE = "api_base"
_MAY_NEED_KEY = frozenset({"aiohttp_openai", "custom", "custom_openai", "litellm_proxy", "openai_like"})
"""Any server, with or without a key."""
_NO_OWN_SERVER = frozenset({"aiohttp_openai", "custom", "custom_openai", "openai_like"})
"""Any server, so no URL is more likely than another."""


@dataclass(frozen=True, slots=True)
class _Ask:
    """A field to ask for."""

    name: str
    label: str
    required: bool = True
    if_empty: str = ""
    """What happens without an answer: ends "leave empty …"."""
    initial: str = ""
    placeholder: str = ""


_REGION = _Ask("aws_region_name", "AWS region", False, "for that of your AWS configuration", "us-east-1")
_PROFILE = _Ask("aws_profile_name", "AWS profile", False, "for the default credentials of this machine")
_AZURE = (
    _Ask(_BASE, "Azure resource URL", placeholder="https://NAME.openai.azure.com"),
    _Ask("api_version", "Azure API version", False, "for LiteLLM's default", table.AZURE_API_VERSION),
)
_VERTEX = (
    _Ask("vertex_project", "Google Cloud project"),
    _Ask("vertex_location", "Google Cloud location", initial="global"),
)
_WATSONX = (
    _Ask(_BASE, "watsonx.ai URL"),
    _Ask("project_id", "watsonx.ai project ID", False, "if you use space_id"),
)
_ORACLE = (
    _Ask("oci_region", "Oracle Cloud region"),
    _Ask("oci_user", "OCID of the user"),
    _Ask("oci_tenancy", "OCID of the tenancy"),
    _Ask("oci_compartment_id", "OCID of the compartment"),
    _Ask("oci_fingerprint", "Fingerprint of the signing key"),
)
_OWN_FIELDS: Mapping[str, tuple[_Ask, ...]] = {
    "azure": _AZURE,
    "azure_text": _AZURE,
    "bedrock": (_REGION, _PROFILE),
    "bedrock_mantle": (_REGION, _PROFILE),
    "oci": _ORACLE,
    "sagemaker": (_REGION, _PROFILE),
    "sagemaker_chat": (_REGION, _PROFILE),
    "sagemaker_nova": (_REGION, _PROFILE),
    "vertex_ai": _VERTEX,
    "vertex_ai_beta": _VERTEX,
    "watsonx": _WATSONX,
    "watsonx_text": _WATSONX,
}
"""What LiteLLM's form of the provider does not tell: which of many optional fields a person needs."""
_ANSWERED_BY = {"aws_profile_name": ("aws_access_key_id", "aws_role_name"), "project_id": ("space_id",)}
"""Fields that are used instead of a field."""


def ask_for_new_id(snapshot: Snapshot, typed: str) -> Question:
    """Ask for the ID of a new model, or for the model of a provider (`typed` ends in a slash)."""
    found = new_candidates(snapshot, typed)
    provider = snapshot.facts.catalog.providers.get(provider_of(typed)) if typed.endswith("/") else None
    if provider is None:
        prompt = "Provider or model, such as anthropic, gpt or provider/model"
        return Question("modelId", prompt, candidates=found, placeholder="claude sonnet, google, local")
    noun, example = name_of_model(snapshot, provider)
    if provider.lists_models:
        prompt, placeholder = f"Model of {provider.label}", f"such as {example}"
    else:
        prompt = f"{noun.rpartition('/')[2].capitalize()} of {provider.label}: type its name after {provider.name}/"
        placeholder = f"{provider.name}/{noun}, such as {example}"
    return Question("modelId", prompt, candidates=found, placeholder=placeholder)


def ask_for_field(snapshot: Snapshot, argument: Mapping[str, object]) -> Question | None:
    """Ask for the next field that the provider of a new model needs.

    A field with an answer is in `fields`, also if the answer is None.
    """
    model_id, fields = str(argument.get("modelId") or ""), fields_of(argument)
    provider = snapshot.facts.catalog.providers.get(provider_of(model_id))
    if provider is None:
        return None
    for ask in _fields_of(provider):
        if not any(name in fields for name in (ask.name, *_ANSWERED_BY.get(ask.name, ()))):
            return _question(snapshot, provider, model_id, ask)
    if "sameKeyAs" in argument or not _needs_key(provider, fields):
        return None
    prompt = f"API key for {model_id} (leave empty to add it later)"
    if not provider.needs_key or provider.name in _MAY_NEED_KEY:
        prompt = f"API key for {model_id} (leave empty if the server needs none)"
    offers = _offers(snapshot, model_id, fields)
    return key_question(provider, f"fields.{_KEY}", prompt, required=False, candidates=offers)


def key_question(
    provider: ProviderFacts | None,
    field: str,
    prompt: str,
    *,
    required: bool = True,
    candidates: tuple[Candidate, ...] = (),
) -> Question:
    """Ask for an API key, with the beginning of the provider's keys and the page where one gets it."""
    prefixes = provider.key_prefixes if provider else ()
    page = Help("Get a key", provider.keys_url) if provider and provider.keys_url else None
    placeholder = f"{prefixes[0]}…" if prefixes else ""
    return Question(field, prompt, True, required, candidates, placeholder, help=page)


def _fields_of(provider: ProviderFacts) -> Iterator[_Ask]:
    """The fields to ask for before the key."""
    if provider.name in _OWN_FIELDS:
        yield from _OWN_FIELDS[provider.name]
    elif provider.name in _NO_OWN_SERVER:
        yield _Ask(_BASE, "Server URL")
    elif provider.needs_base:
        is_usual = provider.local or provider.name in table.HAS_LOCAL_URL
        yield _Ask(
            _BASE, f"{provider.label} URL", initial=table.BASE_EXAMPLE.get(provider.name, "") if is_usual else ""
        )
    elif provider.local and provider.default_base:
        yield _Ask(_BASE, f"{provider.label} URL", False, "for the default", provider.default_base)


def _question(snapshot: Snapshot, provider: ProviderFacts, model_id: str, ask: _Ask) -> Question:
    example = ask.placeholder or example_of_field(snapshot, provider.name, ask.name)
    initial = _value_of_others(snapshot, provider.name, ask.name) or ask.initial
    end = f" (leave empty {ask.if_empty})" if ask.if_empty and not initial else ""
    prompt = f"{ask.label} for {model_id}{end}"
    return Question(f"fields.{ask.name}", prompt, False, ask.required, (), example, initial)


def example_of_field(snapshot: Snapshot, provider: str, name: str) -> str:
    """Return an example of a field's value at a provider, as text; empty if there is none."""
    if name != _BASE:
        examples = snapshot.facts.schema.fields[name].examples
        return value_text(examples[0]) if examples else ""
    known = snapshot.facts.catalog.providers.get(provider)
    credentials = known.credentials if known else ()
    own = next((field.placeholder for field in credentials if field.name == _BASE), None)
    default = known.default_base if known else None
    return own or default or (table.BASE_EXAMPLE["openai_like"] if provider in _NO_OWN_SERVER or not known else "")


def _value_of_others(snapshot: Snapshot, provider: str, name: str) -> str:
    """The field's value in the last entry of the same provider, if it can be shown."""
    for placed in reversed(tuple(snapshot.document.by_id.values())):
        value = placed.entry.text(name) if provider_of(placed.model_id) == provider else ""
        if value and not (snapshot.redactor.hides(value) or refers(value) or is_placeholder_url(value)):
            return value
    return ""


def _needs_key(provider: ProviderFacts, fields: Mapping[str, object]) -> bool:
    if _KEY in fields or any(fields.get(name) for name in provider.key_fields):
        return False
    base = fields.get(_BASE)
    if provider.name in _MAY_NEED_KEY or (provider.needs_key and provider.needs_base):
        return True
    if provider.needs_base:
        # A server in a private network seldom needs a key.
        return isinstance(base, str) and not is_near(base)
    return provider.needs_key and not base


def _offers(snapshot: Snapshot, model_id: str, fields: Mapping[str, object]) -> tuple[Candidate, ...]:
    """Return the entries whose key can be used, one per key; the key itself is not included."""
    server = server_of_base(str(fields.get(_BASE) or ""))
    owners = ((placed.model_id, display_name(placed.entry)) for placed in key_owners(snapshot, model_id, server))
    return tuple(Candidate(owner, name if name != owner else "", "model", "sameKeyAs") for owner, name in owners)


def name_of_model(snapshot: Snapshot, provider: ProviderFacts) -> tuple[str, str]:
    """Return what the name of a model is at this provider (MODEL, DEPLOYMENT), and an ID with such a name."""
    noun, example = table.MODEL_NAME_EXAMPLE.get(provider.name, ("MODEL", ""))
    if example:
        return noun, f"{provider.name}/{example}"
    offers = offers_of(snapshot.facts.catalog, provider.name, snapshot.facts.today)
    return noun, offers[0].facts.id if offers else f"{provider.name}/my-model"
