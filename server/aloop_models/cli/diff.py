"""A change of the file as a unified diff with every secret masked."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from aloop_models.catalog.redaction import MASK, redact
from aloop_models.core.lazy_re import lazy_re
from aloop_models.features.secret_spans import secret_spans
from aloop_models.snapshot import Snapshot

_COLORS = {"+": "\x1b[32m", "-": "\x1b[31m", "@": "\x1b[36m"}
_RESET = "\x1b[0m"
_LINE = lazy_re(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def render_diff(before: Snapshot, after: Snapshot, *, color: bool) -> str:
    """The lines that would change, with three lines of context; empty if none would.

    The texts are compared before they are masked, so a changed key is visible as a change.
    """
    old, new = before.document.text, after.document.text
    if old == new:
        return ""
    old_lines, new_lines = _LINE.findall(old), _LINE.findall(new)
    masked = dict(zip(_line_keys("-", old_lines), _masked_lines(before), strict=True))
    masked |= zip(_line_keys("+", new_lines), _masked_lines(after), strict=True)
    path = redact(after.place.path or "models.yaml")
    lines = [f"--- {path if old else '/dev/null'}", f"+++ {path}"]
    matcher = difflib.SequenceMatcher(None, old_lines, new_lines, autojunk=False)
    for group in matcher.get_grouped_opcodes(3):
        first, last = group[0], group[-1]
        lines.append(f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@")
        for kind, old_start, old_end, new_start, new_end in group:
            if kind == "equal":
                lines += (f" {masked['-', at]}" for at in range(old_start, old_end))
                continue
            lines += (f"-{masked['-', at]}" for at in range(old_start, old_end))
            lines += (f"+{masked['+', at]}" for at in range(new_start, new_end))
    return "".join(f"{_paint(line) if color else line}\n" for line in lines)


def _line_keys(side: str, lines: list[str]) -> list[tuple[str, int]]:
    return [(side, at) for at in range(len(lines))]


def _masked_lines(snapshot: Snapshot) -> Iterator[str]:
    """The lines with secrets masked, without their line breaks."""
    text, spans = snapshot.document.text, iter(secret_spans(snapshot))
    span = next(spans, None)
    start = 0
    for line in _LINE.findall(text):
        end, done, parts = start + len(line), start, list[str]()
        while span is not None and span.start < end:
            parts += (text[done : span.start], MASK)
            done, span = span.end, next(spans, None)
        parts.append(text[done:end])
        masked = snapshot.redactor.mask("".join(parts).rstrip("\r\n"))
        yield "".join(_printable(letter) for letter in masked)
        start = end


def _printable(letter: str) -> str:
    return letter if letter.isprintable() or letter == "\t" else "\N{REPLACEMENT CHARACTER}"


def _range(start: int, end: int) -> str:
    length = end - start
    return f"{start + (length > 0)},{length}"


def _paint(line: str) -> str:
    color = _COLORS.get(line[:1])
    return f"{color}{line}{_RESET}" if color and not line.startswith(("---", "+++")) else line
