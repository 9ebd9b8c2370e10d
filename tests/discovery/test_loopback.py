"""What is asked of this machine and of no other, and that no answer is awaited for long."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from aloop_models.discovery import loopback
from aloop_models.discovery.loopback import Endpoint, Reply, ask, parse_endpoint
from aloop_models.errors import RefusedError
from support.provider_endpoint import ProviderEndpoint, Raw

Serve = Callable[[dict[str, Raw]], ProviderEndpoint]


def endpoint_of(running: ProviderEndpoint) -> Endpoint:
    return parse_endpoint(running.url)


def soon(seconds: float = 30) -> float:
    return time.monotonic() + seconds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://127.0.0.1:5000", Endpoint("127.0.0.1", 5000)),
        ("127.0.0.1:5000", Endpoint("127.0.0.1", 5000)),
        (" http://LOCALHOST:5000/v1/ ", Endpoint("localhost", 5000)),
        ("localhost:11434/", Endpoint("localhost", 11434)),
        ("http://[::1]:8080/v1", Endpoint("::1", 8080)),
        ("http://127.9.8.7:1", Endpoint("127.9.8.7", 1)),
    ],
)
def test_a_url_of_this_machine(text: str, expected: Endpoint) -> None:
    assert parse_endpoint(text) == expected


def test_the_url_of_an_endpoint() -> None:
    assert [Endpoint(host, 1).url for host in ("localhost", "::1")] == ["http://localhost:1", "http://[::1]:1"]


ELSEWHERE = "{} is not this machine. Only local servers are asked, such as http://127.0.0.1:5000."
NO_URL = "Not the URL of a local server. Write host and port, such as http://127.0.0.1:5000."
NO_PORT = "The URL has no port. Write host and port, such as http://127.0.0.1:5000."
PATH = "Write only host and port of the server, such as http://127.0.0.1:5000."
SCHEME = "Only http:// is supported for a local server. Write a URL such as http://127.0.0.1:5000."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("http://example.com:80", ELSEWHERE.format("example.com")),
        ("http://192.168.0.7:11434", ELSEWHERE.format("192.168.0.7")),
        ("http://0.0.0.0:11434", ELSEWHERE.format("0.0.0.0")),
        ("http://169.254.169.254:80", ELSEWHERE.format("169.254.169.254")),
        ("http://localhost.example.com:80", ELSEWHERE.format("localhost.example.com")),
        ("http://127.0.0.1.nip.io:80", ELSEWHERE.format("127.0.0.1.nip.io")),
        ("http://2130706433:80", ELSEWHERE.format("2130706433")),
        ("http://127.1:80", ELSEWHERE.format("127.1")),
        ("http://0x7f.0.0.1:80", ELSEWHERE.format("0x7f.0.0.1")),
        ("http://[::ffff:10.0.0.1]:80", ELSEWHERE.format("::ffff:10.0.0.1")),
        ("http://person:secret@127.0.0.1:80", NO_URL),
        ("http://127.0.0.1:80@example.com", NO_URL),
        ("http://127.0.0.1:99999", NO_URL),
        ("http://[::1", NO_URL),
        ("", NO_URL),
        ("http://", NO_URL),
        ("http://127.0.0.1", NO_PORT),
        ("localhost", NO_PORT),
        ("http://127.0.0.1:0", NO_PORT),
        ("http://127.0.0.1:80/api/tags", PATH),
        ("http://127.0.0.1:80?x=1", PATH),
        ("https://127.0.0.1:443", SCHEME),
        ("file:///etc/passwd", NO_URL),
        ("ftp://127.0.0.1:21", SCHEME),
    ],
)
def test_everything_else_is_refused(text: str, message: str) -> None:
    with pytest.raises(RefusedError) as refused:
        parse_endpoint(text)
    assert (refused.value.reason, refused.value.message) == ("invalidArguments", message)


def test_the_request_has_no_credentials(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-leak")
    running = serve({"/v1/models": Raw('{"a": 1}'), "/api/show x": Raw("[2]")})
    assert ask(endpoint_of(running), "/v1/models", soon()) == Reply(200, {"a": 1})
    assert ask(endpoint_of(running), "/api/show", soon(), {"model": "x"}) == Reply(200, [2])
    first, second = running.all_received
    assert (first.method, first.headers) == (
        "GET",
        {
            "host": running.url.removeprefix("http://"),
            "accept-encoding": "identity",
            "accept": "application/json",
            "connection": "close",
        },
    )
    assert (second.method, second.key, second.body) == ("POST", None, {"model": "x"})


def test_a_redirect_is_not_followed(serve: Serve) -> None:
    other = serve({"/v1/models": Raw("{}")})
    running = serve({"/v1/models": Raw("", status=302, headers=(("Location", f"{other.url}/v1/models"),))})
    assert ask(endpoint_of(running), "/v1/models", soon()) == Reply(302, None)
    assert other.all_received == []


def test_localhost_is_both_loopback_addresses_and_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", None)
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        with socket.socket(family) as listening:
            try:
                listening.bind((host, 0))
            except OSError:
                pytest.skip(f"this machine has no {host}")
            listening.listen()
            port = listening.getsockname()[1]
            with loopback._connect(Endpoint("localhost", port), soon()) as connected:
                assert connected.getpeername()[:2] == (host, port)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", Reply(200, {})),
        (b"HTTP/1.1 200 OK\r\n\r\n<html>", Reply(200, None)),
        (b"HTTP/1.1 401 No\r\n\r\n\xff\xfe", Reply(401, None)),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"[" * 100_000, Reply(200, None)),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"9" * 5_000, Reply(200, None)),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", Reply(200, {})),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", None),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n{}", None),
        (b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 1_000 + b"\r\n{}", None),
        (b"HTTP/1.1 wrong\r\n\r\n{}", None),
        (b"SSH-2.0-OpenSSH_9.6\r\n", None),
        (b"\x16\x03\x01\x00", None),
        (b"", None),
    ],
)
def test_odd_answers(raw: bytes, expected: Reply | None) -> None:
    with raw_server(lambda peer: peer.sendall(raw)) as endpoint:
        assert ask(endpoint, "/", soon()) == expected


def test_an_endless_answer_is_cut() -> None:
    def flood(peer: socket.socket) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            peer.sendall(b"[" * 65_536)

    with raw_server(flood) as endpoint:
        assert ask(endpoint, "/", soon()) == Reply(200, None)


def hang(peer: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while peer.recv(1):
            pass


def drip(start: bytes) -> Callable[[socket.socket], None]:
    def send(peer: socket.socket) -> None:
        peer.sendall(start)
        while True:
            peer.sendall(b" ")
            time.sleep(0.02)

    return send


@pytest.mark.parametrize(
    "behave",
    [hang, drip(b"HTTP/1.1 200 OK\r\nX:"), drip(b"HTTP/1.1 200 OK\r\n\r\n"), drip(b"HTTP/1.1 100 Continue\r\n\r\n")],
    ids=["silence", "slow header", "slow body", "slow after 100"],
)
def test_the_deadline_ends_everything(behave: Callable[[socket.socket], None]) -> None:
    with raw_server(behave) as endpoint:
        start = time.monotonic()
        assert ask(endpoint, "/", soon(0.3)) is None
        assert 0.25 < time.monotonic() - start < 1


def test_nobody_there() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        assert ask(Endpoint("127.0.0.1", unused.getsockname()[1]), "/", soon()) is None


@contextlib.contextmanager
def raw_server(behave: Callable[[socket.socket], None]) -> Iterator[Endpoint]:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            peer, _ = listening.accept()
            with peer, contextlib.suppress(OSError):
                if behave is not hang:
                    peer.recv(65_536)
                behave(peer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield Endpoint("127.0.0.1", listening.getsockname()[1])
        thread.join(60)
