"""`aloop --task`: one question; the answer on standard output, everything else on standard error."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from pathlib import Path
from typing import TextIO

from aloop_models.agent.attach import attach
from aloop_models.agent.base import BaseAgent, Listener, Turn
from aloop_models.agent.output import print_json, print_text
from aloop_models.agent.rendering import tool_line
from aloop_models.agent.starting import Start, choose_model, start
from aloop_models.agent.tools import workspace_tools
from aloop_models.catalog.redaction import Redactor
from aloop_models.core.plain_text import sanitize_line
from aloop_models.errors import AloopError, RefusedError, describe_bug
from aloop_models.llm.answer import ToolCall
from aloop_models.llm.failures import ModelError
from aloop_models.llm.profile import ModelProfile
from aloop_models.sessions.peer import selected_model
from aloop_models.sessions.registry import TASK
from aloop_models.terminal import note

ANSWERED, FAILED, REFUSED, BUG, STOPPED = 0, 1, 2, 70, 130


def run_task(task: str, model: str | None, config: Path | None, *, as_json: bool, trusted: bool) -> int:
    """Answer one question; exit code 0: success, 1: the model did not answer, 2: refused, and nothing was sent.

    `task` is the question, or `-` for standard input. Changes no file.
    """
    out = sys.stdout
    # The output of libraries must not get into the answer.
    with contextlib.redirect_stdout(sys.stderr):
        try:
            text = sys.stdin.read() if task == "-" else task
            if not text.strip():
                raise RefusedError(
                    "invalidArguments", "The task is empty. Give a question, or use - to read it from standard input."
                )
            started = start(config, trusted=trusted)
            selected = None if model else selected_model("aloop")
            profile, notices = choose_model(started, selected if selected in started.manager.models else model)
            for notice in (*started.notices, *notices):
                _tell(started.manager.redactor.mask_own(notice))
            turn = asyncio.run(_answer(started, profile, text))
        except ModelError as failure:
            return _failed(out, str(failure), failure.kind.value, FAILED, as_json=as_json)
        except AloopError as error:
            reason = error.reason if isinstance(error, RefusedError) else "refused"
            return _failed(out, str(error), reason, REFUSED, as_json=as_json)
        except Exception as error:  # noqa: BLE001
            return _failed(out, describe_bug(error), "bug", BUG, as_json=as_json)
        except KeyboardInterrupt:
            _tell("Stopped.")
            return STOPPED
    if as_json:
        print_json(turn_view(turn, started.manager.redactor), out)
    else:
        print_text(turn.text, out)
    return ANSWERED


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


async def _answer(started: Start, profile: ModelProfile, text: str) -> Turn:
    tools = workspace_tools(Path.cwd(), lambda: (started.path,), lambda: started.manager.redactor)
    agent = BaseAgent(None, tools, started.manager)
    agent.switch_model(profile.model_id)
    attachment = attach(agent, started.manager, kind=TASK, takes_choice=False)
    try:
        return await agent.ask(
            text, Listener(on_tool=_tell_tool, on_notice=_tell, on_tool_failed=_tell_failed), profile=profile
        )
    finally:
        attachment.close()


def _tell_tool(call: ToolCall) -> None:
    _tell(tool_line(call))


def _tell_failed(_: ToolCall, reason: str) -> None:
    _tell(f"  {sanitize_line(reason)}")


def _tell(text: str) -> None:
    note(f"aloop: {text}")


def _failed(out: TextIO, message: str, reason: str, code: int, *, as_json: bool) -> int:
    _tell(message)
    if as_json:
        print_json({"error": {"reason": reason, "message": message}}, out)
    return code
