"""Every check and every rule, listed in reading order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from aloop_models.core.document import Entry
from aloop_models.features.checks.api_key import (
    KEY_OF_ANOTHER_PROVIDER,
    MALFORMED_API_KEY,
    MISSING_API_KEY,
    PLACEHOLDER_API_KEY,
    check_api_key,
)
from aloop_models.features.checks.default import MISSING_DEFAULT, UNDEFINED_DEFAULT, check_default
from aloop_models.features.checks.duplicates import DUPLICATE_KEY, check_field_duplicates, check_file_duplicates
from aloop_models.features.checks.endpoint import (
    INSECURE_API_BASE,
    INVALID_API_BASE,
    MISSING_API_BASE,
    check_endpoint,
)
from aloop_models.features.checks.fields import UNKNOWN_FIELD, UNSUPPORTED_FIELD, check_fields
from aloop_models.features.checks.misplaced import ENV_REFERENCE, KEY_IN_WRONG_FIELD, check_misplaced
from aloop_models.features.checks.model import (
    DEPRECATED_MODEL,
    NOT_A_CHAT_MODEL,
    UNKNOWN_MODEL,
    UNKNOWN_PROVIDER,
    check_model,
)
from aloop_models.features.checks.model_id import INVALID_MODEL_ID, LOOK_ALIKE_ID, check_model_id
from aloop_models.features.checks.secrecy import (
    NOT_GITIGNORED,
    READABLE_BY_OTHERS,
    TRACKED_BY_GIT,
    check_secrecy,
)
from aloop_models.features.checks.sections import check_sections
from aloop_models.features.checks.shape import MISSING_MODELS, NOT_A_MAPPING, check_entry_shape, check_file_shape
from aloop_models.features.checks.syntax import MULTIPLE_DOCUMENTS, YAML_SYNTAX, check_syntax
from aloop_models.features.checks.values import OUT_OF_RANGE, WRONG_TYPE, check_values
from aloop_models.features.finding import Finding, Rule
from aloop_models.snapshot import Facts, Snapshot

EntryCheck: TypeAlias = Callable[[Entry, Facts], Iterable[Finding]]
"""What is wrong inside one entry, in its own coordinates; kept as long as entry and facts are the same."""

DocumentCheck: TypeAlias = Callable[[Snapshot], Iterable[Finding]]
"""What is wrong with the file as a whole, in the file's coordinates."""

ENTRY_CHECKS: tuple[EntryCheck, ...] = (
    check_entry_shape,
    check_field_duplicates,
    check_fields,
    check_values,
    check_model_id,
    check_model,
    check_api_key,
    check_misplaced,
    check_endpoint,
)
DOCUMENT_CHECKS: tuple[DocumentCheck, ...] = (
    check_syntax,
    check_file_duplicates,
    check_file_shape,
    check_sections,
    check_default,
    check_secrecy,
)
RULES: tuple[Rule, ...] = (
    YAML_SYNTAX,
    DUPLICATE_KEY,
    MULTIPLE_DOCUMENTS,
    NOT_A_MAPPING,
    WRONG_TYPE,
    OUT_OF_RANGE,
    UNKNOWN_FIELD,
    UNSUPPORTED_FIELD,
    MISSING_MODELS,
    INVALID_MODEL_ID,
    UNKNOWN_PROVIDER,
    UNKNOWN_MODEL,
    DEPRECATED_MODEL,
    NOT_A_CHAT_MODEL,
    LOOK_ALIKE_ID,
    MISSING_API_KEY,
    PLACEHOLDER_API_KEY,
    MALFORMED_API_KEY,
    KEY_OF_ANOTHER_PROVIDER,
    KEY_IN_WRONG_FIELD,
    ENV_REFERENCE,
    INVALID_API_BASE,
    MISSING_API_BASE,
    INSECURE_API_BASE,
    UNDEFINED_DEFAULT,
    MISSING_DEFAULT,
    NOT_GITIGNORED,
    TRACKED_BY_GIT,
    READABLE_BY_OTHERS,
)
