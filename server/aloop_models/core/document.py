"""One models.yaml as values: sections, entries with the range of every key and value, and problems."""

from __future__ import annotations

from bisect import bisect_right
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
    """One `field: value` of an entry, with ranges in the entry's coordinates."""

    name: str
    key: Scalar
    value: Node
    data: object
    """The Python value, with aliases resolved."""
    inherited: bool
    """True if the field comes from a merge key, so that its text is outside the entry."""


class _WeaklyReferable:
    """Allows weak references to a class with slots; `weakref_slot` of dataclasses requires Python 3.11."""

    __slots__ = ("__weakref__",)


@dataclass(frozen=True, slots=True, eq=False)
class Entry(_WeaklyReferable):
    """The text of one model as values, in coordinates of its own.

    An entry that only moved in the file is the same object, so results that are cached for it stay valid.
    """

    model_id: str
    key: Scalar
    value: Node
    fields: tuple[Field, ...]
    """Fields in the order of the text, including duplicates; inherited fields come first."""
    profile: MappingLike[str, object]
    """The effective fields, as the safe loader reads them; other keys are converted to strings."""
    readable: bool
    """False if the entry's lines are not valid YAML; `fields` then has the fields that can be read."""
    faults: tuple[tuple[Span, str], ...] = ()
    """Values that the safe loader refuses, with the reason."""
    end: int = 0
    """The end of the entry's last value, or of the colon after its key."""

    def field(self, name: str) -> Field | None:
        """The effective field with this name (the last one in the text), or None."""
        return next((item for item in reversed(self.fields) if item.name == name), None)

    def text(self, name: str) -> str:
        """The text of a field, without white space around it; empty if it is missing or not text."""
        value = self.profile.get(name)
        return value.strip() if isinstance(value, str) else ""

    @property
    def fields_in_force(self) -> Iterable[Field]:
        """The fields that the loader reads: the last one of those with the same name."""
        if len(self.fields) == len(self.profile):
            return self.fields
        return {field.name: field for field in self.fields}.values()

    @property
    def block(self) -> Mapping | None:
        """The mapping with the fields, if the entry contains one itself."""
        return self.value if isinstance(self.value, Mapping) else None


class PlacedEntry(NamedTuple):
    """An entry and the offset in the file at which its coordinates begin."""

    start: int
    entry: Entry

    @property
    def model_id(self) -> str:
        """The entry's ID, as written."""
        return self.entry.model_id

    def span(self, part: Node | Span) -> Span:
        """The range of a part of the entry in the file."""
        return Span(part.start + self.start, part.end + self.start)

    @property
    def key_span(self) -> Span:
        """The range of the ID in the file, including quotes."""
        return self.span(self.entry.key)

    @property
    def full_span(self) -> Span:
        """The range from the ID to the end of its last value."""
        return Span(self.entry.key.start + self.start, self.entry.end + self.start)


class Section(NamedTuple):
    """One top-level key with its value; `value` is None if the document's entries replace it."""

    name: str
    key: Scalar
    value: Node | None

    @property
    def is_empty(self) -> bool:
        """Whether the value is missing, `null` or `~`."""
        return isinstance(self.value, Scalar) and self.value.value is None


@dataclass(frozen=True, eq=False)
class Document:
    """One version of the text, analyzed by `core.reader.read_document`."""

    text: str
    """The text; empty if it is above the limit."""
    sections: tuple[Section, ...]
    entries: tuple[PlacedEntry, ...]
    """Entries in the order of the text; the last one of those with the same ID is effective."""
    problems: tuple[Problem, ...]
    """Empty if the safe loader reads the text as one document."""
    other_root: Node | None
    """The root if it is not a mapping, else None."""
    faults: tuple[tuple[Span, str], ...] = ()
    """Values outside the entries that the safe loader refuses."""
    pieces: object = field(default=None, repr=False)
    """Private to the reader: the results for each piece of text, reused for the next version."""
    tree: Node | None = field(default=None, repr=False)
    """The root if the text was read as a whole; None if it was read in pieces, which contain no aliases."""

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
        """Whether the file is empty or contains only white space and comments."""
        return not self.sections and self.other_root is None and self.parses

    def section(self, name: str) -> Section | None:
        """The effective section with this name (the last one in the text), or None."""
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
        """The effective entries, in the order in which their IDs first appear."""
        return {placed.entry.model_id: placed for placed in self.entries}

    @cached_property
    def _starts(self) -> list[int]:
        """The start of the key of each entry, in order."""
        return [placed.start + placed.entry.key.start for placed in self.entries]

    @property
    def default_id(self) -> str | None:
        """The text of `default`, whether or not it is the ID of an entry; None if it has no value."""
        section = self.default
        value = resolve(section.value) if section and section.value else None
        return value.text if isinstance(value, Scalar) and value.value is not None else None

    def last_entry_before(self, offset: int) -> PlacedEntry | None:
        """The last entry whose key begins at or before the offset, or None."""
        index = bisect_right(self._starts, offset)
        return self.entries[index - 1] if index else None

    def entry_at(self, offset: int) -> PlacedEntry | None:
        """The entry whose key or fields contain the offset, or None."""
        found = self.last_entry_before(offset)
        return found if found and offset <= found.full_span.end else None
