"""The environment variables that LiteLLM must not see: keys, URLs and options that are not in models.yaml."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from aloop_models.core.lazy_re import lazy_re

_ENDINGS = (
    r"API_?KEY|(?<!PUBLIC)_KEY|APIKEY|_KEY_PEM|TOKEN|SECRET|PASSWORD|PASSPHRASE|CREDENTIALS?|JWT|AUTH|LOGIN"
    r"|API_BASE(?:_[A-Z]+)?|BASE_URL|ENDPOINT|API_HOST|CUSTOM_HEADERS|TRACES_HEADERS"
    r"|ORGANIZATION|ORG_ID|ACCOUNT_ID|WORKSPACE_ID|TENANT_ID|CLIENT_ID|DEPLOYMENT_SPACE_ID|API_VERSION|API_TYPE"
)
_PREFIXES = (
    r"OPENAI|ANTHROPIC|AZURE|LITELLM|GEMINI|PALM|COHERE|CO|MISTRAL|GROQ|DEEPSEEK|XAI|OPENROUTER|OR|OLLAMA|HF|DATABRICKS"
    r"|WATSONX|WX|WML|SNOWFLAKE|GIGACHAT|GITHUB_COPILOT|CHATGPT|PREDIBASE|FIREWORKS|CLOUDFLARE|VERCEL|REPLICATE|OVHCLOUD"
    r"|LANGFLOW|LANGGRAPH|BEDROCK_MANTLE|AGENTCORE|DATAROBOT|GRADIENT_AI|VERTEXAI|VERTEX|XAI_OAUTH|OCI"
)
_HIDDEN = lazy_re(rf"(?:.*(?:{_ENDINGS})|(?:{_PREFIXES})_.*)", re.IGNORECASE)

_EXACT = frozenset(
    {
        "AWS_BEARER_TOKEN_BEDROCK",
        "AWS_BEDROCK_RUNTIME_ENDPOINT",
        "AWS_BEDROCK_BASE_URL",
        "GOOGLE_API_KEY",
        "PROJECT_ID",
        "REGION",
        "SPACE_ID",
        "USE_LITELLM_PROXY",
        "USE_DDTRACE",
        "USE_DDPROFILER",
        "JSON_LOGS",
        "DEBUG",
        "DEBUG_OTEL",
        "SSL_VERIFY",
    }
)

_KEPT = lazy_re(
    # Credentials of AWS and Google on this machine, which are not a provider's key, and settings for TLS.
    r"(?:AWS|GOOGLE|CLOUDSDK|SSH|XDG|GIT|GPG|DBUS|SSL)_.*|LITELLM_(?:LOCAL_MODEL_COST_MAP|MODE)",
    re.IGNORECASE,
)


def is_hidden(name: str) -> bool:
    """Return whether an environment variable could give LiteLLM a key, a URL, an account or a logging option."""
    return name in _EXACT or (_HIDDEN.fullmatch(name) is not None and _KEPT.fullmatch(name) is None)


def hidden_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names that LiteLLM must not see."""
    return tuple(name for name in names if is_hidden(name))


def hide_from_litellm() -> None:
    """Remove these variables from this process, and set those that keep LiteLLM offline.

    Only models.yaml configures a model; credentials of AWS and Google on this machine are kept, because some providers
    use them. LiteLLM reads the environment at every call, so this runs before each.
    """
    for name in hidden_names(os.environ):
        os.environ.pop(name, None)  # Another call may have just removed it.
    # Otherwise it would fetch its price map at import, and read keys from a .env file.
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    os.environ["LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS"] = "True"
    os.environ["LITELLM_MODE"] = "PRODUCTION"
