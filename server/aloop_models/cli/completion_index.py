"""An index of completions in the cache folder, so that a Tab press imports little else of the package.

It has two parts. The lists depend on the program and the catalog. The models of each file depend on that file and the
folder; those of a file that has changed are read again (`cli/file_models.py`), which needs no other list. A completion
that the index does not have is computed by `cli/completion.py`, which adds it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import Any, cast

from aloop_models import __version__
from aloop_models.core.plain_text import sanitize
from aloop_models.workspace.folders import cache_folder
from aloop_models.workspace.paths import real_path

_FILE = "completion/index.json"
_FORMAT = 2
_WATCHED = (".git", ".aloop", ".aloop/models.yaml")
"""What decides in each folder which models.yaml is used (see `workspace/locate.py`)."""
_MOST_FILES = 50
"""Maximum number of folders that are kept, the latest ones."""
_ANY = "…"
"""Replaces a word that does not change the completions after it. It may be a secret, which must not be stored."""

Entry = Sequence[str]
"""A candidate, its type for click (`plain`, `file` or `dir`), and its description or an empty text."""


class Kind(str, Enum):
    """What a list of completions depends on besides the program, and how typed text selects from it."""

    PREFIX = "prefix"
    """Nothing else; only what starts with the text is offered, as click does."""
    RANKED = "ranked"
    """Nothing else; also other names match the text (`features/match.py`)."""
    NEW = "new"
    """The models of the catalog, without those of the file."""
    MODELS = "models"
    """The models and roles of the file in use."""
    OF_FILE = "ofFile"
    """The file in some other way."""
    NEVER = "never"
    """What changes without the file, such as the running agents, and is not kept."""


class Answer(Enum):
    """Where the printed completions are from."""

    INDEX = 1
    OUTDATED_INDEX = 2
    """The index must be extended, or renewed because it is of another day."""


class Index:
    """The completions of the current state."""

    def __init__(self) -> None:
        """Read the index; it is new if there is none of this program and catalog."""
        self._program, self._day = _program_state(), _day()
        self._data = _read(self._program)
        self._folder, self._state = str(real_path(Path())), _file_state(self._day)
        self.is_new = not self._data["lists"]
        self.is_outdated = self._data["day"] != self._day
        """Whether the lists are of another day, or the file has changed."""

    def get(self, words: Sequence[str], typed: str, *, with_details: bool = True) -> list[Entry] | None:
        """Return the completions of a place; None if the index does not have them.

        Without details, those of the models in a file that has changed are not known.
        """
        name = self._name(words, typed)
        if name is None:
            return None
        kind, entries = self._data["lists"].get(name) or (Kind.OF_FILE, ())
        if kind in (Kind.NEW, Kind.MODELS, Kind.OF_FILE):
            models = self._file(with_details=with_details)
            if models is None:
                return None
            if kind == Kind.NEW:
                entries = [entry for entry in entries if entry[0] not in models["configured"]]
            else:
                entries = models["models"] if kind == Kind.MODELS else models["lists"].get(name, ())
        fitting = sorted(
            (entry for entry in entries if entry[0].startswith(typed)), key=lambda entry: entry[0] != typed
        )
        if fitting or kind == Kind.PREFIX:
            return fitting
        if kind in (Kind.RANKED, Kind.MODELS) and typed and entries:
            # Imported here, because it imports the catalog.
            from aloop_models.features.match import match_names

            return [entry for _, entry in match_names(typed, ((entry[0], entry) for entry in entries))]
        # Models of the catalog by other names must be searched for.
        return None

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
        """Start new lists with the words that may be stored, and the commands that are followed by a new model."""
        known = {"words": options_and_commands, "fields": fields, "providers": providers}
        words = {name: list(words) for name, words in (*known.items(), ("newModelVerbs", new_model_verbs))}
        self._data |= {**words, "lists": {}, "day": self._day}

    def know_file(self, models: Sequence[Entry], configured: Iterable[str]) -> None:
        """Start new completions of the file in use: its models, and the IDs that are not offered as new ones."""
        files = self._data["files"]
        files.pop(self._folder, None)
        files[self._folder] = {"state": self._state, "models": models, "configured": [*configured], "lists": {}}
        while len(files) > _MOST_FILES:
            del files[next(iter(files))]

    @property
    def knows_file(self) -> bool:
        """Whether the models of the file in use are kept."""
        known = self._data["files"].get(self._folder)
        return bool(known) and known["state"] == self._state

    def has(self, words: Sequence[str], typed: str) -> bool:
        """Return whether the completions of this place are kept."""
        name = self._name(words, typed)
        models = self._data["files"].get(self._folder)
        return name in self._data["lists"] or bool(models and name in models["lists"])

    def add(self, words: Sequence[str], start: str, kind: Kind, entries: Sequence[Entry]) -> None:
        """Keep the completions of `start`, the text of `list_start`."""
        if name := self._name(words, start):
            if kind is Kind.OF_FILE:
                self._data["files"][self._folder]["lists"][name] = list(entries)
            else:
                self._data["lists"][name] = [kind.value, [] if kind is Kind.MODELS else list(entries)]

    def save(self) -> None:
        """Write the index; without a cache folder it is not kept."""
        from aloop_models.workspace.atomic import write_private

        file = cache_folder() / _FILE
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            write_private(file, json.dumps({"program": self._program, **self._data}).encode())

    def _file(self, *, with_details: bool) -> Mapping[str, Any] | None:
        """What is known of the file in use; if it has changed, it is read, and None if it cannot be."""
        if not self.knows_file:
            # Imported here, because it imports the catalog and YAML.
            from aloop_models.cli.file_models import read_models

            self.is_outdated = True
            found = read_models(with_details=with_details)
            if found is None:
                return None
            self.know_file(found.models, found.configured)
        return self._data["files"][self._folder]

    def _name(self, words: Sequence[str], typed: str) -> str | None:
        start = self.list_start(words, typed)
        kept = [self._known(word) for word in words]
        return None if start is None or None in kept else " ".join((*map(str, kept), f"|{start}"))

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


def print_answer(instruction: str) -> Answer | None:
    """Print the completions for `SHELL_complete` if the index has them; else return None."""
    shell, _, what = instruction.partition("_")
    if what != "complete" or (line := typed_line(shell)) is None:
        return None
    index = Index()
    # Bash shows no details.
    found = index.get(*line, with_details=shell != "bash")
    if found is None:
        return None
    sys.stdout.write(f"{sanitize(text_for(shell, found, line[1]))}\n")
    return Answer.OUTDATED_INDEX if index.is_outdated else Answer.INDEX


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
    """Return what the shell's function reads, as click's; for bash without the part up to its last split."""
    if shell == "bash":
        breaks = set(os.environ.get("COMP_BREAKS", "")) & set(":=")
        kept = max((typed.rfind(mark) for mark in breaks), default=-1) + 1
        return "\n".join(f"{kind},{value[kept:]}" for value, kind, _ in entries if value.startswith(typed[:kept]))
    if shell == "zsh":
        # Without a description, zsh does not split at a colon.
        rows = ((kind, value.replace(":", "\\:") if about else value, about or "_") for value, kind, about in entries)
        return "\n".join("\n".join(row) for row in rows)
    return "\n".join(f"{kind},{value}\t{about}" if about else f"{kind},{value}" for value, kind, about in entries)


def _read(program: object) -> dict[str, Any]:
    try:
        with (cache_folder() / _FILE).open("rb") as stream:
            if sys.platform != "win32" and os.fstat(stream.fileno()).st_uid != os.geteuid():
                raise OSError
            data: Any = json.load(stream)
        if isinstance(data, dict) and cast("Mapping[str, Any]", data).pop("program", None) == program:  # type: ignore[attr-defined]
            return cast("dict[str, Any]", data)
    except (OSError, ValueError, RecursionError):
        pass
    empty: dict[str, Any] = {name: [] for name in ("words", "fields", "providers", "newModelVerbs")}
    return {"lists": {}, "files": {}, "day": "", **empty}


def _program_state() -> list[object]:
    """What the lists depend on: the program and the catalog."""
    package = Path(__file__).parents[1]
    paths = [*map(Path, sys.path), package / "catalog" / "catalog.json", Path(__file__)]
    with suppress(OSError):
        paths += sorted(path for path in cache_folder().iterdir() if path.name.startswith("catalog"))
    return [[_FORMAT, __version__, sys.version, os.environ.get("ALOOP_CATALOG")], _stamps(paths)]


def _file_state(day: str) -> list[object]:
    """What the models of the file in use depend on besides the program."""
    paths: list[Path] = []
    with suppress(RuntimeError):
        paths += (Path.home() / name for name in _WATCHED)
    here = real_path(Path())
    for folder in (here, *here.parents):
        paths += (folder / name for name in _WATCHED)
    return [day, _stamps(paths)]


def _day() -> str:
    return os.environ.get("ALOOP_TODAY") or time.strftime("%Y-%m-%d")


def _stamps(paths: Iterable[Path]) -> list[object]:
    return [[str(path), *_stamp(path)] for path in dict.fromkeys(paths)]


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except OSError:
        return ()
    return (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino, found.st_mode, found.st_uid)
