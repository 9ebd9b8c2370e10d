"""The editors and the server that these tests need: where they are, and what happens where they are missing."""

import os
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parents[2]

MODELS_YAML = """\
models:
  openai/gpt-4o:
    name: GPT-4o
    api_key: sk-proj-0123456789abcdefghijABCDEFGHIJ0123456789abcdefghij
  ollama/llama2:
    name: Local Llama
    api_base: http://localhost:11434
  openia/gpt-4o-mini:
    api_key: sk-proj-0123456789abcdefghijABCDEFGHIJ0123456789abcdefghij
default: openai/gpt-4o
"""


def skip_or_fail(reason: str) -> NoReturn:
    """A missing editor skips its tests on a person's machine and fails them in CI."""
    if os.environ.get("ALOOP_REQUIRE_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def installed(path: Path) -> Path:
    if not path.exists():
        skip_or_fail(f"{path} is missing; install the editors with `make editors`")
    return path
