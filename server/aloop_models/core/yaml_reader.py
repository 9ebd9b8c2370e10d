"""YAML 1.1 as PyYAML's safe loader reads it, as a tree of nodes with their ranges.

The only module that uses PyYAML. It never raises: a syntax error is a `Problem`, and the tree contains the nodes
before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Sequence as SequenceOf
from itertools import zip_longest
from typing import Any, NamedTuple

import yaml
from yaml.constructor import SafeConstructor
from yaml.resolver import Resolver

from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.limits import MAX_VALUE
from aloop_models.core.lines import line_start
from aloop_models.core.nodes import NO_DETAILS, Alias, Details, Mapping, Node, Pair, Precedence, Scalar, Sequence
from aloop_models.core.text_cache import per_text

MAX_DEPTH = 64
"""Maximum levels of nesting, with aliases expanded; a deeper file is refused, because it can exhaust the stack."""

MAX_NODES = 100_000
"""Maximum nodes that expanded aliases can add to a document; more are refused, because they grow exponentially."""

MAX_NUMBER = 1_000
"""Maximum characters of a number; parsing takes time quadratic in its length."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STEP = 524_288
"""Characters that are searched in one step."""
_UNPRINTABLE = lazy_re("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PROPERTIES = lazy_re(r"(?:[&!]\S*\s+(?:#.*\s+)*)+")
_STRING = "tag:yaml.org,2002:str"
_MERGE = "tag:yaml.org,2002:merge"
MERGE_PRECEDENCE = Precedence(
    yaml.load("<<: [{of: first}, {of: last}]", Loader=_Loader)["of"]  # noqa: S506
)
"""The precedence of the installed PyYAML: that of 6.0.4 is not the one of YAML."""
_NUMBERS = {"tag:yaml.org,2002:int", "tag:yaml.org,2002:float"}
_OF_MAPPINGS = {None, "!", "tag:yaml.org,2002:map"}
_OF_SEQUENCES = {None, "!", "tag:yaml.org,2002:seq"}


TOO_LARGE = "larger than the limit"
"""The problem of a text that is not read; its context is which limit it exceeds, as a part of a sentence."""

TOO_LONG = "longer than the limit"
"""The problem of a value with more than `MAX_VALUE` characters."""


def libyaml_problem() -> str | None:
    """Return what a person should know if PyYAML has no libyaml; None if it has."""
    if hasattr(yaml, "CSafeLoader"):
        return None
    # 137 of 3,216 texts of the YAML test suite are read differently.
    what = "PyYAML has no libyaml, so it may read unusual files differently than the agent in another environment."
    return f"{what} Install a wheel: pip install --force-reinstall --only-binary :all: pyyaml"


def libyaml_notices() -> tuple[str, ...]:
    """Return `libyaml_problem` as the messages that a program shows when it starts."""
    problem = libyaml_problem()
    return (problem,) if problem else ()


class Problem(NamedTuple):
    """Why a text is not one YAML document: PyYAML's texts (`context`, `what`) and offsets."""

    what: str
    at: int
    context: str = ""
    context_at: int = -1
    start: int = -1
    """The start of the piece that was read alone; -1 if the file was read as a whole."""


class Token(NamedTuple):
    """One token of PyYAML's scanner."""

    kind: str
    """PyYAML's `id` of the token, such as `-`, `:` or `<scalar>`; before a simple key, there is an empty `?`."""
    start: int
    end: int


class Reading(NamedTuple):
    """The root of the first document (None for an empty text) and the first problem, if any."""

    root: Node | None
    problem: Problem | None


def read(text: str) -> Reading:
    """Read one document; with a problem, the root contains the nodes before it."""
    if problem := _unprintable(text):
        return Reading(None, problem)
    source, skipped = _source_of(text)
    composer = _Composer(text, skipped)
    try:
        _parse(source, composer.feed)
    except _ReadingEndedError as refusal:
        return Reading(composer.partial_root(), refusal.problem)
    except yaml.YAMLError as error:
        return Reading(composer.partial_root(), _problem(error, skipped))
    return Reading(composer.root, None)


def _source_of(text: str) -> tuple[str, int]:
    """Return the text for PyYAML, and how many characters of the given text its positions do not count."""
    if not text.startswith("\ufeff"):
        return text, 0
    # libyaml takes the first of two byte order marks as that of the text; the second one has a column.
    return (text if text.startswith("\ufeff", 1) else text[1:]), 1


def read_parts(text: str, parts: SequenceOf[tuple[int, int]]) -> tuple[Pair, ...] | None:
    """Read a block mapping that has each of its pairs in its own part of the text, much faster than part by part.

    Args:
        text: The text of all parts.
        parts: Start and end of each part, without gaps.

    Returns:
        The pair of each part, with offsets in that part; None if the text has problems or other pairs.
    """
    if _unprintable(text):
        return None
    composer = _PartsComposer(text, parts)
    try:
        _parse(text, composer.feed)
    except (_ReadingEndedError, yaml.YAMLError):
        return None
    root = composer.root
    return tuple(root.pairs) if isinstance(root, Mapping) and len(root.pairs) == len(parts) else None


def _unprintable(text: str) -> Problem | None:
    """The problem of a character that YAML does not allow; searched in steps, because no other thread runs in one."""
    for start in range(0, len(text), _STEP):
        if text[start : start + _STEP].replace("\n", "").isprintable():
            # What Python can print, YAML allows; this takes a tenth of the time of the pattern.
            continue
        if bad := _UNPRINTABLE.search(text, start, start + _STEP):
            # The loader reads ahead of what it parses, so its own position is not reliable.
            return Problem("unprintable character", bad.start())
    return None


def syntax_problem(text: str) -> Problem | None:
    """The first scanner or parser problem of a text, without a tree and without a check of aliases."""
    if problem := _unprintable(text):
        return problem
    source, skipped = _source_of(text)
    try:
        _parse(source, lambda _: None)
    except yaml.YAMLError as error:
        return _problem(error, skipped)
    return None


def scan(text: str) -> list[Token]:
    """Return the tokens of a text that `read` can read."""
    source, skipped = _source_of(text)
    loader = _Loader(source)
    tokens: list[Token] = []
    try:
        while (token := loader.get_token()) is not None:
            tokens.append(Token(token.id, token.start_mark.index + skipped, token.end_mark.index + skipped))
    except yaml.YAMLError:
        return []
    finally:
        loader.dispose()
    return tokens


def has_same_events(first: str, second: str) -> bool:
    """Return whether two texts are the same for PyYAML: values, their styles, anchors, aliases and tags, in order."""
    try:
        return all(_parts_of(one) == _parts_of(other) for one, other in zip_longest(_events(first), _events(second)))
    except yaml.YAMLError:
        return False


def _events(text: str) -> Iterator[Any]:
    return yaml.parse(_source_of(text)[0], Loader=_Loader)


def _parts_of(event: Any) -> tuple[object, ...]:
    kind: Any = type(event)  # pyright: ignore[reportUnknownVariableType]
    if kind is yaml.ScalarEvent:
        return event.value, event.style, event.anchor, event.tag, event.implicit
    if kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
        return kind, event.flow_style is True, event.anchor, event.tag, event.implicit
    return kind, getattr(event, "anchor", None)


def _parse(text: str, take: Callable[[Any], None]) -> None:
    """Pass each event of the text on, as `yaml.parse` yields them, without its cost for each event."""
    loader = _Loader(text)
    try:
        while (event := loader.get_event()) is not None:
            take(event)
    finally:
        loader.dispose()


class _ReadingEndedError(Exception):
    """Stops reading inside the composer."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.what)
        self.problem = problem


class _OpenCollection:
    """A collection whose end is not read yet."""

    __slots__ = (
        "anchor",
        "children",
        "column",
        "end",
        "fault",
        "flow",
        "height",
        "is_mapping",
        "is_tagged",
        "size",
        "start",
    )

    def __init__(self, start: int, end: int, is_mapping: bool, flow: bool) -> None:  # noqa: FBT001
        self.start = start
        self.end = end
        self.is_mapping = is_mapping
        self.flow = flow
        self.children: list[Node] = []
        self.size = 1
        self.height = 1
        self.fault = ""
        self.anchor = ""
        self.column = -1
        self.is_tagged = False

    def add(self, node: Node) -> None:
        self.children.append(node)
        self.end = max(self.end, node.end)
        target = node.target if isinstance(node, Alias) else node
        self.size += target.size if isinstance(target, (Mapping, Sequence)) else 1

    def close(self, end: int | None) -> Mapping | Sequence:
        if end is not None and self.flow:
            self.end = end
        if not self.is_mapping:
            items = tuple(self.children)
            return Sequence(self.start, self.end, items, self.flow, self.size, self.fault, self.anchor)
        if len(self.children) % 2:
            key = self.children.pop()
            # The value of a merge key was not read, which is not a fault of the key.
            if not (isinstance(key, Scalar) and key.merge):
                self.children += (key, Scalar(key.end, key.end, "", None, ""))
        halves = iter(self.children)
        pairs = tuple(Pair(_as_key(key), value) for key, value in zip(halves, halves, strict=True))
        details = self.fault, self.anchor, self.column, self.is_tagged
        return Mapping(self.start, self.end, pairs, self.flow, self.size, *details)


class _Composer:
    """Builds the tree from the loader's events, like PyYAML's own composer."""

    def __init__(self, text: str, skipped: int) -> None:
        self._text = text
        self._skipped = skipped
        self._open: list[_OpenCollection] = []
        self._anchors: dict[str, Node | None] = {}
        self._heights: dict[str, int] = {}
        self._written = 0
        self._documents = 0
        self.root: Node | None = None

    def feed(self, event: Any) -> None:
        kind: Any = type(event)  # pyright: ignore[reportUnknownVariableType]
        if kind is yaml.ScalarEvent:
            self._add_scalar(event)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            self._start(event, kind is yaml.MappingStartEvent)
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            opened = self._open.pop()
            closed = opened.close(event.end_mark.index + self._skipped)
            if closed.anchor:
                self._anchors[closed.anchor] = closed
                self._heights[closed.anchor] = opened.height
            self._add(closed, opened.height)
        elif kind is yaml.AliasEvent:
            self._add(self._alias(event), self._heights.get(event.anchor, 0))
        elif kind is yaml.DocumentStartEvent:
            self._documents += 1
            if self._documents > 1:
                raise _ReadingEndedError(Problem("multiple documents", event.start_mark.index + self._skipped))

    def partial_root(self) -> Node | None:
        """The tree as far as it was read, with open collections closed."""
        while self._open:
            closed = self._open.pop().close(None)
            if self._open:
                self._open[-1].add(closed)
            else:
                self.root = closed
        return self.root

    def _add(self, node: Node, height: int) -> None:
        self._written += 1
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        parent.add(node)
        parent.height = max(parent.height, height + 1)
        if parent.size > self._written + MAX_NODES:
            raise _ReadingEndedError(Problem("aliases grow too large", node.start))
        if len(self._open) + height > MAX_DEPTH:
            raise _ReadingEndedError(Problem("nested too deeply", node.start))

    def _start(self, event: Any, is_mapping: bool) -> None:  # noqa: FBT001
        start, end = self._content_start(event), event.end_mark.index + self._skipped
        if len(self._open) >= MAX_DEPTH:
            raise _ReadingEndedError(Problem("nested too deeply", start))
        opened = _OpenCollection(start, max(start, end), is_mapping, bool(event.flow_style))
        if is_mapping:
            opened.column = start - line_start(self._text, start)
        if event.anchor:
            self._declare(event)
            opened.anchor = event.anchor
        opened.is_tagged = event.tag is not None
        if event.tag not in (_OF_MAPPINGS if is_mapping else _OF_SEQUENCES):
            opened.fault = "this tag is not understood"
        self._open.append(opened)

    def _add_scalar(self, event: Any) -> None:
        parent = self._open[-1] if self._open else None
        is_key = parent is not None and parent.is_mapping and not len(parent.children) % 2
        if is_key and len(self._open) == 1:
            self._begin_pair(event.start_mark.index)
        text: str = event.value
        start, end = event.start_mark.index + self._skipped, event.end_mark.index + self._skipped
        if end - start > MAX_VALUE:
            raise _ReadingEndedError(Problem(TOO_LONG, start))
        if event.anchor or event.tag or not event.implicit[0] or self._text[start:end] != text:
            scalar = self._scalar_with_more(event)
        else:
            # The names of fields are the same in every entry.
            text = _shared(text) if is_key else text
            value, fault, is_merge = _resolve_plain(text) if text[:1] in _STARTS_OF_TYPED else (text, "", False)
            details = Details(fault, merge=_precedence(is_merge)) if fault or is_merge else NO_DETAILS
            scalar = Scalar(start, end, text, value, "", details)
        # As `_add`, without the limits, which a scalar cannot exceed: most nodes are scalars.
        self._written += 1
        if parent is None:
            self.root = scalar
            return
        parent.children.append(scalar)
        parent.size += 1
        if scalar.end > parent.end:
            parent.end = scalar.end

    def _begin_pair(self, at: int) -> None:
        """Called before each key of the root."""

    def _scalar_with_more(self, event: Any) -> Scalar:
        """A scalar that is not just its text in the file: with quotes, a tag or an anchor, or of several lines."""
        text: str = event.value
        value, fault, is_merge = _resolve_scalar(event, text)
        start, end = self._content_start(event), event.end_mark.index + self._skipped
        end = max(start, end)
        style = event.style or ""
        quotes = 1 if style in _QUOTES else 0
        # Not only of the same length: a line break between two words is read as a space.
        is_verbatim = style not in _BLOCKS and self._text[start + quotes : end - quotes] == text
        source = "" if is_verbatim else self._text[start:end]
        details = Details(fault, event.anchor or "", _precedence(is_merge), source, event.tag is not None)
        scalar = Scalar(start, end, text, value, style, NO_DETAILS if details == NO_DETAILS else details)
        if event.anchor:
            self._declare(event)
            self._anchors[event.anchor] = scalar
        return scalar

    def _alias(self, event: Any) -> Alias:
        start = event.start_mark.index + self._skipped
        if event.anchor not in self._anchors:
            raise _ReadingEndedError(Problem("undefined alias", start))
        target = self._anchors[event.anchor]
        if target is None:
            raise _ReadingEndedError(Problem("alias inside its own anchor", start))
        return Alias(start, event.end_mark.index + self._skipped, event.anchor, target)

    def _declare(self, event: Any) -> None:
        if event.anchor in self._anchors:
            raise _ReadingEndedError(Problem("duplicate anchor", event.start_mark.index + self._skipped))
        self._anchors[event.anchor] = None

    def _content_start(self, event: Any) -> int:
        start: int = event.start_mark.index + self._skipped
        if event.anchor is None and event.tag is None:
            return start
        properties = _PROPERTIES.match(self._text, start, event.end_mark.index + self._skipped)
        return properties.end() if properties else start


class _PartsComposer(_Composer):
    """Gives the nodes of each pair of the root the offsets in its part of the text."""

    def __init__(self, text: str, parts: SequenceOf[tuple[int, int]]) -> None:
        super().__init__(text, 0)
        self._whole = text
        self._parts = parts

    def _begin_pair(self, at: int) -> None:
        number = len(self._open[0].children) // 2
        start, end = self._parts[number] if number < len(self._parts) else (at, at)
        if not start <= at < end or self._whole[start:at].strip():
            raise _ReadingEndedError(Problem("another part", at))
        self._text, self._skipped = self._whole[start:end], -start


def _precedence(is_merge: bool) -> Precedence | None:  # noqa: FBT001
    return MERGE_PRECEDENCE if is_merge else None


def _as_key(node: Node) -> Node:
    # The loader refuses '=' or '<<' alone as a value, but accepts it as a key.
    if isinstance(node, Scalar) and node.fault and (node.merge or node.text == "="):
        return node._replace(details=node.details._replace(fault=""))
    return node


UNREADABLE = "this value cannot be read as what it looks like"
"""The fault of a value without a tag."""
UNREADABLE_WITH_TAG = "this value cannot be read as what its tag says"
_resolver: Any = Resolver()
_STARTS_OF_TYPED = frozenset(_resolver.yaml_implicit_resolvers)
"""The first characters of plain values that can be anything but text; an empty value is null."""
_shared: Callable[[str], str] = per_text(1024)(str)
"""Returns the same object for equal texts."""
_QUOTES = ("'", '"')
_BLOCKS = ("|", ">")


def _resolve_scalar(event: Any, text: str) -> tuple[object, str, bool]:
    """Value, fault and whether it is a merge key, for one scalar event."""
    if event.tag is not None and event.tag != "!":
        return _construct(str(event.tag), text, UNREADABLE_WITH_TAG)
    if not event.implicit[0] or text[:1] not in _STARTS_OF_TYPED:
        return text, "", False
    return _resolve_plain(text)


@per_text(4096)
def _resolve_plain(text: str) -> tuple[object, str, bool]:
    """As `_resolve_scalar`, for plain text without a tag, whose value cannot be changed; files repeat many of them."""
    return _construct(_resolver.resolve(yaml.ScalarNode, text, (True, False)), text, UNREADABLE)


def _construct(tag: str, text: str, fault: str) -> tuple[object, str, bool]:
    """As `_resolve_scalar`, for a text with this tag; `fault` is that of a text that does not suit it."""
    if tag == _STRING:
        return text, "", False
    if tag == _MERGE:
        return text, fault, True
    if tag in _NUMBERS and len(text) > MAX_NUMBER:
        return text, fault, False
    # One for each value, because a constructor has state.
    constructor: Any = SafeConstructor()
    try:
        # Deep, so that a constructor that works in two steps (`!!set x`) refuses now.
        return constructor.construct_object(yaml.ScalarNode(tag, text), deep=True), "", False
    except Exception:  # noqa: BLE001
        # The loader's constructors raise any error: ValueError, IndexError, KeyError, …
        return text, fault, False


def _problem(error: yaml.YAMLError, skipped: int) -> Problem:
    if not isinstance(error, yaml.MarkedYAMLError):
        return Problem("unreadable", skipped)
    mark, context = error.problem_mark, error.context_mark
    return Problem(
        error.problem or "",
        (mark.index if mark else 0) + skipped,
        error.context or "",
        context.index + skipped if context else -1,
    )
