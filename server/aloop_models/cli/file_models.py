"""The models of the file in use, for completion, with few imports: without click and without the commands."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from aloop_models.catalog import litellm_id
from aloop_models.errors import AloopError
from aloop_models.features.model_rows import model_rows, role_rows
from aloop_models.snapshot import Snapshot
from aloop_models.workspace.workspace import Workspace


class FileModels(NamedTuple):
    """What completions need to know of a file."""

    models: list[tuple[str, str, str]]
    """Its models and roles, as entries of the index."""
    configured: list[str]
    """The IDs of its models for LiteLLM, without labels."""


def read_models() -> FileModels | None:
    """Return what completions need to know of the file in use; None if it cannot be read."""
    workspace = Workspace((Path(),))
    try:
        return models_of(workspace.saved(workspace.target()))
    except AloopError:
        return None


def models_of(snapshot: Snapshot) -> FileModels:
    """Return what completions need to know of a file."""
    rows = (*model_rows(snapshot), *role_rows(snapshot))
    return FileModels([(row.value, "plain", row.detail) for row in rows], [*map(litellm_id, snapshot.document.by_id)])
