"""Offsets to lines and columns and our values to LSP's JSON; the border at which characters become positions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from aloop_models.core.lines import Encoding, Lines, Position
from aloop_models.core.text import Edit, Span
from aloop_models.features.diagnostic import Diagnostic
from aloop_models.lsp.client import Client
from aloop_models.workspace.rule_pages import rule_page

Json = dict[str, Any]


class Border:
    """Converts between the offsets of one text and the positions one client counts in."""

    def __init__(self, lines: Lines, encoding: Encoding) -> None:
        self._lines = lines
        self._encoding = encoding

    def position(self, offset: int) -> Json:
        """An LSP Position."""
        line, column = self._lines.position(offset, self._encoding)
        return {"line": line, "character": column}

    def range(self, span: Span | tuple[int, int]) -> Json:
        """An LSP Range."""
        return {"start": self.position(span[0]), "end": self.position(span[1])}

    def offset(self, position: Any) -> int:
        """The offset of an LSP Position, given as JSON or as pygls' object."""
        if isinstance(position, Mapping):
            return self._lines.offset(Position(position["line"], position["character"]), self._encoding)
        return self._lines.offset(Position(position.line, position.character), self._encoding)

    def span(self, range_: Any) -> Span:
        """The span of an LSP Range, given as JSON or as pygls' object."""
        if isinstance(range_, Mapping):
            return Span(self.offset(range_["start"]), self.offset(range_["end"]))
        return Span(self.offset(range_.start), self.offset(range_.end))

    def edits(self, edits: Iterable[Edit]) -> list[Json]:
        """LSP TextEdits."""
        return [{"range": self.range((edit.start, edit.end)), "newText": edit.text} for edit in edits]

    def diagnostic(self, diagnostic: Diagnostic, uri: str, client: Client) -> Json:
        """An LSP Diagnostic; what the client cannot show is left out."""
        rule = diagnostic.rule
        result: Json = {
            "range": self.range(diagnostic.span),
            "severity": int(diagnostic.level),
            "code": rule.id,
            "source": "aloop",
            "message": diagnostic.message,
        }
        if client.code_descriptions:
            result["codeDescription"] = {"href": rule_page(rule.id)}
        if client.tags and diagnostic.retired:
            result["tags"] = [2]
        if client.related_information and diagnostic.related:
            result["relatedInformation"] = [
                {"location": {"uri": uri, "range": self.range(item.span)}, "message": item.message}
                for item in diagnostic.related
            ]
        return result
