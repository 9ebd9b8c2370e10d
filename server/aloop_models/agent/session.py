"""An interactive session without its terminal: what each typed line does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from pathlib import Path

from aloop_models.agent import compare
from aloop_models.agent.base import BaseAgent, Turn
from aloop_models.agent.choosing import ModelChoice
from aloop_models.agent.compare_line import CompareLine, parse_compare, parse_list
from aloop_models.agent.confirm import Guard
from aloop_models.agent.effort_command import run_effort
from aloop_models.agent.interface import Interface
from aloop_models.agent.model_commands import ModelCommands
from aloop_models.agent.model_line import WORD
from aloop_models.agent.resuming import describe_saved, read_saved
from aloop_models.agent.saved_conversation import ConversationFile
from aloop_models.agent.session_commands import COMMANDS, EFFORT, MODELS, help_text
from aloop_models.agent.starting import ready_profiles, saved_profile
from aloop_models.agent.status import COST_COLUMNS, cost_rows, known_profile, table_text, usage_text
from aloop_models.agent.watch import Watch
from aloop_models.catalog import looks_like_key, nearest
from aloop_models.catalog.redaction import redact
from aloop_models.commands.lookup import AmbiguousModelError, match, names_of_models, require_readable
from aloop_models.errors import AloopError, FileError, RefusedError, describe_bug
from aloop_models.llm.effort import with_effort
from aloop_models.llm.failures import ModelError
from aloop_models.llm.model_manager import ModelManager
from aloop_models.llm.profile import ModelProfile
from aloop_models.terminal import terminal_width


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
        self._workspace = manager.workspace
        self._path = Path(manager.config_path)
        self.watch = Watch(manager, self._workspace, self._path)
        self._interface = interface
        self.choice = ModelChoice(manager, guard, interface)
        self._models = ModelCommands(agent, manager, guard, interface, self.choice, self.watch)
        self._saved = saved
        self._save_problem = ""
        self._failed: set[str] = set()
        """The IDs of the models whose last turn has failed."""
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
            self._models.use(model_id)
        elif saved and saved.model_id:
            try:
                self._models.use(
                    saved_profile(self._workspace, self.manager, self._path, saved.model_id, WORD).model_id
                )
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
        # An editor that uses another file does not notify this agent.
        await asyncio.to_thread(self.manager.runner.follow_undo, self._path)
        if word in (WORD, MODELS):
            await self._models.run(f"{WORD} {rest}".strip())
        elif word == "/retry":
            await self._retry(rest.strip())
        elif word == "/compare":
            await self._compare(rest.strip())
        elif word == EFFORT:
            await run_effort(rest.strip().casefold(), self.agent, self.manager, self._interface)
        elif word == "/cost":
            self._show_costs()
        elif word in ("/new", "/clear"):
            self._new()
        elif word == "/continue":
            self._continue()
        elif word == "/help":
            self._interface.say(help_text(terminal_width()))
        elif word.startswith("/") and word[1:].isalpha():
            near = nearest(word, COMMANDS, 1)
            hint = f"Did you mean {near[0]}?" if near else "See /help."
            self._interface.say(f"Unknown command {redact(word)}. {hint}")
        elif len(text.split()) == 1 and looks_like_key(text):
            self._interface.say(f"This looks like an API key. It was not sent. To set an API key: {WORD} key PROVIDER")
        elif text.strip():
            await self._ask(text)

    async def pick_model(self) -> None:
        """Let the person pick a model and switch to it. Refusals are shown, not raised."""
        await self._shown(self._models.pick())
        self.save()

    def next_favorite(self) -> Sequence[str]:
        """Switch to the next favorite that is ready, in their order; return what to say about it."""
        try:
            concerns = self._models.use_next_favorite()
        except AloopError as error:
            return [error.message_for(WORD)]
        self.save()
        return concerns

    def switch(self, model_id: str) -> None:
        """Use a model from the next turn, and show what that means for the conversation.

        Raises:
            RefusedError: The entry of the model has an error.
        """
        for concern in self._models.use(model_id):
            self._interface.say(concern)
        self._known_model = self.manager.current_model_id

    async def _ask(self, question: str) -> None:
        profile = await self.choice.confirmed(self.choice.ready_current)
        await self._turn(profile, question)

    async def _turn(self, profile: ModelProfile, question: str | None) -> None:
        try:
            turn = await self._answer_from(profile, question)
            self._failed = {*self._failed, *self.agent.tried} - {turn.model_id}
        except ModelError as failure:
            self._failed.update(self.agent.tried)
            self._interface.say(failure.message_for(WORD))
            if other := self._other_model():
                self._interface.say(f"To ask {other.display_name} instead: /retry {other.shown_id}")

    def _other_model(self) -> ModelProfile | None:
        """The ready model to suggest after a failed turn: a fallback, else the previous model, else any other.

        One that has failed before, and not answered since, comes last.
        """
        ready = {item.model_id: item for item in ready_profiles(self._workspace, self._path)}
        fallbacks = (item.model_id for item in self.manager.fallbacks())
        wanted = [*fallbacks, self._workspace.previous, *self.choice.favorites.in_order(list(ready))]
        left = [item for item in wanted if item in ready and item not in self.agent.tried]
        return ready[min(left, key=lambda item: item in self._failed)] if left else None

    async def _answer_from(self, profile: ModelProfile, question: str | None) -> Turn:
        await asyncio.to_thread(self.choice.favorites.add_recent, profile.model_id)
        listener = self._interface.listener(profile)
        turn: Turn | None = None
        try:
            if question is None:
                turn = await self.agent.ask_again(profile, listener)
            else:
                turn = await self.agent.ask(question, listener, profile=profile)
            return turn
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
            words = await self.choice.one_of_several(words)
        profile = await self.choice.confirmed(lambda: self.choice.find(words) if words else self.choice.ready_current())
        await self._turn(profile, None)

    async def _compare(self, words: str) -> None:
        snapshot = self._workspace.saved(self._path)
        require_readable(snapshot.document)
        line = self._listed(words) or parse_compare(words, names_of_models(snapshot))
        line = replace(line, names=tuple([await self.choice.one_of_several(name) for name in line.names]))
        prompt = line.prompt or self.agent.last_question
        if not prompt:
            who = ", ".join(line.names) or "A,B"
            raise RefusedError(
                "invalidArguments", f"There is no question to repeat yet. Add one: /compare {redact(who)} TEXT"
            )
        profiles = await self.choice.confirmed(lambda: self.choice.find_several(line.names))
        profiles = list({profile.model_id: profile for profile in profiles}.values())
        if not profiles:
            raise RefusedError("notReady", f"No model is ready. To see why: {WORD}")
        if line.doubt:
            self._interface.say(redact(line.doubt))
        if not line.names:
            self.choice.say_not_ready()
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
            self._interface.say(table_text(compare.COLUMNS, compare.result_rows(done, profiles)))

    def _listed(self, text: str) -> CompareLine | None:
        """The line if it starts with a list of names or parts of names, all of which match; else None."""
        line, snapshot = parse_list(text), self._workspace.in_use(self._path)
        for name in line.names if line else ():
            try:
                match(snapshot, name, takes_parts=True)
            except AmbiguousModelError:
                continue
            except RefusedError:
                return None
        return line

    def _show_costs(self) -> None:
        rows = [
            (profile.display_name if (profile := known_profile(self.manager, model_id)) else redact(model_id), costs)
            for model_id, costs in self.agent.costs.by_model.items()
        ]
        if not rows:
            self._interface.say("No requests yet.")
            return
        self._interface.say(table_text(COST_COLUMNS, cost_rows(rows, self.agent.costs.total)))
