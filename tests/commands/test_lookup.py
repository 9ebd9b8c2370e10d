"""Finding the one entry that is meant, and refusing with the nearest names."""

import pytest

from aloop_models.commands.lookup import (
    AmbiguousModelError,
    ModelNotFoundError,
    describe_part,
    entry_of,
    match,
    match_part,
    names_of_models,
    require_readable,
)
from aloop_models.errors import RefusedError
from support.snapshots import snapshot

KEY = "sk-proj-AbCdEfGhIjKlMnOpQrStUvWx0123456789AbCdEfGh"
TEXT = f"""\
models:
  openai/gpt-4o: {{name: The Good One}}
  azure/gpt-4o: {{name: At Work}}
  openai/GPT-4O-mini:
  ollama/llama3.1: {{name: at work}}
  openrouter/qwen/qwen3-coder:
  {KEY}:
"""


@pytest.mark.parametrize(
    ("words", "model_id"),
    [
        ("openai/gpt-4o", "openai/gpt-4o"),
        ("OpenAI/GPT-4o", "openai/gpt-4o"),
        ("gpt-4o-MINI", "openai/GPT-4O-mini"),
        ("the good one", "openai/gpt-4o"),
        ("llama3.1", "ollama/llama3.1"),
        ("qwen/qwen3-coder", "openrouter/qwen/qwen3-coder"),
    ],
)
def test_one_entry_fits(words: str, model_id: str) -> None:
    assert match(snapshot(TEXT), words).model_id == model_id


@pytest.mark.parametrize(
    ("words", "message", "suggestions"),
    [
        (
            "gpt-4o",
            "'gpt-4o' matches several models: openai/gpt-4o, azure/gpt-4o. Use the full ID.",
            ("openai/gpt-4o", "azure/gpt-4o"),
        ),
        (
            "AT WORK",
            "'AT WORK' matches several models: azure/gpt-4o, ollama/llama3.1. Use the full ID.",
            ("azure/gpt-4o", "ollama/llama3.1"),
        ),
        (
            "ollama/llama3",
            "There is no model 'ollama/llama3' in models.yaml. Did you mean ollama/llama3.1?",
            ("ollama/llama3.1",),
        ),
        (
            "nothing like it",
            "There is no model 'nothing like it' in models.yaml. List the models: aloop models list",
            (),
        ),
        (
            "qwen3-coder",
            "There is no model 'qwen3-coder' in models.yaml. Did you mean openrouter/qwen/qwen3-coder?",
            ("openrouter/qwen/qwen3-coder",),
        ),
        (
            "lama3.1",
            "There is no model 'lama3.1' in models.yaml. Did you mean ollama/llama3.1?",
            ("ollama/llama3.1",),
        ),
        (
            "the god one",
            "There is no model 'the god one' in models.yaml. Did you mean openai/gpt-4o?",
            ("openai/gpt-4o",),
        ),
        (
            "mini",
            "There is no model 'mini' in models.yaml. Did you mean openai/GPT-4O-mini?",
            ("openai/GPT-4O-mini",),
        ),
        (
            "codr",
            "There is no model 'codr' in models.yaml. Did you mean openrouter/qwen/qwen3-coder?",
            ("openrouter/qwen/qwen3-coder",),
        ),
        (
            "xy",
            "There is no model 'xy' in models.yaml. List the models: aloop models list",
            (),
        ),
    ],
)
def test_none_or_several_fit(words: str, message: str, suggestions: tuple[str, ...]) -> None:
    with pytest.raises(RefusedError) as refused:
        match(snapshot(TEXT), words)
    assert (refused.value.reason, refused.value.message) == ("modelNotFound", message)
    assert refused.value.suggestions == suggestions


LABELS = """\
models:
  openai/gpt-4o#work:
  openai/gpt-4o#home: {name: Mine}
  azure/gpt-4o#eu:
  ollama/llama3#eu:
  openrouter/qwen/coder#Big:
  openai/o9:
  openai/o9#eu:
"""


@pytest.mark.parametrize(
    ("words", "model_id"),
    [
        ("openai/gpt-4o#work", "openai/gpt-4o#work"),
        ("gpt-4o#work", "openai/gpt-4o#work"),
        ("GPT-4o (work)", "openai/gpt-4o#work"),
        ("work", "openai/gpt-4o#work"),
        ("home", "openai/gpt-4o#home"),
        ("mine", "openai/gpt-4o#home"),
        ("gpt-4o (home)", "openai/gpt-4o#home"),
        ("azure/gpt-4o", "azure/gpt-4o#eu"),
        ("llama3", "ollama/llama3#eu"),
        ("big", "openrouter/qwen/coder#Big"),
        ("qwen/coder (big)", "openrouter/qwen/coder#Big"),
        ("openai/o9", "openai/o9"),
        ("o9", "openai/o9"),
        ("o9 (eu)", "openai/o9#eu"),
    ],
)
def test_labels_are_names(words: str, model_id: str) -> None:
    assert match(snapshot(LABELS), words).model_id == model_id


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("eu", ("azure/gpt-4o#eu", "ollama/llama3#eu", "openai/o9#eu")),
        ("openai/gpt-4o", ("openai/gpt-4o#work", "openai/gpt-4o#home")),
        ("wrk", ("openai/gpt-4o#work",)),
    ],
)
def test_labels_that_are_suggested(words: str, ids: tuple[str, ...]) -> None:
    with pytest.raises(RefusedError) as refused:
        match(snapshot(LABELS), words)
    assert refused.value.suggestions[: len(ids)] == ids


def test_only_the_exact_id_names_an_entry_for_a_program() -> None:
    assert entry_of(snapshot(TEXT), "openai/gpt-4o").model_id == "openai/gpt-4o"
    with pytest.raises(
        RefusedError, match=r"^There is no model 'openai/GPT-4o' in models\.yaml\. Did you mean openai/gpt-4o"
    ):
        entry_of(snapshot(TEXT), "openai/GPT-4o")


def test_a_key_in_the_place_of_an_id_is_not_repeated() -> None:
    with pytest.raises(RefusedError) as refused:
        entry_of(snapshot(TEXT), f"{KEY}x")
    assert refused.value.suggestions == ("••••••••",)
    assert refused.value.message == "There is no model of that name in models.yaml. Did you mean ••••••••?"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("Q3xk-p0Zz-19xY-abcd-77wq", "'Q3xk-p0Zz-19xY-abcd-77wq'"),
        ("Q3xk-p0Zz-19xY-abcd-77wqe", "of that name"),
        ("text-completion-codestral/codestral-2405", "'text-completion-codestral/codestral-2405'"),
    ],
)
def test_what_may_be_a_key_of_no_known_form_is_not_repeated(typed: str, told: str) -> None:
    for find in (match, entry_of):
        with pytest.raises(RefusedError, match=f"^There is no model {told} in models") as refused:
            find(snapshot(TEXT), typed)
        assert len(typed) <= 24 or "/" in typed or typed not in repr(refused.value.args)


def test_a_file_without_models() -> None:
    with pytest.raises(RefusedError) as refused:
        match(snapshot("models:\n"), "gpt-4o")
    assert refused.value.message == (
        "There is no model 'gpt-4o' in models.yaml. The file has no models. Add one first."
    )


def test_a_broken_file_is_refused_with_its_line() -> None:
    broken = snapshot('models:\n  a/b:\n  c/d: {name: "x\n')
    for act in (
        lambda: match(broken, "a/b"),
        lambda: entry_of(broken, "a/b"),
        lambda: require_readable(broken.document),
    ):
        with pytest.raises(RefusedError) as refused:
            act()
        assert refused.value.reason == "invalidFile"
        assert refused.value.message == ("models.yaml is not valid YAML (line 3). Fix it first. Nothing was changed.")


def test_a_later_duplicate_is_in_force() -> None:
    found = match(snapshot("models:\n  a/b: {name: one}\n  a/b: {name: two}\n"), "two")
    assert found.entry.profile == {"name": "two"}


ROLES = TEXT + "roles:\n  fast: ollama/llama3.1\n  Old: openai/gpt-4o\n  gone: openai/gpt-2\n"


def test_a_role_is_its_model() -> None:
    assert match(snapshot(ROLES), "@fast").model_id == "ollama/llama3.1"
    assert match(snapshot(ROLES), "@FAST").model_id == "ollama/llama3.1"
    capital = "models: {ollama/a: {}, ollama/b: {}}\nroles: {Old: ollama/a, old: ollama/b, New: ollama/a}\n"
    assert [match(snapshot(capital), f"@{role}").model_id for role in ("Old", "old", "OLD", "New")] == [
        *("ollama/a", "ollama/b", "ollama/b", "ollama/a")
    ]
    assert names_of_models(snapshot(capital)) >= {"@old", "@new"}


@pytest.mark.parametrize(
    ("text", "words", "message"),
    [
        (ROLES, "@fats", "There is no role '@fats' in models.yaml. Did you mean @fast?"),
        (ROLES, "@gone", "@gone is 'openai/gpt-2', which is not an entry in models. Correct roles in models.yaml."),
        (TEXT, "@fast", "There is no role '@fast' in models.yaml. The file has no roles. Add them under 'roles:'."),
        (ROLES, "Fast", "There is no model 'Fast' in models.yaml. Did you mean @fast?"),
        (ROLES, "fasten", "There is no model 'fasten' in models.yaml. List the models: aloop models list"),
    ],
)
def test_no_role(text: str, words: str, message: str) -> None:
    with pytest.raises(RefusedError) as refused:
        match(snapshot(text), words)
    assert (refused.value.reason, refused.value.message) == ("modelNotFound", message)


@pytest.mark.parametrize(
    ("words", "model_id"),
    [
        ("mini", "openai/GPT-4O-mini"),
        ("MINI", "openai/GPT-4O-mini"),
        ("good", "openai/gpt-4o"),
        ("good one", "openai/gpt-4o"),
        ("one good", "openai/gpt-4o"),
        ("qwen3-coder", "openrouter/qwen/qwen3-coder"),
        ("qwen3coder", "openrouter/qwen/qwen3-coder"),
        ("openrouter", "openrouter/qwen/qwen3-coder"),
        ("azure", "azure/gpt-4o"),
        ("llama31", "ollama/llama3.1"),
        ("gpt4omini", "openai/GPT-4O-mini"),
        ("a3", "ollama/llama3.1"),
    ],
)
def test_a_part_that_one_entry_has_is_enough(words: str, model_id: str) -> None:
    assert match(snapshot(TEXT), words, takes_parts=True).model_id == model_id
    assert describe_part(snapshot(TEXT), words) == f"'{words}' matches {model_id}."


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("gpt", ("openai/gpt-4o", "azure/gpt-4o", "openai/GPT-4O-mini")),
        ("gpt4o", ("openai/gpt-4o", "azure/gpt-4o")),
        ("work", ("azure/gpt-4o", "ollama/llama3.1")),
        ("openai/", ("openai/gpt-4o", "openai/GPT-4O-mini")),
    ],
)
def test_a_part_of_several_entries_is_refused_with_all_of_them(words: str, ids: tuple[str, ...]) -> None:
    with pytest.raises(AmbiguousModelError) as refused:
        match(snapshot(TEXT), words, takes_parts=True)
    assert refused.value.suggestions == ids
    assert refused.value.message == f"'{words}' matches several models: {', '.join(ids)}. Use the full ID."
    assert describe_part(snapshot(TEXT), words) == ""


def test_at_most_eight_models_are_named_in_a_refusal() -> None:
    many = snapshot("models:\n" + "".join(f"  openai/gpt-{number}:\n" for number in range(11)))
    with pytest.raises(AmbiguousModelError, match=r"openai/gpt-7 and 3 more\. Use the full ID\.$") as refused:
        match(many, "openai", takes_parts=True)
    assert len(refused.value.suggestions) == 11


@pytest.mark.parametrize(
    "words", ["m", "sk-proj", KEY[8:20], "gtp-4o", "lamma3.1", "nothing like it", "@fa", "@", "--", ""]
)
def test_a_key_one_letter_and_another_spelling_are_not_parts(words: str) -> None:
    with pytest.raises(RefusedError) as refused:
        match(snapshot(ROLES), words, takes_parts=True)
    assert not isinstance(refused.value, AmbiguousModelError)
    assert refused.value.reason == "modelNotFound"


@pytest.mark.parametrize("words", ["openai/gpt-4o", "the good one", "@fast", "gpt-4o"])
def test_a_whole_name_is_not_a_part(words: str) -> None:
    assert match_part(snapshot(ROLES), words) is None


@pytest.mark.parametrize("words", ["ollama/llama3", "openrouter/qwen/qwen3", "azure/gpt-4", "llama3"])
def test_an_id_and_another_model_are_not_parts(words: str) -> None:
    with pytest.raises(RefusedError, match="Did you mean") as refused:
        match(snapshot(TEXT), words, takes_parts=True)
    assert not isinstance(refused.value, AmbiguousModelError)


def test_a_part_of_a_label_is_enough() -> None:
    assert match(snapshot(LABELS), "wor", takes_parts=True).model_id == "openai/gpt-4o#work"


@pytest.mark.parametrize(
    ("words", "suggestions"),
    [
        ("openai/nope", ()),
        ("openai/sol", ("openai/gpt-6-sol",)),
        ("openai/gpt6sol", ("openai/gpt-6-sol",)),
        ("opnai/gpt-6-sol", ("openai/gpt-6-sol",)),
        ("ollama/lama3", ("ollama/llama3",)),
        ("ollama/sol", ()),
    ],
)
def test_a_suggestion_is_near_in_its_model_and_not_only_in_its_provider(
    words: str, suggestions: tuple[str, ...]
) -> None:
    text = "models:\n  openai/e:\n  openai/gpt-6-sol:\n  ollama/llama3:\n"
    for find in (match, entry_of):
        with pytest.raises(RefusedError) as refused:
            find(snapshot(text), words)
        assert refused.value.suggestions == suggestions


@pytest.mark.parametrize("words", ["tulip", "window-harvest", "at home"])
def test_a_key_of_the_file_is_not_found_by_its_parts(words: str) -> None:
    around = snapshot("models:\n  openai/tulip-window-harvest: {name: Mine at home, api_key: tulip-window-harvest}\n")
    assert match(around, "openai/tulip-window-harvest").model_id == "openai/tulip-window-harvest"
    assert describe_part(around, words) == ""


def test_words_with_a_line_break_are_repeated_in_one_line() -> None:
    assert describe_part(snapshot(TEXT), "good\none") == "'goodone' matches openai/gpt-4o."


def test_a_refusal_names_the_command_of_the_interface() -> None:
    with pytest.raises(ModelNotFoundError) as refused:
        match(snapshot(TEXT), "zzzz")
    message = "There is no model 'zzzz' in models.yaml. List the models: /model list"
    assert refused.value.message_for("/model") == message
