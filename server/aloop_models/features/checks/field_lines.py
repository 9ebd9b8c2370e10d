"""Fields that YAML reads as one text, because their names are not followed by a colon and a space."""

from __future__ import annotations

from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.lines import lines_in
from aloop_models.core.nodes import Mapping, Scalar
from aloop_models.core.text import Edit, apply_edits
from aloop_models.core.yaml_reader import read
from aloop_models.features.checks.spans import content_span
from aloop_models.snapshot import Facts

_LINE = lazy_re(r"(\w{1,64})(?:([ ]*=>?[ ]*|:|[ ]+)(\S.*))?")


def first_field(text: str, facts: Facts) -> str | None:
    """The known field that a text starts with, or None."""
    written = _LINE.fullmatch(text)
    return written[1] if written and written[1] in facts.schema.fields else None


def to_mapping(scalar: Scalar, facts: Facts) -> tuple[Edit, ...]:
    """The edits that make the lines of a text a mapping; none if a line is not a known field with a value."""
    source = scalar.source or scalar.text
    lines = [content_span(source, line.start) for line in lines_in(source, 0, len(source))]
    found = [_LINE.fullmatch(source, *line) for line in lines]
    names = {line[1] for line in found if line and line[3] and line[1] in facts.schema.fields}
    if scalar.style or len(names) < len(found):
        return ()
    edits = [Edit(0, 0, "{")]
    for line in filter(None, found):
        edits += (Edit(*line.span(2), ": "), Edit(line.end(), line.end(), ","))
    edits[-1] = edits[-1]._replace(text="}")
    root, problem = read(apply_edits(source, edits))
    is_read = problem is None and isinstance(root, Mapping) and len(root.pairs) == len(names)
    return tuple(edit.shift(scalar.start) for edit in edits) if is_read else ()
