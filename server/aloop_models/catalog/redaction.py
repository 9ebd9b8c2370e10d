"""Masks secrets in texts for people, logs and models, and removes control characters.

`redact` detects keys by their format, and credentials in URLs. A `Redactor` also masks the secrets of one file wherever
they appear.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import groupby
from typing import TypeVar, cast

from aloop_models.catalog.key_forms import AWS_SECRET_LENGTH, contains_key, is_bare_key, may_contain_key, public_prefix
from aloop_models.catalog.urls import URL, secret_parts
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.text_cache import LONGEST, per_text

MASK = "••••••••"
"""The replacement for all secrets, independent of their length."""

SHORTEST_SECRET = 8
"""Minimum length of a secret of a file that is masked wherever it appears; a shorter one can be any word."""

_LONGEST_NAME = 24
"""Maximum length of a name without `/` that messages repeat; most keys are longer."""

_SHOWN_NAME = 60
"""Maximum characters of a name with `/` that messages about a client repeat."""

_SHORTEST_START = 12
"""Minimum length of the start of a secret that is masked, because a text can be cut."""

_WORD = lazy_re(r"[^\s\"'`<>(){}\[\],;|]+")
_SHORTEST_WORD = 12
"""Characters. A shorter word cannot be a key."""
_LONG_WORD = lazy_re(rf"[^\s\"'`<>(){{}}\[\],;|]{{{_SHORTEST_WORD},}}")
_PART = lazy_re(r"[^:=&?#@]+")
_PRIVATE_KEY = lazy_re(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\Z)", re.DOTALL)
_AUTHORIZATION = lazy_re(r"(?i:\b(?:bearer|basic)\s+)((?=[^\s\"',;]*\d)[A-Za-z0-9._~+/=-]{16,})")
_BETWEEN = lazy_re(r"[\W_]+")
"""Everything that can be between the parts of a secret that is split, also the marks of a comment or a list."""
_PIECE = lazy_re(r"[^\W_]+")
_SPLIT = lazy_re(r"[^ -~]|[\"'`].*[\"'`]")
"""What is between the parts of a secret that is split: a line break, an invisible character, or two quotes."""

_REST_OF_KEY = lazy_re(r"(?:\.*[\w+/=~-]+)*")
"""Matches what can follow the start of a key, up to the end of the word."""

_MOST_KNOWN = 65_536
"""Maximum number of texts whose result is kept, in general and for each redactor."""

_ESCAPED = lazy_re(r"\\(?=[^\w\s])")
_FILE_NAMES = frozenset({"file", "uri", "folder", "path"})

Value = TypeVar("Value")


def redact(text: str) -> str:
    """Return the text without control characters and with each word that contains a key masked.

    A model ID or a name that contains a key is a single word and is masked as a whole.
    """
    return NO_SECRETS.redact(text)


def mask(text: str) -> str:
    """Return the text with keys masked; line breaks and control characters stay."""
    return NO_SECRETS.mask(text)


def quote(typed: str, instead: str) -> str:
    """Return a typed name in quotes, or `instead` if it is long and has no `/`, because it can be a key.

    A key without a known format looks like a name.
    """
    return instead if _can_be_key(typed) else f"'{redact(typed)}'"


def redact_name(sent: str) -> str:
    """Return the name of a method, command or argument that a client sent: its first 60 characters without keys.

    A long name without `/` is masked, because it can be a key without a known format.
    """
    return MASK if _can_be_key(sent) else redact(sent)[:_SHOWN_NAME]


def _can_be_key(name: str) -> bool:
    return "/" not in name and len(name) > _LONGEST_NAME


class Redactor:
    """Masks the secrets of one file and texts that look like keys. Immutable; create it with `redactor_for`."""

    def __init__(self, secrets: frozenset[str]) -> None:
        self.secrets = secrets
        self._by_head = {head: tuple(group) for head, group in groupby(sorted(secrets), _head)}
        self._known: dict[str, str] = {}

    def redact(self, text: str) -> str:
        """As the function `redact`, including the secrets of the file."""
        return self.mask(_remove_control_characters(text))

    def mask(self, text: str) -> str:
        """As the function `mask`, including the secrets of the file."""
        known = self._known.get(text)
        if known is not None:
            return known
        masked = self.mask_own(text)
        masked = _mask_forms(masked)
        if len(text) <= LONGEST:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            # The same object if nothing is masked, which is the usual case.
            self._known[text] = text if masked == text else masked
        return masked

    def mask_own(self, text: str) -> str:
        """The text with the secrets of the file masked, also the start of a secret that was cut."""
        return _replace_spans(text, self._spans_of_keys(text)) if self.secrets else text

    def mask_content(self, text: str) -> str:
        """Mask the content of a file: secrets, also those that are split, published formats and credentials in URLs.

        Other long random words stay, because they can be commit IDs or checksums.
        """
        text = _replace_spans(text, self._spans_of_split(text))
        text = self.mask_own(text)
        if "://" in text:
            text = URL.sub(_mask_url_in_content, text)
        if "PRIVATE KEY" in text:
            text = _PRIVATE_KEY.sub(MASK, text)
        text = _AUTHORIZATION.sub(_mask_first, text)
        return _WORD.sub(lambda word: MASK if contains_key(word[0]) else word[0], text) if contains_key(text) else text

    def redact_markdown(self, text: str) -> str:
        """Redact Markdown, which can contain escaped characters."""
        if "\\" in text and self._by_head:
            places = [at for at in range(len(text)) if not _ESCAPED.match(text, at)]
            plain = "".join(text[at] for at in places)
            spans = [(places[start], places[end - 1] + 1) for start, end in self._spans_of_keys(plain)]
            text = _replace_spans(text, spans)
        return self.mask(text)

    def redact_value(self, value: Value) -> Value:
        """Mask all texts and names in a JSON value; paths stay."""
        return cast("Value", self._value(value))

    def mask_own_value(self, value: Value) -> Value:
        """Mask the secrets of the file in the texts of a JSON value; names stay."""
        return cast("Value", self._own_value(value))

    def hides(self, text: str) -> bool:
        """Whether redaction changes the text."""
        return self.redact(text) != text

    def _own_value(self, value: object) -> object:
        if isinstance(value, str):
            return self.mask_own(value)
        if isinstance(value, Mapping):
            return {name: self._own_value(item) for name, item in cast("Mapping[str, object]", value).items()}
        if isinstance(value, list | tuple):
            return [self._own_value(item) for item in cast("Iterable[object]", value)]
        return self._number(value)

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
        return self._number(value)

    def _number(self, value: object) -> object:
        """Mask a number that is a key of digits without quotes; other values stay."""
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return MASK if is_number and self.mask_own(str(value)) != str(value) else value

    def own_spans(self, text: str) -> list[tuple[int, int]]:
        """The spans of the secrets of the file in a text, also of the start of a secret that was cut."""
        found: list[tuple[int, int]] = []
        done = 0
        for at in self._starts(text):
            if at >= done and (end := self._end(text, at)):
                found.append((at, end))
                done = end
        return found

    def _spans_of_keys(self, text: str) -> Iterator[tuple[int, int]]:
        """As `own_spans`, each one to the end of the word if it is only the start of a secret.

        It can be the start of another key, as in `Bearer sk-…`, of which no format matches the rest.
        """
        done = 0
        for start, end in self.own_spans(text):
            if end > done:
                rest = None if text[start:end] in self.secrets else _REST_OF_KEY.match(text, end)
                done = rest.end() if rest else end
                yield start, done

    def _starts(self, text: str) -> Iterable[int]:
        """The offsets where a secret can start, in order."""
        heads = self._by_head
        if len(text) < _FEW * len(heads):
            last = len(text) - SHORTEST_SECRET
            return (at for at in range(last + 1) if text[at : at + SHORTEST_SECRET] in heads)
        return sorted(found.start() for head in heads if head in text for found in re.finditer(re.escape(head), text))

    def _end(self, text: str, at: int) -> int:
        """The end of the longest secret at the offset; 0 if there is none."""
        best = 0
        for secret in self._by_head[text[at : at + SHORTEST_SECRET]]:
            if text.startswith(secret, at):
                end = at + len(secret)
                best = max(best, 0 if _is_in_word(secret, text, at, end) else end)
            elif (least := _shortest_start(secret)) < len(secret) and text.startswith(secret[:least], at):
                end = at + least
                while end < len(text) and text[end] == secret[end - at]:
                    end += 1
                best = max(best, end)
        return best

    def _spans_of_split(self, text: str) -> list[tuple[int, int]]:
        """The spans of secrets of the file that are split, such as over several lines, one span per line."""
        if not self.secrets or not _SPLIT.search(text):
            return []
        squeezed = _BETWEEN.sub("", text)
        short_forms = {secret: _BETWEEN.sub("", secret) for secret in self.secrets}
        secrets = {
            secret: short
            for secret, short in short_forms.items()
            if len(short) >= SHORTEST_SECRET and short in squeezed and squeezed.count(short) > text.count(secret)
        }
        if not secrets:
            return []
        places = [at for part in _PIECE.finditer(text) for at in range(*part.span())]
        spans: list[tuple[int, int]] = []
        for secret, short in secrets.items():
            at = squeezed.find(short)
            while at >= 0:
                start, end = places[at], places[at + len(short) - 1] + 1
                if _is_split(secret, text[start:end]) and not _is_in_word(secret, text, start, end):
                    spans += _lines_of(text, start, end)
                at = squeezed.find(short, at + len(short))
        return sorted(spans)


def _head(secret: str) -> str:
    return secret[:SHORTEST_SECRET]


def _shortest_start(secret: str) -> int:
    """The number of characters at the start of a secret that are masked alone."""
    return max(_SHORTEST_START, len(public_prefix(secret)) + SHORTEST_SECRET)


class StreamRedactor:
    """Masks the secrets of a file in a stream of text; keeps back what can be the start of a secret."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._redactor = redactor_for(frozenset(secrets))
        self._in_order = sorted(self._redactor.secrets)
        self._longest = max(map(len, self._in_order), default=0)
        self._held = ""

    def add(self, piece: str) -> str:
        """Add the next piece of text; return the text that is complete."""
        text = self._held + piece
        cut = self._find_start(text)
        # A secret in the text can continue as a longer secret.
        cut = next((start for start, end in self._redactor.own_spans(text) if start < cut < end), cut)
        self._held = text[cut:]
        return self._redactor.mask_own(text[:cut])

    def end(self) -> str:
        """Return the text that is still held back."""
        rest, self._held = self._held, ""
        return self._redactor.mask_own(rest)

    def _find_start(self, text: str) -> int:
        """The start of the last characters that can start a secret, or the end of the text."""
        for start in range(max(0, len(text) - self._longest + 1), len(text)):
            tail = text[start:]
            at = bisect_right(self._in_order, tail)
            if self._in_order[at : at + 1] and self._in_order[at].startswith(tail):
                return start
        return len(text)


@lru_cache(maxsize=16)
def redactor_for(secrets: frozenset[str]) -> Redactor:
    """The redactor of these secrets, without those that are too short. It keeps the set, which can be large."""
    short = {text for text in secrets if len(text) < SHORTEST_SECRET}
    return Redactor(secrets - short if short else secrets)


@per_text(_MOST_KNOWN)
def _mask_forms(text: str) -> str:
    """The text with everything masked that looks like a key."""
    if "://" in text:
        text = URL.sub(_mask_url, text)
    if "PRIVATE KEY" in text:
        text = _PRIVATE_KEY.sub(MASK, text)
    text = _AUTHORIZATION.sub(_mask_first, text)
    return _LONG_WORD.sub(_mask_word, text)


def _mask_url(found: re.Match[str]) -> str:
    url = found[0]
    masked = _replace_spans(url, secret_parts(url))
    return MASK if contains_key(masked) else masked


def _mask_url_in_content(found: re.Match[str]) -> str:
    url = found[0]
    parts = [part for part in secret_parts(url) if url[part.start - 1] in "/=" or contains_key(url)]
    return _replace_spans(url, parts)


def _mask_first(found: re.Match[str]) -> str:
    return found[0][: found.start(1) - found.start()] + MASK


def _mask_word(found: re.Match[str]) -> str:
    word = found[0]
    if "://" in word or not may_contain_key(word):
        return word
    if contains_key(word) or any(map(is_bare_key, dict.fromkeys(_candidates(word)))):
        end = len(word.rstrip(".!?:…"))
        return MASK + word[end:]
    return word


def _candidates(word: str) -> Iterator[str]:
    """The word, and the parts of it that can be a key without a published format; not those of a path."""
    yield word
    bare = word.strip(".:!?…=*_#-+")
    yield bare
    if word.startswith(("/", "~", ".")) or word[1:3] in (":\\", ":/"):
        return
    parts = [part for part in _PART.findall(bare) if len(part) >= _SHORTEST_WORD]
    if len(parts) == 1 or "/" not in bare:
        yield from parts
    provider, slash, model = bare.partition("#")[0].partition("/")
    if slash and ":" not in model and ("/" not in model or len(model) == AWS_SECRET_LENGTH):
        yield from (provider, model)


_FEW = 8
"""Up to this many characters per secret, a text is scanned once; a longer text is searched for each secret."""


def _is_in_word(secret: str, text: str, start: int, end: int) -> bool:
    """Whether a secret of letters is only a part of a word."""
    return secret.isalpha() and (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum())


def _is_split(secret: str, text: str) -> bool:
    """Whether the text is the secret with more characters between its parts: `my-` and `key`, but not `my key`."""
    pieces = _PIECE.findall(secret)
    inner = secret[secret.index(pieces[0]) : secret.rindex(pieces[-1])]
    written = iter(text)
    return _SPLIT.search(text) is not None and all(each in written for each in inner if not each.isspace())


def _lines_of(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The span split into lines, to preserve the line breaks."""
    for line in re.finditer(r"\S[^\r\n]*", text[start:end]):
        yield start + line.start(), start + line.end()


def _replace_spans(text: str, spans: Iterable[tuple[int, int]]) -> str:
    parts: list[str] = []
    done = 0
    for start, end in spans:
        if end <= done:
            continue
        parts += (text[done : max(start, done)], MASK)
        done = end
    return "".join((*parts, text[done:])) if parts else text


def _remove_control_characters(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(character for character in text if unicodedata.category(character)[0] != "C")


NO_SECRETS = Redactor(frozenset())
"""Knows the forms of keys only."""
