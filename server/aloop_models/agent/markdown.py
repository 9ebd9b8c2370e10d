"""Markdown rendering for the terminal that never loses text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import ClassVar

from markdown_it import MarkdownIt
from rich import box
from rich.console import Console, ConsoleOptions, JustifyMethod, RenderResult
from rich.markdown import BlockQuote, Heading, HorizontalRule, ListItem, Markdown, MarkdownElement, TableElement
from rich.rule import Rule
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

_READ_AS_TEXT = ("html_block", "html_inline", "entity", "autolink", "reference", "image")
"""Rules of Markdown whose text rich would drop in whole or in part."""

_NARROWEST = 24
"""Columns below which nested blocks are not indented further."""


def render_block(console: Console, text: str) -> list[list[Segment]]:
    """Return the lines of a text rendered as Markdown; parts that would lose text stay plain text."""
    try:
        markdown = AnswerMarkdown(text)
        lines = _strip_blank_lines(console.render_lines(markdown, console.options, pad=False))
        if not _is_text_lost(markdown, lines):
            return lines
        parts = markdown.parts()
    except (RecursionError, ValueError, IndexError, AssertionError):
        # rich and markdown-it give up on some deeply nested texts.
        parts = []
    if len(parts) > 1:
        rendered = [lines for part in parts if (lines := render_block(console, part))]
        return [line for lines in rendered for line in (*lines, [])][:-1]
    return _strip_blank_lines(console.render_lines(Text(text, overflow="fold"), console.options, pad=False))


def render_plain(console: Console, text: str) -> list[list[Segment]]:
    """Return the lines of a text as it is, wrapped at spaces; a hundred times faster than `render_block`.

    Lines with wide characters are wrapped by the terminal.
    """
    lines = (part for line in text.expandtabs().split("\n") for part in _wrap(line, console.width))
    return [[Segment(line)] for line in lines]


def _wrap(line: str, width: int) -> Iterator[str]:
    start, end = 0, len(line) if line.isascii() else 0
    while end - start > width:
        space = line.rfind(" ", start + 1, start + width + 1)
        cut = space if space > 0 else start + width
        yield line[start:cut]
        start = cut + (space > 0)
    yield line[start:]


class AnswerMarkdown(Markdown):
    """Markdown with HTML as text, links with their URL, and headings on the left."""

    elements: ClassVar[dict[str, type[MarkdownElement]]]

    def __init__(self, text: str) -> None:
        super().__init__("", code_theme="ansi_dark", hyperlinks=False)
        parser = MarkdownIt().enable("strikethrough").enable("table").disable(list(_READ_AS_TEXT))
        parser.normalizeLink = _same  # pyright: ignore[reportAttributeAccessIssue]
        parser.normalizeLinkText = _same  # pyright: ignore[reportAttributeAccessIssue]
        self.markup = text
        self.parsed = parser.parse(text)

    def parts(self) -> list[str]:
        """Return the top-level blocks of the text, such as paragraphs, lists and code blocks."""
        lines = self.markup.split("\n")
        starts = [token.map[0] for token in self.parsed if token.level == 0 and token.map]
        ends = (*starts[1:], len(lines))
        return (
            ["\n".join(lines[start:end]) for start, end in zip((0, *starts[1:]), ends, strict=True)] if starts else []
        )


class _Heading(Heading):
    LEVEL_ALIGN: ClassVar[dict[str, JustifyMethod]] = {}


class _Rule(HorizontalRule):
    new_line = True

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Rule(style=console.get_style("markdown.hr", default="none"))


class _Item(ListItem):
    def render_bullet(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from super().render_bullet(console, _wide_enough(options))

    def render_number(self, console: Console, options: ConsoleOptions, number: int, last_number: int) -> RenderResult:
        yield from super().render_number(console, _wide_enough(options), number, last_number)


class _Quote(BlockQuote):
    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from super().__rich_console__(console, _wide_enough(options))


class _Table(TableElement):
    """A table that wraps long words instead of cutting them."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        table = Table(box=box.SIMPLE, pad_edge=False, style="markdown.table.border", collapse_padding=True)
        for cell in self.header.row.cells if self.header and self.header.row else ():
            heading = cell.content.copy()
            heading.stylize("markdown.table.header")
            table.add_column(heading, overflow="fold")
        for row in self.body.rows if self.body else ():
            table.add_row(*(cell.content for cell in row.cells))
        yield table


AnswerMarkdown.elements = {
    **Markdown.elements,
    "heading_open": _Heading,
    "hr": _Rule,
    "list_item_open": _Item,
    "blockquote_open": _Quote,
    "table_open": _Table,
}


def _wide_enough(options: ConsoleOptions) -> ConsoleOptions:
    return options if options.max_width >= _NARROWEST else options.update(width=_NARROWEST)


def _same(url: str) -> str:
    return url


def _is_text_lost(markdown: AnswerMarkdown, lines: list[list[Segment]]) -> bool:
    """Whether letters of the text are missing on the screen, except the language of a code block."""
    infos = (token.info.partition(" ")[0] for token in markdown.parsed if token.type == "fence")
    wanted = Counter(filter(str.isalpha, markdown.markup))
    wanted.subtract(Counter(filter(str.isalpha, "".join(infos))))
    shown = Counter(letter for line in lines for segment in line for letter in segment.text if letter.isalpha())
    return any(shown[letter] < count for letter, count in wanted.items())


def _strip_blank_lines(lines: list[list[Segment]]) -> list[list[Segment]]:
    filled = [at for at, line in enumerate(lines) if any(segment.text.strip() for segment in line)]
    return lines[filled[0] : filled[-1] + 1] if filled else []
