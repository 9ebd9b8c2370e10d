"""Conversion between the values of this package and LSP's JSON, and between offsets and positions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from aloop_models.catalog.rule_pages import rule_page
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.lines import Encoding, Lines, Position
from aloop_models.core.text import Edit, Span
from aloop_models.features.code_actions import Action
from aloop_models.features.completion import Completion, Kind
from aloop_models.features.completion_text import snippet_text
from aloop_models.features.diagnostic import Diagnostic, Severity
from aloop_models.features.formatting import plural
from aloop_models.features.semantic_tokens import MODIFIERS, TYPES, Token
from aloop_models.features.symbols import Symbol
from aloop_models.lsp.capabilities import Capabilities

Json = dict[str, Any]

# Folder, Value, Property, Value and Reference: clients display them as an icon or a word.
_COMPLETION_KINDS = {Kind.PROVIDER: 19, Kind.MODEL: 12, Kind.FIELD: 10, Kind.VALUE: 12, Kind.REFERENCE: 18}
_WHITE_SPACE_BEFORE_END = lazy_re(r"\s\S|[\r\n]")
_SYMBOL_KINDS = {"namespace": 3, "object": 19, "property": 7, "constant": 14}


class PositionConverter:
    """Converts between the offsets of one text and positions in the encoding of one client."""

    def __init__(self, lines: Lines, encoding: Encoding) -> None:
        self._lines = lines
        self._encoding = encoding

    def position(self, offset: int) -> Json:
        """Return the LSP Position of an offset."""
        line, column = self._lines.position(offset, self._encoding)
        return {"line": line, "character": column}

    def range(self, span: Span | tuple[int, int]) -> Json:
        """Return the LSP Range of a span."""
        return {"start": self.position(span[0]), "end": self.position(span[1])}

    def offset(self, position: Any) -> int:
        """Return the offset of an LSP Position, given as JSON or as an object of lsprotocol."""
        if isinstance(position, Mapping):
            return self._lines.offset(Position(position["line"], position["character"]), self._encoding)
        return self._lines.offset(Position(position.line, position.character), self._encoding)

    def span(self, range_: Any) -> Span:
        """Return the span of an LSP Range, given as JSON or as an object of lsprotocol."""
        if isinstance(range_, Mapping):
            return Span(self.offset(range_["start"]), self.offset(range_["end"]))
        return Span(self.offset(range_.start), self.offset(range_.end))

    def edits(self, edits: Iterable[Edit]) -> list[Json]:
        """Return LSP TextEdits."""
        return [{"range": self.range((edit.start, edit.end)), "newText": edit.text} for edit in edits]


def lsp_diagnostic(diagnostic: Diagnostic, uri: str, converter: PositionConverter, capabilities: Capabilities) -> Json:
    """Return an LSP Diagnostic without what the client does not support."""
    rule = diagnostic.rule
    result: Json = {
        "range": converter.range(diagnostic.span),
        "severity": int(diagnostic.level),
        "code": rule.id,
        "source": "aloop",
        "message": diagnostic.message,
    }
    if capabilities.code_descriptions:
        result["codeDescription"] = {"href": _page_link(rule.id, capabilities.rule_command)}
    tags = [1] * diagnostic.unnecessary + [2] * diagnostic.retired
    if capabilities.tags and tags:
        result["tags"] = tags
    if capabilities.related_information and diagnostic.related:
        result["relatedInformation"] = [
            {"location": {"uri": uri, "range": converter.range(item.span)}, "message": item.message}
            for item in diagnostic.related
        ]
    return result


def _page_link(rule_id: str, command: str) -> str:
    """Return the link to a rule's page: the client's command, which shows it rendered, or the file."""
    return f"command:{command}?{quote(json.dumps([{'ruleId': rule_id}]))}" if command else rule_page(rule_id)


def lsp_more_problems(count: int, converter: PositionConverter) -> Json:
    """Return an LSP Diagnostic in the first line that says how many problems are not sent, and how to see them."""
    message = f"{plural(count, 'more problem')} in this file. To see all of them: aloop models check"
    return {
        "range": converter.range((0, 0)),
        "severity": int(Severity.INFORMATION),
        "code": "more-problems",
        "source": "aloop",
        "message": message,
    }


def lsp_completion(item: Completion, indent: str, converter: PositionConverter, capabilities: Capabilities) -> Json:
    """Return an LSP CompletionItem; `indent` is the indentation of the line with the cursor."""
    text, is_snippet = item.edit.text, item.is_snippet
    if capabilities.snippets and not is_snippet and _WHITE_SPACE_BEFORE_END.search(text):
        # Neovim inserts a text that is not a snippet only up to the first white space.
        text, is_snippet = snippet_text(text), True
    if is_snippet:
        # A client converts `\n` to the line break of the document, but Neovim inserts the `\r` of a snippet as text.
        text = re.sub("\r\n?", "\n", text)
    result: Json = {
        "label": item.label,
        "kind": _COMPLETION_KINDS[item.kind],
        "textEdit": {"range": converter.range((item.edit.start, item.edit.end)), "newText": text},
        "sortText": item.sort,
    }
    if item.filter != item.label:
        result["filterText"] = item.filter
    if "\n" in text and capabilities.keeps_indentation:
        result["insertTextMode"] = 1
    elif is_snippet:
        # Without `insertTextMode`, a client adds the indentation of the current line to every line it inserts.
        result["textEdit"]["newText"] = text.replace(f"\n{indent}", "\n")
    if item.detail and capabilities.label_details:
        result["labelDetails"] = {"description": item.detail}
    elif item.detail:
        result["detail"] = item.detail
    if is_snippet:
        result["insertTextFormat"] = 2
    if item.deprecated:
        # `tags` has replaced `deprecated` in LSP.
        result |= {"tags": [1]} if capabilities.completion_tags else {"deprecated": True}
    if item.preselect:
        result["preselect"] = True
    if item.retrigger and capabilities.suggest_command:
        result["command"] = {"title": "Suggest", "command": capabilities.suggest_command}
    if item.key_of:
        shared = {"sameKeyAs": item.key_from} if item.key_from else {}
        result["command"] = lsp_command(item.label, capabilities.key_command, {"modelId": item.key_of, **shared})
    return result


def lsp_code_action(
    action: Action, uri: str, version: int | None, converter: PositionConverter, capabilities: Capabilities
) -> Json:
    """Return an LSP CodeAction for this version of the document."""
    result: Json = {"title": action.title, "kind": action.kind}
    if action.preferred:
        result["isPreferred"] = True
    if action.diagnostic:
        result["diagnostics"] = [lsp_diagnostic(action.diagnostic, uri, converter, capabilities)]
    if action.edits:
        result["edit"] = lsp_workspace_edit(action.edits, uri, version, converter, capabilities)
    if action.command:
        # A fix is for this file, whichever file the window uses.
        place = {"uri": uri} if action.diagnostic else {}
        result["command"] = lsp_command(action.title, action.command, {**place, **action.arguments})
    return result


def lsp_workspace_edit(
    edits: Iterable[Edit], uri: str, version: int | None, converter: PositionConverter, capabilities: Capabilities
) -> Json:
    """Return an LSP WorkspaceEdit of one document, for exactly this version if the client supports versions."""
    if version is None or not capabilities.versioned_edits:
        return {"changes": {uri: converter.edits(edits)}}
    change = {"textDocument": {"uri": uri, "version": version}, "edits": converter.edits(edits)}
    return {"documentChanges": [change]}


def lsp_command(title: str, command: str | None, arguments: Mapping[str, object]) -> Json:
    """Return an LSP Command; one without an ID is a title that does nothing."""
    return {"title": title, "command": command or "", "arguments": [dict(arguments)] if command else []}


def lsp_symbol_tree(symbols: Iterable[Symbol], converter: PositionConverter) -> list[Json]:
    """Return LSP DocumentSymbols."""
    return [
        {
            "name": item.name,
            "detail": item.detail,
            "kind": _SYMBOL_KINDS[item.kind],
            "range": converter.range(item.span),
            "selectionRange": converter.range(item.name_span),
            "children": lsp_symbol_tree(item.children, converter),
        }
        for item in symbols
    ]


def lsp_symbol_list(symbols: Iterable[Symbol], uri: str, converter: PositionConverter, parent: str = "") -> list[Json]:
    """Return LSP SymbolInformation, for clients that do not support a tree."""
    result: list[Json] = []
    for item in symbols:
        location = {"uri": uri, "range": converter.range(item.span)}
        result.append(
            {"name": item.name, "kind": _SYMBOL_KINDS[item.kind], "location": location, "containerName": parent}
        )
        result += lsp_symbol_list(item.children, uri, converter, item.name)
    return result


def lsp_tokens(tokens: Iterable[Token], converter: PositionConverter) -> list[int]:
    """Return the data of LSP SemanticTokens: five numbers for each token, relative to the previous one."""
    data: list[int] = []
    line = column = 0
    for token in tokens:
        start, end = converter.position(token.start), converter.position(token.end)
        below = start["line"] - line
        data += (below, start["character"] - (0 if below else column), end["character"] - start["character"])
        data += (TYPES.index(token.type), sum(1 << MODIFIERS.index(name) for name in token.modifiers))
        line, column = start["line"], start["character"]
    return data
