"""Redact texts before a person, a log or a model sees them: keys become a mask, control characters go.

`redact` knows keys by their form and the credentials in URLs. A `Redactor` also knows the secrets of one file, and
masks them wherever they appear.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TypeVar, cast

from aloop_models.catalog.key_forms import contains_key, is_bare_key, public_prefix
from aloop_models.catalog.urls import URL, secret_parts

MASK = "••••••••"
"""Replaces every secret, whatever its length."""

SHORTEST_SECRET = 8
"""Characters that a secret of a file needs to be masked wherever it appears; a shorter one may be any word."""

_LONGEST_NAME = 24
"""Characters of a name without a `/` that is repeated to the person who typed it; most keys are longer."""

_BEGINNING = 12
"""A text that was cut shows the beginning of a secret; so many characters of it are masked too."""

_WORD = re.compile(r"[^\s\"'`<>(){}\[\],;|]+")
_PART = re.compile(r"[^:=&?#@]+")
_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\Z)", re.DOTALL
)
_AUTHORIZATION = re.compile(r"(?i:\b(?:bearer|basic)\s+)((?=[^\s\"',;]*\d)[A-Za-z0-9._~+/=-]{16,})")
_BETWEEN = re.compile(r"[\s\\\"'+]+")
"""What separates the two halves of a text that is written over several lines."""
_PIECE = re.compile(r"[^\s\\\"'+]+")

_ESCAPED = re.compile(r"\\(?=[^\w\s])")
_FILE_NAMES = frozenset({"file", "uri", "folder", "path", "edits"})

Value = TypeVar("Value")


def redact(text: str) -> str:
    """Return the text without control characters, and with the mask in place of each word that contains a key.

    A model id or a name that contains a key is a single word, so all of it becomes the mask.
    """
    return NO_SECRETS.redact(text)


def mask(text: str) -> str:
    """Return the text with the mask in place of keys; line breaks and control characters stay."""
    return NO_SECRETS.mask(text)


def quote(typed: str, instead: str) -> str:
    """Return a name that a person typed, in quotes; `instead` where it has no `/` and is long: it may be a key.

    A key of no known form cannot be told from a name, so no message repeats one.
    """
    return instead if "/" not in typed and len(typed) > _LONGEST_NAME else f"'{redact(typed)}'"


class Redactor:
    """Masks the secrets of one file, and what looks like a key. Immutable; make it with `redactor_for`."""

    def __init__(self, secrets: frozenset[str]) -> None:
        self.secrets = secrets
        self._by_head: dict[str, list[tuple[str, int]]] = {}
        for secret in sorted(secrets, key=len, reverse=True):
            least = min(len(secret), max(_BEGINNING, len(public_prefix(secret)) + SHORTEST_SECRET))
            self._by_head.setdefault(secret[:SHORTEST_SECRET], []).append((secret, least))
        self._known: dict[str, str] = {}

    def redact(self, text: str) -> str:
        """As the function of that name, with the file's own secrets."""
        return self.mask(_printable(text))

    def mask(self, text: str) -> str:
        """As the function of that name, with the file's own secrets."""
        known = self._known.get(text)
        if known is not None:
            return known
        masked = self.mask_own(text)
        masked = (_kept_forms if len(masked) <= _LONGEST_KNOWN else _mask_forms)(masked)
        if len(text) <= _LONGEST_KNOWN:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            # The same object where nothing is masked, which is nearly always so.
            self._known[text] = text if masked == text else masked
        return masked

    def mask_own(self, text: str) -> str:
        """The text with the mask in place of the file's own secrets, and of the beginning of one that was cut."""
        return _replaced(text, self.own_spans(text))

    def mask_content(self, text: str) -> str:
        """The content of a file: its own secrets, also over several lines, published forms, and credentials in URLs.

        A long random word alone is kept: a commit's id or a checksum is what a reader may want.
        """
        text = _replaced(text, self._over_lines(text))
        text = self.mask_own(text)
        if "://" in text:
            text = URL.sub(_mask_url_in_content, text)
        if "PRIVATE KEY" in text:
            text = _PRIVATE_KEY.sub(MASK, text)
        text = _AUTHORIZATION.sub(_mask_first, text)
        return _WORD.sub(lambda word: MASK if contains_key(word[0]) else word[0], text) if contains_key(text) else text

    def redact_markdown(self, text: str) -> str:
        """Markdown whose characters may be escaped."""
        if "\\" in text and self._by_head:
            places = [at for at in range(len(text)) if not _ESCAPED.match(text, at)]
            plain = "".join(text[at] for at in places)
            spans = [(places[start], places[end - 1] + 1) for start, end in self.own_spans(plain)]
            text = _replaced(text, spans)
        return self.mask(text)

    def redact_value(self, value: Value) -> Value:
        """A JSON value with every text in it redacted, names included; paths and edits stay."""
        return cast("Value", self._value(value))

    def mask_own_value(self, value: Value) -> Value:
        """A JSON value with the file's own secrets masked in its texts, names left as they are."""
        return cast("Value", self._own_value(value))

    def hides(self, text: str) -> bool:
        """Whether a text cannot be shown as it is."""
        return self.redact(text) != text

    def _own_value(self, value: object) -> object:
        if isinstance(value, str):
            return self.mask_own(value)
        if isinstance(value, Mapping):
            return {name: self._own_value(item) for name, item in cast("Mapping[str, object]", value).items()}
        if isinstance(value, list | tuple):
            return [self._own_value(item) for item in cast("Iterable[object]", value)]
        return value

    def _value(self, value: object) -> object:
        if isinstance(value, str):
            return self.mask(value)
        if isinstance(value, Mapping):
            items = cast("Mapping[str, object]", value).items()
            return {
                self.mask(name): item if name in _FILE_NAMES and isinstance(item, str) else self._value(item)
                for name, item in items
            }
        if isinstance(value, list | tuple):
            return [self._value(item) for item in cast("Iterable[object]", value)]
        return value

    def own_spans(self, text: str) -> list[tuple[int, int]]:
        """Where the file's own secrets are in a text, and the beginning of one that was cut."""
        found: list[tuple[int, int]] = []
        done = 0
        for at in self._starts(text):
            if at >= done and (end := self._end(text, at)):
                found.append((at, end))
                done = end
        return found

    def _starts(self, text: str) -> Iterable[int]:
        """Offsets at which a secret may begin, in order."""
        heads = self._by_head
        if len(text) < _FEW * len(heads):
            last = len(text) - SHORTEST_SECRET
            return (at for at in range(last + 1) if text[at : at + SHORTEST_SECRET] in heads)
        return sorted(found.start() for head in heads if head in text for found in re.finditer(re.escape(head), text))

    def _end(self, text: str, at: int) -> int:
        """Where the longest secret that begins at the offset ends; 0 where there is none."""
        best = 0
        for secret, least in self._by_head[text[at : at + SHORTEST_SECRET]]:
            if text.startswith(secret, at):
                end = at + len(secret)
                inside = secret.isalpha() and (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum())
                best = max(best, 0 if inside else end)
            elif least < len(secret) and text.startswith(secret[:least], at):
                end = at + least
                while end < len(text) and text[end] == secret[end - at]:
                    end += 1
                best = max(best, end)
        return best

    def _over_lines(self, text: str) -> list[tuple[int, int]]:
        """Where the file's own secrets are written over several lines, line by line."""
        if not self.secrets or "\n" not in text:
            return []
        squeezed = _BETWEEN.sub("", text)
        short_forms = {secret: _BETWEEN.sub("", secret) for secret in self.secrets}
        wanted = {
            short
            for secret, short in short_forms.items()
            if len(short) >= SHORTEST_SECRET and short in squeezed and squeezed.count(short) > text.count(secret)
        }
        if not wanted:
            return []
        places = [at for part in _PIECE.finditer(text) for at in range(*part.span())]
        spans: list[tuple[int, int]] = []
        for short in wanted:
            start = squeezed.find(short)
            while start >= 0:
                spans += _lines_of(text, places[start], places[start + len(short) - 1] + 1)
                start = squeezed.find(short, start + len(short))
        return sorted(spans)


class StreamRedactor:
    """Masks a file's secrets in a text that comes in pieces: what may be the beginning of one is held back."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._redactor = redactor_for(frozenset(secrets))
        self._in_order = sorted(self._redactor.secrets)
        self._longest = max(map(len, self._in_order), default=0)
        self._held = ""

    def add(self, piece: str) -> str:
        """Take the next piece; return what can be shown by now."""
        text = self._held + piece
        cut = self._begun(text)
        # A secret that is there already may go on as a longer one.
        cut = next((start for start, end in self._redactor.own_spans(text) if start < cut < end), cut)
        self._held = text[cut:]
        return self._redactor.mask_own(text[:cut])

    def end(self) -> str:
        """What was held back."""
        rest, self._held = self._held, ""
        return self._redactor.mask_own(rest)

    def _begun(self, text: str) -> int:
        """Where the last characters may be the beginning of a secret; the end of the text where they are none."""
        for start in range(max(0, len(text) - self._longest + 1), len(text)):
            tail = text[start:]
            at = bisect_right(self._in_order, tail)
            if self._in_order[at : at + 1] and self._in_order[at].startswith(tail):
                return start
        return len(text)


@lru_cache(maxsize=16)
def redactor_for(secrets: frozenset[str]) -> Redactor:
    """The redactor of these secrets, those that are too short left out."""
    return Redactor(frozenset(text for text in secrets if len(text) >= SHORTEST_SECRET))


def _mask_forms(text: str) -> str:
    """The text with the mask in place of what looks like a key, whatever file it belongs to."""
    if "://" in text:
        text = URL.sub(_mask_url, text)
    if "PRIVATE KEY" in text:
        text = _PRIVATE_KEY.sub(MASK, text)
    text = _AUTHORIZATION.sub(_mask_first, text)
    return _WORD.sub(_mask_word, text)


def _mask_url(found: re.Match[str]) -> str:
    url = found[0]
    masked = _replaced(url, secret_parts(url))
    return MASK if contains_key(masked) else masked


def _mask_url_in_content(found: re.Match[str]) -> str:
    url = found[0]
    parts = [part for part in secret_parts(url) if url[part.start - 1] in "/=" or contains_key(url)]
    return _replaced(url, parts)


def _mask_first(found: re.Match[str]) -> str:
    return found[0][: found.start(1) - found.start()] + MASK


def _mask_word(found: re.Match[str]) -> str:
    word = found[0]
    if len(word) < _SHORTEST_WORD or "://" in word:
        return word
    if contains_key(word) or any(is_bare_key(part) for part in _candidates(word)):
        end = len(word.rstrip(".!?:…"))
        return MASK + word[end:]
    return word


def _candidates(word: str) -> Iterator[str]:
    """The word, and the parts of it that may be a key of no published form; a path's parts are none."""
    yield word
    bare = word.strip(".:!?…=*_#-+")
    yield bare
    if word.startswith(("/", "~", ".")) or word[1:3] in (":\\", ":/"):
        return
    parts = [part for part in _PART.findall(bare) if len(part) >= _SHORTEST_WORD]
    if len(parts) == 1 or "/" not in bare:
        yield from parts
    provider, slash, model = bare.partition("/")
    if slash and "/" not in model and ":" not in model:
        yield from (provider, model)


_SHORTEST_WORD = 12
_MOST_KNOWN = 65_536
"""Texts whose redacted form is kept, for each redactor."""
_LONGEST_KNOWN = 256
"""Characters of a text whose redacted form is kept."""
_FEW = 8
"""Below so many characters for each secret, a text is looked through once; else it is searched for each secret."""


def _lines_of(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The span line by line, so that the line breaks stay."""
    for line in re.finditer(r"\S[^\r\n]*", text[start:end]):
        yield start + line.start(), start + line.end()


def _replaced(text: str, spans: Iterable[tuple[int, int]]) -> str:
    parts: list[str] = []
    done = 0
    for start, end in spans:
        if end <= done:
            continue
        parts += (text[done : max(start, done)], MASK)
        done = end
    return "".join((*parts, text[done:])) if parts else text


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(character for character in text if unicodedata.category(character)[0] != "C")


_kept_forms = lru_cache(maxsize=_MOST_KNOWN)(_mask_forms)

NO_SECRETS = Redactor(frozenset())
"""Knows the forms of keys only."""
