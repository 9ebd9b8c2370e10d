"""The schema alone, in the real yaml-language-server: what an editor without our server shows."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lsp_client import LspClient

ROOT = Path(__file__).parents[2]
SERVER = ROOT / "bench/node_modules/yaml-language-server/bin/yaml-language-server"
SCHEMA = ROOT / "schema/models.schema.json"

GOOD = """\
# The team's models
default: openai/gpt-4o
models:
  openai/gpt-4o:
    name: GPT-4o (work)
    api_key: sk-proj-0123456789
    timeout: 300
    drop_params: true
    temperature: 0.2
  openrouter/meta-llama/llama-3.1-8b-instruct:free:
    api_key: sk-or-v1-0123456789
    extra_headers: {X-Team: search}
  openai/gpt-4o#home:
    api_key: sk-proj-9876543210
  hosted_vllm/own:
    api_base: http://localhost:8000/v1
    timeout: 30.5
  bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0:
    aws_region_name: eu-central-1
  ollama/llama2:
"""

BAD = """\
default: [openai/gpt-4o]
model: {}
models:
  gpt-4o:
    api_key: sk-proj-0123456789
  openai/gpt-4o:
    timeout: 5m
    drop_params: "yes"
    api_base: localhost:8000
  openai/o3:
    timeout: 0
    max_tokens: many
    timout: 5
    fallbacks: [openai/gpt-4o]
  openai/o4-mini: fast
"""


@pytest.fixture
def client(tmp_path: Path) -> Iterator[LspClient]:
    missing = "node" if shutil.which("node") is None else "" if SERVER.exists() else "npm install --prefix bench"
    if missing and os.environ.get("ALOOP_REQUIRE_ALL") == "1":
        pytest.fail(f"needs {missing}")
    if missing:
        pytest.skip(f"needs {missing}")
    settings = {
        "yaml": {
            "schemas": {SCHEMA.as_uri(): "**/.aloop/models.yaml"},
            "schemaStore": {"enable": False},
            "kubernetesCRDStore": {"enable": False},
        }
    }
    with LspClient(["node", str(SERVER), "--stdio"], cwd=tmp_path, settings=settings) as running:
        running.initialize(tmp_path)
        yield running


def diagnostics(client: LspClient, folder: Path, text: str) -> list[tuple[int, str, str]]:
    """Line, faulty text and message of each diagnostic; the schema is there once a slip is found."""
    path = folder / ".aloop/models.yaml"
    slip = "models:\n  x/y: {timeout: []}\n"
    client.open(path, slip)
    client.wait_diagnostics(path, lambda found: len(found) == 1)
    client.set_text(path, text)
    found = client.wait_diagnostics(path).diagnostics
    return sorted(_shown(client, path, diagnostic) for diagnostic in found)


def test_a_good_file_has_no_diagnostics(client: LspClient, tmp_path: Path) -> None:
    assert diagnostics(client, tmp_path, GOOD) == []


def test_each_mistake_in_a_bad_file_is_found_where_it_is(client: LspClient, tmp_path: Path) -> None:
    assert diagnostics(client, tmp_path, BAD) == [
        (1, "[openai/gpt-4o]", "Incorrect type. Expected one of string, null."),
        (2, "model: {}", "Unknown field: it has no effect. Only models, default, roles and fallbacks are read."),
        (4, "gpt-4o", "Not a model ID. Write provider/model, for example openai/gpt-4o, or provider/model#label."),
        (7, "5m", "Incorrect type. Expected one of number, null."),
        (8, '"yes"', "Incorrect type. Expected one of boolean, null."),
        (9, "localhost:8000", "Not a URL. Start it with http:// or https://."),
        (11, "0", "Value is below the exclusive minimum of 0."),
        (12, "many", "Incorrect type. Expected one of integer, null."),
        (13, "timout: 5", "Unknown field: it has no effect. Check its spelling, or remove it."),
        (14, "[openai/gpt-4o]", "Matches a schema that is not allowed."),
        (
            14,
            "fallbacks: [openai/gpt-4o]",
            "fallbacks is not supported. An entry cannot call another model."
            " Add that model as an entry and switch to it.",
        ),
        (15, "fast", "Incorrect type. Expected one of object, null."),
    ]


def test_fields_are_completed_and_explained(client: LspClient, tmp_path: Path) -> None:
    text = "models:\n  openai/gpt-4o:\n    timeout: 600\n    drop\n"
    diagnostics(client, tmp_path, text)
    path = tmp_path / ".aloop/models.yaml"
    answer = client.request("textDocument/completion", client.at(path, len(text) - 1))
    items = {item["label"]: item for item in answer["items"]}
    assert items["drop_params"]["textEdit"]["newText"] == "drop_params: "
    assert "timeout" not in items
    assert "fallbacks" not in items
    hover = client.request("textDocument/hover", client.at(path, text.index("timeout") + 1))
    assert "Timeout of a request, in **seconds**" in hover["contents"]["value"]


def _shown(client: LspClient, path: Path, diagnostic: dict[str, Any]) -> tuple[int, str, str]:
    span = diagnostic["range"]
    return span["start"]["line"] + 1, client.text_in(path, span), diagnostic["message"]
