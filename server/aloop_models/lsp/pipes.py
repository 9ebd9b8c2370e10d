"""Whether the other end of a pipe or socket reads, without waiting for it."""

from __future__ import annotations

import select
import sys

PIECE = 4096
"""Bytes that can be written without blocking when `can_be_written` says so."""


def is_hung_up(number: int) -> bool:
    """Return whether the other end was closed, without reading; false on Windows, which cannot say."""
    if sys.platform == "win32":
        return False
    asked = getattr(select, "POLLRDHUP", 0)
    return bool(_poll(number, asked) & (asked | select.POLLHUP | select.POLLERR | select.POLLNVAL))


def is_read(number: int) -> bool:
    """Return whether the other end of an output can still be read by anyone; true on Windows, which cannot say."""
    if sys.platform == "win32":
        return True
    # Without POLLRDHUP: the other end of a socket may have closed only what it writes.
    return not _poll(number, 0) & (select.POLLHUP | select.POLLERR | select.POLLNVAL)


def can_be_written(number: int) -> bool:
    """Return whether a few bytes can be written without blocking; false on Windows, which cannot say."""
    if sys.platform == "win32":
        return False
    return _poll(number, select.POLLOUT) == select.POLLOUT


if sys.platform != "win32":

    def _poll(number: int, events: int) -> int:
        poll = select.poll()
        poll.register(number, events)
        return next((found for _, found in poll.poll(0)), 0)
