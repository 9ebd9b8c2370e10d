"""How messages of checks quote and list names."""

from __future__ import annotations

from collections.abc import Iterable

from aloop_models.catalog.redaction import redact

_LONGEST_NAME = 48


def quote_name(text: str) -> str:
    """A name in a message: in quotes, masked where it looks like a key, shortened where it is long."""
    safe = redact(text)
    return f"'{safe[:_LONGEST_NAME]}…'" if len(safe) > _LONGEST_NAME else f"'{safe}'"


def list_choices(names: Iterable[str]) -> str:
    """Names as a choice: `a, b or c`."""
    *first, last = [redact(name)[:_LONGEST_NAME] for name in names]
    return f"{', '.join(first)} or {last}" if first else last
