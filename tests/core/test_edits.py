"""Edits of entries and their fields, each as the text before, the change, and the text after."""

from textwrap import dedent

import pytest

from aloop_models.core.document import Document
from aloop_models.core.edits import (
    add_entry,
    combine,
    remove_entry,
    set_default,
    set_fields,
    set_fields_of,
)
from aloop_models.core.reader import read_document
from support.edit_files import LAYOUTS, after, refusal


def document(text: str) -> Document:
    return read_document(dedent(text))


def added(text: str, **fields: object) -> str:
    before = document(text)
    return after(before, add_entry(before, "x/y", fields))


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("", "models:\n  x/y:\n    name: Z\n"),
        ("\ufeff", "\ufeffmodels:\n  x/y:\n    name: Z\n"),
        ("---\n", "---\nmodels:\n  x/y:\n    name: Z\n"),
        ("---", "---\nmodels:\n  x/y:\n    name: Z"),
        ("# only this", "# only this\n\nmodels:\n  x/y:\n    name: Z"),
        ("# a\r\n# b\r\n", "# a\r\n# b\r\n\r\nmodels:\r\n  x/y:\r\n    name: Z\r\n"),
        ("default: null\n", "default: null\n\nmodels:\n  x/y:\n    name: Z\n"),
        ("models:\n", "models:\n  x/y:\n    name: Z\n"),
        ("models: # c", "models: # c\n  x/y:\n    name: Z"),
        ("models: null # c\n", "models: # c\n  x/y:\n    name: Z\n"),
        ("models: ~\ndefault:\n", "models:\n  x/y:\n    name: Z\ndefault:\n"),
        ("models: ''\n", "models:\n  x/y:\n    name: Z\n"),
        ("models: []\n", "models:\n  x/y:\n    name: Z\n"),
        ("models: {}\n...\n# end\n", "models:\n  x/y:\n    name: Z\n...\n# end\n"),
        ("models: { # none\n}\n", "models: {x/y: {name: Z} # none\n}\n"),
        ("{}", "{models: {x/y: {name: Z}}}"),
        ('{"default": null}', '{"default": null, "models": {"x/y": {"name": "Z"}}}'),
        ("{models: , default: }", "{models: {x/y: {name: Z}} , default: }"),
        ("{models}", "{models: {x/y: {name: Z}}}"),
        ("models:\n    # a/b:\n\n# end\n", "models:\n    # a/b:\n    x/y:\n      name: Z\n\n# end\n"),
        ("models:\n  a/b: {name: A}\n", "models:\n  a/b: {name: A}\n\n  x/y: {name: Z}\n"),
        ("models: {a/b: {}}\n", "models: {a/b: {}, x/y: {name: Z}}\n"),
        ("models: {a/b: {}, }\n", "models: {a/b: {}, x/y: {name: Z}, }\n"),
        ("{models: {a/b: {}, c/d: }}", "{models: {a/b: {}, c/d: , x/y: {name: Z}}}"),
        ("models: {'c/d':}\n", "models: {'c/d':, 'x/y': {'name': Z}}\n"),
        ("models: {c/d:\n}\n", "models: {c/d: , x/y: {name: Z}\n}\n"),
        ("models: {\n  c/d:  # c\n}\n", "models: {\n  c/d: ,  # c\n  x/y: {name: Z}\n}\n"),
        ("models: {\n  c/d: }\n", "models: {\n  c/d: ,\n  x/y: {name: Z}}\n"),
        ("{default: }", "{default: , models: {x/y: {name: Z}}}"),
        (
            "models:\n  a/b:\n    name: |+\n      k\n\n\n",
            "models:\n  a/b:\n    name: |+\n      k\n\n\n  x/y:\n    name: Z\n",
        ),
        ("models:\r\n  a/b:\r\n# end", "models:\r\n  a/b:\r\n\r\n  x/y:\r\n    name: Z\r\n# end"),
        ("models:\n  a/b:", "models:\n  a/b:\n\n  x/y:\n    name: Z"),
    ],
)
def test_add_where_something_is_missing(before: str, expected: str) -> None:
    assert (
        after(read_document(before), add_entry(read_document(before), "x/y", {"name": "Z", "timeout": None}))
        == expected
    )


def test_add_stands_below_what_belongs_to_the_last_entry_and_above_what_may_not() -> None:
    before = """\
        models:
            a/b:
                name: "A"

            c/d:
                name: "C"  # beside

                # timeout: 5
            # e/f:

        # what new agents use
        default: a/b
        """
    assert added(before, name="X", timeout=3) == dedent(
        """\
        models:
            a/b:
                name: "A"

            c/d:
                name: "C"  # beside

                # timeout: 5

            x/y:
                name: "X"
                timeout: 3
            # e/f:

        # what new agents use
        default: a/b
        """
    )


def test_add_to_the_template_uses_the_indentation_of_its_example() -> None:
    text = LAYOUTS["template.yaml"]
    lines = "  openai/gpt-4o:\n    api_key: sk-1\n"
    expected = text.replace("\n\ndefault: null", f"\n{lines}\ndefault: openai/gpt-4o")
    before = read_document(text)
    both = combine(
        before, add_entry(before, "openai/gpt-4o", {"api_key": "sk-1"}), set_default(before, "openai/gpt-4o")
    )
    assert after(before, both) == expected


SET = """\
models:
  a/b: # one
    name: "old" # said
    timeout: 5
    name: 'in force'   # too
    extra_headers: # sent
      X-A: 1
    api_key: |  # secret
      sk-1
    # top_p: 1

  c/d:
  e/f: null # nothing
"""


@pytest.mark.parametrize(
    ("model_id", "fields", "old", "new"),
    [
        ("a/b", {"name": "it's"}, "'in force'   # too", "'it''s'   # too"),
        ("a/b", {"name": "bell\a"}, "'in force'", '"bell\\x07"'),
        ("a/b", {"name": 5}, "'in force'", "5"),
        ("a/b", {"timeout": 600.0}, "timeout: 5", "timeout: 600.0"),
        ("a/b", {"timeout": 5}, "", ""),
        ("a/b", {"extra_headers": {"X-B": "2"}}, "headers: # sent\n      X-A: 1", "headers: {X-B: '2'} # sent"),
        ("a/b", {"api_key": "sk-2"}, "|  # secret\n      sk-1", "sk-2  # secret"),
        ("a/b", {"seed": 1}, "      sk-1\n", "      sk-1\n    seed: 1\n"),
        ("a/b", {"timeout": None}, "    timeout: 5\n", ""),
        ("a/b", {"seed": None}, "", ""),
        ("c/d", {"seed": 1, "name": "New"}, "  c/d:\n", "  c/d:\n    seed: 1\n    name: New\n"),
        ("e/f", {"seed": 1}, "e/f: null # nothing\n", "e/f: # nothing\n    seed: 1\n"),
    ],
)
def test_set_fields(model_id: str, fields: dict[str, object], old: str, new: str) -> None:
    before = read_document(SET)
    assert after(before, set_fields(before, model_id, fields)) == SET.replace(old, new)


def test_removing_a_field_takes_its_duplicates_and_the_last_one_leaves_no_value() -> None:
    before = read_document(SET)
    text = after(before, set_fields(before, "a/b", {"name": None}))
    assert "name" not in text
    everything = dict.fromkeys(before.by_id["a/b"].entry.profile)
    emptied = after(before, set_fields(before, "a/b", everything))
    assert emptied == "models:\n  a/b: # one\n    # top_p: 1\n\n  c/d:\n  e/f: null # nothing\n"


@pytest.mark.parametrize(
    ("before", "fields", "expected"),
    [
        ("{name: x}", {"name": None}, "{}"),
        ("{name: x, seed: 1}", {"name": None}, "{seed: 1}"),
        ("{name: x, seed: 1}", {"seed": None}, "{name: x}"),
        ("{name: x, seed: 1}", {"seed": None, "top_p": 0.5}, "{name: x, top_p: 0.5}"),
        ("{name: x, seed: 1}", {"seed": None, "top_p": 0.5, "top_k": 2}, "{name: x, top_p: 0.5, top_k: 2}"),
        ("{name: x, seed: 1}", {"name": "a, b"}, "{name: 'a, b', seed: 1}"),
        ("{name: x, seed: }", {"seed": 1}, "{name: x, seed: 1 }"),
        ("{name: x, seed}", {"seed": 1}, "{name: x, seed: 1}"),
        ("{ }", {"seed": 1}, "{seed: 1 }"),
        (
            "{\n    name: x, # c\n    seed: 1 # d\n  }",
            {"top_k": 2},
            "{\n    name: x, # c\n    seed: 1, # d\n    top_k: 2\n  }",
        ),
        ("{\n    name: x, # c\n    seed: 1 # d\n  }", {"seed": None}, "{\n    name: x # c\n  }"),
        ("{\n    name: x, # c\n    seed: 1 # d\n  }", {"name": None}, "{\n    seed: 1 # d\n  }"),
        ("{name: x,\n    # about\n    seed: 1}", {"seed": None}, "{name: x\n    # about\n    }"),
    ],
)
def test_set_fields_between_brackets(before: str, fields: dict[str, object], expected: str) -> None:
    text = "models:\n  a/b: {} # e\ndefault: a/b\n"
    found = read_document(text.replace("{}", before))
    assert after(found, set_fields(found, "a/b", fields)) == text.replace("{}", expected)


def test_a_key_that_is_shared_by_anchor_is_written_once() -> None:
    before = read_document(LAYOUTS["aliases.yaml"])
    key = {"api_key": "sk-two"}
    edits = set_fields_of(before, {"a/b": key, "c/d": key, "g/h": key})
    # `e/f` takes all fields from `a/b`, and was not asked to change.
    assert "anchor" in refusal(edits)
    alone = read_document(LAYOUTS["aliases.yaml"].replace("  e/f: *first\n", ""))
    text = after(alone, set_fields_of(alone, {"a/b": key, "c/d": key, "g/h": key}))
    assert text == alone.text.replace("sk-one", "sk-two")


def test_merge_keys() -> None:
    before = read_document(LAYOUTS["merge-keys.yaml"])
    text = after(before, set_fields(before, "a/b", {"timeout": 5}))
    assert text == before.text.replace("    name: one\n", "    name: one\n    timeout: 5\n")
    assert set_fields(before, "a/b", {"timeout": 60}) == ()
    assert "merge key" in refusal(set_fields(before, "a/b", {"timeout": None}))


@pytest.mark.parametrize(
    ("model_id", "gone"),
    [
        ("anthropic/claude-3-5-sonnet-20241022", (7, 13)),
        ("openai/gpt-4o", (12, 17)),
        ("gemini/gemini-1.5-pro", (17, 21)),
        ("ollama/llama2", (23, 26)),
    ],
)
def test_remove_takes_the_blank_line_and_leaves_the_comment_above(model_id: str, gone: tuple[int, int]) -> None:
    before = read_document(LAYOUTS["rfc.yaml"])
    lines = before.text.splitlines(keepends=True)
    assert after(before, remove_entry(before, model_id)) == "".join(lines[: gone[0]] + lines[gone[1] :])


def test_remove_the_last_entry_and_its_default() -> None:
    before = document(
        """\
        models: # mine
          # local
          a/b: # gone
            name: x
            # gone too
          # kept

        default: a/b # start
        """
    )
    edits = combine(before, remove_entry(before, "a/b"), set_default(before, None))
    assert after(before, edits) == "models: # mine\n  # local\n  # kept\n\ndefault: null # start\n"


OVERLAP = "The changes affect the same text. Make them one at a time."
IN_BLOCK = "The file ends in a text block ('|' or '>'). Add a line break at the end of the file, then try again."


def test_changes_of_one_entry_cannot_be_combined() -> None:
    before = document("models:\n  a/b: {seed: 1}\n  c/d:\n")
    parts = [set_fields(before, "c/d", {name: 5}) for name in ("timeout", "seed")]
    assert refusal(combine(before, *parts)) == OVERLAP
    assert refusal(combine(before, parts[0], set_fields(before, "c/d", {"timeout": 6}))) == OVERLAP
    assert refusal(combine(before, set_default(before, "a/b"), set_default(before, "c/d"))) == OVERLAP
    assert combine(before, parts[0], parts[0]) == parts[0]
    assert combine(before) == ()


@pytest.mark.parametrize("value", ["|\n      x", "|+\n      x", ">-\n      x"])
def test_nothing_is_added_to_a_text_block_without_its_last_line_break(value: str) -> None:
    before = read_document(f"models:\n  a/b:\n    name: {value}")
    if value[1] != "-":
        assert refusal(set_default(before, "a/b")) == IN_BLOCK
        assert refusal(add_entry(before, "x/y", {})) == IN_BLOCK
    else:
        assert after(before, set_default(before, "a/b")).endswith("x\n\ndefault: a/b")


ANCHORS = "models:\n  a/b: &a {name: &n x}\n  c/d: {name: *n}\n  e/f: {name: &m y, seed: *m}\n"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_text_block_keeps_its_last_line_break_when_the_lines_below_it_are_removed(end: str) -> None:
    entry = "models:\n  a/b:\n    stop:\n      - |\n        x\n"
    before = read_document(f"{entry}    timeout: 5".replace("\n", end))
    assert after(before, set_fields(before, "a/b", {"timeout": None})) == entry.replace("\n", end)
    before = read_document(f"{entry}\n  c/d:\n    timeout: 5".replace("\n", end))
    assert after(before, remove_entry(before, "c/d")) == entry.replace("\n", end)
    assert after(before, remove_entry(before, "a/b")) == "models:\n  c/d:\n    timeout: 5".replace("\n", end)


@pytest.mark.parametrize(
    ("model_id", "removed"), [("c/d", "  c/d: {name: *n}\n"), ("e/f", "  e/f: {name: &m y, seed: *m}\n")]
)
def test_an_entry_that_no_other_part_refers_to_is_removed(model_id: str, removed: str) -> None:
    before = read_document(ANCHORS)
    assert after(before, remove_entry(before, model_id)) == ANCHORS.replace(removed, "")


def test_an_entry_that_another_part_refers_to_stays() -> None:
    reason = "Other parts of the file use an anchor of this entry. Remove it manually."
    assert refusal(remove_entry(read_document(ANCHORS), "a/b")) == reason


@pytest.mark.parametrize(
    "other",
    ["  c/d:\n    <<: *a\n    seed: 1\n", "  c/d: *a\n", "  c/d: {<<: [*a]}\n"],
    ids=["merged", "alias", "list"],
)
def test_a_change_of_two_entries_is_made_where_they_share_the_fields(other: str) -> None:
    text = f"models:\n  a/b: &a {{name: x}}\n{other}"
    before = read_document(text)
    edits = set_fields_of(before, {"a/b": {"name": "new"}, "c/d": {"name": "new"}})
    assert after(before, edits) == text.replace("name: x", "name: new")


def test_a_field_of_its_own_is_changed_too() -> None:
    text = "models:\n  a/b: &a {name: x}\n  c/d: {<<: *a, name: y}\n"
    before = read_document(text)
    edits = set_fields_of(before, {"a/b": {"name": "new"}, "c/d": {"name": "new"}})
    assert after(before, edits) == text.replace("name: x", "name: new").replace("name: y", "name: new")


def test_names_in_braces_are_quoted_where_needed() -> None:
    before = read_document("models: {a/b: {}}\n")
    edits = add_entry(before, "x:y/z", {"p:q": "r:s"})
    assert after(before, edits) == "models: {a/b: {}, 'x:y/z': {'p:q': 'r:s'}}\n"


def test_an_empty_value_with_an_anchor_is_filled() -> None:
    before = read_document("models: &x ~\ndefault: null\n")
    edits = add_entry(before, "x/y", {"name": "z"})
    assert after(before, edits) == "models: &x\n  x/y:\n    name: z\ndefault: null\n"


@pytest.mark.parametrize(
    ("model_id", "old", "new"), [("a/b", "a/b: {}", "a/b: {timeout: 5}"), ("c/d", "d: ", "d: {timeout: 5} ")]
)
def test_the_first_field_of_an_entry_in_braces(model_id: str, old: str, new: str) -> None:
    text = "models: {a/b: {}, c/d: }\n"
    before = read_document(text)
    assert after(before, set_fields(before, model_id, {"timeout": 5})) == text.replace(old, new)
