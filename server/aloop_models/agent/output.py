"""How the agent prints results outside a conversation."""

from __future__ import annotations

import argparse
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


def print_text(text: str, out: TextIO | None = None) -> None:
    """Print a result and a line feed; what comes from a model or a path cannot control a terminal."""
    print(sanitize(text), file=out or sys.stdout)


def print_json(value: object, out: TextIO | None = None) -> None:
    """Print a result for programs, in ASCII, with every character escaped that is not."""
    print(json.dumps(value, indent=2), file=out or sys.stdout)
