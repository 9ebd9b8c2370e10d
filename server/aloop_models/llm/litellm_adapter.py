"""Call a model through LiteLLM; the only module that imports litellm, and only at the first call."""

from __future__ import annotations

import asyncio
import functools
import gc
import importlib
import threading
import time
import warnings
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any, cast

from aloop_models.catalog import litellm_id
from aloop_models.catalog.redaction import Redactor, StreamRedactor, redactor_for
from aloop_models.core.plain_text import is_blank
from aloop_models.errors import AGENT_NOT_INSTALLED
from aloop_models.llm.answer import (
    MAX_ANSWER,
    TOO_LONG,
    Answer,
    Message,
    OnNotice,
    OnText,
    ToolCall,
    Usage,
    assistant_message,
    call_message,
    change_arguments,
    encodable,
    is_plausible,
    plain_message,
    well_formed,
)
from aloop_models.llm.call_arguments import NO_KEY, arguments_of, secrets_of
from aloop_models.llm.environment import hide_from_litellm
from aloop_models.llm.failures import FailureKind, ModelError, empty_answer, failure_of, timed_out, too_long
from aloop_models.llm.profile import ModelProfile
from aloop_models.llm.quiet import make_quiet
from aloop_models.llm.response_record import record_responses_of, start_record
from aloop_models.llm.tool_call_pieces import ToolCallPieces
from aloop_models.llm.usage import estimate_usage, is_local

BACK_OFF = (0.5, 2.0)
"""Seconds before the first and second retry, unless the provider asks for another delay."""

_LONGEST_WAIT = 30.0
_SMALLEST = 6
"""The size of a piece of an answer, at least, in characters; LiteLLM keeps each piece, in three kilobytes."""

_HELLO: list[Message] = [{"role": "user", "content": "Hello"}]

_import_lock = threading.Lock()
_loaded: Any = None


class LiteLLMAdapter:
    """One stable object that reads the current profile at each call, so that a switch needs no new object.

    It takes either the fields of one model, or `profile`: a function that returns the current profile. No profile is
    stored between calls. A call removes the variables of `environment.is_hidden` from this process's environment.
    """

    def __init__(
        self,
        model: str = "",
        api_key: str | None = None,
        api_base: str | None = None,
        timeout: float = 600,
        drop_params: bool = True,  # noqa: FBT001 - the RFC's order of fields
        *,
        profile: Callable[[], ModelProfile | None] | None = None,
        back_off: Sequence[float] = BACK_OFF,
        **extra: object,
    ) -> None:
        fixed = ModelProfile(model, "", api_key, api_base, timeout, drop_params, extra) if model else None
        self._profile = profile or (lambda: fixed)
        self._back_off = tuple(back_off)

    def follow(self, profile: Callable[[], ModelProfile | None]) -> None:
        """Call this function for the profile at each call from now on.

        `BaseAgent.switch_model` calls it, so everything that has the adapter uses the new model.
        """
        self._profile = profile

    @property
    def profile(self) -> ModelProfile | None:
        """The profile of the next call; None if there is no current model."""
        return self._profile()

    @property
    def model(self) -> str:
        """The ID of the model of the next call; empty if there is none."""
        profile = self._profile()
        return profile.model_id if profile else ""

    def __repr__(self) -> str:
        return f"LiteLLMAdapter({self._profile()!r})"

    def complete(self, messages: Sequence[Message], tools: Sequence[Message] = ()) -> Answer:
        """Return one answer as `answer`, for callers without an event loop; blocks."""
        work = self._answer(messages, tools, None, _ignore, _ignore, _ignore)
        waiting = asyncio.run_coroutine_threadsafe(work, _loop())
        try:
            return waiting.result()
        except BaseException:
            waiting.cancel()
            raise

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
        """Return one answer to the messages; `messages` and `tools` have OpenAI's shape.

        `profile` replaces the current model, for the rest of a turn that began with it. `on_text` receives the text as
        it arrives, `on_thought` the reasoning before it. A request that fails temporarily is retried up to two times,
        with an `on_notice`, unless text has arrived. The profile's `timeout` limits each request. To stop, cancel the
        task, which closes the connection.

        Raises:
            ModelError: there is no answer; the text is the reason, for people and without secrets.
            Exception: what one of the three functions raised, which stops the request.
        """
        caller, is_over = asyncio.get_running_loop(), False
        problems = list[Exception]()

        def forward(receive: Callable[[str], None] | None) -> Callable[[str], None]:
            def call(text: str) -> None:
                if receive is None or is_over or problems:
                    return
                try:
                    receive(text)
                except Exception as problem:  # noqa: BLE001
                    # Otherwise asyncio would print it, with the text of the model, and the request would continue.
                    problems.append(problem)
                    waiting.cancel()

            return lambda text: _call_soon(caller, call, text)

        work = self._answer(messages, tools, profile, forward(on_text), forward(on_notice), forward(on_thought))
        waiting = asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, _loop()))
        try:
            return await waiting
        except asyncio.CancelledError:
            if problems:
                raise problems[0] from None
            raise
        finally:
            is_over = True

    async def _answer(
        self,
        messages: Sequence[Message],
        tools: Sequence[Message],
        profile: ModelProfile | None,
        on_text: OnText,
        on_notice: OnNotice,
        on_thought: OnText,
    ) -> Answer:
        asked = profile or self._profile()
        if asked is None:
            raise ModelError(FailureKind.OTHER, "There is no current model. Add a model, or switch to one.")
        begun = time.monotonic()
        litellm = await asyncio.to_thread(load_litellm)
        setup = time.monotonic() - begun
        waits = list(self._back_off)
        while True:
            heard: list[str] = []

            def hear(piece: str, heard: list[str] = heard) -> None:
                heard.append(piece)
                on_text(piece)

            try:
                answer = await _Request(asked, messages, tools, hear, on_thought).run(litellm)
                return replace(answer, setup=answer.setup + setup)
            except ModelError as failure:
                setup += failure.setup
                failure.setup = setup
                if not failure.may_pass or heard or not waits:
                    raise
                wait = waits.pop(0)
                wait = wait if failure.retry_after is None else failure.retry_after
                if wait > _LONGEST_WAIT:
                    raise
                reason = failure.message.partition(". ")[0].rstrip(".")
            on_notice(f"{reason}. Retrying in {wait:g} s…")
            await asyncio.sleep(wait)


def load_litellm() -> Any:
    """Return the litellm module, imported at the first call (some seconds); a thread can call this in advance.

    Raises:
        ModelError: it is not installed.
    """
    global _loaded
    hide_from_litellm()
    with _import_lock:
        if _loaded is None:
            with warnings.catch_warnings(), _without_garbage_collection():
                warnings.simplefilter("ignore")
                try:
                    import litellm
                except ModuleNotFoundError as error:
                    if error.name != "litellm":
                        raise
                    raise ModelError(FailureKind.NOT_SUPPORTED, AGENT_NOT_INSTALLED) from None

                handlers = importlib.import_module("litellm.llms.custom_httpx.http_handler")
                openai = importlib.import_module("litellm.llms.openai.common_utils")
            make_quiet(litellm)
            record_responses_of(handlers.AsyncHTTPHandler, "create_client")
            record_responses_of(openai.BaseOpenAILLM, "_get_async_http_client")
            asyncio.run_coroutine_threadsafe(_warm_up(litellm), _loop()).result()
            _loaded = litellm
    return _loaded


@contextmanager
def _without_garbage_collection() -> Generator[None]:
    """Collect no garbage while modules are imported, and never look for any in them.

    An import makes no garbage; searching the new objects again and again takes a fifth of its time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()


def is_loaded() -> bool:
    """Whether `load_litellm` returns at once."""
    return _loaded is not None


def is_loading() -> bool:
    """Whether `load_litellm` is running for the first time."""
    return _loaded is None and _import_lock.locked()


async def _warm_up(litellm: Any) -> None:
    """Make a request that is answered without a network.

    At its first answer, LiteLLM loads further modules, which would count as the time of the model.
    """
    try:
        stream = await litellm.acompletion(
            model="openai/gpt-4o", api_key=NO_KEY, messages=_HELLO, mock_response="Hello", stream=True
        )
        litellm.stream_chunk_builder([chunk async for chunk in stream], messages=_HELLO)
    except Exception:  # noqa: BLE001
        # Without it, the first answer only takes longer.
        return


@functools.cache
def _loop() -> asyncio.AbstractEventLoop:
    """Return the event loop for all requests, in its own thread.

    LiteLLM's connections belong to a loop, and the caller's loop may end. Also, its first call blocks for a second, in
    which the caller's loop must handle key presses.
    """
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="aloop-models", daemon=True).start()
    return loop


def _call_soon(loop: asyncio.AbstractEventLoop, call: Callable[[str], None], text: str) -> None:
    # The caller's loop may have been closed.
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(call, text)


def _ignore(_: str) -> None:
    """Ignore the text."""


class _Request:
    """One request, and what has arrived of its answer."""

    def __init__(
        self,
        profile: ModelProfile,
        messages: Sequence[Message],
        tools: Sequence[Message],
        on_text: OnText,
        on_thought: OnText,
    ) -> None:
        self._profile = profile
        self._arguments = arguments_of(profile)
        self._messages = messages
        self._tools = tools
        self._stream: Any = None
        self._chunks: list[Any] = []
        self._calls = ToolCallPieces()
        self._size = 0
        self._has_text = self._is_cut = False
        self._secrets = secrets_of(profile)
        # A provider knows its key and perhaps others of the file; an answer must not show them on the screen or to the
        # next provider.
        self._masked = profile.secrets.union(self._secrets)
        self._text = _MaskedStream(self._masked, on_text)
        self._thoughts = _MaskedStream(self._masked, on_thought)
        self._begun = time.monotonic()
        self._first: float | None = None
        self._record = start_record(is_finished=lambda: self._finish is not None)

    async def run(self, litellm: Any) -> Answer:
        """Return the answer.

        Raises:
            ModelError: As `LiteLLMAdapter.answer`.
        """
        failure: ModelError
        try:
            try:
                await asyncio.wait_for(self._receive(litellm), self._profile.timeout)
            except Exception:
                if self._record.is_too_long:
                    self._is_cut = True
                elif self._finish is None:
                    raise
            if not self._is_cut:
                # At the limit, what is held back may be the start of a secret.
                self._thoughts.end()
                self._text.end()
            seconds = time.monotonic() - self._sent
            # In a thread, because the pieces of a long answer take LiteLLM some time.
            answer = self._cut(seconds) if self._is_cut else await asyncio.to_thread(self._assemble, litellm, seconds)
            answer = _without_secrets(answer, redactor_for(self._masked))
            if not is_blank(answer.text) or answer.tool_calls:
                return replace(answer, setup=self._setup)
            profile, secrets, record = self._profile, self._secrets, self._record
            failure = too_long(profile) if self._is_cut else empty_answer(answer, profile, secrets, record)
            failure.usage = answer.usage
        except (TimeoutError, asyncio.TimeoutError):
            failure = timed_out(self._profile, has_text=self._has_text)
            failure.usage = self._usage_so_far()
        except Exception as error:  # noqa: BLE001
            failure = failure_of(error, self._profile, self._secrets, self._record, has_text=self._has_text)
            failure.usage = self._usage_so_far()
        failure.setup = self._setup
        failure.seconds = None if self._record.sent is None else time.monotonic() - self._record.sent
        # Raised outside of the handlers, because LiteLLM's errors quote the provider and must not be the context.
        raise failure

    @property
    def _sent(self) -> float:
        return self._record.sent or self._begun

    @property
    def _setup(self) -> float:
        return self._sent - self._begun

    @property
    def _finish(self) -> str | None:
        """The finish reason, as soon as it has arrived."""
        return getattr(self._stream, "received_finish_reason", None)

    async def _receive(self, litellm: Any) -> None:
        stream = self._stream = await litellm.acompletion(
            **self._arguments,
            messages=[encodable(message) for message in self._messages],
            **({"tools": list(self._tools)} if self._tools else {}),
            stream=True,
            stream_options={"include_usage": True},
            max_retries=0,
            num_retries=0,
            # With tools, LiteLLM would import its handler for MCP servers.
            _skip_mcp_handler=True,
        )
        try:
            async for chunk in cast("AsyncIterator[Any]", stream):
                self._take(chunk)
                if self._is_cut:
                    return
        finally:
            await _close(stream)

    def _take(self, chunk: Any) -> None:
        if self._first is None and chunk.choices:
            self._first = time.monotonic() - self._sent
        self._record.note_piece()
        room = MAX_ANSWER - self._size
        if thought := _thought_of(chunk):
            self._thoughts.add(thought[:room])
        if text := _text_of(chunk):
            self._has_text = True
            self._thoughts.end()
            self._text.add(text[:room])
        self._calls.number(chunk)
        self._chunks.append(chunk)
        self._size += max(_SMALLEST * max(1, len(chunk.choices)), _size_of(chunk))
        self._is_cut = self._size > MAX_ANSWER

    def _cut(self, seconds: float) -> Answer:
        text = self._text.text
        message = assistant_message(text)
        return Answer(
            self._profile.model_id, text, (), self._usage_so_far(), self._first, seconds, TOO_LONG, message=message
        )

    def _assemble(self, litellm: Any, seconds: float) -> Answer:
        answer = _assembled(litellm, self._profile, self._chunks, self._messages, self._first, seconds)
        if self._finish and not any(choice.finish_reason for chunk in self._chunks for choice in chunk.choices):
            # The last piece, which has the usage too, could not be read.
            answer = replace(answer, finish=self._finish)
        return replace(answer, usage=self._usage_so_far()) if answer.usage.tokens is None else answer

    def _usage_so_far(self) -> Usage:
        letters = sum(map(_size_of, self._chunks))
        return estimate_usage(self._profile, self._messages, self._tools, letters) if letters else Usage()


class _MaskedStream:
    """A text that arrives in pieces, without secrets."""

    def __init__(self, masked: frozenset[str], receive: OnText) -> None:
        self._redactor = StreamRedactor(masked)
        self._receive = receive
        self._heard: list[str] = []

    @property
    def text(self) -> str:
        """What was passed on."""
        return "".join(self._heard)

    def add(self, piece: str) -> None:
        """Pass on what can be shown after this piece."""
        self._pass_on(self._redactor.add(piece))

    def end(self) -> None:
        """Pass on the rest."""
        self._pass_on(self._redactor.end())

    def _pass_on(self, text: str) -> None:
        if text:
            self._heard.append(text)
            self._receive(text)


def _size_of(chunk: Any) -> int:
    """Return the characters of a piece; LiteLLM passes some values on whose type is not that of its field."""
    deltas: list[Any] = [choice.delta for choice in chunk.choices]
    given: list[object] = [delta.tool_calls for delta in deltas]
    calls = [call for item in given if isinstance(item, list) for call in cast("list[object]", item)]
    functions = [getattr(call, "function", None) for call in calls]
    texts: list[object] = [
        getattr(part, name, None)
        for parts, names in (
            (deltas, ("content", "reasoning_content")),
            (calls, ("id",)),
            (functions, ("name", "arguments")),
        )
        for part in parts
        for name in names
    ]
    return sum(len(text) for text in texts if isinstance(text, str))


def _assembled(
    litellm: Any,
    profile: ModelProfile,
    chunks: Sequence[Any],
    messages: Sequence[Message],
    first: float | None,
    seconds: float,
) -> Answer:
    response = litellm.stream_chunk_builder(list(chunks), messages=list(messages)) if chunks else None
    if response is None or not response.choices:
        return Answer(profile.model_id, "", seconds=seconds, message=assistant_message(""))
    choice = response.choices[0]
    message: Message = choice.message.model_dump(exclude_none=True)
    calls = well_formed(
        [
            ToolCall(call.id or "", call.function.name or "", call.function.arguments or "")
            for call in choice.message.tool_calls or ()
        ]
    )
    text = str(message.get("content") or "")
    # Only what a provider requires in the next request is kept, not LiteLLM's own additions.
    kept = {name: message[name] for name in ("thinking_blocks", "reasoning_content") if message.get(name)}
    whole = {**plain_message(message), "content": text, **kept}
    if calls:
        whole["tool_calls"] = [
            {name: value for name, value in given.items() if name != "index"} | call_message(call)
            for given, call in zip(message["tool_calls"], calls, strict=True)
        ]
    return Answer(
        profile.model_id,
        text,
        calls,
        _usage(litellm, profile, response),
        first,
        seconds,
        choice.finish_reason or "stop",
        whole,
    )


def _without_secrets(answer: Answer, redactor: Redactor) -> Answer:
    mask, mask_value = redactor.mask_own, redactor.mask_own_value
    calls = tuple(
        replace(call, name=mask(call.name), text=mask(change_arguments(call.text, mask_value) or call.text))
        for call in answer.tool_calls
    )
    message = mask_value(answer.message)
    if calls:
        masked = zip(message["tool_calls"], calls, strict=True)
        message = {**message, "tool_calls": [given | call_message(call) for given, call in masked]}
    return replace(answer, text=mask(answer.text), tool_calls=calls, message=message)


def _usage(litellm: Any, profile: ModelProfile, response: Any) -> Usage:
    usage = getattr(response, "usage", None)
    if usage is None or not (usage.prompt_tokens or usage.completion_tokens):
        return Usage()
    if not all(map(is_plausible, _token_counts(usage.model_dump()))):
        return Usage()
    cost: float | None = None
    if not is_local(profile):
        base = profile.extra.get("base_model")
        try:
            model = base if isinstance(base, str) else litellm_id(profile.model_id)
            cost = litellm.completion_cost(response, model=model)
        except Exception:  # noqa: BLE001
            # The model has no price in LiteLLM's map.
            cost = None
    if cost is not None and not is_plausible(cost):
        return Usage()
    return Usage(usage.prompt_tokens, usage.completion_tokens, cost)


def _token_counts(usage: Mapping[str, Any]) -> Iterator[float]:
    """Yield all counts in a usage, also those of its details, such as the cached tokens."""
    for name, value in usage.items():
        if isinstance(value, dict):
            yield from _token_counts(cast("dict[str, Any]", value))
        elif name.endswith("tokens") and isinstance(value, int | float):
            yield value


def _text_of(chunk: Any) -> str:
    text: object = chunk.choices[0].delta.content if chunk.choices else None
    return text if isinstance(text, str) else ""


def _thought_of(chunk: Any) -> str:
    thought: object = getattr(chunk.choices[0].delta, "reasoning_content", None) if chunk.choices else None
    return thought if isinstance(thought, str) else ""


async def _close(stream: Any) -> None:
    close = getattr(stream, "aclose", None)
    if close is not None:
        try:
            await close()
        except Exception:  # noqa: BLE001
            # The connection is already closed.
            return
