"""`aloop-ls` with planted faults, for tests: bugs that quote the document, leaks, libraries that print.

Usage: faulty_server.py FAULT [arguments of aloop-ls]
"""

import logging
import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

from aloop_models.commands import BY_ID
from aloop_models.dispatch import runner
from aloop_models.features.hover import Hover
from aloop_models.lsp import documents, handlers, log
from aloop_models.lsp.main import main
from aloop_models.snapshot import Snapshot


class Quoting(Exception):
    """A bug whose text holds what the code was working on."""


class _Untidy:
    def __init__(self, text: str) -> None:
        self.text = text

    def __del__(self) -> None:
        raise Quoting(self.text)


def quoting(*arguments: Any, **_: Any) -> Any:
    """In place of any function: raises with its arguments written out."""
    raise Quoting(*(item.document.text if isinstance(item, Snapshot) else str(item) for item in arguments))


def plant(module: ModuleType, name: str, fault: Callable[..., Any]) -> None:
    """Replace a function of a module; a name that the module does not have is a mistake in this file."""
    assert hasattr(module, name), f"{module.__name__} has no {name}"
    setattr(module, name, fault)


def bugs() -> None:
    """Nearly everything raises."""
    for name in ("find_hover", "complete", "rename_edits", "find_symbols"):
        plant(handlers, name, quoting)
    for name in ("diagnose", "apply_edits"):
        plant(documents, name, quoting)
    plant(runner, "state_view", quoting)
    BY_ID["aloop.listModels"] = replace(BY_ID["aloop.listModels"], function=quoting)


def disk() -> None:
    """Looking at the disk raises, in a thread and beside the messages."""
    plant(documents, "place_of", lambda path: quoting(path, path.read_text()))


def noise() -> None:
    """Hovering does what badly behaved libraries do with a text."""

    def hover(snapshot: Snapshot, _offset: int) -> Hover:
        text = snapshot.document.text
        thread = threading.Thread(target=quoting, args=(text,))
        thread.start()
        thread.join()
        _Untidy(text)
        warnings.warn(text, stacklevel=1)
        logging.getLogger("library").critical("%s", text)
        logging.critical("%s", text)
        return Hover((0, 0), "made noise")  # type: ignore[arg-type]

    plant(handlers, "find_hover", hover)


def prints() -> None:
    """Hovering prints in every way there is, nothing of it the person's."""

    def hover(*_: Any) -> Hover:
        print("printed")
        sys.stdout.write("written\n")
        sys.stdout.flush()
        sys.__stdout__.write("written to the first stdout\n")  # type: ignore[union-attr]
        sys.__stdout__.flush()  # type: ignore[union-attr]
        os.write(1, b"written to the descriptor\n")
        subprocess.run(["echo", "from a child"], check=True)
        return Hover((0, 0), "printed")  # type: ignore[arg-type]

    plant(handlers, "find_hover", hover)


def _leaking(leak: Callable[[str], object]) -> Callable[[], None]:
    def leaking() -> None:
        def hover(snapshot: Snapshot, _offset: int) -> Hover:
            text = snapshot.document.text
            return Hover((0, 0), str(leak(text)))  # type: ignore[arg-type]

        plant(handlers, "find_hover", hover)

    return leaking


FAULTS: dict[str, Callable[[], None]] = {
    "bugs": bugs,
    "disk": disk,
    "noise": noise,
    "prints": prints,
    "leak-stdout": _leaking(lambda text: text),
    "leak-stderr": _leaking(lambda text: os.write(2, text.encode())),
    "leak-log": _leaking(lambda text: log.logger.warning("%s", text)),
}

if __name__ == "__main__":
    FAULTS[sys.argv.pop(1)]()
    main()
