"""The errors for people."""

from __future__ import annotations

import errno
import pickle
from pathlib import Path

from aloop_models.errors import AloopError, FileError, InvalidArgumentsError, RefusedError, file_error


def test_a_refusal_says_what_it_is_to_people_and_to_programs() -> None:
    refusal = RefusedError("modelNotFound", "No such model. Try another.", ("openai/gpt-4o",))
    assert (str(refusal), refusal.reason, refusal.suggestions) == (
        "No such model. Try another.",
        "modelNotFound",
        ("openai/gpt-4o",),
    )
    assert (RefusedError.code, FileError.code, InvalidArgumentsError.code) == (-32803, -32803, -32602)
    assert issubclass(RefusedError, AloopError)


def test_errors_survive_the_way_to_another_process() -> None:
    for kind in (RefusedError, InvalidArgumentsError, FileError):
        copy = pickle.loads(pickle.dumps(kind("locked", "Wait.", ("a", "b"))))
        assert (type(copy), copy.reason, copy.message, copy.suggestions) == (kind, "locked", "Wait.", ("a", "b"))


def test_errors_of_the_disk_say_what_to_do() -> None:
    path = Path("/x/models.yaml")
    full = file_error(OSError(errno.ENOSPC, "No space left on device"), path, "write")
    assert (full.reason, full.message) == (
        "cannotWrite",
        "Cannot write /x/models.yaml: the disk is full. Free some space and try again. Nothing was changed.",
    )
    odd = file_error(OSError(errno.ENXIO, "No such device or address"), path, "read")
    assert (odd.reason, odd.message) == (
        "cannotRead",
        "Cannot read /x/models.yaml: No such device or address. Check the path and try again.",
    )
    gone = file_error(FileNotFoundError(errno.ENOENT, "gone"), path, "write")
    assert (gone.reason, gone.message) == (
        "fileNotFound",
        "Cannot write /x/models.yaml: its folder does not exist. Create it and try again.",
    )
    assert "no reason" in file_error(OSError(), path, "read").message
