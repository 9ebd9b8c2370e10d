"""Favorites and recent models: one private file for all agents of a person, which nothing can break."""

from __future__ import annotations

import json
import multiprocessing
import stat
from pathlib import Path

import pytest

from aloop_models.agent import favorites as module
from aloop_models.agent.favorites import FILE, Favorites
from aloop_models.errors import FileError
from aloop_models.workspace.folders import state_folder
from support.agent import KEY


def file() -> Path:
    return state_folder() / FILE


def test_a_favorite_is_added_and_removed_in_a_private_file() -> None:
    favorites = Favorites()
    assert favorites.favorites == favorites.recent == ()
    assert not file().exists()
    assert [favorites.toggle(model_id) for model_id in ("b/two", "a/one", "b/two")] == [True, True, False]
    assert favorites.favorites == Favorites().favorites == ("a/one",)
    assert stat.S_IMODE(file().stat().st_mode) == 0o600
    assert stat.S_IMODE(file().parent.stat().st_mode) == 0o700


def test_the_last_ten_models_are_kept_newest_first() -> None:
    favorites = Favorites()
    for number in (*range(12), 5):
        favorites.add_recent(f"a/{number}")
    assert favorites.recent == tuple(f"a/{number}" for number in (5, 11, 10, 9, 8, 7, 6, 4, 3, 2))
    before = file().stat().st_mtime_ns
    favorites.add_recent("a/5")
    assert file().stat().st_mtime_ns == before


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "{",
            "[]",
            "7",
            '{"favorites": 5, "recent": {}}',
            '{"favorites": [1, null, ["a/b"]]}',
            "\x00",
            "[" * 100_000,
        ),
        *('{"favorites": "a/b"}', "\ufeff{}"),
    ],
)
def test_a_broken_file_has_no_models_and_is_replaced(text: str) -> None:
    file().write_text(text)
    favorites = Favorites()
    assert (favorites.favorites, favorites.recent, favorites.in_order(["b/two", "a/one"])) == (
        *((), ()),
        ["b/two", "a/one"],
    )
    favorites.add_recent("a/one")
    assert favorites.toggle("b/two")
    assert (favorites.favorites, favorites.recent) == (("b/two",), ("a/one",))


def test_bytes_that_are_no_text_and_a_folder_in_its_place() -> None:
    favorites = Favorites()
    file().write_bytes(b"\xff\xfe\x00")
    assert favorites.favorites == ()
    file().unlink()
    file().mkdir()
    favorites.add_recent("a/one")
    with pytest.raises(FileError):
        favorites.toggle("a/one")


def test_what_a_newer_version_has_written_is_kept() -> None:
    file().write_text(json.dumps({"favorites": ["a/one"], "later": {"x": 1}}))
    Favorites().toggle("b/two")
    assert json.loads(file().read_text()) == {"favorites": ["a/one", "b/two"], "later": {"x": 1}}


def test_a_key_in_the_place_of_an_id_is_not_written() -> None:
    Favorites().add_recent(f"openai/{KEY}")
    assert not file().exists()


def test_without_a_state_folder_nothing_is_kept_and_nothing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> Path:
        raise FileError("cannotWrite", "No folder.")

    monkeypatch.setattr(module, "state_folder", refuse)
    favorites = Favorites()
    favorites.add_recent("a/one")
    assert favorites.favorites == favorites.recent == ()
    with pytest.raises(FileError, match="No folder"):
        favorites.toggle("a/one")


def change(name: str) -> None:
    for number in range(20):
        Favorites().toggle(f"{name}/{number}")
        Favorites().add_recent(f"{name}/{number}")


def test_agents_that_change_it_at_once_all_get_their_changes_in() -> None:
    context = multiprocessing.get_context("fork")
    agents = [context.Process(target=change, args=(name,)) for name in ("a", "b", "c")]
    for agent in agents:
        agent.start()
    for agent in agents:
        agent.join(60)
    assert [agent.exitcode for agent in agents] == [0, 0, 0]
    assert sorted(Favorites().favorites) == sorted(f"{name}/{number}" for name in "abc" for number in range(20))
    assert len(Favorites().recent) == 10
