"""Writes Python values as YAML 1.1 text on one line, so that the safe loader reads the same values."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as MappingLike
from collections.abc import Sequence as SequenceLike
from dataclasses import dataclass
from typing import cast

from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.nodes import Mapping, Scalar
from aloop_models.core.yaml_reader import read

_NOT_LITERAL = lazy_re("[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_PLAIN = lazy_re(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`](?:[^:#]|:(?=[^\s])|(?<=[^\s])#)*(?<!\s)")
_FLOW_INDICATOR = lazy_re(r"[,\[\]{}:?#]")
# Words and numbers that PyYAML reads as text, but other readers (YAML 1.2, strict YAML 1.1) do not.
_ELSEWHERE_NO_TEXT = lazy_re(
    r"[yYnN]|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+"
)
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0", "\x1b": "\\e"}


@dataclass(frozen=True, slots=True)
class AliasOf:
    """A value that is written as an alias of an anchor."""

    anchor: str


def write_scalar(value: object, style_hint: str = "", *, flow: bool = False) -> str:
    """A value as YAML text on one line; lists and mappings in flow style.

    Args:
        value: text, a number, a Boolean, None, a list or mapping of these, or an alias.
        style_hint: the quote (`'` or `"`) for text that needs quotes; a single quote by default.
        flow: whether the text is for `{…}` or `[…]`, where fewer characters are allowed without quotes.

    Raises:
        ValueError: YAML has no way to write the value (see `is_writable`).
    """
    return _write(value, style_hint, flow=flow, forced=False)


def write_like(value: object, style: str, *, flow: bool = False) -> str:
    """Like `write_scalar`, but with every text in the given quotes if possible; without quotes, only where needed."""
    return _write(value, style, flow=flow, forced=style in ("'", '"'))


MAX_LEVELS = 40
"""Maximum nesting of lists and mappings in a field's value; the reader accepts a few levels more."""

_AROUND = 3
"""Levels of nesting around the value of a field."""


def is_nested_too_deeply(value: object, levels: int = MAX_LEVELS) -> bool:
    """Return whether lists and mappings in the value are nested deeper than `levels`, or contain themselves."""
    layer: list[object] = [value]
    for _ in range(levels):
        inner: dict[int, object] = {}
        for item in layer:
            inner |= {id(child): child for child in _inside(item)}
        layer = [child for child in inner.values() if isinstance(child, dict | list | tuple)]
        if not layer:
            return False
    return True


def _inside(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return cast("dict[object, object]", value).values()
    return cast("Iterable[object]", value) if isinstance(value, list | tuple) else ()


def is_writable(value: object) -> bool:
    """Whether `write_scalar` can write the value so that the safe loader reads the same value."""
    if is_nested_too_deeply(value, MAX_LEVELS + _AROUND):
        return False
    try:
        write_scalar(value)
    except ValueError:
        return False
    return True


def same(one: object, other: object) -> bool:
    """Whether the safe loader treats two values as equal: 1 is not 1.0 or True, and NaN equals itself."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        left, right = cast("dict[object, object]", one), cast("dict[object, object]", other)
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(one, list) and isinstance(other, list):
        first, second = cast("list[object]", one), cast("list[object]", other)
        return len(first) == len(second) and all(map(same, first, second))
    return one == other or (one != one and other != other)


def _write(value: object, style: str, *, flow: bool, forced: bool) -> str:
    if isinstance(value, str):
        return _text(value, style, flow=flow, forced=forced)
    if isinstance(value, AliasOf):
        return f"*{value.anchor}"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, MappingLike):
        pairs = cast("MappingLike[object, object]", value).items()
        written = [
            f"{_write(key, style, flow=True, forced=forced)}: {_write(item, style, flow=True, forced=forced)}"
            for key, item in pairs
        ]
        return "{" + ", ".join(written) + "}"
    if isinstance(value, (list, tuple)):
        items = cast("SequenceLike[object]", value)
        return "[" + ", ".join(_write(item, style, flow=True, forced=forced) for item in items) + "]"
    raise ValueError(f"a value of type {type(value).__name__} cannot be written")


def _number(value: float) -> str:
    if value != value:
        return ".nan"
    if value in (float("inf"), float("-inf")):
        return ".inf" if value > 0 else "-.inf"
    written = repr(value)
    # YAML 1.1 reads "1e+20" as text: a number with an exponent needs a decimal point.
    return written.replace("e", ".0e") if "e" in written and "." not in written else written


def _text(value: str, style: str, *, flow: bool, forced: bool) -> str:
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError("half of a surrogate pair cannot be written")
    if _NOT_LITERAL.search(value):
        return _double_quoted(value)
    if not forced and _is_plain(value, flow=flow):
        return value
    return _double_quoted(value) if style == '"' else "'" + value.replace("'", "''") + "'"


def _double_quoted(value: str) -> str:
    return '"' + "".join(_ESCAPES.get(character) or _literal(character) for character in value) + '"'


def _literal(character: str) -> str:
    if not _NOT_LITERAL.match(character):
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _is_plain(value: str, *, flow: bool) -> bool:
    if not _PLAIN.fullmatch(value) or value.startswith("...") or _ELSEWHERE_NO_TEXT.fullmatch(value):
        return False
    if flow and _FLOW_INDICATOR.search(value):
        return False
    # Only the loader decides what is a number, a date, a Boolean or null.
    root, problem = read(f"k: {value}")
    if problem or not isinstance(root, Mapping):
        return False
    read_back = root.pairs[0].value
    return isinstance(read_back, Scalar) and same(read_back.value, value) and not (read_back.fault or read_back.merge)
