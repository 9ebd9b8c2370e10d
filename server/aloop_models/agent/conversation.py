"""A conversation: its messages, the model of each, and their form for another model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from aloop_models.catalog import provider_of
from aloop_models.llm.answer import Message, ToolCall, function_name, plain_message

STOPPED = "[stopped by the user]"
"""Marks the end of an interrupted answer in the conversation."""


@dataclass(frozen=True, slots=True)
class ConversationMessage:
    """One message and the model of its turn."""

    message: Message
    model_id: str


class Conversation:
    """The messages so far. Every tool call has a result, because providers require one."""

    def __init__(self) -> None:
        self._said: list[ConversationMessage] = []

    def __len__(self) -> int:
        return len(self._said)

    @property
    def messages(self) -> list[Message]:
        """The messages in OpenAI's format."""
        return [dict(item.message) for item in self._said]

    @property
    def items(self) -> tuple[ConversationMessage, ...]:
        """The messages with their models."""
        return tuple(self._said)

    def add(self, message: Message, model_id: str) -> None:
        """Append a message of a turn on this model."""
        self._said.append(ConversationMessage(message, model_id))

    def cut(self, length: int) -> list[ConversationMessage]:
        """Remove and return everything after the first `length` messages."""
        taken = self._said[length:]
        del self._said[length:]
        return taken

    def extend(self, items: Sequence[ConversationMessage]) -> None:
        """Append messages that `cut` returned."""
        self._said.extend(items)

    def settle(self, start: int, partial: str) -> None:
        """Close an interrupted turn; a turn without any answer is removed.

        Args:
            start: The index of the turn's first message.
            partial: The text of the unfinished answer.
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
        """The messages in a form that this model accepts.

        Messages of another model of the same provider lose the fields that only that model understands. Tool calls of
        other providers, and all tool calls for a model without tools, become plain text.
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
