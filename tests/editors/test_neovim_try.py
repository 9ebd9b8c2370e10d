"""`make try` in a terminal: Neovim's own, so that what it draws can be read as text."""

import subprocess
import sys
from pathlib import Path

import pytest

from editors.neovim.driver import Neovim, started
from support.editors import ROOT

pytestmark = pytest.mark.real_editor

TRY = ROOT / "scripts" / "try.py"


def screen(neovim: Neovim) -> str:
    return neovim.lua("return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, true), '\\n')")


def wait_screen(neovim: Neovim, part: str) -> None:
    neovim.wait(
        "table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, true), '\\n'):find(..., 1, true)",
        part,
        what=f"{part!r} on the screen",
    )


def send(neovim: Neovim, keys: str) -> None:
    neovim.lua("vim.api.nvim_chan_send(vim.bo.channel, ...)", keys)


def test_the_example_opens_with_the_server_running_and_a_hint() -> None:
    with started("models:\n") as (neovim, _):
        neovim.lua("vim.o.columns = 80")
        neovim.command("enew")
        neovim.lua(
            "vim.fn.jobstart({ ... }, { term = true, env = { TERM = 'xterm-256color' } })", sys.executable, str(TRY)
        )
        wait_screen(neovim, "Try: o anth Tab Enter | K on a model | gra fixes")
        wait_screen(neovim, ":Aloop add claude son | :Aloop <Tab> | :qa! quits")
        wait_screen(neovim, "Claude Sonnet (next agent)")
        wait_screen(neovim, "/ $10")
        send(neovim, "oanth")
        wait_screen(neovim, "Anthropic")
        send(neovim, "\t\r")
        wait_screen(neovim, "anthropic/claude-opus-5-5")
        send(neovim, "\x1b:Aloop list\r")
        wait_screen(neovim, "azure/our-gpt-deployment           GPT at work")
        send(neovim, "\x1b:qa!\r")
        wait_screen(neovim, "[Process exited 0]")


def test_a_file_that_is_not_there_and_no_terminal(tmp_path: Path) -> None:
    for arguments, message in (([str(tmp_path / "no.yaml")], "File not found: "), ([], "requires a terminal")):
        done = subprocess.run(
            [sys.executable, TRY, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL
        )
        assert done.returncode == 2
        assert message in done.stdout
    assert not list(tmp_path.iterdir())
