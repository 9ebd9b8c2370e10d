"""Characters of `api_base` that are not part of the URL: quotes, brackets, invisible characters, a Markdown link."""

from __future__ import annotations

import re

from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.text import Span

_INVISIBLE = "\u200b-\u200f\u2060\ufeff"
_QUOTES = '"<>`\u00ab\u00bb\u2018-\u201f\u2039\u203a'
_FOREIGN = lazy_re(rf"[{_INVISIBLE}{_QUOTES}]|\]\(|^'.*'$|[,;]$|://[^/]+/.*[^./]\.$")
_WRAPPED = lazy_re(
    rf"(?P<before>(?:[{_INVISIBLE}{_QUOTES}'(\s]|\[[^\]]*\]\()*)"
    rf"(?P<url>https?://[^{_QUOTES}\s]+?)"
    rf"(?P<after>[{_INVISIBLE}{_QUOTES}'),;.\s]*)",
    re.IGNORECASE,
)


def has_foreign(base: str) -> bool:
    """Whether a text has a character that no URL has, is a Markdown link, or its last character is punctuation."""
    return _FOREIGN.search(base) is not None


def pieces_of_url(base: str) -> tuple[Span, ...]:
    """The parts of a text that together are the URL in it; empty if all of the text is one, or there is none."""
    match = _WRAPPED.fullmatch(base)
    if match is None or not has_foreign(base):
        return ()
    found = re.finditer(f"[^{_INVISIBLE}]+", match["url"])
    return tuple(Span(*item.span()).shift(match.start("url")) for item in found)
