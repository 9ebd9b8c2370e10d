"""Facts about models and providers, as frozen values, and the parts of an entry's ID."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import IntEnum

from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.text_cache import per_text

# litellm.completion calls chat and responses models directly or through its responses bridge. For completion models it
# joins the messages into one prompt.
CALLABLE_MODES = ("chat", "responses", "completion")

RETIRING_DAYS = 90
"""Days before its retirement from which a model is not recommended."""

RETIRING_SOON_DAYS = 30
"""Days before its retirement from which a model should be replaced."""

_LABEL_MARK = "#"
_LABEL = lazy_re(r"[A-Za-z0-9._-]+")


class Lifecycle(IntEnum):
    """How long a model remains available, the longest first."""

    CURRENT = 0
    RETIRING = 1
    """It retires within `RETIRING_DAYS`."""
    RETIRED = 2


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """Facts about one model from LiteLLM's price map.

    `id` is `provider/model`. `mode` is LiteLLM's mode (`chat`, `responses`, `completion`, `embedding`,
    `image_generation`, …). The context window and max output are in tokens, prices in US dollars per 1M tokens; None if
    unknown. `capabilities` are values of `extraction.CAPABILITIES`, in that order. `successor` is the ID that the data
    names, if any; for the successor of a retired model, see `Catalog.successor`.

    Source: litellm's model_prices_and_context_window_backup.json.
    """

    id: str
    provider: str
    mode: str
    context_window: int | None
    max_output: int | None
    input_price: float | None
    output_price: float | None
    capabilities: tuple[str, ...]
    retires: datetime.date | None
    successor: str | None

    @property
    def is_chat(self) -> bool:
        """Whether litellm.completion can call it: modes chat, responses and completion."""
        return self.mode in CALLABLE_MODES

    def is_retired(self, today: datetime.date) -> bool:
        """Whether its retirement date is today or earlier; False if unknown."""
        return self.retires is not None and self.retires <= today

    def is_retiring(self, today: datetime.date) -> bool:
        """Whether it retires within `RETIRING_DAYS`, but not yet; False if unknown."""
        return self.retires is not None and 0 < (self.retires - today).days <= RETIRING_DAYS

    def lifecycle(self, today: datetime.date) -> Lifecycle:
        """Whether it is current, retires soon or is retired; current if unknown."""
        if self.is_retired(today):
            return Lifecycle.RETIRED
        return Lifecycle.RETIRING if self.is_retiring(today) else Lifecycle.CURRENT


@dataclass(frozen=True, slots=True)
class CredentialField:
    """A field for the connection to a provider, with its name in the schema.

    Source: litellm's provider_create_fields.json.
    """

    name: str
    required: bool
    secret: bool
    default: str | None
    placeholder: str | None


@dataclass(frozen=True, slots=True)
class ProviderFacts:
    """Facts about one provider. Its name is the part of an ID before the first `/`.

    `needs_key`: a call requires an API key. `needs_base`: LiteLLM has no default URL, which makes `api_base` required.
    `local`: it usually runs on the user's machine. `is_chat`: litellm.completion routes this name, and the provider has
    chat models. `lists_models`: the catalog lists all its models; False for user-defined names (deployments, local
    tags, hubs) and if no chat model is listed. `key_prefixes`: published prefixes of its API keys. `docs_url`: its page
    in LiteLLM's documentation. `keys_url` and `pricing_url`: the provider's own pages with API keys and prices; None if
    unknown, or if it needs no key.

    Source: litellm's provider lists, with the corrections in `provider_table`.
    """

    name: str
    label: str
    credentials: tuple[CredentialField, ...]
    needs_key: bool
    needs_base: bool
    local: bool
    is_chat: bool
    lists_models: bool
    key_prefixes: tuple[str, ...]
    docs_url: str | None
    keys_url: str | None
    pricing_url: str | None
    default_base: str | None

    @property
    def key_name(self) -> str:
        """The name of its API key in messages: `OpenAI API key`."""
        return f"{self.label.removesuffix(' API')} API key"

    @property
    def key_fields(self) -> tuple[str, ...]:
        """Fields that can contain the API key: `api_key`, then the other secrets of the provider."""
        others = (field.name for field in self.credentials if field.secret)
        return tuple(dict.fromkeys(("api_key", *others)))


def split_label(entry_id: str) -> tuple[str, str | None]:
    """Split an entry's ID at its first `#` into (LiteLLM model ID, label); no `#` gives (entry_id, None).

    The label distinguishes entries of one model: `openai/gpt-4o#work`. It is returned even if it is invalid (see
    `is_label`).
    """
    model_id, mark, label = entry_id.partition(_LABEL_MARK)
    return model_id, label if mark else None


def litellm_id(entry_id: str) -> str:
    """Return the ID for LiteLLM and the catalog: the entry's ID without its label."""
    return split_label(entry_id)[0]


def with_label(model_id: str, label: str | None) -> str:
    """Return the ID of an entry with the label, or without if it is None. The inverse of `split_label`."""
    return model_id if label is None else f"{model_id}{_LABEL_MARK}{label}"


def is_label(text: str) -> bool:
    """Whether the text is a valid label: ASCII letters, digits, `.`, `_` and `-`, at least one of them."""
    return _LABEL.fullmatch(text) is not None


def is_entry_id(text: str) -> bool:
    """Whether the text can be an entry's ID: `provider/model` or `provider/model#label`, printable, without spaces."""
    provider, model = split_id(text)
    label = split_label(text)[1]
    # No other white space is printable.
    is_one_word = text.isprintable() and " " not in text
    return bool(provider and model) and is_one_word and (label is None or is_label(label))


def default_name(entry_id: str) -> str:
    """Return the display name of an entry that has no `name`: `model (label)` with a label, else the whole ID."""
    model_id, label = split_label(entry_id)
    return f"{split_id(model_id)[1]} ({label})" if label else entry_id


@per_text(256)
def split_id(entry_id: str) -> tuple[str, str]:
    """Split an ID at its first `/` into (provider, model), without a label; no `/` gives ("", model)."""
    model_id = litellm_id(entry_id)
    provider, slash, model = model_id.partition("/")
    return (provider, model) if slash else ("", model_id)


def provider_of(entry_id: str) -> str:
    """Return the part before the first `/`, or "" if there is none."""
    return split_id(entry_id)[0]
