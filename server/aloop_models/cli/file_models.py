"""The models of the file in use, for completion, with few imports: without click and without the commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aloop_models.catalog import litellm_id
from aloop_models.core.reader import read_document
from aloop_models.errors import AloopError
from aloop_models.features.listed_names import listed_models, listed_roles
from aloop_models.workspace.locate import find_config
from aloop_models.workspace.paths import working_folder
from aloop_models.workspace.read import text_of

if TYPE_CHECKING:
    from aloop_models.snapshot import Snapshot


class FileModels(NamedTuple):
    """What completions need to know of a file."""

    models: list[tuple[str, str, str]]
    """Its models and roles, as entries of the index."""
    configured: list[str]
    """The IDs of its models for LiteLLM, without labels and without an ID that is a key by mistake."""


def read_models(*, with_details: bool) -> FileModels | None:
    """Return what completions need to know of the file in use; None if it cannot be read.

    The details need the checks of the file, which take longer to import than everything else.
    """
    try:
        return _with_details() if with_details else _names()
    except AloopError:
        return None


def models_of(snapshot: Snapshot) -> FileModels:
    """Return what completions need to know of a file, with details."""
    from aloop_models.features.model_rows import model_rows, role_rows

    rows = (*model_rows(snapshot), *role_rows(snapshot))
    configured = listed_models(snapshot.document, snapshot.redactor)
    return FileModels([(row.value, "plain", row.detail) for row in rows], [*map(litellm_id, configured)])


def _with_details() -> FileModels:
    from aloop_models.workspace.workspace import Workspace

    workspace = Workspace((working_folder(),))
    return models_of(workspace.saved(workspace.target()))


def _names() -> FileModels:
    path = find_config(working_folder()).path
    document = read_document((text_of(path) if path else None) or "")
    models = listed_models(document)
    names = (*models, *listed_roles(document))
    return FileModels([(name, "plain", "") for name in names], [*map(litellm_id, models)])
