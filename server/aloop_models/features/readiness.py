"""Whether a model is ready to be called, and if not, why."""

from __future__ import annotations

from collections.abc import Iterator

from aloop_models.catalog import (
    ModelFacts,
    ProviderFacts,
    is_entry_id,
    is_placeholder,
    is_placeholder_url,
    provider_of,
)
from aloop_models.catalog.facts import Lifecycle
from aloop_models.catalog.redaction import quote, redact
from aloop_models.catalog.references import refers, refers_to_key
from aloop_models.core.document import Entry
from aloop_models.core.entry_cache import per_entry
from aloop_models.core.nodes import Mapping, Scalar, resolve
from aloop_models.features.checks.api_key import keys_in_headers
from aloop_models.features.checks.endpoint_provider import INVALID_API_BASE
from aloop_models.features.checks.entry_checks import entry_errors
from aloop_models.features.checks.key_placement import ENV_REFERENCE
from aloop_models.features.checks.references import is_template
from aloop_models.features.diagnostic import Diagnostic
from aloop_models.snapshot import Facts

NO_KEY = "it has no API key"
_PLACEHOLDER_KEY = "its API key is a placeholder"
_PLACEHOLDER_KEY_OF_SERVER = "its API key is a placeholder, and can be removed if the server needs none"
_REFERENCE_KEY = "its API key is a reference, and references are not expanded"
_KEY_REASONS = frozenset({NO_KEY, _PLACEHOLDER_KEY, _PLACEHOLDER_KEY_OF_SERVER, _REFERENCE_KEY})
_SET_KEY = "Set its API key."
_FIX_ENTRY = "Fix its entry in models.yaml."
_REFERENCE_URL = "its api_base is a reference, and references are not expanded"
_PLACEHOLDER_URL = "its api_base is a placeholder"


@per_entry
def why_not_ready(entry: Entry, facts: Facts) -> str | None:
    """The reason why the model is not ready, as the end of a sentence, without secrets; None if it is ready.

    The one predicate for every list, command, editor feature and agent. A disabled rule does not make a model ready.
    """
    if not entry.readable:
        return "its entry is not valid YAML"
    errors = entry_errors(entry, facts)
    value = resolve(entry.value)
    if errors and not isinstance(value, Mapping) and not (isinstance(value, Scalar) and value.value is None):
        return _first(errors)
    reasons = (*_about_id(entry, facts), *_about_access(entry, facts))
    return reasons[0] if reasons else _first(errors) if errors else None


def retiring_model(entry: Entry, facts: Facts) -> ModelFacts | None:
    """The facts of the entry's model if it is retired or retires soon, and is called at the provider's own URL."""
    model = None if entry.text("api_base") else facts.catalog.model(entry.model_id)
    return model if model and model.lifecycle(facts.today) is not Lifecycle.CURRENT else None


def is_about_key(reason: str | None) -> bool:
    """Whether a reason of `why_not_ready` is that the model needs an API key, or another one."""
    return reason in _KEY_REASONS


def brief_reason(reason: str, model_id: str) -> str:
    """A reason of `why_not_ready` without its subject, for a place where the entry is visible: `no API key`."""
    reason = reason.removeprefix(f"{redact(model_id)}: ").partition(", and ")[0]
    for start in ("it has ", "it is ", "it was ", "its "):
        if reason.startswith(start):
            return reason.removeprefix(start)
    return reason


def next_step(reason: str) -> str:
    """The next step for a model that is not ready, as a sentence for every interface."""
    return _SET_KEY if is_about_key(reason) else _FIX_ENTRY


def step_for(message: str, model_id: str, command: str) -> str:
    """A message whose last sentence, `next_step`, is replaced by a command; `command` is its start (`/model`, …)."""
    if message.endswith(_SET_KEY):
        return f"{message.removesuffix(_SET_KEY)}Set one: {command} key {redact(model_id)}"
    if message.endswith(_FIX_ENTRY):
        return f"{message.removesuffix(_FIX_ENTRY)}See what is wrong: {command} check"
    return message


def _about_id(entry: Entry, facts: Facts) -> Iterator[str]:
    model_id = entry.model_id
    if not is_entry_id(model_id):
        yield "its ID is not provider/model"
        return
    provider = provider_of(model_id)
    if provider not in facts.catalog.providers:
        yield f"LiteLLM has no provider {quote(provider, 'of this name')}"
    model = facts.catalog.model(model_id)
    if model is None:
        return
    if not model.is_chat:
        yield f"it is not a chat model (mode: {model.mode})"
    elif model.is_retired(facts.today) and not entry.text("api_base"):
        yield f"it was retired on {model.retires}"


def _about_access(entry: Entry, facts: Facts) -> Iterator[str]:
    base = entry.profile.get("api_base")
    if refers(base):
        yield _REFERENCE_URL
    elif isinstance(base, str) and is_placeholder_url(base):
        yield _PLACEHOLDER_URL
    key, field = entry.profile.get("api_key"), entry.field("api_key")
    if refers_to_key(key) or (field is not None and is_template(field.value)):
        yield _REFERENCE_KEY
    elif key is not None and not isinstance(key, str):
        yield "its api_key is not text (quote it)"
    known = facts.catalog.providers.get(provider_of(entry.model_id))
    given = [*_keys(entry, known), *keys_in_headers(entry)]
    if (known is not None and not known.needs_key) or any(_can_be_key(value) for value in given):
        return
    if any(refers_to_key(value) for value in given):
        yield _REFERENCE_KEY
    elif given:
        yield _PLACEHOLDER_KEY_OF_SERVER if entry.text("api_base") else _PLACEHOLDER_KEY
    elif not entry.text("api_base"):
        yield NO_KEY


def _keys(entry: Entry, known: ProviderFacts | None) -> list[str]:
    """The values of the fields that can contain the provider's key."""
    return [text for name in (known.key_fields if known else ("api_key",)) if (text := entry.text(name))]


def _can_be_key(text: str) -> bool:
    return not refers(text) and not is_placeholder(text)


def _first(errors: list[Diagnostic]) -> str:
    """The first sentence of the first error in the text, without the full stop; references take precedence."""
    if any(item.rule is ENV_REFERENCE for item in errors):
        return "one of its values is a reference, and references are not expanded"
    first = min(errors, key=lambda item: item.span)
    if first.rule is INVALID_API_BASE:
        return "its api_base is not a valid URL"
    return first.message.partition(". ")[0].rstrip(".")
