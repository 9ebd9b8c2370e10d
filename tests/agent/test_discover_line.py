"""`/model discover`: its arguments, what it offers, and what it adds."""

from __future__ import annotations

from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from aloop_models.agent.discover_line import DiscoverLine, parse_discover
from aloop_models.agent.session import AgentSession
from aloop_models.agent.typing_line import LineCompleter
from aloop_models.errors import InvalidArgumentsError
from support import local_programs as programs
from support.agent import NotedFace, make_session, write_config
from support.provider_endpoint import ProviderEndpoint
from support.snapshots import snapshot

pytestmark = pytest.mark.filterwarnings("ignore")

LLAMA, HUB, CLOUD = (
    "ollama/llama3.1:8b",
    "ollama/hf.co/bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M",
    "ollama/gpt-oss:120b-cloud",
)


@pytest.fixture
def session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, endpoint: ProviderEndpoint
) -> tuple[AgentSession, NotedFace]:
    endpoint.pages = programs.OLLAMA
    monkeypatch.chdir(tmp_path)
    write_config(tmp_path, f"models:\n  {CLOUD}:\n    api_base: {endpoint.url}\n")
    return make_session(tmp_path)


def models_in(folder: Path) -> list[str]:
    text = (folder / ".aloop" / "models.yaml").read_text()
    return list(snapshot(text).document.by_id)


async def test_marked_models_are_added_in_one_edit(
    session: tuple[AgentSession, NotedFace], endpoint: ProviderEndpoint, tmp_path: Path
) -> None:
    agent, face = session
    face.marked = [[LLAMA, HUB]]
    await agent.handle(f"/model discover --url {endpoint.url}")
    assert face.said == [
        "Found 3 models on 1 local server, 1 already in models.yaml.",
        f"Added 2 models: {LLAMA}, {HUB}.",
    ]
    assert face.offered == [
        (LLAMA, LLAMA, "Ollama · 8.0B · Q4_K_M · 128K context · 4.9 GB"),
        (HUB, HUB, "Ollama · 3.21B · Q4_K_M · 2.0 GB"),
    ]
    assert models_in(tmp_path) == [CLOUD, LLAMA, HUB]
    await agent.handle("/model llama3.1:8b")
    assert agent.manager.current_model_id == LLAMA


async def test_nothing_is_added_if_canceled(
    session: tuple[AgentSession, NotedFace], endpoint: ProviderEndpoint, tmp_path: Path
) -> None:
    agent, face = session
    face.marked = [None, []]
    for _ in range(2):
        await agent.handle(f"/model discover --url={endpoint.url}")
    assert len(face.said) == 2
    assert models_in(tmp_path) == [CLOUD]


async def test_models_are_added_by_name_and_all_at_once(
    session: tuple[AgentSession, NotedFace], endpoint: ProviderEndpoint, tmp_path: Path
) -> None:
    agent, face = session
    await agent.handle(f"/model discover llama3.1:8b --url {endpoint.url}")
    assert face.last == f"Added 1 model: {LLAMA}."
    await agent.handle(f"/model discover llama3.1:8b --url {endpoint.url}")
    assert face.last == f"Already in models.yaml: {LLAMA}. Nothing was changed."
    await agent.handle(f"/model discover --all --url {endpoint.url}")
    assert face.last == f"Added 1 model: {HUB}."
    await agent.handle(f"/model discover --all --url {endpoint.url}")
    assert face.last == "Nothing was added. Found 3 models on 1 local server, all already in models.yaml."
    assert models_in(tmp_path) == [CLOUD, LLAMA, HUB]
    assert face.offered == []


async def test_only_this_machine_is_asked(session: tuple[AgentSession, NotedFace]) -> None:
    agent, face = session
    await agent.handle("/model discover --url http://example.com:80")
    assert face.said == [
        "example.com is not this machine. Only local servers are asked, such as http://127.0.0.1:5000."
    ]


def test_the_arguments() -> None:
    assert parse_discover(["a", "--url", "x", "b", "--url=y"]) == DiscoverLine(("a", "b"), False, ("x", "y"))
    assert parse_discover(["--all"]) == DiscoverLine((), True, ())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--url"], "Option --url requires a value."),
        (["--url="], "Option --url requires a value."),
        (["--ulr=x"], "Unknown option '--ulr'. Did you mean --url?"),
        (["--everything"], "Unknown option. Usage: discover [MODEL]… [--all] [--url URL]"),
        (["x", "--all"], "Use either MODEL or --all, not both."),
    ],
)
def test_wrong_arguments(words: list[str], message: str) -> None:
    with pytest.raises(InvalidArgumentsError) as refused:
        parse_discover(words)
    assert refused.value.message == message


def test_the_command_is_completed() -> None:
    completer = LineCompleter(lambda: snapshot("models:\n"))
    found = completer.get_completions(Document("/model disc"), CompleteEvent())
    assert [(each.text, each.display_meta_text) for each in found][:1] == [
        ("discover", "Find the models of local servers such as Ollama, and add them.")
    ]
