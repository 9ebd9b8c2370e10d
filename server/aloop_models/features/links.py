"""Links out of the text: a provider's documentation behind its name, and addresses in comments."""

from __future__ import annotations

import re
from typing import NamedTuple

from aloop_models.catalog import provider_of
from aloop_models.catalog.urls import without_credentials
from aloop_models.core.text import Span
from aloop_models.features.comments import comments
from aloop_models.features.id_spans import id_spans
from aloop_models.snapshot import Snapshot

_ADDRESS = re.compile(r"https?://[^\s<>\"'`\x00-\x1f]+", re.IGNORECASE)


class Link(NamedTuple):
    """Text that opens a page."""

    span: Span
    target: str
    tooltip: str


def links(snapshot: Snapshot) -> tuple[Link, ...]:
    """Every link, in the order of the text."""
    document = snapshot.document
    text, providers = document.text, snapshot.facts.catalog.providers
    found: dict[int, Link] = {}
    for placed in document.entries:
        provider = providers.get(provider_of(placed.model_id))
        if provider is None or provider.docs_url is None:
            continue
        parts = id_spans(text, placed.key_span, placed.entry.key)
        if parts:
            found[parts.provider.start] = Link(parts.provider, provider.docs_url, f"{provider.label}: documentation")
    if "://" in text:
        for comment in comments(document):
            for match in _ADDRESS.finditer(text, comment.start, comment.end):
                target = match[0].rstrip(".,;:!?)]}*_")
                if _is_public(snapshot, target):
                    span = Span(match.start(), match.start() + len(target))
                    found[span.start] = Link(span, target, "Open the page")
    return tuple(found[start] for start in sorted(found))


def _is_public(snapshot: Snapshot, target: str) -> bool:
    """Whether the address has a host and neither user, password nor key in it."""
    host = target.partition("://")[2].partition("/")[0]
    return without_credentials(target) is not None and "@" not in host and not snapshot.redactor.hides(target)
