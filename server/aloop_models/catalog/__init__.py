"""Read-only facts about models and providers, extracted from LiteLLM's data files."""

from aloop_models.catalog.catalog import Catalog, load_catalog
from aloop_models.catalog.facts import (
    CredentialField,
    ModelFacts,
    ProviderFacts,
    default_name,
    is_entry_id,
    is_label,
    litellm_id,
    provider_of,
    split_id,
    split_label,
    with_label,
)
from aloop_models.catalog.installed import installed_version, is_newer
from aloop_models.catalog.key_forms import (
    is_dummy_key,
    is_malformed,
    is_placeholder,
    is_placeholder_url,
    key_problem,
    looks_like_key,
    provider_of_key,
)
from aloop_models.catalog.nearest import nearest, one_slip

__all__ = [
    "Catalog",
    "CredentialField",
    "ModelFacts",
    "ProviderFacts",
    "default_name",
    "installed_version",
    "is_dummy_key",
    "is_entry_id",
    "is_label",
    "is_malformed",
    "is_newer",
    "is_placeholder",
    "is_placeholder_url",
    "key_problem",
    "litellm_id",
    "load_catalog",
    "looks_like_key",
    "nearest",
    "one_slip",
    "provider_of",
    "provider_of_key",
    "split_id",
    "split_label",
    "with_label",
]
