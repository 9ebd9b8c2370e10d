"""What else changes with a fix, and all safe fixes of a file at once."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aloop_models.core.text import Edit, apply_edits, compose_edits
from aloop_models.features.checks.rules import RULES
from aloop_models.features.diagnostic import Severity
from aloop_models.features.diagnostics import diagnose
from aloop_models.features.fixes import edits_of, fix_all
from support.snapshots import snapshot

KEY = "sk-proj-AbCdEfGhIjKlMnOpQrStUvWx0123456789AbCdEfGh"
OTHER = "sk-proj-ZyXwVuTsRqPoNmLkJiHgFeDc9876543210ZyXwVuTs"


def fixed(text: str) -> str:
    """The text after "fix all"."""
    subject = snapshot(text)
    found = fix_all(subject, diagnose(subject).items)
    return apply_edits(text, found.edits) if found else text


def errors(text: str) -> int:
    return sum(item.level is Severity.ERROR for item in diagnose(snapshot(text)).items)


def ids(text: str) -> list[str]:
    return [placed.model_id for placed in snapshot(text).document.entries]


def each_fix(text: str, rule: str) -> dict[str, str]:
    """The text after each fix of the first diagnostic of a rule, by title; fixes that cannot be applied left out."""
    subject = snapshot(text)
    diagnostic = next(item for item in diagnose(subject).items if item.rule.id == rule)
    changes = {fix.title: edits_of(subject, fix) for fix in diagnostic.fixes}
    return {title: apply_edits(text, edits) for title, edits in changes.items() if edits}


NEWER = f"""\
models:
  openai/gpt-7-sol:
    api_key: {KEY}
  anthropic/claude-sonnet-5-6:
    api_key: {KEY}
  openai/gpt-6-sol:
    api_key: {KEY}
  openia/gpt-6-sol:
    api_key: {KEY}
default: openai/gpt-7-so
"""


def test_fix_all_leaves_models_that_are_newer_than_the_catalog_and_other_guesses():
    assert fixed(NEWER) == NEWER
    assert [fix.safe for item in diagnose(snapshot(NEWER)).items for fix in item.fixes].count(True) == 0


@pytest.mark.parametrize(
    ("text", "rule", "ids_after"),
    [
        (NEWER, "unknown-provider", ["openai/gpt-6-sol"]),
        (NEWER, "unknown-model", ["openai/gpt-6-sol"]),
    ],
)
def test_no_fix_gives_an_id_that_exists(text: str, rule: str, ids_after: list[str]):
    for after in each_fix(text, rule).values():
        assert [ids(after).count(model_id) for model_id in ids_after] == [1]
        assert len(set(ids(after))) == len(ids(after))


def test_fix_all_corrects_what_is_certain_and_keeps_the_rest():
    text = (
        "# mine\nmodels:\n  ollama/a: # first\n    timout: 5m # c\n    drop_params: yep\n    timeut: 3\n"
        "  'openai:gpt-4o':\n    api_key: ' KEY ' # k\n  openai/x y:\ndefault: openai:gpt-4o\n".replace("KEY", KEY)
    )
    assert fixed(text) == text.replace("openai:gpt-4o", "openai/gpt-4o").replace(
        "' KEY '".replace("KEY", KEY), f"'{KEY}'"
    ).replace("timeut", "timeout")


@pytest.mark.parametrize(
    ("written", "after"),
    [
        (f"“{KEY}”", KEY),
        (f"«{KEY}»", KEY),
        (f"'“{KEY}”,'", f"'{KEY}'"),
        (f"Bearer {KEY}", KEY),
        (f"OPENAI_API_KEY={KEY}", KEY),
        (f"{KEY[:9]}\u200b{KEY[9:]}", KEY),
        (f"'{KEY[:9]} {KEY[9:]}'", f"'{KEY[:9]} {KEY[9:]}'"),
    ],
)
def test_fix_all_removes_what_is_around_a_key(written: str, after: str):
    text = f"models:\n  openai/gpt-4o:\n    api_key: {written}\n    timeout: 60s\ndefault: openai/gpt-4o\n"
    assert fixed(text) == text.replace(written, after).replace("60s", "60")


def test_two_slips_for_one_field_do_not_become_a_duplicate():
    text = "models:\n  ollama/a:\n    timout: 5\n    timeut: 6\ndefault: ollama/a\n"
    assert fixed(text) == text.replace("timout", "timeout")
    assert errors(fixed(text)) == 0


def test_one_fix_that_cannot_be_made_hinders_none_of_many_others():
    others = "".join(f"  ollama/{number}:\n    timout: 5\n" for number in range(300))
    text = f"models:\n{others}  ollama/a:\n    timout: 5\n    timeut: 6\n{others.replace('/', '/b')}"
    assert fixed(text) == text.replace("timout", "timeout")


def test_two_slips_for_one_field_do_not_become_a_duplicate_where_another_duplicate_is_fixed():
    text = f"""\
models:
  openai/gpt-5.1:
    apikey: {KEY}
    api-key: {OTHER}
    name: A
    name: B
default: openai/gpt-5.1
"""
    assert [item.rule.id for item in diagnose(snapshot(fixed(text))).items] == ["unknown-field"]
    assert fixed(text) == text.replace("apikey:", "api_key:").replace("    name: A", "    # name: A")


def test_no_fix_of_two_equal_names_removes_a_key_that_is_not_below_a_model():
    text = f"models:\n  openai/gpt-5.1:\n  api_key: {KEY}\n  openai/gpt-5:\n  api_key: {OTHER}\n"
    rules = [item.rule.id for item in diagnose(snapshot(text)).items]
    assert rules == ["missing-default", "invalid-model-id", "invalid-model-id"]
    assert each_fix(text, "invalid-model-id") == {}
    other = text.replace("api_key", "my_key")
    assert each_fix(other, "duplicate-key") == {}


def test_a_provider_in_capitals_is_that_provider():
    text = f"models:\n  OpenAI/gpt-5.1:\n    api_key: {KEY}\n  openai/gpt-5.1:\n    api_key: {OTHER}\n"
    diagnostic = next(item for item in diagnose(snapshot(text)).items if item.rule.id == "unknown-provider")
    assert diagnostic.message == "OpenAI/gpt-5.1: LiteLLM has no provider 'OpenAI'. Did you mean openai?"
    assert each_fix(text, "unknown-provider") == {}


def test_a_fix_that_follows_from_a_fix_is_made_too():
    text = "models:\n  ollama/a:\n    timout: '5'\ndefault: ollama/a\n"
    assert fixed(fixed(text)) == fixed(text)


SAME = """\
models:
  openai/gpt-4o:
    name: Work (EU)
    api_key: {0}
  openai/gpt-4o:
    api_key: {1}
default: openai/gpt-4o
"""


def test_two_entries_of_one_model_are_kept_by_a_label_for_the_one_that_is_not_used():
    text = SAME.format(KEY, OTHER)
    assert each_fix(text, "duplicate-key") == {
        "Rename the earlier entry to openai/gpt-4o#work-eu": text.replace(
            "gpt-4o:\n    name", "gpt-4o#work-eu:\n    name"
        ),
        "Remove the earlier entry and its API key": (
            f"models:\n  openai/gpt-4o:\n    api_key: {OTHER}\ndefault: openai/gpt-4o\n"
        ),
        "Remove this entry and its API key": (
            f"models:\n  openai/gpt-4o:\n    name: Work (EU)\n    api_key: {KEY}\ndefault: openai/gpt-4o\n"
        ),
    }
    assert fixed(text) == text
    same_key = SAME.format(KEY, KEY)
    assert list(each_fix(same_key, "duplicate-key"))[1:] == ["Remove the earlier entry", "Remove this entry"]


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("models: {a/b: {timeout: 1}, a/b: {timeout: 2}}\n", "models: {'a/b#2': {timeout: 1}, a/b: {timeout: 2}}\n"),
        (
            "models:\r\n  'a/b':\r\n    timeout: 1\r\n  a/b:\r\n",
            "models:\r\n  'a/b#2':\r\n    timeout: 1\r\n  a/b:\r\n",
        ),
        ('models:\n  "a/b": # c\n    timeout: 1\n  a/b:\n', 'models:\n  "a/b#2": # c\n    timeout: 1\n  a/b:\n'),
        ("models:\n  a/b: &x\n    timeout: 1\n  a/b: *x\n", "models:\n  a/b#2: &x\n    timeout: 1\n  a/b: *x\n"),
        (
            "models:\n  a/b:\n    timeout: 1\n  a/b:\n  a/b#2:\n",
            "models:\n  a/b#3:\n    timeout: 1\n  a/b:\n  a/b#2:\n",
        ),
        (
            "models:\n  a/b:\n    name: X\n  a/b:\n  a/b#x:\n",
            "models:\n  a/b#x-2:\n    name: X\n  a/b:\n  a/b#x:\n",
        ),
        (
            "models:\n  a/b#work:\n    timeout: 1\n  a/b#work:\n",
            "models:\n  a/b#work-2:\n    timeout: 1\n  a/b#work:\n",
        ),
        (f"models:\n  a/b:\n    name: {KEY}\n  a/b:\n", f"models:\n  a/b#2:\n    name: {KEY}\n  a/b:\n"),
    ],
)
def test_the_label_of_a_duplicate(text: str, after: str):
    assert next(iter(each_fix(text, "duplicate-key").values())) == after


def test_three_entries_of_one_model_get_a_label_one_after_the_other():
    text = "models:\n" + "".join(f"  a/b:\n    api_key: key-number-{n}\n" for n in (1, 2, 3)) + "default: a/b\n"
    once = next(iter(each_fix(text, "duplicate-key").values()))
    twice = next(iter(each_fix(once, "duplicate-key").values()))
    assert (ids(once), ids(twice)) == (["a/b#2", "a/b", "a/b"], ["a/b#2", "a/b#3", "a/b"])
    assert snapshot(twice).document.by_id["a/b"].entry.profile == {"api_key": "key-number-3"}


def test_an_entry_that_is_written_twice_in_the_same_way_is_removed_safely():
    text = f"models:\n  a/b:\n    api_key: {KEY} # c\n  a/b:\n    api_key: {KEY} # c\ndefault: a/b\n"
    assert fixed(text) == f"models:\n  a/b:\n    api_key: {KEY} # c\ndefault: a/b\n"
    assert fixed(text.replace(" # c", " # d", 1)) == text.replace(" # c", " # d", 1)


def test_a_field_that_is_written_twice():
    text = "models:\n  ollama/a:\n    timeout: 1 # c\n    timeout: 2\ndefault: ollama/a\n"
    assert fixed(text) == text.replace("    timeout: 1", "    # timeout: 1")
    keys = f"models:\n  ollama/a:\n    api_key: {KEY}\n    api_key: {OTHER}\ndefault: ollama/a\n"
    assert fixed(keys) == keys
    assert each_fix(keys, "duplicate-key")["Comment out the earlier line"] == keys.replace("api_key", "# api_key", 1)


def test_a_default_that_is_written_twice():
    text = "models:\n  ollama/a:\n  ollama/b:\ndefault: ollama/a # c\ndefault: ollama/b\n"
    assert fixed(text) == text.replace("default: ollama/a", "# default: ollama/a")


def test_every_place_that_refers_to_an_entry_follows_its_id():
    text = (
        "default: 'openia/gpt-4o'\nmodels:\n  openia/gpt-4o:\n  ollama/a:\nroles:\n  fast: openia/gpt-4o # c\n"
        '  slow: ollama/a\nfallbacks:\n  - ollama/a\n  - "openia/gpt-4o"\n'
    )
    assert each_fix(text, "unknown-provider")["Change to openai"] == text.replace("openia", "openai")


PIECES = [rule.example for rule in RULES] + [
    "models:\n  ollama/a:\n    timout: 5\n    timeut: 6\n    timeout: 7\n",
    "models:\n  'openai:gpt-4o':\n  openai/gpt-4o:\ndefault: openai:gpt-4o\n",
    "models:\n  ' ollama/c ':\n  ollama/c#:\n  ollama/c:\ndefault: ' ollama/c '\n",
    f"models:\n  openai/gpt-4o: # one\n    api_key: ' {KEY}'\n    api_key: {OTHER}, # two\n",
    "models:\n  ollama/a: {timeout: 5m, drop_params: yes, timout: 1}\n",
    "model:\n  ollama/a:\n    timeout: 0\ndefualt: ollama/a\n",
    "models:\n  ollama/lla\u200bma:\n  ollama/llama:\n  ollama/llаma:\n",
]


def joined(one: str, other: str) -> str:
    """The entries of both texts in one file."""
    entries = [part for text in (one, other) for part in text.splitlines() if part.startswith(" ")]
    rest = [
        part for text in (one, other) for part in text.splitlines() if part and not part.startswith((" ", "models:"))
    ]
    return "\n".join(("models:", *entries, *rest, ""))


@pytest.mark.parametrize("text", [*PIECES, *(joined(one, other) for one, other in combinations(PIECES, 2))])
def test_law_fix_all_adds_no_error_changes_no_id_by_a_guess_and_is_done_at_once(text: str):
    after = fixed(text)
    assert errors(after) <= errors(text)
    assert fixed(after) == after
    before, now = ids(text), ids(after)
    assert len(now) - len(set(now)) <= len(before) - len(set(before))
    for key in (KEY, OTHER):
        assert (key in after) == (key in text)
    if "default" not in text:
        return
    default = snapshot(text).document.default_id
    if default in snapshot(text).document.by_id:
        assert snapshot(after).document.default_id in snapshot(after).document.by_id


EDITS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 4), st.text("xyz", max_size=3)), max_size=6)


def edits_in(length: int, drafts: list[tuple[int, int, str]]) -> list[Edit]:
    """Sorted edits that neither touch nor overlap each other."""
    chosen: list[Edit] = []
    for start, size, text in sorted(drafts):
        if start + size <= length and (not chosen or start > chosen[-1].end):
            chosen.append(Edit(start, start + size, text))
    return chosen


@settings(deadline=None)
@given(EDITS, EDITS)
def test_law_composed_edits_do_what_both_do(first: list[tuple[int, int, str]], second: list[tuple[int, int, str]]):
    text = "abcdefghijklmnopqrstuvw"
    one = edits_in(len(text), first)
    middle = apply_edits(text, one)
    other = edits_in(len(middle), second)
    together = compose_edits(len(text), one, other)
    assert apply_edits(text, together) == apply_edits(middle, other)
