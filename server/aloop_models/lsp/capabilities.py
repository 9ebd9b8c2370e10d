"""The client's capabilities, read once into named booleans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from lsprotocol import types

from aloop_models.core.lines import Encoding
from aloop_models.features.code_actions import TARGETS, DisableCommand
from aloop_models.features.code_lens import PLAIN, LensClient


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The capabilities of one client that the server uses."""

    encoding: Encoding = Encoding.UTF16
    snippets: bool = False
    versioned_edits: bool = False
    """Whether it supports `workspace/applyEdit` with document versions."""
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
    label_details: bool = False
    """Whether it displays a description in each row of the completion menu."""
    progress: bool = False
    suggest_command: str = ""
    """The client's command that opens the completion menu; empty if it has none."""
    key_command: str = ""
    """The client's command that asks for the API key of `modelId`; empty if it has none."""
    asks: bool = False
    """Whether it asks the user the question with which the server refuses a command (`needsInput`)."""
    rule_command: str = ""
    """The client's command that shows the page of `ruleId`; empty if it has none."""
    disable: DisableCommand | None = None
    """The client's command that turns a rule off in its settings, if it has one."""
    lenses: LensClient = PLAIN
    """What it says about code lenses."""
    keeps_indentation: bool = False
    """Whether it can insert the text of a completion without indenting its lines again."""

    def markup(self, markdown: str) -> dict[str, str]:
        """Return an LSP MarkupContent of a kind that the client supports."""
        return {"kind": "markdown" if self.markdown else "plaintext", "value": markdown}


def disable_command(options: Mapping[str, object]) -> DisableCommand | None:
    """Read the command that turns a rule off from the initialization options."""
    command, given = options.get("disableRuleCommand"), options.get("disableRuleTargets")
    names = cast("list[object]", given) if isinstance(given, list) else []
    targets = tuple(name for name in TARGETS if name in names)
    return DisableCommand(command, targets) if isinstance(command, str) and command and targets else None


def lens_client(options: Mapping[str, object]) -> LensClient:
    """Read what the client says about code lenses from the initialization options."""
    given = options.get("lensCommands")
    names = cast("list[object]", given) if isinstance(given, list) else []
    return LensClient(options.get("icons") is True, frozenset(name for name in names if isinstance(name, str)))


def read_capabilities(params: types.InitializeParams, encoding: str) -> Capabilities:
    """Read the capabilities from `initialize`; a capability that is left out is not supported."""
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
        label_details=bool(getattr(item, "label_details_support", None)),
        keeps_indentation=types.InsertTextMode.AsIs in (insertions or ()),
    )
