"""A rich console that removes control characters from every text."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from aloop_models.core.plain_text import sanitize


class PlainConsole(Console):
    """A console that sanitizes every text on its way to the terminal; styles and cursor moves are rich's own."""

    def __init__(self, **options: object) -> None:
        super().__init__(highlight=False, markup=False, emoji=False, **options)  # pyright: ignore[reportArgumentType]

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Yield the segments of a renderable as rich does, without control characters in their text."""
        for segment in super().render(renderable, options):
            if segment.control or segment.text == "\n":
                yield segment
            else:
                yield Segment(sanitize(segment.text), segment.style)
