"""A region in an ARN has only the characters of a region."""

import pytest

from aloop_models.catalog import arns
from aloop_models.catalog.arns import has_invalid_arn
from aloop_models.catalog.schema_file import load_schema

ACCOUNT = "888602223428"


@pytest.mark.parametrize(
    "model_id",
    [
        f"bedrock/agentcore/arn:aws:bedrock-agentcore:us-west-2:{ACCOUNT}:runtime/hosted_agent-3ySZuRHjLC",
        f"bedrock/arn:aws-us-gov:bedrock:us-gov-west-1:{ACCOUNT}:application-inference-profile/abc#work",
        f"bedrock/deepseek_r1/arn:aws:bedrock:us-east-1:{ACCOUNT}:imported-model/r4c4kewx2s0n",
        f"sagemaker/arn:aws:sagemaker::{ACCOUNT}:endpoint/a:b",
        "bedrock/us-east-1/anthropic.claude-v2:1",
        "bedrock/learn:1",
        "openai/agentcore/a:b:c:d",
        "ollama/arn:7b",
    ],
)
def test_valid(model_id: str) -> None:
    assert not has_invalid_arn(model_id)


@pytest.mark.parametrize(
    "model_id",
    [
        f"bedrock/agentcore/arn:aws:bedrock-agentcore:hostile.example/:{ACCOUNT}:runtime/x",
        f"bedrock/agentcore/arn:aws:bedrock-agentcore:US-EAST-1:{ACCOUNT}:runtime/x",
        f"bedrock/agentcore/arn:aws:bedrock-agentcore:a@hostile:{ACCOUNT}:runtime/x",
        "bedrock/agentcore/arn:aws:bedrock-agentcore:hostile.example/#",
        "bedrock/agentcore/a:b:c:hostile.example/",
        "bedrock/agentcore/x",
        f"bedrock/a:b:c:hostile/arn:aws:bedrock:us-east-1:{ACCOUNT}:x/y",
        f"bedrock/converse/arn:aws:bedrock:hostile.example/:{ACCOUNT}:x/y",
        f"bedrock/arn:other:bedrock:us-east-1:{ACCOUNT}:x/y",
        f"sagemaker_chat/arn:aws:sagemaker:hostile.example/:{ACCOUNT}:x/y",
    ],
)
def test_invalid(model_id: str) -> None:
    assert has_invalid_arn(model_id)


@pytest.mark.parametrize("field", ["model_id", "aws_role_name"])
def test_fields_have_the_same_pattern(field: str) -> None:
    valid, invalid = "arn:aws:iam::123456789012:role/x", "arn:aws:iam:hostile.example/:123456789012:role/x"
    assert f"^(?:{arns._ARN}|" in str(load_schema()._properties[field]["pattern"])
    problems = [load_schema().check_profile({field: value}) for value in (valid, invalid)]
    assert [[problem.keyword for problem in found] for found in problems] == [[], ["pattern"]]
