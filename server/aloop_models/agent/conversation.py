"""A conversation with models: what was said, by which model, and how another one gets to see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from aloop_models.catalog import provider_of
from aloop_models.llm.answer import Message, ToolCall, function_name, plain_message

STOPPED = "[stopped by the user]"
"""Stands in the conversation where an answer was broken off."""


@dataclass(frozen=True, slots=True)
class ConversationMessage:
    """One message and the model it was said by or to."""

    message: Message
    model_id: str


class Conversation:
    """The messages so far. Every call of a tool in it has its result, so any provider takes it."""

    def __init__(self) -> None:
        self._said: list[ConversationMessage] = []

    def __len__(self) -> int:
        return len(self._said)

    @property
    def messages(self) -> list[Message]:
        """The messages in OpenAI's shape, as they were said."""
        return [dict(item.message) for item in self._said]

    def add(self, message: Message, model_id: str) -> None:
        """Append a message of a turn that runs on this model."""
        self._said.append(ConversationMessage(message, model_id))

    def cut(self, length: int) -> list[ConversationMessage]:
        """Take back everything after the first `length` messages; gives what was taken."""
        taken = self._said[length:]
        del self._said[length:]
        return taken

    def extend(self, items: Sequence[ConversationMessage]) -> None:
        """Put back what `cut` gave."""
        self._said.extend(items)

    def settle(self, start: int, partial: str) -> None:
        """Close a turn that began at `start` and was stopped; `partial` is the text that had come of its last answer.

        A turn in which nothing was answered is taken back whole.
        """
        if len(self._said) == start + 1 and not partial.strip():
            self.cut(start)
            return
        model_id = self._said[-1].model_id
        results = {str(item.message.get("tool_call_id")) for item in self._said[start:]}
        for item in self._said[start:]:
            for call in cast("Sequence[Message]", item.message.get("tool_calls") or ()):
                if call["id"] not in results:
                    self.add(tool_result(ToolCall(call["id"], call["function"]["name"], ""), STOPPED), model_id)
        text = f"{partial.rstrip()}\n{STOPPED}" if partial.strip() else STOPPED
        self.add({"role": "assistant", "content": text}, model_id)

    def for_model(self, model_id: str, *, takes_tools: bool) -> list[Message]:
        """The messages as this model can be sent them.

        What another model of the same provider said loses the extras that only that model understands. Of other
        providers' tool calls, whose ids and order are not everybody's, and for a model without tools, words are left.
        """
        messages: list[Message] = []
        for item in self._said:
            if item.model_id == model_id and takes_tools:
                messages.append(dict(item.message))
            elif provider_of(item.model_id) == provider_of(model_id) and takes_tools:
                messages.append(plain_message(item.message))
            else:
                _add_in_words(messages, item.message)
        return messages


def tool_result(call: ToolCall, text: str) -> Message:
    """The result of a tool call as a message."""
    return {"role": "tool", "tool_call_id": call.id, "name": function_name(call), "content": text}


def _add_in_words(messages: list[Message], message: Message) -> None:
    if message["role"] == "tool":
        return
    plain = plain_message(message)
    calls: Sequence[Message] = plain.pop("tool_calls", ())
    used = ", ".join(f"{call['function']['name']} {call['function']['arguments']}" for call in calls)
    text = "\n".join(part for part in (str(plain.get("content") or ""), f"[Looked at: {used}]" if used else "") if part)
    previous: dict[str, Any] = messages[-1] if messages else {}
    if plain["role"] == "assistant" and previous.get("role") == "assistant" and "tool_calls" not in previous:
        messages[-1] = {**previous, "content": f"{previous['content']}\n{text}"}
        return
    messages.append({**plain, "content": text})
