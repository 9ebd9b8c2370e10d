"""The context of the cursor in complete, incomplete and broken texts."""

import pytest

from aloop_models.core.reader import read_document
from aloop_models.features.cursor import Context, Cursor, cursor_at
from support.snapshots import with_cursor

ENTRY = "models:\n  openai/gpt-4o:\n    api_key: k\n"


def at(marked: str) -> Cursor:
    text, offset = with_cursor(marked)
    cursor = cursor_at(read_document(text), offset)
    assert cursor.span.start <= offset <= cursor.span.end
    assert cursor.word == text[cursor.span.start : cursor.span.end]
    assert cursor.typed == text[cursor.span.start : offset]
    return cursor


@pytest.mark.parametrize(
    ("marked", "context", "word"),
    [
        ("$0", Context.ROOT_KEY, ""),
        ("mod$0", Context.ROOT_KEY, "mod"),
        ("\ufeffmod$0", Context.ROOT_KEY, "mod"),
        ("---\nmod$0", Context.ROOT_KEY, "mod"),
        ("# note\nmodels$0:\n", Context.ROOT_KEY, "models"),
        ("models:\n$0", Context.ROOT_KEY, ""),
        (ENTRY + "def$0", Context.ROOT_KEY, "def"),
        ("{mod$0", Context.ROOT_KEY, "mod"),
        ("models:\n  $0", Context.MODEL_ID, ""),
        ("models:\n  $0\ndefault: null\n", Context.MODEL_ID, ""),
        ("models:\n\n  # note\n  anth$0", Context.MODEL_ID, "anth"),
        ("models:\n  anthropic/$0\n", Context.MODEL_ID, "anthropic/"),
        ("models:\n  anth$0ropic/claude-3: # note\n", Context.MODEL_ID, "anthropic/claude-3"),
        ("models:\n  ollama/llama3:8b$0", Context.MODEL_ID, "ollama/llama3:8b"),
        ("models:\n  ollama/lla$0ma3:8b :\n", Context.MODEL_ID, "ollama/llama3:8b"),
        ("models:\n  'azure/my $0deployment':\n", Context.MODEL_ID, "azure/my deployment"),
        ('models:\n  "anth$0', Context.MODEL_ID, "anth"),
        ('models:\n  "anth$0"', Context.MODEL_ID, "anth"),
        ("models: &all\n  anth$0", Context.MODEL_ID, "anth"),
        ("models:\n    openai/x:\n        name: x\n    anth$0", Context.MODEL_ID, "anth"),
        ("models:\n\topenai/x:\n\t\tname: x\n\tanth$0", Context.MODEL_ID, "anth"),
        ("models:\r\n  anth$0\r\n  openai/x:\r\n", Context.MODEL_ID, "anth"),
        (ENTRY + "  $0", Context.MODEL_ID, ""),
        ('models:\n  openai/x:\n    api_key: "unclosed\n  anth$0\n', Context.MODEL_ID, "anth"),
        ("models: {anth$0", Context.MODEL_ID, "anth"),
        ("models: {openai/x: {api_key: k}, $0}", Context.MODEL_ID, ""),
        ("models: {\n  openai/x: {api_key: k},\n  anth$0\n}", Context.MODEL_ID, "anth"),
        ('models: {"anth$0', Context.MODEL_ID, "anth"),
        ("models:\n  {openai/x: , anth$0}", Context.MODEL_ID, "anth"),
        ("{default: a/b, models: {anth$0}}", Context.MODEL_ID, "anth"),
        (ENTRY + "roles:\n  $0", Context.ROLE_NAME, ""),
        (ENTRY + "roles:\n  fa$0st: openai/gpt-4o\n", Context.ROLE_NAME, "fast"),
        (ENTRY + "roles: {$0}", Context.ROLE_NAME, ""),
        (ENTRY + "roles: {a: x/y, fa$0}", Context.ROLE_NAME, "fa"),
        (ENTRY + "roles:\n  fast: $0", Context.REFERENCE, ""),
        (ENTRY + "roles:\n  fast: op$0enai/gpt-4o # x\n", Context.REFERENCE, "openai/gpt-4o"),
        (ENTRY + "roles: {fast: op$0}", Context.REFERENCE, "op"),
        (ENTRY + "roles:\n  fast: x\n    op$0", Context.NOTHING, ""),
        (ENTRY + "fallbacks:\n  - $0", Context.REFERENCE, ""),
        (ENTRY + "fallbacks:\n- op$0\n", Context.REFERENCE, "op"),
        (ENTRY + "fallbacks:\n  -$0", Context.REFERENCE, ""),
        (ENTRY + "fallbacks:\n  - 'op$0'\n", Context.REFERENCE, "op"),
        (ENTRY + "fallbacks: [a/b, op$0]", Context.REFERENCE, "op"),
        (ENTRY + "fallbacks: [$0]", Context.REFERENCE, ""),
        (ENTRY + "fallbacks: [\n  a/b,\n  op$0\n]", Context.REFERENCE, "op"),
        ("{models: {}, fallbacks: [op$0]}", Context.REFERENCE, "op"),
        (ENTRY + "fallbacks: $0", Context.NOTHING, ""),
        (ENTRY + "fallbacks:\n  - [op$0]\n", Context.NOTHING, ""),
        (ENTRY + "fallbacks:\n  - *op$0\n", Context.NOTHING, ""),
        (ENTRY + "other: [op$0]", Context.NOTHING, ""),
        ("models:\n  openai/x: {stop: [op$0]}", Context.NOTHING, ""),
        ("models:\n  openai/x: [op$0]", Context.NOTHING, ""),
        (ENTRY + "    $0", Context.FIELD_NAME, ""),
        (ENTRY + "    tim$0\n", Context.FIELD_NAME, "tim"),
        (ENTRY + "    tim$0eout: 5\n", Context.FIELD_NAME, "timeout"),
        (ENTRY + "    'tim$0'", Context.FIELD_NAME, "tim"),
        ("models:\n  openai/x: &a\n    $0", Context.FIELD_NAME, ""),
        ("models:\n  openai/x\n    $0", Context.FIELD_NAME, ""),
        ("models:\n  openai/x: {api_key: k, tim$0}", Context.FIELD_NAME, "tim"),
        ("models:\n  openai/x: {\n    api_key: k,\n    tim$0", Context.FIELD_NAME, "tim"),
        ("models: {openai/x: {$0", Context.FIELD_NAME, ""),
        (ENTRY + "    timeout: $0", Context.FIELD_VALUE, ""),
        (ENTRY + "    timeout:$0", Context.FIELD_VALUE, ""),
        (ENTRY + "    timeout: 3$00 # note", Context.FIELD_VALUE, "30"),
        (ENTRY + '    name: "My $0Model" # note', Context.FIELD_VALUE, "My Model"),
        (ENTRY + "    timeout:\n      $0", Context.FIELD_VALUE, ""),
        (ENTRY + "    timeout:\n      6$00", Context.FIELD_VALUE, "60"),
        ("models:\n  openai/x: {timeout: 6$00}", Context.FIELD_VALUE, "60"),
        ("models:\n  openai/x: {name: My $0Model, timeout: 5}", Context.FIELD_VALUE, "My Model"),
        ("models: {openai/x: {timeout:$0", Context.FIELD_VALUE, ""),
        ("default: $0", Context.DEFAULT_VALUE, ""),
        ("default: 'op$0'\n", Context.DEFAULT_VALUE, "op"),
        ("default:\n  op$0\n", Context.DEFAULT_VALUE, "op"),
        ("{default: op$0}", Context.DEFAULT_VALUE, "op"),
    ],
)
def test_the_context_and_the_whole_word(marked: str, context: Context, word: str) -> None:
    cursor = at(marked)
    assert (cursor.context, cursor.word) == (context, word)


@pytest.mark.parametrize(
    "marked",
    [
        "# comm$0ent",
        "models:\n  # anth$0",
        "models: # anth$0",
        "models: $0",
        "models:\n  openai/x: # anth$0",
        "models:\n  openai/x: $0",
        "models:\n  - anth$0",
        "models:\n  anth $0",
        "models:\n  'anth'$0",
        "models:\n$0  openai/x:\n",
        ENTRY + "    timeout: 5 # no$0te",
        ENTRY + "    timeout: 5  $0",
        ENTRY + "    name: |\n      api$0",
        ENTRY + "    name: |\n      text\n        deeper$0",
        ENTRY + "    name: My\n      Mod$0el",
        ENTRY + "    extra_headers:\n      X$0: y",
        ENTRY + "    extra_headers: {X$0: y}",
        ENTRY + "    stop: [a, $0]",
        "models: {openai/x: {}} $0",
        "models: {openai/x: 5, # anth$0",
        "other:\n  anth$0",
        "[anth$0",
        "- anth$0",
        "---$0",
        "models:\r$0\n",
    ],
)
def test_places_where_nothing_helps(marked: str) -> None:
    assert at(marked).context is Context.NOTHING


@pytest.mark.parametrize("offset", [-1, 99])
def test_an_offset_outside_the_text_is_nothing(offset: int) -> None:
    assert cursor_at(read_document("models:\n"), offset).context is Context.NOTHING


def test_the_entry_and_its_other_fields() -> None:
    cursor = at(
        "models:\n  a/b:\n    name: x\n  c/d:\n    # note\n    api_key: k\n    ti$0\n    seed: 5\n  e/f:\n    top_p: 1"
    )
    assert cursor.model_id == "c/d"
    assert cursor.present == {"api_key", "seed"}


def test_the_other_fields_in_brackets_stop_at_the_entry_even_if_the_bracket_is_open() -> None:
    cursor = at("models:\n  c/d: {api_key: k, 'name': x, $0 seed: 5\n  e/f:\n    top_p: 1")
    assert cursor.model_id == "c/d"
    assert cursor.present == {"api_key", "name", "seed"}


def test_a_word_in_brackets_ends_with_its_line() -> None:
    cursor = at("models: {a/b: {\n    name: My Model # note\n    ti$0meout: 5}}")
    assert cursor.word == "timeout"


def test_broken_lines_of_the_entry_do_not_hide_it() -> None:
    cursor = at('models:\n  c/d:\n    api_key: "k\n    : :\n    ]broken\n    ti$0')
    assert (cursor.context, cursor.model_id) == (Context.FIELD_NAME, "c/d")
    assert "api_key" in cursor.present


def test_the_field_of_a_value() -> None:
    cursor = at(ENTRY + "    timeout: 3$0")
    assert (cursor.field, cursor.model_id, cursor.prefix) == ("timeout", "openai/gpt-4o", "")
    assert at(ENTRY + "    timeout:$0").prefix == " "


def test_a_key_with_its_colon_and_fields() -> None:
    cursor = at("models:\n  openai/$0:\n    api_key: k\n")
    assert (cursor.has_colon, cursor.has_children) == (True, True)
    cursor = at("models:\n  openai/$0\n    api_key: k\n")
    assert (cursor.has_colon, cursor.has_children) == (False, True)
    cursor = at("models:\n  openai/$0\n  a/b:\n")
    assert (cursor.has_colon, cursor.has_children) == (False, False)
    assert at("models: {'openai/$0': {}}").has_colon


def test_missing_indentation_is_told() -> None:
    assert at("models:\n $0\n    a/b:\n").prefix == "   "
    assert at("models:\n  a/b:\n   $0\n    name: x\n").prefix == " "
    root = at("models:\n$0\n    a/b:\n        name: x\n")
    assert (root.entry_indent, root.child_indent, root.has_children) == ("    ", "        ", False)
    assert at("$0\nmodels:\n  a/b:\n").entry_indent == ""


@pytest.mark.parametrize(
    ("marked", "indent"),
    [
        ("models:\n  $0", "    "),
        ("models:\n    $0", "        "),
        ("models:\n\t$0", "\t\t"),
        ("models:\n  a/b:\n     name: x\n  $0", "     "),
        ("models:\n  ollama/x:\n  a/b:\n      name: x\n  $0", "      "),
    ],
)
def test_the_fields_indentation_follows_the_file(marked: str, indent: str) -> None:
    assert at(marked).child_indent == indent


def test_it_costs_the_neighbourhood_not_the_file() -> None:
    entries = "".join(f"  openai/m{number}:\n    api_key: k\n" for number in range(2_000))
    seen: list[int] = []

    class Counting(str):
        """A text that notes how much of it was cut out."""

        __slots__ = ()

        def __getitem__(self, key: object) -> str:
            piece = super().__getitem__(key)  # type: ignore[index]
            seen.append(len(piece))
            return piece

    text, offset = with_cursor(f"models:\n{entries}  anth$0\n{entries}")
    document = read_document(text)
    object.__setattr__(document, "text", Counting(text))
    assert cursor_at(document, offset).context is Context.MODEL_ID
    assert sum(seen) < 2_000
