"""Complete a command line, in any interface."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from aloop_models.catalog import ProviderFacts, is_entry_id, litellm_id, provider_of, split_label
from aloop_models.catalog.redaction import redact
from aloop_models.commands.arguments import kind_of, options_of, takes_rule, words_taken
from aloop_models.commands.definition import PLACES, Command
from aloop_models.commands.question import Candidate, Question
from aloop_models.core.schema import FieldSpec
from aloop_models.features.completion_fields import display_name_of
from aloop_models.features.formatting import plural
from aloop_models.features.match import match_names
from aloop_models.features.model_card import value_text
from aloop_models.features.model_rows import model_rows, role_rows
from aloop_models.features.model_search import search_to_add
from aloop_models.snapshot import Snapshot

ALL = "*"
"""The session that means all agents of this folder or window."""

_MOST = 200
"""Maximum number of candidates for a new model."""


def candidates(snapshot: Snapshot, verbs: Sequence[Command[Any]], before: Sequence[str], typed: str) -> list[Candidate]:
    """Return the words that can follow `before` and match the incomplete word `typed`, best first.

    The first word is a verb, or a model to switch to. Words match as in the editor's completion, not only by prefix.
    """
    if not before:
        offered = [Candidate(command.verb, command.help, "command") for command in verbs]
        return _fitting(typed, [*offered, *configured(snapshot), *roles(snapshot)])
    command = next((command for command in verbs if command.verb == before[0]), None)
    return [] if command is None else _arguments(snapshot, command, before[1:], typed)


def _arguments(snapshot: Snapshot, command: Command[Any], before: Sequence[str], typed: str) -> list[Candidate]:
    options = options_of(command)
    if before and (option := options.get(before[-1])) is not None and option.type != "bool":
        if option.metadata["kind"] == "rule":
            return _more_rules(typed)
        return _fitting(typed, _of_kind(snapshot, option.metadata["kind"]))
    if typed.startswith("-"):
        offered = [Candidate(name, item.metadata["help"], "option") for name, item in options.items()]
        return _fitting(typed, offered)
    model, whose_key, fields = words_taken(command)
    words = list(_without_options(options, before))
    if words:
        return _fitting(typed, list(field_words(snapshot, words[0], words[1:], typed))) if fields else []
    if whose_key:
        return _fitting(typed, [*providers(snapshot), *configured(snapshot), *roles(snapshot)])
    if takes_rule(command):
        return _fitting(typed, rules())
    if not model:
        return []
    if kind_of(command) == "newModel":
        return list(new_candidates(snapshot, typed))
    return _fitting(typed, named_models(snapshot))


def _without_options(options: Mapping[str, dataclasses.Field[Any]], words: Sequence[str]) -> Iterator[str]:
    left = iter(words)
    for word in left:
        if not word.startswith("--"):
            yield word
        elif word in options and options[word].type != "bool":
            next(left, None)


def _fitting(typed: str, offered: Iterable[Candidate]) -> list[Candidate]:
    return [found for _, found in match_names(typed, ((item.value, item) for item in offered))]


def _of_kind(snapshot: Snapshot, kind: str | None) -> list[Candidate]:
    if kind == "place":
        return [Candidate(name, detail, "value") for name, detail in PLACES.items()]
    return {"session": sessions, "model": named_models}[kind](snapshot) if kind in ("session", "model") else []


def sessions(snapshot: Snapshot) -> list[Candidate]:
    """Return the agents that a switch without `session` can mean, and `*` if there are several."""
    found: list[Candidate] = []
    for session in snapshot.sessions:
        if session.is_switchable:
            model = redact(session.model_id or "no model")
            detail = f"{model} · process {session.pid} in {redact(session.folder)}"
            found.append(Candidate(session.id, detail, "session"))
    return [*found, Candidate(ALL, f"All {len(found)} agents", "session")] if len(found) > 1 else found


def rules() -> list[Candidate]:
    """Return the IDs of all rules."""
    # Imported here, because it imports every rule, which other commands do not need.
    from aloop_models.features.checks.rules import RULES

    return [Candidate(rule.id, rule.title, "rule") for rule in RULES]


def _more_rules(typed: str) -> list[Candidate]:
    """Complete the last of several rule IDs with commas between them."""
    before, comma, last = typed.rpartition(",")
    given = set(before.split(","))
    offered = [item for item in rules() if item.value not in given]
    return [dataclasses.replace(item, value=f"{before}{comma}{item.value}") for item in _fitting(last, offered)]


def configured(snapshot: Snapshot) -> list[Candidate]:
    """Return the models of the file, except one whose ID is a key by mistake."""
    return [Candidate(row.value, row.detail, "model") for row in model_rows(snapshot)]


def named_models(snapshot: Snapshot) -> list[Candidate]:
    """Return the models of the file, then its roles."""
    return [*configured(snapshot), *roles(snapshot)]


def roles(snapshot: Snapshot) -> list[Candidate]:
    """Return the roles of the file whose models are entries, as `@fast`."""
    return [Candidate(row.value, row.detail, "role") for row in role_rows(snapshot)]


def new_candidates(snapshot: Snapshot, typed: str, most: int | None = _MOST) -> tuple[Candidate, ...]:
    """Return the models for a new entry that match the typed text, best first."""
    return tuple(islice(_new_models(snapshot, typed), most))


def ask_model(snapshot: Snapshot, argument: Mapping[str, object], prompt: str) -> Question | None:
    """Ask for a model of the file, unless the argument object has one."""
    if argument.get("modelId"):
        return None
    return Question("modelId", prompt, candidates=tuple(configured(snapshot)))


def _new_models(snapshot: Snapshot, typed: str) -> Iterator[Candidate]:
    """Yield providers with a slash, and chat models that the file does not have; any label is accepted."""
    if split_label(typed)[1] is not None:
        provider = snapshot.facts.catalog.providers.get(provider_of(typed))
        if is_entry_id(typed) and typed not in snapshot.document.by_id and provider is not None and provider.is_chat:
            yield Candidate(typed, f"as typed · {provider.label}", "newModel")
        return
    configured = {litellm_id(entry_id) for entry_id in snapshot.document.by_id}
    for item in search_to_add(snapshot.facts.catalog, snapshot.facts.today, typed):
        if isinstance(item, ProviderFacts):
            label = item.label if item.label != item.name else ""
            yield Candidate(f"{item.name}/", label, "provider", label=label)
        elif item.facts.id not in configured:
            yield Candidate(item.facts.id, item.detail, "newModel", label=display_name_of(item.facts.id))


def providers(snapshot: Snapshot) -> Iterator[Candidate]:
    """Yield the providers of the file's models."""
    counts: dict[str, int] = {}
    for model_id in snapshot.document.by_id:
        provider = provider_of(model_id)
        counts[provider] = counts.get(provider, 0) + 1
    for provider, count in counts.items():
        if provider and redact(provider) == provider:
            yield Candidate(provider, plural(count, "model"), "provider")


def field_words(snapshot: Snapshot, model_id: str, before: Sequence[str], typed: str) -> Iterator[Candidate]:
    """Yield the provider's field names with `=`; after the `=` the field's values, except for a secret."""
    fields = snapshot.facts.schema.fields
    name, sign, _ = typed.partition("=")
    if sign:
        spec = fields.get(name)
        if spec is not None:
            detail = f"default {value_text(spec.default)}" if spec.default is not None else ""
            for value in _values(snapshot, model_id, spec):
                shown = detail if value == value_text(spec.default) else ""
                yield Candidate(f"{name}={value}", shown, "value")
        return
    given = {word.partition("=")[0] for word in before}
    for spec in fields.values():
        if spec.name not in given and spec.suits(provider_of(model_id)):
            yield Candidate(f"{spec.name}=", spec.description, "field", secret=spec.secret, values=only_values(spec))


def only_values(spec: FieldSpec) -> tuple[str, ...]:
    """Return the only values of a field; empty if any value is allowed."""
    if spec.types[:1] == ("boolean",):
        return ("true", "false")
    return tuple(value for value in spec.enum if isinstance(value, str))


def _values(snapshot: Snapshot, model_id: str, spec: FieldSpec) -> list[str]:
    if spec.secret:
        # The only value that can be completed; it means that the secret is prompted for.
        return ["-"]
    values: list[object] = [] if spec.default is None else [spec.default]
    values += [True, False] if "boolean" in spec.types else []
    provider = snapshot.facts.catalog.providers.get(provider_of(model_id))
    if spec.name == "api_base" and provider and provider.default_base:
        values.append(provider.default_base)
    values += spec.enum
    if spec.name not in ("name", "api_base"):
        # Examples of api_base are the URLs of other providers.
        values += (example for example in spec.examples if not isinstance(example, dict | list))
    return list(dict.fromkeys(value_text(value) for value in values))
