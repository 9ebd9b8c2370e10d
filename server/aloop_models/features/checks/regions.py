"""Checks of regions and projects: `us-east1` at AWS, the zone of a region, the name or the path of a project."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from aloop_models.catalog import provider_of
from aloop_models.catalog.references import refers
from aloop_models.core.document import Entry
from aloop_models.core.lazy_re import lazy_re
from aloop_models.features.checks.fixes import change_text, offer, own_scalar
from aloop_models.features.checks.key_forms import is_key
from aloop_models.features.checks.region_names import aws_region, google_location
from aloop_models.features.checks.spans import value_span
from aloop_models.features.checks.values import OUT_OF_RANGE
from aloop_models.features.diagnostic import Diagnostic, Fix, Severity
from aloop_models.snapshot import Facts

_PROJECT_PATH = lazy_re(r"projects/([a-z][a-z0-9-]*|[0-9]+)(?:/.*)?")


class _Form(NamedTuple):
    """The form of a value, from the documentation of the cloud."""

    valid: re.Pattern[str]
    what: str
    example: str
    meant: Callable[[str], str | None]
    """The value that a text without this form means."""


def _project(value: str) -> str | None:
    found = _PROJECT_PATH.fullmatch(value)
    return found[1] if found else None


_FORMS = {
    # us-gov-west-1, ap-southeast-2, eusc-de-east-1.
    "aws_region_name": _Form(lazy_re(r"[a-z]{2,4}(?:-[a-z]+)+-[0-9]{1,2}"), "an AWS region", "us-east-1", aws_region),
    # Some models have the locations us and eu; u- is before those of sovereign clouds.
    "vertex_location": _Form(
        lazy_re(r"global|us|eu|(?:u-)?[a-z]+-[a-z]+[0-9]{1,2}"),
        "a location of Google Cloud",
        "us-central1 or global",
        google_location,
    ),
    # A number is accepted too; an organization of its own is before a colon.
    "vertex_project": _Form(
        lazy_re(r"(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]*|[0-9]+"), "the ID of a project", "my-project-123456", _project
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
        right = form.meant(value)
        if right is None:
            message, fixes = f"{name} must be {form.what}, such as {form.example}.", ()
        else:
            message = f"{name} must be {form.what}. Did you mean {right}?"
            fixes = offer(Fix(f"Change to {right}", change_text(own_scalar(field), right), safe=False))
        yield Diagnostic(OUT_OF_RANGE, value_span(entry, field), message, fixes, Severity.WARNING)
