"""IDs of new models that are probably a mistake and that a person must confirm."""

from __future__ import annotations

from collections.abc import Mapping

from aloop_models.catalog import Catalog, litellm_id, provider_of, split_id, split_label, with_label
from aloop_models.catalog.redaction import redact
from aloop_models.errors import RefusedError
from aloop_models.features.checks.model import repeats_provider

_TO_CONFIRM = " To add it anyway, set allowUnusualId."


class UnusualIdError(RefusedError):
    """An ID whose provider is unknown or repeated."""

    @property
    def problem(self) -> str:
        """The problem and the suggestions, without the way to confirm the ID."""
        return self.message.removesuffix(_TO_CONFIRM)

    def message_for(self, command: str) -> str:
        """Return the message with the option that confirms the ID."""
        del command
        return f"{self.problem} To add it anyway, use --allow-unusual-id."


def check_new_id(model_id: str, fields: Mapping[str, object], catalog: Catalog) -> None:
    """Refuse a well-formed ID that a person must confirm.

    Raises:
        UnusualIdError: `unknownProvider` or `repeatedProvider`, with the closest IDs.
    """
    provider, model = split_id(model_id)
    label = split_label(model_id)[1]
    if provider not in catalog.providers:
        if provider_of(model) in catalog.providers:
            meant: tuple[str, ...] = (model,)
        else:
            meant = tuple(f"{name}/{model}" for name in catalog.nearest_providers(provider))
        problem = f"LiteLLM has no provider '{redact(provider)}'."
        reason = "unknownProvider"
    elif repeats_provider(litellm_id(model_id), str(fields.get("api_base") or ""), catalog):
        meant, problem, reason = (model,), f"The provider '{redact(provider)}' is repeated.", "repeatedProvider"
    else:
        return
    suggestions = tuple(redact(with_label(item, label)) for item in meant)
    hint = f" Did you mean {' or '.join(suggestions)}?" if suggestions else ""
    raise UnusualIdError(reason, f"{problem}{hint}{_TO_CONFIRM}", suggestions)
