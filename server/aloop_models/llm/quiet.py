"""Makes the litellm module quiet: what it prints, logs and looks up beside a request is nobody's wish here."""

from __future__ import annotations

import logging
import re
import sys
import warnings
from typing import Any

_LOOK_UP = re.compile(r"/api/show$|/raw/main/config\.json$|/models/[^/]+$")


def make_quiet(litellm: Any) -> None:
    """No prints, logs, telemetry and callbacks, and no questions about a model to anybody but its own endpoint."""
    warnings.filterwarnings("ignore", category=UserWarning, module=r"pydantic\._internal\..*")
    litellm.suppress_debug_info = True
    litellm.telemetry = False
    litellm.set_verbose = False
    litellm.disable_aiohttp_transport = True
    # A model may repeat a word as often as it likes.
    litellm.REPEATED_STREAMING_CHUNK_LIMIT = sys.maxsize
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    if hasattr(litellm, "module_level_client"):
        litellm.module_level_client = _WithoutLookUps(litellm.module_level_client)


class _WithoutLookUps:
    """LiteLLM's client for questions beside a request, such as what a model's context window is.

    It asks Ollama's usual port, Hugging Face and the like, whatever `api_base` says. A refused look-up is as one that
    found nobody; what fetches tokens for a request goes through.
    """

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def get(self, url: str, *arguments: Any, **options: Any) -> Any:
        if _LOOK_UP.search(url):
            raise ConnectionError("look-ups are off")
        return self._client.get(url, *arguments, **options)

    def post(self, url: str, *arguments: Any, **options: Any) -> Any:
        if _LOOK_UP.search(url):
            raise ConnectionError("look-ups are off")
        return self._client.post(url, *arguments, **options)
