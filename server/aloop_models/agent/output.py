"""Where the agent prints outside a conversation: results on standard output, everything else on standard error."""

from __future__ import annotations

import argparse
import io
import json
import sys
from typing import NoReturn, TextIO

from aloop_models.catalog.redaction import redact
from aloop_models.core.plain_text import sanitize


class Parser(argparse.ArgumentParser):
    """A command line whose error messages do not repeat a key that was typed in the wrong place."""

    def error(self, message: str) -> NoReturn:
        """Print usage and message, and leave with 2."""
        super().error(redact(message))


def prepare() -> None:
    """Let every terminal and pipe carry every character: one that it cannot show becomes a question mark."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def print_text(text: str, out: TextIO | None = None) -> None:
    """Print a result and a line feed; what comes from a model or a path cannot control a terminal."""
    print(sanitize(text), file=out or sys.stdout)


def print_json(value: object, out: TextIO | None = None) -> None:
    """Print a result for programs, in ASCII, with every character escaped that is not."""
    print(json.dumps(value, indent=2), file=out or sys.stdout)


def note(text: str) -> None:
    """Print a sentence in addition to the result."""
    print(sanitize(text), file=sys.stderr)
