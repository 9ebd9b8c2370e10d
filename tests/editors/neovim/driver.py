"""A real Neovim that is typed into: keys go in as from a keyboard, and what it shows is read back."""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from real_editors import ROOT, skip_or_fail

LIMIT = 30.0
"""Seconds that anything may take before a test gives up."""


class Neovim:
    """One headless Neovim with the folder `neovim/` on its runtime path and nothing of this machine's configuration."""

    def __init__(self, program: Path, environment: Mapping[str, str], folder: Path) -> None:
        pynvim = _pynvim(program.parent.parent)
        # The binding starts the child with this process's environment; `env` gives it a person's.
        variables = [f"{name}={value}" for name, value in environment.items()]
        settings = ["--cmd", f"set runtimepath^={ROOT / 'neovim'} shortmess+=I noswapfile", "--cmd", f"cd {folder}"]
        command = ["/usr/bin/env", "-i", *variables, str(program), "--embed", "--clean", "-n", *settings]
        self._nvim = pynvim.attach("child", argv=command)
        # With its own message area, nothing waits for Enter; messages are kept and read by `messages`.
        self._nvim.ui_attach(120, 40, rgb=True, ext_messages=True)
        self.lua("_G.said = {}; vim.notify = function(text, level) table.insert(_G.said, { text, level }) end")
        # Messages that Neovim prints itself are no part of the story.
        self.lua("vim.notify_once = vim.notify")

    def __enter__(self) -> Neovim:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            self._nvim.command("qall!")
        except Exception:  # noqa: BLE001  (it closes the pipe before it answers)
            pass
        finally:
            self._nvim.close()

    def lua(self, code: str, *arguments: Any) -> Any:
        """The value of some Lua, or nothing for statements."""
        return self._nvim.exec_lua(code, *arguments)

    def command(self, command: str) -> None:
        """Run an Ex command."""
        self._nvim.command(command)

    def type(self, keys: str) -> None:
        """Press keys, `<Esc>`, `<C-y>` and so on among them; returns when they are all in its type-ahead."""
        taken = self._nvim.input(keys)
        assert taken == len(keys.encode()), "not every key was taken"

    def wait(self, code: str, *arguments: Any, what: str = "") -> Any:
        """The value of a Lua expression as soon as it is neither false nor nil."""
        end = time.monotonic() + LIMIT
        while True:
            value = self.lua(f"return {code}", *arguments)
            if value:
                return value
            if time.monotonic() > end:
                raise TimeoutError(f"{what or code} did not come; said: {self.said()}; text: {self.text()}")
            time.sleep(0.01)

    def text(self) -> str:
        """The current buffer."""
        return "\n".join(self._nvim.current.buffer[:]) + "\n"

    def said(self) -> list[str]:
        """The messages a person was told, oldest first."""
        return [item[0] for item in self.lua("return _G.said")]

    def wait_said(self, part: str) -> str:
        """The first message that holds the words."""
        found = "vim.iter(_G.said):find(function(item) return item[1]:find(..., 1, true) end)"
        code = f"(function(...) local part = ...; return {found.replace('...', 'part')} end)(...)"
        message: str = self.wait(code, part, what=f"a message with {part!r}")[0]
        return message

    def forget_said(self) -> None:
        """Let go of the messages so far."""
        self.lua("_G.said = {}")

    def open(self, path: Path) -> None:
        """Edit a models.yaml and wait for its server and findings."""
        self.command(f"edit {path}")
        self.wait_server()

    def wait_server(self) -> None:
        """Wait until a server is attached to the current buffer and has told its state."""
        client = "vim.lsp.get_clients({ bufnr = 0, name = 'aloop_ls' })[1]"
        self.wait(f"(function() local c = {client}; return c and c.initialized and require('aloop').state() end)()")

    def diagnostics(self) -> list[list[str]]:
        """Rule and text of each finding in the current buffer."""
        return self.lua(
            """
            return vim.tbl_map(function(found)
              local line = vim.api.nvim_buf_get_lines(0, found.lnum, found.lnum + 1, true)[1]
              return { found.code, line:sub(found.col + 1, found.end_col) }
            end, vim.diagnostic.get(0))
            """
        )

    def wait_diagnostic(self, rule: str, *, there: bool = True) -> None:
        """Wait for a finding of the rule, or until there is none any more."""
        code = """(function(...)
          local rule, there = ...
          return there == vim.iter(vim.diagnostic.get(0)):any(function(found) return found.code == rule end)
        end)(...)"""
        self.wait(code, rule, there, what=f"{rule} {'there' if there else 'gone'}")


def _pynvim(environment: Path) -> Any:
    """The binding beside the editor; it is compiled for the Python that installed it, as a rule ours."""
    folders = list(environment.glob(f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"))
    if not folders:
        skip_or_fail("Neovim's binding is of another Python; install the editors with `make editors`")
    if str(folders[0]) not in sys.path:
        sys.path.append(str(folders[0]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pynvim  # type: ignore[import-not-found]

    return pynvim
