"""Semantic tokens of model IDs and secrets. Fields keep the color that the editor gives to YAML keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from aloop_models.catalog import looks_like_key
from aloop_models.core.document import Field
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.lines import LSP_BREAKS
from aloop_models.core.nodes import Mapping, Node, Scalar, Sequence, resolve
from aloop_models.core.references import references
from aloop_models.core.text import Span
from aloop_models.features.id_spans import content_span
from aloop_models.snapshot import Snapshot

TYPES = ("modelId", "string")
"""The token types of a model ID, which the VS Code extension declares, and of a secret, which LSP defines."""

MODIFIERS = ("declaration", "secret")
"""The token modifiers of an ID that is the key of an entry, and of a secret."""

_LINE = lazy_re(rf"[^\s](?:[^{LSP_BREAKS}]*[^\s])?")
_DECLARATION = ("declaration",)
_SECRET = ("secret",)
_NONE: tuple[str, ...] = ()


class Token(NamedTuple):
    """A token on one line, from `start` up to `end`."""

    start: int
    end: int
    type: str
    modifiers: tuple[str, ...]


def semantic_tokens(snapshot: Snapshot, span: Span | None = None) -> tuple[Token, ...]:
    """The tokens inside the span (default: the whole text), sorted and disjoint."""
    document = snapshot.document
    text = document.text
    found: list[Token] = []
    for reference in references(document):
        if isinstance(reference.node, Scalar) and reference.node.value is not None:
            found += _id(snapshot, reference.node, 0, _NONE)
    # With an anchor, an entry can contain text outside its own span, which requires a search of all entries.
    near = span if span and "&" not in text else None
    for start, entry in document.entries:
        if near and (entry.key.start + start > near.end or entry.end + start < near.start):
            continue
        found += _id(snapshot, entry.key, start, _DECLARATION)
        for item in entry.fields:
            _add_field(found, snapshot, item, start)
    found.sort()
    return tuple(_disjoint(found, span or Span(0, len(text))))


def _add_field(found: list[Token], snapshot: Snapshot, item: Field, start: int) -> None:
    text, spec = snapshot.document.text, snapshot.facts.schema.fields.get(item.name)
    data = item.data
    if data is not None and ((spec and spec.secret) or (isinstance(data, str) and _is_secret(snapshot, data))):
        for scalar in _scalars(item.value):
            found += _words(text, scalar, start, "string", _SECRET)


def _id(snapshot: Snapshot, scalar: Scalar, start: int, modifiers: tuple[str, ...]) -> Iterable[Token]:
    text = snapshot.document.text
    if _is_secret(snapshot, scalar.text):
        return _words(text, scalar, start, "string", _SECRET)
    return _words(text, scalar, start, "modelId", modifiers)


def _is_secret(snapshot: Snapshot, text: str) -> bool:
    return looks_like_key(text) or text.strip() in snapshot.redactor.secrets


def _words(text: str, scalar: Scalar, start: int, kind: str, modifiers: tuple[str, ...]) -> Iterable[Token]:
    """One token per line of the value, without its quotes."""
    whole = Span(scalar.start + start, scalar.end + start)
    inner = content_span(text, whole, scalar) or whole
    return [Token(*line.span(), kind, modifiers) for line in _LINE.finditer(text, *inner)]


def _scalars(node: Node) -> Iterator[Scalar]:
    node = resolve(node)
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _scalars(item)
    elif isinstance(node, Mapping):
        for pair in node.pairs:
            yield from _scalars(pair.value)


def _disjoint(tokens: list[Token], within: Span) -> Iterator[Token]:
    done = within.start
    for token in tokens:
        # An anchored value occurs once for each entry that uses it.
        if done <= token.start and token.end <= within.end:
            yield token
            done = token.end
