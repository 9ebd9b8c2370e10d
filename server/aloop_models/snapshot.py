"""The input of features, checks and commands, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Literal, NamedTuple

from aloop_models.catalog import Catalog
from aloop_models.catalog.file_secrets import redactor_of
from aloop_models.catalog.redaction import Redactor
from aloop_models.core.document import Document
from aloop_models.core.schema import Schema
from aloop_models.settings import Settings

Tracked = Literal["yes", "no", "unknown"]
"""Whether git tracks a file; unknown if git is missing, too slow or cannot read the repository."""


@dataclass(frozen=True, slots=True)
class Place:
    """Facts about the file on disk, read once per open and save."""

    path: str | None = None
    """Absolute path of models.yaml; None for a text without a file."""
    mode: int | None = None
    """Permission bits; None if the file does not exist or permissions have no effect."""
    repository: str | None = None
    """The root folder of the git repository, or None."""
    tracked: Tracked = "no"
    """Whether git tracks the file or a symbolic link in its path."""
    ignored: bool | None = None
    """Whether git ignores the file; None outside a repository or if git failed."""
    copies_ignored: bool | None = None
    """Whether git ignores copies of the file from editors and sync tools; None as for `ignored`."""
    link: str | None = None
    """The symbolic link in the path that git tracks, if git does not track the file itself."""
    tracked_copies: tuple[str, ...] = ()
    """Copies in the folder of the file that git tracks and that can contain keys."""
    git_problem: str = ""
    """Why git failed; empty if it did not."""
    skipped: str = ""
    """Why the file is skipped, and what to do; empty if it is not skipped."""
    unread: bool = False
    """Whether the file has a name or a place that is not read, and the setting `files` does not name it."""


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
    """Whether it runs in the folder or window of the request, where a switch without a session applies to it."""

    @property
    def is_switchable(self) -> bool:
        """Whether a switch without a session applies to it; a running task is switched only by its session."""
        return self.here and self.kind == "interactive"

    @property
    def noun(self) -> str:
        """The word for it in messages."""
        return "task" if self.kind == "task" else "agent"


@dataclass(frozen=True, slots=True)
class BrokenFile:
    """Why a file cannot be used as a whole."""

    line: int | None
    """The first line with a problem, counted from 1; None if the file cannot be read."""
    message: str


@dataclass(frozen=True, eq=False)
class Facts:
    """The facts that do not depend on the text: schema, catalog, settings and today's date."""

    schema: Schema
    catalog: Catalog
    settings: Settings
    today: date
    catalog_is_exact: bool = False
    """Whether the catalog is that of the installed litellm, which makes the calls."""
    suggests: bool = True
    """Whether checks search the catalog for similar names, which is slow."""

    @cached_property
    def brief(self) -> Facts:
        """The same facts without suggestions."""
        return replace(self, suggests=False) if self.suggests else self

    def nearest_providers(self, name: str) -> tuple[str, ...]:
        """The providers with a similar name, as `Catalog.nearest_providers`; none without suggestions."""
        return self.catalog.nearest_providers(name) if self.suggests else ()

    def nearest_models(self, model_id: str) -> tuple[str, ...]:
        """The models with a similar ID, as `Catalog.nearest_models`; none without suggestions."""
        return self.catalog.nearest_models(model_id) if self.suggests else ()


class NewFile(NamedTuple):
    """A models.yaml that can be created."""

    uri: str
    path: str
    """For people: with `~` for the home folder."""


class NewFiles(NamedTuple):
    """The two places for the first models.yaml."""

    project: NewFile
    home: NewFile
    """For all projects without a file of their own."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One version of the text with its context."""

    document: Document
    facts: Facts
    place: Place = Place()
    sessions: tuple[Session, ...] = ()
    selected: str | None = None
    """The selected model of this window, for the next agent; None if the default applies."""
    current: str | None = None
    """The current model of the agent that sent the request; None if another program did."""
    window: bool = True
    """Whether an editor window sent the request, which can select a model for the next agent."""
    in_use: bool = True
    """Whether agents in this workspace use the file; else there are no sessions and no selected or current model."""
    elsewhere: frozenset[str] = frozenset()
    """IDs of models that exist only in the unsaved text of another process."""
    problem: BrokenFile | None = None
    """Why the file cannot be used; then `document` is its last good version, or empty if there is none."""
    is_for_all_projects: bool = False
    """Whether the file is the one in the home folder, used from another folder."""
    unsaved: tuple[str, ...] = ()
    """The IDs of the commands whose changes are in `document`, and not in the file yet."""
    new_files: NewFiles | None = None
    """Where the file can be created, if a person has to choose; None if there is a file, or only one place."""

    @property
    def redactor(self) -> Redactor:
        """The redactor of the secrets in this text, computed once per version."""
        return redactor_of(self.document, self.facts.schema)

    def not_in_use(self) -> Snapshot:
        """The snapshot of a file that no agent in this workspace uses."""
        return replace(self, sessions=(), selected=None, current=None, in_use=False)

    def alone(self) -> Snapshot:
        """The snapshot without sessions."""
        return replace(self, sessions=())
