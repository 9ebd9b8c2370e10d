"""Words that a person types, at a shell or behind `/model`, as the argument object of a command.

No message quotes a word that may be a key: what stands behind `=`, and words in a place where none belongs.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from aloop_models.catalog import is_entry_id, is_placeholder, provider_of
from aloop_models.catalog.file_secrets import secrets_of_id
from aloop_models.catalog.provider_table import SHARES_CREDENTIALS_WITH
from aloop_models.catalog.redaction import redact, redactor_for
from aloop_models.catalog.references import refers
from aloop_models.commands.definition import Command, json_name
from aloop_models.commands.field_values import value_from_text
from aloop_models.commands.lookup import match
from aloop_models.commands.new_id import UnusualIdError, check_new_id
from aloop_models.commands.views import JsonObject
from aloop_models.core.document import Document
from aloop_models.core.schema import Schema
from aloop_models.errors import InvalidArgumentsError, RefusedError, change_texts
from aloop_models.snapshot import Snapshot

ASK = "-"
"""The value of a secret field that is asked for, so that it stands in no history and no list of processes."""

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


def usage_of(command: Command[Any]) -> str:
    """The words behind the command's name: `MODEL [FIELD=VALUE]…`."""
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
        if given or command.verb == "edit":
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
        for name in ("sameKeyAs",) if command.verb == "add" else ("modelId",):
            if isinstance(model := result.get(name), str):
                result[name] = match(snapshot, model).model_id
    return result


def id_problem(snapshot: Snapshot, command: Command[Any], argument: Mapping[str, object]) -> UnusualIdError | None:
    """Why a person has to confirm the ID before the command can run; None if there is nothing to confirm.

    The answer yes is `allowUnusualId` in the argument object.
    """
    model_id = argument.get("modelId")
    if command.verb != "add" or argument.get("allowUnusualId") or not isinstance(model_id, str):
        return None
    if not is_entry_id(model_id) or model_id in snapshot.document.by_id:
        return None
    redactor = redactor_for(snapshot.redactor.secrets | secrets_of_id(model_id))
    try:
        with change_texts(redactor.mask):
            check_new_id(model_id, _fields_of(argument), snapshot.facts.catalog)
    except UnusualIdError as problem:
        return problem
    return None


@dataclass(frozen=True, slots=True)
class KeyQuestion:
    """A secret that was left out and has to be asked for without echo."""

    field: str
    required: bool
    """False where the model can be added without one, to be used once it has one."""
    offers: tuple[KeyOffer, ...] = ()
    """Keys that may serve, nearest first; a person is asked, and never sees them."""


@dataclass(frozen=True, slots=True)
class KeyOffer:
    """The key of another entry, offered under that entry's id."""

    model_id: str
    key: str = field(repr=False)


def key_question(snapshot: Snapshot, command: Command[Any], argument: Mapping[str, object]) -> KeyQuestion | None:
    """What has to be asked before the command can run as its words mean it; None where nothing has.

    Raises:
        InvalidArgumentsError: two secrets are to be asked for.
    """
    if command.verb == "key":
        return KeyQuestion("api_key", required=True) if "apiKey" not in argument else None
    if command.verb not in ("add", "edit"):
        return None
    model_id, fields = str(argument.get("modelId", "")), _fields_of(argument)
    schema = snapshot.facts.schema
    asked = [name for name, value in fields.items() if value == ASK and name in schema.fields]
    asked = [name for name in asked if schema.fields[name].secret]
    if len(asked) > 1:
        raise InvalidArgumentsError(
            "invalidArguments", "Only one field can be asked for at a time. Set the other by edit."
        )
    if asked:
        return KeyQuestion(asked[0], required=True)
    has_key = "api_key" in fields or "sameKeyAs" in argument
    if command.verb == "add" and not has_key and _needs_key(snapshot, model_id, fields):
        return KeyQuestion("api_key", required=False, offers=_offers(snapshot, model_id))
    return None


def answered(
    command: Command[Any], argument: Mapping[str, object], question: KeyQuestion, secret: str | KeyOffer
) -> JsonObject:
    """The argument object with the secret in its place, or with the entry whose key serves.

    An empty secret that is not required is left out.

    Raises:
        RefusedError: `invalidFields` for an empty one that is required.
    """
    if isinstance(secret, KeyOffer):
        return {**argument, "sameKeyAs": secret.model_id}
    if not secret:
        if question.required:
            raise RefusedError("invalidFields", f"No {question.field} was given. Nothing was changed.")
        return dict(argument)
    if command.verb == "key":
        return {**argument, "apiKey": secret}
    return {**argument, "fields": {**_fields_of(argument), question.field: secret}}


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
    if command.verb == "key":
        message += " The key itself is asked for, so that it stands in no history."
    return InvalidArgumentsError("invalidArguments", message)


def _owner_of_key(snapshot: Snapshot, who: str) -> JsonObject:
    if who in _providers(snapshot.document):
        return {"provider": who}
    if "/" not in who and who in snapshot.facts.catalog.providers:
        return {"provider": who}
    try:
        return {"modelId": match(snapshot, who).model_id}
    except RefusedError as refusal:
        if refusal.reason != "modelNotFound" or refusal.suggestions:
            raise
    # Where a key is spoken of, what is no name is most likely the key, so it is not quoted.
    message = "That is neither a provider nor a model of models.yaml. Name one; the key itself is asked for."
    raise RefusedError("modelNotFound", message)


def _providers(document: Document) -> set[str]:
    return {provider_of(model_id) for model_id in document.by_id}


def _needs_key(snapshot: Snapshot, model_id: str, fields: Mapping[str, object]) -> bool:
    known = snapshot.facts.catalog.providers.get(provider_of(model_id))
    if known is None or not known.needs_key or fields.get("api_base"):
        return False
    return model_id not in snapshot.document.by_id and not any(fields.get(name) for name in known.key_fields)


def _offers(snapshot: Snapshot, model_id: str) -> tuple[KeyOffer, ...]:
    wanted = _issuer(provider_of(model_id))
    offers: dict[str, KeyOffer] = {}
    for placed in snapshot.document.by_id.values():
        key = placed.entry.profile.get("api_key")
        if isinstance(key, str) and key.strip() and not is_placeholder(key) and not refers(key):
            provider = provider_of(placed.model_id)
            # A key for an address of its own is not the provider's.
            is_own = _issuer(provider) == wanted and not placed.entry.profile.get("api_base")
            if is_own and not snapshot.redactor.hides(placed.model_id):
                offers.setdefault(key, KeyOffer(placed.model_id, key))
    return tuple(offers.values())


def _issuer(provider: str) -> str:
    return SHARES_CREDENTIALS_WITH.get(provider, provider)


def _fields_of(argument: Mapping[str, object]) -> Mapping[str, object]:
    fields = argument.get("fields")
    return cast("Mapping[str, object]", fields) if isinstance(fields, Mapping) else {}


def _is_positional(name: str) -> bool:
    return name in ("model_id", "provider", "api_key", "fields")
