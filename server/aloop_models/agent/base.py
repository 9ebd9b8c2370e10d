"""The agent loop: questions, answers and tool calls on a model that can be switched between turns."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from aloop_models.agent.conversation import Conversation, ConversationMessage, tool_result
from aloop_models.agent.costs import Costs
from aloop_models.agent.prompt import INSTRUCTIONS
from aloop_models.agent.tool_thread import run_in_thread
from aloop_models.agent.tools import Tool
from aloop_models.errors import ToolError
from aloop_models.features.formatting import format_tokens
from aloop_models.llm.answer import (
    MAX_ANSWER,
    TOO_LONG,
    Answer,
    Message,
    OnNotice,
    OnText,
    ToolCall,
    Usage,
    function_name,
)
from aloop_models.llm.effort import effort_of, with_effort
from aloop_models.llm.failures import FailureKind, ModelError
from aloop_models.llm.litellm_adapter import LiteLLMAdapter
from aloop_models.llm.model_manager import ModelManager
from aloop_models.llm.profile import ModelProfile
from aloop_models.llm.usage import estimate_usage, facts_of

MAX_ROUNDS = 25
"""Rounds of tool calls in one turn, at most."""

MAX_CALLS = 50
"""Tool calls of one answer that are carried out, at most."""

_CALLS_AT_ONCE = 8
"""Tool calls that run at the same time, at most: each has a limited time."""

_NO_TOOLS = "{} does not support tools, so it cannot read files."
_ENOUGH = "The limit of tool calls for one turn is reached. Answer now with what you have."
_TOO_MANY = f"Only the first {MAX_CALLS} tool calls of an answer are carried out."
_CUT_OFF = {
    "length": "The answer is cut off: it reached max_tokens or the max output tokens of the model.",
    TOO_LONG: f"The answer is cut off: it is longer than the limit of {MAX_ANSWER:,} characters.",
    "content_filter": "The provider's content filter cut off the answer.",
}
"""Notices by finish reason."""

_LONGEST_REASON = 500
"""Characters of a failed tool's message that the model gets, at most."""


class Llm(Protocol):
    """The client that the agent calls: `LiteLLMAdapter` or any object with this method."""

    async def answer(
        self,
        messages: Sequence[Message],
        tools: Sequence[Message] = (),
        *,
        profile: ModelProfile | None = None,
        on_text: OnText | None = None,
        on_notice: OnNotice | None = None,
        on_thought: OnText | None = None,
    ) -> Answer:
        """As `LiteLLMAdapter.answer`; `on_thought` is passed only if the listener of the turn has it."""
        ...


def _ignore(_: object) -> None:
    """Do nothing."""


def _ignore_both(_: object, __: object) -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Callbacks for the events of a turn."""

    on_text: OnText = _ignore
    on_tool: Callable[[ToolCall], None] = _ignore
    on_notice: OnNotice = _ignore
    on_tool_failed: Callable[[ToolCall, str], None] = _ignore_both
    """Gets a call that failed and the reason, which the model gets as the result."""
    on_thought: OnText | None = None
    """Gets the reasoning of the model as it arrives."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer."""

    model_id: str
    text: str
    usage: Usage
    """The sum over all requests of the turn."""
    context: int | None
    """Tokens of the last request and its answer."""
    first_token: float | None
    """Seconds from the question to the first piece of the first answer; without loading LiteLLM, as `seconds`."""
    seconds: float
    tool_calls: int = 0


@dataclass(frozen=True, slots=True)
class _Result:
    """The result of a tool call, for the model."""

    text: str
    is_failure: bool = False


class _Request:
    """A request of a turn that is not answered yet: what was sent, and what has arrived."""

    def __init__(self, listener: Listener) -> None:
        self.messages: Sequence[Message] = ()
        self.tools: Sequence[Message] = ()
        self._listener = listener
        self._pieces: list[str] = []
        self._thoughts = 0

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._pieces)

    def hear(self, piece: str) -> None:
        """Take a piece of the text."""
        self._pieces.append(piece)
        self._listener.on_text(piece)

    def think(self, piece: str) -> None:
        """Take a piece of the reasoning."""
        self._thoughts += len(piece)
        if self._listener.on_thought:
            self._listener.on_thought(piece)

    def usage(self, profile: ModelProfile) -> Usage:
        """About what the request has used if it is stopped now; unknown before its answer begins."""
        letters = self._thoughts + len(self.text)
        return estimate_usage(profile, self.messages, self.tools, letters) if letters else Usage()


class BaseAgent:
    """An agent with one conversation that answers with the manager's current model and the tools.

    A turn finishes on the model on which it began, unless that model cannot answer: then the first ready model of
    `fallbacks` continues the turn, and a notice says so. The next turn reads the profile from the manager again, so no
    old model, key or URL is kept. `conversation` is consistent at any time, also after a failure or a cancellation.
    """

    def __init__(
        self,
        llm: Llm | None,
        tools: Sequence[Tool] | None,
        model_manager: ModelManager,
        *,
        instructions: str = INSTRUCTIONS,
    ) -> None:
        """Create an agent; without `llm`, it uses a `LiteLLMAdapter` with the manager's current model."""
        self.model_manager = model_manager
        self.llm: Llm = llm or LiteLLMAdapter(profile=model_manager.get_current_model)
        self.tools = tuple(tools or ())
        self.conversation = Conversation()
        self.costs = Costs()
        self.turn_usage = Usage()
        """What the newest turn has used so far, also if it was stopped or failed."""
        self.tried: tuple[str, ...] = ()
        """The IDs of the models that were asked in the newest turn, in this order."""
        self.context: int | None = None
        """Tokens of the conversation as the last model counted them, estimated after a stop; None before an answer."""
        self.effort: str | None = None
        """The reasoning effort (`llm.effort.EFFORTS`) of all models that take one, instead of that of their entries."""
        self._instructions = instructions
        self._turn_start = 0
        self._question: str | None = None
        self._refused_tools: set[str] = set()

    @property
    def last_question(self) -> str | None:
        """The newest question, answered or not."""
        return self._question

    @property
    def usage(self) -> Usage:
        """The sum over all requests."""
        return self.costs.total

    def switch_model(self, model_id: str) -> bool:
        """Use another loaded model from the next turn on; False if no model with this ID is loaded.

        `llm` stays the same object. If it has a method `follow`, as `LiteLLMAdapter` has, it gets the manager's
        `get_current_model`, so that everything else that has `llm` uses the new model too.
        """
        if self.model_manager.switch_model(model_id) is None:
            return False
        follow: object = getattr(self.llm, "follow", None)
        if callable(follow):
            follow(self.model_manager.get_current_model)
        return True

    def concerns(self, profile: ModelProfile) -> tuple[str, ...]:
        """Warnings about a switch of the conversation to this model, one or two sentences each."""
        too_long = self.why_too_long(profile)
        warnings = [f"{too_long} /new starts a new conversation."] if too_long else []
        if self.tools and not self._takes_tools(profile):
            warnings.append(_NO_TOOLS.format(profile.display_name))
        if self.effort and not effort_of(profile, self.effort):
            warnings.append(f"{profile.display_name} does not support reasoning effort. It is asked without it.")
        return tuple(warnings)

    def why_too_long(self, profile: ModelProfile) -> str:
        """A sentence if the conversation is longer than the context window of the model; else empty."""
        facts = facts_of(profile)
        window = facts.context_window if facts else None
        if not (window and self.context and self.context > window):
            return ""
        size = f"The conversation has {format_tokens(self.context, window)} tokens"
        return f"{size}, but the context window of {profile.display_name} is {format_tokens(window)}."

    def clear(self) -> None:
        """Start a new conversation; `usage` keeps counting."""
        self.conversation = Conversation()
        self.context, self._question, self._turn_start = None, None, 0

    def resume(self, messages: Sequence[ConversationMessage], context: int | None) -> None:
        """Continue a conversation of finished turns.

        Args:
            messages: All messages, beginning with a question.
            context: Their tokens as the last model counted them; None if unknown.
        """
        self.clear()
        self.conversation.extend(messages)
        self.context = context
        for index, item in enumerate(messages):
            if item.message["role"] == "user":
                self._turn_start, self._question = index, str(item.message["content"])

    async def ask(
        self, question: str, listener: Listener | None = None, *, profile: ModelProfile | None = None
    ) -> Turn:
        """Run one turn, from the question to the answer; a cancelled turn keeps the partial answer.

        Args:
            question: The text of the user.
            listener: Gets the events of the turn.
            profile: The model to use instead of the current one.

        Raises:
            ModelError: There is no answer; the conversation is unchanged, and `last_question` is the question.
        """
        asked = profile or self.model_manager.get_current_model()
        if asked is None:
            raise ModelError(FailureKind.OTHER, "There are no models yet. Add one: /model add provider/model")
        self._turn_start, self._question = len(self.conversation), question
        return await self._turn(question, asked, listener or Listener())

    async def ask_again(self, profile: ModelProfile, listener: Listener | None = None) -> Turn:
        """Ask a model the last question again, without the first answer; the conversation keeps both answers.

        Raises:
            ModelError: As `ask`, or there is no question yet.
        """
        question = self._question
        if question is None:
            raise ModelError(FailureKind.OTHER, "There is no question to repeat yet.")
        first = self.conversation.cut(self._turn_start)
        start = len(self.conversation)
        try:
            return await self._turn(question, profile, listener or Listener())
        finally:
            second = self.conversation.cut(start)
            self.conversation.extend(first)
            self.conversation.extend(second)

    async def _turn(self, question: str, profile: ModelProfile, listener: Listener) -> Turn:
        start, begun = len(self.conversation), time.monotonic()
        self.turn_usage, self.tried = Usage(), (profile.model_id,)
        left = [other for other in self.model_manager.fallbacks() if other.model_id != profile.model_id]
        rounds = calls = 0
        setup, first = 0.0, None
        request = _Request(listener)
        self.conversation.add({"role": "user", "content": question}, profile.model_id)
        try:
            while True:
                waited = time.monotonic() - begun - setup
                try:
                    answer = await self._request(profile, request, listener)
                except ModelError as failure:
                    self._spend(profile, failure.usage)
                    setup += failure.setup
                    if request.text or not left or not failure.allows_fallback:
                        raise
                    failed, profile = profile, left.pop(0)
                    self.tried += (profile.model_id,)
                    listener.on_notice(
                        f"{failed.display_name} did not answer ({failure.short_reason}). "
                        f"Answering with {profile.display_name}."
                    )
                    continue
                model_id = profile.model_id
                setup += answer.setup
                first = waited + answer.first_token if first is None and answer.first_token is not None else first
                self._spend(profile, answer.usage)
                self.context = answer.usage.tokens or self.context
                self.conversation.add(answer.message, model_id)
                request = _Request(listener)
                if answer.finish in _CUT_OFF:
                    listener.on_notice(_CUT_OFF[answer.finish])
                if not answer.tool_calls:
                    seconds = time.monotonic() - begun - setup
                    return Turn(model_id, answer.text, self.turn_usage, self.context, first, seconds, calls)
                rounds, calls = rounds + 1, calls + len(answer.tool_calls)
                if rounds > MAX_ROUNDS + 1:
                    message = f"{profile.display_name} did not stop calling tools. The turn was stopped."
                    raise ModelError(FailureKind.OTHER, message)
                await self._call_tools(answer.tool_calls, model_id, listener, is_over=rounds > MAX_ROUNDS)
        except (asyncio.CancelledError, KeyboardInterrupt):
            used = request.usage(profile)
            self._spend(profile, used)
            self.conversation.settle(start, request.text)
            if request.text.strip():
                self.context = used.tokens
            raise
        except BaseException:
            self.conversation.cut(start)
            raise

    def _spend(self, profile: ModelProfile, usage: Usage) -> None:
        self.turn_usage += usage
        self.costs.add(profile.model_id, usage)

    async def _request(self, profile: ModelProfile, request: _Request, listener: Listener) -> Answer:
        asked = await asyncio.to_thread(with_effort, profile, self.effort) if self.effort else profile
        while True:
            takes_tools = bool(self.tools) and self._takes_tools(profile)
            messages = self.conversation.for_model(profile.model_id, takes_tools=takes_tools)
            tools = [tool.definition for tool in self.tools] if takes_tools else []
            request.messages = [{"role": "system", "content": self._instructions}, *messages]
            request.tools = tools
            thoughts = {"on_thought": request.think} if listener.on_thought else {}
            try:
                return await self.llm.answer(
                    request.messages,
                    tools,
                    profile=asked,
                    on_text=request.hear,
                    on_notice=listener.on_notice,
                    **thoughts,
                )
            except ModelError as failure:
                if failure.kind is not FailureKind.NO_TOOLS or not takes_tools:
                    raise
            self._refused_tools.add(profile.model_id)
            listener.on_notice(_NO_TOOLS.format(profile.display_name))

    async def _call_tools(self, calls: Sequence[ToolCall], model_id: str, listener: Listener, *, is_over: bool) -> None:
        shown = calls[:MAX_CALLS]
        for call in shown:
            listener.on_tool(call)
        if is_over:
            results = [_Result(_ENOUGH, is_failure=True)] * len(shown)
        else:
            room = asyncio.Semaphore(_CALLS_AT_ONCE)

            async def run(call: ToolCall) -> _Result:
                async with room:
                    return await run_in_thread(lambda: self._run_tool(call))

            results = await asyncio.gather(*map(run, shown))
        for call, result in zip(shown, results, strict=True):
            self.conversation.add(tool_result(call, result.text), model_id)
            if result.is_failure:
                listener.on_tool_failed(call, result.text)
        # Each call needs a result, or the provider refuses the next request.
        for call in calls[MAX_CALLS:]:
            self.conversation.add(tool_result(call, _TOO_MANY), model_id)
        if len(calls) > MAX_CALLS:
            listener.on_notice(_TOO_MANY)

    def _run_tool(self, call: ToolCall) -> _Result:
        try:
            return _Result(self._masked(self._output_of(call)))
        except ToolError as problem:
            reason = str(problem)
        except (Exception, SystemExit) as error:  # noqa: BLE001
            # The model gets the error of a tool, and the turn continues.
            reason = f"{function_name(call)} failed: {type(error).__name__}: {error}"
        return _Result(self._masked(_truncate(reason)), is_failure=True)

    def _output_of(self, call: ToolCall) -> str:
        tool = next((tool for tool in self.tools if tool.name == call.name), None)
        if tool is None:
            known = ", ".join(tool.name for tool in self.tools) or "none"
            raise ToolError(f"There is no tool {_truncate(call.name)!r}. Available tools: {known}.")
        arguments = call.arguments
        if arguments is None:
            raise ToolError("The arguments are not a JSON object. Call the tool again with one.")
        output = cast("object", tool.run(arguments))
        return output if isinstance(output, str) else json.dumps(output, default=str)

    def _masked(self, result: str) -> str:
        # A file of the workspace may contain a copy of a key, which must not reach the provider.
        return self.model_manager.redactor.mask_content(result)

    def _takes_tools(self, profile: ModelProfile) -> bool:
        if profile.model_id in self._refused_tools:
            return False
        facts = facts_of(profile)
        return facts is None or "tools" in facts.capabilities


def _truncate(text: str) -> str:
    return text if len(text) <= _LONGEST_REASON else text[:_LONGEST_REASON] + "…"
