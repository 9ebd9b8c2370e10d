"""The registry entry of an editor: which documents are open, and which have unsaved text."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from aloop_models.dispatch.runner import Runner
from aloop_models.lsp import peers as peers_module
from aloop_models.lsp.peers import Peers
from aloop_models.sessions import registry
from aloop_models.sessions.registry import RegistryEntry
from aloop_models.workspace.buffers import Buffers
from aloop_models.workspace.workspace import Workspace


@dataclass
class Window:
    """An editor, and the entries that it writes."""

    peers: Peers
    buffers: Buffers
    folder: Path
    written: list[RegistryEntry]
    waiting: list[str]
    """The messages that wait."""
    unread: set[str]
    """The documents whose file was not read yet."""

    def open(self, name: str, *, differs: bool = False) -> Path:
        path = self.folder / name
        self.buffers.open(path.as_uri(), 1, "models:\n", differs=differs)
        self.peers.documents_changed()
        return path

    async def listed(self) -> list[tuple[list[str], list[str]]]:
        """The names of the documents, and of those with unsaved text, in each entry written since the last call."""
        for _ in range(3):
            await asyncio.sleep(0.01)
        written, self.written[:] = self.written[:], []
        return [
            ([Path(path).name for path in entry.documents or ()], [Path(path).name for path in entry.unsaved or ()])
            for entry in written
        ]


@pytest.fixture
async def window(alone: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Window]:
    monkeypatch.setattr(peers_module, "_REGISTER_SECONDS", 0.001)
    runner = Runner(Workspace((tmp_path,), window=True))
    written, waiting = list[RegistryEntry](), list[str]()
    unread = set[str]()
    peers = Peers(runner, lambda *_: asyncio.sleep(0), lambda: None, lambda: not waiting, lambda uri: uri not in unread)
    peers.prepare()
    await peers.join()
    write = registry.write
    monkeypatch.setattr(registry, "write", lambda entry: (written.append(entry), write(entry)))
    yield Window(peers, runner.workspace.buffers, tmp_path, written, waiting, unread)
    await peers.leave()


async def test_documents_are_listed_while_they_are_open(window: Window) -> None:
    window.open("a")
    window.open("b", differs=True)
    window.buffers.open("untitled:c", 1, "", differs=True)
    assert await window.listed() == [(["a", "b"], ["b"])]
    (buffer, *_) = window.buffers
    window.buffers.change(buffer, 2, "models: \n")
    window.peers.documents_changed()
    assert await window.listed() == [(["a", "b"], ["a", "b"])]
    window.buffers.change(buffer, 3, "models:  \n")
    window.peers.documents_changed()
    assert await window.listed() == []
    window.buffers.close(buffer.uri)
    window.peers.documents_changed()
    assert await window.listed() == [(["b"], ["b"])]


async def test_many_documents_are_registered_at_once(window: Window) -> None:
    window.waiting.append("didOpen")
    names = [f"{number:03}" for number in range(1000)]
    for name in names:
        window.open(name)
    assert await window.listed() == []
    window.waiting.clear()
    assert await window.listed() == [(names, [])]


async def test_a_document_is_not_unsaved_before_its_file_was_read(window: Window) -> None:
    window.unread.add((window.folder / "a").as_uri())
    window.open("a", differs=True)
    assert await window.listed() == [(["a"], [])]
    window.unread.clear()
    window.peers.documents_changed()
    assert await window.listed() == [(["a"], ["a"])]


async def test_a_link_that_leads_to_another_file(window: Window) -> None:
    for name in ("a", "b"):
        (window.folder / name).touch()
    (window.folder / "link").symlink_to("a")
    window.open("link")
    assert await window.listed() == [(["a"], [])]
    (window.folder / "link").unlink()
    (window.folder / "link").symlink_to("b")
    await window.peers.files_changed()
    assert (await window.listed())[-1] == (["b"], [])
    (entry,) = registry.entries()
    # Without a models.yaml, the window uses the open document.
    assert (entry.config, entry.documents) == (str(window.folder / "b"), (str(window.folder / "b"),))
