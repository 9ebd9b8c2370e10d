"""Completion items and lists of them, as values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from itertools import islice
from typing import NamedTuple

from aloop_models.core.text import Edit

MOST_ITEMS = 100
"""Maximum number of items in a response."""

MOST_BYTES = 32 * 1024 - 300
"""Maximum size of a response without documentation, in bytes."""

_FRAME = 245
"""Size of the JSON around the texts of one item, in bytes."""


class Kind(Enum):
    """The kind of an item."""

    PROVIDER = "provider"
    MODEL = "model"
    FIELD = "field"
    VALUE = "value"
    REFERENCE = "reference"


class Completion(NamedTuple):
    """One item; `edit` has offsets in the text and replaces the whole word at the cursor."""

    label: str
    kind: Kind
    edit: Edit
    is_snippet: bool = False
    """Whether the text of the edit is in LSP snippet syntax."""
    detail: str = ""
    describe: Callable[[], str] = str
    """Builds the documentation; called only for the item that the client resolves."""
    sort: str = ""
    filter: str = ""
    """The text that the client compares with the text between the start of the edit and the cursor."""
    retrigger: bool = False
    """Whether the editor should request completion again after this item is accepted."""
    key_of: str = ""
    """The entry whose API key the editor should set after this item is accepted: that of `key_from`, or a typed one."""
    key_from: str = ""
    """The entry with the API key to use; the key itself is in no item."""
    deprecated: bool = False
    preselect: bool = False

    @property
    def documentation(self) -> str:
        """Documentation in Markdown; can be empty."""
        return self.describe()

    @property
    def size(self) -> int:
        """Approximate size as JSON without documentation, in bytes."""
        text = self.edit.text
        named = 0 if self.filter == self.label else len(self.filter)
        described = len(self.label) + len(self.detail.encode()) + len(self.key_from)
        return _FRAME + described + len(text) + text.count("\n") + named


class Completions(NamedTuple):
    """The items of a response, best first."""

    items: tuple[Completion, ...] = ()
    incomplete: bool = False
    """Whether the editor should request completion again when more is typed."""
    indent: str = ""
    """The indentation of the edited line; all further lines of an edit's text start with it."""


def limit(proposals: Iterable[Completion]) -> tuple[tuple[Completion, ...], bool]:
    """The first items that fit into one response, with their sort texts, and whether items were left out."""
    items: list[Completion] = []
    size = 0
    for place, item in enumerate(islice(proposals, MOST_ITEMS + 1)):
        size += item.size
        if place == MOST_ITEMS or size > MOST_BYTES:
            return tuple(items), True
        items.append(item._replace(sort=f"{place:04}"))
    return tuple(items), False
