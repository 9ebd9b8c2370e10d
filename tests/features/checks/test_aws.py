"""AWS credentials in the wrong field, and pairs that are not complete."""

import boto3
import pytest
import yaml
from botocore.exceptions import PartialCredentialsError

from aloop_models.core.text import apply_edits
from aloop_models.features.diagnostic import Severity
from support.expectations import diagnostics_of

KEY_ID = "AKIAABCDEFGHIJKLMNOP"
TEMPORARY = "ASIAABCDEFGHIJKLMNOP"
SECRET = "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"

CREDENTIALS = [
    ({"api_key": KEY_ID}, "key-in-wrong-field", KEY_ID, "aws_access_key_id", None),
    (
        {"api_key": KEY_ID, "aws_secret_access_key": SECRET},
        "key-in-wrong-field",
        KEY_ID,
        "Put it in aws_access_key_id.",
        {"aws_access_key_id": KEY_ID, "aws_secret_access_key": SECRET},
    ),
    ({"api_key": SECRET}, "key-in-wrong-field", SECRET, "aws_secret_access_key", None),
    (
        {"api_key": SECRET, "aws_access_key_id": KEY_ID},
        "key-in-wrong-field",
        SECRET,
        "Put it in aws_secret_access_key.",
        {"aws_secret_access_key": SECRET, "aws_access_key_id": KEY_ID},
    ),
    (
        {"aws_access_key_id": SECRET, "aws_secret_access_key": KEY_ID},
        "key-in-wrong-field",
        SECRET,
        "are swapped",
        {"aws_secret_access_key": SECRET, "aws_access_key_id": KEY_ID},
    ),
    ({"aws_access_key_id": KEY_ID}, "missing-api-key", None, "aws_secret_access_key is missing. It belongs", None),
    ({"aws_secret_access_key": SECRET}, "missing-api-key", None, "aws_access_key_id is missing. It belongs", None),
    (
        {"aws_access_key_id": TEMPORARY, "aws_secret_access_key": SECRET},
        "missing-api-key",
        None,
        "aws_session_token is missing.",
        None,
    ),
]


@pytest.mark.parametrize("model_id", ["bedrock/us.amazon.nova-pro-v1:0", "sagemaker_chat/endpoint"])
@pytest.mark.parametrize(("fields", "rule", "marked", "said", "after"), CREDENTIALS)
def test_case(
    model_id: str, fields: dict[str, str], rule: str, marked: str | None, said: str, after: dict[str, str] | None
) -> None:
    """One error, and a fix where both halves of the pair are there."""
    lines = "".join(f"    {name}: {value}\n" for name, value in fields.items())
    text = f"models:\n  {model_id}:\n{lines}default: {model_id}\n"
    (found,) = diagnostics_of(text)
    assert (found.rule.id, found.level, text[slice(*found.span)]) == (rule, Severity.ERROR, marked or model_id)
    assert said in found.message
    changed = [apply_edits(text, fix.edits) for fix in found.fixes]
    assert [yaml.safe_load(item)["models"][model_id] for item in changed] == ([after] if after else [])
    assert all(diagnostics_of(item) == () for item in changed)


@pytest.mark.parametrize(
    "fields",
    [
        {"aws_access_key_id": KEY_ID, "aws_secret_access_key": SECRET},
        {"aws_access_key_id": TEMPORARY, "aws_secret_access_key": SECRET, "aws_session_token": "q7Zk19fMx2q7Zk19fMx2"},
        {"aws_profile_name": "work"},
        {"aws_region_name": "us-east-1"},
        {"api_key": "ABSK" + "A1b2C3d4E5f6G7h8" * 5},
    ],
)
def test_complete_credentials(fields: dict[str, str]) -> None:
    lines = "".join(f"    {name}: {value}\n" for name, value in fields.items())
    model_id = "bedrock/us.amazon.nova-pro-v1:0"
    assert diagnostics_of(f"models:\n  {model_id}:\n{lines}default: {model_id}\n") == ()


def test_half_a_pair_is_refused_by_the_sdk() -> None:
    """LiteLLM passes the pair to boto3, which refuses half of it."""
    with pytest.raises(PartialCredentialsError):
        boto3.Session(region_name="us-east-1").client("sts", aws_access_key_id=KEY_ID)
