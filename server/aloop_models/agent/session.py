"""An interactive session without its terminal: what each typed line does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar, cast

from aloop_models.agent import compare, model_test
from aloop_models.agent.base import BaseAgent, Turn
from aloop_models.agent.compare_line import CompareLine, parse_compare, parse_list
from aloop_models.agent.confirm import Guard
from aloop_models.agent.discover_line import DISCOVER, HELP, USAGE, DiscoverLine, parse_discover, rows_to_add
from aloop_models.agent.favorites import Favorites
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
from aloop_models.agent.resuming import describe_saved, read_saved
from aloop_models.agent.saved_conversation import ConversationFile
from aloop_models.agent.starting import (
    describe_not_ready,
    ready_profile,
    ready_profiles,
    saved_profile,
    why_none_ready,
)
from aloop_models.agent.status import COST_COLUMNS, cost_rows, known_profile, usage_text
from aloop_models.agent.watch import Watch
from aloop_models.catalog import looks_like_key, nearest
from aloop_models.catalog.redaction import redact
from aloop_models.commands import BY_ID, Reload, SwitchSessions
from aloop_models.commands.arguments import kind_of, part_to_confirm
from aloop_models.commands.check_field import Problem, problem_of_answer
from aloop_models.commands.import_models import IMPORT
from aloop_models.commands.list_models import LIST
from aloop_models.commands.lookup import (
    LAST_GOOD,
    AmbiguousModelError,
    describe_part,
    match,
    names_of_models,
    require_readable,
)
from aloop_models.commands.new_id import UnusualIdError
from aloop_models.commands.question import Candidate, Question
from aloop_models.commands.switch_model import SWITCH
from aloop_models.commands.views import JsonObject
from aloop_models.discovery.offers import Offers, argument_for, find_offers
from aloop_models.errors import AloopError, FileError, RefusedError, describe_bug
from aloop_models.features.readiness import next_step, step_for, why_not_ready
from aloop_models.features.table import Cell, Column, fit_table
from aloop_models.llm.effort import EFFORTS, OFF, can_turn_off, effort_of, takes_effort, with_effort
from aloop_models.llm.failures import FailureKind, ModelError
from aloop_models.llm.litellm_adapter import is_loaded
from aloop_models.llm.model_manager import ModelManager
from aloop_models.llm.model_test import probe_models
from aloop_models.llm.profile import ModelProfile
from aloop_models.terminal import terminal_width

Chosen = TypeVar("Chosen")

EFFORT = "/effort"
_ENTRY = "default"
EFFORT_VALUES = (*EFFORTS, _ENTRY)
"""What follows `/effort`; `default` means as in models.yaml."""

COMMANDS = {
    "/model": "List the models. /model MODEL switches, /model help shows all forms.",
    "/retry": "Repeat the last question. /retry MODEL asks another model and keeps both answers.",
    EFFORT: f"Show or set the reasoning effort for this session: {EFFORT} {'|'.join(EFFORT_VALUES)}.",
    "/compare": "Send a prompt to several models: /compare A,B TEXT. /compare A,B repeats the last question.",
    "/cost": "Show the requests, tokens and cost of this session by model.",
    "/new": "Start a new conversation with the same model.",
    "/clear": "The same as /new.",
    "/continue": "Continue the last conversation of this folder, as aloop --continue does.",
    "/help": "Show this help.",
    "/exit": "Exit (or press Ctrl-D).",
}

TEST, FAVORITE = "test", "favorite"

OTHER_FORMS = {
    f"{TEST} [MODEL]…": "Test whether each model answers.",
    f"{FAVORITE} [MODEL]": "Mark a model as a favorite, or unmark it. F2 switches to the next favorite.",
    USAGE: HELP,
}
"""What follows `/model` and is not a command of every interface, with its help text."""

_KEYS = """\
Enter sends. Alt+Enter, or Enter after a \\, starts a new line. Tab completes.
Ctrl-O opens the list of models and keeps what you typed; Ctrl-F marks a favorite there.
F2 switches to the next favorite.
~/.aloop/models.yaml is for all projects without a file of their own: /model copy MODEL --to home copies a model there.
The up arrow recalls earlier lines. Ctrl-C stops an answer and keeps the conversation."""

_WORD_TOO = "/models"
"""Means `/model`."""

_NOT_SAVED = "{} the open editor (unsaved; undo works there). This session already uses it."


class AgentSession:
    """Runs the lines of one session and shows the results on `interface`."""

    def __init__(
        self,
        agent: BaseAgent,
        manager: ModelManager,
        guard: Guard,
        interface: Interface,
        saved: ConversationFile | None = None,
    ) -> None:
        """Create a session; it saves its conversation in `saved`, if given."""
        self.agent = agent
        self.manager = manager
        self.workspace = manager.workspace
        self._runner = manager.runner
        self._path = Path(manager.config_path)
        self.favorites = Favorites()
        self.watch = Watch(manager, self.workspace, self._path)
        self._guard = guard
        self._interface = interface
        self._saved = saved
        self._save_problem = ""
        self._is_busy = False
        self._known_model = manager.current_model_id
        """The current model when it was last saved, or at the start."""

    async def handle(self, text: str) -> bool:
        """Run a line and save the conversation; return False to exit. Refusals and failures are shown, not raised."""
        word, rest = (*text.split(maxsplit=1), "", "")[:2]
        if word in ("/exit", "/quit") or text.strip().casefold() in ("exit", "quit"):
            return False
        self._is_busy = True
        try:
            await self._shown(self._handle(text, word, rest))
        finally:
            self._is_busy = False
            self.save()
        return True

    def save(self) -> None:
        """Save the conversation with the current model, unless a turn is running: its end does that.

        Before the first question, only a switch is saved, and only if no conversation is.
        """
        before, current = self._known_model, self.manager.current_model_id
        if self._saved is None or self._is_busy:
            return
        self._known_model = current
        if before in (None, current) and not len(self.agent.conversation):
            return
        try:
            self._saved.save(self.agent.conversation.items, current, self.agent.context)
            problem = ""
        except FileError as error:
            problem = str(error)
        except Exception as error:  # noqa: BLE001
            # A bug must not end the conversation.
            problem = f"aloop: {describe_bug(error)}"
        if problem and problem != self._save_problem:
            self._interface.say(f"The conversation was not saved. {problem}")
        self._save_problem = problem

    def resume(self, model_id: str | None = None) -> list[str]:
        """Continue the saved conversation on this model, else on its own, else on the current one; lines to show.

        Raises:
            RefusedError: The entry of `model_id` has an error.
        """
        saved, problem = read_saved(self._saved)
        lines = list[str]()
        if model_id is not None:
            self._use(model_id)
        elif saved and saved.model_id:
            try:
                self._use(saved_profile(self.workspace, self.manager, self._path, saved.model_id, WORD).model_id)
            except RefusedError as refusal:
                # The problem of an invalid file is said at the start.
                lines += [] if self.manager.file_error else [str(refusal)]
        profile = self.manager.get_current_model()
        self._known_model = self.manager.current_model_id
        if saved and saved.messages:
            self.agent.resume(saved.messages, saved.context)
            lines.append(describe_saved(saved, profile.display_name if profile else "no model"))
        else:
            lines.append(problem)
        return [*lines, *(self.agent.concerns(profile) if profile else ())]

    async def _shown(self, work: Awaitable[None]) -> None:
        """Do the work, and show a refusal or a failure."""
        try:
            await work
        except AloopError as error:
            self._interface.say(error.message_for(WORD))
        except Exception as error:  # noqa: BLE001
            # A bug must not end the conversation.
            self._interface.say(f"aloop: {describe_bug(error)}")

    async def _handle(self, text: str, word: str, rest: str) -> None:
        if word in (WORD, _WORD_TOO):
            await self._model(f"{WORD} {rest}".strip())
        elif word == "/retry":
            await self._retry(rest.strip())
        elif word == "/compare":
            await self._compare(rest.strip())
        elif word == EFFORT:
            await self._effort(rest.strip().casefold())
        elif word == "/cost":
            self._interface.say(self._cost_table())
        elif word in ("/new", "/clear"):
            self._new()
        elif word == "/continue":
            self._continue()
        elif word == "/help":
            self._interface.say(help_text())
        elif word.startswith("/") and word[1:].isalpha():
            near = nearest(word, COMMANDS, 1)
            hint = f"Did you mean {near[0]}?" if near else "See /help."
            self._interface.say(f"Unknown command {redact(word)}. {hint}")
        elif len(text.split()) == 1 and looks_like_key(text):
            self._interface.say(f"This looks like an API key. It was not sent. To set an API key: {WORD} key PROVIDER")
        elif text.strip():
            await self._ask(text)

    async def confirm(self) -> bool:
        """Whether the file may be used; asks about an unconfirmed file that came with the repository."""
        # If the file changes before the answer, the new text must be confirmed.
        while pending := await asyncio.to_thread(self._guard.pending):
            self._interface.say(pending.question)
            if not await self._interface.ask("Use this file?"):
                return False
            self._guard.allow(pending)
        return True

    def switch(self, model_id: str) -> None:
        """Use a model from the next turn, and show what that means for the conversation.

        Raises:
            RefusedError: The entry of the model has an error.
        """
        for concern in self._use(model_id):
            self._interface.say(concern)
        self._known_model = self.manager.current_model_id

    def _use(self, model_id: str) -> tuple[str, ...]:
        if not self.agent.switch_model(model_id):
            raise RefusedError("notReady", self.manager.last_error)
        profile = self.manager.get_current_model()
        return self.agent.concerns(profile) if profile else ()

    async def _ask(self, question: str) -> None:
        profile = await self._choose_confirmed(self._ready_current)
        await self._turn(profile, question)

    async def _turn(self, profile: ModelProfile, question: str | None) -> None:
        try:
            await self._answer_from(profile, question)
        except ModelError as failure:
            self._interface.say(failure.message_for(WORD))
            if other := self._other_model():
                self._interface.say(f"To ask {other.display_name} instead: /retry {other.shown_id}")

    def _other_model(self) -> ModelProfile | None:
        """The ready model to suggest after a failed turn: a fallback, else the previous model, else any other."""
        ready = {item.model_id: item for item in ready_profiles(self.workspace, self._path)}
        fallbacks = (item.model_id for item in self.manager.fallbacks())
        wanted = [*fallbacks, self.workspace.previous, *self.favorites.in_order(list(ready))]
        return next((ready[item] for item in wanted if item in ready and item not in self.agent.tried), None)

    async def _answer_from(self, profile: ModelProfile, question: str | None) -> None:
        await asyncio.to_thread(self.favorites.add_recent, profile.model_id)
        listener = self._interface.listener(profile)
        turn: Turn | None = None
        try:
            if question is None:
                turn = await self.agent.ask_again(profile, listener)
            else:
                turn = await self.agent.ask(question, listener, profile=profile)
        finally:
            self._interface.answered(turn)
            if turn is None and (used := usage_text(self.agent.turn_usage)):
                self._interface.say(f"Used for this question: {used}")

    def _new(self) -> None:
        is_saved = self._saved is not None and len(self.agent.conversation) > 0 and not self._save_problem
        self.agent.clear()
        again = " Until its first answer, /continue returns to the previous one." if is_saved else ""
        self._interface.say(f"Started a new conversation.{again}")

    def _continue(self) -> None:
        if len(self.agent.conversation):
            raise RefusedError(
                "invalidArguments", "This conversation has begun. To continue another one, use /new first."
            )
        for line in self.resume():
            self._interface.say(line)

    async def _retry(self, words: str) -> None:
        if self.agent.last_question is None:
            raise RefusedError("invalidArguments", "There is no question to repeat yet.")
        if words:
            words = await self._one_of_several(words)
        profile = await self._choose_confirmed(lambda: self._find_model(words) if words else self._ready_current())
        await self._turn(profile, None)

    async def _compare(self, words: str) -> None:
        snapshot = self.workspace.saved(self._path)
        require_readable(snapshot.document)
        line = self._listed(words) or parse_compare(words, names_of_models(snapshot))
        line = replace(line, names=tuple([await self._one_of_several(name) for name in line.names]))
        prompt = line.prompt or self.agent.last_question
        if not prompt:
            who = ", ".join(line.names) or "A,B"
            raise RefusedError(
                "invalidArguments", f"There is no question to repeat yet. Add one: /compare {redact(who)} TEXT"
            )
        profiles = await self._choose_confirmed(lambda: self._find_models(line.names))
        profiles = list({profile.model_id: profile for profile in profiles}.values())
        if not profiles:
            raise RefusedError("notReady", f"No model is ready. To see why: {WORD}")
        if line.doubt:
            self._interface.say(redact(line.doubt))
        if not line.names:
            self._say_not_ready()
        if effort := self.agent.effort:
            profiles = [await asyncio.to_thread(with_effort, profile, effort) for profile in profiles]
        self._interface.say(compare.price_line(profiles, prompt))
        if line.doubt and not await self._interface.ask(f"{redact(line.reading)}?"):
            raise RefusedError(
                "invalidArguments", "Nothing was sent. /compare A,B TEXT asks A and B. /compare TEXT asks all models."
            )
        self._interface.say(f"Asking {', '.join(profile.display_name for profile in profiles)}…")
        done: list[compare.Comparison] = []
        try:
            with self._interface.progress(compare.count_line(done, profiles)) as progress:

                def show(result: compare.Comparison) -> None:
                    done.append(result)
                    progress.text = compare.count_line(done, profiles)
                    self.agent.costs.add(result.profile.model_id, result.usage)
                    if result.text:
                        self._interface.show_markdown(result.title, result.text)

                await compare.compare(prompt, profiles, show, WORD)
        finally:
            # Also if it is stopped.
            self._say_table(compare.COLUMNS, compare.result_rows(done, profiles))

    def _listed(self, text: str) -> CompareLine | None:
        """The line if it starts with a list of names or parts of names, all of which match; else None."""
        line, snapshot = parse_list(text), self.workspace.in_use(self._path)
        for name in line.names if line else ():
            try:
                match(snapshot, name, takes_parts=True)
            except AmbiguousModelError:
                continue
            except RefusedError:
                return None
        return line

    async def _effort(self, value: str) -> None:
        """Show the reasoning effort, or set it for this session."""
        if value and value not in EFFORT_VALUES:
            raise RefusedError("invalidArguments", f"Unknown effort. Use: {EFFORT} {'|'.join(EFFORT_VALUES)}")
        profile = self.manager.get_current_model()
        if profile is None:
            raise RefusedError("notReady", f"There is no current model. Switch to one: {WORD} MODEL")
        if value == _ENTRY:
            self.agent.effort = None
        with nullcontext() if is_loaded() else self._interface.progress("Loading LiteLLM"):
            is_taken = await asyncio.to_thread(takes_effort, profile)
        if not is_taken:
            message = f"{profile.display_name} does not support reasoning effort."
            if value == _ENTRY:
                self._interface.say(message)
                return
            raise RefusedError(
                "invalidArguments", f"{message} {await asyncio.to_thread(self._who_takes_effort)}".rstrip()
            )
        if value and value != _ENTRY:
            self.agent.effort = value
        self._interface.say(await asyncio.to_thread(self._effort_line, profile))

    def _effort_line(self, profile: ModelProfile) -> str:
        name, effort = profile.display_name, self.agent.effort
        own = effort_of(profile, None)
        source = "this session only" if effort else "models.yaml"
        line = f"Reasoning effort of {name}: {effort or own} ({source})." if effort or own else ""
        if effort == OFF and not can_turn_off(profile):
            return f"{line} Its reasoning cannot be turned off, so no effort is sent and the provider decides."
        return line or f"Reasoning effort of {name}: the provider decides."

    def _who_takes_effort(self) -> str:
        """A sentence with the ready models that support an effort; empty if there are none."""
        names = [item.display_name for item in ready_profiles(self.workspace, self._path) if takes_effort(item)]
        return f"Models that do: {', '.join(names[:3])}." if names else ""

    def _cost_table(self) -> str:
        rows = [
            (profile.display_name if (profile := known_profile(self.manager, model_id)) else redact(model_id), costs)
            for model_id, costs in self.agent.costs.by_model.items()
        ]
        if not rows:
            return "No requests yet."
        return fit_table(COST_COLUMNS, cost_rows(rows, self.agent.costs.total), terminal_width()).rstrip("\n")

    def _say_not_ready(self) -> None:
        if sentence := describe_not_ready(self.workspace, self._path):
            self._interface.say(sentence)

    async def _model(self, text: str) -> None:
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
            await self._pick_and_run(line)
        else:
            await self._run(line)

    async def pick_model(self) -> None:
        """Let the person pick a model and switch to it. Refusals are shown, not raised."""
        await self._shown(self._pick_and_run(ModelLine(SWITCH.id, {})))
        self.save()

    def next_favorite(self) -> Sequence[str]:
        """Switch to the next favorite that is ready, in their order; return what to say about it."""
        try:
            ready = {profile.model_id for profile in ready_profiles(self.workspace, self._path)}
            favorites = [model_id for model_id in self.favorites.favorites if model_id in ready]
            current = self.manager.current_model_id
            if not favorites or favorites == [current]:
                which = "only favorite that is ready is the current model" if favorites else "list has no favorites"
                return [f"The {which}. Mark one: Ctrl-O, then Ctrl-F; or {WORD} {FAVORITE} MODEL"]
            place = favorites.index(current) + 1 if current in favorites else 0
            concerns = self._use(favorites[place % len(favorites)])
            self.save()
            return concerns
        except AloopError as error:
            return [error.message_for(WORD)]

    async def _pick_and_run(self, line: ModelLine) -> None:
        picked = await self._pick("Switch to")
        if picked is not None:
            await self._run(ModelLine(line.command_id, {**line.argument, "modelId": picked}))

    async def _favorite(self, words: str) -> None:
        """Mark a model as a favorite or unmark it; without words, the current model."""
        model_id = self.manager.current_model_id
        if words:
            name = await self._one_of_several(words)
            model_id = match(self.workspace.in_use(self._path), name, takes_parts=True).model_id
        if model_id is None:
            raise RefusedError("invalidArguments", f"There is no current model. Use: {WORD} {FAVORITE} MODEL")
        is_now = await asyncio.to_thread(self.favorites.toggle, model_id)
        shown = redact(model_id)
        self._interface.say(
            f"{shown} is a favorite. F2 switches." if is_now else f"{shown} is not a favorite any more."
        )

    async def _pick(self, title: str, among: Collection[str] | None = None) -> str | None:
        """Let the person pick a model, if given one of `among`; None if canceled."""
        state = await asyncio.to_thread(self._runner.execute_now, LIST.id, {})
        if among is not None:
            models = cast("list[JsonObject]", state["models"])
            state = {**state, "models": [model for model in models if model["modelId"] in among]}
        return await self._interface.pick(title, state, self.manager.current_model_id, self.favorites)

    async def _one_of_several(self, words: str) -> str:
        """The ID that the person picks if several models match; otherwise the words.

        Raises:
            AmbiguousModelError: The person picks none.
        """
        try:
            match(self.workspace.in_use(self._path), words, takes_parts=True)
        except AmbiguousModelError as refusal:
            picked = await self._pick(f"Several models match '{redact(words)}'", refusal.suggestions)
            if picked is None:
                raise
            return picked
        except RefusedError:
            # It is refused later, or an editor knows the model.
            return words
        return words

    async def _with_one_model(self, line: ModelLine) -> ModelLine:
        """The line with the full ID of a model that was given by a part of a name, which is echoed or confirmed."""
        typed, command = line.argument.get("modelId"), BY_ID[line.command_id]
        if not isinstance(typed, str) or typed == PREVIOUS or kind_of(command) != "model":
            return line
        words = await self._one_of_several(typed)
        snapshot = self.workspace.in_use(self._path)
        if (model_id := part_to_confirm(snapshot, command, {"modelId": words})) is not None:
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
            self._interface.say(f"{offers.message} Nothing was added.")
            return
        await self._run(ModelLine(IMPORT.id, argument_for(offers.to_add(chosen))))

    def _offers(self, line: DiscoverLine) -> Offers:
        try:
            snapshot = self.workspace.saved(self._path)
        except FileError:
            # Adding to the file will say why it cannot be read.
            snapshot = None
        return find_offers(line.urls, snapshot)

    async def _run(self, line: ModelLine) -> None:
        before = self.manager.current_model_id
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
            concerns = self._use(str(result["modelId"]))
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
            self.manager.reload()
            self._say_problems()
        else:
            self._follow(before)
        self.watch.settle()

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
        return BY_ID[line.command_id].to_confirm(self.workspace.saved(self.workspace.target()), line.argument)

    async def _with_answers(self, line: ModelLine) -> ModelLine:
        """The line with the answers to the questions of its command."""
        snapshot = snapshot_for(self.workspace, line)
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
        names = [await self._one_of_several(word) for word in words]
        profiles = await self._choose_confirmed(lambda: self._find_models(names))
        if not profiles:
            raise RefusedError("notReady", f"No model is ready. To see why: {WORD}")
        if not words:
            self._say_not_ready()
        self._interface.say(model_test.price_line(profiles))
        results = await probe_models(profiles, command=WORD)
        self._say_table(model_test.COLUMNS, model_test.result_rows(results))

    def _say_table(self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> None:
        self._interface.say(fit_table(columns, rows, terminal_width()).rstrip("\n"))

    def _follow(self, before: str | None) -> None:
        """Show the current model if a change of the file has given the session its first model."""
        profile = self.manager.get_current_model()
        if before is None and profile is not None:
            ask = " Ask a question." if self.manager.is_configured() else ""
            self._interface.say(f"Using {profile.display_name}.{ask}")

    def _explain(self, line: ModelLine, refusal: RefusedError) -> RefusedError:
        if refusal.reason != "invalidFile":
            return refusal
        problems = self.watch.problems()
        if line.effect is Reload:
            self.watch.settle()
            kept = f" {LAST_GOOD}" if self.manager.list_models() else ""
            return RefusedError(refusal.reason, "\n".join(problems) + kept)
        return RefusedError(refusal.reason, "\n".join((str(refusal), *problems)))

    def _say_problems(self) -> None:
        for problem in self.watch.problems():
            self._interface.say(problem)

    def _find_model(self, words: str) -> ModelProfile:
        return ready_profile(self.workspace, self.manager, self._path, words, WORD)

    def _ready_current(self) -> ModelProfile:
        profile = self.manager.get_current_model()
        if profile is None:
            if problem := self.manager.file_error:
                raise RefusedError("invalidFile", f"{problem} Fix the file. It is then read again.")
            if self.manager.has_entries:
                raise RefusedError("notReady", why_none_ready(self.workspace, self._path))
            raise ModelError(FailureKind.OTHER, "There are no models yet. Add one: /model add provider/model")
        placed = self.workspace.in_use(self._path).document.by_id.get(profile.model_id)
        if placed and (reason := why_not_ready(placed.entry, self.workspace.facts)):
            message = f"{profile.display_name} is not ready: {reason}. {next_step(reason)}"
            step = f"{step_for(message, profile.model_id, WORD)}, or use another model: {WORD} switch"
            raise RefusedError("notReady", step)
        return profile

    def _find_models(self, names: Sequence[str]) -> list[ModelProfile]:
        if names:
            return [self._find_model(name) for name in names]
        ready = ready_profiles(self.workspace, self._path)
        return [profile for item in ready if (profile := self.manager.get_model(item.model_id))]

    async def _choose_confirmed(self, choose: Callable[[], Chosen]) -> Chosen:
        """The result of `choose` on a confirmed file.

        Raises:
            RefusedError: The person does not confirm the file, or `choose` raises it.
        """
        while True:
            if not await self.confirm():
                raise RefusedError("notConfirmed", f"{redact(str(self._path))} is not confirmed. Nothing was sent.")
            chosen = choose()
            # `choose` may have read the file again; then the new text must be confirmed.
            if self._guard.covers_loaded():
                return chosen


def help_text() -> str:
    """All commands, one per line, and the keys."""
    rows = [f"{name:9} {sentence}" for name, sentence in COMMANDS.items()]
    return "\n".join((*rows, "", _KEYS))
