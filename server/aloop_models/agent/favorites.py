"""The favorite and the last used models of a person, on this machine and for all projects."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import cast

from aloop_models.agent.state import keeps_history
from aloop_models.catalog.redaction import redact
from aloop_models.errors import FileError, file_error
from aloop_models.workspace.atomic import write_private
from aloop_models.workspace.folders import state_folder
from aloop_models.workspace.lock import lock_file

FILE = "favorites.json"
_FAVORITES, _RECENT = "favorites", "recent"
_MOST_RECENT = 10
_LARGEST = 1_000_000
"""Size of a file that is read, in bytes; a larger one is not ours."""

_WAIT = 1.0
"""Seconds to wait for another agent that changes the file."""


class Favorites:
    """The IDs of favorite and recently asked models, in a private file that all agents of the person share.

    Each access reads the file again. A file that cannot be read has no models, and the next change replaces it.
    """

    @property
    def favorites(self) -> tuple[str, ...]:
        """The favorites, in the order in which they were added."""
        return _ids(_read(), _FAVORITES)

    @property
    def recent(self) -> tuple[str, ...]:
        """The models that were asked last, newest first."""
        return _ids(_read(), _RECENT)

    def toggle(self, model_id: str) -> bool:
        """Add the model to the favorites, or remove it; return whether it is one now.

        Raises:
            FileError: The file cannot be written.
        """
        with _locked() as path:
            data = _read()
            before = _ids(data, _FAVORITES)
            is_new = model_id not in before
            after = (*before, model_id) if is_new else tuple(item for item in before if item != model_id)
            _write(path, {**data, _FAVORITES: after})
        return is_new

    def add_recent(self, model_id: str) -> None:
        """Note that the model was asked, unless the history is off; a file that cannot be written stays as it is."""
        if not keeps_history() or self.recent[:1] == (model_id,) or redact(model_id) != model_id:
            return
        with suppress(FileError), _locked() as path:
            data = _read()
            others = (item for item in _ids(data, _RECENT) if item != model_id)
            _write(path, {**data, _RECENT: (model_id, *others)[:_MOST_RECENT]})

    def in_order(self, model_ids: Sequence[str]) -> list[str]:
        """These IDs: the favorites, then the recent ones, then the others in the given order."""
        data = _read()
        known = set(model_ids)
        first = (item for item in (*_ids(data, _FAVORITES), *_ids(data, _RECENT)) if item in known)
        return list(dict.fromkeys((*first, *model_ids)))


@contextmanager
def _locked() -> Generator[Path]:
    """Yield the path of the file, which no other agent changes meanwhile.

    Raises:
        FileError: There is no state folder, or another agent has the lock.
    """
    path = state_folder() / FILE
    with lock_file(path, _WAIT):
        yield path


def _read() -> dict[str, object]:
    with suppress(FileError, OSError, ValueError, RecursionError):
        path = state_folder() / FILE
        if path.stat().st_size <= _LARGEST:
            found: object = json.loads(path.read_text(encoding="utf-8"))
            if isinstance(found, dict):
                return cast("dict[str, object]", found)
    return {}


def _write(path: Path, data: Mapping[str, object]) -> None:
    try:
        write_private(path, (json.dumps(data, indent=2) + "\n").encode())
    except OSError as error:
        raise file_error(error, path, "write") from error


def _ids(data: Mapping[str, object], name: str) -> tuple[str, ...]:
    found = data.get(name)
    items = cast("list[object]", found) if isinstance(found, list) else []
    return tuple(dict.fromkeys(item for item in items if isinstance(item, str)))
