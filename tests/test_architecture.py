"""What `server/ARCHITECTURE.md` says and import-linter cannot check."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from aloop_models.commands import BY_ID

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "server" / "aloop_models"
PURE = ("core", "features", "commands", "settings.py", "snapshot.py")
IMPURE_CALLS = {"breakpoint", "eval", "exec", "input", "open", "print"}
CLOCKS = {"now", "today", "utcnow"}


def impurities(tree: ast.Module) -> Iterator[str]:
    """What a pure module does that can be seen without following its imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "pathlib":
            yield from (f"from pathlib import {name.name}" for name in node.names if name.name != "PurePath")
        elif isinstance(node, ast.Import):
            yield from (f"import {name.name}" for name in node.names if name.name in ("pathlib", "urllib.request"))
        elif isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Name) and called.id in IMPURE_CALLS:
                yield f"{called.id}()"
            elif isinstance(called, ast.Attribute) and called.attr in CLOCKS:
                yield f".{called.attr}()"


@pytest.mark.parametrize("layer", PURE)
def test_a_pure_layer_reads_no_disk_and_no_clock(layer: str) -> None:
    place = PACKAGE / layer
    files = [place] if place.is_file() else sorted(place.rglob("*.py"))
    assert files
    found = {file.name: list(impurities(ast.parse(file.read_text("utf-8")))) for file in files}
    if layer == "commands":
        # For `as_uri`, which looks at no disk; PurePath loses it in Python 3.19.
        assert found.pop("views.py") == ["from pathlib import Path"]
    assert {name: what for name, what in found.items() if what} == {}


def test_impurities_are_found() -> None:
    text = "import pathlib\nfrom pathlib import Path, PurePath\nopen('x')\nprint(datetime.date.today())\n"
    assert sorted(impurities(ast.parse(text))) == [
        ".today()",
        "from pathlib import Path",
        "import pathlib",
        "open()",
        "print()",
    ]


def test_files_are_written_in_three_places() -> None:
    writing = re.compile(r"O_CREAT|mkstemp|NamedTemporaryFile|write_text|write_bytes|open\([^)]*[\"'][wax]b?[\"']")
    found = {file.relative_to(PACKAGE).as_posix() for file in PACKAGE.rglob("*.py") if writing.search(file.read_text())}
    assert found == {"agent/state.py", "lsp/log.py", "workspace/atomic.py"}, "one replaces whole files, two append"


def test_the_patterns_of_modules_are_compiled_when_they_are_used() -> None:
    found: list[str] = []
    for file in PACKAGE.rglob("*.py"):
        parts = ast.parse(file.read_text("utf-8")).body
        at_import = [
            part for part in parts if not isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        ]
        found += {file.name for part in at_import if "re.compile(" in ast.unparse(part)}
    assert found == ["plain_text.py"]


def test_paths_are_looked_at_in_one_place() -> None:
    """What `pathlib` raises for a path without access, a loop of links or a long name is not handled elsewhere."""
    raising = re.compile(r"\.(?:absolute|cwd|exists|expanduser|is_dir|is_file|resolve)\(\)|realpath\([^,]+\)")
    files = [file for file in PACKAGE.rglob("*.py") if file.relative_to(PACKAGE).parts[0] != "catalog"]
    found = {file.name for file in files if raising.search(file.read_text("utf-8"))}
    assert found == {"paths.py"}, "only catalog reads its own files"


def test_every_file_that_the_page_names_exists() -> None:
    page = (ROOT / "server" / "ARCHITECTURE.md").read_text("utf-8")
    named = set(re.findall(r"`([\w/.-]+\.(?:py|ts|lua|el))`", page))
    assert named
    places = (PACKAGE, PACKAGE.parent, ROOT, ROOT / "vscode-extension" / "src")
    assert [name for name in sorted(named) if not any((place / name).is_file() for place in places)] == []


def branches_on_commands(tree: ast.AST) -> Iterator[str]:
    """Comparisons with the ID or the verb of a command."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Compare | ast.match_case | ast.Dict):
            continue
        inner = (
            node.keys if isinstance(node, ast.Dict) else [node.pattern] if isinstance(node, ast.match_case) else [node]
        )
        for part in (part for item in inner if item is not None for part in ast.walk(item)):
            is_id = isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value in BY_ID
            is_verb = isinstance(part, ast.Attribute) and part.attr == "verb"
            is_constant = (
                isinstance(part, ast.Attribute)
                and part.attr == "id"
                and isinstance(part.value, ast.Name)
                and (part.value.id.isupper() or part.value.id == "command")
            )
            if is_id or is_verb or is_constant:
                yield ast.unparse(node)
                break


def test_only_commands_branch_on_a_command() -> None:
    files = [file for file in PACKAGE.rglob("*.py") if file.relative_to(PACKAGE).parts[0] != "commands"]
    found = {file.name: list(branches_on_commands(ast.parse(file.read_text("utf-8")))) for file in files}
    assert {name: what for name, what in found.items() if what} == {}


@pytest.mark.parametrize(
    "text", ["x == 'aloop.addModel'", "command.verb != 'add'", "x == SWITCH.id", "{ADD.id: 1}", "command.id in (1,)"]
)
def test_a_branch_on_a_command_is_found(text: str) -> None:
    assert list(branches_on_commands(ast.parse(text))) == [text]


def test_a_request_is_no_branch() -> None:
    assert list(branches_on_commands(ast.parse("execute_now(LIST.id, {})\nrule.id == 'x'"))) == []
