"""Whether a text can be the ID of a new model."""

from __future__ import annotations

from aloop_models.catalog import is_entry_id, litellm_id, looks_like_key, split_label
from aloop_models.catalog.redaction import quote
from aloop_models.errors import RefusedError


def require_model_id(model_id: str, example: str) -> None:
    """Refuse a text that cannot be the ID of a new model; `example` is a valid ID (`model_search.example_model`).

    Raises:
        RefusedError: `invalidFields`; the message does not repeat what looks like a key.
    """
    if not is_entry_id(model_id):
        label = split_label(model_id)[1]
        if label is not None and is_entry_id(litellm_id(model_id)):
            hint = f"In a label, use only letters, digits, '.', '_' and '-', for example {example}#work."
        else:
            hint = f"Write provider/model, for example {example}."
        raise RefusedError("invalidFields", f"{quote(model_id, 'This')} is not a model ID. {hint}")
    if looks_like_key(model_id):
        raise RefusedError(
            "invalidFields", "This looks like an API key. Write provider/model here, and put the key in api_key."
        )
