"""Checks of regions and projects: `us-east1` at AWS, the zone of a region, the name or the path of a project."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from aloop_models.catalog import provider_of
from aloop_models.catalog.references import refers
from aloop_models.core.document import Entry
from aloop_models.features.checks.fixes import offer, own_scalar, replace_scalar
from aloop_models.features.checks.key_forms import is_key
from aloop_models.features.checks.spans import value_span
from aloop_models.features.checks.values import OUT_OF_RANGE
from aloop_models.features.diagnostic import Diagnostic, Fix, Severity
from aloop_models.snapshot import Facts


class _Form(NamedTuple):
    """The form of a value, from the documentation of the cloud."""

    valid: re.Pattern[str]
    what: str
    example: str
    meant: re.Pattern[str]
    """What people write in place of it, with the parts of the value as groups."""
    parts: str
    """The value, with the groups of `meant`."""


_FORMS = {
    # us-gov-west-1, ap-southeast-2, eusc-de-east-1; a zone has a letter at the end.
    "aws_region_name": _Form(
        re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-[0-9]{1,2}"),
        "an AWS region",
        "us-east-1",
        re.compile(r"([a-z]{2,4}(?:-[a-z]+)+)-?([0-9])[a-f]?"),
        "{0}-{1}",
    ),
    # Some models have the locations us and eu.
    "vertex_location": _Form(
        re.compile(r"global|us|eu|[a-z]+-[a-z]+[0-9]{1,2}"),
        "a location of Google Cloud",
        "us-central1 or global",
        re.compile(r"([a-z]+-[a-z]+)-?([0-9]{1,2})(?:-[a-f])?|(global|us|eu)"),
        "{0}{1}{2}",
    ),
    # A number is accepted too; an organization of its own is before a colon.
    "vertex_project": _Form(
        re.compile(r"(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]|[0-9]+"),
        "the ID of a project",
        "my-project-123456",
        re.compile(r"projects/([a-z][a-z0-9-]{4,28}[a-z0-9]|[0-9]+)(?:/.*)?"),
        "{0}",
    ),
}


def check_regions(entry: Entry, facts: Facts) -> Iterator[Diagnostic]:
    """Check the form of regions, locations and projects at AWS and Google Cloud."""
    specs = facts.schema.fields
    for name, form in _FORMS.items():
        value = entry.text(name)
        if not value or form.valid.fullmatch(value) or refers(value) or is_key(value):
            continue
        field, provider = entry.field(name), provider_of(entry.model_id)
        # The schema reports what no region contains.
        if field is None or not specs[name].suits(provider) or facts.schema.check_profile({name: value}):
            continue
        found = form.meant.fullmatch(value.casefold().strip())
        right = form.parts.format(*(part or "" for part in found.groups())) if found else ""
        if found and form.valid.fullmatch(right):
            message = f"{name} must be {form.what}. Did you mean {right}?"
            written = f"'{right}'" if right.isdigit() else right
            fixes = offer(Fix(f"Change to {right}", replace_scalar(own_scalar(field), written), safe=False))
        else:
            message, fixes = f"{name} must be {form.what}, such as {form.example}.", ()
        yield Diagnostic(OUT_OF_RANGE, value_span(entry, field), message, fixes, Severity.WARNING)
