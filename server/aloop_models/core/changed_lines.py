"""The lines of a text that is changed many times, as by "Replace All" in an editor."""

from __future__ import annotations

from itertools import pairwise

from aloop_models.core.lines import LSP_BREAK, LSP_BREAKS, Encoding, Lines, Position


class ChangedLines:
    """LSP lines with their breaks; the time of a change does not depend on the size of the text."""

    def __init__(self, text: str, encoding: Encoding) -> None:
        self._lines = _lines_of(text)
        self._encoding = encoding

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(self._lines)

    def replace(self, start: Position, end: Position, new: str) -> bool:
        """Replace a range of the present text; return false, and change nothing, if it ends before it starts."""
        (first, column), (last, end_column) = self._place(start), self._place(end)
        if (first, column) > (last, end_column):
            return False
        lines, above, below = self._lines, first, last + 1
        changed = lines[first][:column] + new + lines[last][end_column:]
        # A carriage return and the line feed after it are one break.
        if above and changed.startswith("\n") and lines[above - 1].endswith("\r"):
            above -= 1
            changed = lines[above] + changed
        if below < len(lines) and changed.endswith("\r") and lines[below].startswith("\n"):
            changed += lines[below]
            below += 1
        found = _lines_of(changed)
        # All lines but the last one of the text end with a break.
        lines[above:below] = found if below == len(lines) else found[:-1]
        return True

    def _place(self, position: Position) -> tuple[int, int]:
        """The line and the offset in it; past the last line, the end of the text."""
        if position.line >= len(self._lines):
            return len(self._lines) - 1, len(self._lines[-1])
        line = self._lines[position.line]
        if line.isascii():
            return position.line, min(position.column, len(line.rstrip(LSP_BREAKS)))
        return position.line, Lines(line).offset(Position(0, position.column), self._encoding)


def _lines_of(text: str) -> list[str]:
    """The lines with their breaks; the last one has none."""
    starts = [0, *(found.end() for found in LSP_BREAK.finditer(text))]
    return [text[start:end] for start, end in pairwise((*starts, len(text)))]
