"""Completion of the root keys, field names, field values and `default`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from itertools import islice

from aloop_models.catalog import nearest, provider_of, split_id
from aloop_models.catalog import provider_table as table
from aloop_models.core.document import PlacedEntry
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.references import fallbacks_of, roles_of
from aloop_models.core.schema import FieldSpec, Group
from aloop_models.core.text import Edit
from aloop_models.features.checks.endpoint_path import url_suits
from aloop_models.features.completion_item import MOST_ITEMS, Completion, Kind
from aloop_models.features.completion_models import Request
from aloop_models.features.completion_text import base_of, choice, key_edit, rename_edit, value_edit, word_edit
from aloop_models.features.destinations import server_of
from aloop_models.features.formatting import display_name, format_duration, format_facts, format_lifecycle, join_parts
from aloop_models.features.key_owners import key_owners
from aloop_models.features.match import match_names
from aloop_models.features.model_card import NO_DEFAULT, ROOT_KEYS, field_card, model_card, value_text
from aloop_models.features.model_search import bare_name
from aloop_models.features.readiness import brief_reason, retiring_model, why_not_ready

_MOST_KEYS = 5
"""Maximum number of API keys of other entries to offer."""

_GROUPS = tuple(Group)
_DATE = lazy_re(r"[-_@]?(?:20\d{2}-?\d{2}-?\d{2}|\d{2}-20\d{2}|latest)$")
_REVISION = lazy_re(r"-v\d+:\d+$|@default$")
_WORDS = {"deepseek": "DeepSeek", "glm": "GLM", "oss": "OSS"}
_VERSION = lazy_re(r"(?<=\d) (?=\d{1,2}\b)")


def root_keys(request: Request) -> list[Completion]:
    """The names of sections that are absent."""
    cursor = request.cursor
    offered = [name for name in ROOT_KEYS if name not in cursor.present]
    items: list[Completion] = []
    for _, name in match_names(cursor.typed, ((name, name) for name in offered)):
        below = f"{request.line_break}  {'- ' if name == 'fallbacks' else ''}"
        after = " " if name == "default" or cursor.flow else below
        edit = rename_edit(cursor, name) if cursor.has_colon else key_edit(cursor, name, after)
        items.append(
            Completion(
                label=name,
                kind=Kind.FIELD,
                edit=edit,
                describe=partial(str, ROOT_KEYS[name]),
                retrigger=not cursor.has_colon,
            )
        )
    return items


def field_names(request: Request) -> list[Completion]:
    """Absent fields that the provider takes: core fields, then connection and request fields."""
    cursor = request.cursor
    provider = provider_of(cursor.model_id)
    facts = request.catalog.providers.get(provider)
    required = {field.name for field in facts.credentials if field.required} if facts else set[str]()
    present = cursor.present - {cursor.word}
    offered = sorted(
        (
            spec
            for spec in request.snapshot.facts.schema.fields.values()
            if spec.name not in present and spec.suits(provider)
        ),
        key=lambda spec: (_GROUPS.index(spec.group), spec.group is Group.CONNECTION and spec.name not in required),
    )
    items: list[Completion] = []
    for _, spec in match_names(cursor.typed, ((spec.name, spec) for spec in offered)):
        edit, is_snippet = _field_edit(request, spec)
        items.append(
            Completion(
                label=spec.name,
                kind=Kind.FIELD,
                edit=edit,
                is_snippet=is_snippet,
                detail="required" if spec.name in required else _detail(spec),
                describe=partial(field_card, spec, facts),
                retrigger=not is_snippet and not cursor.has_colon and bool(_values(request, spec)),
            )
        )
    return items


def field_values(request: Request) -> list[Completion]:
    """Values of the field at the cursor, the default first; for `api_key`, an item that asks for the key."""
    cursor = request.cursor
    spec = request.snapshot.facts.schema.fields.get(cursor.field)
    if spec is None:
        return []
    if spec.name == "api_key":
        return _key_prompt(request)
    items: list[Completion] = []
    named = [(value_text(value), value) for value in _values(request, spec)]
    # There are few values. Those that do not match the current word follow those that do.
    fitting = [value for _, value in match_names(cursor.typed, named)]
    for value in (*fitting, *(value for _, value in named if value not in fitting and not cursor.typed)):
        edit = value_edit(cursor, value)
        if edit is None:
            continue
        items.append(
            Completion(
                label=value_text(value),
                kind=Kind.VALUE,
                edit=edit,
                detail=_value_detail(spec, value),
                preselect=value == spec.default and type(value) is type(spec.default),
            )
        )
    return items


def _key_prompt(request: Request) -> list[Completion]:
    """Items for the keys of other entries, by their names, and one that asks for a key.

    None once something is typed, because items must not repeat part of a key.
    """
    cursor, snapshot = request.cursor, request.snapshot
    is_askable = request.asks_for_key and not cursor.quote
    if not is_askable or cursor.word or snapshot.redactor.hides(cursor.model_id):
        return []
    placed = snapshot.document.by_id.get(cursor.model_id)
    server = server_of(placed, snapshot.facts) if placed else None
    owners = islice(key_owners(snapshot, cursor.model_id, server), _MOST_KEYS)
    prompt = Completion(
        label="Set API Key…",
        kind=Kind.VALUE,
        edit=word_edit(cursor, ""),
        detail="hidden input",
        key_of=cursor.model_id,
    )
    shared = [
        prompt._replace(
            label=snapshot.redactor.redact(f"Use the key of {display_name(owner.entry)}"),
            detail=owner.model_id,
            key_from=owner.model_id,
        )
        for owner in owners
    ]
    return [*shared, prompt]


def role_names(request: Request) -> list[Completion]:
    """The names of the schema's example that the file does not have; any other name is possible."""
    cursor = request.cursor
    present = roles_of(request.snapshot.document).keys() - {cursor.word}
    offered = [name for name in request.snapshot.facts.schema.role_names if name not in present | cursor.present]
    return [
        Completion(
            label=name,
            kind=Kind.FIELD,
            edit=rename_edit(cursor, name) if cursor.has_colon else key_edit(cursor, name, " "),
            detail=f"@{name}",
            retrigger=not cursor.has_colon,
        )
        for _, name in match_names(cursor.typed, ((name, name) for name in offered))
    ]


def references(request: Request) -> tuple[list[Completion], bool]:
    """The configured models, as for `default`; without the other fallbacks in a list of fallbacks."""
    found, more = _entries(request)
    cursor, items = request.cursor, found
    if not cursor.field:
        others = frozenset(fallbacks_of(request.snapshot.document)) - {cursor.word}
        items = [item for item in found if item.label not in others]
    return items, more


def default_values(request: Request) -> tuple[list[Completion], bool]:
    """The configured models, ready ones first and those that retire soon after the others, and `null`."""
    items, more = _entries(request)
    cursor = request.cursor
    edit = value_edit(cursor, None)
    if edit and "null".startswith(cursor.typed.casefold()):
        items.append(
            Completion(
                label="null",
                kind=Kind.VALUE,
                edit=edit,
                detail="no default model",
                describe=partial(str, NO_DEFAULT),
            )
        )
    return items, more


def _entries(request: Request) -> tuple[list[Completion], bool]:
    """The entries that fit, ready ones first and those that retire soon after the others; whether there are more."""
    cursor, facts = request.cursor, request.snapshot.facts
    found = list(islice(_matching_entries(request, cursor.typed.casefold()), MOST_ITEMS + 1))
    few = [(placed, why_not_ready(placed.entry, facts)) for placed in found[:MOST_ITEMS]]
    few.sort(key=lambda pair: (pair[1] is not None, retiring_model(pair[0].entry, facts) is not None))
    items = [item for placed, reason in few if (item := _entry_item(request, placed, reason))]
    return items, len(found) > len(few)


def display_name_of(model_id: str) -> str:
    """A display name for a model ID: `anthropic/claude-3-5-sonnet-20241022` gives `Claude 3.5 Sonnet`."""
    model = _REVISION.sub("", bare_name(split_id(model_id)[1]))
    words = _VERSION.sub(".", re.sub(r"[-_:]+", " ", _DATE.sub("", model)).strip())
    named = " ".join(_WORDS.get(word, word[:1].upper() + word[1:]) for word in words.split())
    return re.sub(r"^Gpt ", "GPT-", named)


def _matching_entries(request: Request, word: str) -> Iterator[PlacedEntry]:
    """The entries whose ID starts with the word, then those whose ID or name contains it, else similar IDs."""
    entries = request.snapshot.document.by_id
    others: list[PlacedEntry] = []
    for model_id, placed in entries.items():
        if model_id.casefold().startswith(word):
            yield placed
        else:
            others.append(placed)
    holding = [
        placed for placed in others if word in f"{placed.model_id} {placed.entry.profile.get('name')}".casefold()
    ]
    yield from holding
    if len(others) == len(entries) and not holding:
        yield from (entries[model_id] for model_id in nearest(request.cursor.typed, entries))


def _entry_item(request: Request, placed: PlacedEntry, reason: str | None) -> Completion | None:
    facts, model_id = request.snapshot.facts, placed.model_id
    edit = value_edit(request.cursor, model_id)
    if edit is None or request.snapshot.redactor.hides(model_id):
        return None
    model, retiring = facts.catalog.model(model_id), retiring_model(placed.entry, facts)
    name = display_name(placed.entry)
    detail = join_parts(
        name if name != model_id else "",
        f"not ready: {brief_reason(reason, model_id)}" if reason else "",
        format_lifecycle(retiring, facts.today) if retiring and not reason else "",
        format_facts(model) if model else "",
    )
    return Completion(
        label=model_id,
        kind=Kind.REFERENCE,
        edit=edit,
        detail=detail,
        describe=partial(model_card, model, facts.catalog, facts.today) if model else str,
        deprecated=retiring is not None,
    )


def _field_edit(request: Request, spec: FieldSpec) -> tuple[Edit, bool]:
    cursor = request.cursor
    if cursor.has_colon:
        return rename_edit(cursor, spec.name), False
    if request.snippets:
        if spec.types == ("boolean",):
            return key_edit(cursor, spec.name, f" {choice(1, ['true', 'false'])}"), True
        if spec.enum:
            return key_edit(cursor, spec.name, f" {choice(1, [value_text(value) for value in spec.enum])}"), True
        if spec.types == ("object",):
            return key_edit(cursor, spec.name, " {$1}"), True
        if spec.types == ("array",):
            return key_edit(cursor, spec.name, " [$1]"), True
    return key_edit(cursor, spec.name, " "), False


def _values(request: Request, spec: FieldSpec) -> list[object]:
    """Values to propose, without duplicates; numbers and booleans keep their type."""
    if spec.secret:
        return []
    found: list[object] = []
    model_id = request.cursor.model_id
    if spec.name == "name":
        name = display_name_of(model_id)
        # The name of a model that is a key is a part of the key with other letters.
        return [name] if name and not any(map(request.snapshot.redactor.hides, (name, model_id))) else []
    if spec.name == "api_base":
        provider = request.catalog.providers.get(provider_of(model_id))
        base = base_of(provider) if provider else None
        if provider is None or base is None:
            # The schema's examples are the URLs of other providers.
            return []
        # Besides the provider's own URL, people use a compatible server or proxy.
        compatible = table.BASE_EXAMPLE["openai_like"]
        is_fixed = provider.local or provider.needs_base or not url_suits(provider.name, compatible)
        return [base] if is_fixed else [base, compatible]
    if spec.default is not None:
        found.append(spec.default)
    if "boolean" in spec.types:
        found += [True, False]
    found += [*spec.enum, *spec.examples]
    unique = {(type(value), value_text(value)): value for value in found if not isinstance(value, list | dict)}
    return list(unique.values())


def _value_detail(spec: FieldSpec, value: object) -> str:
    parts: list[str] = []
    if spec.name == "timeout" and isinstance(value, int | float):
        parts.append(format_duration(value))
    if spec.default is not None and value == spec.default:
        parts.append("default")
    return ", ".join(parts)


def _detail(spec: FieldSpec) -> str:
    return f"default: {value_text(spec.default)}" if spec.default is not None else ""
