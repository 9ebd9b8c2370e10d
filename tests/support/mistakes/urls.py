"""Mistakes with URLs and with the version of Azure's API."""

# ruff: noqa: E501
# A message is one line.

from support.mistake import KA, KG, KZ, OWN, Mistake, error, hint, in_entry, information, safe, unsafe, warning

RESOURCE = "LiteLLM adds the path of the request. Keep only the URL of the resource; put the version in api_version."
UNENCRYPTED = "api_base uses http://, which sends the API key unencrypted. Use https://."
VLLM = "vllm/ loads the model in the agent's process and ignores api_base. For a server, use hosted_vllm/."
EXTRA_SLASH = "The path of api_base contains '//'. Remove the extra slash."
QUERY = "api_base must end before '?' or '#'. Put api-version in api_version, and remove the rest."
V1 = "A URL with /openai/v1 needs api_version: preview. With a date, keep only the URL of the resource."

MISTAKES: dict[str, list[Mistake]] = {
    "Anthropic at a gateway": [
        in_entry(
            "anthropic/claude-sonnet-5-5",
            f"api_key: {KA}",
            "api_base: https://gw.example.com/anthropic/v1",
            warning(
                "invalid-api-base",
                "https://gw.example.com/anthropic/v1",
                "api_base ends with /v1, but LiteLLM adds /v1/messages to it. Remove /v1.",
                unsafe("Remove /v1", "https://gw.example.com/anthropic/v1", "https://gw.example.com/anthropic"),
            ),
        ),
        in_entry(
            "anthropic/claude-sonnet-5-5",
            f"api_key: {KA}",
            "api_base: https://gw.example.com/v1/",
            warning(
                "invalid-api-base",
                "https://gw.example.com/v1/",
                "api_base ends with /v1, but LiteLLM adds /v1/messages to it. Remove /v1.",
                unsafe("Remove /v1", "https://gw.example.com/v1/", "https://gw.example.com"),
            ),
        ),
        in_entry(
            "anthropic/claude-sonnet-5-5",
            f"api_key: {KA}",
            "api_base: https://gw.example.com/anthropic/v1/chat/completions",
            warning(
                "invalid-api-base",
                "https://gw.example.com/anthropic/v1/chat/completions",
                "api_base ends with /v1/chat/completions, but LiteLLM adds /v1/messages to it. Remove /v1/chat/completions.",
                safe(
                    "Remove /v1/chat/completions",
                    "https://gw.example.com/anthropic/v1/chat/completions",
                    "https://gw.example.com/anthropic",
                ),
            ),
        ),
        in_entry(
            "anthropic/claude-sonnet-5-5",
            f"api_key: {KA}",
            "api_base: https://gw.example.com/messages",
            warning(
                "invalid-api-base",
                "https://gw.example.com/messages",
                "api_base ends with /messages, but LiteLLM adds /v1/messages to it. Remove /messages.",
                safe("Remove /messages", "https://gw.example.com/messages", "https://gw.example.com"),
            ),
        ),
    ],
    "Google's URL for OpenAI clients": [
        in_entry(
            "gemini/gemini-3.8-flash",
            f"api_key: {KG}",
            "api_base: https://generativelanguage.googleapis.com/v1beta/openai/",
            warning(
                "invalid-api-base",
                "https://generativelanguage.googleapis.com/v1beta/openai/",
                "This is Google's URL for OpenAI clients, which gemini/ is not. Remove api_base, or use openai/.",
                unsafe(
                    "Remove api_base", "    api_base: https://generativelanguage.googleapis.com/v1beta/openai/\n", ""
                ),
                unsafe("Change the provider to openai", "gemini/gemini-3.8-flash", "openai/gemini-3.8-flash"),
            ),
        ),
        in_entry(
            "gemini/gemini-3.8-flash",
            f"api_key: {KG}",
            "api_base: https://generativelanguage.googleapis.com/v1beta/openai/chat/completions",
            warning(
                "invalid-api-base",
                "https://generativelanguage.googleapis.com/v1beta/openai/chat/completions",
                "This is Google's URL for OpenAI clients, which gemini/ is not. Remove api_base, or use openai/.",
                unsafe(
                    "Remove api_base",
                    "    api_base: https://generativelanguage.googleapis.com/v1beta/openai/chat/completions\n",
                    "",
                ),
            ),
        ),
        in_entry(
            "gemini/gemini-3.8-flash",
            f"api_key: {KG}",
            "api_base: https://gw.example.com/v1beta/openai",
            warning(
                "invalid-api-base",
                "https://gw.example.com/v1beta/openai",
                "A URL that ends with /openai is for OpenAI clients, and gemini/ is not one. Remove it, or use openai/.",
                unsafe("Remove /openai", "https://gw.example.com/v1beta/openai", "https://gw.example.com/v1beta"),
                unsafe("Change the provider to openai", "gemini/gemini-3.8-flash", "openai/gemini-3.8-flash"),
            ),
        ),
    ],
    "the URL of a call to Azure": [
        in_entry(
            "azure/gpt-4o",
            f"api_key: {KZ}",
            "api_base: https://r.openai.azure.com/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21",
            warning(
                "invalid-api-base",
                "https://r.openai.azure.com/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21",
                RESOURCE,
                unsafe(
                    "Keep only the URL of the resource, and set api_version to 2024-10-21",
                    "api_base: https://r.openai.azure.com/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21",
                    "api_version: '2024-10-21'\n    api_base: https://r.openai.azure.com",
                ),
            ),
        ),
        in_entry(
            "azure/gpt-4o",
            f"api_key: {KZ}",
            "api_base: https://r.openai.azure.com/openai/responses?api-version=2025-04-01-preview",
            warning(
                "invalid-api-base",
                "https://r.openai.azure.com/openai/responses?api-version=2025-04-01-preview",
                RESOURCE,
                unsafe(
                    "Keep only the URL of the resource, and set api_version to 2025-04-01-preview",
                    "api_base: https://r.openai.azure.com/openai/responses?api-version=2025-04-01-preview",
                    "api_version: '2025-04-01-preview'\n    api_base: https://r.openai.azure.com",
                ),
            ),
        ),
        in_entry(
            "azure/gpt-4o",
            f"api_key: {KZ}",
            "api_base: https://r.openai.azure.com?api-version=2024-10-21",
            "api_version: '2024-10-21'",
            warning(
                "invalid-api-base",
                "https://r.openai.azure.com?api-version=2024-10-21",
                RESOURCE,
                unsafe(
                    "Keep only the URL of the resource",
                    "https://r.openai.azure.com?api-version=2024-10-21",
                    "https://r.openai.azure.com",
                ),
            ),
        ),
        in_entry(
            "azure/gpt-4o",
            f"api_key: {KZ}",
            "api_base: https://r.openai.azure.com/openai/deployments/prod",
            hint(
                "invalid-api-base",
                "prod",
                "The deployment in the URL is prod, and the ID has gpt-4o. LiteLLM uses the one in the URL.",
                unsafe("Change the deployment in the ID to prod", "azure/gpt-4o", "azure/prod"),
            ),
        ),
    ],
    "the URL of a call to Azure AI": [
        in_entry(
            "azure_ai/gpt",
            f"api_key: {KZ}",
            "api_base: https://r.services.ai.azure.com/models/chat/completions?api-version=2024-05-01-preview",
            warning(
                "invalid-api-base",
                "https://r.services.ai.azure.com/models/chat/completions?api-version=2024-05-01-preview",
                QUERY,
                unsafe(
                    "Remove '?' and what follows, and remove /chat/completions, and set api_version to 2024-05-01-preview",
                    "api_base: https://r.services.ai.azure.com/models/chat/completions?api-version=2024-05-01-preview",
                    "api_version: '2024-05-01-preview'\n    api_base: https://r.services.ai.azure.com/models",
                ),
            ),
        ),
        in_entry(
            "azure_ai/gpt",
            f"api_key: {KZ}",
            "api_version: preview",
            "api_base: https://r.services.ai.azure.com?api-version=2024-05-01-preview",
            warning(
                "invalid-api-base",
                "https://r.services.ai.azure.com?api-version=2024-05-01-preview",
                QUERY,
                unsafe("Remove '?' and what follows", "?api-version=2024-05-01-preview", ""),
            ),
        ),
        in_entry(
            "openai/gpt-4o",
            f"api_key: {OWN}",
            "api_base: https://gw.example.com/v1?api-version=2024-10-21",
            warning(
                "invalid-api-base",
                "https://gw.example.com/v1?api-version=2024-10-21",
                "api_base must end before '?' or '#'. Remove the rest.",
                unsafe("Remove '?' and what follows", "?api-version=2024-10-21", ""),
            ),
        ),
    ],
    "the version of Azure's API": [
        in_entry(
            "azure/gpt-4o",
            f"api_key: {KZ}",
            "api_base: https://r.openai.azure.com",
            'api_version: "api-version=2024-10-21"',
            error(
                "out-of-range",
                '"api-version=2024-10-21"',
                "api_version is only the version. Write 2024-10-21.",
                unsafe("Change to 2024-10-21", '"api-version=2024-10-21"', "'2024-10-21'"),
            ),
        ),
        in_entry(
            "azure/gpt-4o",
            f"api_key: {KZ}",
            "api_base: https://r.openai.azure.com",
            "api_version: v2024-10-21",
            error(
                "out-of-range",
                "v2024-10-21",
                "api_version is only the version. Write 2024-10-21.",
                unsafe("Change to 2024-10-21", "v2024-10-21", "'2024-10-21'"),
            ),
        ),
        in_entry(
            "azure/gpt-4o",
            f"api_key: {KZ}",
            "api_base: https://r.openai.azure.com",
            "api_version: 2024/10/21",
            error(
                "out-of-range",
                "2024/10/21",
                "api_version is only the version. Write 2024-10-21.",
                unsafe("Change to 2024-10-21", "2024/10/21", "'2024-10-21'"),
            ),
        ),
        in_entry(
            "azure/gpt-4o",
            f"api_key: {KZ}",
            "api_base: https://r.openai.azure.com",
            "api_version: newest",
            warning("out-of-range", "newest", "api_version is a date, such as 2024-10-21, or preview."),
        ),
    ],
    "Azure's URL with /openai/v1": [
        in_entry(
            "azure/gpt-4o",
            f"api_key: {KZ}",
            "api_base: https://r.openai.azure.com/openai/v1/",
            "api_version: '2024-10-21'",
            warning(
                "invalid-api-base",
                "https://r.openai.azure.com/openai/v1/",
                V1,
                unsafe(
                    "Keep only the URL of the resource",
                    "https://r.openai.azure.com/openai/v1/",
                    "https://r.openai.azure.com",
                ),
                unsafe("Set api_version to preview", "'2024-10-21'", "preview"),
            ),
        ),
        in_entry(
            "azure/gpt-4o",
            f"api_key: {KZ}",
            "api_base: https://r.openai.azure.com/openai/v1",
            warning(
                "invalid-api-base",
                "https://r.openai.azure.com/openai/v1",
                V1,
                unsafe(
                    "Keep only the URL of the resource",
                    "https://r.openai.azure.com/openai/v1",
                    "https://r.openai.azure.com",
                ),
                unsafe(
                    "Set api_version to preview",
                    "    api_base: https://r.openai.azure.com/openai/v1",
                    "    api_version: preview\n    api_base: https://r.openai.azure.com/openai/v1",
                ),
            ),
        ),
        in_entry(
            "azure/gpt-4o",
            f"api_key: {KZ}",
            "api_base: https://r.openai.azure.com/openai/v1/chat/completions",
            "api_version: preview",
            warning(
                "invalid-api-base",
                "https://r.openai.azure.com/openai/v1/chat/completions",
                "LiteLLM adds /openai/v1 and the path of the request. Keep only the URL of the resource.",
                unsafe(
                    "Keep only the URL of the resource",
                    "https://r.openai.azure.com/openai/v1/chat/completions",
                    "https://r.openai.azure.com",
                ),
            ),
        ),
    ],
    "a path of Ollama's own API": [
        in_entry(
            "ollama/llama3.1",
            "api_base: http://localhost:11434/api",
            warning(
                "invalid-api-base",
                "http://localhost:11434/api",
                "The Ollama URL ends at the port. Remove /api.",
                safe("Remove /api", "http://localhost:11434/api", "http://localhost:11434"),
            ),
        ),
        in_entry(
            "ollama/llama3.1",
            "api_base: http://localhost:11434/api/chat",
            warning(
                "invalid-api-base",
                "http://localhost:11434/api/chat",
                "The Ollama URL ends at the port. Remove /api/chat.",
                safe("Remove /api/chat", "http://localhost:11434/api/chat", "http://localhost:11434"),
            ),
        ),
        in_entry(
            "ollama/llama3.1",
            "api_base: http://localhost:11434/v1/chat/completions",
            warning(
                "invalid-api-base",
                "http://localhost:11434/v1/chat/completions",
                "The Ollama URL ends at the port. Remove /v1/chat/completions.",
                safe(
                    "Remove /v1/chat/completions",
                    "http://localhost:11434/v1/chat/completions",
                    "http://localhost:11434",
                ),
            ),
        ),
        in_entry(
            "ollama_chat/qwen3:8b",
            "api_base: http://localhost:11434/api/tags",
            warning(
                "invalid-api-base",
                "http://localhost:11434/api/tags",
                "The Ollama URL ends at the port. Remove /api/tags.",
                safe("Remove /api/tags", "http://localhost:11434/api/tags", "http://localhost:11434"),
            ),
        ),
        in_entry(
            "ollama/qwen3:8b",
            "api_base: http://localhost:11434/api/generate/",
            warning(
                "invalid-api-base",
                "http://localhost:11434/api/generate/",
                "The Ollama URL ends at the port. Remove /api/generate.",
                safe("Remove /api/generate", "http://localhost:11434/api/generate/", "http://localhost:11434"),
            ),
        ),
        in_entry(
            "ollama/llama3.1",
            "api_base: http://localhost:11434/v1",
            warning(
                "invalid-api-base",
                "http://localhost:11434/v1",
                "The Ollama URL ends at the port. Remove /v1, or use openai/ as the provider.",
                unsafe("Remove /v1", "http://localhost:11434/v1", "http://localhost:11434"),
            ),
        ),
    ],
    "/v1 is missing": [
        in_entry(
            "lm_studio/qwen",
            "api_base: http://localhost:1234",
            information(
                "invalid-api-base",
                "http://localhost:1234",
                "The URL has no path. The API of LM Studio, which uses this port, is at /v1. Add /v1.",
                unsafe("Add /v1", "http://localhost:1234", "http://localhost:1234/v1"),
            ),
        ),
        in_entry(
            "openai/llama3.2",
            f"api_key: {OWN}",
            "api_base: http://localhost:11434",
            information(
                "invalid-api-base",
                "http://localhost:11434",
                "The URL has no path. The API of Ollama, which uses this port, is at /v1. Add /v1.",
                unsafe("Add /v1", "http://localhost:11434", "http://localhost:11434/v1"),
            ),
        ),
        in_entry(
            "hosted_vllm/qwen",
            "api_base: http://127.0.0.1:8000/",
            information(
                "invalid-api-base",
                "http://127.0.0.1:8000/",
                "The URL has no path. The API of vLLM, which uses this port, is at /v1. Add /v1.",
                unsafe("Add /v1", "http://127.0.0.1:8000/", "http://127.0.0.1:8000/v1"),
            ),
        ),
    ],
    "vllm/ for a server": [
        in_entry(
            "vllm/qwen",
            "api_base: http://localhost:8000/v1",
            warning(
                "invalid-api-base",
                "http://localhost:8000/v1",
                VLLM,
                unsafe("Change the provider to hosted_vllm", "vllm/qwen", "hosted_vllm/qwen"),
            ),
        ),
        in_entry(
            "vllm/Qwen/Qwen3-8B",
            "api_base: http://gpu.lan:8000/v1",
            warning(
                "invalid-api-base",
                "http://gpu.lan:8000/v1",
                VLLM,
                unsafe("Change the provider to hosted_vllm", "vllm/Qwen/Qwen3-8B", "hosted_vllm/Qwen/Qwen3-8B"),
            ),
        ),
        in_entry(
            "vllm/m#work",
            "api_base: https://gw.example.com/v1",
            warning(
                "invalid-api-base",
                "https://gw.example.com/v1",
                VLLM,
                unsafe("Change the provider to hosted_vllm", "vllm/m#work", "hosted_vllm/m#work"),
            ),
        ),
    ],
    "an unusual host or path": [
        in_entry(
            "lm_studio/m",
            "api_base: http://0.0.0.0:4000/v1",
            information(
                "invalid-api-base",
                "0.0.0.0",
                "0.0.0.0 is where a server listens, and not a destination on every system. Use localhost.",
                safe("Change to localhost", "http://0.0.0.0:4000/v1", "http://localhost:4000/v1"),
            ),
        ),
        in_entry(
            "lm_studio/m",
            "api_base: http://[::]:1234/v1",
            information(
                "invalid-api-base",
                "[::]",
                "[::] is where a server listens, and not a destination on every system. Use localhost.",
                safe("Change to localhost", "http://[::]:1234/v1", "http://localhost:1234/v1"),
            ),
        ),
        in_entry(
            "lm_studio/m",
            "api_base: http://host:1234//v1",
            information(
                "invalid-api-base",
                "http://host:1234//v1",
                EXTRA_SLASH,
                safe("Remove the extra slash", "http://host:1234//v1", "http://host:1234/v1"),
            ),
        ),
        in_entry(
            "lm_studio/m",
            "api_base: http://localhost:1234/v1///beta",
            information(
                "invalid-api-base",
                "http://localhost:1234/v1///beta",
                EXTRA_SLASH,
                safe("Remove the extra slash", "http://localhost:1234/v1///beta", "http://localhost:1234/v1/beta"),
            ),
        ),
    ],
    "a private network": [
        in_entry(
            "openai/m",
            f"api_key: {OWN}",
            "api_base: http://100.101.102.103:4000/v1",
            information(
                "insecure-api-base",
                "http://100.101.102.103:4000/v1",
                UNENCRYPTED,
                unsafe("Change to https://", "http://100.101.102.103:4000/v1", "https://100.101.102.103:4000/v1"),
            ),
        ),
        in_entry(
            "openai/m",
            f"api_key: {OWN}",
            "api_base: http://box.tail1234.ts.net:4000/v1",
            information(
                "insecure-api-base",
                "http://box.tail1234.ts.net:4000/v1",
                UNENCRYPTED,
                unsafe(
                    "Change to https://", "http://box.tail1234.ts.net:4000/v1", "https://box.tail1234.ts.net:4000/v1"
                ),
            ),
        ),
        in_entry(
            "openai/m",
            f"api_key: {OWN}",
            "api_base: http://gpu.corp:4000/v1",
            information(
                "insecure-api-base",
                "http://gpu.corp:4000/v1",
                UNENCRYPTED,
                unsafe("Change to https://", "http://gpu.corp:4000/v1", "https://gpu.corp:4000/v1"),
            ),
        ),
        in_entry(
            "openai/m",
            f"api_key: {OWN}",
            "api_base: http://nas.home.arpa:4000/v1",
            information(
                "insecure-api-base",
                "http://nas.home.arpa:4000/v1",
                UNENCRYPTED,
                unsafe("Change to https://", "http://nas.home.arpa:4000/v1", "https://nas.home.arpa:4000/v1"),
            ),
        ),
    ],
}
