"""The open documents of an editor, which take precedence over the files on disk."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from aloop_models.catalog.redaction import redact
from aloop_models.core.lines import Lines
from aloop_models.errors import FileError, InvalidArgumentsError
from aloop_models.workspace.locate import is_blank
from aloop_models.workspace.paths import exists, real_path
from aloop_models.workspace.read import text_of

if TYPE_CHECKING:
    import asyncio


def path_of_uri(uri: str) -> Path | None:
    """Return the absolute path of a `file:` URI; None for any other URI, and if no file can have this path."""
    try:
        parts = urlsplit(uri)
        if parts.scheme != "file" or not parts.path.startswith("/"):
            return None
        if sys.platform != "win32":
            # A name need not be UTF-8; this is the opposite of `Path.as_uri`.
            name = os.fsdecode(unquote_to_bytes(os.fsencode(parts.path)))
            return possible_path(name) if parts.netloc.lower() in ("", "localhost") else None
    except ValueError:
        return None
    # Imported here, because it imports an HTTP client.
    from urllib.request import url2pathname

    # Only Windows opens the files of another computer or of WSL by their host: \\\\wsl.localhost\\Ubuntu\\home.
    host = "" if parts.netloc.lower() in ("", "localhost") else f"//{parts.netloc}"
    return possible_path(url2pathname(f"{host}{parts.path}"))


def possible_path(path: str) -> Path | None:
    """Return the path; None if no file can have it, because of a NUL or a lone surrogate."""
    try:
        return None if b"\0" in os.fsencode(path) else Path(path)
    except UnicodeEncodeError:
        return None


def path_named(uri: str) -> Path:
    """Return the absolute path of a command's `uri`.

    Raises:
        InvalidArgumentsError: `uri` is not the URI of a file.
        FileError: `cannotRead`: the file is on another computer.
    """
    try:
        path = path_of_uri(uri)
        host = urlsplit(uri).hostname if path is None and uri.startswith("file:") else None
    except ValueError:
        path = host = None
    if host:
        raise FileError(
            "cannotRead",
            f"Commands cannot use this file, because it is on {redact(host)}. Edit it in the editor, or open its "
            "folder on that system (for WSL or SSH: in a remote window).",
        )
    if path is None or not path.is_absolute():
        raise InvalidArgumentsError("invalidArguments", "'uri' must be the file: URI of a models.yaml.")
    # Folders are created for a new file, but not those that `..` leaves.
    return real_path(path.parent) / path.name if os.pardir in path.parts else path


@dataclass
class Buffer:
    """One open document with the newest text from the editor."""

    uri: str
    path: Path | None
    version: int
    text: str
    differs: bool
    """Whether the text may differ from the file: it was opened or changed, and the file was not found to have it since.

    When the editor says that it has saved, it may have saved an older text. A text that the file had before may be back
    because a person has undone that the editor reloaded the file.
    """
    is_open: bool = True
    """Whether it was not closed; a document that is opened again is another buffer."""
    changed: asyncio.Event = field(default_factory=lambda: _new_event())
    """Set at every change and when the document is closed."""
    on_disk: str | None = None
    """The file's text when it was last read; None if unknown."""
    _lines: Lines | None = None

    @property
    def lines(self) -> Lines:
        """The lines of the newest text."""
        if self._lines is None:
            self._lines = Lines(self.text)
        return self._lines

    def is_unsaved(self) -> bool:
        """Return whether the text differs from the file, or is all that is left of it; the file is read if necessary.

        Raises:
            FileError: the file exists and cannot be read.
        """
        if self.path is None:
            return self.differs
        if self.differs:
            return self.text != text_of(self.path)
        return bool(self.text.strip()) and (not exists(self.path) or is_blank(self.path))

    def replace(self, version: int, text: str) -> None:
        """Replace the text by a newer version."""
        self.version, self.text, self._lines = version, text, None


class Buffers:
    """All open documents by URI; a file has one buffer, however its URI is encoded."""

    def __init__(self) -> None:
        self._by_uri: dict[str, Buffer] = {}
        self.revision = 0
        """Increases whenever a document is opened or closed."""

    def __iter__(self) -> Iterator[Buffer]:
        return iter(list(self._by_uri.values()))

    @property
    def paths(self) -> tuple[Path, ...]:
        """The open files, in the order in which they were opened."""
        return tuple(buffer.path for buffer in self if buffer.path)

    def open(self, uri: str, version: int, text: str, *, differs: bool) -> Buffer:
        """Record that a document was opened; `differs` says whether its text differs from the file."""
        buffer = Buffer(uri, path_of_uri(uri), version, text, differs)
        self._by_uri[_name(uri)] = buffer
        self.revision += 1
        return buffer

    def get(self, uri: str) -> Buffer | None:
        """Return the open document with this URI, or None."""
        return self._by_uri.get(_name(uri))

    def of_path(self, path: Path) -> Buffer | None:
        """Return the open document of this file (links resolved), one with unsaved changes first, or None."""
        real = real_path(path)
        fits = [item for item in self if item.path and (item.path == path or real_path(item.path) == real)]
        return next((item for item in fits if item.differs), fits[0] if fits else None)

    def change(self, buffer: Buffer, version: int, text: str) -> None:
        """Record that the editor changed the text, or reloaded it from the file."""
        buffer.replace(version, text)
        buffer.differs = buffer.differs or text != buffer.on_disk
        self._wake(buffer)

    def seen(self, buffer: Buffer, text: str | None) -> None:
        """Record the text of the file; a buffer with the same text has no unsaved changes."""
        buffer.on_disk = text
        if buffer.text == text:
            buffer.differs = False

    def saved(self, buffer: Buffer) -> None:
        """Record that the editor saved a text to the file, perhaps an older one."""
        self._wake(buffer)

    def close(self, uri: str) -> Buffer | None:
        """Record that the document was closed; unsaved changes are lost."""
        buffer = self._by_uri.pop(_name(uri), None)
        if buffer:
            self.revision += 1
            buffer.is_open = False
            self._wake(buffer)
        return buffer

    def _wake(self, buffer: Buffer) -> None:
        waiting, buffer.changed = buffer.changed, _new_event()
        waiting.set()


def _new_event() -> asyncio.Event:
    # Imported here, because it takes a fifth of the command line's start time, which has no buffers.
    import asyncio

    return asyncio.Event()


def _name(uri: str) -> str:
    # Bytes that are not UTF-8 stay different.
    return unquote(uri, errors="surrogateescape")
