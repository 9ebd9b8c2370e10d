"""The real server for end-to-end tests: its command and environment, a pytest-lsp editor, a project to work on."""

from __future__ import annotations

import asyncio
import atexit
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from lsprotocol.converters import get_converter
from pygls.exceptions import JsonRpcException
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES, register_lsp_features

from aloop_models.catalog import load_catalog
from lsp_client import LspClient
from lsp_client.capabilities import FULL_CAPABILITIES
from lsp_client.text import apply_text_edits
from support.tally import TRIED

ROOT = Path(__file__).parents[2]
SERVER = [str(Path(sys.executable).with_name("aloop-ls"))]
KEY = "sk-proj-AbCdEfGhIjKlMnOpQrStUvWx0123456789AbCdEfGh"
MASK = "••••••••"
LIMIT = 60.0
"""Seconds that anything may take before a test gives up."""

_folder = tempfile.TemporaryDirectory(prefix="aloop-e2e-")
atexit.register(_folder.cleanup)


def environment(**more: str) -> dict[str, str]:
    """A fixed day, the shipped catalog, and a home and a runtime folder in which nobody's files are."""
    home, runtime = Path(_folder.name, "home"), Path(_folder.name, "runtime")
    for folder in (home, runtime):
        folder.mkdir(mode=0o700, exist_ok=True)
    own = {
        "ALOOP_TODAY": "2026-11-22",
        "ALOOP_CATALOG": "snapshot",
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(runtime),
    }
    return os.environ | own | more


def project(folder: Path, text: str, mode: int = 0o600) -> Path:
    """The models.yaml of a project."""
    path = folder / ".aloop" / "models.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    path.chmod(mode)
    return path


def shipped_catalog() -> dict[str, object]:
    """What the state says of the catalog that the tests use."""
    catalog = load_catalog()
    return {
        "litellm": catalog.litellm_version,
        "made": catalog.made.isoformat(),
        "origin": "snapshot",
        "providers": len(catalog.providers),
    }


class _CountedClient(LspClient):
    """Counts what it sends."""

    def _write(self, head: dict[str, Any], params: Any) -> float:
        TRIED["messages"] += 1
        return super()._write(head, params)


def raw_client(*arguments: str, command: list[str] | None = None, **options: Any) -> LspClient:
    """The client that needs no library, on a server of its own."""
    return _CountedClient([*(command or SERVER), *arguments], env=environment(), timeout=LIMIT, **options)


def require(condition: object, why: str) -> None:
    """Skip without the condition, but fail where everything is required."""
    if not condition:
        (pytest.fail if os.environ.get("ALOOP_REQUIRE_ALL") == "1" else pytest.skip)(why)


class Editor(LanguageClient):
    """pytest-lsp's client with its open texts, the diagnostics of each version, and the edits it was asked for."""

    def __init__(self) -> None:
        super().__init__(converter_factory=default_converter)
        self.published: list[types.PublishDiagnosticsParams] = []
        self.states: list[Any] = []
        self.texts: dict[str, str] = {}
        self.able = types.ServerCapabilities()
        self._news = asyncio.Event()
        own = {
            types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: lambda params: self._publish(params),
            types.WORKSPACE_APPLY_EDIT: lambda params: self._apply(params),
            types.CLIENT_REGISTER_CAPABILITY: lambda _params: None,
            types.WORKSPACE_CODE_LENS_REFRESH: lambda _params: None,
            types.WORKSPACE_INLAY_HINT_REFRESH: lambda _params: None,
            "aloop/modelsChanged": lambda params: self._state(params),
        }
        register_lsp_features(self, {**DEFAULT_CLIENT_FEATURES, **own})

    async def start_session(self, folder: Path | None = None) -> types.ServerCapabilities:
        """Shake hands as an editor that can do everything; what the server can do."""
        capabilities = get_converter().structure(FULL_CAPABILITIES, types.ClientCapabilities)
        folders = [types.WorkspaceFolder(folder.as_uri(), folder.name)] if folder else None
        params = types.InitializeParams(
            capabilities=capabilities,
            workspace_folders=folders,
            initialization_options={
                "suggestCommand": "suggest",
                "keyCommand": "key",
                "icons": True,
                "lensCommands": ["aloop.setKey"],
            },
        )
        self.able = (await self.initialize_session(params)).capabilities
        return self.able

    def open(self, path: Path, text: str | None = None) -> types.TextDocumentIdentifier:
        """Open a document, with the text of its file unless given."""
        uri, text = path.as_uri(), path.read_bytes().decode() if text is None else text
        self.texts[uri] = text
        item = types.TextDocumentItem(uri, "yaml", 1, text)
        self.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return types.TextDocumentIdentifier(uri)

    def change(self, uri: str, version: int, *changes: types.TextDocumentContentChangeEvent) -> None:
        """Send a new version."""
        item = types.VersionedTextDocumentIdentifier(version, uri)
        self.text_document_did_change(types.DidChangeTextDocumentParams(item, list(changes)))

    async def diagnostics_of(self, uri: str, version: int = 1) -> list[types.Diagnostic]:
        """What the server sends about one version."""
        params = await self.first(self.published, lambda item: (item.uri, item.version) == (uri, version))
        return list(params.diagnostics)

    async def state(self, fits: Callable[[Any], bool] = lambda _state: True) -> Any:
        """The first `aloop/modelsChanged` that fits."""
        return await self.first(self.states, fits)

    async def run(self, command: str, *arguments: Any) -> Any:
        """The result of a command."""
        params = types.ExecuteCommandParams(command, list(arguments))
        return plain(await self.workspace_execute_command_async(params))

    async def refusal(self, command: str, *arguments: Any) -> tuple[int, str, str, list[str]]:
        """Code, message, reason and suggestions of a command that has to be refused."""
        with pytest.raises(JsonRpcException) as refused:
            await self.run(command, *arguments)
        data = plain(refused.value.data)
        assert {*data} - {"problem", "canBeConfirmed"} == {"reason", "suggestions"}
        return refused.value.code, refused.value.message, data["reason"], data["suggestions"]

    async def first(self, items: list[Any], fits: Callable[[Any], bool]) -> Any:
        """The first of the items that fits, as soon as there is one."""

        async def wait() -> Any:
            while not (found := [item for item in items if fits(item)]):
                self._news.clear()
                await self._news.wait()
            return found[0]

        return await asyncio.wait_for(wait(), LIMIT)

    def _publish(self, params: types.PublishDiagnosticsParams) -> None:
        self.published.append(params)
        self._news.set()

    def _state(self, params: Any) -> None:
        self.states.append(plain(params))
        self._news.set()

    def _apply(self, params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        for change in params.edit.document_changes or ():
            assert isinstance(change, types.TextDocumentEdit)
            uri, version = change.text_document.uri, change.text_document.version or 0
            edits = [get_converter().unstructure(edit) for edit in change.edits]
            self.texts[uri] = apply_text_edits(self.texts[uri], edits)
            self.change(uri, version + 1, types.TextDocumentContentChangeWholeDocument(self.texts[uri]))
        return types.ApplyWorkspaceEditResult(applied=True)


def at(document: types.TextDocumentIdentifier, line: int, character: int) -> dict[str, Any]:
    """The two arguments of a request about a place."""
    return {"text_document": document, "position": types.Position(line, character)}


def on(line: int, start: int, end: int) -> types.Range:
    """A range on one line."""
    return types.Range(types.Position(line, start), types.Position(line, end))


def plain(value: Any) -> Any:
    """What pygls made objects and tuples of, as JSON again."""
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value
