"""Checks of regions and projects: `us-east1` at AWS, the zone of a region, the name or the path of a project."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from aloop_models.catalog import provider_of
from aloop_models.catalog.references import refers
from aloop_models.core.document import Entry
from aloop_models.features.checks.fixes import change_text, offer, own_scalar
from aloop_models.features.checks.key_forms import is_key
from aloop_models.features.checks.spans import value_span
from aloop_models.features.checks.values import OUT_OF_RANGE
from aloop_models.features.diagnostic import Diagnostic, Fix, Severity
from aloop_models.snapshot import Facts

# Only what these lists have is suggested; a newer region is accepted by its form.
_AWS = """
    af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1
    ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-7 ca-central-1 ca-west-1 cn-north-1
    cn-northwest-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3
    eusc-de-east-1 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-gov-east-1
    us-gov-west-1 us-west-1 us-west-2
"""
_GOOGLE = """
    africa-south1 asia-east1 asia-east2 asia-northeast1 asia-northeast2 asia-northeast3 asia-south1 asia-south2
    asia-southeast1 asia-southeast2 australia-southeast1 australia-southeast2 europe-central2 europe-north1
    europe-north2 europe-southwest1 europe-west1 europe-west10 europe-west12 europe-west2 europe-west3 europe-west4
    europe-west6 europe-west8 europe-west9 global me-central1 me-central2 me-west1 northamerica-northeast1
    northamerica-northeast2 northamerica-south1 southamerica-east1 southamerica-west1 us-central1 us-east1 us-east4
    us-east5 us-south1 us-west1 us-west2 us-west3 us-west4
"""
_PROJECT_PATH = re.compile(r"projects/([a-z][a-z0-9-]*|[0-9]+)(?:/.*)?")
_ZONE = re.compile(r"(?<=[0-9])[a-f]\Z")


class _Form(NamedTuple):
    """The form of a value, from the documentation of the cloud."""

    valid: re.Pattern[str]
    what: str
    example: str
    meant: Callable[[str], str | None]
    """The value that a text without this form means."""


def _in(regions: str) -> Callable[[str], str | None]:
    """A search for the region with the letters and digits of a text, which can be a zone or a path."""
    by_letters = {region.replace("-", ""): region for region in regions.split()}

    def find(value: str) -> str | None:
        letters = "".join(filter(str.isalnum, value.casefold().rpartition("/")[2]))
        return by_letters.get(letters) or by_letters.get(_ZONE.sub("", letters))

    return find


def _project(value: str) -> str | None:
    found = _PROJECT_PATH.fullmatch(value)
    return found[1] if found else None


_FORMS = {
    # us-gov-west-1, ap-southeast-2, eusc-de-east-1.
    "aws_region_name": _Form(re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-[0-9]{1,2}"), "an AWS region", "us-east-1", _in(_AWS)),
    # Some models have the locations us and eu; u- is before those of sovereign clouds.
    "vertex_location": _Form(
        re.compile(r"global|us|eu|(?:u-)?[a-z]+-[a-z]+[0-9]{1,2}"),
        "a location of Google Cloud",
        "us-central1 or global",
        _in(_GOOGLE),
    ),
    # A number is accepted too; an organization of its own is before a colon.
    "vertex_project": _Form(
        re.compile(r"(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]*|[0-9]+"), "the ID of a project", "my-project-123456", _project
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
