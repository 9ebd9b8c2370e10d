"""Many programs that add models to one file at once, with and without an editor on it: none loses another's."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import yaml

from aloop_models import ModelManager
from aloop_models.workspace.first_use import TEMPLATE
from support.server import environment, project, raw_client
from support.tally import LOST, TRIED

EACH = 25
TEXT = """\
# Mine. Nobody else's.

models:
  # at home
  ollama/llama3.1:   # the old one

    api_base: http://localhost:11434  # on this machine
    # timeout: 5
  'ollama/last':  {name: "the last"}  # in flow style

  # end of the models

# what new agents use
default: ollama/llama3.1   # for now
"""
ADDED = re.compile(r"  'ollama/writer-\d-\d+': \{'?seed'?: \d+\}\n")


def start(path: Path, number: int) -> subprocess.Popen[str]:
    face = ("line", "api")[number % 2]
    program = str(Path(__file__).with_name("many_writers.py"))
    return subprocess.Popen(
        (sys.executable, program, face, str(path), f"writer-{number}", str(EACH)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )


def let_go(writers: list[subprocess.Popen[str]]) -> None:
    for writer in writers:
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("\n")
        writer.stdin.flush()


def acknowledged(writers: list[subprocess.Popen[str]]) -> list[str]:
    found: list[str] = []
    for writer in writers:
        output, errors = writer.communicate(timeout=300)
        assert (writer.returncode, errors) == (0, "")
        found += output.split()
    return found


def count_lost(path: Path, ids: list[str]) -> None:
    """Count the acknowledged changes, and those of them that are not in the file."""
    TRIED["acknowledged changes"] += len(ids)
    LOST["acknowledged changes"] += len(set(ids) - set(yaml.safe_load(path.read_text())["models"]))


def check(path: Path, ids: list[str]) -> None:
    """All 200 were acknowledged and are there, and without them the file is as it was, byte for byte."""
    assert sorted(ids) == sorted(f"ollama/writer-{writer}-{number}" for writer in range(8) for number in range(EACH))
    count_lost(path, ids)
    text = path.read_bytes().decode()
    assert set(yaml.safe_load(text)["models"]) == {"ollama/llama3.1", "ollama/last", *ids}
    assert len(ADDED.findall(text)) == len(ids)
    assert ADDED.sub("", text) == TEXT
    assert list(path.parent.iterdir()) == [path]
    assert path.stat().st_mode & 0o777 == 0o600


def test_eight_programs_lose_nothing(tmp_path: Path, report: Callable[[str], None]) -> None:
    path = project(tmp_path, TEXT)
    manager = ModelManager(path)
    writers = [start(path, number) for number in range(8)]
    let_go(writers)
    ids = acknowledged(writers)
    check(path, ids)
    assert set(ids) < set(manager.models), "a program that only reads sees them too"
    report(f"8 programs made {len(ids)} changes at once: all are there, and no other byte has changed")


def test_eight_first_uses_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / ".aloop" / "models.yaml"
    writers = [start(path, number) for number in range(8)]
    let_go(writers)
    ids = acknowledged(writers)
    count_lost(path, ids)
    loaded = yaml.safe_load(path.read_text())
    assert len(ids) == 8 * EACH
    assert set(loaded["models"]) == set(ids)
    assert loaded["default"] in ids
    kept = [line for line in path.read_text().splitlines() if line and "writer-" not in line and "seed" not in line]
    assert kept == [line for line in TEMPLATE.splitlines() if line and not line.startswith("default")]


def test_seven_programs_and_an_editor_with_a_clean_buffer_lose_nothing(tmp_path: Path) -> None:
    path = project(tmp_path, TEXT)
    writers = [start(path, number) for number in range(7)]
    with raw_client() as client:
        client.initialize(tmp_path)
        client.open(path)
        client.wait_diagnostics(path)
        let_go(writers)
        ids: list[str] = []
        for number in range(EACH):
            argument = {"modelId": f"ollama/writer-7-{number}", "fields": {"seed": number}, "uri": path.as_uri()}
            result = client.execute("aloop.addModel", argument)
            assert result["saved"] is True
            ids.append(result["modelId"])
        ids += acknowledged(writers)
        check(path, ids)
        # The buffer was clean, so it was left to the editor to take the new text.
        assert client.text(path) == TEXT
        assert not [item for item in client.server_requests if item["method"] == "workspace/applyEdit"]
        listed = client.execute("aloop.listModels", {"uri": path.as_uri()})["models"]
        assert len(listed) == 8 * EACH + 2
        client.set_text(path, path.read_text())
        assert client.execute("aloop.removeModel", {"modelId": ids[0], "uri": path.as_uri()})["saved"] is True
        assert ids[0] not in path.read_text()
