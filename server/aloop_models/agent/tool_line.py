"""A tool call as one line for the person."""

from __future__ import annotations

from aloop_models.core.plain_text import sanitize_line
from aloop_models.llm.answer import ToolCall

_LONGEST = 100


def tool_line(call: ToolCall) -> str:
    """Return a call in one line: the tool and the values of its arguments, shortened."""
    values = call.arguments
    if values is None:
        text = call.text
    else:
        text = " ".join(str(value) if isinstance(value, str | int | float) else "…" for value in values.values())
    return f"{shorten(call.name)} {shorten(text)}".rstrip()


def shorten(text: str) -> str:
    """Return the start of a text as one line without control characters."""
    line = sanitize_line(text[: 2 * _LONGEST])
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
