"""Answers on the screen: no text of a model is lost, in whatever pieces it comes and however wide the window is."""

from __future__ import annotations

import io
import re
import time

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aloop_models.agent import rendering
from aloop_models.agent.console import PlainConsole
from aloop_models.agent.rendering import (
    LONGEST_BLOCK,
    MOST_MARKDOWN,
    AnswerView,
    BlockSplitter,
    show_markdown,
)
from aloop_models.agent.tool_line import tool_line
from aloop_models.llm.answer import ToolCall

LONG_CODE = (
    "def first(value: str) -> str:\n\n    return value + 'a long line that does not fit into sixty columns at all'\n"
)
BLOCKS = {
    "paragraph": "A paragraph with **bold** and *slanted* words, `code` and ~~struck~~ ones, of some length to wrap.",
    "html_inline": "Use the <div> tag, a Vec<u8>, a List<String> and <name>, &amp; and &nbsp; as written.",
    "html_block": '<details><summary>Important summary</summary>\nWords\n</details>\n<div id="x">whole block</div>',
    "think": "<think>\nHidden thoughts\n\nmore thoughts\n</think>",
    "comment": "<!-- a comment\nof two lines -->",
    "script": "<script>alert(one)</script> and <style>p {}</style>",
    "list": "- alpha\n- beta\n  - gamma `delta`\n\n    epsilon in a paragraph\n- zeta",
    "numbers": "7. seventh\n8. eighth\n   - inner",
    "deep": "\n".join(f"{'  ' * depth}- depth word{'x' * depth}" for depth in range(25)),
    "quote": "> quoted words\n> > deeper words\n> ```\n> code in a quote\n> ```",
    "quotes": "> " * 30 + "far inside",
    "code": f"```python\n{LONG_CODE}```",
    "code_in_list": "- item\n\n  ```js\n  let inner = one\n\n  let outer = two\n  ```\n- next",
    "tilde": "~~~~\n```\nfences in a fence\n```\n~~~~",
    "info": '```rust title="main.rs" linenos\nfn main() {}\n```',
    "open_fence": "```\nnever closed",
    "indented": "    indented code\n\n    goes on",
    "heading": "# Heading one\n\n## Heading two\nSetext heading\n---",
    "link": "See [the docs](https://example.com/a_b?c=d), <https://auto.example.com> and [ref][one].\n\n[one]: http://r.example",
    "titled": '[shown](https://example.com "Title of the link") and ![alternative](http://e.example/x.png "caption")',
    "rule": "before\n\n---\n\nafter",
    "long_word": "x" * 300,
    "wide": "漢字かな交じり文を折り返す" * 12 + " 한국어 " + "👩‍👩‍👧 emoji family",
    "escapes": r"Stars \*not slanted\* and C:\Users\name\file and a\|b",
    "table": "| first | second |\n|---|--:|\n| one | two three four five six seven eight nine ten |\n| x | `y` |",
    "wide_table": "|"
    + "|".join(f" column{'x' * n} " for n in range(20))
    + "|\n"
    + "|---" * 20
    + "|\n"
    + "| v " * 20
    + "|",
    "excess_cells": "| a | b |\n|---|---|\n| one | two | three | four |",
}
UNORDERED = ("table", "wide_table", "excess_cells")
"""Cells that are wrapped stand beside each other, so their words come in another order."""


def shown(text: str, width: int) -> str:
    console = PlainConsole(file=io.StringIO(), width=width)
    show_markdown(console, text)
    return console.file.getvalue()  # type: ignore[attr-defined]


def status() -> str:
    return "One · 0 of 1M"


def letters(text: str) -> str:
    return "".join(filter(str.isalpha, text))


def expected(text: str) -> str:
    """The letters of a text without the language of its code blocks."""
    return letters(re.sub(r"^(\s*(?:```+|~~~+))(?:python|js)$", r"\1", text, flags=re.MULTILINE))


@pytest.mark.parametrize("width", [20, 60, 100])
@pytest.mark.parametrize("name", BLOCKS)
def test_all_words_are_shown_once_and_in_order(name: str, width: int) -> None:
    text = BLOCKS[name]
    if name in UNORDERED:
        assert sorted(letters(shown(text, width))) == sorted(expected(text))
    else:
        assert letters(shown(text, width)) == expected(text)


@settings(max_examples=60, deadline=None)
@given(
    names=st.lists(st.sampled_from(sorted(BLOCKS)), max_size=6),
    size=st.integers(1, 40),
    width=st.integers(20, 120),
)
def test_an_answer_in_pieces_is_shown_as_a_whole_one(names: list[str], size: int, width: int) -> None:
    text = "\n\n".join(BLOCKS[name] for name in names)
    console = PlainConsole(file=io.StringIO(), width=width)
    with AnswerView(console, status) as view:
        for start in range(0, len(text), size):
            view.add(text[start : start + size])
    assert console.file.getvalue() == shown(text, width)  # type: ignore[attr-defined]


def test_a_block_is_split_only_where_it_is_finished() -> None:
    splitter = BlockSplitter()
    text = "One\n\n- two\n\n- three\n\n```\n\nfour\n````\n\nFive\n\n~~~~\n~~~\n\nsix\n~~~~\n\nSeven"
    blocks = [block for letter in text for block in splitter.feed(letter)]
    assert "\n".join(block.text for block in (*blocks, splitter.take_rest())) == text
    assert [block.text.split()[0] for block in blocks] == ["One", "```", "Five"]


LONG = {
    "paragraph": "Words with **bold** ones. " * 5_000,
    "lines": "Words with **bold** ones.\n" * 5_000,
    "code": "```python\n" + "first = call(1, 'a')  # why\n" * 5_000 + "```\n",
    "minified": "```js\n" + "let{a:b}=c;" * 11_000 + "\n```\n",
    "list": "- an item of a long list\n" * 5_000,
    "table": "| first | second |\n|---|---|\n" + "| one | two |\n" * 10_000,
    "word": "x" * 120_000,
    "wide": "漢字かな" * 30_000,
    "blocks": "A paragraph of a few words.\n\n" * 4_000,
    "quotes": "> " * 60_000,
}


@pytest.mark.parametrize("name", LONG)
def test_each_text_is_rendered_once_and_in_parts(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: how many characters are laid out as Markdown and as plain text, and how many at once."""
    sizes: dict[str, list[int]] = {"render_block": [], "render_plain": []}
    for function, found in sizes.items():
        monkeypatch.setattr(rendering, function, lambda _, text, found=found: found.append(len(text)) or [])
    text, at_once = LONG[name], list[int]()
    with AnswerView(PlainConsole(file=io.StringIO(), width=100), status) as view:
        for start in range(0, len(text), 89):
            view.add(text[start : start + 89])
            at_once.append(len(view._blocks._line) + sum(map(len, view._blocks._lines)))
    rendered = [*sizes["render_block"], *sizes["render_plain"]]
    assert 0.9 * len(text) < sum(rendered) <= len(text)
    assert max(rendered) <= 2 * LONGEST_BLOCK
    assert len(rendered) <= max(text.count("\n\n") + 1, 20)
    assert sum(sizes["render_block"]) <= MOST_MARKDOWN
    assert max(at_once) <= 2 * LONGEST_BLOCK


@settings(max_examples=60, deadline=None)
@given(
    names=st.lists(st.sampled_from(sorted({*BLOCKS} - {*UNORDERED})), max_size=6),
    size=st.integers(1, 400),
    longest=st.integers(30, 400),
    most=st.integers(0, 2_000),
)
def test_no_word_of_a_long_block_is_lost_whatever_its_pieces(
    names: list[str], size: int, longest: int, most: int
) -> None:
    text = "\n\n".join(BLOCKS[name] for name in names)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rendering, "LONGEST_BLOCK", longest)
        patch.setattr(rendering, "MOST_MARKDOWN", most)
        console = PlainConsole(file=io.StringIO(), width=80)
        with AnswerView(console, status) as view:
            for start in range(0, len(text), size):
                view.add(text[start : start + size])
        seen = console.file.getvalue()  # type: ignore[attr-defined]
        assert seen == shown(text, 80)
    # A block that is plain shows the language of its code.
    for word in ("python", "js"):
        seen = seen.replace(f"```{word}", "```")
    assert letters(seen) == expected(text)


def test_a_long_block_has_no_gap_inside_and_wraps_at_spaces() -> None:
    text = "\n".join(f"line {number:05}" for number in range(2_500)) + "\n\nAfter."
    lines = shown(text, 60).splitlines()
    assert [line.rstrip() for line in lines] == text.split("\n")
    words = [f"word{number:05}" for number in range(5_000)]
    lines = shown(" ".join(words), 60).splitlines()
    assert " ".join(line.rstrip() for line in lines).split() == words
    assert max(map(len, lines)) <= 60
    assert "" not in lines


def test_blocks_have_one_blank_line_between_them() -> None:
    console = PlainConsole(file=io.StringIO(), width=60)
    with AnswerView(console, status) as view:
        for word in ("# Title\n\nWords\n\n- a\n- b\n\n", "```\ncode\n```\n\n", "> quote\n\n---\n\nEnd"):
            view.add(word)
    lines = [line.rstrip() for line in console.file.getvalue().splitlines()]  # type: ignore[attr-defined]
    rule = "─" * 60
    assert lines == ["Title", "", "Words", "", " • a", " • b", "", " code", "", "▌ quote", "", rule, "", "End"]


def test_a_line_end_that_is_cut_in_two_is_one() -> None:
    console = PlainConsole(file=io.StringIO(), width=60)
    with AnswerView(console, status) as view:
        for piece in ("one\r", "\ntwo\r", "\n"):
            view.add(piece)
    assert console.file.getvalue().split() == ["one", "two"]  # type: ignore[attr-defined]
    assert len(console.file.getvalue().splitlines()) == 1  # type: ignore[attr-defined]


def test_a_notice_comes_after_the_text_it_is_about() -> None:
    console = PlainConsole(file=io.StringIO(), width=60)
    with AnswerView(console, status) as view:
        view.add("Half of it")
        view.notice("The answer is cut off.")
    assert [line.rstrip() for line in console.file.getvalue().splitlines()] == [  # type: ignore[attr-defined]
        "Half of it",
        "The answer is cut off.",
    ]


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (ToolCall("a", "list_files", "{}"), "list_files"),
        (ToolCall("a", "read_file", '{"path": "notes.txt", "start_line": 3}'), "read_file notes.txt 3"),
        (ToolCall("a", "read_file", '{"path": [1, 2]}'), "read_file …"),
        (ToolCall("a", "read_file", "[1]"), "read_file [1]"),
        (ToolCall("a", "x\x1b]0;t\x07\ny", '{"path": "\\u001b[2J\\u009b1m\\u202e"}'), "x]0;t y [2J1m"),
        (ToolCall("a", "read_file", "[" * 100_000), "read_file " + "[" * 99 + "…"),
        (ToolCall("a", "", ""), ""),
    ],
)
def test_a_tool_call_is_one_plain_line(call: ToolCall, line: str) -> None:
    assert tool_line(call) == line


@pytest.mark.parametrize(("rows", "columns"), [(24, 60), (40, 100)])
def test_slow_rendering_and_frames_do_not_damage_the_screen(
    rows: int, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rendering takes as long as the first import of pygments does, with frames at every moment."""
    render = rendering.render_block

    def slow(console: object, text: str) -> object:
        end = time.monotonic() + 0.05
        while time.monotonic() < end:
            time.sleep(0.001)
        return render(console, text)  # type: ignore[arg-type]

    monkeypatch.setattr(rendering, "render_block", slow)
    monkeypatch.setattr(rendering, "_FRAME", 0.001)
    text = f"Words first.\n\n{BLOCKS['table']}\n\nThen code:\n\n```python\n{LONG_CODE}```\n\nAnd the end."
    file = io.StringIO()
    console = PlainConsole(file=file, width=columns, height=rows, force_terminal=True, _environ={})
    with AnswerView(console, status) as view:
        for word in re.findall(r"\S+\s*", text):
            view.add(word)
    whole = pyte.HistoryScreen(columns, rows, history=1_000)
    pyte.Stream(whole).feed(file.getvalue().replace("\n", "\r\n"))
    above = ("".join(line[at].data for at in range(columns)) for line in whole.history.top)
    seen = "\n".join((*above, *whole.display))
    plain = shown(text, columns)
    assert [line.rstrip() for line in seen.splitlines() if line.strip()] == [
        line.rstrip() for line in plain.splitlines() if line.strip()
    ]


SIZES = [(24, 60), (24, 80), (50, 200)]


def screen_of(file: io.StringIO, rows: int, columns: int) -> pyte.HistoryScreen:
    screen = pyte.HistoryScreen(columns, rows, history=1_000)
    pyte.Stream(screen).feed(file.getvalue().replace("\n", "\r\n"))
    return screen


UNFINISHED = {
    "list": "\n".join(f"- item{number:03} " + "with words " * (number % 9) for number in range(80)),
    "paragraph": " ".join(f"item{number:03}" for number in range(1_600)),
    "code": "```python\n" + "\n".join(f"item{number:03} = {number}" for number in range(90)),
}


@pytest.mark.parametrize("name", UNFINISHED)
@pytest.mark.parametrize(("rows", "columns"), SIZES)
def test_the_newest_lines_and_the_status_are_on_the_screen(
    rows: int, columns: int, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "_FRAME", 1e6)
    file = io.StringIO()
    console = PlainConsole(file=file, width=columns, height=rows, force_terminal=True, _environ={})
    with AnswerView(console, status) as view:
        for word in re.findall(r"\S+\s*", UNFINISHED[name]):
            view.add(word)
        view._live.refresh()
        lines = [line.rstrip() for line in screen_of(file, rows, columns).display]
        items = re.findall(r"item\d{3}", UNFINISHED[name])
        seen = re.findall(r"item\d{3}", "\n".join(lines))
        assert seen == items[-len(seen) :]
        filled = [line for line in lines if line]
        assert filled[-1].endswith("One · 0 of 1M · 0 s · Ctrl-C stops")
        assert rows - 4 <= len(filled) <= rows - 2
    whole = screen_of(file, rows, columns)
    above = ("".join(line[at].data for at in range(columns)) for line in whole.history.top)
    assert re.findall(r"item\d{3}", "\n".join((*above, *whole.display))) == items


def test_reasoning_is_dim_and_comes_before_the_answer() -> None:
    file = io.StringIO()
    console = PlainConsole(file=file, width=60, height=24, force_terminal=True, _environ={})
    with AnswerView(console, status) as view:
        for thought in ("First I **think**.\n\n", "Then\n", "I know."):
            view.think(thought)
        view.add("The answer.")
        view.tool(ToolCall("a", "list_files", "{}"))
        view.think("More.")
        view.add("Done.")
    lines = [line.rstrip() for line in screen_of(file, 24, 60).display]
    assert [line for line in lines if line] == [
        "First I **think**.",
        "Then",
        "I know.",
        "The answer.",
        "· list_files",
        "More.",
        "Done.",
    ]
    for text, is_dim in (("I know.", True), ("More.", True), ("The answer.", False), ("Done.", False)):
        assert (f"\x1b[2;3m{text}" in file.getvalue()) is is_dim
