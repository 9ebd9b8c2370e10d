"""What the command line and the agent share of a terminal: streams that carry every character, and notes."""

from __future__ import annotations

import io
import sys

from aloop_models.core.plain_text import sanitize


def prepare() -> None:
    """Let every terminal and pipe carry every character: one that it cannot show becomes a question mark."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def note(text: str) -> None:
    """Print a sentence in addition to the result; nothing in it can control the terminal."""
    print(sanitize(text), file=sys.stderr)
