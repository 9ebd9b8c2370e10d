"""Where an id stands between its quotes, and where its provider and its model part begin and end."""

from __future__ import annotations

from aloop_models.core.nodes import Scalar
from aloop_models.core.text import Span


def content_span(text: str, span: Span, scalar: Scalar) -> Span | None:
    """The characters between the quotes; None where they are not the value letter for letter (escapes, folding)."""
    inner = Span(span.start + 1, span.end - 1) if scalar.style in ("'", '"') else span
    return inner if text[inner.start : inner.end] == scalar.text else None


def id_spans(text: str, span: Span, scalar: Scalar) -> tuple[Span, Span] | None:
    """The provider part and the model part of an id, without the `/` between them; None where it has no such parts."""
    inner = content_span(text, span, scalar)
    slash = scalar.text.find("/")
    if inner is None or slash <= 0 or slash + 1 == len(scalar.text):
        return None
    middle = inner.start + slash
    return Span(inner.start, middle), Span(middle + 1, inner.end)
