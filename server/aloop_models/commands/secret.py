"""The question for a secret field that is prompted for."""

from __future__ import annotations

from collections.abc import Mapping

from aloop_models.catalog import provider_of
from aloop_models.commands.provider_questions import key_question
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
    model_id = str(argument.get("modelId", ""))
    prompt = f"{asked[0]} for {model_id}"
    if asked[0] != "api_key":
        return Question(f"fields.{asked[0]}", prompt, secret=True)
    return key_question(snapshot.facts.catalog.providers.get(provider_of(model_id)), "fields.api_key", prompt)
