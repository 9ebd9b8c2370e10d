"""Calls a model through LiteLLM; the only module that imports litellm, and only when a call is made."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aloop_models.llm.profile import ModelProfile

NO_KEY = "no-key-needed"
"""Sent where an entry has no key, so that LiteLLM does not take one from the environment."""

Message = dict[str, Any]


class LiteLLMAdapter:
    """One stable object that asks the current profile at each call, so that a switch needs no new object.

    Either the fields of one model, or `profile`: a function that gives the profile in force.
    """

    def __init__(
        self,
        model: str = "",
        api_key: str | None = None,
        api_base: str | None = None,
        timeout: float = 600,
        drop_params: bool = True,  # noqa: FBT001
        *,
        profile: Callable[[], ModelProfile] | None = None,
        **extra: object,
    ) -> None:
        fixed = ModelProfile(model, "", api_key, api_base, timeout, drop_params, extra)
        self._profile = profile or (lambda: fixed)

    @property
    def model(self) -> str:
        """The id of the model that the next call uses."""
        return self._profile().model_id

    def __repr__(self) -> str:
        return f"LiteLLMAdapter({self._profile()!r})"

    def complete(self, messages: Sequence[Message], **options: Any) -> Any:
        """One answer to the messages (OpenAI's shape), as LiteLLM returns it.

        Raises:
            Exception: LiteLLM's own errors; their texts may quote what a provider answered.
        """
        litellm = _litellm()
        return litellm.completion(messages=list(messages), **arguments_of(self._profile()), **options)


def arguments_of(profile: ModelProfile) -> Mapping[str, Any]:
    """What one profile means for `litellm.completion`: all its fields, and no others."""
    return {
        **profile.extra,
        "model": profile.model_id,
        "api_key": profile.api_key or NO_KEY,
        "api_base": profile.api_base,
        "timeout": profile.timeout,
        "drop_params": profile.drop_params,
    }


def _litellm() -> Any:
    # Without this LiteLLM fetches its price map over the network when it is imported.
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    import litellm

    litellm.suppress_debug_info = True
    litellm.telemetry = False
    return litellm
