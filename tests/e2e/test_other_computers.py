"""A models.yaml of another computer or of WSL, which the editor can open and this process cannot."""

from pathlib import Path

import pytest

from lsp_client import LspError
from support.server import raw_client

BROKEN = "models:\n  ollama/a:\n    timeout: soon\n"


@pytest.mark.parametrize("host", ["server", "wsl.localhost"])
def test_diagnostics_come_and_commands_say_why_not(tmp_path: Path, host: str) -> None:
    uri = f"file://{host}/share/p/.aloop/models.yaml"
    with raw_client() as client:
        client.initialize(tmp_path)
        client.open(uri, BROKEN)
        found = client.wait_diagnostics(uri)
        assert "wrong-type" in [item["code"] for item in found.diagnostics]
        with pytest.raises(LspError) as caught:
            client.execute("aloop.addModel", {"uri": uri, "modelId": "ollama/b"})
        assert (caught.value.code, str(caught.value)) == (
            -32803,
            f"-32803: Commands cannot use this file, because it is on {host}. Edit it in the editor, or open its "
            "folder on that system (for WSL or SSH: in a remote window).",
        )
