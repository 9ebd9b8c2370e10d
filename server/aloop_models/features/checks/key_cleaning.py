"""Characters and words around an API key that are not part of it, and the edits that remove them."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from typing import NamedTuple

from aloop_models.catalog.key_forms import key_in_brackets, looks_like_key
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.lines import BREAKS
from aloop_models.core.nodes import Scalar
from aloop_models.core.text import Edit
from aloop_models.core.yaml_reader import read

_ALONE = lazy_re(r"[A-Za-z0-9_./+-]+")
_QUOTES = "'\"`\u00b4\u2032\u2033\uff02\uff07"
_SEPARATORS = ",;"
_WORDS = lazy_re(
    r"(?:authorization\s*:\s*)?bearer(?:\s+|:\s*)|authorization\s*:\s*|(?:x-)?api-key\s*[:=]\s*"
    r"|(?:(?:export|set)\s+)?(?:[a-z_][a-z0-9_]*_)?(?:api_?key|token|secret)\s*[=:]\s*",
    re.IGNORECASE,
)
_START_TWICE = lazy_re(r"sk-(?:[a-z0-9]{1,10}-){0,2}(?=sk-)")
_SHORTEST_HALF = 20
_BEARER = lazy_re(r"[\s'\"]*(?:authorization\s*:\s*)?bearer[\s:]", re.IGNORECASE)
_GLUED = lazy_re(r"[Bb]earer([A-Za-z0-9_.-]+)")
_BLOCK_HEADER = lazy_re(r"[|>][+-]?[1-9]?[+-]?[ \t]*\r?\n")
_WORD = lazy_re(r"\(?[A-Za-z]{1,14}[).:!?]?")
_PLAIN = lazy_re(r"[A-Za-z0-9][A-Za-z0-9_.+/=-]*")


class Defect(Enum):
    """What is written with a key that is not part of it."""

    BEARER = "bearer"
    NAME = "name"
    QUOTES = "quotes"
    BRACKETS = "brackets"
    CHARACTERS = "characters"
    TWICE = "twice"


class CleanKey(NamedTuple):
    """The key alone, as the parts of the text that are kept."""

    parts: tuple[str, ...]
    certain: bool
    """Whether only characters around the key and invisible characters are removed."""

    @property
    def text(self) -> str:
        """The key."""
        return "".join(self.parts)

    @property
    def may_have_words(self) -> bool:
        """Whether a part may be a note or another key, and not the rest of a key that was broken when it was copied."""
        is_list = any(part.endswith(tuple(_SEPARATORS)) for part in self.parts[:-1])
        return not self.certain and (is_list or any(map(_WORD.fullmatch, self.parts[1:])))


def defect_of(key: str) -> Defect | None:
    """What makes a text invalid as a key for every server, or None."""
    if _bare_key(key):
        return Defect.BRACKETS if key_in_brackets(key) else Defect.BEARER
    if _ALONE.fullmatch(key):
        return None if _once(key) == key else Defect.TWICE
    if _BEARER.match(key):
        return Defect.BEARER
    if _WORDS.match(key.strip()):
        return Defect.NAME
    bare = key.strip()
    if bare and (_is_quote(bare[0]) or _is_quote(bare[-1])):
        return Defect.QUOTES
    if key != bare or any(not " " <= character <= "~" for character in key):
        return Defect.CHARACTERS
    return None


def clean_key(key: str) -> CleanKey | None:
    """The key without what is not part of it; None if it is clean already or has other characters that no key has."""
    if bare := _bare_key(key):
        return CleanKey((bare,), certain=True)
    if _ALONE.fullmatch(key):
        once = _once(key)
        return None if once == key else CleanKey((once,), certain=False)
    start, end = 0, len(key)
    while True:
        before = (start, end)
        while start < end and _is_around(key[start]):
            start += 1
        while start < end and _is_around(key[end - 1]):
            end -= 1
        if word := _WORDS.match(key, start, end):
            start = word.end()
        if (start, end) == before:
            break
    parts: list[str] = []
    certain, is_open = True, False
    for character in key[start:end]:
        if _is_removed(character):
            is_open = False
            certain = certain and unicodedata.category(character) in ("Cf", "Cc") and not character.isspace()
        elif is_open:
            parts[-1] += character
        else:
            parts.append(character)
            is_open = True
    clean = CleanKey(tuple(parts), certain)
    is_valid = bool(clean.text) and all("!" <= character <= "~" for character in clean.text)
    return clean if is_valid and clean.text != key else None


def _bare_key(key: str) -> str:
    """The key in brackets, or directly after `Bearer`; else empty."""
    glued = _GLUED.fullmatch(key)
    return glued[1] if glued and looks_like_key(glued[1]) else key_in_brackets(key)


def _once(key: str) -> str:
    """The key without its repetition, if it was pasted twice or after its own start (`sk-sk-proj-…`)."""
    half = len(key) // 2
    if half >= _SHORTEST_HALF and key[:half] == key[half:]:
        return key[:half]
    start = _START_TWICE.match(key)
    return key[start.end() :] if start else key


def keep_only(scalar: Scalar, clean: CleanKey) -> tuple[Edit, ...]:
    """The edits that leave only the key in a scalar; none if its parts cannot be found in what is written."""
    quote = scalar.style if scalar.style in ("'", '"') else ""
    source = scalar.source or f"{quote}{scalar.text}{quote}"
    begin, end = (1, len(source) - 1) if quote else (0, len(source.rstrip(f" \t{BREAKS}")))
    at = begin
    if scalar.style in ("|", ">"):
        header = _BLOCK_HEADER.match(source)
        if header is None:
            return ()
        at = header.end()
    added = "" if quote or _is_plain_text(clean.text) else "'"
    if added and "'" in clean.text:
        return ()
    gaps: list[tuple[int, int, str]] = []
    done = begin
    for index, part in enumerate(clean.parts):
        found = source.find(part, at, end)
        if found < 0:
            return ()
        gaps.append((done, found, "" if index else added))
        done = at = found + len(part)
    gaps.append((done, end, added))
    edits = tuple(Edit(start, stop, text) for start, stop, text in gaps if stop > start or text)
    after = source
    for edit in reversed(edits):
        after = f"{after[: edit.start]}{edit.text}{after[edit.end :]}"
    root = read(after).root
    if not isinstance(root, Scalar) or root.value != clean.text:
        return ()
    return tuple(edit.shift(scalar.start) for edit in edits)


def _is_plain_text(key: str) -> bool:
    """Whether YAML reads the key as text without quotes, in block and in flow style."""
    if not _PLAIN.fullmatch(key):
        return False
    root = read(key).root
    return isinstance(root, Scalar) and root.value == key


def _is_quote(character: str) -> bool:
    return character in _QUOTES or is_curly_quote(character)


def is_curly_quote(character: str) -> bool:
    """Whether a character is a quotation mark of a typeset text."""
    return unicodedata.category(character) in ("Pi", "Pf") or character in "„‚"


def _is_around(character: str) -> bool:
    return _is_removed(character) or _is_quote(character) or character in _SEPARATORS


def _is_removed(character: str) -> bool:
    return character.isspace() or unicodedata.category(character)[0] in "CZ"
