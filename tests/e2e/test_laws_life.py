"""A person, commands and other programs change a file in any order: no change is lost."""

from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from support.life import Life
from support.server import environment, raw_client


def test_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    with raw_client() as client:
        client.initialize(tmp_path)
        monkeypatch.setattr(Life, "client", client, raising=False)
        monkeypatch.setattr(Life, "root", tmp_path, raising=False)
        run_state_machine_as_test(Life, settings=settings(max_examples=20, stateful_step_count=20, deadline=None))
