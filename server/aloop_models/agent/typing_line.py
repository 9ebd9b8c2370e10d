"""The input line: its keys, its completion, and dots for a key that is typed into it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.filters import has_completions
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout.processors import Processor, Transformation, TransformationInput
from prompt_toolkit.validation import ValidationError, Validator

from aloop_models.agent.model_line import WORD, complete_line
from aloop_models.agent.session_commands import COMMANDS, EFFORT, EFFORT_VALUES, FAVORITE, OTHER_FORMS, TEST
from aloop_models.catalog.schema_file import load_schema
from aloop_models.commands.check_field import Problem
from aloop_models.commands.question import Question
from aloop_models.core.plain_text import sanitize_line
from aloop_models.errors import AloopError
from aloop_models.features.diagnostic import Severity
from aloop_models.snapshot import Snapshot

_OTHERS = {form.partition(" ")[0]: text for form, text in OTHER_FORMS.items()}
"""What follows `/model` and is not a command of every interface."""


class LineCompleter(Completer):
    """Completes commands and their arguments."""

    def __init__(self, snapshot: Callable[[], Snapshot], to_copy: Callable[[str], Snapshot] | None = None) -> None:
        self._snapshot = snapshot
        self._to_copy = to_copy

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """Yield the completions at the cursor; none outside a command."""
        before = document.text_before_cursor
        if not before.startswith("/") or "\n" in before:
            return
        if " " not in before:
            for name, sentence in COMMANDS.items():
                if name.startswith(before):
                    yield Completion(name, -len(before), display_meta=sentence)
            return
        try:
            yield from self._arguments(before)
        except AloopError:
            # A file that cannot be read now has no completions.
            return

    def _arguments(self, before: str) -> Iterable[Completion]:
        command, _, rest = before.partition(" ")
        if command == WORD:
            for word, sentence in _OTHERS.items():
                if word.startswith(rest) and rest:
                    yield Completion(word, -len(rest), display_meta=sentence)
            if rest.startswith((f"{TEST} ", f"{FAVORITE} ")):
                before = f"{WORD} show {rest.rpartition(' ')[2]}"
            yield from self._proposals(before)
        elif command == EFFORT:
            yield from (Completion(value, -len(rest)) for value in EFFORT_VALUES if value.startswith(rest.casefold()))
        elif command == "/retry" or (command == "/compare" and " " not in rest):
            yield from self._proposals(f"{WORD} show {rest.rpartition(',')[2]}")

    def _proposals(self, line: str) -> Iterable[Completion]:
        for proposal in complete_line(self._snapshot(), line, self._to_copy):
            shown = sanitize_line(proposal.text)
            yield Completion(
                proposal.text, proposal.start - len(line), display=shown, display_meta=sanitize_line(proposal.detail)
            )


class SecretDots(Processor):
    """Shows dots for the value of `api_key=` and other secret fields."""

    def __init__(self) -> None:
        names = [spec.name for spec in load_schema().fields.values() if spec.secret]
        value = r"'[^']*'?|\"[^\"]*\"?|[^\s'\"]+"
        self._secret = re.compile(rf"\b(?:{'|'.join(names)})=({value})")

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        """Return the fragments of one line, with a dot for each character of a secret."""
        line = transformation_input.document.text
        fragments = transformation_input.fragments
        if not line.startswith(WORD):
            return Transformation(fragments)
        text = "".join(fragment[1] for fragment in fragments)
        hidden = {
            at for found in self._secret.finditer(text) for at in range(found.start(1), found.end(1)) if found[1] != "-"
        }
        if not hidden:
            return Transformation(fragments)
        shown, at = list[tuple[str, str]](), 0
        for fragment in fragments:
            dotted = "".join("•" if at + index in hidden else letter for index, letter in enumerate(fragment[1]))
            shown.append((fragment[0], dotted))
            at += len(fragment[1])
        return Transformation([*shown])


class HiddenInput(Processor):
    """Hides the typed text and its length."""

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        """Return no fragments; the cursor does not move."""
        return Transformation([], source_to_display=lambda _: 0, display_to_source=lambda _: 0)


class AnswerValidator(Validator):
    """Accepts an answer without an error."""

    def __init__(self, question: Question, judge: Callable[[str], Problem | None]) -> None:
        self._question = question
        self._judge = judge

    def validate(self, document: Document) -> None:
        """Raise the problem of the typed text; nothing typed is a problem only if an answer is required."""
        if not document.text.strip():
            if self._question.required and not self._question.secret:
                raise ValidationError(message=f"Enter a value, such as {self._question.placeholder}.")
            return
        problem = self._judge(document.text)
        if problem is not None and problem.severity is Severity.ERROR:
            raise ValidationError(len(document.text), sanitize_line(problem.advice))


def key_bindings(pick_model: Callable[[], None], next_favorite: Callable[[], None]) -> KeyBindings:
    """The keys: Enter sends; Alt+Enter, or Enter after a backslash, starts a new line; Ctrl-O and F2 switch the model.

    Ctrl-O replaces `operate-and-get-next` of Emacs mode, which is about repeating lines of the history; F2 is free.
    """
    keys = KeyBindings()

    @keys.add("c-o")
    def _pick(_: KeyPressEvent) -> None:
        pick_model()

    @keys.add("f2")
    def _next_favorite(_: KeyPressEvent) -> None:
        next_favorite()

    @keys.add("enter")
    def _send(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if buffer.complete_state and buffer.complete_state.current_completion:
            buffer.complete_state = None
            return
        if buffer.document.text_before_cursor.endswith("\\") and buffer.document.is_cursor_at_the_end:
            buffer.delete_before_cursor()
            buffer.insert_text("\n")
            return
        buffer.validate_and_handle()

    @keys.add("escape", "enter")
    def _new_line(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    @keys.add("escape", filter=has_completions, eager=True)
    def _close_menu(event: KeyPressEvent) -> None:
        event.current_buffer.cancel_completion()

    return keys
