"""Words that a person types, at a shell or after `/model`, as the argument object of a command.

No message quotes a word that may be a key: what follows `=`, and a word that is not expected.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aloop_models.catalog import provider_of
from aloop_models.catalog.redaction import redact
from aloop_models.commands.definition import Command, json_name
from aloop_models.commands.field_values import value_from_text
from aloop_models.commands.lookup import match
from aloop_models.commands.views import JsonObject
from aloop_models.core.schema import Schema
from aloop_models.errors import InvalidArgumentsError, RefusedError, change_texts
from aloop_models.snapshot import Snapshot

# Names of fields look like this; a key that holds a `=` hardly ever does.
_FIELD_NAME = re.compile(r"[a-z_][a-z0-9_]{0,39}")


def words_taken(command: Command[Any]) -> tuple[bool, bool, bool]:
    """Whether a command takes a model, a provider or a model (`key`), and `field=value` words."""
    names = {item.name for item in dataclasses.fields(command.parameters)}
    whose_key = "provider" in names
    return "model_id" in names and not whose_key, whose_key, "fields" in names


def options_of(command: Command[Any]) -> Mapping[str, dataclasses.Field[Any]]:
    """The command's other parameters by their option: `--force`, `--make-default`, `--session`."""
    items = (item for item in dataclasses.fields(command.parameters) if not _is_positional(item.name))
    return {f"--{item.name.replace('_', '-')}": item for item in items}


def kind_of(command: Command[Any], name: str = "model_id") -> str | None:
    """What the value of a parameter names; None for one that the command does not have."""
    items = (item for item in dataclasses.fields(command.parameters) if item.name == name)
    return next((item.metadata["kind"] for item in items), None)


def is_required(command: Command[Any], name: str) -> bool:
    """Whether the command has a parameter that cannot be left out."""
    items = (item for item in dataclasses.fields(command.parameters) if item.name == name)
    return any(item.default is dataclasses.MISSING for item in items)


def usage_of(command: Command[Any]) -> str:
    """The words after the command's name: `MODEL [FIELD=VALUE]…`."""
    model, whose_key, fields = words_taken(command)
    parts = ["MODEL"] * model + ["PROVIDER|MODEL"] * whose_key + ["[FIELD=VALUE]…"] * fields
    for option, item in options_of(command).items():
        parts.append(f"[{option}]" if item.type == "bool" else f"[{option} ID]")
    return " ".join(parts)


def argument_from(command: Command[Any], words: Sequence[str], schema: Schema) -> JsonObject:
    """The command's argument object; a model is as it was typed (see `resolved`), and so is the owner of a key.

    A model that is left out is left out of the object too. A display name of several words needs no quotes where
    nothing else can follow.

    Raises:
        InvalidArgumentsError: an unknown option, or words that the command does not take.
        RefusedError: `invalidFields` for words that are not field=value.
    """
    words, argument = _without_options(command, words)
    model, whose_key, fields = words_taken(command)
    if fields:
        given = fields_from(words[1:], schema)
        if given or is_required(command, "fields"):
            argument["fields"] = given
        words = words[:1]
    elif model:
        words = [" ".join(words)] if words else []
    if len(words) > (model or whose_key):
        raise _too_many(command)
    if words:
        argument["modelId" if model else "who"] = words[0]
    return argument


def fields_from(words: Iterable[str], schema: Schema) -> dict[str, object]:
    """The fields that `field=value` words give: typed as the schema says, None for `field=`, which removes one.

    Raises:
        RefusedError: `invalidFields` for a word without `=`, no field's name before it, or a field given twice.
    """
    fields: dict[str, object] = {}
    for position, word in enumerate(words, start=1):
        name, sign, text = word.partition("=")
        if not sign or not (name in schema.fields or _FIELD_NAME.fullmatch(name)):
            message = f"Word {position} after the model is not field=value, such as timeout=300 or name='My model'."
            raise RefusedError("invalidFields", message)
        if name in fields:
            raise RefusedError("invalidFields", f"'{redact(name)}' is given twice. Give each field once.")
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
    """The argument object with the model's whole id, or with the provider or model whose key is meant.

    Raises:
        RefusedError: as `lookup.match`.
    """
    result = dict(argument)
    who = result.pop("who", None)
    with change_texts(snapshot.redactor.mask):
        if isinstance(who, str):
            return {**result, **_owner_of_key(snapshot, who)}
        for item in dataclasses.fields(command.parameters):
            name = json_name(item.name)
            if item.metadata["kind"] == "model" and isinstance(model := result.get(name), str):
                result[name] = match(snapshot, model).model_id
    return result


def _without_options(command: Command[Any], words: Sequence[str]) -> tuple[list[str], JsonObject]:
    options, argument, rest = options_of(command), JsonObject(), list[str]()
    left = iter(words)
    for word in left:
        if not word.startswith("--"):
            rest.append(word)
            continue
        name, sign, value = word.partition("=")
        item = options.get(name)
        if item is None or (item.type == "bool" and sign):
            known = f" It takes {', '.join(options)}." if options else ""
            raise InvalidArgumentsError("invalidArguments", f"'{command.verb}' does not know this option.{known}")
        if item.type != "bool":
            value = value if sign else next(left, "")
            if not value:
                raise InvalidArgumentsError("invalidArguments", f"{name} needs a value behind it.")
        argument[json_name(item.name)] = True if item.type == "bool" else value
    return rest, argument


def _too_many(command: Command[Any]) -> InvalidArgumentsError:
    takes = usage_of(command)
    message = f"'{command.verb}' takes {takes}." if takes else f"'{command.verb}' takes nothing more."
    if words_taken(command)[1]:
        message += " The key itself is asked for, so that it stands in no history."
    return InvalidArgumentsError("invalidArguments", message)


def _owner_of_key(snapshot: Snapshot, who: str) -> JsonObject:
    if _is_provider(snapshot, who):
        return {"provider": who}
    try:
        return {"modelId": match(snapshot, who).model_id}
    except RefusedError as refusal:
        if refusal.reason != "modelNotFound" or refusal.suggestions:
            raise
    # Where a key is spoken of, what is no name is most likely the key, so it is not quoted.
    message = "That is neither a provider nor a model of models.yaml. Name one; the key itself is asked for."
    raise RefusedError("modelNotFound", message)


def _is_provider(snapshot: Snapshot, who: str) -> bool:
    """Whether this is a provider of the file's models, or one that LiteLLM knows."""
    if who in {provider_of(model_id) for model_id in snapshot.document.by_id}:
        return True
    return "/" not in who and who in snapshot.facts.catalog.providers


def _is_positional(name: str) -> bool:
    return name in ("model_id", "provider", "api_key", "fields")
