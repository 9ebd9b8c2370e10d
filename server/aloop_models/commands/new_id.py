"""IDs of new models that are most likely a mistake, which a person confirms before they are written."""

from __future__ import annotations

from collections.abc import Mapping

from aloop_models.catalog import Catalog, litellm_id, provider_of, split_id, split_label, with_label
from aloop_models.catalog.redaction import redact
from aloop_models.errors import RefusedError
from aloop_models.features.checks.model import repeats_provider

_TO_CONFIRM = " To add it as it is, set allowUnusualId."


class UnusualIdError(RefusedError):
    """An ID whose provider is unknown or written twice."""

    @property
    def problem(self) -> str:
        """What is wrong with the ID, without what to do."""
        return self.message.removesuffix(_TO_CONFIRM)

    def message_for(self, command: str) -> str:
        """The message with the option to type."""
        del command
        return f"{self.problem} To add it as it is, use --allow-unusual-id."


def check_new_id(model_id: str, fields: Mapping[str, object], catalog: Catalog) -> None:
    """Refuse a well-formed ID that has to be confirmed.

    Raises:
        UnusualIdError: `unknownProvider` or `repeatedProvider`, with the IDs that are most likely meant.
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
        meant, problem, reason = (model,), "The provider is written twice.", "repeatedProvider"
    else:
        return
    suggestions = tuple(redact(with_label(item, label)) for item in meant)
    hint = f" Did you mean {' or '.join(suggestions)}?" if suggestions else ""
    raise UnusualIdError(reason, f"{problem}{hint}{_TO_CONFIRM}", suggestions)
