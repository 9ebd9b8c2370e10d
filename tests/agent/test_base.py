"""BaseAgent: turns, tools, switching in the middle, and a conversation that any provider takes at any time."""

from __future__ import annotations

import asyncio
import threading
from itertools import pairwise
from pathlib import Path

import pytest

from aloop_models.agent.base import MAX_CALLS, MAX_ROUNDS, BaseAgent, Listener
from aloop_models.agent.conversation import STOPPED, Conversation
from aloop_models.agent.tools import Tool, workspace_tools
from aloop_models.llm.answer import Answer, Message
from aloop_models.llm.failures import FailureKind, ModelError
from aloop_models.llm.litellm_adapter import LiteLLMAdapter
from aloop_models.llm.model_manager import ModelManager
from aloop_models.llm.profile import ModelProfile
from support.agent import KEY, OTHER_KEY, two_models, write_config
from support.provider_endpoint import Fail, ProviderEndpoint, Received, Reply, Say, ToolCall
from support.provider_replies import events, openai_chunk

pytestmark = pytest.mark.filterwarnings("ignore")

LOOK = ToolCall("read_file", {"path": "notes.txt"}, "call_1")
LIST = ToolCall("list_files", {}, "call_2")


@pytest.fixture
def agent(tmp_path: Path, endpoint: ProviderEndpoint) -> BaseAgent:
    path = write_config(tmp_path, two_models(endpoint))
    (tmp_path / "notes.txt").write_text(f"The notes.\nkey: {KEY}\n")
    return BaseAgent(None, workspace_tools(tmp_path), ModelManager(path))


def texts(messages: list[Message]) -> list[str]:
    """The words of each message that is not the system's, in whatever shape the provider wants them."""
    found: list[str] = []
    for message in messages:
        content = message.get("content")
        if isinstance(content, list):
            content = " ".join(part.get("text", part["type"]) for part in content)
        if message["role"] != "system":
            found.append(content or "")
    return found


def assert_consistent(conversation: Conversation) -> None:
    """Each call has its one result right behind it, and questions and answers take turns."""
    waiting: list[str] = []
    roles: list[str] = []
    for message in conversation.messages:
        if message["role"] == "tool":
            assert message["tool_call_id"] == waiting.pop(0)
            continue
        assert waiting == []
        waiting = [call["id"] for call in message.get("tool_calls", [])]
        roles.append(message["role"])
    assert waiting == []
    assert not roles or roles[0] == "user"
    assert all(pair != ("user", "user") for pair in pairwise(roles))
    assert not roles or roles[-1] == "assistant"


async def test_a_turn_calls_tools_side_by_side_and_answers(agent: BaseAgent, endpoint: ProviderEndpoint) -> None:
    endpoint.queue(Say("I look.", tool_calls=(LOOK, LIST)), Say("It says: the notes."))
    heard: list[str] = []
    called: list[str] = []
    turn = await agent.ask("What do they say?", Listener(heard.append, lambda call: called.append(call.name)))
    assert (turn.text, turn.tool_calls, turn.model_id) == ("It says: the notes.", 2, "openai/one")
    assert (turn.usage.input_tokens, turn.usage.output_tokens) == (22, 14)
    assert "".join(heard) == "I look.It says: the notes."
    assert called == ["read_file", "list_files"]
    results = [message for message in endpoint.last.messages if message["role"] == "tool"]
    assert [message["tool_call_id"] for message in results] == ["call_1", "call_2"]
    assert "The notes." in results[0]["content"]
    # The key that somebody left in a file goes to nobody.
    assert KEY not in str(endpoint.last.body)
    assert_consistent(agent.conversation)


async def test_after_a_switch_everything_is_the_new_models(agent: BaseAgent, endpoint: ProviderEndpoint) -> None:
    await agent.ask("First?")
    assert agent.switch_model("anthropic/two")
    assert not agent.switch_model("openai/nothing")
    await agent.ask("Second?")
    one, two = endpoint.received
    assert (one.path, one.key, one.model) == ("/v1/chat/completions", KEY, "one")
    assert (two.path, two.key, two.model) == ("/v1/messages", OTHER_KEY, "two")
    assert texts(two.messages) == ["First?", "This is one.", "Second?"]
    assert KEY not in str((two.headers, two.body))


async def test_a_turn_finishes_on_its_model_and_the_next_one_uses_the_new(
    agent: BaseAgent, endpoint: ProviderEndpoint
) -> None:
    def switch(_: object) -> None:
        assert agent.switch_model("anthropic/two")

    endpoint.queue(Say(tool_calls=(LOOK,)), Say("Done."))
    turn = await agent.ask("Look.", Listener(on_tool=switch))
    assert turn.model_id == "openai/one"
    assert [request.model for request in endpoint.received] == ["one", "one"]
    await agent.ask("And you?")
    assert (endpoint.last.model, endpoint.last.key) == ("two", OTHER_KEY)
    # Another provider gets words in place of calls whose ids are not its own.
    assert texts(endpoint.last.messages) == [
        "Look.",
        '[Looked at: read_file {"path": "notes.txt"}]\nDone.',
        "And you?",
    ]


async def test_a_key_that_another_program_changed_is_used_in_the_next_turn(
    agent: BaseAgent, endpoint: ProviderEndpoint, tmp_path: Path
) -> None:
    await agent.ask("First?")
    path = tmp_path / ".aloop" / "models.yaml"
    path.write_text(path.read_text().replace(KEY, "sk-rotated-0815-4711"))
    await agent.ask("Second?")
    assert [request.key for request in endpoint.received] == [KEY, "sk-rotated-0815-4711"]


@pytest.mark.parametrize("status", [401, 404, 500])
async def test_a_failure_takes_the_turn_back_and_the_session_lives(
    agent: BaseAgent, endpoint: ProviderEndpoint, status: int
) -> None:
    agent.llm = LiteLLMAdapter(profile=agent.model_manager.get_current_model, back_off=())
    await agent.ask("First?")
    endpoint.queue(Say(tool_calls=(LOOK,)), Fail(status))
    with pytest.raises(ModelError):
        await agent.ask("Second?")
    assert texts(agent.conversation.messages) == ["First?", "This is one."]
    assert agent.last_question == "Second?"
    await agent.ask("Third?")
    assert_consistent(agent.conversation)


async def stopped(agent: BaseAgent, question: str, came: asyncio.Event) -> None:
    task = asyncio.create_task(
        agent.ask(question, Listener(on_text=lambda _: came.set(), on_tool=lambda _: came.set()))
    )
    await asyncio.wait_for(came.wait(), 60)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_stopped_in_an_answer_it_keeps_what_was_said(agent: BaseAgent, endpoint: ProviderEndpoint) -> None:
    gate = threading.Event()
    endpoint.queue(Say("Beginning of much more", gate=gate))
    await stopped(agent, "Tell me", asyncio.Event())
    gate.set()
    assert texts(agent.conversation.messages) == ["Tell me", f"Beginning\n{STOPPED}"]
    # The part takes room in the context window, too.
    assert agent.context is not None
    assert agent.context == agent.turn_usage.tokens
    assert_consistent(agent.conversation)
    await agent.ask("Go on")
    assert_consistent(agent.conversation)


async def test_stopped_before_anything_came_it_forgets_the_question(
    agent: BaseAgent, endpoint: ProviderEndpoint
) -> None:
    endpoint.queue(Say("Late", wait=20))
    task = asyncio.create_task(agent.ask("Tell me"))
    await asyncio.to_thread(endpoint.wait_received, 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (agent.conversation.messages, agent.context) == ([], None)


async def test_stopped_while_tools_run_no_call_is_left_without_result(
    agent: BaseAgent, endpoint: ProviderEndpoint
) -> None:
    endpoint.queue(Say(tool_calls=(LOOK, LIST)))
    await stopped(agent, "Look", asyncio.Event())
    assert_consistent(agent.conversation)
    assert texts(agent.conversation.messages)[-1] == STOPPED
    await agent.ask("And now?")
    assert_consistent(agent.conversation)


async def test_the_last_question_goes_to_another_model_and_both_answers_are_kept(
    agent: BaseAgent, endpoint: ProviderEndpoint
) -> None:
    await agent.ask("Before?")
    await agent.ask("Which one?")
    profile = agent.model_manager.get_model("anthropic/two")
    assert profile
    turn = await agent.ask_again(profile)
    assert turn.text == "This is two."
    assert texts(endpoint.last.messages) == ["Before?", "This is one.", "Which one?"]
    assert texts(agent.conversation.messages)[2:] == ["Which one?", "This is one.", "Which one?", "This is two."]
    assert agent.model_manager.current_model_id == "openai/one"


async def test_a_model_without_tools_is_asked_without_them(
    tmp_path: Path, agent: BaseAgent, endpoint: ProviderEndpoint
) -> None:
    def reply(request: Received) -> Reply:
        return Fail(400, message="x does not support tools") if request.body.get("tools") else Say("Without.")

    endpoint.answer = reply
    notices: list[str] = []
    turn = await agent.ask("Look.", Listener(on_notice=notices.append))
    assert (turn.text, notices) == ("Without.", ["One does not support tools, so it cannot read files."])
    await agent.ask("Again.")
    assert len(endpoint.received) == 3


async def test_a_model_that_calls_tools_without_an_end_is_stopped(agent: BaseAgent, endpoint: ProviderEndpoint) -> None:
    endpoint.answer = lambda _: Say(tool_calls=(LIST,))
    with pytest.raises(ModelError, match="One did not stop calling tools"):
        await agent.ask("Look.")
    assert len(endpoint.received) == MAX_ROUNDS + 2
    assert agent.conversation.messages == []


async def test_a_switch_says_what_it_means_for_the_conversation(tmp_path: Path, endpoint: ProviderEndpoint) -> None:
    path = write_config(
        tmp_path,
        f"models:\n  openai/gpt-4o:\n    api_base: {endpoint.openai_url}\n"
        f"  openai/gpt-4:\n    api_base: {endpoint.openai_url}\n  ollama/llama2:\ndefault: openai/gpt-4o\n",
    )
    agent = BaseAgent(None, workspace_tools(tmp_path), ModelManager(path))
    small, local = (agent.model_manager.get_model(name) for name in ("openai/gpt-4", "ollama/llama2"))
    assert small
    assert local
    assert agent.concerns(small) == ()
    agent.context = 20_000
    assert agent.concerns(small) == (
        "The conversation has 19.5K tokens, but the context window of openai/gpt-4 is 8K. "
        "/new starts a new conversation.",
    )
    assert agent.concerns(local)[-1] == "ollama/llama2 does not support tools, so it cannot read files."


async def test_odd_calls_of_a_model_are_answered_with_words(agent: BaseAgent, endpoint: ProviderEndpoint) -> None:
    calls = (ToolCall("delete_all", {}, "a"), ToolCall("read_file", {"path": "/etc/passwd"}, "b"))
    endpoint.queue(Say(tool_calls=calls), Say("Then not."))
    await agent.ask("Do it.")
    results = [message["content"] for message in endpoint.last.messages if message["role"] == "tool"]
    assert results[0].startswith("There is no tool 'delete_all'. Available tools: read_file")
    assert results[1] == "/etc/passwd is outside the workspace."


async def test_without_a_model_it_says_how_to_get_one(tmp_path: Path) -> None:
    agent = BaseAgent(None, (), ModelManager(write_config(tmp_path, "models:\ndefault:\n")))
    with pytest.raises(ModelError, match=r"/model add") as raised:
        await agent.ask("Anybody there?")
    assert raised.value.kind is FailureKind.OTHER


MALFORMED = {
    "nested": "[" * 100_000,
    "nested_object": '{"a":' * 100_000,
    "surrogate": '{"path": "\\ud800"}',
    "nul": '{"path": "a\\u0000b"}',
    "long_path": '{"path": "' + "x" * 5_000 + '"}',
    "huge_number": '{"path": "notes.txt", "start_line": ' + "9" * 6_000 + "}",
    "big_number": '{"path": "notes.txt", "start_line": ' + "9" * 400 + "}",
    "infinite": '{"path": "notes.txt", "start_line": 1e999}',
    "wrong_types": '{"path": ["notes.txt"], "start_line": {}}',
    "null": '{"path": null}',
    "list": '["notes.txt"]',
    "number": "5",
    "no_json": "path=notes.txt",
    "cut": '{"path": "not',
    "empty": "",
}


@pytest.mark.parametrize("model", ["openai/one", "anthropic/two"])
@pytest.mark.parametrize("tool", ["read_file", "list_files", "search_text", "no such tool \x1b[2J", ""])
async def test_whatever_a_model_calls_is_answered_and_the_conversation_continues(
    agent: BaseAgent, endpoint: ProviderEndpoint, model: str, tool: str
) -> None:
    for name, arguments in MALFORMED.items():
        chunks = [
            {"index": 0, "id": None, "type": "function", "function": {"name": tool, "arguments": arguments}},
            {"index": 1, "id": "same", "type": "function", "function": {"name": "read_file", "arguments": "{}"}},
            {"index": 2, "id": "same", "type": "function", "function": {"name": "read_file", "arguments": "{}"}},
        ]
        called = events(openai_chunk({"role": "assistant", "tool_calls": chunks}), openai_chunk({}, "tool_calls"))
        agent.switch_model("openai/one")
        endpoint.queue(called, Say(f"Answered {name}."))
        turn = await agent.ask(f"Question {name}?")
        assert turn.text == f"Answered {name}.", name
        assert_consistent(agent.conversation)
        # What is in the conversation now is sent once more, also to a provider that parses arguments.
        agent.switch_model(model)
        assert (await agent.ask("And then?")).text == f"This is {model.partition('/')[2]}."


@pytest.mark.parametrize(
    "error",
    [OSError(36, "File name too long"), MemoryError(), RecursionError(), KeyError("x"), SystemExit(3), ValueError(KEY)],
)
async def test_any_error_of_a_tool_is_an_answer_without_keys(
    tmp_path: Path, endpoint: ProviderEndpoint, error: BaseException
) -> None:
    def fail(_: object) -> str:
        raise error

    failed: list[str] = []
    tool = Tool("fail", "Fails.", {}, (), fail)
    agent = BaseAgent(None, (tool,), ModelManager(write_config(tmp_path, two_models(endpoint))))
    endpoint.queue(Say(tool_calls=(ToolCall("fail"),)), Say("I see."))
    turn = await agent.ask("Do it.", Listener(on_tool_failed=lambda _, reason: failed.append(reason)))
    assert turn.text == "I see."
    answered = str(endpoint.last.messages[-1]["content"])
    assert answered.startswith(f"fail failed: {type(error).__name__}")
    assert (failed, KEY in answered) == ([answered], False)


async def test_text_that_no_encoding_can_carry_is_sent_all_the_same(tmp_path: Path, endpoint: ProviderEndpoint) -> None:
    tool = Tool("look", "Looks.", {}, (), lambda _: {"name": "\udcff"})  # type: ignore[arg-type,return-value]
    agent = BaseAgent(None, (tool,), ModelManager(write_config(tmp_path, two_models(endpoint))))
    endpoint.queue(Say(tool_calls=(ToolCall("look"),)), Say("Fine."))
    assert (await agent.ask("Question \ud800?")).text == "Fine."
    assert next(text for text in texts(endpoint.last.messages) if "?" in text) == "Question ??"


async def test_a_bug_in_a_turn_leaves_the_conversation_as_it_was(agent: BaseAgent, endpoint: ProviderEndpoint) -> None:
    await agent.ask("First?")
    before = agent.conversation.messages

    class Broken:
        async def answer(self, *_: object, **__: object) -> Answer:
            raise ZeroDivisionError

    agent.llm, llm = Broken(), agent.llm
    with pytest.raises(ZeroDivisionError):
        await agent.ask("Second?")
    assert agent.conversation.messages == before
    agent.llm = llm
    assert (await agent.ask_again(_current(agent))).text == "This is one."
    assert texts(endpoint.last.messages)[-1] == "Second?"


async def test_a_switch_reaches_everybody_who_has_the_callers_adapter(
    tmp_path: Path, endpoint: ProviderEndpoint
) -> None:
    text = two_models(endpoint).replace("name: Two", "name: Two\n    timeout: 7\n    temperature: 0.25")
    manager = ModelManager(write_config(tmp_path, text))
    llm = LiteLLMAdapter("openai/one", KEY, endpoint.openai_url, back_off=())
    agent = BaseAgent(llm, None, manager)
    held_elsewhere = agent.llm
    assert llm.complete([{"role": "user", "content": "Who?"}]).text == "This is one."
    assert not agent.switch_model("openai/nothing")
    assert llm.model == "openai/one"
    assert agent.switch_model("anthropic/two")
    assert agent.llm is llm is held_elsewhere
    assert (llm.model, repr(llm).count("two")) == ("anthropic/two", 1)
    profile = llm.profile
    assert profile is not None
    assert (profile.api_key, profile.api_base, profile.timeout) == (OTHER_KEY, endpoint.url, 7)
    assert (await llm.answer([{"role": "user", "content": "Who?"}])).text == "This is two."
    assert (endpoint.last.key, endpoint.last.body["temperature"]) == (OTHER_KEY, 0.25)
    assert (await agent.ask("And you?")).text == "This is two."
    # A key that was replaced in the file counts from the next call on.
    manager.edit_model("anthropic/two", api_key=OTHER_KEY + "new")
    llm.complete([{"role": "user", "content": "Who?"}])
    assert endpoint.last.key == OTHER_KEY + "new"


async def test_an_object_with_an_interface_of_its_own_gets_the_profile_at_each_call(
    tmp_path: Path, endpoint: ProviderEndpoint
) -> None:
    asked: list[str] = []

    class Own:
        async def answer(self, *_: object, profile: ModelProfile, **__: object) -> Answer:
            asked.append(profile.model_id)
            return Answer(profile.model_id, "Mine.", message={"role": "assistant", "content": "Mine."})

    agent = BaseAgent(Own(), (), ModelManager(write_config(tmp_path, two_models(endpoint))))  # type: ignore[arg-type]
    await agent.ask("Who?")
    assert agent.switch_model("anthropic/two")
    await agent.ask("Who?")
    assert asked == ["openai/one", "anthropic/two"]


def _current(agent: BaseAgent) -> ModelProfile:
    profile = agent.model_manager.get_current_model()
    assert profile is not None
    return profile


async def test_an_answer_with_very_many_tool_calls(agent: BaseAgent, endpoint: ProviderEndpoint) -> None:
    calls = tuple(ToolCall("list_files", {}, f"call_{number}") for number in range(MAX_CALLS + 20))
    endpoint.queue(Say("I look.", tool_calls=calls), Say("Done."))
    called: list[str] = []
    notices: list[str] = []
    failed: list[str] = []
    listener = Listener(
        on_tool=lambda call: called.append(call.id),
        on_notice=notices.append,
        on_tool_failed=lambda call, _: failed.append(call.id),
    )
    turn = await agent.ask("What is here?", listener)
    assert turn.text == "Done."
    assert called == [f"call_{number}" for number in range(MAX_CALLS)]
    assert (notices, failed) == (["Only the first 50 tool calls of an answer are carried out."], [])
    results = [message["content"] for message in endpoint.last.messages if message["role"] == "tool"]
    assert results[MAX_CALLS - 1].startswith("notes.txt\t")
    assert results[MAX_CALLS:] == ["Only the first 50 tool calls of an answer are carried out."] * 20
    assert_consistent(agent.conversation)
