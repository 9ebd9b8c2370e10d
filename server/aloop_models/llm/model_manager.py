"""The RFC's ModelManager: the models of one models.yaml, for an agent."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from aloop_models.catalog.redaction import Redactor, redactor_for
from aloop_models.commands.add_model import ADD
from aloop_models.commands.edit_model import EDIT
from aloop_models.commands.lookup import LAST_GOOD, match, not_found
from aloop_models.commands.remove_model import REMOVE
from aloop_models.commands.set_default_model import DEFAULT
from aloop_models.core.references import fallbacks_of
from aloop_models.core.yaml_reader import libyaml_notices
from aloop_models.dispatch.runner import Runner
from aloop_models.errors import FileError, RefusedError
from aloop_models.features.broken_file import broken_file
from aloop_models.features.checks.secrecy import check_secrecy
from aloop_models.llm.loaded_models import LoadedModels
from aloop_models.llm.loading import Configuration, configuration_of, why_not_usable
from aloop_models.llm.profile import ModelProfile, fields_of
from aloop_models.snapshot import Place, Snapshot
from aloop_models.workspace.first_use import make_config
from aloop_models.workspace.locate import CONFIG_PATH, is_blank
from aloop_models.workspace.place import mode_of
from aloop_models.workspace.read import Stamp, read_file, stamp_of
from aloop_models.workspace.workspace import Workspace

_NOTHING = Configuration({}, None, frozenset(), (), {})

_YOUNG = 2_000_000_000
"""Nanoseconds. A file changed this recently may change again without a new time stamp (FAT has steps of 2 s)."""


class ModelManager:
    """The models of one models.yaml; the current model is in memory, everything else in the file.

    It never raises because of a bad file: the last valid configuration stays in use, and `last_error` has the reason.
    A bad entry affects only itself. Every access checks the file (one `stat`) and reads it again if it has changed.
    Safe to use from several threads.

    Methods that change something return whether they did; if not, `last_error` has the reason, and neither the file
    nor the memory has changed. Assignments (`models[id]`, `default_model_id`, `current_model_id`) raise `RefusedError`
    instead. No text of this class contains a key, except `ModelProfile.api_key`.
    """

    CONFIG_PATH = CONFIG_PATH.as_posix()
    """The path of the file relative to its project folder."""

    def __init__(
        self,
        config_path: str | os.PathLike[str] | None = None,
        *,
        runner: Runner | None = None,
        new_file: Path | None = None,
    ) -> None:
        """Use this file, else that of the working directory; create it if there is none (see `notices`).

        `runner` is the runner of this process, if it already has one; it then decides which file is used. `new_file` is
        where a missing file is created, instead of in the project.
        """
        named = Path(config_path) if config_path is not None else None
        self.runner = runner or Runner(Workspace((Path(os.curdir),), config=named), "aloop")
        """The runner of this process, shared by all parts of the agent."""
        self.workspace = self.runner.workspace
        self._lock = self.workspace.lock
        found = self.workspace.find()
        self._path = self.workspace.file = found.path or new_file or found.create_at
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
                # If another program has just created the file, it is read; otherwise this is the error.
                self._not_made = str(problem)
        self._refresh()

    def __repr__(self) -> str:
        return f"ModelManager({str(self._path)!r})"

    @property
    def config_path(self) -> str:
        """The absolute path of the file."""
        return str(self._path)

    @property
    def models(self) -> LoadedModels:
        """The loaded models by ID, in the order of the file; setting or deleting an item changes the file."""
        with self._lock:
            return LoadedModels(self._fresh().models, self._put, self._remove)

    @property
    def default_model_id(self) -> str | None:
        """The value of `default` in the file, loaded or not; None if there is none. Setting it changes the file."""
        with self._lock:
            return self._fresh().default_id

    @default_model_id.setter
    def default_model_id(self, model_id: str) -> None:
        self._run(DEFAULT.id, {"modelId": model_id})

    @property
    def current_model_id(self) -> str | None:
        """The current model; at first the default, else the first model that is ready, else None.

        Setting it switches, in memory only.
        """
        with self._lock:
            self._fresh()
            return self.workspace.current

    @current_model_id.setter
    def current_model_id(self, model_id: str) -> None:
        if self.switch_model(model_id) is None:
            raise RefusedError("modelNotFound", self.last_error)

    @property
    def last_error(self) -> str:
        """Why the last method failed, else the problems of the file; empty if there are none.

        The problems are the reason why the file cannot be read, or one line of `file:line:col rule message` per error.
        """
        with self._lock:
            self._fresh()
            return self._refusal or self._file_error

    @property
    def file_error(self) -> str:
        """Why the file cannot be used now, with the line, as one sentence; empty if it can be used."""
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
        """The message of the last change, with warnings; empty if it was refused."""
        with self._lock:
            return self._message

    @property
    def notices(self) -> tuple[str, ...]:
        """Messages to show once.

        They are about the files created at first use, a PyYAML that reads unusual files differently, duplicate keys,
        and a file that others can read.
        """
        notices = (*self._notices, *libyaml_notices())
        with self._lock:
            loaded, snapshot = self._fresh(), self._snapshot
        if snapshot is None:
            return notices
        place = Place(str(self._path), mode=mode_of(self._path))
        exposed = (item.message for item in check_secrecy(replace(snapshot, place=place)))
        return (*notices, *loaded.duplicates, *exposed)

    @property
    def snapshot(self) -> Snapshot | None:
        """The snapshot that the models are loaded from, after a check of the file; None before the first valid one."""
        with self._lock:
            self._fresh()
            return self._snapshot

    @property
    def loaded(self) -> Snapshot | None:
        """The snapshot of the last access, without a check of the file."""
        with self._lock:
            return self._snapshot

    @property
    def redactor(self) -> Redactor:
        """Masks the secrets of the file, including earlier ones that this manager has read."""
        with self._lock:
            self._fresh()
            return redactor_for(self._secrets)

    def is_configured(self) -> bool:
        """Return whether at least one loaded model is ready."""
        with self._lock:
            return bool(self._fresh().ready)

    def list_models(self) -> list[ModelProfile]:
        """Return the loaded models, in the order of the file."""
        with self._lock:
            return list(self._fresh().models.values())

    def fallbacks(self) -> list[ModelProfile]:
        """Return the ready models of `fallbacks`, in their order.

        They are those of the last access, without a check of the file: a turn must not use values of a file that was
        not confirmed with its model.
        """
        with self._lock:
            loaded, snapshot = self._loaded, self._snapshot
        ids = fallbacks_of(snapshot.document) if snapshot else ()
        return [loaded.models[model_id] for model_id in ids if model_id in loaded.ready]

    def get_model_ids(self) -> list[str]:
        """Return the IDs of the loaded models, in the order of the file."""
        with self._lock:
            return list(self._fresh().models)

    def get_model(self, model_id: str) -> ModelProfile | None:
        """Return the loaded model with this ID or this unique name, as on the command line, or None."""
        with self._lock:
            found = self._find(model_id)
            return found if isinstance(found, ModelProfile) else None

    def get_current_model(self) -> ModelProfile | None:
        """Return the current model with its values in the file, or its last known values if it is no longer there."""
        with self._lock:
            self._fresh()
            return self._current

    def get_default_model_id(self) -> str | None:
        """Return `default_model_id`."""
        return self.default_model_id

    def switch_model(self, model_id: str) -> ModelProfile | None:
        """Switch to another loaded model, in memory only; return its profile, or None if it is not loaded.

        The model can be given by a unique name, as on the command line.
        """
        with self._lock:
            profile = self._find(model_id)
            self._message = ""
            if isinstance(profile, str):
                self._refusal = profile
                return None
            self._refusal, self._message = "", f"Using {profile.display_name}."
            self.workspace.use(profile.model_id)
            self._current = profile
            return profile

    def set_default(self, model_id: str) -> bool:
        """Set the default model in the file; return whether it is set."""
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
        """Add a model to the file; return whether it was added. None and an empty name omit a field.

        `timeout` is in seconds. The first model of an empty file becomes the default.
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
        """Set fields of a model in the file, or remove them with None; return whether the file has these values.

        The model may have an error that prevents loading, so that it can be fixed. Bedrock's field `model_id` cannot
        be set here, because it has the name of the argument.
        """
        return self._change(EDIT.id, {"modelId": model_id, "fields": fields})

    def remove_model(self, model_id: str) -> bool:
        """Remove a model from the file; return whether it was removed. The current model cannot be removed."""
        return self._change(REMOVE.id, {"modelId": model_id})

    def reload(self) -> bool:
        """Read the file again; return whether it could be read. The current model is kept.

        Entries with errors do not matter; `last_error` lists them.
        """
        with self._lock:
            self._refusal = self._message = ""
            self._seen = self._text = None
            self.workspace.settle(self._path)
            return self._refresh()

    def validate_model(self, profile: ModelProfile | str) -> tuple[bool, str]:
        """Return whether a model with these values would be ready, and if not, why, as a sentence without secrets.

        It checks the values as the editor does, without a network call. A loaded model can be given by its name.
        """
        if isinstance(profile, str):
            with self._lock:
                found = self._find(profile)
            if isinstance(found, str):
                return False, found
            profile = found
        reason = why_not_usable(profile, self.workspace.facts)
        return not reason, reason

    def _load(self) -> None:
        """Read the file again, for agents written for the RFC's class."""
        self.reload()

    def _save(self) -> None:
        """Do nothing, for agents written for the RFC's class: every change is saved at once."""

    def _change(self, command_id: str, argument: Mapping[str, object]) -> bool:
        try:
            self._run(command_id, argument)
        except RefusedError:
            return False
        return True

    def _run(self, command_id: str, argument: Mapping[str, object]) -> None:
        uri = self._path.as_uri()
        try:
            # Without the lock, because another program may lock the file for seconds, and a status bar must not wait.
            result = self.runner.execute_now(command_id, {**argument, "uri": uri})
        except RefusedError as refusal:
            with self._lock:
                self._refusal, self._message = str(refusal), ""
            raise
        with self._lock:
            self._refusal, self._message = "", str(result["message"])
            self._refresh()

    def _put(self, profile: ModelProfile) -> ModelProfile:
        """Add the model, or give the entry the values of the profile; return it as it is loaded."""
        model_id, wanted = profile.model_id, fields_of(profile)
        with self._lock:
            loaded = self._fresh()
            known = loaded.models.get(model_id)
            is_new = known is None and model_id not in loaded.left_out
        if is_new:
            self._run(ADD.id, {"modelId": model_id, "fields": wanted, "allowUnusualId": True})
        else:
            before: Mapping[str, object] = fields_of(known) if known else {}
            changed = {name: value for name, value in wanted.items() if name not in before or before[name] != value}
            removed = dict.fromkeys(before.keys() - wanted.keys())
            if changed or removed:
                self._run(EDIT.id, {"modelId": model_id, "fields": {**changed, **removed}})
        return self.models.get(model_id, profile)

    def _remove(self, model_id: str) -> None:
        self._run(REMOVE.id, {"modelId": model_id})

    def _find(self, words: str) -> ModelProfile | str:
        """The loaded model with this ID or unique name, or why there is none."""
        loaded, snapshot = self._fresh(), self._snapshot
        model_id = words
        if words not in loaded.models and words not in loaded.left_out and snapshot is not None:
            try:
                model_id = match(snapshot, words).model_id
            except RefusedError as refusal:
                return str(refusal)
        return loaded.models.get(model_id) or self._why_not_loaded(model_id)

    def _fresh(self) -> Configuration:
        self._refresh()
        return self._loaded

    def _refresh(self) -> bool:
        """Read the file if it or its unsaved changes may have changed; return whether its current text is used."""
        stamp, revision = stamp_of(self._path), self.workspace.revision
        if stamp is not None and self._seen == (stamp, revision) and not _is_young(stamp):
            return self._is_good
        try:
            if skipped := self.workspace.skipped(self._path):
                raise FileError("fileSkipped", f"No models.yaml can be used here. {skipped}")
            read = read_file(self._path)
            self.workspace.require_text(self._path, read.text)
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
        # A model that is no longer in the file, or has an error, keeps its last known values.
        self._current = found.models.get(workspace.current or "", self._current)

    def _fail(self, reason: str) -> None:
        kept = f" {LAST_GOOD}" if self._loaded.models else ""
        self._file_error, self._is_good = f"{reason}{kept}", False

    def _why_not_loaded(self, model_id: str) -> str:
        known = self._loaded
        if model_id in known.left_out:
            return f"Not ready: {known.left_out[model_id]}"
        return str(not_found(known.models, model_id))


def _is_young(stamp: Stamp) -> bool:
    return abs(time.time_ns() - stamp.modified) < _YOUNG
