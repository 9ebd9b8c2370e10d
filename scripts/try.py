"""Opens a copy of a models.yaml in a real Neovim with the language server running; nothing of yours is touched.

Usage: try.py [FILE]
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OLDEST = (0, 11)
HINT = "Try: o anth Tab Enter | K on a model | gra fixes | grn renames | :Aloop <Tab> | :help aloop | :qa! leaves"
SETTINGS = """\
vim.o.number = true
vim.o.signcolumn = 'yes'
vim.o.laststatus = 2
vim.diagnostic.config({ virtual_text = { current_line = true }, severity_sort = true })
vim.o.statusline = " %f %m %= %{v:lua.require'aloop'.statusline()} "
vim.o.winbar = '%#WarningMsg# HINT'
-- A new line below a comment is an entry, not more comment.
vim.opt_local.formatoptions:remove('o')
vim.fn.search('^models:')
-- Tab and Enter as most people expect them of a menu; elsewhere they are what they were.
local function in_menu(key, instead)
  vim.keymap.set('i', key, function()
    return vim.fn.pumvisible() == 1 and instead or key
  end, { expr = true })
end
in_menu('<Tab>', '<C-n>')
in_menu('<S-Tab>', '<C-p>')
in_menu('<CR>', '<C-y>')
"""


def main(arguments: list[str]) -> int:
    """Open the file given, else the example; the editor's exit code, 2 where there is no such file."""
    source = Path(arguments[0]) if arguments else ROOT / "examples" / "models.yaml"
    if not source.is_file():
        print(f"{source} is no file. Usage: make try FILE=path/to/models.yaml")
        return 2
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print("`make try` opens an editor and needs a terminal. Without one: make demo")
        return 2
    neovim = find_neovim()
    with tempfile.TemporaryDirectory(prefix="aloop-try-") as folder:
        copy = Path(folder) / ".aloop" / "models.yaml"
        copy.parent.mkdir(mode=0o700)
        shutil.copyfile(source, copy)
        copy.chmod(0o600)
        settings = Path(folder) / "settings.lua"
        settings.write_text(SETTINGS.replace("HINT", HINT), encoding="utf-8")
        command = [str(neovim), "--clean", "-n", "--cmd", f"set runtimepath^={ROOT / 'neovim'}"]
        command += ["-c", f"luafile {settings}", str(copy)]
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        environment = os.environ | {"PATH": path, "XDG_STATE_HOME": folder}
        return subprocess.run(command, cwd=folder, env=environment, check=False).returncode


def find_neovim() -> Path:
    """A Neovim that is new enough: the one on the PATH, else the one of `make editors`, fetched where it is missing."""
    on_path = shutil.which("nvim")
    own = ROOT / ".editors" / "neovim" / "bin" / "nvim"
    for program in (Path(on_path) if on_path else None, own):
        if program is not None and program.exists() and version_of(program) >= OLDEST:
            return program
    print("No Neovim of 0.11 or later is installed; fetching one into .editors (a few seconds) …", flush=True)
    subprocess.run(["bash", str(ROOT / "scripts" / "install_editors.sh"), "neovim"], check=True)
    return own


def version_of(program: Path) -> tuple[int, ...]:
    """Major and minor version; (0, 0) where the program does not tell."""
    try:
        done = subprocess.run([str(program), "--version"], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return (0, 0)
    found = re.match(r"NVIM v(\d+)\.(\d+)", done.stdout)
    return (int(found[1]), int(found[2])) if found else (0, 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
