"""Lines of the file as checks need them: where they begin and end, and where the file as a whole is marked."""

from __future__ import annotations

from aloop_models.core.document import Document
from aloop_models.core.text import Span


def start_of_line(text: str, offset: int) -> int:
    """Where the line that holds the offset begins."""
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def end_of_line(text: str, offset: int) -> int:
    """Where the line that holds the offset ends, its line break left out."""
    ends = (text.find("\n", offset), text.find("\r", offset))
    return min((end for end in ends if end >= 0), default=len(text))


def content_span(text: str, offset: int) -> Span:
    """The line that holds the offset, from its first to its last character that is no white space."""
    start, end = start_of_line(text, offset), end_of_line(text, offset)
    line = text[start:end]
    begins = start + len(line) - len(line.lstrip(" \t\ufeff"))
    return Span(begins, max(begins, start + len(line.rstrip())))


def rest_of_line(text: str, offset: int) -> Span:
    """From the offset to the line's last character that is no white space; the line's content where there is none."""
    end = offset + len(text[offset : end_of_line(text, offset)].rstrip())
    return Span(offset, end) if end > offset else content_span(text, offset)


def file_span(document: Document) -> Span:
    """Where a diagnostic about the whole file stands: on `models`, else on the first line."""
    models = document.models
    return models.key.span if models else content_span(document.text, 0)
