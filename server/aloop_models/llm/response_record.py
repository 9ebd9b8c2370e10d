"""Record the HTTP request and response of a call: its time, its host, and the words of the provider."""

from __future__ import annotations

import asyncio
import codecs
import html
import json
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, cast

from aloop_models.core.lazy_re import lazy_re

_KEPT = 32_768
"""Bytes of the beginning and of the end of a body that are kept."""

MAX_UNREAD = 16_000_000
"""Bytes without a piece of an answer, at most; a provider that sends more is stopped."""

MAX_RECEIVED = 100_000_000
"""Bytes of a response, at most; the pieces of an answer can have parts without text, which LiteLLM keeps."""

_MOST_REDIRECTS = 3

_SILENCE = 1.0
"""Seconds without a piece of an answer that is finished, after which its response is not read any more."""

_ERROR_STATUSES = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "invalid_api_key": 401,
    "billing_error": 402,
    "insufficient_quota": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "model_not_found": 404,
    "request_too_large": 413,
    "context_length_exceeded": 413,
    "rate_limit_error": 429,
    "rate_limit_exceeded": 429,
    "api_error": 500,
    "server_error": 500,
    "overloaded": 503,
    "timeout_error": 504,
    "overloaded_error": 529,
}
"""The HTTP status of the types and codes of errors that Anthropic and OpenAI document."""

_HIDDEN_HTML = lazy_re(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>", re.IGNORECASE | re.DOTALL)


@dataclass(slots=True)
class ResponseRecord:
    """The last request and its response; empty before the first, and for providers that LiteLLM calls without httpx."""

    sent: float | None = None
    """When the first request was sent, as `time.monotonic`."""
    host: str = ""
    """The host of the last request, with its port if the URL has one."""
    redirect: str = ""
    """The other host to which the response redirects the request, which is not sent there."""
    status: int | None = None
    content_type: str = ""
    encoding: str = ""
    head: bytearray = field(default_factory=bytearray)
    tail: bytearray = field(default_factory=bytearray)
    unread: int = 0
    """Bytes since the last piece of the answer, decompressed."""
    last_piece: float = 0.0
    """When the last piece of the answer came, as `time.monotonic`."""
    is_finished: Callable[[], bool] = lambda: False
    """Returns whether the finish reason of the answer has come."""

    received: int = 0
    """Bytes of the response so far, decompressed."""

    @property
    def is_too_long(self) -> bool:
        """Whether the response was stopped, because it has too many bytes, in all or without a piece of an answer."""
        return self.unread > MAX_UNREAD or self.received > MAX_RECEIVED

    @property
    def rest(self) -> float | None:
        """Seconds in which the rest of a finished answer, such as its usage, must come; None before it is finished."""
        return max(0.0, self.last_piece + _SILENCE - time.monotonic()) if self.is_finished() else None

    def note_piece(self) -> None:
        """Note that a piece of the answer has come."""
        self.unread, self.last_piece = 0, time.monotonic()

    def add(self, data: bytes) -> None:
        """Record the next bytes of the body, as received."""
        room = _KEPT - len(self.head)
        self.head += data[:room]
        if len(data) > room:
            self.tail = (self.tail + data[room:])[-_KEPT:]

    @property
    def summary(self) -> str:
        """Status and media type for people, such as `HTTP 200, text/html`; empty if there was no response."""
        if self.status is None:
            return ""
        kind = self.content_type.partition(";")[0].strip() or "no content type"
        return f"HTTP {self.status}, {kind}" + ("" if self.head else ", empty body")

    def words(self) -> str:
        """Return the error message in the body, or its text if it is neither JSON nor events; else nothing."""
        text = self._text()
        values = list(_json_values(text))
        for value in reversed(values):
            if words := _message_in(value):
                return words
        if values or text.lstrip().startswith(("data:", "event:", ":")):
            return ""
        return html.unescape(_HIDDEN_HTML.sub(" ", text)) if "<" in text else text

    def error_status(self) -> int | None:
        """Return the HTTP status that the error in a successful response means; None if it says none.

        Once a stream has begun, a provider can report an error only as an event.
        """
        if self.status is None or self.status >= 300:
            return None
        for value in reversed(list(_json_values(self._text()))):
            error: object = value.get("error")
            if isinstance(error, dict):
                named = cast("dict[str, object]", error)
                return _status_of(named.get("code")) or _status_of(named.get("type"))
        return None

    def refusal(self) -> str:
        """Return the refusal of an OpenAI model; empty if there is none."""
        parts: list[str] = []
        for value in _json_values(self.head.decode("utf-8", "replace")):
            for choice in _choices_of(value):
                said = choice.get("delta") or choice.get("message")
                parts.append(_text(cast("dict[str, object]", said).get("refusal")) if isinstance(said, dict) else "")
        return "".join(parts)

    def is_whole_answer(self) -> bool:
        """Return whether the body is one answer of OpenAI's or Anthropic's shape instead of the requested stream."""
        if not self.content_type.startswith("application/json"):
            return False
        return any(
            value.get("type") == "message" or any("message" in choice for choice in _choices_of(value))
            for value in _json_values(self._text())
        )

    def _text(self) -> str:
        if self.encoding in ("", "identity"):
            return (self.head + self.tail).decode("utf-8", "replace")
        import httpx

        try:
            return httpx.Response(200, headers={"content-encoding": self.encoding}, content=bytes(self.head)).text
        except httpx.HTTPError:
            return ""


_current: ContextVar[ResponseRecord | None] = ContextVar("aloop_response_record", default=None)


def start_record(is_finished: Callable[[], bool]) -> ResponseRecord:
    """Start to record the responses to requests of this task and its child tasks."""
    record = ResponseRecord(is_finished=is_finished)
    _current.set(record)
    return record


def record_responses_of(owner: Any, name: str) -> None:
    """Make the httpx clients that this LiteLLM function creates record their responses."""
    create: Callable[..., Any] | None = getattr(owner, name, None)
    if create is None:
        # In a LiteLLM release without this function, messages do not quote the provider.
        return

    def recording(*arguments: Any, **options: Any) -> Any:
        client = create(*arguments, **options)
        hooks = getattr(client, "event_hooks", None)
        if hooks is not None and _note not in hooks["response"]:
            client.max_redirects = _MOST_REDIRECTS
            client.event_hooks = {
                "request": [*hooks["request"], _note_request],
                "response": [*hooks["response"], _note],
            }
        return client

    is_static = isinstance(owner.__dict__[name], staticmethod)
    setattr(owner, name, staticmethod(recording) if is_static else recording)


async def _note_request(request: Any) -> None:
    record = _current.get()
    if record is not None:
        record.sent = record.sent or time.monotonic()
        record.host = request.url.netloc.decode("ascii", "replace")


async def _note(response: Any) -> None:
    record = _current.get()
    if response.has_redirect_location:
        _require_same_host(response, record)
    if record is None:
        return
    record.status = response.status_code
    record.content_type = response.headers.get("content-type", "")
    record.encoding = response.headers.get("content-encoding", "").casefold()
    record.head, record.tail, record.unread, record.received = bytearray(), bytearray(), 0, 0
    response.stream = _recorded(response.stream, record)
    response.aiter_bytes = _limited(response.aiter_bytes, record)


def _require_same_host(response: Any, record: ResponseRecord | None) -> None:
    """Raise an error of httpx for a redirect to another host, which would get the conversation and most kinds of keys.

    A host may redirect within itself, and from http to https.
    """
    import httpx

    here = response.url
    try:
        there = here.join(response.headers["location"])
        is_same = (there.scheme, there.host, there.port) == (here.scheme, here.host, here.port)
        is_secured = (here.scheme, here.port) == ("http", None) and (there.scheme, there.port) == ("https", None)
        if is_same or (is_secured and there.host == here.host):
            return
        host = there.netloc.decode("ascii", "replace")
    except (httpx.InvalidURL, ValueError):
        host = ""
    if record is not None:
        record.status, record.redirect = response.status_code, host or "an invalid URL"
    raise httpx.TooManyRedirects("A redirect to another host is not followed.", request=response.request)


def _recorded(stream: Any, record: ResponseRecord) -> Any:
    import httpx

    class Recorded(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            async for data in stream:
                record.add(data)
                yield data

        async def aclose(self) -> None:
            await stream.aclose()

    return Recorded()


def _limited(read: Callable[..., AsyncIterator[bytes]], record: ResponseRecord) -> Callable[..., AsyncIterator[bytes]]:
    """Return the method that reads a response, stopped at the limits.

    A line without end would fill the memory, and some servers keep the connection open after an answer.
    """
    import httpx

    async def aiter_bytes(chunk_size: int | None = None) -> AsyncIterator[bytes]:
        pieces = read(chunk_size)
        while True:
            try:
                data = await asyncio.wait_for(anext(pieces), record.rest)
            except (StopAsyncIteration, asyncio.TimeoutError):
                return
            if not record.received:
                # A server may begin a text with a byte order mark, which LiteLLM takes for a part of the first event.
                data = data.removeprefix(codecs.BOM_UTF8)
            record.unread += len(data)
            record.received += len(data)
            # The pieces of the answer in this data are read first.
            yield data
            if record.is_too_long:
                raise httpx.ReadError("The response is too long.")

    return aiter_bytes


def _json_values(text: str) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects of a body: one, or one per line or event."""
    whole = _parsed(text)
    values = cast("list[object]", whole) if isinstance(whole, list) else [whole]
    if whole is None:
        values = [_parsed(line.removeprefix("data:")) for line in text.splitlines()]
    for value in values:
        if isinstance(value, dict):
            yield cast("dict[str, Any]", value)


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _choices_of(value: dict[str, Any]) -> list[dict[str, Any]]:
    choices: object = value.get("choices")
    found = cast("list[object]", choices) if isinstance(choices, list) else []
    return [cast("dict[str, Any]", choice) for choice in found if isinstance(choice, dict)]


def _message_in(value: object) -> str:
    """Return the message of an error object, as providers nest it; empty if there is none."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return next((words for item in cast("list[object]", value) if (words := _message_in(item))), "")
    if isinstance(value, dict):
        named = cast("dict[str, object]", value)
        for name in ("error", "errors", "detail", "details", "message", "msg", "error_description", "title"):
            if words := _message_in(named.get(name)) if name not in ("message", "title") else _text(named.get(name)):
                return words
    return ""


def _status_of(code: object) -> int | None:
    """Return the HTTP status that the code or type of an error object means."""
    name = str(code) if isinstance(code, str | int) else ""
    return int(name) if re.fullmatch("[45][0-9]{2}", name) else _ERROR_STATUSES.get(name)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
