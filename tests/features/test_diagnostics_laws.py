"""Laws of the diagnostics: nothing raises, reuse changes nothing, fixes fix what they say, no secret comes out."""

import random
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aloop_models.core.reader import read_document
from aloop_models.core.text import apply_edits
from aloop_models.features.checks.fixes import MOST_FIXES
from aloop_models.features.checks.references import find_references
from aloop_models.features.checks.rules import RULES
from aloop_models.features.diagnostic import MESSAGE_LIMIT, Diagnostic, Severity
from aloop_models.features.diagnostics import diagnose
from aloop_models.features.fixes import edits_of
from aloop_models.snapshot import Place, Snapshot
from support.snapshots import HOME_PLACE, facts, snapshot

SECRET = "sk-proj-pLaNtEd0123456789SeCrEt9876543210AbCdEfGh"
PASSWORD = "pLaNtEdPaSsWoRd"
EXPOSED = Place("/home/me/p/.aloop/models.yaml", 0o644, "/home/me/p", tracked="yes", ignored=False)

LINES = [
    "models:",
    "models: {ollama/a: {timeout: 5m, stop: [a, 1]}, ollama/b: }",
    "models: [ollama/a]",
    '"models":',
    "default: ollama/a",
    "default: 'ollama/b'",
    "default: 5",
    "default: [a]",
    "default: ollama/aa",
    f"default: {SECRET}",
    "default:",
    "defualt: x",
    "123: x",
    f"{SECRET}: x",
    f"x: {SECRET}",
    "---",
    "...",
    "%YAML",
    "# comment",
    "",
    "x: &x",
    "  timeout: 5m",
    "  ollama/a:",
    "  ollama/b: # mine",
    "  'ollama/b':",
    "  openia/gpt-4o:",
    "  openai/gpt-4oo:",
    "  openai/gpt-4:",
    "  azure/x:",
    "  gpt-4o:",
    "  openai:gpt-4o:",
    "  ' ollama/c ':",
    "  /x:",
    "  x/:",
    "  ollama/llаma:",
    "  123:",
    "  ~:",
    f"  {SECRET}:",
    f"  openai/{SECRET}:",
    f"  openai/gpt-4o: {SECRET}",
    "  ollama/a: [1]",
    "  ollama/a: {timeout: 0, timout: 3",
    "  ollama/a: *x",
    "  anth",
    "    <<: *x",
    "    name: x",
    "    name: 'x",
    '    name: "x',
    "    name: it's: fine",
    "    name: 'it's'",
    "    name: @x",
    "    name: *nothing",
    "    name: !foo x",
    "    name: 2024-13-45",
    "    name: 2024-01-02",
    f"    name: {SECRET}",
    "    name: |",
    "      block",
    "\tname: x",
    "   timeout: 5",
    "      timeout: 5",
    "    timeout 300",
    "    timeout: 5m",
    "    timeout: 1:30",
    "    timeout: 010",
    "    timeout: .inf",
    "    timeout: -5",
    "    timeout: true",
    '    timeout: "300"',
    "    timeout: 100000",
    "    timout: 5",
    "    drop_params: 'yes'",
    "    drop_params: yes",
    "    temperature: 7",
    "    max_tokens: 1.5",
    "    reasoning_effort: hihg",
    "    extra_headers: {a: 1, a: b}",
    "    stream: true",
    "    request_timeout: 5",
    "    whatever: 1",
    f"    whatever: {SECRET}",
    f"    {SECRET}: x",
    f"    apikey: {SECRET}",
    "    1: 2",
    "    api_key:",
    "    api_key: 0123456",
    "    api_key: sk-...",
    "    api_key: ${X}",
    f"    api_key: {SECRET}",
    f"    api_key: ' {SECRET} '",
    f'    api_key: "{SECRET}',
    "    api_base: localhost:11434",
    "    api_base: http://localhost:11434/v1",
    "    api_base: http://example.com",
    "    api_base: ' https://example.com '",
    f"    api_base: https://me:{PASSWORD}@example.com/v1",
    f"    api_base: https://example.com/?key={SECRET}",
    f"    api_base: http://example.com:{PASSWORD}",
    f"    api_base: {SECRET}",
    "    - a",
    "    timeout: 5m  # aloop: ignore[wrong-type]",
    "    timeout: 5  # five  # aloop: ignore[wrong-type, unknown-field] seconds",
    "    # aloop: ignore[unknown-field, missing-api-key]",
    "  openai/gpt-4o:  # aloop: ignore[missing-api-key]",
    f"    api_key: |  # aloop: ignore[{SECRET}, wrong-tipe]",
    '    name: "x  # aloop: ignore[wrong-type]"',
    "# aloop: ignore",
    "default: ollama/c # aloop: ignroe[undefined-default",
]
TEXTS = st.lists(st.sampled_from(LINES), max_size=12).map("\n".join) | st.builds(
    "".join, st.lists(st.sampled_from(LINES).map(lambda line: line + "\r\n"), max_size=8)
)
ENTRIES = st.lists(st.sampled_from(LINES[22:]), max_size=6).map(lambda lines: "\n".join(["models:", *lines, ""]))
# A right name brings to light what nobody could tell while it was wrong.
TELLING = frozenset(
    {"unknown-field", "unsupported-field", "unknown-provider", "invalid-model-id", "unknown-model", "look-alike-id"}
    | {"yaml-syntax", "not-a-mapping", "wrong-type", "key-in-wrong-field", "deprecated-model"}
)


def found(text: str, place: Place = EXPOSED) -> tuple[Diagnostic, ...]:
    """All diagnostics of a text."""
    return diagnose(snapshot(text, place=place)).items


@cache
def examples() -> tuple[str, ...]:
    """Every example of the rules."""
    return tuple(dict.fromkeys(text for rule in RULES for text in (rule.example, rule.good)))


def check_diagnostics(text: str) -> None:
    """What holds of the diagnostics of any text."""
    for diagnostic in found(text):
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)
        assert diagnostic.rule in RULES
        assert len(diagnostic.message) <= MESSAGE_LIMIT
        assert diagnostic.message.endswith((".", "?", "models.yaml", ".gitignore"))
        assert len(diagnostic.fixes) <= MOST_FIXES
        for fix in diagnostic.fixes:
            assert diagnostic.rule.fixes in (("safe" if fix.safe else "unsafe"), "safe or unsafe"), fix.title
        said = (
            diagnostic.message,
            *(fix.title for fix in diagnostic.fixes),
            *(item.message for item in diagnostic.related),
        )
        written = (edit.text for fix in diagnostic.fixes for edit in fix.edits)
        for words in (*said, *written):
            assert SECRET[8:20] not in words
            assert PASSWORD not in words
        for fix in diagnostic.fixes:
            apply_edits(text, fix.edits)


@given(TEXTS | ENTRIES)
@settings(max_examples=200, deadline=None)
def test_findings_of_any_lines(text: str) -> None:
    """Spans inside the text, short messages, few fixes, no secret."""
    check_diagnostics(text)


@given(st.text(max_size=200) | st.text(alphabet="ab/:-'\"{}[]#&*!|>%@`\\\t \n\r\x00é\u200b😀0519", max_size=80))
@settings(max_examples=200, deadline=None)
def test_findings_of_any_text(text: str) -> None:
    """The same for any text at all, alone and as an entry."""
    check_diagnostics(text)
    check_diagnostics(f"models:\n  ollama/a:\n    name: {text}\n")


@pytest.mark.parametrize("text", examples())
def test_findings_of_every_prefix(text: str) -> None:
    """Nothing raises while an example is typed."""
    for end in range(len(text) + 1):
        check_diagnostics(text[:end])


@given(TEXTS, st.lists(st.tuples(st.integers(0, 400), st.integers(0, 12), st.sampled_from([*LINES, "", "x", "\n"]))))
@settings(max_examples=200, deadline=None)
def test_reuse_changes_nothing(text: str, edits: list[tuple[int, int, str]]) -> None:
    """Findings that reuse the version before equal those of the text alone, under random edits."""
    document = read_document(text)
    for at, length, new in [(0, 0, ""), *edits[:8]]:
        at = min(at, len(text))
        text = text[:at] + new + text[at + length :]
        document = read_document(text, document)
        diagnostics = diagnose(Snapshot(document, facts(), HOME_PLACE))
        assert diagnostics.items == found(text, HOME_PLACE)


@given(TEXTS | ENTRIES)
@settings(max_examples=200, deadline=None)
def test_a_fix_removes_its_diagnostic(text: str) -> None:
    """A fix leaves one such diagnostic less, and adds no error that was not there to be found."""
    before = found(text)
    for diagnostic in before:
        for fix in diagnostic.fixes:
            changes = edits_of(snapshot(text), fix)
            if not changes:
                continue
            after = found(apply_edits(text, changes))
            assert count(after, diagnostic) < count(before, diagnostic), (
                diagnostic.rule.id,
                fix.title,
                diagnostic.message,
            )
            if diagnostic.rule.id not in TELLING and fix.safe:
                assert errors(after) <= errors(before), (diagnostic.rule.id, fix.title)


def count(diagnostics: tuple[Diagnostic, ...], diagnostic: Diagnostic) -> int:
    """How many diagnostics say the same."""
    return sum(item.rule is diagnostic.rule and item.message == diagnostic.message for item in diagnostics)


def errors(diagnostics: tuple[Diagnostic, ...]) -> int:
    """How many errors there are."""
    return sum(item.level is Severity.ERROR for item in diagnostics)


FIELDS = st.sampled_from(
    ["timeout", "drop_params", "name", "api_key", "max_tokens", "temperature", "stop", "extra_headers", "keep_alive"]
)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 100_000),
    st.floats(),
    st.text(max_size=5),
    st.lists(st.integers(0, 2), max_size=2),
    st.dictionaries(st.text("ab", min_size=1, max_size=2), st.one_of(st.text(max_size=2), st.integers()), max_size=2),
)


@given(FIELDS, VALUES)
@settings(max_examples=200, deadline=None)
def test_values_are_judged_as_by_the_schema(name: str, value: object) -> None:
    """A value is an error exactly where the JSON Schema says so, although simple ones are not put to it."""
    from aloop_models.core.scalars import is_writable, write_scalar

    if not is_writable(value):
        return
    text = f"models:\n  ollama/a:\n    {name}: {write_scalar(value)}\ndefault: ollama/a\n"
    wrong = {"wrong-type", "out-of-range"}
    reported = found(text)
    if any(item.rule.id == "look-alike-syntax" for item in reported):
        # An invisible character around a value is reported instead of the value.
        return
    judged = any(item.rule.id in wrong and item.level is Severity.ERROR for item in reported)
    entry = read_document(text).entries[0].entry
    # A reference has only the diagnostic that says so.
    references = {path for field in entry.fields for path in find_references(field, facts().schema.fields.get(name))}
    problems = facts().schema.check_profile(entry.profile)
    assert judged == any(not {problem.path[1:][:length] for length in range(3)} & references for problem in problems)


def test_random_files_do_not_raise() -> None:
    """Larger files from the same lines."""
    chance = random.Random(7)
    for _ in range(60):
        check_diagnostics("\n".join(chance.choices(LINES, k=60)))
