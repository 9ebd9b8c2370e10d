"""Fixes that are found when an editor asks for them, because they need a command or the layout of the whole file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from aloop_models.catalog import provider_of
from aloop_models.catalog.provider_table import BASE_EXAMPLE, HAS_LOCAL_URL
from aloop_models.catalog.references import refers
from aloop_models.core import edits
from aloop_models.core.document import PlacedEntry
from aloop_models.core.text import Edit
from aloop_models.features.checks.api_key import (
    KEY_OF_ANOTHER_PROVIDER,
    MALFORMED_API_KEY,
    MISSING_API_KEY,
    PLACEHOLDER_API_KEY,
)
from aloop_models.features.checks.endpoint import MISSING_API_BASE
from aloop_models.features.checks.fixes import MOST_FIXES
from aloop_models.features.checks.key_placement import ENV_REFERENCE
from aloop_models.features.checks.model_id import INVALID_MODEL_ID
from aloop_models.features.checks.secrecy import NOT_GITIGNORED, READABLE_BY_OTHERS
from aloop_models.features.checks.spans import value_span
from aloop_models.features.checks.values import WRONG_TYPE
from aloop_models.features.destinations import server_of
from aloop_models.features.diagnostic import Diagnostic
from aloop_models.features.formatting import display_name
from aloop_models.features.key_owners import key_owners
from aloop_models.features.layout_fixes import indent_fields, unindent_default
from aloop_models.snapshot import Snapshot

SET_KEY = "aloop.setKey"
PROTECT = "aloop.protectFile"
"""The commands of the fixes of API keys and of the file."""

_KEY_RULES = (
    MISSING_API_KEY,
    PLACEHOLDER_API_KEY,
    MALFORMED_API_KEY,
    KEY_OF_ANOTHER_PROVIDER,
    ENV_REFERENCE,
    WRONG_TYPE,
)
_LARGE_TEXT = 50_000
"""Characters."""
_ANYWHERE = (ENV_REFERENCE, WRONG_TYPE)
"""Rules that can be about other fields than `api_key`."""


class LazyFix(NamedTuple):
    """One way to fix a diagnostic: edits to apply or a command to run."""

    title: str
    safe: bool
    edits: tuple[Edit, ...] = ()
    command: str | None = None
    arguments: Mapping[str, object] = {}
    asks: bool = False
    """Whether the command has a question for the user, which not every editor can ask."""


def lazy_fixes(snapshot: Snapshot, diagnostic: Diagnostic) -> Iterator[LazyFix]:
    """The fixes of a diagnostic of the snapshot besides those that it contains, best first.

    No title and no argument contains an API key: the command copies the key.
    """
    rule = diagnostic.rule
    if rule is NOT_GITIGNORED or rule is READABLE_BY_OTHERS:
        yield from _fix_exposure(snapshot, diagnostic)
    elif rule is INVALID_MODEL_ID and snapshot.document.parses:
        yield from _fix_layout(snapshot, diagnostic)
    elif rule in (*_KEY_RULES, MISSING_API_BASE) and snapshot.document.parses:
        placed = _entry_of(snapshot, diagnostic)
        if placed and rule is MISSING_API_BASE:
            yield from _add_base(snapshot, placed)
        elif placed:
            yield from _fix_key(snapshot, placed, diagnostic)


def _fix_exposure(snapshot: Snapshot, diagnostic: Diagnostic) -> Iterator[LazyFix]:
    if snapshot.place.skipped:
        # Commands refuse a file that another user may have written.
        return
    if diagnostic.rule is NOT_GITIGNORED:
        yield LazyFix("Add to .gitignore", safe=True, command=PROTECT, arguments={"gitignore": True})
    else:
        yield LazyFix("Make readable only by you", safe=True, command=PROTECT, arguments={"permissions": True})


def _fix_layout(snapshot: Snapshot, diagnostic: Diagnostic) -> Iterator[LazyFix]:
    placed = snapshot.document.last_entry_before(diagnostic.span.start)
    if placed and placed.model_id in snapshot.facts.schema.fields:
        if edits_of_fields := indent_fields(snapshot, placed):
            yield LazyFix("Indent the fields below their ID", safe=False, edits=edits_of_fields)
    elif placed and placed.model_id == "default" and (edits_of_line := unindent_default(snapshot, placed)):
        yield LazyFix("Remove the indentation of default", safe=False, edits=edits_of_line)


def _entry_of(snapshot: Snapshot, diagnostic: Diagnostic) -> PlacedEntry | None:
    """The entry of a diagnostic if commands can name it: it is in use, and its ID is not a secret."""
    placed = snapshot.document.last_entry_before(diagnostic.span.start)
    if placed is None or snapshot.document.by_id[placed.model_id] != placed:
        return None
    return None if snapshot.redactor.hides(placed.model_id) else placed


def _fix_key(snapshot: Snapshot, placed: PlacedEntry, diagnostic: Diagnostic) -> Iterator[LazyFix]:
    known = snapshot.facts.catalog.providers.get(provider_of(placed.model_id))
    is_foreign = diagnostic.rule is KEY_OF_ANOTHER_PROVIDER
    if known and not known.needs_key and (is_foreign or diagnostic.rule is MISSING_API_KEY):
        # It needs other credentials, such as a pair of AWS keys.
        return
    if diagnostic.rule in _ANYWHERE and not _is_about_key(placed, diagnostic):
        return
    if snapshot.place.path is None:
        # Commands change files.
        return
    found = key_owners(snapshot, placed.model_id, server_of(placed, snapshot.facts))
    room = max(0, MOST_FIXES - 1 - len(diagnostic.fixes))
    owners = tuple(islice((owner for owner in found if _can_share(snapshot, placed, owner)), room))
    names = Counter(display_name(owner.entry) for owner in owners)
    for owner in owners:
        name = display_name(owner.entry)
        name = snapshot.redactor.redact(name if names[name] == 1 else owner.model_id)
        yield LazyFix(
            f"Use the key of {name}",
            safe=False,
            command=SET_KEY,
            arguments={"modelId": placed.model_id, "sameKeyAs": owner.model_id},
        )
    # The ID can be the mistake instead of the key of another provider.
    yield LazyFix(
        "Set API key…",
        safe=not is_foreign,
        command=SET_KEY,
        arguments={"modelId": placed.model_id, "ask": True},
        asks=True,
    )


def _can_share(snapshot: Snapshot, placed: PlacedEntry, owner: PlacedEntry) -> bool:
    """Whether the layout allows it; of a large text, only the command finds out, because it takes too long here."""
    if len(snapshot.document.text) > _LARGE_TEXT:
        return True
    changes = edits.share_field(snapshot.document, placed.model_id, owner.model_id, "api_key")
    return not isinstance(changes, edits.UnsafeEdit)


def _is_about_key(placed: PlacedEntry, diagnostic: Diagnostic) -> bool:
    """Whether a diagnostic that can be about any field is about the value of `api_key`."""
    field, key = placed.entry.field("api_key"), placed.entry.profile.get("api_key")
    is_wrong = not isinstance(key, str) or (diagnostic.rule is ENV_REFERENCE and refers(key))
    return field is not None and is_wrong and placed.span(value_span(placed.entry, field)) == diagnostic.span


def _add_base(snapshot: Snapshot, placed: PlacedEntry) -> Iterator[LazyFix]:
    provider = provider_of(placed.model_id)
    if provider in HAS_LOCAL_URL:
        url = BASE_EXAMPLE[provider]
        changes = edits.set_fields(snapshot.document, placed.model_id, {"api_base": url})
        if not isinstance(changes, edits.UnsafeEdit):
            yield LazyFix(f"Add api_base: {url}", safe=False, edits=changes)
