"""What the catalog knows about a model and about a provider, as frozen values."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

# Chat and responses models answer litellm.completion directly or through its responses bridge;
# for completion models litellm.completion flattens the messages into one prompt.
CALLABLE_MODES = ("chat", "responses", "completion")

RETIRING_DAYS = 90
"""Days before its retirement in which a model is no longer recommended."""

_LABEL_MARK = "#"
_LABEL = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """One model as LiteLLM's price map describes it.

    `id` is what a person writes (`provider/model`). `mode` is LiteLLM's word (`chat`,
    `responses`, `completion`, `embedding`, `image_generation`, …). Windows are in tokens,
    prices in US dollars per million tokens; None where the data says nothing.
    `capabilities` holds words of `distil.CAPABILITIES`' values, in that order.
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
        """Whether litellm.completion can talk to it: modes chat, responses and completion."""
        return self.mode in CALLABLE_MODES

    def is_retired(self, today: datetime.date) -> bool:
        """Whether its retirement date is today or earlier; False where no date is known."""
        return self.retires is not None and self.retires <= today

    def is_retiring(self, today: datetime.date) -> bool:
        """Whether it is still there but retires within `RETIRING_DAYS`; False where no date is known."""
        return self.retires is not None and 0 < (self.retires - today).days <= RETIRING_DAYS


@dataclass(frozen=True, slots=True)
class CredentialField:
    """One field a provider's connection needs or takes, named as in the schema.

    Source: litellm's provider_create_fields.json.
    """

    name: str
    required: bool
    secret: bool
    default: str | None
    placeholder: str | None


@dataclass(frozen=True, slots=True)
class ProviderFacts:
    """One provider, by the name before the first `/` of an id.

    `needs_key`: a plain call needs a key. `needs_base`: LiteLLM knows no address of its own, so
    `api_base` must be given. `local`: it runs on the person's machine. `is_chat`:
    litellm.completion routes this name and the provider chats. `lists_models`: the catalog's
    list is the provider's list, so an id missing from it is worth a word; False where people
    name the model themselves (deployments, local tags, hubs) or where no chat model is listed.
    `key_prefixes`: published beginnings of its keys, empty where none is published.
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
    default_base: str | None

    @property
    def key_fields(self) -> tuple[str, ...]:
        """Fields any one of which is the key: `api_key`, then the provider's other secrets."""
        others = (field.name for field in self.credentials if field.secret)
        return tuple(dict.fromkeys(("api_key", *others)))


def split_label(entry_id: str) -> tuple[str, str | None]:
    """Split an entry's ID at its first `#` into (LiteLLM model ID, label); no `#` gives (entry_id, None).

    The label tells two entries of one model apart: `openai/gpt-4o#work`. It is returned as it is written, valid or
    not (see `is_label`).
    """
    model_id, mark, label = entry_id.partition(_LABEL_MARK)
    return model_id, label if mark else None


def litellm_id(entry_id: str) -> str:
    """Return the ID that LiteLLM and the catalog know: the entry's ID without its label."""
    return split_label(entry_id)[0]


def with_label(model_id: str, label: str | None) -> str:
    """Return the ID of an entry with the label; None adds none. The opposite of `split_label`."""
    return model_id if label is None else f"{model_id}{_LABEL_MARK}{label}"


def is_label(text: str) -> bool:
    """Whether the text is a valid label: ASCII letters, digits, `.`, `_` and `-`, at least one of them."""
    return _LABEL.fullmatch(text) is not None


def is_entry_id(text: str) -> bool:
    """Whether the text can be an entry's ID: `provider/model` or `provider/model#label`, printable, without spaces."""
    provider, model = split_id(text)
    label = split_label(text)[1]
    is_one_word = text.isprintable() and not any(map(str.isspace, text))
    return bool(provider and model) and is_one_word and (label is None or is_label(label))


def default_name(entry_id: str) -> str:
    """Return the display name of an entry that has no `name`: `model (label)` with a label, else the whole ID."""
    model_id, label = split_label(entry_id)
    return f"{split_id(model_id)[1]} ({label})" if label else entry_id


def split_id(entry_id: str) -> tuple[str, str]:
    """Split an ID at its first `/` into (provider, model), without a label; no `/` gives ("", model)."""
    model_id = litellm_id(entry_id)
    provider, slash, model = model_id.partition("/")
    return (provider, model) if slash else ("", model_id)


def provider_of(entry_id: str) -> str:
    """Return the part before the first `/`, or "" if there is none."""
    return split_id(entry_id)[0]
