"""The errors of this package, one tree. Whatever else is raised is a bug.

    AloopError
    ├── RefusedError                a request that was understood and is not carried out; nothing has changed
    │   ├── InvalidArgumentsError   the request itself is wrong
    │   ├── FileError               a file cannot be found, read, locked or written
    │   ├── NeedsInputError         a person has to be asked first (`commands/question.py`)
    │   ├── NotReadyError           a model cannot answer as it is configured (`commands/lookup.py`)
    │   └── UnusualIdError          a model ID has to be confirmed (`commands/new_id.py`)
    ├── ModelError                  a model did not answer (`llm/failures.py`)
    ├── ToolError                   a model called a tool with something that cannot be done
    ├── InvalidCatalogError         an installed litellm gives no valid catalog
    ├── PeerGoneError               an agent or editor is not there or does not answer
    │   ├── PeerSilentError         it is there and does not answer in time
    │   └── PeerEndedError          it ended, and may have carried out the request before
    ├── FrameError                  a stream does not contain LSP messages
    └── ClientError                 the editor refused a request of the server

`core` raises none of these: its problems are values. `_ReadingEndedError` never leaves `core/yaml_reader.py`.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, NamedTuple

from aloop_models.core.plain_text import sanitize, sanitize_line

_INNERMOST = 12
"""Frames of a bug that are told, at most."""


class AloopError(Exception):
    """What this package raises on purpose; its text can be shown as it is and contains no secret."""

    def message_for(self, command: str) -> str:
        """Return the text for a person whose commands begin with `command` (`/model`, `aloop models`)."""
        del command
        return str(self)


class RefusedError(AloopError):
    """A request that is not carried out; nothing has changed.

    `reason` is one word for programs: `modelNotFound`, `modelExists`, `modelIsCurrent`, `modelInUse`, `invalidFile`,
    `invalidFields`, `notReady`, `ambiguousSession`, `noSession`, `unsavedChanges`, `editNotApplied`, `unsafeEdit`,
    `fileNotFound`, `cannotRead`, `cannotWrite`, `conflict`, `locked`, …
    """

    code: ClassVar[int] = -32803
    """The error code of JSON-RPC that an interface answers with."""

    def __init__(self, reason: str, message: str, suggestions: tuple[str, ...] = ()) -> None:
        message = sanitize(message)
        super().__init__(reason, message, suggestions)
        self.reason = reason
        self.message = message
        self.suggestions = suggestions

    def __str__(self) -> str:
        return self.message

    def data(self) -> dict[str, object]:
        """What a program is told besides the message."""
        return {"reason": self.reason, "suggestions": list(self.suggestions)}

    def with_texts(self, change: Callable[[str], str]) -> RefusedError:
        """The same refusal with its message and suggestions changed."""
        return type(self)(self.reason, change(self.message), tuple(map(change, self.suggestions)))


@contextmanager
def change_texts(change: Callable[[str], str]) -> Generator[None]:
    """Change the texts of a refusal that is raised inside, such as to mask what only the file knows to be secret."""
    try:
        yield
    except RefusedError as refusal:
        raise refusal.with_texts(change) from None


class InvalidArgumentsError(RefusedError):
    """Missing, unknown or mistyped arguments of a command."""

    code: ClassVar[int] = -32602


class FileError(RefusedError):
    """A file that cannot be found, read, locked or written; its text is one line, whatever the path contains."""

    line: int | None = None
    """The line that cannot be read, counted from 1, where there is one."""

    def __init__(self, reason: str, message: str, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(reason, sanitize_line(message), suggestions)


class ToolError(AloopError):
    """A call that cannot be carried out; its text goes to the model."""


class InvalidCatalogError(AloopError):
    """An installed litellm whose data files give no valid catalog; its text is the reason, half a sentence."""


class PeerGoneError(AloopError):
    """The other side is not there, does not answer in time, or speaks something else."""


class PeerSilentError(PeerGoneError):
    """The other side is there, and does not answer in time."""


class PeerEndedError(PeerGoneError):
    """The other side is gone, and nobody knows whether it did before what it had begun."""


class FrameError(AloopError):
    """The stream is not LSP, or a frame is too large; the connection cannot go on."""


class ClientError(AloopError):
    """The client refused a request of ours; what it said is not kept."""


_CAUSES = {
    errno.ENOSPC: "the disk is full. Free some space",
    errno.EDQUOT: "your disk quota is used up. Free some space",
    errno.EROFS: "the disk is mounted read-only. Mount it for writing",
    errno.EACCES: "permission is denied. Give yourself access to the file and its folder",
    errno.EPERM: "the system does not allow it. Check the owner and attributes of the file and its folder",
    errno.EISDIR: "a folder stands in its place. Move the folder away",
    errno.EEXIST: "a file stands where a folder belongs. Move that file away",
    errno.ENOTDIR: "a part of its path is not a folder. Correct the path",
    errno.ELOOP: "its symbolic links lead in a circle. Correct the links",
    errno.ENAMETOOLONG: "its path is too long for this disk. Use a shorter one",
    errno.EIO: "the disk reports a hardware error. Check the disk",
    errno.EMFILE: "too many files are open. Close some programs",
    errno.ENFILE: "too many files are open. Close some programs",
    errno.EBUSY: "another program holds it. Close that program",
}


def file_error(error: OSError, path: Path, doing: str) -> FileError:
    """The problem for people behind an `OSError`; `doing` is `read` or `write`."""
    if isinstance(error, FileNotFoundError):
        if doing == "write":
            return FileError(
                "fileNotFound", f"Cannot write {path}: its folder does not exist. Create it and try again."
            )
        return FileError("fileNotFound", f"{path} does not exist. Check the path, or create it: aloop models init")
    cause = _CAUSES.get(error.errno or 0, f"{error.strerror or 'the system gave no reason'}. Check the path")
    reason = "cannotRead" if doing == "read" else "cannotWrite"
    kept = "" if doing == "read" else " Nothing was changed."
    return FileError(reason, f"Cannot {doing} {path}: {cause} and try again.{kept}")


class Bug(NamedTuple):
    """An unexpected error without what it says, which may quote the user's text or a model's."""

    id: str
    what: str
    """Its kind and its places, the innermost first: `KeyError at reader.py:12 read < main.py:5 main`."""


def bug_of(error: BaseException) -> Bug:
    """Return what may be shown of an unexpected error, under a new id."""
    # Imported here, for every start needs this module and hardly one this function.
    import secrets
    import traceback

    frames = traceback.extract_tb(error.__traceback__, limit=-_INNERMOST)
    places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    return Bug(secrets.token_hex(4), f"{type(error).__name__} at {places}")


def describe_bug(error: BaseException) -> str:
    """Return the sentence that tells a person of a bug."""
    bug = bug_of(error)
    return f"something went wrong (bug {bug.id}): {bug.what}. Please report this line."
