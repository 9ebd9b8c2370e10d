"""The interface between a session and its terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from aloop_models.agent.base import Listener, Turn
from aloop_models.agent.favorites import Favorites
from aloop_models.agent.progress import Progress
from aloop_models.commands.check_field import Problem
from aloop_models.commands.question import Question
from aloop_models.commands.views import JsonObject
from aloop_models.llm.profile import ModelProfile


class Interface(Protocol):
    """A terminal, or its replacement in a test."""

    def say(self, text: str) -> None:
        """Show lines of text as they are."""
        ...

    def show_markdown(self, title: str, text: str) -> None:
        """Show a model's text under a title."""
        ...

    def listener(self, profile: ModelProfile) -> Listener:
        """Return the listener that shows the answer of this model."""
        ...

    def answered(self, turn: Turn | None) -> None:
        """End the answer; `turn` is None if it failed or was stopped."""
        ...

    def progress(self, text: str) -> Progress:
        """Return a context manager that shows a line with this text while something is awaited."""
        ...

    async def ask(self, question: str, *, default: bool = False) -> bool:
        """Ask a yes-or-no question; Enter means `default`."""
        ...

    async def ask_text(self, words: str, question: Question, judge: Callable[[str], Problem | None]) -> str:
        """Prompt for an answer with these words; a secret is not shown, and an error of `judge` is not accepted."""
        ...

    async def pick(self, title: str, state: JsonObject, current: str | None, favorites: Favorites) -> str | None:
        """Let the person pick a model of `state`, the result of `aloop.listModels`; None if canceled."""
        ...

    async def pick_several(self, rows: Sequence[tuple[str, str, str]]) -> Sequence[str] | None:
        """Let the person pick rows of ID, label and detail to add; the IDs, or None if canceled."""
        ...
