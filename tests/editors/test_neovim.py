"""models.yaml in a real Neovim: while typing, with the keys of Neovim, and in the statusline."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from editors.neovim.driver import Neovim, answer, choose, put, started
from support.editors import KEY, RFC_MODELS, ROOT

pytestmark = pytest.mark.real_editor

HELP = ROOT / "neovim" / "doc"

Editor = tuple[Neovim, Path]


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    with started(RFC_MODELS) as both:
        yield both


@pytest.fixture
def neovim(editor: Editor) -> Neovim:
    """The editor with the original file, in normal mode on its first line."""
    neovim, file = editor
    neovim.type("<Esc>")
    put(file, RFC_MODELS)
    neovim.command("silent! %bwipeout!")
    neovim.forget_said()
    neovim.open(file)
    return neovim


def menu(neovim: Neovim, *, chosen: int = -1) -> list[str]:
    """The items of the completion menu, when it is open; no item is selected at first."""
    shown = neovim.wait(
        """(function()
          local info = vim.fn.complete_info({ 'pum_visible', 'items', 'selected' })
          return info.pum_visible == 1 and #info.items > 0 and info
        end)()""",
        what="the completion menu",
    )
    assert shown["selected"] == chosen
    return [item["abbr"] for item in shown["items"]]


def accept(neovim: Neovim, label: str) -> None:
    """Select an item, which inserts it, and accept it."""
    neovim.type("<C-n>" * (menu(neovim).index(label) + 1) + "<C-y>")


def test_the_version_is_one_that_is_supported(neovim: Neovim) -> None:
    assert neovim.lua("return vim.fn.has('nvim-0.11.4')") == 1


def test_the_file_is_yaml_with_a_server_of_its_own(neovim: Neovim) -> None:
    assert neovim.lua("return vim.bo.filetype") == "yaml.aloop"
    assert neovim.lua("return vim.fn.synIDattr(vim.fn.synID(1, 1, 1), 'name')") == "yamlBlockMappingKey"
    assert neovim.lua("return vim.bo.commentstring") == "# %s"
    clients = "vim.tbl_map(function(client) return { client.name, client.root_dir } end, vim.lsp.get_clients())"
    root = neovim.lua("return vim.fn.getcwd()")
    assert neovim.lua(f"return {clients}") == [["aloop_ls", root]]


def test_diagnostics_follow_typing(neovim: Neovim) -> None:
    neovim.type("jA<BS><BS>")
    neovim.type("<BS>x:")
    neovim.wait_diagnostic("unknown-model")
    assert neovim.lua("return vim.fn.mode()") == "i"
    neovim.type("<BS><BS>4o:")
    neovim.wait_diagnostic("unknown-model", there=False)
    neovim.type("<Esc>u")


def test_a_provider_then_its_model_with_its_block_then_the_key(neovim: Neovim) -> None:
    neovim.type("ggoanth")
    assert menu(neovim)[0] == "anthropic/"
    accept(neovim, "anthropic/")
    # The models of the provider follow without another key.
    neovim.wait("vim.api.nvim_get_current_line() == '  anthropic/'")
    assert all(label.startswith("anthropic/claude-") for label in menu(neovim))
    neovim.type("claude-sonnet-4-5")
    neovim.wait("vim.fn.complete_info({ 'items' }).items[1].abbr == 'anthropic/claude-sonnet-4-5'")
    accept(neovim, "anthropic/claude-sonnet-4-5")
    neovim.wait("vim.snippet.active()")
    neovim.type("sk-ant-api03-typed")
    expected = "models:\n  anthropic/claude-sonnet-4-5:\n    api_key: sk-ant-api03-typed\n"
    neovim.wait_text(RFC_MODELS.replace("models:\n", expected))


@pytest.mark.parametrize(
    ("start", "typed", "label", "inserted"),
    [
        ("models:\n  anthropic/claude-opus-4-5:\n    name: ", "Cl", "Claude Opus 4.5", "Claude Opus 4.5"),
        ("models:\n  anthropic/claude-opus-4-5:\n    ", "tim", "timeout", "timeout: "),
        ("models:\n  a/b:\n", "ollam", "ollama/", "  ollama/"),
        ("models:\n  openai/gpt-4o: # ", "al", "aloop: ignore[missing-api-key]", "aloop: ignore[missing-api-key]"),
        ("models:\n  a/b:\n", "fall", "fallbacks", "fallbacks:\n  - "),
        ("models:\n  a/b:\n", "rol", "roles", "roles:\n  "),
        ("default: a/b\n", "mod", "models", "models:\n  "),
    ],
)
def test_an_item_is_inserted_as_a_whole(neovim: Neovim, start: str, typed: str, label: str, inserted: str) -> None:
    neovim.lua("vim.api.nvim_buf_set_lines(0, 0, -1, true, vim.split(..., '\\n'))", start)
    neovim.type(f"GA{typed}")
    accept(neovim, label)
    neovim.wait_text(f"{start}{inserted}\n")


def test_a_model_in_a_file_with_crlf(neovim: Neovim, editor: Editor) -> None:
    _, file = editor
    file.write_bytes(b"models:\r\n  ollama/llama2:\r\ndefault: ollama/llama2\r\n")
    neovim.command("edit!")
    neovim.wait("vim.bo.fileformat == 'dos'")
    neovim.type("jo<C-d>anthropic/claude-sonnet-4-5")
    neovim.wait("vim.fn.complete_info({ 'items' }).items[1].abbr == 'anthropic/claude-sonnet-4-5'")
    accept(neovim, "anthropic/claude-sonnet-4-5")
    neovim.wait("vim.snippet.active()")
    neovim.type("abc<Esc>")
    neovim.command("write")
    block = b"  anthropic/claude-sonnet-4-5:\r\n    api_key: abc\r\n"
    assert file.read_bytes() == b"models:\r\n  ollama/llama2:\r\n%bdefault: ollama/llama2\r\n" % block
    neovim.wait_diagnostic("malformed-api-key")
    assert ["malformed-api-key", "abc"] in neovim.diagnostics()


def test_the_kinds_of_the_menu_are_words_of_the_file(neovim: Neovim) -> None:
    def kinds(typed: str) -> set[str]:
        neovim.type(typed)
        menu(neovim)
        found = neovim.lua("return vim.tbl_map(function(item) return item.kind end, vim.fn.complete_info().items)")
        neovim.type("<Esc>u")
        return set(found)

    assert kinds("ggoopenai/gpt-4.1") == {"model"}
    assert "provider" in kinds("ggoanth")
    assert kinds("/name: GPT<CR>otimeo") == {"field"}
    assert kinds("/name: GPT<CR>odrop_params: t") == {"value"}


def test_a_field_then_its_value(neovim: Neovim) -> None:
    neovim.type("/api_base<CR>odrop")
    accept(neovim, "drop_params")
    # The values of the choice come up as a menu of their own.
    neovim.wait("vim.snippet.active() and vim.fn.pumvisible() == 1")
    neovim.type("<C-n><C-y>")
    neovim.wait("vim.api.nvim_get_current_line():match('^    drop_params: %a+$')")
    neovim.type("<Esc>otimeo")
    accept(neovim, "timeout")
    assert "600" in menu(neovim)
    accept(neovim, "600")
    neovim.type("<Esc>")
    neovim.wait("vim.api.nvim_get_current_line() == '    timeout: 600'")


def test_completion_keeps_the_users_options(neovim: Neovim) -> None:
    neovim.command("set completeopt=menu,noinsert")
    neovim.command("bwipeout")
    try:
        neovim.lua("vim.g.aloop = { completion = false, code_lens = false }")
        neovim.open(Path(neovim.lua("return vim.fs.joinpath(vim.fn.getcwd(), '.aloop', 'models.yaml')")))
        assert neovim.lua("return vim.bo.completeopt") == ""
        assert neovim.lua("return vim.lsp.codelens.get(0)") == []
        neovim.type("ggoanth<C-x><C-o>")
        assert menu(neovim, chosen=0)[0] == "anthropic/"
    finally:
        neovim.type("<Esc>")
        neovim.lua("vim.g.aloop = nil")
        neovim.command("set completeopt&")


def test_hover(neovim: Neovim) -> None:
    neovim.type("jfgK")
    lines = "vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(vim.b.lsp_floating_preview), 0, -1, true)"
    text = "\n".join(neovim.wait(f"vim.b.lsp_floating_preview and {lines}"))
    assert "128" in text
    assert KEY[8:] not in text


def test_a_quick_fix_by_its_key(neovim: Neovim) -> None:
    neovim.type("jfoRopenia<Esc>")
    neovim.wait_diagnostic("unknown-provider")
    neovim.lua(
        """
        _G.real_select = vim.ui.select
        vim.ui.select = function(items, options, done)
          _G.offered = vim.tbl_map(options.format_item, items)
          vim.ui.select = _G.real_select
          done(items[1])
        end
        """
    )
    neovim.type("gra")
    assert "openai" in neovim.wait("_G.offered")[0]
    neovim.wait_text(RFC_MODELS)
    neovim.wait_diagnostic("unknown-provider", there=False)


def test_a_quick_fix_asks_for_the_key_and_shows_it_nowhere(neovim: Neovim, editor: Editor) -> None:
    typed = "sk-proj-ZYXWVUTSRQPONMLKJIHGFEDCBA0123456789zyxwvutsrqpon"
    put(editor[1], RFC_MODELS.replace(KEY, "sk-..."))
    neovim.command("checktime")
    neovim.wait_diagnostic("placeholder-api-key")
    neovim.lua("vim.api.nvim_win_set_cursor(0, { 4, 14 })")
    choose(neovim, ("", "Set API key…"))
    neovim.type("gra")
    answer(neovim, "API key for openai/gpt-4o (hidden)", f"{typed}<CR>")
    neovim.wait_said("Set the API key of openai/gpt-4o.")
    assert editor[1].read_text() == RFC_MODELS.replace(KEY, typed)
    neovim.wait_text(RFC_MODELS.replace(KEY, typed))
    neovim.wait_diagnostic("placeholder-api-key", there=False)
    assert typed not in neovim.lua("return vim.fn.execute('history all') .. vim.fn.execute('messages')")


def test_a_quick_fix_uses_the_key_of_another_model(neovim: Neovim, editor: Editor) -> None:
    added = "  openai/gpt-4.1:\n    api_key: {}\n"
    put(editor[1], RFC_MODELS.replace("  ollama", added.format("sk-...") + "  ollama"))
    neovim.command("checktime")
    neovim.wait_diagnostic("placeholder-api-key")
    neovim.lua("vim.api.nvim_win_set_cursor(0, { 6, 14 })")
    choose(neovim, ("", "Use the key of GPT-4o"))
    neovim.type("gra")
    neovim.wait_said("openai/gpt-4.1 uses the API key of openai/gpt-4o.")
    neovim.wait_text(RFC_MODELS.replace("  ollama", added.format(KEY) + "  ollama"))


def test_a_rule_is_turned_off_until_neovim_is_closed(neovim: Neovim) -> None:
    neovim.type("jfoRopenia<Esc>")
    neovim.wait_diagnostic("unknown-provider")
    neovim.lua(
        """
        _G.real_select = vim.ui.select
        vim.ui.select = function(items, options, done)
          vim.ui.select = _G.real_select
          done(vim.iter(items):find(function(item)
            return options.format_item(item):find('Turn off unknown-provider until the editor closes', 1, true)
          end))
        end
        """
    )
    neovim.type("gra")
    neovim.wait_diagnostic("unknown-provider", there=False)
    assert "openia/gpt-4o" in neovim.lua("return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\\n')")
    neovim.lua(
        """
        local client = vim.lsp.get_clients({ name = 'aloop_ls' })[1]
        client.settings = {}
        client:notify('workspace/didChangeConfiguration', { settings = { aloop = { disabledRules = {} } } })
        """
    )
    neovim.wait_diagnostic("unknown-provider")


def test_rename_includes_the_default(neovim: Neovim) -> None:
    neovim.type("jfggrn")
    neovim.wait("vim.fn.getcmdtype() ~= ''")
    neovim.type("<C-u>openai/gpt-4.1<CR>")
    neovim.wait_text(RFC_MODELS.replace("openai/gpt-4o", "openai/gpt-4.1"))
    neovim.type("u")
    neovim.wait_text(RFC_MODELS)


def test_format_the_buffer_and_lines_of_it(neovim: Neovim) -> None:
    formatted = RFC_MODELS.replace("  ollama/llama2", "\n  ollama/llama2").replace("default", "\ndefault")
    neovim.lua("vim.lsp.buf.format()")
    neovim.wait_text(formatted)
    neovim.type("u")
    neovim.wait_text(RFC_MODELS)
    neovim.type(":3s/name: /name:   /<CR>:6s/name: /name:   /<CR>3Ggqq")
    neovim.wait_text(RFC_MODELS.replace("name: Local", "name:   Local"))


def test_definition_and_references(neovim: Neovim) -> None:
    neovim.type("Gfo")
    neovim.lua("vim.lsp.buf.definition()")
    neovim.wait("vim.api.nvim_win_get_cursor(0)[1] == 2")
    neovim.type("grr")
    neovim.wait("#vim.fn.getqflist() == 2")
    neovim.command("cclose")


def test_inlay_hints_and_code_lenses_are_on(neovim: Neovim) -> None:
    hints = "vim.tbl_map(function(hint) return hint.inlay_hint.label end, vim.lsp.inlay_hint.get({ bufnr = 0 }))"
    assert neovim.wait(f"#{hints} == 2 and {hints}")[0].startswith("128K")
    assert neovim.lua("return vim.lsp.inlay_hint.is_enabled({ bufnr = 0 })")
    lenses = "vim.tbl_map(function(lens) return lens.command.title end, vim.lsp.codelens.get(0))"
    assert neovim.wait(f"#{lenses} == 2 and {lenses}") == ["✓ Current · ★ Default", "Use this model"]


def test_a_lens_switches_and_the_statusline_follows(neovim: Neovim) -> None:
    neovim.command("setlocal statusline=%{v:lua.require'aloop'.statusline()}")
    drawn = "vim.api.nvim_eval_statusline(vim.wo.statusline, { winid = 0 }).str"
    assert neovim.lua(f"return {drawn}") == "GPT-4o (next agent)"
    neovim.wait("#vim.lsp.codelens.get(0) == 2")
    neovim.type("4G")
    neovim.lua("vim.api.nvim_win_set_cursor(0, { 5, 2 }); vim.lsp.codelens.run()")
    neovim.wait_said("The next agent will use Local Llama.")
    neovim.wait(f"{drawn} == 'Local Llama (next agent)'")
    titles = "vim.tbl_map(function(lens) return lens.command.title end, vim.lsp.codelens.get(0))"
    neovim.wait(f"vim.deep_equal({titles}, {{ '★ Default', 'Use this model', '✓ Current' }})")
    neovim.lua("vim.api.nvim_win_set_cursor(0, { 2, 2 }); vim.lsp.codelens.run()")
    neovim.wait(f"{drawn} == 'GPT-4o (next agent)'")


def test_outline_folds_and_secret_tokens(neovim: Neovim) -> None:
    neovim.type("gO")
    neovim.wait("#vim.fn.getloclist(0) > 3")
    names = neovim.lua("return vim.tbl_map(function(item) return item.text end, vim.fn.getloclist(0))")
    assert any("ollama/llama2" in name for name in names)
    neovim.command("lclose")
    neovim.command("setlocal foldmethod=expr foldexpr=v:lua.vim.lsp.foldexpr() foldlevel=9")
    neovim.wait("vim.fn.foldlevel(3) >= 1")
    tokens = "vim.lsp.semantic_tokens.get_at_pos(0, 3, 16)"
    assert neovim.wait(f"#({tokens} or {{}}) > 0 and {tokens}[1].modifiers.secret")
    neovim.type("jfg")
    neovim.lua("vim.lsp.buf.document_highlight()")
    marks = "vim.api.nvim_buf_get_extmarks(0, vim.api.nvim_create_namespace('nvim.lsp.references'), 0, -1, {})"
    neovim.wait(f"#{marks} == 2")


@pytest.mark.parametrize(("label", "text"), [("A B ×3", "A B ×3"), ("Claude\r (next agent)", "Claude^M (next agent)")])
def test_the_words_of_the_statusline(editor: Editor, label: str, text: str) -> None:
    state: dict[str, object] = {"label": label}
    assert editor[0].lua("return require('aloop.status').text(...)", state) == text
    broken = {**state, "problem": {"line": 7, "message": "models.yaml is not valid YAML (line 7)."}}
    assert editor[0].lua("return require('aloop.status').text(...)", broken) == f"{text} [models.yaml: line 7]"


def test_the_health_check(neovim: Neovim) -> None:
    neovim.command("checkhealth aloop")
    text = neovim.text()
    neovim.command("bwipeout")
    for part in ("Neovim version: 0.11", "aloop-ls 0.", "A server is running. Root directory: ", "(2 models)"):
        assert part in text
    assert "Filetype of .aloop/models.yaml: yaml.aloop" in text
    assert "ERROR" not in text
    assert "WARNING" not in text


def test_the_help_has_its_tags(neovim: Neovim) -> None:
    committed = (HELP / "tags").read_text(encoding="utf-8")
    made = neovim.lua(
        """
        local source, folder = ..., vim.fn.tempname()
        vim.fn.mkdir(folder)
        vim.uv.fs_copyfile(source .. '/aloop.txt', folder .. '/aloop.txt')
        vim.cmd.helptags(folder)
        return vim.fn.readfile(folder .. '/tags')
        """,
        str(HELP),
    )
    assert committed.splitlines() == made
    neovim.command("help :Aloop-switch")
    assert neovim.lua("return vim.bo.filetype") == "help"
    links = set(re.findall(r"\|([^|\s]+)\|", (HELP / "aloop.txt").read_text(encoding="utf-8")))
    missing = "vim.tbl_filter(function(tag) return #vim.fn.taglist('^\\\\V' .. tag .. '\\\\$') == 0 end, ...)"
    assert neovim.lua(f"return {missing}", sorted(links)) == []
    neovim.command("helpclose")
