"""Regions, locations and projects of clouds that are not in the form of their cloud."""

import pytest

from aloop_models.features.diagnostic import Severity
from support.expectations import apply_fix, diagnostics_of


def entry(model_id: str, name: str, value: str) -> str:
    others = "    aws_profile_name: mine\n" if model_id.startswith("bedrock/") else ""
    return f"models:\n  {model_id}:\n    {name}: {value}\n{others}default: {model_id}\n"


QUOTE = "'"
BEDROCK, VERTEX = "bedrock/anthropic.claude-opus-4-5-20251101-v1:0", "vertex_ai/gemini-4-argon"
WRONG = [
    (BEDROCK, "aws_region_name", "us-east1", "us-east-1", "an AWS region"),
    (BEDROCK, "aws_region_name", "eu-central-1a", "eu-central-1", "an AWS region"),
    (BEDROCK, "aws_region_name", "US-East-1", "us-east-1", "an AWS region"),
    (BEDROCK, "aws_region_name", "us-gov-west1", "us-gov-west-1", "an AWS region"),
    (VERTEX, "vertex_location", "us-central-1", "us-central1", "a location of Google Cloud"),
    (VERTEX, "vertex_location", "us-central1-a", "us-central1", "a location of Google Cloud"),
    (BEDROCK, "aws_region_name", "eusc-de-east1", "eusc-de-east-1", "an AWS region"),
    (BEDROCK, "aws_region_name", '"us-east1"', '"us-east-1"', "an AWS region"),
    (VERTEX, "vertex_location", "europewest4", "europe-west4", "a location of Google Cloud"),
    (VERTEX, "vertex_location", "Global", "global", "a location of Google Cloud"),
    (VERTEX, "vertex_project", "projects/my-proj", "my-proj", "the ID of a project"),
    (VERTEX, "vertex_project", "projects/1234/locations/global", "'1234'", "the ID of a project"),
]


@pytest.mark.parametrize(("model_id", "name", "value", "right", "what"), WRONG)
def test_what_is_meant(model_id: str, name: str, value: str, right: str, what: str) -> None:
    text = entry(model_id, name, value)
    (found,) = diagnostics_of(text)
    plain = right.strip("'\"")
    assert (found.rule.id, found.message) == (
        "out-of-range",
        f"{model_id}: {name} must be {what}. Did you mean {plain}?",
    )
    assert text[slice(*found.span)] == value
    assert [(fix.title, fix.safe) for fix in found.fixes] == [(f"Change to {plain}", False)]
    assert apply_fix(text, found) == entry(model_id, name, right)
    assert diagnostics_of(entry(model_id, name, right)) == ()


@pytest.mark.parametrize(
    ("model_id", "name", "value", "advice"),
    [
        *(
            (BEDROCK, "aws_region_name", region, "an AWS region, such as us-east-1")
            for region in ("us-central1", "asia-east1")
        ),
        *(
            (VERTEX, "vertex_location", region, "a location of Google Cloud, such as us-central1 or global")
            for region in ("eu-west-1", "ap-southeast-2", "us-east-9")
        ),
        (BEDROCK, "aws_region_name", "Ohio", "an AWS region, such as us-east-1"),
        (VERTEX, "vertex_location", "Iowa", "a location of Google Cloud, such as us-central1 or global"),
        (VERTEX, "vertex_project", "My Project", "the ID of a project, such as my-project-123456"),
    ],
)
def test_what_is_no_region(model_id: str, name: str, value: str, advice: str) -> None:
    (found,) = diagnostics_of(entry(model_id, name, value))
    assert (found.message, found.fixes) == (f"{model_id}: {name} must be {advice}.", ())


@pytest.mark.parametrize(
    ("model_id", "name", "value"),
    [
        *((BEDROCK, "aws_region_name", value) for value in ("ap-southeast-2", "us-gov-east-1", "eusc-de-east-1")),
        *(
            (VERTEX, "vertex_location", value)
            for value in ("europe-west4", "global", "us", "eu", "me-central2", "u-france-east1")
        ),
        *(
            (VERTEX, "vertex_project", value)
            for value in ("my-project-1", "p", "s3ns:my-project", "'123456789012'", "example.com:my-project")
        ),
    ],
)
def test_right_values(model_id: str, name: str, value: str) -> None:
    assert diagnostics_of(entry(model_id, name, value)) == ()


def test_another_provider_has_no_region() -> None:
    (found,) = diagnostics_of("models:\n  ollama/a:\n    aws_region_name: us-east1\ndefault: ollama/a\n")
    assert found.rule.id == "unknown-field"


@pytest.mark.parametrize(
    ("model_id", "name", "value", "right"),
    [
        (BEDROCK, "aws_region_name", "us_east_1", "us-east-1"),
        (BEDROCK, "aws_region_name", "us-east\u20131", "us-east-1"),
        (BEDROCK, "aws_region_name", "us east 1", "us-east-1"),
        (VERTEX, "vertex_location", "us_central1", "us-central1"),
        (VERTEX, "vertex_location", "'projects/p/locations/us-central1'", "'us-central1'"),
        (BEDROCK, "aws_region_name", "us_east_9", None),
        (BEDROCK, "aws_region_name", "locations/us-central1", None),
    ],
)
def test_characters_that_no_region_has(model_id: str, name: str, value: str, right: str | None) -> None:
    """Nothing is sent, because the region is a part of the host."""
    text = entry(model_id, name, value)
    (found,) = diagnostics_of(text)
    advice = f"Did you mean {right.strip(QUOTE)}?" if right else "Write, for example, us-east-1."
    assert (found.level, found.message) == (Severity.ERROR, f"{model_id}: {name} has an invalid format. {advice}")
    assert [apply_fix(text, found, at) for at in range(len(found.fixes))] == (
        [entry(model_id, name, right)] if right else []
    )
