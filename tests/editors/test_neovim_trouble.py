"""A real Neovim when things go wrong around it: servers that die or are missing, files that others change."""

import os
import signal
from pathlib import Path

import pytest

from editors.neovim.driver import answer, choose, put, server_pid, started

pytestmark = pytest.mark.real_editor

MODELS = """\
models:
  ollama/llama2:
    name: Local Llama
    api_base: http://localhost:11434
  openia/gpt-4o:
    api_key: sk-proj-0123456789abcdefghijABCDEFGHIJ0123456789abcdefghij
default: ollama/llama2
"""
STATUS = "require('aloop').statusline()"


def replace(file: Path, text: str) -> None:
    """Put a new file in the place of the old one, as programs do that never leave half a file."""
    new = file.with_name("new")
    put(new, text)
    new.replace(file)


def test_a_server_that_dies_is_started_again_but_not_for_ever() -> None:
    with started(MODELS) as (neovim, file):
        neovim.open(file)
        neovim.type("GoX<Esc>")
        for _ in range(3):
            before = neovim.lua("return vim.lsp.get_clients()[1].id")
            os.kill(server_pid(neovim), signal.SIGKILL)
            neovim.wait("vim.lsp.get_clients()[1].id > ...", before, what="another server")
            neovim.wait_server()
            # The new server knows what is not saved.
            neovim.wait_diagnostic("yaml-syntax")
        neovim.type("u")
        neovim.wait_diagnostic("yaml-syntax", there=False)
        neovim.wait_diagnostic("unknown-provider")
        neovim.forget_said()
        os.kill(server_pid(neovim), signal.SIGKILL)
        neovim.wait_said("The aloop server crashed 4 times in the last 3 minutes and will not be restarted.")
        assert neovim.lua(f"return {STATUS}") == ""
        neovim.command("Aloop restart")
        neovim.wait_server()
        neovim.wait_diagnostic("unknown-provider")
        neovim.wait(f"{STATUS} == 'Local Llama (next agent)'")


def test_a_command_that_the_server_does_not_live_to_answer() -> None:
    with started(MODELS) as (neovim, file):
        neovim.command("edit main.py")
        neovim.command("Aloop reload")
        neovim.wait_said("Loaded 2 models")
        server = server_pid(neovim)
        os.kill(server, signal.SIGSTOP)
        neovim.command("Aloop default openia/gpt-4o")
        os.kill(server, signal.SIGKILL)
        neovim.wait_said("The aloop server stopped before it answered.")
        neovim.forget_said()
        # The next command has a server of its own.
        neovim.command("Aloop reload")
        neovim.wait_said("Loaded 2 models")
        neovim.command("edit main.py")
        neovim.forget_said()
        neovim.command("Aloop restart")
        neovim.wait_said("Restarted the aloop server.")
        assert file.read_text() == MODELS


def test_a_file_that_is_renamed_into_place() -> None:
    with started(MODELS) as (neovim, file):
        neovim.open(file)
        neovim.wait_diagnostic("unknown-provider")
        for name in ("Llama A", "Llama B"):
            text = MODELS.replace("Local Llama", name).replace("openia/", "openai/")
            replace(file, text)
            neovim.wait_text(text)
            neovim.wait(f"{STATUS} == ...", f"{name} (next agent)")
        neovim.wait_diagnostic("unknown-provider", there=False)
        assert neovim.lua("return vim.bo.modified") is False
        # Unsaved text is kept, and typing continues.
        neovim.type("Go# mine")
        replace(file, MODELS.replace("Local Llama", "Llama C"))
        neovim.wait(f"{STATUS} == 'Llama C (next agent)'")
        neovim.type(" still<Esc>")
        neovim.wait_text(f"{text}# mine still\n")


def test_a_file_that_another_program_breaks_and_repairs() -> None:
    broken = MODELS.replace("name: Local", 'name: "Local')
    with started(MODELS) as (neovim, file):
        neovim.open(file)
        neovim.wait(f"{STATUS} == 'Local Llama (next agent)'")
        replace(file, broken)
        neovim.wait(f"{STATUS} == 'Local Llama (next agent) [models.yaml: line 3]'")
        neovim.command("Aloop restart")
        # The new server knows no valid version.
        neovim.wait(f"{STATUS} == '[models.yaml: line 3]'")
        replace(file, MODELS)
        neovim.wait(f"{STATUS} == 'Local Llama (next agent)'")


def test_a_models_file_that_is_not_there_yet() -> None:
    with started(MODELS) as (neovim, file):
        file.unlink()
        file.parent.rmdir()
        neovim.command("edit main.py")
        neovim.command("Aloop list")
        neovim.wait_said("Add one: :Aloop add")
        choose(neovim, ("Where should models and API keys be saved?", "This project"))
        neovim.command("Aloop add ollama/llama3.1")
        answer(neovim, "Ollama URL for ollama/llama3.1: ", "<C-u><CR>")
        assert neovim.lua("return _G.rows") == [f"This project  {file}", "All projects  ~/.aloop/models.yaml"]
        neovim.wait_said("Added ollama/llama3.1. It is the default, because it is the first model.")
        assert "ollama/llama3.1:\n" in file.read_text()
        neovim.wait(f"{STATUS} == 'ollama/llama3.1 (next agent)'")
        neovim.command("Aloop open")
        neovim.wait("vim.bo.filetype == 'yaml.aloop'")
        neovim.wait_server()
        assert neovim.lua("return #vim.lsp.get_clients()") == 1


def test_open_creates_a_models_file_that_is_private() -> None:
    with started(MODELS) as (neovim, file):
        file.unlink()
        file.parent.rmdir()
        neovim.command("edit main.py")
        neovim.command("Aloop open")
        neovim.wait_said(f"Created {file}")
        neovim.wait("vim.api.nvim_buf_get_name(0) == ...", str(file))
        neovim.wait_server()
        assert file.stat().st_mode & 0o777 == 0o600
        assert "models:" in neovim.text()


def test_a_server_that_is_not_installed() -> None:
    with started(MODELS) as (neovim, file):
        neovim.lua("vim.lsp.config('aloop_ls', { cmd = { 'no-such-server' } })")
        neovim.command(f"edit {file}")
        neovim.wait_said("no-such-server was not found.")
        neovim.forget_said()
        neovim.command("edit main.py")
        neovim.command("Aloop list")
        message = neovim.wait_said("no-such-server was not found.")
        assert "Install the aloop server" in message
        assert "vim.lsp.config('aloop_ls'" in message
        assert neovim.lua("return vim.fn.getcompletion('Aloop switch ', 'cmdline')") == []
        neovim.command("checkhealth aloop")
        assert "ERROR `no-such-server` is not executable." in neovim.text()


def test_a_server_that_ends_as_soon_as_it_starts() -> None:
    with started(MODELS) as (neovim, file):
        neovim.lua("vim.lsp.config('aloop_ls', { cmd = { 'false' } })")
        neovim.command(f"edit {file}")
        neovim.wait_said("The aloop server crashed 4 times in the last 3 minutes and will not be restarted.")
        neovim.command("Aloop list")
        neovim.wait_said("The aloop server did not start. See :checkhealth aloop")


def test_a_broken_file_is_refused_and_kept() -> None:
    with started("models:\n  ollama/llama2:\n    name: [\n") as (neovim, file):
        neovim.open(file)
        neovim.wait_diagnostic("yaml-syntax")
        # Before any question.
        neovim.command("Aloop add ollama/llama3.1")
        neovim.wait_said("Fix it first. Nothing was changed.")
        assert file.read_text() == "models:\n  ollama/llama2:\n    name: [\n"
