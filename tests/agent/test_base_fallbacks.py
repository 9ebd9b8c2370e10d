"""The models of `fallbacks` answer if the current model cannot, for one turn, and a notice says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from aloop_models.agent.base import BaseAgent, Listener
from aloop_models.agent.tools import Tool
from aloop_models.llm.failures import FailureKind, ModelError
from aloop_models.llm.litellm_adapter import LiteLLMAdapter
from aloop_models.llm.model_manager import ModelManager
from support.agent import KEY, OTHER_KEY, two_models, write_config
from support.provider_endpoint import Drop, Fail, ProviderEndpoint, Raw, Reply, Say, ToolCall

pytestmark = pytest.mark.filterwarnings("ignore")

SPARE = "  openai/gpt-4o:\n    name: GPT-4o\n    api_key: {key}\n    api_base: {url}\n  openai/unready:\n"
FALLBACKS = "fallbacks: [openai/one, openai/unready, openai/nothing, openai/gpt-4o, anthropic/two]\n"


def config(endpoint: ProviderEndpoint, fallbacks: str = FALLBACKS) -> str:
    spare = SPARE.format(key=KEY, url=endpoint.openai_url)
    return two_models(endpoint).replace("default:", f"{spare}default:") + fallbacks


def agent_for(text: str, folder: Path, *tools: Tool) -> BaseAgent:
    """An agent that does not wait before it tries another model."""
    manager = ModelManager(write_config(folder, text))
    return BaseAgent(LiteLLMAdapter(profile=manager.get_current_model, back_off=()), tools, manager)


def fail_one(reply: Reply, *others: str) -> object:
    """`one`, and the other models, get this reply; the rest say which model they are."""
    return lambda request: reply if request.model in ("one", *others) else Say(f"I am {request.model}.")


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Fail(429), "429"),
        (Fail(429, message="insufficient_quota"), "429"),
        (Fail(500), "500"),
        (Fail(502), "502"),
        (Fail(503), "503"),
        (Fail(504), "504"),
        (Fail(529), "529"),
        (Fail(408), "408"),
        (Drop(), "no response"),
        (Say("Too late.", wait=4), "timeout"),
    ],
)
async def test_another_model_answers(tmp_path: Path, endpoint: ProviderEndpoint, reply: Reply, reason: str) -> None:
    endpoint.answer = fail_one(reply)  # type: ignore[assignment]
    text = config(endpoint)
    if reason == "timeout":
        text = text.replace("name: One\n", "name: One\n    timeout: 1\n")
    agent = agent_for(text, tmp_path)
    notices: list[str] = []
    turn = await agent.ask("Who are you?", Listener(on_notice=notices.append))
    assert notices == [f"One did not answer ({reason}). Answering with GPT-4o."]
    assert (turn.model_id, turn.text) == ("openai/gpt-4o", "I am gpt-4o.")
    assert {request.model for request in endpoint.received} == {"one", "gpt-4o"}
    assert endpoint.last.key == KEY
    # The cost is that of the model that answered, and the conversation stays on the current model.
    direct = await agent_for(config(endpoint), tmp_path).ask(
        "Who are you?", profile=agent.model_manager.get_model("openai/gpt-4o")
    )
    assert turn.usage.cost is not None
    assert turn.usage == direct.usage
    assert agent.model_manager.current_model_id == "openai/one"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
async def test_no_other_model_is_asked(tmp_path: Path, endpoint: ProviderEndpoint, status: int) -> None:
    endpoint.answer = fail_one(Fail(status))  # type: ignore[assignment]
    agent = agent_for(config(endpoint), tmp_path)
    notices: list[str] = []
    with pytest.raises(ModelError) as failed:
        await agent.ask("Hi", Listener(on_notice=notices.append))
    assert (failed.value.status, notices) == (status, [])
    assert {request.model for request in endpoint.received} == {"one"}


@pytest.mark.parametrize("reply", [Raw(""), Raw("<html>"), Drop(after_pieces=2)])
async def test_a_bad_answer_is_not_replaced(tmp_path: Path, endpoint: ProviderEndpoint, reply: Reply) -> None:
    endpoint.answer = fail_one(reply)  # type: ignore[assignment]
    agent = agent_for(config(endpoint), tmp_path)
    with pytest.raises(ModelError):
        await agent.ask("Hi")
    assert {request.model for request in endpoint.received} == {"one"}


async def test_a_closed_port_and_an_unknown_host(tmp_path: Path, endpoint: ProviderEndpoint) -> None:
    for url in ("http://127.0.0.1:9", "http://no-such-host.invalid/v1"):
        text = config(endpoint).replace(endpoint.openai_url, url, 1)
        notices: list[str] = []
        turn = await agent_for(text, tmp_path).ask("Hi", Listener(on_notice=notices.append))
        assert (turn.model_id, notices) == (
            "openai/gpt-4o",
            ["One did not answer (no connection). Answering with GPT-4o."],
        )


async def test_each_fallback_is_tried_once_and_the_next_turn_asks_the_current_model(
    tmp_path: Path, endpoint: ProviderEndpoint
) -> None:
    endpoint.answer = fail_one(Fail(503), "gpt-4o")  # type: ignore[assignment]
    agent = agent_for(config(endpoint), tmp_path)
    notices: list[str] = []
    turn = await agent.ask("Hi", Listener(on_notice=notices.append))
    assert (turn.model_id, endpoint.last.key) == ("anthropic/two", OTHER_KEY)
    assert notices == [
        "One did not answer (503). Answering with GPT-4o.",
        "GPT-4o did not answer (503). Answering with Two.",
    ]
    endpoint.forget()
    endpoint.answer = lambda request: Say(f"I am {request.model}.")
    assert (await agent.ask("Again?", Listener(on_notice=notices.append))).model_id == "openai/one"
    assert ([request.model for request in endpoint.received], len(notices)) == (["one"], 2)


async def test_if_all_fail_the_last_failure_is_raised(tmp_path: Path, endpoint: ProviderEndpoint) -> None:
    endpoint.answer = lambda _: Fail(503)
    agent = agent_for(config(endpoint), tmp_path)
    with pytest.raises(ModelError) as failed:
        await agent.ask("Hi")
    assert (failed.value.kind, "Two" in str(failed.value)) == (FailureKind.SERVER, True)
    assert agent.conversation.messages == []


async def test_without_fallbacks_the_failure_is_raised(tmp_path: Path, endpoint: ProviderEndpoint) -> None:
    endpoint.answer = fail_one(Fail(429))  # type: ignore[assignment]
    for fallbacks in ("", "fallbacks:\n", "fallbacks: openai/gpt-4o\n", "fallbacks: [openai/one]\n"):
        with pytest.raises(ModelError) as failed:
            await agent_for(config(endpoint, fallbacks), tmp_path).ask("Hi")
        assert failed.value.status == 429


async def test_a_fallback_continues_after_a_tool_call(tmp_path: Path, endpoint: ProviderEndpoint) -> None:
    """The tool is not called again, and the turn stays on the fallback without a second notice."""
    ran: list[object] = []
    tool = Tool("look", "Look.", {}, (), lambda given: ran.append(given) or "seen")
    call = ToolCall("look", {}, "call_1")
    endpoint.queue(Say(tool_calls=(call,)), Fail(503), Say(tool_calls=(ToolCall("look", {}, "call_2"),)), Say("Done."))
    agent = agent_for(config(endpoint), tmp_path, tool)
    notices: list[str] = []
    turn = await agent.ask("Look", Listener(on_notice=notices.append))
    assert (turn.model_id, turn.text, turn.tool_calls, len(ran)) == ("openai/gpt-4o", "Done.", 2, 2)
    assert notices == ["One did not answer (503). Answering with GPT-4o."]
    assert [request.model for request in endpoint.received] == ["one", "one", "gpt-4o", "gpt-4o"]
