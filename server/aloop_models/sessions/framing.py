"""LSP framing: a header with the length, then a JSON body. It does not import pygls, so that agents start fast."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from aloop_models.core.lazy_re import lazy_re
from aloop_models.errors import FrameError

MAX_FRAME = 64 * 1024 * 1024
"""Maximum bytes of one message; a larger one ends the connection."""

_MAX_HEADER = 8 * 1024
_LENGTH = lazy_re(rb"^content-length:[ \t]*(\d{1,12})[ \t]*$", re.IGNORECASE | re.MULTILINE)

_HEADER_END = lazy_re(rb"\r\n\r\n|\n\r?\n|\r\r")
"""Matches an empty line; a header must end with the first alternative."""

Message = dict[str, Any]


class Frames:
    """Splits a stream of bytes into the bodies of its frames."""

    def __init__(self, most: int = MAX_FRAME) -> None:
        self._bytes = bytearray()
        self._length: int | None = None
        self._most = most

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield the bodies that this data completes.

        Raises:
            FrameError: a header without a length, an end or CR LF, or a length above the limit.
        """
        self._bytes += data
        while True:
            if self._length is None and not self._read_header():
                return
            assert self._length is not None
            if len(self._bytes) < self._length:
                return
            body = bytes(self._bytes[: self._length])
            del self._bytes[: self._length]
            self._length = None
            yield body

    def _read_header(self) -> bool:
        empty_line = _HEADER_END.search(self._bytes, 0, _MAX_HEADER)
        if empty_line is None:
            if len(self._bytes) > _MAX_HEADER:
                raise FrameError("a header without an end")
            return False
        if empty_line[0] != b"\r\n\r\n":
            raise FrameError("a header whose lines do not end with CR LF")
        end = empty_line.start()
        found = _LENGTH.search(bytes(self._bytes[:end]).replace(b"\r", b""))
        if not found:
            raise FrameError("a header without a length")
        self._length = int(found[1])
        if self._length > self._most:
            raise FrameError(f"a message of more than {self._most // (1024 * 1024)} MB")
        del self._bytes[: end + 4]
        return True


def parse_message(body: bytes) -> Message | None:
    """Return the JSON object of a body; None if it is not a JSON object.

    NaN and numbers that are too large, which Python would write as no JSON in an answer, are read as null.
    """
    try:
        message: object = json.loads(body, parse_float=_finite, parse_constant=_finite)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None  # pyright: ignore[reportUnknownVariableType]


def _finite(number: str) -> float | None:
    value = float(number)
    return value if math.isfinite(value) else None


def frame_message(message: Message) -> bytes:
    """Return a message with its header, as bytes."""
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
