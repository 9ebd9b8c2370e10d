"""Detects a models.yaml that cannot be used as a whole, and the line with the problem."""

from __future__ import annotations

from aloop_models.core.document import Document
from aloop_models.core.nodes import Mapping, Scalar, resolve
from aloop_models.core.yaml_reader import TOO_LARGE
from aloop_models.features.checks.syntax_messages import explain
from aloop_models.snapshot import BrokenFile


def broken_file(document: Document) -> BrokenFile | None:
    """Why the text cannot be used as a whole, or None if its entries can be read."""
    if not document.parses:
        first = document.problems[0]
        if first.what == TOO_LARGE:
            return BrokenFile(None, f"models.yaml {first.context}, which is the limit.")
        # The line of the diagnostic in the editor can differ from the line where the reader stopped.
        at = first.at if first.what == "multiple documents" else explain(document, first).span.start
        return _broken_at(document, at, "not valid YAML")
    if document.other_root is not None:
        return _broken_at(document, document.other_root.start, "not a mapping with 'models:'")
    section = document.models
    value = resolve(section.value) if section and section.value else None
    if section is None or value is None or isinstance(value, Mapping):
        return None
    if isinstance(value, Scalar) and value.value in (None, ""):
        return None
    line = document.lines.position(section.key.start).line + 1
    return BrokenFile(line, f"'models' in models.yaml is not a mapping (line {line}).")


def _broken_at(document: Document, offset: int, what: str) -> BrokenFile:
    line = document.lines.position(offset).line + 1
    return BrokenFile(line, f"models.yaml is {what} (line {line}).")
