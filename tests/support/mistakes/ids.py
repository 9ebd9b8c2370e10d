"""Mistakes with IDs, fields and values."""

# ruff: noqa: E501
# A message is one line.

from support.law_of_fixes import GAINS
from support.mistake import (
    KA,
    KG,
    KO,
    KR,
    KZ,
    OWN,
    Fixed,
    Mistake,
    change_id,
    entry,
    error,
    in_entry,
    in_file,
    information,
    safe,
    unsafe,
    warning,
)

DUPLICATE = (
    "openai/gpt-4o: Duplicate key: only the last entry is used. To keep both, add a label to one: provider/model#label."
)
BUDGET = "thinking has no field '{}'. Did you mean budget_tokens?"
FIELD = "api_key: api_key is a field, not an ID. Indent it below the ID of its model."


def rename_budget(before: str, after: str) -> Fixed:
    return unsafe("Rename to budget_tokens", before, after)


MISTAKES: dict[str, list[Mistake]] = {
    "a model that retired so long ago that the catalog does not have it": [
        in_entry(
            "anthropic/claude-3-5-sonnet-20241022",
            f"api_key: {KA}",
            information(
                "unknown-model",
                "claude-3-5-sonnet-20241022",
                "The model is not in the catalog. Did you mean anthropic/claude-sonnet-5-5? If the ID is correct, keep it.",
                change_id("anthropic/claude-3-5-sonnet-20241022", "anthropic/claude-sonnet-5-5"),
            ),
        ),
        in_entry(
            "anthropic/claude-3-haiku-20240307",
            f"api_key: {KA}",
            information(
                "unknown-model",
                "claude-3-haiku-20240307",
                "The model is not in the catalog. Did you mean anthropic/claude-haiku-5-5? If the ID is correct, keep it.",
                change_id("anthropic/claude-3-haiku-20240307", "anthropic/claude-haiku-5-5"),
            ),
        ),
        in_entry(
            "openai/gpt-4.5-preview",
            f"api_key: {KO}",
            information(
                "unknown-model",
                "gpt-4.5-preview",
                "The model is not in the catalog. Did you mean openai/gpt-5.6? If the ID is correct, keep it.",
                change_id("openai/gpt-4.5-preview", "openai/gpt-5.6"),
            ),
        ),
        in_entry(
            "openai/o1-preview",
            f"api_key: {KO}",
            information(
                "unknown-model",
                "o1-preview",
                "The model is not in the catalog. Did you mean openai/o3? If the ID is correct, keep it.",
                change_id("openai/o1-preview", "openai/o3"),
            ),
        ),
    ],
    "the ID of Hugging Face for one's own server": [
        in_entry(
            "deepseek-ai/DeepSeek-V3",
            f"api_key: {OWN}",
            "api_base: https://api.siliconflow.cn/v1",
            warning(
                "unknown-provider",
                "deepseek-ai",
                "LiteLLM has no provider 'deepseek-ai'. For your own server, put openai/ before the whole ID.",
                change_id("deepseek-ai/DeepSeek-V3", "openai/deepseek-ai/DeepSeek-V3"),
                change_id("deepseek-ai/DeepSeek-V3", "hosted_vllm/deepseek-ai/DeepSeek-V3"),
                unsafe("Change to deepseek", "deepseek-ai/DeepSeek-V3", "deepseek/DeepSeek-V3"),
            ),
        ),
        in_entry(
            "Qwen/Qwen2.5-7B-Instruct",
            "api_base: http://gpu.lan:8000/v1",
            warning(
                "unknown-provider",
                "Qwen",
                "LiteLLM has no provider 'Qwen'. For your own server, put openai/ before the whole ID.",
                change_id("Qwen/Qwen2.5-7B-Instruct", "openai/Qwen/Qwen2.5-7B-Instruct"),
                change_id("Qwen/Qwen2.5-7B-Instruct", "hosted_vllm/Qwen/Qwen2.5-7B-Instruct"),
                unsafe("Change to dashscope", "Qwen/Qwen2.5-7B-Instruct", "dashscope/Qwen2.5-7B-Instruct"),
            ),
        ),
        in_entry(
            "meta-llama/Llama-3.1-8B-Instruct",
            "api_base: http://gpu.lan:8000/v1",
            warning(
                "unknown-provider",
                "meta-llama",
                "LiteLLM has no provider 'meta-llama'. For your own server, put openai/ before the whole ID.",
                change_id("meta-llama/Llama-3.1-8B-Instruct", "openai/meta-llama/Llama-3.1-8B-Instruct"),
                change_id("meta-llama/Llama-3.1-8B-Instruct", "hosted_vllm/meta-llama/Llama-3.1-8B-Instruct"),
                unsafe("Change to meta_llama", "meta-llama/Llama-3.1-8B-Instruct", "meta_llama/Llama-3.1-8B-Instruct"),
            ),
        ),
        in_entry(
            "google/gemma-2-9b-it",
            "api_base: http://gpu.lan:8000/v1",
            warning(
                "unknown-provider",
                "google",
                "LiteLLM has no provider 'google'. For your own server, put openai/ before the whole ID.",
                change_id("google/gemma-2-9b-it", "openai/google/gemma-2-9b-it"),
                change_id("google/gemma-2-9b-it", "hosted_vllm/google/gemma-2-9b-it"),
                unsafe("Change to gemini", "google/gemma-2-9b-it", "gemini/gemma-2-9b-it"),
            ),
        ),
        in_entry(
            "NousResearch/Hermes-3-Llama-3.1-8B",
            "api_base: http://gpu.lan:8000/v1",
            warning(
                "unknown-provider",
                "NousResearch",
                "LiteLLM has no provider 'NousResearch'. For your own server, put openai/ before the whole ID.",
                change_id("NousResearch/Hermes-3-Llama-3.1-8B", "openai/NousResearch/Hermes-3-Llama-3.1-8B"),
                change_id("NousResearch/Hermes-3-Llama-3.1-8B", "hosted_vllm/NousResearch/Hermes-3-Llama-3.1-8B"),
            ),
        ),
    ],
    "a model of OpenRouter without its vendor": [
        in_entry(
            "openrouter/auto",
            f"api_key: {KR}",
            warning(
                "unknown-model",
                "auto",
                "LiteLLM sends 'auto' to OpenRouter, which does not know it. Write openrouter/openrouter/auto.",
                change_id("openrouter/auto", "openrouter/openrouter/auto"),
            ),
        ),
        in_entry(
            "openrouter/claude-sonnet-4-5",
            f"api_key: {KR}",
            warning(
                "unknown-model",
                "claude-sonnet-4-5",
                "An OpenRouter model has a vendor. Did you mean openrouter/anthropic/claude-sonnet-4.5?",
                change_id("openrouter/claude-sonnet-4-5", "openrouter/anthropic/claude-sonnet-4.5"),
            ),
        ),
        in_entry(
            "openrouter/gpt-4o",
            f"api_key: {KR}",
            warning(
                "unknown-model",
                "gpt-4o",
                "An OpenRouter model has a vendor. Did you mean openrouter/openai/gpt-4o?",
                change_id("openrouter/gpt-4o", "openrouter/openai/gpt-4o"),
            ),
        ),
        in_entry(
            "openrouter/my-model",
            f"api_key: {KR}",
            warning(
                "unknown-model",
                "my-model",
                "An OpenRouter model has a vendor. Write openrouter/vendor/model, as on openrouter.ai/models.",
            ),
        ),
    ],
    "an ID with quotes, brackets or a comma": [
        in_entry(
            "“openai/gpt-4o”",
            f"api_key: {KO}",
            error(
                "invalid-model-id",
                "“openai/gpt-4o”",
                "The ID has quotes around it. Write openai/gpt-4o.",
                safe("Change to openai/gpt-4o", "“openai/gpt-4o”", "openai/gpt-4o"),
            ),
        ),
        in_entry(
            "openai/“gpt-4o”#work",
            f"api_key: {KO}",
            error(
                "invalid-model-id",
                "openai/“gpt-4o”#work",
                "The ID has quotes around it. Write openai/gpt-4o#work.",
                safe("Change to openai/gpt-4o#work", "openai/“gpt-4o”#work", "openai/gpt-4o#work"),
            ),
        ),
        in_entry(
            "<openai/gpt-4o>",
            f"api_key: {KO}",
            error(
                "invalid-model-id",
                "<openai/gpt-4o>",
                "The ID has brackets around it. Write openai/gpt-4o.",
                safe("Change to openai/gpt-4o", "<openai/gpt-4o>", "openai/gpt-4o"),
            ),
        ),
        in_entry(
            "openai/gpt-4o,",
            f"api_key: {KO}",
            error(
                "invalid-model-id",
                "openai/gpt-4o,",
                "The ID has a comma or semicolon after it. Write openai/gpt-4o.",
                safe("Change to openai/gpt-4o", "openai/gpt-4o,", "openai/gpt-4o"),
            ),
        ),
        in_file(
            f"models:\n  «openai/gpt-4o»:\n    api_key: {KO}\n  openai/gpt-5.6:\n    api_key: {KO}\n"
            "roles:\n  fast: «openai/gpt-4o»\nfallbacks:\n  - «openai/gpt-4o»\ndefault: openai/gpt-5.6\n",
            error(
                "invalid-model-id",
                "«openai/gpt-4o»",
                "«openai/gpt-4o»: The ID has quotes around it. Write openai/gpt-4o.",
                safe("Change to openai/gpt-4o", "«openai/gpt-4o»", "openai/gpt-4o"),
            ),
        ),
    ],
    "the name of a model in Ollama without the provider": [
        in_entry(
            "llama3.1:8b",
            "num_ctx: 8192",
            error(
                "invalid-model-id",
                "llama3.1:8b",
                "The ID has no provider. Did you mean ollama/llama3.1:8b?",
                change_id("llama3.1:8b", "ollama/llama3.1:8b"),
            ),
        ),
        in_entry(
            "phi3:mini",
            "api_base: http://localhost:11434",
            error(
                "invalid-model-id",
                "phi3:mini",
                "The ID has no provider. Did you mean ollama/phi3:mini?",
                change_id("phi3:mini", "ollama/phi3:mini"),
            ),
        ),
        in_entry(
            "qwen2.5-coder:7b-instruct-q4_K_M",
            error(
                "invalid-model-id",
                "qwen2.5-coder:7b-instruct-q4_K_M",
                "The ID has no provider. Did you mean ollama/qwen2.5-coder:7b-instruct-q4_K_M?",
                change_id("qwen2.5-coder:7b-instruct-q4_K_M", "ollama/qwen2.5-coder:7b-instruct-q4_K_M"),
            ),
        ),
        in_entry(
            "gpt-oss:20b",
            error(
                "invalid-model-id",
                "gpt-oss:20b",
                "The ID has no provider. Did you mean ollama/gpt-oss:20b?",
                change_id("gpt-oss:20b", "ollama/gpt-oss:20b"),
            ),
        ),
        in_entry(
            "mistral:latest",
            error(
                "invalid-model-id",
                "mistral:latest",
                "The ID has no provider. Did you mean ollama/mistral:latest?",
                change_id("mistral:latest", "ollama/mistral:latest"),
            ),
        ),
        in_entry(
            "hf.co/bartowski/X-GGUF:Q4_K_M",
            "api_base: http://localhost:11434",
            warning(
                "unknown-provider",
                "hf.co",
                "LiteLLM has no provider 'hf.co'. For Ollama, put ollama/ before the whole ID.",
                change_id("hf.co/bartowski/X-GGUF:Q4_K_M", "ollama/hf.co/bartowski/X-GGUF:Q4_K_M"),
            ),
        ),
        in_entry(
            "user/my-model:tag",
            "num_ctx: 8192",
            warning(
                "unknown-provider",
                "user",
                "LiteLLM has no provider 'user'. For Ollama, put ollama/ before the whole ID.",
                change_id("user/my-model:tag", "ollama/user/my-model:tag"),
            ),
        ),
        in_entry(
            "ollama:llama3.1:8b",
            "num_ctx: 8192",
            error(
                "invalid-model-id",
                "ollama:llama3.1:8b",
                "The ID has ':' after the provider. Write a slash, such as openai/gpt-4o.",
                unsafe("Replace ':' with '/'", "ollama:llama3.1:8b", "ollama/llama3.1:8b"),
            ),
        ),
        in_entry(
            "mistral:7b",
            f"api_key: {OWN}",
            error(
                "invalid-model-id",
                "mistral:7b",
                "The ID has ':' after the provider. Write a slash, such as openai/gpt-4o.",
                unsafe("Replace ':' with '/'", "mistral:7b", "mistral/7b"),
            ),
        ),
    ],
    "a misspelled gateway before a whole ID": [
        in_entry(
            "vercel/mistral/mistral-large-latest",
            f"api_key: {OWN}",
            warning(
                "unknown-provider",
                "vercel",
                "LiteLLM has no provider 'vercel'. Did you mean vercel_ai_gateway?",
                unsafe(
                    "Change to vercel_ai_gateway",
                    "vercel/mistral/mistral-large-latest",
                    "vercel_ai_gateway/mistral/mistral-large-latest",
                ),
                change_id("vercel/mistral/mistral-large-latest", "mistral/mistral-large-latest"),
            ),
        ),
        in_entry(
            "litelm_proxy/openai/gpt-4o",
            "api_base: http://localhost:4000",
            warning(
                "unknown-provider",
                "litelm_proxy",
                "LiteLLM has no provider 'litelm_proxy'. Did you mean litellm_proxy?",
                unsafe("Change to litellm_proxy", "litelm_proxy/openai/gpt-4o", "litellm_proxy/openai/gpt-4o"),
                change_id("litelm_proxy/openai/gpt-4o", "openai/gpt-4o"),
            ),
        ),
    ],
    "the provider's name of another tool": [
        in_entry(
            "google-vertex/gemini-3.8-flash",
            "vertex_project: p",
            warning(
                "unknown-provider",
                "google-vertex",
                "LiteLLM has no provider 'google-vertex'. Did you mean vertex_ai?",
                unsafe("Change to vertex_ai", "google-vertex/gemini-3.8-flash", "vertex_ai/gemini-3.8-flash"),
            ),
        ),
        in_entry(
            "google-ai-studio/gemini-3.8-flash",
            f"api_key: {KG}",
            warning(
                "unknown-provider",
                "google-ai-studio",
                "LiteLLM has no provider 'google-ai-studio'. Did you mean gemini?",
                unsafe("Change to gemini", "google-ai-studio/gemini-3.8-flash", "gemini/gemini-3.8-flash"),
            ),
        ),
        in_entry(
            "googleai/gemini-3.8-flash",
            f"api_key: {KG}",
            warning(
                "unknown-provider",
                "googleai",
                "LiteLLM has no provider 'googleai'. Did you mean gemini?",
                unsafe("Change to gemini", "googleai/gemini-3.8-flash", "gemini/gemini-3.8-flash"),
            ),
        ),
        in_entry(
            "zhipuai/glm-5",
            f"api_key: {OWN}",
            warning(
                "unknown-provider",
                "zhipuai",
                "LiteLLM has no provider 'zhipuai'. Did you mean zai?",
                unsafe("Change to zai", "zhipuai/glm-5", "zai/glm-5"),
            ),
        ),
        in_entry(
            "alibaba/qwen3-max",
            f"api_key: {OWN}",
            warning(
                "unknown-provider",
                "alibaba",
                "LiteLLM has no provider 'alibaba'. Did you mean dashscope?",
                unsafe("Change to dashscope", "alibaba/qwen3-max", "dashscope/qwen3-max"),
            ),
        ),
        in_entry(
            "llama.cpp/m",
            "api_base: http://localhost:8080",
            warning(
                "unknown-provider",
                "llama.cpp",
                "LiteLLM has no provider 'llama.cpp'. Did you mean openai or llamafile?",
                unsafe("Change to openai", "llama.cpp/m", "openai/m"),
                unsafe("Change to llamafile", "llama.cpp/m", "llamafile/m"),
            ),
        ),
        in_entry(
            "llamacpp/m",
            f"api_key: {OWN}",
            "api_base: http://localhost:8080/v1",
            warning(
                "unknown-provider",
                "llamacpp",
                "LiteLLM has no provider 'llamacpp'. Did you mean openai or llamafile?",
                unsafe("Change to openai", "llamacpp/m", "openai/m"),
                unsafe("Change to llamafile", "llamacpp/m", "llamafile/m"),
            ),
        ),
        in_entry(
            "openai-compatible/m",
            f"api_key: {OWN}",
            "api_base: https://gw.example.com/v1",
            warning(
                "unknown-provider",
                "openai-compatible",
                "LiteLLM has no provider 'openai-compatible'. Did you mean openai or hosted_vllm?",
                unsafe("Change to openai", "openai-compatible/m", "openai/m"),
                unsafe("Change to hosted_vllm", "openai-compatible/m", "hosted_vllm/m"),
            ),
        ),
        in_entry(
            "amazon-bedrock/us.amazon.nova-pro-v1:0",
            "aws_region_name: us-east-1",
            warning(
                "unknown-provider",
                "amazon-bedrock",
                "LiteLLM has no provider 'amazon-bedrock'. Did you mean bedrock?",
                unsafe(
                    "Change to bedrock", "amazon-bedrock/us.amazon.nova-pro-v1:0", "bedrock/us.amazon.nova-pro-v1:0"
                ),
            ),
        ),
        in_entry(
            "azure-openai/d",
            f"api_key: {KZ}",
            "api_base: https://r.openai.azure.com",
            warning(
                "unknown-provider",
                "azure-openai",
                "LiteLLM has no provider 'azure-openai'. Did you mean azure?",
                unsafe("Change to azure", "azure-openai/d", "azure/d"),
            ),
        ),
    ],
    "milliseconds": [
        in_entry(
            "openai/gpt-4o",
            f"api_key: {KO}",
            "timeout: 15000",
            information(
                "out-of-range",
                "15000",
                "15000 seconds is 4 h 10 min. Did you mean 15?",
                unsafe("Change to 15 (15 seconds)", "15000", "15"),
            ),
        ),
        in_entry(
            "openai/gpt-4o",
            f"api_key: {KO}",
            "timeout: 30000",
            information(
                "out-of-range",
                "30000",
                "30000 seconds is 8 h 20 min. Did you mean 30?",
                unsafe("Change to 30 (30 seconds)", "30000", "30"),
            ),
        ),
        in_entry(
            "openai/gpt-4o",
            f"api_key: {KO}",
            "timeout: 600000",
            error(
                "out-of-range",
                "600000",
                "timeout must be greater than 0 and at most 86400 seconds. Did you mean 600?",
                unsafe("Change to 600 (10 minutes)", "600000", "600"),
            ),
        ),
        in_entry(
            "openai/gpt-4o",
            f"api_key: {KO}",
            "timeout: 120000",
            error(
                "out-of-range",
                "120000",
                "timeout must be greater than 0 and at most 86400 seconds. Did you mean 120?",
                unsafe("Change to 120 (2 minutes)", "120000", "120"),
                unsafe("Change to 600 (10 minutes)", "120000", "600"),
            ),
        ),
        in_entry(
            "openai/gpt-4o",
            f"api_key: {KO}",
            "timeout: 7200",
            information(
                "out-of-range",
                "7200",
                "7200 seconds is 2 h. The agent waits that long for an answer.",
                unsafe("Change to 600 (10 minutes)", "7200", "600"),
            ),
        ),
    ],
    "a value in a mapping": [
        in_entry(
            "anthropic/claude-sonnet-5-5",
            f"api_key: {KA}",
            "thinking: {type: enable}",
            warning(
                "out-of-range",
                "enable",
                "thinking.type must be one of enabled, disabled, adaptive. Check the spelling.",
                unsafe("Change to enabled", "{type: enable}", "{type: enabled}"),
            ),
        ),
        in_entry(
            "openai/gpt-4o",
            f"api_key: {KO}",
            "web_search_options: {search_context_size: big}",
            warning(
                "out-of-range",
                "big",
                "web_search_options.search_context_size must be one of low, medium, high. Check the spelling.",
                unsafe("Change to high", "{search_context_size: big}", "{search_context_size: high}"),
            ),
        ),
        in_entry(
            "anthropic/claude-sonnet-5-5",
            f"api_key: {KA}",
            "max_tokens: 2000",
            "thinking: {type: enabled, budget_tokens: 4000}",
            information(
                "out-of-range",
                "4000",
                "thinking.budget_tokens (4000) must be less than max_tokens (2000).",
                unsafe("Change max_tokens to 8096", "2000", "8096"),
            ),
        ),
        in_entry(
            "anthropic/claude-sonnet-5-5",
            f"api_key: {KA}",
            "thinking: {type: enabled, budget_tokens: 100}",
            information(
                "out-of-range",
                "100",
                "thinking.budget_tokens must be at least 1024 for a Claude model.",
                unsafe(
                    "Change budget_tokens to 1024",
                    "{type: enabled, budget_tokens: 100}",
                    "{type: enabled, budget_tokens: 1024}",
                ),
            ),
        ),
        in_entry(
            "anthropic/claude-sonnet-5-5",
            f"api_key: {KA}",
            "thinking: {type: on}",
            error(
                "wrong-type",
                "on",
                "thinking.type must be one of enabled, disabled, adaptive. Check the spelling.",
                unsafe("Change to enabled", "{type: on}", "{type: enabled}"),
            ),
        ),
    ],
    "another name of the budget for thinking": [
        in_entry(
            "anthropic/claude-sonnet-5-5",
            f"api_key: {KA}",
            "thinking: {type: enabled, budget: 1024}",
            warning("unknown-field", "budget", BUDGET.format("budget"), rename_budget("budget:", "budget_tokens:")),
        ),
        in_entry(
            "anthropic/claude-sonnet-5-5",
            f"api_key: {KA}",
            "thinking:\n  type: enabled\n  'budgetTokens': 1024",
            warning(
                "unknown-field",
                "'budgetTokens'",
                BUDGET.format("budgetTokens"),
                rename_budget("budgetTokens", "budget_tokens"),
            ),
        ),
        in_entry("anthropic/claude-sonnet-5-5", f"api_key: {KA}", "thinking: {type: enabled, display: omitted}"),
    ],
    "a reference or a wildcard in an ID": [
        *(
            # Some IDs need quotes between brackets.
            in_file(
                entry(model_id, f"api_key: {KO}"),
                error(
                    "invalid-model-id",
                    model_id,
                    f"{model_id}: The ID contains a reference, such as an environment variable. Write the name of the model itself.",
                ),
            )
            for model_id in (
                "openai/${MODEL}",
                "openai/$MODEL",
                "openai/{{MODEL}}",
                "openai/{env:MODEL}",
                "os.environ/MODEL",
            )
        ),
        *(
            in_entry(
                model_id,
                f"api_key: {KO}",
                error(
                    "invalid-model-id",
                    model_id,
                    "'*' is not a wildcard here. Write an entry for each model, such as openai/gpt-4o.",
                ),
            )
            for model_id in ("openai/*", "openai/gpt-*")
        ),
    ],
    "fields that have the indentation of IDs, twice": [
        in_file(
            f"models:\n  openai/gpt-4o:\n  api_key: {KO}\n  openai/gpt-5.6:\n  api_key: {KO}1\ndefault: openai/gpt-4o\n",
            *(
                error(
                    "invalid-model-id",
                    "api_key",
                    FIELD,
                    unsafe(GAINS, f"\n  api_key: {key}\n", f"\n    api_key: {key}\n"),
                )
                for key in (KO, f"{KO}1")
            ),
        ),
    ],
    "an invisible character in the ID of the default": [
        *(
            in_file(
                f"models:\n  ollama/llama3.1:\ndefault: {written}\n",
                warning(
                    "undefined-default",
                    underlined,
                    f"default: The ID contains {what}, so it is not an entry in models. Remove it.",
                    unsafe("Change default to ollama/llama3.1", f"default: {written}", "default: ollama/llama3.1"),
                ),
            )
            for written, underlined, what in (
                ("|\n  ollama/llama3.1", "|", "a line break"),
                ('"ollama/llama3.1\\n"', '"ollama/llama3.1\\n"', "a line break"),
                ("'ollama/llama3.1\u200b'", "'ollama/llama3.1\u200b'", "U+200B (zero width space)"),
                ("'ollama/\u2060llama3.1'", "'ollama/\u2060llama3.1'", "U+2060 (word joiner)"),
            )
        ),
        in_file(
            "models:\n  ollama/llama3.1:\ndefault: >  # mine\n  ollama/llama3.1\n",
            warning(
                "undefined-default",
                ">  # mine",
                "default: The ID contains a line break, so it is not an entry in models. Remove it.",
            ),
        ),
        in_file(
            "models:\n  ollama/llama3.1:\ndefault: ollama/llama3.1\nroles:\n  fast: |-\n    ollama/llama3.1\n  slow: |+\n    ollama/llama3.1\n\n",
            warning(
                "undefined-model",
                "|+",
                "roles.slow: The ID contains a line break, so it is not an entry in models. Remove it.",
                unsafe("Change roles.slow to ollama/llama3.1", "|+\n    ollama", "ollama"),
            ),
        ),
    ],
    "one model with two accounts": [
        in_file(
            f"models:\n  openai/gpt-4o:\n    name: work\n    api_key: {KO}\n  openai/gpt-4o:\n    name: home\n    api_key: {KO}1\ndefault: openai/gpt-4o\n",
            error(
                "duplicate-key",
                "openai/gpt-4o",
                DUPLICATE,
                unsafe(
                    "Rename the earlier entry to openai/gpt-4o#work",
                    "openai/gpt-4o:\n    name: work",
                    "openai/gpt-4o#work:\n    name: work",
                ),
                unsafe(
                    "Remove the earlier entry and its API key",
                    f"  openai/gpt-4o:\n    name: work\n    api_key: {KO}\n",
                    "",
                ),
                unsafe(
                    "Remove this entry and its API key", f"  openai/gpt-4o:\n    name: home\n    api_key: {KO}1\n", ""
                ),
            ),
        ),
        in_file(
            f"models:\n  openai/gpt-4o: {{api_key: {KO}}}\n  openai/gpt-4o: {{api_key: {KO}1}}\ndefault: openai/gpt-4o\n",
            error(
                "duplicate-key",
                "openai/gpt-4o",
                DUPLICATE,
                unsafe(
                    "Rename the earlier entry to openai/gpt-4o#2",
                    f"openai/gpt-4o: {{api_key: {KO}}}",
                    f"openai/gpt-4o#2: {{api_key: {KO}}}",
                ),
            ),
        ),
        in_file(
            "models:\n  ollama/llama3.1:\n    api_base: http://localhost:11434\n  ollama/llama3.1:\n    api_base: http://gpu.lan:11434\ndefault: ollama/llama3.1\n",
            error(
                "duplicate-key",
                "ollama/llama3.1",
                "ollama/llama3.1: Duplicate key: only the last entry is used. To keep both, add a label to one: provider/model#label.",
                unsafe(
                    "Rename the earlier entry to ollama/llama3.1#2",
                    "ollama/llama3.1:\n    api_base: http://localhost:11434",
                    "ollama/llama3.1#2:\n    api_base: http://localhost:11434",
                ),
                unsafe("Remove the earlier entry", "  ollama/llama3.1:\n    api_base: http://localhost:11434\n", ""),
                unsafe("Remove this entry", "  ollama/llama3.1:\n    api_base: http://gpu.lan:11434\n", ""),
            ),
        ),
    ],
    "a display name as the default": [
        in_file(
            f"models:\n  anthropic/claude-sonnet-5-5:\n    name: Sonnet\n    api_key: {KA}\ndefault: Sonnet\n",
            warning(
                "undefined-default",
                "Sonnet",
                "default: 'Sonnet' is a display name. Write the ID: anthropic/claude-sonnet-5-5.",
                unsafe(
                    "Change default to anthropic/claude-sonnet-5-5",
                    "default: Sonnet",
                    "default: anthropic/claude-sonnet-5-5",
                ),
            ),
        ),
        in_file(
            f"models:\n  anthropic/claude-sonnet-5-5:\n    name: Sonnet\n    api_key: {KA}\ndefault: sonnet # mine\n",
            warning(
                "undefined-default",
                "sonnet",
                "default: 'sonnet' is a display name. Write the ID: anthropic/claude-sonnet-5-5.",
                unsafe(
                    "Change default to anthropic/claude-sonnet-5-5",
                    "sonnet # mine",
                    "anthropic/claude-sonnet-5-5 # mine",
                ),
            ),
        ),
        in_file(
            f"models:\n  anthropic/claude-sonnet-5-5:\n    name: Claude (work)\n    api_key: {KA}\ndefault: 'Claude (work)'\n",
            warning(
                "undefined-default",
                "'Claude (work)'",
                "default: 'Claude (work)' is a display name. Write the ID: anthropic/claude-sonnet-5-5.",
                unsafe(
                    "Change default to anthropic/claude-sonnet-5-5", "'Claude (work)'", "anthropic/claude-sonnet-5-5"
                ),
            ),
        ),
        in_file(
            f"models:\n  anthropic/claude-sonnet-5-5:\n    api_key: {KA}\ndefault: claude-sonnet-5-5\n",
            warning(
                "undefined-default",
                "claude-sonnet-5-5",
                "default: 'claude-sonnet-5-5' is not an entry in models. Did you mean anthropic/claude-sonnet-5-5?",
                unsafe(
                    "Change default to anthropic/claude-sonnet-5-5",
                    "default: claude-sonnet-5-5",
                    "default: anthropic/claude-sonnet-5-5",
                ),
            ),
        ),
    ],
    "a field of another provider": [
        in_entry(
            "openai/gpt-4o",
            f"api_key: {KO}",
            "aws_region: us-east-1",
            warning(
                "unknown-field",
                "aws_region",
                "Unknown field 'aws_region': it has no effect. Check its spelling, or remove it.",
                unsafe("Comment out this line", "aws_region: us-east-1", "# aws_region: us-east-1"),
            ),
        ),
        in_entry(
            "openai/gpt-4o",
            f"api_key: {KO}",
            "model_info: {a: b}",
            warning(
                "unknown-field",
                "model_info",
                "model_info is a field of the LiteLLM proxy and has no effect. Remove it.",
            ),
        ),
        in_entry(
            "openai/gpt-4o",
            f"api_key: {KO}",
            "vertex_region: eu",
            warning(
                "unknown-field",
                "vertex_region",
                "Unknown field 'vertex_region': it has no effect. Check its spelling, or remove it.",
                unsafe("Comment out this line", "vertex_region: eu", "# vertex_region: eu"),
            ),
        ),
        in_entry(
            "openai/gpt-4o",
            f"api_key: {KO}",
            "oci_regoin: x",
            warning(
                "unknown-field",
                "oci_regoin",
                "Unknown field 'oci_regoin': it has no effect. Check its spelling, or remove it.",
                unsafe("Comment out this line", "oci_regoin: x", "# oci_regoin: x"),
            ),
        ),
    ],
}
