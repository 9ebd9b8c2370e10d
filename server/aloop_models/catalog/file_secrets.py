"""Which texts of a models.yaml are secret wherever they appear: its keys, and the credentials in its URLs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import cast
from weakref import WeakKeyDictionary

from aloop_models.catalog.catalog import load_catalog
from aloop_models.catalog.facts import provider_of, split_id
from aloop_models.catalog.key_forms import AWS_SECRET_LENGTH, LONGEST_KEY, contains_key, is_bare_key, is_placeholder
from aloop_models.catalog.nearest import one_slip
from aloop_models.catalog.redaction import SHORTEST_SECRET, Redactor, redactor_for
from aloop_models.catalog.references import refers
from aloop_models.catalog.urls import URL, secrets_of_url, urls_in
from aloop_models.core.document import Document, Entry
from aloop_models.core.entry_cache import per_entry
from aloop_models.core.lazy_re import lazy_re
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
        "environment",
    }
)
"""Common values for servers that accept any key. They are ordinary words and are not masked elsewhere."""

_WRAPPED = lazy_re(
    r"(?:export\s+)?(?:[\w-]+\s*[=:](?!//)\s*)?[\"'`]*(?:(?:bearer|basic|token|apikey)[\s:]+[\"'`]*)?([^\s\"'`]+)",
    re.IGNORECASE,
)
"""A key with what is often copied with it: a variable or a header, `Bearer`, quotes; group 1 is the key."""
_SECRET_HEADER = lazy_re(r"auth|key|token|secret|cookie|passw|credential|signature", re.IGNORECASE)
_SECRET_NAME = lazy_re(r"(?:keys?|token|secrets?|passw(?:or)?d|credentials?|authorization)$", re.IGNORECASE)
"""The names that other tools and environment variables have for a secret: `apiKey`, `OPENAI_API_KEY`."""
_HAS_DIGIT_AND_LETTER = lazy_re(r"(?=[^\d]*\d)(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9+/=_.-]{16,}")
_ONE_WORD = lazy_re(r"[\w.-]+")
_LONG_WORD = lazy_re(r"[\w.-]{16,}")
_LONG_RUN = lazy_re(r"[A-Za-z0-9]{12,}")
_WORDS = lazy_re(r"[a-z_-]+")
_COMMENTED = lazy_re(f"#[^{BREAKS}]*")

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
    """The parts of an API key with slashes in place of a model ID or of its model, which are read as names."""
    model = split_id(model_id)[1]
    keys = (model_id, model) if "/" in model and len(model) == AWS_SECRET_LENGTH else (model_id,)
    key = next((key for key in keys if is_bare_key(key) and not contains_key(key)), "")
    return frozenset(part for part in key.split("/") if not is_ordinary(part) and not _WORDS.fullmatch(part))


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
    return re.compile(rf"(?:\b(?:{names})|api[_-]?key)[\"']?[ \t]*[:=][ \t]*(\S[^{BREAKS}]*)", re.IGNORECASE)


def _secrets_of_document(document: Document, schema: Schema) -> Iterator[str]:
    for placed in document.entries:
        yield from secrets_of_id(placed.model_id)
        yield from _secrets_of_entry(placed.entry, schema)
    for section in document.sections:
        if section.value is None or (section.name == "models" and isinstance(resolve(section.value), MappingNode)):
            continue
        for text, is_secret in _scalar_texts(section.value, schema, is_secret=_is_secret_name(section.name, schema)):
            if section.name == "default" or (section.name in LISTS_OF_REFERENCES and "/" in text):
                yield from secrets_of_id(text)
            else:
                yield from _secrets_of_text(text, schema, is_secret=is_secret)
    text = document.text
    for searched in (comment[0] for comment in _COMMENTED.finditer(text)) if document.parses else (text,):
        for part in (searched[slice(*step)] for step in steps(searched, STEP)):
            yield from _named_secrets(part, schema)
            for url in URL.finditer(part) if "://" in part else ():
                yield from _not_ordinary(secrets_of_url(url[0]))


@per_entry
def _secrets_of_entry(entry: Entry, schema: Schema) -> tuple[str, ...]:
    # This includes fields that a later field of the same name overrides.
    if not entry.fields:
        return tuple(
            secret
            for text, is_secret in _scalar_texts(entry.value, schema)
            for secret in _secrets_of_text(text, schema, is_secret=is_secret or _is_misplaced_key(entry.model_id, text))
        )
    return tuple(text for field in entry.fields for text in _secrets_of_value(field.name, field.data, schema))


def _is_misplaced_key(model_id: str, text: str) -> bool:
    """Whether a value in place of the fields of an entry is more likely a key than a remark or the name of a model."""
    if not _LONG_WORD.fullmatch(text):
        return False
    provider, catalog = provider_of(model_id), load_catalog()
    known = catalog.providers.get(provider)
    return text.isalnum() or (known is not None and known.lists_models and catalog.model(f"{provider}/{text}") is None)


def _secrets_of_value(name: str, value: object, schema: Schema) -> Iterator[str]:
    spec = schema.fields.get(name)
    parts = [(value, _is_secret_name(name, schema))]
    if spec is not None and spec.secret and "object" in spec.types and isinstance(value, Mapping):
        headers = cast("Mapping[object, object]", value).items()
        parts = [(item, _SECRET_HEADER.search(str(header)) is not None) for header, item in headers]
    elif spec is not None and not spec.secret and isinstance(value, str):
        yield from _secrets_of_urls(value)
        return
    for part, is_secret in parts:
        for text, is_secret_text in _texts(part, schema, is_secret=is_secret):
            yield from _secrets_of_text(text, schema, is_secret=is_secret_text)


def _secrets_of_text(text: str, schema: Schema, *, is_secret: bool) -> Iterator[str]:
    """The secrets in a text; `is_secret` says whether the text has the name of a secret."""
    if is_secret:
        yield from _pieces(text)
    else:
        yield from filter(may_be_key, text.split())
        yield from _named_secrets(text, schema) if ":" in text or "=" in text else ()
    yield from _secrets_of_urls(text)


def _named_secrets(text: str, schema: Schema) -> Iterator[str]:
    """The values after the name of a secret in a text that is not parsed."""
    for found in secret_name(schema).finditer(text):
        yield from _pieces(_unquote(found[1]))


def _secrets_of_urls(text: str) -> Iterator[str]:
    for _, url in urls_in(text) if "://" in text else ():
        yield from _not_ordinary(secrets_of_url(url))


@lru_cache(maxsize=4096)
def _is_secret_name(name: str, schema: Schema) -> bool:
    """Whether a field, or a name that is not a field, is that of a secret: `api_key`, `apiKey`, `api_kye`."""
    if spec := schema.fields.get(name):
        return spec.secret
    if _SECRET_NAME.search(name):
        return True
    # The comparison of the lengths is much faster.
    return any(abs(len(name) - len(known)) <= 1 and one_slip(name, known) for known in _secret_fields(schema))


@lru_cache(maxsize=4)
def _secret_fields(schema: Schema) -> tuple[str, ...]:
    """The names of the fields whose value is a secret as a whole."""
    return tuple(name for name, spec in schema.fields.items() if spec.secret and "object" not in spec.types)


def _pieces(text: str) -> Iterator[str]:
    """A secret and the parts of it that are secrets: without quotes, `Bearer`, …, or the words of a longer text."""
    text = text.strip()
    if is_ordinary(text):
        return
    yield text
    if _ONE_WORD.fullmatch(text):
        return
    found = _WRAPPED.fullmatch(text.strip("\"'`,; "))
    key = found[1] if found else text
    pieces = ["".join(each for each in key if each.isprintable() and not each.isspace())]
    if not found:
        pieces += filter(may_be_key, re.split(r"[\s\"',{}]+", text))
    yield from _not_ordinary(pieces)


def _not_ordinary(texts: Iterable[str]) -> Iterator[str]:
    return (text for text in texts if not is_ordinary(text))


def _unquote(text: str) -> str:
    """A value in text that is not parsed as YAML, without its quotes and the text after it."""
    text = text.strip()
    if text[:1] in ("'", '"'):
        return text[1:].partition(text[0])[0]
    return re.split(r"\s#|[,}\]]\s*$|,\s", text, maxsplit=1)[0].strip("'\" ,}]")


def _texts(value: object, schema: Schema, *, is_secret: bool) -> Iterator[tuple[str, bool]]:
    """All strings and numbers in a YAML value, and whether each has the name of a secret.

    Values that aliases share are visited once.
    """
    waiting: list[tuple[object, bool]] = [(value, is_secret)]
    seen: set[tuple[int, bool]] = set()
    while waiting:
        item, is_secret = waiting.pop()
        if isinstance(item, str):
            yield item, is_secret
        elif isinstance(item, int | float) and not isinstance(item, bool):
            yield str(item), is_secret
        elif isinstance(item, Mapping | list | tuple | set) and (id(cast("object", item)), is_secret) not in seen:
            seen.add((id(cast("object", item)), is_secret))
            if isinstance(item, Mapping):
                for key, inner in cast("Mapping[object, object]", item).items():
                    # An unquoted `{KEY}` is a mapping without a value.
                    waiting.append((key, is_secret and inner is None))
                    waiting.append((inner, is_secret or _is_secret_name(str(key), schema)))
            else:
                waiting += ((part, is_secret) for part in cast("Iterable[object]", item))


def _scalar_texts(node: Node, schema: Schema, *, is_secret: bool = False) -> Iterator[tuple[str, bool]]:
    """The texts of a tree, and whether each has the name of a secret; each node is visited once."""
    waiting, seen = [(node, is_secret)], set[tuple[int, bool]]()
    while waiting:
        item, is_secret = waiting.pop()
        item = resolve(item)
        if (id(item), is_secret) in seen:
            continue
        seen.add((id(item), is_secret))
        if isinstance(item, Scalar):
            yield item.text, is_secret
        elif isinstance(item, Sequence):
            waiting += ((part, is_secret) for part in item.items)
        elif isinstance(item, MappingNode):
            for key, inner in item.pairs:
                is_name = isinstance(key, Scalar) and _is_secret_name(key.text, schema)
                waiting += [(key, is_secret and _is_null(inner)), (inner, is_secret or is_name)]


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.value is None
