"""The configuration of one model, as an agent uses it."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace

from aloop_models.catalog import default_name, provider_of
from aloop_models.catalog.file_secrets import secrets_of_fields
from aloop_models.catalog.redaction import Redactor, redactor_for
from aloop_models.catalog.schema_file import load_schema
from aloop_models.core.document import Entry
from aloop_models.core.schema import Schema

DEFAULT_TIMEOUT = 600
_OWN = ("name", "api_key", "api_base", "timeout", "drop_params")


@dataclass(frozen=True, slots=True, repr=False)
class ModelProfile:
    """The configuration of a single model; its `repr` contains no key and no URL, which may contain a password.

    `model_id` is the entry's ID with its label, which is not sent (see `litellm_id`). `timeout` is in seconds and
    limits one request. `extra` has the other fields of the schema: connection fields and request parameters. `secrets`
    are those of the whole file, which are masked in the model's answers; `repr`, `==`, `fields_of` and a pickle do not
    include them.
    """

    model_id: str
    name: str = ""
    api_key: str | None = None
    api_base: str | None = None
    timeout: float = DEFAULT_TIMEOUT
    drop_params: bool = True
    extra: Mapping[str, object] = field(default_factory=dict[str, object])
    secrets: frozenset[str] = field(default=frozenset(), repr=False, compare=False, kw_only=True)

    def __repr__(self) -> str:
        parts = f"{self.shown_id!r}, name={self.redactor.redact(self.name)!r}, timeout={self.timeout!r}"
        return f"ModelProfile({parts}, drop_params={self.drop_params!r})"

    def __reduce__(self) -> tuple[object, ...]:
        fields = (self.model_id, self.name, self.api_key, self.api_base, self.timeout, self.drop_params, self.extra)
        return ModelProfile, fields

    def __copy__(self) -> ModelProfile:
        return replace(self)

    def __deepcopy__(self, memo: dict[int, object]) -> ModelProfile:
        return replace(self, extra=deepcopy(self.extra, memo))

    @property
    def display_name(self) -> str:
        """The name, else `model (label)` if the ID has a label, else the ID; redacted."""
        return self.redactor.redact(self.name if self.name.strip() else default_name(self.model_id))

    @property
    def shown_id(self) -> str:
        """The ID, redacted."""
        return self.redactor.redact(self.model_id)

    @property
    def redactor(self) -> Redactor:
        """Masks the secrets of this entry and of its file."""
        return redactor_for(secrets_of_fields(fields_of(self), load_schema()) | self.secrets)

    @property
    def provider(self) -> str:
        """The part before the first `/` of the ID."""
        return provider_of(self.model_id)


def profile_of(entry: Entry, schema: Schema, secrets: frozenset[str] = frozenset()) -> ModelProfile:
    """Return the profile of an entry without errors; unknown and empty fields are omitted.

    `secrets` are those of the whole file.
    """
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
        secrets=secrets,
    )


def fields_of(profile: ModelProfile) -> Mapping[str, object]:
    """Return the fields of an entry for this profile, without default values."""
    fields: dict[str, object] = {
        "name": profile.name or None,
        "api_key": profile.api_key,
        "api_base": profile.api_base,
        "timeout": None if profile.timeout == DEFAULT_TIMEOUT else profile.timeout,
        "drop_params": None if profile.drop_params is True else profile.drop_params,
        **profile.extra,
    }
    return {name: value for name, value in fields.items() if value is not None}
