""":Aloop in a real Neovim: every subcommand, typed and asked for, from any buffer; its message and the file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from editors.neovim.driver import Neovim, answer, choose, put, reset, run, started
from support.editors import KEY

pytestmark = pytest.mark.real_editor

OTHER_KEY = "sk-proj-ZYXWVUTSRQPONMLKJIHGFEDCBA0123456789zyxwvutsrqpon"
CLAUDE_KEY = "sk-ant-api03-" + "aB3dE5gH7j" * 9 + "AA"
MODELS = f"""\
# Kept.
models:
  openai/gpt-4o:
    name: GPT-4o
    api_key: {KEY}
  openai/gpt-4o-mini:
    api_key: {KEY}
  ollama/llama2:
    name: Local Llama
    api_base: http://localhost:11434

default: openai/gpt-4o
"""
ADDED = "    api_base: http://localhost:11434\n"

Editor = tuple[Neovim, Path]


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    with started(MODELS) as both:
        yield both


@pytest.fixture
def neovim(editor: Editor) -> Neovim:
    """The editor in a buffer that is not models.yaml, the file as it was at first and not open."""
    neovim, file = editor
    reset(neovim, file, MODELS, 3)
    return neovim


@pytest.fixture
def file(editor: Editor) -> Path:
    return editor[1]


def test_the_server_starts_on_demand_and_serves_the_file_once_it_is_opened() -> None:
    with started(MODELS) as (neovim, file):
        inside = file.parents[1] / "source" / "deep"
        inside.mkdir(parents=True)
        neovim.command(f"edit {inside / 'main.py'}")
        assert neovim.lua("return require('aloop').statusline()") == ""
        run(neovim, "list")
        assert neovim.wait_page("Models").splitlines() == [
            f"3 models in {file}",
            "",
            "Ready",
            "  openai/gpt-4o       GPT-4o · current · default · 128K · $2.50 / $10",
            "  openai/gpt-4o-mini  128K · $0.15 / $0.60",
            "  ollama/llama2       Local Llama · 4K",
        ]
        neovim.type("q")
        assert neovim.lua("return require('aloop').statusline()") == "GPT-4o (next agent)"
        neovim.open(file)
        attached = "return vim.tbl_map(function(client) return #vim.tbl_keys(client.attached_buffers) end, {})"
        assert neovim.lua(attached.replace("{}", "vim.lsp.get_clients()")) == [1]


def test_completion_of_the_command_line(neovim: Neovim) -> None:
    def completed(line: str) -> list[str]:
        return neovim.lua("return vim.fn.getcompletion('Aloop ' .. ..., 'cmdline')", line)

    verbs = [
        "switch",
        "add",
        "discover",
        "edit",
        "remove",
        "copy",
        "default",
        "show",
        "list",
        "why",
        "reload",
        "check",
        "rule",
    ]
    verbs += ["format", "import", "key", "keys", "protect", "sessions", "open", "log", "restart"]
    assert completed("") == verbs
    assert completed("re") == ["remove", "reload", "restart"]
    ids = ["openai/gpt-4o", "openai/gpt-4o-mini", "ollama/llama2"]
    for verb in ("switch", "edit", "remove", "copy", "default", "show"):
        assert completed(f"{verb} ") == ids
    assert completed("switch mini") == ["openai/gpt-4o-mini"]
    assert completed("switch openai/gpt-4o --") == ["--session", "--make-default"]
    assert completed("remove -") == ["--force"]
    assert completed("copy mini --") == ["--to"]
    assert completed("copy mini --to ") == ["home", "project"]
    assert completed("list ") == completed("open ") == completed("discover all ") == []
    assert completed("discover ") == ["all"]
    assert completed("rule not-a") == ["not-a-mapping", "not-a-chat-model"]
    assert completed("key ") == ["openai", "ollama", *ids]
    assert completed("add anthr")[0] == "anthropic/"
    models = completed("add anthropic/claude-son")
    assert models
    assert all(model.startswith("anthropic/claude-sonnet-") for model in models)
    assert "openai/gpt-4o" not in completed("add openai/gpt-4o")
    fields = completed("edit openai/gpt-4o ")
    assert fields[:5] == ["name=", "api_key=", "api_base=", "timeout=", "drop_params="]
    assert "aws_region_name=" not in fields
    assert "timeout=" not in completed("edit openai/gpt-4o timeout=5 time")
    assert completed("edit openai/gpt-4o drop_params=") == ["drop_params=true", "drop_params=false"]
    assert completed("edit openai/gpt-4o api_key=") == ["api_key=-"]


def test_switch_by_id_by_part_and_by_name(neovim: Neovim, file: Path) -> None:
    for typed in ("ollama/llama2", "LLAMA2", "local llama"):
        run(neovim, f"switch {typed}")
        neovim.wait_said("The next agent will use Local Llama.")
        assert neovim.lua("return require('aloop').statusline()") == "Local Llama (next agent)"
        neovim.forget_said()
        run(neovim, "switch openai/gpt-4o")
        neovim.wait_said("The next agent will use GPT-4o.")
        neovim.forget_said()
    assert file.read_text() == MODELS


def test_switch_asks_for_the_model_and_may_make_it_the_default(neovim: Neovim, file: Path) -> None:
    choose(neovim, ("Switch to which model?", "ollama/llama2"))
    run(neovim, "switch --make-default")
    neovim.wait_said("The next agent will use Local Llama. Local Llama is now the default model.")
    row = "openai/gpt-4o       GPT-4o · current · default · 128K · $2.50 / $10"
    assert neovim.lua("return _G.rows")[0] == row
    assert file.read_text() == MODELS.replace("default: openai/gpt-4o", "default: ollama/llama2")
    run(neovim, "switch openai/gpt-4o")
    neovim.wait_said("The next agent will use GPT-4o.")


def test_a_refusal_names_the_nearest_models(neovim: Neovim, file: Path) -> None:
    run(neovim, "switch openai/gpt-4p")
    message = neovim.wait_said("There is no model 'openai/gpt-4p' in models.yaml.")
    assert "Did you mean openai/gpt-4o" in message
    put(file, MODELS.replace(f"api_key: {KEY}", f"api_key: {OTHER_KEY}", 1))
    run(neovim, "key openai")
    answer(neovim, "API key for openai", f"{CLAUDE_KEY}<CR>")
    message = neovim.wait_said("use 2 different API keys")
    assert message.endswith("openai/gpt-4o, openai/gpt-4o-mini")


def test_words_that_do_not_fit_are_refused(neovim: Neovim, file: Path) -> None:
    for line, message in (
        ("swtich x", "Unknown subcommand. Use switch, add, discover, edit,"),
        ("list more", "Too many arguments. Usage: list"),
        ("open more", "Too many arguments. Usage: :Aloop open"),
        ("switch x --now", "Unknown option. Usage: switch MODEL [--session ID] [--make-default]"),
        ("edit openai/gpt-4o name='GPT", "Unclosed quote."),
        ("edit openai/gpt-4o 300", "Argument 1 after the model is not FIELD=VALUE."),
        ("edit openai/gpt-4o seed=1 seed=2", "Duplicate field 'seed'."),
        ("edit openai/gpt-4o timeout=5m", "timeout must be a number"),
        ("edit openai/gpt-4o drop_params=maybe", "drop_params must be true or false"),
        ("edit openai/gpt-4o timout=5", "Did you mean timeout?"),
        ("add openai/gpt-4o name=x api_base=http://x", "is already in models.yaml"),
        ("add nothing api_base=http://x", "'nothing' is not a model ID."),
    ):
        run(neovim, line)
        neovim.wait_said(message)
    assert file.read_text() == MODELS


def test_add_asks_for_the_key_without_showing_it(neovim: Neovim, file: Path) -> None:
    run(neovim, 'add anthropic/claude-sonnet-4-5 name="Claude 4.5" timeout=60')
    answer(
        neovim, "API key for anthropic/claude-sonnet-4-5 (leave empty to add it later) (hidden)", f"{CLAUDE_KEY}<CR>"
    )
    neovim.wait_said("Added anthropic/claude-sonnet-4-5.")
    entry = f"  anthropic/claude-sonnet-4-5:\n    name: Claude 4.5\n    timeout: 60\n    api_key: {CLAUDE_KEY}\n"
    text = file.read_text()
    assert text.startswith(MODELS.split("\n\ndefault")[0])
    assert sorted(entry.splitlines()) == sorted(set(text.splitlines()) - set(MODELS.splitlines()) | {"    timeout: 60"})
    histories = "vim.fn.execute('history all') .. vim.fn.execute('registers') .. vim.fn.execute('messages')"
    assert CLAUDE_KEY not in neovim.lua(f"return {histories}") + "".join(neovim.said())


def test_add_without_an_id_completes_it_and_asks_no_key_where_none_is_needed(neovim: Neovim, file: Path) -> None:
    run(neovim, "add")
    answer(neovim, "Provider or model: ", "ollama/llama3.<Tab>")
    neovim.wait("vim.fn.getcmdline() == 'ollama/llama3.1'")
    neovim.type("<CR>")
    answer(neovim, "Ollama URL for ollama/llama3.1: ", "<CR>")
    neovim.wait_said("Added ollama/llama3.1.")
    assert file.read_text() == MODELS.replace(ADDED, f"{ADDED}  ollama/llama3.1:\n{ADDED}")


def test_edit_sets_and_removes_fields_and_hides_a_typed_key(neovim: Neovim, file: Path) -> None:
    run(neovim, f"edit gpt-4o-mini timeout=60 drop_params=no name='GPT: mini' api_key={OTHER_KEY}")
    neovim.wait_said("Changed ")
    lines = ["    timeout: 60", "    drop_params: false", "    name: 'GPT: mini'", f"    api_key: {OTHER_KEY}"]
    assert set(lines) <= set(file.read_text().splitlines())
    assert OTHER_KEY not in neovim.lua("return vim.fn.execute('history cmd')")
    neovim.forget_said()
    run(neovim, "edit gpt-4o-mini name= timeout= drop_params=")
    neovim.wait_said("Changed ")
    assert file.read_text() == MODELS.replace(f"mini:\n    api_key: {KEY}", f"mini:\n    api_key: {OTHER_KEY}")
    assert "name= timeout=" in neovim.lua("return vim.fn.execute('history cmd')")
    run(neovim, "edit gpt-4o-mini api_key=-")
    answer(neovim, "api_key for openai/gpt-4o-mini (hidden)", f"{KEY}<CR>")
    neovim.wait_said("Changed api_key of")
    assert file.read_text() == MODELS


def test_edit_asks_for_model_field_and_value(neovim: Neovim, file: Path) -> None:
    choose(neovim, ("Edit which model?", "openai/gpt-4o "), ("Edit openai/gpt-4o", "name: GPT-4o"))
    run(neovim, "edit")
    answer(neovim, "name: ", "<C-u>GPT 4 omni<CR>")
    neovim.wait_said("Changed name of")
    assert neovim.lua("return _G.rows") == ["api_key: ••••••••", "name: GPT-4o", "Set another field…"]
    assert file.read_text() == MODELS.replace("name: GPT-4o", "name: GPT 4 omni")


def test_remove_and_default(neovim: Neovim, file: Path) -> None:
    run(neovim, "default local llama")
    neovim.wait_said("Local Llama is now the default model.")
    assert file.read_text() == MODELS.replace("default: openai/gpt-4o", "default: ollama/llama2")
    run(neovim, "remove openai/gpt-4o-mini --force")
    neovim.wait_said("Removed openai/gpt-4o-mini.")
    assert "mini" not in file.read_text()
    assert file.read_text().startswith("# Kept.\nmodels:\n  openai/gpt-4o:\n    name: GPT-4o\n")


def test_show_hides_keys(neovim: Neovim) -> None:
    run(neovim, "show gpt-4o")
    assert neovim.wait_page("GPT-4o").splitlines() == [
        "# GPT-4o",
        "",
        "`openai/gpt-4o` · openai · 128K · $2.50 / $10 · current · default",
        "",
        "- `api_key`: ••••••••",
        "- `name`: GPT-4o",
        "",
        "Same API key as openai/gpt-4o-mini.",
    ]
    choose(neovim, ("Show which model?", "llama2"))
    run(neovim, "show")
    assert "- `api_base`: http://localhost:11434" in neovim.wait_page("Local Llama")
    neovim.type("q")


def test_check_fills_the_quickfix_list(neovim: Neovim, file: Path) -> None:
    # An astral character is one column for the server, four bytes for Neovim, two units for others.
    put(file, MODELS.replace("name: GPT-4o", "{name: 🦙, timeout: 5m}").replace(f"\n    api_key: {KEY}", "", 1))
    run(neovim, "check")
    neovim.wait_said("2 errors, 0 warnings")
    assert neovim.lua("return vim.bo.buftype") == "quickfix"
    neovim.command("cclose")
    found = neovim.lua(
        """
        local item = vim.iter(vim.fn.getqflist()):find(function(each) return each.text:find('wrong%-type') end)
        local line = vim.fn.readfile(vim.api.nvim_buf_get_name(item.bufnr))[item.lnum]
        return { item.type, item.lnum, line:sub(item.col, item.end_col - 1), item.text }
        """
    )
    assert found[:3] == ["E", 4, "5m"]
    assert found[3].startswith("wrong-type: openai/gpt-4o: timeout must be a number")


def test_the_rule_at_the_cursor_is_shown_rendered(neovim: Neovim, file: Path) -> None:
    put(file, MODELS.replace("name: GPT-4o", "timout: 5\n    timeout: 5m"))
    neovim.open(file)
    neovim.wait_diagnostic("wrong-type")
    for line, rule in ((4, "unknown-field"), (5, "wrong-type")):
        neovim.lua("vim.api.nvim_win_set_cursor(0, { ..., 4 })", line)
        run(neovim, "rule")
        assert neovim.wait_page(rule).startswith(f"# {rule}\n")
        assert neovim.lua("return { vim.bo.filetype, vim.bo.modifiable, vim.wo.conceallevel }") == [
            "markdown",
            False,
            2,
        ]
        neovim.type("q")
        neovim.wait("vim.api.nvim_buf_get_name(0) == ...", str(file))
    run(neovim, "rule duplicate-key")
    neovim.wait_page("duplicate-key")
    neovim.type("q")
    run(neovim, "rule unkown-field")
    neovim.wait_said("Unknown rule 'unkown-field'. Did you mean unknown-field?")


def test_without_a_problem_the_rule_is_selected(neovim: Neovim) -> None:
    choose(neovim, ("Show which rule?", "yaml-syntax"))
    run(neovim, "rule")
    neovim.wait_page("yaml-syntax")
    neovim.type("q")


def test_key_is_replaced_everywhere_and_never_shown(neovim: Neovim, file: Path) -> None:
    choose(neovim, ("Replace which API key?", "openai (every model that shares the key)"))
    run(neovim, "key")
    answer(neovim, "API key for openai (hidden)", f"{OTHER_KEY}<CR>")
    neovim.wait_said("Set the API key of openai/gpt-4o, openai/gpt-4o-mini.")
    assert file.read_text() == MODELS.replace(KEY, OTHER_KEY)
    run(neovim, "key gpt-4o-mini")
    answer(neovim, "API key for openai/gpt-4o-mini (hidden)", "<CR>")
    neovim.wait_said("No key entered. Nothing was changed.")
    assert OTHER_KEY not in neovim.lua("return vim.fn.execute('history all') .. vim.fn.execute('messages')")
    assert file.read_text() == MODELS.replace(KEY, OTHER_KEY)


def test_protect_makes_the_file_private(neovim: Neovim, file: Path) -> None:
    file.chmod(0o644)
    run(neovim, "protect --permissions")
    neovim.wait_said(f"Only you can read {file} now.")
    assert file.stat().st_mode & 0o777 == 0o600


def test_sessions_and_log_and_open(neovim: Neovim, file: Path) -> None:
    run(neovim, "sessions")
    neovim.wait_said("No agent is running.")
    run(neovim, "log")
    neovim.wait_said("The log of the aloop server is empty")
    log = Path(neovim.lua("return require('aloop.log').default_path()"))
    log.write_text("one\ntwo\n", encoding="utf-8")
    run(neovim, "log")
    neovim.wait("vim.api.nvim_get_current_line() == 'two'")
    neovim.command("tabclose")
    run(neovim, "open")
    neovim.wait("vim.api.nvim_buf_get_name(0) == ...", str(file))


def test_a_subcommand_can_be_selected(neovim: Neovim) -> None:
    choose(neovim, ("Aloop", "sessions"))
    run(neovim, "")
    neovim.wait_said("No agent is running.")


def test_an_open_buffer_shows_what_a_command_wrote(neovim: Neovim, file: Path) -> None:
    neovim.open(file)
    neovim.command("split main.py")
    run(neovim, "default ollama/llama2")
    neovim.wait_said("Local Llama is now the default model.")
    neovim.command("wincmd p")
    neovim.wait_text(MODELS.replace("default: openai/gpt-4o", "default: ollama/llama2"))
    assert neovim.lua("return vim.bo.modified") is False
    neovim.command("only")


def test_unsaved_text_is_changed_in_its_buffer_and_can_be_undone(neovim: Neovim, file: Path) -> None:
    neovim.open(file)
    neovim.type("Go# mine<Esc>")
    run(neovim, "edit openai/gpt-4o timeout=60")
    assert neovim.wait_said("Changed timeout of").endswith(" Not saved yet: use :write.")
    mine = f"{MODELS}# mine\n"
    changed = mine.replace(f"api_key: {KEY}\n", f"api_key: {KEY}\n    timeout: 60\n", 1)
    assert neovim.text() == changed
    assert file.read_text() == MODELS
    neovim.type("u")
    neovim.wait_text(mine)
    neovim.type("<C-r>")
    neovim.wait_text(changed)
    neovim.command("write")
    assert file.read_text() == changed


def test_a_command_while_typing(neovim: Neovim, file: Path) -> None:
    neovim.open(file)
    neovim.command("inoremap <buffer> <F5> <Cmd>Aloop edit openai/gpt-4o timeout=60<CR>")
    # Neovim answers that an edit was applied, too, when it dropped it because the text had moved on.
    neovim.lua(
        """
        local real = vim.lsp.handlers['workspace/applyEdit']
        vim.lsp.handlers['workspace/applyEdit'] = function(...)
          vim.lsp.handlers['workspace/applyEdit'] = real
          local last = vim.api.nvim_buf_line_count(0)
          vim.api.nvim_buf_set_lines(0, last, last, true, { '# in between' })
          _G.answer = real(...)
          return _G.answer
        end
        """
    )
    neovim.type("Go# typed<F5> on<CR>and on")
    neovim.wait_said("Changed timeout of")
    assert neovim.lua("return _G.answer.applied") is True
    assert neovim.lua("return vim.fn.mode()") == "i"
    edited = MODELS.replace(f"api_key: {KEY}\n", f"api_key: {KEY}\n    timeout: 60\n", 1)
    text = neovim.text()
    assert text.startswith(edited)
    assert sorted(text.removeprefix(edited).splitlines()) == ["# and on", "# in between", "# typed on"]
    neovim.type("<Esc>")
    assert file.read_text() == MODELS


def test_a_model_is_copied_for_all_projects(neovim: Neovim, file: Path) -> None:
    run(neovim, "copy mini")
    neovim.wait_said("Copied openai/gpt-4o-mini to ~/.aloop/models.yaml.")
    run(neovim, "copy mini --to home")
    neovim.wait_said("openai/gpt-4o-mini is already in ~/.aloop/models.yaml. Remove it there first.")
    assert file.read_text() == MODELS
    shared = Path(str(neovim.lua("return vim.env.HOME")), ".aloop", "models.yaml")
    assert "\n  openai/gpt-4o-mini:" in shared.read_text()
    shared.unlink()
