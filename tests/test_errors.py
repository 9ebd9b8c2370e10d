"""The tree of errors, and what each says to people."""

from __future__ import annotations

import errno
import importlib
import inspect
import pickle
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import aloop_models
from aloop_models import errors
from aloop_models.errors import AloopError, FileError, InvalidArgumentsError, RefusedError, file_error

_DRAWN = re.compile(r"^ {4}([│ ]*)(?:[├└]── )?(\w+Error)\b", re.MULTILINE)


def defined_errors() -> Iterator[type[BaseException]]:
    for module in pkgutil.walk_packages(aloop_models.__path__, "aloop_models."):
        if not module.name.endswith("__main__"):
            for _, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
                if issubclass(kind, BaseException) and kind.__module__ == module.name:
                    yield kind


def drawn_tree() -> dict[str, str]:
    """Each error that the docstring draws, and the one above it."""
    above, tree = [AloopError.__name__], dict[str, str]()
    for indent, name in _DRAWN.findall(errors.__doc__ or "")[1:]:
        depth = len(indent) // 4 + 1
        above[depth:] = [name]
        tree[name] = above[depth - 1]
    return tree


def test_every_error_is_in_the_drawn_tree() -> None:
    tree = {kind.__name__: kind.__bases__[0].__name__ for kind in defined_errors() if kind is not AloopError}
    assert tree.pop("_ReadingEndedError") == "Exception"
    assert tree.pop("_UnusableError") == "ValueError"
    assert tree == drawn_tree()


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
    assert "unknown reason" in file_error(OSError(), path, "read").message
