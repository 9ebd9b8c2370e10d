"""How an interface prints the result of a command."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shell:
    """For `aloop models`: tables and lines that other programs can read."""

    folder: str | None = None
    """Where it runs: files in it are named from there."""
    is_colored: bool = False


@dataclass(frozen=True, slots=True)
class Prompt:
    """For the agent's prompt."""

    current: str | None = None
    """The model in use, which may have left the file."""


Style = Shell | Prompt
