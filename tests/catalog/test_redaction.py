"""Redaction masks keys and credentials in URLs, and nothing else."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aloop_models.catalog import load_catalog
from aloop_models.catalog.file_secrets import redactor_of
from aloop_models.catalog.redaction import MASK, StreamRedactor, mask, quote, redact, redact_name, redactor_for
from aloop_models.catalog.schema_file import load_schema
from aloop_models.catalog.urls import host_of_url
from aloop_models.core.reader import read_document
from support.sample_keys import secret

ROOT = Path(__file__).parents[2]
KEY = secret("key", length=20)
PREFIXED = secret("prefixed", "sk-proj-")
AWS_PARTS = ("wJalrXUtnFEMI", "K7MDENG", "bPxRfiCYzzQRSTKEY1")
AWS_SECRET = "/".join(AWS_PARTS)
ODD_SECRETS = ("qwmznxbvlaksjdhfgpqowieurytzmxnc", "correct-horse-battery-staple-99", "48291037465512930847")
"""Secrets that only their place in a file tells from other words and numbers."""
WRAPPED = ("'\"%s\"'", "'%s,'", "export OPENAI_API_KEY=%s", "'api_key: \"%s\"'", "'Bearer: %s'", '"%s\\u200b"')
"""Values with what is often copied with a key."""


def test_no_name_of_the_catalog_is_masked() -> None:
    catalog = load_catalog()
    names = [name for facts in catalog.providers.values() for name in (facts.name, facts.label, facts.docs_url or "")]
    names += [facts.id for name in catalog.providers for facts in catalog.models_of(name)]
    assert [name for name in names if redact(name) != name] == []


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda path: path.name)
def test_no_prose_of_the_documentation_is_masked(page: Path) -> None:
    # Examples of rules contain keys on purpose.
    prose = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    assert [line for line in prose.splitlines() if mask(line) != line] == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"openai/{PREFIXED}", MASK),
        (f"openai/x{PREFIXED}", MASK),
        (f"My {PREFIXED} key.", f"My {MASK} key."),
        (f"'{PREFIXED}' is not a model", f"'{MASK}' is not a model"),
        (f'{{"key": "{PREFIXED}"}}', f'{{"key": "{MASK}"}}'),
        (f"openai/{KEY}", MASK),
        (f"openai/{KEY}#work", MASK),
        ("openai/" + "0a9fb3c7" * 4, MASK),
        (f"openai/{AWS_SECRET}", MASK),
        (f"openai/{AWS_SECRET}#work", MASK),
        ("openai/123e4567-e89b-12d3-a456-426614174000", MASK),
        ("watsonx/deployment/123e4567-e89b-12d3-a456-426614174000",) * 2,
        ("/home/me/123e4567-e89b-12d3-a456-426614174000/models.yaml",) * 2,
        ("https://me:PASS1@PASS2@127.0.0.1:1/v1", f"https://{MASK}@127.0.0.1:1/v1"),
        ("https://me:pa/ss@host.example/v1", f"https://{MASK}@host.example/v1"),
        ("https://token@host.example", f"https://{MASK}@host.example"),
        ("https://host.example/v1?api_key=x1&api-version=2", f"https://host.example/v1?api_key={MASK}&api-version=2"),
        ("https://host.example/v1#access_token=x1", f"https://host.example/v1#access_token={MASK}"),
        ("https://www.npmjs.com/package/@types/node",) * 2,
        ("https://host.example/v1?max_tokens=5",) * 2,
        ("Keys of Anthropic begin with sk-ant-",) * 2,
        ("Bearer abcdefgh12345678", f"Bearer {MASK}"),
        ("a\x1b]0;b\x07", "a]0;b"),
    ],
)
def test_what_is_masked(text: str, shown: str) -> None:
    assert redact(text) == shown
    assert redact(shown) == shown


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://me:a@b@host.example:8/v1", "host.example:8"),
        ("https://me:a/b@host.example/v1", "host.example"),
        ("http://127.0.0.1:1/v1", "127.0.0.1:1"),
        ("http://[::1]:8080/v1", "[::1]:8080"),
        ("https://host.example/@x", "host.example"),
        ("host.example", None),
    ],
)
def test_the_host_of_a_url(url: str, host: str | None) -> None:
    assert host_of_url(url) == host


def test_the_secrets_of_a_file() -> None:
    text = f"""\
# api_key: commented-{KEY}
models:
  openai/a:
    api_key: &k my-own-secret
    extra_headers: {{Authorization: Bearer hunter2hunter2, X-Title: My Application}}
    api_base: https://me:first@second-part@proxy.example/v1?key=query-secret&api-version=2024-02-01
    description: My favorite model of 2026
  openai/b: {{api_key: ollama, name: *k}}
  openai/c: {{api_key: 7391640285517, aws_session_token: not-needed, nam: {KEY}}}
  openai/d: {{api_key: "${{OPENAI_API_KEY}}"}}
  openai/e: {{api_key: your-api-key, token: anthropic}}
  openai/f: {KEY.lower()}
"""
    redactor = redactor_of(read_document(text), load_schema())
    assert redactor.secrets == {
        *(f"commented-{KEY}", "my-own-secret", "Bearer hunter2hunter2", "hunter2hunter2", "first@second-part"),
        *("second-part", "query-secret", KEY, "7391640285517", KEY.lower()),
    }
    assert redactor.redact("my-own-secret is used") == f"{MASK} is used"
    assert redactor.redact("openai/my-own-secret") == f"openai/{MASK}"
    assert redactor.redact_markdown(r"**my\-own\-secret**") == f"**{MASK}**"


@pytest.mark.parametrize("key", ODD_SECRETS)
@pytest.mark.parametrize(
    "text",
    [
        "models: {openai/a: {apikey: %s}}",
        "models: {openai/a: {api_kye: %s}}",
        "models: {openai/a: {OPENAI_API_KEY: Bearer %s}}",
        "models: {openai/a: {headers: {Authorization: Bearer %s}}}",
        "models: {openai/a: {litellm_params: {api_key: %s}}}",
        "models: {openai/a: {api_key: {value: %s}}}",
        "models: {openai/a: {api_key: {%s}}}",
        "models: {openai/a: {api_key: [%s]}}",
        "models: {openai/a: [{api_key: %s}]}",
        "models: [{name: a, apiKey: %s}]",
        "model_list: [{litellm_params: {api_key: %s}}]",
        "x: {some: &a [%s], api_key: *a}",
        "api_key: %s",
        "models:\n  openai/a:\n   apiKey: %s\n  name: a\n",
        "# OPENAI_API_KEY=%s",
        "models: {openai/a: {env: ['OPENAI_API_KEY=%s']}}",
        "models: {openai/a: {extra_headers: ['Authorization: Bearer %s']}}",
        "models: {openai/a: {extra_headers: 'Authorization: Bearer %s'}}",
        *(f"models: {{openai/a: {{api_key: {written}}}}}" for written in WRAPPED),
    ],
)
def test_a_secret_under_a_wrong_name_or_of_a_wrong_type(text: str, key: str) -> None:
    redactor = redactor_of(read_document(text.replace("%s", key)), load_schema())
    assert redactor.redact(f"openai/{key} is not ready") == f"openai/{MASK} is not ready"


@pytest.mark.parametrize("key", [ODD_SECRETS[0], ODD_SECRETS[2]])
def test_a_secret_that_is_broken_into_lines_is_known_as_a_whole(key: str) -> None:
    text = f"models:\n  openai/a:\n    api_key: {key[:10]}\n      {key[10:]}\n"
    assert redactor_of(read_document(text), load_schema()).redact(f"my {key}") == f"my {MASK}"


@pytest.mark.parametrize("key", ODD_SECRETS)
def test_a_secret_in_place_of_an_entry(key: str) -> None:
    redactor = redactor_of(read_document(f"models:\n  openai/a: {key}\ndefault: {key}\n"), load_schema())
    assert redactor.redact(f"'{key}' is not a model") == f"'{MASK}' is not a model"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("models: {sonnet: claude-sonnet-4-5-20250929}", "claude-sonnet-4-5-20250929"),
        ("models: {openai/a: gpt-4o-mini-2024-07-18}", "gpt-4o-mini-2024-07-18"),
        ("models: {azure/a: my-deployment-2026}", "my-deployment-2026"),
        ("models: {openai/a: my favorite model of 2026}", "my favorite model of 2026"),
        ("models: {ollama/a: 'http://localhost:11434'}", "http://localhost:11434"),
        ("models: {hosted_vllm/a: {tokenizer: my-org/my-tokenizer-v2}}", "my-org/my-tokenizer-v2"),
        ("models: {openai/a: {extra_header: {X-Title: My Application}}}", "My Application"),
        ("models: {openai/a: {extra_headers: {X-Title: My Application}}}", "My Application"),
        ("models: {openai/a: {prompt_cache_key: my-project-2026}}", "my-project-2026"),
        ("models: {openai/a: {api_key: {environment: OPENAI_API_KEY}}}", "environment OPENAI_API_KEY"),
        ("models: {openai/a: {api_key: {source: environment}}}", "an environment variable"),
        ("models: {openai/a: {metadata: {team: customer-success}}}", "customer-success"),
        ("providers: {my-provider-2: {models: [my-model-2026]}}", "my-provider-2/my-model-2026"),
    ],
)
def test_what_is_not_the_secret_of_a_file(text: str, shown: str) -> None:
    assert redactor_of(read_document(text), load_schema()).redact(shown) == shown


def test_secrets_of_a_broken_file() -> None:
    text = f'models:\n  openai/a:\n    api_key: {KEY}\n   token: "second-secret\n'
    secrets = redactor_of(read_document(text), load_schema()).secrets
    assert {KEY, "second-secret"} <= secrets


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_a_long_broken_file_is_searched_to_its_end(line_break: str) -> None:
    """It is searched in parts; every line is in one of them as a whole."""
    keys = [f"Zx{number:04}qLw9RtVb" for number in range(1500)]
    text = "models: [\n" + "".join(f"  openai/a:\n    api_key: {key}\n" for key in keys)
    document = read_document(text.replace("\n", line_break))
    assert not document.parses
    redactor = redactor_of(document, load_schema())
    assert [redactor.redact(key) for key in keys] == [MASK] * len(keys)


@pytest.mark.parametrize(
    "between",
    ["\n", " \\\n    ", "\n# ", '",\n  "', "-\n", "' . '", "' + '", "\u200b", "\u00ad", "\n// ", " |\n| ", "\r\n> "],
)
@pytest.mark.parametrize("key", [*ODD_SECRETS, f"my-own/{KEY}"])
def test_a_secret_that_is_split_in_a_file_is_masked(key: str, between: str) -> None:
    masked = redactor_for(frozenset({key})).mask_content(f"x {key[:13]}{between}{key[13:]} y\n")
    assert masked.startswith(f"x {MASK}")
    assert masked.endswith(f"{MASK} y\n")
    assert not [part for part in (key[:8], key[9:16], key[-8:]) if part in masked]


@pytest.mark.parametrize(
    "text",
    [
        *("my own\nsecret", "my_own_secret", "'my' own, secret", "2026-11-30\n", "2,026,113,0\n", "data base\n"),
        *("20, 26\n11, 31\n", "the database's\n", "the data\nbasesets"),
    ],
)
def test_other_words_than_a_split_secret_are_not_masked(text: str) -> None:
    redactor = redactor_for(frozenset({"my-own-secret", "20261130", "databases"}))
    assert redactor.mask_content(text) == text


def test_a_secret_that_was_cut_is_masked() -> None:
    redactor = redactor_for(frozenset({KEY, PREFIXED}))
    assert redactor.redact(f"{KEY[:14]}…") == f"{MASK}…"
    assert redactor.redact("Keys begin with sk-proj-") == "Keys begin with sk-proj-"


@pytest.mark.parametrize("before", ["Bearer ", "Authorization: ", "openai/", "token-of-mine-"])
@pytest.mark.parametrize("rest", ["ZyXwVuTsRqPoNmLkJiHgFeDc9876543210", "Zy.Xw-Vu_Ts/Rq+Po=Nm~Lk"])
def test_another_key_with_the_same_start_is_masked(before: str, rest: str) -> None:
    redactor = redactor_for(frozenset({f"{before}{KEY}"}))
    other = f"{before}{KEY[:14]}{rest}"
    for text in (f"see {other}. Then", f"see {other}… Then", f"see {other}", f"{other}\n{other} x"):
        expected = text.replace(other, MASK)
        assert (redactor.mask(text), redactor.mask_own(text), redactor.mask_content(text)) == (expected,) * 3
        assert redactor.redact_markdown(text.replace("-", r"\-")) == expected


@given(st.data())
def test_a_stream_shows_what_the_whole_text_shows(data: st.DataObject) -> None:
    secrets = frozenset({KEY, "ab1ab1ab2", "ab1ab1ab2ab1", "a1a1a1a1a2"})
    parts = st.sampled_from([*secrets, "ab1", "a", KEY[:9], "x "])
    text = "".join(data.draw(st.lists(parts, max_size=8)))
    stream, shown = StreamRedactor(secrets), ""
    at = 0
    while at < len(text):
        size = data.draw(st.integers(1, 7))
        shown += stream.add(text[at : at + size])
        at += size
    shown += stream.end()
    assert not [item for item in secrets if item in shown]
    assert MASK in shown or shown == text


@pytest.mark.parametrize("key", [AWS_SECRET, f"openai/{AWS_SECRET}", f"openai/{AWS_SECRET}#work"])
def test_the_parts_of_a_key_that_is_an_id_are_secrets(key: str) -> None:
    document = read_document(f"models:\n  {key}: {{}}\n  openai/gpt-4o: {{}}\n  my-provider/my-model: {{}}\n")
    redactor = redactor_of(document, load_schema())
    assert redactor.secrets == set(AWS_PARTS) - {"K7MDENG"}
    assert redactor.redact(f"LiteLLM has no provider '{AWS_PARTS[0]}'") == f"LiteLLM has no provider '{MASK}'"


def test_the_parts_of_a_password_with_a_slash_are_secrets() -> None:
    text = "models:\n  openai/a:\n    api_base: https://bot:X5JFZgLhz/J1IBRqmVdRPO@h.example/v1\n"
    secrets = redactor_of(read_document(text), load_schema()).secrets
    assert {"X5JFZgLhz", "J1IBRqmVdRPO"} <= secrets


@pytest.mark.parametrize(
    "model_id",
    [
        "azure/my-gpt4o-prod-2024",
        "hosted_vllm/Qwen2.5-72B-Instruct-AWQ",
        "replicate/owner/model:" + "0a9fb3c7d1" * 4,
        "sagemaker/jumpstart-dft-meta-textgeneration-llama-2-7b-20240101-123456",
        "ft:gpt-4o:org::AbC123",
        "openai/ft:gpt-4o-2024-08-06:my-org:custom_suffix:AbC12345",
        "bedrock/arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abc123def456",
    ],
)
def test_ids_of_deployments_are_shown(model_id: str) -> None:
    redactor = redactor_of(read_document(f"models:\n  {model_id}: {{}}\n"), load_schema())
    assert redactor.redact(f"{model_id} is ready") == f"{model_id} is ready"


def test_a_key_in_a_name_is_masked() -> None:
    assert (mask(f"a\n{PREFIXED}\n"), quote(f"a/{PREFIXED}", "x"), redact_name(f"a/{PREFIXED}")) == (
        f"a\n{MASK}\n",
        f"'{MASK}'",
        MASK,
    )
    assert (quote("a/b", "x"), quote("b" * 25, "x"), redact_name("a/b"), redact_name("b" * 25)) == (
        "'a/b'",
        "x",
        "a/b",
        MASK,
    )


def test_texts_and_names_of_a_value_are_masked_but_not_a_path() -> None:
    redactor = redactor_for(frozenset({"Sommerregen"}))
    value = {"Sommerregen": ["my Sommerregen", 1, None], "path": "/Sommerregen"}
    assert redactor.redact_value(value) == {MASK: [f"my {MASK}", 1, None], "path": "/Sommerregen"}
    digits = redactor_for(frozenset({"48291037465512930847"}))
    numbers = {"name": 48291037465512930847, "list": [48291037465512930847, 4829, 0.5, True]}
    masked = {"name": MASK, "list": [MASK, 4829, 0.5, True]}
    assert (digits.redact_value(numbers), digits.mask_own_value(numbers)) == (masked, masked)
    assert [redactor.hides(text) for text in ("Sommer", "my Sommerregen", PREFIXED)] == [False, True, True]
