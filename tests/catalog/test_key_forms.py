"""Key formats: placeholders, malformed keys, keys of another provider, and texts that look like keys."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aloop_models.catalog import (
    is_malformed,
    is_placeholder,
    is_placeholder_url,
    key_forms,
    key_problem,
    load_catalog,
    looks_like_key,
    provider_of_key,
)
from aloop_models.catalog.key_forms import KeyProblem, may_contain_key, prefixes_of
from aloop_models.catalog.provider_table import BASE_EXAMPLE

# Random parts, put together here so that no real key's form stands whole in the repository.
BODY = "7Kq2Zp9Xw4Lm8Tb5Rn3Vc6Jd1Hs0Gf" * 4
ANTHROPIC = "sk-ant-" + "api03-" + BODY[:90]
OPENAI = "sk-" + "proj-" + BODY
OLD_OPENAI = "sk-" + BODY[:48]
GEMINI = "AIza" + BODY[:35]
GROQ = "gsk_" + BODY[:52]
OPENROUTER = "sk-or-" + "v1-" + BODY[:64]
HUGGING_FACE = "hf_" + BODY[:34]


@pytest.mark.parametrize(
    "key",
    [
        "sk-...",
        "sk-ant-...",
        "...",
        "…",
        "your-api-key",
        "YOUR_API_KEY",
        "<key>",
        "<your key>",
        "xxx",
        "sk-xxxx",
        "sk-ant-xxxxxxxx",
        "XXXXXXXX",
        "changeme",
        "change-me",
        "TODO",
        "todo: key",
        "sk-your-key-here",
        "your_openai_api_key_here",
        "{api_key}",
        "[key]",
        "insert-key",
        "****",
        "api-key",
        "API_KEY",
        "my-api-key",
        "placeholder",
        "sk-1234567890",
        "sk-00000000",
        "REDACTED",
        "'sk-...'",
        " xxx ",
        "replace-me",
        "enter your key",
        "paste-your-key",
        "key-goes-here",
        "___",
    ],
)
def test_placeholders(key: str) -> None:
    assert is_placeholder(key)
    assert key_problem("openai", key) is KeyProblem.PLACEHOLDER


@pytest.mark.parametrize(
    "key",
    [
        "",
        "${OPENAI_API_KEY}",
        "$KEY",
        "EMPTY",
        "ollama",
        "not-needed",
        "dummy",
        "none",
        "sk-1234",
        ANTHROPIC,
        OPENAI,
        OLD_OPENAI,
        GEMINI,
        GROQ,
        OPENROUTER,
        '{"clientid": "a"}',
        f"<{OPENAI}>",
        f"[{BODY[:32]}]",
    ],
)
def test_no_placeholders(key: str) -> None:
    assert not is_placeholder(key)


@pytest.mark.parametrize(
    ("key", "provider"),
    [
        (ANTHROPIC, "anthropic"),
        (OPENAI, "openai"),
        (GEMINI, "gemini"),
        (GROQ, "groq"),
        (OPENROUTER, "openrouter"),
        (HUGGING_FACE, "huggingface"),
        (OLD_OPENAI, None),
        (BODY, None),
        ("", None),
    ],
)
def test_whose_key(key: str, provider: str | None) -> None:
    assert provider_of_key(key) == provider


@pytest.mark.parametrize(
    ("provider", "key"),
    [
        ("anthropic", ANTHROPIC),
        ("anthropic_text", ANTHROPIC),
        ("openai", OPENAI),
        ("openai", OLD_OPENAI),
        ("text-completion-openai", OPENAI),
        ("deepseek", OLD_OPENAI),
        ("moonshot", OLD_OPENAI),
        ("gemini", GEMINI),
        ("vertex_ai", GEMINI),
        ("mistral", BODY[:32]),
        ("mistral", "anything!"),
        ("azure", BODY[:32]),
        ("nobody", "x1"),
        ("litellm_proxy", "sk-1234"),
        ("litellm_proxy", OPENAI),
        ("hosted_vllm", "EMPTY"),
        ("sap", '{"clientid": "a b",\n "clientsecret": "c"}'),
        ("openai", ""),
    ],
)
def test_keys_without_problem(provider: str, key: str) -> None:
    assert key_problem(provider, key) is None


@pytest.mark.parametrize(
    ("provider", "key"),
    [
        ("openai", OPENAI + " "),
        ("openai", "\n" + OPENAI),
        ("mistral", "a b"),
        ("mistral", "a\tb"),
        ("mistral", "schlüssel"),
        ("mistral", "a\u200bb"),
        ("mistral", "a\x00b"),
        ("mistral", '"' + BODY + '"'),
        ("mistral", BODY + ","),
        ("openai", "Bearer " + OPENAI),
        ("openai", OPENAI[:20]),
        ("openai", "sk-short"),
        ("anthropic", ANTHROPIC[:30]),
        ("anthropic", BODY),
        ("anthropic", OLD_OPENAI),
        ("openai", BODY),
        ("groq", "gsk_short"),
    ],
)
def test_malformed_keys(provider: str, key: str) -> None:
    assert is_malformed(provider, key)
    assert key_problem(provider, key) is KeyProblem.MALFORMED


@pytest.mark.parametrize(
    ("provider", "key"),
    [
        ("openai", ANTHROPIC),
        ("anthropic", OPENAI),
        ("openai", GEMINI),
        ("gemini", GROQ),
        ("mistral", OPENROUTER),
        ("openrouter", OPENAI),
        ("azure", ANTHROPIC),
    ],
)
def test_keys_of_another_provider_are_misplaced_and_not_malformed(provider: str, key: str) -> None:
    assert key_problem(provider, key) is KeyProblem.OTHER_PROVIDER
    assert not is_malformed(provider, key)


@pytest.mark.parametrize(
    "text",
    [
        ANTHROPIC,
        OPENAI,
        OLD_OPENAI,
        GEMINI,
        GROQ,
        OPENROUTER,
        HUGGING_FACE,
        f" {OPENAI} ",
        f"openai/{OPENAI}",
        f"https://a.b?key={GEMINI}",
        f"my key {ANTHROPIC}",
        BODY[:32],
        "123e4567-e89b-12d3-a456-426614174000",
        "AKIA" + "7KQ2ZP9XW4LM8TB5",
    ],
)
def test_texts_that_look_like_keys(text: str) -> None:
    assert looks_like_key(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "openai/gpt-4o",
        "sk-...",
        "sk-ant-...",
        "your-api-key",
        "GPT-4o (work)",
        "task-runner",
        "sk-learn-model-with-a-long-name",
        "hf_model_with_many_words_in_it",
        "http://localhost:11434",
        "replicate/meta/llama-2-70b-chat:" + "02e509c789964a7e" * 4,
        "x" * 64,
        "0" * 40,
    ],
)
def test_texts_that_are_no_keys(text: str) -> None:
    assert not looks_like_key(text)


def test_no_model_id_of_the_catalog_looks_like_a_key() -> None:
    catalog = load_catalog()
    ids = [facts.id for name in catalog.providers for facts in catalog.models_of(name)]
    assert not [model_id for model_id in ids if looks_like_key(model_id)]


def test_prefixes() -> None:
    assert prefixes_of("anthropic") == ("sk-ant-",)
    assert "sk-" in prefixes_of("openai")
    assert prefixes_of("mistral") == ()
    assert load_catalog().providers["groq"].key_prefixes == ("gsk_",)


_PROVIDERS = st.sampled_from(sorted(load_catalog().providers))
_KEYS = st.text(max_size=40) | st.text(alphabet=string.ascii_letters + string.digits, max_size=60)


@given(_PROVIDERS, _KEYS)
def test_law_one_answer_agrees_with_the_parts(provider: str, key: str) -> None:
    problem = key_problem(provider, key)
    assert (problem is KeyProblem.PLACEHOLDER) == (bool(key) and is_placeholder(key))
    if problem is KeyProblem.MALFORMED:
        assert is_malformed(provider, key)
    if problem is None and key:
        assert not is_malformed(provider, key)
    looks_like_key(key)


JWT = "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0." + BODY[:43]


@pytest.mark.parametrize(
    "text",
    [
        f"api_key{OPENAI}: 5",
        f"openai/x{OPENAI}",
        f"key{GEMINI}",
        f"my{ANTHROPIC}",
        f"x{GROQ}",
        f"x{HUGGING_FACE}",
        f"x{OPENROUTER}",
        JWT,
        f"x{JWT}",
        "wJalrXUtnFEMI/" + "K7MDENG/bPxRfiCYzEXAMPLEKEY"[:26],
        "glpat-" + BODY[:20],
        "xoxb-" + "123456789012-" + BODY[:24],
        "sk_live_" + BODY[:24],
        "ya29." + BODY[:60],
        "npm_" + BODY[:36],
        "SG." + BODY[:22] + "." + BODY[:43],
        "ghp_" + BODY[:36],
        "0a9F" + BODY[:28],
        BODY[:52] + "JQQJ99" + BODY[:26],
    ],
)
def test_keys_inside_a_word_and_of_other_services(text: str) -> None:
    assert looks_like_key(text)


def test_a_long_word_is_searched_once():
    """A search from each of its letters would take minutes."""
    assert not looks_like_key("a" * 500_000 + "/")
    assert not looks_like_key("eyJ" * 150_000)
    assert looks_like_key("eyJ" * 150_000 + JWT)
    assert looks_like_key("a" * 500_000 + "JQQJ99" + BODY[:26])


@pytest.mark.parametrize(
    "mark", ["ASIA" + "Q7ZK3W9XJ2MB5RTC", "xai-" + BODY, "sk-" + BODY, "T3BlbkFJ" + BODY, "ghr_" + BODY]
)
def test_a_key_is_found_in_a_long_text(mark: str):
    assert looks_like_key(f"{'word ' * 2_000}{mark}{' word' * 2_000}")
    assert not looks_like_key("word " * 4_000)


_TELEGRAM, _AZURE = r"[0-9]{8,10}:AA[A-Za-z0-9_-]{32,}", r"[A-Za-z0-9]{40}JQQJ99[A-Za-z0-9]{10,}"
_STRUCTURED = [*key_forms._STRUCTURED.pattern.split("|")[:3], _TELEGRAM, _AZURE]
_WORDS = key_forms._PLACEHOLDER_WORDS
_BARE = (key_forms._UUID, key_forms._BASE64, key_forms._MIXED)
_FORMS = (*_STRUCTURED, *(re.compile(form.pattern, form.flags) for form in _BARE))


@given(st.one_of(*(st.from_regex(form, fullmatch=True) for form in _FORMS)), st.sampled_from(["", "a", "-", "."]))
def test_the_quick_search_finds_every_form(key: str, around: str):
    assert may_contain_key(key)
    assert may_contain_key(f"{around}{key}{around}")


@given(st.text("ab1Z._-", min_size=12, max_size=40), st.sampled_from(["sk-", "AIza", "glpat-", "xai-"]))
def test_the_quick_search_finds_every_token(body: str, prefix: str):
    token = key_forms._TOKEN.search(prefix + body)
    if token and any(key_forms._is_random(run) for run in key_forms._RUN.findall(token.group())):
        assert may_contain_key(prefix + body)


def test_the_quick_search_finds_nothing_in_most_texts() -> None:
    assert not may_contain_key("openai/gpt-4o-mini: The model is not in the catalog. If the ID is correct, keep it.")


@given(st.from_regex(re.compile(_WORDS.pattern, _WORDS.flags)))
def test_the_quick_search_finds_every_placeholder(text: str):
    folded = text.casefold()
    if _WORDS.search(folded):
        assert key_forms._MARK_OF_PLACEHOLDER.search(folded)


@pytest.mark.parametrize("provider", ["azure", "azure_ai", "azure_text", "cloudflare", "databricks"])
def test_an_example_of_a_url_that_names_no_server_is_a_placeholder(provider: str) -> None:
    assert is_placeholder_url(BASE_EXAMPLE[provider])


def test_the_account_in_the_example_of_snowflake_is_a_placeholder() -> None:
    assert is_placeholder_url("https://1234567890.snowflakecomputing.com/api/v2/cortex/inference:complete")


@pytest.mark.parametrize("url", [BASE_EXAMPLE["watsonx"], "https://my-resources.openai.azure.com"])
def test_a_url_that_names_a_server_is_not_a_placeholder(url: str) -> None:
    assert not is_placeholder_url(url)
