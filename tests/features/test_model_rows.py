"""The models and roles of a file in lists, which show no key of the file."""

from __future__ import annotations

from aloop_models.features.model_rows import model_rows, role_rows
from support.snapshots import snapshot

TEXT = """\
models:
  ollama/llama3.1: {name: The tulip-window-harvest of mine}
  ollama/tulip-window-harvest:
  mistral/x: {api_key: tulip-window-harvest}
roles: {fast: ollama/llama3.1, tulip-window-harvest: mistral/x}
default: ollama/llama3.1
"""


def test_a_key_of_the_file_is_not_offered_as_an_id_and_masked_in_a_name() -> None:
    around = snapshot(TEXT)
    rows = {row.value: row.detail for row in model_rows(around)}
    assert list(rows) == ["ollama/llama3.1", "mistral/x"]
    assert rows["ollama/llama3.1"].startswith("The •••••••• of mine · current · default")
    assert [tuple(row) for row in role_rows(around)] == [("@fast", "The •••••••• of mine")]
