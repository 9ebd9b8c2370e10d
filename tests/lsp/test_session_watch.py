"""The watched files follow the open documents, in one step for all that are opened together."""

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
    monkeypatch.setattr(session, "_read_place", lambda *_: None)
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
