"""Configurations of other tools: what the problem says, and what the fix makes of them."""

import pytest

from aloop_models.core.text import apply_edits
from aloop_models.features.diagnostic import Severity
from support.expectations import diagnostics_of

PROXY = """\
model_list:
  # The main model
  - model_name: gpt-4o
    litellm_params:
      model: openai/gpt-4o
      api_key: os.environ/OPENAI_API_KEY
      rpm: 5
    model_info: {id: one}
  - model_name: eu
    litellm_params:
      model: openai/gpt-4o
      api_base: http://localhost:4000/v1
      api_key: sk-local

general_settings:
  master_key: sk-1234
"""
PROXY_CONVERTED = """\
models:
  # The main model
  openai/gpt-4o:
    name: gpt-4o
    api_key: os.environ/OPENAI_API_KEY
    # rpm: 5
    # model_info: {id: one}
  openai/gpt-4o#eu:
    name: eu
    api_base: http://localhost:4000/v1
    api_key: sk-local

# general_settings:
#   master_key: sk-1234
"""
AIDER = "- name: openrouter/x/y\n  edit_format: diff\n  extra_params: {max_tokens: 5}\n"
CONTINUE = (
    "name: A\nversion: 1.0.0\nmodels:\n  - name: Mine\n    provider: openai\n    model: gpt-4o\n    apiKey: sk-1\n"
    "    roles: [chat]\n"
)
OPENCODE = (
    '{"$schema": "https://x.example", "provider": {"anthropic": {"options": {"apiKey": "{env:K}"},'
    ' "models": {"claude-x": {"name": "C"}}}}}\n'
)
CRUSH = "providers:\n  openai:\n    base_url: http://localhost:1/v1\n    models: [{id: gpt-4o, name: G}]\n"
LIBRECHAT = (
    "endpoints:\n  custom:\n    - name: Mine\n      apiKey: ${KEY}\n      baseURL: https://x.example/v1\n"
    "      models: {default: [tiny]}\n"
)


@pytest.mark.parametrize(
    ("text", "rule", "level", "underlined", "message", "title", "converted"),
    [
        pytest.param(
            PROXY,
            "unknown-field",
            Severity.WARNING,
            "model_list",
            "'model_list' is the format of the LiteLLM proxy",
            "Convert 2 models to entries",
            PROXY_CONVERTED,
            id="LiteLLM proxy",
        ),
        pytest.param(
            AIDER,
            "not-a-mapping",
            Severity.ERROR,
            "- name: openrouter/x/y",
            "This list is the format of aider",
            "Convert 1 model to entries",
            "models:\n  openrouter/x/y:\n    max_tokens: 5\n    # edit_format: diff\n",
            id="aider",
        ),
        pytest.param(
            CONTINUE,
            "wrong-type",
            Severity.ERROR,
            "- name: Mine",
            "'models' is the format of Continue",
            "Convert 1 model to entries",
            "# name: A\n# version: 1.0.0\nmodels:\n  openai/gpt-4o:\n    name: Mine\n    api_key: sk-1\n"
            "    # roles: [chat]\n",
            id="Continue",
        ),
        pytest.param(
            OPENCODE,
            "unknown-field",
            Severity.WARNING,
            '"provider"',
            "'provider' is the format of opencode",
            "Convert 1 model to entries",
            "# $schema: https://x.example\nmodels:\n  anthropic/claude-x:\n    name: C\n    api_key: '{env:K}'\n",
            id="opencode",
        ),
        pytest.param(
            CRUSH,
            "unknown-field",
            Severity.WARNING,
            "providers",
            "'providers' is the format of crush",
            "Convert 1 model to entries",
            "models:\n  openai/gpt-4o:\n    name: G\n    api_base: http://localhost:1/v1\n",
            id="crush",
        ),
        pytest.param(
            LIBRECHAT,
            "unknown-field",
            Severity.WARNING,
            "endpoints",
            "'endpoints' is the format of LibreChat",
            "Convert 1 model to entries",
            "models:\n  openai/tiny:\n    name: Mine tiny\n    api_key: ${KEY}\n    api_base: https://x.example/v1\n",
            id="LibreChat",
        ),
    ],
)
def test_conversion(
    text: str, rule: str, level: Severity, underlined: str, message: str, title: str, converted: str
) -> None:
    """One problem names the tool, and its fix keeps every value; nothing that it contains is in a message."""
    (found,) = diagnostics_of(text)
    assert (found.rule.id, found.level, text[slice(*found.span)]) == (rule, level, underlined)
    assert found.message == f"{message}, which has no effect here. Convert it: aloop models import"
    (fix,) = found.fixes
    assert (fix.title, fix.safe) == (title, False)
    assert apply_edits(text, fix.edits) == converted
    assert {item.rule.id for item in diagnostics_of(converted)} <= {
        "missing-default",
        "missing-api-key",
        "env-reference",
        "malformed-api-key",
        "unknown-model",
    }


def test_references_are_reported_after_the_conversion() -> None:
    found = [item for item in diagnostics_of(PROXY_CONVERTED) if item.rule.id == "env-reference"]
    assert [PROXY_CONVERTED[slice(*item.span)] for item in found] == ["os.environ/OPENAI_API_KEY"]


@pytest.mark.parametrize(
    ("parameters", "model_id"),
    [
        ("model: gpt-4o", "openai/gpt-4o"),
        ("model: claude-sonnet-4-5", "anthropic/claude-sonnet-4-5"),
        ("model: mine, custom_llm_provider: hosted_vllm", "hosted_vllm/mine"),
        ("model: mine", "openai/mine"),
        ("model: azure/my-deployment", "azure/my-deployment"),
        ('model: "openai/*"', "openai/*"),
    ],
)
def test_id_of_a_proxy_model(parameters: str, model_id: str) -> None:
    text = f"model_list:\n  - model_name: {'x'}\n    litellm_params: {{{parameters}}}\n"
    (found,) = diagnostics_of(text)
    assert apply_edits(text, found.fixes[0].edits) == f"models:\n  {model_id}:\n    name: x\n"


@pytest.mark.parametrize(
    "text",
    [
        "models:\n  ollama/a:\ndefault: ollama/a\nmodel_list:\n  - litellm_params: {model: openai/gpt-4o}\n",
        "model_list:\n  - litellm_params: &x {model: openai/gpt-4o}\n  - litellm_params: *x\n",
        "model_list: []\n",
    ],
)
def test_no_conversion(text: str) -> None:
    """Entries of the file and shared values stay as they are."""
    (found,) = [item for item in diagnostics_of(text) if "proxy" in item.message]
    assert found.fixes == ()


@pytest.mark.parametrize(
    "text", ["models:\n  - a\n  - b\n", "- openai/gpt-4o\n", "provider: openai\n", "endpoints: 5\n"]
)
def test_other_lists_are_not_another_tool(text: str) -> None:
    assert not any("format of" in item.message for item in diagnostics_of(text))
