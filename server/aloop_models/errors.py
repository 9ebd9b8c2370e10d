"""The errors of this package, one tree. Every other exception is a bug.

    AloopError
    ├── RefusedError                a request is refused; nothing has changed
    │   ├── InvalidArgumentsError   the arguments of a request are invalid
    │   ├── FileError               a file cannot be found, read, locked or written
    │   ├── ContentModifiedError    a document has changed since a request about it
    │   ├── NeedsInputError         a person must answer a question first (`commands/question.py`)
    │   ├── ModelNotFoundError      a model is not in the file (`commands/lookup.py`)
    │   ├── NotReadyError           a model is not ready (`commands/lookup.py`)
    │   ├── AmbiguousModelError     several models have the name (`commands/lookup.py`)
    │   ├── AmbiguousSessionError   several agents are running (`commands/switch_model.py`)
    │   ├── ModelExistsError        the file has the new model already (`commands/new_id.py`)
    │   ├── CopyExistsError         the file to copy to has the model already (`commands/copy_model.py`)
    │   ├── ModelInUseError         an agent uses the model (`commands/remove_model.py`)
    │   └── UnusualIdError          a person must confirm a model ID (`commands/new_id.py`)
    ├── ModelError                  a model did not answer (`llm/failures.py`)
    ├── ToolError                   a model called a tool that cannot do what was asked
    ├── InvalidCatalogError         an installed litellm has no valid catalog
    ├── PeerGoneError               an agent or editor cannot be reached
    │   ├── PeerSilentError         it did not answer in time
    │   └── PeerEndedError          it ended, and may have carried out the request before
    ├── CancelledCallError          a command was cancelled before it wrote anything
    ├── FrameError                  a stream does not contain LSP messages
    └── ClientError                 the editor refused a request of the server

`core` raises none of these: its problems are values. `_ReadingEndedError` never leaves `core/yaml_reader.py`,
and `_UnusableError` never leaves `agent/saved_conversation.py`.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, NamedTuple

from aloop_models.core.plain_text import sanitize, sanitize_line

AGENT_NOT_INSTALLED = 'The libraries of the agent are not installed. Install them: pip install "aloop-models[agent]"'
"""The message where litellm or another library of the extra `agent` is missing."""

_INNERMOST = 12
"""Maximum number of frames in a bug report."""


class AloopError(Exception):
    """An error that this package raises on purpose; its text is for people and contains no secret."""

    def message_for(self, command: str) -> str:
        """Return the text for an interface whose commands begin with `command` (`/model`, `aloop models`)."""
        del command
        return str(self)


class RefusedError(AloopError):
    """A refused request; nothing has changed.

    `reason` is one word for programs: `modelNotFound`, `modelExists`, `modelIsCurrent`, `modelInUse`, `invalidFile`,
    `invalidFields`, `notReady`, `ambiguousSession`, `noSession`, `unsavedChanges`, `editNotApplied`, `unsafeEdit`,
    `fileNotFound`, `contentModified`, `cannotRead`, `cannotWrite`, `conflict`, `locked`, …
    """

    code: ClassVar[int] = -32803
    """The JSON-RPC error code."""

    def __init__(self, reason: str, message: str, suggestions: tuple[str, ...] = ()) -> None:
        message = sanitize(message)
        super().__init__(reason, message, suggestions)
        self.reason = reason
        self.message = message
        self.suggestions = suggestions

    def __str__(self) -> str:
        return self.message

    def data(self) -> dict[str, object]:
        """Return `reason` and `suggestions` for programs."""
        return {"reason": self.reason, "suggestions": list(self.suggestions)}

    def with_texts(self, change: Callable[[str], str]) -> RefusedError:
        """Return the same refusal with its message and suggestions changed."""
        return type(self)(self.reason, change(self.message), tuple(map(change, self.suggestions)))


@contextmanager
def change_texts(change: Callable[[str], str]) -> Generator[None]:
    """Change the texts of a refusal that is raised inside, for example to mask the secrets of the file."""
    try:
        yield
    except RefusedError as refusal:
        raise refusal.with_texts(change) from None


class InvalidArgumentsError(RefusedError):
    """Missing, unknown or mistyped arguments of a command."""

    code: ClassVar[int] = -32602


class FileError(RefusedError):
    """A file that cannot be found, read, locked or written; its text is always one line."""

    line: int | None = None
    """The line that cannot be read, starting at 1, if known."""

    def __init__(self, reason: str, message: str, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(reason, sanitize_line(message), suggestions)


class ToolError(AloopError):
    """A tool call that cannot be carried out; its text is for the model."""


class InvalidCatalogError(AloopError):
    """An installed litellm without a valid catalog; its text is the reason, as a clause."""


class PeerGoneError(AloopError):
    """An agent or editor that cannot be reached."""


class PeerSilentError(PeerGoneError):
    """An agent or editor that did not answer in time."""


class PeerEndedError(PeerGoneError):
    """An agent or editor that ended, and may have carried out the request before."""


class CancelledCallError(AloopError):
    """A command that was cancelled before it wrote anything."""


class FrameError(AloopError):
    """A stream without LSP messages, or with one that is too large; the connection must be closed."""


class ClientError(AloopError):
    """An editor that refused a request of the server; its message is not kept."""


class ContentModifiedError(RefusedError):
    """A request about a text that has changed in the meantime, so that its result would be wrong."""

    code = -32801

    def __init__(self) -> None:
        super().__init__("contentModified", "The document has changed in the meantime. Send the request again.")


_CAUSES = {
    errno.ENOSPC: "the disk is full. Free some space",
    errno.EDQUOT: "your disk quota is used up. Free some space",
    errno.EROFS: "the disk is mounted read-only. Mount it for writing",
    errno.EACCES: "permission is denied. Give yourself access to the file and its folder",
    errno.EPERM: "the system does not allow it. Check the owner and attributes of the file and its folder",
    errno.EISDIR: "it is a folder. Move the folder away",
    errno.EEXIST: "a file with this name exists. Move that file away",
    errno.ENOTDIR: "a part of its path is not a folder. Correct the path",
    errno.ELOOP: "its symbolic links form a loop. Correct the links",
    errno.ENAMETOOLONG: "its path is too long for this disk. Use a shorter path",
    errno.EIO: "the disk reports a hardware error. Check the disk",
    errno.EMFILE: "too many files are open. Close some programs",
    errno.ENFILE: "too many files are open. Close some programs",
    errno.EBUSY: "another program is using it. Close that program",
}


def file_error(error: OSError, path: Path, doing: str) -> FileError:
    """Return the `FileError` for an `OSError`; `doing` is `read` or `write`."""
    if isinstance(error, FileNotFoundError):
        if doing == "write":
            return FileError(
                "fileNotFound", f"Cannot write {path}: its folder does not exist. Create it and try again."
            )
        return FileError("fileNotFound", f"{path} does not exist. Check the path, or create it: aloop models init")
    cause = _CAUSES.get(error.errno or 0, f"{error.strerror or 'unknown reason'}. Check the path")
    reason = "cannotRead" if doing == "read" else "cannotWrite"
    kept = "" if doing == "read" else " Nothing was changed."
    return FileError(reason, f"Cannot {doing} {path}: {cause} and try again.{kept}")


class Bug(NamedTuple):
    """An unexpected error without its message, which may quote a user's or a model's text."""

    id: str
    what: str
    """Its type and frames, innermost first: `KeyError at reader.py:12 read < main.py:5 main`."""


def bug_of(error: BaseException) -> Bug:
    """Return what can be shown of an unexpected error, with a new ID."""
    # Imported here, because every start imports this module, but few call this function.
    import secrets
    import traceback

    frames = traceback.extract_tb(error.__traceback__, limit=-_INNERMOST)
    places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    return Bug(secrets.token_hex(4), f"{type(error).__name__} at {places}")


def describe_bug(error: BaseException) -> str:
    """Return a bug report of one line for a person."""
    bug = bug_of(error)
    return f"internal error (bug {bug.id}): {bug.what}. Please report this line."
