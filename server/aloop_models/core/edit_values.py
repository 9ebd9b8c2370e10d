"""Edits that replace or remove the value of one `key: value`, in the quoting style and indentation around it."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as MappingLike
from typing import NamedTuple

from aloop_models.core.edit_layout import COMMENTS_INSIDE, ODD_LAYOUT, UnsafeEdit, is_written
from aloop_models.core.edit_lines import block_end, colon_end, indent_of, pair_end
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.lines import line_end
from aloop_models.core.nodes import Alias, Mapping, Node, Pair, Scalar, Sequence, resolve
from aloop_models.core.scalars import write_like, write_scalar
from aloop_models.core.text import Edit

_QUOTES = ("'", '"')
_PROPERTIES = lazy_re(r"(?:[ \t]+[&!]\S*)*")
_HEADER = lazy_re(r"[|>][-+0-9]*")


class Style(NamedTuple):
    """The style of the existing entries, used for new ones."""

    ids: str = ""
    """The quote around IDs; empty if they are plain."""
    fields: str = ""
    """The quote around field names."""
    texts: str = ""
    """The quote around every text value; empty if they differ."""
    flow: bool = False
    """Whether fields are written in `{…}`."""
    step: int = 2
    """The indentation of an entry's fields relative to its ID, in spaces."""


def style_of(text: str, models: Mapping | None) -> Style:
    """The style of the last entry with fields, or the default style."""
    if models is None:
        return Style()
    ids = _quote_of(pair.key for pair in models.pairs[-1:])
    for pair in reversed(models.pairs):
        value = pair.value
        if isinstance(value, Mapping) and value.pairs and not _is_merge(pair.key):
            style = style_of_fields(value)._replace(ids=ids, flow=value.flow or models.flow)
            step = indent_of(text, value.pairs[0]) - indent_of(text, pair)
            return style if style.flow else style._replace(step=max(1, step))
    return Style(ids, fields=ids, texts=ids if ids == '"' and models.flow else "", flow=models.flow)


def style_of_fields(fields: Mapping) -> Style:
    """How names and texts are quoted in one entry."""
    names = _quote_of([pair.key for pair in fields.pairs if not _is_merge(pair.key)][-1:])
    values = [pair.value for pair in fields.pairs]
    texts = _quote_of(item for item in values if isinstance(item, Scalar) and isinstance(item.value, str))
    as_json = '"' if fields.flow and names == '"' else ""
    return Style(fields=names, texts=texts or as_json)


def write_entry(model_id: str, fields: MappingLike[str, object], indent: str, style: Style) -> list[str]:
    """The lines of an entry in block style, or its one line if its fields are in `{…}`."""
    key = indent + write_like(model_id, style.ids) + ":"
    if style.flow and fields:
        return [f"{key} {write_fields(fields, style)}"]
    return [key, *(indent + " " * style.step + line for line in write_lines(fields, style))]


def write_flow_entry(model_id: str, fields: MappingLike[str, object], style: Style) -> str:
    """An entry as a pair in `{…}`."""
    return f"{write_like(model_id, style.ids, flow=True)}: {write_fields(fields, style)}"


def write_fields(fields: MappingLike[str, object], style: Style) -> str:
    """Fields in `{…}`."""
    return "{" + ", ".join(write_pairs(fields, style)) + "}"


def write_pairs(fields: MappingLike[str, object], style: Style) -> list[str]:
    """Each field as a pair for `{…}`."""
    return [
        f"{write_like(name, style.fields, flow=True)}: {write_like(value, style.texts, flow=True)}"
        for name, value in fields.items()
    ]


def write_lines(fields: MappingLike[str, object], style: Style) -> list[str]:
    """Each field as one line, without indentation."""
    return [f"{write_like(name, style.fields)}: {write_like(value, style.texts)}" for name, value in fields.items()]


def replace_value(text: str, parent: Mapping, pair: Pair, value: object) -> list[Edit] | UnsafeEdit:
    """Edits that replace the pair's value: quotes, anchor and the comment after it stay, a tag does not."""
    node = pair.value
    usual = style_of_fields(parent).texts
    if isinstance(node, Scalar) and isinstance(node.value, str) and node.style not in _QUOTES:
        return replace_text(text, pair, write_scalar(value, usual, flow=parent.flow))
    quote = node.style if isinstance(node, Scalar) and node.style else usual
    return replace_text(text, pair, write_like(value, quote, flow=parent.flow))


def replace_text(text: str, pair: Pair, written: str) -> list[Edit] | UnsafeEdit:
    """Edits that replace the text of the pair's value; refused if the value contains comments."""
    node = pair.value
    colon = colon_end(text, pair)
    if not is_written(node):
        return [
            Edit(pair.key.end, pair.key.end, f": {written}") if colon is None else Edit(colon, colon, f" {written}")
        ]
    if has_comments(text, pair):
        return COMMENTS_INSIDE
    if isinstance(node, (Mapping, Sequence)) and not node.flow:
        return _replace_block(text, pair, colon, written)
    if isinstance(node, Scalar) and (header := _HEADER.match(text, node.start)):
        rest = Edit(line_end(text, node.start), max(pair_end(text, pair), line_end(text, node.start)), "")
        return [Edit(node.start, header.end(), written), rest]
    before = text[colon : node.start] if colon is not None else ""
    if "!" in before and _PROPERTIES.fullmatch(before.rstrip(" \t")):
        return [Edit(node.start - len(before), node.end, _anchors(before) + " " + written)]
    return [Edit(node.start, node.end, written)]


def open_block(text: str, pair: Pair) -> tuple[list[Edit], int] | UnsafeEdit:
    """Edits that remove an empty value of a block-style pair, and the offset for the lines of the new value."""
    node, colon = pair.value, colon_end(text, pair)
    if colon is None or (isinstance(node, Scalar) and node.style in ("|", ">")):
        return ODD_LAYOUT
    if has_comments(text, pair):
        return COMMENTS_INSIDE
    edits: list[Edit] = []
    if is_written(node):
        edits.append(Edit(colon + len(text[colon : node.start].rstrip(" \t")), node.end, ""))
    at = block_end(text, pair_end(text, pair), indent_of(text, pair))
    return ODD_LAYOUT if at is None else (edits, at)


def has_comments(text: str, pair: Pair) -> bool:
    """Whether the pair's list or mapping contains a comment; one on the line of the key does not count."""
    node = pair.value
    if not isinstance(node, (Mapping, Sequence)):
        return False
    at = node.start if node.flow else line_end(text, pair.key.end)
    for leaf in _leaves(node):
        head_end = line_end(text, leaf.start) if isinstance(leaf, Scalar) and leaf.style in ("|", ">") else leaf.start
        if "#" in text[at : leaf.start] or "#" in text[leaf.start : head_end]:
            return True
        at = leaf.end
    return "#" in text[at : node.end]


def _replace_block(text: str, pair: Pair, colon: int | None, written: str) -> list[Edit] | UnsafeEdit:
    properties = _PROPERTIES.match(text, colon) if colon is not None else None
    if properties is None or line_end(text, properties.end()) > pair.value.start:
        return ODD_LAYOUT
    head = Edit(properties.start(), properties.end(), _anchors(properties[0]) + " " + written)
    return [head, Edit(line_end(text, properties.end()), pair_end(text, pair), "")]


def _anchors(properties: str) -> str:
    return "".join(f" {word}" for word in properties.split() if word.startswith("&"))


def _leaves(node: Node) -> Iterable[Scalar | Alias]:
    if isinstance(node, (Scalar, Alias)):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _leaves(item)
    else:
        for pair in node.pairs:
            yield from _leaves(pair.key)
            yield from _leaves(pair.value)


def _quote_of(nodes: Iterable[Node]) -> str:
    styles = {node.style if isinstance(node, Scalar) else "" for node in map(resolve, nodes)}
    style = styles.pop() if len(styles) == 1 else ""
    return style if style in _QUOTES else ""


def _is_merge(key: Node) -> bool:
    return isinstance(key, Scalar) and key.merge is not None
