"""The files that GitHub, pre-commit and editors read: they parse, and what they name exists."""

from __future__ import annotations

import configparser
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from aloop_models import __version__
from bench.__main__ import file_ids
from bench.files import models_file
from support.expectations import diagnostics_of
from support.snapshots import facts

ROOT = Path(__file__).parents[1]
TEMPLATES = ROOT / ".github" / "ISSUE_TEMPLATE"
KEY = "m1stralK3yOfTh1sPers0nXyZ7890"


def parsed(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


def test_the_workflow_calls_what_developers_call() -> None:
    workflow = parsed(ROOT / ".github" / "workflows" / "ci.yml")
    # YAML 1.1 reads the key `on` as true.
    assert set(workflow[True]) == {"pull_request", "push"}
    job = workflow["jobs"]["ci"]
    assert job["steps"][-1]["run"] == ".ci/run"
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    # The image has the versions that the editors and the package need.
    assert job["container"]["image"] == "node:20-bookworm"
    assert 'need node "Install Node 20."' in (ROOT / "scripts" / "install_editors.sh").read_text("utf-8")


def test_ci_runs_targets_of_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    [last] = re.findall(r"^make (.+)$", (ROOT / ".ci" / "run").read_text("utf-8"), re.MULTILINE)
    assert set(last.split()) == {"editors", "check", "test"} <= targets


@pytest.mark.parametrize("name", ["bug_report.yml", "feature_request.yml"])
def test_issue_templates_are_forms(name: str) -> None:
    form = parsed(TEMPLATES / name)
    assert {"name", "description", "labels", "body"} == set(form)
    fields = [item for item in form["body"] if item["type"] != "markdown"]
    assert len({item["id"] for item in fields}) == len(fields)
    assert {item["type"] for item in fields} <= {"checkboxes", "dropdown", "input", "textarea"}
    assert all(item["attributes"]["label"] for item in fields)


def test_the_bug_report_asks_for_the_doctor_and_for_no_keys() -> None:
    first, *fields = parsed(TEMPLATES / "bug_report.yml")["body"]
    assert "Do not paste API keys" in first["attributes"]["value"]
    [doctor] = [item for item in fields if item["id"] == "doctor"]
    assert (doctor["attributes"]["label"], doctor["validations"]["required"]) == (
        "Output of `aloop models doctor`",
        True,
    )


@pytest.mark.parametrize("name", [".github/ISSUE_TEMPLATE/bug_report.yml", ".github/pull_request_template.md"])
def test_files_that_are_named_exist(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    named = set(re.findall(r"\b[A-Z]+\.md\b", text))
    assert [each for each in sorted(named) if not (ROOT / each).is_file()] == []


def test_the_version_is_the_same_everywhere() -> None:
    [project] = re.findall(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    extension = json.loads((ROOT / "vscode-extension" / "package.json").read_text("utf-8"))["version"]
    assert (project, extension) == (__version__, __version__)
    for name in ("CHANGELOG.md", "vscode-extension/CHANGELOG.md"):
        headings = re.findall(r"^## (\S+)", (ROOT / name).read_text("utf-8"), re.MULTILINE)
        assert headings[:2] == ["Unreleased", __version__]


HOOKS: dict[str, dict[str, Any]] = {hook["id"]: hook for hook in parsed(ROOT / ".pre-commit-hooks.yaml")}


@pytest.mark.parametrize("hook", HOOKS.values(), ids=HOOKS)
def test_the_hooks_select_models_files(hook: dict[str, Any]) -> None:
    selected = [".aloop/models.yaml", "a/b/.aloop/models.yaml"]
    others = ["models.yaml", "aloop/models.yaml", ".aloop/models.yaml.bak", "x.aloop/models.yaml"]
    assert [name for name in (*selected, *others) if re.search(hook["files"], name)] == selected
    assert (hook["language"], hook["require_serial"]) == ("python", True)


GOOD = f"models:\n  mistral/mistral-large-latest:\n    api_key: {KEY}\n"


@pytest.mark.parametrize(
    ("hook", "text", "code"),
    [
        ("aloop-models-check", GOOD, 0),
        ("aloop-models-check", GOOD.replace(KEY, "your-api-key-here"), 1),
        ("aloop-models-format", GOOD, 0),
        ("aloop-models-format", GOOD.replace("  ", "    "), 1),
    ],
)
def test_a_hook_checks_the_file_that_it_is_given(hook: str, text: str, code: int, tmp_path: Path) -> None:
    name = "part/.aloop/models.yaml"
    file = tmp_path / name
    file.parent.mkdir(parents=True)
    file.write_text(text, "utf-8")
    file.chmod(0o600)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    command = [*shlex.split(HOOKS[hook]["entry"]), *HOOKS[hook].get("args", ()), name]
    environment = {**os.environ, "PATH": path, "HOME": str(tmp_path), "ALOOP_TODAY": "2026-11-22"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (code, "")
    assert name in done.stdout


@pytest.fixture
def style() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read_string("[top]\n" + (ROOT / ".editorconfig").read_text("utf-8"))
    return parser


def test_editors_use_the_style_of_the_formatters(style: configparser.ConfigParser) -> None:
    width, indent = style["*"]["max_line_length"], style["*"]["indent_size"]
    assert f"line-length = {width}\n" in (ROOT / "pyproject.toml").read_text("utf-8")
    biome = json.loads((ROOT / "biome.json").read_text("utf-8"))["formatter"]
    # Biome indents by two columns unless it is told otherwise, ruff by four.
    assert biome == {"indentStyle": style["*"]["indent_style"], "lineWidth": int(width)}
    stylua = (ROOT / "scripts" / "lint_clients.mjs").read_text("utf-8")
    assert f"const WIDTH = {width};" in stylua
    assert "config.indent_type = stylua.IndentType.Spaces;" in stylua
    assert f"config.indent_width = {indent};" in stylua
    assert f"max_line_length = {width}\n" in (ROOT / ".luacheckrc").read_text("utf-8")
    assert (indent, style["*.py"]["indent_size"], style["Makefile"]["indent_style"]) == ("2", "4", "tab")


def test_every_file_has_the_style(style: configparser.ConfigParser) -> None:
    assert style["*"]["trim_trailing_whitespace"] == style["*"]["insert_final_newline"] == "true"
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    wrong: list[str] = []
    for name in listed.splitlines():
        file = ROOT / name
        is_fixture = name.startswith("tests/") and name.endswith(".yaml")
        if is_fixture or not file.is_file():
            continue
        data = file.read_bytes()
        if b"\0" in data:
            continue
        if b"\r" in data or re.search(rb"[ \t]$", data, re.MULTILINE) or (data and not data.endswith(b"\n")):
            wrong.append(name)
        if name != "Makefile" and re.search(rb"^\t", data, re.MULTILINE):
            wrong.append(name)
    assert wrong == []


def test_the_files_of_the_benchmark_have_no_problems() -> None:
    """A server that reports the file itself would be timed on other work than the others."""
    ids, _ = file_ids(facts().catalog)
    assert diagnostics_of(models_file(ids, 1_000)) == ()
