"""`aloop --task`: one real call through LiteLLM to a local endpoint."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.provider_endpoint import Fail, ProviderEndpoint, Say

KEY = "sk-proj-zq8only7for6this5test4lm3nb2vc1xzq9wk"


@pytest.fixture
def endpoint() -> Iterator[ProviderEndpoint]:
    with ProviderEndpoint() as running:
        yield running


def configure(folder: Path, endpoint: ProviderEndpoint) -> None:
    config = folder / ".aloop" / "models.yaml"
    config.parent.mkdir()
    config.write_text(
        f"models:\n  openai/one:\n    api_key: {KEY}\n    api_base: {endpoint.openai_url}\n    temperature: 0.5\n"
        f"  openai/two:\n    api_base: {endpoint.openai_url}\n"
        "  anthropic/three:\ndefault: openai/one\n"
    )
    config.chmod(0o600)


def aloop(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "aloop_models", *arguments]
    environment = {**os.environ, "OPENAI_API_KEY": "sk-from-the-environment", "HOME": str(folder)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60)


def test_the_default_model_answers(tmp_path: Path, endpoint: ProviderEndpoint) -> None:
    configure(tmp_path, endpoint)
    endpoint.queue(Say("Hello from the endpoint."))
    done = aloop(tmp_path, "--task", "Say hello")
    assert (done.returncode, done.stdout, done.stderr) == (0, "Hello from the endpoint.\n", "")
    assert (endpoint.last.body["model"], endpoint.last.key) == ("one", KEY)
    assert endpoint.last.body["temperature"] == 0.5


def test_a_model_without_a_key_never_gets_one_from_the_environment(tmp_path: Path, endpoint: ProviderEndpoint) -> None:
    configure(tmp_path, endpoint)
    done = aloop(tmp_path, "--task", "Say hello", "--model", "openai/two")
    assert done.returncode == 0
    assert (endpoint.last.body["model"], endpoint.last.key) == ("two", "no-key-needed")


def test_a_refused_key_is_one_message_without_the_key(tmp_path: Path, endpoint: ProviderEndpoint) -> None:
    configure(tmp_path, endpoint)
    endpoint.queue(*[Fail(401)] * 5)
    done = aloop(tmp_path, "--task", "Say hello")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "aloop: openai/one did not answer (AuthenticationError).\n"


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("anthropic/three", "aloop: anthropic/three cannot be used: it has no api_key. See "),
        ("openai/on", "aloop: There is no model 'openai/on' in models.yaml. Did you mean openai/one"),
    ],
)
def test_a_model_that_cannot_be_used_is_never_replaced(
    tmp_path: Path, endpoint: ProviderEndpoint, model: str, message: str
) -> None:
    configure(tmp_path, endpoint)
    done = aloop(tmp_path, "--task", "Say hello", "--model", model)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(message)
    assert endpoint.received == []
