"""A language client over stdio that behaves like an editor and needs only the standard library."""

from __future__ import annotations

import copy
import os
import subprocess
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from lsp_client.capabilities import FULL_CAPABILITIES
from lsp_client.connection import (
    TIMEOUT,
    AnswerThen,
    LspConnection,
    ServerGoneError,
)
from lsp_client.text import (
    Position,
    PositionEncoding,
    Range,
    edits_from_the_end,
    position_at,
    range_at,
    text_in,
)


class Published(NamedTuple):
    """The diagnostics of one publishDiagnostics, and its time (perf_counter)."""

    diagnostics: list[dict[str, Any]]
    version: int | None
    at: float


class Sent(NamedTuple):
    """A new version of a document, and the time (perf_counter) at which its change was sent."""

    version: int
    at: float


@dataclass
class Document:
    """An open document; `mark` is the number of notifications before its newest change."""

    uri: str
    language_id: str
    version: int
    text: str
    mark: int


class LspClient(LspConnection):
    """An editor with one server: open buffers, positions, diagnostics, edits that the server requests.

    As a context manager it stops the server: with shutdown and exit, or with SIGKILL after an exception.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        settings: Mapping[str, Any] | None = None,
        is_recorded: bool = True,
        timeout: float = TIMEOUT,
    ) -> None:
        self.settings: dict[str, Any] = dict(settings or {})
        self.documents: dict[str, Document] = {}
        self.registrations: dict[str, dict[str, Any]] = {}
        self.capabilities: dict[str, Any] = {}
        self.server_info: dict[str, Any] = {}
        self.encoding: PositionEncoding = "utf-16"
        self._folders: list[dict[str, str]] | None = None
        self._sync_kind = 1
        self._buffers = threading.RLock()
        super().__init__(command, cwd=cwd, env=env, is_recorded=is_recorded, timeout=timeout)
        self.answers |= {
            "workspace/applyEdit": self.apply_workspace_edit,
            "workspace/configuration": self._configuration,
            "workspace/workspaceFolders": lambda _params: self._folders,
            "client/registerCapability": self._register,
            "client/unregisterCapability": self._unregister,
            "window/workDoneProgress/create": lambda _params: None,
            "window/showDocument": lambda _params: {"success": True},
            "window/showMessageRequest": lambda _params: None,
        }

    def __enter__(self) -> LspClient:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        try:
            if kind is None and self.is_alive and self.capabilities:
                # The server may have stopped already; a test can check `is_alive`.
                with suppress(ServerGoneError):
                    self.shutdown()
        finally:
            self.kill()

    def initialize(
        self,
        root: Path | None = None,
        *more: Path,
        capabilities: Mapping[str, Any] | None = None,
        options: Any = None,
        encodings: Sequence[PositionEncoding] | None = None,
    ) -> dict[str, Any]:
        """Initialize the server and return its InitializeResult.

        `root` and `more` are the workspace folders. The default capabilities are those of a full editor.
        """
        able = copy.deepcopy(dict(FULL_CAPABILITIES if capabilities is None else capabilities))
        if encodings is not None:
            able.setdefault("general", {})["positionEncodings"] = list(encodings)
        if root is not None:
            self._folders = [{"uri": folder.as_uri(), "name": folder.name} for folder in (root, *more)]
        params = {
            "processId": os.getpid(),
            "clientInfo": {"name": "lsp_client", "version": "1"},
            "rootUri": root.as_uri() if root else None,
            "workspaceFolders": self._folders,
            "capabilities": able,
            "initializationOptions": options,
        }
        result: dict[str, Any] = self.request("initialize", params)
        self.capabilities = result["capabilities"]
        self.server_info = result.get("serverInfo") or {}
        self.encoding = self.capabilities.get("positionEncoding", "utf-16")
        sync = self.capabilities.get("textDocumentSync", 1)
        self._sync_kind = sync.get("change", 0) if isinstance(sync, dict) else sync
        self.notify("initialized", {})
        return result

    def shutdown(self) -> int:
        """Stop the server as an editor does; return its exit code."""
        self.request("shutdown")
        self.notify("exit")
        try:
            return self.process.wait(self.timeout)
        except subprocess.TimeoutExpired as error:
            raise TimeoutError("the server is still running after `exit`") from error

    def execute(self, command: str, *arguments: Any, timeout: float | None = None) -> Any:
        """Run a command of the server and return its result."""
        params = {"command": command, "arguments": list(arguments)}
        return self.request("workspace/executeCommand", params, timeout=timeout)

    def change_folders(self, *folders: Path) -> None:
        """Change the workspace folders and notify the server."""
        before = self._folders or []
        self._folders = [{"uri": folder.as_uri(), "name": folder.name} for folder in folders]
        added = [folder for folder in self._folders if folder not in before]
        removed = [folder for folder in before if folder not in self._folders]
        self.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": added, "removed": removed}})

    def change_settings(self, settings: Mapping[str, Any]) -> None:
        """Change the settings and notify the server."""
        self.settings = dict(settings)
        self.notify("workspace/didChangeConfiguration", {"settings": self.settings})

    def open(self, where: Path | str, text: str | None = None, *, language_id: str = "yaml") -> Sent:
        """Open a file, with its text from disk unless given, or a document by its URI."""
        uri = _uri(where)
        if text is None:
            text = path_of(uri).read_bytes().decode()
        with self._buffers:
            self.documents[uri] = Document(uri, language_id, 1, text, self.mark())
            item = {"uri": uri, "languageId": language_id, "version": 1, "text": text}
            return Sent(1, self.notify("textDocument/didOpen", {"textDocument": item}))

    def replace(self, where: Path | str, start: int, end: int, new: str) -> Sent:
        """Change the text between two offsets (code points)."""
        return self.replace_all(where, [(start, end, new)])

    def replace_all(self, where: Path | str, edits: Iterable[tuple[int, int, str]]) -> Sent:
        """Make several changes as one version, each on the text after the previous change."""
        with self._buffers:
            document = self.document(where)
            text, changes = document.text, list[dict[str, Any]]()
            for start, end, new in edits:
                span = range_at(text, start, end, self.encoding)
                changes.append({"range": span, "text": new})
                text = text[:start] + new + text[end:]
            return self._changed(document, text, changes)

    def set_text(self, where: Path | str, text: str) -> Sent:
        """Replace the whole text of the document (a change without a range)."""
        with self._buffers:
            return self._changed(self.document(where), text, [{"text": text}])

    def save(self, where: Path | str) -> None:
        """Write the buffer to its file and notify the server."""
        document = self.document(where)
        path_of(document.uri).write_bytes(document.text.encode())
        self.notify("textDocument/didSave", {"textDocument": {"uri": document.uri}})

    def close(self, where: Path | str) -> None:
        """Close a document without saving it."""
        with self._buffers:
            uri = self.document(where).uri
            del self.documents[uri]
            self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def document(self, where: Path | str) -> Document:
        """Return the open document; raise KeyError if it is not open."""
        return self.documents[_uri(where)]

    def text(self, where: Path | str) -> str:
        """Return the text of an open document."""
        return self.document(where).text

    def position(self, where: Path | str, offset: int) -> Position:
        """Return the position of an offset in the negotiated encoding."""
        return position_at(self.text(where), offset, self.encoding)

    def at(self, where: Path | str, offset: int) -> dict[str, Any]:
        """Return the parameters of a request about a position: textDocument and position."""
        document = self.document(where)
        return {
            "textDocument": {"uri": document.uri},
            "position": position_at(document.text, offset, self.encoding),
        }

    def text_in(self, where: Path | str, span: Range) -> str:
        """Return the text in a range, for example of a diagnostic."""
        return text_in(self.text(where), span, self.encoding)

    def wait_diagnostics(
        self,
        where: Path | str,
        fits: Callable[[list[dict[str, Any]]], bool] = lambda _diagnostics: True,
        *,
        version: int | None = None,
        timeout: float | None = None,
    ) -> Published:
        """Return the first diagnostics of a version (default: the newest) that fit.

        Diagnostics without a version count if they arrived after the newest change was sent.
        """
        document = self.document(where)
        wanted = document.version if version is None else version
        mark = document.mark if wanted == document.version else 0
        key = unquote(document.uri)

        def find() -> Published | None:
            for method, params, at in self.notifications[mark:]:
                if method != "textDocument/publishDiagnostics" or unquote(params["uri"]) != key:
                    continue
                published = params.get("version")
                is_wanted = published == wanted or (published is None and wanted == document.version)
                if is_wanted and fits(params["diagnostics"]):
                    return Published(params["diagnostics"], published, at)
            return None

        return self._wait(find, f"diagnostics of version {wanted}", timeout)

    def apply_workspace_edit(self, params: dict[str, Any]) -> dict[str, Any]:
        """Apply a WorkspaceEdit to the buffers, all or nothing, and send the didChange."""
        with self._buffers:
            changes = _document_changes(params["edit"])
            for change in changes:
                if reason := self._refusal(change):
                    return {"applied": False, "failureReason": reason}
            for change in changes:
                document = self._opened(change["textDocument"]["uri"])
                edits = edits_from_the_end(document.text, change["edits"], self.encoding)
                self.replace_all(document.uri, edits)
        return {"applied": True}

    def apply_workspace_edit_late(self, params: dict[str, Any]) -> AnswerThen:
        """Apply a WorkspaceEdit, but answer before sending the didChange, as Neovim does."""
        return AnswerThen({"applied": True}, lambda: self.apply_workspace_edit(params))

    def _refusal(self, change: dict[str, Any]) -> str | None:
        if "kind" in change:
            return f"file operation {change['kind']} is not supported"
        wanted = change["textDocument"].get("version")
        version = self._opened(change["textDocument"]["uri"]).version
        if wanted is not None and wanted != version:
            return f"the document has version {version}, not {wanted}"
        return None

    def _opened(self, uri: str) -> Document:
        for document in self.documents.values():
            if unquote(document.uri) == unquote(uri):
                return document
        self.open(uri)
        return self.documents[uri]

    def _changed(self, document: Document, text: str, changes: list[dict[str, Any]]) -> Sent:
        document.text, document.version = text, document.version + 1
        document.mark = self.mark()
        item = {"uri": document.uri, "version": document.version}
        changes = [{"text": text}] if self._sync_kind == 1 else changes
        params = {"textDocument": item, "contentChanges": changes}
        return Sent(document.version, self.notify("textDocument/didChange", params))

    def _configuration(self, params: dict[str, Any]) -> list[Any]:
        return [_section(self.settings, item.get("section")) for item in params["items"]]

    def _register(self, params: dict[str, Any]) -> None:
        self.registrations |= {r["id"]: r for r in params["registrations"]}

    def _unregister(self, params: dict[str, Any]) -> None:
        for item in params["unregisterations"]:
            self.registrations.pop(item["id"], None)


def path_of(uri: str) -> Path:
    """Return the path of a `file:` URI."""
    return Path(url2pathname(urlsplit(uri).path))


def _uri(where: Path | str) -> str:
    return where.absolute().as_uri() if isinstance(where, Path) else where


def _document_changes(edit: dict[str, Any]) -> list[dict[str, Any]]:
    if "documentChanges" in edit:
        return edit["documentChanges"]
    changes = edit.get("changes") or {}
    return [{"textDocument": {"uri": uri}, "edits": edits} for uri, edits in changes.items()]


def _section(settings: Mapping[str, Any], section: str | None) -> Any:
    value: Any = settings
    for part in filter(None, (section or "").split(".")):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
