"""One proposal of a completion and the list of them, as values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from itertools import islice
from typing import NamedTuple

from aloop_models.core.text import Edit

MOST_ITEMS = 100
"""Proposals of one answer, at most."""

MOST_BYTES = 32 * 1024 - 300
"""Bytes of one answer, at most, without documentation."""

_FRAME = 206
"""Bytes of JSON around the texts of one item."""


class Kind(Enum):
    """What a proposal is."""

    PROVIDER = "provider"
    MODEL = "model"
    FIELD = "field"
    VALUE = "value"
    REFERENCE = "reference"


class Completion(NamedTuple):
    """One proposal; `edit` counts from the text's start and covers the whole word around the cursor."""

    label: str
    kind: Kind
    edit: Edit
    is_snippet: bool = False
    """Whether the edit's text is in LSP snippet syntax."""
    detail: str = ""
    describe: Callable[[], str] = str
    """Makes the documentation; called only for what somebody looks at."""
    sort: str = ""
    filter: str = ""
    """What the client compares with the characters between the edit's start and the cursor."""
    retrigger: bool = False
    """Whether the editor should ask again once this is accepted."""
    key_of: str = ""
    """The entry whose API key the editor should ask for once this is accepted, typed hidden."""
    deprecated: bool = False
    preselect: bool = False

    @property
    def documentation(self) -> str:
        """More about it, in Markdown; empty where there is nothing more to say."""
        return self.describe()

    @property
    def size(self) -> int:
        """About how many bytes of JSON it is, without its documentation."""
        text = self.edit.text
        named = 0 if self.filter == self.label else len(self.filter)
        return _FRAME + len(self.label) + len(self.detail.encode()) + len(text) + text.count("\n") + named


class Completions(NamedTuple):
    """The proposals, best first."""

    items: tuple[Completion, ...] = ()
    incomplete: bool = False
    """Whether the editor should ask again when more is typed."""
    indent: str = ""
    """The indentation of the edited line, which every further line of an edit's text begins with."""


def limit(proposals: Iterable[Completion]) -> tuple[tuple[Completion, ...], bool]:
    """The first proposals that fit into one answer, numbered, and whether some were left off."""
    items: list[Completion] = []
    size = 0
    for place, item in enumerate(islice(proposals, MOST_ITEMS + 1)):
        size += item.size
        if place == MOST_ITEMS or size > MOST_BYTES:
            return tuple(items), True
        items.append(item._replace(sort=f"{place:04}"))
    return tuple(items), False
