"""models.yaml in a real Emacs with emacs/aloop.el: a session in batch mode, with and without agents."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import pytest

from aloop_models.core.formatter import format_text
from support.editors import MODELS_YAML, ROOT, page_block, skip_or_fail
from support.world import Agent

pytestmark = pytest.mark.real_editor

STORY = Path(__file__).parent / "emacs" / "story.el"
KEY = "0123456789abcdefghijABCDEFGHIJ"
NEW_KEY = "sk-proj-ZYXWVUTSRQPONMLKJIHGFEDCBA0123456789zyxwvutsrqpon"
PACKAGE = ROOT / "emacs" / "aloop.el"


@pytest.fixture
def environment(environment: dict[str, str]) -> Iterator[dict[str, str]]:
    """With a runtime folder of its own, which is short, for a socket's path has at most 108 bytes."""
    with tempfile.TemporaryDirectory(prefix="aloop-emacs-") as runtime:
        pinned = {"ALOOP_TODAY": "2026-11-22", "ALOOP_CATALOG": "snapshot"}
        yield environment | pinned | {"XDG_RUNTIME_DIR": runtime}


def program() -> str:
    """Emacs, where it is installed."""
    return shutil.which("emacs") or skip_or_fail("Emacs is missing; install the editors with `make editors`")


def story(workspace: Path, environment: dict[str, str], folder: Path) -> dict[str, Any]:
    """Tell the story in a workspace; what came of it."""
    emacs = program()
    outcome, setup = folder / "outcome.json", folder / "init.el"
    setup.write_text(page_block("emacs", "elisp").replace("/path/to/aloop-models", str(ROOT)), encoding="utf-8")
    own = {
        "ALOOP_SETUP": str(setup),
        "ALOOP_OUTCOME": str(outcome),
        "ALOOP_NEW_KEY": NEW_KEY,
        "ALOOP_FILE": str(workspace / ".aloop" / "models.yaml"),
    }
    # -q, not -Q: on Debian eglot is a package of the site.
    command = [emacs, "-q", "--batch", "-l", str(STORY)]
    done = subprocess.run(command, env=environment | own, cwd=workspace, capture_output=True, text=True, timeout=120)
    assert outcome.exists(), done.stderr
    came: dict[str, Any] = json.loads(outcome.read_text(encoding="utf-8"))
    assert "error" not in came, (came["error"], done.stderr[-2000:])
    return came


@pytest.mark.parametrize("in_repository", [False, True], ids=["outside a repository", "in a repository"])
def test_a_day_with_models_yaml(
    in_repository: bool, workspace: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    if in_repository:
        (workspace / ".git").mkdir()
    came = story(workspace, environment, tmp_path)
    # Outside a repository eglot takes the file's own folder for the project.
    root = workspace if in_repository else workspace / ".aloop"
    home = environment["HOME"]
    assert Path(came["root"].replace("~", home, 1)) == root
    assert came["mode"] == "aloop-models-mode"
    assert came["reverts"] is True
    assert came["modeLine"] == "GPT-4o (next agent)"
    assert ["unknown-provider", "openia"] in came["problems"]
    assert "128" in came["hover"]
    assert KEY not in came["hover"]
    assert (came["definition"], came["references"]) == (2, 2)
    assert '"Object"' in came["outline"]
    assert "anthropic/" in came["providers"]
    assert came["models"]
    assert all(label.startswith("anthropic/claude-sonnet-") for label in came["models"])
    assert came["fields"][0] == "timeout"
    assert came["page"].startswith("# unknown-provider\n")
    assert came["fixed"] == MODELS_YAML.replace("openia/", "openai/")
    prompt = "API key for openai/gpt-4o (such as sk-proj-…) (Get a key: https://platform.openai.com/api-keys): "
    assert came["keyPrompt"] == prompt
    assert came["keySet"] == MODELS_YAML.replace(f"sk-proj-{KEY}0123456789abcdefghij", NEW_KEY, 1)
    assert "Set the API key of openai/gpt-4o." in came["keyMessages"]
    assert NEW_KEY not in came["keyMessages"]
    assert came["formatted"] == format_text(MODELS_YAML) != MODELS_YAML
    assert came["renamed"] == MODELS_YAML.replace("openai/gpt-4o", "openai/gpt-4.1")
    assert came["offered"] == ["openai/gpt-4o", "ollama/llama2", "openia/gpt-4o-mini"]
    assert came["switched"] == "The next agent will use Local Llama."
    assert came["modeLineAfter"] == "Local Llama (next agent)"
    written = MODELS_YAML.replace("default: openai/gpt-4o", "default: ollama/llama2")
    assert (came["written"], came["modified"]) == (written, False)
    assert came["refusal"].startswith("There is no model 'openai/gpt-5o' in models.yaml. Did you mean openai/gpt-4o")
    assert came["addPrompts"] == ["Provider or model, such as claude son: ", "Ollama URL for ollama/llama3.1: "]
    added = written.replace("default:", "  ollama/llama3.1:\ndefault:") + "# mine\n"
    assert (came["edited"], came["saved"]) == (added, False)
    assert came["reverted"] is True


def test_switches_reach_the_agents_that_run(workspace: Path, environment: dict[str, str], tmp_path: Path) -> None:
    (workspace / ".git").mkdir()
    file = workspace / ".aloop" / "models.yaml"
    agents = [Agent(file, workspace, environment)]
    next_one = tmp_path / "outcome.json.next"
    try:
        with ThreadPoolExecutor(1) as pool:
            telling = pool.submit(story, workspace, environment | {"ALOOP_STORY": "agents"}, tmp_path)
            while not (next_one.exists() or telling.done()):
                wait([telling], timeout=0.02)
            agents.append(Agent(file, workspace, environment))
            came = telling.result()
        first, second = agents
        assert came["one"] == " GPT-4o"
        assert came["switched"] == f"The agent in {workspace} will use Local Llama from its next turn."
        # This eglot does not tell the editor's name.
        assert first.hear() == "switched ollama/llama2 by an editor"
        assert came["oneAfter"] == " Local Llama"
        assert came["two"] == " 2 agents, 2 models"
        assert came["refusal"].startswith("2 agents are running here: ")
        home = str(workspace).replace(environment["HOME"], "~", 1)
        row = "{}, process {} in {}".format
        rows = [row("Local Llama", first.process.pid, home), row("GPT-4o", second.process.pid, home)]
        assert sorted(came["agents"]) == sorted(["All of them", *rows])
        assert came["all"] == "2 agents will use Local Llama from their next turn."
        assert [first.hear(), second.hear()] == ["switched ollama/llama2 by an editor"] * 2
        assert came["twoAfter"] == " Local Llama ×2"
        assert Path(came["terminals"]).parent.parent == Path(environment["XDG_RUNTIME_DIR"])
        assert file.read_text() == MODELS_YAML
    finally:
        for agent in agents:
            agent.kill()


COMMANDS_YAML = f"""\
models:
  openai/gpt-4o:
    name: GPT-4o
    api_key: sk-proj-{KEY}0123456789abcdefghij
  anthropic/claude-sonnet-4-6: {{api_key: "sk-ant-api03-{KEY}"}}
  ollama/llama2:
    extra_headers:
      X-Pass: not-a-known-form
default: openai/gpt-4o
# api_key: sk-proj-{KEY}
"""


def test_commands_ask_what_they_need(workspace: Path, environment: dict[str, str], tmp_path: Path) -> None:
    file = workspace / ".aloop" / "models.yaml"
    file.write_text(COMMANDS_YAML, encoding="utf-8")
    came = story(workspace, environment | {"ALOOP_STORY": "commands"}, tmp_path)
    hidden = [
        "models:",
        "  openai/gpt-4o:",
        "    name: GPT-4o",
        "    api_key: ••••••••",
        "  anthropic/claude-sonnet-4-6: {api_key: ••••••••}",
        "  ollama/llama2:",
        "    extra_headers:",
        "      X-Pass: ••••••••",
        "default: openai/gpt-4o",
        "# api_key: ••••••••",
        "",
    ]
    assert came["hidden"] == came["again"] == hidden
    assert came["revealed"] == COMMANDS_YAML.splitlines()[3]
    assert came["shown"] is True
    assert came["found"] == ["anthropic/claude-sonnet-5-5", "anthropic/claude-sonnet-5"]
    assert came["annotation"] == "  Claude Sonnet 5.5 · 1M · $2 / $10"
    question = "API key for anthropic/claude-sonnet-5-5 (leave empty to add it later) (such as sk-ant-…) "
    question += "(Get a key: https://console.anthropic.com/settings/keys): "
    problem = "api_key contains a space or another character that no API key has. Paste the key again. "
    words = "Provider or model, such as claude son: "
    assert came["addPrompts"] == [words, "Add which model: ", question, problem + question]
    assert came["added"].startswith("Added anthropic/claude-sonnet-5-5. It is not ready.")
    assert came["editPrompts"][2:] == [
        "timeout: ",
        "timeout must be a number of seconds, not text. Write 300. timeout: ",
    ]
    assert came["changed"] == "Changed timeout of GPT-4o."
    assert came["keySet"] == "Set the API key of openai/gpt-4o."
    assert came["removed"] == "Removed anthropic/claude-sonnet-5-5."
    assert came["formatted"] == f"Formatted {file}."
    assert came["checked"] == "0 errors, 1 warning, 0 notes"
    assert came["checkBuffer"].startswith(f"{file}:7:42: warning: anthropic/claude-sonnet-4-6: api_key is shorter ")
    assert came["model"].endswith("- name: GPT-4o\n- api_key: ••••••••\n- timeout: 300\n")
    assert came["list"].splitlines() == [
        "openai/gpt-4o                        GPT-4o · current · default · 128K · $2.50 / $10",
        "anthropic/claude-sonnet-4-6          1M · $3 / $15",
        "ollama/llama2                        4K",
    ]
    assert came["opened"].startswith("anthropic/claude-sonnet-4-6: ")
    assert came["refusal"] == "There is no model 'gpt4' in models.yaml. Did you mean openai/gpt-4o?"
    unknown = "There is no model 'nothing-like-it' in models.yaml. List the models: M-x aloop-list-models"
    assert came["unknown"] == unknown
    assert f"    api_key: {NEW_KEY}\n    timeout: 300\n" in came["text"]
    assert not [key for key in (NEW_KEY, KEY, "not-a-known-form") if key in came["messages"]]


def test_the_path_of_the_server_can_be_set(environment: dict[str, str], tmp_path: Path) -> None:
    setup = tmp_path / "init.el"
    blocks = page_block("emacs", "elisp") + page_block("emacs", "elisp", 2)
    setup.write_text(blocks.replace("/path/to/aloop-models", str(ROOT)), encoding="utf-8")
    command = '(princ (cdr (assoc "aloop-models-mode" eglot-server-programs #\'string=)))'
    done = subprocess.run(
        [program(), "-q", "--batch", "-l", str(setup), "--eval", command],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout == "(/path/to/aloop-ls --stdio :initializationOptions (:asksQuestions t))", done.stderr


def test_the_set_up_loads_without_a_warning(environment: dict[str, str], tmp_path: Path) -> None:
    emacs = program()
    setup = shutil.copy(PACKAGE, tmp_path)
    command = [emacs, "-q", "--batch", "--eval", "(setq byte-compile-error-on-warn t)", "-f", "batch-byte-compile"]
    done = subprocess.run([*command, setup], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_the_documentation_strings_follow_the_conventions(environment: dict[str, str]) -> None:
    command = [program(), "-q", "--batch", "--eval", f'(checkdoc-file "{PACKAGE}")']
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert "Warning" not in done.stderr, done.stderr
