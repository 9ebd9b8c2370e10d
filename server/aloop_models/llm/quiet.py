"""Disable what the litellm module prints, logs and looks up in addition to a request."""

from __future__ import annotations

import logging
import sys
import warnings
from typing import Any

from aloop_models.core.lazy_re import lazy_re

_LOOK_UP = lazy_re(r"/api/show$|/raw/main/config\.json$|/models/[^/]+$")


def make_quiet(litellm: Any) -> None:
    """Disable output, logs, telemetry and callbacks, and look-ups of a model anywhere but at its own endpoint."""
    # Their text quotes what a provider sent, which can be the key.
    warnings.filterwarnings("ignore", category=UserWarning, module=r"pydantic\..*")
    litellm.suppress_debug_info = True
    litellm.telemetry = False
    litellm.set_verbose = False
    litellm.disable_aiohttp_transport = True
    # Where a provider counts no tokens, LiteLLM would load a tokenizer, for half a second, that is another model's.
    litellm.disable_token_counter = True
    # A model may repeat a word any number of times.
    litellm.REPEATED_STREAMING_CHUNK_LIMIT = sys.maxsize
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    if hasattr(litellm, "module_level_client"):
        litellm.module_level_client = _WithoutLookUps(litellm.module_level_client)


class _WithoutLookUps:
    """LiteLLM's client for look-ups in addition to a request, such as a model's context window.

    It would ask Ollama's default port, Hugging Face and others, even with another `api_base`. Look-ups fail as without
    a network; requests for tokens are passed on.
    """

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def get(self, url: str, *arguments: Any, **options: Any) -> Any:
        if _LOOK_UP.search(url):
            raise ConnectionError("look-ups are disabled")
        return self._client.get(url, *arguments, **options)

    def post(self, url: str, *arguments: Any, **options: Any) -> Any:
        if _LOOK_UP.search(url):
            raise ConnectionError("look-ups are disabled")
        return self._client.post(url, *arguments, **options)
