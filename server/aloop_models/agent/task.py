"""`aloop --task`: one question; the answer on standard output as it arrives, everything else on standard error."""

from __future__ import annotations

import asyncio
import contextlib
import io
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from aloop_models.agent.attach import attach
from aloop_models.agent.base import BaseAgent, Listener, Turn
from aloop_models.agent.interrupt import on_end, run_interruptible
from aloop_models.agent.output import read_input
from aloop_models.agent.plain_answer import PlainAnswer
from aloop_models.agent.progress import Progress, error_console
from aloop_models.agent.resuming import describe_saved, read_saved
from aloop_models.agent.saved_conversation import ConversationFile, SavedConversation
from aloop_models.agent.starting import Start, choose_model, exit_if_loading, saved_profile, start
from aloop_models.agent.state import keeps_history
from aloop_models.agent.status import turn_text, usage_text
from aloop_models.agent.tool_line import tool_line
from aloop_models.agent.tools import workspace_tools
from aloop_models.catalog.redaction import Redactor
from aloop_models.core.plain_text import sanitize_line
from aloop_models.errors import AloopError, FileError, RefusedError, describe_bug
from aloop_models.llm.answer import ToolCall
from aloop_models.llm.failures import ModelError
from aloop_models.llm.litellm_adapter import load_litellm
from aloop_models.llm.profile import ModelProfile
from aloop_models.sessions.peer import selected_model
from aloop_models.sessions.registry import TASK
from aloop_models.startup import raise_on_interrupt
from aloop_models.terminal import discard_output, error_view, note, print_json
from aloop_models.workspace.paths import working_folder

ANSWERED, FAILED, REFUSED, BUG, STOPPED = 0, 1, 2, 70, 130


def run_task(
    task: str, model: str | None, config: Path | None, *, as_json: bool, trusted: bool, continues: bool = False
) -> int:
    """Answer one question; exit code 0: success, 1: the model did not answer, 2: refused, and nothing was sent.

    `task` is the question, or `-` for standard input. Changes no file, unless it `continues` the saved conversation of
    the folder, which it then saves again.
    """
    raise_on_interrupt()
    out = sys.stdout
    # The output of libraries must not get into the answer.
    with contextlib.redirect_stdout(sys.stderr), Progress(error_console(), "Loading") as progress:
        answer = _Answer(out, progress, is_streamed=not as_json)
        outcome = _run(task, model, config, answer, trusted=trusted, continues=continues)
        answer.end()
    if outcome.message:
        _tell(outcome.message)
    if answer.usage_line and progress.is_drawn:
        note(answer.usage_line)
    if as_json:
        print_json(outcome.value, out)
    exit_if_loading(outcome.code)
    return outcome.code


@dataclass(frozen=True, slots=True)
class _Outcome:
    """The end of a run: its exit code, the result as JSON, and a message for the person."""

    code: int
    value: Mapping[str, object]
    message: str = ""


class _Answer:
    """The output of a run while it lasts: the answer as it arrives, and notes about it on standard error."""

    def __init__(self, out: TextIO, progress: Progress, *, is_streamed: bool) -> None:
        self.usage_line = ""
        self.pieces: list[str] = []
        """The text since the last tool call."""
        self.write_error: OSError | None = None
        self._progress = progress
        self._plain = PlainAnswer(out if is_streamed else io.StringIO(), progress, self._stop)
        self._task: asyncio.Task[Any] | None = None

    def listener(self, name: str) -> Listener:
        """The listener of the turn, which runs in the current task."""
        self._progress.text = name
        self._task = asyncio.current_task()
        return Listener(self._add, self._tool, self.say, lambda _, reason: self.say(f"  {sanitize_line(reason)}"))

    def read_question(self) -> str:
        """Read the question from standard input."""
        # The program before the pipe, or the person, needs time, in which LiteLLM is loaded.
        threading.Thread(target=load_litellm, name="litellm", daemon=True).start()
        with self._progress.hidden() if sys.stdin.isatty() else contextlib.nullcontext():
            return read_input("question")

    def say(self, text: str) -> None:
        """Show a notice."""
        self._plain.say(text, _tell)

    def end(self) -> None:
        """End the line of the answer."""
        self._plain.end_text()

    def _add(self, piece: str) -> None:
        self.pieces.append(piece)
        self._plain.add(piece)

    def _tool(self, call: ToolCall) -> None:
        self.pieces.clear()
        self.say(tool_line(call))

    def _stop(self, error: OSError) -> None:
        self.write_error = error
        if self._task is not None:
            self._task.cancel()


def _run(
    task: str, model: str | None, config: Path | None, answer: _Answer, *, trusted: bool, continues: bool
) -> _Outcome:
    try:
        text = answer.read_question() if task == "-" else task
        if not text.strip():
            raise RefusedError(
                "invalidArguments", "The task is empty. Give a question, or use - to read it from standard input."
            )
        started = start(config, trusted=trusted)
        resumed = _Resumed(started) if continues else None
        profile, notices = _choose(started, model, resumed)
        for notice in (*started.notices, *notices):
            answer.say(started.manager.redactor.mask_own(notice))
        turn = run_interruptible(_ask(started, profile, text, answer, resumed))
    except ModelError as failure:
        return _failure(FAILED, failure.kind.value, str(failure), answer)
    except RefusedError as refusal:
        return _failure(REFUSED, refusal.reason, str(refusal), answer, refusal.suggestions)
    except AloopError as error:
        return _failure(REFUSED, "refused", str(error), answer)
    except (KeyboardInterrupt, asyncio.CancelledError):
        if answer.write_error is not None:
            return _not_written(answer)
        return _failure(STOPPED, "stopped", "Stopped.", answer)
    except Exception as error:  # noqa: BLE001
        return _failure(BUG, "bug", describe_bug(error), answer)
    return _Outcome(ANSWERED, {"message": answer.usage_line, **turn_view(turn, started.manager.redactor)})


def turn_view(turn: Turn, redactor: Redactor) -> dict[str, object]:
    """A turn as JSON, in seconds, tokens and US dollars; null if unknown."""
    return {
        "modelId": redactor.redact(turn.model_id),
        "answer": turn.text,
        "inputTokens": turn.usage.input_tokens,
        "outputTokens": turn.usage.output_tokens,
        "cost": turn.usage.cost,
        "firstTokenSeconds": None if turn.first_token is None else round(turn.first_token, 3),
        "seconds": round(turn.seconds, 3),
        "toolCalls": turn.tool_calls,
    }


class _Resumed:
    """The conversation that a run continues and saves."""

    def __init__(self, started: Start) -> None:
        self._file = ConversationFile(working_folder(), lambda: started.manager.redactor) if keeps_history() else None
        self.saved, self.problem = read_saved(self._file)

    def save(self, agent: BaseAgent, answer: _Answer) -> None:
        """Save the conversation, unless nothing was asked or the history is off."""
        if self._file is None or not agent.conversation.items:
            return
        try:
            self._file.save(agent.conversation.items, agent.model_manager.current_model_id, agent.context)
        except FileError as problem:
            answer.say(f"The conversation was not saved. {problem}")


def _choose(started: Start, model: str | None, resumed: _Resumed | None) -> tuple[ModelProfile, Sequence[str]]:
    """The model of the run, and notices: `model`, else that of the conversation, the window, or the file."""
    notices = list[str]()
    saved: SavedConversation | None = resumed.saved if resumed else None
    profile = None
    if model is None and saved and saved.model_id:
        try:
            profile = started.confirmed(saved_profile(started.workspace, started.manager, started.path, saved.model_id))
        except RefusedError as refusal:
            notices.append(str(refusal))
    if profile is None:
        selected = None if model else selected_model("aloop")
        profile, others = choose_model(started, selected if selected in started.manager.models else model)
        notices += others
    if resumed and saved and saved.messages:
        notices.append(describe_saved(saved, profile.display_name))
    elif resumed:
        notices.append(resumed.problem)
    return profile, notices


async def _ask(started: Start, profile: ModelProfile, text: str, answer: _Answer, resumed: _Resumed | None) -> Turn:
    tools = workspace_tools(working_folder(), lambda: (started.path,), lambda: started.manager.redactor)
    agent = BaseAgent(None, tools, started.manager)
    agent.switch_model(profile.model_id)
    if resumed and resumed.saved:
        agent.resume(resumed.saved.messages, resumed.saved.context)
        if too_long := agent.why_too_long(profile):
            answer.say(f"{too_long} Without --continue, a new conversation starts.")
    attachment = attach(agent, started.manager, kind=TASK, takes_choice=False)
    try:
        with on_end(attachment.close):
            turn = await agent.ask(text, answer.listener(profile.display_name), profile=profile)
        answer.usage_line = turn_text(agent, turn)
        return turn
    except BaseException:
        answer.usage_line = usage_text(agent.turn_usage)
        raise
    finally:
        attachment.close()
        if resumed:
            resumed.save(agent, answer)


def _failure(code: int, reason: str, message: str, answer: _Answer, suggestions: Sequence[str] = ()) -> _Outcome:
    partial = "".join(answer.pieces)
    value = error_view(reason, message, suggestions)
    return _Outcome(code, {**value, "answer": partial} if partial else value, message)


def _not_written(answer: _Answer) -> _Outcome:
    error = answer.write_error
    discard_output()
    if isinstance(error, BrokenPipeError):
        return _Outcome(FAILED, {})
    reason = error.strerror if error else "unknown reason"
    return _Outcome(FAILED, {}, f"Cannot write the answer: {reason}. The request was stopped.")


def _tell(text: str) -> None:
    note(f"aloop: {text}")
