"""How LiteLLM completes `api_base` to the URL of a chat request, for each provider; kept by hand.

The tests compare every row with the requests that the installed LiteLLM sends.
"""

from __future__ import annotations

from typing import NamedTuple

from aloop_models.catalog.facts import split_id


class TwoPaths(NamedTuple):
    """The paths of a public host that has the API of Anthropic besides that of OpenAI."""

    anthropic: str
    openai: str


class UrlCompletion(NamedTuple):
    """The path that LiteLLM appends to `api_base`."""

    route: str
    """The appended path; `{model}` is the model. Empty if `api_base` is the whole URL."""
    once: bool
    """Whether a URL that already ends with the route is used as it is."""
    source: str
    """The file of LiteLLM, and the function in it."""
    optional: str = ""
    """The first part of the route, which `api_base` may already end with."""


_OPENAI = UrlCompletion("chat/completions", once=False, source="llms/openai/openai.py, OpenAIChatCompletion.completion")
_OPENAI_ONCE = UrlCompletion("chat/completions", once=True, source="llms/custom_httpx/llm_http_handler.py, completion")
_OLLAMA = UrlCompletion("api/chat", once=True, source="llms/ollama/chat/transformation.py, get_complete_url")

COMPLETIONS = {
    "anthropic": UrlCompletion("v1/messages", once=True, source="main.py, _complete_anthropic"),
    "anthropic_text": UrlCompletion("v1/complete", once=True, source="main.py, _complete_anthropic_text"),
    "azure": UrlCompletion(
        "openai/deployments/{model}/chat/completions",
        once=False,
        source="llms/azure/common_utils.py, select_azure_base_url_or_endpoint",
    ),
    "azure_ai/claude": UrlCompletion("anthropic/v1/messages", once=True, source="main.py, _complete_azure_ai"),
    "cohere": UrlCompletion("", once=False, source="llms/cohere/chat/v2_transformation.py, get_complete_url"),
    "cohere_chat": UrlCompletion("", once=False, source="llms/cohere/chat/v2_transformation.py, get_complete_url"),
    "cometapi": UrlCompletion(
        "v1/chat/completions", once=True, source="llms/cometapi/chat/transformation.py, get_complete_url", optional="v1"
    ),
    "gemini": UrlCompletion(
        "models/{model}:generateContent",
        once=False,
        source="llms/vertex_ai/vertex_llm_base.py, _check_custom_proxy",
    ),
    "heroku": UrlCompletion(
        "v1/chat/completions", once=True, source="llms/heroku/chat/transformation.py, get_complete_url"
    ),
    "huggingface": UrlCompletion(
        "v1/chat/completions",
        once=True,
        source="llms/huggingface/chat/transformation.py, _build_chat_completion_url",
        optional="v1",
    ),
    "minimax": UrlCompletion(
        "v1/chat/completions", once=True, source="llms/minimax/chat/transformation.py, get_complete_url", optional="v1"
    ),
    "mistral": UrlCompletion(
        "v1/chat/completions",
        once=False,
        source="llms/mistral/chat/transformation.py, _get_openai_compatible_provider_info",
        optional="v1",
    ),
    "ollama": _OLLAMA,
    "ollama_chat": _OLLAMA,
    "oobabooga": UrlCompletion(
        "v1/chat/completions", once=False, source="llms/oobabooga/chat/oobabooga.py, completion"
    ),
    "text-completion-codestral": UrlCompletion(
        "", once=False, source="llms/codestral/completion/handler.py, completion"
    ),
    **dict.fromkeys(
        (
            "aiohttp_openai",
            "azure_ai",
            "deepseek",
            "fireworks_ai",
            "groq",
            "hosted_vllm",
            "lemonade",
            "openrouter",
            "together_ai",
            "xai",
        ),
        _OPENAI_ONCE,
    ),
    **dict.fromkeys(
        (
            "cerebras",
            "custom_openai",
            "dashscope",
            "databricks",
            "deepinfra",
            "docker_model_runner",
            "featherless_ai",
            "github",
            "litellm_proxy",
            "llamafile",
            "lm_studio",
            "moonshot",
            "nebius",
            "novita",
            "nvidia_nim",
            "openai",
            "perplexity",
            "sambanova",
            "scaleway",
            "volcengine",
            "xinference",
            "zai",
        ),
        _OPENAI,
    ),
}
"""The well-known providers; `ollama/` is called as `ollama_chat/` (`llm/call_arguments.py`).

`azure_ai/claude` is Claude in Azure AI, for which LiteLLM uses another API.
"""


def api_of(model_id: str) -> str:
    """The name in `COMPLETIONS` of the API that a model is called with: its provider, or `azure_ai/claude`."""
    provider, model = split_id(model_id)
    return "azure_ai/claude" if provider == "azure_ai" and "claude" in model.casefold() else provider


SERVERS_WITH_V1 = {
    1234: "LM Studio",
    1337: "Jan",
    4891: "GPT4All",
    5000: "text-generation-webui",
    5001: "KoboldCpp",
    8000: "vLLM",
    9997: "Xinference",
    11434: "Ollama",
    23333: "LMDeploy",
    30000: "SGLang",
}
"""Default ports of local servers whose OpenAI API is only below `/v1`, from their documentation."""

PUBLIC_PATHS = {
    "openai": {
        "ai-gateway.vercel.sh": "/v1",
        "api-inference.modelscope.cn": "/v1",
        "api.cerebras.ai": "/v1",
        "api.deepinfra.com": "/v1/openai",
        "api.featherless.ai": "/v1",
        "api.fireworks.ai": "/inference/v1",
        "api.friendli.ai": "/serverless/v1",
        "api.groq.com": "/openai/v1",
        "api.mistral.ai": "/v1",
        "api.moonshot.ai": "/v1",
        "api.moonshot.cn": "/v1",
        "api.openai.com": "/v1",
        "api.sambanova.ai": "/v1",
        "api.studio.nebius.ai": "/v1",
        "api.together.ai": "/v1",
        "api.together.xyz": "/v1",
        "api.x.ai": "/v1",
        "api.z.ai": "/api/paas/v4",
        "ark.cn-beijing.volces.com": "/api/v3",
        "codestral.mistral.ai": "/v1",
        "dashscope-intl.aliyuncs.com": "/compatible-mode/v1",
        "dashscope.aliyuncs.com": "/compatible-mode/v1",
        "integrate.api.nvidia.com": "/v1",
        "models.github.ai": "/inference",
        "nano-gpt.com": "/api/v1",
        "openrouter.ai": "/api/v1",
        "router.huggingface.co": "/v1",
    },
    "cohere": {"api.cohere.com": "/v2/chat"},
    "gemini": {"generativelanguage.googleapis.com": "/v1beta"},
}
"""The path of the API of each public host, by the kind of API: that of OpenAI, Cohere or Gemini.

Source: the default URLs in LiteLLM's provider modules and `constants.py`, and the documentation of Moonshot and GitHub.
A host with more than one path for the same API is left out, unless the others cannot be guessed (`/api/coding/v3`).
"""

TWO_APIS = {
    "api.deepseek.com": TwoPaths("/anthropic", ""),
    "api.minimax.io": TwoPaths("/anthropic", "/v1"),
    "api.minimaxi.com": TwoPaths("/anthropic", "/v1"),
    "api.moonshot.ai": TwoPaths("/anthropic", "/v1"),
    "api.moonshot.cn": TwoPaths("/anthropic", "/v1"),
    "api.z.ai": TwoPaths("/api/anthropic", "/api/paas/v4"),
    "dashscope-intl.aliyuncs.com": TwoPaths("/apps/anthropic", "/compatible-mode/v1"),
    "dashscope.aliyuncs.com": TwoPaths("/apps/anthropic", "/compatible-mode/v1"),
    "open.bigmodel.cn": TwoPaths("/api/anthropic", "/api/paas/v4"),
}
"""Public hosts with both APIs, from the documentation of their providers."""
