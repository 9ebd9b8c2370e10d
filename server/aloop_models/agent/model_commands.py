"""The lines of an interactive session that begin with `/model`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from aloop_models.agent import model_test
from aloop_models.agent.base import BaseAgent
from aloop_models.agent.choosing import ModelChoice
from aloop_models.agent.confirm import Guard
from aloop_models.agent.discover_line import DISCOVER, DiscoverLine, parse_discover, rows_to_add
from aloop_models.agent.interface import Interface
from aloop_models.agent.model_line import (
    PREVIOUS,
    WORD,
    ModelLine,
    parse_line,
    question_of,
    resolve_line,
    run_parsed,
    snapshot_for,
    usage,
)
from aloop_models.agent.session_commands import FAVORITE, OTHER_FORMS, TEST
from aloop_models.agent.starting import ready_profiles
from aloop_models.agent.status import table_text
from aloop_models.agent.watch import Watch
from aloop_models.catalog.redaction import redact
from aloop_models.commands import BY_ID, Reload, SwitchSessions
from aloop_models.commands.arguments import kind_of, part_to_confirm
from aloop_models.commands.check_field import Problem, problem_of_answer
from aloop_models.commands.import_models import IMPORT
from aloop_models.commands.lookup import LAST_GOOD, describe_part, match, require_readable
from aloop_models.commands.new_id import UnusualIdError
from aloop_models.commands.question import Candidate, Question
from aloop_models.commands.switch_model import SWITCH
from aloop_models.discovery.offers import Offers, argument_for, find_offers
from aloop_models.errors import FileError, RefusedError
from aloop_models.llm.model_manager import ModelManager
from aloop_models.llm.model_test import probe_models

_SWITCH = ModelLine(SWITCH.id, {})

_NOT_SAVED = "{} the open editor (unsaved; undo works there). This session already uses it."


class ModelCommands:
    """Runs the `/model` lines of a session, with its questions, and shows the results on `interface`."""

    def __init__(
        self,
        agent: BaseAgent,
        manager: ModelManager,
        guard: Guard,
        interface: Interface,
        choice: ModelChoice,
        watch: Watch,
    ) -> None:
        self._agent = agent
        self._manager = manager
        self._workspace = manager.workspace
        self._runner = manager.runner
        self._path = Path(manager.config_path)
        self._guard = guard
        self._interface = interface
        self._choice = choice
        self._watch = watch

    def use(self, model_id: str) -> tuple[str, ...]:
        """Use a model from the next turn; return what that means for the conversation.

        Raises:
            RefusedError: The entry of the model has an error.
        """
        if not self._agent.switch_model(model_id):
            raise RefusedError("notReady", self._manager.last_error)
        profile = self._manager.get_current_model()
        return self._agent.concerns(profile) if profile else ()

    def use_next_favorite(self) -> tuple[str, ...]:
        """Switch to the next favorite that is ready, in their order; return what to say about it.

        Raises:
            RefusedError: There is no other favorite that is ready, or its entry has an error.
        """
        ready = {profile.model_id for profile in ready_profiles(self._workspace, self._path)}
        favorites = [model_id for model_id in self._choice.favorites.favorites if model_id in ready]
        current = self._manager.current_model_id
        if not favorites or favorites == [current]:
            which = "only favorite that is ready is the current model" if favorites else "list has no favorites"
            raise RefusedError("notReady", f"The {which}. Mark one: Ctrl-O, then Ctrl-F; or {WORD} {FAVORITE} MODEL")
        place = favorites.index(current) + 1 if current in favorites else 0
        return self.use(favorites[place % len(favorites)])

    async def run(self, text: str) -> None:
        """Run a line that begins with `/model`.

        Raises:
            AloopError: The command is refused or failed.
        """
        words = text.split()
        if words[1:2] == [TEST]:
            await self._test(words[2:])
            return
        if words[1:2] == [FAVORITE]:
            await self._favorite(" ".join(words[2:]))
            return
        if words[1:2] == [DISCOVER]:
            await self._discover(parse_discover(words[2:]))
            return
        line = parse_line(text)
        if isinstance(line, RefusedError):
            raise line
        if line.command is None:
            self._interface.say(usage(OTHER_FORMS).rstrip("\n"))
            return
        if line.picks:
            await self.pick(line)
        else:
            await self._run(line)

    async def pick(self, line: ModelLine = _SWITCH) -> None:
        """Let the person pick a model, and run the line with it.

        Raises:
            RefusedError: The command is refused.
        """
        picked = await self._choice.pick("Switch to")
        if picked is not None:
            await self._run(ModelLine(line.command_id, {**line.argument, "modelId": picked}))

    async def _favorite(self, words: str) -> None:
        """Mark a model as a favorite or unmark it; without words, the current model."""
        model_id = self._manager.current_model_id
        if words:
            name = await self._choice.one_of_several(words)
            model_id = match(self._workspace.in_use(self._path), name, takes_parts=True).model_id
        if model_id is None:
            raise RefusedError("invalidArguments", f"There is no current model. Use: {WORD} {FAVORITE} MODEL")
        is_now = await asyncio.to_thread(self._choice.favorites.toggle, model_id)
        shown = redact(model_id)
        self._interface.say(
            f"{shown} is a favorite. F2 switches." if is_now else f"{shown} is not a favorite any more."
        )

    async def _with_one_model(self, line: ModelLine) -> ModelLine:
        """The line with the full ID of a model that was given by a part of a name, which is echoed or confirmed."""
        typed, command = line.argument.get("modelId"), BY_ID[line.command_id]
        if not isinstance(typed, str) or typed == PREVIOUS or kind_of(command) != "model":
            return line
        words = await self._choice.one_of_several(typed)
        snapshot = self._workspace.in_use(self._path)
        if (model_id := part_to_confirm(snapshot, command, {"modelId": words})) is not None:
            argument = {**line.argument, "modelId": model_id}
            if command.ask(snapshot, argument) is None:
                # Nobody confirms a change that is then refused.
                await asyncio.to_thread(self._runner.plan, command.id, argument)
            if not await self._interface.ask(f"Did you mean {redact(model_id)}?"):
                message = f"There is no model '{redact(typed)}'. Nothing was changed."
                raise RefusedError("modelNotFound", message, (redact(model_id),))
            words = model_id
        elif line.effect is not SwitchSessions and (echo := describe_part(snapshot, words)):
            self._interface.say(echo)
        return ModelLine(line.command_id, {**line.argument, "modelId": words})

    async def _discover(self, line: DiscoverLine) -> None:
        offers = await asyncio.to_thread(self._offers, line)
        if line.models:
            chosen = offers.named(line.models)
        elif line.is_all:
            chosen = offers.new
        else:
            self._interface.say(offers.message)
            picked = await self._interface.pick_several(rows_to_add(offers)) if offers.new else None
            if not picked:
                return
            chosen = offers.named(picked)
        if not chosen:
            self._interface.say(f"Nothing was added. {offers.message}")
            return
        await self._run(ModelLine(IMPORT.id, argument_for(offers.to_add(chosen))))

    def _offers(self, line: DiscoverLine) -> Offers:
        try:
            snapshot = self._workspace.saved(self._path)
        except FileError:
            # Adding to the file will say why it cannot be read.
            snapshot = None
        return find_offers(line.urls, snapshot)

    async def _run(self, line: ModelLine) -> None:
        before = self._manager.current_model_id
        was_clear = await asyncio.to_thread(self._guard.pending) is None
        try:
            line = await self._confirm_id(await self._with_one_model(line))
            line = await self._with_answers(line)
            message, result = await asyncio.to_thread(run_parsed, self._runner, line)
        except RefusedError as refusal:
            raise self._explain(line, refusal) from None
        if was_clear:
            # A change that the person makes here does not need another confirmation.
            await asyncio.to_thread(self._guard.allow_now)
        concerns: tuple[str, ...] = ()
        if line.effect is SwitchSessions:
            # The switch comes first: if it is refused, no message claims it.
            concerns = self.use(str(result["modelId"]))
        self._interface.say(message.rstrip("\n"))
        if result.get("saved") is False:
            self._interface.say(
                _NOT_SAVED.format("Added to" if kind_of(BY_ID[line.command_id]) == "newModel" else "Changed in")
            )
        if line.effect is SwitchSessions:
            if line.argument.get("makeDefault"):
                self._interface.say(str(result["message"]))
            for concern in concerns:
                self._interface.say(concern)
        elif line.effect is Reload:
            self._manager.reload()
            self._say_problems()
        else:
            self._follow(before)
        self._watch.settle()

    async def _confirm_id(self, line: ModelLine) -> ModelLine:
        """The line with another ID, or with the permission to add it, if its ID is unusual."""
        problem = await asyncio.to_thread(self._id_problem, line)
        if problem is None:
            return line
        self._interface.say(problem.problem)
        for model_id in problem.suggestions:
            if await self._interface.ask(f"Add {model_id}?", default=True):
                return ModelLine(line.command_id, {**line.argument, "modelId": model_id})
        if not (problem.can_be_confirmed and await self._interface.ask("Add the ID as you wrote it?")):
            raise RefusedError(problem.reason, "Nothing was changed.", problem.suggestions)
        return ModelLine(line.command_id, {**line.argument, "allowUnusualId": True})

    def _id_problem(self, line: ModelLine) -> UnusualIdError | None:
        return BY_ID[line.command_id].to_confirm(self._workspace.saved(self._workspace.target()), line.argument)

    async def _with_answers(self, line: ModelLine) -> ModelLine:
        """The line with the answers to the questions of its command."""
        snapshot = snapshot_for(self._workspace, line)
        line = await asyncio.to_thread(resolve_line, self._runner, snapshot, line)
        while question := question_of(snapshot, line):
            require_readable(snapshot.document)
            answer = await self._answer(question, partial(problem_of_answer, snapshot, line.argument, question))
            line = ModelLine(line.command_id, question.put(line.argument, answer))
        return line

    async def _answer(self, question: Question, judge: Callable[[str], Problem | None]) -> str | Candidate:
        for offer in question.candidates:
            if await self._interface.ask(f"Use the API key of {redact(offer.value)}?", default=True):
                return offer
        if question.help:
            self._interface.say(f"{question.help.title}: {question.help.url}")
        words = question.words
        if question.secret:
            head, hint, end = words.partition(" (")
            words = f"{head} (input hidden; {end}" if hint else f"{head} (input hidden)"
        return (await self._interface.ask_text(f"{words}: ", question, judge)).strip()

    async def _test(self, words: Sequence[str]) -> None:
        names = [await self._choice.one_of_several(word) for word in words]
        profiles = await self._choice.confirmed(lambda: self._choice.find_several(names))
        if not profiles:
            raise RefusedError("notReady", f"No model is ready. To see why: {WORD}")
        if not words:
            self._choice.say_not_ready()
        self._interface.say(model_test.price_line(profiles))
        results = await probe_models(profiles, command=WORD)
        self._interface.say(table_text(model_test.COLUMNS, model_test.result_rows(results)))

    def _follow(self, before: str | None) -> None:
        """Show the current model if a change of the file has given the session its first model."""
        profile = self._manager.get_current_model()
        if before is None and profile is not None:
            ask = " Ask a question." if self._manager.is_configured() else ""
            self._interface.say(f"Using {profile.display_name}.{ask}")

    def _explain(self, line: ModelLine, refusal: RefusedError) -> RefusedError:
        if refusal.reason != "invalidFile":
            return refusal
        problems = self._watch.problems()
        if line.effect is Reload:
            self._watch.settle()
            kept = f" {LAST_GOOD}" if self._manager.list_models() else ""
            return RefusedError(refusal.reason, "\n".join(problems) + kept)
        return RefusedError(refusal.reason, "\n".join((str(refusal), *problems)))

    def _say_problems(self) -> None:
        for problem in self._watch.problems():
            self._interface.say(problem)
