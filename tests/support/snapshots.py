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
def facts(today: date = TODAY, settings: Settings = DEFAULTS, *, catalog_is_exact: bool = False) -> Facts:
    """The facts with a fixed day, made once."""
    return Facts(load_schema(), load_catalog(), settings, today, catalog_is_exact)


def snapshot(
    text: str,
    *,
    place: Place = HOME_PLACE,
    today: date = TODAY,
    settings: Settings = DEFAULTS,
    sessions: tuple[Session, ...] = (),
    selected: str | None = None,
    catalog_is_exact: bool = False,
) -> Snapshot:
    """A snapshot of a text."""
    known = facts(today, settings, catalog_is_exact=catalog_is_exact)
    return Snapshot(read_document(text), known, place, sessions, selected)


def with_cursor(marked: str) -> tuple[str, int]:
    """The text without its `$0`, and the offset at which it stood."""
    assert marked.count(CURSOR) == 1
    return marked.replace(CURSOR, ""), marked.index(CURSOR)
