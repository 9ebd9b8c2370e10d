"""What a reasoning effort changes in the request that LiteLLM sends, as the installed version does it."""

from __future__ import annotations

from typing import Any

import pytest

from aloop_models.llm.effort import can_turn_off, effort_of, takes_effort, with_effort
from aloop_models.llm.litellm_adapter import LiteLLMAdapter
from aloop_models.llm.profile import ModelProfile
from support.agent import KEY
from support.provider_endpoint import ProviderEndpoint

pytestmark = pytest.mark.filterwarnings("ignore")

QUESTION = [{"role": "user", "content": "Who are you?"}]
SENT = ("reasoning_effort", "thinking", "output_config", "think")
"""The fields of a request that say how much to reason."""


async def sent_for(endpoint: ProviderEndpoint, model: str, effort: str | None, **extra: object) -> dict[str, Any]:
    """What the endpoint got about reasoning."""
    base = endpoint.url if model.startswith(("anthropic/", "ollama/")) else endpoint.openai_url
    profile = ModelProfile(model, api_key=KEY, api_base=base, extra=extra)
    await LiteLLMAdapter().answer(QUESTION, profile=with_effort(profile, effort))
    return {name: endpoint.last.body[name] for name in SENT if name in endpoint.last.body}


@pytest.mark.parametrize(
    ("model", "effort", "extra", "sent"),
    [
        ("openai/gpt-6-sol", None, {}, {}),
        ("openai/gpt-6-sol", "high", {}, {"reasoning_effort": "high"}),
        ("openai/gpt-6-sol", "low", {"reasoning_effort": "high"}, {"reasoning_effort": "low"}),
        ("openai/gpt-6-sol", None, {"reasoning_effort": "high"}, {"reasoning_effort": "high"}),
        ("openai/gpt-6-sol", "off", {"reasoning_effort": "high"}, {"reasoning_effort": "none"}),
        ("openai/gpt-5", "off", {"reasoning_effort": "high"}, {}),
        ("openai/o3", "off", {"reasoning_effort": "high"}, {}),
        ("openai/o3#work", "medium", {}, {"reasoning_effort": "medium"}),
        ("openai/gpt-4o", "high", {}, {}),
        ("openai/gpt-4o", "off", {}, {}),
        ("openai/my-own", "high", {}, {"reasoning_effort": "high"}),
        ("openai/my-own", "off", {"reasoning_effort": "high"}, {}),
        ("anthropic/claude-3-5-haiku-20241022", "high", {}, {}),
        (
            *("anthropic/claude-opus-4-1", "low", {"thinking": {"type": "enabled", "budget_tokens": 9_000}}),
            {"thinking": {"type": "enabled", "budget_tokens": 1_024}},
        ),
        ("anthropic/claude-opus-4-1", "off", {"thinking": {"type": "enabled", "budget_tokens": 9_000}}, {}),
        ("anthropic/claude-haiku-5-5", "off", {}, {"thinking": {"type": "disabled"}}),
        ("ollama/qwen3-of-mine", "high", {}, {"think": True}),
        ("ollama/qwen3-of-mine", "off", {"reasoning_effort": "high"}, {"think": False}),
        ("ollama/llama3.1", "high", {}, {}),
    ],
)
async def test_what_is_sent(
    endpoint: ProviderEndpoint, model: str, effort: str | None, extra: dict[str, object], sent: dict[str, Any]
) -> None:
    assert await sent_for(endpoint, model, effort, **extra) == sent


@pytest.mark.parametrize(
    ("model", "takes", "turns_off"),
    [
        ("openai/gpt-6-sol", True, True),
        ("openai/gpt-5", True, False),
        ("openai/o3", True, False),
        ("openai/gpt-4o", False, False),
        ("gemini/gemini-2.5-flash", True, True),
        ("gemini/gemini-2.0-flash", False, False),
        ("bedrock/meta.llama3-8b-instruct-v1:0", False, False),
        ("no-such-provider/model", False, False),
    ],
)
def test_which_models_take_an_effort(model: str, *, takes: bool, turns_off: bool) -> None:
    profile = ModelProfile(model)
    assert (takes_effort(profile), can_turn_off(profile)) == (takes, turns_off)


def test_a_deployment_is_its_base_model() -> None:
    deployment = ModelProfile("azure/my-dep", extra={"base_model": "azure/gpt-5"})
    assert takes_effort(deployment)
    assert not takes_effort(ModelProfile("azure/my-dep"))


def test_a_profile_without_an_effort_is_the_same_object() -> None:
    for profile, effort in ((ModelProfile("openai/gpt-6-sol"), None), (ModelProfile("openai/gpt-4o"), "high")):
        assert with_effort(profile, effort) is profile


def test_what_the_status_shows() -> None:
    own = {"reasoning_effort": "low"}
    assert effort_of(ModelProfile("openai/gpt-6-sol", extra=own), None) == "low"
    assert effort_of(ModelProfile("openai/gpt-6-sol", extra=own), "high") == "high"
    assert effort_of(ModelProfile("openai/gpt-6-sol", extra={"reasoning_effort": "none"}), None) == "off"
    assert effort_of(ModelProfile("openai/gpt-6-sol"), None) == ""
    assert effort_of(ModelProfile("openai/gpt-4o", extra=own), "high") == ""
