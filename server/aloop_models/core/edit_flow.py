"""Edits that insert, delete and replace pairs of a `{…}` mapping, with commas and line breaks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from aloop_models.core.edit_layout import is_written
from aloop_models.core.edit_lines import pair_end, unite
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.lines import BREAKS, break_near, line_end, line_start, next_line
from aloop_models.core.nodes import Mapping
from aloop_models.core.text import Edit, Span

_NOT_CONTENT = lazy_re(f"(?:[ \t{BREAKS}]|#[^{BREAKS}]*)*")
_LINE_REST = lazy_re(f"[ \t]*(?:#[^{BREAKS}]*)?(?=[{BREAKS}])")


class _Item(NamedTuple):
    """One pair between its commas, including anchor and tag."""

    start: int
    end: int
    comma: int | None
    """The offset of the comma after the pair."""
    is_open: bool
    """Whether the pair ends with its colon, so that a comma needs a space before it."""

    @property
    def after(self) -> int:
        return self.end if self.comma is None else self.comma + 1


def insert_pairs(text: str, mapping: Mapping, pairs: Sequence[str]) -> list[Edit] | None:
    """Insert pairs after the last one, each on its own line if the last one is; None if the layout is unknown."""
    items = _items(text, mapping)
    if items is None:
        return None
    if not items:
        return [Edit(mapping.start + 1, mapping.start + 1, ", ".join(pairs))]
    last = items[-1]
    if not _begins_line(text, last):
        if last.comma is None:
            end, comma = _comma_behind(text, last)
            return [Edit(end, end, comma + ",".join(f" {pair}" for pair in pairs))]
        return [Edit(last.after, last.after, "".join(f" {pair}," for pair in pairs))]
    end, comma = _comma_behind(text, last) if last.comma is None else (last.after, "")
    at = line_end(text, end) if _ends_line(text, last) else end
    start = break_near(text, at) + text[line_start(text, last.start) : last.start]
    if not comma:
        return [Edit(at, at, "".join(f"{start}{pair}," for pair in pairs))]
    return [Edit(end, end, comma), Edit(at, at, start + f",{start}".join(pairs))]


def delete_pairs(text: str, mapping: Mapping, indexes: set[int]) -> list[Edit] | None:
    """Delete pairs with their commas, and their lines if nothing else is on them; None if the layout is unknown."""
    items = _items(text, mapping)
    if items is None:
        return None
    kept = [index for index in range(len(items)) if index not in indexes]
    cuts: list[Span] = []
    for index in indexes:
        cuts += _cuts(text, items, index, mapping.start + 1)
    # If the last pair has no comma, the comma before the deleted pairs is deleted too.
    if kept and items[-1].comma is None and kept[-1] < len(items) - 1:
        item = items[kept[-1]]
        if item.comma is not None:
            # The space before the comma only separated it from the colon.
            spare = item.is_open and item.comma > item.end and _LINE_REST.match(text, max(item.after, items[-1].end))
            cuts.append(Span(item.comma - bool(spare), item.after))
    return [Edit(start, end, "") for start, end in unite(cuts)]


def replace_pair(text: str, mapping: Mapping, index: int, pair: str) -> Edit | None:
    """Replace one pair; None if the layout is unknown."""
    items = _items(text, mapping)
    return Edit(items[index].start, items[index].end, pair) if items else None


def _items(text: str, mapping: Mapping) -> list[_Item] | None:
    items: list[_Item] = []
    at = mapping.start + 1
    for pair in mapping.pairs:
        start = _next_content(text, at)
        end = pair_end(text, pair)
        after = _next_content(text, end)
        mark = text[after : after + 1]
        if mark != "," and (mark != "}" or len(items) + 1 < len(mapping.pairs)):
            return None
        is_open = text[end - 1] == ":" and not is_written(pair.value)
        items.append(_Item(start, end, after if mark == "," else None, is_open))
        at = after + 1
    return items


def _comma_behind(text: str, item: _Item) -> tuple[int, str]:
    """The offset and the text of a comma after the item."""
    if not item.is_open or text[item.end] == "}":
        return item.end, ","
    # A comma directly after the colon would be part of a plain key.
    return (item.end + 1, ",") if text[item.end] in " \t" and not _ends_line(text, item) else (item.end, " ,")


def _cuts(text: str, items: list[_Item], index: int, first: int) -> list[Span]:
    item = items[index]
    own_lines = _begins_line(text, item) and _ends_line(text, item)
    if own_lines and "#" not in text[item.end : item.after]:
        return [Span(line_start(text, item.start), next_line(text, item.after))]
    cuts = [Span(item.start, item.end)]
    if item.comma is not None:
        cuts.append(Span(item.comma, item.comma + 1))
    following = items[index + 1] if index + 1 < len(items) else None
    before = items[index - 1].after if index else first
    if following and not text[item.after : following.start].strip(" \t"):
        cuts.append(Span(item.after, following.start))
    elif not following and not text[before : item.start].strip(" \t" + BREAKS):
        cuts.append(Span(before, item.start))
    return cuts


def _next_content(text: str, at: int) -> int:
    found = _NOT_CONTENT.match(text, at)
    return found.end() if found else at


def _begins_line(text: str, item: _Item) -> bool:
    return not text[line_start(text, item.start) : item.start].strip(" \t")


def _ends_line(text: str, item: _Item) -> bool:
    return _LINE_REST.match(text, item.after) is not None
