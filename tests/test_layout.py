"""Tests mirror the package: each file is named for the module that it tests."""

from pathlib import Path

import pytest

import aloop_models

TESTS = Path(__file__).parent
PACKAGE = Path(aloop_models.__file__).parent
MIRRORED = [
    path.relative_to(TESTS)
    for path in sorted(TESTS.rglob("test_*.py"))
    if (PACKAGE / path.relative_to(TESTS).parts[0]).is_dir()
]


@pytest.mark.parametrize("path", MIRRORED, ids=str)
def test_a_file_is_named_for_a_module(path: Path) -> None:
    """`test_<module>.py`, `test_<module>_<aspect>.py` where a module has several, `test_laws.py` for a whole layer."""
    modules = {"laws", *(module.stem for module in (PACKAGE / path.parent).glob("*.py"))}
    words = path.stem.split("_")[1:]
    assert {"_".join(words[:count]) for count in range(1, len(words) + 1)} & modules
