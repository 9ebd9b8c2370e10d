"""What a session needs of its terminal."""

from __future__ import annotations

from typing import Protocol

from aloop_models.agent.base import Listener, Turn
from aloop_models.commands.views import JsonObject
from aloop_models.llm.profile import ModelProfile


class Interface(Protocol):
    """The terminal, or what stands for it in a test."""

    def say(self, text: str) -> None:
        """Show lines of text as they are."""
        ...

    def show_markdown(self, title: str, text: str) -> None:
        """Show a model's text under a title."""
        ...

    def listener(self, profile: ModelProfile) -> Listener:
        """Who shows the answer that this model is about to give."""
        ...

    def answered(self, turn: Turn | None) -> None:
        """The answer is over; None where it failed or was stopped."""
        ...

    async def ask(self, question: str, *, default: bool = False) -> bool:
        """Ask a question that is answered with yes or no; `default` is what Enter alone means."""
        ...

    async def ask_secret(self, question: str) -> str:
        """Ask for a text that is not shown."""
        ...

    async def pick(self, state: JsonObject, current: str | None) -> str | None:
        """Let the person pick a model of `state` (the result of `aloop.listModels`); None where nothing was picked."""
        ...
