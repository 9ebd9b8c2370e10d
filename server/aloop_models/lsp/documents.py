"""The open documents of one connection: their texts, their place on the disk, what was found in them."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from aloop_models.core.text import Edit, apply_edits
from aloop_models.errors import FileError
from aloop_models.features.diagnostics import Diagnostics, diagnose
from aloop_models.lsp.capabilities import Capabilities
from aloop_models.lsp.convert import Json, PositionConverter, lsp_diagnostic
from aloop_models.snapshot import Place, Snapshot
from aloop_models.workspace.buffers import Buffer
from aloop_models.workspace.place import place_of
from aloop_models.workspace.save import read_file
from aloop_models.workspace.workspace import Workspace

_LARGE_TEXT = 50_000
"""Characters from which on the garbage collector would cost more than it gives while a text is read."""


@dataclass
class _Known:
    """What is kept of an open document beside its text."""

    place: Place | None = None
    """None until the disk was looked at; diagnostics wait for it."""


class Documents:
    """Text in, diagnostics out; sends nothing."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._buffers = workspace.buffers
        self._known: dict[str, _Known] = {}

    def open(self, uri: str, version: int, text: str) -> None:
        """A document was opened; until the disk was looked at it counts as unsaved."""
        buffer = self._buffers.open(uri, version, text, differs=True)
        self._known[buffer.uri] = _Known()

    def change(self, params: Json, capabilities: Capabilities) -> str | None:
        """Bring the text up to date with a didChange, and nothing more; the document's URI if it is open."""
        document = params["textDocument"]
        buffer = self._buffers.get(document["uri"])
        if buffer is None:
            return None
        for change in params["contentChanges"]:
            text = change["text"]
            if (range_ := change.get("range")) is not None:
                span = PositionConverter(buffer.lines, capabilities.encoding).span(range_)
                text = apply_edits(buffer.text, [Edit(*span, text)])
            buffer.replace(buffer.version, text)
        self._buffers.change(buffer, document["version"], buffer.text)
        return buffer.uri

    def save(self, uri: str) -> Buffer | None:
        """The editor wrote the document: nothing in it is unsaved or pending."""
        buffer = self._buffers.get(uri)
        if buffer is not None:
            self._buffers.saved(buffer)
            self._settle(buffer)
        return buffer

    def close(self, uri: str) -> None:
        """The document was closed; what was not saved is gone."""
        buffer = self._buffers.close(uri)
        if buffer is not None:
            self._known.pop(buffer.uri, None)
            self._settle(buffer)
            self._workspace.forget(_key(buffer))

    async def look(self, uri: str, opened_at: int | None = None) -> bool:
        """Look at the document's place on the disk; whether it is another one than before.

        `opened_at` is the document's version right after it was opened.
        """
        buffer = self._buffers.get(uri)
        if buffer is None or (known := self._known.get(buffer.uri)) is None:
            return False
        before = known.place
        if buffer.path is None:
            known.place = Place()
        else:
            known.place, on_disk = await asyncio.to_thread(self._disk, buffer.path)
            self._buffers.seen(buffer, on_disk)
            if buffer.version == opened_at:
                buffer.differs = buffer.text != on_disk
        return known.place != before

    def is_open(self, uri: str) -> bool:
        """Whether the document is open."""
        return self._buffers.get(uri) is not None

    def is_placed(self, uri: str) -> bool:
        """Whether the disk was looked at, so that diagnostics are complete."""
        known = self._known.get(uri)
        return known is not None and known.place is not None

    def is_pending(self, uri: str) -> bool:
        """Whether commands put something into the document that is not saved."""
        buffer = self._buffers.get(uri)
        return buffer is not None and buffer.path is not None and self._workspace.has_unsaved(buffer.path)

    def snapshot(self, uri: str) -> Snapshot | None:
        """The newest text of an open document with everything around it; None for one that is not open."""
        buffer = self._buffers.get(uri)
        if buffer is None:
            return None
        known = self._known.get(buffer.uri)
        place = known.place if known and known.place else Place(str(buffer.path) if buffer.path else None)
        with _collector_rests(len(buffer.text) > _LARGE_TEXT):
            return self._workspace.snapshot(_key(buffer), buffer.text, place)

    def empty(self) -> Snapshot:
        """A snapshot of no text, for a request about a document that is not open."""
        return self._workspace.snapshot(Path(), "", Place())

    def diagnostics(self, uri: str) -> tuple[Snapshot, Diagnostics] | None:
        """The diagnostics of the newest text of an open document; None for one that is not open."""
        buffer, snapshot = self._buffers.get(uri), self.snapshot(uri)
        if buffer is None or snapshot is None:
            return None
        with _collector_rests(len(buffer.text) > _LARGE_TEXT):
            return snapshot, diagnose(snapshot)

    def lsp_diagnostics(self, uri: str, capabilities: Capabilities) -> tuple[int | None, list[Json]]:
        """Version and LSP Diagnostics of an open document; no version and none for one that is not open."""
        buffer, found = self._buffers.get(uri), self.diagnostics(uri)
        if buffer is None or found is None:
            return None, []
        snapshot, diagnostics = found
        converter = PositionConverter(snapshot.document.lines, capabilities.encoding)
        return buffer.version, [lsp_diagnostic(item, buffer.uri, converter, capabilities) for item in diagnostics.items]

    def _disk(self, path: Path) -> tuple[Place, str | None]:
        try:
            text = read_file(path).text
        except FileError:
            text = None
        skipped = self._workspace.skipped(path)
        place = place_of(path)
        return (replace(place, skipped=f"{skipped.reason}. {skipped.advice}.") if skipped else place), text

    def _settle(self, buffer: Buffer) -> None:
        if buffer.path:
            self._workspace.settle(buffer.path)


def _key(buffer: Buffer) -> Path:
    return buffer.path or Path(buffer.uri)


@contextmanager
def _collector_rests(wanted: bool) -> Generator[None]:  # noqa: FBT001
    if not wanted or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
