"""Checks for API keys in the wrong place, and for references instead of values."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aloop_models.core.document import Entry, Field
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.nodes import Scalar, resolve
from aloop_models.core.text import Edit
from aloop_models.features.checks.api_key import KEY_FIXES
from aloop_models.features.checks.field_lines import first_field
from aloop_models.features.checks.fields import meant_fields
from aloop_models.features.checks.fixes import offer, replace_part
from aloop_models.features.checks.key_forms import is_key
from aloop_models.features.checks.references import find_references, is_template
from aloop_models.features.checks.spans import inner_start, part_span, value_span
from aloop_models.features.checks.wording import quote_name
from aloop_models.features.diagnostic import Diagnostic, Fix, Rule, Severity, SeverityCase
from aloop_models.snapshot import Facts

KEY_IN_WRONG_FIELD = Rule(
    "key-in-wrong-field",
    Severity.WARNING,
    "API key in the wrong place",
    "An API key in `name`, as a model ID or as `default` is not used as a key. Put it in `api_key`. An AWS "
    "access key ID belongs in `aws_access_key_id` and its secret in `aws_secret_access_key`.",
    "models:\n  ollama/llama3:\n    name: sk-proj-A1b2C3d4E5f6G7h8I9j0\ndefault: ollama/llama3\n",
    "models:\n  ollama/llama3:\n    api_key: sk-proj-A1b2C3d4E5f6G7h8I9j0\ndefault: ollama/llama3\n",
    fixes="unsafe",
    fix_safety="Unsafe: renaming the field to `api_key` or to the AWS field, because the key is then sent to the "
    "provider.",
    severity_reason="The model may work without the API key.",
    other_severities=(
        SeverityCase(
            Severity.ERROR,
            "if the entry cannot be used because of it: the key is the ID, the value of the entry or "
            "`api_base`, AWS fields are mixed up, or the provider needs an `api_key` and the entry has none",
        ),
    ),
    related=("missing-api-key", "key-of-another-provider"),
)
ENV_REFERENCE = Rule(
    "env-reference",
    Severity.ERROR,
    "Reference instead of a value",
    "Environment variable references such as `${X}`, `$X`, `os.environ/X` and `{env:X}`, other references "
    "such as `$(command)` and `op://…`, and bare variable names are not expanded, and keys are never taken from the "
    "environment. A model with a reference is not ready. Write the value itself: aloop creates the file so that git "
    "ignores it and only you can read it.",
    "models:\n  openai/gpt-4o:\n    api_key: ${OPENAI_API_KEY}\ndefault: openai/gpt-4o\n",
    "models:\n  openai/gpt-4o:\n    api_key: sk-not-a-real-one-but-long-enough\ndefault: openai/gpt-4o\n",
    fixes="safe or unsafe",
    fix_safety=f"Only for `api_key`. {KEY_FIXES}",
    severity_reason="The provider receives the text of the reference instead of the value.",
    related=("missing-api-key", "placeholder-api-key"),
)

_ADVICE = "Put the API key in api_key."
_LONGEST_WORD = 16
_BARE = lazy_re(r"[\w.-]+", re.ASCII)


def check_key_placement(entry: Entry, facts: Facts) -> Iterator[Diagnostic]:
    """Check the entry for API keys in the wrong place and for references."""
    if is_key(entry.model_id):
        message = f"The ID is an API key. Write provider/model instead. {_ADVICE}"
        yield Diagnostic(KEY_IN_WRONG_FIELD, entry.key.span, message, (), Severity.ERROR)
    # A key in a field that a duplicate overrides is reported too.
    for field in entry.fields:
        value = field.data
        if is_template(field.value):
            yield Diagnostic(ENV_REFERENCE, value_span(entry, field), _not_expanded(field, facts))
        if not value or isinstance(value, int | float):
            continue
        references = list(find_references(field, facts.schema.fields.get(field.name)))
        for path in references:
            yield Diagnostic(ENV_REFERENCE, part_span(entry, field, path), _not_expanded(field, facts))
        if references or not isinstance(value, str):
            continue
        spec = facts.schema.fields.get(field.name)
        if not (spec and spec.secret) and len(value) >= _LONGEST_WORD and is_key(value):
            diagnostic = _key_in(entry, field, facts)
            if diagnostic is not None:
                yield diagnostic
    value = resolve(entry.value)
    text = value.value if isinstance(value, Scalar) else None
    if isinstance(text, str) and is_key(text) and not first_field(text, facts):
        message = f"The entry is an API key instead of fields. {_ADVICE}"
        yield Diagnostic(KEY_IN_WRONG_FIELD, entry.value.span, message, _wrap(entry), Severity.ERROR)


def _not_expanded(field: Field, facts: Facts) -> str:
    spec = facts.schema.fields.get(field.name)
    what = "URL" if field.name == "api_base" else "API key" if spec and spec.secret else "value"
    return (
        f"{field.name} contains a reference, such as an environment variable. Write the {what} itself: "
        "references are not expanded."
    )


def _key_in(entry: Entry, field: Field, facts: Facts) -> Diagnostic | None:
    known = field.name in facts.schema.fields
    if not known and (meant_fields(entry, field.name, facts) or field.name in facts.schema.unsupported):
        # The diagnostic of the unknown field already names the right field.
        return None
    message = f"Field {quote_name(field.name)} contains an API key. Put it in api_key instead."
    level = Severity.ERROR if field.name == "api_base" else None
    movable = "api_key" not in entry.profile and not field.inherited and _BARE.fullmatch(str(field.data))
    rename = replace_part(field.key, 0, len(field.key.text), "api_key") if movable else ()
    return Diagnostic(
        KEY_IN_WRONG_FIELD,
        value_span(entry, field),
        message,
        offer(Fix("Rename to api_key", rename, safe=False)),
        level,
        field="api_key",
    )


def _wrap(entry: Entry) -> tuple[Fix, ...]:
    value = entry.value
    if not isinstance(value, Scalar) or inner_start(value) is None or not _BARE.fullmatch(value.text):
        return ()
    edits = (Edit(value.start, value.start, "{api_key: "), Edit(value.end, value.end, "}"))
    return offer(Fix("Change to an api_key field", edits, safe=False))
