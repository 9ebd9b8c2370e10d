"""The models of one models.yaml for an agent: read, switched in memory, and changed in the file."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from aloop_models.catalog.redaction import Redactor, redactor_for
from aloop_models.commands.add_model import ADD
from aloop_models.commands.edit_model import EDIT
from aloop_models.commands.lookup import not_found
from aloop_models.commands.remove_model import REMOVE
from aloop_models.commands.set_default_model import DEFAULT
from aloop_models.dispatch.runner import Runner
from aloop_models.errors import FileError, RefusedError
from aloop_models.features.broken_file import broken_file
from aloop_models.llm.loading import Configuration, configuration_of, why_not_usable
from aloop_models.llm.profile import ModelProfile
from aloop_models.snapshot import Snapshot
from aloop_models.workspace.first_use import make_config
from aloop_models.workspace.locate import CONFIG_PATH, is_blank
from aloop_models.workspace.read import Stamp, read_file, stamp_of
from aloop_models.workspace.workspace import Workspace

_NOTHING = Configuration({}, None, frozenset(), (), {})

_YOUNG = 2_000_000_000
"""Nanoseconds. A file written that recently may be written again without a new time stamp (FAT counts in 2 s)."""


class ModelManager:
    """The models of one models.yaml, current in memory, the rest in the file.

    It never raises on a bad file: the last good configuration stays in force and `last_error` says what is wrong. Of
    a file that can be read, a bad entry costs only itself. Changes by others are seen at the next access: the file is
    looked at (one `stat`), and read again where it has changed. Safe to use from several threads.

    Methods that change something return whether they did; where they did not, `last_error` says why, and neither file
    nor memory has changed. No text of this class holds a key, other than `ModelProfile.api_key` itself.
    """

    CONFIG_PATH = CONFIG_PATH.as_posix()
    """Where the file is, relative to the folder that it serves."""

    def __init__(self, config_path: str | os.PathLike[str] | None = None, *, runner: Runner | None = None) -> None:
        """Serve the file named, else the one that serves the working directory; make it where there is none.

        What was made is told in `notices`. `runner` is the one of this process, if it has one already; then it decides
        which file is served.
        """
        named = Path(config_path) if config_path is not None else None
        self.runner = runner or Runner(Workspace((Path(os.curdir),), config=named), "aloop")
        """Runs commands on what this process knows; shared by everything that belongs to the agent."""
        self.workspace = self.runner.workspace
        self._lock = self.workspace.lock
        found = self.workspace.find()
        self._path = self.workspace.file = found.path or found.create_at
        self._loaded = _NOTHING
        self._seen: tuple[Stamp, int] | None = None
        self._text: str | None = None
        self._snapshot: Snapshot | None = None
        self._secrets: frozenset[str] = frozenset()
        self._is_good = False
        self._current: ModelProfile | None = None
        self._file_error = ""
        self._file_problem = ""
        self._refusal = ""
        self._message = ""
        self._not_made = ""
        self._notices: tuple[str, ...] = ()
        if not found.is_blocked and (stamp_of(self._path) is None or is_blank(self._path)):
            try:
                self._notices = make_config(self._path)
            except FileError as problem:
                # One that another program made in this moment is read; anything else is the reason there is none.
                self._not_made = str(problem)
        self._refresh()

    def __repr__(self) -> str:
        return f"ModelManager({str(self._path)!r})"

    @property
    def config_path(self) -> str:
        """The absolute path of the file."""
        return str(self._path)

    @property
    def models(self) -> Mapping[str, ModelProfile]:
        """The loaded models by id, in the order of the file; a view that cannot be changed."""
        with self._lock:
            return MappingProxyType(dict(self._fresh().models))

    @property
    def default_model_id(self) -> str | None:
        """What `default` in the file names, loaded or not; None where there is none."""
        with self._lock:
            return self._fresh().default_id

    @property
    def current_model_id(self) -> str | None:
        """The model in use; at first the default, else the first model that is ready, else None."""
        with self._lock:
            self._fresh()
            return self.workspace.current

    @property
    def last_error(self) -> str:
        """Why the last method did not do what it was asked, else what is wrong with the file; empty if nothing is.

        Of the file: the reason why it cannot be read, else `file:line:col rule message` for each error, one per line.
        """
        with self._lock:
            self._fresh()
            return self._refusal or self._file_error

    @property
    def file_error(self) -> str:
        """Why the file as a whole cannot be used now, with its line, as one sentence; empty where it can be."""
        with self._lock:
            self._fresh()
            return "" if self._is_good else self._file_problem

    @property
    def has_entries(self) -> bool:
        """Whether the file has entries, loaded or not."""
        with self._lock:
            loaded = self._fresh()
            return bool(loaded.models or loaded.left_out)

    @property
    def last_message(self) -> str:
        """What the last change did, with warnings, in words for people; empty where it was refused."""
        with self._lock:
            return self._message

    @property
    def notices(self) -> tuple[str, ...]:
        """What was made for the first use, one or two sentences each, for a person to be told once."""
        return self._notices

    @property
    def snapshot(self) -> Snapshot | None:
        """The text that the models are loaded from, after a look at the file; None before the first good one."""
        with self._lock:
            self._fresh()
            return self._snapshot

    @property
    def loaded(self) -> Snapshot | None:
        """As `snapshot`, without a look at the file: what the last answer of this object was made from."""
        with self._lock:
            return self._snapshot

    @property
    def redactor(self) -> Redactor:
        """Masks the secrets of the file, those included that it had since this manager first read it."""
        with self._lock:
            self._fresh()
            return redactor_for(self._secrets)

    def is_configured(self) -> bool:
        """Whether at least one loaded model can answer."""
        with self._lock:
            return bool(self._fresh().ready)

    def list_models(self) -> list[ModelProfile]:
        """The loaded models, in the order of the file."""
        with self._lock:
            return list(self._fresh().models.values())

    def get_model_ids(self) -> list[str]:
        """The ids of the loaded models, in the order of the file."""
        with self._lock:
            return list(self._fresh().models)

    def get_model(self, model_id: str) -> ModelProfile | None:
        """The loaded model of exactly this id, or None."""
        with self._lock:
            return self._fresh().models.get(model_id)

    def get_current_model(self) -> ModelProfile | None:
        """The model in use with the values now in the file; as last known where it has left the file."""
        with self._lock:
            self._fresh()
            return self._current

    def get_default_model_id(self) -> str | None:
        """The same as `default_model_id`."""
        return self.default_model_id

    def switch_model(self, model_id: str) -> ModelProfile | None:
        """Use another loaded model, in memory only; its profile, or None where it is not loaded."""
        with self._lock:
            profile = self._fresh().models.get(model_id)
            self._message = ""
            if profile is None:
                self._refusal = self._why_not_loaded(model_id)
                return None
            self._refusal, self._message = "", f"{profile.display_name} is in use."
            self.workspace.use(model_id)
            self._current = profile
            return profile

    def set_default(self, model_id: str) -> bool:
        """Make a model of the file what new agents start with; whether it is now."""
        return self._change(DEFAULT.id, {"modelId": model_id})

    def add_model(
        self,
        model_id: str,
        name: str | None = None,
        api_key: str | None = None,
        api_base: str | None = None,
        timeout: float | None = None,
        drop_params: bool | None = None,  # noqa: FBT001 - the RFC's order of fields
        **fields: object,
    ) -> bool:
        """Add a model to the file; whether it was added. A field that is None, or an empty name, is left out.

        `timeout` is in seconds. The first model of an empty file becomes its default.
        """
        given = {
            "name": name or None,
            "api_key": api_key,
            "api_base": api_base,
            "timeout": timeout,
            "drop_params": drop_params,
            **fields,
        }
        given = {field: value for field, value in given.items() if value is not None}
        return self._change(ADD.id, {"modelId": model_id, "fields": given, "allowUnusualId": True})

    def edit_model(self, model_id: str, **fields: object) -> bool:
        """Set fields of a model in the file, None to remove one; whether the file holds them now.

        It may also be a model that is not loaded because of an error, so that this can be mended. The one field that
        cannot be given here is Bedrock's `model_id`, for it has the name of the argument.
        """
        return self._change(EDIT.id, {"modelId": model_id, "fields": fields})

    def remove_model(self, model_id: str) -> bool:
        """Take a model out of the file; whether it is gone. The current model is not removed."""
        return self._change(REMOVE.id, {"modelId": model_id})

    def reload(self) -> bool:
        """Read the file again; whether it could be read. The current model stays.

        True also where entries had to be left out; `last_error` names each.
        """
        with self._lock:
            self._refusal = self._message = ""
            self._seen = self._text = None
            self.workspace.settle(self._path)
            return self._refresh()

    def validate_model(self, profile: ModelProfile) -> tuple[bool, str]:
        """Whether a model with these values could be called, and if not, why, as a sentence without secrets.

        Nothing is sent: the form of the values is checked, as in the editor.
        """
        reason = why_not_usable(profile, self.workspace.facts)
        return not reason, reason

    def _change(self, command_id: str, argument: Mapping[str, object]) -> bool:
        uri = self._path.as_uri()
        try:
            # Without the lock: another program may hold the file for seconds, and a status bar must not wait for it.
            result = self.runner.execute_now(command_id, {**argument, "uri": uri})
        except RefusedError as refusal:
            with self._lock:
                self._refusal, self._message = str(refusal), ""
            return False
        with self._lock:
            self._refusal, self._message = "", str(result["message"])
            self._refresh()
        return True

    def _fresh(self) -> Configuration:
        self._refresh()
        return self._loaded

    def _refresh(self) -> bool:
        """Read the file if it, or what is not saved of it, may have changed; whether what it holds now is in force."""
        stamp, revision = stamp_of(self._path), self.workspace.revision
        if stamp is not None and self._seen == (stamp, revision) and not _is_young(stamp):
            return self._is_good
        try:
            if skipped := self.workspace.skipped(self._path):
                raise FileError("fileSkipped", f"No models.yaml can be used here. {skipped}")
            read = read_file(self._path)
        except FileError as problem:
            self._file_problem = self._not_made or str(problem)
            self._fail(self._file_problem)
            self._seen = self._text = None
            return False
        snapshot = self.workspace.with_unsaved(self._path, read.text)
        self._seen, self._not_made = (read.stamp, revision), ""
        if snapshot.document.text != self._text:
            self._text = snapshot.document.text
            self._take(snapshot)
        return self._is_good

    def _take(self, snapshot: Snapshot) -> None:
        self._secrets |= snapshot.redactor.secrets
        found = configuration_of(snapshot)
        if isinstance(found, str):
            problem = broken_file(snapshot.document)
            self._file_problem = problem.message if problem else found
            self._fail(found)
            return
        self._loaded, self._file_error, self._is_good = found, "\n".join(found.problems), True
        workspace = self.workspace
        if workspace.current is None:
            first = (model_id for model_id in found.models if model_id in found.ready)
            workspace.current = found.default_id if found.default_id in found.models else next(first, None)
        self._snapshot = snapshot
        # One that has left the file, or has an error now, stays as it was last known.
        self._current = found.models.get(workspace.current or "", self._current)

    def _fail(self, reason: str) -> None:
        kept = " The models read before stay in use." if self._loaded.models else ""
        self._file_error, self._is_good = f"{reason}{kept}", False

    def _why_not_loaded(self, model_id: str) -> str:
        known = self._loaded
        if model_id in known.left_out:
            return f"Not ready: {known.left_out[model_id]}"
        return str(not_found(known.models, model_id))


def _is_young(stamp: Stamp) -> bool:
    return abs(time.time_ns() - stamp.modified) < _YOUNG
