"""Open a copy of a models.yaml in a real Neovim with the language server. Your file and configuration are not used.

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
HINTS = ("Try: o anth Tab Enter | K on a model | gra fixes", ":Aloop add claude son | :Aloop <Tab> | :qa! quits")
"""Two lines for the top of the window, which a terminal of 80 columns shows whole."""
SETTINGS = """\
vim.o.number = true
vim.o.signcolumn = 'yes'
vim.o.laststatus = 2
vim.diagnostic.config({ virtual_text = { current_line = true }, severity_sort = true })
vim.o.statusline = " %f %m %= %{v:lua.require'aloop'.statusline()} "
vim.o.showtabline = 2
vim.o.tabline = '%#WarningMsg# HINT_1'
vim.o.winbar = '%#WarningMsg# HINT_2'
-- Do not continue a comment on a new line.
vim.opt_local.formatoptions:remove('o')
vim.fn.search('^models:')
-- Tab selects and Enter accepts an item of the completion menu.
local function map_in_menu(key, menu_key)
  vim.keymap.set('i', key, function()
    return vim.fn.pumvisible() == 1 and menu_key or key
  end, { expr = true })
end
map_in_menu('<Tab>', '<C-n>')
map_in_menu('<S-Tab>', '<C-p>')
map_in_menu('<CR>', '<C-y>')
"""


def main(arguments: list[str]) -> int:
    """Open the file, or the example; return the exit code of the editor, or 2 if the file does not exist."""
    source = Path(arguments[0]) if arguments else ROOT / "examples" / "models.yaml"
    if not source.is_file():
        print(f"File not found: {source}. Usage: make try FILE=path/to/models.yaml")
        return 2
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print("`make try` requires a terminal. Without one, run: make demo")
        return 2
    neovim = find_neovim()
    with tempfile.TemporaryDirectory(prefix="aloop-try-") as folder:
        copy = Path(folder) / ".aloop" / "models.yaml"
        copy.parent.mkdir(mode=0o700)
        shutil.copyfile(source, copy)
        copy.chmod(0o600)
        settings = Path(folder) / "settings.lua"
        hinted = SETTINGS.replace("HINT_1", HINTS[0]).replace("HINT_2", HINTS[1])
        settings.write_text(hinted, encoding="utf-8")
        command = [str(neovim), "--clean", "-n", "--cmd", f"set runtimepath^={ROOT / 'neovim'}"]
        command += ["-c", f"luafile {settings}", str(copy)]
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        environment = os.environ | {"PATH": path, "XDG_STATE_HOME": folder}
        return subprocess.run(command, cwd=folder, env=environment, check=False).returncode


def find_neovim() -> Path:
    """Return a Neovim that is new enough: from PATH, else from `make editors`, which is run if necessary."""
    on_path = shutil.which("nvim")
    own = ROOT / ".editors" / "neovim" / "bin" / "nvim"
    for program in (Path(on_path) if on_path else None, own):
        if program is not None and program.exists() and version_of(program) >= OLDEST:
            return program
    print("Neovim 0.11 or later is not installed. Installing it into .editors (a few seconds) …", flush=True)
    subprocess.run(["bash", str(ROOT / "scripts" / "install_editors.sh"), "neovim"], check=True)
    return own


def version_of(program: Path) -> tuple[int, ...]:
    """Return the major and minor version; (0, 0) if unknown."""
    try:
        done = subprocess.run([str(program), "--version"], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return (0, 0)
    found = re.match(r"NVIM v(\d+)\.(\d+)", done.stdout)
    return (int(found[1]), int(found[2])) if found else (0, 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
