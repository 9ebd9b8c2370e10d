"""Completion of a command line, for every interface."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aloop_models.commands.candidates import candidates
from aloop_models.commands.definition import Command, Outcome, parameter
from aloop_models.features.formatting import plural
from aloop_models.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class CompleteParameters:
    """A line up to the cursor."""

    words: Sequence[str] = parameter("The complete words before the cursor, verb first.", kind="line", default=())
    word: str = parameter("The incomplete word at the cursor.", default="")


def command_for(verbs: Sequence[Command[Any]]) -> Command[CompleteParameters]:
    """Return the command that completes lines with these verbs."""

    def complete(snapshot: Snapshot, parameters: CompleteParameters) -> Outcome:
        found = candidates(snapshot, verbs, parameters.words, parameters.word)
        views = [item.view() for item in found]
        return Outcome(plural(len(views), "candidate"), {"candidates": views})

    return Command(
        "aloop.complete",
        "",
        "",
        "Complete a command line.",
        CompleteParameters,
        complete,
        reads_file=False,
        needs_file=False,
        asks_owner=False,
    )
