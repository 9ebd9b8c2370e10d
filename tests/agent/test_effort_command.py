"""`/effort`: the reasoning effort of a session."""

from __future__ import annotations

from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from aloop_models.agent.session import AgentSession
from aloop_models.agent.status import status_text
from aloop_models.agent.typing_line import LineCompleter
from support.agent import KEY, NotedFace, make_session, write_config
from support.provider_endpoint import Fail, ProviderEndpoint, Say
from support.snapshots import snapshot

pytestmark = pytest.mark.filterwarnings("ignore")


# LiteLLM sends tools and an effort for newer models to `/v1/responses`, which the endpoint does not have.
THINKERS = """\
models:
  openai/gpt-5.1: {api_key: KEY, api_base: URL, name: Sol, reasoning_effort: low}
  openai/gpt-5: {api_key: KEY, api_base: URL}
  openai/gpt-4o: {api_key: KEY, api_base: URL}
default: openai/gpt-5.1
"""


@pytest.fixture
def thinkers(folder: Path, endpoint: ProviderEndpoint) -> tuple[AgentSession, NotedFace]:
    write_config(folder, THINKERS.replace("KEY", KEY).replace("URL", endpoint.openai_url))
    return make_session(folder)


async def test_an_effort_is_for_this_session_and_in_the_requests_and_the_bar(
    thinkers: tuple[AgentSession, NotedFace], folder: Path, endpoint: ProviderEndpoint
) -> None:
    session, face = thinkers
    before = (folder / ".aloop" / "models.yaml").read_bytes()
    await session.handle("/effort")
    assert face.last == "Reasoning effort of Sol: low (models.yaml)."
    assert status_text(session.agent).startswith("Sol · effort low · 0 of ")
    sent: list[object] = []
    for line, said in (
        ("/effort high", "Reasoning effort of Sol: high (this session only)."),
        ("/effort OFF", "Reasoning effort of Sol: off (this session only)."),
        ("/effort default", "Reasoning effort of Sol: low (models.yaml)."),
    ):
        await session.handle(line)
        assert face.last == said
        await session.handle("Who are you?")
        sent.append(endpoint.last.body.get("reasoning_effort"))
    assert sent == ["high", "none", "low"]
    assert (folder / ".aloop" / "models.yaml").read_bytes() == before
    await session.handle("/effort High")
    assert status_text(session.agent).startswith("Sol · effort high · ")
    await session.handle("/retry gpt-5")
    assert endpoint.last.body["reasoning_effort"] == "high"
    await session.handle("/compare gpt-5.1,gpt-4o Who?")
    efforts = {request.model: request.body.get("reasoning_effort") for request in endpoint.received[-2:]}
    assert efforts == {"gpt-5.1": "high", "gpt-4o": None}


async def test_a_model_without_effort_refuses_it_and_is_asked_without_it(
    thinkers: tuple[AgentSession, NotedFace], endpoint: ProviderEndpoint
) -> None:
    session, face = thinkers
    await session.handle("/effort high")
    await session.handle("/model gpt-4o")
    assert face.said[-2:] == [
        "Using openai/gpt-4o.",
        "openai/gpt-4o does not support reasoning effort. It is asked without it.",
    ]
    assert "effort" not in status_text(session.agent)
    await session.handle("Who are you?")
    assert "reasoning_effort" not in endpoint.last.body
    for line in ("/effort", "/effort low", "/effort off"):
        await session.handle(line)
        assert face.last == ("openai/gpt-4o does not support reasoning effort. Models that do: Sol, openai/gpt-5.")
    assert session.agent.effort == "high"
    await session.handle("/effort default")
    assert (session.agent.effort, face.last) == (None, "openai/gpt-4o does not support reasoning effort.")
    await session.handle("/model gpt-5")
    await session.handle("/effort off")
    assert face.last == (
        "Reasoning effort of openai/gpt-5: off (this session only). "
        "Its reasoning cannot be turned off, so no effort is sent and the provider decides."
    )
    await session.handle("Who are you?")
    assert "reasoning_effort" not in endpoint.last.body
    await session.handle("/effort default")
    assert face.last == "Reasoning effort of openai/gpt-5: the provider decides."
    await session.handle("/effort hihg")
    assert face.last == "Unknown effort. Use: /effort low|medium|high|off|default"


async def test_a_fallback_gets_the_effort_only_if_it_takes_one(
    thinkers: tuple[AgentSession, NotedFace], folder: Path, endpoint: ProviderEndpoint
) -> None:
    session, _ = thinkers
    path = folder / ".aloop" / "models.yaml"
    path.write_text(path.read_text() + "fallbacks: [openai/gpt-4o]\n")
    await session.handle("/effort high")
    endpoint.answer = lambda request: Fail(503, retry_after=0) if request.model != "gpt-4o" else Say("Me.")
    await session.handle("Who are you?")
    bodies = [request.body for request in endpoint.received]
    assert [(body["model"], body.get("reasoning_effort")) for body in bodies[-2:]] == [
        ("gpt-5.1", "high"),
        ("gpt-4o", None),
    ]


def test_the_values_of_effort_are_completed() -> None:
    def complete(text: str) -> list[str]:
        completer = LineCompleter(lambda: snapshot("models:\n"))
        return [item.text for item in completer.get_completions(Document(text), CompleteEvent())]

    assert complete("/eff") == ["/effort"]
    assert complete("/effort ") == ["low", "medium", "high", "off", "default"]
    assert complete("/effort O") == ["off"]
    assert complete("/effort x") == []
