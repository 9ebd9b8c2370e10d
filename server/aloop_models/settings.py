"""The user's settings from the editor, validated and frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast


@dataclass(frozen=True, slots=True)
class Settings:
    """The user's settings."""

    code_lens: bool = True
    inlay_hints: bool = True
    disabled_rules: frozenset[str] = frozenset()
    """IDs of rules that are not reported."""
    files: tuple[str, ...] = ()
    """Globs of other files in the format of models.yaml."""


DEFAULTS = Settings()


def settings_from(value: object) -> Settings:
    """Parse the settings of a client (`{"codeLens": {"enable": true}, …}`); invalid values give the default."""
    if not isinstance(value, Mapping):
        return DEFAULTS
    options = cast("Mapping[str, object]", value)
    return Settings(
        code_lens=_enabled(options.get("codeLens")),
        inlay_hints=_enabled(options.get("inlayHints")),
        disabled_rules=frozenset(_texts(options.get("disabledRules"))),
        files=_texts(options.get("files")),
    )


def _texts(value: object) -> tuple[str, ...]:
    items = cast("list[object]", value) if isinstance(value, list) else []
    return tuple(item for item in items if isinstance(item, str))


def _enabled(value: object) -> bool:
    if isinstance(value, Mapping):
        return cast("Mapping[str, object]", value).get("enable") is not False
    return value is not False
