"""`make demo` shows the main job at work, and of the example's mistakes each goes alone when it is mended."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lsp_client import LspClient
from support.server import ROOT, environment, project, raw_client

EXAMPLE = (ROOT / "examples" / "models.yaml").read_text(encoding="utf-8")
KEYS = re.findall(r"api_key: (?:&\w+ )?([\w-]{20,})", EXAMPLE)
MENDED = {
    "unknown-provider": ("openia/gpt-4o:", "openai/gpt-4o:"),
    "unknown-model": ("openai/gpt-4oo:", "openai/gpt-4.1:"),
    "unknown-field": ("timout: 120", "timeout: 120"),
    "placeholder-api-key": ("your-api-key-here", "m1stralK3yOfTh1sPers0nXyZ7890"),
    "wrong-type": ("timeout: 5m", "timeout: 300"),
    "undefined-default": ("default: anthropic/claude-sonnet-5\n", "default: anthropic/claude-sonnet-5-5\n"),
}


def demo(*arguments: str) -> str:
    """What the demo prints."""
    script = str(ROOT / "scripts" / "demo.py")
    command = [sys.executable, script, *arguments]
    run = subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=300, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout


def test_the_demo_shows_the_main_job() -> None:
    shown = demo()
    for code in MENDED:
        assert re.search(rf"│ +\^+ (error|warning|information|hint) {code}: \S", shown), code
    assert "fix: Change to openai\n" in shown
    assert re.search(r"^2 error, 3 warning, 1 information, 0 hint$", shown, re.MULTILINE)
    completion, hover, commands = (
        shown.index(word) for word in ("Completion after 'anth'", "Hover over", "Commands\n")
    )
    assert completion < hover < commands
    assert re.search(r"^  anthropic/ *$", shown, re.MULTILINE)
    assert re.search(r"^  anthropic/claude-opus-5-5 +1M · \$4 / \$20$", shown, re.MULTILINE)
    assert "**Claude Sonnet** · Anthropic" in shown[hover:commands]
    assert "aloop.addModel: Added anthropic/claude-opus-5-5." in shown[commands:]
    assert "aloop.switchModel: The next agent will use Claude Opus." in shown[commands:]
    diff = [line.strip() for line in shown[commands:].splitlines() if re.match(r"\s+[-+] ", line)]
    assert diff[:3] == ["+  anthropic/claude-opus-5-5:", "+    name: Claude Opus", "+    api_key: ••••••••"]


def test_the_demo_shows_no_key() -> None:
    assert len(KEYS) >= 8
    shown = demo()
    assert [key for key in KEYS if key in shown] == []
    assert "no-real-key" not in shown
    assert "\033" not in shown


def test_the_demo_takes_a_persons_file_and_leaves_it_alone(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("models:\n  ollama/llama2:\n    timout: 5\n", encoding="utf-8")
    shown = demo(str(path))
    assert "unknown-field: ollama/llama2: Unknown field 'timout'" in shown
    assert shown.endswith("Your file was not changed: the demo used a copy.\n")
    assert path.read_text(encoding="utf-8") == "models:\n  ollama/llama2:\n    timout: 5\n"


@pytest.fixture(scope="module")
def client() -> Iterator[LspClient]:
    with raw_client() as running:
        running.initialize()
        yield running


def diagnostics(client: LspClient, path: Path) -> set[tuple[str, str]]:
    """Code and line of each diagnostic; lines are told by their text, so that moving changes nothing."""
    lines = client.text(path).split("\n")
    found = client.wait_diagnostics(path).diagnostics
    return {(item["code"], lines[item["range"]["start"]["line"]]) for item in found}


@pytest.mark.parametrize(("code", "wrong", "right"), [(code, *change) for code, change in MENDED.items()])
def test_one_mended_mistake_takes_its_finding_and_no_other(
    client: LspClient, tmp_path: Path, code: str, wrong: str, right: str
) -> None:
    path = project(tmp_path, "")
    shutil.copyfile(ROOT / "examples" / "models.yaml", path)
    client.open(path)
    before = diagnostics(client, path)
    assert {name for name, _ in before} == set(MENDED)
    assert EXAMPLE.count(wrong) == 1
    at = EXAMPLE.index(wrong)
    client.replace(path, at, at + len(wrong), right)
    after = diagnostics(client, path)
    (gone,) = before - after
    assert (gone[0], wrong.rstrip("\n") in gone[1]) == (code, True)
    assert after < before
