"""How `aloop` starts: fast, without litellm where it is not needed, and without a word to anybody but the model."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from agent_support import two_models, write_config

from support.provider_endpoint import ProviderEndpoint


@pytest.fixture
def endpoint() -> Iterator[ProviderEndpoint]:
    with ProviderEndpoint() as running:
        yield running


def run(
    folder: Path, *arguments: str, wrapper: tuple[str, ...] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    command = [*wrapper, sys.executable, *arguments]
    everything = {**os.environ, "HOME": str(folder), **environment}
    return subprocess.run(
        command, cwd=folder, env=everything, capture_output=True, text=True, timeout=90, stdin=subprocess.DEVNULL
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
        assert done.stderr.endswith('Install it with: pip install "aloop-models[agent]"\n')


def test_a_conversation_needs_a_terminal(tmp_path: Path) -> None:
    done = run(tmp_path, "-m", "aloop_models")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == 'aloop: A conversation needs a terminal. For one question: aloop --task "…"\n'
    assert not (tmp_path / ".aloop").exists()


@pytest.mark.parametrize("model", ["openai/one", "ollama/llama2"])
def test_the_network_is_the_models_endpoint_alone(tmp_path: Path, endpoint: ProviderEndpoint, model: str) -> None:
    strace = shutil.which("strace")
    if strace is None:
        if os.environ.get("ALOOP_REQUIRE_ALL"):
            pytest.fail("strace is missing")
        pytest.skip("strace is missing")
    text = two_models(endpoint) + ""
    text = text.replace("  anthropic/two:", f"  ollama/llama2:\n    api_base: {endpoint.url}\n  anthropic/two:")
    write_config(tmp_path, text)
    trace = tmp_path / "trace.txt"
    wrapper = (strace, "-f", "-qq", "-e", "trace=connect,sendto", "-o", str(trace))
    done = run(tmp_path, "-m", "aloop_models", "--task", "Hello", "--model", model, wrapper=wrapper)
    assert done.stdout == f"This is {model.partition('/')[2]}.\n"
    calls = [line for line in trace.read_text().splitlines() if "AF_INET" in line]
    port = endpoint.url.rpartition(":")[2]
    assert calls
    assert [line for line in calls if f"htons({port})" not in line] == []
