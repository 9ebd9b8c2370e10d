"""One interactive session without its terminal: what a typed line means and does."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from aloop_models.agent import compare, model_test
from aloop_models.agent.base import BaseAgent, Turn
from aloop_models.agent.compare_line import parse_compare
from aloop_models.agent.confirm import Guard
from aloop_models.agent.interface import Interface
from aloop_models.agent.model_line import (
    WORD,
    ModelLine,
    parse_line,
    question_of,
    run_line,
    snapshot_for,
    understood,
    usage,
)
from aloop_models.agent.starting import left_out, ready_profile, ready_profiles, why_nothing
from aloop_models.agent.watch import Watch
from aloop_models.catalog import looks_like_key, nearest
from aloop_models.catalog.redaction import redact
from aloop_models.commands import BY_ID, Reload, SwitchSessions
from aloop_models.commands.list_models import LIST
from aloop_models.commands.lookup import names_of_models, require_readable
from aloop_models.commands.new_id import UnusualIdError
from aloop_models.commands.question import Candidate, Question
from aloop_models.errors import AloopError, RefusedError, describe_bug
from aloop_models.features.readiness import next_step, step_for, why_not_ready
from aloop_models.features.table import render_table
from aloop_models.llm.failures import FailureKind, ModelError
from aloop_models.llm.model_manager import ModelManager
from aloop_models.llm.model_test import probe_models
from aloop_models.llm.profile import ModelProfile

Chosen = TypeVar("Chosen")

COMMANDS = {
    "/model": "list the models; /model MODEL switches, /model help shows every form",
    "/retry": "ask the last question again: /retry MODEL asks another model, both answers are kept",
    "/compare": "the same prompt to several models: /compare A,B TEXT; /compare A asks A the last question",
    "/clear": "begin a new conversation",
    "/help": "this help",
    "/exit": "leave (or Ctrl-D)",
}

_KEYS = """\
Enter sends, Alt+Enter or a \\ at the end of a line begins a new line, Tab completes,
the up arrow brings back earlier lines, Ctrl-C stops an answer and keeps the conversation."""

_NOT_SAVED = "It is in your editor, where it can be undone, and not saved yet. Here it counts already."


class AgentSession:
    """What the lines of one session do; `interface` shows it."""

    def __init__(self, agent: BaseAgent, manager: ModelManager, guard: Guard, interface: Interface) -> None:
        self.agent = agent
        self.manager = manager
        self.workspace = manager.workspace
        self._runner = manager.runner
        self._path = Path(manager.config_path)
        self.watch = Watch(manager, self.workspace, self._path)
        self._guard = guard
        self._interface = interface

    async def handle(self, text: str) -> bool:
        """Do what a line asks for; False to leave. Refusals and failures are said, not raised."""
        word, rest = (*text.split(maxsplit=1), "", "")[:2]
        try:
            if word in ("/exit", "/quit"):
                return False
            if word == WORD:
                await self._model(text.strip())
            elif word == "/retry":
                await self._retry(rest.strip())
            elif word == "/compare":
                await self._compare(rest.strip())
            elif word == "/clear":
                self.agent.clear()
                self._interface.say("A new conversation begins.")
            elif word == "/help":
                self._interface.say(help_text())
            elif word.startswith("/") and word[1:].isalpha():
                near = nearest(word, COMMANDS, 1)
                hint = f"Did you mean {near[0]}?" if near else "See /help."
                self._interface.say(f"There is no command {redact(word)}. {hint}")
            elif len(text.split()) == 1 and looks_like_key(text):
                self._interface.say(f"This looks like a key, so it was sent to nobody. To set one: {WORD} key PROVIDER")
            elif text.strip():
                await self._ask(text)
        except AloopError as error:
            self._interface.say(error.message_for(WORD))
        except Exception as error:  # noqa: BLE001
            # A bug of ours must not cost the conversation.
            self._interface.say(f"aloop: {describe_bug(error)}")
        return True

    async def confirm(self) -> bool:
        """Whether the file may be used; asks where it came with the repository and is not confirmed yet."""
        # The file may change while the person thinks; then the new text is asked about.
        while pending := await asyncio.to_thread(self._guard.pending):
            self._interface.say(pending.question)
            if not await self._interface.ask("Use this file?"):
                return False
            self._guard.allow(pending)
        return True

    def switch(self, model_id: str) -> None:
        """Use a model from the next turn on, and say so if that changes something for the conversation.

        Raises:
            RefusedError: it has an error in the file.
        """
        for concern in self._switched(model_id):
            self._interface.say(concern)

    def _switched(self, model_id: str) -> tuple[str, ...]:
        if not self.agent.switch_model(model_id):
            raise RefusedError("notReady", self.manager.last_error)
        profile = self.manager.get_current_model()
        return self.agent.concerns(profile) if profile else ()

    async def _ask(self, question: str) -> None:
        profile = await self._confirmed(self._ready_current)
        await self._turn(profile, question)

    async def _turn(self, profile: ModelProfile, question: str | None) -> None:
        listener = self._interface.listener(profile)
        turn: Turn | None = None
        try:
            if question is None:
                turn = await self.agent.ask_again(profile, listener)
            else:
                turn = await self.agent.ask(question, listener, profile=profile)
        finally:
            self._interface.answered(turn)

    async def _retry(self, words: str) -> None:
        if self.agent.last_question is None:
            raise RefusedError("invalidArguments", "Nothing has been asked yet.")
        profile = await self._confirmed(lambda: self._named(words) if words else self._ready_current())
        await self._turn(profile, None)

    async def _compare(self, words: str) -> None:
        snapshot = self.workspace.saved(self._path)
        require_readable(snapshot.document)
        line = parse_compare(words, names_of_models(snapshot))
        prompt = line.prompt or self.agent.last_question
        if not prompt:
            who = ", ".join(line.names) or "A,B"
            raise RefusedError(
                "invalidArguments", f"Nothing has been asked yet. Add the question: /compare {redact(who)} TEXT"
            )
        profiles = await self._confirmed(lambda: self._several(line.names))
        profiles = list({profile.model_id: profile for profile in profiles}.values())
        if not profiles:
            raise RefusedError("notReady", f"No model is ready. {WORD} shows what is missing.")
        if line.doubt:
            self._interface.say(redact(line.doubt))
        if not line.names:
            self._say_left_out()
        self._interface.say(compare.price_line(profiles, prompt))
        if line.doubt and not await self._interface.ask(f"{redact(line.reading)}?"):
            raise RefusedError(
                "invalidArguments", "Nothing was sent. /compare A,B TEXT asks A and B, /compare TEXT all models."
            )
        self._interface.say(f"Asking {', '.join(profile.display_name for profile in profiles)}…")
        results = await compare.compare(prompt, profiles)
        for result in results:
            if result.answer:
                self._interface.show_markdown(result.profile.display_name, result.answer.text)
                self.agent.usage += result.answer.usage
        self._interface.say(render_table(compare.figures(results)).rstrip("\n"))

    def _say_left_out(self) -> None:
        if sentence := left_out(self.workspace, self._path):
            self._interface.say(sentence)

    async def _model(self, text: str) -> None:
        words = text.split()
        if words[1:2] == ["test"]:
            await self._test(words[2:])
            return
        line = parse_line(text)
        if isinstance(line, RefusedError):
            raise line
        if line.command is None:
            self._interface.say(f"{usage()}{_test_usage()}")
            return
        if line.picks:
            state = await asyncio.to_thread(self._runner.execute_now, LIST.id, {})
            picked = await self._interface.pick(state, self.manager.current_model_id)
            if picked is None:
                return
            line, text = (
                ModelLine(line.command_id, {**line.argument, "modelId": picked}),
                f"{text} {shlex.quote(picked)}",
            )
        await self._run(line, text)

    async def _run(self, line: ModelLine, text: str) -> None:
        before = self.manager.current_model_id
        was_clear = await asyncio.to_thread(self._guard.pending) is None
        try:
            line, text = await self._with_confirmed_id(line, text)
            secret = await self._secret(line)
            message, result = await asyncio.to_thread(run_line, self._runner, text, secret)
        except RefusedError as refusal:
            raise self._explained(line, refusal) from None
        if was_clear:
            # What a person changes here is theirs, and does not have to be confirmed once more.
            await asyncio.to_thread(self._guard.allow_now)
        concerns: tuple[str, ...] = ()
        if line.effect is SwitchSessions:
            # First the switch: where it is refused, nothing has been said that is not so.
            concerns = self._switched(str(result["modelId"]))
        self._interface.say(message.rstrip("\n"))
        if result.get("saved") is False:
            self._interface.say(_NOT_SAVED)
        if line.effect is SwitchSessions:
            if line.argument.get("makeDefault"):
                self._interface.say(str(result["message"]))
            for concern in concerns:
                self._interface.say(concern)
        elif line.effect is Reload:
            self.manager.reload()
            self._say_problems()
        else:
            self._follow(before)
        self.watch.settle()

    async def _with_confirmed_id(self, line: ModelLine, text: str) -> tuple[ModelLine, str]:
        """The line with the option for an unusual ID, if the person confirms one."""
        problem = await asyncio.to_thread(self._id_problem, line)
        if problem is None:
            return line, text
        if not await self._interface.ask(f"{problem.problem} Add it as it is?"):
            raise RefusedError(problem.reason, "Nothing was changed.", problem.suggestions)
        argument = {**line.argument, "allowUnusualId": True}
        return ModelLine(line.command_id, argument), f"{text} --allow-unusual-id"

    def _id_problem(self, line: ModelLine) -> UnusualIdError | None:
        return BY_ID[line.command_id].to_confirm(self.workspace.saved(self.workspace.target()), line.argument)

    async def _secret(self, line: ModelLine) -> str | Candidate | None:
        snapshot = snapshot_for(self.workspace, line)
        line = await asyncio.to_thread(understood, self._runner, snapshot, line)
        question = question_of(snapshot, line)
        if question is None:
            return None
        return await self._answer(question, str(line.argument.get("modelId") or line.argument.get("provider") or ""))

    async def _answer(self, question: Question, whose: str) -> str | Candidate:
        for offer in question.candidates:
            if await self._interface.ask(f"Use the key of {redact(offer.value)}?", default=True):
                return offer
        end = "" if question.required else ", empty to add it later"
        return (await self._interface.ask_secret(f"{question.name} for {redact(whose)} (not shown{end}): ")).strip()

    async def _test(self, words: Sequence[str]) -> None:
        profiles = await self._confirmed(lambda: self._several(words))
        if not profiles:
            raise RefusedError("notReady", f"No model is ready to be tested. {WORD} shows what is missing.")
        if not words:
            self._say_left_out()
        self._interface.say(model_test.price_line(profiles))
        self._interface.say(render_table(model_test.figures(await probe_models(profiles))).rstrip("\n"))

    def _follow(self, before: str | None) -> None:
        """Say which model is in use where a change of the file has given the session its first one."""
        profile = self.manager.get_current_model()
        if before is None and profile is not None:
            self._interface.say(f"Using {profile.display_name}. Ask something.")

    def _explained(self, line: ModelLine, refusal: RefusedError) -> RefusedError:
        if refusal.reason != "invalidFile":
            return refusal
        problems = self.watch.problems()
        if line.effect is Reload:
            self.watch.settle()
            kept = " The models read before stay in use." if self.manager.list_models() else ""
            return RefusedError(refusal.reason, "\n".join(problems) + kept)
        return RefusedError(refusal.reason, "\n".join((str(refusal), *problems)))

    def _say_problems(self) -> None:
        for problem in self.watch.problems():
            self._interface.say(problem)

    def _named(self, words: str) -> ModelProfile:
        return ready_profile(self.workspace, self.manager, self._path, words, WORD)

    def _ready_current(self) -> ModelProfile:
        profile = self.manager.get_current_model()
        if profile is None:
            if problem := self.manager.file_error:
                raise RefusedError("invalidFile", f"{problem} Fix it; it is read again at once.")
            if self.manager.has_entries:
                raise RefusedError("notReady", why_nothing(self.workspace, self._path))
            raise ModelError(FailureKind.OTHER, "There is no model yet. Add one: /model add provider/model")
        placed = self.workspace.in_use(self._path).document.by_id.get(profile.model_id)
        if placed and (reason := why_not_ready(placed.entry, self.workspace.facts)):
            message = f"{profile.display_name} is not ready: {reason}. {next_step(reason)}"
            step = f"{step_for(message, profile.model_id, WORD)}, or use another: {WORD} switch"
            raise RefusedError("notReady", step)
        return profile

    def _several(self, names: Sequence[str]) -> list[ModelProfile]:
        if names:
            return [self._named(name) for name in names]
        ready = ready_profiles(self.workspace, self._path)
        return [profile for item in ready if (profile := self.manager.get_model(item.model_id))]

    async def _confirmed(self, choose: Callable[[], Chosen]) -> Chosen:
        """What is chosen from a file that is confirmed.

        Raises:
            RefusedError: the person does not confirm it; what `choose` raises.
        """
        while True:
            if not await self.confirm():
                raise RefusedError("notConfirmed", f"{redact(str(self._path))} is not confirmed, so nothing was sent.")
            chosen = choose()
            # The manager may have read the file again to answer; then that text is asked about, too.
            if self._guard.covers_loaded():
                return chosen


def _test_usage() -> str:
    width = usage().partition("\n")[0].rindex("  ")
    return f"{f'{WORD} test [MODEL]…':{width}}  Send one tiny request to each model: does it answer?"


def help_text() -> str:
    """Every command in a line, and the keys."""
    rows = [f"{name:9} {sentence}" for name, sentence in COMMANDS.items()]
    return "\n".join((*rows, "", _KEYS))
