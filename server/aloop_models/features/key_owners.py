"""The entries whose API key another entry can use, because both send it to the same place."""

from __future__ import annotations

from collections.abc import Iterator

from aloop_models.catalog import provider_of
from aloop_models.catalog.provider_table import SHARES_CREDENTIALS_WITH
from aloop_models.core.document import PlacedEntry
from aloop_models.features.checks.api_key import has_valid_key
from aloop_models.features.destinations import server_of
from aloop_models.snapshot import Snapshot


def key_owners(snapshot: Snapshot, model_id: str, server: str | None) -> Iterator[PlacedEntry]:
    """The entries with a valid key of the same provider for the same server, one for each key.

    `server` is that of `destinations.server_of`: a key is never sent to another server than before.
    """
    issuer, found = _issuer(model_id), {_key_of(snapshot, model_id)}
    for placed in snapshot.document.by_id.values() if issuer and server is not None else ():
        if (
            placed.model_id == model_id
            or _issuer(placed.model_id) != issuer
            or snapshot.redactor.hides(placed.model_id)
        ):
            continue
        key = placed.entry.text("api_key")
        if (
            key in found
            or server_of(placed, snapshot.facts) != server
            or not has_valid_key(placed.entry, snapshot.facts)
        ):
            continue
        found.add(key)
        yield placed


def _key_of(snapshot: Snapshot, model_id: str) -> str:
    placed = snapshot.document.by_id.get(model_id)
    return placed.entry.text("api_key") if placed else ""


def _issuer(model_id: str) -> str:
    provider = provider_of(model_id)
    return SHARES_CREDENTIALS_WITH.get(provider, provider)
