"""Ask the editor that has a file open to run a command, or for the content of its buffer."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from aloop_models.commands import PARSE, Command, Outcome
from aloop_models.commands.set_key import KEY
from aloop_models.commands.show_model import SHOW
from aloop_models.commands.views import JsonObject
from aloop_models.dispatch.pending import Call
from aloop_models.errors import FileError, PeerEndedError, PeerGoneError, RefusedError
from aloop_models.workspace.read import text_of
from aloop_models.workspace.workspace import Workspace


def run_at_editor(call: Call, name: str) -> JsonObject | Outcome | None:
    """Return the result of a call at the editor that serves the file; None if there is no editor, or it did nothing.

    An `Outcome` means that the editor has written the file and then ended.

    Raises:
        RefusedError: the editor refused, or did not finish.
    """
    # Imported here, because importing asyncio takes longer than the rest of a command.
    from aloop_models.sessions.peer import ask_editor

    path, workspace = call.path, call.workspace
    window = workspace.endpoint if workspace.window else None
    before = _text_or_none(path)
    given = cast("Mapping[str, object]", call.argument or {})
    try:
        return ask_editor(path, call.command.id, {**given, "uri": path.as_uri()}, name, window=window)
    except PeerEndedError:
        # A change of its buffer is lost, but a change of the file is done and would now be refused.
        after = _text_or_none(path)
        if not call.command.changes_file or before is None or after is None or before == after:
            return None
        return call.run(before) if call.is_applied(after) else None


def resolve_at_editor(path: Path, command: Command[Any], key: str, typed: str, name: str) -> JsonObject | None:
    """What was typed at this key of the command's argument object, with the full ID that the editor of the file finds.

    None where no editor serves the file, or where it cannot say.

    Raises:
        RefusedError: `modelNotFound`: no model, or several, fit.
    """
    from aloop_models.sessions.peer import ask_editor

    # Only these differ in the names that they take.
    verb = KEY.verb if key == "who" else command.verb if command.confirms_part else SHOW.verb
    words = [verb, typed]
    try:
        answer = ask_editor(path, PARSE.id, {"uri": path.as_uri(), "words": words, "strict": True}, name)
    except PeerEndedError:
        return None
    except RefusedError as refusal:
        if refusal.reason == "modelNotFound":
            raise
        # The file in the editor is broken, or the editor is too busy.
        return None
    if answer is None:
        return None
    found = cast("JsonObject", answer["argument"])
    return found if key == "who" else {key: found["modelId"]}


def follow_undo(workspace: Workspace, path: Path, name: str) -> None:
    """Use only those unsaved changes of this process that an editor still has; none after all have ended."""
    from aloop_models.sessions.peer import states_of_editors
    from aloop_models.sessions.registry import editors_on

    # A change that is made in the meantime is not compared.
    changes = workspace.unsaved_ids(path)
    try:
        states = states_of_editors(path, name)
    except (RefusedError, PeerGoneError):
        if editors_on(path):
            # Whether it still has the changes is not known.
            return
        states = []
    kept = {change for state in states for change in cast("list[str]", state.get("unsaved", []))}
    workspace.record_undone(path, changes - kept)


def _text_or_none(path: Path) -> str | None:
    with suppress(FileError):
        return text_of(path)
    return None
