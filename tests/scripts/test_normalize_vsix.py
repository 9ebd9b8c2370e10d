"""The bytes of a .vsix depend on its files only."""

from __future__ import annotations

import zipfile
from pathlib import Path

from normalize_vsix import normalize

FILES = {"extension/b.js": b"let b;" * 100, "extension/a.json": b"{}"}


def package(file: Path, names: list[str], date: tuple[int, int, int, int, int, int], mode: int) -> Path:
    with zipfile.ZipFile(file, "w") as written:
        for name in names:
            item = zipfile.ZipInfo(name, date)
            item.external_attr = mode << 16
            written.writestr(item, FILES[name])
    return file


def test_dates_access_rights_and_order_are_the_same(tmp_path: Path) -> None:
    one = package(tmp_path / "one", list(FILES), (2020, 1, 1, 0, 0, 0), 0o100600)
    other = package(tmp_path / "other", sorted(FILES), (2026, 11, 29, 12, 30, 0), 0o100664)
    for source in (one, other):
        normalize(source, source.with_suffix(".vsix"), 1_580_601_600)
    assert one.with_suffix(".vsix").read_bytes() == other.with_suffix(".vsix").read_bytes()
    with zipfile.ZipFile(one.with_suffix(".vsix")) as normalized:
        assert [(each.filename, each.date_time, each.external_attr >> 16) for each in normalized.infolist()] == [
            ("extension/a.json", (2020, 2, 2, 0, 0, 0), 0o100644),
            ("extension/b.js", (2020, 2, 2, 0, 0, 0), 0o100644),
        ]
        assert {name: normalized.read(name) for name in normalized.namelist()} == FILES
