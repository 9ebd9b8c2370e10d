"""What the lines of a session do: questions, retry, compare, and a file that others change."""

from __future__ import annotations

import asyncio
import os
import re
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from aloop_models.agent.base import Listener
from aloop_models.agent.history import redact_line
from aloop_models.agent.model_line import complete_line
from aloop_models.agent.session import AgentSession
from aloop_models.agent.status import known_profile, status_text
from aloop_models.commands import lookup
from aloop_models.core.text import Edit
from aloop_models.llm import litellm_adapter
from aloop_models.llm.profile import ModelProfile
from support.agent import KEY, OTHER_KEY, NotedFace, make_session, two_models, write_config
from support.provider_endpoint import Fail, ProviderEndpoint, Raw, Say, ToolCall
from support.snapshots import snapshot

pytestmark = pytest.mark.filterwarnings("ignore")


async def test_a_switch_is_used_by_the_next_turn_and_can_be_taken_back(
    two: tuple[AgentSession, NotedFace], endpoint: ProviderEndpoint
) -> None:
    session, face = two
    await session.handle("Who are you?")
    await session.handle("/model -")
    assert face.last == "There is no previous model yet."
    for line, model in (("/model Two", "two"), ("/model -", "one"), ("/model -", "two"), ("/model openai/one", "one")):
        await session.handle(line)
        await session.handle("Who are you?")
        assert face.answers[-1] == f"This is {model}."
        assert model in status_text(session.agent).casefold()
    assert endpoint.last.key == KEY


async def test_a_question_goes_to_no_url_that_the_editor_no_longer_has(
    two: tuple[AgentSession, NotedFace], endpoint: ProviderEndpoint
) -> None:
    class Change:
        id = "1"

        def edits(self, text: str) -> tuple[Edit, ...]:
            start = text.index(endpoint.openai_url)
            return (Edit(start, start + len(endpoint.openai_url), "http://localhost:9/v1"),)

        def is_in(self, text: str) -> bool:
            return endpoint.openai_url not in text

    session, face = two
    manager = session.manager
    manager.workspace.add_unsaved(Path(manager.config_path), Change())
    profile = manager.get_current_model()
    assert profile is not None
    assert profile.api_base == "http://localhost:9/v1"
    await session.handle("Who are you?")
    assert face.answers == ["This is one."]
    assert endpoint.last.key == KEY


async def test_a_key_typed_as_a_question_is_sent_to_nobody(
    two: tuple[AgentSession, NotedFace], endpoint: ProviderEndpoint
) -> None:
    session, face = two
    await session.handle(f"  {OTHER_KEY} ")
    assert face.last == "This looks like an API key. It was not sent. To set an API key: /model key PROVIDER"
    assert endpoint.received == []
    await session.handle("Who?")
    assert face.answers == ["This is one."]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/model thre", "There is no model 'thre' in models.yaml."),
        ("/model openai/oen", "Did you mean openai/one?"),
        ("/model add openai/x api_base=ftp://nowhere", "api_base"),
        ("/model edit one timeout=abc", "timeout must be a number greater than 0 and at most 86400, such as 600."),
        ("/model edit one timeout=0", "timeout must be a number greater than 0"),
        ("/model edit one timeout=-5", "timeout must be a number greater than 0"),
        ("/model edit one timeout=true", "timeout must be a number greater than 0"),
        ("/model edit one drop_params=maybe", "drop_params must be true or false"),
        ("/model edit one timout=5", "Did you mean timeout?"),
        ("/model edit one api_key=sk-...", "api_key is a placeholder"),
        ("/model remove one", "One is the current model."),
        ("/model add openai/one api_base=http://x", "is already in models.yaml"),
        ("/modle", "Unknown command /modle. Did you mean /model?"),
        ("/retry", "There is no question to repeat yet."),
        ("/compare", "There is no question to repeat yet. Add one: /compare A,B TEXT"),
        ("/model 'x", "Unclosed quote."),
    ],
)
async def test_what_cannot_be_done_is_said_and_changes_nothing(
    two: tuple[AgentSession, NotedFace], folder: Path, line: str, said: str
) -> None:
    session, face = two
    before = (folder / ".aloop" / "models.yaml").read_bytes()
    assert await session.handle(line)
    assert said in face.last
    assert (folder / ".aloop" / "models.yaml").read_bytes() == before
    assert session.manager.current_model_id == "openai/one"


async def test_a_broken_file_keeps_the_last_good_configuration(
    two: tuple[AgentSession, NotedFace], folder: Path, endpoint: ProviderEndpoint
) -> None:
    session, face = two
    path = folder / ".aloop" / "models.yaml"
    good = path.read_text()
    path.write_text(good + "  : [\n")
    news = session.watch.news()
    assert "models.yaml:11:" in news[0]
    assert "yaml-syntax" in news[0]
    assert news[1] == lookup.LAST_GOOD
    assert session.watch.news() == ()
    broken = "models.yaml is not valid YAML (line 11)."
    await session.handle("/model two")
    assert f"Using Two (anthropic/two).\n{broken} The last valid version of the file stays in use." in face.said
    assert session.manager.current_model_id == "anthropic/two"
    await session.handle("/model nothing")
    assert face.last.startswith(f"{broken} Fix it first.")
    await session.handle("/model one")
    assert session.manager.current_model_id == "openai/one"
    for line in (
        "/model switch two --make-default",
        "/model default two",
        "/model edit one timeout=5",
        "/model remove two",
    ):
        await session.handle(line)
        assert f"{broken} Fix it first. Nothing was changed." in face.last
        assert session.manager.current_model_id == "openai/one"
    for line in ("/model reload", "/model add openai/x api_base=http://x"):
        await session.handle(line)
        assert "models.yaml:11:" in face.last
    assert path.read_text() == good + "  : [\n"
    await session.handle("/model")
    assert "One - openai/one" in face.last
    assert "Two - anthropic/two" in face.last
    assert "models.yaml is not valid YAML (line 11). The last valid version of the file stays in use." in face.last
    assert status_text(session.agent).endswith(" · models.yaml is not valid YAML (line 11)")
    await session.handle("Still there?")
    assert face.answers[-1] == "This is one."
    path.write_text(good)
    assert session.watch.news() == ("models.yaml can be used again: 2 models.",)


async def test_one_bad_entry_costs_only_itself_and_is_named(folder: Path, endpoint: ProviderEndpoint) -> None:
    write_config(folder, two_models(endpoint).replace("name: Two", "timeout: 5m"))
    session, face = make_session(folder)
    assert len(session.watch.problems()) == 1
    assert "models.yaml:7:" in session.watch.problems()[0]
    await session.handle("/model two")
    assert "is not ready" in face.last
    assert session.manager.current_model_id == "openai/one"
    await session.handle("Who?")
    assert face.answers[-1] == "This is one."


async def test_an_ignored_error_is_not_reported(folder: Path, endpoint: ProviderEndpoint) -> None:
    bad = "timeout: 5m  # aloop: ignore[wrong-type]"
    write_config(folder, two_models(endpoint).replace("name: Two", bad))
    session, face = make_session(folder)
    assert session.watch.problems() == ()
    await session.handle("/model check")
    assert face.last.endswith("0 errors, 0 warnings, 0 notes, 1 ignored")
    await session.handle("/model two")
    assert "is not ready" in face.last


async def test_a_current_model_that_left_the_file_stays_in_use(
    two: tuple[AgentSession, NotedFace], folder: Path
) -> None:
    session, face = two
    path = folder / ".aloop" / "models.yaml"
    text = path.read_text()
    path.write_text("models:\n" + text[text.index("  anthropic/two") : text.index("default")])
    news = session.watch.news()
    assert news[-1] == "One was removed from the file. This session still uses it."
    assert "removed from file" in status_text(session.agent)
    await session.handle("/model")
    assert "[CURRENT] openai/one (removed from file)" in face.last
    await session.handle("Who?")
    assert face.answers[-1] == "This is one."


async def test_a_question_fails_in_one_message_and_can_be_asked_again(
    two: tuple[AgentSession, NotedFace], endpoint: ProviderEndpoint
) -> None:
    session, face = two
    endpoint.queue(Fail(401))
    await session.handle("Who are you?")
    assert "rejected the API key of One (401)" in face.said[-2]
    assert face.last == "To ask Two instead: /retry anthropic/two"
    assert face.turns == [None]
    await session.handle("/retry two")
    assert face.answers[-1] == "This is two."
    await session.handle("/retry")
    assert face.answers[-1] == "This is one."
    assert KEY not in face.everything


async def test_compare_asks_all_of_them_at_once(
    two: tuple[AgentSession, NotedFace], endpoint: ProviderEndpoint
) -> None:
    session, face = two
    endpoint.answer = lambda request: Fail(404) if request.model == "two" else Say(f"I am {request.model}.")
    await session.handle("/compare openai/one,Two Say hello to all")
    assert face.shown == [("One", "I am one.")]
    assert [request.messages[-1]["content"] for request in endpoint.received if request.model == "one"] == [
        "Say hello to all"
    ]
    table = face.last.splitlines()
    assert table[0].split("  ")[0] == "MODEL"
    assert table[1].startswith("One")
    assert "11 → 7" in table[1]
    assert "does not have the model anthropic/two" in table[2]
    assert session.agent.conversation.messages == []


async def test_compare_shows_each_answer_when_it_is_there_and_keeps_them_when_it_is_stopped(
    two: tuple[AgentSession, NotedFace], endpoint: ProviderEndpoint
) -> None:
    session, face = two
    gate, shown = threading.Event(), asyncio.Event()
    endpoint.answer = lambda request: Say("I am slow.", gate=gate if request.model == "one" else None)
    show_markdown = face.show_markdown

    def show(title: str, text: str) -> None:
        show_markdown(title, text)
        shown.set()

    face.show_markdown = show  # type: ignore[method-assign]
    task = asyncio.create_task(session.handle("/compare Who?"))
    await asyncio.wait_for(shown.wait(), 60)
    assert face.shown == [("Two", "I am slow.")]
    endpoint.wait_received(2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    gate.set()
    # The first piece of the slow answer may have arrived.
    assert face.shown in ([("Two", "I am slow.")], [("Two", "I am slow."), ("One (incomplete)", "I ")])
    rows = face.last.splitlines()
    assert [row.split()[0] for row in rows] == ["MODEL", "One", "Two"]
    assert rows[1].endswith("Stopped.")
    assert "11 → 7" in rows[2]
    assert session.agent.costs.by_model["anthropic/two"].requests == 1


async def test_what_a_stopped_turn_used_is_estimated_and_shown(
    two: tuple[AgentSession, NotedFace], endpoint: ProviderEndpoint
) -> None:
    session, face = two
    await session.handle("/cost")
    assert face.last == "No requests yet."
    gate, came = threading.Event(), asyncio.Event()
    endpoint.queue(Say("First the rest.", gate=gate))
    listener = face.listener

    def listening(profile: ModelProfile) -> Listener:
        heard = listener(profile)

        def add(piece: str) -> None:
            heard.on_text(piece)
            came.set()

        return replace(heard, on_text=add)

    face.listener = listening  # type: ignore[method-assign]
    task = asyncio.create_task(session.handle("Hello"))
    await asyncio.wait_for(came.wait(), 60)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    gate.set()
    assert re.fullmatch(r"Used for this question: ~\d+ → 2 tokens", face.last)
    await session.handle("/cost")
    assert re.fullmatch(r"MODEL +REQUESTS +TOKENS IN → OUT +COST\nOne +1 +~\d+ → 2 +–", face.last)
    await session.handle("Again")
    await session.handle("/cost")
    assert re.search(r"\nOne +2 +~\d+ → 9 +–", face.last)


async def test_what_calls_of_tools_without_end_used_is_shown(
    two: tuple[AgentSession, NotedFace], endpoint: ProviderEndpoint
) -> None:
    session, face = two
    endpoint.answer = lambda _: Say(tool_calls=(ToolCall("list_files", {}),))
    await session.handle("Hello")
    requests = len(endpoint.received)
    assert requests > 25
    assert face.said[-3:] == [
        f"Used for this question: {11 * requests} → {7 * requests} tokens",
        "One did not stop calling tools. The turn was stopped.",
        "To ask Two instead: /retry anthropic/two",
    ]
    assert session.agent.costs.by_model["openai/one"].requests == requests


async def test_loading_does_not_count_as_the_time_of_the_model(
    two: tuple[AgentSession, NotedFace], monkeypatch: pytest.MonkeyPatch
) -> None:
    session, face = two
    load = litellm_adapter.load_litellm

    def load_slowly() -> object:
        time.sleep(0.5)
        return load()

    monkeypatch.setattr(litellm_adapter, "load_litellm", load_slowly)
    begun = time.monotonic()
    await session.handle("Hello")
    wall = time.monotonic() - begun
    turn = face.turns[-1]
    assert turn is not None
    assert turn.first_token is not None
    assert 0 < turn.first_token <= turn.seconds <= wall - 0.5


def test_the_bar_shows_the_window_that_ollama_allocates(folder: Path) -> None:
    write_config(folder, "models:\n  ollama/llama3.1:\n    name: Local\n    num_ctx: 32768\n")
    session, _ = make_session(folder)
    assert status_text(session.agent) == "Local · 0 of 32K"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("/model", "/model"),
        (f"/model add openai/x api_key={KEY} name=x", "/model add openai/x api_key=- name=x"),
        (f"/model add openai/x api_key='{KEY}", None),
        (f"My key is {KEY}, ok?", "My key is ••••••••, ok?"),
        ("own-secret-0815 is it", "•••••••• is it"),
        ("Hello\nthere", "Hello\nthere"),
    ],
)
def test_history_holds_no_key(typed: str, kept: str | None) -> None:
    got = redact_line(typed, ["own-secret-0815"])
    assert got == kept or (kept is not None and got is not None and KEY not in got and "••••" in got)


async def test_leaving_and_beginning_anew(two: tuple[AgentSession, NotedFace]) -> None:
    session, face = two
    await session.handle("Who?")
    await session.handle("/clear")
    assert session.agent.conversation.messages == []
    await session.handle("/help")
    assert "/compare" in face.last
    assert await session.handle("  ")
    assert not await session.handle("/exit")
    assert os.environ.get("OPENAI_API_KEY") is None


async def test_an_empty_answer_is_not_kept_and_can_be_asked_for_again(
    two: tuple[AgentSession, NotedFace], endpoint: ProviderEndpoint
) -> None:
    session, face = two
    await session.handle("First?")
    before = session.agent.conversation.messages
    endpoint.queue(Raw("<title>Log in</title>", "text/html"))
    await session.handle("Second?")
    assert face.said[-2].startswith("One sent an empty answer (127.0.0.1:")
    assert "HTTP 200, text/html). Response: Log in. Check api_base" in face.said[-2]
    assert (face.turns[-1], session.agent.conversation.messages) == (None, before)
    await session.handle("/retry")
    assert face.answers[-1] == "This is one."
    assert [message["role"] for message in endpoint.last.messages] == ["system", "user", "assistant", "user"]


async def test_a_bug_costs_a_line_and_not_the_session(
    two: tuple[AgentSession, NotedFace], endpoint: ProviderEndpoint
) -> None:
    session, face = two
    await session.handle("First?")

    class Broken:
        async def answer(self, *_: object, **__: object) -> None:
            raise ZeroDivisionError(KEY)

    session.agent.llm, llm = Broken(), session.agent.llm  # type: ignore[assignment]
    assert await session.handle("Second?")
    assert face.last.startswith("aloop: internal error (bug ")
    assert KEY not in face.everything
    session.agent.llm = llm
    await session.handle("/retry")
    assert face.answers[-1] == "This is one."


def _asked(endpoint: ProviderEndpoint) -> list[tuple[str, str]]:
    """Model and question of each request, in the order of the models."""
    found: list[tuple[str, str]] = []
    for request in endpoint.received:
        content = request.messages[-1]["content"]
        found.append((request.model, content if isinstance(content, str) else content[0]["text"]))
    return sorted(found)


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("/compare one", [("one", "Last?")]),
        ("/compare TWO", [("two", "Last?")]),
        ("/compare one,", [("one", "Last?")]),
        ("/compare one, two", [("one", "Last?"), ("two", "Last?")]),
        ("/compare", [("one", "Last?"), ("two", "Last?")]),
        ("/compare one, Two hello, you", [("one", "hello, you"), ("two", "hello, you")]),
        ("/compare anthropic/two hi", [("two", "hi")]),
        ("/compare\nhi", [("one", "hi"), ("two", "hi")]),
    ],
)
async def test_compare_asks_the_models_that_are_named(
    two: tuple[AgentSession, NotedFace], endpoint: ProviderEndpoint, line: str, asked: list[tuple[str, str]]
) -> None:
    session, face = two
    await session.handle("Last?")
    endpoint.forget()
    await session.handle(line)
    assert _asked(endpoint) == asked
    assert face.asked == []
    assert face.said[-3].startswith("Prices per 1M tokens (the prompt has about ")


@pytest.mark.parametrize(
    "line",
    [
        "/compare on",
        "/compare openai/three hello",
        "/compare one, hello",
        "/compare onee",
        "/compare @fast hi",
        "/compare opus, one hi",
    ],
)
async def test_compare_asks_before_it_sends_what_may_be_a_name(
    two: tuple[AgentSession, NotedFace], endpoint: ProviderEndpoint, line: str
) -> None:
    session, face = two
    face.yes = [False]
    await session.handle(line)
    assert (endpoint.received, len(face.asked)) == ([], 1)
    assert face.last.startswith("Nothing was sent.")
    face.yes = [True]
    await session.handle(line)
    assert {text for _, text in _asked(endpoint)} == {line.removeprefix("/compare ").removeprefix("one, ")}


async def test_compare_without_a_question_sends_nothing(
    two: tuple[AgentSession, NotedFace], endpoint: ProviderEndpoint
) -> None:
    session, face = two
    await session.handle("/compare one")
    assert face.last == "There is no question to repeat yet. Add one: /compare one TEXT"
    assert endpoint.received == []


async def test_models_that_are_not_ready_are_named_and_not_asked(folder: Path, endpoint: ProviderEndpoint) -> None:
    write_config(folder, two_models(endpoint).replace("models:\n", "models:\n  openai/no-key:\n    name: Bare\n"))
    session, face = make_session(folder)
    for line in ("/compare hello", "/model test"):
        endpoint.forget()
        await session.handle(line)
        assert [model for model, _ in _asked(endpoint)] == ["one", "two"]
        assert "Skipped (not ready): openai/no-key (it has no API key)." in face.said
        face.said.clear()
    endpoint.forget()
    await session.handle("/compare bare hello")
    assert endpoint.received == []
    assert "it has no API key" in face.last


async def test_the_price_is_said_before_anything_is_sent(folder: Path, endpoint: ProviderEndpoint) -> None:
    text = two_models(endpoint).replace("openai/one", "openai/gpt-4o")
    write_config(folder, f"{text.partition('default')[0]}  ollama/llama2:\n    api_base: {endpoint.url}\n")
    session, face = make_session(folder)
    await session.handle(f"/compare {'word ' * 400}")
    assert face.said[0] == (
        "Prices per 1M tokens (the prompt has about 500 tokens): One: $2.50 in / $10 out ($0.0013 for the prompt);"
        " Two: unknown; ollama/llama2: runs locally."
    )


async def test_roles_and_fallbacks(folder: Path, endpoint: ProviderEndpoint) -> None:
    """A role is a model for /model and /retry; a fallback answers one question and is not switched to."""
    more = "roles: {second: anthropic/two}\nfallbacks: [anthropic/two]\n"
    write_config(folder, two_models(endpoint) + more)
    session, face = make_session(folder)
    await session.handle("/model @second")
    assert face.last == "Using Two (anthropic/two)."
    await session.handle("/model @nothing")
    assert face.last == "There is no role '@nothing' in models.yaml. Did you mean @second?"
    await session.handle("/model openai/one")
    endpoint.answer = lambda request: Fail(503, retry_after=0) if request.model == "one" else Say("I am two.")
    await session.handle("Who are you?")
    assert [turn and turn.model_id for turn in face.turns] == ["anthropic/two"]
    assert session.manager.current_model_id == "openai/one"
    endpoint.answer = lambda request: Say(f"I am {request.model}.")
    await session.handle("And now?")
    await session.handle("/retry @second")
    assert [turn and turn.model_id for turn in face.turns[1:]] == ["openai/one", "anthropic/two"]
    assert session.manager.get_model("@second") == session.manager.get_model("anthropic/two")
    assert session.manager.switch_model("@second") == session.manager.get_current_model()


async def test_after_a_failure_a_model_that_was_not_asked_is_suggested(
    four: tuple[AgentSession, NotedFace], folder: Path, endpoint: ProviderEndpoint
) -> None:
    session, face = four
    endpoint.answer = lambda request: Fail(400)
    await session.handle("Who are you?")
    assert face.last == "To ask openai/gpt-6-luna instead: /retry openai/gpt-6-luna"
    await session.handle("/model haiku")
    await session.handle("Who are you?")
    assert face.last == "To ask openai/gpt-6-luna instead: /retry openai/gpt-6-luna"
    await session.handle("/retry luna")
    assert face.last == "To ask Sol instead: /retry openai/gpt-6-sol"
    path = folder / ".aloop" / "models.yaml"
    path.write_text(path.read_text() + "fallbacks: [openai/no-key, openai/gpt-6-luna, openai/gpt-6-sol]\n")
    await session.handle("Who are you?")
    assert face.last == "To ask openai/gpt-6-luna instead: /retry openai/gpt-6-luna"
    endpoint.answer = lambda request: Fail(503, retry_after=0)
    await session.handle("Who are you?")
    assert session.agent.tried == ("openai/haiku-5#work", "openai/gpt-6-luna", "openai/gpt-6-sol")
    assert "To ask" not in face.last


async def test_the_models_asked_last_are_kept_and_suggested_after_a_failure(
    four: tuple[AgentSession, NotedFace], endpoint: ProviderEndpoint
) -> None:
    session, face = four
    await session.handle("Who are you?")
    await session.handle("/retry haiku")
    assert session.choice.favorites.recent == ("openai/haiku-5#work", "openai/gpt-6-sol")
    endpoint.queue(Fail(401))
    await session.handle("Who are you?")
    assert face.last == "To ask Haiku at work instead: /retry openai/haiku-5#work"


async def test_a_model_that_left_the_file_keeps_its_name_below_its_answer(
    four: tuple[AgentSession, NotedFace], folder: Path
) -> None:
    session, _ = four
    path = folder / ".aloop" / "models.yaml"
    path.write_text("".join(line for line in path.read_text().splitlines(keepends=True) if "name: Sol" not in line))
    profile = session.manager.get_current_model()
    assert known_profile(session.manager, "openai/gpt-6-sol") == profile
    assert (profile and profile.display_name, session.manager.get_model("openai/gpt-6-sol")) == ("Sol", None)
    assert known_profile(session.manager, "openai/gone") is None


def test_the_models_come_first_in_the_completion_of_model() -> None:
    snap = snapshot("models:\n  openai/gpt-6-sol:\n  ollama/llama3:\nroles:\n  fast: ollama/llama3\n")
    found = [item.text for item in complete_line(snap, "/model ")]
    assert found[:4] == ["openai/gpt-6-sol", "ollama/llama3", "@fast", "list"]
    assert complete_line(snap, "/model l")[0].text == "list"
