"""What the client can do, resolved once into named booleans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lsprotocol import types

from aloop_models.core.lines import Encoding


@dataclass(frozen=True, slots=True)
class Capabilities:
    """One client's capabilities, as far as the server uses them."""

    encoding: Encoding = Encoding.UTF16
    snippets: bool = False
    versioned_edits: bool = False
    """It takes `workspace/applyEdit` with document versions."""
    related_information: bool = False
    tags: bool = False
    code_descriptions: bool = False
    pull_refresh: bool = False
    lens_refresh: bool = False
    hint_refresh: bool = False
    watches_files: bool = False
    configuration: bool = False
    workspace_folders: bool = False
    markdown: bool = True
    hierarchical_symbols: bool = False
    completion_tags: bool = False
    progress: bool = False
    suggest_command: str = ""
    """The client's own command that asks for completion, where it told us one; few clients have it."""
    key_command: str = ""
    """The client's own command that asks for the API key of `modelId`, where it told us one."""
    keeps_indentation: bool = False
    """It can take a completion's text as it is, without indenting its further lines anew."""

    def markup(self, markdown: str) -> dict[str, str]:
        """An LSP MarkupContent of the kind it shows."""
        return {"kind": "markdown" if self.markdown else "plaintext", "value": markdown}


def read_capabilities(params: types.InitializeParams, encoding: str) -> Capabilities:
    """The capabilities that a client gives in `initialize`; it does not have what it leaves out."""
    can = params.capabilities
    workspace, document = can.workspace, can.text_document

    def has(start: Any, *names: str) -> bool:
        for name in names:
            start = getattr(start, name, None)
        return bool(start)

    hover_kinds = getattr(getattr(document, "hover", None), "content_format", None)
    item = getattr(getattr(document, "completion", None), "completion_item", None)
    insertions = getattr(getattr(item, "insert_text_mode_support", None), "value_set", None)
    return Capabilities(
        encoding=Encoding(encoding),
        snippets=has(document, "completion", "completion_item", "snippet_support"),
        versioned_edits=has(workspace, "apply_edit") and has(workspace, "workspace_edit", "document_changes"),
        related_information=has(document, "publish_diagnostics", "related_information"),
        tags=has(document, "publish_diagnostics", "tag_support"),
        code_descriptions=has(document, "publish_diagnostics", "code_description_support"),
        pull_refresh=has(workspace, "diagnostics", "refresh_support"),
        lens_refresh=has(workspace, "code_lens", "refresh_support"),
        hint_refresh=has(workspace, "inlay_hint", "refresh_support"),
        watches_files=has(workspace, "did_change_watched_files", "dynamic_registration"),
        configuration=has(workspace, "configuration"),
        workspace_folders=has(workspace, "workspace_folders"),
        progress=has(can.window, "work_done_progress"),
        markdown=hover_kinds is None or types.MarkupKind.Markdown in hover_kinds,
        hierarchical_symbols=has(document, "document_symbol", "hierarchical_document_symbol_support"),
        completion_tags=has(document, "completion", "completion_item", "tag_support"),
        keeps_indentation=types.InsertTextMode.AsIs in (insertions or ()),
    )
