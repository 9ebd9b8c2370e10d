"""The pieces of tool calls in a stream, numbered as LiteLLM needs them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast


class ToolCallPieces:
    """Gives each piece of a tool call the index and the ID of its call.

    LiteLLM joins the pieces with the same index and drops calls without an ID. Some servers give all calls the same
    index, or send no IDs.
    """

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._calls: dict[tuple[int, int], int] = {}
        """The number of the current call for the index of a choice and the index of its tool call."""

    def number(self, chunk: Any) -> None:
        """Change the index and ID of the pieces in a chunk."""
        for choice in chunk.choices:
            for piece in _pieces(choice.delta):
                self._number(choice.index, piece)

    def _number(self, choice: int, piece: Any) -> None:
        place = choice, piece.index
        call = self._calls.get(place)
        # Some servers send another ID with each piece of a call, but the name only with the first.
        is_next = bool(piece.id and piece.function.name)
        if call is None or (is_next and piece.id != self._ids[call]):
            call = self._calls[place] = len(self._ids)
            self._ids.append(piece.id or f"call_{call}")
        piece.index, piece.id = call, self._ids[call]


def _pieces(delta: Any) -> Iterator[Any]:
    """Yield the pieces of tool calls; LiteLLM passes some values on whose type is not that of their field."""
    given: object = delta.tool_calls
    for piece in cast("list[Any]", given) if isinstance(given, list) else ():
        if getattr(piece, "function", None) is not None:
            yield piece
