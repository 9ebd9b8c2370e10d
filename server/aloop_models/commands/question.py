"""What a person has to be asked before a command can run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """One word or value that fits, and what it is."""

    value: str
    detail: str = ""
    kind: str = ""
    """`command`, `model`, `newModel`, `provider`, `option`, `field`, `value` or `session`."""
    field: str | None = None
    """Where the value goes in the argument object, if not to the question's field."""

    def view(self) -> dict[str, object]:
        """The candidate for programs."""
        optional = {"detail": self.detail, "kind": self.kind, "field": self.field}
        return {"value": self.value, **{name: value for name, value in optional.items() if value}}


@dataclass(frozen=True, slots=True)
class Question:
    """One argument that is missing or has to be confirmed."""

    field: str
    """Where the answer goes in the argument object: `modelId`, `session`, `apiKey`, `fields.api_key`."""
    prompt: str
    secret: bool = False
    """Whether the answer must not be echoed or kept."""
    required: bool = True
    """False if the command can run without an answer: null at `field` says that there is none."""
    candidates: tuple[Candidate, ...] = ()

    @property
    def name(self) -> str:
        """The last part of `field`: `api_key`."""
        return self.field.rpartition(".")[2]

    def view(self) -> dict[str, object]:
        """The question for programs."""
        view: dict[str, object] = {
            "field": self.field,
            "prompt": self.prompt,
            "secret": self.secret,
            "required": self.required,
        }
        return view | ({"candidates": [item.view() for item in self.candidates]} if self.candidates else {})
