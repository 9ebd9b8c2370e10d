"""Mistakes with what is missing, retired models, and files of another format."""

# ruff: noqa: E501
# A message is one line.

from support.mistake import (
    KA,
    KO,
    KZ,
    Fixed,
    Mistake,
    answer,
    error,
    in_entry,
    in_file,
    safe,
    set_key,
    unsafe,
    warning,
)

PROXY = "'model_list' is the format of the LiteLLM proxy, which has no effect here. Convert it: aloop models import"
NO_KEY = "api_key is missing. Add your OpenAI API key."
LIST = "models is a list, not a mapping. Write one 'provider/model:' per line, without dashes or brackets."
MODEL = "Unknown top-level key 'model': it has no effect. Write the model as an entry in models."


def to_entry(before: str, after: str) -> Fixed:
    return unsafe("Change to an entry in models", before, after)


MISTAKES: dict[str, list[Mistake]] = {
    "a key that is missing": [
        in_entry("openai/gpt-4o", error("missing-api-key", "openai/gpt-4o", NO_KEY, set_key(None, "openai/gpt-4o"))),
        in_entry(
            "openai/gpt-4o",
            "api_key:",
            error(
                "missing-api-key", "api_key", NO_KEY, safe("Set API key…", "api_key:", f"api_key: {answer('openai/')}")
            ),
        ),
        in_entry(
            "openai/gpt-4o",
            "api_key: sk-...",
            error(
                "placeholder-api-key",
                "sk-...",
                "api_key is a placeholder. Replace it with your API key.",
                set_key("sk-...", "openai/gpt-4o"),
            ),
        ),
        in_file(
            f"models:\n  openai/gpt-4o:\n    name: GPT-4o\n    api_key: {KO}\n  openai/gpt-5.6:\n    timeout: 5\ndefault: openai/gpt-4o\n",
            error(
                "missing-api-key",
                "openai/gpt-5.6",
                "openai/gpt-5.6: api_key is missing. Add your OpenAI API key.",
                unsafe("Use the key of GPT-4o", "default: openai/gpt-4o", f"    api_key: {KO}\ndefault: openai/gpt-4o"),
                set_key(None, "openai/gpt-5.6"),
            ),
        ),
        in_file(
            f"models:\n  openai/gpt-4o:\n    name: GPT-4o\n    api_key: {KO}\n  openai/gpt-5.6:\n    api_key: sk-...\ndefault: openai/gpt-4o\n",
            error(
                "placeholder-api-key",
                "sk-...",
                "openai/gpt-5.6: api_key is a placeholder. Replace it with your API key.",
                unsafe("Use the key of GPT-4o", "sk-...", KO),
                set_key("sk-...", "openai/gpt-5.6"),
            ),
        ),
        in_file(
            f"models:\n  openai/gpt-4o:\n    name: GPT-4o\n    api_key: &key {KO}\n  openai/gpt-5.6:\n    api_key: ${{OPENAI_API_KEY}}\ndefault: openai/gpt-4o\n",
            error(
                "env-reference",
                "${OPENAI_API_KEY}",
                "openai/gpt-5.6: api_key contains a reference, such as an environment variable. Write the API key itself: references are not expanded.",
                unsafe("Use the key of GPT-4o", "${OPENAI_API_KEY}", "*key"),
                set_key("${OPENAI_API_KEY}", "openai/gpt-5.6"),
            ),
        ),
    ],
    "a URL that is missing": [
        in_entry(
            "lm_studio/qwen3",
            error(
                "missing-api-base",
                "lm_studio/qwen3",
                "api_base is missing. LM Studio needs a URL, such as http://localhost:1234/v1.",
                unsafe(
                    "Add api_base: http://localhost:1234/v1",
                    "default: lm_studio/qwen3",
                    "    api_base: http://localhost:1234/v1\ndefault: lm_studio/qwen3",
                ),
            ),
        ),
        in_entry(
            "hosted_vllm/qwen3",
            "api_base:",
            error(
                "missing-api-base",
                "api_base",
                "api_base is missing. vLLM server needs a URL, such as http://localhost:8000/v1.",
                unsafe("Add api_base: http://localhost:8000/v1", "api_base:", "api_base: http://localhost:8000/v1"),
            ),
        ),
        in_entry(
            "azure/gpt-4o",
            f"api_key: {KZ}",
            error(
                "missing-api-base",
                "azure/gpt-4o",
                "api_base is missing. Azure needs a URL, such as https://my-resource.openai.azure.com.",
            ),
        ),
    ],
    "a retired model": [
        in_entry(
            "openai/gpt-4",
            f"api_key: {KO}",
            error(
                "deprecated-model",
                "openai/gpt-4",
                "The model was retired on 2026-10-23. Change to openai/gpt-5.6.",
                unsafe("Change to openai/gpt-5.6 (its successor)", "openai/gpt-4", "openai/gpt-5.6"),
            ),
        ),
        in_entry(
            "openai/gpt-4#work",
            f"api_key: {KO}",
            error(
                "deprecated-model",
                "openai/gpt-4#work",
                "The model was retired on 2026-10-23. Change to openai/gpt-5.6.",
                unsafe("Change to openai/gpt-5.6 (its successor)", "openai/gpt-4#work", "openai/gpt-5.6#work"),
            ),
        ),
        in_entry(
            "anthropic/claude-sonnet-4-5",
            f"api_key: {KA}",
            warning(
                "deprecated-model",
                "anthropic/claude-sonnet-4-5",
                "The model will be retired on 2026-11-30 (in 8 days). Change to anthropic/claude-sonnet-5-5.",
                unsafe(
                    "Change to anthropic/claude-sonnet-5-5 (its successor)",
                    "anthropic/claude-sonnet-4-5",
                    "anthropic/claude-sonnet-5-5",
                ),
            ),
        ),
        in_entry(
            "openai/gpt-3.5-turbo",
            f"api_key: {KO}",
            error(
                "deprecated-model",
                "openai/gpt-3.5-turbo",
                "The model was retired on 2026-10-23. Change to a newer model.",
            ),
        ),
    ],
    "a file of the LiteLLM proxy": [
        in_file(
            "model_list:\n  - model_name: gpt\n    litellm_params:\n      model: openai/gpt-4o\n",
            warning(
                "unknown-field",
                "model_list",
                PROXY,
                unsafe(
                    "Convert 1 model to entries",
                    "model_list:\n  - model_name: gpt\n    litellm_params:\n      model: openai/gpt-4o",
                    "models:\n  openai/gpt-4o:\n    name: gpt",
                ),
            ),
        ),
        in_file(
            f"model_list:\n  - model_name: gpt\n    litellm_params:\n      model: openai/gpt-4o\n      api_key: {KO}\nlitellm_settings:\n  drop_params: true\n",
            warning(
                "unknown-field",
                "model_list",
                PROXY,
                unsafe(
                    "Convert 1 model to entries",
                    f"model_list:\n  - model_name: gpt\n    litellm_params:\n      model: openai/gpt-4o\n      api_key: {KO}\nlitellm_settings:\n  drop_params: true",
                    f"models:\n  openai/gpt-4o:\n    name: gpt\n    api_key: {KO}\n# litellm_settings:\n#   drop_params: true",
                ),
            ),
        ),
    ],
    "look-alike white space and punctuation": [
        in_file(
            f"models:\n  openai/gpt-4o:\n\xa0\xa0\xa0\xa0api_key: {KO}\ndefault: openai/gpt-4o\n",
            error(
                "look-alike-syntax",
                "\xa0\xa0\xa0\xa0",
                "YAML reads U+00A0 (no-break space) as text. Use spaces.",
                safe("Replace the character", f"\xa0\xa0\xa0\xa0api_key: {KO}", f"    api_key: {KO}"),
            ),
        ),
        in_file(
            f"models：\n  openai/gpt-4o:\n    api_key: {KO}\ndefault: openai/gpt-4o\n",
            error(
                "look-alike-syntax",
                "：",
                "YAML reads U+FF1A (fullwidth colon) as text. Use ':'.",
                safe("Replace the character", "models：", "models:"),
            ),
        ),
        in_file(
            f"models:\n  openai/gpt-4o：\n    api_key： {KO}\ndefault: openai/gpt-4o\n",
            error(
                "look-alike-syntax",
                "：",
                "YAML reads U+FF1A (fullwidth colon) as text. Use ':' (2 places).",
                safe(
                    "Replace the 2 look-alike characters",
                    f"openai/gpt-4o：\n    api_key： {KO}",
                    f"openai/gpt-4o:\n    api_key: {KO}",
                ),
            ),
        ),
        in_file(
            f"models:\n\u3000\u3000openai/gpt-4o:\n\u3000\u3000\u3000\u3000api_key: {KO}\ndefault: openai/gpt-4o\n",
            error(
                "look-alike-syntax",
                "\u3000\u3000",
                "YAML reads U+3000 (ideographic space) as text. Use spaces (2 places).",
                safe(
                    "Replace the 2 look-alike characters",
                    f"\u3000\u3000openai/gpt-4o:\n\u3000\u3000\u3000\u3000api_key: {KO}",
                    f"    openai/gpt-4o:\n        api_key: {KO}",
                ),
            ),
        ),
        in_file(
            f"models:\n  openai/gpt-4o: {{api_key: {KO}，timeout：5}}\ndefault: openai/gpt-4o\n",
            error(
                "look-alike-syntax",
                "，",
                "YAML reads U+FF0C (fullwidth comma) and U+FF1A (fullwidth colon) as text. Replace them with ASCII characters (2 places).",
                safe(
                    "Replace the 2 look-alike characters",
                    f"openai/gpt-4o: {{api_key: {KO}，timeout：5}}",
                    f"openai/gpt-4o: {{api_key: {KO}, timeout: 5}}",
                ),
            ),
        ),
    ],
    "a list of models": [
        *(
            in_file(
                f"models:\n{before}default: ollama/llama3.1\n",
                error("wrong-type", underlined, LIST, unsafe("Change the list to entries", before, after)),
            )
            for before, underlined, after in (
                (
                    "  - ollama/llama3.1\n  - 'ollama/qwen3:8b' # mine\n",
                    "- ollama/llama3.1",
                    "  ollama/llama3.1:\n  'ollama/qwen3:8b': # mine\n",
                ),
                ("- ollama/llama3.1\n", "- ollama/llama3.1", "  ollama/llama3.1:\n"),
                (
                    f"    - id: openai/gpt-4o\n      api_key: {KO}\n    # local\n    - model: ollama/llama3.1\n",
                    "- id: openai/gpt-4o",
                    f"    openai/gpt-4o:\n      api_key: {KO}\n    # local\n    ollama/llama3.1:\n",
                ),
                (
                    f"- openai/gpt-4o:\n    api_key: {KO}\n- ollama/llama3.1:\n",
                    "- openai/gpt-4o:",
                    f"  openai/gpt-4o:\n    api_key: {KO}\n  ollama/llama3.1:\n",
                ),
            )
        ),
        *(
            in_file(f"models:\n{before}default: null\n", error("wrong-type", underlined, LIST))
            for before, underlined in (
                (f"- id: openai/gpt-4o\n  api_key: {KO}\n", "- id: openai/gpt-4o"),
                ("  - ollama/llama3.1\n  - ollama/llama3.1\n", "- ollama/llama3.1"),
                ("  - ollama/llama3.1\n  - llama3.1\n", "- ollama/llama3.1"),
                (f"  - name: mine\n    id: openai/gpt-4o\n    api_key: {KO}\n", "- name: mine"),
                ("  [ollama/llama3.1, ollama/qwen3]\n", "[ollama/llama3.1, ollama/qwen3]"),
                ("  - [ollama/llama3.1]\n", "- [ollama/llama3.1]"),
            )
        ),
    ],
    "a model at the top level": [
        in_file(
            "# my models\nmodel: ollama/llama3.1 # local\n",
            warning("unknown-field", "model", MODEL, to_entry("model: ollama/llama3.1", "models:\n  ollama/llama3.1:")),
        ),
        in_file(
            "default: 'ollama/llama3.1'\r\nmodel: 'ollama/llama3.1'\r\n",
            warning(
                "unknown-field", "model", MODEL, to_entry("model: 'ollama/llama3.1'", "models:\r\n  'ollama/llama3.1':")
            ),
        ),
        in_file("model:\n  ollama/llama3.1\n", warning("unknown-field", "model", MODEL)),
        in_file("{model: ollama/llama3.1}\n", warning("unknown-field", "model", MODEL)),
    ],
}
