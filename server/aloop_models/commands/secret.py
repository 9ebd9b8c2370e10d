"""The question for a secret field that is left to be asked for."""

from __future__ import annotations

from collections.abc import Mapping

from aloop_models.catalog.redaction import redact
from aloop_models.commands.question import Question, fields_of
from aloop_models.errors import InvalidArgumentsError
from aloop_models.snapshot import Snapshot

ASK = "-"
"""The value of a secret field that is asked for, so that it is in no history and no list of processes."""


def ask_secret(snapshot: Snapshot, argument: Mapping[str, object]) -> Question | None:
    """Ask for the field whose value is `-`.

    Raises:
        InvalidArgumentsError: two secrets are to be asked for.
    """
    known = snapshot.facts.schema.fields
    asked = [name for name, value in fields_of(argument).items() if value == ASK and name in known]
    asked = [name for name in asked if known[name].secret]
    if len(asked) > 1:
        message = "Only one field can be asked for at a time. Set the other by edit."
        raise InvalidArgumentsError("invalidArguments", message)
    if not asked:
        return None
    return Question(f"fields.{asked[0]}", f"{asked[0]} for {redact(str(argument.get('modelId', '')))}", secret=True)
