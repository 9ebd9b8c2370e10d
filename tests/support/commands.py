"""Texts to run commands on, and what comes of it: message, new text, or the reason of a refusal."""

from __future__ import annotations

from typing import Any

import pytest

from aloop_models.commands import BY_ID, Outcome, parse_arguments
from aloop_models.core.text import apply_edits
from aloop_models.errors import RefusedError
from aloop_models.snapshot import Session
from support.snapshots import snapshot

KEY = "sk-proj-AbCdEfGhIjKlMnOpQrStUvWx0123456789AbCdEfGh"
OTHER_KEY = "sk-proj-ZyXwVuTsRqPoNmLkJiHgFeDc9876543210ZyXwVuTs"
TEXT = f"""\
# Ours.
models:
  openai/gpt-4o:   # good
    name: GPT-4o
    api_key: {KEY}
    timeout: 300

  ollama/llama3.1:

default: openai/gpt-4o  # for now
"""
FIVE_MODELS = f"""\
models:
  openai/gpt-4o:
    name: GPT-4o
    api_key: {KEY}
    timeout: 300
    extra_headers: {{X-Secret: {KEY}}}
    api_base: https://me:pass@host.example.com/v1?key=q
    my_own: something
  openai/gpt-4o-mini: {{api_key: {KEY}}}
  openai/gpt-3: {{api_key: {KEY}}}
  ollama/llama3.1:
  mistral/x:
    timeout: 5m
default: openai/gpt-4o
"""
PATH = "/home/me/project/.aloop/models.yaml"
MASK = "••••••••"
LLAMA_AGENT = Session("s1", "interactive", 42, "/home/me/project", PATH, "ollama/llama3.1")
GPT_4O = {
    "modelId": "openai/gpt-4o",
    "name": "GPT-4o",
    "displayName": "GPT-4o",
    "provider": "openai",
    "current": True,
    "selected": True,
    "default": True,
    "roles": [],
    "fallback": None,
    "ready": True,
    "notReady": None,
    "contextWindow": 128000,
    "inputPrice": 2.5,
    "outputPrice": 10.0,
    "facts": "128K · $2.50 / $10",
    "apiKey": MASK,
}


def run(command: str, text: str, argument: object = None, **around: Any) -> Outcome:
    """The outcome of a command on a text; `around` is what else the snapshot holds."""
    definition = BY_ID[f"aloop.{command}"]
    return definition.run(snapshot(text, **around), parse_arguments(definition, argument))


def after(command: str, text: str, argument: object = None, **around: Any) -> str:
    """The text that a command leaves."""
    return apply_edits(text, run(command, text, argument, **around).edits)


def refusal(command: str, text: str, argument: object = None, **around: Any) -> RefusedError:
    """The refusal of a command that has to be refused; no key is in it."""
    with pytest.raises(RefusedError) as refused:
        run(command, text, argument, **around)
    for key in (KEY, OTHER_KEY):
        assert key not in repr((refused.value.message, refused.value.suggestions))
    return refused.value
