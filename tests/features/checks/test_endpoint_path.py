"""The path of the URL in api_base: what LiteLLM adds itself, and what is missing."""

# ruff: noqa: E501
# A case is one line.

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
import yaml

from aloop_models.catalog.url_completion import TWO_APIS
from aloop_models.core.text import apply_edits
from aloop_models.features.diagnostic import Severity
from aloop_models.features.diagnostics import diagnose
from aloop_models.features.fixes import edits_of
from support.snapshots import snapshot

KEYS = {
    "anthropic": "sk-ant-api03-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0",
    "azure": "0123abcd4567ef890123abcd4567ef89",
    "openrouter": "sk-or-v1-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0",
}
KEY = "my-own-key-with-letters-9"
WARNING, INFORMATION = Severity.WARNING, Severity.INFORMATION


class Case(NamedTuple):
    """An entry's ID and URL, and the one diagnostic: its severity, text, and the URL after its fix."""

    model_id: str
    base: str
    level: Severity
    message: str
    title: str
    after: str
    safe: bool = True


PORT = "http://localhost:11434"
GATEWAY = "https://gw.example.com"
CLAUDE = "anthropic/claude-sonnet-4-5"
ADDED = "api_base ends with {0}, which LiteLLM adds to each request. Remove it."
URLS = [
    *(
        Case(f"{name}/llama3.1", f"{PORT}{path}{slash}", WARNING, f"The Ollama URL ends at the port. Remove {path}.", f"Remove {path}", PORT)
        for name in ("ollama", "ollama_chat")
        for path in ("/api", "/api/chat", "/api/generate", "/api/tags", "/v1/chat/completions", "/v1/models")
        for slash in ("", "/")
    ),
    Case("ollama/a", f"{PORT}/v1", WARNING, "The Ollama URL ends at the port. Remove /v1, or use openai/ as the provider.", "Remove /v1", PORT, safe=False),
    Case("ollama/a", f"{PORT}/v1/v1", WARNING, "The Ollama URL ends at the port. Remove /v1/v1, or use openai/ as the provider.", "Remove /v1/v1", PORT, safe=False),
    Case("ollama/a", f"{GATEWAY}/ollama/api/chat", WARNING, "The Ollama URL ends before /api/chat. Remove /api/chat.", "Remove /api/chat", f"{GATEWAY}/ollama"),
    Case("ollama/a", "http://[::1]:11434/api", WARNING, "The Ollama URL ends at the port. Remove /api.", "Remove /api", "http://[::1]:11434"),
    *(
        Case(CLAUDE, f"{GATEWAY}{path}{slash}", WARNING, f"api_base ends with {cut}, but LiteLLM adds /v1/messages to it. Remove {cut}.", f"Remove {cut}", f"{GATEWAY}{path.removesuffix(cut)}", not cut.endswith("/v1"))
        for path, cut in (
            ("/anthropic/v1", "/v1"),
            ("/v1", "/v1"),
            ("/messages", "/messages"),
            ("/a/v1/chat/completions", "/v1/chat/completions"),
            ("/v1/complete", "/v1/complete"),
            ("/v1/v1", "/v1/v1"),
            ("/v1/v1/chat/completions", "/v1/v1/chat/completions"),
        )
        for slash in ("", "/")
    ),
    Case("heroku/m", f"{GATEWAY}/v1", WARNING, "api_base ends with /v1, but LiteLLM adds /v1/chat/completions to it. Remove /v1.", "Remove /v1", GATEWAY, safe=False),
    Case("openai/my-model", f"{GATEWAY}/v1/chat/completions", WARNING, ADDED.format("/chat/completions"), "Remove /chat/completions", f"{GATEWAY}/v1"),
    Case("openai/my-model", "HTTPS://GW.EXAMPLE.COM/v1/chat/completions//", WARNING, ADDED.format("/chat/completions"), "Remove /chat/completions", "HTTPS://GW.EXAMPLE.COM/v1"),
    *(
        Case("openai/my-model", f"{GATEWAY}/v1{path}", WARNING, f"api_base ends with {path}, but LiteLLM adds /chat/completions to it. Remove {path}.", f"Remove {path}", f"{GATEWAY}/v1")
        for path in ("/completions", "/embeddings", "/responses", "/messages", "/models")
    ),
    *(
        Case(model_id, f"{GATEWAY}/v1{path}{slash}", WARNING, f"api_base ends with {path}, but LiteLLM adds /chat/completions to it. Remove {path}.", f"Remove {path}", f"{GATEWAY}/v1", path != "/chat")
        for model_id in ("openai/m", "mistral/m", "hosted_vllm/m")
        for path in ("/chat", "/chat/completion")
        for slash in ("", "/")
    ),
    Case("openai/m", f"{GATEWAY}/v1//chat", WARNING, "api_base ends with //chat, but LiteLLM adds /chat/completions to it. Remove //chat.", "Remove //chat", f"{GATEWAY}/v1", safe=False),
    Case(CLAUDE, f"{GATEWAY}/v1/chat", WARNING, "api_base ends with /v1/chat, but LiteLLM adds /v1/messages to it. Remove /v1/chat.", "Remove /v1/chat", GATEWAY, safe=False),
    *(
        Case("ollama/a", f"{PORT}{path}", WARNING, f"The Ollama URL ends at the port. Remove {path}.", f"Remove {path}", PORT)
        for path in ("/v1/chat", "/v1/chat/completion")
    ),
    *(
        Case(model_id, f"{PORT}{path}{slash}", WARNING, f"{path} at Ollama's port is for ollama/. Change the provider, or change the path to /v1.", "Change the path to /v1", f"{PORT}/v1", safe=False)
        for model_id in ("openai/m", "hosted_vllm/m", "lm_studio/m")
        for path in ("/api", "/api/chat", "/api/generate")
        for slash in ("", "/")
    ),
    Case("mistral/m", f"{GATEWAY}/v1/chat/completions", WARNING, ADDED.format("/chat/completions"), "Remove /chat/completions", f"{GATEWAY}/v1"),
    Case("hosted_vllm/m", f"{GATEWAY}/v1/chat/completions", INFORMATION, "api_base ends with /chat/completions, which LiteLLM adds where it is missing. You can remove it.", "Remove /chat/completions", f"{GATEWAY}/v1"),
    Case("azure_ai/m", "https://r.services.ai.azure.com/models/chat/completions", INFORMATION, "api_base ends with /chat/completions, which LiteLLM adds where it is missing. You can remove it.", "Remove /chat/completions", "https://r.services.ai.azure.com/models"),
    Case("azure_ai/claude-sonnet-4-5", f"{GATEWAY}/chat/completions", WARNING, "api_base ends with /chat/completions, but LiteLLM adds /anthropic/v1/messages to it. Remove /chat/completions.", "Remove /chat/completions", GATEWAY),
    *(
        Case(model_id, base, INFORMATION, f"The URL has no path. The API of {server}, which uses this port, is at /v1. Add /v1.", "Add /v1", f"{base.rstrip('/')}/v1", safe=False)
        for model_id, base, server in (
            ("lm_studio/qwen", "http://localhost:1234", "LM Studio"),
            ("openai/llama3.2", "http://localhost:11434/", "Ollama"),
            ("hosted_vllm/qwen", "http://127.0.0.1:8000", "vLLM"),
            ("custom_openai/m", "https://gpu.lan:8000", "vLLM"),
            ("openai/m", "http://[::1]:1234", "LM Studio"),
        )
    ),
    *(
        Case(model_id, f"https://api.cohere.com{path}", WARNING, "The API of api.cohere.com is at /v2/chat. Change the path of the URL.", "Change the path to /v2/chat", "https://api.cohere.com/v2/chat", safe=False)
        for model_id in ("cohere/command-r", "cohere_chat/command-r")
        for path in ("", "/", "/v1", "/v2", "/v2/")
    ),
    *(
        Case(model_id, f"https://{host}{path}", WARNING, f"The API of {host} for anthropic/ is at {right}. Change the path of the URL.", f"Change the path to {right}", f"https://{host}{right}", safe=False)
        for model_id, host, path, right in (
            ("anthropic/glm-4.6", "api.z.ai", "/api/paas/v4", "/api/anthropic"),
            ("anthropic/deepseek-chat", "api.deepseek.com", "", "/anthropic"),
            ("anthropic/deepseek-chat", "api.deepseek.com", "/Anthropic/", "/anthropic"),
            ("anthropic/glm-4.6", "api.z.ai", "/API/Anthropic/v1/messages", "/api/anthropic"),
            ("anthropic/deepseek-chat", "api.deepseek.com", "/v1", "/anthropic"),
            ("anthropic/kimi-k2", "api.moonshot.ai", "/v1/chat/completions", "/anthropic"),
            ("anthropic/qwen3", "dashscope-intl.aliyuncs.com", "/compatible-mode/v1/", "/apps/anthropic"),
        )
    ),
    *(
        Case(model_id, f"https://api.z.ai/api/anthropic{path}", WARNING, "/api/anthropic at api.z.ai is for anthropic/. Change the provider, or change the path to /api/paas/v4.", "Change the path to /api/paas/v4", "https://api.z.ai/api/paas/v4", safe=False)
        for model_id in ("openai/glm-4.6", "zai/glm-4.6")
        for path in ("", "/", "/v1", "/v1/messages")
    ),
    Case("deepseek/deepseek-chat", "https://api.deepseek.com/anthropic", WARNING, "/anthropic at api.deepseek.com is for anthropic/. Change the provider, or remove the path.", "Remove /anthropic", "https://api.deepseek.com", safe=False),
    Case("openai/m", "https://api.featherless.ai/V1", WARNING, "The API of api.featherless.ai is at /v1. Change the path of the URL.", "Change the path to /v1", "https://api.featherless.ai/v1", safe=False),
    *(
        Case("openai/m", f"{GATEWAY}{path}", WARNING, f"The path of api_base contains {version} more than once. Keep one.", f"Keep one {version}", f"{GATEWAY}{after}", safe=False)
        for path, version, after in (
            ("/v1/v1", "/v1", "/v1"),
            ("/api/v1/v1/v1/", "/v1", "/api/v1/"),
            ("/v1beta/v1beta/openai", "/v1beta", "/v1beta/openai"),
        )
    ),
    *(
        Case(model_id, f"https://{host}/v1{path}", WARNING, f"api_base ends with {path}, but LiteLLM adds /chat/completions to it. Remove {path}.", f"Remove {path}", f"https://{host}/v1")
        for model_id, host, path in (
            ("codestral/codestral-latest", "codestral.mistral.ai", "/fim/completions"),
            ("mistral/codestral-latest", "codestral.mistral.ai", "/fim/completions"),
            ("mistral/mistral-large-latest", "api.mistral.ai", "/agents/completions"),
        )
    ),
    *(
        Case("watsonx_text/ibm/granite-3-3-8b-instruct", f"https://us-south.ml.cloud.ibm.com{path}", WARNING, f"The URL of watsonx.ai ends before /ml, which LiteLLM adds. Remove {path}.", f"Remove {path}", "https://us-south.ml.cloud.ibm.com", safe=path != "/ml/v1")
        for path in ("/ml/v1/text/chat", "/ml/v1/deployments/d/text/chat", "/ml/v1")
    ),
    *(
        Case(model_id, f"https://{host}{path}", WARNING, f"The API of {host} is at {right}. Change the path of the URL.", f"Change the path to {right}", f"https://{host}{right}", safe=False)
        for model_id, host, path, right in (
            ("together_ai/a/b", "api.together.ai", "", "/v1"),
            ("moonshot/kimi-k2.5", "api.moonshot.cn", "/", "/v1"),
            ("codestral/codestral-latest", "codestral.mistral.ai", "", "/v1"),
            ("volcengine/m", "ark.cn-beijing.volces.com", "/v1", "/api/v3"),
            ("github/gpt-4o", "models.github.ai", "", "/inference"),
            ("databricks/m", "adb-12.3.azuredatabricks.net", "", "/serving-endpoints"),
            ("openai/m", "a.cloud.databricks.com", "/serving-endpoints/m/invocations", "/serving-endpoints"),
            ("openrouter/openai/gpt-4o", "openrouter.ai", "/openai/gpt-4o", "/api/v1"),
        )
    ),
    Case("openai/m", "https://192.168.1.20/8000/v1", WARNING, "The port is in the path of api_base. Write ':' before it.", "Write ':' before the port", "https://192.168.1.20:8000/v1", safe=False),
    Case("ollama/m", "http://localhost/11434", WARNING, "The port is in the path of api_base. Write ':' before it.", "Write ':' before the port", PORT, safe=False),
    Case("lm_studio/m", "http://localhost:1234//v1", INFORMATION, "The path of api_base contains '//'. Remove the extra slash.", "Remove the extra slash", "http://localhost:1234/v1"),
    Case("openai/m", f"{GATEWAY}//a///v1", INFORMATION, "The path of api_base contains '//'. Remove the extra slash.", "Remove the extra slash", f"{GATEWAY}/a/v1"),
]  # fmt: skip


def text_of(model_id: str, base: str) -> str:
    """A file of one entry with a URL."""
    key = KEY if urlsplit(base.strip("'\"")).hostname in TWO_APIS else KEYS.get(model_id.partition("/")[0], KEY)
    return f"models:\n  {model_id}:\n    api_key: {key}\n    api_base: {base}\ndefault: {model_id}\n"


def test_there_are_cases() -> None:
    assert len(URLS) == len(set(URLS))


@pytest.mark.parametrize("quote", ["", '"', "'"], ids=["plain", "double", "single"])
@pytest.mark.parametrize("case", URLS, ids=[f"{case.model_id} {case.base}" for case in URLS])
def test_case(case: Case, quote: str) -> None:
    written = f"{quote}{case.base}{quote}"
    text = text_of(case.model_id, written)
    (found,) = diagnose(snapshot(text)).items
    assert (found.rule.id, found.level, text[slice(*found.span)]) == ("invalid-api-base", case.level, written)
    assert found.message == f"{case.model_id}: {case.message}"
    assert [(fix.title, fix.safe) for fix in found.fixes] == [(case.title, case.safe)]
    fixed = apply_edits(text, edits_of(snapshot(text), found.fixes[0]))
    assert fixed == text_of(case.model_id, f"{quote}{case.after}{quote}")
    assert yaml.safe_load(fixed)["models"][case.model_id]["api_base"] == case.after
    assert diagnose(snapshot(fixed)).items == ()


@pytest.mark.parametrize(
    ("model_id", "base"),
    [
        (CLAUDE, "https://api.anthropic.com"),
        (CLAUDE, f"{GATEWAY}/anthropic"),
        (CLAUDE, f"{GATEWAY}/v1/messages"),
        ("text-completion-codestral/codestral-latest", "https://codestral.mistral.ai/v1/fim/completions"),
        (CLAUDE, f"{GATEWAY}/v1/messages/"),
        (CLAUDE, f"{GATEWAY}/v10"),
        ("ollama/a", PORT),
        ("ollama/a", f"{PORT}/"),
        ("ollama/a", f"{GATEWAY}/ollama"),
        ("ollama/a", f"{GATEWAY}/apis"),
        ("openai/m", f"{GATEWAY}/v1"),
        ("openai/m", f"{GATEWAY}/v1/"),
        ("openai/m", f"{GATEWAY}/v1/v1alpha"),
        ("openai/m", f"{GATEWAY}/https://api.example.com/v1"),
        ("openai/m", f"{GATEWAY}/v1/v10"),
        ("openai/m", GATEWAY),
        ("openai/m", "http://localhost:4000"),
        ("openai/m", "http://localhost:8080"),
        ("openai/m", f"{GATEWAY}/models"),
        ("openai/m", f"{GATEWAY}/chat"),
        ("openai/m", f"{GATEWAY}/v1/chats"),
        ("openai/m", "http://localhost:3000/api"),
        ("openai/m", f"{PORT}/openai/api"),
        ("openai/m", f"{GATEWAY}:8000"),
        ("mistral/m", "http://localhost:8000"),
        ("huggingface/a/b", "http://localhost:8000"),
        ("cohere/command-r", f"{GATEWAY}/v1/chat"),
        ("cohere_chat/command-r", f"{GATEWAY}/v1"),
        ("cohere_chat/command-r", "https://api.cohere.com/v2/chat"),
        ("custom/llama3", f"{GATEWAY}/generate"),
        ("azure_ai/m", f"{GATEWAY}/models"),
        *(
            ("azure_ai/Claude-sonnet-4-5", f"https://r.services.ai.azure.com{path}")
            for path in ("", "/anthropic", "/anthropic/v1", "/anthropic/v1/messages", "/anthropic/v1/messages/")
        ),
        ("azure_ai/claude-sonnet-4-5", f"{GATEWAY}/v1/messages"),
        ("anthropic/deepseek-chat", "https://api.deepseek.com/anthropic"),
        ("anthropic/deepseek-chat", "https://api.deepseek.com/anthropic/v1/messages"),
        ("anthropic/glm-4.6", "https://api.z.ai/api/coding/other"),
        ("deepseek/deepseek-chat", "https://api.deepseek.com/v1"),
        ("zai/glm-4.6", "https://api.z.ai/api/coding/paas/v4"),
        ("openai/m", f"{GATEWAY}/8000/v1"),
        ("openai/m", "https://gpu.lan/8000/v1"),
        ("openai/m", "http://localhost:4000/8000/v1"),
        ("mistral/codestral-latest", "https://codestral.mistral.ai"),
        ("volcengine/m", "https://ark.cn-beijing.volces.com/api/coding/v3"),
        ("github/gpt-4o", "https://models.github.ai/orgs/a/inference"),
        ("databricks/m", "https://a.cloud.databricks.com/serving-endpoints"),
    ],
)
def test_right_urls(model_id: str, base: str) -> None:
    assert diagnose(snapshot(text_of(model_id, base))).items == ()


def test_a_missing_protocol_and_a_wrong_path_have_one_fix() -> None:
    text = text_of("ollama/a", "localhost:11434/api")
    (found,) = diagnose(snapshot(text)).items
    assert [(fix.title, fix.safe) for fix in found.fixes] == [
        ("Add http://, and remove /api", True),
        ("Add https://, and remove /api", False),
    ]
    assert apply_edits(text, found.fixes[0].edits) == text_of("ollama/a", PORT)
