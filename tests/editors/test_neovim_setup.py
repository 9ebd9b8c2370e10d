"""The set-up in docs/editors/neovim.md in a real Neovim: each block is in init.lua, as a person puts it there."""

import json
import subprocess
from pathlib import Path

import pytest

from support.editors import ROOT, installed, page_block

pytestmark = pytest.mark.real_editor

REPORT = """
vim.wait(20000, function()
  return #vim.diagnostic.get(0) > 0 and require('aloop').state() ~= nil
end, 20)
io.stdout:write(vim.json.encode({
  filetype = vim.bo.filetype,
  rules = vim.tbl_map(function(found) return found.code end, vim.diagnostic.get(0)),
  statusline = vim.api.nvim_eval_statusline(vim.o.statusline, {}).str,
  program = vim.lsp.config.aloop_ls.cmd[1],
  text = vim.diagnostic.config().virtual_text,
}))
vim.cmd.qall({ bang = true })
"""


@pytest.mark.parametrize("is_on_path", [True, False], ids=["server on PATH", "path of the server set"])
def test_the_blocks_of_the_page(
    is_on_path: bool, editors: Path, server: Path, workspace: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    neovim = installed(editors / "neovim" / "bin" / "nvim")
    runtimepath, path, statusline, text = (page_block("neovim", "lua", place) for place in range(4))
    init = tmp_path / "home" / ".config" / "nvim" / "init.lua"
    init.parent.mkdir(parents=True)
    blocks = [runtimepath, *(() if is_on_path else (path,)), statusline, text]
    lua = "".join(blocks).replace("/path/to/aloop-models", str(ROOT)).replace("/path/to/aloop-ls", str(server))
    init.write_text(lua, encoding="utf-8")
    report = tmp_path / "report.lua"
    report.write_text(REPORT, encoding="utf-8")
    if not is_on_path:
        environment["PATH"] = "/usr/bin:/bin"
    done = subprocess.run(
        [neovim, "--headless", "-n", workspace / ".aloop" / "models.yaml", "-c", f"luafile {report}"],
        cwd=workspace,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    seen = json.loads(done.stdout)
    assert "unknown-provider" in seen["rules"]
    assert seen["statusline"].endswith("GPT-4o (next agent)")
    assert seen["program"] == ("aloop-ls" if is_on_path else str(server))
    assert (seen["filetype"], seen["text"]) == ("yaml.aloop", True)


LISTED = """
vim.wait(20000, function() return #vim.diagnostic.get(0) > 0 or vim.bo.filetype == 'yaml' end, 20)
local codes = vim.tbl_map(function(found) return found.code end, vim.diagnostic.get(0))
io.stdout:write(vim.json.encode({ vim.bo.filetype, codes }))
vim.cmd.qall({ bang = true })
"""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("home/.ouro/models.yaml", ["yaml.aloop", ["unknown-field"]]),
        ("workspace/config/m.yaml", ["yaml.aloop", ["unknown-field"]]),
        ("home/.other/models.yaml", ["yaml", []]),
        ("workspace/m.yaml", ["yaml", []]),
    ],
)
def test_files_of_the_setting(
    name: str,
    expected: list[object],
    editors: Path,
    workspace: Path,
    environment: dict[str, str],
    tmp_path: Path,
) -> None:
    neovim = installed(editors / "neovim" / "bin" / "nvim")
    init = tmp_path / "home" / ".config" / "nvim" / "init.lua"
    init.parent.mkdir(parents=True)
    init.write_text(
        f"vim.opt.runtimepath:append('{ROOT}/neovim')\n{page_block('neovim', 'lua', 4)}",
        encoding="utf-8",
    )
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_text("models:\n  ollama/a:\n    timout: 5\ndefault: ollama/a\n", encoding="utf-8")
    path.chmod(0o600)
    script = tmp_path / "listed.lua"
    script.write_text(LISTED, encoding="utf-8")
    done = subprocess.run(
        [neovim, "--headless", "-n", path, "-c", f"luafile {script}"],
        cwd=workspace,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert json.loads(done.stdout) == expected
