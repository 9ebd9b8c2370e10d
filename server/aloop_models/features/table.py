"""Text tables: whole rows for a pipe, and rows that fit the width of a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

Cell = str | tuple[str, ...]
"""A text, or its forms from the longest to the shortest."""

_GAP = "  "
_INDENT = "    "
_LEAST = 16
"""Minimum width of a column whose text is cut, and usually of one whose text is wrapped."""


class Column(NamedTuple):
    """A column, and what happens to it in a terminal that is too narrow for the table.

    Of all columns, the one with the highest number is shortened or dropped first.
    """

    heading: str = ""
    drop: int | None = None
    """When the column is dropped; None for a column that always stays."""
    shorten: int | None = None
    """When the next form of the cells is used, or the text is cut after a word; None if never. See `is_id`."""
    wraps: int = 0
    """The minimum width of a text that is continued on further lines; 0 for a text in one line."""
    is_id: bool = False
    """Whether people copy the text: it is never cut. After a long one, the rest of the row is in the next line."""


def render_table(rows: Sequence[Sequence[str]]) -> str:
    """Return one line per row, with two spaces between the columns; rows can differ in their number of columns."""
    columns = max((len(row) for row in rows), default=0)
    widths = [max(width(row[column]) for row in rows if column < len(row)) for column in range(columns)]
    return "".join(f"{_line(row, widths)}\n" for row in rows)


def fit_table(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], most: int | None) -> str:
    """Return a table of at most this width in columns, with whole words; None for whole rows, as in a pipe.

    Cells at the end of a row can be missing. In a terminal, empty columns are omitted. A table without headings has
    columns without one.
    """
    if most is None:
        heads = [tuple(column.heading for column in columns)] if any(column.heading for column in columns) else []
        return render_table([*heads, *(tuple(_form(cell, 0) for cell in row) for row in rows)])
    return _Fitting(columns, rows, most).render()


def wrap(text: str, most: int) -> list[str]:
    """Return the words of a text in lines of at most this width; only a longer word makes a longer line."""
    lines: list[str] = []
    for word in text.split():
        if lines and width(lines[-1]) + 1 + width(word) <= most:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]


def width(text: str) -> int:
    """Return the width of the text in a terminal, in columns."""
    if text.isascii():
        return len(text)
    # Imported here because it takes as long as the rest of a command, and most text is ASCII.
    from wcwidth import wcswidth

    columns = wcswidth(text)
    return columns if columns >= 0 else len(text)


class _Shown:
    """A column of the table while it is made to fit."""

    def __init__(self, column: Column, cells: Sequence[Cell]) -> None:
        self.column = column
        self.cells = cells
        self.form = 0
        self.is_cut = False
        self.is_below = False
        """Whether the text is below its row."""

    @property
    def natural(self) -> int:
        texts = (_form(cell, self.form) for cell in self.cells)
        return max(width(self.column.heading), *(width(text) for text in texts))

    @property
    def least(self) -> int:
        """The width that the column needs."""
        if self.column.is_id and self.is_cut:
            widths = sorted(width(_form(cell, self.form)) for cell in self.cells)
            return max(width(self.column.heading), widths[len(widths) * 3 // 4])
        if not self.is_cut and not self.column.wraps:
            return self.natural
        words = (word for cell in self.cells for word in _form(cell, self.form).split())
        longest = max((width(word) for word in words), default=0) if self.column.wraps else _LEAST
        return min(self.natural, max(self.column.wraps, longest, width(self.column.heading)))

    def shorten(self) -> None:
        if any(isinstance(cell, tuple) and self.form + 1 < len(cell) for cell in self.cells):
            self.form += 1
        else:
            self.is_cut = True


class _Fitting:
    """A table on its way to the width of a terminal."""

    def __init__(self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], most: int) -> None:
        self.count = len(rows)
        self.most = most
        self.shown: list[_Shown] = []
        for at, column in enumerate(columns):
            cells = [row[at] if at < len(row) else "" for row in rows]
            if any(_form(cell, 0) for cell in cells):
                self.shown.append(_Shown(column, cells))

    def render(self) -> str:
        self._make_fit()
        widths = self._widths()
        inside = [item for item in self.shown if not item.is_below]
        lines: list[str] = []
        if any(item.column.heading for item in inside):
            lines.append(_line([item.column.heading for item in inside], widths))
        for at in range(self.count):
            lines += self._row(inside, widths, at)
        return "".join(f"{line}\n" for line in lines)

    def _make_fit(self) -> None:
        steps: list[tuple[int, _Shown, bool]] = []
        for item in self.shown:
            forms = max((len(cell) for cell in item.cells if isinstance(cell, tuple)), default=2)
            if item.column.shorten is not None:
                steps += [(item.column.shorten, item, False)] * (forms - 1)
            if item.column.drop is not None:
                steps.append((item.column.drop, item, True))
        every, dropped = list(self.shown), list[_Shown]()
        for _, item, is_dropped in sorted(steps, key=lambda step: -step[0]):
            if self._total() <= self.most:
                break
            if is_dropped:
                dropped.append(item)
                self.shown.remove(item)
            else:
                item.shorten()
        for item in reversed(dropped):
            # A wide column that was dropped last can leave room for one that was dropped before.
            if self._total() + len(_GAP) + item.least <= self.most:
                self.shown = [other for other in every if other in (*self.shown, item)]
        spare = max((item.least - _LEAST for item in self.shown if item.column.is_id), default=0)
        if self._total() - spare <= self.most:
            return
        for item in reversed(self.shown):
            if self._total() > self.most and item.column.wraps:
                item.is_below = True

    def _total(self) -> int:
        inside = [item.least for item in self.shown if not item.is_below]
        return sum(inside) + len(_GAP) * (len(inside) - 1)

    def _widths(self) -> list[int]:
        """The widths of the columns of a row; columns that were made narrower get what is left."""
        inside = [item for item in self.shown if not item.is_below]
        widths = [item.least for item in inside]
        left = self.most - sum(widths) - len(_GAP) * (len(widths) - 1)
        for at, item in enumerate(inside):
            if left < 0 and item.column.is_id:
                others = sum(widths) - widths[at]
                widths[at] = max(_LEAST, min(widths[at], widths[at] + left)) if others else widths[at]
            elif left > 0:
                more = min(left, item.natural - widths[at])
                widths[at] += more
                left -= more
        return widths

    def _row(self, inside: Sequence[_Shown], widths: Sequence[int], at: int) -> Iterator[str]:
        cells: list[list[str]] = []
        if not any(_form(item.cells[at], 0) for item in self.shown):
            yield ""
        for item, most in zip(inside, widths, strict=True):
            text = _form(item.cells[at], item.form)
            if item.column.wraps:
                cells.append(wrap(text, most))
            elif item.is_cut and not item.column.is_id:
                cells.append([_cut(text, most)])
            elif item.column.is_id and width(text) > most and len(inside) > 1:
                yield _line([*(column[0] for column in cells), text], widths)
                cells = [[""] for _ in (*cells, "")]
            else:
                cells.append([text])
        yield from (line for part in zip_longest(*cells, fillvalue="") if (line := _line(part, widths)))
        for item in self.shown:
            if item.is_below and (text := _form(item.cells[at], item.form)):
                yield from (f"{_INDENT}{line}" for line in wrap(text, self.most - len(_INDENT)))


def _form(cell: Cell, form: int) -> str:
    return cell if isinstance(cell, str) else cell[min(form, len(cell) - 1)]


def _cut(text: str, most: int) -> str:
    return text if width(text) <= most else f"{wrap(text, most - 2)[0]} …"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (cell + " " * (most - width(cell)) for cell, most in zip(row, widths, strict=False))
    return _GAP.join(cells).rstrip()
