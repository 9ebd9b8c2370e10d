"""Header names and values that HTTP cannot carry."""

import json

import httpx
import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from aloop_models.core.text import apply_edits
from aloop_models.features.diagnostic import Severity
from support.expectations import diagnostics_of
from support.snapshots import facts

KEY = "sk-proj-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0"
NAME = "extra_headers contains an invalid header name. Use only letters, digits and hyphens."
VALUE = "extra_headers contains a value with characters that HTTP cannot carry. Use plain ASCII on one line."
NUMBER = "extra_headers must contain text, not a number. Quote the value."
BOOLEAN = "extra_headers must contain text, not a Boolean. Quote the value."

WRONG = [
    ('{X-Title: "Café — “team”"}', '"Café — “team”"', VALUE, {"X-Title": "Cafe - 'team'"}),
    ("{X-Title: 'l’été'}", "'l’été'", VALUE, {"X-Title": "l'ete"}),
    ("{X-Title: Zürich}", "Zürich", VALUE, {"X-Title": "Zurich"}),
    ("{X-Title: 模型}", "模型", VALUE, None),
    ("{X-Title: a:\u200b b}", "a:\u200b b", VALUE, None),
    ("{X-Title: “team”}", "“team”", VALUE, None),
    ("{X-Title: ' a b '}", "' a b '", VALUE, {"X-Title": "a b"}),
    ('{X-Title: "a\\n"}', '"a\\n"', VALUE, {"X-Title": "a"}),
    ('{X-Title: "a\\nb"}', '"a\\nb"', VALUE, None),
    ("\n      X-Title: |\n        my team", "|\n        my team", VALUE, {"X-Title": "my team"}),
    ("{'X Bad Name': a}", "'X Bad Name'", NAME, {"X-Bad-Name": "a"}),
    ("{'X:': a}", "'X:'", NAME, None),
    ("{'': a}", "''", NAME, None),
    ("{Ключ: a}", "Ключ", NAME, None),
    ("{x-version: 2.6}", "2.6", NUMBER, {"x-version": "2.6"}),
    ("{x-version: 010}", "010", NUMBER, {"x-version": "010"}),
    ("{x-debug: yes}", "yes", BOOLEAN, {"x-debug": "yes"}),
    ("\n      x-debug: true", "true", BOOLEAN, {"x-debug": "true"}),
]


@pytest.mark.parametrize(("headers", "marked", "message", "after"), WRONG)
def test_wrong_header(headers: str, marked: str, message: str, after: dict[str, str] | None) -> None:
    """One error on exactly the name or the value, and a fix where one is known."""
    text = f"models:\n  openai/gpt-4o:\n    api_key: {KEY}\n    extra_headers: {headers}\ndefault: openai/gpt-4o\n"
    (found,) = diagnostics_of(text)
    assert found.rule.id == ("wrong-type" if "must" in message else "out-of-range")
    assert (found.level, found.message) == (Severity.ERROR, f"openai/gpt-4o: {message}")
    assert text[slice(*found.span)].rstrip() == marked
    changed = [apply_edits(text, fix.edits) for fix in found.fixes]
    assert [yaml.safe_load(item)["models"]["openai/gpt-4o"]["extra_headers"] for item in changed] == (
        [after] if after else []
    )
    assert all(diagnostics_of(item) == () for item in changed)
    assert all(fix.safe == ("must" in message) for fix in found.fixes)


@pytest.mark.parametrize(
    ("value", "title"),
    [(KEY, "Add Bearer"), (f"'{KEY}'", "Add Bearer"), (f"Bearer{KEY}", "Add a space")]
    + [
        (f"{quote}{start}{KEY}{quote}", "Remove the character after Bearer")
        for quote in ("'", '"')
        for start in ("Bearer: ", "Bearer:", "bearer=", "Bearer : ")
    ],
)
def test_a_key_without_its_scheme(value: str, title: str) -> None:
    text = f"models:\n  openai/gpt-4o:\n    extra_headers: {{authorization: {value}}}\ndefault: openai/gpt-4o\n"
    (found,) = diagnostics_of(text)
    message = "Authorization in extra_headers must start with Bearer and a space, then the key."
    assert (found.rule.id, found.level) == ("out-of-range", Severity.WARNING)
    assert (found.message, text[slice(*found.span)]) == (f"openai/gpt-4o: {message}", value)
    assert [(fix.title, fix.safe) for fix in found.fixes] == [(title, False)]
    changed = apply_edits(text, found.fixes[0].edits)
    assert yaml.safe_load(changed)["models"]["openai/gpt-4o"]["extra_headers"] == {"authorization": f"Bearer {KEY}"}
    assert diagnostics_of(changed) == ()


@pytest.mark.parametrize(
    "headers",
    [
        "{X-Title: My team (2), X_y.z: '', x~1: \"a\\tb\"}",
        "{}",
        "",
        "{Authorization: Bearer q7Zk19fMx2}",
        "{Authorization: q7Zk19fMx2}",
        "{Authorization: Basic dXNlcjpwYXNz}",
        f"{{x-key: {KEY}}}",
        "{Authorization: Bearerless x, X-Title: 'X-Title: a'}",
    ],
)
def test_right_headers(headers: str) -> None:
    text = f"models:\n  openai/gpt-4o:\n    api_key: {KEY}\n    extra_headers: {headers}\ndefault: openai/gpt-4o\n"
    assert diagnostics_of(text) == ()


@pytest.mark.parametrize(("name", "value"), [("Authorization", f"Bearer {KEY}"), ("api-key", KEY), ("X-API-Key", KEY)])
def test_a_value_that_repeats_the_name_of_its_header(name: str, value: str) -> None:
    text = f"models:\n  openai/gpt-4o:\n    extra_headers: {{{name}: '{name}: {value}'}}\ndefault: openai/gpt-4o\n"
    (found,) = diagnostics_of(text)
    message = "A value in extra_headers repeats the name of its header. Keep only what follows it."
    assert (found.rule.id, found.level, found.message) == (
        "out-of-range",
        Severity.WARNING,
        f"openai/gpt-4o: {message}",
    )
    assert [(fix.title, fix.safe) for fix in found.fixes] == [("Remove the name of the header", False)]
    changed = apply_edits(text, found.fixes[0].edits)
    assert yaml.safe_load(changed)["models"]["openai/gpt-4o"]["extra_headers"] == {name: value}
    assert diagnostics_of(changed) == ()


CHARACTERS = st.sampled_from("aA0-_:/ \t\n~!'\u00e9\u00a0\u200b")


@example("", "~/0 ")
@given(st.text(CHARACTERS, max_size=3), st.text(CHARACTERS, max_size=4))
def test_headers_are_judged_as_by_the_schema(name: str, value: str) -> None:
    headers = f"{{? {json.dumps(name)} : {json.dumps(value)}}}"
    text = f"models:\n  ollama/a:\n    extra_headers: {headers}\ndefault: ollama/a\n"
    found = diagnostics_of(text)
    judged = {item.message.removeprefix("ollama/a: ") for item in found if item.rule.id != "env-reference"}
    problems = facts().schema.check_profile({"extra_headers": {name: value}})
    expected = {VALUE if len(problem.path) == 2 else NAME for problem in problems}
    # Of a reference, it is only said that it is not resolved.
    assert judged == expected - ({VALUE} if len(judged) < len(found) else set())


def test_inherited_headers() -> None:
    """The error of headers that an anchor shares is on the alias, without a fix."""
    text = (
        f"models:\n  openai/gpt-4o:\n    api_key: {KEY}\n    extra_headers: &h {{'X Y': a}}\n"
        f"  openai/gpt-5:\n    api_key: {KEY}\n    extra_headers: *h\ndefault: openai/gpt-4o\n"
    )
    assert [(text[slice(*item.span)], len(item.fixes)) for item in diagnostics_of(text)] == [("'X Y'", 1), ("*h", 0)]


def test_the_http_client_refuses_other_characters() -> None:
    """httpx, which LiteLLM uses, encodes the value as ASCII."""
    with pytest.raises(UnicodeEncodeError):
        httpx.Request("POST", "http://localhost", headers={"X-Title": "Café"})
