"""The answer of a model: its text, tool calls, usage and duration."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

Message = dict[str, Any]
"""One message of a conversation in OpenAI's shape, as LiteLLM takes it for every provider."""

MAX_ANSWER = 1_000_000
"""Characters of an answer with its reasoning and tool calls, at most: twice what any model writes."""

TOO_LONG = "too_long"
"""The finish reason of an answer that was stopped at `MAX_ANSWER`; not one of OpenAI's."""

_LARGEST = 10**9
"""Tokens or US dollars of one request, at most; far more than any model can use."""

OnText = Callable[[str], None]
"""Receives each piece of an answer as it arrives."""

OnNotice = Callable[[str], None]
"""Receives a sentence for the person who waits, such as that a request is retried."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One tool call of the model; `text` is its argument object as the model wrote it."""

    id: str
    name: str
    text: str

    @property
    def arguments(self) -> Mapping[str, object] | None:
        """The arguments by name; None if the model did not write a JSON object."""
        try:
            value: object = json.loads(self.text or "{}")
        except (ValueError, RecursionError, MemoryError):
            return None
        return cast("Mapping[str, object]", value) if isinstance(value, dict) else None


@dataclass(frozen=True, slots=True)
class Usage:
    """The usage of one or several requests: tokens as the provider counts them, `cost` in US dollars.

    None means unknown. `cost` is LiteLLM's price for the model ID, even if another server answers. `is_estimated` says
    whether some of it is estimated from the length of the texts, because its provider has not reported it.
    """

    input_tokens: int | None = None
    output_tokens: int | None = None
    cost: float | None = None
    is_estimated: bool = False

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            _sum(self.input_tokens, other.input_tokens),
            _sum(self.output_tokens, other.output_tokens),
            _sum(self.cost, other.cost),
            self.is_estimated or other.is_estimated,
        )

    @property
    def tokens(self) -> int | None:
        """Input and output tokens."""
        return _sum(self.input_tokens, self.output_tokens)


@dataclass(frozen=True, slots=True)
class Answer:
    """The complete answer to one request."""

    model_id: str
    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    usage: Usage = Usage()
    first_token: float | None = None
    """Seconds from the sending of the request to the first piece; None if there was none."""
    seconds: float = 0.0
    """Seconds from the sending of the request to the last piece."""
    finish: str = "stop"
    """OpenAI's finish reason: `stop`, `length`, `tool_calls`, `content_filter`; or `TOO_LONG`."""
    message: Message = field(default_factory=dict[str, Any], repr=False)
    """The answer as a message of the conversation, with everything that the provider requires in the next request."""
    setup: float = 0.0
    """Seconds of loading LiteLLM and creating its client, before the request was sent; not a part of the others."""


def is_plausible(amount: float) -> bool:
    """Whether a number of tokens or US dollars can be that of a request; a provider may send any number."""
    return 0 <= amount <= _LARGEST


def well_formed(calls: Sequence[ToolCall]) -> tuple[ToolCall, ...]:
    """Return the calls with unique IDs, as every provider requires."""
    taken, named = set[str](), list[ToolCall]()
    for number, call in enumerate(calls):
        own = call.id or f"call_{number}"
        while own in taken:
            own += "_"
        taken.add(own)
        named.append(replace(call, id=own))
    return tuple(named)


def call_message(call: ToolCall) -> Message:
    """Return a call as a part of the model's message.

    Malformed names and arguments are replaced, because providers reject them. The call itself has the original text.
    """
    arguments = "{}" if call.arguments is None else call.text or "{}"
    return {"id": call.id, "type": "function", "function": {"name": function_name(call), "arguments": arguments}}


def change_arguments(text: str, change: Callable[[object], object]) -> str | None:
    """Return the arguments of a call with their value changed; None if they are not JSON.

    The value is changed instead of the text, in which a secret can be escaped.
    """
    try:
        given: object = json.loads(text)
        changed = change(given)
    except (ValueError, RecursionError, MemoryError):
        return None
    return text if changed == given else json.dumps(changed, ensure_ascii=False)


def function_name(call: ToolCall) -> str:
    """Return the name of a call's tool without characters that providers reject."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", call.name)[:64] or "unknown"


def encodable(value: Any) -> Any:
    """Return a message, or a part of one, with a question mark for each lone surrogate, which UTF-8 cannot encode."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {encodable(name): encodable(item) for name, item in cast("dict[Any, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [encodable(item) for item in cast("Sequence[Any]", value)]
    return value


def plain_message(message: Message) -> Message:
    """Return the message with only the parts that every provider understands."""
    kept = {name: message[name] for name in ("role", "content", "tool_call_id", "name") if name in message}
    calls = cast("Sequence[Message]", message.get("tool_calls") or ())
    if calls:
        kept["tool_calls"] = [{"id": call["id"], "type": "function", "function": call["function"]} for call in calls]
    return kept


def assistant_message(text: str, calls: Sequence[ToolCall] = ()) -> Message:
    """Return a model's message made from its parts."""
    message: Message = {"role": "assistant", "content": text}
    if calls:
        message["tool_calls"] = [call_message(call) for call in calls]
    return message


def _sum(one: Any, other: Any) -> Any:
    return other if one is None else one if other is None else one + other
