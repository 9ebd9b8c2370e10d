"""A litellm package folder in small: the files that the extraction reads, with a few entries each."""

import json
from pathlib import Path
from typing import Any

import pytest

PRICES: dict[str, Any] = {
    "sample_spec": {"litellm_provider": "one of …", "mode": "one of …"},
    "fallback_generalizations": {"rules": []},
    "gpt-4o": {
        "litellm_provider": "openai",
        "mode": "chat",
        "max_input_tokens": 128000,
        "max_output_tokens": 16384,
        "input_cost_per_token": 2.5e-06,
        "output_cost_per_token": 1e-05,
        "supports_vision": True,
        "supports_function_calling": True,
        "supports_reasoning": False,
        "deprecation_date": "2027-01-31",
        "metadata": {"successor": "openai/gpt-5"},
    },
    "gpt-5": {"litellm_provider": "openai", "mode": "responses", "supports_function_calling": True},
    "gpt-5-2025-08-07": {"litellm_provider": "openai", "mode": "responses"},
    "text-embedding-3-small": {"litellm_provider": "openai", "mode": "embedding"},
    "ft:gpt-4o-2024-08-06": {"litellm_provider": "openai", "mode": "chat", "max_tokens": 16384},
    "low/1024-x-1024/gpt-image-1": {"litellm_provider": "openai", "mode": "image_generation"},
    "openai/sora-2": {"litellm_provider": "openai", "mode": "video_generation"},
    "claude-sonnet-4-5": {
        "litellm_provider": "anthropic",
        "mode": "chat",
        "input_cost_per_token": 3e-06,
        "deprecation_date": "soon",
    },
    "anthropic.claude-v2": {"litellm_provider": "bedrock", "mode": "chat"},
    "us.anthropic.claude-v3": {"litellm_provider": "bedrock_converse", "mode": "chat"},
    "bedrock/us-east-1/anthropic.claude-v2": {"litellm_provider": "bedrock", "mode": "chat"},
    "bedrock/*/1-month-commitment/cohere.command": {"litellm_provider": "bedrock", "mode": "chat"},
    "bedrock/us-east-1/1-month-commitment/anthropic.claude-v2": {
        "litellm_provider": "bedrock",
        "mode": "chat",
        "max_input_tokens": 1,
    },
    "512-x-512/50-steps/stability.sd": {"litellm_provider": "bedrock", "mode": "image_generation"},
    "1024-x-1024/50-steps/bedrock/amazon.canvas": {
        "litellm_provider": "bedrock",
        "mode": "image_generation",
    },
    "gemini-2.5-pro": {"litellm_provider": "vertex_ai-language-models", "mode": "chat"},
    "vertex_ai/claude-sonnet-4-5": {
        "litellm_provider": "vertex_ai-anthropic_models",
        "mode": "chat",
    },
    "command-a-03-2025": {"litellm_provider": "cohere_chat", "mode": "chat"},
    "deepseek-chat": {"litellm_provider": "deepseek", "mode": "chat", "max_input_tokens": 1},
    "deepseek/deepseek-chat": {
        "litellm_provider": "deepseek",
        "mode": "chat",
        "max_input_tokens": 2,
    },
    "fireworks-ai-up-to-4b": {"litellm_provider": "fireworks_ai"},
    "fireworks_ai/accounts/fireworks/models/glm-5": {
        "litellm_provider": "fireworks_ai",
        "mode": "chat",
    },
    "azure/gpt-35-turbo-instruct": {"litellm_provider": "azure_text", "mode": "completion"},
    "azure/hd/1024-x-1024/dall-e-3": {"litellm_provider": "azure", "mode": "image_generation"},
    "azure/gpt-4o": {"litellm_provider": "azure", "mode": "chat"},
    "amazon-nova/nova-pro-v1": {"litellm_provider": "amazon_nova", "mode": "chat"},
    "ollama/llama2": {"litellm_provider": "ollama", "mode": "chat", "input_cost_per_token": 0.0},
    "tavily/search": {"litellm_provider": "tavily", "mode": "search"},
}
ENUM = """import enum

class LlmProviders(str, Enum):
    OPENAI = "openai"
    ANTHROPIC = "anthropic"  # the maker

    AZURE = "azure"
    AZURE_TEXT = "azure_text"
    BEDROCK = "bedrock"
    GEMINI = "gemini"
    COHERE = "cohere"
    COHERE_CHAT = "cohere_chat"
    DEEPSEEK = "deepseek"
    FIREWORKS_AI = "fireworks_ai"
    VERTEX_AI = "vertex_ai"
    AMAZON_NOVA = "amazon_nova"
    OLLAMA = "ollama"
    OLLAMA_CHAT = "ollama_chat"
    OPENROUTER = "openrouter"
    HOSTED_VLLM = "hosted_vllm"
    LM_STUDIO = "lm_studio"
    SAP = "sap"
    SAGEMAKER_NOVA = "sagemaker_nova"
    VOYAGE = "voyage"
    LANGFUSE = "langfuse"


LlmProvidersSet = {provider.value for provider in LlmProviders}
"""
COMPATIBLE = {"poe": {"base_url": "https://api.poe.com/v1/", "api_key_env": "POE_API_KEY"}}
SUPPORT = {
    "providers": {
        name: {
            "display_name": f"{label} (`{name}`)",
            "url": f"https://docs.litellm.ai/docs/providers/{name}",
            "endpoints": {"chat_completions": chat},
        }
        for name, label, chat in [
            ("openai", "OpenAI", True),
            ("anthropic", "Anthropic", True),
            ("azure", "Azure", True),
            ("bedrock", "AWS - Bedrock", True),
            ("hosted_vllm", "Hosted VLLM", True),
            ("openrouter", "OpenRouter", True),
            ("ollama", "Ollama", True),
            ("vertex_ai", "Google - Vertex AI", True),
            ("tavily", "Tavily", False),
            ("azure_ai/agents", "Agents", True),
        ]
    }
}


def _field(key: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    return {"key": key, "field_type": kind, "required": False, **more}


FORMS = [
    {
        "litellm_provider": "openai",
        "provider_display_name": "OpenAI",
        "credential_fields": [
            _field("api_base", default_value="https://api.openai.com/v1"),
            _field("organization", placeholder="[OPTIONAL] my-org"),
            _field("api_key", "password", required=True),
        ],
    },
    {
        "litellm_provider": "openai",
        "provider_display_name": "OpenAI-Compatible",
        "credential_fields": [_field("api_base", required=True)],
    },
    {
        "litellm_provider": "anthropic",
        "provider_display_name": "Anthropic",
        "credential_fields": [_field("api_key", "password", placeholder="sk-")],
    },
    {
        "litellm_provider": "azure",
        "provider_display_name": "Azure",
        "credential_fields": [
            _field("api_base", required=True, placeholder="https://..."),
            _field("api_key", "password"),
            _field("azure_ad_token", "password"),
        ],
    },
    {
        "litellm_provider": "ollama",
        "provider_display_name": "Ollama",
        "credential_fields": [_field("api_base", default_value="http://localhost:11434")],
    },
    {
        "litellm_provider": "vertex_ai",
        "provider_display_name": "Vertex",
        "credential_fields": [
            _field("vertex_project", required=True),
            _field("vertex_credentials", "upload"),
        ],
    },
    {
        "litellm_provider": "hosted_vllm",
        "provider_display_name": "Hosted vLLM",
        "credential_fields": [
            _field("api_base", required=True),
            _field("api_key", "password"),
        ],
    },
]
ROUTING = """
def get_llm_provider(custom_llm_provider, api_base):
    if custom_llm_provider == "openrouter":
        pass
    elif custom_llm_provider == "deepseek":
        api_base = api_base or get_secret("DEEPSEEK_API_BASE") or "https://api.deepseek.com/beta"
"""
CONSTANTS = """
LITELLM_CHAT_PROVIDERS: Final = [
    "openai",
    "openrouter",  # a hub
    "xinference",
]
openai_compatible_providers: Final[list[str]] = [
    "groq",
    "lm_studio",
]
"""
MAIN = """
def completion(
    model: str,
):
    if custom_llm_provider == "openai" or custom_llm_provider == "sap":
        pass
    elif custom_llm_provider in ("sagemaker_chat", "sagemaker_nova"):
        pass


def embedding(model: str):
    if custom_llm_provider == "voyage":
        pass
"""


@pytest.fixture
def litellm_dir(tmp_path: Path) -> Path:
    """A folder shaped like the installed litellm package, with the entries above."""
    folder = tmp_path / "litellm"
    files = {
        "model_prices_and_context_window_backup.json": json.dumps(PRICES),
        "provider_endpoints_support_backup.json": json.dumps(SUPPORT),
        "llms/openai_like/providers.json": json.dumps(COMPATIBLE),
        "proxy/public_endpoints/provider_create_fields.json": json.dumps(FORMS),
        "types/utils.py": ENUM,
        "litellm_core_utils/get_llm_provider_logic.py": ROUTING,
        "constants.py": CONSTANTS,
        "main.py": MAIN,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder
