"""The option parser of the agent, and the output of its results outside a conversation."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

from aloop_models.catalog.redaction import redact
from aloop_models.commands.arguments import near_options, unknown_option
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.plain_text import sanitize
from aloop_models.errors import AloopError
from aloop_models.terminal import error_view, note, print_json, refusal_view, select_file

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

_OPTION = lazy_re(r"--?[A-Za-z][^\s=]*")
"""A word that argparse takes for an option, without its value."""

_WORDS_OF_CLICK = (
    (lazy_re(r"argument (?:-\w/)?(--[\w-]+): expected one argument"), r"Option '\1' requires an argument"),
    (lazy_re(r"the following arguments are required: (\w+)"), r"Missing argument '\1'"),
    (lazy_re(r"argument (--[\w-]+): the path is empty"), r"Invalid value for '\1': The path is empty"),
)


class Parser(argparse.ArgumentParser):
    """A parser whose error messages do not repeat a key that was typed in the wrong place."""

    def __init__(self, **options: Any) -> None:
        super().__init__(add_help=False, **options)
        self._is_json = False
        self.add_argument("-h", "--help", action="help", help="Show this help and exit.")

    def add_file_options(self) -> None:
        """Add the options that say which models.yaml is used."""
        self.add_argument("--config", metavar="PATH", type=_file_path, help="Use this models.yaml.")
        self.add_argument(
            "--trust-config",
            action="store_true",
            help="Use a models.yaml that came with the repository without confirmation.",
        )

    def parse(self, arguments: Sequence[str]) -> argparse.Namespace:
        """Parse the arguments; if they are wrong, print why, and exit with code 2."""
        self._is_json = "--json" in arguments
        self._require_known(arguments)
        options, left = self.parse_known_args(arguments)
        if left:
            self.error("Too many arguments.")
        select_file(options.config)
        return options

    def error(self, message: str) -> NoReturn:
        """Print the message in the words of click, as `aloop models` does, and exit with code 2."""
        for pattern, words in _WORDS_OF_CLICK:
            message = pattern.sub(words, message)
        self._refuse(f"{redact(message).rstrip('.')}. See: {self.prog} --help")

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        """Print as argparse does, but raise an error of the stream."""
        (file or sys.stderr).write(message)

    def _require_known(self, arguments: Sequence[str]) -> None:
        """Refuse an unknown option, before anything else that is wrong because of it."""
        for word in arguments:
            if word == "--":
                return
            found = None if " " in word else _OPTION.match(word)
            if found is None or self._knows(name := found.group()):
                continue
            options = tuple(self._option_string_actions)
            near = near_options(name, options)
            self._refuse(unknown_option(name, near, options), near)

    def _knows(self, name: str) -> bool:
        """Whether this is an option, the start of one, or a short option with its value."""
        options = self._option_string_actions
        is_short = not name.startswith("--")
        return name[:2] in options if is_short else any(option.startswith(name) for option in options)

    def _refuse(self, message: str, near: tuple[str, ...] = ()) -> NoReturn:
        note(f"{self.prog}: {message}")
        if self._is_json:
            print_json(error_view("invalidArguments", message, near))
        sys.exit(2)


def _file_path(text: str) -> Path:
    """Return the path of a file; an empty one does not mean the working folder."""
    if not text:
        raise argparse.ArgumentTypeError("the path is empty")
    return Path(text)


def refuse(program: str, error: AloopError, *, as_json: bool) -> int:
    """Print why a request was refused, and return the exit code."""
    note(f"{program}: {error}")
    if as_json:
        print_json(refusal_view(error))
    return 2


def print_text(text: str, out: TextIO | None = None) -> None:
    """Print a result and a line feed, without the control characters of a model or a path."""
    print(sanitize(text), file=out or sys.stdout)


def read_input(what: str) -> str:
    """Read standard input to its end; on a terminal, first say which text is awaited."""
    if sys.stdin.isatty():
        note(f"Type the {what}, then press Enter and Ctrl-D.")
    return sys.stdin.read()
