"""Each rule on a annotated text: exact range and words; one changed character makes it vanish."""

# ruff: noqa: E501
# Annotation lines stand under the text they mark, so they cannot be broken.

from datetime import date

import pytest

from aloop_models.features.checks.rules import RULES
from aloop_models.features.diagnostic import MESSAGE_LIMIT, Severity
from aloop_models.snapshot import Place
from support.expectations import check_expectations, diagnostics_of, parse_expectations, rules_of

KEY = "sk-not-a-real-one-but-long-enough"
HOME = "/home/me/project"
PATH = f"{HOME}/.aloop/models.yaml"
PLACES = {
    "not-gitignored": Place(PATH, 0o600, HOME, tracked="no", ignored=False),
    "tracked-by-git": Place(PATH, 0o600, HOME, tracked="yes", ignored=True),
    "skipped-file": Place(PATH, 0o600, HOME, ignored=True, skipped="it belongs to another user. Run: chown."),
    "readable-by-others": Place(PATH, 0o644, HOME, tracked="no", ignored=True),
}
SAFE = Place(PATH, 0o600, HOME, tracked="no", ignored=True)

# rule, annotated text, the text to replace and its replacement: one character more, less or other.
CASES = [
    (
        "yaml-syntax",
        """\
models:
  ollama/llama3:
    name: "Llama
#         ^^^^^^ yaml-syntax: This quote is never closed. Add the closing quote.
default: ollama/llama3
""",
        ('"Llama', '"Llama"'),
    ),
    (
        "multiple-documents",
        """\
models:
  ollama/llama3:
default: ollama/llama3
---
#<0^^^ multiple-documents: A second document begins here. Remove the '---', or one of the two.
""",
        ("---", "#---"),
    ),
    (
        "duplicate-key",
        """\
models:
  ollama/llama3:
    timeout: 5
    timeout: 6
#   ^^^^^^^ duplicate-key: Duplicate key: only the last one is used. Remove one of them.
default: ollama/llama3
""",
        ("    timeout: 5", "#   timeout: 5"),
    ),
    (
        "not-a-mapping",
        """\
models
#<0^^^^^^ not-a-mapping: A colon is missing: write 'models:'.
""",
        ("models", "models:"),
    ),
    (
        "wrong-type",
        """\
models:
  ollama/llama3:
    timeout: 5m
#            ^^ wrong-type: timeout has to be a number of seconds; this is text. Write 300.
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
#            ^^ out-of-range: timeout has to be more than 0 and at most 86400 seconds. Change the number.
default: ollama/llama3
""",
        ("-5", "5"),
    ),
    (
        "unknown-field",
        """\
models:
  ollama/llama3:
    timout: 5
#   ^^^^^^ unknown-field: There is no field 'timout', so it has no effect. Did you mean timeout?
default: ollama/llama3
""",
        ("timout", "timeout"),
    ),
    (
        "unsupported-field",
        """\
models:
  ollama/llama3:
    stream: true
#   ^^^^^^ unsupported-field: 'stream' is not passed on. The agent sets it for each request: remove it.
default: ollama/llama3
""",
        ("stream", "#stream"),
    ),
    (
        "missing-models",
        """\
default: null
#<0^^^^^^^^^^^^^ missing-models: This file has no models yet. Add 'models:', and below it one id per model.
""",
        ("default: null", "models: null"),
    ),
    (
        "invalid-model-id",
        """\
models:
  openai:gpt-4o:
# ^^^^^^^^^^^^^ invalid-model-id: Put a slash between provider and model, such as openai/gpt-4o.
    api_base: http://localhost:8000
default: null
#<0^^^^^^^ missing-default
""",
        ("openai:gpt", "openai/gpt"),
    ),
    (
        "unknown-provider",
        f"""\
models:
  openia/gpt-4o:
# ^^^^^^ unknown-provider: There is no provider 'openia'. Did you mean openai?
    api_key: {KEY}
default: null
#<0^^^^^^^ missing-default
""",
        ("openia", "openai"),
    ),
    (
        "unknown-model",
        f"""\
models:
  openai/gpt-4oo:
#        ^^^^^^^ unknown-model
    api_key: {KEY}
default: openai/gpt-4oo
""",
        ("gpt-4oo", "gpt-4o"),
    ),
    (
        "deprecated-model",
        f"""\
models:
  openai/gpt-4:
# ^^^^^^^^^^^^ deprecated-model: This model was retired on 2026-10-23. Change to a newer model.
    api_key: {KEY}
default: openai/gpt-4
""",
        ("gpt-4", "gpt-4o"),
    ),
    (
        "not-a-chat-model",
        f"""\
models:
  openai/text-embedding-3-small:
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ not-a-chat-model: This model makes embeddings and cannot chat. Choose a chat model.
    api_key: {KEY}
default: null
#<0^^^^^^^ missing-default
""",
        ("text-embedding-3-small", "gpt-4o"),
    ),
    (
        "look-alike-id",
        """\
models:
  ollama/llаma3:
#          ^ look-alike-id: This id holds an invisible or a look-alike character. Write it in plain letters.
default: null
#<0^^^^^^^ missing-default
""",
        ("llаma3", "llama3"),
    ),
    (
        "missing-api-key",
        """\
models:
  openai/gpt-4o:
# ^^^^^^^^^^^^^ missing-api-key: OpenAI needs a key. Add api_key below.
    name: api_key
default: openai/gpt-4o
""",
        ("name: api_key", f"api_key: {KEY}"),
    ),
    (
        "placeholder-api-key",
        """\
models:
  openai/gpt-4o:
    api_key: sk-...
#            ^^^^^^ placeholder-api-key: This is a placeholder. Put the provider's key in its place.
default: openai/gpt-4o
""",
        ("sk-...", KEY),
    ),
    (
        "malformed-api-key",
        f"""\
models:
  openai/gpt-4o:
    api_key: '{KEY} '
#            {"^" * (len(KEY) + 3)} malformed-api-key: This key holds a space or another character that no key has. Paste it again.
default: openai/gpt-4o
""",
        (" '", "'"),
    ),
    (
        "key-of-another-provider",
        f"""\
models:
  openai/gpt-4o:
    api_key: {"sk-ant-" + "not-a-real-one-" * 4}x
#            {"^" * 68} key-of-another-provider: This is a key of Anthropic, not of OpenAI. Paste your key of OpenAI.
default: openai/gpt-4o
""",
        ("sk-ant", "sk-unt"),
    ),
    (
        "key-in-wrong-field",
        """\
models:
  ollama/llama3:
    name: sk-proj-A1b2C3d4E5f6G7h8I9j0
#         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ key-in-wrong-field: A key stands in 'name', in plain sight. Keys belong in api_key, which is masked.
default: ollama/llama3
""",
        ("sk-proj-A1b2C3d4E5f6G7h8I9j0", "Llama"),
    ),
    (
        "env-reference",
        """\
models:
  openai/gpt-4o:
    api_key: ${OPENAI_API_KEY}
#            ^^^^^^^^^^^^^^^^^ env-reference: Environment variables and other references are not expanded. Write the key itself.
default: openai/gpt-4o
""",
        ("${OPENAI_API_KEY}", KEY),
    ),
    (
        "invalid-api-base",
        """\
models:
  ollama/llama3:
    api_base: http:/localhost:11434
#             ^^^^^^^^^^^^^^^^^^^^^ invalid-api-base: This is no address. Write it with http:// or https:// before the host.
default: ollama/llama3
""",
        ("http:/", "http://"),
    ),
    (
        "missing-api-base",
        """\
models:
  lm_studio/qwen3:
# ^^^^^^^^^^^^^^^ missing-api-base: LM Studio needs the address of your server. Add api_base, such as http://localhost:1234/v1.
    #api_base: http://localhost:1234/v1
default: lm_studio/qwen3
""",
        ("#api_base", "api_base"),
    ),
    (
        "insecure-api-base",
        """\
models:
  openai/my-model:
    api_key: my-first-secret
    api_base: http://models.example.com/v1
#             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ insecure-api-base: Over http:// the key travels unencrypted. Use https:// instead.
default: openai/my-model
""",
        ("http:", "https:"),
    ),
    (
        "undefined-default",
        """\
models:
  ollama/llama3:
default: ollama/llama2
#        ^^^^^^^^^^^^^ undefined-default: No model here is called 'ollama/llama2'. Did you mean ollama/llama3?
""",
        ("llama2", "llama3"),
    ),
    (
        "missing-default",
        """\
models:
#<0^^^^^^ missing-default: No default is set: a session starts on the first ready model. Write default: provider/model.
  ollama/llama3:
#default: ollama/llama3
""",
        ("#default", "default"),
    ),
]


@pytest.mark.parametrize(("rule", "marked", "change"), CASES, ids=[item[0] for item in CASES])
def test_rule_is_drawn_and_vanishes(rule: str, marked: str, change: tuple[str, str]) -> None:
    """The diagnostics stand where they are expected; the changed text does not break the rule."""
    check_expectations(marked, place=SAFE)
    text, expected = parse_expectations(marked)
    assert rule in {item.rule for item in expected}
    assert change[0] in text
    assert rule not in rules_of(text.replace(*change, 1), place=SAFE)


def test_every_rule_is_drawn() -> None:
    """No rule without its fixture."""
    assert {item[0] for item in CASES} | PLACES.keys() == {rule.id for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_examples(rule) -> None:
    """An example gives its diagnostic alone, at the rule's own level; the good one gives nothing."""
    (broken,) = diagnostics_of(rule.example, place=PLACES.get(rule.id, SAFE))
    assert (broken.rule.id, broken.level) == (rule.id, rule.severity)
    assert rules_of(rule.good, place=SAFE) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rules_are_written_for_people(rule) -> None:
    """Titles are one line without a full stop; reasons are sentences."""
    assert "\n" not in rule.title
    assert not rule.title.endswith(".")
    assert rule.why.endswith(".")
    assert rule.example != rule.good or rule.id in PLACES


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (
            "tracked-by-git",
            "git tracks this file, so its keys reach every clone. Run: git rm --cached .aloop/models.yaml",
        ),
        (
            "not-gitignored",
            "git does not ignore this file, so its keys may be committed. Add .aloop/*models* to .gitignore.",
        ),
        (
            "readable-by-others",
            "Other people on this machine may read these keys. Run: chmod 600 .aloop/models.yaml",
        ),
    ],
)
def test_secrecy(rule: str, message: str) -> None:
    """The place breaks the rule: on `models`, at a warning's level; a safe place breaks none."""
    text = f"models:\n  ollama/llama3:\n    api_key: {KEY}\ndefault: ollama/llama3\n"
    found = diagnostics_of(text, place=PLACES[rule])
    assert [(item.rule.id, item.span, item.message, item.level) for item in found] == [
        (rule, (0, 6), message, Severity.WARNING)
    ]
    assert len(message) <= MESSAGE_LIMIT
    assert rules_of(text, place=SAFE) == []
    assert rules_of(text, place=Place()) == []
    assert rules_of(text, place=Place(PATH, None, None)) == []


PROBLEM = "git could not be asked whether it tracks this file"


@pytest.mark.parametrize(
    ("place", "rule", "message", "level"),
    [
        (
            Place(PATH, 0o600, HOME, "unknown", git_problem="git is not installed"),
            "tracked-by-git",
            f"{PROBLEM}: git is not installed. Install git.",
            Severity.WARNING,
        ),
        (
            Place(PATH, 0o600, HOME, "unknown", git_problem="git does not answer in time"),
            "tracked-by-git",
            f"{PROBLEM}: git does not answer in time. Save the file to try again.",
            Severity.WARNING,
        ),
        (
            Place(PATH, 0o600, HOME, "unknown", git_problem="git cannot read this repository"),
            "tracked-by-git",
            f"{PROBLEM}: git cannot read this repository. To see why, run: git status",
            Severity.WARNING,
        ),
        (
            Place(PATH, 0o600, HOME, "yes", ignored=True, link=f"{HOME}/.aloop"),
            "tracked-by-git",
            "git tracks the symbolic link .aloop, so others choose this file. Run: git rm --cached .aloop",
            Severity.WARNING,
        ),
        (
            Place(PATH, 0o600, HOME, ignored=True, tracked_copies=(f"{HOME}/.aloop/models.yaml~",)),
            "tracked-by-git",
            "git tracks .aloop/models.yaml~, a copy of this file that contains keys. "
            "Run: git rm --cached .aloop/models.yaml~",
            Severity.WARNING,
        ),
        (
            Place(PATH, 0o600, HOME, ignored=True, copies_ignored=False),
            "not-gitignored",
            "git ignores this file, but not the backups, swap files and conflict copies of it. "
            "Add .aloop/*models* to .gitignore.",
            Severity.INFORMATION,
        ),
        (
            Place(f"{HOME}/sub/.aloop/models.yaml", 0o600, HOME, ignored=False),
            "not-gitignored",
            "git does not ignore this file, so its keys may be committed. Add **/.aloop/*models* to .gitignore.",
            Severity.WARNING,
        ),
        (
            Place(PATH, 0o600, None, skipped="it belongs to another user. If you trust it, run: sudo chown 0 x."),
            "skipped-file",
            "This file is not used: it belongs to another user. If you trust it, run: sudo chown 0 x.",
            Severity.ERROR,
        ),
    ],
)
def test_secrecy_of_other_places(place: Place, rule: str, message: str, level: Severity) -> None:
    """What git cannot say, links, copies, and a file that is used by nothing."""
    text = f"models:\n  ollama/llama3:\n    api_key: {KEY}\ndefault: ollama/llama3\n"
    assert [(item.rule.id, item.message, item.level) for item in diagnostics_of(text, place=place)] == [
        (rule, message, level)
    ]


def test_advice_of_git_is_a_hint_without_keys() -> None:
    """The template alone gives nothing above a hint, wherever it is."""
    text = "models:\n  ollama/llama3:\ndefault: ollama/llama3\n"
    for place in (
        Place(PATH, 0o600, HOME, "unknown", git_problem="git is not installed"),
        Place(PATH, 0o600, HOME, "yes", link=f"{HOME}/.aloop"),
        Place(PATH, 0o600, HOME, ignored=True, copies_ignored=False),
    ):
        assert [item.level for item in diagnostics_of(text, place=place)] == [Severity.HINT]


def test_secrecy_without_keys_is_a_hint() -> None:
    """A file that holds no key yet gives nothing above a hint."""
    text = "models:\n  ollama/llama3:\ndefault: ollama/llama3\n"
    for rule, place in PLACES.items():
        levels = [(item.rule.id, item.level) for item in diagnostics_of(text, place=place)]
        level = Severity.ERROR if rule == "skipped-file" else Severity.HINT
        assert levels == ([] if rule == "readable-by-others" else [(rule, level)])


@pytest.mark.parametrize(
    ("today", "level", "message"),
    [
        (date(2026, 7, 24), None, None),
        (date(2026, 7, 25), Severity.INFORMATION, "This model will be retired on 2026-10-23, in 90 days."),
        (date(2026, 10, 22), Severity.INFORMATION, "This model will be retired on 2026-10-23, in 1 day."),
        (date(2026, 10, 23), Severity.WARNING, "This model was retired on 2026-10-23."),
    ],
)
def test_retirement_by_day(today: date, level: Severity | None, message: str | None) -> None:
    """Ninety days before it is information, from the day on a warning, and struck through."""
    text = f"models:\n  openai/gpt-4:\n    api_key: {KEY}\ndefault: openai/gpt-4\n"
    found = diagnostics_of(text, today=today)
    if level is None:
        assert found == ()
        return
    assert [(item.rule.id, item.level, item.retired) for item in found] == [
        ("deprecated-model", level, level is Severity.WARNING)
    ]
    assert found[0].message.startswith(message or "")


def test_retirement_is_silent_at_another_address() -> None:
    """What the catalog knows of a name holds at the provider's own address."""
    base = "models:\n  openai/gpt-4:\n    api_base: http://localhost:8000/v1\ndefault: openai/gpt-4\n"
    assert rules_of(base) == []
