"""Estimate the usage of a request whose provider has not reported it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from aloop_models.catalog import ModelFacts
from aloop_models.llm.answer import Message, Usage
from aloop_models.llm.profile import ModelProfile
from aloop_models.workspace.catalog import current_catalog

_LETTERS_OF_A_TOKEN = 4
"""Characters per token, a rough average of English text."""


def estimate_tokens(letters: int) -> int:
    """Return about how many tokens a text of this length has."""
    return max(1, round(letters / _LETTERS_OF_A_TOKEN))


def estimate_usage(profile: ModelProfile, messages: Sequence[Message], tools: Sequence[Message], letters: int) -> Usage:
    """Return about what a request has used whose answer ended after this many characters."""
    sent = sum(len(json.dumps(item, default=str, ensure_ascii=False)) for item in (*messages, *tools))
    tokens = estimate_tokens(sent), estimate_tokens(letters)
    return Usage(*tokens, _cost(profile, *tokens), is_estimated=True)


def facts_of(profile: ModelProfile) -> ModelFacts | None:
    """Return the catalog's facts about the model of a profile; None if it has none."""
    return current_catalog().configured_model(profile.model_id, profile.extra)


def is_local(profile: ModelProfile) -> bool:
    """Return whether the model usually runs on this machine, so that it costs nothing."""
    provider = current_catalog().providers.get(profile.provider)
    return provider is not None and provider.local


def _cost(profile: ModelProfile, input_tokens: int, output_tokens: int) -> float | None:
    facts = None if is_local(profile) else facts_of(profile)
    if facts is None or facts.input_price is None or facts.output_price is None:
        return None
    return (input_tokens * facts.input_price + output_tokens * facts.output_price) / 1_000_000
