"""Why a model did not answer, as a kind and a message, without secrets in the provider's text.

LiteLLM's errors are classified by status, cause and text, so this module does not import litellm.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Any

from aloop_models.catalog.redaction import MASK, redact, redactor_for
from aloop_models.catalog.urls import host_of_url
from aloop_models.errors import AloopError
from aloop_models.llm.answer import Answer, Usage
from aloop_models.llm.profile import ModelProfile
from aloop_models.llm.response_record import ResponseRecord

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
    NAME_NOT_FOUND = "nameNotFound"
    TLS = "tls"
    NOT_SUPPORTED = "notSupported"
    EMPTY = "emptyAnswer"
    MAX_TOKENS = "maxTokensReached"
    REFUSED = "refusedToAnswer"
    BROKEN_OFF = "brokenOff"
    OTHER = "other"


_MAY_PASS = frozenset({FailureKind.RATE_LIMIT, FailureKind.SERVER, FailureKind.NO_CONNECTION})
_SHORT_REASONS = {
    FailureKind.RATE_LIMIT: "rate limit",
    FailureKind.SERVER: "server error",
    FailureKind.TIMEOUT: "timeout",
    FailureKind.NO_CONNECTION: "no connection",
    FailureKind.NAME_NOT_FOUND: "no connection",
}
"""The kinds after which another model may answer instead, if there was no response."""

_UNREADABLE = frozenset({FailureKind.OTHER, FailureKind.REJECTED, FailureKind.NOT_SUPPORTED, FailureKind.SERVER})
"""The kinds that mean, after a successful status, that LiteLLM could not read the body."""

_QUOTED = frozenset(
    {FailureKind.REJECTED, FailureKind.NOT_SUPPORTED, FailureKind.UNKNOWN_MODEL, FailureKind.SERVER, FailureKind.OTHER}
)
"""The kinds for which the provider's message is shown."""


class ModelError(AloopError):
    """A request that a model did not answer. Its text is for people, contains no secret, and says what to do next."""

    seconds: float | None = None
    """Seconds from the sending of the request to the failure; None if nothing was sent."""
    setup: float = 0.0
    """As in `Answer`."""
    usage: Usage = Usage()
    """What the request has used all the same, as far as known."""

    def __init__(
        self, kind: FailureKind, message: str, retry_after: float | None = None, status: int | None = None
    ) -> None:
        super().__init__(kind, message)
        self.kind = kind
        self.message = message
        self.retry_after = retry_after
        """Seconds after which to retry, if the provider said so."""
        self.status = status
        """The HTTP status of the response, if there was one."""

    def __str__(self) -> str:
        return self.message

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
    status = _status(chain)
    words = " ".join((*map(str, chain), record.words() if record else "")).casefold()
    kind = _kind(chain, status, words)
    said = _words(record, profile, secrets) or _said(chain, profile, secrets)
    if has_text and kind in _MAY_PASS | _UNREADABLE:
        host = host_of(profile)
        message = f"The connection to {host} was lost while {profile.display_name} was answering."
        ending = "" if kind in _MAY_PASS or not said else f" {_quoted(said)}"
        return ModelError(FailureKind.BROKEN_OFF, f"{message}{ending} Try again.")
    if record is not None and record.status is not None and record.status < 300 and kind in _UNREADABLE:
        return _empty(f"{profile.display_name} sent an unreadable answer", profile, secrets, record)
    if kind is FailureKind.WRONG_KEY and profile.api_key is None:
        model = profile.shown_id
        message = (
            f"{host_of(profile)} requires an API key for {profile.display_name}{f' ({status})' if status else ''}."
        )
        return ModelError(kind, f"{message} Set one: aloop models key {model}", status=status)
    message = _MESSAGES[kind].format(
        name=profile.display_name,
        model=profile.shown_id,
        host=host_of(profile),
        timeout=f"{profile.timeout:g}",
        status=f" ({status})" if status else "",
        error=type(error).__name__,
    )
    if kind in _QUOTED and said:
        message += f" {_quoted(said)}"
    return ModelError(kind, message, _retry_after(chain), status)


def empty_answer(answer: Answer, profile: ModelProfile, secrets: Sequence[str], record: ResponseRecord) -> ModelError:
    """Return the failure for an answer without text and tool calls."""
    name, response = profile.display_name, _response(profile, record)
    refusal = without_secrets(record.refusal(), profile, secrets)
    if refusal:
        message = f"{name} refused to answer{response}. {_quoted(refusal)}"
        return ModelError(FailureKind.REFUSED, f"{message} Rephrase the question, or use another model.")
    if answer.finish == "content_filter":
        message = f"The provider's content filter blocked the answer of {name}{response}."
        return ModelError(FailureKind.REFUSED, f"{message} Rephrase the question, or use another model.")
    if answer.finish == "length":
        message = f"{name} reached max_tokens before it wrote an answer{response}. Increase max_tokens in its entry."
        return ModelError(FailureKind.MAX_TOKENS, message)
    what = "only reasoning and no answer" if answer.message.get("reasoning_content") else "an empty answer"
    return _empty(f"{name} sent {what}", profile, secrets, record)


def timed_out(profile: ModelProfile) -> ModelError:
    """Return the failure of a request that exceeded the profile's timeout."""
    message = _MESSAGES[FailureKind.TIMEOUT].format(name=profile.display_name, timeout=f"{profile.timeout:g}")
    return ModelError(FailureKind.TIMEOUT, message)


def too_long(profile: ModelProfile) -> ModelError:
    """Return the failure of an answer that was stopped at the limit before it had text."""
    message = f"{host_of(profile)} sent a response without end instead of an answer of {profile.display_name}."
    return ModelError(FailureKind.OTHER, f"{message} The request was stopped. Check api_base and the model.")


def host_of(profile: ModelProfile) -> str:
    """Return the name of the server for people: the host of `api_base`, else the provider."""
    return redact(host_of_url(profile.api_base or "") or profile.provider or "the provider")


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
    kind = profile.redactor.redact(record.summary)
    return f" ({host_of(profile)}: {kind})" if kind else f" ({host_of(profile)})"


def _words(record: ResponseRecord | None, profile: ModelProfile, secrets: Sequence[str]) -> str | None:
    return without_secrets(record.words(), profile, secrets) if record is not None else None


def _quoted(said: str) -> str:
    return f"Response: {said}" if said.endswith((".", "!", "?", "…")) else f"Response: {said}."


_MESSAGES = {
    FailureKind.WRONG_KEY: "{host} rejected the API key of {name}{status}. Set another key: /model key, or aloop models"
    " key.",
    FailureKind.FORBIDDEN: "The API key of {name} has no access to this model{status}. Ask {host} for access, or use"
    " another model.",
    FailureKind.UNKNOWN_MODEL: "{host} does not have the model {model}{status}. Check its ID and api_base.",
    FailureKind.QUOTA: "The account for {name} has no credit or quota left{status}. Top it up at {host}.",
    FailureKind.RATE_LIMIT: "Rate limited by {host} ({name}). Wait a moment, then try again.",
    FailureKind.TOO_LONG: "The conversation is too long for {name}{status}. Use /clear, or a model with a larger"
    " context window.",
    FailureKind.NO_TOOLS: "{name} does not support tools{status}.",
    FailureKind.REJECTED: "{host} rejected the request to {name}{status}. Check the fields of its entry.",
    FailureKind.SERVER: "{host} had a server error and did not answer for {name}{status}. Try again later.",
    FailureKind.TIMEOUT: "{name} did not answer within {timeout} seconds. If it needs longer, increase timeout in its"
    " entry.",
    FailureKind.NO_CONNECTION: "Cannot connect to {host} ({name}). Check that the server is running, the network, and"
    " api_base.",
    FailureKind.NAME_NOT_FOUND: "Cannot find the host {host} ({name}). Check api_base and the network.",
    FailureKind.TLS: "Cannot connect securely to {host} ({name}): its TLS version or certificate was not accepted."
    " Check api_base, or set SSL_CERT_FILE to your certificate authority.",
    FailureKind.NOT_SUPPORTED: "LiteLLM does not support this request to {name}. Check the provider and fields of its"
    " entry.",
    FailureKind.OTHER: "{name} did not answer ({error}{status}). Try again, or test it: aloop models test.",
}

_STATUS_KINDS = {
    401: FailureKind.WRONG_KEY,
    402: FailureKind.QUOTA,
    403: FailureKind.FORBIDDEN,
    404: FailureKind.UNKNOWN_MODEL,
    408: FailureKind.TIMEOUT,
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
    if any(isinstance(item, ConnectionError) for item in chain) or names & _CONNECTION:
        return FailureKind.NO_CONNECTION
    if "AuthenticationError" in names:
        return FailureKind.WRONG_KEY
    if names & {"BadRequestError", "UnprocessableEntityError"}:
        return FailureKind.REJECTED
    return FailureKind.OTHER


_CONNECTION = {"ConnectError", "RemoteProtocolError", "ReadError", "WriteError", "NetworkError", "ClientConnectorError"}


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
    if any(name in _CONNECTION or "Timeout" in name for name in (type(item).__name__ for item in chain)):
        return None
    own = getattr(chain[0], "status_code", None)
    return own if isinstance(own, int) and own != 500 else None


def _retry_after(chain: Sequence[BaseException]) -> float | None:
    for item in chain:
        headers: Any = getattr(getattr(item, "response", None), "headers", None)
        value = headers.get("retry-after") if headers is not None else None
        if isinstance(value, str) and re.fullmatch(r"\d{1,6}(?:\.\d+)?", value):
            return float(value)
    return None


def _said(chain: Sequence[BaseException], profile: ModelProfile, secrets: Sequence[str]) -> str | None:
    """Return the provider's message, if there is one without secrets."""
    text = str(getattr(chain[0], "message", "") or chain[0])
    found = re.search(r"[\"']message[\"']\s*:\s*[\"'](.{1,400}?)[\"']\s*[,}]", text, re.DOTALL)
    text = found[1] if found else re.sub(r"^litellm\.\w+: (?:\w+Exception - )?", "", text)
    return without_secrets(text, profile, secrets)


def _has(words: str, phrases: Sequence[str]) -> bool:
    return any(phrase in words for phrase in phrases)
