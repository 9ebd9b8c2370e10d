"""Whether a model can answer at all, and how an entry is shown: never with its key."""

from __future__ import annotations

import re

from aloop_models.catalogue import (
    ModelFacts,
    default_name,
    is_entry_id,
    is_placeholder,
    litellm_id,
    looks_like_key,
    provider_of,
    split_label,
)
from aloop_models.catalogue.redaction import quote, redact
from aloop_models.core.document import Entry
from aloop_models.errors import Refusal
from aloop_models.snapshot import Facts

_VARIABLE = re.compile(r"\s*(?:\$\{?\w|os\.environ/|%\w+%)")


def why_not_ready(entry: Entry, facts: Facts) -> str | None:
    """The reason a switch to this model is refused, as half a sentence; None where it is ready."""
    key, base = entry.profile.get("api_key"), entry.profile.get("api_base")
    if key is not None and not isinstance(key, str):
        return "its api_key is not text (put it in quotes)"
    if isinstance(base, str) and base.strip():
        return None
    provider = provider_of(entry.model_id)
    if not provider:
        return "its id is not of the form provider/model"
    known = facts.catalogue.providers.get(provider)
    if known is not None and not known.needs_key:
        return None
    keys = [entry.profile.get(name) for name in (known.key_fields if known else ("api_key",))]
    given = [value for value in keys if isinstance(value, str) and value.strip()]
    if not given:
        return "it has no api_key"
    if all(is_placeholder(value) for value in given):
        return "its api_key is still a placeholder"
    if all(_VARIABLE.match(value) for value in given):
        return "its api_key names a variable, and variables are not expanded"
    return None


def display_name(entry: Entry) -> str:
    """The entry's `name`; without one `model (label)` where its ID has a label, else its ID."""
    name = entry.profile.get("name")
    return redact(name if isinstance(name, str) and name.strip() else default_name(entry.model_id))


def require_model_id(model_id: str) -> None:
    """Refuse what cannot be a new model's id.

    Raises:
        Refusal: `invalidFields`, without quoting what looks like a key.
    """
    if not is_entry_id(model_id):
        label = split_label(model_id)[1]
        if label is not None and is_entry_id(litellm_id(model_id)):
            example = "A label is letters, digits, '.', '_' and '-', such as openai/gpt-4o#work."
        else:
            example = "A model ID is provider/model, such as openai/gpt-4o."
        raise Refusal("invalidFields", f"{quote(model_id, 'This')} is not a model ID. {example}")
    if looks_like_key(model_id):
        raise Refusal("invalidFields", "That looks like an API key. An id is provider/model; keys belong in api_key.")


def tokens_text(count: int) -> str:
    """A number of tokens in short: `128K`, `1M`, `1.05M`."""
    if count >= 1_000_000:
        return f"{count / 1_000_000:.2f}".rstrip("0").rstrip(".") + "M"
    return f"{count / 1_000:.1f}".rstrip("0").rstrip(".") + "K" if count >= 1_000 else str(count)


def price_text(price: float) -> str:
    """A price in US dollars without needless digits: `$3`, `$0.15`."""
    return f"${price:.4f}".rstrip("0").rstrip(".")


def facts_text(model: ModelFacts) -> str:
    """Context window and prices in one line: `128K · $2.5 in / $10 out`; empty where nothing is known."""
    parts: list[str] = []
    if model.context_window:
        parts.append(tokens_text(model.context_window))
    # LiteLLM writes 0 where nobody is billed by the token, which is no price to show.
    if model.input_price is not None and model.output_price is not None and (model.input_price or model.output_price):
        parts.append(f"{price_text(model.input_price)} in / {price_text(model.output_price)} out")
    return " · ".join(parts)
