"""The pages on the command line and the configuration say what is so."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from aloop_models.cli.main import make_cli
from aloop_models.features.diagnostic import Severity
from aloop_models.features.diagnostics import diagnose
from support.snapshots import snapshot

REPOSITORY = Path(__file__).resolve().parents[2]
CONFIGURATION = (REPOSITORY / "docs" / "configuration.md").read_text()
EXAMPLES = re.findall(r"```yaml\n(.*?)```", CONFIGURATION, re.DOTALL)


def test_the_generated_parts_are_up_to_date():
    command = (sys.executable, REPOSITORY / "scripts" / "make_cli_docs.py", "--check")
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("text", EXAMPLES)
def test_the_examples_have_no_fault_but_their_placeholders(text: str):
    found = [item for item in diagnose(snapshot(text)).items if item.level <= Severity.WARNING]
    others = [item.message for item in found if item.rule.id != "placeholder-api-key"]
    assert [message for message in others if ": api_base is a placeholder. " not in message] == []


def test_a_dozen_providers():
    found = snapshot(EXAMPLES[1]).document.by_id
    assert len({model_id.partition("/")[0] for model_id in found}) >= 12


def test_every_verb_that_the_pages_name_exists():
    verbs = set(make_cli().commands)
    for page in ("README.md", "docs/configuration.md", "docs/cli.md"):
        text = (REPOSITORY / page).read_text()
        assert set(re.findall(r"aloop models ([a-z]+)", text)) <= verbs
