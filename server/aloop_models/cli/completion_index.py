"""An index of completions in the cache folder, so that most Tab presses import nothing else of the package.

The index is that of one state of everything a completion depends on (see `_state`). A completion that it does not have
is computed by `cli/completion.py`, which adds it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from aloop_models import __version__
from aloop_models.core.plain_text import sanitize
from aloop_models.workspace.folders import cache_folder

_FILE = "completion/index.json"
_FORMAT = 1
_WATCHED = (".git", ".aloop", ".aloop/models.yaml")
"""What decides in each folder which models.yaml is used (see `workspace/locate.py`)."""
_ANY = "…"
"""Replaces a word that does not change the completions after it. It may be a secret, which must not be stored."""

Entry = tuple[str, str]
"""A candidate, and the text that the shell's function reads for it; for bash, its type."""


class Index:
    """The completions of the current state."""

    def __init__(self) -> None:
        """Read the index; it is new if there is none of the current state."""
        self._state = _state()
        self._data = _read(self._state)
        self.is_new = not self._data["lists"]

    def get(self, shell: str, words: Sequence[str], typed: str) -> str | None:
        """Return the text for the shell's function; None if the index does not have it."""
        name = self._name(shell, words, typed)
        entries: Sequence[Entry] | None = self._data["lists"].get(name) if name else None
        if entries is None:
            return None
        fitting = [entry for entry in entries if entry[0].startswith(typed)]
        # Other names than those that start with the text must be searched for.
        return text_for(shell, sorted(fitting, key=lambda entry: entry[0] != typed), typed) if fitting else None

    def list_start(self, words: Sequence[str], typed: str) -> str | None:
        """Return the typed text whose completions include those of `typed`; None if they are not kept."""
        if typed.startswith("-"):
            return None if "=" in typed else "-"
        name, sign, _ = typed.partition("=")
        if sign:
            return f"{name}=" if name in self._data["fields"] else None
        provider, slash, _ = typed.partition("/")
        if slash and set(words[1:2]) & set(self._data["newModelVerbs"]):
            return f"{provider}/" if provider in self._data["providers"] else None
        return None if "," in typed else ""

    def know(
        self,
        options_and_commands: Iterable[str],
        fields: Iterable[str],
        providers: Iterable[str],
        new_model_verbs: Iterable[str],
    ) -> None:
        """Set the words that may be stored, and the commands that are followed by a model of the catalog."""
        known = {"words": options_and_commands, "fields": fields, "providers": providers}
        self._data |= {name: list(words) for name, words in (*known.items(), ("newModelVerbs", new_model_verbs))}

    def add(self, shell: str, words: Sequence[str], start: str, entries: Sequence[Entry]) -> None:
        """Keep the completions of `start`, the text of `list_start`."""
        if name := self._name(shell, words, start):
            self._data["lists"][name] = list(entries)

    def save(self) -> None:
        """Write the index; without a cache folder it is not kept."""
        from aloop_models.workspace.atomic import write_private

        file = cache_folder() / _FILE
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            write_private(file, json.dumps({"state": self._state, **self._data}).encode())

    def _name(self, shell: str, words: Sequence[str], typed: str) -> str | None:
        start = self.list_start(words, typed)
        kept = [self._known(word) for word in words]
        return None if start is None or None in kept else " ".join((shell, *map(str, kept), f"|{start}"))

    def _known(self, word: str) -> str | None:
        """The word in the name of a list; None for an option whose completions are not kept."""
        if word in self._data["words"]:
            return None if word == "--config" else word
        if word.startswith("-"):
            return None
        name, sign, _ = word.partition("=")
        provider, slash, _ = word.partition("/")
        if sign and name in self._data["fields"]:
            return f"{name}="
        return f"{provider}/" if slash and provider in self._data["providers"] else _ANY


def print_answer(instruction: str) -> bool:
    """Print the completions for `SHELL_complete` if the index has them."""
    shell, _, what = instruction.partition("_")
    if what != "complete" or (line := typed_line(shell)) is None:
        return False
    found = Index().get(shell, *line)
    if found is not None:
        sys.stdout.write(f"{sanitize(found)}\n")
    return found is not None


def typed_line(shell: str) -> tuple[list[str], str] | None:
    """Return the words after `aloop` and the incomplete word; None for a line with quotes, which must be parsed."""
    line, place = os.environ.get("COMP_WORDS", ""), os.environ.get("COMP_CWORD", "")
    if any(mark in line + place for mark in "'\"\\"):
        return None
    words = line.split()
    if shell == "bash":
        return (words[1:], "") if not words or line[-1:].isspace() else (words[1:-1], words[-1])
    if shell == "zsh" and place.isdecimal():
        at = int(place)
        return words[1:at], words[at] if at < len(words) else ""
    if shell == "fish" and " " not in place:
        rest = words[1:]
        return rest[:-1] if place and rest[-1:] == [place] else rest, place
    return None


def text_for(shell: str, entries: Iterable[Entry], typed: str) -> str:
    """Return what the shell's function reads; for bash without the part that it keeps, up to its last split."""
    if shell != "bash":
        return "\n".join(text for _, text in entries)
    breaks = set(os.environ.get("COMP_BREAKS", "")) & set(":=")
    kept = max((typed.rfind(mark) for mark in breaks), default=-1) + 1
    return "\n".join(f"{kind},{value[kept:]}" for value, kind in entries if value.startswith(typed[:kept]))


def _read(state: object) -> dict[str, Any]:
    try:
        with (cache_folder() / _FILE).open("rb") as stream:
            if sys.platform != "win32" and os.fstat(stream.fileno()).st_uid != os.geteuid():
                raise OSError
            data: Any = json.load(stream)
        if isinstance(data, dict) and cast("Mapping[str, Any]", data).pop("state", None) == state:  # type: ignore[attr-defined]
            return cast("dict[str, Any]", data)
    except (OSError, ValueError, RecursionError):
        pass
    return {"lists": {}, "words": [], "fields": [], "providers": [], "newModelVerbs": []}


def _state() -> list[object]:
    """What completions depend on: the program, the day, the environment, the folder, models.yaml and the catalog."""
    here, cache, package = Path.cwd(), cache_folder(), Path(__file__).parents[1]
    paths = [*map(Path, sys.path), package / "catalog" / "catalog.json", Path(__file__)]
    with suppress(OSError):
        paths += sorted(path for path in cache.iterdir() if path.name.startswith("catalog"))
    with suppress(RuntimeError):
        paths += (Path.home() / name for name in _WATCHED)
    for folder in (here, *here.parents):
        paths += (folder / name for name in _WATCHED)
    names = sorted(name for name in os.environ if name.startswith(("ALOOP_", "XDG_")))
    return [
        [_FORMAT, __version__, sys.version, time.strftime("%Y-%m-%d")],
        [[name, os.environ[name]] for name in names],
        [[str(path), *_stamp(path)] for path in dict.fromkeys(paths)],
    ]


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except OSError:
        return ()
    return (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino, found.st_mode, found.st_uid)
