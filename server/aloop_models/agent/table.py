"""Plain tables and figures for the terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def table(rows: Sequence[Sequence[str]], indent: str = "") -> str:
    """The rows with their columns under each other, two blanks between; the last column is not padded."""
    columns = max((len(row) for row in rows), default=0)
    widths = [max((width(row[column]) for row in rows if column < len(row)), default=0) for column in range(columns)]
    lines = (
        "  ".join(cell + " " * (widths[column] - width(cell)) for column, cell in enumerate(row)).rstrip()
        for row in rows
    )
    return "\n".join(indent + line for line in lines)


def width(text: str) -> int:
    """Columns of a terminal: wide characters take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def cost_text(cost: float | None) -> str:
    """US dollars with the digits that say something: `$0.0021`; a dash where no price is known."""
    if cost is None:
        return "–"
    return f"${cost:.2f}" if cost >= 1 else f"${cost:.4f}" if cost >= 0.001 or cost == 0 else f"${cost:.6f}"


def tokens_pair(input_tokens: int | None, output_tokens: int | None) -> str:
    """`1200 → 340`; a dash where nobody counted."""
    if input_tokens is None and output_tokens is None:
        return "–"
    return f"{input_tokens or 0} → {output_tokens or 0}"
