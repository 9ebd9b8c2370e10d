"""Every test of the agent has a home and a runtime folder of its own."""

import pytest


@pytest.fixture(autouse=True)
def surroundings(alone: None) -> None:
    pass
