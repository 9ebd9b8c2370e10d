"""The question for a secret field that is prompted for."""

from __future__ import annotations

from collections.abc import Mapping

from aloop_models.catalog.redaction import redact
from aloop_models.commands.question import Question, fields_of
from aloop_models.errors import InvalidArgumentsError
from aloop_models.snapshot import Snapshot

ASK = "-"
"""The value of a secret field that is prompted for, so that it is not in the history or the list of processes."""


def ask_secret(snapshot: Snapshot, argument: Mapping[str, object]) -> Question | None:
    """Ask for the field whose value is `-`.

    Raises:
        InvalidArgumentsError: more than one field has the value `-`.
    """
    known = snapshot.facts.schema.fields
    asked = [name for name, value in fields_of(argument).items() if value == ASK and name in known]
    asked = [name for name in asked if known[name].secret]
    if len(asked) > 1:
        message = "Only one secret can be entered at a time. Set the others with edit."
        raise InvalidArgumentsError("invalidArguments", message)
    if not asked:
        return None
    return Question(f"fields.{asked[0]}", f"{asked[0]} for {redact(str(argument.get('modelId', '')))}", secret=True)
