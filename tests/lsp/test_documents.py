"""What is sent to the client about one document."""

import asyncio
import threading
from pathlib import Path

import pytest

from aloop_models.lsp import documents as documents_module
from aloop_models.lsp.capabilities import Capabilities
from aloop_models.lsp.documents import MOST_SENT, Documents
from aloop_models.snapshot import Place
from aloop_models.workspace.workspace import Workspace

URI = "untitled:models.yaml"


def documents_with(text: str) -> Documents:
    documents = Documents(Workspace((Path("/nowhere"),), window=True))
    documents.open(URI, 1, text)
    return documents


def misspelt(count: int) -> str:
    entries = "".join(f"  ollama/m{number}:\n    timout: 5\n" for number in range(count))
    return f"models:\n{entries}  ollama/z:\n    timeout: 5m\ndefault: ollama/z\n"


def test_up_to_the_limit_all_problems_are_sent() -> None:
    version, items = documents_with(misspelt(MOST_SENT - 1)).lsp_diagnostics(URI, Capabilities())
    assert version == 1
    assert len(items) == MOST_SENT
    assert {item["code"] for item in items} == {"unknown-field", "wrong-type"}


@pytest.mark.parametrize(("more", "words"), [(0, "2 more problems"), (4_000, "4002 more problems")])
def test_the_last_one_says_how_many_are_not_sent(more: int, words: str) -> None:
    documents = documents_with(misspelt(MOST_SENT + more))
    found = documents.diagnostics(URI)
    _, items = documents.lsp_diagnostics(URI, Capabilities())
    assert found is not None
    assert len(items) == MOST_SENT
    assert len(found[1].items) == MOST_SENT + more + 1
    assert items[-1] == {
        "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}},
        "severity": 3,
        "code": "more-problems",
        "source": "aloop",
        "message": f"{words} in this file. To see all of them: aloop models check",
    }
    # The only error comes last in the file.
    assert items[-2]["code"] == "wrong-type"


def test_whether_the_file_of_every_document_was_read() -> None:
    documents = documents_with("models:\n")
    other = "untitled:other.yaml"
    documents.open(other, 1, "")
    asyncio.run(documents.read_place(URI))
    assert documents.is_placed(URI)
    assert not documents.are_placed()
    documents.close(other)
    assert documents.are_placed()
    documents.open(URI, 1, "")
    assert not documents.are_placed()
    asyncio.run(documents.read_place(URI))
    assert documents.are_placed()


@pytest.mark.parametrize("name", ["x" * 300, "x" * 5000])
def test_a_document_in_a_place_that_cannot_exist(tmp_path: Path, name: str) -> None:
    documents = Documents(Workspace((tmp_path,), window=True))
    path = tmp_path / name / "models.yaml"
    documents.open(path.as_uri(), 1, misspelt(1))
    assert asyncio.run(documents.read_place(path.as_uri())) is True
    assert documents.are_placed()
    snapshot = documents.snapshot(path.as_uri())
    assert snapshot is not None
    assert snapshot.place == Place(str(path), unread=True)
    _, items = documents.lsp_diagnostics(path.as_uri(), Capabilities())
    assert [item["code"] for item in items] == ["skipped-file", "unknown-field", "wrong-type"]


def test_a_bug_in_reading_a_place_stops_neither_diagnostics_nor_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: Path) -> Place:
        raise KeyError(str(tmp_path))

    monkeypatch.setattr(documents_module, "place_of", fail)
    documents, path = Documents(Workspace((tmp_path,), window=True)), tmp_path / ".aloop" / "models.yaml"
    buffer = documents.open(path.as_uri(), 1, misspelt(1))
    assert asyncio.run(documents.read_place(path.as_uri())) is True
    assert (documents.is_placed(path.as_uri()), documents.are_placed(), buffer.differs) == (True, True, True)
    _, items = documents.lsp_diagnostics(path.as_uri(), Capabilities())
    assert [item["code"] for item in items] == ["unknown-field", "wrong-type"]
    (line,) = caplog.messages
    assert "while reading the file from disk: KeyError at test_documents.py" in line
    assert str(tmp_path) not in line


def test_the_place_is_that_of_the_newest_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "models.yaml"
    path.write_text("models:\n")
    path.chmod(0o644)
    documents = Documents(Workspace((tmp_path,), window=True))
    documents.open(path.as_uri(), 1, "models:\n")
    read, was_read, go_on = documents._read_disk, threading.Event(), threading.Event()

    def read_slowly(path: Path) -> object:
        found = read(path)
        was_read.set()
        assert go_on.wait(60)
        return found

    async def read_twice() -> tuple[bool, bool]:
        monkeypatch.setattr(documents, "_read_disk", read_slowly)
        older = asyncio.ensure_future(documents.read_place(path.as_uri()))
        await asyncio.to_thread(was_read.wait, 60)
        monkeypatch.setattr(documents, "_read_disk", read)
        path.chmod(0o600)
        newer = await documents.read_place(path.as_uri())
        go_on.set()
        return await older, newer

    assert asyncio.run(read_twice()) == (False, True)
    snapshot = documents.snapshot(path.as_uri())
    assert snapshot is not None
    assert snapshot.place.mode == 0o600


@pytest.mark.parametrize(("text", "differs"), [("models:\n", False), ("# other\n", True)])
def test_only_the_first_reading_tells_whether_an_opened_text_differs(
    tmp_path: Path, text: str, *, differs: bool
) -> None:
    path = tmp_path / "models.yaml"
    path.write_text("models:\n")
    documents = Documents(Workspace((tmp_path,), window=True))
    buffer = documents.open(path.as_uri(), 1, text)
    assert buffer.differs
    asyncio.run(documents.read_place(path.as_uri()))
    assert buffer.differs == differs
    # Another program writes the file, and the editor has not reloaded it yet.
    path.write_text("# newer\n")
    asyncio.run(documents.read_place(path.as_uri()))
    assert buffer.differs == differs


def test_a_save_of_an_older_text_saves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "models.yaml"
    path.write_text("models:\n")
    documents = Documents(Workspace((tmp_path,), window=True))
    buffer = documents.open(path.as_uri(), 1, "models:\n")
    asyncio.run(documents.read_place(path.as_uri()))
    documents.change(changed_to(path, 2, "# one\n"), Capabilities())
    path.write_text("# one\n")
    documents.change(changed_to(path, 3, "# two\n"), Capabilities())
    documents.save(path.as_uri())
    for _ in range(2):
        assert buffer.is_unsaved()
        asyncio.run(documents.read_place(path.as_uri()))
    path.write_text("# two\n")
    documents.save(path.as_uri())
    asyncio.run(documents.read_place(path.as_uri()))
    assert not buffer.differs


@pytest.mark.parametrize(("text", "differs"), [("# old\n", True), ("# newer\n", False)])
def test_a_text_that_was_read_before_a_change_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, *, differs: bool
) -> None:
    path = tmp_path / "models.yaml"
    path.write_text("# old\n")
    documents = Documents(Workspace((tmp_path,), window=True))
    buffer = documents.open(path.as_uri(), 1, "# opened\n")
    read = documents_module._text_on_disk

    def read_slowly(path: Path) -> str | None:
        found = read(path)
        if buffer.version == 1:
            path.write_text("# newer\n")
            documents.change(changed_to(path, 2, text), Capabilities())
        return found

    monkeypatch.setattr(documents_module, "_text_on_disk", read_slowly)
    asyncio.run(documents.read_place(path.as_uri()))
    # The editor has reloaded the file in one case; its notification about the file comes after that.
    asyncio.run(documents.read_place(path.as_uri()))
    assert buffer.differs == differs


def changed_to(path: Path, version: int, text: str) -> object:
    """A didChange."""
    return {"textDocument": {"uri": path.as_uri(), "version": version}, "contentChanges": [{"text": text}]}
