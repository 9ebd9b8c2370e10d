"""Document links: the documentation of a provider on its name, and URLs in comments."""

from __future__ import annotations

import re
from typing import NamedTuple

from aloop_models.catalog import provider_of
from aloop_models.catalog.urls import without_credentials
from aloop_models.core.text import Span
from aloop_models.features.comments import comments
from aloop_models.features.id_spans import id_spans
from aloop_models.snapshot import Snapshot

_URL = re.compile(r"https?://[^\s<>\"'`\x00-\x1f]+", re.IGNORECASE)


class Link(NamedTuple):
    """A span that opens a web page."""

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
            tooltip = f"Open the documentation for {provider.label}"
            found[parts.provider.start] = Link(parts.provider, provider.docs_url, tooltip)
    if "://" in text:
        for comment in comments(document):
            for match in _URL.finditer(text, comment.start, comment.end):
                target = match[0].rstrip(".,;:!?)]}*_")
                if _is_public(snapshot, target):
                    span = Span(match.start(), match.start() + len(target))
                    found[span.start] = Link(span, target, "Open the link")
    return tuple(found[start] for start in sorted(found))


def _is_public(snapshot: Snapshot, target: str) -> bool:
    """Whether the URL has a host, and no user, password or key."""
    host = target.partition("://")[2].partition("/")[0]
    return without_credentials(target) is not None and "@" not in host and not snapshot.redactor.hides(target)
