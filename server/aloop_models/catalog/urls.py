"""Finds URLs and the secrets in them: user and password, secret parameters, fragments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from aloop_models.catalog.key_forms import is_bare_key, is_placeholder
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.text_cache import per_text

URL = lazy_re(r"[A-Za-z][A-Za-z0-9+.-]{0,30}://[^\s\"<>`]+")
"""A URL anywhere in a text; the limit on its scheme keeps the search linear."""

_ONLY_URL = lazy_re(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")
_USER = lazy_re(r"[^/?#]*@(?:[^?#\s]*@)?")
_PASSWORD_WITH_SLASH = lazy_re(r"[^/?#@:\[]*:(?!\d{0,5}(?:[/?#]|$))[^@]*(?:@[^@/?#]*)*@")
_PORT = lazy_re(r":\d{1,5}$", re.ASCII)
_PARAMETER = lazy_re(r"(?<=[?&;#])([^=&;#?]+)=([^&;#]*)")
_SECRET_NAME = lazy_re(
    r"key$|token$|secret|^sig$|signature|passw|pwd|auth|credential|access[-_]?code|^code$|^pass$", re.IGNORECASE
)
_PLAIN_PARAMETERS = frozenset(
    {"api-version", "api_version", "version", "deployment", "model", "engine", "region", "location", "project", "alt"}
)
_SEGMENT = lazy_re(r"[^/?#&=;]+")


class Part(NamedTuple):
    """The span of a secret in a text."""

    start: int
    end: int


def without_credentials(url: str) -> str | None:
    """Scheme, host, port and path of a URL.

    None if it is not a URL, or if its port or path can contain a password.
    """
    try:
        parts = urlsplit(url)
        # Reading the port raises for `https://user:password`, which has no `@host` yet; also for one out of range.
        _ = _PORT.search(parts.netloc) or parts.port
    except ValueError:
        return None
    if not parts.hostname or ("@" in parts.path and (":" in parts.netloc or "@" in parts.netloc)):
        return None
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def host_of_url(url: str) -> str | None:
    """Host and port of a URL, without user and password; None if there is no host."""
    scheme, sign, rest = url.strip().partition("://")
    if not sign or not scheme:
        return None
    start = _credentials_end(rest)
    found = re.match(r"[^/?#]+", rest[start:])
    return found[0] if found else None


def secret_parts(url: str) -> list[Part]:
    """The spans of the secrets in a URL: user and password, secret parameters, and parts that look like keys."""
    start = url.find("://") + 3
    end = start + _credentials_end(url[start:])
    parts = [Part(start, end - 1)] if end > start else []
    seen = end
    for found in _PARAMETER.finditer(url, end):
        name, value = found.group(1, 2)
        if value and not is_placeholder(value) and (_SECRET_NAME.search(name) or is_bare_key(unquote(value))):
            parts.append(Part(*found.span(2)))
    for found in _SEGMENT.finditer(url, seen):
        if not any(part.start < found.end() and found.start() < part.end for part in parts) and is_bare_key(found[0]):
            parts.append(Part(*found.span()))
    return sorted(parts)


def urls_in(text: str) -> Iterator[tuple[int, str]]:
    """The URLs in a text with their offsets. A text that is only a URL includes its quotes and brackets."""
    bare = text.strip()
    if _ONLY_URL.fullmatch(bare):
        yield text.index(bare), bare
    else:
        yield from ((found.start(), found[0]) for found in URL.finditer(text))


def hidden_parts(url: str) -> list[Part]:
    """The spans of a URL that are not displayed: `secret_parts`, all parameters and the fragment.

    The whole URL if its port or path can contain a password.
    """
    if without_credentials(url) is None:
        return [Part(0, len(url))]
    parts = secret_parts(url)
    start = url.find("://") + 3
    rest = start + _credentials_end(url[start:])
    given = (found for found in _PARAMETER.finditer(url, rest) if found[2] and found[1] not in _PLAIN_PARAMETERS)
    fragment = re.compile(r"#([^#=]+)$").search(url, rest)
    found = [Part(*match.span(2)) for match in given] + ([Part(*fragment.span(1))] if fragment else [])
    others = (part for part in found if not any(part.start < known.end and known.start < part.end for known in parts))
    return sorted({*parts, *others})


@per_text(256)
def secrets_of_url(url: str) -> tuple[str, ...]:
    """The texts of a URL that are masked wherever they appear: password, token as user, secret parameters."""
    return tuple(_secrets_of_url(url))


def _secrets_of_url(url: str) -> Iterator[str]:
    start = url.find("://") + 3
    if start < 3:
        return
    user, at, _ = url[start:].rpartition("@")
    if without_credentials(url) is None and at:
        password = user.partition(":")[2]
        yield from (password, *_pieces(password))
        return
    for part in hidden_parts(url):
        text = url[part.start : part.end]
        if part.start == start:
            user, sign, password = text.partition(":")
            text = password if sign else user
            yield from _pieces(text)
        yield text
        if "%" in text:
            yield unquote(text)


def _pieces(password: str) -> Iterator[str]:
    """The parts of a password with `@` or `/`, because some programs take the part after it as the host."""
    return (piece for piece in re.split(r"[@/]", password) if piece != password)


def _credentials_end(rest: str) -> int:
    """The offset after the `@` of user and password in a URL without its scheme; 0 if there is none."""
    found = _PASSWORD_WITH_SLASH.match(rest) or _USER.match(rest)
    return found.end() if found else 0
