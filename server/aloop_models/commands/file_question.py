"""The question for the file of the first model: that of the project, or the one in the home folder."""

from __future__ import annotations

from collections.abc import Mapping

from aloop_models.catalog.redaction import redact
from aloop_models.commands.question import Candidate, Question
from aloop_models.snapshot import NewFiles, Snapshot

HOME_FILE = "~/.aloop/models.yaml"
"""The file in the home folder, for people."""

_FIELD = "uri"


def ask_for_file(snapshot: Snapshot, argument: Mapping[str, object]) -> Question | None:
    """Ask for the file to create, if there are two places for it and the argument object has none."""
    if snapshot.new_files is None or _FIELD in argument:
        return None
    return file_question(snapshot.new_files)


def file_question(files: NewFiles) -> Question:
    """Ask which of the files to create; the answer is its URI."""
    rows = {"This project": files.project, "All projects": files.home}
    candidates = tuple(Candidate(file.uri, redact(file.path), "file", label=label) for label, file in rows.items())
    return Question(_FIELD, "Where should models and API keys be saved?", candidates=candidates, choice=True)


def name_of_file(snapshot: Snapshot) -> str:
    """Return the path of the file for people."""
    return HOME_FILE if snapshot.is_for_all_projects else redact(snapshot.place.path or "models.yaml")


def to_shared_file(snapshot: Snapshot) -> str:
    """Return ` to ~/.aloop/models.yaml` for a message about that file; empty for the file of a project."""
    return f" to {HOME_FILE}" if snapshot.is_for_all_projects else ""
