"""The ways in which an interface prints the result of a command."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shell:
    """Output of `aloop models`: tables, and lines that other programs can parse."""

    folder: str | None = None
    """The working directory; files in it are printed with a relative path."""
    is_colored: bool = False
    width: int | None = None
    """The width of the terminal in columns; None prints whole rows, as in a pipe."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """Output at the agent's prompt."""

    current: str | None = None
    """The current model, which may no longer be in the file."""
    width: int | None = None
    """As in `Shell`."""


Style = Shell | Prompt
