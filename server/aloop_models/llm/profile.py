"""One model's configuration as an agent uses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aloop_models.catalogue import provider_of
from aloop_models.core.document import Entry
from aloop_models.core.schema import Schema

DEFAULT_TIMEOUT = 600
_OWN = ("name", "api_key", "api_base", "timeout", "drop_params")


@dataclass(frozen=True, slots=True)
class ModelProfile:
    """Configuration of a single model; `repr` shows no key.

    `timeout` is in seconds and bounds one request. `extra` holds further fields that LiteLLM takes (connection
    fields and request parameters of the schema), and none that it does not.
    """

    model_id: str
    name: str = ""
    api_key: str | None = field(default=None, repr=False)
    api_base: str | None = None
    timeout: float = DEFAULT_TIMEOUT
    drop_params: bool = True
    extra: Mapping[str, object] = field(default_factory=dict[str, object], repr=False)

    @property
    def display_name(self) -> str:
        """The name, else the id."""
        return self.name or self.model_id

    @property
    def provider(self) -> str:
        """What stands before the first `/` of the id."""
        return provider_of(self.model_id)


def profile_of(entry: Entry, schema: Schema) -> ModelProfile:
    """The profile of an entry whose values were checked; unknown fields are left behind."""
    values = entry.profile
    name, key, base = values.get("name"), values.get("api_key"), values.get("api_base")
    timeout, drop = values.get("timeout"), values.get("drop_params")
    return ModelProfile(
        model_id=entry.model_id,
        name=name if isinstance(name, str) else "",
        api_key=key if isinstance(key, str) and key else None,
        api_base=base if isinstance(base, str) and base else None,
        timeout=timeout if isinstance(timeout, int | float) else DEFAULT_TIMEOUT,
        drop_params=drop if isinstance(drop, bool) else True,
        extra={key: value for key, value in values.items() if key in schema.fields and key not in _OWN},
    )
