"""Mistakes with API keys and other credentials."""

# ruff: noqa: E501
# A message is one line.

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
    error,
    in_entry,
    reference,
    safe,
    set_key,
    unsafe,
    warning,
)

CHARACTERS = "api_key contains a space or another character that no API key has. Paste the key again."
QUOTES = "api_key contains quotes that are not part of the key. Remove them."
TWICE = "api_key contains the key, or its start, twice. Keep it once."


def once(before: str, after: str) -> Fixed:
    return unsafe("Keep the key once", before, after)


MISTAKES: dict[str, list[Mistake]] = {
    "a control character or invisible character in a key": [
        in_entry(
            "openai/gpt-4o",
            "api_base: https://gw.example.com/v1",
            f'api_key: "{KO}\\r\\n"',
            warning(
                "malformed-api-key",
                f'"{KO}\\r\\n"',
                CHARACTERS,
                safe("Remove the characters around the key", f'"{KO}\\r\\n"', f'"{KO}"'),
                set_key(f'"{KO}\\r\\n"', "openai/gpt-4o"),
            ),
        ),
        in_entry(
            "openai/gpt-4o",
            "api_base: https://gw.example.com/v1",
            f'api_key: "{KO}\\u200b"',
            warning(
                "malformed-api-key",
                f'"{KO}\\u200b"',
                CHARACTERS,
                safe("Remove the characters around the key", f'"{KO}\\u200b"', f'"{KO}"'),
                set_key(f'"{KO}\\u200b"', "openai/gpt-4o"),
            ),
        ),
        in_entry(
            "openai/gpt-4o",
            "api_base: https://gw.example.com/v1",
            f"api_key: “{KO}”",
            warning(
                "malformed-api-key",
                f"“{KO}”",
                QUOTES,
                safe("Remove the characters around the key", f"“{KO}”", KO),
                set_key(f"“{KO}”", "openai/gpt-4o"),
            ),
        ),
        in_entry(
            "openai/gpt-4o",
            "api_base: https://gw.example.com/v1",
            f"api_key: |\n  {KO}",
            warning(
                "malformed-api-key",
                f"|\n      {KO}",
                CHARACTERS,
                safe("Remove the characters around the key", f"|\n      {KO}", KO),
                set_key(f"|\n      {KO}", "openai/gpt-4o"),
            ),
        ),
        in_entry(
            "openai/gpt-4o",
            f'api_key: "{KO}\\r\\n"',
            warning(
                "malformed-api-key",
                f'"{KO}\\r\\n"',
                CHARACTERS,
                safe("Remove the characters around the key", f'"{KO}\\r\\n"', f'"{KO}"'),
                set_key(f'"{KO}\\r\\n"', "openai/gpt-4o"),
            ),
        ),
        in_entry(
            "openai/gpt-4o",
            f"api_key: >-\n  {KO}\u200b",
            warning(
                "malformed-api-key",
                f">-\n      {KO}\u200b",
                CHARACTERS,
                safe("Remove the characters around the key", f">-\n      {KO}\u200b", KO),
                set_key(f">-\n      {KO}\u200b", "openai/gpt-4o"),
            ),
        ),
        in_entry(
            "anthropic/claude-sonnet-5-5",
            f"api_key: «{KA}»",
            warning(
                "malformed-api-key",
                f"«{KA}»",
                QUOTES,
                safe("Remove the characters around the key", f"«{KA}»", KA),
                set_key(f"«{KA}»", "anthropic/claude-sonnet-5-5"),
            ),
        ),
    ],
    "Bearer before a key": [
        in_entry(
            "openai/gpt-4o",
            f"api_key: Bearer {KO}",
            warning(
                "malformed-api-key",
                f"Bearer {KO}",
                "api_key starts with 'Bearer', which is added when the key is sent. Remove it.",
                safe("Remove the characters around the key", f"Bearer {KO}", KO),
                set_key(f"Bearer {KO}", "openai/gpt-4o"),
            ),
        ),
        in_entry(
            "openai/gpt-4o",
            f'api_key: "\\"{KO}\\""',
            warning(
                "malformed-api-key",
                f'"\\"{KO}\\""',
                QUOTES,
                safe("Remove the characters around the key", f'"\\"{KO}\\""', f'"{KO}"'),
                set_key(f'"\\"{KO}\\""', "openai/gpt-4o"),
            ),
        ),
        in_entry(
            "openai/gpt-4o",
            "api_base: https://gw.example.com/v1",
            f"api_key: 'Authorization: Bearer {KO}'",
            warning(
                "malformed-api-key",
                f"'Authorization: Bearer {KO}'",
                "api_key starts with 'Bearer', which is added when the key is sent. Remove it.",
                safe("Remove the characters around the key", f"'Authorization: Bearer {KO}'", f"'{KO}'"),
                set_key(f"'Authorization: Bearer {KO}'", "openai/gpt-4o"),
            ),
        ),
        in_entry(
            "openai/gpt-4o",
            f"api_key: export OPENAI_API_KEY={KO}",
            warning(
                "malformed-api-key",
                f"export OPENAI_API_KEY={KO}",
                "api_key contains the name of a variable or a header. Keep only the key.",
                safe("Remove the characters around the key", f"export OPENAI_API_KEY={KO}", KO),
                set_key(f"export OPENAI_API_KEY={KO}", "openai/gpt-4o"),
            ),
        ),
    ],
    "a key that was pasted twice": [
        *(
            in_entry(
                model_id,
                f"api_key: {written}",
                warning("malformed-api-key", written, TWICE, once(written, key), set_key(written, model_id)),
            )
            for model_id, written, key in (
                ("openai/gpt-4o", f"{KO}{KO}", KO),
                ("openai/gpt-4o", f"sk-{KO}", KO),
                ("openai/gpt-4o", f'"sk-proj-{KO}"', f'"{KO}"'),
                ("anthropic/claude-sonnet-5-5", f"sk-ant-{KA}", KA),
                ("openrouter/openai/gpt-5.6", f"sk-or-v1-{KR}", KR),
            )
        ),
        in_entry(
            "openai/my-model",
            f"api_key: {OWN}{OWN}",
            "api_base: https://gw.example.com/v1",
            warning(
                "malformed-api-key",
                f"{OWN}{OWN}",
                TWICE,
                once(f"{OWN}{OWN}", OWN),
                set_key(f"{OWN}{OWN}", "openai/my-model"),
            ),
        ),
    ],
    "a reference in another field": [
        in_entry(
            "bedrock/us.amazon.nova-pro-v1:0",
            "aws_region_name: os.environ/AWS_REGION",
            reference("os.environ/AWS_REGION", "aws_region_name", "the value"),
        ),
        in_entry(
            "vertex_ai/gemini-3.8-flash",
            "vertex_project: p",
            'vertex_location: "${GCP_LOCATION}"',
            reference('"${GCP_LOCATION}"', "vertex_location", "the value"),
        ),
        in_entry(
            "azure/d",
            f"api_key: {KZ}",
            "api_base: https://r.openai.azure.com",
            "api_version: os.environ/AZURE_VERSION",
            reference("os.environ/AZURE_VERSION", "api_version", "the value"),
        ),
        in_entry(
            "azure/d",
            f"api_key: {KZ}",
            "api_base: https://r.openai.azure.com",
            "tenant_id: $TENANT",
            reference("$TENANT", "tenant_id", "the value"),
        ),
        in_entry(
            "openai/gpt-4o",
            f"api_key: {KO}",
            'extra_headers: {Authorization: "Bearer ${GW_TOKEN}"}',
            reference('"Bearer ${GW_TOKEN}"', "extra_headers", "the API key"),
        ),
        in_entry(
            "openai/gpt-4o",
            f"api_key: {KO}",
            "organization: process.env.OPENAI_ORG",
            reference("process.env.OPENAI_ORG", "organization", "the value"),
        ),
        in_entry(
            "lm_studio/qwen3",
            'api_base: "{env:LM_STUDIO_URL}"',
            reference('"{env:LM_STUDIO_URL}"', "api_base", "the URL"),
        ),
    ],
    "a reference of another tool": [
        in_entry(
            "openai/gpt-4o",
            "api_key: {{OPENAI_API_KEY}}",
            reference("{{OPENAI_API_KEY}}", "api_key", "the API key", set_key("{{OPENAI_API_KEY}}", "openai/gpt-4o")),
        ),
        in_entry(
            "openai/gpt-4o",
            "api_key: {{ env.OPENAI_API_KEY }}",
            reference(
                "{{ env.OPENAI_API_KEY }}",
                "api_key",
                "the API key",
                set_key("{{ env.OPENAI_API_KEY }}", "openai/gpt-4o"),
            ),
        ),
        in_entry("lm_studio/qwen3", "api_base: {{ BASE_URL }}", reference("{{ BASE_URL }}", "api_base", "the URL")),
        in_entry(
            "openai/gpt-4o",
            "api_key: $(op read op://Private/OpenAI/key)",
            reference(
                "$(op read op://Private/OpenAI/key)",
                "api_key",
                "the API key",
                set_key("$(op read op://Private/OpenAI/key)", "openai/gpt-4o"),
            ),
        ),
        in_entry(
            "mistral/mistral-large-latest",
            "api_key: op://Private/Mistral/credential",
            reference(
                "op://Private/Mistral/credential",
                "api_key",
                "the API key",
                set_key("op://Private/Mistral/credential", "mistral/mistral-large-latest"),
            ),
        ),
        in_entry(
            "mistral/mistral-large-latest",
            "api_key: MISTRAL_API_KEY",
            reference(
                "MISTRAL_API_KEY", "api_key", "the API key", set_key("MISTRAL_API_KEY", "mistral/mistral-large-latest")
            ),
        ),
        in_entry(
            "openai/gpt-4o",
            "api_key: user_provided",
            reference("user_provided", "api_key", "the API key", set_key("user_provided", "openai/gpt-4o")),
        ),
        in_entry(
            "mistral/mistral-large-latest",
            "api_key: ENV/MISTRAL_API_KEY",
            reference(
                "ENV/MISTRAL_API_KEY",
                "api_key",
                "the API key",
                set_key("ENV/MISTRAL_API_KEY", "mistral/mistral-large-latest"),
            ),
        ),
        in_entry(
            "openai/gpt-4o",
            'api_key: "{env:OPENAI_API_KEY}"',
            reference(
                '"{env:OPENAI_API_KEY}"', "api_key", "the API key", set_key('"{env:OPENAI_API_KEY}"', "openai/gpt-4o")
            ),
        ),
        in_entry(
            "openai/gpt-4o",
            "api_key: process.env.OPENAI_API_KEY",
            reference(
                "process.env.OPENAI_API_KEY",
                "api_key",
                "the API key",
                set_key("process.env.OPENAI_API_KEY", "openai/gpt-4o"),
            ),
        ),
        in_entry(
            "openai/gpt-4o",
            "api_key: env:X",
            reference("env:X", "api_key", "the API key", set_key("env:X", "openai/gpt-4o")),
        ),
        in_entry(
            "openai/gpt-4o",
            "api_key: {env:OPENAI_API_KEY}",
            reference(
                "{env:OPENAI_API_KEY}", "api_key", "the API key", set_key("{env:OPENAI_API_KEY}", "openai/gpt-4o")
            ),
        ),
        in_entry(
            "openai/gpt-4o",
            "api_key: import.meta.env.OPENAI_API_KEY",
            reference(
                "import.meta.env.OPENAI_API_KEY",
                "api_key",
                "the API key",
                set_key("import.meta.env.OPENAI_API_KEY", "openai/gpt-4o"),
            ),
        ),
        in_entry(
            "openai/gpt-4o",
            "api_key: vault://secret/openai",
            reference(
                "vault://secret/openai", "api_key", "the API key", set_key("vault://secret/openai", "openai/gpt-4o")
            ),
        ),
        in_entry(
            "openai/gpt-4o",
            "api_key: '!vault openai'",
            reference("'!vault openai'", "api_key", "the API key", set_key("'!vault openai'", "openai/gpt-4o")),
        ),
    ],
    "a URL does not make a reference a key": [
        in_entry(
            "openai/gpt-4o",
            "api_base: https://gw.example.com/v1",
            "api_key: user_provided",
            reference("user_provided", "api_key", "the API key", set_key("user_provided", "openai/gpt-4o")),
        ),
        in_entry(
            "openai/gpt-4o",
            f"api_key: {KO}",
            "api_base: os.environ/BASE",
            reference("os.environ/BASE", "api_base", "the URL"),
        ),
        in_entry(
            "openai/gpt-4o",
            "api_base: https://gw.example.com/v1",
            "api_key: sk-...",
            error(
                "placeholder-api-key",
                "sk-...",
                "api_key is a placeholder. Write the server's API key, or remove api_key if it needs none.",
                set_key("sk-...", "openai/gpt-4o"),
            ),
        ),
    ],
    "a header that HTTP cannot carry": [
        in_entry(
            "openai/gpt-4o",
            f"api_key: {KO}",
            'extra_headers: {X-Title: "Café — “team”", "X Bad Name": a, x-version: 2.6}',
            error(
                "out-of-range",
                '"Café — “team”"',
                "extra_headers contains a value with characters that HTTP cannot carry. Use plain ASCII on one line.",
                unsafe(
                    "Replace with plain characters",
                    '{X-Title: "Café — “team”", "X Bad Name": a, x-version: 2.6}',
                    '{X-Title: "Cafe - \'team\'", "X Bad Name": a, x-version: 2.6}',
                ),
            ),
            error(
                "out-of-range",
                '"X Bad Name"',
                "extra_headers contains an invalid header name. Use only letters, digits and hyphens.",
                unsafe(
                    "Replace spaces with hyphens",
                    '{X-Title: "Café — “team”", "X Bad Name": a, x-version: 2.6}',
                    '{X-Title: "Café — “team”", "X-Bad-Name": a, x-version: 2.6}',
                ),
            ),
            error(
                "wrong-type",
                "2.6",
                "extra_headers must contain text, not a number. Quote the value.",
                safe(
                    "Quote this value",
                    '{X-Title: "Café — “team”", "X Bad Name": a, x-version: 2.6}',
                    '{X-Title: "Café — “team”", "X Bad Name": a, x-version: \'2.6\'}',
                ),
            ),
        ),
        in_entry(
            "openai/gpt-4o",
            f"api_key: {KO}",
            'extra_headers: {X-Title: "Zürich"}',
            error(
                "out-of-range",
                '"Zürich"',
                "extra_headers contains a value with characters that HTTP cannot carry. Use plain ASCII on one line.",
                unsafe("Replace with plain characters", '{X-Title: "Zürich"}', '{X-Title: "Zurich"}'),
            ),
        ),
        in_entry(
            "openai/gpt-4o",
            f"api_key: {KO}",
            "extra_headers: {X-Debug: yes}",
            error(
                "wrong-type",
                "yes",
                "extra_headers must contain text, not a Boolean. Quote the value.",
                safe("Quote this value", "{X-Debug: yes}", "{X-Debug: 'yes'}"),
            ),
        ),
    ],
    "a key at the host of another provider": [
        in_entry(
            "azure/d",
            "api_base: https://r.openai.azure.com",
            f"api_key: {KO}",
            warning(
                "key-of-another-provider",
                KO,
                "api_key is a key for OpenAI, not for Azure. Paste your Azure API key.",
                set_key(KO, "azure/d", is_safe=False),
            ),
        ),
        in_entry(
            "azure/d",
            "api_base: https://r.openai.azure.com",
            f"api_key: {KA}",
            warning(
                "key-of-another-provider",
                KA,
                "api_key is a key for Anthropic, not for Azure. Paste your Azure API key.",
                set_key(KA, "azure/d", is_safe=False),
            ),
        ),
        in_entry(
            "azure/d",
            "api_base: https://r.openai.azure.com",
            "api_key: ab",
            warning(
                "malformed-api-key",
                "ab",
                "api_key is shorter than Azure API keys. Paste the whole key.",
                set_key("ab", "azure/d"),
            ),
        ),
        in_entry(
            "openai/gpt-4o",
            "api_base: https://api.openai.com/v1",
            f"api_key: {KA}",
            warning(
                "key-of-another-provider",
                KA,
                "api_key is a key for Anthropic, not for OpenAI. Paste your OpenAI API key.",
                set_key(KA, "openai/gpt-4o", is_safe=False),
            ),
        ),
    ],
    "AWS credentials": [
        in_entry(
            "bedrock/us.amazon.nova-pro-v1:0",
            "api_key: AKIAABCDEFGHIJKLMNOP",
            error(
                "key-in-wrong-field",
                "AKIAABCDEFGHIJKLMNOP",
                "api_key contains an AWS access key ID. Put it in aws_access_key_id, and the other half of the pair in aws_secret_access_key.",
            ),
        ),
        in_entry(
            "bedrock/us.amazon.nova-pro-v1:0",
            "aws_access_key_id: AKIAABCDEFGHIJKLMNOP",
            error(
                "missing-api-key",
                "bedrock/us.amazon.nova-pro-v1:0",
                "aws_secret_access_key is missing. It belongs together with aws_access_key_id.",
            ),
        ),
        in_entry(
            "bedrock/us.amazon.nova-pro-v1:0",
            "api_key: AKIAABCDEFGHIJKLMNOP",
            "aws_secret_access_key: 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",
            error(
                "key-in-wrong-field",
                "AKIAABCDEFGHIJKLMNOP",
                "api_key contains an AWS access key ID. Put it in aws_access_key_id.",
                unsafe(
                    "Rename to aws_access_key_id",
                    "api_key: AKIAABCDEFGHIJKLMNOP",
                    "aws_access_key_id: AKIAABCDEFGHIJKLMNOP",
                ),
            ),
        ),
    ],
    "a key of Google AI Studio for Vertex AI": [
        in_entry(
            "vertex_ai/gemini-3.8-flash",
            f"api_key: {KG}",
            warning(
                "key-of-another-provider",
                KG,
                "api_key is a key for Google AI Studio, not for Google Vertex AI. Did you mean gemini/gemini-3.8-flash?",
                change_id("vertex_ai/gemini-3.8-flash", "gemini/gemini-3.8-flash"),
            ),
        ),
        in_entry(
            "vertex_ai/gemini-3.8-flash#work",
            f"api_key: {KG}",
            warning(
                "key-of-another-provider",
                KG,
                "api_key is a key for Google AI Studio, not for Google Vertex AI. Did you mean gemini/gemini-3.8-flash?",
                change_id("vertex_ai/gemini-3.8-flash#work", "gemini/gemini-3.8-flash#work"),
            ),
        ),
    ],
    "a key of OpenRouter under another provider": [
        in_entry(
            "x-ai/grok-4",
            f"api_key: {KR}",
            warning(
                "unknown-provider",
                "x-ai",
                "LiteLLM has no provider 'x-ai', and the key is for OpenRouter. Did you mean openrouter/x-ai/grok-4?",
                change_id("x-ai/grok-4", "openrouter/x-ai/grok-4"),
            ),
        ),
        in_entry(
            "meta-llama/llama-3.3-70b-instruct",
            f"api_key: {KR}",
            warning(
                "unknown-provider",
                "meta-llama",
                "LiteLLM has no provider 'meta-llama', and the key is for OpenRouter. Did you mean openrouter/meta-llama/llama-3.3-70b-instruct?",
                change_id("meta-llama/llama-3.3-70b-instruct", "openrouter/meta-llama/llama-3.3-70b-instruct"),
            ),
        ),
        in_entry(
            "moonshotai/kimi-k2",
            f"api_key: {KR}",
            warning(
                "unknown-provider",
                "moonshotai",
                "LiteLLM has no provider 'moonshotai', and the key is for OpenRouter. Did you mean openrouter/moonshotai/kimi-k2?",
                change_id("moonshotai/kimi-k2", "openrouter/moonshotai/kimi-k2"),
            ),
        ),
        in_entry(
            "anthropic/claude-sonnet-4.5",
            f"api_key: {KR}",
            warning(
                "key-of-another-provider",
                KR,
                "api_key is a key for OpenRouter, not for Anthropic. Did you mean openrouter/anthropic/claude-sonnet-4.5?",
                change_id("anthropic/claude-sonnet-4.5", "openrouter/anthropic/claude-sonnet-4.5"),
                set_key(KR, "anthropic/claude-sonnet-4.5", is_safe=False),
            ),
        ),
        in_entry(
            "openai/gpt-4o",
            f"api_key: {KR}",
            warning(
                "key-of-another-provider",
                KR,
                "api_key is a key for OpenRouter, not for OpenAI. Did you mean openrouter/openai/gpt-4o?",
                change_id("openai/gpt-4o", "openrouter/openai/gpt-4o"),
                set_key(KR, "openai/gpt-4o", is_safe=False),
            ),
        ),
        in_entry(
            "qwen/qwen3-coder",
            f"api_key: {KR}",
            warning(
                "unknown-provider",
                "qwen",
                "LiteLLM has no provider 'qwen', and the key is for OpenRouter. Did you mean openrouter/qwen/qwen3-coder?",
                change_id("qwen/qwen3-coder", "openrouter/qwen/qwen3-coder"),
            ),
        ),
    ],
}
