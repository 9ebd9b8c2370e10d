"""Which texts of a models.yaml are secret wherever they appear: its keys, and the credentials in its URLs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import cast
from weakref import WeakKeyDictionary

from aloop_models.catalog.catalog import load_catalog
from aloop_models.catalog.key_forms import LONGEST_KEY, contains_key, is_bare_key, is_placeholder
from aloop_models.catalog.redaction import SHORTEST_SECRET, Redactor, redactor_for
from aloop_models.catalog.references import refers
from aloop_models.catalog.urls import URL, secrets_of_url, urls_in
from aloop_models.core.document import Document, Entry
from aloop_models.core.entry_cache import per_entry
from aloop_models.core.lines import BREAKS, STEP, steps
from aloop_models.core.nodes import Mapping as MappingNode
from aloop_models.core.nodes import Node, Scalar, Sequence, resolve
from aloop_models.core.references import LISTS_OF_REFERENCES
from aloop_models.core.schema import FieldSpec, Schema

_NO_KEYS = frozenset(
    {
        *("anything", "whatever", "required", "optional", "password", "something", "nothing", "disabled", "localhost"),
        *("not-needed", "not_needed", "notneeded", "not-required", "not-used", "no-key-needed", "no-key-required"),
        *("lm-studio", "lm_studio", "llama.cpp", "llamacpp", "llama-cpp", "text-generation", "openai-key", "unlimited"),
        *("test-key", "local-key", "fake-key", "dummy-key", "secret-key", "undefined", "application/json"),
    }
)
"""Common values for servers that accept any key. They are ordinary words and are not masked elsewhere."""

_AUTHORIZATION = re.compile(r"(?:bearer|basic|token|apikey)\s+(\S+)", re.IGNORECASE)
_SECRET_HEADER = re.compile(r"auth|key|token|secret|cookie|passw|credential|signature", re.IGNORECASE)
_HAS_DIGIT_AND_LETTER = re.compile(r"(?=[^\d]*\d)(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9+/=_.-]{16,}")
_LONG_RUN = re.compile(r"[A-Za-z0-9]{12,}")
_WORDS = re.compile(r"[a-z_-]+")
_COMMENTED = re.compile(f"#[^{BREAKS}]*")

_redactors: WeakKeyDictionary[Document, Redactor] = WeakKeyDictionary()


def redactor_of(document: Document, schema: Schema) -> Redactor:
    """The redactor of one version of a models.yaml, computed once per version."""
    redactor = _redactors.get(document)
    if redactor is None:
        redactor = _redactors[document] = redactor_for(frozenset(_secrets_of_document(document, schema)))
    return redactor


def secrets_of_fields(fields: Mapping[str, object], schema: Schema) -> frozenset[str]:
    """The texts in an entry's fields that are masked wherever they appear."""
    return frozenset(text for name, value in fields.items() for text in _secrets_of_value(name, value, schema))


def secrets_of_id(model_id: str) -> frozenset[str]:
    """The parts of an API key with slashes in place of a model ID, which are read as its provider and its model."""
    if not is_bare_key(model_id) or contains_key(model_id):
        return frozenset()
    return frozenset(part for part in model_id.split("/") if not is_ordinary(part) and not _WORDS.fullmatch(part))


def hides_value(spec: FieldSpec | None, value: object) -> bool:
    """Whether the value of a field is always masked; `spec` is None for an unknown field.

    A string in a field for numbers or booleans can be a key on the wrong line.
    """
    if spec is None or spec.secret or not isinstance(value, str | int | float | bool):
        return value is not None
    return isinstance(value, str) and "string" not in spec.types


def is_ordinary(text: str) -> bool:
    """Whether the value of a secret field is too short or too common to be masked elsewhere."""
    text = text.strip()
    if len(text) < SHORTEST_SECRET or text.casefold() in _NO_KEYS or is_placeholder(text) or refers(text):
        return True
    catalog = load_catalog()
    return text.casefold() in catalog.providers or catalog.model(text) is not None


def may_be_key(word: str) -> bool:
    """Whether a word can be a key in a place of unknown meaning, such as an unknown field."""
    if is_bare_key(word):
        return True
    if len(word) > LONGEST_KEY or not _HAS_DIGIT_AND_LETTER.fullmatch(word) or is_ordinary(word):
        return False
    return any(not run.isalpha() and len(set(run)) >= 8 for run in _LONG_RUN.findall(word))


@lru_cache(maxsize=4)
def secret_name(schema: Schema) -> re.Pattern[str]:
    """Return the pattern for `name: value` of a secret field in a comment or a broken file; group 1 is the value."""
    names = "|".join(name for name, spec in schema.fields.items() if spec.secret)
    return re.compile(rf"\b(?:{names})[\"']?[ \t]*[:=][ \t]*(\S[^{BREAKS}]*)", re.IGNORECASE)


def _secrets_of_document(document: Document, schema: Schema) -> Iterator[str]:
    for placed in document.entries:
        yield from secrets_of_id(placed.model_id)
        yield from _secrets_of_entry(placed.entry, schema)
    for section in document.sections:
        if section.value is None or (section.name == "models" and isinstance(resolve(section.value), MappingNode)):
            continue
        for text in _scalar_texts(section.value):
            if section.name == "default" or (section.name in LISTS_OF_REFERENCES and "/" in text):
                yield from secrets_of_id(text)
            else:
                yield from _possible_keys((text,))
    text = document.text
    name = secret_name(schema)
    for searched in (comment[0] for comment in _COMMENTED.finditer(text)) if document.parses else (text,):
        for part in (searched[slice(*step)] for step in steps(searched, STEP)):
            for found in name.finditer(part):
                yield from _pieces(_unquote(found[1]))
            for url in URL.finditer(part) if "://" in part else ():
                yield from _not_ordinary(secrets_of_url(url[0]))


@per_entry
def _secrets_of_entry(entry: Entry, schema: Schema) -> tuple[str, ...]:
    # This includes fields that a later field of the same name overrides.
    if not entry.fields:
        return tuple(_possible_keys(_scalar_texts(entry.value)))
    return tuple(text for field in entry.fields for text in _secrets_of_value(field.name, field.data, schema))


def _secrets_of_value(name: str, value: object, schema: Schema) -> Iterator[str]:
    spec = schema.fields.get(name)
    if spec is None:
        yield from _possible_keys(_texts(value))
    elif spec.secret and isinstance(value, Mapping):
        for key, item in cast("Mapping[object, object]", value).items():
            texts = _texts(item)
            yield from _not_ordinary(_pieces_of(texts)) if _SECRET_HEADER.search(str(key)) else _possible_keys(texts)
    elif spec.secret:
        yield from _pieces_of(_texts(value))
    if isinstance(value, str) and "://" in value:
        for _, url in urls_in(value):
            yield from _not_ordinary(secrets_of_url(url))


def _pieces_of(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from _pieces(text)


def _pieces(text: str) -> Iterator[str]:
    """A secret and the parts of it that are secrets: the text after `Bearer`, the words of a longer text."""
    text = text.strip()
    if is_ordinary(text):
        return
    yield text
    if found := _AUTHORIZATION.fullmatch(text):
        yield found[1]
    elif len(text.split(maxsplit=1)) > 1:
        yield from (part for part in re.split(r"[\s\"',{}]+", text) if may_be_key(part))


def _not_ordinary(texts: Iterable[str]) -> Iterator[str]:
    return (text for text in texts if not is_ordinary(text))


def _possible_keys(texts: Iterable[str]) -> Iterator[str]:
    """The words in any texts that can be keys."""
    for text in texts:
        for part in text.split():
            if may_be_key(part):
                yield part


def _unquote(text: str) -> str:
    """A value in text that is not parsed as YAML, without its quotes and the text after it."""
    text = text.strip()
    if text[:1] in ("'", '"'):
        return text[1:].partition(text[0])[0]
    return re.split(r"\s#|[,}\]]\s*$|,\s", text, maxsplit=1)[0].strip("'\" ,}]")


def _texts(value: object) -> Iterator[str]:
    """All strings and numbers in a YAML value; values that aliases share are visited once."""
    waiting: list[object] = [value]
    seen: set[int] = set()
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, int | float) and not isinstance(item, bool):
            yield str(item)
        elif isinstance(item, Mapping | list | tuple | set) and id(cast("object", item)) not in seen:
            seen.add(id(cast("object", item)))
            waiting += cast("Iterable[object]", item)
            if isinstance(item, Mapping):
                waiting += cast("Mapping[object, object]", item).values()


def _scalar_texts(node: Node) -> Iterator[str]:
    """The texts of a tree; each node is visited once."""
    waiting, seen = [node], set[int]()
    while waiting:
        item = waiting.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        if isinstance(item, Scalar):
            yield item.text
        elif isinstance(item, Sequence):
            waiting += item.items
        elif isinstance(item, MappingNode):
            waiting += (part for pair in item.pairs for part in pair)
