"""What the lines of a session do: `/model` and its verbs, retry, compare, test, and a file that others change."""

from __future__ import annotations

import asyncio
import os
import re
import stat
import subprocess
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from aloop_models.agent.base import Listener
from aloop_models.agent.history import redact_line
from aloop_models.agent.model_line import SHELL_VERBS, complete_line
from aloop_models.agent.session import AgentSession
from aloop_models.agent.session_commands import OTHER_FORMS, help_text
from aloop_models.agent.status import known_profile, status_text
from aloop_models.agent.typing_line import LineCompleter
from aloop_models.cli.main import make_cli
from aloop_models.commands import BY_VERB, lookup
from aloop_models.llm import litellm_adapter
from aloop_models.llm.profile import ModelProfile
from support.agent import KEY, OTHER_KEY, NotedFace, make_session, two_models, write_config
from support.provider_endpoint import Fail, ProviderEndpoint, Raw, Say, ToolCall
from support.snapshots import snapshot

pytestmark = pytest.mark.filterwarnings("ignore")

RFC_FILE = f"""\
models:
  anthropic/claude-3-5-sonnet-20241022:
    name: Claude 3.5 Sonnet
    api_key: {OTHER_KEY}
  openai/gpt-4o:
    name: GPT-4o
    api_key: {KEY}
  ollama/llama2:
    name: Local Llama
    api_base: http://localhost:11434

default: anthropic/claude-3-5-sonnet-20241022
"""

RFC_LISTING = """\
Available Models:
  [CURRENT] [DEFAULT] Claude 3.5 Sonnet - anthropic/claude-3-5-sonnet-20241022
            GPT-4o - openai/gpt-4o
            Local Llama - ollama/llama2

Use /model <model_id> to switch, /model add to add new"""


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


async def test_the_listing_is_the_rfcs(folder: Path) -> None:
    write_config(folder, RFC_FILE)
    session, face = make_session(folder)
    assert await session.handle("/model")
    assert face.last == RFC_LISTING
    await session.handle("/model gpt-4o")
    await session.handle("/model")
    assert face.last.splitlines()[1:3] == [
        "            [DEFAULT] Claude 3.5 Sonnet - anthropic/claude-3-5-sonnet-20241022",
        "  [CURRENT] GPT-4o - openai/gpt-4o",
    ]


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


async def test_a_switch_can_set_the_default_too_and_says_so(two: tuple[AgentSession, NotedFace], folder: Path) -> None:
    session, face = two
    path = folder / ".aloop" / "models.yaml"
    await session.handle("/model switch two --make-default")
    assert face.said == ["Using Two (anthropic/two).", "Two is now the default model."]
    assert "default: anthropic/two" in path.read_text()
    assert session.manager.current_model_id == "anthropic/two"
    before = path.read_bytes()
    await session.handle("/model switch one")
    assert face.last == "Using One (openai/one)."
    assert path.read_bytes() == before


async def test_a_key_typed_as_a_question_is_sent_to_nobody(
    two: tuple[AgentSession, NotedFace], endpoint: ProviderEndpoint
) -> None:
    session, face = two
    await session.handle(f"  {OTHER_KEY} ")
    assert face.last == "This looks like an API key. It was not sent. To set an API key: /model key PROVIDER"
    assert endpoint.received == []
    await session.handle("Who?")
    assert face.answers == ["This is one."]


async def test_a_model_can_be_picked_from_the_list(two: tuple[AgentSession, NotedFace]) -> None:
    session, face = two
    face.picks = ["anthropic/two", None]
    await session.handle("/model switch")
    assert face.last == "Using Two (anthropic/two)."
    await session.handle("/model switch")
    assert session.manager.current_model_id == "anthropic/two"


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


async def test_a_model_that_is_not_ready_is_refused_with_the_reason(folder: Path, endpoint: ProviderEndpoint) -> None:
    write_config(folder, two_models(endpoint) + "")
    session, face = make_session(folder)
    face.secrets = [""]
    await session.handle("/model add groq/llama-3.3-70b-versatile")
    assert face.asked == ["API key for groq/llama-3.3-70b-versatile (input hidden; leave empty to add it later): "]
    await session.handle("/model groq/llama-3.3-70b-versatile")
    assert "is not ready: it has no API key" in face.last
    assert session.manager.current_model_id == "openai/one"
    face.secrets = ["gsk_n3w8only7for6this5test4lm3nb2vc1xzq9wkAbCdEf"]
    await session.handle("/model key groq")
    await session.handle("/model groq/llama-3.3-70b-versatile")
    assert session.manager.current_model_id == "groq/llama-3.3-70b-versatile"
    assert "gsk_" not in face.everything


async def test_a_key_of_the_same_provider_is_offered(folder: Path) -> None:
    write_config(folder, RFC_FILE)
    session, face = make_session(folder)
    face.yes = [True]
    await session.handle("/model add openai/gpt-4o-mini")
    assert face.asked == ["Use the API key of openai/gpt-4o?"]
    profile = session.manager.get_model("openai/gpt-4o-mini")
    assert profile
    assert profile.api_key == KEY
    assert KEY not in face.everything


async def test_comments_order_and_unknown_keys_are_kept(folder: Path, endpoint: ProviderEndpoint) -> None:
    text = "# mine\n" + two_models(endpoint) + "# the end\nother: 1\n"
    path = write_config(folder, text)
    link = path.with_name("real.yaml")
    path.rename(link)
    path.symlink_to(link)
    session, _ = make_session(folder)
    await session.handle("/model edit one timeout=5")
    await session.handle("/model edit one timeout=")
    assert path.is_symlink()
    assert path.read_text() == text
    assert stat.S_IMODE(link.stat().st_mode) == 0o600


async def test_a_failed_write_leaves_file_and_memory_as_they_were(
    two: tuple[AgentSession, NotedFace], folder: Path
) -> None:
    session, face = two
    path = folder / ".aloop" / "models.yaml"
    path.chmod(0o400)
    await session.handle("/model edit one timeout=5")
    assert "read-only" in face.last
    profile = session.manager.get_model("openai/one")
    assert profile
    assert profile.timeout == 600


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
    endpoint.answer = lambda request: Fail(404) if request.model == "two" else endpoint_says(request.model)
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


def endpoint_says(model: str) -> object:
    from support.provider_endpoint import Say

    return Say(f"I am {model}.")


async def test_models_are_tested_on_demand_with_the_cost_said_before(
    two: tuple[AgentSession, NotedFace], endpoint: ProviderEndpoint
) -> None:
    session, face = two
    assert endpoint.received == []
    endpoint.answer = lambda request: Fail(401) if request.model == "two" else endpoint_says(request.model)
    await session.handle("/model test")
    assert face.said[-2] == "Sending one tiny request to 2 models."
    one, two_line = face.last.splitlines()
    assert one.split()[:2] == ["One", "ok"]
    assert two_line.startswith("Two  invalid key")
    assert len(endpoint.received) == 2
    await session.handle("/model test one")
    assert len(face.last.splitlines()) == 1


async def test_without_a_ready_model_nothing_is_tested(folder: Path) -> None:
    write_config(folder, "models:\n  openai/gpt-4o:\n")
    session, face = make_session(folder)
    await session.handle("/model test")
    assert face.said == ["No model is ready. To see why: /model"]


async def test_the_help_of_model_names_every_form_in_one_column(two: tuple[AgentSession, NotedFace]) -> None:
    session, face = two
    await session.handle("/model help")
    lines = face.last.splitlines()
    assert lines[-3].startswith("/model test [MODEL]…  ")
    assert lines[-2].startswith("/model favorite [MODEL]  ")
    assert lines[-1].startswith("/model discover [MODEL]… [--all] [--url URL]  ")
    assert len({line.rindex("  ") for line in lines}) == 1


async def test_a_display_name_is_shown_as_text(folder: Path, endpoint: ProviderEndpoint) -> None:
    name = '"[red]<b>x</b>\\e[31m{y}\\nz"'
    write_config(folder, two_models(endpoint).replace("name: One", f"name: {name}"))
    session, face = make_session(folder)
    await session.handle("/model")
    assert "[red]<b>x</b>[31m{y}z - openai/one" in face.last
    assert status_text(session.agent) == "[red]<b>x</b>[31m{y}z"


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, timeout=60)


async def test_a_file_that_git_tracks_is_confirmed_once_per_content(
    folder: Path, endpoint: ProviderEndpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_config(folder, two_models(endpoint))
    git(folder, "init", "-q")
    git(folder, "add", "-f", ".aloop/models.yaml")
    session, face = make_session(folder)
    face.yes = [False]
    await session.handle("Who?")
    assert face.said[0] == (
        f"{path} came with this repository (git tracks it or has a copy of it).\n"
        "It sends your conversations and keys to 2 places:\n"
        f"  {endpoint.openai_url}\n  {endpoint.url}"
    )
    assert "is not confirmed. Nothing was sent." in face.last
    assert endpoint.received == []
    face.yes = [True]
    await session.handle("Who?")
    assert face.answers == ["This is one."]
    # What the person changes here needs no second word; what somebody else changes does.
    await session.handle("/model edit one timeout=50")
    await session.handle("Who?")
    assert len(endpoint.received) == 2
    again, other = make_session(folder)
    await again.handle("Who?")
    assert other.asked == []
    path.write_text(path.read_text().replace("timeout: 50", "timeout: 51"))
    other.yes = [False]
    await again.handle("Who?")
    assert other.asked == ["Use this file?"]
    trusted, calm = make_session(folder, trusted=True)
    await trusted.handle("Who?")
    assert calm.asked == []
    # Without git nobody knows where the file is from.
    monkeypatch.setenv("PATH", str(tmp_path))
    path.write_text(path.read_text().replace("timeout: 51", "timeout: 52"))
    alone, told = make_session(folder)
    told.yes = [False]
    await alone.handle("Who?")
    assert told.said[0].startswith(
        f"{path} may have come with this repository: git could not check it (to see why, run: git status).\n"
    )
    kept = tmp_path / ".local" / "state" / "aloop-models" / "confirmed"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700


async def test_a_text_that_changes_while_the_question_is_open_is_asked_about_again(
    folder: Path, endpoint: ProviderEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_config(folder, two_models(endpoint))
    git(folder, "init", "-q")
    git(folder, "add", "-f", ".aloop/models.yaml")
    session, face = make_session(folder)
    changed = path.read_text().replace(endpoint.openai_url, f"{endpoint.openai_url}/other")

    async def ask(question: str) -> bool:
        face.asked.append(question)
        path.write_text(changed)
        return len(face.asked) == 1

    monkeypatch.setattr(face, "ask", ask)
    await session.handle("Who?")
    assert face.asked == ["Use this file?", "Use this file?"]
    assert f"{endpoint.openai_url}/other" in face.said[1]
    assert "is not confirmed. Nothing was sent." in face.last
    assert endpoint.received == []


async def test_a_text_that_changes_after_the_answer_is_asked_about_again(
    folder: Path, endpoint: ProviderEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_config(folder, two_models(endpoint))
    git(folder, "init", "-q")
    git(folder, "add", "-f", ".aloop/models.yaml")
    session, face = make_session(folder)
    face.yes = [True, False]
    confirm = session.choice.confirm

    async def confirm_and_change() -> bool:
        is_confirmed = await confirm()
        path.write_text(path.read_text().replace(endpoint.openai_url, f"{endpoint.openai_url}/other"))
        return is_confirmed

    monkeypatch.setattr(session.choice, "confirm", confirm_and_change)
    await session.handle("Who?")
    assert face.asked == ["Use this file?", "Use this file?"]
    assert endpoint.received == []


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


@pytest.mark.parametrize("line", ["/compare on", "/compare openai/three hello", "/compare one, hello", "/compare onee"])
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


async def test_a_file_that_is_broken_from_the_start_is_not_called_empty(folder: Path) -> None:
    write_config(folder, "models:\n  openai/one:\n    api_base: http://localhost:1/v1\n    name: 'x\n")
    session, face = make_session(folder)
    assert status_text(session.agent) == "models.yaml is not valid YAML (line 4)"
    await session.handle("/model")
    assert face.last == "models.yaml is not valid YAML (line 4). Fix it to list its models."
    await session.handle("Hello?")
    assert face.last == "models.yaml is not valid YAML (line 4). Fix the file. It is then read again."


async def test_a_file_whose_models_are_not_ready_is_not_called_empty(folder: Path) -> None:
    write_config(folder, "models:\n  openai/gpt-4o:\n  openai/gpt-4.1:\n    api_key: sk-...\n")
    session, face = make_session(folder)
    assert status_text(session.agent) == "no model is ready · /model"
    await session.handle("Hello?")
    reasons = "openai/gpt-4o (it has no API key), openai/gpt-4.1 (its API key is a placeholder)."
    assert face.last.endswith(f"models.yaml is ready: {reasons}")


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


FOUR = """\
models:
  openai/gpt-6-sol: {api_key: KEY, api_base: URL, name: Sol}
  openai/gpt-6-luna: {api_key: KEY, api_base: URL}
  openai/haiku-5#work: {api_key: KEY, api_base: URL, name: Haiku at work}
  openai/no-key:
default: openai/gpt-6-sol
"""


@pytest.fixture
def four(folder: Path, endpoint: ProviderEndpoint) -> tuple[AgentSession, NotedFace]:
    write_config(folder, FOUR.replace("KEY", KEY).replace("URL", endpoint.openai_url))
    return make_session(folder)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/model luna", ["Using openai/gpt-6-luna."]),
        ("/model HAIK", ["Using Haiku at work (openai/haiku-5#work)."]),
        ("/model work", ["Using Haiku at work (openai/haiku-5#work)."]),
        ("/model gpt6luna", ["Using openai/gpt-6-luna."]),
        ("/model switch lun", ["Using openai/gpt-6-luna."]),
        ("/model default lun", ["'lun' matches openai/gpt-6-luna.", "openai/gpt-6-luna is now the default model."]),
        ("/model default haiku-5#work", ["Haiku at work is now the default model."]),
        ("/model n", ["There is no model 'n' in models.yaml. List the models: /model list"]),
        ("/model doctor", ["doctor is a shell command: aloop models doctor"]),
    ],
)
async def test_a_part_of_a_name_is_enough(four: tuple[AgentSession, NotedFace], line: str, said: list[str]) -> None:
    session, face = four
    await session.handle(line)
    assert face.said == said


def test_each_command_of_the_shell_alone_is_known_as_one() -> None:
    own = {*BY_VERB, *(form.split()[0] for form in OTHER_FORMS)}
    assert frozenset(make_cli().commands) - own == SHELL_VERBS


def test_the_help_fits_the_terminal() -> None:
    for columns in (60, 80, 200):
        lines = help_text(columns).splitlines()
        assert max(map(len, lines)) <= columns
    assert "F2         Switch to the next favorite." in help_text(80).splitlines()


async def test_several_models_with_the_part_are_offered_in_a_list(
    four: tuple[AgentSession, NotedFace], endpoint: ProviderEndpoint
) -> None:
    session, face = four
    face.picks = ["openai/gpt-6-luna", None, "openai/gpt-6-luna", "openai/gpt-6-sol"]
    await session.handle("/model gpt")
    assert face.picked_from == [("Several models match 'gpt'", ["openai/gpt-6-sol", "openai/gpt-6-luna"])]
    assert face.said == ["Using openai/gpt-6-luna."]
    await session.handle("/model gpt")
    assert face.last == "'gpt' matches several models: openai/gpt-6-sol, openai/gpt-6-luna. Use the full ID."
    assert session.manager.current_model_id == "openai/gpt-6-luna"
    await session.handle("/model haiku")
    await session.handle("Who are you?")
    await session.handle("/retry gpt")
    assert [turn and turn.model_id for turn in face.turns] == ["openai/haiku-5#work", "openai/gpt-6-luna"]
    await session.handle("/compare gpt,haiku Who?")
    assert {request.model for request in endpoint.received[2:]} == {"gpt-6-sol", "haiku-5"}
    assert face.picks == []


@pytest.mark.parametrize("line", ["/model remove luna", "/model edit luna timeout=5"])
async def test_an_entry_is_changed_by_a_part_only_after_a_question(
    four: tuple[AgentSession, NotedFace], folder: Path, line: str
) -> None:
    session, face = four
    path = folder / ".aloop" / "models.yaml"
    before = path.read_bytes()
    face.yes = [False, True]
    await session.handle(line)
    assert face.asked == ["Did you mean openai/gpt-6-luna?"]
    assert face.said == ["There is no model 'luna'. Nothing was changed."]
    assert path.read_bytes() == before
    await session.handle(line)
    assert path.read_bytes() != before
    await session.handle("/model remove openai/haiku-5#work")
    assert len(face.asked) == 2


async def test_a_key_is_set_only_for_a_whole_name(four: tuple[AgentSession, NotedFace]) -> None:
    session, face = four
    await session.handle("/model key luna")
    assert face.last == "There is no model 'luna' in models.yaml. Did you mean openai/gpt-6-luna?"
    assert face.asked == []


async def test_a_part_is_enough_for_retry_compare_and_test(
    four: tuple[AgentSession, NotedFace], endpoint: ProviderEndpoint
) -> None:
    session, face = four
    await session.handle("Who are you?")
    await session.handle("/retry luna")
    await session.handle("/compare luna,haik Who?")
    await session.handle("/model test lun")
    models = [request.model for request in endpoint.received]
    assert models[:2] == ["gpt-6-sol", "gpt-6-luna"]
    assert sorted(models[2:4]) == ["gpt-6-luna", "haiku-5"]
    assert models[4:] == ["gpt-6-luna"]
    face.yes = [False]
    await session.handle("/compare luna")
    assert face.asked == ["Send the whole text to all models?"]
    assert len(endpoint.received) == 5


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


async def test_favorites_are_marked_by_name_and_cycled_through(four: tuple[AgentSession, NotedFace]) -> None:
    session, face = four
    none = "The list has no favorites. Mark one: Ctrl-O, then Ctrl-F; or /model favorite MODEL"
    assert session.next_favorite() == [none]
    await session.handle("/model favorite")
    assert face.last == "openai/gpt-6-sol is a favorite. F2 switches."
    assert session.next_favorite() == [
        none.replace("list has no favorites", "only favorite that is ready is the current model")
    ]
    await session.handle("/model favorite haik")
    assert face.last == "openai/haiku-5#work is a favorite. F2 switches."
    await session.handle("/model favorite no-key")
    seen: list[str | None] = []
    for _ in range(3):
        assert session.next_favorite() == ()
        seen.append(session.manager.current_model_id)
    assert seen == ["openai/haiku-5#work", "openai/gpt-6-sol", "openai/haiku-5#work"]
    await session.handle("/model luna")
    session.next_favorite()
    assert session.manager.current_model_id == "openai/gpt-6-sol"
    await session.handle("/model favorite sol")
    assert face.last == "openai/gpt-6-sol is not a favorite any more."
    await session.handle("/model favorite nothing")
    assert face.last.startswith("There is no model 'nothing' in models.yaml.")


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


async def test_a_list_over_the_prompt_switches_and_a_refusal_is_shown(four: tuple[AgentSession, NotedFace]) -> None:
    session, face = four
    face.picks = ["openai/gpt-6-luna", None, "openai/no-key"]
    await session.pick_model()
    assert face.said == ["Using openai/gpt-6-luna."]
    await session.pick_model()
    assert face.said == ["Using openai/gpt-6-luna."]
    await session.pick_model()
    assert face.last == "openai/no-key is not ready: it has no API key. Set one: /model key openai/no-key"
    assert session.manager.current_model_id == "openai/gpt-6-luna"


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


async def test_a_project_without_a_file_adds_to_the_one_for_all_projects(
    tmp_path: Path, folder: Path, endpoint: ProviderEndpoint
) -> None:
    shared = write_config(tmp_path, two_models(endpoint))
    session, face = make_session(folder)
    await session.handle(f"/model add openai/three api_key={KEY} --allow-unusual-id")
    assert face.last.splitlines()[0] == "Added openai/three to ~/.aloop/models.yaml."
    assert f"  openai/three:\n    api_key: {KEY}\n" in shared.read_text()
    assert not (folder / ".aloop").exists()
    await session.handle("/model copy three")
    project = folder / ".aloop" / "models.yaml"
    assert face.last.splitlines()[0] == (
        f"Copied openai/three to {project}. It is the default, because it is the first model. Created {project} "
        "(readable only by you). From now on, this project uses it instead of ~/.aloop/models.yaml."
    )
    assert f"  openai/three:\n    api_key: {KEY}\n" in project.read_text()
    # The session keeps its file.
    assert session.manager.config_path == str(shared)
    assert KEY not in face.everything


async def test_a_file_that_is_deleted_is_created_again_where_it_was(
    tmp_path: Path, folder: Path, endpoint: ProviderEndpoint
) -> None:
    shared = write_config(tmp_path, two_models(endpoint))
    before = shared.read_bytes()
    path = write_config(folder, two_models(endpoint))
    session, face = make_session(folder)
    path.unlink()
    await session.handle("/model add ollama/llama3.1 api_base=http://localhost:11434")
    assert face.last.startswith("Added ollama/llama3.1.")
    assert f"Created {path} (readable only by you)." in face.last
    assert "ollama/llama3.1" in path.read_text()
    assert shared.read_bytes() == before


async def test_the_previous_model_is_one_that_is_still_in_the_file(
    four: tuple[AgentSession, NotedFace], folder: Path
) -> None:
    session, face = four
    for name in ("luna", "haiku", "sol"):
        await session.handle(f"/model {name}")
    face.yes = [True]
    await session.handle("/model remove haiku")
    await session.handle("/model -")
    assert face.last == "Using openai/gpt-6-luna."
    await session.handle("/model -")
    assert face.last == "Using Sol (openai/gpt-6-sol)."


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


async def test_models_means_model(four: tuple[AgentSession, NotedFace]) -> None:
    session, face = four
    await session.handle("/models")
    assert face.last.startswith("Available Models:")
    await session.handle("/models luna")
    assert face.last == "Using openai/gpt-6-luna."


def test_the_models_come_first_in_the_completion_of_model() -> None:
    snap = snapshot("models:\n  openai/gpt-6-sol:\n  ollama/llama3:\nroles:\n  fast: ollama/llama3\n")
    found = [item.text for item in complete_line(snap, "/model ")]
    assert found[:4] == ["openai/gpt-6-sol", "ollama/llama3", "@fast", "list"]
    assert complete_line(snap, "/model l")[0].text == "list"
