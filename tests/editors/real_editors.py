"""The editors and the server that these tests need: where they are, and what happens where they are missing."""

import os
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parents[2]


def skip_or_fail(reason: str) -> NoReturn:
    """A missing editor skips its tests on a person's machine and fails them in CI."""
    if os.environ.get("ALOOP_REQUIRE_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def installed(path: Path) -> Path:
    if not path.exists():
        skip_or_fail(f"{path} is missing; install the editors with `make editors`")
    return path
