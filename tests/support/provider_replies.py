"""What the fake provider endpoint can be told to reply, and each provider's way of saying it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

Dialect = Literal["openai", "anthropic", "ollama-chat", "ollama-generate"]
_USAGE = 11, 7


@dataclass(frozen=True)
class ToolCall:
    """A tool the model wants to have called."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)
    id: str = "call_1"


@dataclass(frozen=True)
class Say:
    """An answer: text, tool calls, or both.

    `wait` seconds pass before the first byte, `pace` seconds between pieces of a stream; a `gate`
    holds the answer (of a stream: all after the first `gate_after` pieces) until it is set.
    """

    text: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    wait: float = 0.0
    pace: float = 0.0
    gate: threading.Event | None = None
    gate_after: int = 1


@dataclass(frozen=True)
class Fail:
    """An error status; the message of a 401 repeats the key, as real providers do."""

    status: int
    message: str | None = None
    retry_after: int | None = None


@dataclass(frozen=True)
class Drop:
    """The line goes dead: at once, or after some pieces of a stream."""

    after_pieces: int = 0
    text: str = "The line goes dead in the middle of this sentence."


@dataclass(frozen=True)
class Raw:
    """A reply byte for byte, which need not be what any provider sends."""

    body: bytes | str = b""
    content_type: str = "application/json"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def data(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else self.body.encode()


Reply = Say | Fail | Drop | Raw


def events(*chunks: object) -> Raw:
    """A stream of server-sent events with these JSON objects, or texts as they are, and the usual end."""
    texts = [chunk if isinstance(chunk, str) else json.dumps(chunk) for chunk in chunks]
    return Raw("".join(f"data: {text}\n\n" for text in (*texts, "[DONE]")), "text/event-stream")


def openai_chunk(delta: object, finish: str | None = None, **more: object) -> dict[str, object]:
    """One chunk of a streamed answer of OpenAI's shape."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice], **more}


def error_body(dialect: Dialect, reply: Fail, model: str, key: str | None) -> dict[str, Any]:
    """The body of an error status."""
    kind, message = {
        400: ("invalid_request_error", "Bad request."),
        401: ("authentication_error", f"Incorrect API key provided: {key}."),
        403: ("permission_error", "Your key may not use this model."),
        404: ("not_found_error", f"The model `{model}` does not exist."),
        429: ("rate_limit_error", "Rate limit reached."),
        529: ("overloaded_error", "Overloaded."),
    }.get(reply.status, ("api_error", "Internal server error."))
    message = reply.message or message
    if dialect == "openai":
        code = "invalid_api_key" if reply.status == 401 else None
        return {"error": {"message": message, "type": kind, "param": None, "code": code}}
    if dialect == "anthropic":
        return {"type": "error", "error": {"type": kind, "message": message}}
    return {"error": message}


def whole_body(dialect: Dialect, reply: Say, model: str) -> dict[str, Any]:
    """The body of an answer that is not streamed."""
    if dialect == "openai":
        return _openai_body(reply, model)
    if dialect == "anthropic":
        return _anthropic_body(reply, model)
    return _ollama_body(dialect, reply, model, reply.text) | _OLLAMA_DONE


def stream_pieces(dialect: Dialect, reply: Say, model: str) -> Iterator[bytes]:
    """The pieces of a streamed answer, as bytes of the body; some text leaves with the first."""
    makers: dict[Dialect, Callable[[Say, str], Iterator[bytes]]] = {
        "openai": _openai_stream,
        "anthropic": _anthropic_stream,
        "ollama-chat": lambda say, name: _ollama_stream("ollama-chat", say, name),
        "ollama-generate": lambda say, name: _ollama_stream("ollama-generate", say, name),
    }
    return makers[dialect](reply, model)


def content_type(dialect: Dialect) -> str:
    """The media type of a streamed answer."""
    return "application/x-ndjson" if dialect.startswith("ollama") else "text/event-stream"


def _words(text: str) -> list[str]:
    return [word + " " for word in text.split(" ")[:-1]] + text.split(" ")[-1:] if text else []


def _openai_body(reply: Say, model: str) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": reply.text or None}
    if reply.tool_calls:
        message["tool_calls"] = [_openai_call(call) for call in reply.tool_calls]
    finish = "tool_calls" if reply.tool_calls else "stop"
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": _openai_usage(),
    }


def _openai_call(call: ToolCall) -> dict[str, Any]:
    function = {"name": call.name, "arguments": json.dumps(call.arguments)}
    return {"id": call.id, "type": "function", "function": function}


def _openai_usage() -> dict[str, int]:
    prompt, answer = _USAGE
    return {
        "prompt_tokens": prompt,
        "completion_tokens": answer,
        "total_tokens": prompt + answer,
    }


def _openai_stream(reply: Say, model: str) -> Iterator[bytes]:
    deltas: list[dict[str, Any]] = [{"content": word} for word in _words(reply.text)]
    for index, call in enumerate(reply.tool_calls):
        whole = _openai_call(call)
        arguments = whole["function"]["arguments"]
        half = len(arguments) // 2
        head = whole | {"index": index, "function": {"name": call.name, "arguments": ""}}
        deltas.append({"tool_calls": [head]})
        for piece in (arguments[:half], arguments[half:]):
            deltas.append({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
    deltas = deltas or [{"content": ""}]
    deltas[0] = {"role": "assistant"} | deltas[0]
    finish = "tool_calls" if reply.tool_calls else "stop"
    for delta, reason in [*((delta, None) for delta in deltas), ({}, finish)]:
        chunk = {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 1_700_000_000,
            "model": model,
            "choices": [{"index": 0, "delta": delta, "finish_reason": reason}],
        }
        if reason:
            chunk["usage"] = _openai_usage()
        yield f"data: {json.dumps(chunk)}\n\n".encode()
    yield b"data: [DONE]\n\n"


def _anthropic_body(reply: Say, model: str) -> dict[str, Any]:
    content: list[dict[str, Any]] = []
    if reply.text or not reply.tool_calls:
        content.append({"type": "text", "text": reply.text})
    for call in reply.tool_calls:
        content.append({"type": "tool_use", "id": call.id, "name": call.name, "input": call.arguments})
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": content,
        "stop_reason": "tool_use" if reply.tool_calls else "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": _USAGE[0], "output_tokens": _USAGE[1]},
    }


def _anthropic_stream(reply: Say, model: str) -> Iterator[bytes]:
    body = _anthropic_body(reply, model)
    events: list[dict[str, Any]] = []
    for index, block in enumerate(body["content"]):
        if block["type"] == "text":
            empty = block | {"text": ""}
            deltas = [{"type": "text_delta", "text": word} for word in _words(reply.text)]
        else:
            empty = block | {"input": {}}
            arguments = json.dumps(block["input"])
            half = len(arguments) // 2
            deltas = [
                {"type": "input_json_delta", "partial_json": piece} for piece in (arguments[:half], arguments[half:])
            ]
        events.append({"type": "content_block_start", "index": index, "content_block": empty})
        events += [{"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas]
        events.append({"type": "content_block_stop", "index": index})
    start = body | {"content": [], "stop_reason": None}
    start["usage"] = {"input_tokens": _USAGE[0], "output_tokens": 1}
    stop = {"stop_reason": body["stop_reason"], "stop_sequence": None}
    usage = {"output_tokens": _USAGE[1]}
    last = [{"type": "message_delta", "delta": stop, "usage": usage}, {"type": "message_stop"}]
    opening = _event({"type": "message_start", "message": start})
    yield opening + b"".join(_event(event) for event in events[:2])
    yield from (_event(event) for event in [*events[2:], *last])


def _event(event: dict[str, Any]) -> bytes:
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()


_OLLAMA_DONE: dict[str, Any] = {
    "done": True,
    "done_reason": "stop",
    "total_duration": 1,
    "prompt_eval_count": _USAGE[0],
    "eval_count": _USAGE[1],
}


def _ollama_body(dialect: Dialect, reply: Say, model: str, text: str) -> dict[str, Any]:
    body: dict[str, Any] = {"model": model, "created_at": "2026-01-01T00:00:00Z", "done": False}
    if dialect == "ollama-generate":
        return body | {"response": text}
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if reply.tool_calls:
        message["tool_calls"] = [
            {"function": {"name": call.name, "arguments": call.arguments}} for call in reply.tool_calls
        ]
    return body | {"message": message}


def _ollama_stream(dialect: Dialect, reply: Say, model: str) -> Iterator[bytes]:
    plain = Say(reply.text)
    bodies = [_ollama_body(dialect, plain, model, word) for word in _words(reply.text)]
    if reply.tool_calls:
        bodies.append(_ollama_body(dialect, reply, model, ""))
    bodies.append(_ollama_body(dialect, plain, model, "") | _OLLAMA_DONE)
    yield from (json.dumps(body).encode() + b"\n" for body in bodies)
