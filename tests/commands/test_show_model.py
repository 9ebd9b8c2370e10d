"""`show`: what could be secret is masked."""

from support.commands import FIVE_MODELS, GPT_4O, MASK, run


def test_show_masks_all_that_could_be_secret() -> None:
    outcome = run("showModel", FIVE_MODELS, {"modelId": "openai/gpt-4o"})
    assert outcome.message == "GPT-4o (openai/gpt-4o). Same API key as 2 others."
    assert outcome.value == GPT_4O | {
        "detail": "openai · 128K · $2.50 / $10",
        "fields": {
            "name": "GPT-4o",
            "api_key": MASK,
            "timeout": 300,
            "extra_headers": MASK,
            "api_base": "https://host.example.com/v1",
            "my_own": MASK,
        },
        "sameKeyAs": ["openai/gpt-4o-mini", "openai/gpt-3"],
    }


def test_show_of_an_entry_without_a_value() -> None:
    outcome = run("showModel", FIVE_MODELS, {"modelId": "ollama/llama3.1"})
    assert outcome.message == "ollama/llama3.1."
    assert (outcome.value["fields"], outcome.value["sameKeyAs"], outcome.value["apiKey"]) == ({}, [], None)
