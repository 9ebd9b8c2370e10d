"""Parse the words of a command line, in a shell or after `/model`, into the argument object of a command.

Messages never quote a word that may be a key: the text after `=`, or an unexpected word.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from aloop_models.catalog import looks_like_key, nearest, provider_of
from aloop_models.catalog.redaction import redact
from aloop_models.commands.definition import PLACES, Command, json_name
from aloop_models.commands.field_values import value_from_text
from aloop_models.commands.lookup import match, match_part
from aloop_models.commands.views import JsonObject
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.schema import Schema
from aloop_models.errors import InvalidArgumentsError, RefusedError, change_texts
from aloop_models.features.checks.fields_of_other_tools import FIELDS
from aloop_models.snapshot import Snapshot

# Field names have this form; keys that contain `=` almost never do.
_FIELD_NAME = lazy_re(r"[a-z_][a-z0-9_]{0,39}")

_LONG_PART = 5
"""Minimum number of letters of a part of an option that is enough to mean it."""


def words_taken(command: Command[Any]) -> tuple[bool, bool, bool]:
    """Return whether a command takes a model, a provider or a model (`key`), and `field=value` words."""
    names = {item.name for item in dataclasses.fields(command.parameters)}
    whose_key = "provider" in names
    return "model_id" in names and not whose_key, whose_key, "fields" in names


def takes_rule(command: Command[Any]) -> bool:
    """Return whether a command takes the ID of a rule, which is optional."""
    return kind_of(command, "rule_id") == "rule"


def takes_source(command: Command[Any]) -> bool:
    """Return whether a command takes the path of a file to read, which is optional."""
    return kind_of(command, "source") == "source"


def options_of(command: Command[Any]) -> Mapping[str, dataclasses.Field[Any]]:
    """Return the command's other parameters by option name: `--force`, `--make-default`, `--session`."""
    items = (item for item in dataclasses.fields(command.parameters) if not _is_positional(item.name))
    return {f"--{item.name.replace('_', '-')}": item for item in items}


def metavar_of(option: dataclasses.Field[Any]) -> str:
    """Return the word for an option's value in a usage."""
    return "|".join(PLACES) if option.metadata["kind"] == "place" else "ID"


def copies_entry(command: Command[Any]) -> bool:
    """Return whether a command copies an entry of one file to another one."""
    return kind_of(command, "to") == "place"


def place_to_copy_to(verbs: Iterable[Command[Any]], words: Sequence[str]) -> str | None:
    """Return the place that an incomplete line names if it copies an entry: `project` for `copy --to project`."""
    command = next((command for command in verbs if words and command.verb == words[0]), None)
    if command is None or not copies_entry(command):
        return None
    named = {*pairwise(words), *(tuple(word.split("=", 1)) for word in words)}
    return next((place for place in PLACES if ("--to", place) in named), None)


def kind_of(command: Command[Any], name: str = "model_id") -> str | None:
    """Return what the value of a parameter names; None if the command does not have the parameter."""
    items = (item for item in dataclasses.fields(command.parameters) if item.name == name)
    return next((item.metadata["kind"] for item in items), None)


def is_required(command: Command[Any], name: str) -> bool:
    """Return whether the command has this parameter and requires it."""
    items = (item for item in dataclasses.fields(command.parameters) if item.name == name)
    return any(item.default is dataclasses.MISSING for item in items)


def usage_of(command: Command[Any]) -> str:
    """Return the usage after the command's name: `MODEL [FIELD=VALUE]…`."""
    model, whose_key, fields = words_taken(command)
    parts = ["MODEL"] * model + ["PROVIDER|MODEL"] * whose_key + ["[FIELD=VALUE]…"] * fields
    parts += ["[RULE]"] * takes_rule(command) + ["[FILE]"] * takes_source(command)
    for option, item in options_of(command).items():
        parts.append(f"[{option}]" if item.type == "bool" else f"[{option} {metavar_of(item)}]")
    return " ".join(parts)


def near_options(name: str, options: Iterable[str]) -> tuple[str, ...]:
    """Return the options that an unknown one probably means, nearest first; those that it abbreviates otherwise."""
    known = [option for option in options if option.startswith("--")]
    starts = tuple(option for option in known if option.startswith(name))
    # `--defualt` for `--make-default`.
    parts = {part: option for option in known for part in option.split("-") if len(part) >= _LONG_PART}
    part = nearest(name.lstrip("-"), parts, 1) if len(name.lstrip("-")) >= _LONG_PART else ()
    return nearest(name, known, 2) or starts[:2] or tuple(parts[word] for word in part)


def unknown_option(name: str, near: Sequence[str], options: Iterable[str]) -> str:
    """Return the message about an unknown option, which it only quotes if it is like a known one: it may be a key."""
    if near:
        return f"Unknown option '{redact(name)}'. Did you mean {' or '.join(near)}?"
    return f"Unknown option. Use {', '.join(option for option in options if option.startswith('--'))}."


def field_as_option(name: str, schema: Schema) -> str:
    """Return the message about an option with the name of a field, such as `--timeout`; empty for other options."""
    field = name.lstrip("-").replace("-", "_")
    field = FIELDS.get(field, field)
    return f"Write a field without dashes: {field}=VALUE" if field in schema.fields else ""


def argument_from(command: Command[Any], words: Sequence[str], schema: Schema) -> JsonObject:
    """Return the command's argument object; models and owners of keys are as typed (see `resolved`).

    A display name of several words needs no quotes if nothing else can follow it.

    Raises:
        InvalidArgumentsError: an unknown option, or too many arguments.
        RefusedError: `invalidFields` for words that are not field=value.
    """
    words, argument = _without_options(command, words, schema)
    model, whose_key, fields = words_taken(command)
    if fields:
        words, rest = split_model(command, words)
        given = fields_from(rest, schema)
        if given or is_required(command, "fields"):
            argument["fields"] = given
    elif model:
        words = [" ".join(words)] if words else []
    names = {"modelId": model, "who": whose_key, "ruleId": takes_rule(command), "source": takes_source(command)}
    name = next((name for name, is_taken in names.items() if is_taken), None)
    if len(words) > (name is not None):
        raise _usage_error(command, "Too many arguments.")
    if words and name:
        argument[name] = words[0]
    return argument


def split_model(command: Command[Any], words: Sequence[str]) -> tuple[list[str], Sequence[str]]:
    """Return the model as a list of one word, or none, and the words of the fields.

    For a new model, several words are what to search for: `claude son`.
    """
    count = 1
    if kind_of(command) == "newModel" and words and "/" not in words[0] and not any(map(looks_like_key, words)):
        count = next((at for at, word in enumerate(words) if at and "=" in word), len(words))
    return [" ".join(words[:count])] if words else [], words[count:]


def fields_from(words: Iterable[str], schema: Schema) -> dict[str, object]:
    """Return the fields of `field=value` words, with the types of the schema; None for `field=`, which removes one.

    Raises:
        RefusedError: `invalidFields` for a word without `=` or without a field name before it, or a duplicate field.
    """
    fields: dict[str, object] = {}
    for position, word in enumerate(words, start=1):
        name, sign, text = word.partition("=")
        if not sign or not (name in schema.fields or _FIELD_NAME.fullmatch(name)):
            message = f"Argument {position} after the model is not FIELD=VALUE. Example: timeout=300 name='My model'"
            raise RefusedError("invalidFields", message)
        if name in fields:
            raise RefusedError("invalidFields", f"Duplicate field '{redact(name)}'. Set each field only once.")
        fields[name] = value_from_text(schema.fields.get(name), text) if text else None
    return fields


def names_typed(snapshot: Snapshot, command: Command[Any], argument: Mapping[str, object]) -> Mapping[str, str]:
    """What `resolved` would have to find, by its key in the argument object: no whole ID, and no provider."""
    document = snapshot.document
    keys = [json_name(item.name) for item in dataclasses.fields(command.parameters) if item.metadata["kind"] == "model"]
    typed = {key: name for key in keys if isinstance(name := argument.get(key), str) and name not in document.by_id}
    who = argument.get("who")
    if isinstance(who, str) and who not in document.by_id and not _is_provider(snapshot, who):
        return {**typed, "who": who}
    return typed


def resolved(snapshot: Snapshot, command: Command[Any], argument: Mapping[str, object]) -> JsonObject:
    """Return the argument object with the model's full ID, or with the provider or model whose key is set.

    A unique part of a model's name is enough, except where its entry changes (`confirms_part`), or if it is about keys.

    Raises:
        RefusedError: as `lookup.match`.
    """
    result = dict(argument)
    who = result.pop("who", None)
    with change_texts(snapshot.redactor.mask):
        if isinstance(who, str):
            result |= _owner_of_key(snapshot, who)
        for item in dataclasses.fields(command.parameters):
            name = json_name(item.name)
            if item.metadata["kind"] == "model" and isinstance(model := result.get(name), str):
                takes_parts = item.name == "model_id" and not command.confirms_part
                result[name] = match(snapshot, model, takes_parts=takes_parts).model_id
    return result


def part_to_confirm(snapshot: Snapshot, command: Command[Any], argument: Mapping[str, object]) -> str | None:
    """Return the ID of the model that a part of a name means, if a person must confirm it for this command."""
    typed = argument.get("modelId")
    if not command.confirms_part or not isinstance(typed, str):
        return None
    placed = match_part(snapshot, typed)
    return placed.model_id if placed else None


def _without_options(command: Command[Any], words: Sequence[str], schema: Schema) -> tuple[list[str], JsonObject]:
    options, argument, rest = options_of(command), JsonObject(), list[str]()
    left = iter(words)
    for word in left:
        if not word.startswith("--"):
            rest.append(word)
            continue
        name, sign, value = word.partition("=")
        item = options.get(name)
        if item is None or (item.type == "bool" and sign):
            if near := near_options(name, options):
                raise InvalidArgumentsError("invalidArguments", unknown_option(name, near, options), near)
            if words_taken(command)[2] and (message := field_as_option(name, schema)):
                raise InvalidArgumentsError("invalidArguments", message)
            raise _usage_error(command, "Unknown option.")
        if item.type != "bool":
            value = value if sign else next(left, "")
            if not value:
                raise InvalidArgumentsError("invalidArguments", f"Option {name} requires a value.")
        argument[json_name(item.name)] = True if item.type == "bool" else value
    return rest, argument


def _usage_error(command: Command[Any], problem: str) -> InvalidArgumentsError:
    message = f"{problem} Usage: {command.verb} {usage_of(command)}".rstrip()
    if words_taken(command)[1]:
        message += ". Enter the key at the prompt, so that it is not in the history."
    return InvalidArgumentsError("invalidArguments", message)


def _owner_of_key(snapshot: Snapshot, who: str) -> JsonObject:
    if _is_provider(snapshot, who):
        return {"provider": who}
    try:
        return {"modelId": match(snapshot, who).model_id}
    except RefusedError as refusal:
        if _is_provider(snapshot, who.casefold()):
            return {"provider": who.casefold()}
        if refusal.reason != "modelNotFound" or refusal.suggestions:
            raise
    near = nearest(who, snapshot.facts.catalog.providers)
    advice = f"Did you mean {' or '.join(near)}?" if near else "Name one, then enter the key at the prompt."
    # In a command about keys, an unknown word is most likely the key, so the message does not quote it.
    raise RefusedError("modelNotFound", f"Not a provider or model of models.yaml. {advice}", near)


def _is_provider(snapshot: Snapshot, who: str) -> bool:
    """Whether this is a provider of the file's models, or one that LiteLLM knows."""
    if who in {provider_of(model_id) for model_id in snapshot.document.by_id}:
        return True
    return "/" not in who and who in snapshot.facts.catalog.providers


def _is_positional(name: str) -> bool:
    return name in ("model_id", "provider", "api_key", "fields", "rule_id", "source", "text")
