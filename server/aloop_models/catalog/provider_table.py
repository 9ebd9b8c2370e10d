"""Facts about providers that LiteLLM's data files lack or have wrong, and provider names that share models."""

from __future__ import annotations

# Names that LiteLLM routes to another API of the same models (get_llm_provider and main.py).
SHARES_MODELS_WITH = {
    "ai21_chat": "ai21",
    "aiohttp_openai": "openai",
    "cohere_chat": "cohere",
    "ollama_chat": "ollama",
    "sagemaker_chat": "sagemaker",
    "sagemaker_nova": "sagemaker",
    "vertex_ai_beta": "vertex_ai",
}

# Names with the credentials of another name, whose form fields LiteLLM lists.
SHARES_CREDENTIALS_WITH = {
    **SHARES_MODELS_WITH,
    "anthropic_text": "anthropic",
    "azure_text": "azure",
    "sagemaker": "sagemaker_chat",
    "text-completion-codestral": "codestral",
    "text-completion-inception": "inception",
    "watsonx_text": "watsonx",
}

# LiteLLM lists their key as optional, because it also reads the environment or other secrets. aloop does not use keys
# from the environment, which makes the key required.
NEEDS_KEY = frozenset({"anthropic", "anthropic_text", "azure", "azure_text", "gigachat", "watsonx", "watsonx_text"})

# No key required: self-hosted servers (LiteLLM sends a dummy key), other credentials (AWS, Google, OCI, a device
# login), and names without a remote service.
NEEDS_NO_KEY = frozenset(
    {
        "a2a",
        "a2a_agent",
        "auto_router",
        "aws_polly",
        "aws_textract",
        "bedrock",
        "bedrock_mantle",
        "chatgpt",
        "custom",
        "docker_model_runner",
        "dotprompt",
        "duckduckgo",
        "github_copilot",
        "hosted_vllm",
        "infinity",
        "langflow",
        "langgraph",
        "lemonade",
        "litellm_agent",
        "llamafile",
        "lm_studio",
        "oci",
        "ollama",
        "ollama_chat",
        "oobabooga",
        "petals",
        "pydantic_ai_agents",
        "s3_vectors",
        "sagemaker",
        "sagemaker_chat",
        "sagemaker_nova",
        "searxng",
        "strands_decider",
        "transcribe",
        "triton",
        "vertex_ai",
        "vertex_ai_beta",
        "vllm",
        "xinference",
    }
)

# No default URL in LiteLLM's code: it raises, or reads the environment.
NEEDS_BASE = frozenset(
    {
        "a2a",
        "aiohttp_openai",
        "azure",
        "azure_ai",
        "azure_text",
        "cloudflare",
        "custom_openai",
        "databricks",
        "gdc",
        "heroku",
        "hosted_vllm",
        "infinity",
        "litellm_proxy",
        "lm_studio",
        "oobabooga",
        "openai_like",
        "ragflow",
        "snowflake",
        "triton",
        "watsonx",
        "watsonx_text",
        "xinference",
    }
)

# They usually run on the user's machine.
LOCAL = frozenset(
    {
        "docker_model_runner",
        "infinity",
        "langflow",
        "langgraph",
        "lemonade",
        "llamafile",
        "lm_studio",
        "ollama",
        "ollama_chat",
        "oobabooga",
        "strands_decider",
        "triton",
        "vllm",
        "xinference",
    }
)

# Their model names are user-defined (deployments, local tags, endpoints) or too many to list (hubs).
NAMES_MODELS_FREELY = LOCAL | frozenset(
    {
        "azure",
        "azure_ai",
        "azure_text",
        "baseten",
        "custom",
        "custom_openai",
        "databricks",
        "featherless_ai",
        "hosted_vllm",
        "huggingface",
        "litellm_proxy",
        "openai_like",
        "openrouter",
        "replicate",
        "sagemaker",
        "sagemaker_chat",
        "sagemaker_nova",
        "snowflake",
    }
)

# Default URLs in LiteLLM's transformation modules, which are not in its data files.
DEFAULT_BASE = {
    "anthropic": "https://api.anthropic.com",
    "docker_model_runner": "http://localhost:22088/engines/llama.cpp",
    "gemini": "https://generativelanguage.googleapis.com/v1beta",
    "groq": "https://api.groq.com/openai/v1",
    "langflow": "http://localhost:7860",
    "langgraph": "http://localhost:2024",
    "lemonade": "http://localhost:8000/api/v1",
    "llamafile": "http://127.0.0.1:8080/v1",
    "mistral": "https://api.mistral.ai/v1",
    "moonshot": "https://api.moonshot.ai/v1",
    "ollama": "http://localhost:11434",
    "ollama_chat": "http://localhost:11434",
    "openai": "https://api.openai.com/v1",
    "openrouter": "https://openrouter.ai/api/v1",
    "perplexity": "https://api.perplexity.ai",
    "xai": "https://api.x.ai/v1",
}

# Examples of a required URL, with the default ports of the servers.
BASE_EXAMPLE = {
    "azure": "https://my-resource.openai.azure.com",
    "azure_ai": "https://my-resource.services.ai.azure.com",
    "azure_text": "https://my-resource.openai.azure.com",
    "cloudflare": "https://api.cloudflare.com/client/v4/accounts/ACCOUNT_ID/ai/run/",
    "databricks": "https://my-workspace.cloud.databricks.com/serving-endpoints",
    "hosted_vllm": "http://localhost:8000/v1",
    "infinity": "http://localhost:7997",
    "litellm_proxy": "http://localhost:4000",
    "lm_studio": "http://localhost:1234/v1",
    "oobabooga": "http://localhost:5000",
    "openai_like": "http://localhost:8000/v1",
    "custom_openai": "http://localhost:8000/v1",
    "aiohttp_openai": "http://localhost:8000/v1",
    "triton": "http://localhost:8000/generate",
    "watsonx": "https://us-south.ml.cloud.ibm.com",
    "watsonx_text": "https://us-south.ml.cloud.ibm.com",
    "xinference": "http://localhost:9997/v1",
}

# LiteLLM's default version of the Azure OpenAI API (AZURE_DEFAULT_API_VERSION).
AZURE_API_VERSION = "2025-02-01-preview"

# What a user-defined model name is (MODEL if not listed), and an example of it. Providers with a list have examples
# there.
MODEL_NAME_EXAMPLE = {
    "azure": ("DEPLOYMENT", "my-gpt-5"),
    "azure_text": ("DEPLOYMENT", "my-gpt-35-turbo-instruct"),
    "docker_model_runner": ("MODEL", "ai/llama3.1"),
    "hosted_vllm": ("MODEL", "Qwen/Qwen3-8B"),
    "huggingface": ("OWNER/MODEL", "meta-llama/Llama-3.3-70B-Instruct"),
    "litellm_proxy": ("MODEL", "gpt-5"),
    "llamafile": ("MODEL", "llama3.1"),
    "lm_studio": ("MODEL", "qwen2.5-7b-instruct"),
    "nvidia_nim": ("OWNER/MODEL", "meta/llama-3.3-70b-instruct"),
    "ollama": ("MODEL", "llama3.1"),
    "ollama_chat": ("MODEL", "llama3.1"),
    "openrouter": ("VENDOR/MODEL", "anthropic/claude-sonnet-5.5"),
    "sagemaker": ("ENDPOINT", "my-endpoint"),
    "sagemaker_chat": ("ENDPOINT", "my-endpoint"),
    "sagemaker_nova": ("ENDPOINT", "my-endpoint"),
    "vllm": ("MODEL", "Qwen/Qwen3-8B"),
}

# Servers of one program, which by default listen on the user's machine at the URL of the example.
HAS_LOCAL_URL = frozenset(
    {"hosted_vllm", "infinity", "litellm_proxy", "lm_studio", "oobabooga", "triton", "xinference"}
)

# Display names, where LiteLLM has none or only a generated one ("Lm Studio", "V0").
LABEL = {
    "aiohttp_openai": "OpenAI (aiohttp)",
    "azure_ai": "Azure AI Foundry",
    "bedrock": "Amazon Bedrock",
    "deepseek": "DeepSeek",
    "gemini": "Google AI Studio",
    "github": "GitHub Models",
    "groq": "Groq",
    "huggingface": "Hugging Face",
    "litellm_proxy": "LiteLLM Proxy",
    "lm_studio": "LM Studio",
    "mistral": "Mistral AI",
    "ollama_chat": "Ollama (chat)",
    "openai_like": "OpenAI-compatible server",
    "custom_openai": "OpenAI-compatible server",
    "hosted_vllm": "vLLM server",
    "vllm": "vLLM in process",
    "sagemaker": "Amazon SageMaker",
    "vertex_ai": "Google Vertex AI",
    "watsonx": "IBM watsonx.ai",
}

# Pages where users create API keys: only well-known URLs, without a path where the path of the page changes often.
KEYS_URL = {
    "ai21": "https://studio.ai21.com/account/api-key",
    "anthropic": "https://console.anthropic.com/settings/keys",
    "azure": "https://portal.azure.com",
    "azure_ai": "https://ai.azure.com",
    "baseten": "https://app.baseten.co/settings/api_keys",
    "cerebras": "https://cloud.cerebras.ai",
    "cloudflare": "https://dash.cloudflare.com/profile/api-tokens",
    "codestral": "https://console.mistral.ai/codestral",
    "cohere": "https://dashboard.cohere.com/api-keys",
    "dashscope": "https://bailian.console.alibabacloud.com",
    "deepinfra": "https://deepinfra.com/dash/api_keys",
    "deepseek": "https://platform.deepseek.com/api_keys",
    "featherless_ai": "https://featherless.ai/account/api-keys",
    "fireworks_ai": "https://fireworks.ai/account/api-keys",
    "gemini": "https://aistudio.google.com/apikey",
    "github": "https://github.com/settings/tokens",
    "groq": "https://console.groq.com/keys",
    "huggingface": "https://huggingface.co/settings/tokens",
    "hyperbolic": "https://app.hyperbolic.xyz/settings",
    "minimax": "https://platform.minimax.io/user-center/basic-information/interface-key",
    "mistral": "https://console.mistral.ai/api-keys",
    "moonshot": "https://platform.moonshot.ai/console/api-keys",
    "novita": "https://novita.ai/settings/key-management",
    "nvidia_nim": "https://build.nvidia.com/settings/api-keys",
    "openai": "https://platform.openai.com/api-keys",
    "openrouter": "https://openrouter.ai/keys",
    "perplexity": "https://www.perplexity.ai/settings/api",
    "replicate": "https://replicate.com/account/api-tokens",
    "sambanova": "https://cloud.sambanova.ai/apis",
    "together_ai": "https://api.together.ai/settings/api-keys",
    "watsonx": "https://cloud.ibm.com/iam/apikeys",
    "xai": "https://console.x.ai",
    "zai": "https://z.ai/manage-apikey/apikey-list",
}

# Pages with the prices of the provider. Most are a `source` in LiteLLM's price map.
PRICING_URL = {
    "anthropic": "https://platform.claude.com/docs/en/about-claude/pricing",
    "azure": "https://azure.microsoft.com/en-us/pricing/details/azure-openai/",
    "bedrock": "https://aws.amazon.com/bedrock/pricing/",
    "cerebras": "https://inference-docs.cerebras.ai/support/pricing",
    "cloudflare": "https://developers.cloudflare.com/workers-ai/platform/pricing/",
    "cohere": "https://cohere.com/pricing",
    "dashscope": "https://www.alibabacloud.com/help/en/model-studio/model-pricing",
    "databricks": "https://www.databricks.com/product/pricing/foundation-model-serving",
    "deepinfra": "https://deepinfra.com/pricing",
    "deepseek": "https://api-docs.deepseek.com/quick_start/pricing",
    "fireworks_ai": "https://fireworks.ai/pricing",
    "gemini": "https://ai.google.dev/gemini-api/docs/pricing",
    "groq": "https://groq.com/pricing",
    "minimax": "https://platform.minimax.io/docs/guides/pricing-paygo",
    "mistral": "https://mistral.ai/pricing",
    "moonshot": "https://platform.moonshot.ai/docs/pricing",
    "novita": "https://novita.ai/pricing",
    "openai": "https://developers.openai.com/api/docs/pricing",
    "openrouter": "https://openrouter.ai/models",
    "perplexity": "https://docs.perplexity.ai/getting-started/pricing",
    "replicate": "https://replicate.com/pricing",
    "sambanova": "https://cloud.sambanova.ai/plans/pricing",
    "together_ai": "https://www.together.ai/pricing",
    "vertex_ai": "https://cloud.google.com/vertex-ai/generative-ai/pricing",
    "xai": "https://docs.x.ai/developers/pricing",
    "zai": "https://docs.z.ai/guides/overview/pricing",
}

# Form fields that name a local file. aloop does not support them (see the schema).
FILE_FIELDS = frozenset({"vertex_credentials", "aws_web_identity_token"})

# Other common names of providers, and LiteLLM's names for them, the most likely first.
COMMONLY_MEANT = {
    "aws": ("bedrock",),
    "amazon": ("bedrock",),
    "azure_openai": ("azure",),
    "azure-openai": ("azure",),
    "claude": ("anthropic",),
    "copilot": ("github_copilot",),
    "fireworks": ("fireworks_ai",),
    "google": ("gemini", "vertex_ai"),
    "gpt": ("openai",),
    "grok": ("xai",),
    "hf": ("huggingface",),
    "kimi": ("moonshot",),
    "local": ("ollama", "lm_studio", "hosted_vllm", "llamafile"),
    "nvidia": ("nvidia_nim",),
    "qwen": ("dashscope",),
    "together": ("together_ai",),
    "vertex": ("vertex_ai",),
    "x-ai": ("xai",),
    "z-ai": ("zai",),
}

# Names of providers in other tools, and LiteLLM's names for them, the most likely first: the provider IDs of models.dev
# (opencode, crush) and of Continue, Cline, LibreChat and LangChain. LiteLLM has no name for llama.cpp; llamafile is the
# same server, at its default URL.
NAMES_IN_OTHER_TOOLS = {
    "ai-studio": ("gemini",),
    "alibaba": ("dashscope",),
    "alibaba-cn": ("dashscope",),
    "alibabacloud": ("dashscope",),
    "aliyun": ("dashscope",),
    "amazon-bedrock": ("bedrock",),
    "amazon_bedrock": ("bedrock",),
    "anthropic-vertex": ("vertex_ai",),
    "ark": ("volcengine",),
    "aws-bedrock": ("bedrock",),
    "azure-ai-foundry": ("azure_ai",),
    "azure-cognitive-services": ("azure_ai", "azure"),
    "azure-foundry": ("azure_ai",),
    "azureopenai": ("azure",),
    "bailian": ("dashscope",),
    "bedrock-converse": ("bedrock",),
    "bedrock_converse": ("bedrock",),
    "bigmodel": ("zai",),
    "chatglm": ("zai",),
    "cloudflare-workers-ai": ("cloudflare",),
    "doubao": ("volcengine",),
    "fireworks-ai": ("fireworks_ai",),
    "friendli": ("friendliai",),
    "gcp": ("vertex_ai",),
    "github-copilot": ("github_copilot",),
    "github-models": ("github",),
    "glm": ("zai",),
    "google-ai": ("gemini",),
    "google-ai-studio": ("gemini",),
    "google-gemini": ("gemini",),
    "google-genai": ("gemini",),
    "google-generative-ai": ("gemini",),
    "google-vertex": ("vertex_ai",),
    "google-vertex-ai": ("vertex_ai",),
    "google-vertex-anthropic": ("vertex_ai",),
    "google_genai": ("gemini",),
    "google_vertexai": ("vertex_ai",),
    "googleai": ("gemini",),
    "googlegenai": ("gemini",),
    "googlevertex": ("vertex_ai",),
    "kimi-for-coding": ("moonshot",),
    "llama": ("meta_llama", "ollama"),
    "litellm": ("litellm_proxy", "openai"),
    "huggingface-inference-api": ("huggingface",),
    "llama-cpp": ("llamafile", "openai"),
    "llama-server": ("llamafile", "openai"),
    "llama.cpp": ("llamafile", "openai"),
    "llama_cpp": ("llamafile", "openai"),
    "llamacpp": ("llamafile", "openai"),
    "lmstudio": ("lm_studio",),
    "mistralai": ("mistral",),
    "moonshotai": ("moonshot",),
    "moonshotai-cn": ("moonshot",),
    "nim": ("nvidia_nim",),
    "openai-chat": ("openai",),
    "openai-compat": ("openai", "hosted_vllm"),
    "openai-compatible": ("openai", "hosted_vllm"),
    "openai-native": ("openai",),
    "openai_compat": ("openai", "hosted_vllm"),
    "openai_compatible": ("openai", "hosted_vllm"),
    "openai_native": ("openai",),
    "openaicompatible": ("openai", "hosted_vllm"),
    "qianwen": ("dashscope",),
    "sap-ai-core": ("sap",),
    "sglang": ("hosted_vllm", "openai"),
    "togetherai": ("together_ai",),
    "tongyi": ("dashscope",),
    "vercel": ("vercel_ai_gateway",),
    "vertex_ai-language-models": ("vertex_ai",),
    "vertexai": ("vertex_ai",),
    "workers-ai": ("cloudflare",),
    "zai-coding-plan": ("zai",),
    "zai-org": ("zai",),
    "zhipu": ("zai",),
    "zhipuai": ("zai",),
    "zhipuai-coding-plan": ("zai",),
}

# Names of tools and protocols, not of a company: with a URL of one's own they mean an OpenAI-compatible server.
OPENAI_COMPATIBLE = frozenset(name for name, meant in NAMES_IN_OTHER_TOOLS.items() if "openai" in meant)

# Owners of models on Hugging Face with a name that is also close to that of a provider. A server of one's own usually
# has the whole Hugging Face ID, owner/model, as the name of its model.
MODEL_OWNERS = frozenset(
    {
        "01-ai",
        "ai21labs",
        "alibaba-nlp",
        "allenai",
        "amazon",
        "anthropic",
        "coherelabs",
        "deepseek-ai",
        "google",
        "ibm-granite",
        "kimi",
        "lmstudio-community",
        "meta-llama",
        "microsoft",
        "minimaxai",
        "mistralai",
        "mlx-community",
        "moonshotai",
        "nvidia",
        "qwen",
        "stabilityai",
        "x-ai",
        "xai-org",
        "z-ai",
        "zai-org",
    }
)

# Models of OpenRouter itself, which choose another model. LiteLLM removes the first part of an ID, so they need
# `openrouter/` twice (get_llm_provider_logic.py).
OPENROUTER_MODELS = frozenset({"auto", "auto-beta", "bodybuilder", "free"})

# Names of models that begin with the provider themselves, such as groq/compound (console.groq.com/docs/compound, and
# `GROQ_COMPOUND_MODELS` in litellm/llms/groq/chat/transformation.py), so an ID has the provider twice.
NAMES_WITH_PROVIDER = frozenset(
    {"groq/compound", "groq/compound-mini", *(f"openrouter/{name}" for name in OPENROUTER_MODELS)}
)

# Vendors in OpenRouter's model IDs, by the start of the model's name (openrouter.ai/models).
OPENROUTER_VENDORS = {
    "chatgpt": "openai",
    "claude": "anthropic",
    "codestral": "mistralai",
    "command": "cohere",
    "deepseek": "deepseek",
    "devstral": "mistralai",
    "ernie": "baidu",
    "gemini": "google",
    "gemma": "google",
    "glm": "z-ai",
    "gpt": "openai",
    "grok": "x-ai",
    "hermes": "nousresearch",
    "kimi": "moonshotai",
    "llama": "meta-llama",
    "magistral": "mistralai",
    "mimo": "xiaomi",
    "minimax": "minimax",
    "ministral": "mistralai",
    "mistral": "mistralai",
    "mixtral": "mistralai",
    "nova": "amazon",
    "o1": "openai",
    "o3": "openai",
    "o4": "openai",
    "phi": "microsoft",
    "pixtral": "mistralai",
    "qwen": "qwen",
    "qwq": "qwen",
    "sonar": "perplexity",
}

# LiteLLM's names for the vendors that are makers.
MAKER_OF_VENDOR = {
    "anthropic": "anthropic",
    "cohere": "cohere",
    "deepseek": "deepseek",
    "google": "gemini",
    "meta-llama": "meta",
    "mistralai": "mistral",
    "moonshotai": "moonshot",
    "openai": "openai",
    "perplexity": "perplexity",
    "x-ai": "xai",
    "z-ai": "zai",
}

# OpenRouter's names for the providers that make models.
VENDOR_OF_MAKER = {maker: vendor for vendor, maker in MAKER_OF_VENDOR.items()} | {"dashscope": "qwen"}

# Names that load a model in the agent's process, and the name for a server, which is nearly always meant (main.py).
IN_PROCESS = {"vllm": "hosted_vllm"}

# Providers that make their own models: the first guess for a model name without a provider.
MAKERS = (
    "openai",
    "anthropic",
    "gemini",
    "mistral",
    "xai",
    "deepseek",
    "cohere",
    "moonshot",
    "zai",
    "ai21",
    "meta",
    "ollama",
    "perplexity",
)

# LiteLLM's table says that they chat, but LiteLLM has no chat API for them.
CANNOT_CHAT = frozenset({"deepgram", "elevenlabs"})

# Missing from LiteLLM's table of endpoints and its price map, but routed to a chat API.
CAN_CHAT = frozenset({"a2a_agent", "aiohttp_openai", "gdc", "langflow", "modelscope", "nadir", "vertex_ai_beta"})

# A catalog is invalid if one of these is missing or has no chat models. They are large providers, clouds and hubs, and
# the usual names for self-hosted servers. Remove a name only when LiteLLM stops routing it.
WELL_KNOWN = (
    "anthropic",
    "azure",
    "azure_ai",
    "bedrock",
    "cerebras",
    "cohere",
    "custom_openai",
    "dashscope",
    "databricks",
    "deepinfra",
    "deepseek",
    "fireworks_ai",
    "gemini",
    "github",
    "github_copilot",
    "groq",
    "hosted_vllm",
    "huggingface",
    "litellm_proxy",
    "llamafile",
    "lm_studio",
    "mistral",
    "moonshot",
    "nvidia_nim",
    "ollama",
    "ollama_chat",
    "openai",
    "openrouter",
    "perplexity",
    "replicate",
    "sagemaker",
    "together_ai",
    "vertex_ai",
    "watsonx",
    "xai",
    "zai",
)
