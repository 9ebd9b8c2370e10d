"""Which model a line of a session means: a name or a part of it, a confirmed file, a ready model."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path

import pytest

from aloop_models.agent.session import AgentSession
from aloop_models.agent.status import status_text
from support.agent import KEY, NotedFace, make_session, two_models, write_config
from support.provider_endpoint import ProviderEndpoint

pytestmark = pytest.mark.filterwarnings("ignore")


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


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, timeout=60)


def write_tracked_config(folder: Path, endpoint: ProviderEndpoint) -> Path:
    path = write_config(folder, two_models(endpoint))
    git(folder, "init", "-q")
    git(folder, "add", "-f", ".aloop/models.yaml")
    return path


async def test_a_file_that_git_tracks_is_confirmed_once_per_content(
    folder: Path, endpoint: ProviderEndpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_tracked_config(folder, endpoint)
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
    path = write_tracked_config(folder, endpoint)
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
    path = write_tracked_config(folder, endpoint)
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
