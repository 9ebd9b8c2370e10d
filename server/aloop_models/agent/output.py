"""The option parser of the agent, and the output of its results outside a conversation."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any, NoReturn, TextIO

from aloop_models.catalog.redaction import redact
from aloop_models.core.plain_text import sanitize


class Parser(argparse.ArgumentParser):
    """A parser whose error messages do not repeat a key that was typed in the wrong place."""

    def __init__(self, **options: Any) -> None:
        super().__init__(add_help=False, **options)
        self.add_argument("-h", "--help", action="help", help="Show this help and exit.")

    def add_file_options(self) -> None:
        """Add the options that say which models.yaml is used."""
        self.add_argument("--config", metavar="PATH", type=Path, help="Use this models.yaml.")
        self.add_argument(
            "--trust-config",
            action="store_true",
            help="Use a models.yaml that came with the repository without confirmation.",
        )

    def error(self, message: str) -> NoReturn:
        """Print the usage and the message, and exit with code 2."""
        super().error(redact(message))


def print_text(text: str, out: TextIO | None = None) -> None:
    """Print a result and a line feed, without the control characters of a model or a path."""
    print(sanitize(text), file=out or sys.stdout)


def print_json(value: object, out: TextIO | None = None) -> None:
    """Print a result as JSON in ASCII."""
    print(json.dumps(value, indent=2), file=out or sys.stdout)


def discard_output() -> None:
    """Discard what is left of standard output; otherwise Python reports at its exit that it cannot be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
