"""The open documents of an editor, laid over the files on the disk."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from aloop_models.core.lines import Lines
from aloop_models.errors import InvalidArgumentsError
from aloop_models.workspace.read import text_of


def path_of_uri(uri: str) -> Path | None:
    """The absolute path a `file:` URI names, else None."""
    # Imported here, for it brings an HTTP client along, which takes a tenth of the command line's start.
    from urllib.request import url2pathname

    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        return None
    return Path(url2pathname(parts.path))


def path_named(uri: str) -> Path:
    """The absolute path that a command's `uri` names.

    Raises:
        InvalidArgumentsError: it names no file.
    """
    try:
        path = path_of_uri(uri)
    except ValueError:
        path = None
    if path is None or not path.is_absolute() or "\0" in str(path):
        raise InvalidArgumentsError("invalidArguments", "'uri' has to be a file: URI of a models.yaml.")
    return path


@dataclass
class Buffer:
    """One open document: the newest text the editor told us."""

    uri: str
    path: Path | None
    version: int
    text: str
    differs: bool
    """Whether it was changed since the last open or save, or differed from the disk when it was opened."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set at every change and at the close, for whoever waits for one."""
    on_disk: str | None = None
    """What the file held when it was last looked at or saved; None where that is not known."""
    _lines: Lines | None = None

    @property
    def lines(self) -> Lines:
        """The lines of the newest text."""
        if self._lines is None:
            self._lines = Lines(self.text)
        return self._lines

    def is_unsaved(self) -> bool:
        """Whether it holds something of the person's that the file does not; the file is read where that is not sure.

        Raises:
            FileError: the file is there and cannot be read.
        """
        return self.differs and (self.path is None or self.text != text_of(self.path))

    def replace(self, version: int, text: str) -> None:
        """Put the newer text in place."""
        self.version, self.text, self._lines = version, text, None


class Buffers:
    """All open documents, by URI; one file has one buffer, however its URI is written."""

    def __init__(self) -> None:
        self._by_uri: dict[str, Buffer] = {}

    def __iter__(self) -> Iterator[Buffer]:
        return iter(list(self._by_uri.values()))

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files that are open, in the order in which they were opened."""
        return tuple(buffer.path for buffer in self if buffer.path)

    def open(self, uri: str, version: int, text: str, *, differs: bool) -> Buffer:
        """A document was opened; `differs` tells whether its text is not the file's."""
        buffer = Buffer(uri, path_of_uri(uri), version, text, differs)
        self._by_uri[_name(uri)] = buffer
        return buffer

    def get(self, uri: str) -> Buffer | None:
        """The open document of that URI, or None."""
        return self._by_uri.get(_name(uri))

    def of_path(self, path: Path) -> Buffer | None:
        """The open document of that file (links resolved), or None."""
        real = path.resolve()
        fits = (item for item in self if item.path and (item.path == path or item.path.resolve() == real))
        return next(fits, None)

    def change(self, buffer: Buffer, version: int, text: str) -> None:
        """The editor changed the text, or took that of the file because another program had changed it."""
        buffer.replace(version, text)
        buffer.differs = text != buffer.on_disk
        self._wake(buffer)

    def seen(self, buffer: Buffer, text: str | None) -> None:
        """The file was looked at and held this text; a buffer that holds the same has nothing unsaved."""
        buffer.on_disk = text
        if buffer.text == text:
            buffer.differs = False

    def saved(self, buffer: Buffer) -> None:
        """The editor wrote the text to the file."""
        buffer.on_disk = buffer.text
        buffer.differs = False
        self._wake(buffer)

    def close(self, uri: str) -> Buffer | None:
        """The document was closed; what was not saved is gone."""
        buffer = self._by_uri.pop(_name(uri), None)
        if buffer:
            self._wake(buffer)
        return buffer

    def _wake(self, buffer: Buffer) -> None:
        waiting, buffer.changed = buffer.changed, asyncio.Event()
        waiting.set()


def _name(uri: str) -> str:
    return unquote(uri)
