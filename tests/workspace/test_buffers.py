"""Open documents, and whether something in them is not saved."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from aloop_models.errors import FileError, InvalidArgumentsError
from aloop_models.workspace.buffers import Buffer, Buffers, path_named, path_of_uri


@pytest.fixture
def buffers() -> Buffers:
    return Buffers()


@pytest.fixture
def buffer(buffers: Buffers, tmp_path: Path) -> Buffer:
    buffer = buffers.open((tmp_path / "models.yaml").as_uri(), 1, "old\n", differs=True)
    buffers.seen(buffer, "old\n")
    return buffer


def test_one_file_has_one_buffer_however_it_is_named(buffers: Buffers, tmp_path: Path) -> None:
    path, link = tmp_path / "a file.yaml", tmp_path / "link.yaml"
    path.write_text("x")
    link.symlink_to(path)
    opened = buffers.open(path.as_uri(), 1, "x", differs=False)
    assert buffers.get(f"file://{path}") is opened
    assert buffers.of_path(link) is opened
    assert list(buffers) == [opened]
    assert buffers.close(path.as_uri()) is opened
    assert (buffers.of_path(path), buffers.close(path.as_uri())) == (None, None)


@pytest.mark.parametrize("name", [".aloop", "models.yaml"])
def test_a_loop_of_links_is_a_file_of_its_own(buffers: Buffers, tmp_path: Path, name: str) -> None:
    """Also where another loop, or a good file, is open."""
    folder, good = tmp_path / "project", tmp_path / "models.yaml"
    (folder / ".aloop").mkdir(parents=True) if name == "models.yaml" else folder.mkdir()
    path = folder / ".aloop" / "models.yaml"
    (path if name == "models.yaml" else path.parent).symlink_to(name)
    good.write_text("x")
    looping = buffers.open(path.as_uri(), 1, "x", differs=False)
    assert (buffers.of_path(path), buffers.of_path(good)) == (looping, None)
    opened = buffers.open(good.as_uri(), 1, "x", differs=False)
    assert (buffers.of_path(path), buffers.of_path(good)) == (looping, opened)


def test_what_is_typed_is_unsaved_until_it_is_saved(buffers: Buffers, buffer: Buffer) -> None:
    assert not buffer.differs
    buffers.change(buffer, 2, "new\n")
    assert buffer.differs
    buffers.saved(buffer)
    assert buffer.differs, "it may have saved an older text"
    buffers.seen(buffer, "new\n")
    assert not buffer.differs
    buffers.change(buffer, 3, "newer\n")
    buffers.change(buffer, 4, "new\n")
    buffers.seen(buffer, "new\n")
    assert not buffer.differs, "typed and taken back"


@pytest.mark.parametrize("rest", [None, "", "\ufeff \n"])
@pytest.mark.parametrize(("text", "is_unsaved"), [("old\n", True), (" \n", False)])
def test_a_text_without_its_file_is_unsaved(
    buffers: Buffers, tmp_path: Path, text: str, is_unsaved: bool, rest: str | None
) -> None:
    """A file that another program has emptied counts as missing, as it does in a search."""
    path = tmp_path / "models.yaml"
    path.write_text(text)
    buffer = buffers.open(path.as_uri(), 1, text, differs=False)
    assert not buffer.is_unsaved()
    path.unlink() if rest is None else path.write_text(rest, "utf-8")
    assert buffer.is_unsaved() is is_unsaved


def test_an_undone_reload_is_unsaved(buffers: Buffers, buffer: Buffer) -> None:
    """The file was not read since it has changed."""
    path = buffer.path
    assert path is not None
    path.write_text("by another program\n")
    buffers.change(buffer, 2, "by another program\n")
    assert not buffer.is_unsaved()
    buffers.change(buffer, 3, "old\n")
    assert buffer.is_unsaved()
    buffers.seen(buffer, "by another program\n")
    assert buffer.is_unsaved()


@pytest.mark.parametrize("look_first", [True, False])
def test_an_editor_that_takes_the_file_s_new_text_has_nothing_unsaved(
    buffers: Buffers, buffer: Buffer, look_first: bool
) -> None:
    if look_first:
        buffers.seen(buffer, "by another program\n")
        buffers.change(buffer, 2, "by another program\n")
    else:
        buffers.change(buffer, 2, "by another program\n")
        assert buffer.differs
        buffers.seen(buffer, "by another program\n")
    assert not buffer.differs
    # The file changes once more, and the editor has not looked yet: nothing of the person's is in the buffer.
    buffers.seen(buffer, "and another\n")
    assert not buffer.differs


def test_what_is_unsaved_stays_so_when_the_file_changes(buffers: Buffers, buffer: Buffer) -> None:
    buffers.change(buffer, 2, "mine\n")
    buffers.seen(buffer, "by another program\n")
    assert buffer.differs
    buffers.seen(buffer, None)
    assert buffer.differs


def test_what_was_never_looked_at_counts_as_unsaved(buffers: Buffers) -> None:
    buffer = buffers.open("untitled:1", 1, "", differs=False)
    buffers.change(buffer, 2, "x")
    assert (buffer.path, buffer.differs) == (None, True)


@pytest.mark.parametrize("uri", ["untitled:1", "http://x/y", "file:///a%00", "file:x", "file://["])
def test_what_names_no_file(uri: str) -> None:
    with pytest.raises(InvalidArgumentsError, match="must be the file: URI"):
        path_named(uri)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows opens these files")
@pytest.mark.parametrize("host", ["server", "wsl.localhost", "wsl%24"])
def test_a_file_of_another_computer(host: str) -> None:
    with pytest.raises(FileError) as caught:
        path_named(f"file://{host}/share/.aloop/models.yaml")
    assert caught.value.message == (
        f"Commands cannot use this file, because it is on {host}. Edit it in the editor, or open its folder on that "
        "system (for WSL or SSH: in a remote window)."
    )


def test_a_path_has_no_parent_references(tmp_path: Path) -> None:
    (tmp_path / "elsewhere" / "deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to("elsewhere/deep")
    uri = tmp_path.as_uri()
    assert path_named(f"{uri}/missing/../.aloop/models.yaml") == tmp_path / ".aloop" / "models.yaml"
    # The parent of what a link leads to, as for the system.
    assert path_named(f"{uri}/link/%2e%2e/models.yaml") == tmp_path / "elsewhere" / "models.yaml"
    assert path_named(f"{uri}/link/models.yaml") == tmp_path / "link" / "models.yaml"


def test_paths_of_uris() -> None:
    assert path_of_uri("file:///a%20b/%C3%A9.yaml") == Path("/a b/é.yaml")
    assert path_of_uri("file:///a b/é.yaml") == Path("/a b/é.yaml")
    assert path_of_uri("file://localhost/a") == Path("/a")
    assert path_of_uri("file://LOCALHOST/a") == Path("/a")
    for uri in ("file://[", "file:", "file://", "file:a/b", "file:%2Fa"):
        assert path_of_uri(uri) is None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
def test_a_name_that_is_not_utf_8(buffers: Buffers) -> None:
    path, other = (Path(os.fsdecode(b"/caf" + byte)) for byte in (b"\xe9", b"\xe8"))
    assert (path_of_uri("file:///caf%E9"), path_named("file:///caf%e8")) == (path, other)
    assert (path.as_uri(), other.as_uri()) == ("file:///caf%E9", "file:///caf%E8")
    one, two = (buffers.open(each.as_uri(), 1, "", differs=False) for each in (path, other))
    assert (buffers.get("file:///caf%e9"), buffers.get("file:///caf%E8")) == (one, two)
    assert (buffers.of_path(path), buffers.of_path(other)) == (one, two)
    buffers.close("file:///caf%E9")
    assert list(buffers) == [two]


@pytest.mark.parametrize(
    "uri", ["file:///%00", "file:///a%00b/c", "file:///\ud800", "file:///a/\udfff.yaml", "file:///\0"]
)
def test_a_path_that_no_file_can_have(uri: str) -> None:
    assert path_of_uri(uri) is None
