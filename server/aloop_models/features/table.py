"""Text tables for the terminal."""

from __future__ import annotations

from collections.abc import Sequence


def render_table(rows: Sequence[Sequence[str]]) -> str:
    """Return one line per row, with two spaces between the columns; rows can differ in their number of columns."""
    columns = max((len(row) for row in rows), default=0)
    widths = [max(width(row[column]) for row in rows if column < len(row)) for column in range(columns)]
    lines = ("  ".join(cell + " " * (widths[at] - width(cell)) for at, cell in enumerate(row)).rstrip() for row in rows)
    return "".join(f"{line}\n" for line in lines)


def width(text: str) -> int:
    """Return the width of the text in a terminal, in columns."""
    if text.isascii():
        return len(text)
    # Imported here because it takes as long as the rest of a command, and most text is ASCII.
    from wcwidth import wcswidth

    columns = wcswidth(text)
    return columns if columns >= 0 else len(text)
