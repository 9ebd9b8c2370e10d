"""Each feature through the real server and pytest-lsp: one server, a document for each test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from lsprotocol.converters import get_converter
from pygls.exceptions import JsonRpcException

from lsp_client.text import apply_text_edits
from support.server import KEY, MASK, SERVER, Editor, at, environment, on

pytestmark = pytest.mark.asyncio(loop_scope="module")

TEXT = f"""\
# Our models, see https://example.com/models.
# Keep the keys secret.
models:
  openai/gpt-4o:
    name: GPT 🎉 four
    api_key: &key {KEY}
    timeout: 300
  openai/gpt-4o-mini: {{api_key: *key, drop_params: yes}}
  ollama/llama3.1:

default: openai/gpt-4o
"""
FORMATTING = [(on(7, 0, 0), "\n"), (on(8, 0, 0), "\n")]
MISTAKES = f"""\
models:
  openai/gpt-4o: {{name: 🎉, timout: 5, api_key: {KEY}}}
  openai/gpt-4o-mini:
    api_key: {KEY}
    timeout: 5m

default: openai/gpt-4
"""


@pytest_lsp.fixture(
    config=pytest_lsp.ClientServerConfig(SERVER, client_factory=Editor, server_env=environment()), scope="module"
)
async def editor(lsp_client: Editor) -> AsyncIterator[None]:
    await lsp_client.start_session()
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def document(editor: Editor, tmp_path: Path) -> types.TextDocumentIdentifier:
    """The example, open under a name of its own."""
    return editor.open(tmp_path / "models.yaml", TEXT)


@pytest.fixture(autouse=True)
def only_own_documents(editor: Editor) -> Iterator[None]:
    """Close the documents of the test, so that the first document of the next one is the file in use."""
    yield
    while editor.texts:
        uri, _ = editor.texts.popitem()
        editor.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))


def edited(text: str, edit: types.WorkspaceEdit | None) -> str:
    """The text after an edit of version 1 of its document."""
    assert edit is not None
    assert edit.document_changes is not None
    (change,) = edit.document_changes
    assert isinstance(change, types.TextDocumentEdit)
    assert change.text_document.version == 1
    return apply_text_edits(text, [get_converter().unstructure(item) for item in change.edits])


async def test_diagnostics(editor: Editor, tmp_path: Path) -> None:
    document = editor.open(tmp_path / "models.yaml", MISTAKES)
    found = await editor.diagnostics_of(document.uri)
    assert [(item.range, item.code, item.severity, item.source, item.message) for item in found] == [
        (
            on(1, 28, 34),
            "unknown-field",
            types.DiagnosticSeverity.Warning,
            "aloop",
            "openai/gpt-4o: Unknown field 'timout': it has no effect. Did you mean timeout?",
        ),
        (
            on(4, 13, 15),
            "wrong-type",
            types.DiagnosticSeverity.Error,
            "aloop",
            "openai/gpt-4o-mini: timeout must be a number of seconds, not text. Write 300.",
        ),
        (
            on(6, 9, 21),
            "undefined-default",
            types.DiagnosticSeverity.Warning,
            "aloop",
            "default: 'openai/gpt-4' is not an entry in models. Did you mean openai/gpt-4o?",
        ),
    ]
    page = found[0].code_description
    assert page is not None
    assert page.href.endswith("/docs/rules/unknown-field.md")


async def test_findings_follow_the_text(editor: Editor, tmp_path: Path) -> None:
    document = editor.open(tmp_path / "models.yaml", MISTAKES)
    await editor.diagnostics_of(document.uri)
    mended = types.TextDocumentContentChangePartial(on(1, 31, 31), "e")
    minutes = types.TextDocumentContentChangePartial(on(4, 13, 15), "300")
    editor.change(document.uri, 2, mended)
    assert [item.code for item in await editor.diagnostics_of(document.uri, 2)] == ["wrong-type", "undefined-default"]
    editor.change(document.uri, 3, minutes)
    assert [item.code for item in await editor.diagnostics_of(document.uri, 3)] == ["undefined-default"]
    editor.text_document_did_close(types.DidCloseTextDocumentParams(document))
    closed = await editor.first(editor.published, lambda item: item.uri == document.uri and item.version is None)
    assert list(closed.diagnostics) == []


async def offered(editor: Editor, path: Path, marked: str) -> types.CompletionList:
    """What is offered at the `$0` of a text."""
    text = marked.replace("$0", "")
    before = marked[: marked.index("$0")]
    document = editor.open(path, text)
    line, character = before.count("\n"), len(before) - before.rfind("\n") - 1
    result = await editor.text_document_completion_async(types.CompletionParams(**at(document, line, character)))
    assert isinstance(result, types.CompletionList)
    return result


def put_in(marked: str, item: types.CompletionItem) -> str:
    assert isinstance(item.text_edit, types.TextEdit)
    return apply_text_edits(marked.replace("$0", ""), [get_converter().unstructure(item.text_edit)])


async def test_completion_of_a_provider(editor: Editor, tmp_path: Path) -> None:
    marked = "models:\n  anth$0\n"
    found = await offered(editor, tmp_path / "models.yaml", marked)
    first = found.items[0]
    assert (first.label, first.kind, first.label_details) == ("anthropic/", types.CompletionItemKind.Folder, None)
    assert first.sort_text == "0000"
    assert put_in(marked, first) == "models:\n  anthropic/\n"
    assert first.command == types.Command("Suggest", "suggest")


async def test_completion_of_a_key_runs_the_editor_s_own_command(editor: Editor, tmp_path: Path) -> None:
    marked = f"models:\n  openai/gpt-4o:\n    api_key: {KEY}\n  openai/gpt-4o-mini:\n    api_key: $0\n"
    found = await offered(editor, tmp_path / "models.yaml", marked)
    shared = {"modelId": "openai/gpt-4o-mini", "sameKeyAs": "openai/gpt-4o"}
    assert [item.command for item in found.items] == [
        types.Command("Use the key of openai/gpt-4o", "key", arguments=(shared,)),
        types.Command("Set API Key…", "key", arguments=({"modelId": "openai/gpt-4o-mini"},)),
    ]
    assert KEY[8:] not in repr(found)
    assert put_in(marked, found.items[0]) == marked.replace("$0", "")


async def test_completion_of_a_model(editor: Editor, tmp_path: Path) -> None:
    marked = f"models:\n  openai/gpt-4o-m$0\n  openai/gpt-4o:\n    api_key: {KEY}\n    timeout: [5\n"
    found = await offered(editor, tmp_path / "models.yaml", marked)
    labels = [item.label for item in found.items]
    assert labels[0] == "openai/gpt-4o-mini"
    assert "openai/gpt-4o" not in labels
    assert found.items[0].kind == types.CompletionItemKind.Value
    assert found.items[0].detail is None
    assert found.items[0].label_details == types.CompletionItemLabelDetails(description="128K · $0.15 / $0.60")
    # This client indents the further lines of a snippet itself, by the two columns of the first one.
    assert put_in(marked, found.items[0]).startswith(
        "models:\n  openai/gpt-4o-mini:\n  api_key: $1\n  openai/gpt-4o:\n"
    )
    assert found.items[0].insert_text_format is types.InsertTextFormat.Snippet
    assert found.items[0].documentation is None
    resolved = await editor.completion_item_resolve_async(found.items[0])
    assert isinstance(resolved.documentation, types.MarkupContent)
    assert resolved.documentation.kind is types.MarkupKind.Markdown
    assert "- Context window: 128K tokens\n" in resolved.documentation.value


async def test_completion_of_a_whole_provider_is_cut(editor: Editor, tmp_path: Path) -> None:
    found = await offered(editor, tmp_path / "models.yaml", "models:\n  openai/$0\n")
    assert found.is_incomplete
    # The facts in each row fill the 32 KiB before there are 100 items.
    assert len(found.items) == 94
    newer = await offered(editor, tmp_path / "other.yaml", "models:\n  $0\n")
    assert newer.items[0].label.endswith("/")
    stale = await editor.completion_item_resolve_async(found.items[0])
    assert stale.documentation is None


@pytest.mark.parametrize(
    ("marked", "label", "after"),
    [
        ("$0\n", "models", "models:\n  \n"),
        ("models:\n  openai/gpt-4o:\n    tim$0\n", "timeout", "models:\n  openai/gpt-4o:\n    timeout: \n"),
        ("models:\n  a/b: {na$0}\n", "name", "models:\n  a/b: {name: }\n"),
        ("models:\n  a/b:\n    timeout: $0\n", "600", "models:\n  a/b:\n    timeout: 600\n"),
        ("models:\n  a/b:\n    drop_params: f$0\n", "false", "models:\n  a/b:\n    drop_params: false\n"),
        ("models:\n  ollama/x:\ndefault: oll$0\n", "ollama/x", "models:\n  ollama/x:\ndefault: ollama/x\n"),
        ("models:\n  ollama/x:\ndefault: nul$0\n", "null", "models:\n  ollama/x:\ndefault: null\n"),
    ],
)
async def test_completion_of_fields_values_and_default(
    editor: Editor, tmp_path: Path, marked: str, label: str, after: str
) -> None:
    found = await offered(editor, tmp_path / "models.yaml", marked)
    assert found.items[0].label == label
    assert put_in(marked, found.items[0]) == after


async def test_no_completion_of_a_secret(editor: Editor, tmp_path: Path) -> None:
    found = await offered(editor, tmp_path / "models.yaml", f"models:\n  a/b:\n    api_key: {KEY}$0\n")
    assert list(found.items) == []


async def test_hover(editor: Editor, document: types.TextDocumentIdentifier) -> None:
    found = await editor.text_document_hover_async(types.HoverParams(**at(document, 10, 12)))
    assert found is not None
    assert found.range == on(10, 9, 22)
    assert isinstance(found.contents, types.MarkupContent)
    assert found.contents.kind is types.MarkupKind.Markdown
    assert found.contents.value.startswith(
        "**GPT 🎉 four** · OpenAI\n\n`openai/gpt-4o`\n\nReady · **current** (next agent) · **default**\n\n"
        "- Context window: 128K tokens\n- Max output: 16K tokens\n- Price: $2.50 in / $10 out per 1M tokens\n"
    )


async def test_hover_over_a_key_hides_it(editor: Editor, document: types.TextDocumentIdentifier) -> None:
    found = await editor.text_document_hover_async(types.HoverParams(**at(document, 5, 30)))
    text = "**api_key**\n\nSecret value (hidden). Its format looks right."
    assert found == types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), on(5, 18, 68))
    assert await editor.text_document_hover_async(types.HoverParams(**at(document, 9, 0))) is None


async def test_quick_fix(editor: Editor, tmp_path: Path) -> None:
    document = editor.open(tmp_path / "models.yaml", MISTAKES)
    (diagnostic, *_) = await editor.diagnostics_of(document.uri)
    context = types.CodeActionContext([diagnostic], only=[types.CodeActionKind.QuickFix])
    found = await editor.text_document_code_action_async(types.CodeActionParams(document, diagnostic.range, context))
    assert found is not None
    fix, ignore = found
    assert isinstance(fix, types.CodeAction)
    assert isinstance(ignore, types.CodeAction)
    assert (ignore.title, ignore.kind, ignore.is_preferred) == (
        "Ignore here: unknown-field",
        types.CodeActionKind.QuickFix,
        None,
    )
    assert f"api_key: {KEY}}}  # aloop: ignore[unknown-field]\n" in edited(MISTAKES, ignore.edit)
    assert (fix.title, fix.kind, fix.is_preferred) == ("Rename to timeout", types.CodeActionKind.QuickFix, True)
    assert list(fix.diagnostics or ()) == [diagnostic]
    assert edited(MISTAKES, fix.edit) == MISTAKES.replace("timout", "timeout")


async def test_fix_all(editor: Editor, tmp_path: Path) -> None:
    document = editor.open(tmp_path / "models.yaml", MISTAKES)
    context = types.CodeActionContext([], only=[types.CodeActionKind.Source])
    found = await editor.text_document_code_action_async(types.CodeActionParams(document, on(0, 0, 0), context))
    assert found is not None
    (fix,) = found
    assert isinstance(fix, types.CodeAction)
    assert fix.title == "Fix all (2 problems)"
    mended = MISTAKES.replace("timout", "timeout").replace("5m", "300")
    assert edited(MISTAKES, fix.edit) == mended


async def test_rewrites(editor: Editor, document: types.TextDocumentIdentifier) -> None:
    context = types.CodeActionContext([], only=[types.CodeActionKind.Refactor])
    found = await editor.text_document_code_action_async(types.CodeActionParams(document, on(7, 4, 4), context))
    assert found is not None
    default, switch = found
    assert isinstance(default, types.CodeAction)
    assert default.title == "Make openai/gpt-4o-mini the default model"
    assert edited(TEXT, default.edit) == TEXT.replace("default: openai/gpt-4o\n", "default: openai/gpt-4o-mini\n")
    # lsprotocol takes an action with a command for a mere command.
    assert switch.title == "Switch to openai/gpt-4o-mini"
    assert "'command': 'aloop.switchModel', 'arguments': [{'modelId': 'openai/gpt-4o-mini'}]" in str(switch.command)


async def test_code_lenses(editor: Editor, document: types.TextDocumentIdentifier) -> None:
    found = await editor.text_document_code_lens_async(types.CodeLensParams(document))
    assert found is not None
    lenses = [
        (lens.range, lens.command.title, lens.command.command, lens.command.arguments) for lens in found if lens.command
    ]
    assert lenses == [
        (on(3, 2, 15), "$(check)\xa0Current ·\xa0$(star)\xa0Default", "", ()),
        (on(7, 2, 20), "Use this model", "aloop.switchModel", ({"modelId": "openai/gpt-4o-mini"},)),
        (on(8, 2, 17), "Use this model", "aloop.switchModel", ({"modelId": "ollama/llama3.1"},)),
    ]


async def test_code_lenses_of_a_file_that_is_not_in_use(
    editor: Editor, document: types.TextDocumentIdentifier, tmp_path: Path
) -> None:
    other = editor.open(tmp_path / "elsewhere" / ".aloop" / "models.yaml", "models:\n  openai/gpt-4o:\n")
    found = await editor.text_document_code_lens_async(types.CodeLensParams(other))
    assert found is not None
    assert [(lens.command.title, lens.command.command, lens.command.arguments) for lens in found if lens.command] == [
        ("$(info)\xa0Not the file in use", "", ()),
        ("$(warning)\xa0Not ready: no API key", "", ()),
        ("Set key…", "aloop.setKey", ({"uri": other.uri, "modelId": "openai/gpt-4o", "ask": True},)),
    ]


async def test_inlay_hints(editor: Editor, document: types.TextDocumentIdentifier) -> None:
    span = types.Range(types.Position(2, 0), types.Position(7, 0))
    found = await editor.text_document_inlay_hint_async(types.InlayHintParams(document, span))
    assert found is not None
    assert (found[0].position, found[0].label) == (types.Position(3, 16), "128K · $2.50 / $10")
    assert found[0].tooltip is not None
    assert str(found[0].tooltip).startswith(
        "Context window: 128,000 tokens.\nList price: $2.50 in / $10 out per 1M tokens.\n"
    )


async def test_symbols(editor: Editor, document: types.TextDocumentIdentifier) -> None:
    found = await editor.text_document_document_symbol_async(types.DocumentSymbolParams(document))
    assert found is not None

    def drawn(symbol: types.DocumentSymbol, depth: int = 0) -> list[str]:
        lines = f"{symbol.range.start.line}-{symbol.range.end.line}"
        own = f"{'  ' * depth}{symbol.kind.name} {symbol.name} [{symbol.detail}] {lines}"
        return [own, *(line for child in symbol.children or () for line in drawn(child, depth + 1))]

    assert [line for symbol in found if isinstance(symbol, types.DocumentSymbol) for line in drawn(symbol)] == [
        "Namespace models [] 2-8",
        "  Object openai/gpt-4o [GPT 🎉 four] 3-6",
        "    Property name [GPT 🎉 four] 4-4",
        f"    Property api_key [{MASK}] 5-5",
        "    Property timeout [300] 6-6",
        "  Object openai/gpt-4o-mini [] 7-7",
        f"    Property api_key [{MASK}] 7-7",
        "    Property drop_params [yes] 7-7",
        "  Object ollama/llama3.1 [] 8-8",
        "Constant default [openai/gpt-4o] 10-10",
    ]
    assert found[0].children[0].selection_range == on(3, 2, 15)  # type: ignore[union-attr]


async def test_folding(editor: Editor, document: types.TextDocumentIdentifier) -> None:
    found = await editor.text_document_folding_range_async(types.FoldingRangeParams(document))
    assert [(fold.start_line, fold.end_line, fold.kind) for fold in found or ()] == [
        (0, 1, types.FoldingRangeKind.Comment),
        (2, 8, types.FoldingRangeKind.Region),
        (3, 6, types.FoldingRangeKind.Region),
    ]


async def test_formatting(editor: Editor, document: types.TextDocumentIdentifier) -> None:
    options = types.FormattingOptions(tab_size=8, insert_spaces=False)
    found = await editor.text_document_formatting_async(types.DocumentFormattingParams(document, options))
    assert [(edit.range, edit.new_text) for edit in found or ()] == FORMATTING
    for lines, expected in (((6, 8), FORMATTING[:1]), ((0, 7), [])):
        area = types.Range(types.Position(lines[0], 0), types.Position(lines[1], 0))
        params = types.DocumentRangeFormattingParams(document, area, options)
        found = await editor.text_document_range_formatting_async(params)
        assert [(edit.range, edit.new_text) for edit in found or ()] == expected


async def test_definition(editor: Editor, document: types.TextDocumentIdentifier) -> None:
    model = await editor.text_document_definition_async(types.DefinitionParams(**at(document, 10, 12)))
    assert model == types.Location(document.uri, on(3, 2, 15))
    anchor = await editor.text_document_definition_async(types.DefinitionParams(**at(document, 7, 34)))
    assert anchor == types.Location(document.uri, on(5, 13, 17))
    assert await editor.text_document_definition_async(types.DefinitionParams(**at(document, 4, 12))) is None


async def test_references_and_highlights(editor: Editor, document: types.TextDocumentIdentifier) -> None:
    places = [on(3, 2, 15), on(10, 9, 22)]
    for declared in (True, False):
        params = types.ReferenceParams(context=types.ReferenceContext(declared), **at(document, 3, 5))
        found = await editor.text_document_references_async(params)
        assert [place.range for place in found or ()] == (places if declared else places[1:])
    marked = await editor.text_document_document_highlight_async(types.DocumentHighlightParams(**at(document, 3, 5)))
    kinds = [types.DocumentHighlightKind.Write, types.DocumentHighlightKind.Read]
    assert [(mark.range, mark.kind) for mark in marked or ()] == list(zip(places, kinds, strict=True))


async def test_rename(editor: Editor, document: types.TextDocumentIdentifier) -> None:
    prepared = await editor.text_document_prepare_rename_async(types.PrepareRenameParams(**at(document, 10, 12)))
    assert prepared == types.PrepareRenamePlaceholder(on(10, 9, 22), "openai/gpt-4o")
    edit = await editor.text_document_rename_async(types.RenameParams(**at(document, 10, 12), new_name="openai/gpt-5"))
    renamed = TEXT.replace("openai/gpt-4o:\n", "openai/gpt-5:\n").replace(
        "default: openai/gpt-4o", "default: openai/gpt-5"
    )
    assert edited(TEXT, edit) == renamed


@pytest.mark.parametrize(
    ("place", "name", "code", "reason"),
    [
        ((5, 30), "openai/gpt-5", -32803, "modelNotFound"),
        ((3, 5), "gpt-5", -32803, "invalidFields"),
        ((3, 5), "openai/gpt-4o-mini", -32803, "modelExists"),
        ((3, 5), f"openai/{KEY}", -32803, "invalidFields"),
    ],
)
async def test_refused_renames(
    editor: Editor, document: types.TextDocumentIdentifier, place: tuple[int, int], name: str, code: int, reason: str
) -> None:
    with pytest.raises(JsonRpcException) as refused:
        await editor.text_document_rename_async(types.RenameParams(**at(document, *place), new_name=name))
    assert refused.value.code == code
    assert refused.value.data["reason"] == reason  # type: ignore[index]
    assert KEY not in str(refused.value)


async def test_nothing_is_renamed_inside_a_secret(editor: Editor, document: types.TextDocumentIdentifier) -> None:
    params = types.PrepareRenameParams(**at(document, 5, 30))
    assert await editor.text_document_prepare_rename_async(params) is None


async def test_document_links(editor: Editor, document: types.TextDocumentIdentifier) -> None:
    found = await editor.text_document_document_link_async(types.DocumentLinkParams(document))
    assert [(link.range, link.target) for link in found or ()] == [(on(0, 18, 44), "https://example.com/models")]


async def test_semantic_tokens(editor: Editor, document: types.TextDocumentIdentifier) -> None:
    assert editor.able.semantic_tokens_provider is not None
    legend = editor.able.semantic_tokens_provider.legend
    found = await editor.text_document_semantic_tokens_full_async(types.SemanticTokensParams(document))
    assert found is not None
    drawn, line, column = list[str](), 0, 0
    lines = TEXT.split("\n")
    for below, right, length, kind, modifiers in zip(*[iter(found.data)] * 5, strict=True):
        line, column = line + below, right if below else column + right
        word = lines[line].encode("utf-16-le")[2 * column : 2 * (column + length)].decode("utf-16-le")
        names = [name for bit, name in enumerate(legend.token_modifiers) if modifiers >> bit & 1]
        drawn.append(" ".join((word.replace(KEY, "KEY"), legend.token_types[kind], *names)))
    assert drawn == [
        "openai/gpt-4o modelId declaration",
        "KEY string secret",
        "openai/gpt-4o-mini modelId declaration",
        "ollama/llama3.1 modelId declaration",
        "openai/gpt-4o modelId",
    ]
    part = await editor.text_document_semantic_tokens_range_async(
        types.SemanticTokensRangeParams(document, on(7, 0, 21))
    )
    assert part is not None
    assert list(part.data) == [7, 2, 18, 0, 1]


async def test_a_document_that_is_not_open_has_nothing(editor: Editor, tmp_path: Path) -> None:
    closed = types.TextDocumentIdentifier((tmp_path / "models.yaml").as_uri())
    assert await editor.text_document_code_lens_async(types.CodeLensParams(closed)) == ()
    assert await editor.text_document_hover_async(types.HoverParams(**at(closed, 0, 0))) is None
    found = await editor.text_document_completion_async(types.CompletionParams(**at(closed, 0, 0)))
    assert found == types.CompletionList(is_incomplete=False, items=())
