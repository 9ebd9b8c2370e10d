"""One model's configuration as an agent uses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aloop_models.catalogue import default_name, provider_of
from aloop_models.catalogue.file_secrets import secrets_of_fields
from aloop_models.catalogue.redaction import Redactor, redactor_for
from aloop_models.catalogue.schema_file import load_schema
from aloop_models.core.document import Entry
from aloop_models.core.schema import Schema

DEFAULT_TIMEOUT = 600
_OWN = ("name", "api_key", "api_base", "timeout", "drop_params")


@dataclass(frozen=True, slots=True, repr=False)
class ModelProfile:
    """Configuration of a single model; `repr` shows no key, nor an address, which may hold a password.

    `model_id` is the entry's ID with its label, which is not sent (see `litellm_id`). `timeout` is in seconds and
    bounds one request. `extra` holds further fields that LiteLLM takes (connection fields and request parameters of
    the schema), and none that it does not.
    """

    model_id: str
    name: str = ""
    api_key: str | None = None
    api_base: str | None = None
    timeout: float = DEFAULT_TIMEOUT
    drop_params: bool = True
    extra: Mapping[str, object] = field(default_factory=dict[str, object])

    def __repr__(self) -> str:
        redact = self._redactor.redact
        parts = f"{redact(self.model_id)!r}, name={redact(self.name)!r}, timeout={self.timeout!r}"
        return f"ModelProfile({parts}, drop_params={self.drop_params!r})"

    @property
    def display_name(self) -> str:
        """The name; without one `model (label)` where the ID has a label, else the ID. Redacted."""
        return self._redactor.redact(self.name if self.name.strip() else default_name(self.model_id))

    @property
    def _redactor(self) -> Redactor:
        return redactor_for(secrets_of_fields(fields_of(self), load_schema()))

    @property
    def provider(self) -> str:
        """The part before the first `/` of the ID."""
        return provider_of(self.model_id)


def profile_of(entry: Entry, schema: Schema) -> ModelProfile:
    """The profile of an entry whose values were checked; unknown fields, and those without a value, are left behind."""
    values = entry.profile
    name, key, base = values.get("name"), values.get("api_key"), values.get("api_base")
    timeout, drop = values.get("timeout"), values.get("drop_params")
    return ModelProfile(
        model_id=entry.model_id,
        name=name if isinstance(name, str) else "",
        api_key=key if isinstance(key, str) and key.strip() else None,
        api_base=base if isinstance(base, str) and base.strip() else None,
        timeout=timeout if isinstance(timeout, int | float) and not isinstance(timeout, bool) else DEFAULT_TIMEOUT,
        drop_params=drop if isinstance(drop, bool) else True,
        extra={
            name: value
            for name, value in values.items()
            if name in schema.fields and name not in _OWN and value is not None
        },
    )


def fields_of(profile: ModelProfile) -> Mapping[str, object]:
    """The fields that an entry would hold for this profile; what is as by default is left out."""
    fields: dict[str, object] = {
        "name": profile.name or None,
        "api_key": profile.api_key,
        "api_base": profile.api_base,
        "timeout": None if profile.timeout == DEFAULT_TIMEOUT else profile.timeout,
        "drop_params": None if profile.drop_params is True else profile.drop_params,
        **profile.extra,
    }
    return {name: value for name, value in fields.items() if value is not None}
