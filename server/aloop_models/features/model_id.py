"""Whether a text can be the ID of a new model."""

from __future__ import annotations

from aloop_models.catalog import is_entry_id, litellm_id, looks_like_key, split_label
from aloop_models.catalog.redaction import quote
from aloop_models.errors import RefusedError


def require_model_id(model_id: str, example: str) -> None:
    """Refuse what cannot be a new model's ID; `example` is one that can (`model_search.example_model`).

    Raises:
        RefusedError: `invalidFields`, without quoting what looks like a key.
    """
    if not is_entry_id(model_id):
        label = split_label(model_id)[1]
        if label is not None and is_entry_id(litellm_id(model_id)):
            hint = f"A label is letters, digits, '.', '_' and '-', such as {example}#work."
        else:
            hint = f"A model ID is provider/model, such as {example}."
        raise RefusedError("invalidFields", f"{quote(model_id, 'This')} is not a model ID. {hint}")
    if looks_like_key(model_id):
        raise RefusedError(
            "invalidFields", "That looks like an API key. An id is provider/model; keys belong in api_key."
        )
