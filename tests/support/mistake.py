"""A mistake that people make in models.yaml, as data: the text, its problems, and the text after each fix."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from aloop_models.commands import BY_ID, parse_arguments
from aloop_models.core.text import apply_edits
from aloop_models.features.code_actions import QUICK_FIX, Action, code_actions
from aloop_models.features.diagnostic import Diagnostic, Severity
from aloop_models.features.diagnostics import diagnose
from aloop_models.snapshot import Snapshot
from support.snapshots import snapshot

KO = "sk-proj-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0"
KA = "sk-ant-api03-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0"
KR = "sk-or-v1-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0"
KZ = "0123abcd4567ef890123abcd4567ef89"
KG = "AIzaSyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6"
OWN = "my-own-key-with-letters-9"
"""Keys of OpenAI, Anthropic, OpenRouter, Azure, Google AI Studio, and of a server with keys of its own; all made up."""

ANSWERS = {
    provider: key.replace("A1b2", "Z9y8").replace("0123abcd", "9876fedc")
    for provider, key in {"openai": KO, "anthropic": KA, "openrouter": KR, "azure": KZ, "gemini": KG}.items()
}
ANSWER = "another-key-of-my-own-8"
"""What a person answers where a fix asks for an API key, by provider, else `ANSWER`."""


class Fixed(NamedTuple):
    """One fix: its title, whether it is safe, and each piece of text that it replaces."""

    title: str
    safe: bool
    replacements: tuple[tuple[str, str], ...]

    def apply(self, text: str) -> str:
        """The text after the fix; every place with the piece is replaced, such as each use of an ID."""
        for before, after in self.replacements:
            assert before in text, (self.title, before)
            text = text.replace(before, after)
        return text


class Problem(NamedTuple):
    """One expected diagnostic, with the text that it underlines and its fixes; the message is without the ID."""

    level: Severity
    rule: str
    underlined: str
    message: str
    fixes: tuple[Fixed, ...] = ()


@dataclass(frozen=True)
class Mistake:
    """A text with its problems, in the order of the text."""

    text: str
    problems: tuple[Problem, ...]
    model_id: str | None = None
    """The ID of the only entry, if the text is made by `entry`."""
    fields: tuple[str, ...] = ()
    """The lines of the entry, without their indentation."""
    around: dict[str, Any] = field(default_factory=dict)
    """What else the snapshot has."""

    @property
    def name(self) -> str:
        """A name for the report of a test."""
        words = (self.model_id, *self.fields) if self.model_id else (self.text,)
        return " ".join(words)


def entry(model_id: str, *fields: str) -> str:
    """A file of one entry, which is the default model; a field can have further lines."""
    lines = "".join(f"    {line}\n" for part in fields for line in part.split("\n"))
    return f"models:\n  {model_id}:\n{lines}default: {model_id}\n"


def in_entry(model_id: str, *parts: str | Problem, **around: Any) -> Mistake:
    """A mistake in the only entry of a file: the ID, the fields, then the problems."""
    fields = tuple(part for part in parts if isinstance(part, str))
    problems = tuple(part for part in parts if isinstance(part, Problem))
    return Mistake(entry(model_id, *fields), problems, model_id, fields, around)


def in_file(text: str, *problems: Problem, **around: Any) -> Mistake:
    """A mistake in a file of any shape."""
    return Mistake(text, problems, around=around)


def error(rule: str, underlined: str, message: str, *fixes: Fixed) -> Problem:
    return Problem(Severity.ERROR, rule, underlined, message, fixes)


def warning(rule: str, underlined: str, message: str, *fixes: Fixed) -> Problem:
    return Problem(Severity.WARNING, rule, underlined, message, fixes)


def information(rule: str, underlined: str, message: str, *fixes: Fixed) -> Problem:
    return Problem(Severity.INFORMATION, rule, underlined, message, fixes)


def hint(rule: str, underlined: str, message: str, *fixes: Fixed) -> Problem:
    return Problem(Severity.HINT, rule, underlined, message, fixes)


def safe(title: str, *pieces: str) -> Fixed:
    """A safe fix, with the pieces of text that it replaces, each followed by its replacement."""
    return Fixed(title, True, tuple(zip(pieces[::2], pieces[1::2], strict=True)))


def unsafe(title: str, *pieces: str) -> Fixed:
    """An unsafe fix, as `safe`."""
    return safe(title, *pieces)._replace(safe=False)


def change_id(before: str, after: str) -> Fixed:
    """The fix that changes an ID; its title does not name the label."""
    return unsafe(f"Change to {after.partition('#')[0]}", before, after)


def reference(underlined: str, name: str, meant: str, *fixes: Fixed) -> Problem:
    """The problem of a reference in a field; `meant` is what belongs there."""
    why = f"{name} contains a reference, such as an environment variable"
    message = f"{why}. Write {meant} itself: references are not expanded."
    return error("env-reference", underlined, message, *fixes)


def set_key(before: str | None, model_id: str, *, is_safe: bool = True) -> Fixed:
    """The fix that asks for an API key, which replaces a value, or is a new last line of the entry."""
    # A value in quotes keeps them.
    quote = before[0] if before and before[0] in "'\"" else ""
    key = f"{quote}{answer(model_id)}{quote}"
    pieces = (
        (f"api_key: {before}", f"api_key: {key}") if before else ("\ndefault: ", f"\n    api_key: {key}\ndefault: ")
    )
    return (safe if is_safe else unsafe)("Set API key…", *pieces)


def answer(model_id: str) -> str:
    """The API key that a person answers for a model."""
    return ANSWERS.get(model_id.partition("/")[0], ANSWER)


def quick_fixes(subject: Snapshot, item: Diagnostic) -> Iterator[Action]:
    """The quick fixes that an editor offers for a diagnostic."""
    everything = diagnose(subject).items
    for action in code_actions(subject, everything, item.span, can_ask=True):
        if action.kind == QUICK_FIX and action.diagnostic == item:
            yield action


def after_action(subject: Snapshot, action: Action) -> str | None:
    """The text after a quick fix, whose command runs with a person's answer; None if the text does not change."""
    edits = action.edits
    if action.command is not None:
        command = BY_ID[action.command]
        arguments = dict(action.arguments)
        if arguments.pop("ask", False):
            arguments["apiKey"] = answer(str(arguments["modelId"]))
        edits = command.run(subject, parse_arguments(command, arguments)).edits
    return apply_edits(subject.document.text, edits) if edits else None


def view(mistake: Mistake, text: str | None = None) -> Snapshot:
    """The snapshot of a mistake, or of its text after a change."""
    return snapshot(mistake.text if text is None else text, **mistake.around)
