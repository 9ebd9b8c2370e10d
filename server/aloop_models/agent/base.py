"""The agent: a loop of questions, answers and tool calls over a model that can be switched between turns."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from aloop_models.agent.conversation import Conversation, tool_result
from aloop_models.agent.prompt import INSTRUCTIONS
from aloop_models.agent.tools import Tool
from aloop_models.catalog import ModelFacts
from aloop_models.errors import ToolError
from aloop_models.features.formatting import format_tokens
from aloop_models.llm.answer import Answer, Message, OnNotice, OnText, ToolCall, Usage, function_name
from aloop_models.llm.failures import FailureKind, ModelError
from aloop_models.llm.litellm_adapter import LiteLLMAdapter
from aloop_models.llm.model_manager import ModelManager
from aloop_models.llm.profile import ModelProfile
from aloop_models.workspace.catalog import current_catalog

MAX_ROUNDS = 25
"""How often a model may call tools in one turn."""

_ENOUGH = "The limit of tool calls for one turn is reached. Answer now with what you have."
_CUT_OFF = {
    "length": "The answer is cut off: it has reached max_tokens, or what the model can say at once.",
    "content_filter": "The answer is cut off by the provider's content filter.",
}
"""What is said where an answer did not end by itself."""


_LONGEST_REASON = 500


class Llm(Protocol):
    """What the agent asks: `LiteLLMAdapter`, or anything else with this method."""

    async def answer(
        self,
        messages: Sequence[Message],
        tools: Sequence[Message] = (),
        *,
        profile: ModelProfile | None = None,
        on_text: OnText | None = None,
        on_notice: OnNotice | None = None,
    ) -> Answer:
        """As `LiteLLMAdapter.answer`."""
        ...


def _ignore(_: object) -> None:
    """Nobody listens."""


def _ignore_both(_: object, __: object) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Who is told what happens in a turn, while it happens."""

    on_text: OnText = _ignore
    on_tool: Callable[[ToolCall], None] = _ignore
    on_notice: OnNotice = _ignore
    on_tool_failed: Callable[[ToolCall, str], None] = _ignore_both
    """Gets a call that was not carried out and the reason, which is also the model's answer to it."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question that was answered."""

    model_id: str
    text: str
    usage: Usage
    """Of all requests of the turn together; `context` is the size of the last one."""
    context: int | None
    first_token: float | None
    """Seconds from the question to the first piece of the answer."""
    seconds: float
    tool_calls: int = 0


@dataclass(frozen=True, slots=True)
class _Result:
    """The answer to a call, for the model."""

    text: str
    is_failure: bool = False


class BaseAgent:
    """Answers questions with the manager's current model and the tools; one conversation, whatever the model.

    A turn finishes on the model it began on; the next one asks the manager anew, so that nothing of an old model, key
    or address is kept. `conversation` can be read at any time; it is consistent after a failure and a cancellation.
    """

    def __init__(
        self,
        llm: Llm | None,
        tools: Sequence[Tool] | None,
        model_manager: ModelManager,
        *,
        instructions: str = INSTRUCTIONS,
    ) -> None:
        """Without `llm` it is a `LiteLLMAdapter` over the manager's current model."""
        self.model_manager = model_manager
        self.llm: Llm = llm or LiteLLMAdapter(profile=model_manager.get_current_model)
        self.tools = tuple(tools or ())
        self.conversation = Conversation()
        self.usage = Usage()
        self.context: int | None = None
        """Tokens of the conversation as the last answering model counted them; None before the first answer."""
        self._instructions = instructions
        self._turn_start = 0
        self._question: str | None = None
        self._refused_tools: set[str] = set()

    @property
    def last_question(self) -> str | None:
        """The newest question, answered or not."""
        return self._question

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
        """What a person should know when the conversation goes on with this model, one sentence each."""
        facts, told = facts_of(profile), list[str]()
        window = facts.context_window if facts else None
        if window and self.context and self.context > window:
            sizes = f"{format_tokens(self.context)} tokens, and {profile.display_name} takes {format_tokens(window)}"
            told.append(f"The conversation has {sizes}. /clear starts a new one.")
        if self.tools and not self._takes_tools(profile):
            told.append(f"{profile.display_name} takes no tools, so it cannot look at files.")
        return tuple(told)

    def clear(self) -> None:
        """Begin a new conversation; what was used so far stays counted."""
        self.conversation = Conversation()
        self.context, self._question, self._turn_start = None, None, 0

    async def ask(
        self, question: str, listener: Listener | None = None, *, profile: ModelProfile | None = None
    ) -> Turn:
        """One turn: the question, the calls of tools, the answer; `profile` in place of the current model.

        Cancelled, it leaves what was answered so far in the conversation.

        Raises:
            ModelError: there is no answer; the conversation is as it was, `last_question` is the question.
        """
        asked = profile or self.model_manager.get_current_model()
        if asked is None:
            raise ModelError(FailureKind.OTHER, "There is no model yet. Add one: /model add provider/model")
        self._turn_start, self._question = len(self.conversation), question
        return await self._turn(question, asked, listener or Listener())

    async def ask_again(self, profile: ModelProfile, listener: Listener | None = None) -> Turn:
        """The last question once more, to another model, which does not see the first answer; both are kept.

        Raises:
            ModelError: as `ask`; also where nothing has been asked yet.
        """
        question = self._question
        if question is None:
            raise ModelError(FailureKind.OTHER, "There is no question to ask again yet.")
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
        model_id, usage, partial = profile.model_id, Usage(), list[str]()
        rounds = calls = 0
        first: float | None = None

        def hear(piece: str) -> None:
            nonlocal first
            if first is None:
                first = time.monotonic() - begun
            partial.append(piece)
            listener.on_text(piece)

        self.conversation.add({"role": "user", "content": question}, model_id)
        try:
            while True:
                answer = await self._request(profile, hear, listener)
                usage += answer.usage
                self.usage += answer.usage
                self.context = answer.usage.tokens or self.context
                self.conversation.add(answer.message, model_id)
                partial.clear()
                if answer.finish in _CUT_OFF:
                    listener.on_notice(_CUT_OFF[answer.finish])
                if not answer.tool_calls:
                    return Turn(model_id, answer.text, usage, self.context, first, time.monotonic() - begun, calls)
                rounds, calls = rounds + 1, calls + len(answer.tool_calls)
                if rounds > MAX_ROUNDS + 1:
                    message = f"{profile.display_name} calls tools without an end, so it was stopped."
                    raise ModelError(FailureKind.OTHER, message)
                await self._call_tools(answer.tool_calls, model_id, listener, is_over=rounds > MAX_ROUNDS)
        except (asyncio.CancelledError, KeyboardInterrupt):
            self.conversation.settle(start, "".join(partial))
            raise
        except BaseException:
            self.conversation.cut(start)
            raise

    async def _request(self, profile: ModelProfile, hear: OnText, listener: Listener) -> Answer:
        while True:
            takes_tools = bool(self.tools) and self._takes_tools(profile)
            messages = self.conversation.for_model(profile.model_id, takes_tools=takes_tools)
            tools = [tool.definition for tool in self.tools] if takes_tools else []
            system: Message = {"role": "system", "content": self._instructions}
            try:
                return await self.llm.answer(
                    [system, *messages], tools, profile=profile, on_text=hear, on_notice=listener.on_notice
                )
            except ModelError as failure:
                if failure.kind is not FailureKind.NO_TOOLS or not takes_tools:
                    raise
            self._refused_tools.add(profile.model_id)
            listener.on_notice(f"{profile.display_name} takes no tools, so it cannot look at files.")

    async def _call_tools(self, calls: Sequence[ToolCall], model_id: str, listener: Listener, *, is_over: bool) -> None:
        for call in calls:
            listener.on_tool(call)
        if is_over:
            results = [_Result(_ENOUGH, is_failure=True)] * len(calls)
        else:
            results = await asyncio.gather(*(asyncio.to_thread(self._run_tool, call) for call in calls))
        for call, result in zip(calls, results, strict=True):
            self.conversation.add(tool_result(call, result.text), model_id)
            if result.is_failure:
                listener.on_tool_failed(call, result.text)

    def _run_tool(self, call: ToolCall) -> _Result:
        try:
            return _Result(self._masked(self._output_of(call)))
        except ToolError as problem:
            reason = str(problem)
        except (Exception, SystemExit) as error:  # noqa: BLE001
            # Whatever goes wrong in a tool is for the model to deal with, and no reason to end the turn.
            reason = f"{function_name(call)} failed: {type(error).__name__}: {error}"
        return _Result(self._masked(_bounded(reason)), is_failure=True)

    def _output_of(self, call: ToolCall) -> str:
        tool = next((tool for tool in self.tools if tool.name == call.name), None)
        if tool is None:
            known = ", ".join(tool.name for tool in self.tools) or "none"
            raise ToolError(f"There is no tool {_bounded(call.name)!r}. Available tools: {known}.")
        arguments = call.arguments
        if arguments is None:
            raise ToolError("The arguments are not a JSON object. Call the tool again with one.")
        output = cast("object", tool.run(arguments))
        return output if isinstance(output, str) else json.dumps(output, default=str)

    def _masked(self, result: str) -> str:
        # A key that was copied into some file of the workspace must not be sent to the provider of the model.
        return self.model_manager.redactor.mask_content(result)

    def _takes_tools(self, profile: ModelProfile) -> bool:
        if profile.model_id in self._refused_tools:
            return False
        facts = facts_of(profile)
        return facts is None or "tools" in facts.capabilities


def _bounded(text: str) -> str:
    return text if len(text) <= _LONGEST_REASON else text[:_LONGEST_REASON] + "…"


def facts_of(profile: ModelProfile) -> ModelFacts | None:
    """What the catalog knows about the model of a profile; None if it knows nothing."""
    base = profile.extra.get("base_model")
    known = current_catalog()
    return known.model(base) if isinstance(base, str) else known.model(profile.model_id)
