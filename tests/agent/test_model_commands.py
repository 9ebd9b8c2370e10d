"""What the `/model` lines of a session do."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from aloop_models.agent.session import AgentSession
from aloop_models.agent.status import status_text
from support.agent import KEY, OTHER_KEY, NotedFace, make_session, two_models, write_config
from support.provider_endpoint import Fail, ProviderEndpoint, Say

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


async def test_a_model_can_be_picked_from_the_list(two: tuple[AgentSession, NotedFace]) -> None:
    session, face = two
    face.picks = ["anthropic/two", None]
    await session.handle("/model switch")
    assert face.last == "Using Two (anthropic/two)."
    await session.handle("/model switch")
    assert session.manager.current_model_id == "anthropic/two"


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


async def test_models_are_tested_on_demand_with_the_cost_said_before(
    two: tuple[AgentSession, NotedFace], endpoint: ProviderEndpoint
) -> None:
    session, face = two
    assert endpoint.received == []
    endpoint.answer = lambda request: Fail(401) if request.model == "two" else Say(f"I am {request.model}.")
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


async def test_a_display_name_is_shown_as_text(folder: Path, endpoint: ProviderEndpoint) -> None:
    name = '"[red]<b>x</b>\\e[31m{y}\\nz"'
    write_config(folder, two_models(endpoint).replace("name: One", f"name: {name}"))
    session, face = make_session(folder)
    await session.handle("/model")
    assert "[red]<b>x</b>[31m{y}z - openai/one" in face.last
    assert status_text(session.agent) == "[red]<b>x</b>[31m{y}z"


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


async def test_a_refusal_comes_before_the_confirmation_of_a_part(
    four: tuple[AgentSession, NotedFace], folder: Path
) -> None:
    session, face = four
    await session.handle("/model openai/gpt-6-luna")
    for line in ("/model remove luna", "/model remove luna --force"):
        await session.handle(line)
        assert face.last == "openai/gpt-6-luna is the current model. Switch to another model first."
    assert face.asked == []
    write_config(folder, "models: [\n")
    await session.handle("/model edit luna timeout=5")
    assert face.asked == []


async def test_a_key_is_set_only_for_a_whole_name(four: tuple[AgentSession, NotedFace]) -> None:
    session, face = four
    await session.handle("/model key luna")
    assert face.last == "There is no model 'luna' in models.yaml. Did you mean openai/gpt-6-luna?"
    assert face.asked == []


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


@pytest.mark.parametrize(
    ("text", "problem", "reloaded"),
    [
        (" \n", "{} is empty.", "{} is empty. The last valid version of the file stays in use."),
        (None, *["{} does not exist. Check the path, or create it: aloop models init"] * 2),
    ],
)
async def test_the_models_of_a_file_whose_text_is_gone_stay_in_use(
    folder: Path, endpoint: ProviderEndpoint, text: str | None, problem: str, reloaded: str
) -> None:
    path = write_config(folder, two_models(endpoint))
    session, face = make_session(folder)
    path.unlink() if text is None else path.write_text(text)
    why = problem.format(path)
    last_good = "The last valid version of the file stays in use."
    assert session.watch.news() == (why, last_good)
    await session.handle("/model")
    assert face.last == (
        "Available Models:\n  [CURRENT] [DEFAULT] One - openai/one\n            Two - anthropic/two\n\n"
        f"{why} {last_good}\n\nUse /model <model_id> to switch, /model add to add new"
    )
    await session.handle("/model anthropic/two")
    assert session.manager.current_model_id == "anthropic/two"
    await session.handle("/model reload")
    assert face.last == reloaded.format(path)
    path.write_text(two_models(endpoint))
    assert session.watch.news() == ("models.yaml can be used again: 2 models.",)


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


async def test_models_means_model(four: tuple[AgentSession, NotedFace]) -> None:
    session, face = four
    await session.handle("/models")
    assert face.last.startswith("Available Models:")
    await session.handle("/models luna")
    assert face.last == "Using openai/gpt-6-luna."
