"""All that a feature, a check or a command may see, as values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from aloop_models.catalog import Catalog
from aloop_models.catalog.file_secrets import redactor_of
from aloop_models.catalog.redaction import Redactor
from aloop_models.core.document import Document
from aloop_models.core.schema import Schema
from aloop_models.settings import Settings

Tracked = Literal["yes", "no", "unknown"]
"""Whether git tracks a file; unknown where git is missing, too slow or cannot read the repository."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the text is on the disk, looked at once per open and save."""

    path: str | None = None
    """Absolute path of models.yaml; None for a text that has no file."""
    mode: int | None = None
    """Permission bits; None where the file does not exist or modes have no effect."""
    repository: str | None = None
    """The folder of the git repository around it, or None."""
    tracked: Tracked = "no"
    """Whether git tracks the file, or a symbolic link on the way to it."""
    ignored: bool | None = None
    """Whether git ignores the file; None outside a repository or where git could not be asked."""
    copies_ignored: bool | None = None
    """Whether git ignores the copies that editors and sync tools make of it; None as in `ignored`."""
    link: str | None = None
    """The symbolic link on the way to the file that git tracks, if it is not the file itself that it tracks."""
    tracked_copies: tuple[str, ...] = ()
    """Copies in the folder of the file that git tracks and that may contain keys."""
    git_problem: str = ""
    """Why git could not be asked; empty where it could."""
    skipped: str = ""
    """Why the file is used by nothing, and what to do; empty where it may be used."""


@dataclass(frozen=True, slots=True)
class Session:
    """A running agent."""

    id: str
    kind: str
    """`interactive` or `task`."""
    pid: int
    folder: str
    config: str
    model_id: str | None
    here: bool = True
    """Whether it runs in the asker's own folder or window, so that a switch without a name can mean it."""

    @property
    def is_switchable(self) -> bool:
        """Whether a switch that names no session means this one; a task in the making is never switched by chance."""
        return self.here and self.kind == "interactive"

    @property
    def noun(self) -> str:
        """What a message calls it."""
        return "task" if self.kind == "task" else "agent"


@dataclass(frozen=True, slots=True)
class BrokenFile:
    """Why a file as a whole cannot be used."""

    line: int | None
    """The first line that is wrong, counted from 1; None where the file cannot be read at all."""
    message: str


@dataclass(frozen=True, eq=False)
class Facts:
    """What does not depend on the text: the schema, the catalog, the settings and today's date."""

    schema: Schema
    catalog: Catalog
    settings: Settings
    today: date


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One version of the text with everything around it."""

    document: Document
    facts: Facts
    place: Place = Place()
    sessions: tuple[Session, ...] = ()
    selected: str | None = None
    """The model selected in this window for the next agent; None: the default."""
    current: str | None = None
    """The current model of the agent that asks; None if no agent does."""
    window: bool = True
    """Whether the asker is an editor's window, which can select a model for the next agent."""
    problem: BrokenFile | None = None
    """Why the file cannot be used now; then `document` is the last good version of it, or empty if none is known."""

    @property
    def redactor(self) -> Redactor:
        """Masks the secrets of this text wherever they appear; found once for each version of it."""
        return redactor_of(self.document, self.facts.schema)

    def alone(self) -> Snapshot:
        """The same without any session."""
        return replace(self, sessions=())
