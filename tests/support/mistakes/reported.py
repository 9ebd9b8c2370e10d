"""Mistakes from public bug trackers, by the URL of the report; siblings of the reported one follow it."""

# ruff: noqa: E501
# A message is one line.

from support.mistake import (
    KA,
    KG,
    KO,
    KR,
    KZ,
    OWN,
    Mistake,
    change_id,
    error,
    in_entry,
    information,
    safe,
    unsafe,
    warning,
)

FOREIGN = "api_base contains characters that are not part of the URL. Remove them."
MODELS = "LiteLLM adds /models, the model and the method to the URL. Remove /models and what follows."

MISTAKES: dict[str, list[Mistake]] = {
    "https://github.com/rashadphz/farfalle/pull/93": [
        in_entry(
            "OpenAI/gpt-4o-mini",
            f"api_key: {KO}",
            warning(
                "unknown-provider",
                "OpenAI",
                "LiteLLM has no provider 'OpenAI'. Did you mean openai?",
                unsafe("Change to openai", "OpenAI/gpt-4o-mini", "openai/gpt-4o-mini"),
            ),
        ),
        in_entry(
            "Anthropic/claude-sonnet-5-5",
            f"api_key: {KA}",
            warning(
                "unknown-provider",
                "Anthropic",
                "LiteLLM has no provider 'Anthropic'. Did you mean anthropic?",
                unsafe("Change to anthropic", "Anthropic/claude-sonnet-5-5", "anthropic/claude-sonnet-5-5"),
            ),
        ),
        in_entry(
            "Ollama/llama3.1",
            warning(
                "unknown-provider",
                "Ollama",
                "LiteLLM has no provider 'Ollama'. Did you mean ollama?",
                unsafe("Change to ollama", "Ollama/llama3.1", "ollama/llama3.1"),
            ),
        ),
    ],
    "https://github.com/OpenHands/OpenHands/issues/11608": [
        in_entry(
            "unsloth/qwen3-coder-30b-a3b-instruct",
            "api_base: http://localhost:1234/v1",
            warning(
                "unknown-provider",
                "unsloth",
                "LiteLLM has no provider 'unsloth'. For your own server, put openai/ before the whole ID.",
                change_id("unsloth/qwen3-coder-30b-a3b-instruct", "openai/unsloth/qwen3-coder-30b-a3b-instruct"),
                change_id("unsloth/qwen3-coder-30b-a3b-instruct", "hosted_vllm/unsloth/qwen3-coder-30b-a3b-instruct"),
            ),
        ),
        in_entry(
            "qwen/qwen3-coder-30b-a3b-instruct",
            "api_base: http://host.docker.internal:1234/v1",
            warning(
                "unknown-provider",
                "qwen",
                "LiteLLM has no provider 'qwen'. For your own server, put openai/ before the whole ID.",
                change_id("qwen/qwen3-coder-30b-a3b-instruct", "openai/qwen/qwen3-coder-30b-a3b-instruct"),
                change_id("qwen/qwen3-coder-30b-a3b-instruct", "hosted_vllm/qwen/qwen3-coder-30b-a3b-instruct"),
                unsafe(
                    "Change to dashscope", "qwen/qwen3-coder-30b-a3b-instruct", "dashscope/qwen3-coder-30b-a3b-instruct"
                ),
            ),
        ),
        in_entry(
            "Pro/deepseek-ai/DeepSeek-V3.2",
            f"api_key: {OWN}",
            "api_base: https://api.siliconflow.cn/v1",
            warning(
                "unknown-provider",
                "Pro",
                "LiteLLM has no provider 'Pro'. For your own server, put openai/ before the whole ID.",
                change_id("Pro/deepseek-ai/DeepSeek-V3.2", "openai/Pro/deepseek-ai/DeepSeek-V3.2"),
                change_id("Pro/deepseek-ai/DeepSeek-V3.2", "hosted_vllm/Pro/deepseek-ai/DeepSeek-V3.2"),
            ),
        ),
    ],
    "https://github.com/Aider-AI/aider/issues/4638": [
        in_entry(
            "local/qwen3-coder:30b",
            "api_base: http://localhost:11434/v1/",
            warning(
                "unknown-provider",
                "local",
                "LiteLLM has no provider 'local'. Did you mean lm_studio or hosted_vllm?",
                unsafe("Change to lm_studio", "local/qwen3-coder:30b", "lm_studio/qwen3-coder:30b"),
                unsafe("Change to hosted_vllm", "local/qwen3-coder:30b", "hosted_vllm/qwen3-coder:30b"),
            ),
        ),
        in_entry(
            "local/qwen3-coder:30b",
            "api_base: http://localhost:11434",
            warning(
                "unknown-provider",
                "local",
                "LiteLLM has no provider 'local'. Did you mean ollama?",
                unsafe("Change to ollama", "local/qwen3-coder:30b", "ollama/qwen3-coder:30b"),
            ),
        ),
        in_entry(
            "local/qwen3-coder:30b",
            warning(
                "unknown-provider",
                "local",
                "LiteLLM has no provider 'local'. Did you mean ollama?",
                unsafe("Change to ollama", "local/qwen3-coder:30b", "ollama/qwen3-coder:30b"),
            ),
        ),
    ],
    "https://github.com/MODSetter/SurfSense/issues/1404": [
        in_entry(
            "litellm/gpt-4o",
            f"api_key: {OWN}",
            "api_base: http://localhost:4000",
            warning(
                "unknown-provider",
                "litellm",
                "LiteLLM has no provider 'litellm'. Did you mean openai or litellm_proxy?",
                unsafe("Change to openai", "litellm/gpt-4o", "openai/gpt-4o"),
                unsafe("Change to litellm_proxy", "litellm/gpt-4o", "litellm_proxy/gpt-4o"),
            ),
        ),
        in_entry(
            "litellm/team-model",
            "api_base: https://litellm.corp/v1",
            f"api_key: {OWN}",
            warning(
                "unknown-provider",
                "litellm",
                "LiteLLM has no provider 'litellm'. Did you mean openai or litellm_proxy?",
                unsafe("Change to openai", "litellm/team-model", "openai/team-model"),
                unsafe("Change to litellm_proxy", "litellm/team-model", "litellm_proxy/team-model"),
            ),
        ),
    ],
    "https://github.com/BerriAI/litellm/issues/6343": [
        in_entry(
            "ollama/llama3.1",
            "openai_api_base: http://localhost:11434",
            warning(
                "unknown-field",
                "openai_api_base",
                "Unknown field 'openai_api_base': it has no effect. Did you mean api_base?",
                unsafe(
                    "Rename to api_base", "openai_api_base: http://localhost:11434", "api_base: http://localhost:11434"
                ),
            ),
        ),
        in_entry(
            "ollama/llama3.1",
            "OPENAI_BASE_URL: http://localhost:11434",
            warning(
                "unknown-field",
                "OPENAI_BASE_URL",
                "Unknown field 'OPENAI_BASE_URL': it has no effect. Did you mean api_base?",
                unsafe(
                    "Rename to api_base", "OPENAI_BASE_URL: http://localhost:11434", "api_base: http://localhost:11434"
                ),
            ),
        ),
        in_entry(
            "lm_studio/m",
            "api_base: “http://localhost:4000/v1”",
            error(
                "invalid-api-base",
                "“http://localhost:4000/v1”",
                FOREIGN,
                safe(
                    "Remove the characters that are not part of the URL",
                    "“http://localhost:4000/v1”",
                    "http://localhost:4000/v1",
                ),
            ),
        ),
        in_entry(
            "lm_studio/m",
            "api_base: <http://localhost:4000/v1>",
            error(
                "invalid-api-base",
                "<http://localhost:4000/v1>",
                FOREIGN,
                safe(
                    "Remove the characters that are not part of the URL",
                    "<http://localhost:4000/v1>",
                    "http://localhost:4000/v1",
                ),
            ),
        ),
        in_entry(
            "lm_studio/m",
            "api_base: '[http://localhost:4000/v1](http://localhost:4000/v1)'",
            error(
                "invalid-api-base",
                "'[http://localhost:4000/v1](http://localhost:4000/v1)'",
                FOREIGN,
                safe(
                    "Remove the characters that are not part of the URL",
                    "'[http://localhost:4000/v1](http://localhost:4000/v1)'",
                    "'http://localhost:4000/v1'",
                ),
            ),
        ),
        in_entry(
            "lm_studio/m",
            'api_base: "http://localhost:4000/v1\\u200b"',
            error(
                "invalid-api-base",
                '"http://localhost:4000/v1\\u200b"',
                FOREIGN,
                safe(
                    "Remove the characters that are not part of the URL",
                    '"http://localhost:4000/v1\\u200b"',
                    "'http://localhost:4000/v1'",
                ),
            ),
        ),
        in_entry(
            "lm_studio/m",
            "api_base: 'http://localhost:4000\u200b/v1'",
            error(
                "invalid-api-base",
                "'http://localhost:4000\u200b/v1'",
                FOREIGN,
                safe(
                    "Remove the characters that are not part of the URL",
                    "'http://localhost:4000\u200b/v1'",
                    "'http://localhost:4000/v1'",
                ),
            ),
        ),
        in_entry(
            "lm_studio/m",
            "api_base: http://localhost:4000/v1,",
            error(
                "invalid-api-base",
                "http://localhost:4000/v1,",
                FOREIGN,
                safe(
                    "Remove the characters that are not part of the URL",
                    "http://localhost:4000/v1,",
                    "http://localhost:4000/v1",
                ),
            ),
        ),
        in_entry(
            "lm_studio/m",
            "api_base: “http://localhost:1234”",
            error(
                "invalid-api-base",
                "“http://localhost:1234”",
                FOREIGN,
                unsafe(
                    "Remove the characters that are not part of the URL, and add /v1",
                    "“http://localhost:1234”",
                    "http://localhost:1234/v1",
                ),
            ),
        ),
    ],
    "https://github.com/danny-avila/LibreChat/issues/4736": [
        in_entry(
            "mistral/mistral-large-latest",
            f"api_key: {OWN}",
            "timeOut: 60",
            warning(
                "unknown-field",
                "timeOut",
                "Unknown field 'timeOut': it has no effect. Did you mean timeout?",
                safe("Rename to timeout", "timeOut: 60", "timeout: 60"),
            ),
        ),
        in_entry(
            "mistral/mistral-large-latest",
            f"api_key: {OWN}",
            "max-tokens: 100",
            warning(
                "unknown-field",
                "max-tokens",
                "Unknown field 'max-tokens': it has no effect. Did you mean max_tokens?",
                safe("Rename to max_tokens", "max-tokens: 100", "max_tokens: 100"),
            ),
        ),
        in_entry(
            "mistral/mistral-large-latest",
            f"apikey: {OWN}",
            error(
                "unknown-field",
                "apikey",
                "Unknown field 'apikey': it has no effect. Did you mean api_key?",
                safe("Rename to api_key", f"apikey: {OWN}", f"api_key: {OWN}"),
            ),
        ),
        in_entry(
            "mistral/mistral-large-latest",
            f"apiKey: {OWN}",
            error(
                "unknown-field",
                "apiKey",
                "Unknown field 'apiKey': it has no effect. Did you mean api_key?",
                safe("Rename to api_key", f"apiKey: {OWN}", f"api_key: {OWN}"),
            ),
        ),
        in_entry(
            "mistral/mistral-large-latest",
            f"API_KEY: {OWN}",
            error(
                "unknown-field",
                "API_KEY",
                "Unknown field 'API_KEY': it has no effect. Did you mean api_key?",
                safe("Rename to api_key", f"API_KEY: {OWN}", f"api_key: {OWN}"),
            ),
        ),
        in_entry(
            "openai/gpt-4o",
            f"OPENAI_API_KEY: {KO}",
            error(
                "unknown-field",
                "OPENAI_API_KEY",
                "Unknown field 'OPENAI_API_KEY': it has no effect. Did you mean api_key?",
                unsafe("Rename to api_key", f"OPENAI_API_KEY: {KO}", f"api_key: {KO}"),
            ),
        ),
    ],
    "https://github.com/musistudio/claude-code-router/issues/1086": [
        in_entry(
            "gemini/gemini-3.8-flash",
            f"api_key: {KG}",
            "api_base: https://generativelanguage.googleapis.com/v1beta/models/",
            warning(
                "invalid-api-base",
                "https://generativelanguage.googleapis.com/v1beta/models/",
                MODELS,
                safe(
                    "Remove /models",
                    "https://generativelanguage.googleapis.com/v1beta/models/",
                    "https://generativelanguage.googleapis.com/v1beta",
                ),
            ),
        ),
        in_entry(
            "gemini/gemini-3.8-flash",
            f"api_key: {KG}",
            "api_base: https://generativelanguage.googleapis.com/v1beta/models/gemini-3.8-flash:generateContent",
            warning(
                "invalid-api-base",
                "https://generativelanguage.googleapis.com/v1beta/models/gemini-3.8-flash:generateContent",
                MODELS,
                safe(
                    "Remove /models and what follows",
                    "https://generativelanguage.googleapis.com/v1beta/models/gemini-3.8-flash:generateContent",
                    "https://generativelanguage.googleapis.com/v1beta",
                ),
            ),
        ),
        in_entry(
            "gemini/gemini-3.8-flash",
            f"api_key: {KG}",
            "api_base: https://generativelanguage.googleapis.com",
            warning(
                "invalid-api-base",
                "https://generativelanguage.googleapis.com",
                "The API of generativelanguage.googleapis.com is at /v1beta. Change the path of the URL.",
                unsafe(
                    "Change the path to /v1beta",
                    "https://generativelanguage.googleapis.com",
                    "https://generativelanguage.googleapis.com/v1beta",
                ),
            ),
        ),
        in_entry(
            "gemini/gemini-3.8-flash",
            f"api_key: {KG}",
            "api_base: https://gw.example.com/gemini/v1beta/models",
            warning(
                "invalid-api-base",
                "https://gw.example.com/gemini/v1beta/models",
                MODELS,
                safe(
                    "Remove /models",
                    "https://gw.example.com/gemini/v1beta/models",
                    "https://gw.example.com/gemini/v1beta",
                ),
            ),
        ),
    ],
    "https://github.com/FoundationAgents/OpenManus/issues/719": [
        in_entry(
            "gemini/models/gemini-3.8-flash",
            f"api_key: {KG}",
            information(
                "unknown-model",
                "models/gemini-3.8-flash",
                "The model is not in the catalog. Did you mean gemini/gemini-3.8-flash? If the ID is correct, keep it.",
                change_id("gemini/models/gemini-3.8-flash", "gemini/gemini-3.8-flash"),
            ),
        ),
        in_entry(
            "gemini/google/gemini-3.8-flash",
            f"api_key: {KG}",
            information(
                "unknown-model",
                "google/gemini-3.8-flash",
                "The model is not in the catalog. Did you mean gemini/gemini-3.8-flash? If the ID is correct, keep it.",
                change_id("gemini/google/gemini-3.8-flash", "gemini/gemini-3.8-flash"),
            ),
        ),
    ],
    "https://github.com/BerriAI/litellm/issues/451": [
        in_entry(
            "openai/meta-llama/Llama-3.3-70B-Instruct",
            f"api_key: {OWN}",
            "api_base: https://api.deepinfra.com/v1/",
            warning(
                "invalid-api-base",
                "https://api.deepinfra.com/v1/",
                "The API of api.deepinfra.com is at /v1/openai. Change the path of the URL.",
                unsafe(
                    "Change the path to /v1/openai",
                    "https://api.deepinfra.com/v1/",
                    "https://api.deepinfra.com/v1/openai",
                ),
            ),
        ),
    ],
    "https://github.com/continuedev/continue/issues/3697": [
        in_entry(
            "groq/llama-3.3-70b-versatile",
            "api_key: gsk_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0U1v2W3x4",
            "api_base: https://api.groq.com/v1",
            warning(
                "invalid-api-base",
                "https://api.groq.com/v1",
                "The API of api.groq.com is at /openai/v1. Change the path of the URL.",
                unsafe("Change the path to /openai/v1", "https://api.groq.com/v1", "https://api.groq.com/openai/v1"),
            ),
        ),
        in_entry(
            "openai/gpt-4o",
            f"api_key: {KO}",
            "api_base: https://api.openai.com",
            warning(
                "invalid-api-base",
                "https://api.openai.com",
                "The API of api.openai.com is at /v1. Change the path of the URL.",
                unsafe("Change the path to /v1", "https://api.openai.com", "https://api.openai.com/v1"),
            ),
        ),
        in_entry(
            "openrouter/anthropic/claude-sonnet-4.5",
            f"api_key: {KR}",
            "api_base: https://openrouter.ai/v1/",
            warning(
                "invalid-api-base",
                "https://openrouter.ai/v1/",
                "The API of openrouter.ai is at /api/v1. Change the path of the URL.",
                unsafe("Change the path to /api/v1", "https://openrouter.ai/v1/", "https://openrouter.ai/api/v1"),
            ),
        ),
    ],
    "https://github.com/BerriAI/litellm/issues/8869": [
        in_entry(
            "openai//data/granite",
            f"api_key: {OWN}",
            "api_base: https://gpu.example.com/v1/chat/completions",
            warning(
                "invalid-api-base",
                "https://gpu.example.com/v1/chat/completions",
                "api_base ends with /chat/completions, which LiteLLM adds to each request. Remove it.",
                safe(
                    "Remove /chat/completions",
                    "https://gpu.example.com/v1/chat/completions",
                    "https://gpu.example.com/v1",
                ),
            ),
        ),
        in_entry(
            "hosted_vllm//models/granite",
            f"api_key: {OWN}",
            "api_base: https://gpu.example.com/v1/completions",
            warning(
                "invalid-api-base",
                "https://gpu.example.com/v1/completions",
                "api_base ends with /completions, but LiteLLM adds /chat/completions to it. Remove /completions.",
                safe("Remove /completions", "https://gpu.example.com/v1/completions", "https://gpu.example.com/v1"),
            ),
        ),
    ],
    "https://github.com/anomalyco/opencode/issues/13873": [
        in_entry(
            "azure/gpt-4o",
            f"api_key: {KZ}",
            "api_base: https://gw.example.com/azure-openai-api/openai",
            "api_version: '2024-10-21'",
            warning(
                "invalid-api-base",
                "https://gw.example.com/azure-openai-api/openai",
                "LiteLLM adds the path of the request. Keep only the URL of the resource; put the version in api_version.",
                unsafe(
                    "Keep only the URL of the resource",
                    "https://gw.example.com/azure-openai-api/openai",
                    "https://gw.example.com/azure-openai-api",
                ),
            ),
        ),
        in_entry(
            "azure/gpt-4o",
            f"api_key: {KZ}",
            "api_base: https://gw.example.com/azure-openai-api/openai/deployments/",
            "api_version: '2024-10-21'",
            warning(
                "invalid-api-base",
                "https://gw.example.com/azure-openai-api/openai/deployments/",
                "LiteLLM adds the path of the request. Keep only the URL of the resource; put the version in api_version.",
                unsafe(
                    "Keep only the URL of the resource",
                    "https://gw.example.com/azure-openai-api/openai/deployments/",
                    "https://gw.example.com/azure-openai-api",
                ),
            ),
        ),
    ],
    "https://github.com/anomalyco/opencode/issues/7958": [
        in_entry(
            "zhipuai/glm-5",
            f"api_key: {OWN}",
            "api_base: https://open.bigmodel.cn/api/coding/paas/v4",
            warning(
                "unknown-provider",
                "zhipuai",
                "LiteLLM has no provider 'zhipuai'. Did you mean zai?",
                unsafe("Change to zai", "zhipuai/glm-5", "zai/glm-5"),
            ),
        ),
        in_entry(
            "zai/glm-5",
            f"api_key: {OWN}",
            "api_base: https://open.bigmodel.cn/api/coding/paas/v4/chat/completions",
            warning(
                "invalid-api-base",
                "https://open.bigmodel.cn/api/coding/paas/v4/chat/completions",
                "api_base ends with /chat/completions, which LiteLLM adds to each request. Remove it.",
                safe(
                    "Remove /chat/completions",
                    "https://open.bigmodel.cn/api/coding/paas/v4/chat/completions",
                    "https://open.bigmodel.cn/api/coding/paas/v4",
                ),
            ),
        ),
    ],
    "https://github.com/OpenHands/OpenHands/issues/7831": [
        in_entry(
            "openrouter/optimus-alpha",
            f"api_key: {KR}",
            warning(
                "unknown-model",
                "optimus-alpha",
                "An OpenRouter model has a vendor. Write openrouter/vendor/model, as on openrouter.ai/models.",
            ),
        ),
    ],
    "https://github.com/bytebot-ai/bytebot/issues/70": [
        in_entry(
            "openai/gpt-oss-20b",
            "api_base: http://10.5.0.2:1234",
            information(
                "invalid-api-base",
                "http://10.5.0.2:1234",
                "The URL has no path. The API of LM Studio, which uses this port, is at /v1. Add /v1.",
                unsafe("Add /v1", "http://10.5.0.2:1234", "http://10.5.0.2:1234/v1"),
            ),
        ),
    ],
}
