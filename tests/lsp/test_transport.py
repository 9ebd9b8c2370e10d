"""Frames are cut the same however the bytes arrive, and what is no frame ends the stream."""

import asyncio
import json
import os
import socket
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aloop_models.errors import FrameError
from aloop_models.lsp import transport
from aloop_models.lsp.transport import Inbox, Outbox
from aloop_models.sessions.framing import MAX_FRAME, Frames
from support.server import LIMIT

LINES = "a header whose lines do not end with CR LF"
BODIES = st.lists(st.binary(max_size=60) | st.text(max_size=20).map(str.encode), max_size=6)
HEADERS = st.sampled_from(
    [
        b"Content-Length: %d\r\n\r\n",
        b"content-length:%d\r\n\r\n",
        b"Content-Length: \t%d \r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n",
        b"Content-Type: application/vscode-jsonrpc\r\nCONTENT-LENGTH: %d\r\n\r\n",
    ]
)


def framed(body: bytes, header: bytes = b"Content-Length: %d\r\n\r\n") -> bytes:
    return header % len(body) + body


@given(bodies=BODIES, data=st.data())
def test_any_cut_of_the_bytes_gives_the_same_bodies(bodies: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(framed(body, data.draw(HEADERS)) for body in bodies)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=12)))
    frames, found = Frames(), list[bytes]()
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += frames.feed(stream[start:end])
    assert found == bodies


@given(bodies=BODIES)
def test_one_byte_at_a_time_gives_the_same_bodies(bodies: list[bytes]) -> None:
    frames = Frames()
    stream = b"".join(map(framed, bodies))
    assert [body for index in range(len(stream)) for body in frames.feed(stream[index : index + 1])] == bodies


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"Content-Type: x\r\n\r\n{}", "a header without a length"),
        (b"Content-Length: \r\n\r\n{}", "a header without a length"),
        (b"Content-Length: -2\r\n\r\n{}", "a header without a length"),
        (b"Content-Length: 0x10\r\n\r\n{}", "a header without a length"),
        (b"Content-Length: 2 2\r\n\r\n{}", "a header without a length"),
        (b"X-Content-Length: 2\r\n\r\n{}", "a header without a length"),
        (b"Content-Length: 9999999999999\r\n\r\n", "a header without a length"),
        (b"Content-Length: %d\r\n\r\n" % (MAX_FRAME + 1), "a message of more than 64 MB"),
        (b"Content-Length: 999999999999\r\n\r\n", "a message of more than 64 MB"),
        (b"x" * 8193, "a header without an end"),
        (b"Content-Length: 2\n\n{}", LINES),
        (b"Content-Length: 2\n\n{}Content-Length: 2\r\n\r\n{}", LINES),
        (b"Content-Length: 2\r\n\n{}", LINES),
        (b"Content-Length: 2\n\r\n{}", LINES),
        (b"Content-Length: 2\r\r{}", LINES),
        (b"\n\n", LINES),
    ],
)
def test_what_is_no_frame_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(FrameError, match=f"^{reason}$"):
        list(Frames().feed(data))


def test_the_largest_message_is_let_in() -> None:
    assert MAX_FRAME == 64 * 1024 * 1024
    frames = Frames()
    assert list(frames.feed(b"Content-Length: %d\r\n\r\n" % MAX_FRAME)) == []
    body = bytes(MAX_FRAME)
    assert list(frames.feed(body)) == [body]


def test_a_header_that_is_not_whole_yet_is_waited_for() -> None:
    assert list(Frames().feed(b"Content-Length: 2\r\n\r")) == []


@given(noise=st.binary(max_size=300))
def test_noise_gives_bodies_or_is_refused(noise: bytes) -> None:
    frames = Frames()
    try:
        bodies = list(frames.feed(noise))
    except FrameError:
        return
    assert sum(map(len, bodies)) <= len(noise)


async def received(data: bytes) -> tuple[list[Any], str | None]:
    """What an inbox hands over of a stream that ends after the data, and what was wrong with it."""
    reading, writing = os.pipe()
    messages = list[Any]()
    with os.fdopen(reading, "rb") as stream:
        inbox = Inbox(stream)
        with os.fdopen(writing, "wb", buffering=0) as pipe:
            pipe.write(data)
        while (message := await asyncio.wait_for(inbox.next(), 60)) is not None:
            messages.append(message)
        assert inbox.is_empty()
    return messages, str(inbox.error) if inbox.error else None


async def test_messages_come_in_their_order() -> None:
    sent = [{"id": number, "text": "é🎉"} for number in range(50)]
    data = b"".join(framed(json.dumps(message).encode()) for message in sent)
    assert await received(data) == (sent, None)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"text"', b"null", b"\xff\xfe\x00", b"[" * 100_000, b"[{}]", b'{"id":' + b"9" * 5000 + b"}"],
)
async def test_what_is_no_message_does_not_stop_the_next(body: bytes) -> None:
    unreadable = {"jsonrpc": "2.0", "id": None, "method": "$/unreadable"}
    assert await received(framed(body) + framed(b'{"id":1}')) == ([unreadable, {"id": 1}], None)


async def test_messages_before_a_bad_frame_are_handed_over() -> None:
    data = framed(b'{"id":1}') + b"noise\r\n\r\n" + framed(b'{"id":2}')
    assert await received(data) == ([{"id": 1}], "a header without a length")


async def test_a_frame_that_is_cut_off_is_dropped() -> None:
    assert await received(framed(b'{"id":1}') + framed(b'{"id":2}')[:-1]) == ([{"id": 1}], None)


async def test_what_the_client_does_not_read_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MOST_UNREAD", 100_000)
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb", buffering=0) as stream, os.fdopen(reading, "rb", buffering=0) as client:
        output, sent = Outbox(stream), b""
        for number in range(100):
            data = b"%d" % number * 5_000
            output.write(data)
            sent += data
        room = asyncio.create_task(output.wait_for_room())
        done, _ = await asyncio.wait({room}, timeout=0.1)
        assert not done
        received = await asyncio.to_thread(lambda: b"".join(iter_of(client, len(sent))))
        await asyncio.wait_for(room, 60)
        await asyncio.to_thread(output.flush)
        assert received == sent


def iter_of(client: Any, count: int) -> Iterator[bytes]:
    """The next bytes, piece by piece."""
    while count:
        data = client.read(count)
        count -= len(data)
        yield data


async def test_only_the_start_of_a_long_message_is_written_by_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long one would keep the event loop for as long as the client reads it."""
    reading, writing = os.pipe()
    write, writers, received = os.write, list[tuple[str, int]](), b""

    def counted(number: int, data: bytes) -> int:
        writers.append((threading.current_thread().name, len(data)))
        return write(number, data)

    monkeypatch.setattr(os, "write", counted)
    with os.fdopen(reading, "rb", buffering=0) as pipe, os.fdopen(writing, "wb", buffering=0) as stream:
        output = Outbox(stream)
        messages = [b"a" * 1_000, b"b" * 300_000, b"c" * 1_000]
        output.write(messages[0])
        assert {name for name, _ in writers} == {threading.current_thread().name}
        writers.clear()
        for message in messages[1:]:
            output.write(message)
        while len(received) < sum(map(len, messages)):
            received += pipe.read(65536)
        output.close()
    assert received == b"".join(messages)
    assert sum(size for name, size in writers if name != "outbox") <= 64 * 1024
    assert sum(size for _, size in writers) == 301_000


async def test_a_client_that_is_gone_is_noticed_once() -> None:
    gone = list[str]()
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb", buffering=0) as stream:
        output = Outbox(stream, lambda: gone.append("gone"))
        for _ in range(3):
            output.write(b"x" * 100_000)
        output.flush()
        await output.wait_for_room()
    assert gone == ["gone"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot say")
async def test_a_client_that_is_gone_is_noticed_without_a_message() -> None:
    gone = threading.Event()
    ours, theirs = socket.socketpair()
    with ours, os.fdopen(os.dup(ours.fileno()), "wb", buffering=0) as stream:
        output = Outbox(stream, gone.set)
        # Node.js closes this direction of the socket of its child's standard output, and reads the other one.
        theirs.shutdown(socket.SHUT_WR)
        assert not await asyncio.to_thread(gone.wait, 3 * transport._CHECK_SECONDS)
        output.write(b"still read")
        assert theirs.recv(100) == b"still read"
        theirs.close()
        assert await asyncio.to_thread(gone.wait, LIMIT)


async def test_too_much_that_is_not_read_ends_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "_MOST_UNSENT", 100_000)
    ended = list[str]()
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb", buffering=0) as stream:
        output = Outbox(stream, lambda: ended.append("ended"))
        output.write(b"x" * 150_000)
        assert ended == []
        output.write(b"x" * 150_000)
        output.flush()
        os.close(reading)
    assert ended == ["ended"]


async def test_stdin_is_not_read_while_too_much_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MOST_WAITING", 100_000)
    reading, writing = os.pipe()
    message = framed(json.dumps({"id": 1, "text": "x" * 10_000}).encode())
    codes = list[int]()
    with os.fdopen(reading, "rb") as stream, os.fdopen(writing, "wb", buffering=0) as client:
        inbox = Inbox(stream, codes.append)
        writer = threading.Thread(target=lambda: [client.write(message) for _ in range(100)], daemon=True)
        writer.start()
        writer.join(0.3)
        assert writer.is_alive()
        for _ in range(100):
            assert (await asyncio.wait_for(inbox.next(), 60) or {})["id"] == 1
        await asyncio.to_thread(writer.join, 60)
        client.close()
        assert await asyncio.wait_for(inbox.next(), 60) is None
    assert codes == [1]


@pytest.mark.parametrize("body", [b"", b"{}", b'{"method":"a"}'])
async def test_short_messages_count_with_what_they_take_in_memory(monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    monkeypatch.setattr(transport, "MOST_WAITING", 100_000)
    reading, writing = os.pipe()
    sent = 20_000
    # One reading takes 64 KB, and can be the one that exceeds the limit.
    most = 100_000 // 512 + 65536 // len(framed(body)) + 1
    with os.fdopen(reading, "rb") as stream, os.fdopen(writing, "wb", buffering=0) as client:
        inbox = Inbox(stream)
        writer = threading.Thread(target=lambda: client.write(framed(body) * sent), daemon=True)
        writer.start()
        while inbox._room.wait(0) and len(inbox._waiting) < sent:
            await asyncio.sleep(0.001)
        assert len(inbox._waiting) <= most
        for _ in range(sent):
            assert await asyncio.wait_for(inbox.next(), 60) is not None
            assert len(inbox._waiting) <= most
        await asyncio.to_thread(writer.join, 60)
    assert inbox.is_empty()


@pytest.mark.parametrize(
    ("methods", "code"), [(["shutdown", "exit"], 0), (["exit"], 1), (["initialized"], 1), (["shutdown"], 1)]
)
async def test_exit_is_noticed_before_it_is_handled(methods: list[str], code: int) -> None:
    reading, writing = os.pipe()
    codes = list[int]()
    with os.fdopen(reading, "rb") as stream:
        inbox = Inbox(stream, codes.append)
        with os.fdopen(writing, "wb", buffering=0) as pipe:
            for method in methods:
                number = {"id": 1} if method == "shutdown" else {}
                pipe.write(framed(json.dumps({"method": method, **number}).encode()))
        while await asyncio.wait_for(inbox.next(), 60) is not None:
            pass
    assert codes[0] == code
