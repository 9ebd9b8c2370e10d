"""`aloop --continue`, `/continue` and `/new`: which conversation and model a session begins with, and what it says."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from aloop_models.agent.base import Listener
from aloop_models.agent.confirm import Guard
from aloop_models.agent.conversation import ConversationMessage
from aloop_models.agent.history import RedactedHistory
from aloop_models.agent.resuming import describe_saved, read_saved
from aloop_models.agent.saved_conversation import ConversationFile, SavedConversation
from aloop_models.agent.session import AgentSession
from aloop_models.agent.state import keeps_history
from aloop_models.agent.status import status_text
from aloop_models.catalog.redaction import NO_SECRETS
from aloop_models.llm.profile import ModelProfile
from support.agent import KEY, OTHER_KEY, NotedFace, make_session, two_models, write_config
from support.provider_endpoint import Fail, ProviderEndpoint, Say, ToolCall

pytestmark = pytest.mark.filterwarnings("ignore")

NOTHING = "There is no conversation to continue in this folder. Starting a new one."


@pytest.fixture
def folder(folder: Path, endpoint: ProviderEndpoint) -> Path:
    write_config(folder, two_models(endpoint))
    return folder


def saved_file(folder: Path) -> ConversationFile:
    return ConversationFile(folder, lambda: NO_SECRETS)


def saved_messages(folder: Path) -> int:
    saved = saved_file(folder).read()
    return len(saved.messages) if saved else 0


async def begin(folder: Path, *lines: str) -> tuple[AgentSession, NotedFace]:
    session, face = make_session(folder)
    for line in lines:
        await session.handle(line)
    return session, face


def roles(endpoint: ProviderEndpoint) -> list[str]:
    return [message["role"] for message in endpoint.last.messages]


async def test_a_conversation_continues_with_its_model(folder: Path, endpoint: ProviderEndpoint) -> None:
    await begin(folder, "/model two", "Who are\nyou?", "And now?")
    session, face = make_session(folder)
    assert session.manager.current_model_id == "openai/one"
    assert session.resume() == ["Continuing the conversation of a moment ago: 4 messages, Two. Last question: And now?"]
    assert session.manager.current_model_id == "anthropic/two"
    assert status_text(session.agent) == "Two · 18 tokens"
    await session.handle("Still there?")
    assert face.answers == ["This is two."]
    assert roles(endpoint) == ["user", "assistant", "user", "assistant", "user"]
    assert saved_messages(folder) == 6


async def test_a_switch_survives_a_restart(folder: Path) -> None:
    await begin(folder, "Who?", "/model two")
    session, _ = make_session(folder)
    assert session.resume()[0].endswith(": 2 messages, Two. Last question: Who?")
    assert session.manager.current_model_id == "anthropic/two"


async def test_a_switch_before_the_first_question_survives_a_restart(folder: Path) -> None:
    await begin(folder, "/help")
    assert saved_file(folder).read() is None
    await begin(folder, "/model two")
    session, _ = make_session(folder)
    assert session.resume() == [NOTHING]
    assert session.manager.current_model_id == "anthropic/two"


async def test_a_switch_by_another_program_is_saved_and_not_in_the_middle_of_a_turn(
    folder: Path, endpoint: ProviderEndpoint
) -> None:
    session, face = await begin(folder, "Who?")
    session.agent.switch_model("anthropic/two")
    session.save()
    assert json.loads(saved_file(folder).path.read_text())["model"] == "anthropic/two"
    gate, began = threading.Event(), asyncio.Event()
    endpoint.queue(Say("Slowly then.", gate=gate))
    listener = face.listener
    face.listener = lambda profile: (began.set(), listener(profile))[1]  # type: ignore[method-assign]
    task = asyncio.create_task(session.handle("Again?"))
    await asyncio.wait_for(began.wait(), 60)
    session.agent.switch_model("openai/one")
    session.save()
    assert saved_messages(folder) == 2
    gate.set()
    await task
    saved = saved_file(folder).read()
    assert saved is not None
    assert (len(saved.messages), saved.model_id) == (4, "openai/one")


async def test_a_switch_by_a_key_of_the_prompt_is_saved(folder: Path) -> None:
    session, face = await begin(folder, "Who?")
    face.picks = ["anthropic/two"]
    await session.pick_model()
    assert json.loads(saved_file(folder).path.read_text())["model"] == "anthropic/two"
    await session.handle("/model favorite one")
    session.next_favorite()
    assert json.loads(saved_file(folder).path.read_text())["model"] == "openai/one"


async def test_a_model_for_one_run_is_not_saved_before_a_question(folder: Path) -> None:
    session, _ = make_session(folder)
    session.switch("anthropic/two")
    await session.handle("/help")
    assert saved_file(folder).read() is None


async def test_the_model_that_is_given_wins(folder: Path) -> None:
    await begin(folder, "/model two", "Who?")
    session, _ = make_session(folder)
    assert session.resume("openai/one")[0].endswith(": 2 messages, One. Last question: Who?")
    assert session.manager.current_model_id == "openai/one"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("  anthropic/two:", "  anthropic/two#work:", "anthropic/two is no longer in models.yaml."),
        (
            f"    api_key: {OTHER_KEY}\n",
            "",
            "Two is not ready: it has no API key. Set one: /model key anthropic/two",
        ),
    ],
)
async def test_a_model_that_is_gone_or_not_ready_is_said(
    folder: Path, endpoint: ProviderEndpoint, before: str, after: str, said: str
) -> None:
    await begin(folder, "/model two", "Who?")
    text = two_models(endpoint)
    assert before in text
    write_config(folder, text.replace(before, after).replace(f"    api_base: {endpoint.url}\n", ""))
    session, face = make_session(folder)
    lines = session.resume()
    assert lines[0] == said
    assert lines[1].startswith("Continuing the conversation of a moment ago: 2 messages, One.")
    await session.handle("Still?")
    assert face.answers == ["This is one."]


async def test_a_label_is_a_part_of_the_saved_model(folder: Path, endpoint: ProviderEndpoint) -> None:
    write_config(folder, two_models(endpoint).replace("anthropic/two:", "anthropic/two#work:"))
    await begin(folder, "/model two#work", "Who?")
    session, _ = make_session(folder)
    session.resume()
    assert session.manager.current_model_id == "anthropic/two#work"


async def test_tool_calls_and_results_are_sent_again(folder: Path, endpoint: ProviderEndpoint) -> None:
    (folder / "notes.txt").write_text("The notes.")
    endpoint.queue(Say("I look.", tool_calls=(ToolCall("read_file", {"path": "notes.txt"}),)), Say("Done."))
    first, _ = await begin(folder, "Look")
    session, _ = make_session(folder)
    assert session.resume() == ["Continuing the conversation of a moment ago: 3 messages, One. Last question: Look"]
    assert session.agent.conversation.messages == first.agent.conversation.messages
    await session.handle("And?")
    assert roles(endpoint) == ["system", "user", "assistant", "tool", "assistant", "user"]
    assert "The notes." in endpoint.last.messages[3]["content"]


async def test_the_last_question_can_be_asked_again(folder: Path, endpoint: ProviderEndpoint) -> None:
    await begin(folder, "First?", "Second?")
    session, face = make_session(folder)
    session.resume()
    await session.handle("/retry two")
    assert face.answers == ["This is two."]
    assert len(endpoint.last.messages) == 3
    assert "Second?" in str(endpoint.last.messages[-1]["content"])
    assert len(session.agent.conversation) == 6


async def test_a_stopped_answer_is_saved_and_a_failed_question_is_not(folder: Path, endpoint: ProviderEndpoint) -> None:
    session, face = await begin(folder, "First?")
    gate, came = threading.Event(), asyncio.Event()
    endpoint.queue(Say("Beginning of more", gate=gate))
    listener = face.listener

    def listening(profile: ModelProfile) -> Listener:
        return replace(listener(profile), on_text=lambda _: came.set())

    face.listener = listening  # type: ignore[method-assign]
    task = asyncio.create_task(session.handle("Second?"))
    await asyncio.wait_for(came.wait(), 60)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    gate.set()
    saved = saved_file(folder).read()
    assert saved is not None
    assert str(saved.messages[-1].message["content"]).endswith("[stopped by the user]")
    face.listener = listener  # type: ignore[method-assign]
    endpoint.queue(Fail(401))
    await session.handle("Third?")
    assert saved_messages(folder) == 4


async def test_without_a_conversation_a_new_one_begins(folder: Path, endpoint: ProviderEndpoint) -> None:
    session, _ = make_session(folder)
    assert session.resume() == [NOTHING]
    await session.handle("Who?")
    assert roles(endpoint) == ["system", "user"]
    assert saved_messages(folder) == 2


async def test_a_damaged_file_costs_a_line(folder: Path) -> None:
    await begin(folder, "Who?")
    path = saved_file(folder).path
    path.write_text("{")
    session, face = make_session(folder)
    assert session.resume() == [
        "The saved conversation of this folder cannot be used: it is damaged. "
        f"It is now {path}.broken. Starting a new one."
    ]
    await session.handle("Who?")
    assert face.answers == ["This is one."]
    assert saved_messages(folder) == 2


async def test_a_new_conversation_keeps_the_model_and_the_old_one_until_its_first_answer(
    folder: Path, endpoint: ProviderEndpoint
) -> None:
    session, face = await begin(folder, "/model two", "Who?")
    await session.handle("/continue")
    assert face.last == "This conversation has begun. To continue another one, use /new first."
    await session.handle("/new")
    assert face.last == "Started a new conversation. Until its first answer, /continue returns to the previous one."
    assert session.manager.current_model_id == "anthropic/two"
    assert len(session.agent.conversation) == 0
    await session.handle("/model one")
    await session.handle("/new")
    assert face.last == "Started a new conversation."
    await session.handle("/continue")
    assert face.last == "Continuing the conversation of a moment ago: 2 messages, Two. Last question: Who?"
    assert session.manager.current_model_id == "anthropic/two"
    for command in ("/new", "/clear"):
        await session.handle(command)
        await session.handle("Anew?")
        assert roles(endpoint) == ["user"]
        assert saved_messages(folder) == 2


async def test_no_key_is_written(folder: Path, endpoint: ProviderEndpoint) -> None:
    (folder / "notes.txt").write_text(f"Use {OTHER_KEY} here.")
    endpoint.queue(Say("", tool_calls=(ToolCall("read_file", {"path": "notes.txt"}),)), Say(f"It is {KEY}."))
    await begin(folder, f"Is {KEY} my key, or {OTHER_KEY}?", "/model two", "Is it?")
    text = saved_file(folder).path.read_text("utf-8")
    for unwanted in (KEY, OTHER_KEY, KEY[8:24], OTHER_KEY[14:30], endpoint.url, "api_base", "api_key"):
        assert unwanted not in text
    assert "•" in text


async def test_a_conversation_that_does_not_fit_the_model_is_said(folder: Path, endpoint: ProviderEndpoint) -> None:
    write_config(folder, two_models(endpoint).replace("openai/one", "openai/gpt-4o"))
    await begin(folder, "Who?")
    path = saved_file(folder).path
    path.write_text(path.read_text().replace('"context": 18', '"context": 150000'))
    session, _ = make_session(folder)
    assert session.resume()[1] == (
        "The conversation has 150K tokens, but the context window of One is 128K. /new starts a new conversation."
    )


async def test_what_cannot_be_saved_is_said_once(folder: Path, tmp_path: Path) -> None:
    state = tmp_path / ".local" / "state"
    state.mkdir(parents=True)
    (state / "aloop-models").write_text("")
    _, face = await begin(folder, "Who?", "And?", "/new")
    assert face.answers == ["This is one.", "This is one."]
    said = [line for line in face.said if "not saved" in line]
    assert len(said) == 1
    assert said[0].startswith("The conversation was not saved. ")
    assert face.last == "Started a new conversation."


async def test_a_bug_while_saving_does_not_end_the_session(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError(KEY)

    session, face = make_session(folder)
    monkeypatch.setattr(ConversationFile, "save", fail)
    assert await session.handle("Who?")
    assert face.answers == ["This is one."]
    assert face.last.startswith("The conversation was not saved. aloop: internal error (bug ")
    assert KEY not in face.everything


GONE = "openai/one is no longer in models.yaml."


@pytest.mark.parametrize(("text", "said"), [("  : [\n", []), ("models:\n", [GONE]), (None, [GONE]), ("{}", [GONE])])
async def test_without_a_model_the_conversation_waits_for_one(folder: Path, text: str | None, said: list[str]) -> None:
    await begin(folder, "Who?")
    path = folder / ".aloop" / "models.yaml"
    good = path.read_text()
    path.unlink() if text is None else path.write_text(text)
    session, face = make_session(folder)
    continued = "Continuing the conversation of a moment ago: 2 messages, no model. Last question: Who?"
    assert session.resume() == [*said, continued]
    path.write_text(good)
    await session.handle("And now?")
    assert face.answers == ["This is one."]
    assert len(session.agent.conversation) == 4


@pytest.mark.parametrize("line", ["exit", "quit", "  Exit ", "/exit", "/quit"])
async def test_leaving(folder: Path, line: str) -> None:
    session, _ = make_session(folder)
    assert not await session.handle(line)
    assert session.agent.last_question is None


async def test_a_question_about_leaving_is_asked(folder: Path) -> None:
    _, face = await begin(folder, "exit vim", "quit?")
    assert face.answers == ["This is one."] * 2


@pytest.mark.parametrize(
    ("value", "is_kept"),
    [
        *((value, True) for value in ("", " ", "on", "1", "TRUE", "yes")),
        *((v, False) for v in ("off", "0", "no", "never")),
    ],
)
def test_the_history_can_be_turned_off(monkeypatch: pytest.MonkeyPatch, value: str, *, is_kept: bool) -> None:
    monkeypatch.setenv("ALOOP_HISTORY", value)
    assert keeps_history() is is_kept


async def test_without_a_history_nothing_is_written(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = RedactedHistory(lambda: ())
    history.append_string("before")
    monkeypatch.setenv("ALOOP_HISTORY", "off")
    history.append_string("after")
    assert history.get_strings() == ["before", "after"]
    assert list(RedactedHistory(lambda: ()).load_history_strings()) == []
    with monkeypatch.context() as patch:
        patch.delenv("ALOOP_HISTORY")
        assert list(RedactedHistory(lambda: ()).load_history_strings()) == ["before"]
    made, face = make_session(folder)
    session = AgentSession(made.agent, made.manager, Guard(made.manager, trusted=True), face)
    assert session.resume() == ["Conversations are not saved, because ALOOP_HISTORY is off. Starting a new one."]
    await session.handle("Who?")
    await session.handle("/model two")
    state = tmp_path / ".local" / "state" / "aloop-models"
    assert [file.name for file in state.rglob("*")] == ["history"]
    assert read_saved(None)[0] is None


def test_what_is_said_is_short_and_shows_no_key_and_no_control_character() -> None:
    def line(question: str, seconds: float) -> str:
        message = ConversationMessage({"role": "user", "content": question}, "a/b")
        saved = SavedConversation((message,), "a/b", None, datetime.now(timezone.utc) - timedelta(seconds=seconds))
        return describe_saved(saved, "Two")

    start = "Continuing the conversation of 12 minutes ago: 1 message, Two. Last question: "
    assert line("Why\n\n  so?\x1b[31m", 12 * 60 + 5) == f"{start}Why so?[31m"
    assert line("word " * 30, 725) == f"{start}{'word ' * 12}".rstrip() + "…"
    assert KEY[8:20] not in line(f"Is {KEY} it?", 0)
    for seconds, age in (
        (-50, "a moment"),
        (59, "a moment"),
        (60, "1 minute"),
        (7_300, "2 hours"),
        (900_000, "10 days"),
    ):
        assert re.search(rf" of {age} ago: ", line("Hi", seconds + 0.5 * (seconds > 60)))
