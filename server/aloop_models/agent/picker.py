"""A list to pick one or several models from: arrow keys move, typing filters, Enter selects, Escape cancels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from prompt_toolkit.application import Application
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import BufferControl, Dimension, FormattedTextControl, HSplit, Layout, Window
from prompt_toolkit.layout.processors import BeforeInput
from prompt_toolkit.output import Output
from prompt_toolkit.styles import Style

from aloop_models.agent.favorites import Favorites
from aloop_models.core.plain_text import sanitize_line
from aloop_models.errors import FileError
from aloop_models.features.formatting import format_price_pair, format_tokens
from aloop_models.features.match import match_names

_ROWS = 10
_HINT_CHOICE = "↑ ↓ move · Enter selects · Esc cancels"
_HINT = "↑ ↓ move · type to filter · Enter selects · Ctrl-F favorite · Esc cancels"
_HINT_SEVERAL = "↑ ↓ move · Space marks · Ctrl-A marks all · type to filter · Enter adds · Esc cancels"
_STYLE = Style.from_dict(
    {"selected": "reverse", "mark": "bold", "detail": "ansibrightblack", "hint": "ansibrightblack"}
)


def rows_of(state: Mapping[str, Any], current: str | None, favorites: Favorites) -> list[tuple[str, str, str]]:
    """The ID, label and detail of each model: first the favorites, then those that were asked last, then the others.

    `state` is the result of `aloop.listModels`.
    """
    rows: dict[str, tuple[str, str, str]] = {}
    for model in state["models"]:
        model_id, name = str(model["modelId"]), str(model["displayName"])
        label = model_id if name == model_id else f"{name} - {model_id}"
        marks = [
            "current" if model_id == current else "",
            "default" if model["default"] else "",
            f"{format_tokens(model['contextWindow'])}" if model["contextWindow"] else "",
            format_price_pair(model["inputPrice"], model["outputPrice"]),
            str(model["notReady"] or ""),
        ]
        detail = " · ".join(mark for mark in marks if mark)
        rows[model_id] = (model_id, sanitize_line(label), sanitize_line(detail))
    return [rows[model_id] for model_id in favorites.in_order(list(rows))]


async def pick(
    rows: Sequence[tuple[str, str, str]],
    current: str | None,
    favorites: Favorites,
    title: str = "Switch to",
    terminal: tuple[Input, Output] | None = None,
) -> str | None:
    """Let a person pick a row, starting at the current model, and mark favorites; its ID, or None if canceled."""
    picked = await _pick(rows, current, terminal, title=f"{title}: ", hint=_HINT, favorites=favorites)
    return picked[0] if picked else None


async def choose(
    question: str, rows: Sequence[tuple[str, str, str]], terminal: tuple[Input, Output] | None = None
) -> str | None:
    """Let a person choose one of the answers, the first of which is selected; return its ID, or None if canceled."""
    picked = await _pick(rows, None, terminal, title=f"{question} ", hint=_HINT_CHOICE, marks=None)
    return picked[0] if picked else None


async def pick_several(
    rows: Sequence[tuple[str, str, str]], terminal: tuple[Input, Output] | None = None
) -> tuple[str, ...] | None:
    """Let a person mark rows; return the IDs of the marked rows, or of the current row, or None if canceled."""
    return await _pick(rows, None, terminal, title="Add: ", hint=_HINT_SEVERAL, marks=set())


async def _pick(
    rows: Sequence[tuple[str, str, str]],
    current: str | None,
    terminal: tuple[Input, Output] | None,
    *,
    title: str,
    hint: str,
    marks: set[str] | None = None,
    favorites: Favorites | None = None,
) -> tuple[str, ...] | None:
    """As `pick`, or with `marks`, to which the space bar adds rows, as `pick_several`."""
    typed = Buffer(multiline=False)
    starred = set(favorites.favorites if favorites else ())
    selected = next((index for index, row in enumerate(rows) if row[0] == current), 0)

    def fitting() -> list[tuple[str, str, str]]:
        return [row for _, row in match_names(typed.text.strip(), ((row[1], row) for row in rows))]

    def lines() -> StyleAndTextTuples:
        found = fitting()
        if not found:
            return [("class:hint", "  no matches")]
        at = min(selected, len(found) - 1)
        first = max(0, min(at - _ROWS // 2, len(found) - _ROWS))
        shown: StyleAndTextTuples = []
        for index, (row_id, label, detail) in enumerate(found[first : first + _ROWS], first):
            style = "class:selected" if index == at else ""
            box = "" if marks is None else "[x] " if row_id in marks else "[ ] "
            star = " ★" if row_id in starred else ""
            shown += [(style, f"{'❯' if index == at else ' '} {box}{label}{star}"), ("class:detail", f"  {detail}\n")]
        return shown

    def changed(_: object) -> None:
        nonlocal selected
        selected = 0

    typed.on_text_changed += changed
    keys = KeyBindings()

    @keys.add("up")
    @keys.add("c-p")
    def _up(_: KeyPressEvent) -> None:
        nonlocal selected
        selected = max(0, min(selected, len(fitting()) - 1) - 1)

    @keys.add("down")
    @keys.add("c-n")
    @keys.add("tab")
    def _down(_: KeyPressEvent) -> None:
        nonlocal selected
        selected = max(0, min(selected + 1, len(fitting()) - 1))

    @keys.add("enter")
    @keys.add("c-j")
    def _take(event: KeyPressEvent) -> None:
        found = fitting()
        if marks:
            event.app.exit(result=tuple(row_id for row_id, _, _ in rows if row_id in marks))
        elif found:
            event.app.exit(result=(found[min(selected, len(found) - 1)][0],))

    if favorites is not None:

        @keys.add("c-f")
        def _star(_: KeyPressEvent) -> None:
            nonlocal hint
            found = fitting()
            if not found:
                return
            row_id = found[min(selected, len(found) - 1)][0]
            try:
                (starred.add if favorites.toggle(row_id) else starred.discard)(row_id)
            except FileError as error:
                hint = sanitize_line(str(error))

    if marks is not None:

        @keys.add(" ")
        def _mark(_: KeyPressEvent) -> None:
            found = fitting()
            if found:
                marks.symmetric_difference_update({found[min(selected, len(found) - 1)][0]})

        @keys.add("c-a")
        def _mark_all(_: KeyPressEvent) -> None:
            ids = {row_id for row_id, _, _ in fitting()}
            (marks.difference_update if ids <= marks else marks.update)(ids)

    @keys.add("escape", eager=True)
    @keys.add("c-c")
    @keys.add("c-d")
    def _leave(event: KeyPressEvent) -> None:
        event.app.exit(result=None)

    # The title is a part of the line that is typed, so that both wrap in a narrow terminal.
    head = Window(
        BufferControl(typed, input_processors=[BeforeInput(title, "class:mark")]),
        wrap_lines=True,
        dont_extend_height=True,
        height=Dimension(min=1),
    )
    foot = Window(
        FormattedTextControl(lambda: [("class:hint", hint)]),
        wrap_lines=True,
        dont_extend_height=True,
        height=Dimension(max=3),
    )
    body = Window(FormattedTextControl(lines), height=min(_ROWS, max(1, len(rows))), wrap_lines=False)
    application: Application[tuple[str, ...] | None] = Application(
        Layout(HSplit([head, body, foot]), focused_element=head),
        key_bindings=keys,
        style=_STYLE,
        erase_when_done=True,
        input=terminal[0] if terminal else None,
        output=terminal[1] if terminal else None,
    )
    # An arrow key starts with the code of Escape, so Escape alone is recognized after this time.
    application.ttimeoutlen = 0.05
    return await application.run_async(handle_sigint=False)
