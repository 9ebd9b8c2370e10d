"""The last conversation of each folder, in a private file in the state folder, without keys."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, cast

from aloop_models.agent.conversation import ConversationMessage
from aloop_models.catalog.redaction import Redactor, redact
from aloop_models.core.lazy_re import lazy_re
from aloop_models.errors import FileError, file_error
from aloop_models.llm.answer import Message, change_arguments, encodable, is_plausible, plain_message
from aloop_models.workspace.atomic import replace_file, write_private
from aloop_models.workspace.folders import make_private, state_folder
from aloop_models.workspace.paths import real_path

MAX_BYTES = 2_000_000
"""Bytes of the messages in a file, at most; what is too much is removed in whole turns, the oldest first."""

MAX_AGE = 90 * 86_400
"""Seconds after which the conversation of another folder is deleted, if nobody continued it."""

VERSION = 1
"""The version of the format; a file with another version is not read."""

_FOLDER = "conversations"
_NAME = lazy_re(r"[0-9a-f]{32}\.json(?:\.broken)?")


@dataclass(frozen=True, slots=True)
class SavedConversation:
    """A conversation as it was saved."""

    messages: tuple[ConversationMessage, ...]
    """Finished turns; empty if only a switch of the model was saved."""
    model_id: str | None
    """The current model at that time."""
    context: int | None
    """Tokens of the messages as the last model counted them; None if unknown."""
    saved_at: datetime

    @property
    def texts(self) -> int:
        """The number of questions and answers, without tool calls and their results."""
        return sum(item.message["role"] != "tool" and bool(item.message["content"]) for item in self.messages)

    @property
    def last_question(self) -> str:
        """The newest question; empty without messages."""
        return next((str(item.message["content"]) for item in reversed(self.messages) if _is_question(item)), "")


class ConversationFile:
    """The file with the last conversation of one folder. Several agents may use it: the last one that saves wins.

    A file is replaced as a whole, so nobody reads a part of one. Every text is written without the secrets that
    `redactor` knows and without texts in the published format of a key.
    """

    def __init__(self, folder: Path, redactor: Callable[[], Redactor]) -> None:
        self._folder = str(real_path(folder))
        self._redactor = redactor
        self._redacted: dict[int, tuple[Message, str]] = {}
        """The line of each message that was saved last, by the identity of the message."""
        self._used_redactor: Redactor | None = None
        self._written = ""
        self._read: SavedConversation | None = None

    @property
    def path(self) -> Path:
        """The file, in a folder that is created if needed.

        Raises:
            FileError: The folder cannot be created, or belongs to another user.
        """
        name = hashlib.sha256(os.fsencode(self._folder)).hexdigest()[:32]
        return make_private(state_folder() / _FOLDER, "XDG_STATE_HOME") / f"{name}.json"

    def read(self) -> SavedConversation | None:
        """Return the conversation; None if there is none.

        Raises:
            FileError: The file cannot be used, and was renamed.
        """
        path = self.path
        self._redacted, self._used_redactor = {}, self._redactor()
        try:
            self._read = parse(_read_own(path))
        except FileNotFoundError:
            return None
        except OSError as error:
            reason = error.strerror or "it cannot be read"
        except ValueError as error:
            reason = str(error) if isinstance(error, _UnusableError) else "it is damaged"
        else:
            return self._read
        aside = path.with_name(f"{path.name}.broken")
        moved = ""
        with suppress(OSError):
            replace_file(path, aside)
            moved = f" It is now {redact(str(aside))}."
        message = f"The saved conversation of this folder cannot be used: {reason}.{moved}"
        raise FileError("invalidConversation", message)

    def save(self, messages: Sequence[ConversationMessage], model_id: str | None, context: int | None) -> None:
        """Save a conversation of finished turns and the current model; without messages, only if none is saved.

        Raises:
            FileError: It cannot be saved; the file is unchanged.
        """
        redactor = self._redactor()
        if redactor is not self._used_redactor:
            self._redacted, self._used_redactor = {}, redactor
        elif self._read and self._read.messages == tuple(messages) and self._read.model_id == model_id:
            # Nothing has changed since it was read: it keeps its age, and another agent may have saved since.
            return
        lines = {id(item.message): self._line(item, redactor) for item in messages}
        self._redacted = {id(item.message): (item.message, lines[id(item.message)]) for item in messages}
        kept = limit(messages, lambda item: len(lines[id(item.message)].encode()) + 2, MAX_BYTES)
        if messages and not kept:
            raise FileError("tooLong", f"The last turn is longer than the limit of {MAX_BYTES:,} bytes.")
        state = {
            "model": None if model_id is None else redactor.redact(model_id),
            "context": context if len(kept) == len(messages) else None,
        }
        body = json.dumps(state)[1:-1] + ', "messages": [\n' + ",\n".join(lines[id(item.message)] for item in kept)
        if body == self._written:
            return
        path = self.path
        if not messages and (saved := self.read()) and saved.messages:
            return
        now = datetime.now(timezone.utc).isoformat(timespec="seconds")
        head = json.dumps({"version": VERSION, "folder": redactor.redact(self._folder), "saved": now})
        try:
            write_private(path, f"{head[:-1]}, {body}\n]}}\n".encode())
        except OSError as error:
            raise file_error(error, path, "write") from error
        if not self._written:
            _remove_old(path)
        self._written = body

    def _line(self, item: ConversationMessage, redactor: Redactor) -> str:
        known = self._redacted.get(id(item.message))
        if known is not None:
            return known[1]
        value = {"model": redactor.redact(item.model_id), "message": without_keys(item.message, redactor)}
        return json.dumps(value, ensure_ascii=False)


def without_keys(message: Message, redactor: Redactor) -> Message:
    """Return the message with every secret masked.

    What only the model that wrote it understands, such as a signature of its reasoning, does not survive a change, so
    a message that contained a secret loses that part.
    """
    message = encodable(message)
    masked = cast("Message", _mask(message, redactor))
    return message if masked == message else plain_message(masked)


def _mask(value: object, redactor: Redactor) -> object:
    if isinstance(value, str):
        return redactor.mask_content(value)
    if isinstance(value, Mapping):
        items = cast("Mapping[str, object]", value).items()
        return {
            redactor.mask_content(name): _mask_arguments(item, redactor)
            if name == "arguments"
            else _mask(item, redactor)
            for name, item in items
        }
    if isinstance(value, list | tuple):
        return [_mask(item, redactor) for item in cast("Iterable[object]", value)]
    return value


def _mask_arguments(value: object, redactor: Redactor) -> object:
    if not isinstance(value, str):
        return _mask(value, redactor)
    return change_arguments(value, lambda given: _mask(given, redactor)) or "{}"


def limit(
    messages: Sequence[ConversationMessage], size_of: Callable[[ConversationMessage], int], most: int
) -> Sequence[ConversationMessage]:
    """Return the newest turns of at most `most` bytes; tool calls stay with their results.

    The last turn loses its oldest tool calls if it is too long alone. If that is not enough, the result is empty.
    """
    starts = [index for index, item in enumerate(messages) if _is_question(item)]
    sizes = [size_of(item) for item in messages]
    for start in starts:
        if sum(sizes[start:]) <= most:
            return messages[start:]
    if not starts:
        return ()
    question, *rest = messages[starts[-1] :]
    rounds = [index for index, item in enumerate(rest) if item.message["role"] == "assistant"]
    for start in rounds[1:]:
        kept = (question, *rest[start:])
        if sum(map(size_of, kept)) <= most:
            return kept
    return ()


def parse(data: bytes) -> SavedConversation:
    """Return the conversation in a file.

    Raises:
        ValueError: The data is not one.
    """
    try:
        value = _mapping(json.loads(data))
        if value["version"] != VERSION:
            raise _UnusableError("another version of aloop saved it")
        messages = tuple(map(_item, _list(value["messages"])))
        _check_order(messages)
        context, model_id = value["context"], value["model"]
        saved_at = datetime.fromisoformat(_text(value["saved"]))
        if not (context is None or type(context) is int) or saved_at.tzinfo is None:
            raise _UnusableError
        if context is not None and not is_plausible(context):
            context = None
        return SavedConversation(messages, None if model_id is None else _text(model_id), context, saved_at)
    except (KeyError, RecursionError) as error:
        raise _UnusableError from error


class _UnusableError(ValueError):
    """A file that is not a conversation of this version; its text is a clause."""

    def __init__(self, reason: str = "it is damaged") -> None:
        super().__init__(reason)


def _read_own(path: Path) -> bytes:
    """The content of a regular file of this user; another user's file could make an agent say anything."""
    optional = ("O_NONBLOCK", "O_NOFOLLOW", "O_CLOEXEC", "O_BINARY")
    try:
        descriptor = os.open(path, os.O_RDONLY | sum(getattr(os, name, 0) for name in optional))
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise _UnusableError("it is not a regular file") from error
        raise
    # Another agent may replace the file at any time, so only the opened one is checked.
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise _UnusableError("it is not a regular file")
        if sys.platform != "win32" and found.st_uid != os.geteuid():
            raise _UnusableError("it belongs to another user")
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            data = stream.read(2 * MAX_BYTES + 1)
    finally:
        os.close(descriptor)
    if len(data) > 2 * MAX_BYTES:
        raise _UnusableError("it is too large")
    return data


def _item(value: object) -> ConversationMessage:
    item = _mapping(value)
    message, model_id = _mapping(item["message"]), _text(item["model"])
    if message["role"] not in ("user", "assistant", "tool"):
        raise _UnusableError
    _text(message["content"])
    for call in map(_mapping, _list(message.get("tool_calls") or [])):
        function = _mapping(call["function"])
        _text(call["id"])
        _text(function["name"])
        _mapping(json.loads(_text(function["arguments"])))
    return ConversationMessage(message, model_id)


def _check_order(messages: Sequence[ConversationMessage]) -> None:
    """Check that a question comes first, and that exactly the results of its calls follow a message."""
    if messages and not _is_question(messages[0]):
        raise _UnusableError
    awaited = set[str]()
    for item in messages:
        if item.message["role"] == "tool":
            if item.message["tool_call_id"] not in awaited:
                raise _UnusableError
            awaited.remove(item.message["tool_call_id"])
        elif awaited:
            raise _UnusableError
        else:
            awaited = {call["id"] for call in item.message.get("tool_calls") or ()}
    if awaited or (messages and _is_question(messages[-1])):
        raise _UnusableError


def _is_question(item: ConversationMessage) -> bool:
    return item.message["role"] == "user"


def _mapping(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _UnusableError
    return cast("dict[str, Any]", value)


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise _UnusableError
    return cast("list[object]", value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _UnusableError
    return value


def _remove_old(path: Path) -> None:
    """Delete the conversations that nobody has continued for `MAX_AGE`."""
    with suppress(OSError), os.scandir(path.parent) as entries:
        for entry in entries:
            if _NAME.fullmatch(entry.name) and entry.stat(follow_symlinks=False).st_mtime < time.time() - MAX_AGE:
                Path(entry.path).unlink(missing_ok=True)
