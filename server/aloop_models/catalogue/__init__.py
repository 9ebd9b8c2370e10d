"""Read-only facts about models and providers, condensed from LiteLLM's data files."""

from aloop_models.catalogue.cache import CACHE_NAME, Newest, Refused, newest, newest_known
from aloop_models.catalogue.catalogue import Catalogue, load_catalogue
from aloop_models.catalogue.facts import (
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
from aloop_models.catalogue.installed import installed_version, is_newer
from aloop_models.catalogue.key_forms import (
    is_dummy_key,
    is_malformed,
    is_placeholder,
    is_placeholder_url,
    key_problem,
    looks_like_key,
    provider_of_key,
)
from aloop_models.catalogue.nearest import nearest, one_slip

__all__ = [
    "CACHE_NAME",
    "Catalogue",
    "CredentialField",
    "ModelFacts",
    "Newest",
    "ProviderFacts",
    "Refused",
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
    "load_catalogue",
    "looks_like_key",
    "nearest",
    "newest",
    "newest_known",
    "one_slip",
    "provider_of",
    "provider_of_key",
    "split_id",
    "split_label",
    "with_label",
]
