"""The set-up in docs/editors/helix.md: TOML that parses, with keys that Helix knows, and shell commands that run."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from support.editors import page_block

tomllib = pytest.importorskip("tomllib")

# https://docs.helix-editor.com/languages.html, as of Helix 25.07.
LANGUAGE_KEYS = {
    "name",
    "language-id",
    "scope",
    "injection-regex",
    "file-types",
    "shebangs",
    "roots",
    "auto-format",
    "diagnostic-severity",
    "comment-token",
    "comment-tokens",
    "block-comment-tokens",
    "indent",
    "language-servers",
    "grammar",
    "formatter",
    "soft-wrap",
    "text-width",
    "rulers",
    "path-completion",
    "word-completion",
    "workspace-lsp-roots",
    "persistent-diagnostic-sources",
    "rainbow-brackets",
}
SERVER_KEYS = {"command", "args", "config", "timeout", "environment", "required-root-patterns"}


@pytest.fixture(scope="module")
def settings() -> dict[str, Any]:
    return tomllib.loads(page_block("helix", "toml"))


def test_every_key_is_one_that_helix_knows(settings: dict[str, Any]) -> None:
    assert set(settings) == {"language", "language-server"}
    for language in settings["language"]:
        assert set(language) <= LANGUAGE_KEYS
        assert {"name", "scope", "file-types", "language-servers"} <= set(language)
        assert set(language["indent"]) == {"tab-width", "unit"}
        for item in language["file-types"]:
            assert isinstance(item, str) or set(item) == {"glob"}
    for server in settings["language-server"].values():
        assert set(server) <= SERVER_KEYS
        assert "command" in server


def test_the_language_names_a_server_that_is_there(settings: dict[str, Any], server: Path) -> None:
    [language] = settings["language"]
    [name] = language["language-servers"]
    assert settings["language-server"][name]["command"] == server.name
    done = subprocess.run(
        [server, *settings["language-server"][name]["args"], "--version"], capture_output=True, text=True
    )
    assert done.stdout.startswith("aloop-ls ")


def test_the_shell_block_copies_the_highlighting_of_yaml(tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    subprocess.run(["bash", "-euc", page_block("helix", "sh")], env=environment, check=True)
    queries = tmp_path / ".config" / "helix" / "runtime" / "queries" / "aloop-models"
    assert {file.name: file.read_text() for file in queries.iterdir()} == {
        f"{name}.scm": "; inherits: yaml\n" for name in ("highlights", "indents", "injections")
    }
