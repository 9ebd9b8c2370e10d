"""The names of a file's models and roles that may be shown: an ID may be a key by mistake."""

from __future__ import annotations

from aloop_models.catalog.redaction import NO_SECRETS, Redactor
from aloop_models.core.document import Document
from aloop_models.core.references import ROLE_NAME, roles_of


def listed_models(document: Document, redactor: Redactor = NO_SECRETS) -> list[str]:
    """Return the IDs of the models."""
    return [model_id for model_id in document.by_id if not redactor.hides(model_id)]


def listed_roles(document: Document, redactor: Redactor = NO_SECRETS) -> dict[str, str]:
    """Return the models of the roles as `@fast` whose models are entries."""
    return {
        f"@{role}": model_id
        for role, model_id in roles_of(document).items()
        if model_id in document.by_id and ROLE_NAME.fullmatch(role) and not redactor.hides(role)
    }
