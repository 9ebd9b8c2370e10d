"""Which catalog is the newest valid one, what the cache keeps of it, and what is ignored."""

import datetime
import hashlib
import json
from pathlib import Path
from typing import cast

import pytest

from aloop_models.catalog import Catalog, installed, installed_version, is_newer, validity
from aloop_models.catalog.extraction import dump, extract_data
from aloop_models.workspace import catalog_cache as cache
from aloop_models.workspace.catalog_cache import CACHE_NAME, RejectedCatalog, newest, newest_known

TODAY = datetime.date(2026, 11, 28)
NEWER = "999.1.2"
REFUSED = "catalog-3-refused.json"


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch, litellm_dir: Path) -> Catalog:
    """A snapshot of version 1.0 made from the small package folder."""
    catalog = Catalog(extract_data(litellm_dir, "1.0", TODAY), "snapshot")
    monkeypatch.setattr(cache, "load_catalog", lambda: catalog)
    monkeypatch.setattr(cache, "shipped_version", lambda: "1.0")
    monkeypatch.setattr(cache, "installed_version", lambda: None)
    monkeypatch.setattr(validity.table, "WELL_KNOWN", ("openai", "openrouter", "ollama"))
    return catalog


@pytest.fixture
def newer(shipped: Catalog, monkeypatch: pytest.MonkeyPatch, litellm_dir: Path) -> Path:
    """Pretends that the small package folder is an installed litellm of a later version."""
    monkeypatch.setattr(cache, "installed_version", lambda: NEWER)
    monkeypatch.setattr(cache, "installed_folder", lambda: litellm_dir)
    return litellm_dir


def no_extraction(*_: object) -> Catalog:
    raise AssertionError("extracted again")


def test_a_newer_litellm_is_extracted_once_and_cached_for_all(
    newer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "a" / "cache"
    found = newest(folder, TODAY)
    assert found.refused is None
    catalog = found.catalog
    assert (catalog.litellm_version, catalog.origin, catalog.made) == (NEWER, "installed", TODAY)
    assert catalog.source == folder / CACHE_NAME
    assert [file.name for file in folder.iterdir()] == [CACHE_NAME]
    assert (folder / CACHE_NAME).stat().st_mode & 0o777 == 0o600
    monkeypatch.setattr(cache, "extract", no_extraction)
    assert newest(folder, TODAY).catalog.data == catalog.data
    # A process in an environment without litellm uses it too.
    monkeypatch.setattr(cache, "installed_version", lambda: None)
    again = newest(folder, TODAY).catalog
    assert (again.litellm_version, again.source) == (NEWER, folder / CACHE_NAME)
    assert newest_known(folder).litellm_version == NEWER


def test_the_newest_of_snapshot_cache_and_installed_is_used(
    newer: Path, shipped: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest(tmp_path, TODAY)
    monkeypatch.setattr(cache, "installed_version", lambda: "998.0")
    assert newest(tmp_path, TODAY).catalog.litellm_version == NEWER
    monkeypatch.setattr(cache, "installed_version", lambda: "1000.0")
    assert newest(tmp_path, TODAY).catalog.litellm_version == "1000.0"
    assert newest_known(tmp_path).litellm_version == "1000.0"
    monkeypatch.setattr(cache, "shipped_version", lambda: "1000.0")
    assert newest_known(tmp_path) is shipped


def with_header(body: str, **changes: object) -> str:
    header = {"revision": 2, "sha256": hashlib.sha256(body.encode()).hexdigest(), **changes}
    return f"{json.dumps(header)}\n{body}"


def bad_caches(good: str) -> dict[str, bytes]:
    body = good.partition("\n")[2]
    return {
        "empty": b"",
        "no JSON": b"{",
        "another header": b"[]\n[]",
        "no header": body.encode(),
        "truncated": good.encode()[: len(good) // 2],
        "one byte changed": good.replace("128000", "128001", 1).encode(),
        "of a future release": with_header(body, revision=4).encode(),
        "more in the header": with_header(body, more=1).encode(),
        "another format": with_header(body.replace('"format": 1', '"format": 2', 1)).encode(),
        "another shape": with_header("[]").encode(),
        "no models": with_header('{"format": 1, "litellm": "999.1.2", "made": "2026-11-28"}').encode(),
        "deep": with_header("[" * 100_000).encode(),
        "no text": b"\xff\xfe\x00",
    }


@pytest.mark.parametrize("kind", list(bad_caches("{}\n{}")))
def test_a_bad_cache_is_ignored_and_written_anew(newer: Path, shipped: Catalog, tmp_path: Path, kind: str) -> None:
    file = tmp_path / CACHE_NAME
    newest(tmp_path, TODAY)
    good = file.read_text(encoding="utf-8")
    file.write_bytes(bad_caches(good)[kind])
    assert newest_known(tmp_path) is shipped
    assert newest(tmp_path, TODAY).catalog.litellm_version == NEWER
    assert file.read_text(encoding="utf-8") == good


@pytest.mark.parametrize("mode", [0o620, 0o602])
def test_a_cache_that_others_can_write_is_ignored(newer: Path, shipped: Catalog, tmp_path: Path, mode: int) -> None:
    newest(tmp_path, TODAY)
    (tmp_path / CACHE_NAME).chmod(mode)
    assert newest_known(tmp_path) is shipped
    newest(tmp_path, TODAY)
    assert newest_known(tmp_path).litellm_version == NEWER


def test_a_folder_in_the_place_of_the_cache_does_no_harm(newer: Path, tmp_path: Path) -> None:
    (tmp_path / CACHE_NAME).mkdir()
    assert newest(tmp_path, TODAY).catalog.litellm_version == NEWER
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith("catalog")] == [CACHE_NAME]


def test_a_cache_that_cannot_be_written_costs_only_time(newer: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    found = newest(blocked, TODAY).catalog
    assert (found.litellm_version, found.source) == (NEWER, newer)


def test_a_refused_litellm_is_named_and_not_extracted_again_until_it_changes(
    newer: Path, shipped: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prices = newer / "model_prices_and_context_window_backup.json"
    good = prices.read_text(encoding="utf-8")
    prices.write_text("{}", encoding="utf-8")
    refused = RejectedCatalog(NEWER, "a data file has an unexpected structure (the price map has no models)")
    folder = tmp_path / "cache"
    found = newest(folder, TODAY)
    assert (found.catalog, found.refused) == (shipped, refused)
    assert [file.name for file in folder.iterdir()] == [REFUSED]
    with monkeypatch.context() as patch:
        patch.setattr(cache, "extract", no_extraction)
        assert newest(folder, TODAY).refused == refused
    prices.write_text(good, encoding="utf-8")
    found = newest(folder, TODAY)
    assert (found.catalog.litellm_version, found.refused) == (NEWER, None)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"stamp": 1}', "{", "[" * 100_000])
def test_a_damaged_note_of_a_refusal_is_ignored(newer: Path, tmp_path: Path, text: str) -> None:
    (tmp_path / REFUSED).write_text(text, encoding="utf-8")
    assert newest(tmp_path, TODAY).catalog.litellm_version == NEWER


def test_a_refused_litellm_leaves_the_cached_catalog_in_use(
    newer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest(tmp_path, TODAY)
    monkeypatch.setattr(cache, "installed_version", lambda: "1000.0")
    (newer / "types" / "utils.py").unlink()
    found = newest(tmp_path, TODAY)
    assert found.catalog.litellm_version == NEWER
    assert found.refused == RejectedCatalog("1000.0", "utils.py cannot be read")


@pytest.mark.parametrize("version", [None, "0.0.1", "1.0", "no-number"])
def test_no_newer_litellm_gives_the_snapshot(
    newer: Path, shipped: Catalog, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str | None
) -> None:
    monkeypatch.setattr(cache, "installed_version", lambda: version)
    assert newest(tmp_path / "cache", TODAY).catalog is shipped
    assert not (tmp_path / "cache").exists()


def test_the_cached_text_is_the_data(newer: Path, tmp_path: Path) -> None:
    catalog = newest(tmp_path, TODAY).catalog
    body = (tmp_path / CACHE_NAME).read_text(encoding="utf-8").partition("\n")[2]
    assert body == dump(catalog.data)
    assert cast("object", json.loads(body)) == catalog.data


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


def test_the_version_is_that_of_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "litellm"
    package.mkdir()
    (tmp_path / "litellm-7.8.9.dist-info").mkdir()
    (tmp_path / "litellm_proxy_extras-1.0.dist-info").mkdir()
    monkeypatch.setattr(installed, "installed_folder", lambda: package)
    assert installed_version() == "7.8.9"
    monkeypatch.setattr(installed, "installed_folder", lambda: None)
    assert installed_version() is None


def test_the_user_s_own_file_is_read_even_through_a_link(newer: Path, tmp_path: Path) -> None:
    newest(tmp_path / "real", TODAY)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert newest_known(tmp_path / "link").litellm_version == NEWER
