"""Snapshots for tests: the shipped catalog and schema, a fixed day, and a text with a cursor mark."""

from __future__ import annotations

from datetime import date
from functools import cache

from aloop_models.catalog import load_catalog
from aloop_models.catalog.schema_file import load_schema
from aloop_models.core.reader import read_document
from aloop_models.settings import DEFAULTS, Settings
from aloop_models.snapshot import Facts, Place, Session, Snapshot

TODAY = date(2026, 11, 22)
CURSOR = "$0"
HOME_PLACE = Place(path="/home/me/project/.aloop/models.yaml", mode=0o600, repository=None, tracked="no", ignored=None)


@cache
def facts(today: date = TODAY, settings: Settings = DEFAULTS) -> Facts:
    """The facts with a fixed day, made once."""
    return Facts(load_schema(), load_catalog(), settings, today)


def snapshot(
    text: str,
    *,
    place: Place = HOME_PLACE,
    today: date = TODAY,
    settings: Settings = DEFAULTS,
    sessions: tuple[Session, ...] = (),
    selected: str | None = None,
) -> Snapshot:
    """A snapshot of a text."""
    return Snapshot(read_document(text), facts(today, settings), place, sessions, selected)


def with_cursor(marked: str) -> tuple[str, int]:
    """The text without its `$0`, and the offset at which it stood."""
    assert marked.count(CURSOR) == 1
    return marked.replace(CURSOR, ""), marked.index(CURSOR)
