"""Distilling an installed litellm: which version wins, the cache, and broken installations."""

import datetime
import json
from pathlib import Path

import pytest

from aloop_models.catalogue import distil_installed, installed, installed_version, is_newer

NEWER = "999.1.2"


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch, litellm_dir: Path) -> Path:
    """Pretends that the small package folder is an installed litellm of a later version."""
    monkeypatch.setattr(installed, "installed_version", lambda: NEWER)
    monkeypatch.setattr(installed, "installed_folder", lambda: litellm_dir)
    return litellm_dir


def test_a_newer_litellm_is_distilled_and_cached(newer: Path, tmp_path: Path) -> None:
    cache = tmp_path / "a" / "cache"
    catalogue = distil_installed(cache)
    assert catalogue is not None
    assert (catalogue.litellm_version, catalogue.origin) == (NEWER, "installed")
    assert catalogue.made == datetime.date.today()
    assert [file.name for file in cache.iterdir()] == [f"litellm-{NEWER}.json"]
    # The second time the cache answers: the data files may be gone.
    for file in newer.rglob("*.json"):
        file.unlink()
    again = distil_installed(cache)
    assert again is not None
    assert again.model("openai/gpt-4o") == catalogue.model("openai/gpt-4o")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', '{"format": 1, "litellm": 5}'])
def test_a_broken_cache_is_made_anew(newer: Path, tmp_path: Path, text: str) -> None:
    file = tmp_path / f"litellm-{NEWER}.json"
    file.write_text(text, encoding="utf-8")
    catalogue = distil_installed(tmp_path)
    assert catalogue is not None
    assert json.loads(file.read_text(encoding="utf-8"))["litellm"] == NEWER


def test_a_cache_that_cannot_be_written_costs_only_time(newer: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    assert distil_installed(blocked) is not None


@pytest.mark.parametrize("text", [None, "{}", "{", "\x00"])
def test_data_of_another_shape_gives_nothing(newer: Path, tmp_path: Path, text: str | None) -> None:
    prices = newer / "model_prices_and_context_window_backup.json"
    if text is None:
        prices.unlink()
    else:
        prices.write_text(text, encoding="utf-8")
    assert distil_installed(tmp_path / "cache") is None
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("version", [None, "0.0.1", "no-number"])
def test_no_newer_litellm_gives_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str | None) -> None:
    monkeypatch.setattr(installed, "installed_version", lambda: version)
    assert distil_installed(tmp_path / "cache") is None
    assert not (tmp_path / "cache").exists()


def test_no_package_folder_gives_nothing(newer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "installed_folder", lambda: None)
    assert distil_installed(newer / "cache") is None


@pytest.mark.parametrize(
    ("version", "other", "expected"),
    [
        ("1.107.0", "1.106.2", True),
        ("1.106.2", "1.106.2", False),
        ("1.99.9", "1.106.2", False),
        ("1.106", "1.106.0", False),
        ("2", "1.106.2", True),
        ("1.107.0rc1", "1.106.2", True),
        ("dev", "1.0", False),
    ],
)
def test_is_newer(version: str, other: str, expected: bool) -> None:
    assert is_newer(version, other) is expected


def test_the_version_is_that_of_the_package() -> None:
    version = installed_version()
    assert version is None or version[0].isdigit()
