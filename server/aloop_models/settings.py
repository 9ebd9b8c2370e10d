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


DEFAULTS = Settings()


def settings_from(value: object) -> Settings:
    """Parse the settings of a client (`{"codeLens": {"enable": true}, …}`); invalid values give the default."""
    if not isinstance(value, Mapping):
        return DEFAULTS
    options = cast("Mapping[str, object]", value)
    rules = options.get("disabledRules")
    names = cast("list[object]", rules) if isinstance(rules, list) else []
    return Settings(
        code_lens=_enabled(options.get("codeLens")),
        inlay_hints=_enabled(options.get("inlayHints")),
        disabled_rules=frozenset(name for name in names if isinstance(name, str)),
    )


def _enabled(value: object) -> bool:
    if isinstance(value, Mapping):
        return cast("Mapping[str, object]", value).get("enable") is not False
    return value is not False
