"""One models.yaml as values: its sections, its entries with the range of every key and value, its problems."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as MappingLike
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from aloop_models.core.lines import Lines
from aloop_models.core.nodes import Mapping, Node, Scalar, resolve
from aloop_models.core.text import Span
from aloop_models.core.yaml_reader import Problem


class Field(NamedTuple):
    """One `field: value` of an entry, at its place in the entry's coordinates."""

    name: str
    key: Scalar
    value: Node
    data: object
    """The value as Python sees it, aliases resolved."""
    inherited: bool
    """True where it comes in through a merge key, and so stands outside the entry."""


class _WeaklyReferable:
    """Lets what is known about an entry go when the entry goes; `weakref_slot` needs Python 3.11."""

    __slots__ = ("__weakref__",)


@dataclass(frozen=True, slots=True, eq=False)
class Entry(_WeaklyReferable):
    """What is written about one model, in coordinates of its own.

    An entry that merely moved in the file is the same object, so whatever was found out about it still holds.
    """

    model_id: str
    key: Scalar
    value: Node
    fields: tuple[Field, ...]
    """As written and in that order, duplicates included; inherited ones come first."""
    profile: MappingLike[str, object]
    """The fields in force, as the safe loader gives them; keys that are no strings are made strings."""
    readable: bool
    """False where the entry's own lines cannot be read alone; then the fields are those that could be."""
    faults: tuple[tuple[Span, str], ...] = ()
    """Values that the safe loader refuses, with its reason."""
    end: int = 0
    """Where the entry's last value (or its key's colon) ends."""

    def field(self, name: str) -> Field | None:
        """The field in force of that name (the last one written), or None."""
        return next((item for item in reversed(self.fields) if item.name == name), None)

    @property
    def fields_in_force(self) -> Iterable[Field]:
        """The fields that the loader sees: of two with one name the later."""
        if len(self.fields) == len(self.profile):
            return self.fields
        return {field.name: field for field in self.fields}.values()

    @property
    def block(self) -> Mapping | None:
        """The mapping that holds the fields, where the entry writes one out itself."""
        return self.value if isinstance(self.value, Mapping) else None


class PlacedEntry(NamedTuple):
    """An entry and the offset in the file at which its coordinates begin."""

    start: int
    entry: Entry

    @property
    def model_id(self) -> str:
        """The LiteLLM id, as written."""
        return self.entry.model_id

    def span(self, part: Node | Span) -> Span:
        """Where a part of the entry stands in the file."""
        return Span(part.start + self.start, part.end + self.start)

    @property
    def key_span(self) -> Span:
        """Where the model id stands in the file, quotes included."""
        return self.span(self.entry.key)

    @property
    def full_span(self) -> Span:
        """From the model id to the end of its last value."""
        return Span(self.entry.key.start + self.start, self.entry.end + self.start)


class Section(NamedTuple):
    """One key of the file's root, with its value; `value` is None where the document's entries stand for it."""

    name: str
    key: Scalar
    value: Node | None

    @property
    def is_empty(self) -> bool:
        """Whether nothing (or `null`, `~`) is written as its value."""
        return isinstance(self.value, Scalar) and self.value.value is None


@dataclass(frozen=True, eq=False)
class Document:
    """Everything known about one version of the text. Made by `core.reader.read_document`."""

    text: str
    sections: tuple[Section, ...]
    entries: tuple[PlacedEntry, ...]
    """In the order of the text; of two with one id the later is in force."""
    problems: tuple[Problem, ...]
    """Empty where the safe loader reads the text as one document; else why it does not."""
    other_root: Node | None
    """The root where it is no mapping (a list, a word), else None."""
    faults: tuple[tuple[Span, str], ...] = ()
    """Values outside the entries that the safe loader refuses."""
    cache: MappingLike[str, object] = field(default_factory=dict[str, object], repr=False)
    """The reader's own: what it read of each piece of text, for the next version."""
    tree: Node | None = field(default=None, repr=False)
    """The root where the text was read as a whole; None where it was read piece by piece, so without aliases."""

    @cached_property
    def lines(self) -> Lines:
        """The text's lines."""
        return Lines(self.text)

    @property
    def parses(self) -> bool:
        """Whether the runtime can read this text."""
        return not self.problems

    @property
    def is_blank(self) -> bool:
        """Whether the file has no content: nothing, white space or comments only."""
        return not self.sections and self.other_root is None and self.parses

    def section(self, name: str) -> Section | None:
        """The section in force of that name (the last one written), or None."""
        return next((item for item in reversed(self.sections) if item.name == name), None)

    @property
    def models(self) -> Section | None:
        """The `models` section."""
        return self.section("models")

    @property
    def default(self) -> Section | None:
        """The `default` section."""
        return self.section("default")

    @cached_property
    def by_id(self) -> MappingLike[str, PlacedEntry]:
        """The entries in force, in the order in which their ids first appear."""
        return {placed.entry.model_id: placed for placed in self.entries}

    @property
    def default_id(self) -> str | None:
        """The model id that `default` names, in force or not; None where there is none."""
        section = self.default
        value = resolve(section.value) if section and section.value else None
        return value.text if isinstance(value, Scalar) and value.value is not None else None

    def entry_at(self, offset: int) -> PlacedEntry | None:
        """The entry whose key or fields stand at the offset, or None."""
        found = None
        for placed in self.entries:
            if placed.key_span.start > offset:
                break
            found = placed
        return found if found and offset <= found.full_span.end else None
