"""What can come next in a line that a person types at a shell or after `/model`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from aloop_models.catalog import ProviderFacts, litellm_id, provider_of
from aloop_models.catalog.redaction import redact
from aloop_models.commands.arguments import options_of, words_taken
from aloop_models.commands.definition import Command
from aloop_models.core.schema import FieldSpec
from aloop_models.features.current_model import current_id
from aloop_models.features.formatting import display_name, format_facts
from aloop_models.features.match import match_names
from aloop_models.features.model_card import value_text
from aloop_models.features.model_search import search
from aloop_models.features.readiness import why_not_ready
from aloop_models.snapshot import Snapshot

_MOST = 200
"""Candidates for a new model, at most."""


class Candidate(NamedTuple):
    """One word that could stand here, and what it is."""

    text: str
    detail: str = ""


def candidates(snapshot: Snapshot, command: Command[Any], before: Sequence[str], typed: str) -> list[Candidate]:
    """The words for the place after `before` (the words after the verb) that fit the begun word `typed`, best first.

    A word fits as in the editor's completion: not only by its beginning. A new model is found by any part of its name.
    """
    model, whose_key, fields = words_taken(command)
    words = [word for word in before if not word.startswith("--")]
    if typed.startswith("-"):
        offered = [Candidate(option, item.metadata["help"]) for option, item in options_of(command).items()]
    elif not words and command.verb == "add":
        return list(islice(_new_models(snapshot, typed), _MOST))
    elif not words:
        offered = [*(_providers(snapshot) if whose_key else ()), *(configured(snapshot) if model or whose_key else ())]
    else:
        offered = list(_fields(snapshot, words[0], words[1:], typed)) if fields else []
    return [found for _, found in match_names(typed, ((item.text, item) for item in offered))]


def configured(snapshot: Snapshot) -> list[Candidate]:
    """The models of the file; one whose id is a key by mistake is left out."""
    found: list[Candidate] = []
    current = current_id(snapshot)
    for model_id, placed in snapshot.document.by_id.items():
        if redact(model_id) != model_id:
            continue
        facts = snapshot.facts.catalog.model(model_id)
        name = display_name(placed.entry)
        parts = [
            name if name != model_id else "",
            "current" if model_id == current else "",
            "default" if model_id == snapshot.document.default_id else "",
            format_facts(facts) if facts else "",
            "not ready" if why_not_ready(placed.entry, snapshot.facts) else "",
        ]
        found.append(Candidate(model_id, " · ".join(part for part in parts if part)))
    return found


def _new_models(snapshot: Snapshot, typed: str) -> Iterator[Candidate]:
    """Providers with their slash, and chat models that the file does not have."""
    configured = {litellm_id(entry_id) for entry_id in snapshot.document.by_id}
    for item in search(snapshot.facts.catalog, snapshot.facts.today, typed):
        if isinstance(item, ProviderFacts):
            yield Candidate(f"{item.name}/", item.label if item.label != item.name else "")
        elif item.facts.id not in configured:
            yield Candidate(item.facts.id, item.detail)


def _providers(snapshot: Snapshot) -> Iterator[Candidate]:
    counts: dict[str, int] = {}
    for model_id in snapshot.document.by_id:
        provider = provider_of(model_id)
        counts[provider] = counts.get(provider, 0) + 1
    for provider, count in counts.items():
        if provider and redact(provider) == provider:
            yield Candidate(provider, f"{count} model{'' if count == 1 else 's'}")


def _fields(snapshot: Snapshot, model_id: str, before: Sequence[str], typed: str) -> Iterator[Candidate]:
    """Field names with their `=`, those of the provider; behind the `=` the field's values, none for a secret."""
    fields = snapshot.facts.schema.fields
    name, sign, _ = typed.partition("=")
    if sign:
        spec = fields.get(name)
        if spec is not None:
            detail = f"default {value_text(spec.default)}" if spec.default is not None else ""
            for value in _values(snapshot, model_id, spec):
                yield Candidate(f"{name}={value}", detail if value == value_text(spec.default) else "")
        return
    given = {word.partition("=")[0] for word in before}
    for spec in fields.values():
        if spec.name not in given and spec.suits(provider_of(model_id)):
            yield Candidate(f"{spec.name}=", spec.description)


def _values(snapshot: Snapshot, model_id: str, spec: FieldSpec) -> list[str]:
    if spec.secret:
        # The one value that can be completed: the secret is asked for.
        return ["-"]
    values: list[object] = [] if spec.default is None else [spec.default]
    values += [True, False] if "boolean" in spec.types else []
    provider = snapshot.facts.catalog.providers.get(provider_of(model_id))
    if spec.name == "api_base" and provider and provider.default_base:
        values.append(provider.default_base)
    values += spec.enum
    if spec.name != "name":
        values += (example for example in spec.examples if not isinstance(example, dict | list))
    return list(dict.fromkeys(value_text(value) for value in values))
