"""Every rule, in the order of the documentation."""

from __future__ import annotations

from collections.abc import Mapping

from aloop_models.features.checks.api_key import (
    KEY_OF_ANOTHER_PROVIDER,
    MALFORMED_API_KEY,
    MISSING_API_KEY,
    PLACEHOLDER_API_KEY,
)
from aloop_models.features.checks.commented_ids import COMMENTED_ID
from aloop_models.features.checks.default import MISSING_DEFAULT, UNDEFINED_DEFAULT
from aloop_models.features.checks.duplicates import DUPLICATE_KEY
from aloop_models.features.checks.endpoint import INSECURE_API_BASE, MISSING_API_BASE
from aloop_models.features.checks.endpoint_provider import INVALID_API_BASE
from aloop_models.features.checks.fields import UNKNOWN_FIELD, UNSUPPORTED_FIELD
from aloop_models.features.checks.ignores import INVALID_IGNORE, UNUSED_IGNORE
from aloop_models.features.checks.key_placement import ENV_REFERENCE, KEY_IN_WRONG_FIELD
from aloop_models.features.checks.look_alike_syntax import LOOK_ALIKE_SYNTAX
from aloop_models.features.checks.model import (
    DEPRECATED_MODEL,
    NOT_A_CHAT_MODEL,
    UNKNOWN_MODEL,
    UNKNOWN_PROVIDER,
)
from aloop_models.features.checks.model_id import INVALID_MODEL_ID, LOOK_ALIKE_ID
from aloop_models.features.checks.roles import INVALID_ROLE_NAME, UNDEFINED_MODEL
from aloop_models.features.checks.secrecy import (
    NOT_GITIGNORED,
    READABLE_BY_OTHERS,
    SKIPPED_FILE,
    TRACKED_BY_GIT,
)
from aloop_models.features.checks.shape import MISSING_MODELS, NOT_A_MAPPING
from aloop_models.features.checks.syntax import FILE_TOO_LARGE, MULTIPLE_DOCUMENTS, YAML_SYNTAX
from aloop_models.features.checks.values import OUT_OF_RANGE, WRONG_TYPE
from aloop_models.features.diagnostic import Rule

RULES: tuple[Rule, ...] = (
    YAML_SYNTAX,
    LOOK_ALIKE_SYNTAX,
    DUPLICATE_KEY,
    MULTIPLE_DOCUMENTS,
    FILE_TOO_LARGE,
    NOT_A_MAPPING,
    WRONG_TYPE,
    OUT_OF_RANGE,
    UNKNOWN_FIELD,
    UNSUPPORTED_FIELD,
    MISSING_MODELS,
    INVALID_MODEL_ID,
    COMMENTED_ID,
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
    UNDEFINED_MODEL,
    INVALID_ROLE_NAME,
    NOT_GITIGNORED,
    TRACKED_BY_GIT,
    READABLE_BY_OTHERS,
    SKIPPED_FILE,
    UNUSED_IGNORE,
    INVALID_IGNORE,
)

RULES_BY_ID: Mapping[str, Rule] = {rule.id: rule for rule in RULES}
