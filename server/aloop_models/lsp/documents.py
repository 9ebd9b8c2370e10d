"""The open documents of one connection: their text, their place on disk and their diagnostics."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from aloop_models.core.changed_lines import ChangedLines
from aloop_models.core.document import Document
from aloop_models.core.lines import Encoding, Position
from aloop_models.core.text import Edit, Span, apply_edits
from aloop_models.errors import FileError, InvalidArgumentsError
from aloop_models.features.diagnostics import Diagnostics, diagnose, most_severe
from aloop_models.lsp import log
from aloop_models.lsp.capabilities import Capabilities
from aloop_models.lsp.convert import Json, PositionConverter, lsp_diagnostic, lsp_more_problems
from aloop_models.lsp.worker import LARGE_TEXT
from aloop_models.snapshot import Place, Snapshot
from aloop_models.workspace.buffers import Buffer
from aloop_models.workspace.place import place_of
from aloop_models.workspace.save import read_file
from aloop_models.workspace.workspace import Workspace

MOST_SENT = 1_000
"""Maximum number of diagnostics of one document that are sent to the client."""


@dataclass
class _OpenDocument:
    """The state of an open document besides its text."""

    place: Place | None = None
    """None until the file was read from disk; no diagnostics are published before that."""
    started: int = 0
    """The number of readings that were started."""
    newest: int = 0
    """The number of the reading that the place is from."""


class Documents:
    """Stores the texts and computes their diagnostics; sends nothing to the client."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._buffers = workspace.buffers
        self._open: dict[str, _OpenDocument] = {}
        self._unplaced: set[str] = set()
        """The documents whose file was not read yet."""

    def open(self, uri: str, version: int, text: str) -> Buffer:
        """Open a document; it counts as unsaved until the file was read from disk."""
        buffer = self._buffers.open(uri, version, text, differs=True)
        self._open[buffer.uri] = _OpenDocument()
        self._unplaced.add(buffer.uri)
        return buffer

    def change(self, params: object, capabilities: Capabilities) -> str | None:
        """Apply a didChange to the text; return the document's URI, or None if it is not open.

        Raises:
            InvalidArgumentsError: one of its parts is invalid; the text is unchanged.
        """
        given = _object(params)
        document = _object(given.get("textDocument"))
        uri, version = document.get("uri"), document.get("version")
        changes = given.get("contentChanges")
        if not isinstance(uri, str) or not isinstance(version, int) or not isinstance(changes, list):
            raise _invalid_change()
        buffer = self._buffers.get(uri)
        if buffer is None:
            return None
        text = buffer.text
        parts = [_object(change) for change in cast("list[object]", changes)]
        if len(parts) == 1 and parts[0].get("range") is not None:
            # Typing: the lines of the text are known already.
            start, end, new = _change_of(parts[0])
            span = Span(*(buffer.lines.offset(place, capabilities.encoding) for place in (start, end)))
            if span.start > span.end:
                raise _invalid_change()
            text = apply_edits(text, [Edit(*span, new)])
        else:
            text = _changed(text, parts, capabilities.encoding)
        self._buffers.change(buffer, version, text)
        return buffer.uri

    def save(self, uri: str) -> Buffer | None:
        """Note that a document was saved; it may have been changed since, so that only its file tells what is saved."""
        buffer = self._buffers.get(uri)
        if buffer is not None:
            self._buffers.saved(buffer)
        return buffer

    def close(self, uri: str) -> Document | None:
        """Close a document; its unsaved changes are lost. Return its analyzed text, which takes long to free."""
        buffer = self._buffers.close(uri)
        if buffer is None:
            return None
        self._open.pop(buffer.uri, None)
        self._unplaced.discard(buffer.uri)
        self._settle(buffer)
        return self._workspace.forget(_key(buffer))

    async def read_place(self, uri: str) -> bool:
        """Read the document's place on disk; return whether it has changed. An error is logged."""
        buffer = self._buffers.get(uri)
        if buffer is None or (document := self._open.get(buffer.uri)) is None:
            return False
        document.started += 1
        reading, path = document.started, buffer.path
        found: Place | None = None
        try:
            found = await asyncio.to_thread(self._read_disk, path) if path else Place()
            if path is not None:
                # Only then is it known whether the text is unsaved.
                await self._read_text(buffer, path)
        except Exception as error:  # noqa: BLE001
            # The diagnostics of this document and the state of all files wait for the place.
            log.report(error, "reading the file from disk")
        if reading < document.newest:
            # A reading that was started later has ended before.
            return False
        document.newest, before = reading, document.place
        document.place = place = found or before or Place(str(path))
        if self._open.get(buffer.uri) is document:
            self._unplaced.discard(buffer.uri)
        return place != before

    def is_restored(self, uri: str) -> bool:
        """Return whether the text is again the one that the file had when it was read."""
        buffer = self._buffers.get(uri)
        return buffer is not None and buffer.differs and buffer.text == buffer.on_disk

    def is_large(self, uri: str) -> bool:
        """Return whether the work on the document can take so long that it is done in a thread."""
        buffer = self._buffers.get(uri)
        return buffer is not None and len(buffer.text) > LARGE_TEXT

    def version(self, uri: str) -> int | None:
        """Return the newest version of the document; None if it is not open."""
        buffer = self._buffers.get(uri)
        return buffer.version if buffer else None

    def is_open(self, uri: str) -> bool:
        """Return whether the document is open."""
        return self._buffers.get(uri) is not None

    def is_placed(self, uri: str) -> bool:
        """Return whether the place is known, so that diagnostics are complete."""
        document = self._open.get(uri)
        return document is not None and document.place is not None

    def are_placed(self) -> bool:
        """Return whether the place of every open document is known."""
        return not self._unplaced

    def is_pending(self, uri: str) -> bool:
        """Return whether the document has unsaved changes of commands."""
        buffer = self._buffers.get(uri)
        return buffer is not None and buffer.path is not None and self._workspace.has_unsaved(buffer.path)

    def snapshot(self, uri: str) -> Snapshot | None:
        """Return a snapshot of the newest text of a document; None if it is not open."""
        buffer = self._buffers.get(uri)
        if buffer is None:
            return None
        document = self._open.get(buffer.uri)
        place = document.place if document and document.place else Place(str(buffer.path) if buffer.path else None)
        snapshot = self._workspace.snapshot(_key(buffer), buffer.text, place)
        is_used = not place.skipped and self._workspace.uses(buffer.path)
        return snapshot if is_used else snapshot.not_in_use()

    def empty(self) -> Snapshot:
        """Return a snapshot of an empty text, for a request about a document that is not open."""
        return self._workspace.snapshot(Path(), "", Place())

    def diagnostics(self, uri: str) -> tuple[Snapshot, Diagnostics] | None:
        """Return the snapshot and diagnostics of the newest text of a document; None if it is not open."""
        buffer, snapshot = self._buffers.get(uri), self.snapshot(uri)
        if buffer is None or snapshot is None:
            return None
        return snapshot, diagnose(snapshot)

    def lsp_diagnostics(self, uri: str, capabilities: Capabilities) -> tuple[int | None, list[Json]]:
        """Return the version and LSP Diagnostics of a document; (None, []) if it is not open."""
        buffer, version = self._buffers.get(uri), self.version(uri)
        found = self.diagnostics(uri)
        if buffer is None or found is None:
            return None, []
        snapshot, diagnostics = found
        converter = PositionConverter(snapshot.document.lines, capabilities.encoding)
        kept = most_severe(diagnostics.items, MOST_SENT)
        items = [lsp_diagnostic(item, buffer.uri, converter, capabilities) for item in kept]
        if omitted := len(diagnostics.items) - len(kept):
            items.append(lsp_more_problems(omitted, converter))
        outdated = [*diagnostics.items, *diagnostics.ignored]
        del found, diagnostics, kept
        # One by one, so that other threads can run in between. `release` would look into each, which takes much longer.
        while outdated:
            outdated.pop()
        return version, items

    async def _read_text(self, buffer: Buffer, path: Path) -> None:
        """Find out whether the file has the text of the buffer."""
        while True:
            version = buffer.version
            text = await asyncio.to_thread(_text_on_disk, path)
            if buffer.version == version:
                self._buffers.seen(buffer, text)
                if not buffer.differs:
                    self._settle(buffer)
                return
            if buffer.text != text:
                # It differs now, whatever the file had before.
                return

    def _read_disk(self, path: Path) -> Place:
        skipped = self._workspace.skipped(path)
        reason = f"{skipped.reason}. {skipped.advice}." if skipped else ""
        return replace(place_of(path), skipped=reason, unread=self._workspace.is_unread(path))

    def _settle(self, buffer: Buffer) -> None:
        # Looking for another buffer of the file takes time for each document that is open.
        if buffer.path is None or not self._workspace.has_unsaved(buffer.path):
            return
        other = self._buffers.of_path(buffer.path)
        if not (other and other.differs):
            self._workspace.settle(buffer.path)


def _text_on_disk(path: Path) -> str | None:
    try:
        return read_file(path).text
    except FileError:
        return None


def _changed(text: str, changes: Sequence[Json], encoding: Encoding) -> str:
    """Return the text after changes, each of the text after the previous one.

    Raises:
        InvalidArgumentsError: one of them is invalid.
    """
    lines: ChangedLines | None = None
    for change in changes:
        if change.get("range") is None:
            text, lines = _new_text(change), None
            continue
        lines = lines or ChangedLines(text, encoding)
        if not lines.replace(*_change_of(change)):
            raise _invalid_change()
    return lines.text if lines else text


def _change_of(change: Json) -> tuple[Position, Position, str]:
    """Return the start, the end and the new text of a change.

    Raises:
        InvalidArgumentsError: it is invalid.
    """
    ends = [_object(_object(change.get("range")).get(name)) for name in ("start", "end")]
    if not all(_is_count(end.get(name)) for end in ends for name in ("line", "character")):
        raise _invalid_change()
    start, end = (Position(end["line"], end["character"]) for end in ends)
    return start, end, _new_text(change)


def _new_text(change: Json) -> str:
    new = change.get("text")
    if not isinstance(new, str):
        raise _invalid_change()
    return new


def _invalid_change() -> InvalidArgumentsError:
    return InvalidArgumentsError("invalidArguments", "A change of a document is invalid. Its text was not changed.")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _object(value: object) -> Json:
    return cast("Json", value) if isinstance(value, dict) else {}


def _key(buffer: Buffer) -> Path:
    return buffer.path or Path(buffer.uri)
