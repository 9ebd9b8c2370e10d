"""How `aloop` starts: fast, without litellm where it is not needed, and without a word to anybody but the model."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aloop_models.errors import AGENT_NOT_INSTALLED
from support.agent import Screen, two_models, write_config
from support.provider_endpoint import ProviderEndpoint

pytestmark = pytest.mark.usefixtures("alone")


def run(
    folder: Path, *arguments: str, wrapper: tuple[str, ...] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    command = [*wrapper, sys.executable, *arguments]
    everything = {**os.environ, "HOME": str(folder), **environment}
    return subprocess.run(
        command, cwd=folder, env=everything, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL
    )


@pytest.mark.parametrize("words", [("--help",), ("--version",), ("models", "list"), ("compare", "--help")])
def test_litellm_is_not_imported_for_what_does_not_call_a_model(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = run(tmp_path, "-X", "importtime", "-m", "aloop_models", *words)
    assert done.returncode == 0
    modules = set(re.findall(r"\| +([a-z_0-9]+)", done.stderr))
    assert "aloop_models" in modules
    assert not modules & {"litellm", "openai", "httpx", "pygls", "prompt_toolkit", "rich"}


def test_without_the_extras_it_says_the_one_command(tmp_path: Path) -> None:
    hidden = "import sys; sys.modules['litellm'] = None; sys.argv = ['aloop', *sys.argv[1:]]\n"
    hidden += "import importlib.util as u; find = u.find_spec\n"
    hidden += "u.find_spec = lambda name, *rest: None if name == 'litellm' else find(name, *rest)\n"
    hidden += "from aloop_models.__main__ import main; main()"
    for words in ((), ("--task", "x"), ("compare", "x"), ("models", "test")):
        done = run(tmp_path, "-c", hidden, *words)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == f"{AGENT_NOT_INSTALLED}\n"
        assert AGENT_NOT_INSTALLED.endswith('Install them: pip install "aloop-models[agent]"')


def test_without_the_extras_a_call_in_python_says_it_too(tmp_path: Path) -> None:
    hidden = "import sys; sys.modules['litellm'] = None\nfrom aloop_models import LiteLLMAdapter, ModelError\n"
    hidden += "try:\n    LiteLLMAdapter('openai/x').complete([])\nexcept ModelError as error:\n    print(error)"
    done = run(tmp_path, "-c", hidden)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{AGENT_NOT_INSTALLED}\n", "")


def test_a_conversation_needs_a_terminal(tmp_path: Path) -> None:
    done = run(tmp_path, "-m", "aloop_models")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == 'aloop: Interactive mode requires a terminal. For one question: aloop --task "…"\n'
    assert not (tmp_path / ".aloop").exists()


@pytest.fixture
def traced(tmp_path: Path, endpoint: ProviderEndpoint) -> tuple[str, ...]:
    """Goes before a command; a models.yaml of three models is in the folder."""
    strace = shutil.which("strace")
    if strace is None:
        if os.environ.get("ALOOP_REQUIRE_ALL"):
            pytest.fail("strace is missing")
        pytest.skip("strace is missing")
    ollama = f"  ollama/llama2:\n    api_base: {endpoint.url}\n"
    write_config(tmp_path, two_models(endpoint).replace("  anthropic/two:", f"{ollama}  anthropic/two:"))
    return (strace, "-f", "-qq", "-e", "trace=connect,sendto", "-o", str(tmp_path / "trace.txt"))


def addresses(folder: Path) -> set[str]:
    """The port of each call to the network."""
    calls = [line for line in (folder / "trace.txt").read_text().splitlines() if "AF_INET" in line]
    return {found[1] if (found := re.search(r"htons\((\d+)\)", line)) else line for line in calls}


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        (("--task", "Hello", "--model", "openai/one"), 1),
        (("--task", "Hello", "--model", "ollama/llama2"), 1),
        (("compare", "Hello"), 3),
        (("models", "test"), 3),
        (("models", "list"), 0),
    ],
)
def test_the_network_is_the_models_endpoint_alone(
    tmp_path: Path, endpoint: ProviderEndpoint, traced: tuple[str, ...], arguments: tuple[str, ...], asked: int
) -> None:
    done = run(tmp_path, "-m", "aloop_models", *arguments, wrapper=traced)
    assert (done.returncode, len(endpoint.received)) == (0, asked)
    assert addresses(tmp_path) == ({endpoint.url.rpartition(":")[2]} if asked else set())


@pytest.mark.real_editor
def test_a_conversation_connects_to_nobody_before_a_question(
    tmp_path: Path, endpoint: ProviderEndpoint, traced: tuple[str, ...]
) -> None:
    with Screen(tmp_path, home=tmp_path, wrapper=traced) as screen:
        screen.wait(r"❯ *\n")
        screen.enter("/model", "Available Models")
        # Until LiteLLM is there, which is loaded behind the prompt.
        mapped = Path(f"/proc/{screen.process.pid}/task/{screen.process.pid}/children")
        child = int(mapped.read_text().split()[0])
        end = time.monotonic() + 240
        while any(thread.read_text() == "litellm\n" for thread in Path(f"/proc/{child}/task").glob("*/comm")):
            assert time.monotonic() < end
            screen.read(0.1)
        assert addresses(tmp_path) == set()
        screen.enter("Hello", r"This is one\..*tokens.*❯ *\n")
        screen.enter("/exit")
        assert screen.leave() == 0
    assert addresses(tmp_path) == {endpoint.url.rpartition(":")[2]}
