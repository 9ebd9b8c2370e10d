"""A real Neovim with running agents: every subcommand, the target of a switch, and the statusline."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from editors.neovim.driver import Neovim, answer, choose, put, reset, run, server_pid, started
from support.editors import KEY, RFC_MODELS
from support.world import Agent

pytestmark = pytest.mark.real_editor

OTHER_KEY = "sk-proj-ZYXWVUTSRQPONMLKJIHGFEDCBA0123456789zyxwvutsrqpon"
GPT, LLAMA = "openai/gpt-4o", "ollama/llama2"
STATUS = "require('aloop').statusline()"
NOBODY = "GPT-4o (next agent)"

Editor = tuple[Neovim, Path]
Start = Callable[..., Agent]


def wait_status(neovim: Neovim, text: str) -> None:
    neovim.wait(f"{STATUS} == ...", text, what=f"the status {text!r} in place of {neovim.lua(f'return {STATUS}')!r}")


@contextmanager
def agents_of(neovim: Neovim, file: Path) -> Iterator[Start]:
    """Starts agents in the project, or in another folder; all of them end."""
    running: list[Agent] = []

    def start(folder: Path | None = None, **more: str) -> Agent:
        running.append(Agent(file, folder or file.parents[1], {**neovim.environment, **more}))
        return running[-1]

    yield start
    for agent in running:
        agent.kill()


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    with started(RFC_MODELS) as both:
        yield both


@pytest.fixture
def neovim(editor: Editor) -> Neovim:
    """The editor in a buffer that is not models.yaml, the file as it was at first, nobody running, nothing chosen."""
    neovim, file = editor
    reset(neovim, file, RFC_MODELS, 2)
    neovim.command(f"Aloop switch {GPT}")
    wait_status(neovim, NOBODY)
    neovim.forget_said()
    return neovim


@pytest.fixture
def file(editor: Editor) -> Path:
    return editor[1]


@pytest.fixture
def start(neovim: Neovim, file: Path) -> Iterator[Start]:
    with agents_of(neovim, file) as start:
        yield start
    try:
        neovim.wait(f"vim.endswith({STATUS}, ' (next agent)')")
    except TimeoutError as error:
        raise TimeoutError(neovim.lua("return vim.inspect(require('aloop').state())")) from error


def test_the_statusline_tells_of_every_agent_here(neovim: Neovim, file: Path, start: Start) -> None:
    first = start()
    wait_status(neovim, "GPT-4o")
    second, third = start(), start()
    wait_status(neovim, "GPT-4o ×3")
    assert first.ask(f"/model {LLAMA}") == f"Using Local Llama ({LLAMA})."
    wait_status(neovim, "3 agents, 2 models")
    elsewhere = file.parents[2] / "elsewhere"
    elsewhere.mkdir()
    fourth = start(folder=elsewhere)
    run(neovim, "sessions")
    text = neovim.wait_page("Agents")
    neovim.type("q")
    folder = file.parents[1]
    assert text.startswith("4 agents running\n\n")
    assert sorted(text.splitlines()[2:]) == sorted(
        [
            f"Local Llama - process {first.process.pid} in {folder} ({first.id})",
            f"GPT-4o - process {second.process.pid} in {folder} ({second.id})",
            f"GPT-4o - process {third.process.pid} in {folder} ({third.id})",
            f"GPT-4o - process {fourth.process.pid} in {elsewhere} ({fourth.id})",
        ]
    )
    assert neovim.lua(f"return {STATUS}") == "3 agents, 2 models"
    second.kill()
    wait_status(neovim, "2 agents, 2 models")
    third.kill()
    wait_status(neovim, "Local Llama")


def test_a_switch_reaches_the_agent_at_once(neovim: Neovim, file: Path, start: Start) -> None:
    agent = start()
    wait_status(neovim, "GPT-4o")
    run(neovim, "switch local llama")
    neovim.wait_said(f"The agent in {file.parents[1]} will use Local Llama from its next turn.")
    assert agent.hear() == f"switched {LLAMA} by Neovim"
    assert agent.ask("hello") == f"{LLAMA}: hello"
    wait_status(neovim, "Local Llama")
    assert file.read_text() == RFC_MODELS
    # The lens does the same.
    neovim.open(file)
    neovim.type("2G")
    neovim.wait("#vim.lsp.codelens.get(0) == 3")
    neovim.lua("vim.lsp.codelens.run()")
    assert agent.hear() == f"switched {GPT} by Neovim"
    wait_status(neovim, "GPT-4o")


def test_of_several_agents_exactly_the_one_that_is_meant_is_switched(neovim: Neovim, file: Path, start: Start) -> None:
    first, second = start(), start()
    wait_status(neovim, "GPT-4o ×2")
    choose(neovim, ("Switch which agent?", second.id))
    run(neovim, f"switch {LLAMA}")
    assert second.hear() == f"switched {LLAMA} by Neovim"
    assert first.ask("?") == f"{GPT}: ?"
    rows = neovim.lua("return _G.rows")
    assert rows[0] == "All of them (2 agents)"
    folder = file.parents[1]
    expected = [f"GPT-4o - process {agent.process.pid} in {folder} ({agent.id})" for agent in (first, second)]
    assert sorted(rows[1:]) == sorted(expected)
    # The model can be asked for, too, and both at once are meant.
    choose(neovim, ("Switch to which model?", LLAMA), ("Switch which agent?", "All of them"))
    run(neovim, "switch")
    assert [first.hear(), second.hear()] == [f"switched {LLAMA} by Neovim"] * 2
    neovim.wait_said("2 agents will use Local Llama from their next turn.")
    wait_status(neovim, "Local Llama ×2")
    # If the user cancels, no agent is switched.
    neovim.forget_said()
    neovim.lua(
        """
        local real = vim.ui.select
        vim.ui.select = function(_, options, done)
          vim.ui.select = real
          _G.asked = options.prompt
          done(nil)
        end
        """
    )
    run(neovim, f"switch {GPT}")
    neovim.wait("_G.asked == 'Switch which agent?'")
    assert [first.ask("?"), second.ask("?")] == [f"{LLAMA}: ?"] * 2
    assert neovim.said() == []


def test_the_lens_asks_which_agent_too(neovim: Neovim, file: Path, start: Start) -> None:
    first, second = start(), start()
    neovim.open(file)
    wait_status(neovim, "GPT-4o ×2")
    neovim.type("5G")
    neovim.wait("#vim.lsp.codelens.get(0) == 2")
    choose(neovim, ("Switch which agent?", first.id))
    neovim.lua("vim.lsp.codelens.run()")
    assert first.hear() == f"switched {LLAMA} by Neovim"
    assert second.ask("?") == f"{GPT}: ?"
    wait_status(neovim, "2 agents, 2 models")


def test_an_agent_can_be_named_and_is_completed(neovim: Neovim, start: Start) -> None:
    first, second = start(), start()
    wait_status(neovim, "GPT-4o ×2")

    def completed(line: str) -> list[str]:
        return neovim.lua("return vim.fn.getcompletion('Aloop ' .. ..., 'cmdline')", line)

    assert sorted(completed(f"switch {LLAMA} ")) == sorted([first.id, second.id, "*"])
    assert completed(f"switch {LLAMA} {first.id[:6]}") == [first.id]
    assert completed(f"switch {LLAMA} {first.id} ") == []
    assert completed(f"remove {LLAMA} ") == []
    # A name of two words, then the agent.
    run(neovim, f"switch local llama {first.id}")
    assert first.hear() == f"switched {LLAMA} by Neovim"
    assert second.is_silent()
    run(neovim, f"switch {LLAMA} *")
    assert [first.hear(), second.hear()] == [f"switched {LLAMA} by Neovim"] * 2
    run(neovim, f"switch {GPT} 0badcafe")
    message = neovim.wait_said("There is no running agent '0badcafe'.")
    assert first.id in message
    assert second.id in message
    run(neovim, f"switch openai/gpt-5o {first.id}")
    neovim.wait_said("There is no model 'openai/gpt-5o'")
    second.kill()
    wait_status(neovim, "Local Llama")
    assert completed(f"switch {GPT} ") == [first.id]


def test_every_subcommand_while_an_agent_runs(neovim: Neovim, file: Path, start: Start) -> None:
    agent = start()
    agent.ask(f"/model {LLAMA}")
    wait_status(neovim, "Local Llama")

    def said(line: str, message: str) -> None:
        neovim.forget_said()
        run(neovim, line)
        neovim.wait_said(message)

    run(neovim, "list")
    assert neovim.wait_page("Models").splitlines()[3:] == [
        "  ollama/llama2  Local Llama · current · 4K",
        "  openai/gpt-4o  GPT-4o · default · 128K · $2.50 / $10",
    ]
    neovim.type("q")
    said(f"add openai/gpt-4o-mini name=Mini api_key={KEY}", "Added openai/gpt-4o-mini.")
    assert agent.ask("/model mini") == "Using Mini (openai/gpt-4o-mini)."
    wait_status(neovim, "Mini")
    said("edit mini name=Tiny", "Changed name of")
    wait_status(neovim, "Tiny")
    said("default tiny", "Tiny is now the default model.")
    assert "[DEFAULT]" in next(part for part in agent.ask("/model").split("|") if "Tiny" in part)
    run(neovim, "show tiny")
    assert " · current · default\n" in neovim.wait_page("Tiny")
    neovim.type("q")
    said("check", "0 errors")
    neovim.command("cclose")
    said("reload", "Loaded 3 models")
    run(neovim, "sessions")
    assert agent.id in neovim.wait_page("Agents")
    neovim.type("q")
    # In use: refused, and the agent is named; with ! it goes, and the agent keeps what it has.
    said("remove tiny", f"Tiny is the current model of agent {agent.process.pid} in {file.parents[1]}.")
    assert "openai/gpt-4o-mini" in file.read_text()
    said("switch! tiny", "Unknown subcommand.")
    neovim.forget_said()
    neovim.type(":Aloop! list<CR>")
    neovim.wait_said("No ! allowed for :Aloop list")
    neovim.type(":Aloop! remove tiny<CR>")
    neovim.wait_said("Removed Tiny.")
    assert file.read_text() == RFC_MODELS.replace(f"default: {GPT}", "default: null")
    assert agent.ask("?") == "openai/gpt-4o-mini: ?"
    said(f"switch {LLAMA}", "The agent in")
    # With its model gone it may tell the change of the file, too.
    while agent.hear() != f"switched {LLAMA} by Neovim":
        pass
    said(f"default {GPT}", "GPT-4o is now the default model.")
    assert file.read_text() == RFC_MODELS


def test_a_new_key_while_an_agent_runs(neovim: Neovim, file: Path, start: Start) -> None:
    agent = start()
    wait_status(neovim, "GPT-4o")
    run(neovim, "key openai")
    neovim.wait("vim.fn.getcmdprompt():find('API key for openai', 1, true)")
    neovim.type(f"{OTHER_KEY}<CR>")
    neovim.wait_said("Set the API key of openai/gpt-4o.")
    assert file.read_text() == RFC_MODELS.replace(KEY, OTHER_KEY)
    assert agent.ask("?") == f"{GPT}: ?"


def test_what_an_agent_adds_appears_in_the_unsaved_buffer(neovim: Neovim, file: Path, start: Start) -> None:
    agent = start()
    neovim.open(file)
    wait_status(neovim, "GPT-4o")
    neovim.type("Go# mine<Esc>")
    mine = f"{RFC_MODELS}# mine\n"
    neovim.wait_text(mine)
    for _ in range(5):
        assert agent.ask("/model add ollama/llama3.1") == "Added ollama/llama3.1."
        if file.read_text() == RFC_MODELS:
            break
        # On a busy machine Neovim may take longer than the agent waits for it; then the agent writes the file itself.
        put(file, RFC_MODELS)
    added = mine.replace("default:", "  ollama/llama3.1:\ndefault:")
    neovim.wait_text(added)
    assert file.read_text() == RFC_MODELS
    # It can be used before it is saved.
    assert agent.ask("/model llama3.1") == "Using ollama/llama3.1."
    wait_status(neovim, "ollama/llama3.1")
    run(neovim, f"switch {GPT}")
    assert agent.hear() == f"switched {GPT} by Neovim"
    neovim.type("u")
    neovim.wait_text(mine)
    run(neovim, "list")
    assert neovim.wait_page("Models").startswith("2 models in ")
    neovim.type("q")
    wait_status(neovim, "GPT-4o")
    neovim.type("<C-r>")
    neovim.wait_text(added)
    neovim.command("write!")
    assert file.read_text() == added


def test_what_is_added_to_the_unsaved_buffer_waits_to_be_saved(neovim: Neovim, file: Path, start: Start) -> None:
    agent = start()
    neovim.open(file)
    wait_status(neovim, "GPT-4o")
    neovim.type("Go# mine<Esc>")
    run(neovim, "add ollama/llama3.1")
    answer(neovim, "Ollama URL for ollama/llama3.1: ", "<C-u><CR>")
    assert neovim.wait_said("Added ollama/llama3.1.").endswith(" Not saved yet: use :write.")
    run(neovim, "switch ollama/llama3.1")
    neovim.wait_said("Save the file. Then switch")
    assert agent.ask("?") == f"{GPT}: ?"
    neovim.command("write")
    run(neovim, "switch ollama/llama3.1")
    assert agent.hear() == "switched ollama/llama3.1 by Neovim"
    wait_status(neovim, "ollama/llama3.1")


def test_agents_in_terminals_find_the_editor(neovim: Neovim, file: Path, start: Start) -> None:
    endpoint = neovim.lua("return vim.env.ALOOP_EDITOR")
    assert Path(endpoint).is_socket()
    neovim.command("terminal printenv ALOOP_EDITOR")
    neovim.wait("table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, true), ''):find(..., 1, true)", endpoint)
    neovim.command("bwipeout!")
    run(neovim, f"switch {LLAMA}")
    neovim.wait_said("The next agent will use Local Llama.")
    below = file.parents[1] / "below"
    below.mkdir()
    # Wherever in the project it starts, the window's choice and the window's switches are for it.
    agent = start(folder=below, ALOOP_EDITOR=endpoint)
    assert agent.first_model == LLAMA
    wait_status(neovim, "Local Llama")
    run(neovim, f"switch {GPT}")
    assert agent.hear() == f"switched {GPT} by Neovim"
    wait_status(neovim, "GPT-4o")
    agent.kill()
    wait_status(neovim, "Local Llama (next agent)")


def test_the_agent_in_a_terminal_window(neovim: Neovim) -> None:
    screen = "table.concat(vim.api.nvim_buf_get_lines(_G.terminal, 0, -1, true), '\\n')"
    run(neovim, f"switch {LLAMA}")
    neovim.wait_said("The next agent will use Local Llama.")
    neovim.command("terminal aloop")
    neovim.lua("_G.terminal = vim.api.nvim_get_current_buf()")
    wait_status(neovim, "Local Llama")
    neovim.wait(f"{screen}:find('Local Llama', 1, true)")
    neovim.type(f"i/model {GPT}<CR>")
    wait_status(neovim, "GPT-4o")
    neovim.type("<C-\\><C-n>")
    run(neovim, f"switch {LLAMA}")
    neovim.wait(f"{screen}:find('Using Local Llama (switched by Neovim).', 1, true)")
    wait_status(neovim, "Local Llama")
    neovim.command("bwipeout!")
    wait_status(neovim, "Local Llama (next agent)")


def test_the_selected_model_survives_the_server() -> None:
    with started(RFC_MODELS) as (neovim, file), agents_of(neovim, file) as start:
        neovim.open(file)

        def crash() -> None:
            before, endpoint = neovim.lua("return { vim.lsp.get_clients()[1].id, vim.env.ALOOP_EDITOR }")
            os.kill(server_pid(neovim), signal.SIGKILL)
            neovim.wait("vim.lsp.get_clients()[1].id > ...", before, what="another server")
            neovim.wait_server()
            assert neovim.lua("return vim.env.ALOOP_EDITOR") not in (endpoint, None)

        run(neovim, f"switch {LLAMA}")
        wait_status(neovim, "Local Llama (next agent)")
        crash()
        wait_status(neovim, "Local Llama (next agent)")
        # A running agent is left alone; once it has gone, the choice counts again.
        agent = start()
        wait_status(neovim, "GPT-4o")
        crash()
        wait_status(neovim, "GPT-4o")
        assert agent.ask("?") == f"{GPT}: ?"
        agent.kill()
        wait_status(neovim, "Local Llama (next agent)")
        # What was chosen back is chosen.
        run(neovim, f"switch {GPT}")
        wait_status(neovim, NOBODY)
        run(neovim, "restart")
        neovim.wait_said("Restarted the aloop server.")
        neovim.wait_server()
        wait_status(neovim, NOBODY)
        assert file.read_text() == RFC_MODELS
