"""Document links: URLs in comments. Pages of providers are in hovers, because a link is underlined all the time."""

from __future__ import annotations

import re
from typing import NamedTuple

from aloop_models.catalog.urls import without_credentials
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.text import Span
from aloop_models.features.comments import comments
from aloop_models.snapshot import Snapshot

_URL = lazy_re(r"https?://[^\s<>\"'`\x00-\x1f]+", re.IGNORECASE)


class Link(NamedTuple):
    """A span that opens a web page."""

    span: Span
    target: str
    tooltip: str


def links(snapshot: Snapshot) -> tuple[Link, ...]:
    """Every link, in the order of the text."""
    document = snapshot.document
    text, found = document.text, list[Link]()
    if "://" in text:
        for comment in comments(document):
            for match in _URL.finditer(text, comment.start, comment.end):
                target = match[0].rstrip(".,;:!?)]}*_")
                if _is_public(snapshot, target):
                    span = Span(match.start(), match.start() + len(target))
                    found.append(Link(span, target, "Open the link"))
    return tuple(found)


def _is_public(snapshot: Snapshot, target: str) -> bool:
    """Whether the URL has a host, and no user, password or key."""
    host = target.partition("://")[2].partition("/")[0]
    return without_credentials(target) is not None and "@" not in host and not snapshot.redactor.hides(target)
