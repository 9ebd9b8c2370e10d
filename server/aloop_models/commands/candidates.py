"""What can come next in a line that a person types at a shell or behind `/model`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from aloop_models.catalogue import provider_of
from aloop_models.catalogue.redaction import redact
from aloop_models.commands.definition import Command
from aloop_models.commands.words import options_of, words_taken
from aloop_models.core.schema import FieldSpec
from aloop_models.features.current import current_id
from aloop_models.features.model_card import value_text
from aloop_models.features.readiness import display_name, facts_text, why_not_ready
from aloop_models.snapshot import Snapshot

_MOST = 200
"""Candidates for the model of a provider; a provider with more has them ranked."""


class Candidate(NamedTuple):
    """One word that could stand here, and what it is."""

    text: str
    detail: str = ""


def candidates(snapshot: Snapshot, command: Command[Any], before: Sequence[str], typed: str) -> list[Candidate]:
    """The words that could stand behind `before` (the words after the verb); `typed` is the begun one.

    Every candidate of that kind is returned, whether it begins as typed or not, except where there are too many of
    them to list (models of a provider): those suit what was typed.
    """
    if typed.startswith("-"):
        return [Candidate(option, item.metadata["help"]) for option, item in options_of(command).items()]
    model, whose_key, fields = words_taken(command)
    words = [word for word in before if not word.startswith("--")]
    if not words:
        if command.verb == "add":
            return list(_new_models(snapshot, typed))
        return [*(_providers(snapshot) if whose_key else ()), *(configured(snapshot) if model or whose_key else ())]
    return list(_fields(snapshot, words[0], words[1:], typed)) if fields else []


def configured(snapshot: Snapshot) -> list[Candidate]:
    """The models of the file; one whose id is a key by mistake is left out."""
    found: list[Candidate] = []
    current = current_id(snapshot)
    for model_id, placed in snapshot.document.by_id.items():
        if redact(model_id) != model_id:
            continue
        facts = snapshot.facts.catalogue.model(model_id)
        name = display_name(placed.entry)
        parts = [
            name if name != model_id else "",
            "current" if model_id == current else "",
            "default" if model_id == snapshot.document.default_id else "",
            facts_text(facts) if facts else "",
            "not ready" if why_not_ready(placed.entry, snapshot.facts) else "",
        ]
        found.append(Candidate(model_id, " · ".join(part for part in parts if part)))
    return found


def _new_models(snapshot: Snapshot, typed: str) -> Iterator[Candidate]:
    """Providers with their slash; behind it the provider's chat models that the file does not have."""
    catalogue, known = snapshot.facts.catalogue, snapshot.document.by_id
    if "/" not in typed:
        for name, facts in catalogue.providers.items():
            if facts.is_chat:
                yield Candidate(f"{name}/", facts.label if facts.label != name else "")
        return
    models = (
        Candidate(model.id, facts_text(model))
        for model in catalogue.models_of(provider_of(typed), snapshot.facts.today)
        if model.is_chat and model.id not in known and model.id.startswith(typed)
    )
    yield from islice((item for item in models if not _is_retired(snapshot, item.text)), _MOST)


def _is_retired(snapshot: Snapshot, model_id: str) -> bool:
    model = snapshot.facts.catalogue.model(model_id)
    return model is not None and model.is_retired(snapshot.facts.today)


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
    provider = snapshot.facts.catalogue.providers.get(provider_of(model_id))
    if spec.name == "api_base" and provider and provider.default_base:
        values.append(provider.default_base)
    values += spec.enum
    if spec.name != "name":
        values += (example for example in spec.examples if not isinstance(example, dict | list))
    return list(dict.fromkeys(value_text(value) for value in values))
