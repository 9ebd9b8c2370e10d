"""Why a model did not answer, as a kind and a message, without secrets in the provider's text.

LiteLLM's errors are classified by status, cause and text, so this module does not import litellm.
"""

from __future__ import annotations

import math
import re
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Any, NamedTuple

from aloop_models.catalog import litellm_id, split_id
from aloop_models.catalog.redaction import MASK, redact, redactor_for
from aloop_models.catalog.url_completion import COMPLETIONS
from aloop_models.catalog.urls import host_of_url
from aloop_models.core.lazy_re import lazy_re
from aloop_models.errors import AloopError
from aloop_models.features.formatting import format_duration
from aloop_models.llm.answer import Answer, Usage
from aloop_models.llm.profile import ModelProfile
from aloop_models.llm.response_record import ResponseRecord
from aloop_models.workspace.catalog import current_catalog

_SHOWN = 200
"""Maximum number of characters that are shown of a provider's message."""

_GIVEAWAY = 5
"""This many consecutive characters of a secret count as the secret."""


class FailureKind(str, Enum):
    """The kind of failure, for programs."""

    WRONG_KEY = "wrongKey"
    FORBIDDEN = "forbidden"
    UNKNOWN_MODEL = "unknownModel"
    QUOTA = "quota"
    RATE_LIMIT = "rateLimit"
    TOO_LONG = "conversationTooLong"
    NO_TOOLS = "noTools"
    REJECTED = "rejected"
    SERVER = "serverError"
    TIMEOUT = "timeout"
    NO_CONNECTION = "noConnection"
    NO_RESPONSE = "noResponse"
    NAME_NOT_FOUND = "nameNotFound"
    TLS = "tls"
    NOT_SUPPORTED = "notSupported"
    EMPTY = "emptyAnswer"
    MAX_TOKENS = "maxTokensReached"
    REFUSED = "refusedToAnswer"
    BROKEN_OFF = "brokenOff"
    OTHER = "other"


_MAY_PASS = frozenset({FailureKind.RATE_LIMIT, FailureKind.SERVER, FailureKind.NO_CONNECTION, FailureKind.NO_RESPONSE})
_SHORT_REASONS = {
    FailureKind.RATE_LIMIT: "rate limit",
    FailureKind.SERVER: "server error",
    FailureKind.TIMEOUT: "timeout",
    FailureKind.NO_CONNECTION: "no connection",
    FailureKind.NO_RESPONSE: "no response",
    FailureKind.NAME_NOT_FOUND: "no connection",
}
"""The kinds after which another model may answer instead, if there was no response."""

_UNREADABLE = frozenset({FailureKind.OTHER, FailureKind.REJECTED, FailureKind.NOT_SUPPORTED, FailureKind.SERVER})
"""The kinds that mean, after a successful status, that LiteLLM could not read the body."""

_QUOTED = frozenset(
    {
        FailureKind.REJECTED,
        FailureKind.NOT_SUPPORTED,
        FailureKind.UNKNOWN_MODEL,
        FailureKind.SERVER,
        FailureKind.FORBIDDEN,
        FailureKind.QUOTA,
        FailureKind.RATE_LIMIT,
        FailureKind.TOO_LONG,
        FailureKind.OTHER,
    }
)
"""The kinds for which the provider's message is shown."""


class Steps(NamedTuple):
    """What to do after a failure, in a shell and in the agent; empty if nothing helps."""

    shell: str = ""
    agent: str = ""


class ModelError(AloopError):
    """A request that a model did not answer. Its text is for people, contains no secret, and says what to do next.

    The text is for a shell; `message_for` returns it for the agent.
    """

    seconds: float | None = None
    """Seconds from the sending of the request to the failure; None if nothing was sent."""
    setup: float = 0.0
    """As in `Answer`."""
    usage: Usage = Usage()
    """What the request has used all the same, as far as known."""

    def __init__(
        self,
        kind: FailureKind,
        cause: str,
        retry_after: float | None = None,
        status: int | None = None,
        steps: Steps = Steps(),  # noqa: B008 - immutable
    ) -> None:
        super().__init__(kind, cause)
        self.kind = kind
        self.cause = cause
        self.message = f"{cause} {steps.shell}".rstrip()
        self._agent_message = f"{cause} {steps.agent}".rstrip()
        self.retry_after = retry_after
        """Seconds after which to retry, if the provider said so."""
        self.status = status
        """The HTTP status of the response, if there was one."""

    def __str__(self) -> str:
        return self.message

    def message_for(self, command: str) -> str:
        """Return the text for an interface whose commands begin with `command`."""
        return self._agent_message if command.startswith("/") else self.message

    @property
    def may_pass(self) -> bool:
        """Whether the same request may succeed a moment later."""
        return self.kind in _MAY_PASS

    @property
    def allows_fallback(self) -> bool:
        """Whether another model may answer instead: rate limit, server error, timeout, or no connection."""
        if self.status is not None:
            return self.status in (408, 429) or self.status >= 500
        return self.kind in _SHORT_REASONS

    @property
    def short_reason(self) -> str:
        """The HTTP status, else the kind in one or two words."""
        return str(self.status) if self.status is not None else _SHORT_REASONS.get(self.kind, self.kind.value)


def failure_of(
    error: BaseException,
    profile: ModelProfile,
    secrets: Sequence[str],
    record: ResponseRecord | None = None,
    *,
    has_text: bool = False,
) -> ModelError:
    """Return the failure for an exception of a call; `secrets` are those of the profile, which are never shown.

    `record` is the response, if any; `has_text` says whether text of the answer was already shown.
    """
    chain = list(_chain(error))
    is_circle = any(type(item).__name__ == "TooManyRedirects" for item in chain)
    if record is not None and (record.redirect or is_circle):
        return _redirected(record, profile, secrets)
    reported = record.error_status() if record is not None else None
    status = reported or _status(chain)
    words = " ".join((*map(str, chain), record.words() if record else "")).casefold()
    kind = _kind(chain, status, words)
    has_response = record is not None and record.status is not None
    said = _words(record, profile, secrets) if has_response else _said(chain, profile, secrets)
    host, name, model = host_of(profile, record), profile.display_name, profile.shown_id
    if kind is FailureKind.TIMEOUT:
        return timed_out(profile, has_text=has_text)
    if has_text:
        return _broken_off(kind, profile, secrets, record)
    is_unreadable = kind in _UNREADABLE and reported is None
    if is_unreadable and record is not None and record.status is not None and record.status < 300:
        return _empty(f"{name} sent an unreadable answer", profile, secrets, record)
    cause = _CAUSES[kind]
    if kind is FailureKind.WRONG_KEY and profile.api_key is None:
        cause = "{host} requires an API key for {name}{status}."
    text = cause.format(
        name=name,
        model=model,
        host=host,
        status=f" ({status})" if status else "",
        error=type(error).__name__,
    )
    quote = f" {_quoted(said)}" if kind in _QUOTED and said else ""
    wait = _retry_after(chain)
    steps = _steps(kind, profile, said or "", wait)
    return ModelError(kind, f"{text}{quote}", wait, status, steps)


def empty_answer(answer: Answer, profile: ModelProfile, secrets: Sequence[str], record: ResponseRecord) -> ModelError:
    """Return the failure for an answer without text and tool calls."""
    if record.error_status() is not None:
        return failure_of(ValueError(), profile, secrets, record)
    name, response = profile.display_name, _response(profile, record)
    refusal = without_secrets(record.refusal(), profile, secrets)
    if refusal:
        message = f"{name} refused to answer{response}. {_quoted(refusal)}"
        return ModelError(FailureKind.REFUSED, f"{message} Rephrase the question, or use another model.")
    if answer.finish == "content_filter":
        message = f"The provider's content filter blocked the answer of {name}{response}."
        return ModelError(FailureKind.REFUSED, f"{message} Rephrase the question, or use another model.")
    if answer.finish == "length":
        cause = f"{name} reached max_tokens before it wrote an answer{response}."
        return ModelError(FailureKind.MAX_TOKENS, cause, steps=_steps(FailureKind.MAX_TOKENS, profile))
    if record.is_whole_answer():
        cause = f"{name} sent its answer in one piece instead of as a stream{response}."
        step = "Enable streaming on that server, or use another model."
        return ModelError(FailureKind.EMPTY, f"{cause} {step}")
    what = "only reasoning and no answer" if answer.message.get("reasoning_content") else "an empty answer"
    return _empty(f"{name} sent {what}", profile, secrets, record)


def _broken_off(
    kind: FailureKind, profile: ModelProfile, secrets: Sequence[str], record: ResponseRecord | None
) -> ModelError:
    """Return the failure of an answer whose text was already shown in part."""
    host, name = host_of(profile, record), profile.display_name
    if record is not None and record.words():
        said = _words(record, profile, secrets)
        cause = f"{host} stopped the answer of {name}." + (f" {_quoted(said)}" if said else "")
    elif kind in _MAY_PASS:
        cause = f"The connection to {host} was lost while {name} was answering."
    else:
        cause = f"{host} did not send the whole answer of {name}."
    return ModelError(FailureKind.BROKEN_OFF, cause, steps=_AGAIN)


def _redirected(record: ResponseRecord, profile: ModelProfile, secrets: Sequence[str]) -> ModelError:
    host = host_of(profile, record)
    if not record.redirect:
        cause = f"{host} redirects requests in a circle ({record.status})."
        step = "Check its URL: {command} edit {model} api_base=URL" if profile.api_base else "Use another model."
        return ModelError(FailureKind.REJECTED, cause, status=record.status, steps=_steps_of(step, profile))
    there = without_secrets(record.redirect, profile, secrets) or "another host"
    cause = f"{host} redirects requests to {there} ({record.status}), which were not sent there."
    step = "If you trust that host: {command} edit {model} api_base=URL"
    return ModelError(FailureKind.REJECTED, cause, status=record.status, steps=_steps_of(step, profile))


def timed_out(profile: ModelProfile, *, has_text: bool) -> ModelError:
    """Return the failure of a request that exceeded the profile's timeout; `has_text` is as in `failure_of`."""
    done = "finish its answer" if has_text else "answer"
    cause = f"{profile.display_name} did not {done} within {profile.timeout:g} seconds."
    return ModelError(FailureKind.TIMEOUT, cause, steps=_steps(FailureKind.TIMEOUT, profile))


def too_long(profile: ModelProfile) -> ModelError:
    """Return the failure of an answer that was stopped at the limit before it had text."""
    message = f"{host_of(profile)} sent a response without end instead of an answer of {profile.display_name}."
    return ModelError(FailureKind.OTHER, f"{message} The request was stopped. Check api_base and the model.")


def host_of(profile: ModelProfile, record: ResponseRecord | None = None) -> str:
    """Return the name of the server for people: the host of the request, as far as known, else the provider."""
    provider = current_catalog().providers.get(profile.provider)
    url = profile.api_base or (provider.default_base if provider else None) or ""
    host = record.host if record is not None else ""
    return redact(host or host_of_url(url) or profile.provider or "the provider")


def without_secrets(text: str, profile: ModelProfile, secrets: Sequence[str]) -> str | None:
    """Return the text as one short line, with the file's other secrets and everything like a key masked.

    None if it contains a part of one of `secrets`, those of the profile, or only a key.
    """
    line = " ".join(text.split())
    for secret in secrets:
        pieces = {secret[start : start + _GIVEAWAY] for start in range(max(1, len(secret) - _GIVEAWAY + 1))}
        if any(piece in line for piece in pieces if piece):
            return None
    safe = redactor_for(profile.secrets).redact(line)
    if safe == MASK:
        return None
    return safe if len(safe) <= _SHOWN else safe[: _SHOWN - 1] + "…"


def _empty(what: str, profile: ModelProfile, secrets: Sequence[str], record: ResponseRecord) -> ModelError:
    said = _words(record, profile, secrets)
    quoted = f" {_quoted(said)}" if said else ""
    step = "Check api_base in its entry. Then try again." if profile.api_base else "Try again, or use another model."
    return ModelError(FailureKind.EMPTY, f"{what}{_response(profile, record)}.{quoted} {step}")


def _response(profile: ModelProfile, record: ResponseRecord) -> str:
    kind, host = profile.redactor.redact(record.summary), host_of(profile, record)
    return f" ({host}: {kind})" if kind else f" ({host})"


def _words(record: ResponseRecord | None, profile: ModelProfile, secrets: Sequence[str]) -> str | None:
    return without_secrets(record.words(), profile, secrets) if record is not None else None


def _quoted(said: str) -> str:
    return f"Response: {said}" if said.endswith((".", "!", "?", "…")) else f"Response: {said}."


_CAUSES = {
    FailureKind.WRONG_KEY: "{host} rejected the API key of {name}{status}.",
    FailureKind.FORBIDDEN: "The API key of {name} has no access to this model at {host}{status}.",
    FailureKind.UNKNOWN_MODEL: "{host} does not have the model {model}{status}.",
    FailureKind.QUOTA: "The account for {name} at {host} has no credit or quota left{status}.",
    FailureKind.RATE_LIMIT: "Rate limited by {host} ({name}).",
    FailureKind.TOO_LONG: "The conversation is too long for {name}{status}.",
    FailureKind.NO_TOOLS: "{name} does not support tools{status}.",
    FailureKind.REJECTED: "{host} rejected the request to {name}{status}.",
    FailureKind.SERVER: "{host} had a server error and did not answer for {name}{status}.",
    FailureKind.NO_CONNECTION: "Cannot connect to {host} ({name}).",
    FailureKind.NO_RESPONSE: "{host} did not send a complete HTTP response ({name}).",
    FailureKind.NAME_NOT_FOUND: "Cannot find the host {host} ({name}).",
    FailureKind.TLS: "Cannot connect securely to {host} ({name}): its TLS version or certificate was not accepted.",
    FailureKind.NOT_SUPPORTED: "LiteLLM does not support this request to {name}.",
    FailureKind.OTHER: "{name} did not answer ({error}{status}).",
}

_AGAIN = Steps("Try again.", "/retry asks again.")
_LARGER = "a model with a larger context window."
_STEPS = {
    FailureKind.WRONG_KEY: "Set another: {command} key {model}",
    FailureKind.FORBIDDEN: "Request access there, or use another model.",
    FailureKind.QUOTA: "Add credit there, or use another model.",
    FailureKind.RATE_LIMIT: "Wait a moment, then try again.",
    FailureKind.REJECTED: "Check the fields of its entry: {command} show {model}",
    FailureKind.SERVER: "Try again later, or use another model.",
    FailureKind.TIMEOUT: "If it needs longer: {command} edit {model} timeout={longer:g}",
    FailureKind.TLS: "Check api_base, or set SSL_CERT_FILE to your certificate authority.",
    FailureKind.NOT_SUPPORTED: "Check the provider and fields of its entry: {command} check",
    FailureKind.MAX_TOKENS: "Increase max_tokens: {command} edit {model} max_tokens={more}",
    FailureKind.NO_RESPONSE: "Try again later, or use another model.",
    FailureKind.OTHER: "Try again, or test it: {command} test {model}",
}
"""What to do after each kind, with the commands of the agent or of the command line."""

_OLLAMA = ("ollama", "ollama_chat")
_LONGEST_TIMEOUT = 86_400
_ENOUGH_TOKENS = 4_096


def _steps(kind: FailureKind, profile: ModelProfile, said: str = "", wait: float | None = None) -> Steps:
    """Return what to do; `said` is the provider's message, `wait` the seconds after which it permits a retry."""
    if kind is FailureKind.TOO_LONG:
        return Steps(f"Use a shorter text, or {_LARGER}", f"Use /new, or {_LARGER}")
    if kind is FailureKind.WRONG_KEY and profile.api_key is None:
        step = "Set one: {command} key {model}"
    elif kind is FailureKind.RATE_LIMIT and wait is not None and wait >= 60:
        step = f"Try again in {format_duration(60 * math.ceil(wait / 60))}, or use another model."
    elif kind is FailureKind.UNKNOWN_MODEL:
        step = _step_for_unknown_model(profile, said)
    elif kind in (FailureKind.NO_CONNECTION, FailureKind.NAME_NOT_FOUND):
        step = _step_for_no_connection(kind, profile)
    else:
        step = _STEPS.get(kind, "")
    return _steps_of(step, profile)


def _steps_of(step: str, profile: ModelProfile) -> Steps:
    """Return a step with its values filled in."""
    limit = profile.extra.get("max_tokens")
    values = {
        "model": profile.shown_id,
        "longer": min(max(2 * profile.timeout, 60), _LONGEST_TIMEOUT),
        "more": max(4 * limit, _ENOUGH_TOKENS) if isinstance(limit, int) else _ENOUGH_TOKENS,
    }
    return Steps(step.format(command="aloop models", **values), step.format(command="/model", **values))


def _step_for_unknown_model(profile: ModelProfile, said: str) -> str:
    name = split_id(litellm_id(profile.model_id))[1]
    names_it = "model" in said.casefold() or (name and name in said)
    if profile.provider in _OLLAMA and names_it:
        return f"Download it: ollama pull {_literal(profile.redactor.redact(name))}"
    if profile.api_base and not names_it and (url := _with_version(profile.provider, profile.api_base)):
        return f"If its API is at /v1: {{command}} edit {{model}} api_base={_literal(profile.redactor.redact(url))}"
    provider = current_catalog().providers.get(profile.provider)
    if profile.api_base or provider is None or not provider.lists_models:
        return "Check its ID and api_base." if profile.api_base else "Check its ID."
    return f"See its models: aloop models catalog {profile.provider}"


def _step_for_no_connection(kind: FailureKind, profile: ModelProfile) -> str:
    if profile.provider in _OLLAMA and kind is FailureKind.NO_CONNECTION:
        other = ", or correct its URL: {command} edit {model} api_base=URL" if profile.api_base else ""
        return f"Start Ollama: ollama serve{other}"
    if not profile.api_base:
        return "Check the network."
    server = "Check that the server is running, and its URL" if kind is FailureKind.NO_CONNECTION else "Check its URL"
    return f"{server}: {{command}} edit {{model}} api_base=URL"


def _with_version(provider: str, base: str) -> str:
    """Return the URL with `/v1` if LiteLLM adds nothing but the name of the request to it; else an empty text."""
    completion = COMPLETIONS.get(provider, COMPLETIONS["openai"])
    if completion.route != "chat/completions" or "/v1" in base:
        return ""
    return f"{base.strip().rstrip('/')}/v1"


def _literal(text: str) -> str:
    """Return a text that `str.format` leaves as it is."""
    return text.replace("{", "{{").replace("}", "}}")


_STATUS_KINDS = {
    401: FailureKind.WRONG_KEY,
    402: FailureKind.QUOTA,
    403: FailureKind.FORBIDDEN,
    404: FailureKind.UNKNOWN_MODEL,
    408: FailureKind.SERVER,
    413: FailureKind.TOO_LONG,
    429: FailureKind.RATE_LIMIT,
    504: FailureKind.SERVER,
}

_WRONG_KEY = ("api key not valid", "invalid api key", "invalid_api_key", "incorrect api key", "api_key_invalid")
_QUOTA = ("insufficient_quota", "exceeded your current quota", "credit balance", "billing", "out of credit")
_TOO_LONG = (
    "context_length_exceeded",
    "maximum context length",
    "context window",
    "prompt is too long",
    "too many tokens",
)
_NO_TOOLS = (
    "does not support tools",
    "tool use is not supported",
    "does not support function calling",
    "tools are not",
)
_SUPPORT = ("UnsupportedParamsError", "JSONSchemaValidationError")


def _kind(chain: Sequence[BaseException], status: int | None, words: str) -> FailureKind:
    names = {type(item).__name__ for item in chain}
    if any(isinstance(item, socket.gaierror) for item in chain):
        return FailureKind.NAME_NOT_FOUND
    if any(isinstance(item, ssl.SSLError) for item in chain):
        return FailureKind.TLS
    if _has(words, _NO_TOOLS):
        return FailureKind.NO_TOOLS
    if "ContextWindowExceededError" in names or (status in (400, 413, 422) and _has(words, _TOO_LONG)):
        return FailureKind.TOO_LONG
    if names & set(_SUPPORT) or "LLM Provider NOT provided".casefold() in words:
        return FailureKind.NOT_SUPPORTED
    if status in (400, 401, 403, 429) and _has(words, _WRONG_KEY):
        return FailureKind.WRONG_KEY
    if status in (400, 403, 429) and _has(words, _QUOTA):
        return FailureKind.QUOTA
    if status in _STATUS_KINDS:
        return _STATUS_KINDS[status]
    if status is not None:
        return FailureKind.SERVER if status >= 500 else FailureKind.REJECTED
    if any(isinstance(item, TimeoutError) or "Timeout" in type(item).__name__ for item in chain):
        return FailureKind.TIMEOUT
    if names & _CLOSED and not names & _NOT_CONNECTED:
        return FailureKind.NO_RESPONSE
    if any(isinstance(item, ConnectionError) for item in chain) or names & _NOT_CONNECTED:
        return FailureKind.NO_CONNECTION
    if "AuthenticationError" in names:
        return FailureKind.WRONG_KEY
    if names & {"BadRequestError", "UnprocessableEntityError"}:
        return FailureKind.REJECTED
    return FailureKind.OTHER


_TRACEBACK = lazy_re(r"\s*Traceback \(most recent call last\).*", re.DOTALL)
_NOT_CONNECTED = {"ConnectError", "NetworkError", "ClientConnectorError"}
_CLOSED = {"RemoteProtocolError", "ReadError", "WriteError"}


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def _status(chain: Sequence[BaseException]) -> int | None:
    """Return the HTTP status of the response; LiteLLM reports 500 even if there was no response."""
    for item in chain:
        status = getattr(getattr(item, "response", None), "status_code", None)
        if type(item).__name__ in ("HTTPStatusError", "MaskedHTTPStatusError") and isinstance(status, int):
            return status
    if any(name in _NOT_CONNECTED | _CLOSED or "Timeout" in name for name in (type(item).__name__ for item in chain)):
        return None
    own = getattr(chain[0], "status_code", None)
    return own if isinstance(own, int) and own != 500 else None


def _retry_after(chain: Sequence[BaseException]) -> float | None:
    """Return the seconds after which the provider permits a retry; it sends seconds or a date (RFC 9110, 10.2.3)."""
    for item in chain:
        headers: Any = getattr(getattr(item, "response", None), "headers", None)
        value = headers.get("retry-after") if headers is not None else None
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,6}(?:\.[0-9]+)?", value):
            return float(value)
        if isinstance(value, str):
            with suppress(ValueError):
                return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    return None


def _said(chain: Sequence[BaseException], profile: ModelProfile, secrets: Sequence[str]) -> str | None:
    """Return the message of an error without a recorded response, if there is one without secrets."""
    text = _TRACEBACK.sub("", str(getattr(chain[0], "message", "") or chain[0]))
    found = re.search(r"[\"']message[\"']\s*:\s*[\"'](.{1,400}?)[\"']\s*[,}]", text, re.DOTALL)
    text = found[1] if found else re.sub(r"^litellm\.\w+: (?:\w+Exception - )?", "", text)
    return without_secrets(text, profile, secrets)


def _has(words: str, phrases: Sequence[str]) -> bool:
    return any(phrase in words for phrase in phrases)
