"""Files with exactly one mistake each, and the rule that reports it."""

from __future__ import annotations

OPENAI = "api_key: sk-proj-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0"
ANTHROPIC = "api_key: sk-ant-api03-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0"
OPENROUTER = "api_key: sk-or-v1-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0"
AZURE = "api_key: 0123abcd4567ef890123abcd4567ef89"
GOOGLE = "api_key: AIzaA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r"
KEY = OPENAI.removeprefix("api_key: ")
GATEWAY = "api_base: https://gw.example.com/v1"
SONNET = "anthropic/claude-sonnet-5-5"
NOVA = "bedrock/us.amazon.nova-pro-v1:0"
LLAMA, QWEN = "ollama/llama3", "lm_studio/qwen3"
LOCAL = "models:\n  ollama/llama3:\ndefault: ollama/llama3\n"


def entry(model_id: str, *lines: str) -> str:
    """A file with one entry, which is the default model."""
    return f"models:\n  {model_id}:\n{''.join(f'    {line}' + chr(10) for line in lines)}default: {model_id}\n"


def gpt(*lines: str) -> str:
    """A file with one entry for GPT-4o."""
    return entry("openai/gpt-4o", *lines)


MISTAKES: dict[str, tuple[str, ...]] = {
    "yaml-syntax": (
        LOCAL.replace(":\ndef", ':\n    name: "Llama\ndef'),
        LOCAL.replace(":\ndef", ":\n\ttimeout: 5\ndef"),
        LOCAL.replace(":\ndef", ":\n    timeout: 5\n   name: x\ndef"),
        LOCAL.replace(":\ndef", ": {timeout: 5\ndef"),
        LOCAL.replace(":\ndef", ":\n    name: a: b\ndef"),
        LOCAL.replace("models:", "models"),
    ),
    "duplicate-key": (
        entry(LLAMA, "timeout: 5", "timeout: 6"),
        f"models:\n  openai/gpt-4o:\n    {OPENAI}\n    name: work\n  openai/gpt-4o:\n    {OPENAI}x\n"
        "default: openai/gpt-4o\n",
        f"{LOCAL}default: ollama/llama3\n",
        entry(LLAMA, "extra_headers: {X-A: a, X-A: b}"),
        "models:\n  ollama/llama3:\nmodels:\n  ollama/llama2:\ndefault: ollama/llama2\n",
    ),
    "multiple-documents": ("models:\n  ollama/llama3:\n---\nmodels:\n  ollama/llama2:\n",),
    "not-a-mapping": ("- openai/gpt-4o\n", "models\n"),
    "wrong-type": (
        "models:\n  - openai/gpt-4o\n  - ollama/llama3\ndefault: ollama/llama3\n",
        "models: ollama/llama3\ndefault: ollama/llama3\n",
        entry(LLAMA, "timeout: 5m"),
        entry(LLAMA, "timeout: 1h30m"),
        entry(LLAMA, "timeout: '300'"),
        entry(LLAMA, "timeout: 1:30"),
        entry(LLAMA, "timeout: 010"),
        entry(LLAMA, "timeout: true"),
        entry(LLAMA, "timeout: abc"),
        entry(LLAMA, "timeout: [5]"),
        entry(LLAMA, "drop_params: maybe"),
        entry(LLAMA, "drop_params: 'yes'"),
        LOCAL.replace(":\ndef", ":\n    timeout 5\ndef"),
        gpt("api_key: {{OPENAI_API_KEY}}"),
        gpt("api_key: [a]"),
        entry(LLAMA, "api_key: 1234567890123456"),
        entry(LLAMA, "name: 5"),
        entry(LLAMA, "name: 2024-10-21"),
        entry(LLAMA, "max_tokens: '8k'"),
        entry(LLAMA, "max_tokens: 1.5"),
        gpt(OPENAI, "extra_headers: 5"),
        gpt(OPENAI, "extra_headers: {x-version: 2.6}"),
        entry(LLAMA, "api_base: 11434"),
        entry(QWEN, "api_base: 11434"),
        entry(QWEN, "api_base: [http://localhost:1234/v1]"),
        entry(QWEN, "api_base: {a: b}"),
        entry("azure/gpt-4o", AZURE, "api_base: https://r.openai.azure.com", "api_version: 2024-10-21"),
        LOCAL.replace(":\ndef", ": 5\ndef"),
        "models:\n  openai/gpt-4o: some text\ndefault: openai/gpt-4o\n",
        "models:\n  openai/gpt-4o: [a]\ndefault: openai/gpt-4o\n",
        "models:\n  ollama/llama3:\ndefault: [ollama/llama3]\n",
        "models:\n  ollama/llama3:\ndefault: 5\n",
        "models:\n  ollama/llama3:\ndefault: {ollama/llama3: }\n",
    ),
    "out-of-range": (
        entry(LLAMA, "timeout: 0"),
        entry(LLAMA, "timeout: -5"),
        entry(LLAMA, "timeout: 30000"),
        entry(LLAMA, "timeout: 600000"),
        entry(LLAMA, "timeout: 100000000"),
        entry(LLAMA, "timeout: .inf"),
        entry(LLAMA, "temperature: 5"),
        entry(LLAMA, "top_p: 2"),
        gpt(OPENAI, "reasoning_effort: hihg"),
        entry(SONNET, ANTHROPIC, "thinking: {type: enable}"),
        entry(SONNET, ANTHROPIC, "thinking: {type: enabled, budget_tokens: 10}"),
        entry(SONNET, ANTHROPIC, "max_tokens: 4000", "thinking: {type: enabled, budget_tokens: 8000}"),
        entry("azure/gpt-4o", AZURE, "api_base: https://r.openai.azure.com", "api_version: v2024-10-21"),
        gpt(OPENAI, 'extra_headers: {"X Bad Name": a}'),
        gpt(OPENAI, 'extra_headers: {X-Title: "Café — “team”"}'),
    ),
    "unknown-field": (
        entry(LLAMA, "timout: 5"),
        entry(LLAMA, "foo: 5"),
        entry(LLAMA, "model_info: {mode: chat}"),
        gpt(f"apikey: {KEY}"),
        gpt(f"key: {KEY}"),
        gpt(f"api-key: {KEY}"),
        gpt(f"API_KEY: {KEY}"),
        entry(QWEN, "url: http://localhost:1234/v1"),
        entry(QWEN, "apibase: http://localhost:1234/v1"),
        entry(QWEN, "endpoint: http://localhost:1234/v1"),
        entry("hosted_vllm/qwen3", "api_bas: http://localhost:1234/v1"),
        "models:\n  ollama/llama3:\ndefalt: ollama/llama3\n",
        "model:\n  ollama/llama3:\ndefault: ollama/llama3\n",
        "Models:\n  ollama/llama3:\ndefault: ollama/llama3\n",
        f"{LOCAL}fallback: [ollama/llama3]\n",
        f"{LOCAL}version: 1\n",
        "model_list:\n  - model_name: gpt\n    litellm_params:\n      model: openai/gpt-4o\n",
    ),
    "unsupported-field": (
        entry(LLAMA, "stream: true"),
        entry(QWEN, "base_url: http://localhost:1234/v1"),
        entry(LLAMA, "model: llama3"),
        gpt(OPENAI, "request_timeout: 5"),
        gpt(OPENAI, "fallbacks: [a]"),
    ),
    "missing-models": ("default: null\n", "# nothing\n"),
    "invalid-model-id": (
        entry("llama3"),
        f"{LOCAL.replace('def', '  5:' + chr(10) + 'def')}",
        entry("gpt-4o", OPENAI),
        entry("openai/", OPENAI),
        entry("/gpt-4o", OPENAI),
        entry("openai", OPENAI),
        entry('"openai/gpt 4o"', OPENAI),
        entry('"openai/gpt-4o "', OPENAI),
        entry("openai:gpt-4o", OPENAI),
        entry("openai\\gpt-4o", OPENAI),
        entry("'openai/gpt-4o#'", OPENAI),
        entry("'openai/gpt-4o#a b'", OPENAI),
    ),
    "unknown-provider": (
        entry("olama/llama3", "api_key: my-first-secret"),
        entry("olama/llama3"),
        entry("openia/gpt-4o", OPENAI),
        entry("OpenAI/gpt-4o", OPENAI),
        entry("antropic/claude-sonnet-5-5", ANTHROPIC),
        entry("lmstudio/qwen3", "api_base: http://localhost:1234/v1"),
        entry("google/gemini-3.8-flash", GOOGLE),
        entry("x-ai/grok-4", OPENROUTER),
        entry("Qwen/Qwen2.5-7B-Instruct", "api_base: http://gpu.lan:8000/v1"),
        entry("azure_openai/gpt-4o", AZURE, "api_base: https://r.openai.azure.com"),
        entry("google-vertex/gemini-3.8-flash"),
    ),
    "unknown-model": (
        entry("openai/gpt-4oo", OPENAI),
        entry("openai/zzzzzz", OPENAI),
        entry("openai/openai/gpt-4o", OPENAI),
        entry("openrouter/auto", OPENROUTER),
        entry("openrouter/claude-sonnet-4-5", OPENROUTER),
    ),
    "deprecated-model": (
        entry("openai/gpt-4", OPENAI),
        entry("openai/gpt-3.5-turbo", OPENAI),
        entry("anthropic/claude-sonnet-4-5", ANTHROPIC),
    ),
    "not-a-chat-model": (entry("openai/text-embedding-3-small", OPENAI),),
    "look-alike-id": (
        entry("ollama/llаma3"),
        entry("opеnai/gpt-4o", OPENAI),
        entry("оpenai/gpt-4o", OPENAI),
        entry("openai/gpt\u20114o", OPENAI),
    ),
    "missing-api-key": (
        gpt(),
        gpt("api_key:"),
        gpt('api_key: ""'),
        gpt("name: x"),
        gpt(f"token: {KEY}"),
        gpt(GATEWAY),
        entry(NOVA, "aws_access_key_id: AKIAABCDEFGHIJKLMNOP"),
    ),
    "placeholder-api-key": (
        gpt("api_key: sk-..."),
        gpt("api_key: your-api-key"),
        gpt("api_key: xxx", "api_base: http://localhost:8000/v1"),
        gpt("api_key: <your key>"),
        gpt("api_key: sk-...", GATEWAY),
    ),
    "malformed-api-key": (
        gpt("api_key: sk-tooshort"),
        gpt(f"api_key: Bearer {KEY}"),
        gpt(f'api_key: "{KEY}\\r\\n"'),
        gpt(f"api_key: “{KEY}”"),
        gpt("api_key: |", f"  {KEY}"),
        gpt(f"api_key: Bearer {KEY}", GATEWAY),
        gpt(f"api_key: OPENAI_API_KEY={KEY}"),
    ),
    "key-of-another-provider": (
        gpt(ANTHROPIC),
        entry(SONNET, OPENROUTER),
        entry(SONNET, OPENAI),
        entry("vertex_ai/gemini-3.8-flash", GOOGLE),
        entry("azure/d", ANTHROPIC, "api_base: https://r.openai.azure.com"),
    ),
    "key-in-wrong-field": (
        gpt(f"name: {KEY}"),
        gpt(f"api_base: {KEY}"),
        gpt(f"organization: {KEY}"),
        entry(LLAMA, f"name: {KEY}"),
        f"models:\n  openai/gpt-4o: {KEY}\ndefault: openai/gpt-4o\n",
        f"{LOCAL.replace('def', '  ' + KEY + ':' + chr(10) + 'def')}",
        f"models:\n  ollama/llama3:\ndefault: {KEY}\n",
        entry(NOVA, "api_key: AKIAABCDEFGHIJKLMNOP"),
    ),
    "env-reference": (
        gpt("api_key: ${OPENAI_API_KEY}"),
        gpt("api_key: $OPENAI_API_KEY"),
        gpt("api_key: os.environ/OPENAI_API_KEY"),
        gpt('api_key: "{env:OPENAI_API_KEY}"'),
        gpt("api_key: {env:OPENAI_API_KEY}"),
        gpt("api_key: {env: OPENAI_API_KEY}"),
        gpt("api_key: YOUR_API_KEY"),
        gpt("api_key: ${env:OPENAI_API_KEY}"),
        gpt("api_key: $(op read op://Private/OpenAI/key)"),
        gpt("api_key: OPENAI_API_KEY"),
        gpt("api_key: user_provided"),
        entry(QWEN, "api_base: ${BASE}"),
        entry(QWEN, "api_base: {env:BASE}"),
        entry(NOVA, "aws_region_name: os.environ/AWS_REGION"),
        gpt(OPENAI, 'extra_headers: {Authorization: "Bearer ${GW_TOKEN}"}'),
        gpt(GATEWAY, 'extra_headers: {Authorization: "Bearer ${GW_TOKEN}"}'),
        gpt(OPENAI, "timeout: ${TIMEOUT}"),
        gpt(OPENAI, "drop_params: $DROP"),
    ),
    "invalid-api-base": (
        entry(LLAMA, "api_base: localhost:11434"),
        entry(LLAMA, "api_base: http://localhost:11434/v1"),
        entry(LLAMA, "api_base: http://localhost:11434/api/chat"),
        entry(QWEN, "api_base: localhost:1234"),
        entry(QWEN, "api_base: http://localhost:1234"),
        entry(QWEN, "api_base: http://localhost:1234//v1"),
        entry(QWEN, "api_base: http://0.0.0.0:1234/v1"),
        gpt(OPENAI, "api_base: https://gw.example.com/v1/chat/completions"),
        gpt(OPENAI, "api_base: 'https://gw.example.com/v1 '"),
        gpt(OPENAI, "api_base: http://gw.example.com:port/v1"),
        gpt(OPENAI, "api_base: http://user:pw@localhost:1/v1"),
        gpt(OPENAI, "api_base: https://<your-host>/v1"),
        entry(SONNET, ANTHROPIC, "api_base: https://gw.example.com/anthropic/v1"),
        entry(
            "azure/gpt-4o",
            AZURE,
            "api_base: https://r.openai.azure.com/openai/deployments/gpt-4o?api-version=2024-10-21",
        ),
        entry("vllm/qwen3", "api_base: http://localhost:8000/v1"),
    ),
    "missing-api-base": (
        entry(QWEN),
        entry(QWEN, "api_base:"),
        entry("azure/gpt-4o", AZURE),
        entry("hosted_vllm/qwen3"),
    ),
    "insecure-api-base": (
        gpt(OPENAI, "api_base: http://gw.example.com/v1"),
        gpt(OPENAI, "api_base: http://10.0.0.5:8000/v1"),
    ),
    "undefined-default": (
        "models:\n  ollama/llama3:\ndefault: ollama/llama2\n",
        "models:\n  ollama/llama3:\n    name: Llama\ndefault: Llama\n",
        "models:\n  ollama/llama3:\ndefault: llama3\n",
        "models:\n  ollama/llama3:\ndefault: ${MODEL}\n",
    ),
    "missing-default": ("models:\n  ollama/llama3:\n", "models:\n  ollama/llama3:\ndefault:\n"),
}
"""The files by rule."""

TWO_MISTAKES: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("unknown-provider", entry("openia/gpt-4o"), frozenset({"missing-api-key"})),
    ("unknown-provider", entry("OpenAI/gpt-4o"), frozenset({"missing-api-key"})),
    ("unknown-provider", entry("opnai/gpt-4o", "api_key: sk-tooshort"), frozenset({"malformed-api-key"})),
    ("unknown-provider", entry("lmstudio/qwen3"), frozenset({"missing-api-base"})),
    (
        "unknown-provider",
        entry("lmstudio/qwen3", "api_base: http://localhost:1234"),
        frozenset({"invalid-api-base"}),
    ),
    ("unknown-provider", entry("azure_openai/gpt-4o"), frozenset({"missing-api-key", "missing-api-base"})),
    ("wrong-type", gpt("api_key: 0123456"), frozenset({"malformed-api-key"})),
    ("unknown-field", entry(LLAMA, "timout: 5m"), frozenset({"wrong-type"})),
    ("unknown-field", entry(LLAMA, "timeouts: 0"), frozenset({"out-of-range"})),
    ("unknown-field", gpt("api_ky: ${OPENAI_API_KEY}"), frozenset({"env-reference"})),
)
"""Files with two mistakes, of which the second cannot be judged before the first one is fixed: its rules."""
