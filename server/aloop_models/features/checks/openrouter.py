"""The names of models at OpenRouter, which have a vendor: `anthropic/claude-sonnet-4.5`."""

from __future__ import annotations

from aloop_models.catalog import provider_table as table
from aloop_models.core.lazy_re import lazy_re

_DATE = lazy_re(r"-20\d{6}$")
_CLAUDE_VERSION = lazy_re(r"(?<=-)(\d)-(\d)(?=-|$)")


def openrouter_name(model: str, provider: str = "") -> str | None:
    """OpenRouter's name of a model that has no vendor in its name, or None if the vendor is unknown.

    The vendor is that of LiteLLM's provider; without a provider, the start of the name tells it.
    """
    name, mark, variant = model.partition(":")
    if provider:
        vendor = table.VENDOR_OF_MAKER.get(provider)
    else:
        folded = name.casefold()
        vendor = next((vendor for start, vendor in table.OPENROUTER_VENDORS.items() if folded.startswith(start)), None)
    if vendor == "anthropic":
        # OpenRouter writes claude-sonnet-4.5 for claude-sonnet-4-5-20250929.
        name = _CLAUDE_VERSION.sub(r"\1.\2", _DATE.sub("", name))
    return f"{vendor}/{name}{mark}{variant}" if vendor else None
