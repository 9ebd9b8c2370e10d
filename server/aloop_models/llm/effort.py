"""How much a model reasons in a session: what of it LiteLLM sends to the model.

Facts about providers come from the installed LiteLLM: its list of parameters, and what it makes of `reasoning_effort`
(`litellm.get_supported_openai_params`, `litellm.utils.get_optional_params`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, cast

from aloop_models.catalog import litellm_id
from aloop_models.llm.call_arguments import route
from aloop_models.llm.litellm_adapter import is_loaded, load_litellm
from aloop_models.llm.profile import ModelProfile
from aloop_models.llm.usage import facts_of

OFF = "off"
EFFORTS = ("low", "medium", "high", OFF)

_FIELD = "reasoning_effort"
_NONE = "none"
_OWN_FIELDS = (_FIELD, "thinking")
"""The fields of an entry that an effort replaces."""


def takes_effort(profile: ModelProfile) -> bool:
    """Return whether the model reasons, as far as known, and LiteLLM sends it an effort; loads LiteLLM."""
    return _may_reason(profile) and _FIELD in _parameters(*_names(profile))


def can_turn_off(profile: ModelProfile) -> bool:
    """Return whether LiteLLM can tell the model not to reason; loads LiteLLM."""
    return takes_effort(profile) and _is_disabling(*_names(profile))


def with_effort(profile: ModelProfile, effort: str | None) -> ModelProfile:
    """Return the profile with this effort (`EFFORTS`) instead of its own; loads LiteLLM.

    Without an effort, and if the model does not take one, it is the same profile. `off` is sent as `none` if that
    turns reasoning off; otherwise nothing is sent.
    """
    if effort is None or not takes_effort(profile):
        return profile
    extra = {name: value for name, value in profile.extra.items() if name not in _OWN_FIELDS}
    if effort != OFF:
        extra[_FIELD] = effort
    elif can_turn_off(profile):
        extra[_FIELD] = _NONE
    return replace(profile, extra=extra)


def effort_of(profile: ModelProfile, effort: str | None) -> str:
    """Return the effort that is sent, else that of the entry; empty if the model takes none, or the provider decides.

    Does not load LiteLLM: before it is loaded, only the catalog is asked.
    """
    own = profile.extra.get(_FIELD)
    shown = effort or (own if isinstance(own, str) else "")
    if not shown or not _may_reason(profile) or (is_loaded() and not takes_effort(profile)):
        return ""
    return OFF if shown == _NONE else shown


def _may_reason(profile: ModelProfile) -> bool:
    facts = facts_of(profile)
    return facts is None or "reasoning" in facts.capabilities


def _names(profile: ModelProfile) -> tuple[str, str | None]:
    base = profile.extra.get("base_model")
    return route(litellm_id(profile.model_id)), base if isinstance(base, str) else None


@lru_cache(maxsize=256)
def _parameters(model_id: str, base_model: str | None) -> frozenset[str]:
    litellm = load_litellm()
    try:
        model, provider, *_ = litellm.get_llm_provider(model_id)
        found = litellm.get_supported_openai_params(model, custom_llm_provider=provider, base_model=base_model)
    except Exception:  # noqa: BLE001
        # LiteLLM does not know the provider, and says so when the model is asked.
        return frozenset()
    return frozenset(found or ())


@lru_cache(maxsize=256)
def _is_disabling(model_id: str, base_model: str | None) -> bool:
    """Return whether LiteLLM makes of `none` something that turns reasoning off, and not only the word itself."""
    litellm = load_litellm()
    try:
        model, provider, *_ = litellm.get_llm_provider(model_id)
        sent = cast(
            "Mapping[str, Any]",
            litellm.utils.get_optional_params(
                model=model,
                custom_llm_provider=provider,
                base_model=base_model,
                reasoning_effort=_NONE,
                drop_params=True,
            ),
        )
        if sent.get(_FIELD) == _NONE:
            info = litellm.get_model_info(base_model or model, custom_llm_provider=provider)
            return info.get("supports_none_reasoning_effort") is True
    except Exception:  # noqa: BLE001
        # LiteLLM refuses the value, or does not know the model.
        return False
    thinking, budget = sent.get("thinking"), sent.get("thinkingConfig")
    return (
        sent.get("think") is False
        or (isinstance(thinking, Mapping) and cast("Mapping[str, object]", thinking).get("type") == "disabled")
        or (isinstance(budget, Mapping) and cast("Mapping[str, object]", budget).get("thinkingBudget") == 0)
    )
