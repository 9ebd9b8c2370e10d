"""More of each family: what is said, how much it matters, and what the fix makes of it."""

import subprocess
import sys
from pathlib import Path

import pytest

from aloop_models.core.text import apply_edits
from aloop_models.features.checks.confusables import plain_spelling
from aloop_models.features.checks.distance import Distance, distance_of
from aloop_models.features.checks.numbers import number_in, number_text
from aloop_models.features.diagnostic import Severity
from support.expectations import apply_fix, diagnostics_of, rules_of

KEY = "sk-not-a-real-one-but-long-enough"
SECRET = "sk-proj-A1b2C3d4E5f6G7h8I9j0"
ERROR, WARNING, INFORMATION = Severity.ERROR, Severity.WARNING, Severity.INFORMATION


def entry(field: str, model_id: str = "ollama/a") -> str:
    """A file of one entry with one line of fields."""
    return f"models:\n  {model_id}:\n    {field}\ndefault: {model_id}\n"


VALUES = [
    ("timeout: 1:30", "wrong-type", WARNING, "1:30", ["timeout: 90"]),
    ("timeout: 010", "wrong-type", WARNING, "010", ["timeout: 8", "timeout: 10"]),
    ("timeout: .inf", "out-of-range", ERROR, ".inf", ["timeout: 86400", "timeout: 600"]),
    ("timeout: .nan", "out-of-range", ERROR, ".nan", ["timeout: 600"]),
    ("timeout: 0", "out-of-range", ERROR, "0", ["timeout: 600"]),
    ("timeout: 86401", "out-of-range", ERROR, "86401", ["timeout: 86400", "timeout: 600"]),
    ("timeout: true", "wrong-type", ERROR, "true", ["timeout: 600"]),
    ('timeout: "300"', "wrong-type", ERROR, '"300"', ["timeout: 300"]),
    ("timeout: 1h30m", "wrong-type", ERROR, "1h30m", ["timeout: 5400"]),
    ("timeout: 1e3", "wrong-type", ERROR, "1e3", ["timeout: 1000"]),
    ("timeout: abc", "wrong-type", ERROR, "abc", ["timeout: 600"]),
    ("timeout: [1]", "wrong-type", ERROR, "[1]", []),
    ("drop_params: 'no'", "wrong-type", ERROR, "'no'", ["drop_params: false"]),
    ("drop_params: 1", "wrong-type", ERROR, "1", ["drop_params: true"]),
    ("drop_params: maybe", "wrong-type", ERROR, "maybe", []),
    ("name: 123", "wrong-type", ERROR, "123", ["name: '123'"]),
    ("api_version: 2024-10-21", "wrong-type", ERROR, "2024-10-21", ["api_version: '2024-10-21'"]),
    ("api_key: 0123456", "wrong-type", ERROR, "0123456", ["api_key: '0123456'"]),
    ("api_key: 2024-13-45", "wrong-type", ERROR, "2024-13-45", ["api_key: '2024-13-45'"]),
    ("name: !foo x", "wrong-type", ERROR, "x", []),
    ("max_tokens: 1.5", "wrong-type", ERROR, "1.5", ["max_tokens: 2"]),
    ("max_tokens: 0x10", None, None, "", []),
    ("timeout: 1_000", None, None, "", []),
    ("timeout:", None, None, "", []),
    ("temperature: 3", "out-of-range", ERROR, "3", ["temperature: 2"]),
    ("reasoning_effort: hihg", "out-of-range", WARNING, "hihg", ["reasoning_effort: high"]),
    ("extra_headers: {a: 1}", "wrong-type", ERROR, "1", []),
    ("stop: [a, 1]", "wrong-type", ERROR, "1", []),
    ("aws_sts_endpoint: x", "out-of-range", ERROR, "x", []),
    ("1: 2", "wrong-type", WARNING, "1", ["'1': 2"]),
    ("base_url: http://localhost:1", "unsupported-field", WARNING, "base_url", ["api_base: http://localhost:1"]),
    ("stream: true", "unsupported-field", WARNING, "stream", ["# stream: true"]),
    ("apiKey: x", "unknown-field", WARNING, "apiKey", ["api_key: x"]),
    ("endpoint: http://localhost:1", "unknown-field", WARNING, "endpoint", ["api_base: http://localhost:1"]),
    ("zzzzzz: 1 # c", "unknown-field", WARNING, "zzzzzz", ["# zzzzzz: 1 # c"]),
    ("api_base: localhost:11434", "invalid-api-base", ERROR, "localhost:11434", ["api_base: http://localhost:11434"]),
    ("api_base: h.com/a", "invalid-api-base", ERROR, "h.com/a", ["api_base: https://h.com/a"]),
    ("api_base: ' http://localhost:1 '", "invalid-api-base", ERROR, "' http://localhost:1 '", ["api_base: 'http://localhost:1'"]),
    ("api_base: http://localhost:1/v1", "invalid-api-base", WARNING, "http://localhost:1/v1", ["api_base: http://localhost:1"]),
    ("api_base: https://me:pw@h.com", "invalid-api-base", WARNING, "https://me:pw@h.com", ["api_base: https://h.com"]),
    ("api_base: https://h.com/?a=b", "invalid-api-base", WARNING, "https://h.com/?a=b", ["api_base: https://h.com/"]),
    ("api_base: https://h.com/completions", "invalid-api-base", WARNING, "https://h.com/completions", ["api_base: https://h.com"]),
    ("api_base: ftp://h.com", "invalid-api-base", ERROR, "ftp://h.com", []),
    ("api_base: http://h:99999", "invalid-api-base", ERROR, "http://h:99999", []),
    ("api_base: http://${HOST}/v1", "env-reference", ERROR, "http://${HOST}/v1", []),
    ("api_key: os.environ/KEY", "env-reference", ERROR, "os.environ/KEY", []),
    ("api_key: $KEY", "env-reference", ERROR, "$KEY", []),
    ("api_key: '%KEY%'", "env-reference", ERROR, "'%KEY%'", []),
    ("api_key: pa$word", None, None, "", []),
    (f"name: {SECRET}", "key-in-wrong-field", WARNING, SECRET, [f"api_key: {SECRET}"]),
    (f"api_base: {SECRET}", "key-in-wrong-field", ERROR, SECRET, [f"api_key: {SECRET}"]),
    (f"user: the {SECRET}", "key-in-wrong-field", WARNING, f"the {SECRET}", []),
    ("tenant_id: 3f2b8c1e-0a4d-4c5b-9e8f-7a6b5c4d3e2f", None, None, "", []),
]  # fmt: skip


@pytest.mark.parametrize(("field", "rule", "level", "underlined", "after"), VALUES, ids=[item[0] for item in VALUES])
def test_fields(field: str, rule: str | None, level: Severity | None, underlined: str, after: list[str]) -> None:
    """One diagnostic at most, on exactly the faulty text, and what each fix makes of the line."""
    text = entry(field)
    found = diagnostics_of(text)
    if rule is None:
        assert found == ()
        return
    assert [(item.rule.id, item.level, text[slice(*item.span)]) for item in found] == [(rule, level, underlined)]
    lines = [apply_edits(text, fix.edits).split("\n")[2].strip() for fix in found[0].fixes]
    assert lines[: len(after)] == after
    assert bool(lines) == bool(after)


IDS = [
    ("gpt-4o", "invalid-model-id", "gpt-4o", "openai/gpt-4o"),
    ("/gpt-4o", "invalid-model-id", "/gpt-4o", "openai/gpt-4o"),
    ("openai:gpt-4o", "invalid-model-id", "openai:gpt-4o", "openai/gpt-4o"),
    ("openai/", "invalid-model-id", "openai/", None),
    ("openai", "invalid-model-id", "openai", None),
    ("' ollama/a '", "invalid-model-id", "' ollama/a '", "'ollama/a'"),
    ("openai/gpt-4o#work", None, "", None),
    ("openai/gpt-4o#Work_1.eu-2", None, "", None),
    ("'openai/gpt-4o#'", "invalid-model-id", "#", "'openai/gpt-4o'"),
    ("openai/gpt-4o##", "invalid-model-id", "##", "openai/gpt-4o"),
    ("openai/gpt-4o#a b", "invalid-model-id", "a b", "openai/gpt-4o#a-b"),
    ("openai/gpt-4o#a#b", "invalid-model-id", "a#b", "openai/gpt-4o#a-b"),
    ("openai/gpt-4o#a/b", "invalid-model-id", "a/b", "openai/gpt-4o#a-b"),
    ("openai/gpt-4o#Büro", "invalid-model-id", "Büro", "openai/gpt-4o#buro"),
    ("openai/gpt-4o#私", "invalid-model-id", "私", None),
    ("openai#work/gpt-4o", "invalid-model-id", "work/gpt-4o", "openai/gpt-4o#work"),
    ("'openai/gpt-4o # work'", "invalid-model-id", "'openai/gpt-4o # work'", "'openai/gpt-4o#work'"),
    ("gpt-4o#work", "invalid-model-id", "gpt-4o#work", "openai/gpt-4o#work"),
    ("openai:gpt-4o#work", "invalid-model-id", "openai:gpt-4o#work", "openai/gpt-4o#work"),
    ("openai/#work", "invalid-model-id", "openai/#work", None),
    ("google/x#work", "unknown-provider", "google", "gemini/x#work"),
    ("google/x", "unknown-provider", "google", "gemini/x"),
    ("OpenAI/x", "unknown-provider", "OpenAI", "openai/x"),
    ("zzzzz/x", "unknown-provider", "zzzzz", "openai/x"),
    ("ollama/llа​ma", "look-alike-id", "а​", "ollama/llama"),
    ("ollama/通义", None, "", None),
    ("openai/ft:gpt-4o-2024-08-06:org::id", None, "", None),
]


@pytest.mark.parametrize("label", ["#work", "#2"])
def test_what_the_catalog_says_of_a_model_holds_with_a_label(label: str) -> None:
    def said(entry_id: str) -> list[tuple[str, str, str, list[str]]]:
        text = f"models:\n  {entry_id}:\n    api_key: {SECRET}\ndefault: {entry_id}\n"
        return [
            (
                item.rule.id,
                item.message,
                text[slice(*item.span)],
                [apply_fix(text, item, at) for at in range(len(item.fixes))],
            )
            for item in diagnostics_of(text)
        ]

    for model_id in ("openai/gpt-4oo", "openai/gpt-4", "anthropic/claude-opus-4", "openai/text-embedding-3-small"):
        plain = said(model_id)
        assert plain
        labelled = [
            (rule, message, underlined.replace(label, ""), [text.replace(label, "") for text in fixed])
            for rule, message, underlined, fixed in said(model_id + label)
        ]
        assert labelled == plain
        assert all(label in text for _, _, _, fixed in said(model_id + label) for text in fixed)


@pytest.mark.parametrize(("model_id", "rule", "underlined", "after"), IDS, ids=[repr(item[0]) for item in IDS])
def test_ids(model_id: str, rule: str | None, underlined: str, after: str | None) -> None:
    """The faulty part of an id, and the id that the first fix makes of it."""
    text = f"models:\n  {model_id}:\n    api_base: http://localhost:1\ndefault: null\n"
    found = [item for item in diagnostics_of(text) if item.rule.id != "missing-default"]
    if rule is None:
        assert found == []
        return
    assert [(item.rule.id, text[slice(*item.span)]) for item in found] == [(rule, underlined)]
    if after is None:
        assert found[0].fixes == ()
    else:
        assert apply_fix(text, found[0]).split("\n")[1] == f"  {after}:"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("models: []\n", [("wrong-type", "[]")]),
        ("models: 5\n", [("wrong-type", "5")]),
        ("models:\n  ollama/a: [1]\ndefault: ollama/a\n", [("wrong-type", "[1]")]),
        ("models:\n  ollama/a: x\ndefault: ollama/a\n", [("wrong-type", "x")]),
        ("models:\n  ollama/a: timeout:5\ndefault: ollama/a\n", [("wrong-type", "timeout:5")]),
        ("models:\n  ollama/a:\n    timeout 5\ndefault: ollama/a\n", [("wrong-type", "timeout 5")]),
        (f"models:\n  openai/gpt-4o: {SECRET}\ndefault: openai/gpt-4o\n", [("key-in-wrong-field", SECRET)]),
        ("default: 5\nmodels:\n  ollama/a:\n", [("wrong-type", "5")]),
        ("default: [a]\nmodels:\n  ollama/a:\n", [("wrong-type", "[a]")]),
        (f"default: {SECRET}\nmodels:\n  ollama/a:\n", [("key-in-wrong-field", SECRET)]),
        ("default:\nmodels:\n  ollama/a:\n", [("missing-default", "default")]),
        ("default: ollama/A\nmodels:\n  ollama/a:\n", [("undefined-default", "ollama/A")]),
        ("model:\n  ollama/a:\n", [("unknown-field", "model")]),
        ("foo: 1\nmodels:\n", [("unknown-field", "foo")]),
        ("x: &x {timeout: 5}\nmodels:\n  ollama/a: *x\ndefault: ollama/a\n", []),
        (
            "x: &x {timeout: 5m}\nmodels:\n  ollama/a:\n    <<: *x\ndefault: ollama/a\n",
            [("wrong-type", "ollama/a")],
        ),
        ("models:\n  ollama/a:\nmodels:\n  ollama/b:\ndefault: ollama/b\n", [("duplicate-key", "models")]),
        ("models:\n  ollama/a:\ndefault: x\ndefault: ollama/a\n", [("duplicate-key", "default")]),
        (
            "models:\n  ollama/a:\n    extra_headers: {a: b, a: c}\ndefault: ollama/a\n",
            [("duplicate-key", "a")],
        ),
        (
            "models:\n  123:\ndefault: null\n",
            [("missing-default", "default"), ("invalid-model-id", "123"), ("wrong-type", "123")],
        ),
    ],
)
def test_file(text: str, expected: list[tuple[str, str]]) -> None:
    """What is wrong with the file as a whole, and where."""
    found = sorted((item.rule.id, text[slice(*item.span)]) for item in diagnostics_of(text))
    assert found == sorted(expected)


@pytest.mark.parametrize(
    ("fields", "level"),
    [
        ("", ERROR),
        ("    api_key:\n", ERROR),
        ("    api_key: ''\n", ERROR),
        ("    api_base: https://models.example.com/v1\n", INFORMATION),
        ("    api_base: http://localhost:8000/v1\n", None),
        ("    api_base: http://192.168.1.5:8000/v1\n", None),
    ],
)
def test_missing_api_key(fields: str, level: Severity | None) -> None:
    """How much a missing key matters depends on where the calls go."""
    found = diagnostics_of(f"models:\n  openai/gpt-4o:\n{fields}default: openai/gpt-4o\n")
    assert [(item.rule.id, item.level) for item in found] == ([("missing-api-key", level)] if level else [])


def test_keys_are_not_judged_at_another_address() -> None:
    """A server of one's own may issue keys of any form."""
    for key in ("sk-ant-" + "x1" * 40, "short"):
        text = (
            f"models:\n  openai/gpt-4o:\n    api_key: {key}\n    api_base: https://h.com/v1\ndefault: openai/gpt-4o\n"
        )
        assert rules_of(text) == []


def test_missing_default_names_the_first_ready_model() -> None:
    """The fix sets what a session would start with."""
    text = f"models:\n  openai/gpt-4.1:\n  ollama/a:\n  openai/gpt-4o:\n    api_key: {KEY}"
    found = next(item for item in diagnostics_of(text) if item.rule.id == "missing-default")
    assert apply_fix(text, found) == text + "\n\ndefault: ollama/a\n"


@pytest.mark.parametrize("line", ["timeout 5", "timeout:5"])
def test_field_without_colon_or_space(line: str) -> None:
    """Where it is the entry's only line, YAML takes it for the entry's value."""
    text = f"models:\n  ollama/a:\n    {line}\ndefault: ollama/a\n"
    (found,) = diagnostics_of(text)
    assert found.message.startswith("Write 'timeout: ' with a colon")
    assert apply_fix(text, found) == text.replace(line, "{timeout: 5}")


def test_settings_turn_a_rule_off() -> None:
    """By its id."""
    from aloop_models.settings import Settings

    off = Settings(disabled_rules=frozenset({"wrong-type"}))
    assert rules_of(entry("timeout: 5m"), settings=off) == []


def test_numbers() -> None:
    """Numbers as people write them."""
    assert [number_in(text, with_units=True) for text in ("5m", "1.5h", "90 s", "1,000", "x", "5 apples", "")] == [
        300, 5400, 90, 1000, None, None, None,
    ]  # fmt: skip
    assert number_in("5m", with_units=False) is None
    assert [number_text(number) for number in (5.0, 0.5, 1e-7, 10**20)] == ["5", "0.5", "1.0e-07", str(10**20)]


def test_confusables() -> None:
    """What they pass for, and that the rest is left alone."""
    assert [plain_spelling(character) for character in "аο\u200b\ufeff－４𝐚"] == ["a", "o", "", "", "-", "4", "a"]
    assert [plain_spelling(character) for character in "a/é通ß"] == [None] * 5


def test_reach() -> None:
    """This machine, a private network, anywhere."""
    here = ("http://localhost:1", "http://127.8.0.1", "http://[::1]:5/v1", "http://a.localhost", "http://0.0.0.0:1")
    near = ("http://10.0.0.1", "http://vllm:8000", "http://box.local", "http://[fd00::1]")
    far = ("https://api.openai.com", "http://8.8.8.8", "", "localhost:1", "http://[", "http://")
    for reached, bases in ((Distance.HERE, here), (Distance.NEAR, near), (Distance.FAR, far)):
        assert {base: distance_of(base) for base in bases} == dict.fromkeys(bases, reached)


def test_page_of_rules_is_up_to_date() -> None:
    """docs/rules.md is what the rules say."""
    script = Path(__file__).parents[3] / "scripts" / "make_rules_docs.py"
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


DOUBLED = [
    ("openai/openai/gpt-4o", "", "unknown-model", "openai/", "openai/gpt-4o"),
    ("openai/openai/gpt-4o#work", "", "unknown-model", "openai/", "openai/gpt-4o#work"),
    ("openai/openai/gpt-4o", "https://llm.example/v1", None, "", ""),
    ("openrouter/openrouter/auto", "", None, "", ""),
    ("huggingface/huggingface/x", "", None, "", ""),
    ("gpt/openai/gpt-4o", "", "unknown-provider", "gpt", "openai/gpt-4o"),
    ("gpt/openai/gpt-4o", "https://llm.example/v1", "unknown-provider", "gpt", "openai/gpt-4o"),
    ("claude/anthropic/some-new-one", "", "unknown-provider", "claude", "anthropic/some-new-one"),
]


@pytest.mark.parametrize(("model_id", "base", "rule", "underlined", "after"), DOUBLED)
def test_a_provider_that_is_written_twice(
    model_id: str, base: str, rule: str | None, underlined: str, after: str
) -> None:
    fields = f"api_base: {base}" if base else "api_key: my-first-secret"
    text = f"models:\n  {model_id}:\n    {fields}\ndefault: {model_id}\n"
    found = [item for item in diagnostics_of(text) if item.rule.id.startswith("unknown-")]
    if rule is None:
        assert found == []
        return
    assert [(item.rule.id, item.level, text[slice(*item.span)]) for item in found] == [(rule, WARNING, underlined)]
    assert [apply_fix(text, found[0], at).split("\n")[1] for at in range(len(found[0].fixes))] == [f"  {after}:"]
