"""Watched files: they follow the open documents, and what changes together is read once."""

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from aloop_models.lsp import session as session_module
from aloop_models.lsp.capabilities import Capabilities
from aloop_models.lsp.handlers import make_session
from aloop_models.lsp.session import EditorSession

FILES = 300


class Watch:
    """A watch that notes what it is asked for."""

    def __init__(self) -> None:
        self.started: list[set[Path]] = []
        self.added: list[Path] = []

    def start(self, paths: Iterable[Path], _callback: Callable[[tuple[Path, ...]], None]) -> None:
        self.started.append(set(paths))

    def add(self, path: Path) -> None:
        self.added.append(path)

    def stop(self) -> None:
        pass


def make(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[EditorSession, Watch]:
    session, watch = make_session(), Watch()
    session.runner.workspace.folders = (folder,)
    monkeypatch.setattr(session, "_watch", watch)
    monkeypatch.setattr(session._places, "read", lambda _: None)
    monkeypatch.setattr(session_module, "_QUIET_SECONDS", 0.01)
    return session, watch


def paths_in(folder: Path, count: int) -> list[Path]:
    return [folder / str(number) / ".aloop" / "models.yaml" for number in range(count)]


async def wait_for(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.005)


def test_many_documents_are_watched_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> Watch:
        session, watch = make(tmp_path, monkeypatch)
        for path in paths_in(tmp_path, FILES):
            session.text_opened(path.as_uri(), 1, "")
        assert watch.started == []
        await wait_for(lambda: bool(watch.started))
        for path in paths_in(tmp_path, FILES):
            session.text_closed(path.as_uri())
        await wait_for(lambda: len(watch.started) > 1)
        return watch

    watch = asyncio.run(run())
    paths = set(paths_in(tmp_path, FILES))
    # Each file is watched from the moment in which it is opened.
    assert watch.added == paths_in(tmp_path, FILES)
    assert len(watch.started) == 2
    assert paths <= watch.started[0]
    assert paths.isdisjoint(watch.started[1])


def test_files_that_the_client_watches_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside, outside = tmp_path / "project", tmp_path / "other"

    async def run() -> Watch:
        session, watch = make(inside, monkeypatch)
        session.capabilities = Capabilities(watches_files=True)
        for folder in (inside, outside):
            session.text_opened((folder / ".aloop" / "models.yaml").as_uri(), 1, "")
        await wait_for(lambda: bool(watch.started))
        return watch

    watch = asyncio.run(run())
    assert watch.added == [outside / ".aloop" / "models.yaml"]
    assert outside / ".aloop" / "models.yaml" in watch.started[0]
    assert inside / ".aloop" / "models.yaml" not in watch.started[0]


class Changes:
    """A session with open files, that counts what is read after a change."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
        self.session = make_session()
        self.session.runner.workspace.folders = (folder,)
        self.paths = paths_in(folder, count)
        self.read: list[str] = []
        self.states = 0
        self._read_place, self._state = self.session.documents.read_place, self.session.runner.state
        monkeypatch.setattr(self.session.documents, "read_place", self._count_place)
        monkeypatch.setattr(self.session.runner, "state", self._count_state)
        monkeypatch.setattr(self.session, "_watch_files_soon", lambda: None)

    async def _count_place(self, uri: str) -> bool:
        self.read.append(uri)
        return await self._read_place(uri)

    def _count_state(self) -> object:
        self.states += 1
        return self._state()

    async def open_all(self) -> None:
        for path in self.paths:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("models:\n")
            path.chmod(0o644)
            self.session.text_opened(path.as_uri(), 1, "models:\n")
        await wait_for(self.session.documents.are_placed)
        await wait_for(lambda: not self.session._tasks)
        self.read.clear()
        self.states = 0

    async def settle(self) -> None:
        await wait_for(lambda: self.session._files_timer is None and not self.session._tasks)

    def modes(self) -> list[int | None]:
        snapshots = [self.session.documents.snapshot(path.as_uri()) for path in self.paths]
        return [snapshot.place.mode for snapshot in snapshots if snapshot]


def test_files_that_change_together_are_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some editors send a notification for each file."""

    async def run() -> None:
        changes = Changes(tmp_path, monkeypatch, 40)
        await changes.open_all()
        assert changes.modes() == [0o644] * 40
        for path in changes.paths:
            path.chmod(0o600)
            changes.session.files_changed()
        await changes.settle()
        assert changes.read == [path.as_uri() for path in changes.paths]
        assert changes.states == 1
        assert changes.modes() == [0o600] * 40

    asyncio.run(run())


def test_a_file_that_changes_while_files_are_read_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_module, "_COLLECT_SECONDS", 0)

    async def run() -> None:
        changes = Changes(tmp_path, monkeypatch, 40)
        await changes.open_all()
        changes.session.files_changed()
        await wait_for(lambda: bool(changes.read))
        read_later, started = changes.session._places.read_later, list[int]()
        monkeypatch.setattr(
            changes.session._places, "read_later", lambda uris: (started.append(len(changes.read)), read_later(uris))
        )
        for path in changes.paths:
            path.chmod(0o600)
            changes.session.files_changed()
        await changes.settle()
        # Those that waited are read once, the others once more.
        assert len(started) == 1
        assert len(changes.read) == 40 + started[0]
        assert changes.modes() == [0o600] * 40
        assert changes.states == 2

    asyncio.run(run())


def test_the_client_is_asked_once_to_pull_all_diagnostics_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> None:
        changes = Changes(tmp_path, monkeypatch, 40)
        refreshes: list[str] = []
        await changes.open_all()
        monkeypatch.setattr(changes.session.publisher, "place_changed", lambda: refreshes.append("refresh"))
        changes.paths[0].chmod(0o600)
        changes.session.files_changed()
        await changes.settle()
        assert refreshes == ["refresh"]
        changes.session.files_changed()
        await changes.settle()
        assert refreshes == ["refresh"]

    asyncio.run(run())
