"""Keep the API keys in models.yaml private."""

from __future__ import annotations

from dataclasses import dataclass

from aloop_models.commands.definition import Command, Outcome, ProtectFile, parameter
from aloop_models.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class ProtectParameters:
    """One of the two steps; without a choice, both."""

    gitignore: bool = parameter("Only add the file to .gitignore.", default=False)
    permissions: bool = parameter("Only make the file readable only by you.", default=False)


def protect_file(_: Snapshot, parameters: ProtectParameters) -> Outcome:
    """Add the file to `.gitignore`, and make it readable only by its owner."""
    is_both = parameters.gitignore == parameters.permissions
    return Outcome("", effect=ProtectFile(is_both or parameters.gitignore, is_both or parameters.permissions))


PROTECT = Command(
    "aloop.protectFile",
    "protect",
    "Protect API Keys",
    "Add models.yaml to .gitignore, and make it readable only by you.",
    ProtectParameters,
    protect_file,
    reads_file=False,
    asks_owner=False,
    effect=ProtectFile,
)
