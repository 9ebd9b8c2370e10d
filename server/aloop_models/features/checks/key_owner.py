"""The provider that issued an entry's API key, if it is not the provider in the ID."""

from __future__ import annotations

from aloop_models.catalog import ProviderFacts, split_id
from aloop_models.catalog.facts import litellm_id
from aloop_models.catalog.key_forms import KeyProblem, key_problem, provider_of_key
from aloop_models.catalog.provider_hosts import provider_of_host
from aloop_models.catalog.redaction import redact
from aloop_models.core.document import Entry
from aloop_models.core.text import Edit
from aloop_models.features.checks.distance import host_of
from aloop_models.features.checks.fixes import replace_part
from aloop_models.features.checks.key_cleaning import clean_key
from aloop_models.features.checks.openrouter import openrouter_name
from aloop_models.features.diagnostic import Fix
from aloop_models.snapshot import Facts

# Their model names are the IDs of others: openrouter/anthropic/claude-opus-4.5.
_HUBS = frozenset({"huggingface", "nvidia_nim", "openrouter", "together_ai", "vercel_ai_gateway"})
_VERTEX = frozenset({"vertex_ai", "vertex_ai_beta"})
_VERTEX_FIELDS = ("vertex_project", "vertex_location")


def other_owner(entry: Entry, facts: Facts) -> ProviderFacts | None:
    """The provider that the key belongs to, if the ID sends it to another one or to none."""
    key = entry.text("api_key")
    clean = clean_key(key)
    key = clean.text if clean else key
    owner = provider_of_key(key)
    provider = split_id(entry.model_id)[0]
    if owner is None or owner == provider:
        return None
    is_known = provider in facts.catalog.providers
    base = entry.text("api_base")
    if base and (is_known or provider_of_host(host_of(base) or "") != owner):
        return None
    if is_known and not _is_misplaced(entry, provider, key):
        return None
    return facts.catalog.providers.get(owner)


def ids_of_owner(entry: Entry, owner: ProviderFacts, facts: Facts) -> tuple[str, ...]:
    """The IDs under which the key's own provider has the model, without label; empty if none is known."""
    model_id = litellm_id(entry.model_id)
    provider, model = split_id(model_id)
    if owner.name == "openrouter" and "/" not in model and (not provider or provider in facts.catalog.providers):
        name = openrouter_name(model, provider)
        return (f"openrouter/{name}",) if name else ()
    if owner.name in _HUBS and provider:
        if model.startswith(f"{owner.name}/"):
            return (model,)
        # An ID of three parts has another hub before vendor/model. At Hugging Face that part can be a provider.
        is_whole = "/" in model and owner.name != "huggingface"
        return (f"{owner.name}/{model if is_whole else model_id}",)
    candidates = (f"{owner.name}/{model_id}", f"{owner.name}/{model}", model)
    known = [moved for moved in candidates if split_id(moved)[0] == owner.name and facts.catalog.model(moved)]
    return tuple(known[:1])


def fixes_to_owner(entry: Entry, owner: ProviderFacts, facts: Facts) -> tuple[Fix, ...]:
    """The fixes that make the ID one of the key's own provider."""
    return tuple(_change(entry, moved) for moved in ids_of_owner(entry, owner, facts))


def _is_misplaced(entry: Entry, provider: str, key: str) -> bool:
    if key_problem(provider, key) is KeyProblem.OTHER_PROVIDER:
        return True
    # LiteLLM sends no API key to Vertex AI: it needs a project and Google's credentials.
    return provider in _VERTEX and key.startswith("AIza") and not any(map(entry.profile.get, _VERTEX_FIELDS))


def _change(entry: Entry, moved: str) -> Fix:
    model_id = litellm_id(entry.model_id)
    edits: tuple[Edit, ...]
    if moved.endswith(f"/{model_id}"):
        edits = replace_part(entry.key, 0, 0, moved.removesuffix(model_id))
    else:
        edits = replace_part(entry.key, 0, len(model_id), moved)
    return Fix(f"Change to {redact(moved)}", edits, safe=False)
