"""Drives a real Neovim: types keys as a keyboard does, and reads what it shows."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from support.editors import ROOT, installed, skip_or_fail

LIMIT = 40.0
"""Seconds that anything may take before a test gives up."""


class Neovim:
    """One headless Neovim with the folder `neovim/` on its runtime path and nothing of this machine's configuration."""

    def __init__(self, program: Path, environment: Mapping[str, str], folder: Path) -> None:
        pynvim = _pynvim(program.parent.parent)
        # The binding starts the child with this process's environment; `env` gives it a person's.
        variables = [f"{name}={value}" for name, value in environment.items()]
        settings = ["--cmd", f"set runtimepath^={ROOT / 'neovim'}", "--cmd", f"cd {folder}"]
        # Everything as by default, swap files included; `--clean` only keeps this machine's configuration out.
        self.plain_command = [str(program), "--clean", "-n", *settings]
        """The command of another Neovim like this one, for a terminal."""
        command = ["/usr/bin/env", "-i", *variables, str(program), "--embed", "--clean", *settings]
        self._nvim = pynvim.attach("child", argv=command)
        self.environment = dict(environment)
        """The environment of the process, for agents that run with it."""
        # With its own message area, nothing waits for Enter; messages are kept and read by `messages`.
        self._nvim.ui_attach(120, 40, rgb=True, ext_messages=True)
        self.lua("_G.said = {}; vim.notify = function(text, level) table.insert(_G.said, { text, level }) end")

    def __enter__(self) -> Neovim:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # It closes the pipe before it answers.
        with contextlib.suppress(OSError, EOFError):
            self._nvim.command("qall!")
        self._nvim.close()

    def lua(self, code: str, *arguments: Any) -> Any:
        """The value of some Lua, or nothing for statements."""
        return self._nvim.exec_lua(code, *arguments)

    def command(self, command: str) -> None:
        """Run an Ex command."""
        self._nvim.command(command)

    def resize(self, columns: int, lines: int) -> None:
        """Change the size of the screen in cells."""
        self._nvim.ui_try_resize(columns, lines)

    def type(self, keys: str) -> None:
        """Press keys, `<Esc>`, `<C-y>` and so on among them; returns when they are all in its type-ahead."""
        taken = self._nvim.input(keys)
        assert taken == len(keys.encode()), "not every key was taken"

    def wait(self, code: str, *arguments: Any, what: str = "") -> Any:
        """The value of a Lua expression as soon as it has one that is neither false nor nil."""
        end = time.monotonic() + LIMIT
        guarded = f"local ok, value = pcall(function(...) return {code} end, ...); return {{ ok, value }}"
        while True:
            ok, value = [*self.lua(guarded, *arguments), None][:2]
            if ok and value:
                return value
            if time.monotonic() > end:
                state = f"value: {value}; said: {self.said()}; text: {self.text()}"
                raise TimeoutError(f"{what or code} did not come; {state}")
            time.sleep(0.01)

    def text(self) -> str:
        """The current buffer."""
        return "\n".join(self._nvim.current.buffer[:]) + "\n"

    def said(self) -> list[str]:
        """The messages that were shown, oldest first."""
        return [item[0] for item in self.lua("return _G.said")]

    def wait_said(self, part: str) -> str:
        """The first message that contains the text."""
        code = """(function(part)
          return vim.iter(_G.said):find(function(item) return item[1]:find(part, 1, true) ~= nil end)
        end)(...)"""
        message: str = self.wait(code, part, what=f"a message with {part!r}")[0]
        return message

    def wait_text(self, text: str) -> None:
        """Wait until the current buffer is exactly this text."""
        lines = "table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, true), '\\n') .. '\\n'"
        self.wait(f"{lines} == ...", text, what=f"the text {text!r}")

    def wait_page(self, name: str) -> str:
        """The text of a page of the plugin, as soon as it is in the current window; `q` closes it."""
        self.wait("vim.b.aloop_page == ...", name, what=f"the page {name!r}")
        return self.text()

    def wait_note(self, part: str) -> str:
        """The text of a note above the command line, as soon as one contains the text, whose lines may be broken."""
        code = """(function(part)
          for _, window in ipairs(vim.api.nvim_list_wins()) do
            local lines = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, true)
            local is_note = vim.api.nvim_win_get_config(window).relative ~= ''
            if is_note and table.concat(lines, ' '):find(part, 1, true) then
              return table.concat(lines, '\\n')
            end
          end
        end)(...)"""
        return self.wait(code, part, what=f"a note with {part!r}")

    def forget_said(self) -> None:
        """Forget the messages so far."""
        self.lua("_G.said = {}")

    def open(self, path: Path) -> None:
        """Edit a models.yaml and wait for its server and diagnostics."""
        self.command(f"edit {path}")
        self.wait_server()

    def wait_server(self) -> None:
        """Wait until a server is attached to the current buffer and has sent its state."""
        client = "vim.lsp.get_clients({ bufnr = 0, name = 'aloop_ls' })[1]"
        self.wait(f"(function() local c = {client}; return c and c.initialized and require('aloop').state() end)()")

    def diagnostics(self) -> list[list[str]]:
        """Rule and text of each diagnostic in the current buffer."""
        return self.lua(
            """
            return vim.tbl_map(function(found)
              local line = vim.api.nvim_buf_get_lines(0, found.lnum, found.lnum + 1, true)[1]
              return { found.code, line:sub(found.col + 1, found.end_col) }
            end, vim.diagnostic.get(0))
            """
        )

    def wait_diagnostic(self, rule: str, *, there: bool = True) -> None:
        """Wait for a diagnostic of the rule, or until there is none any more."""
        code = """(function(...)
          local rule, there = ...
          return there == vim.iter(vim.diagnostic.get(0)):any(function(found) return found.code == rule end)
        end)(...)"""
        self.wait(code, rule, there, what=f"{rule} {'there' if there else 'gone'}")


class Terminal:
    """A Neovim in a terminal of a size in cells: that of another Neovim, so that what it draws can be read as text."""

    def __init__(self, outer: Neovim, columns: int, lines: int, *command: str) -> None:
        self._outer, self._lines = outer, lines
        outer.lua("vim.o.laststatus = 0; vim.cmd.enew()")
        outer.resize(columns, lines)
        outer.wait("vim.o.columns == ... and vim.o.cmdheight == 0", columns)
        outer.lua("vim.fn.jobstart({ ... }, { term = true, env = { TERM = 'xterm-256color' } })", *command)

    def screen(self) -> list[str]:
        """The lines of the screen, without white space at their ends."""
        lines: list[str] = self._outer.lua("return vim.api.nvim_buf_get_lines(0, -1 - ..., -1, false)", self._lines)
        return [line.rstrip() for line in lines]

    def send(self, keys: str) -> None:
        """Type text; control characters are keys."""
        self._outer.lua("vim.api.nvim_chan_send(vim.bo.channel, ...)", keys)

    def wait(self, part: str, *, there: bool = True) -> list[str]:
        """The screen as soon as it contains the text, or does not any more."""
        code = """(function(part, count, there)
          local lines = vim.api.nvim_buf_get_lines(0, -1 - count, -1, false)
          return (table.concat(lines, '\\n'):find(part, 1, true) ~= nil) == there
        end)(...)"""
        self._outer.wait(code, part, self._lines, there, what=f"{part!r} {'on' if there else 'off'} the screen")
        return self.screen()


@contextlib.contextmanager
def started(models: str) -> Iterator[tuple[Neovim, Path]]:
    """A Neovim in a project with a models.yaml of this text, and that file's path."""
    program = installed(ROOT / ".editors" / "neovim" / "bin" / "nvim")
    server = installed(Path(sys.executable).parent / "aloop-ls")
    with tempfile.TemporaryDirectory(prefix="aloop-neovim-") as folder:
        # A repository's root ends the search for the file.
        workspace, home, runtime = Path(folder, "workspace"), Path(folder, "home"), Path(folder, "run")
        file = workspace / ".aloop" / "models.yaml"
        for made in (home, runtime, file.parent):
            made.mkdir(parents=True, mode=0o700)
        subprocess.run(["git", "init", "--quiet", workspace], check=True)
        (workspace / ".git" / "info" / "exclude").write_text("/.aloop/\n", encoding="utf-8")
        put(file, models)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ALOOP", "XDG_", "NVIM"))}
        own = {"ALOOP_TODAY": "2026-11-22", "ALOOP_CATALOG": "snapshot", "SHELL": "/bin/sh"}
        own |= {"HOME": str(home), "XDG_RUNTIME_DIR": str(runtime)}
        path = os.pathsep.join([str(server.parent), kept.get("PATH", "")])
        with Neovim(program, kept | own | {"PATH": path}, workspace) as neovim:
            yield neovim, file


def put(file: Path, text: str) -> None:
    """Write a file as its owner alone may read it."""
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)


def reset(neovim: Neovim, file: Path, text: str, models: int) -> None:
    """Put the original text with so many models into the file, and show a buffer that is not the file."""
    neovim.type("<Esc>")
    neovim.command("silent! %bwipeout!")
    put(file, text)
    neovim.command("edit main.py")
    neovim.lua("vim.fn.histdel('cmd')")
    neovim.command("Aloop reload")
    neovim.wait_said(f"Loaded {models} models")
    neovim.forget_said()


def run(neovim: Neovim, line: str) -> None:
    """Type a command line, as a person does."""
    neovim.type(f":Aloop {line}<CR>".replace("|", "<Bar>"))


def answer(neovim: Neovim, prompt: str, keys: str) -> None:
    """Type an answer into a question on the command line, once it is there."""
    neovim.wait("vim.fn.getcmdprompt():find(..., 1, true)", prompt, what=f"the question {prompt!r}")
    neovim.type(keys)


def choose(neovim: Neovim, *answers: tuple[str, str]) -> None:
    """Choose a row in each of the next pick lists: the list's prompt and a part of the row."""
    neovim.lua(
        """
        local answers = ...
        local real = vim.ui.select
        _G.rows = nil
        vim.ui.select = function(items, options, done)
          local prompt, row = unpack(table.remove(answers, 1))
          if #answers == 0 then
            vim.ui.select = real
          end
          _G.rows = vim.tbl_map(options.format_item, items)
          assert(options.prompt:find(prompt, 1, true), options.prompt)
          for place, text in ipairs(_G.rows) do
            if text:find(row, 1, true) then
              done(items[place])
              return
            end
          end
          error('no row ' .. row .. ' in ' .. vim.inspect(_G.rows))
        end
        """,
        answers,
    )


def server_pid(neovim: Neovim) -> int:
    """The process id of the one server that runs."""
    children = neovim.lua("return vim.api.nvim_get_proc_children(vim.fn.getpid())")
    [server] = [pid for pid in children if b"aloop-ls" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    return server


def _pynvim(environment: Path) -> Any:
    """The Python binding that is installed with the editor, for the Python version that installed it."""
    folders = list(environment.glob(f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"))
    if not folders:
        skip_or_fail("Neovim's binding is of another Python; install the editors with `make editors`")
    if str(folders[0]) not in sys.path:
        sys.path.append(str(folders[0]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pynvim  # type: ignore[import-not-found]

    return pynvim
