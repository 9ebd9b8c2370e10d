"""Reading a file: what it gives, and what it says where it cannot."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from aloop_models.core.limits import MAX_BYTES
from aloop_models.errors import FileError
from aloop_models.workspace.read import FileText, Stamp, read_file, stamp_of


def refusal(path: Path) -> tuple[str, str]:
    with pytest.raises(FileError) as caught:
        read_file(path)
    return caught.value.reason, caught.value.message


@pytest.mark.parametrize("text", ["", "a: 1\n", "\ufeffa: 1\r\nb: 2\r", "ключ: 值\u2028\n", "no end", "\0"])
def test_the_text_is_what_the_bytes_say(tmp_path: Path, text: str) -> None:
    path = tmp_path / "models.yaml"
    data = text.encode()
    path.write_bytes(data)
    found = path.stat()
    stamp = Stamp(found.st_dev, found.st_ino, len(data), found.st_mtime_ns)
    assert read_file(path) == FileText(path, text, hashlib.sha256(data).hexdigest(), stamp)
    assert stamp_of(path) == stamp


def test_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("x")
    (tmp_path / "link").symlink_to("target")
    file = read_file(tmp_path / "link")
    assert (file.path, file.text, file.stamp) == (tmp_path / "link", "x", stamp_of(tmp_path / "target"))


def test_a_missing_file(tmp_path: Path) -> None:
    path = tmp_path / "models.yaml"
    message = f"{path} does not exist. Check the path, or create it: aloop models init"
    assert refusal(path) == ("fileNotFound", message)
    assert stamp_of(path) is None
    path.symlink_to("nowhere")
    message = f"{path} is a link to nowhere, which does not exist. Correct the link, or remove it."
    assert refusal(path) == ("fileNotFound", message)


def test_a_folder(tmp_path: Path) -> None:
    what = f"{tmp_path} is a folder, not a file."
    assert refusal(tmp_path) == ("cannotRead", f"{what} Use the path of a file.")
    (tmp_path / "models.yaml").touch()
    assert refusal(tmp_path) == ("cannotRead", f"{what} Use {tmp_path}/models.yaml")
    (tmp_path / ".aloop").mkdir()
    (tmp_path / ".aloop" / "models.yaml").touch()
    assert refusal(tmp_path) == ("cannotRead", f"{what} Use {tmp_path}/.aloop/models.yaml")
    named = tmp_path / "a" / "models.yaml"
    named.mkdir(parents=True)
    message = f"{named} is a folder, not a file. Move it away, or use the path of a file."
    assert refusal(named) == ("cannotRead", message)


def test_a_pipe_and_a_device_do_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        assert refusal(path) == ("cannotRead", f"{path} is a device or a pipe, not a file. Check the path.")


def test_a_file_of_the_kernel_is_refused_without_a_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = tmp_path / "models.yaml"
    link.symlink_to("/proc/kmsg")
    monkeypatch.setattr("os.open", lambda *_: pytest.fail("opened"))
    for path in (link, Path("/proc/self/environ"), Path("/proc/version")):
        assert refusal(path) == ("cannotRead", f"{path} is a file of the kernel, not a file on a disk. Check the path.")


def test_a_file_that_gives_no_data_or_more_than_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "models.yaml"
    path.write_text("models:\n")
    answers = [None, b"x" * (MAX_BYTES + 1)]
    fdopen = os.fdopen

    def opened(descriptor: int, mode: str) -> object:
        stream = fdopen(descriptor, mode)
        return type("Stream", (), {"__enter__": lambda own: own, "__exit__": lambda *_: stream.close(), "read": read})()

    def read(_: object, size: int) -> bytes | None:
        assert size == MAX_BYTES + 1
        return answers.pop(0)

    monkeypatch.setattr(os, "fdopen", opened)
    assert refusal(path) == ("cannotRead", f"{path} gives no data. Check the path.")
    assert refusal(path) == ("cannotRead", f"{path} is larger than 4 MiB, which is the limit. Check the path.")


def test_bytes_that_are_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "models.yaml"
    path.write_bytes(b"a: 1\nb: caf\xe9\n")
    message = f"{path}:2: byte 11 is not valid UTF-8. Save the file as UTF-8."
    assert refusal(path) == ("invalidFile", message)
    path.write_bytes("a: 1\n".encode("utf-16"))
    message = f"{path}:1: byte 0 is not valid UTF-8. It looks like UTF-16. Save the file as UTF-8."
    assert refusal(path) == ("invalidFile", message)


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "models.yaml"
    with path.open("wb") as stream:
        stream.truncate(MAX_BYTES)
    assert len(read_file(path).text) == MAX_BYTES
    with path.open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    message = f"{path} is larger than 4 MiB, which is the limit. Check the path."
    assert refusal(path) == ("cannotRead", message)


def test_a_circle_of_links_and_an_impossible_name(tmp_path: Path) -> None:
    circle = tmp_path / "circle"
    circle.symlink_to(circle)
    message = f"Cannot read {circle}: its symbolic links form a loop. Correct the links and try again."
    assert refusal(circle) == ("cannotRead", message)
    assert refusal(Path("a\0b"))[0] == "cannotRead"
