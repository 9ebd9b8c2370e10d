"""Values of a wrong type or out of range."""

import pytest

from aloop_models.catalog.schema_file import load_schema
from aloop_models.core.schema import FieldSpec
from aloop_models.features.diagnostic import Severity
from support.expectations import apply_fix, check_case, check_field, diagnostics_of, entry, rules_of

ERROR, WARNING, INFORMATION = Severity.ERROR, Severity.WARNING, Severity.INFORMATION
OLLAMA = "default: ollama/llama2\n"

# rule, annotated text, the text to replace and its replacement: one character more, less or other.
CASES = [
    (
        "wrong-type",
        """\
models:
  ollama/llama3:
    timeout: 5m
#            ^^ wrong-type: ollama/llama3: timeout must be a number of seconds, not text. Write 300.
default: ollama/llama3
""",
        ("5m", "5"),
    ),
    (
        "out-of-range",
        """\
models:
  ollama/llama3:
    timeout: -5
#            ^^ out-of-range: ollama/llama3: timeout must be greater than 0 and at most 86400 seconds.
default: ollama/llama3
""",
        ("-5", "5"),
    ),
]


@pytest.mark.parametrize(("rule", "marked", "change"), CASES, ids=[item[0] for item in CASES])
def test_case(rule: str, marked: str, change: tuple[str, str]) -> None:
    check_case(rule, marked, change)


FIELDS = [
    ("timeout: 1:30", "wrong-type", WARNING, "1:30", ["timeout: 90"]),
    ("timeout: 010", "wrong-type", WARNING, "010", ["timeout: 8", "timeout: 10"]),
    ("timeout: .inf", "out-of-range", ERROR, ".inf", ["timeout: 600"]),
    ("timeout: .nan", "out-of-range", ERROR, ".nan", ["timeout: 600"]),
    ("timeout: 0", "out-of-range", ERROR, "0", ["timeout: 600"]),
    ("timeout: 86401", "out-of-range", ERROR, "86401", ["timeout: 600"]),
    ("timeout: true", "wrong-type", ERROR, "true", ["timeout: 600"]),
    ('timeout: "300"', "wrong-type", ERROR, '"300"', ["timeout: 300"]),
    ("timeout: 1h", "wrong-type", ERROR, "1h", ["timeout: 3600"]),
    ("timeout: 1h30m", "wrong-type", ERROR, "1h30m", []),
    ("timeout: 00:05:00", "wrong-type", ERROR, "00:05:00", ["timeout: 300"]),
    ("timeout: 00:00:00", "wrong-type", ERROR, "00:00:00", ["timeout: 600"]),
    ("timeout: 1e3", "wrong-type", ERROR, "1e3", ["timeout: 1000"]),
    ("timeout: abc", "wrong-type", ERROR, "abc", ["timeout: 600"]),
    ("timeout: [1]", "wrong-type", ERROR, "[1]", []),
    ("drop_params: 'no'", "wrong-type", ERROR, "'no'", ["drop_params: false"]),
    ("drop_params: 1", "wrong-type", ERROR, "1", ["drop_params: true"]),
    ("drop_params: maybe", "wrong-type", ERROR, "maybe", []),
    ("name: 123", "wrong-type", ERROR, "123", ["name: '123'"]),
    ("user: 2024-10-21", "wrong-type", ERROR, "2024-10-21", ["user: '2024-10-21'"]),
    ("api_key: 0123456", "wrong-type", ERROR, "0123456", ["api_key: '0123456'"]),
    ("api_key: 2024-13-45", "wrong-type", ERROR, "2024-13-45", ["api_key: '2024-13-45'"]),
    ("name: !foo x", "wrong-type", ERROR, "x", []),
    ("max_tokens: 32k", "wrong-type", ERROR, "32k", ["max_tokens: 32768", "max_tokens: 32000"]),
    ("max_tokens: 100K", "wrong-type", ERROR, "100K", ["max_tokens: 100000", "max_tokens: 102400"]),
    ("max_tokens: 1M", "wrong-type", ERROR, "1M", ["max_tokens: 1000000", "max_tokens: 1048576"]),
    ("max_tokens: 32kb", "wrong-type", ERROR, "32kb", []),
    ("max_tokens: 1.5", "wrong-type", ERROR, "1.5", ["max_tokens: 2"]),
    ("max_tokens: 4.096", "wrong-type", ERROR, "4.096", ["max_tokens: 4096"]),
    ("max_tokens: 131.072", "wrong-type", ERROR, "131.072", ["max_tokens: 131072"]),
    ("max_tokens: 32.000", "wrong-type", WARNING, "32.000", ["max_tokens: 32000", "max_tokens: 32"]),
    ("max_tokens: 4.100", "wrong-type", ERROR, "4.100", ["max_tokens: 4100"]),
    ("max_tokens: !!float 32.000", None, None, "", []),
    ("timeout: 1.200", "wrong-type", INFORMATION, "1.200", ["timeout: 1200", "timeout: 1.2"]),
    ("timeout: 30.000", None, None, "", []),
    ("timeout: 1.25", None, None, "", []),
    ("timeout: 1.125", None, None, "", []),
    ("temperature: 1.000", None, None, "", []),
    ("max_tokens: 0.125", "wrong-type", ERROR, "0.125", []),
    ("max_tokens: 0x10", None, None, "", []),
    ("timeout: 1_000", None, None, "", []),
    ("timeout:", None, None, "", []),
    ("temperature: 3", "out-of-range", ERROR, "3", ["temperature: 0.3", "temperature: 2"]),
    ("temperature: 2.5", "out-of-range", ERROR, "2.5", ["temperature: 2"]),
    ("temperature: 70", "out-of-range", ERROR, "70", ["temperature: 0.7"]),
    ("top_p: 90", "out-of-range", ERROR, "90", ["top_p: 0.9"]),
    ("repetition_penalty: 11", "out-of-range", ERROR, "11", ["repetition_penalty: 10"]),
    ("reasoning_effort: hihg", "out-of-range", WARNING, "hihg", ["reasoning_effort: high"]),
    ("extra_headers: {a: 1}", "wrong-type", ERROR, "1", ["extra_headers: {a: '1'}"]),
    ("extra_headers: {a: null}", "wrong-type", ERROR, "null", []),
    ("stop: [a, ~]", "wrong-type", ERROR, "~", []),
    ("stop: [a, 1]", "wrong-type", ERROR, "1", ["stop: [a, '1']"]),
    ("timeout: 600000", "out-of-range", ERROR, "600000", ["timeout: 600"]),
    ("timeout: 3600000", "out-of-range", ERROR, "3600000", ["timeout: 3600", "timeout: 600"]),
    ("timeout: 15000", "out-of-range", INFORMATION, "15000", ["timeout: 15"]),
    ("timeout: 7500", "out-of-range", INFORMATION, "7500", ["timeout: 7.5"]),
    ("timeout: 7200", "out-of-range", INFORMATION, "7200", ["timeout: 600"]),
    ('timeout: "30000"', "wrong-type", ERROR, '"30000"', ["timeout: 30"]),
    ("timeout: 30000ms", "wrong-type", ERROR, "30000ms", ["timeout: 30"]),
    ("timeout: 30,5", "wrong-type", ERROR, "30,5", ["timeout: 30.5"]),
    ("timeout: 3600", None, None, "", []),
    ("reasoning_effort: off", "wrong-type", ERROR, "off", ["reasoning_effort: none"]),
    ("reasoning_effort: High", "out-of-range", WARNING, "High", ["reasoning_effort: high"]),
    ("service_tier: Flex", None, None, "", []),
    ("verbosity: terse", "out-of-range", WARNING, "terse", ["verbosity: low"]),
    ("thinking: {type: enable}", "out-of-range", WARNING, "enable", ["thinking: {type: enabled}"]),
    ("thinking: {type: on}", "wrong-type", ERROR, "on", ["thinking: {type: enabled}"]),
    ("thinking: {type: }", "wrong-type", ERROR, "type", []),
    ('thinking: {budget_tokens: "4096"}', "wrong-type", ERROR, '"4096"', ["thinking: {budget_tokens: 4096}"]),
    ("thinking: {budget_tokens: 0}", "out-of-range", ERROR, "0", []),
    ("thinking: {type: enabled, budget_tokens: 4096}", None, None, "", []),
    ('logit_bias: {"1": 500}', "out-of-range", ERROR, "500", ['logit_bias: {"1": 100}']),
    ("1: 2", "wrong-type", WARNING, "1", ["'1': 2"]),
]  # fmt: skip


@pytest.mark.parametrize(("field", "rule", "level", "underlined", "after"), FIELDS, ids=[item[0] for item in FIELDS])
def test_field(field: str, rule: str | None, level: Severity | None, underlined: str, after: list[str]) -> None:
    check_field(field, rule, level, underlined, after)


@pytest.mark.parametrize("field", ["max_tokens: -1", "max_completion_tokens: 0", "max_tokens: 999999999"])
def test_no_limit_is_no_field(field: str) -> None:
    """-1 and 0 mean no limit to some servers, so a limit of 1 has another meaning."""
    text = entry(field)
    (found,) = diagnostics_of(text)
    name = field.partition(":")[0]
    message = f"{name} must be at least 1 and at most 100000000. Remove it to use the default."
    assert (found.rule.id, found.message.partition(": ")[2]) == ("out-of-range", message)
    assert [(fix.title, fix.safe) for fix in found.fixes] == [(f"Remove {name}", False)]
    assert diagnostics_of(apply_fix(text, found)) == ()


def test_a_fraction_that_is_probably_meant() -> None:
    messages = [item.message.partition(": ")[2] for item in diagnostics_of(entry("temperature: 70"))]
    assert messages == ["temperature must be at least 0 and at most 2. Did you mean 0.7?"]
    assert [fix for found in diagnostics_of(entry("temperature: 200")) for fix in found.fixes] == []


def test_the_format_of_a_text() -> None:
    text = entry("aws_sts_endpoint: x", "bedrock/anthropic.claude-3-5-sonnet-20240620-v1:0")
    assert [(item.rule.id, text[slice(*item.span)]) for item in diagnostics_of(text)] == [("out-of-range", "x")]


@pytest.mark.parametrize(
    ("model_id", "field", "meant"),
    [
        ("openai/gpt-4o", "service_tier: Flex", "flex"),
        ("azure/prod", "service_tier: 'PRIORITY'", "priority"),
        ("groq/llama-3.3-70b-versatile", "service_tier: flex", None),
        ("openai/gpt-4o", "service_tier: Scale", None),
        ("gemini/gemini-3-pro", "service_tier: Flex", None),
        ("gigachat/GigaChat-2", "gigachat_scope: gigachat_api_corp", "GIGACHAT_API_CORP"),
    ],
)
def test_words_in_another_case(model_id: str, field: str, meant: str | None) -> None:
    """LiteLLM sends them as they are, except to Gemini."""
    text = entry(field, model_id)
    found = [item for item in diagnostics_of(text) if item.rule.id == "out-of-range"]
    name, _, word = field.partition(": ")
    message = f"{model_id}: {name} is case-sensitive. Did you mean {meant}?"
    assert [(item.level, item.message) for item in found] == ([(WARNING, message)] if meant else [])
    if meant:
        assert apply_fix(text, found[0]) == text.replace(word.strip("'"), meant)


def test_timeout_five_minutes() -> None:
    """`5m` is text; the fix writes 300."""
    text = f"models:\n  ollama/llama2:\n    timeout: 5m\n{OLLAMA}"
    (found,) = diagnostics_of(text)
    assert (found.rule.id, found.level) == ("wrong-type", Severity.ERROR)
    assert "timeout: 300\n" in apply_fix(text, found)


def test_drop_params_string_against_truth() -> None:
    """`"yes"` is text, `yes` is true, as the runtime's loader has it."""
    assert rules_of(f"models:\n  ollama/llama2:\n    drop_params: yes\n{OLLAMA}") == []
    text = f'models:\n  ollama/llama2:\n    drop_params: "yes"\n{OLLAMA}'
    (found,) = diagnostics_of(text)
    assert (found.rule.id, found.level) == ("wrong-type", Severity.ERROR)
    assert "drop_params: true\n" in apply_fix(text, found)


MESSAGES = [
    ("timeout: 30,5", "timeout must be a number of seconds, not text. Write 30.5."),
    ("timeout: 10,000", "timeout must be a number of seconds, not text. Write 10000."),
    ("timeout: 1.000,5", "timeout must be a number of seconds, not text. Write, for example, 600."),
    ("max_tokens: 4,096", "max_tokens must be an integer, not text. Write 4096."),
    (
        "timeout: 1.200",
        "YAML reads timeout as 1.2, because a point is not a thousands separator. Write 1200 or 1.2.",
    ),
    ("max_tokens: 4.100", "YAML reads max_tokens as 4.1, because a point is not a thousands separator. Write 4100."),
    ("timeout: 30000", "30000 seconds is 8 h 20 min. Did you mean 30?"),
    ("timeout: 86400", "86400 seconds is 24 h. The agent waits that long for an answer."),
    ("timeout: 600000", "timeout must be greater than 0 and at most 86400 seconds. Did you mean 600?"),
    ("thinking: {type: enable}", "thinking.type must be one of enabled, disabled, adaptive. Check the spelling."),
    ("thinking:\n      type: enable", "thinking.type must be one of enabled, disabled, adaptive. Check the spelling."),
    (
        "web_search_options: {search_context_size: big}",
        "web_search_options.search_context_size must be one of low, medium, high. Check the spelling.",
    ),
    ('thinking: {budget_tokens: "1"}', "thinking.budget_tokens must be an integer, not text. Write 1."),
    (
        "thinking: enabled",
        "thinking must be a mapping, not text. Write, for example, {type: enabled, budget_tokens: 4096}.",
    ),
    ("extra_headers: {a: null}", "extra_headers must contain text, not null. Write the text, or remove it."),
    ("extra_headers: {a: 1}", "extra_headers must contain text, not a number. Quote the value."),
]


@pytest.mark.parametrize(("field", "message"), MESSAGES, ids=[item[0] for item in MESSAGES])
def test_message(field: str, message: str) -> None:
    assert [item.message for item in diagnostics_of(entry(field))] == [f"ollama/a: {message}"]


NESTED = [
    (name, part, spec)
    for name in load_schema().fields
    for part in ("type", "search_context_size")
    if (spec := load_schema().spec_at((name, part))) is not None and spec.enum
]


@pytest.mark.parametrize(("name", "part", "spec"), NESTED, ids=[f"{name}.{part}" for name, part, _ in NESTED])
def test_every_nested_enum_has_fixes(name: str, part: str, spec: FieldSpec) -> None:
    """Each fix of a wrong word in a nested field removes the diagnostic and adds none."""
    assert spec.name == f"{name}.{part}"
    for word in (f"{spec.enum[0]}x", "zzz", "5", "true"):
        text = entry(f"{name}: {{{part}: {word}}}")
        (found,) = diagnostics_of(text)
        assert spec.name in found.message
        assert found.fixes
        assert all(diagnostics_of(apply_fix(text, found, at)) == () for at in range(len(found.fixes)))
