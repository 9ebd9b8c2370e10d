"""The editors and the server that these tests need: where they are, and what happens where they are missing."""

import os
import re
import textwrap
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parents[2]

KEY = "sk-proj-0123456789abcdefghijABCDEFGHIJ0123456789abcdefghij"
RFC_MODELS = f"""\
models:
  openai/gpt-4o:
    name: GPT-4o
    api_key: {KEY}
  ollama/llama2:
    name: Local Llama
    api_base: http://localhost:11434
default: openai/gpt-4o
"""
"""The example of the RFC, with a key."""
MODELS_YAML = RFC_MODELS.replace("default:", f"  openia/gpt-4o-mini:\n    api_key: {KEY}\ndefault:")
"""With a provider that is misspelled."""


def skip_or_fail(reason: str) -> NoReturn:
    """A missing editor skips its tests on a person's machine and fails them in CI."""
    if os.environ.get("ALOOP_REQUIRE_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def installed(path: Path) -> Path:
    if not path.exists():
        skip_or_fail(f"{path} is missing; install the editors with `make editors`")
    return path


def page_block(page: str, language: str, place: int = 0) -> str:
    """A code block of docs/editors/<page>.md: the first of its language, or a later one."""
    text = (ROOT / "docs" / "editors" / f"{page}.md").read_text(encoding="utf-8")
    blocks = re.findall(rf"^( *)```{language}\n(.*?)^\1```$", text, re.MULTILINE | re.DOTALL)
    return textwrap.dedent(blocks[place][1])
