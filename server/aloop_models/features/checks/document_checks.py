"""The checks of the whole file, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from aloop_models.features.checks.commented_ids import check_commented_ids
from aloop_models.features.checks.default import check_default
from aloop_models.features.checks.duplicates import check_file_duplicates
from aloop_models.features.checks.roles import check_roles
from aloop_models.features.checks.secrecy import check_secrecy
from aloop_models.features.checks.sections import check_sections
from aloop_models.features.checks.shape import check_file_shape
from aloop_models.features.checks.syntax import check_syntax
from aloop_models.features.diagnostic import Diagnostic
from aloop_models.snapshot import Snapshot

DocumentCheck: TypeAlias = Callable[[Snapshot], Iterable[Diagnostic]]
"""Reports problems of the whole file, in the file's coordinates."""

DOCUMENT_CHECKS: tuple[DocumentCheck, ...] = (
    check_syntax,
    check_file_duplicates,
    check_file_shape,
    check_sections,
    check_commented_ids,
    check_default,
    check_roles,
    check_secrecy,
)
