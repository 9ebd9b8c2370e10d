"""The conversion to LSP: positions survive every encoding, and a client is shown only what it can show."""

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from aloop_models.core.lines import Encoding, Lines
from aloop_models.core.text import Edit, Span, apply_edits
from aloop_models.features.completion import Completion, Kind
from aloop_models.features.diagnostic import Diagnostic, Related, Rule, Severity
from aloop_models.lsp.capabilities import Capabilities, read_capabilities
from aloop_models.lsp.convert import PositionConverter, lsp_completion, lsp_diagnostic, rule_page
from lsp_client.text import apply_text_edits, offset_at, position_at

PIECES = ["models:", "a", " ", "é", "\u20ac", "🎉", "\r", "\n", "\r\n", "\u2028", "\ufeff"]
TEXTS = st.lists(
    st.sampled_from(PIECES) | st.text(st.characters(exclude_categories=["Cs"]), max_size=4), max_size=30
).map("".join)
ENCODINGS = st.sampled_from(list(Encoding))
URI = "file:///home/me/.aloop/models.yaml"
RULE = Rule("a-rule", Severity.WARNING, "Title", "Why.", "a", "b", severity_reason="It works.")
FINDING = Diagnostic(RULE, Span(2, 4), "Do this.", related=(Related(Span(0, 1), "The other one."),), retired=True)


def inside_a_break(text: str, offset: int) -> bool:
    return text[max(0, offset - 1) : offset + 1] == "\r\n"


@given(text=TEXTS, encoding=ENCODINGS)
def test_positions_are_those_an_editor_counts(text: str, encoding: Encoding) -> None:
    converter = PositionConverter(Lines(text), encoding)
    for offset in range(len(text) + 1):
        if inside_a_break(text, offset):
            continue
        position = converter.position(offset)
        assert position == position_at(text, offset, encoding.value)
        assert converter.offset(position) == offset == offset_at(text, position, encoding.value)
        assert converter.offset(SimpleNamespace(**position)) == offset


@given(text=TEXTS, encoding=ENCODINGS, data=st.data())
def test_an_editor_applies_the_edits_as_we_do(text: str, encoding: Encoding, data: st.DataObject) -> None:
    free = [offset for offset in range(len(text) + 1) if not inside_a_break(text, offset)]
    places = sorted(data.draw(st.lists(st.sampled_from(free), max_size=6, unique=True)))
    edits = [Edit(*pair, data.draw(st.text(max_size=3))) for pair in zip(places[0::2], places[1::2], strict=False)]
    sent = PositionConverter(Lines(text), encoding).edits(edits)
    assert apply_text_edits(text, sent, encoding.value) == apply_edits(text, edits)


@given(text=TEXTS, encoding=ENCODINGS, data=st.data())
def test_spans_survive_as_ranges(text: str, encoding: Encoding, data: st.DataObject) -> None:
    free = [offset for offset in range(len(text) + 1) if not inside_a_break(text, offset)]
    start, end = sorted((data.draw(st.sampled_from(free)), data.draw(st.sampled_from(free))))
    converter = PositionConverter(Lines(text), encoding)
    found = converter.range((start, end))
    assert converter.span(found) == Span(start, end)
    typed = SimpleNamespace(start=SimpleNamespace(**found["start"]), end=SimpleNamespace(**found["end"]))
    assert converter.span(typed) == Span(start, end)


def diagnostic(client: Capabilities) -> dict[str, Any]:
    return lsp_diagnostic(FINDING, URI, PositionConverter(Lines("abcdef"), client.encoding), client)


def test_a_plain_client_gets_a_plain_diagnostic() -> None:
    assert diagnostic(Capabilities()) == {
        "range": {"start": {"line": 0, "character": 2}, "end": {"line": 0, "character": 4}},
        "severity": 2,
        "code": "a-rule",
        "source": "aloop",
        "message": "Do this.",
    }


def test_a_full_client_gets_all_of_it() -> None:
    full = diagnostic(Capabilities(related_information=True, tags=True, code_descriptions=True))
    assert {name: full[name] for name in full.keys() - diagnostic(Capabilities()).keys()} == {
        "codeDescription": {"href": rule_page("a-rule")},
        "tags": [2],
        "relatedInformation": [
            {
                "location": {
                    "uri": URI,
                    "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 1}},
                },
                "message": "The other one.",
            }
        ],
    }


def test_a_client_with_a_command_for_rules_gets_a_link_to_it() -> None:
    """The command shows the page rendered."""
    found = diagnostic(Capabilities(code_descriptions=True, rule_command="show"))
    href = found["codeDescription"]["href"]
    assert href == "command:show?%5B%7B%22ruleId%22%3A%20%22a-rule%22%7D%5D"


def test_a_rules_page_is_a_file_that_ships() -> None:
    page = rule_page("unknown-model")
    assert page.startswith("file:///")
    assert page.endswith("/docs/rules/unknown-model.md")


def test_the_severity_in_force_is_sent() -> None:
    hint = FINDING._replace(severity=Severity.HINT)
    assert (
        lsp_diagnostic(hint, URI, PositionConverter(Lines("abcdef"), Encoding.UTF16), Capabilities())["severity"] == 4
    )


@pytest.mark.parametrize("snippets", [True, False])
@pytest.mark.parametrize(
    ("text", "as_snippet"),
    [
        ("Claude Opus 5.5", "Claude Opus 5.5"),
        ("  anthropic/", "  anthropic/"),
        ("roles:\r\n  ", "roles:\n  "),
        ("roles:\r  ", "roles:\n  "),
        ("azure/$x: {}", "azure/\\$x: {\\}"),
        ("timeout: ", None),
        ("anthropic/$x", None),
    ],
)
def test_a_text_with_white_space_is_a_snippet(text: str, as_snippet: str | None, snippets: bool) -> None:
    item = Completion("label", Kind.FIELD, Edit(0, 0, text))
    sent = lsp_completion(item, "", PositionConverter(Lines(""), Encoding.UTF16), Capabilities(snippets=snippets))
    found = (sent["textEdit"]["newText"], sent.get("insertTextFormat"))
    assert found == ((as_snippet, 2) if snippets and as_snippet is not None else (text, None))


def abilities(capabilities: types.ClientCapabilities) -> Capabilities:
    return read_capabilities(types.InitializeParams(capabilities=capabilities), "utf-16")


def test_a_client_that_tells_nothing_can_do_nothing() -> None:
    assert abilities(types.ClientCapabilities()) == Capabilities()


@pytest.mark.parametrize(("apply", "documents", "able"), [(True, True, True), (True, None, False), (None, True, False)])
def test_versioned_edits_need_both_abilities(apply: bool | None, documents: bool | None, able: bool) -> None:
    edit = types.WorkspaceEditClientCapabilities(document_changes=documents)
    workspace = types.WorkspaceClientCapabilities(apply_edit=apply, workspace_edit=edit)
    assert abilities(types.ClientCapabilities(workspace=workspace)).versioned_edits is able


@pytest.mark.parametrize(
    ("kinds", "markdown"),
    [(None, True), ([], False), ([types.MarkupKind.PlainText], False), ([types.MarkupKind.Markdown], True)],
)
def test_markdown_is_for_clients_that_do_not_exclude_it(kinds: list[types.MarkupKind] | None, markdown: bool) -> None:
    hover = types.HoverClientCapabilities(content_format=kinds)
    document = types.TextDocumentClientCapabilities(hover=hover)
    assert abilities(types.ClientCapabilities(text_document=document)).markdown is markdown
