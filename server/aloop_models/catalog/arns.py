"""Amazon Resource Names in model IDs, whose region LiteLLM inserts into the host of a URL."""

from __future__ import annotations

from aloop_models.catalog.facts import split_id
from aloop_models.core.lazy_re import lazy_re

_AWS = ("bedrock", "sagemaker")
# Equals the pattern of `model_id` in the schema.
_ARN = r"arn:aws(?:-[a-z]+)*:[a-z0-9-]+:[a-z0-9-]*:[^:]*:.+"
_ENDS_WITH_ARN = lazy_re(rf"(?:[^:]*/)?{_ARN}")
# LiteLLM takes the text after `agentcore/` as an ARN without looking at its start.
_NEEDS_ARN = lazy_re(r"arn:aws|(?:^|/)(?:arn:|agentcore/)")


def has_invalid_arn(model_id: str) -> bool:
    """Whether an ID of AWS has something else in the place of an ARN, so that its region can be any host."""
    provider, model = split_id(model_id)
    if not provider.startswith(_AWS) or not _NEEDS_ARN.search(model):
        return False
    return _ENDS_WITH_ARN.fullmatch(model) is None
