"""ModelManager follows its model through a new name, keeps what left the file, and holds what is not saved yet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aloop_models import ModelManager
from aloop_models.core.text import Edit
from aloop_models.dispatch.runner import Runner
from aloop_models.workspace.workspace import Workspace

TEXT = """\
models:
  ollama/a: {name: A, timeout: 5}
  ollama/b: {name: B}
default: ollama/a
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "models.yaml"
    path.write_text(TEXT)
    return path


@pytest.mark.parametrize(
    ("text", "current"),
    [
        (TEXT.replace("ollama/a", "ollama/new"), "ollama/new"),
        (TEXT.replace("ollama/a:", "openai/new:"), "openai/new"),
        # Other changes in the same moment do not matter.
        (TEXT.replace("ollama/a", "ollama/new").replace("name: B", "name: C") + "# more\n", "ollama/new"),
        # The fields have to be the same.
        (TEXT.replace("ollama/a: {name: A, timeout: 5}", "ollama/new: {name: A, timeout: 6}"), "ollama/a"),
        # Gone.
        (TEXT.replace("  ollama/a: {name: A, timeout: 5}\n", ""), "ollama/a"),
        # Two that could be it.
        (TEXT.replace("ollama/a:", "ollama/n: {name: A, timeout: 5}\n  ollama/m:"), "ollama/a"),
        # A copy: the old one is there still.
        (TEXT.replace("  ollama/b: {name: B}", "  ollama/n: {name: A, timeout: 5}"), "ollama/a"),
        ("models: [", "ollama/a"),
    ],
)
def test_a_renamed_model_is_followed(path: Path, text: str, current: str) -> None:
    manager = ModelManager(path)
    path.write_text(text)
    manager.reload()
    assert manager.current_model_id == current
    profile = manager.get_current_model()
    assert profile
    assert (profile.model_id, profile.name, profile.timeout) == (current, "A", 5)


@pytest.mark.parametrize("moment", ["models: [", "", "\ufeff\n"])
def test_a_name_is_followed_through_a_broken_moment(path: Path, moment: str) -> None:
    manager = ModelManager(path)
    for text in (moment, TEXT.replace("ollama/a", "ollama/new")):
        path.write_text(text)
        manager.reload()
    assert manager.current_model_id == "ollama/new"


@pytest.mark.parametrize(
    ("text", "problem"),
    [("", "{} is empty."), (None, "{} does not exist. Check the path, or create it: aloop models init")],
)
def test_the_last_version_stays_in_use_if_the_text_goes(path: Path, text: str | None, problem: str) -> None:
    manager = ModelManager(path)
    path.unlink() if text is None else path.write_text(text)
    assert (manager.get_model_ids(), manager.default_model_id) == (["ollama/a", "ollama/b"], "ollama/a")
    assert manager.last_error == f"{problem.format(path)} The last valid version of the file stays in use."
    state: Any = manager.runner.state()
    assert [model["modelId"] for model in state["models"]] == ["ollama/a", "ollama/b"]
    assert state["problem"] == {"line": None, "message": problem.format(path)}
    assert manager.switch_model("B")


def test_an_empty_file_that_never_had_models_has_no_problem(path: Path) -> None:
    path.write_text("models:\n")
    manager = ModelManager(path)
    assert (manager.get_model_ids(), manager.last_error) == ([], "")


@pytest.mark.parametrize("moment", [None, ""])
def test_the_choice_of_a_window_is_followed_too(path: Path, moment: str | None) -> None:
    runner = Runner(Workspace((path.parent,), config=path, window=True))
    runner.execute_now("aloop.switchModel", {"modelId": "ollama/b"})
    if moment is not None:
        path.write_text(moment)
        assert runner.state()["models"] == []
    path.write_text(TEXT.replace("ollama/b", "ollama/new"))
    state = runner.state()
    assert (runner.workspace.selected, state["choice"]) == ("ollama/new", {"modelId": "ollama/new", "displayName": "B"})


class Replacement:
    """A change of a buffer that is not saved: one text in place of another."""

    id = "1"

    def __init__(self, old: str, new: str) -> None:
        self._old, self._new = old, new

    def edits(self, text: str) -> tuple[Edit, ...]:
        start = text.index(self._old)
        return (Edit(start, start + len(self._old), self._new),)

    def is_in(self, text: str) -> bool:
        return self._new in text


def test_what_is_not_saved_is_in_force_until_the_file_is_written(path: Path) -> None:
    manager = ModelManager(path)
    unsaved = TEXT.replace("default:", "  ollama/c: {name: C}\ndefault:")
    manager.workspace.add_unsaved(path, Replacement("default:", "  ollama/c: {name: C}\ndefault:"))
    assert manager.get_model_ids() == ["ollama/a", "ollama/b", "ollama/c"]
    assert manager.switch_model("ollama/c")
    # Something else is written: what is in the file counts, and what is in use stays in use.
    path.write_text(TEXT + "# more\n")
    assert manager.get_model_ids() == ["ollama/a", "ollama/b"]
    assert manager.current_model_id == "ollama/c"
    profile = manager.get_current_model()
    assert profile
    assert profile.name == "C"
    path.write_text(unsaved.replace("name: C", "name: D"))
    profile = manager.get_current_model()
    assert profile
    assert profile.name == "D"


def test_a_reload_forgets_what_is_not_saved(path: Path) -> None:
    manager = ModelManager(path)
    manager.workspace.add_unsaved(path, Replacement("name: B", "name: C"))
    assert [profile.name for profile in manager.list_models()] == ["A", "C"]
    assert manager.reload()
    assert [profile.name for profile in manager.list_models()] == ["A", "B"]


def test_the_command_counts_what_it_has_reloaded(path: Path) -> None:
    manager = ModelManager(path)
    manager.workspace.add_unsaved(path, Replacement("  ollama/b: {name: B}\n", ""))
    assert manager.get_model_ids() == ["ollama/a"]
    result = manager.runner.execute_now("aloop.reloadModels", None)
    assert result["message"] == f"Loaded 2 models from {path}"
    assert manager.get_model_ids() == ["ollama/a", "ollama/b"]
