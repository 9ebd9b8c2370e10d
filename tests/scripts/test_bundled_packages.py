"""What esbuild bundled into the VS Code extension, and its licenses: vscode-extension/bundled-packages.mjs."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from support.editors import ROOT, skip_or_fail

SCRIPT = ROOT / "vscode-extension" / "bundled-packages.mjs"
LINE = "-" * 80
MODULES = {
    "src/extension.ts": ["node_modules/@scope/client/lib/main.js", "src/other.ts", "vscode"],
    "src/other.ts": [],
    "node_modules/@scope/client/lib/main.js": [
        "node_modules/@scope/client/lib/part.js",
        "node_modules/@scope/client/node_modules/match/index.js",
        "node_modules/removed/index.js",
    ],
    "node_modules/@scope/client/lib/part.js": [],
    "node_modules/@scope/client/node_modules/match/index.js": [],
    "node_modules/removed/index.js": [],
}
"""What each module imports."""


@pytest.fixture
def extension(tmp_path: Path) -> Path:
    """A folder in which esbuild bundled everything but `removed`."""
    bundled = {name: {"bytesInOutput": 1} for name in MODULES if "removed" not in name}
    inputs = {name: {"imports": [{"path": path} for path in paths]} for name, paths in MODULES.items()}
    (tmp_path / "dist").mkdir()
    metafile = {"inputs": inputs, "outputs": {"dist/extension.js": {"inputs": bundled}}}
    (tmp_path / "dist" / "extension.meta.json").write_text(json.dumps(metafile), "utf-8")
    texts = {"License.txt": "MIT\r\ntext\r\n", "NOTICE": "By X\n", "license.js": "var x;"}
    install(tmp_path / "node_modules/@scope/client", "@scope/client", texts)
    install(tmp_path / "node_modules/@scope/client/node_modules/match", "match", {"LICENCE-ISC.md": "ISC text\n\n"})
    install(tmp_path / "node_modules/removed", "removed", {})
    return tmp_path


def install(folder: Path, name: str, texts: dict[str, str]) -> None:
    folder.mkdir(parents=True)
    (folder / "package.json").write_text(json.dumps({"name": name, "version": "1.2.3", "license": "MIT"}), "utf-8")
    for file, text in texts.items():
        (folder / file).write_bytes(text.encode())


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    if shutil.which("node") is None:
        skip_or_fail("node is missing")
    return subprocess.run(["node", SCRIPT], cwd=folder, capture_output=True, text=True, timeout=60)


def test_what_is_in_the_bundle_is_listed(extension: Path) -> None:
    assert run(extension).stderr == ""
    assert json.loads((extension / "dist" / "bundled-packages.json").read_text("utf-8")) == {
        "requires": ["@scope/client@1.2.3"],
        "packages": [
            {"name": "@scope/client", "version": "1.2.3", "license": "MIT", "requires": ["match@1.2.3"]},
            {"name": "match", "version": "1.2.3", "license": "MIT", "requires": []},
        ],
    }
    assert (extension / "dist" / "ThirdPartyNotices.txt").read_bytes().decode() == (
        "The extension contains these packages. Their licenses:\n\n"
        f"{LINE}\n@scope/client@1.2.3 (MIT)\n{LINE}\n\nMIT\ntext\n\nBy X\n\n"
        f"{LINE}\nmatch@1.2.3 (MIT)\n{LINE}\n\nISC text\n"
    )


@pytest.mark.parametrize("missing", ["LICENCE-ISC.md", "package.json"])
def test_a_package_without_a_license_is_an_error(missing: str, extension: Path) -> None:
    folder = extension / "node_modules/@scope/client/node_modules/match"
    if missing == "package.json":
        (folder / missing).write_text('{"name": "match", "version": "1.2.3"}', "utf-8")
    else:
        (folder / missing).unlink()
    done = run(extension)
    assert done.returncode != 0
    assert "match@1.2.3 is bundled, but its package has no license or no file with the text" in done.stderr
    assert not (extension / "dist" / "ThirdPartyNotices.txt").exists()
