"""Checks of the format and the characters of a model ID."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby

from aloop_models.catalog import (
    ProviderFacts,
    is_entry_id,
    is_label,
    litellm_id,
    provider_of,
    split_id,
    split_label,
    with_label,
)
from aloop_models.catalog.arns import has_invalid_arn
from aloop_models.catalog.facts import RETIRING_SOON_DAYS, Lifecycle
from aloop_models.catalog.redaction import redact
from aloop_models.catalog.references import is_reference
from aloop_models.core.document import Entry
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.nodes import Scalar
from aloop_models.core.text import Edit, Span
from aloop_models.features.checks.confusables import plain_spelling
from aloop_models.features.checks.endpoint_path import url_suits
from aloop_models.features.checks.fixes import needs_no_quotes, offer, replace_part
from aloop_models.features.checks.id_cleaning import clean_id, has_quotes, is_in_brackets
from aloop_models.features.checks.id_in_value import IdInValue, id_in_value, models_below
from aloop_models.features.checks.key_forms import is_key
from aloop_models.features.checks.key_owner import ids_of_owner, other_owner
from aloop_models.features.checks.spans import inner_start, part_of
from aloop_models.features.checks.syntax_foreign import comment_mark, use_hash
from aloop_models.features.checks.wording import list_choices
from aloop_models.features.diagnostic import Diagnostic, Fix, Rule, Severity, SeverityCase
from aloop_models.snapshot import Facts

INVALID_MODEL_ID = Rule(
    "invalid-model-id",
    Severity.ERROR,
    "Invalid model ID",
    "The part of the ID before the first `/` is the provider, and the rest is the model. LiteLLM needs both. "
    "The ID is the key of its entry, and a name of your own belongs in `name`. "
    "A reference such as `${MODEL}` is not expanded, and `*` is not a wildcard. An ARN of AWS in the ID must be valid, "
    "because LiteLLM inserts its region into a URL.",
    "models:\n  llama3:\n    api_base: http://localhost:11434\ndefault: llama3\n",
    "models:\n  ollama/llama3:\n    api_base: http://localhost:11434\ndefault: ollama/llama3\n",
    fixes="safe or unsafe",
    fix_safety="Safe: removing spaces, quotes, brackets, a comma or a colon around the ID, or an empty label, and "
    "adding the slash after the provider if the catalog has the model. Other fixes, such as indenting a field below "
    "its ID, are unsafe.",
    severity_reason="LiteLLM cannot find the provider of the model.",
    related=("unknown-provider", "look-alike-id"),
)
LOOK_ALIKE_ID = Rule(
    "look-alike-id",
    Severity.WARNING,
    "Invisible or look-alike character in a model ID",
    "The ID looks correct but is a different one, for example with a Cyrillic `о` instead of a Latin `o`, "
    "or with a zero-width space from a web page. The provider does not know it.",
    "models:\n  ollama/llаma3:\ndefault: ollama/llаma3\n",
    "models:\n  ollama/llama3:\ndefault: ollama/llama3\n",
    fixes="safe or unsafe",
    fix_safety="Safe: removing invisible characters, and replacing look-alike characters if the catalog has the "
    "result. Other fixes are unsafe.",
    severity_reason="The provider probably does not know the model.",
    other_severities=(
        SeverityCase(
            Severity.ERROR,
            "if LiteLLM has no such provider, and the catalog is that of the installed LiteLLM, which makes the calls",
        ),
    ),
    related=("invalid-model-id", "unknown-model"),
)

_EXAMPLE = "such as openai/gpt-4o"
_REFERENCE_MARK = lazy_re(r"[${%]|\benv\b|environ")
_TOP_LEVEL = frozenset({"default", "roles", "fallbacks"})
"""Top-level keys, which are never IDs, even with the indentation of one."""
_BEDROCK_ARN = lazy_re(r"arn:aws[\w-]*:bedrock:")
_URL = lazy_re(r"https?:/", re.IGNORECASE)
_OPENROUTER_PAGE = lazy_re(r"https?://openrouter\.ai/(?!api/)(?:models/)?([\w.-]+/[\w.:-]+)", re.ASCII | re.IGNORECASE)
"""The page of a model at OpenRouter: https://openrouter.ai/openai/gpt-4o."""
_OLLAMA_URL = lazy_re(r"https?://[^/?#]+:11434/?", re.IGNORECASE)
_OLLAMA_TAG = lazy_re(r"[\w.-]+:(?:latest|[\w.]*\d[bm](?:-[\w.-]+)?)", re.ASCII | re.IGNORECASE)
"""A model and a tag with its size: `llama3.1:8b`, `mistral:7b-instruct-q4_K_M`."""

_NOT_IN_LABEL = lazy_re(r"[^a-z0-9._]+")


def check_model_id(entry: Entry, facts: Facts) -> Iterator[Diagnostic]:
    """Check the format and the characters of the ID."""
    model_id = entry.model_id
    if is_half_typed(entry) or (model_id.endswith(":") and not entry.readable):
        # The colon is inside the quotes, which is a syntax error.
        return
    clean = clean_id(model_id)
    if clean != model_id.strip() and _can_replace(model_id, clean):
        yield _not_clean(entry.key, clean)
        return
    if not model_id.isascii():
        edits = _plain_edits(entry.key)
        is_unknown = facts.catalog_is_exact and provider_of(model_id) not in facts.catalog.providers
        if edits is not None:
            yield Diagnostic(
                LOOK_ALIKE_ID,
                _plain_span(entry.key),
                "The ID contains an invisible or look-alike character. Replace it.",
                offer(Fix("Replace with plain characters", edits, safe=_is_certain(model_id, facts))),
                Severity.ERROR if is_unknown else None,
            )
            return
    if not is_entry_id(model_id) and not is_key(model_id):
        yield _invalid(entry, facts)
    elif _URL.match(model_id):
        message = f"The ID is a URL. Write provider/model, {_EXAMPLE}."
        page = _OPENROUTER_PAGE.fullmatch(litellm_id(model_id))
        fixes = _id_fixes(entry.key, (f"openrouter/{page[1]}",)) if page else []
        yield Diagnostic(INVALID_MODEL_ID, entry.key.span, message, offer(*fixes))
    elif _BEDROCK_ARN.match(model_id):
        message = "The ID is an ARN of Amazon Bedrock without the provider. Put bedrock/ before it."
        fix = Fix("Add bedrock/", replace_part(entry.key, 0, 0, "bedrock/"), safe=False)
        yield Diagnostic(INVALID_MODEL_ID, entry.key.span, message, offer(fix))
    elif _refers(model_id):
        message = "The ID contains a reference, such as an environment variable. Write the name of the model itself."
        yield Diagnostic(INVALID_MODEL_ID, entry.key.span, message)
    elif _ends_with_slash(model_id):
        message, end = "The ID ends with a slash. Remove it.", len(litellm_id(model_id))
        fix = Fix("Remove the slash", replace_part(entry.key, end - 1, end, ""), safe=True)
        yield Diagnostic(INVALID_MODEL_ID, entry.key.span, message, offer(fix))
    elif model_id.endswith(":"):
        message, end = "The ID ends with a colon. Remove it.", len(model_id)
        fix = Fix("Remove the colon", replace_part(entry.key, end - 1, end, ""), safe=True)
        yield Diagnostic(INVALID_MODEL_ID, entry.key.span, message, offer(fix))
    elif "*" in model_id:
        message = f"'*' is not a wildcard here. Write an entry for each model, {_EXAMPLE}."
        yield Diagnostic(INVALID_MODEL_ID, entry.key.span, message)
    elif has_invalid_arn(model_id):
        message = "The ID contains an invalid ARN. Write arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE."
        yield Diagnostic(INVALID_MODEL_ID, entry.key.span, message)


def is_half_typed(entry: Entry) -> bool:
    """Whether the entry is an invalid line without fields, whose ID may be incomplete."""
    return not entry.readable and not entry.fields


def is_clear(entry: Entry) -> bool:
    """Whether the ID can be looked up: valid, complete, not an API key, and without look-alike characters."""
    model_id = entry.model_id
    if is_half_typed(entry) or not is_entry_id(model_id) or is_key(model_id) or has_invalid_arn(model_id):
        return False
    if "*" in model_id or model_id.endswith(":") or _ends_with_slash(model_id) or _refers(model_id):
        return False
    if _URL.match(model_id) or _BEDROCK_ARN.match(model_id):
        return False
    if _can_replace(model_id, clean_id(model_id)):
        return False
    return model_id.isascii() or all(plain_spelling(character) is None for character in model_id)


def _ends_with_slash(model_id: str) -> bool:
    """Whether nothing follows the last slash of a valid ID, except a label."""
    return model_id.endswith("/") or "/#" in model_id


def _refers(model_id: str) -> bool:
    """Whether the ID contains a reference, with a quick search for what most IDs do not have."""
    return _REFERENCE_MARK.search(model_id) is not None and is_reference(model_id)


def _can_replace(model_id: str, clean: str) -> bool:
    """Whether the ID has characters around it, and can be written without them, also without quotes in YAML."""
    return clean != model_id and is_entry_id(clean) and clean[0].isalnum() and not is_key(clean)


def is_for_ollama(entry: Entry, facts: Facts) -> bool:
    """Whether an entry has the default URL of Ollama, or a field that only Ollama has and a URL that suits it."""
    base = entry.text("api_base")
    if _OLLAMA_URL.fullmatch(base):
        return True
    fields = (facts.schema.fields.get(field.name) for field in entry.fields)
    return url_suits("ollama", base) and any(spec and spec.providers[:1] == ("ollama",) for spec in fields)


def near_models(model_id: str, facts: Facts) -> tuple[str, ...]:
    """The IDs with a similar spelling of models that are neither retired nor retire soon.

    A model with exactly this name, which is surely meant, is one of them until it should be replaced.
    """
    return tuple(other for other in facts.nearest_models(model_id) if _is_offered(other, model_id, facts))


def _is_offered(other: str, model_id: str, facts: Facts) -> bool:
    known = facts.catalog.model(other)
    if known is None or known.retires is None or known.lifecycle(facts.today) is Lifecycle.CURRENT:
        return True
    is_meant = letters_of(split_id(other)[1]) in map(
        letters_of, (litellm_id(model_id), split_id(litellm_id(model_id))[1])
    )
    return is_meant and (known.retires - facts.today).days > RETIRING_SOON_DAYS


def letters_of(name: str) -> str:
    """The letters and digits of a name, which are equal for `gpt-4o`, `gpt4o` and `GPT-4-o`."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _is_certain(model_id: str, facts: Facts) -> bool:
    """Whether the special characters are all invisible, or the plain spelling is in the catalog."""
    plain = [plain_spelling(character) for character in model_id]
    if all(not spelling for spelling in plain):
        return True
    pairs = zip(model_id, plain, strict=True)
    return facts.catalog.model("".join(item if spelling is None else spelling for item, spelling in pairs)) is not None


def _plain_edits(key: Scalar) -> tuple[Edit, ...] | None:
    """The edits that make the ID plain, one for characters in a row; None if it is plain.

    Empty if the offsets of the characters are unknown, or the plain ID must be in quotes.
    """
    plain = [plain_spelling(character) for character in key.text]
    if all(spelling is None for spelling in plain):
        return None
    at = inner_start(key)
    text = "".join(old if new is None else new for old, new in zip(key.text, plain, strict=True))
    if at is None or not needs_no_quotes(key, text):
        return ()
    edits: list[Edit] = []
    for is_plain, group in groupby(plain, lambda spelling: spelling is None):
        run = list(group)
        if not is_plain:
            edits.append(Edit(at, at + len(run), "".join(filter(None, run))))
        at += len(run)
    return tuple(edits)


def _plain_span(key: Scalar) -> Span:
    odd = [index for index, character in enumerate(key.text) if plain_spelling(character) is not None]
    return part_of(key, odd[0], odd[-1] + 1)


def _not_clean(key: Scalar, clean: str) -> Diagnostic:
    if has_quotes(key.text):
        what = "quotes around it"
    elif is_in_brackets(key.text.strip(",; ")):
        what = "brackets around it"
    else:
        what = "a comma or semicolon after it"
    message = f"The ID has {what}. Write {list_choices([clean])}."
    fix = Fix(f"Change to {redact(clean)}", replace_part(key, 0, len(key.text), clean), safe=True)
    return Diagnostic(INVALID_MODEL_ID, key.span, message, offer(fix))


def _invalid(entry: Entry, facts: Facts) -> Diagnostic:
    if _has_invalid_label(entry.model_id):
        return _invalid_label(entry)
    key, model_id = entry.key, litellm_id(entry.model_id)
    provider, model = split_id(model_id)
    providers = facts.catalog.providers
    owner = other_owner(entry, facts)
    candidates: list[Fix] = []
    if mark := comment_mark(entry.model_id):
        return Diagnostic(INVALID_MODEL_ID, key.span, use_hash(mark), field=mark)
    if model_id in facts.schema.fields:
        message = f"{model_id} is a field, not an ID. Indent it below the ID of its model."
        return Diagnostic(INVALID_MODEL_ID, key.span, message, field=model_id)
    if model_id in _TOP_LEVEL:
        message = f"{model_id} is a top-level key, not an ID. Remove its indentation."
        return Diagnostic(INVALID_MODEL_ID, key.span, message, field=model_id)
    if inner := id_in_value(entry, facts):
        return _another_key(key, inner, "The key of an entry is the model ID.", "the key")
    if inner := models_below(entry, facts):
        return _another_key(key, inner, "The ID is only a provider.", "the key of the model's fields")
    if any(character.isspace() or unicodedata.category(character)[0] == "C" for character in entry.model_id):
        message = f"The ID contains a space or an invisible character. Write provider/model, {_EXAMPLE}."
        stripped = "#".join(part.strip() for part in entry.model_id.split("#"))
        if is_entry_id(stripped):
            candidates.append(Fix("Remove the spaces", replace_part(key, 0, len(entry.model_id), stripped), safe=True))
    elif provider and not model:
        message = f"The ID has no model. Write it after the slash, {_EXAMPLE}."
    elif model and "/" in model_id:
        if is_entry_id(model) and split_id(model)[0] in providers:
            message = "The ID begins with a slash. Remove it."
            candidates.append(Fix("Remove the slash", replace_part(key, 0, 1, ""), safe=True))
        else:
            message = f"The ID has no provider. Write it before the slash, {_EXAMPLE}."
            candidates += _id_fixes(key, _whole_ids(entry, model, owner, facts))
    elif model_id in providers:
        message = f"The ID is only a provider. Add a slash and the model, {_EXAMPLE}."
    else:
        near = _whole_ids(entry, model_id, owner, facts)
        # openai.gpt-4o is an ID of Bedrock, unless the key is one of OpenAI.
        marks = ":\\|." if owner and model_id.startswith(f"{owner.name}.") else ":\\|"
        separated = next((mark for mark in marks if model_id.partition(mark)[0] in providers), None)
        place = model_id.index(separated) if separated else 0
        is_known = bool(place) and facts.catalog.model(f"{model_id[:place]}/{model_id[place + 1 :]}") is not None
        if not is_known and _is_ollama_name(entry, model_id, facts) and not model_id.startswith("ollama"):
            message = f"The ID has no provider. Did you mean {list_choices([f'ollama/{model_id}'])}?"
            candidates += _id_fixes(key, (f"ollama/{model_id}",))
        elif separated is not None and not model_id.endswith(separated):
            edits = replace_part(key, place, place + 1, "/")
            candidates.append(Fix(f"Replace '{separated}' with '/'", edits, safe=is_known and separated != "."))
            message = f"The ID has '{separated}' after the provider. Write a slash, {_EXAMPLE}."
        elif near:
            message = f"The ID has no provider. Did you mean {list_choices(near)}?"
            candidates += _id_fixes(key, near)
        elif owner is not None:
            advice = f"Use {owner.name}/ and its name of the model."
            message = f"The ID has no provider. The key is for {owner.label}. {advice}"
        else:
            message = f"The ID has no provider. Write provider/model, {_EXAMPLE}."
    return Diagnostic(INVALID_MODEL_ID, key.span, message, offer(*candidates))


def _another_key(key: Scalar, inner: IdInValue, problem: str, what: str) -> Diagnostic:
    """The diagnostic of a key whose ID is in the value, from which all other problems of the entry follow."""
    message = f"{problem} Write {list_choices([inner.model_id])} as {what}."
    title = inner.title or f"Change the key to {redact(inner.model_id)}"
    fix = Fix(title, inner.edits, safe=False)
    return Diagnostic(INVALID_MODEL_ID, key.span, message, offer(fix), field="model")


def _whole_ids(entry: Entry, model: str, owner: ProviderFacts | None, facts: Facts) -> tuple[str, ...]:
    """The IDs that a model without a provider may mean: those of the key's own provider, if its prefix tells it."""
    if owner is None:
        return near_models(model, facts)
    same = tuple(moved for moved in ids_of_owner(entry, owner, facts) if _is_offered(moved, model, facts))
    return same or near_models(f"{owner.name}/{model}", facts)


def _is_ollama_name(entry: Entry, model_id: str, facts: Facts) -> bool:
    """Whether an ID without a provider is probably the name of a model in Ollama: `llama3.1:8b`."""
    if is_for_ollama(entry, facts):
        return ":" in model_id
    is_alone = not entry.text("api_key") and not entry.text("api_base")
    return is_alone and _OLLAMA_TAG.fullmatch(model_id) is not None


def _has_invalid_label(entry_id: str) -> bool:
    model_id, label = split_label(entry_id)
    return label is not None and bool(model_id.strip()) and not is_label(label.strip())


def _invalid_label(entry: Entry) -> Diagnostic:
    key = entry.key
    model_id, label = split_label(entry.model_id)
    label, start = label or "", len(model_id)
    if not label.strip(" #"):
        message = "The ID has no label after '#'. Add one, such as openai/gpt-4o#work, or remove the '#'."
        candidates = [Fix("Remove '#'", replace_part(key, start, len(entry.model_id), ""), safe=True)]
        span = part_of(key, start, len(entry.model_id))
        return Diagnostic(INVALID_MODEL_ID, span, message, offer(*candidates if is_entry_id(model_id) else ()))
    head, slash, rest = label.partition("/")
    if slash and "/" not in model_id:
        message = "The label must be at the end of the ID: provider/model#label."
        changed = with_label(f"{model_id}/{rest}", label_from(head))
    else:
        message = "The label contains an invalid character. Use only letters, digits, '.', '_' and '-'."
        changed = with_label(model_id, label_from(label))
    candidates = [Fix(f"Change to {changed}", replace_part(key, 0, len(entry.model_id), changed), safe=False)]
    span = part_of(key, start + 1, len(entry.model_id))
    return Diagnostic(INVALID_MODEL_ID, span, message, offer(*candidates if is_entry_id(changed) else ()))


def label_from(text: str) -> str:
    """The label made from a text: `work-eu` for `Work (EU)`; empty if no character is allowed in a label."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _NOT_IN_LABEL.sub("-", plain).strip("-._")


def _id_fixes(key: Scalar, ids: tuple[str, ...]) -> list[Fix]:
    length = len(litellm_id(key.text))
    return [Fix(f"Change to {model_id}", replace_part(key, 0, length, model_id), safe=False) for model_id in ids]
