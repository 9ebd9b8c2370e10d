"""Laws of cursor, completion and hover: no exceptions, edits on one line, valid results, no loss and no secrets."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aloop_models.core.reader import read_document
from aloop_models.core.text import apply_edits
from aloop_models.features.completion import Completions, Kind, complete
from aloop_models.features.cursor import cursor_at
from aloop_models.features.cursor_lines import line_at
from aloop_models.features.hover import Hover, hover
from aloop_models.snapshot import Snapshot
from support.small_catalog import SMALL
from support.snapshots import with_cursor

EXAMPLES = [path.read_text(encoding="utf-8") for path in sorted(Path(__file__).with_name("examples").glob("*.yaml"))]
EXAMPLES += [text.replace("\n", "\r\n") for text in EXAMPLES]
SECRETS = ("sk-proj-a8Kd03jfLq92mZx7Vb51uYtR4eW6qP0o", "pw-a8Kd03-hunter2")

LINES = [
    "models:",
    "models: {",
    "models: &all # note",
    '"models":',
    "default: ",
    "default: op",
    "default: 'openai/gpt-4o'",
    "{models: {anth",
    "---",
    "# note",
    "",
    "  ",
    "    ",
    "anth",
    "  anth",
    "  anthropic/",
    "  openai/gpt4o:",
    "  'openai/gpt",
    '  "openai/gpt-4o": ',
    "    openai/gpt-4o:",
    "  ollama/llama3:8b: {name: x, ti",
    "  a/b: &x {<<: *x, [",
    "  }",
    "    api_key: ",
    "    api_key: 'k",
    "    ti",
    "    timeout:",
    "      60",
    "    name: |",
    "      text: {",
    "    drop_params: ye",
    "\t\tname: \ud83d\ude00 wide",
    "  ? anth",
    "  - anth",
    "]: {\"':,",
    "\ufeffmodels:",
]
texts = st.one_of(
    st.lists(st.sampled_from(LINES), max_size=9).flatmap(
        lambda lines: st.sampled_from(["\n", "\r\n", "\r"]).map(lambda line_break: line_break.join(lines))
    ),
    st.text(st.sampled_from("ab/:{}[],'\"#&*!|>-?% \t\r\n\\\ufeff\u2028\U0001f600"), max_size=60),
    st.text(max_size=60),
)


def asked(text: str, offset: int) -> tuple[Completions, Hover | None]:
    snapshot = Snapshot(read_document(text), SMALL)
    plain = complete(snapshot, offset, snippets=False)
    with_snippets = complete(snapshot, offset, snippets=True)
    assert [item.label for item in plain.items] == [item.label for item in with_snippets.items]
    found = hover(snapshot, offset)
    line = line_at(text, offset)
    for item in plain.items:
        assert line.start <= item.edit.start <= offset <= item.edit.end <= line.end
        assert not item.is_snippet
    if found:
        assert line.start <= found.span.start <= offset <= found.span.end <= line.end
    return plain, found


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_prefix_of_every_example_is_completed_and_hovered(text: str) -> None:
    for offset in range(len(text) + 1):
        asked(text[:offset], offset)


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_offset_of_every_example_is_completed_and_hovered(text: str) -> None:
    document = read_document(text)
    snapshot = Snapshot(document, SMALL)
    for offset in range(len(text) + 1):
        complete(snapshot, offset, snippets=True)
        hover(snapshot, offset)


@settings(max_examples=300, deadline=None)
@given(texts, st.data())
def test_any_text_at_any_offset(text: str, data: st.DataObject) -> None:
    asked(text, data.draw(st.integers(0, len(text))))


ENTRIES = [
    ["ollama/x:"],
    ["azure/my model: # note", "", "~name: x", "~api_key: 'k: 1'"],
    ["'openai/a':", "~# note", "~api_key: k", "~stop:", "~  - a"],
    ["groq/b/c:", "~extra_headers:", "~    X-Team: research", "~name: |", "~  free: text", ""],
    ["# note", "openai/z: {name: x, seed: 5}"],
    ["mistral/m: &m", "~timeout: 5"],
]
MODELS = ["$0", "openai/$0", "op$0enai/gpt", "gpt-4$0", "claude$0", "anthropic/claude$0", "'openai/g$0'", '"azure/$0"']
MODELS += ["anthropic/$0 # note", "openai/gpt-4o$0:", "'openai/gpt$0': # note", "ollama/llama$0: {name: x}"]
FIELDS = [
    "$0",
    "ti$0",
    "'na$0'",
    "seed$0: 5",
    "drop$0 # note",
    '"top$0":',
    "api_base:$0",
    "timeout: $0",
    "drop_params: 't$0'",
]


@st.composite
def typing(draw: st.DrawFn) -> str:
    """A file in order but for one line that is being typed, with a cursor mark."""
    indent = draw(st.sampled_from(["  ", "    ", " "]))
    deeper = indent + draw(st.sampled_from(["  ", "    "]))
    entries = draw(st.lists(st.sampled_from(ENTRIES), max_size=4, unique_by=str))
    place = draw(st.integers(0, len(entries)))
    half = [draw(st.sampled_from(MODELS))]
    if place < len(entries) and len(entries[place]) > 1 and draw(st.booleans()) and "{" not in str(entries[place]):
        entries[place] = [entries[place][0], "~" + draw(st.sampled_from(FIELDS)), *entries[place][1:]]
    else:
        entries.insert(place, half)
    body = [line and (deeper + line[1:] if line[0] == "~" else indent + line) for entry in entries for line in entry]
    tail = draw(st.sampled_from([[], ["default: ollama/x"], ["", "# end"]]))
    return draw(st.sampled_from(["\n", "\r\n"])).join(["models: # all", *body, *tail, ""])


@settings(max_examples=250, deadline=None)
@given(typing())
def test_what_is_accepted_stands_where_it_belongs_and_the_file_parses(marked: str) -> None:
    text, offset = with_cursor(marked)
    plain, _ = asked(text, offset)
    for item in plain.items:
        after = read_document(apply_edits(text, [item.edit]))
        if item.kind is Kind.MODEL:
            assert after.parses, after.text
            assert item.label in after.by_id, after.text
        elif item.kind in (Kind.FIELD, Kind.VALUE):
            assert after.parses, after.text
            cursor = cursor_at(read_document(text), offset)
            name = item.label if item.kind is Kind.FIELD else cursor.field
            assert after.by_id[cursor.model_id].entry.field(name), after.text


@pytest.mark.parametrize("text", EXAMPLES)
def test_a_model_taken_at_any_entry_of_an_example_is_an_entry(text: str) -> None:
    document = read_document(text)
    for placed in document.entries:
        offset = placed.key_span.end
        for item in complete(Snapshot(document, SMALL), offset, snippets=False).items:
            if item.kind is Kind.MODEL:
                assert item.label in read_document(apply_edits(text, [item.edit])).by_id


NAMES = ["A", "My Model", "it's", "A, B", "a: b", "x # y", "}", ":", "[a", '"', "60", "true"]
PROFILES: st.SearchStrategy[dict[str, object]] = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(NAMES),
        "timeout": st.sampled_from([60, -1, 0.5, None]),
        "drop_params": st.booleans(),
        "api_base": st.sampled_from(["http://localhost:11434", "https://x.example/v1?a=b"]),
        "reasoning_effort": st.just("high"),
        "stop": st.lists(st.sampled_from(NAMES), max_size=2),
        "extra_headers": st.dictionaries(st.sampled_from(["X-A", "X B"]), st.sampled_from(NAMES), max_size=2),
    },
)
IDS = [
    "ollama/llama3:8b",
    "openai/gpt-4o",
    "openai/gpt-4o#work",
    "azure/my model",
    "ollama/x",
    "anthropic/claude-opus-6",
]
FILES = st.fixed_dictionaries(
    {"models": st.dictionaries(st.sampled_from(IDS), PROFILES, min_size=1, max_size=3)},
    optional={
        "default": st.sampled_from([*IDS, None]),
        "roles": st.dictionaries(st.sampled_from(["fast", "review", "my role"]), st.sampled_from(IDS), max_size=2),
        "fallbacks": st.lists(st.sampled_from(IDS), unique=True, max_size=3),
    },
)


@st.composite
def files(draw: st.DrawFn) -> str:
    """A right file in block style, in flow style or in JSON."""
    data = draw(FILES)
    if draw(st.booleans()):
        separators = draw(st.sampled_from([(",", ":"), (", ", ": "), (" ,", " : ")]))
        return json.dumps(data, indent=draw(st.sampled_from([None, 2])), separators=separators)
    style, flow = draw(st.sampled_from([None, "'", '"'])), draw(st.sampled_from([False, None, True]))
    return yaml.safe_dump(data, default_style=style, default_flow_style=flow, width=10_000, sort_keys=False)


def words(node: Any, *, is_key: bool = False) -> list[tuple[int, int, str, bool]]:
    """The start, end and value of all keys and values, and whether it is a key."""
    if isinstance(node, yaml.ScalarNode):
        return [(node.start_mark.index, node.end_mark.index, node.value, is_key)]
    if isinstance(node, yaml.SequenceNode):
        return [word for item in node.value for word in words(item)]
    return [word for key, value in node.value for word in (*words(key, is_key=True), *words(value))]


@settings(max_examples=250, deadline=None)
@given(files(), st.data())
def test_what_is_accepted_keeps_all_text_after_an_incomplete_word(whole: str, data: st.DataObject) -> None:
    """Without the rest of the word and its closing quote, and perhaps without the colon after a key."""
    start, end, value, is_key = data.draw(st.sampled_from(words(yaml.compose(whole, yaml.SafeLoader))))
    quote = whole[start] if whole[start] in "'\"" else ""
    offset = data.draw(st.integers(start + len(quote), end - len(quote)))
    kept = quote if data.draw(st.booleans()) else ""
    rest = whole[end:]
    has_colon = not is_key or data.draw(st.booleans()) or not rest.lstrip(" ").startswith(": ")
    if not has_colon:
        rest = rest.lstrip(" ").removeprefix(":")
    text = whole[:offset] + kept + rest
    for item in asked(text, offset)[0].items:
        assert text[offset : item.edit.end] in ("", kept), item.edit
        if item.label == value and (has_colon or rest[1:2].strip()):
            after = apply_edits(text, [item.edit])
            assert yaml.safe_load(after) == yaml.safe_load(whole), after


PLANTED = (
    "models:\n  openai/gpt-4o:\n    name: x\n    api_key: KEY\n    extra_headers: {Authorization: Bearer KEY}\n"
    "    notes: KEY\n  azure/x: {client_secret: 'KEY', api_key: \"KEY\"}\n  bedrock/x:\n    aws_secret_access_key:\n"
    "      KEY\n    api_base: https://u:KEY@h.example/?k=KEY\n  openai/y:\n    api_key KEY\n    KEY\n"
    "default: openai/y\n"
)


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_is_in_any_answer(secret: str) -> None:
    text = PLANTED.replace("KEY", secret)
    snapshot = Snapshot(read_document(text), SMALL)
    part = "a8Kd03"
    for offset in range(len(text) + 1):
        shown = [hover(snapshot, offset)]
        answer = complete(snapshot, offset, snippets=True)
        typed = cursor_at(snapshot.document, offset).typed
        for item in answer.items:
            # The client gets back what it has at the cursor, so that it compares right, and nothing else.
            assert item.filter == typed or part not in item.filter
            assert part not in f"{item.label} {item.detail} {item.documentation}"
            assert part not in item.edit.text
        assert part not in str(shown)
