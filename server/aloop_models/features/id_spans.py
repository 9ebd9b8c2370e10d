"""Spans of an ID without its quotes, and of its provider, model and label."""

from __future__ import annotations

from typing import NamedTuple

from aloop_models.catalog import split_label
from aloop_models.core.nodes import Scalar
from aloop_models.core.text import Span


def content_span(text: str, span: Span, scalar: Scalar) -> Span | None:
    """The characters between the quotes; None if they differ from the value (escapes, folding)."""
    inner = Span(span.start + 1, span.end - 1) if scalar.style in ("'", '"') else span
    return inner if text[inner.start : inner.end] == scalar.text else None


class IdSpans(NamedTuple):
    """The parts of an ID, without the `/` and the `#` between them."""

    provider: Span
    model: Span
    label: Span | None
    """None if there is no label."""


def id_spans(text: str, span: Span, scalar: Scalar) -> IdSpans | None:
    """The parts of an ID; None if it has no provider or no model."""
    inner = content_span(text, span, scalar)
    model_id, label = split_label(scalar.text)
    slash = model_id.find("/")
    if inner is None or slash <= 0 or slash + 1 == len(model_id):
        return None
    middle, end = inner.start + slash, inner.start + len(model_id)
    return IdSpans(Span(inner.start, middle), Span(middle + 1, end), Span(end + 1, inner.end) if label else None)
