"""HTTP requests to this machine, bounded in time and size, without proxies, redirects and credentials."""

from __future__ import annotations

import ipaddress
import json
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from aloop_models.catalog.redaction import redact
from aloop_models.core.lazy_re import lazy_re
from aloop_models.errors import RefusedError

LARGEST = 2 * 1024 * 1024
"""Maximum size of an answer, in bytes."""

_SHORTEST_WAIT = 0.001
_LOCALHOST = ("127.0.0.1", "::1")
"""The name is not looked up, because a hosts file can give it another address."""
_SCHEME = lazy_re(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_EXAMPLE = "http://127.0.0.1:5000"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A port of this machine."""

    host: str
    """An IP address of the loopback interface, or `localhost`."""
    port: int

    @property
    def url(self) -> str:
        """The URL without a path."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer of a server."""

    status: int
    value: object
    """The JSON value; None if the answer is something else, or too large."""


def parse_endpoint(text: str) -> Endpoint:
    """Return the port that a URL or `HOST:PORT` names; a path of `/v1` or `/` is ignored.

    Raises:
        RefusedError: `invalidArguments`: not a URL, not on this machine, or more than host and port.
    """
    given = text.strip()
    scheme = _SCHEME.match(given)
    try:
        parts = urlsplit(given if scheme else f"http://{given}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if not host or "@" in given:
        raise _refusal(f"Not the URL of a local server. Write host and port, such as {_EXAMPLE}.")
    if parts.scheme != "http":
        raise _refusal(f"Only http:// is supported for a local server. Write a URL such as {_EXAMPLE}.")
    if not _is_loopback(host):
        raise _refusal(f"{redact(host)} is not this machine. Only local servers are asked, such as {_EXAMPLE}.")
    if not port:
        raise _refusal(f"The URL has no port. Write host and port, such as {_EXAMPLE}.")
    if parts.path.rstrip("/") not in ("", "/v1") or parts.query or parts.fragment:
        raise _refusal(f"Write only host and port of the server, such as {_EXAMPLE}.")
    return Endpoint(host, port)


def ask(endpoint: Endpoint, path: str, deadline: float, body: dict[str, object] | None = None) -> Reply | None:
    """Send one request and return the answer; None if there is none until the deadline, or if it is not HTTP.

    Args:
        endpoint: Whom to ask.
        path: The path of the request.
        deadline: When to give up, in seconds of `time.monotonic`.
        body: Sent as JSON with POST; None for GET.
    """
    with suppress(OSError, HTTPException, ValueError), _connect(endpoint, deadline) as connected:
        connection = HTTPConnection(endpoint.host, endpoint.port)
        connection.sock = connected
        headers = {"Accept": "application/json", "Connection": "close"}
        data = None if body is None else json.dumps(body)
        more = {} if data is None else {"Content-Type": "application/json"}
        connection.request("GET" if data is None else "POST", path, data, headers | more)
        with connection.getresponse() as response:
            return Reply(response.status, _value_of(response.read(LARGEST + 1)))
    return None


class _BoundedSocket(socket.socket):
    """A socket that is read only until a deadline, however slowly the data arrives."""

    deadline = 0.0

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        """Read as `socket.socket.recv_into`, but not longer than the time that is left."""
        self.settimeout(_time_left(self.deadline))
        return super().recv_into(buffer, nbytes, flags)


def _connect(endpoint: Endpoint, deadline: float) -> socket.socket:
    *others, last = _LOCALHOST if endpoint.host == "localhost" else (endpoint.host,)
    for host in others:
        with suppress(OSError):
            return _connect_to(host, endpoint.port, deadline)
    return _connect_to(last, endpoint.port, deadline)


def _connect_to(host: str, port: int, deadline: float) -> socket.socket:
    connected = _BoundedSocket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    connected.deadline = deadline
    try:
        connected.settimeout(_time_left(deadline))
        connected.connect((host, port))
    except OSError:
        connected.close()
        raise
    return connected


def _time_left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left < _SHORTEST_WAIT:
        raise TimeoutError
    return left


def _value_of(data: bytes) -> object:
    if len(data) > LARGEST:
        return None
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refusal(message: str) -> RefusedError:
    return RefusedError("invalidArguments", message)
