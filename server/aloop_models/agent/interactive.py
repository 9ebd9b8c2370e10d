"""Interactive mode: a conversation in the terminal with a status bar."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prompt_toolkit import PromptSession
from prompt_toolkit.application import in_terminal, run_in_terminal
from prompt_toolkit.filters import Condition
from prompt_toolkit.styles import Style
from rich.text import Text

from aloop_models.agent import picker
from aloop_models.agent.attach import Attachment
from aloop_models.agent.base import BaseAgent, Listener, Turn
from aloop_models.agent.confirm import Guard
from aloop_models.agent.console import PlainConsole
from aloop_models.agent.favorites import Favorites
from aloop_models.agent.greeting import greeting
from aloop_models.agent.history import RedactedHistory
from aloop_models.agent.interrupt import on_end, on_interrupt, restored_terminal, without_echo
from aloop_models.agent.progress import Progress
from aloop_models.agent.saved_conversation import ConversationFile
from aloop_models.agent.session import AgentSession
from aloop_models.agent.starting import exit_if_loading, ready_profile
from aloop_models.agent.state import keeps_history
from aloop_models.agent.status import status_text, turn_text
from aloop_models.agent.tools import workspace_tools
from aloop_models.agent.typing_line import AnswerValidator, HiddenInput, LineCompleter, SecretDots, key_bindings
from aloop_models.catalog.redaction import redact
from aloop_models.commands.check_field import Problem
from aloop_models.commands.file_question import file_question
from aloop_models.commands.lookup import describe_part
from aloop_models.commands.question import Question
from aloop_models.commands.views import JsonObject
from aloop_models.core.plain_text import sanitize
from aloop_models.dispatch.runner import Runner
from aloop_models.errors import AloopError, RefusedError
from aloop_models.llm.litellm_adapter import load_litellm
from aloop_models.llm.model_manager import ModelManager
from aloop_models.llm.profile import ModelProfile
from aloop_models.sessions.registry import INTERACTIVE
from aloop_models.terminal import note
from aloop_models.workspace.buffers import path_named
from aloop_models.workspace.paths import working_folder
from aloop_models.workspace.workspace import Workspace

if TYPE_CHECKING:
    from aloop_models.agent.rendering import AnswerView

_LOOK_EVERY = 0.5
"""Seconds between two checks of models.yaml while the prompt is open."""

_STYLE = Style.from_dict({"bottom-toolbar": "reverse", "prompt": "bold"})


def run_interactive(model: str | None, config: Path | None, *, trusted: bool, continues: bool = False) -> int:
    """Run a conversation until the person exits; exit code 0, or 2 if it cannot start."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        note('aloop: Interactive mode requires a terminal. For one question: aloop --task "…"')
        return 2
    terminal = Terminal()
    try:
        with restored_terminal():
            code = asyncio.run(terminal.run(model, config, trusted=trusted, continues=continues))
    except AloopError as error:
        note(f"aloop: {error}")
        code = 2
    exit_if_loading(code)
    return code


class Terminal:
    """The terminal interface of a session: one prompt at a time, answers above it."""

    def __init__(self) -> None:
        self._console = PlainConsole()
        self._loader: threading.Thread | None = None
        self._view: AnswerView | None = None
        self._news: list[str] = []
        self._prompt: PromptSession[str] | None = None
        self._attachment: Attachment | None = None
        self._manager: ModelManager | None = None
        self._agent: BaseAgent | None = None
        self._announcing: asyncio.Future[None] | None = None
        self._is_picking = False

    async def run(self, model: str | None, config: Path | None, *, trusted: bool, continues: bool) -> int:
        """Run the session from the greeting to the exit."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        folder = working_folder()
        runner = Runner(Workspace((folder,), config=config), "aloop")
        found = runner.workspace.find()
        if found.is_blocked:
            raise found.refusal()
        manager = ModelManager(runner=runner, new_file=await self._new_file(runner.workspace))
        self._manager = manager
        path = Path(manager.config_path)
        tools = workspace_tools(folder, lambda: (path,), lambda: manager.redactor)
        agent = self._agent = BaseAgent(None, tools, manager)
        saved = ConversationFile(folder, lambda: manager.redactor) if keeps_history() else None
        session = AgentSession(agent, manager, Guard(manager, trusted=trusted), self, saved)
        if not await session.choice.confirm():
            message = f"{redact(str(path))} is not confirmed. Nothing of it is used. To use it, start aloop again, and"
            raise RefusedError("notConfirmed", f"{message} answer y. To use another file: aloop --config PATH")
        first = None
        if model is not None:
            first = ready_profile(manager.workspace, manager, path, model).model_id
            if echo := describe_part(manager.workspace.in_use(path), model):
                self.say(echo)
        default = manager.current_model_id
        resumed = session.resume(first) if continues else []
        if first is not None and not continues:
            session.switch(first)
        takes_choice = first is None and not agent.conversation.items and manager.current_model_id == default
        loop = asyncio.get_running_loop()

        def switched(model_id: str, who: str) -> None:
            loop.call_soon_threadsafe(self._announce_switch, session, model_id, who)

        self._attachment = Attachment(agent, manager, INTERACTIVE, folder, switched, takes_choice=takes_choice)
        for line in (*greeting(session, manager.workspace, path), *resumed):
            self.say(line)
        self._prompt = PromptSession(
            history=RedactedHistory(lambda: manager.redactor.secrets),
            completer=LineCompleter(
                lambda: manager.workspace.in_use(path),
                lambda place: manager.workspace.in_use(manager.workspace.source_of_copy(path, place)),
            ),
            complete_while_typing=Condition(lambda: self._input_text().startswith("/")),
            complete_in_thread=False,
            multiline=True,
            key_bindings=key_bindings(partial(self._pick_model, session), partial(self._next_favorite, session)),
            input_processors=[SecretDots()],
            bottom_toolbar=lambda: [("", f" {status_text(agent)} ")],
            prompt_continuation=lambda width, _line, _wrapped: "… ".rjust(width),
            style=_STYLE,
        )
        self._prompt.app.ttimeoutlen = 0.05
        self._prompt.app.after_render += self._load
        watching = asyncio.create_task(self._watch(session))
        try:
            with on_end(self._attachment.close):
                await self._converse(session, self._prompt)
        finally:
            watching.cancel()
            self._attachment.close()
        return 0

    def _mask(self, text: str) -> str:
        return self._manager.redactor.mask_own(text) if self._manager else text

    def say(self, text: str) -> None:
        """Show lines of text as they are."""
        self._console.print(Text(sanitize(self._mask(text)), overflow="fold"))

    def show_markdown(self, title: str, text: str) -> None:
        """Show a model's text under a title."""
        from aloop_models.agent.rendering import show_titled

        show_titled(self._console, title, text)

    def listener(self, profile: ModelProfile) -> Listener:
        """Open a view for the answer of this model."""
        from aloop_models.agent.rendering import AnswerView

        agent = self._agent
        view = self._view = AnswerView(self._console, lambda: status_text(agent) if agent else profile.display_name)
        view.__enter__()
        return Listener(view.add, view.tool, view.notice, view.tool_failed, view.think)

    def answered(self, turn: Turn | None) -> None:
        """Close the view and print time, tokens and cost of the turn."""
        view, self._view = self._view, None
        if view:
            view.__exit__(None, None, None)
        if turn and self._agent:
            self._console.print(Text(self._mask(turn_text(self._agent, turn)), "dim"))

    def progress(self, text: str) -> Progress:
        """Show a line with the seconds so far while something is awaited."""
        return Progress(self._console, text)

    async def ask(self, question: str, *, default: bool = False) -> bool:
        """Ask a yes-or-no question; Enter means the default, anything else but yes means no."""
        choice = "[Y/n]" if default else "[y/N]"
        with contextlib.suppress(EOFError, KeyboardInterrupt):
            answer = await PromptSession[str]().prompt_async(
                f"{sanitize(self._mask(question))} {choice} ", handle_sigint=False
            )
            return answer.strip().casefold() in ("y", "yes") or (default and not answer.strip())
        return False

    async def ask_text(self, words: str, question: Question, judge: Callable[[str], Problem | None]) -> str:
        """Prompt for an answer; a secret is neither shown nor stored, and an error is shown while typing."""
        try:
            return await PromptSession[str]().prompt_async(
                sanitize(self._mask(words)),
                default=question.initial,
                input_processors=[HiddenInput()] if question.secret else None,
                validator=AnswerValidator(question, judge),
                handle_sigint=False,
            )
        except (EOFError, KeyboardInterrupt):
            raise RefusedError("invalidFields", "Stopped. Nothing was changed.") from None

    async def pick(self, title: str, state: JsonObject, current: str | None, favorites: Favorites) -> str | None:
        """Let the person pick a model."""
        rows = picker.rows_of(state, current, favorites)
        if not rows:
            none = "There are no models yet. Add one: /model add provider/model"
            self.say(str(state["message"]) if state.get("problem") else none)
            return None
        return await picker.pick(rows, current, favorites, title)

    async def pick_several(self, rows: Sequence[tuple[str, str, str]]) -> Sequence[str] | None:
        """Let the person pick models to add."""
        return await picker.pick_several(rows)

    async def _new_file(self, workspace: Workspace) -> Path | None:
        """Where the person saves the first models; None if there is nothing to choose.

        Raises:
            RefusedError: The person cancels.
        """
        files = workspace.new_files()
        if files is None:
            return None
        question = file_question(files)
        rows = [(item.value, item.label, item.detail) for item in question.candidates]
        picked = await picker.choose(question.prompt, rows)
        if picked is None:
            raise RefusedError("invalidArguments", "Stopped. No file was created.")
        return path_named(picked)

    async def _converse(self, session: AgentSession, prompt: PromptSession[str]) -> None:
        while True:
            for line in self._news:
                self.say(line)
            self._news.clear()
            try:
                text = await prompt.prompt_async([("class:prompt", "❯ ")])
            except KeyboardInterrupt:
                continue
            except EOFError:
                return
            if not await self._interruptible(session.handle(text)):
                return
            self._tell_others()

    async def _interruptible(self, work: Coroutine[Any, Any, bool]) -> bool:
        """Run the work; Ctrl-C cancels it."""
        task = asyncio.ensure_future(work)
        with on_interrupt(task), without_echo():
            try:
                return await task
            except asyncio.CancelledError:
                self.say("Stopped.")
                return True

    async def _watch(self, session: AgentSession) -> None:
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            prompt = self._prompt
            if prompt is None or not prompt.app.is_running:
                continue
            news = await asyncio.to_thread(session.watch.news)
            if news:
                await self._announce(news)
                self._tell_others()

    def _announce_switch(self, session: AgentSession, model_id: str, who: str) -> None:
        """Save a switch by another program, announce it, and show it in the status bar."""
        session.save()
        profile = session.manager.get_current_model()
        name = profile.display_name if profile else redact(model_id)
        concerns = session.agent.concerns(profile) if profile else ()
        self._announcing = asyncio.ensure_future(
            self._announce([f"Using {name} (switched by {redact(who)}).", *concerns])
        )

    async def _announce(self, lines: Sequence[str]) -> None:
        """Print lines above the open prompt, or before the next prompt."""
        prompt = self._prompt
        if prompt is None or not prompt.app.is_running:
            self._news += lines
            return
        await run_in_terminal(lambda: [self.say(line) for line in lines])
        prompt.app.invalidate()

    def _pick_model(self, session: AgentSession) -> None:
        """Open the list of models over the prompt, which keeps its text and its cursor."""
        prompt = self._prompt
        if prompt is not None and not self._is_picking:
            self._is_picking = True
            prompt.app.create_background_task(self._pick_over(prompt, session))

    async def _pick_over(self, prompt: PromptSession[str], session: AgentSession) -> None:
        try:
            async with in_terminal():
                await session.pick_model()
        finally:
            self._is_picking = False
        self._tell_others()
        prompt.app.invalidate()

    def _next_favorite(self, session: AgentSession) -> None:
        """Switch to the next favorite, which the status bar shows."""
        lines = session.next_favorite()
        self._tell_others()
        if lines:
            self._announcing = asyncio.ensure_future(self._announce(lines))

    def _tell_others(self) -> None:
        """Notify editors and the command line of the current model."""
        if self._attachment is not None:
            self._attachment.switched()

    def _load(self, _: object) -> None:
        if self._loader is None:
            self._loader = threading.Thread(target=_load_rest, name="litellm", daemon=True)
            self._loader.start()

    def _input_text(self) -> str:
        return self._prompt.default_buffer.text if self._prompt else ""


def _load_rest() -> None:
    """Import what the first answer needs, while the prompt is open already."""
    importlib.import_module("aloop_models.agent.rendering")
    load_litellm()
