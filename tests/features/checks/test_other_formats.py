"""Configurations of other tools: what the problem says, and what the fix makes of them."""

import json

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aloop_models.core.reader import read_document
from aloop_models.core.text import apply_edits
from aloop_models.features.checks.other_formats import convert, find_other_format
from aloop_models.features.diagnostic import Severity
from support.expectations import diagnostics_of
from support.snapshots import snapshot

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
    ("text", "model_id"),
    [
        ("models: [{provider: together, model: x}]", "together_ai/x"),
        ("models: [{provider: xAI, model: x}]", "xai/x"),
        ("models: [{provider: vllm, model: x}]", "hosted_vllm/x"),
        ("models: [{provider: huggingface-inference-api, model: o/x}]", "huggingface/o/x"),
        ("models: [{provider: lmstudio, model: x}]", "lm_studio/x"),
        ("models: [{provider: mine, model: x}]", "mine/x"),
        ("provider: {fireworks-ai: {models: {x: {}}}}", "fireworks_ai/x"),
        ("provider: {github-copilot: {models: {x: {}}}}", "github_copilot/x"),
        ("provider: {google-vertex-anthropic: {models: {x: {}}}}", "vertex_ai/x"),
        ('provider: {mine: {npm: "@ai-sdk/openai-compatible", models: {o/x: {}}}}', "openai/o/x"),
        ('provider: {mine: {npm: "@ai-sdk/anthropic", models: {x: {}}}}', "anthropic/x"),
        ('provider: {groq: {npm: "@ai-sdk/openai-compatible", models: {x: {}}}}', "groq/x"),
        ("providers: {mine: {type: openai-compat, models: [{id: o/x}]}}", "openai/o/x"),
        ("models: [{provider: openai, model: openai/x}]", "openai/x"),
        ("models: [{provider: openai, model: openai/x, apiBase: https://api.openai.com/v1}]", "openai/x"),
        ("models: [{provider: openai, model: openai/x, apiBase: https://r.openai.azure.com/openai/v1}]", "openai/x"),
        ("models: [{provider: openai, model: openai/x, apiBase: 'http://gpu.lan:8000/v1'}]", "openai/openai/x"),
        ("models: [{provider: openai, model: x, apiBase: 'http://gpu.lan:8000/v1'}]", "openai/x"),
        (
            "provider: {mine: {npm: '@ai-sdk/openai-compatible', options: {baseURL: 'http://x.example/v1'},"
            " models: {openai/x: {}}}}",
            "openai/openai/x",
        ),
        (
            "providers: {mine: {type: openai-compat, base_url: 'http://x.example/v1', models: [{id: openai/x}]}}",
            "openai/openai/x",
        ),
        (
            "endpoints: {custom: [{name: groq, baseURL: 'https://api.groq.com/openai/v1', models: {default:"
            " [openai/gpt-oss-120b]}}]}",
            "openai/openai/gpt-oss-120b",
        ),
        (
            "model_list: [{litellm_params: {model: openai/x, custom_llm_provider: openai,"
            " api_base: 'http://gpu.lan:8000/v1'}}]",
            "openai/x",
        ),
        ("models: [{provider: groq, model: groq/compound}]", "groq/groq/compound"),
        ("models: [{provider: groq, model: groq/x}]", "groq/x"),
        ("models: [{provider: openrouter, model: 'openrouter/auto:free'}]", "openrouter/openrouter/auto:free"),
        ("models: [{provider: perplexity, model: perplexity/sonar}]", "perplexity/sonar"),
        ("models: [{provider: perplexity, model: perplexity/glm-5.2}]", "perplexity/perplexity/glm-5.2"),
    ],
)
def test_the_provider_is_that_of_litellm(text: str, model_id: str) -> None:
    (found,) = diagnostics_of(f"{text}\n")
    converted = apply_edits(f"{text}\n", found.fixes[0].edits)
    assert list(read_document(converted).by_id) == [model_id]


@pytest.mark.parametrize(
    ("text", "converted"),
    [
        pytest.param(
            "model_list:\n  - litellm_params: {model: openai/x}\n  - model_name: y\n    # ours\n"
            "    litellm_params: {api_key: sk-2}  # old\n  -\n  - junk\n\ntop: 1\n",
            "models:\n  openai/x:\n  # - model_name: y\n  #   # ours\n  #   litellm_params: {api_key: sk-2}  # old\n"
            "  # - junk\n\ntop: 1\n",
            id="LiteLLM proxy",
        ),
        pytest.param(
            "model_list:\n  - litellm_params: {model: openai/x, api_key: sk-1, api_key: sk-2, made: 2026-01-01}\n",
            "models:\n  # - litellm_params: {model: openai/x, api_key: sk-1, api_key: sk-2, made: 2026-01-01}\n"
            "  openai/x:\n    api_key: sk-2\n    # made: '2026-01-01'\n",
            id="a duplicate key and a date",
        ),
        pytest.param(
            "model_list: [{litellm_params: {model: openai/x}}]\nmodel_list:\n  - litellm_params: {model: openai/y}\n",
            "# model_list: [{litellm_params: {model: openai/x}}]\nmodels:\n  openai/y:\n",
            id="a duplicate section",
        ),
        pytest.param(
            'model_list:\n  - litellm_params: {model: openai/x}\n    "a\\nb": 1\n',
            'models:\n  openai/x:\n    # "a\\nb": 1\n',
            id="a line break in a key",
        ),
        pytest.param(
            "models:\n- name: B\n  apiKey: sk-2\n- {provider: openai, model: x}\n",
            "models:\n  # - name: B\n  #   apiKey: sk-2\n  openai/x:\n",
            id="Continue",
        ),
        pytest.param(
            "models:\n- provider: azure\n  model: gpt-4o\n  apiBase: https://r.openai.azure.com\n"
            "  env: {deployment: mine, apiVersion: 2024-10-21, apiType: azure-openai}\n"
            "  defaultCompletionOptions: {maxTokens: 100, contextLength: 8000}\n"
            "  requestOptions: {timeout: 60, headers: {X-Team: a}, verifySsl: false}\n"
            "- {provider: bedrock, model: x, env: {region: us-east-1, profile: mine}}\n"
            "- provider: vertexai\n  model: y\n  env:\n    projectId: my-project\n    region: us-central1\n"
            "- {provider: openai, model: z, env: {region: us-east-1}}\n",
            "models:\n  azure/mine:\n    api_base: https://r.openai.azure.com\n    api_version: '2024-10-21'\n"
            "    max_tokens: 100\n    timeout: 60\n    extra_headers: {X-Team: a}\n"
            "    base_model: azure/gpt-4o\n    # env.apiType: azure-openai\n"
            "    # defaultCompletionOptions.contextLength: 8000\n    # requestOptions.verifySsl: false\n"
            "  bedrock/x:\n    aws_region_name: us-east-1\n    aws_profile_name: mine\n"
            "  vertex_ai/y:\n    vertex_project: my-project\n    vertex_location: us-central1\n"
            "  openai/z:\n    # env.region: us-east-1\n",
            id="Continue, with the account of a cloud and options of the request",
        ),
        pytest.param(
            '{"$schema": {"a": 1, "a": 2}, "provider": {"groq": {"options": {"apiKey": "sk-2"}}, "openai": '
            '{"name": "O", "options": {"apiKey": "sk-1", "weird": 5}, "models": {"x": {"limit": {"context": 3}}}}}}',
            '# "$schema": {"a": 1, "a": 2}\nmodels:\n  # "groq": {"options": {"apiKey": "sk-2"}}\n  openai/x:\n'
            "    api_key: sk-1\n    # provider.name: O\n    # weird: 5\n    # limit: {context: 3}\n",
            id="opencode",
        ),
        pytest.param(
            "providers:\n  openai:\n    models: [x, {limit: 3}]\n  groq:\n    api_key: sk-2\n  xai:\n",
            "models:\n  # openai:\n  #   models: [x, {limit: 3}]\n  openai/x:\n  # groq:\n  #   api_key: sk-2\n"
            "  # xai:\n",
            id="crush",
        ),
        pytest.param(
            "endpoints:\n  openAI: {apiKey: sk-1}\n  custom:\n    - name: M\n      apiKey: sk-2\n"
            "    - {name: N, iconURL: i, models: {fetch: true, default: [x]}}\n",
            "models:\n  # openAI: {apiKey: sk-1}\n  # - name: M\n  #   apiKey: sk-2\n  openai/x:\n    name: N x\n"
            "    # iconURL: i\n    # models.fetch: true\n",
            id="LibreChat",
        ),
        pytest.param(
            "- name: openai/x  # ours\n  edit_format: diff\n# junk\n- 5\n",
            "models:\n  # ours\n  # junk\n  openai/x:\n    # edit_format: diff\n  # - 5\n",
            id="aider",
        ),
    ],
)
def test_what_no_model_has_becomes_a_comment(text: str, converted: str) -> None:
    found = next(item for item in diagnostics_of(text) if "format of" in item.message)
    assert apply_edits(text, found.fixes[0].edits) == converted


@pytest.mark.parametrize(
    ("text", "converted"),
    [
        pytest.param(
            "provider:\n  gateway:\n    npm: '@ai-sdk/openai-compatible'\n    api: https://x.example/v1\n    options:\n"
            "      headers: {X-Team: a}\n    models:\n      a: {}\n      b: {headers: {X-User: b}}\n",
            "  openai/a:\n    extra_headers: {X-Team: a}\n    api_base: https://x.example/v1\n"
            "    # npm: '@ai-sdk/openai-compatible'\n    # provider: gateway\n"
            "  openai/b:\n    extra_headers: {X-Team: a, X-User: b}\n    api_base: https://x.example/v1\n"
            "    # npm: '@ai-sdk/openai-compatible'\n    # provider: gateway\n",
            id="opencode: headers and the URL of a provider",
        ),
        pytest.param(
            "providers:\n  openai:\n    extra_headers: {X-Team: a}\n    models: [{id: a}]\n",
            "  openai/a:\n    extra_headers: {X-Team: a}\n",
            id="crush: headers",
        ),
        pytest.param(
            "endpoints:\n  custom:\n    - {name: M, headers: {X-Team: a}, models: {default: [a]}}\n",
            "  openai/a:\n    name: M a\n    extra_headers: {X-Team: a}\n",
            id="LibreChat: headers",
        ),
        pytest.param(
            "provider:\n"
            "  amazon-bedrock: {options: {region: eu-west-1, profile: p, endpoint: https://x}, models: {a: {}}}\n"
            "  google-vertex: {options: {project: my-project, location: global}, models: {a: {}}}\n"
            "  azure: {options: {resourceName: mine}, models: {a: {}}}\n"
            "  openai: {options: {organization: org-1, project: p}, models: {a: {}}}\n",
            "  bedrock/a:\n    aws_region_name: eu-west-1\n    aws_profile_name: p\n"
            "    aws_bedrock_runtime_endpoint: https://x\n"
            "  vertex_ai/a:\n    vertex_project: my-project\n    vertex_location: global\n"
            "  azure/a:\n    api_base: https://mine.openai.azure.com\n"
            "  openai/a:\n    organization: org-1\n    # project: p\n",
            id="opencode: accounts",
        ),
        pytest.param(
            "provider:\n  azure:\n    options: {resourceName: '{env:R}'}\n    models: {a: {}}\n",
            "  azure/a:\n    # resourceName: '{env:R}'\n",
            id="opencode: a reference to a resource",
        ),
        pytest.param(
            "provider:\n  anthropic:\n    models:\n      fast: {id: real}\n      slow: {id: real, name: Slow}\n"
            "  bedrock: {models: {mine: {id: 'arn:aws:bedrock:eu-west-1:1:inference-profile/x'}}}\n",
            "  anthropic/real:\n    name: fast\n  anthropic/real#slow:\n    name: Slow\n"
            "  bedrock/arn:aws:bedrock:eu-west-1:1:inference-profile/x:\n    name: mine\n",
            id="opencode: the id of a model",
        ),
        pytest.param(
            "provider:\n  zai-coding-plan: {models: {a: {}}}\n"
            "  moonshotai-cn: {options: {baseURL: 'https://x.example/v1'}, models: {a: {}}}\n"
            "  ollama: {options: {baseURL: 'http://localhost:11434/v1'}, models: {a: {}}}\n"
            "  mine: {npm: '@ai-sdk/anthropic', options: {baseURL: 'https://x.example/v1/'}, models: {a: {}}}\n",
            "  zai/a:\n    api_base: https://api.z.ai/api/coding/paas/v4\n"
            "  moonshot/a:\n    api_base: https://x.example/v1\n"
            "  ollama/a:\n    api_base: http://localhost:11434\n"
            "  anthropic/a:\n    api_base: https://x.example\n    # npm: '@ai-sdk/anthropic'\n    # provider: mine\n",
            id="opencode: the URL that LiteLLM needs",
        ),
        pytest.param(
            "models:\n"
            "- {provider: azure, model: gpt-4o, engine: mine, apiVersion: 2024-10-21}\n"
            "- {provider: azure, model: gpt-4o, deployment: gpt-4o}\n"
            "- {provider: bedrock, model: a, region: eu-west-1, profile: p}\n"
            "- {provider: bedrock, model: b, env: {accessKeyId: AKIA1, secretAccessKey: s1, profile: p}}\n"
            "- {provider: sagemaker, model: a, env: {region: eu-west-1}}\n"
            "- {provider: vertexai, model: a, projectId: my-project, region: us-east5}\n"
            "- {provider: watsonx, model: a, env: {projectId: p, apiVersion: 2024-03-14}}\n",
            "  azure/mine:\n    api_version: '2024-10-21'\n    base_model: azure/gpt-4o\n  azure/gpt-4o:\n"
            "  bedrock/a:\n    aws_region_name: eu-west-1\n    aws_profile_name: p\n"
            "  bedrock/b:\n    aws_access_key_id: AKIA1\n    aws_secret_access_key: s1\n    # profile: p\n"
            "  sagemaker/a:\n    aws_region_name: eu-west-1\n"
            "  vertex_ai/a:\n    vertex_project: my-project\n    vertex_location: us-east5\n"
            "  watsonx/a:\n    project_id: p\n    # env.apiVersion: '2024-03-14'\n",
            id="Continue: accounts",
        ),
        pytest.param(
            "models:\n"
            "- {provider: ollama, model: a, contextLength: 8000, completionOptions: {numThreads: 4, topP: 0.5}}\n"
            "- {provider: ollama, model: b, contextLength: 8000, defaultCompletionOptions: {contextLength: 4000}}\n"
            "- {provider: openai, model: a, contextLength: 8000, completionOptions: {numThreads: 4}}\n"
            "- {provider: lmstudio, model: a}\n- {provider: moonshot, model: a}\n"
            "- {provider: anthropic, model: a, apiBase: 'https://x.example/v1/'}\n",
            "  ollama/a:\n    num_ctx: 8000\n    num_thread: 4\n    top_p: 0.5\n"
            "  ollama/b:\n    num_ctx: 8000\n    # defaultCompletionOptions.contextLength: 4000\n"
            "  openai/a:\n    # contextLength: 8000\n    # completionOptions.numThreads: 4\n"
            "  lm_studio/a:\n    api_base: http://localhost:1234/v1\n"
            "  moonshot/a:\n    api_base: https://api.moonshot.cn/v1\n"
            "  anthropic/a:\n    api_base: https://x.example\n",
            id="Continue: parameters and URLs",
        ),
        pytest.param(
            "model_list:\n- litellm_params: {model: openai/a, api_version: v1, num_ctx: 8000}\n"
            "- litellm_params: {model: mine/a, api_version: v1}\n",
            "  openai/a:\n    # api_version: v1\n    # num_ctx: 8000\n  mine/a:\n    api_version: v1\n",
            id="LiteLLM proxy: fields of another provider",
        ),
    ],
)
def test_what_the_call_needs_is_a_field(text: str, converted: str) -> None:
    """Headers, the account of a cloud, the called model and its URL are not only comments."""
    found = next(item for item in diagnostics_of(text) if "format of" in item.message)
    assert apply_edits(text, found.fixes[0].edits) == f"models:\n{converted}"


_WORDS = st.integers(10**8, 10**9).map(lambda number: f"w{number}")
_VALUES = st.recursive(
    _WORDS | st.integers(10**8, 10**9) | st.dates() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_WORDS, inner, max_size=2),
    max_leaves=4,
)


def _settings(**known: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """A mapping with some of the keys that the tool knows, and others; sometimes any value instead."""
    known_keys = st.fixed_dictionaries({}, optional=known)
    return st.builds(lambda one, other: {**one, **other}, known_keys, st.dictionaries(_WORDS, _VALUES)) | _VALUES


_TEXTS = _WORDS | _VALUES
_HEADERS = st.dictionaries(_WORDS, _WORDS) | _VALUES
_MODELS = st.dictionaries(_WORDS, _settings(id=_TEXTS, name=_TEXTS, headers=_HEADERS)) | st.lists(
    _settings(id=_TEXTS, name=_TEXTS)
)
_URLS = _WORDS.map(lambda word: f"https://{word}/v1") | _TEXTS
_KEYS = {"apiKey": _TEXTS, "baseURL": _URLS, "api_key": _TEXTS, "name": _TEXTS, "headers": _HEADERS}
_ACCOUNT = {"region": _TEXTS, "profile": _TEXTS, "accessKeyId": _TEXTS, "secretAccessKey": _TEXTS, "projectId": _TEXTS}
_PROVIDERS = st.dictionaries(
    _WORDS | st.sampled_from(["amazon-bedrock", "azure", "google-vertex", "ollama"]),
    _settings(
        **_KEYS, api=_URLS, options=_settings(**_KEYS, **_ACCOUNT, project=_TEXTS, resourceName=_TEXTS), models=_MODELS
    ),
)
_OTHER_TOOLS = {
    "model_list": st.lists(
        _settings(
            model_name=_TEXTS,
            litellm_params=_settings(model=_TEXTS, custom_llm_provider=_TEXTS, api_key=_TEXTS),
            api_key=_TEXTS,
        )
    ),
    "models": st.lists(
        _settings(
            provider=_WORDS | st.sampled_from(["azure", "bedrock", "vertexai", "ollama", "anthropic"]),
            model=_WORDS,
            name=_TEXTS,
            title=_TEXTS,
            apiKey=_TEXTS,
            apiBase=_URLS,
            engine=_TEXTS,
            contextLength=_TEXTS,
            **_ACCOUNT,
            env=_settings(deployment=_TEXTS, apiVersion=_TEXTS, **_ACCOUNT),
            requestOptions=_settings(headers=_VALUES, timeout=_VALUES),
            defaultCompletionOptions=_settings(maxTokens=_VALUES, stop=_VALUES, contextLength=_TEXTS),
            completionOptions=_settings(maxTokens=_VALUES, contextLength=_TEXTS),
        )
    ),
    "provider": _PROVIDERS,
    "providers": _PROVIDERS,
    "endpoints": st.fixed_dictionaries(
        {"custom": st.lists(_settings(**_KEYS, models=_settings(default=_MODELS)), min_size=2)},
        optional={"openAI": _VALUES, "agents": _VALUES},
    ),
    "": st.lists(_settings(name=_WORDS, edit_format=_WORDS, extra_params=_settings(name=_TEXTS, edit_format=_TEXTS))),
}


@pytest.mark.parametrize("section", _OTHER_TOOLS)
@given(data=st.data(), is_json=st.booleans())
@settings(max_examples=12, deadline=None, derandomize=True)
def test_no_value_is_lost(section: str, data: st.DataObject, is_json: bool) -> None:
    """Every value of the text is in what it is converted to, as an entry or in a comment."""
    value = data.draw(_OTHER_TOOLS[section])
    content = {"top": data.draw(_VALUES), section: value} if section else value
    text = json.dumps(content, default=str) if is_json else yaml.safe_dump(content, sort_keys=False, width=1000)
    current = snapshot(text)
    if found := find_other_format(current.document, current.facts.catalog):
        converted = apply_edits(text, convert(current.document, found, current.facts))
        # LiteLLM adds /v1 for Anthropic, and does not call it for Ollama.
        assert [word for word in _values_of(content) if word.removesuffix("/v1") not in converted] == []


def _values_of(content: object) -> list[str]:
    if isinstance(content, dict):
        return [word for value in content.values() for word in _values_of(value)]
    if isinstance(content, list):
        return [word for value in content for word in _values_of(value)]
    return [] if content is None or isinstance(content, bool) else [str(content)]


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
