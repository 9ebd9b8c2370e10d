"""The questions of :Aloop: one box to add a model, what its provider needs, fields and their values, local servers."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from editors.neovim.driver import Neovim, answer, choose, put, reset, run, started
from support import local_programs
from support.editors import KEY, ROOT
from support.provider_endpoint import ProviderEndpoint

pytestmark = pytest.mark.real_editor

CLAUDE_KEY = "sk-ant-api03-" + "aB3dE5gH7j" * 9 + "AA"
MODELS = f"""\
models:
  openai/gpt-4o:
    name: GPT-4o
    api_key: {KEY}
    drop_params: true
  mistral/mistral-large-latest:
    api_key: your-key-here
default: openai/gpt-4o
"""

Editor = tuple[Neovim, Path]


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    with started(MODELS) as both:
        yield both


@pytest.fixture
def neovim(editor: Editor) -> Neovim:
    """The editor in a buffer that is not models.yaml, the file as it was at first."""
    neovim, file = editor
    reset(neovim, file, MODELS, 2)
    return neovim


@pytest.fixture
def file(editor: Editor) -> Path:
    return editor[1]


def added(file: Path) -> str:
    """The lines that the file has before `default` and did not have at first."""
    before, after = MODELS.split("default:")[0], file.read_text().split("default:")[0]
    assert after.startswith(before)
    return after.removeprefix(before)


def traces(neovim: Neovim) -> str:
    """What the editor keeps of what was typed and shown."""
    return neovim.lua("return vim.fn.execute('history all') .. vim.fn.execute('messages')") + "".join(neovim.said())


def test_words_find_a_model_and_a_wrong_key_is_asked_again(neovim: Neovim, file: Path) -> None:
    choose(neovim, ("Add which model?", "anthropic/claude-sonnet-5-5 "))
    run(neovim, "add claude son")
    answer(neovim, "API key for anthropic/claude-sonnet-5-5", "not a key<CR>")
    rows = neovim.lua("return _G.rows")
    assert rows[0].split("  ")[0] == "anthropic/claude-sonnet-5-5"
    assert rows[0].endswith("  1M · $2 / $10")
    assert rows[-1] == "Search again…"
    neovim.wait_note("api_key contains a space or another character that no API key has. Paste the key again.")
    answer(neovim, "API key for anthropic/claude-sonnet-5-5", f"{CLAUDE_KEY}<CR>")
    neovim.wait_said("Added anthropic/claude-sonnet-5-5.")
    assert added(file) == f"  anthropic/claude-sonnet-5-5:\n    api_key: {CLAUDE_KEY}\n"
    assert CLAUDE_KEY not in traces(neovim)


def test_the_page_where_one_gets_a_key_is_shown(neovim: Neovim, file: Path) -> None:
    run(neovim, "add anthropic/claude-sonnet-5-5")
    text = neovim.wait_note("Get a key: https://console.anthropic.com/settings/keys")
    assert text.splitlines() == ["Example: sk-ant-…", "Get a key: https://console.anthropic.com/settings/keys"]
    answer(neovim, "API key for anthropic/claude-sonnet-5-5 (leave empty to add it later) (hidden): ", "<CR>")
    neovim.wait_said("Added anthropic/claude-sonnet-5-5. It is not ready.")
    assert added(file) == "  anthropic/claude-sonnet-5-5:\n"


def test_the_key_of_another_model_is_used(neovim: Neovim, file: Path) -> None:
    choose(neovim, ("API key for openai/gpt-4.1", "Use the key of GPT-4o"))
    run(neovim, "add openai/gpt-4.1")
    neovim.wait_said("Added openai/gpt-4.1.")
    assert neovim.lua("return _G.rows") == ["Use the key of GPT-4o", "Add the key later", "Enter another key…"]
    assert added(file) == f"  openai/gpt-4.1:\n    api_key: {KEY}\n"


def test_a_provider_with_an_open_list_asks_for_the_name_and_what_it_needs(neovim: Neovim, file: Path) -> None:
    choose(neovim, ("Deployment of Azure", "Type the name of the model…"))
    run(neovim, "add azure/")
    answer(neovim, "Model ID: ", "our-gpt<CR>")
    answer(neovim, "Azure resource URL", "our.example.com<CR>")
    neovim.wait_note("Start it with http:// or https://.")
    answer(neovim, "Azure resource URL", "<C-u>https://our.openai.azure.com<CR>")
    answer(neovim, "Azure API version", "<CR>")
    answer(neovim, "API key for azure/our-gpt", "<CR>")
    neovim.wait_said("Added azure/our-gpt.")
    lines = added(file).splitlines()
    assert lines[:2] == ["  azure/our-gpt:", "    api_base: https://our.openai.azure.com"]
    assert lines[2].startswith("    api_version: ")


def test_cancelling_a_question_adds_nothing(neovim: Neovim, file: Path) -> None:
    run(neovim, "add azure/our-gpt")
    answer(neovim, "Azure resource URL", "<Esc>")
    neovim.wait("vim.fn.mode() == 'n'")
    run(neovim, "add")
    answer(neovim, "Provider or model: ", "<Esc>")
    run(neovim, "add azure/our-gpt")
    answer(neovim, "Azure resource URL", "<CR>")
    neovim.wait_said("No api_base entered. Nothing was changed.")
    assert file.read_text() == MODELS


def test_words_without_a_model_are_asked_again(neovim: Neovim, file: Path) -> None:
    choose(neovim, ("Add which model?", "xai/grok-4.7 "))
    run(neovim, "add zzzzqqq")
    neovim.wait_note("No model found. Try other words, or type a full ID: provider/model.")
    answer(neovim, "Provider or model: ", "grok<CR>")
    answer(neovim, "API key for xai/grok-4.7", "<CR>")
    neovim.wait_said("Added xai/grok-4.7.")
    assert added(file) == "  xai/grok-4.7:\n"


def test_a_field_with_few_values_is_selected_and_removed(neovim: Neovim, file: Path) -> None:
    choose(neovim, ("Edit openai/gpt-4o", "drop_params: true"), ("drop_params: ", "Remove this field"))
    run(neovim, "edit gpt-4o")
    neovim.wait_said("Changed drop_params of GPT-4o.")
    assert neovim.lua("return _G.rows") == ["true", "false", "Remove this field"]
    assert file.read_text() == MODELS.replace("    drop_params: true\n", "")


def test_a_field_that_is_not_set_and_a_value_that_is_corrected(neovim: Neovim, file: Path) -> None:
    choose(neovim, ("Edit openai/gpt-4o", "Set another field…"), ("set which field?", "timeout "))
    run(neovim, "edit gpt-4o")
    answer(neovim, "timeout: ", "5m<CR>")
    text = neovim.wait_note("Did you mean 300?")
    assert text.splitlines()[0] == "timeout must be a number of seconds, not text. Write 300."
    neovim.wait("vim.fn.getcmdline() == '300'")
    neovim.type("<CR>")
    neovim.wait_said("Changed timeout of GPT-4o.")
    assert "    timeout: 300\n" in file.read_text()


def test_the_models_that_need_attention_are_last_with_the_reason(neovim: Neovim, file: Path) -> None:
    run(neovim, "list")
    assert neovim.wait_page("Models").splitlines() == [
        f"2 models in {file}",
        "",
        "Ready",
        "  openai/gpt-4o                   GPT-4o · current · default · 128K · $2.50 / $10",
        "",
        "Needs attention",
        "  ⚠ mistral/mistral-large-latest  256K · $0.50 / $1.50 · not ready: its API key is a placeholder · 1 problem",
    ]
    neovim.type("G<CR>")
    neovim.wait("vim.api.nvim_buf_get_name(0) == ...", str(file))
    assert neovim.lua("return vim.api.nvim_get_current_line()") == "  mistral/mistral-large-latest:"


def test_why_names_the_model_the_file_and_the_reason(neovim: Neovim, file: Path) -> None:
    run(neovim, "why")
    lines = neovim.wait_page("Why this model").splitlines()
    assert lines[:4] == [
        "# Why this model?",
        "",
        f"The next agent will use GPT-4o (openai/gpt-4o) because it is the default model in {file}.",
        "",
    ]
    assert "## aloop models doctor" in lines
    assert KEY not in neovim.text()
    neovim.type("q")


def test_models_of_a_local_server_are_added(neovim: Neovim, file: Path) -> None:
    with ProviderEndpoint() as endpoint:
        endpoint.pages = local_programs.OLLAMA
        choose(
            neovim,
            ("Add which local model?", "ollama/llama3.1:8b"),
            ("1 selected. Add which one too?", "Done"),
        )
        run(neovim, f"discover {endpoint.url}")
        neovim.wait_said("Added 1 model: ollama/llama3.1:8b.")
        assert added(file) == f"  ollama/llama3.1:8b:\n    api_base: {endpoint.url}\n"
        run(neovim, f"discover all {endpoint.url}")
        neovim.wait_said("Added 2 models: ")
        run(neovim, f"discover all {endpoint.url}")
        neovim.wait_said("Found 3 models on 1 local server, all already in models.yaml.")
    run(neovim, f"discover {endpoint.url}")
    neovim.wait_said(f"No model server answers at {endpoint.url}. Check that it runs.")
    run(neovim, "discover gpt")
    neovim.wait_said("Unknown argument. Usage: :Aloop discover [all] [URL ...]")


def test_the_lens_of_an_empty_file_adds_a_model(neovim: Neovim, file: Path) -> None:
    put(file, "models:\n")
    neovim.open(file)
    titles = "vim.tbl_map(function(lens) return lens.command.title end, vim.lsp.codelens.get(0))"
    neovim.wait(f"vim.deep_equal({titles}, {{ '+ Add model', 'Import…' }})")
    choose(neovim, ("Code lenses:", "+ Add model"))
    neovim.type(":lua vim.lsp.codelens.run()<CR>")
    answer(neovim, "Provider or model: ", "xai/grok-4.7<CR>")
    answer(neovim, "API key for xai/grok-4.7", "<CR>")
    neovim.wait_said("Added xai/grok-4.7. It is the default, because it is the first model.")


def test_every_secret_field_is_hidden_before_the_server_starts(neovim: Neovim) -> None:
    schema = json.loads((ROOT / "schema" / "models.schema.json").read_text(encoding="utf-8"))
    fields = schema["definitions"]["profile"]["properties"]
    known = {name: spec for name, spec in fields.items() if "not" not in spec and spec is not False}
    hidden = neovim.lua(
        """
        return vim.tbl_filter(function(name)
          return #require('aloop.hide_keys').spans('    ' .. name .. ': some-value') == 1
        end, ...)
        """,
        list(known),
    )
    secret = {name for name, spec in known.items() if spec.get("writeOnly") and spec.get("type") == "string"}
    assert secret <= set(hidden)
