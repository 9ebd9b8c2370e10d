"""Every test of the agent has a home and a runtime folder of its own; sessions to start with."""

from __future__ import annotations

from pathlib import Path

import pytest

from aloop_models.agent.session import AgentSession
from support.agent import KEY, NotedFace, make_session, two_models, write_config
from support.provider_endpoint import ProviderEndpoint

FOUR = """\
models:
  openai/gpt-6-sol: {api_key: KEY, api_base: URL, name: Sol}
  openai/gpt-6-luna: {api_key: KEY, api_base: URL}
  openai/haiku-5#work: {api_key: KEY, api_base: URL, name: Haiku at work}
  openai/no-key:
default: openai/gpt-6-sol
"""


@pytest.fixture(autouse=True)
def surroundings(alone: None) -> None:
    pass


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "project"
    made.mkdir()
    monkeypatch.chdir(made)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    return made


@pytest.fixture
def two(folder: Path, endpoint: ProviderEndpoint) -> tuple[AgentSession, NotedFace]:
    write_config(folder, two_models(endpoint))
    return make_session(folder)


@pytest.fixture
def four(folder: Path, endpoint: ProviderEndpoint) -> tuple[AgentSession, NotedFace]:
    write_config(folder, FOUR.replace("KEY", KEY).replace("URL", endpoint.openai_url))
    return make_session(folder)
