"""Runs a command on a text: what it says, what it would make of the text, or why it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from aloop_models.commands import BY_ID, Outcome, parse_arguments
from aloop_models.core.text import apply_edits
from aloop_models.errors import RefusedError
from support.snapshots import snapshot

KEY = "sk-proj-AbCdEfGhIjKlMnOpQrStUvWx0123456789AbCdEfGh"
OTHER_KEY = "sk-proj-ZyXwVuTsRqPoNmLkJiHgFeDc9876543210ZyXwVuTs"


def run(command: str, text: str, argument: object = None, **around: Any) -> Outcome:
    """The outcome of a command on a text; `around` is what else the snapshot holds."""
    definition = BY_ID[f"aloop.{command}"]
    return definition.run(snapshot(text, **around), parse_arguments(definition, argument))


def after(command: str, text: str, argument: object = None, **around: Any) -> str:
    """The text that a command leaves."""
    return apply_edits(text, run(command, text, argument, **around).edits)


def refusal(command: str, text: str, argument: object = None, **around: Any) -> RefusedError:
    """The refusal of a command that has to be refused; no key is in it."""
    with pytest.raises(RefusedError) as refused:
        run(command, text, argument, **around)
    for key in (KEY, OTHER_KEY):
        assert key not in repr((refused.value.message, refused.value.suggestions))
    return refused.value
