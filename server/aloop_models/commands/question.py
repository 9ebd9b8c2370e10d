"""What to ask a person before a command can run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple, cast

from aloop_models.catalog.redaction import Redactor
from aloop_models.errors import RefusedError


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible word or value, and what it is."""

    value: str
    detail: str = ""
    kind: str = ""
    """`command`, `model`, `role`, `newModel`, `provider`, `option`, `field`, `value`, `session` or `file`."""
    field: str | None = None
    """Where the value goes in the argument object, if not into the question's field."""
    secret: bool = False
    """Whether the value of a field must not be echoed or stored."""
    values: tuple[str, ...] = ()
    """The only values of a field; empty if any value is allowed."""
    label: str = ""
    """The readable name of a model, a provider or a file; empty if there is none."""

    def view(self) -> dict[str, object]:
        """Return the candidate as JSON."""
        optional: dict[str, object] = {"detail": self.detail, "kind": self.kind, "field": self.field}
        optional |= {"secret": self.secret, "values": list(self.values), "label": self.label}
        return {"value": self.value, **{name: value for name, value in optional.items() if value}}


class Help(NamedTuple):
    """A page that helps to answer a question."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Question:
    """One missing argument."""

    field: str
    """Where the answer goes in the argument object: `modelId`, `session`, `uri`, `apiKey`, `fields.api_key`."""
    prompt: str
    secret: bool = False
    """Whether the answer must not be echoed or stored."""
    required: bool = True
    """False if the command can run without an answer; null in `field` means no answer."""
    candidates: tuple[Candidate, ...] = ()
    placeholder: str = ""
    """An example of an answer, shown while the answer is empty."""
    initial: str = ""
    """An answer that is probably right, to accept or to change; never a secret."""
    help: Help | None = None
    choice: bool = False
    """Whether only a candidate is an answer; the first one is selected at first."""

    @property
    def name(self) -> str:
        """The field of the entry, such as `api_key`."""
        return "api_key" if self.field == "apiKey" else self.field.rpartition(".")[2]

    @property
    def is_typed(self) -> bool:
        """Whether the answer is a text for a field or a key, and not a model, a session or the name of a field."""
        return self.field == "apiKey" or "." in self.field

    @property
    def words(self) -> str:
        """The question for a prompt without a box: with an example, if there is no initial answer."""
        has_example = self.placeholder and not (self.initial or self.secret)
        return f"{self.prompt} (such as {self.placeholder})" if has_example else self.prompt

    def put(self, argument: Mapping[str, object], answer: str | Candidate) -> dict[str, object]:
        """Return the argument object with the answer; an empty, optional answer becomes None.

        Raises:
            RefusedError: `invalidFields` for an empty answer to a required question.
        """
        if isinstance(answer, Candidate):
            return _put(argument, answer.field or self.field, answer.value)
        if answer:
            return _put(argument, self.field, answer)
        if self.required:
            raise RefusedError("invalidFields", f"No {self.name} was given. Nothing was changed.")
        return self.skip(argument)

    def redacted(self, redactor: Redactor) -> Question:
        """Return the question without secrets of the file: its texts are masked, an answer with one is not offered."""
        candidates = tuple(
            replace(item, detail=redactor.redact(item.detail))
            for item in self.candidates
            if item.kind == "file" or redactor.mask(item.value) == item.value
        )
        return replace(self, prompt=redactor.redact(self.prompt), candidates=candidates)

    def skip(self, argument: Mapping[str, object]) -> dict[str, object]:
        """Return the argument object with None as the answer, so that the question is not asked again."""
        return _put(argument, self.field, None)

    def view(self) -> dict[str, object]:
        """Return the question as JSON."""
        view: dict[str, object] = {
            "field": self.field,
            "prompt": self.prompt,
            "secret": self.secret,
            "required": self.required,
        }
        optional: dict[str, object] = {
            "candidates": [item.view() for item in self.candidates],
            "choice": self.choice,
            "placeholder": self.placeholder,
            "initial": self.initial,
            "help": self.help._asdict() if self.help else None,
        }
        return view | {name: value for name, value in optional.items() if value}


class NeedsInputError(RefusedError):
    """A command that needs an answer first, called by a program that asked for the question (`ask`)."""

    def __init__(self, question: Question) -> None:
        super().__init__("needsInput", question.prompt)
        self.question = question

    def with_texts(self, change: Callable[[str], str]) -> NeedsInputError:
        """Return the same refusal, because a question contains no secret."""
        del change
        return self

    def data(self) -> dict[str, object]:
        """Return `reason`, `suggestions` and `question` for programs."""
        return {**super().data(), "question": self.question.view()}


def fields_of(argument: Mapping[str, object]) -> Mapping[str, object]:
    """Return the `fields` of an argument object."""
    fields = argument.get("fields")
    return cast("Mapping[str, object]", fields) if isinstance(fields, Mapping) else {}


def _put(argument: Mapping[str, object], field: str, value: object) -> dict[str, object]:
    name, dot, rest = field.partition(".")
    if not dot:
        return {**argument, name: value}
    inner = argument.get(name)
    return {
        **argument,
        name: _put(cast("Mapping[str, object]", inner) if isinstance(inner, Mapping) else {}, rest, value),
    }
