"""Every test of the agent leaves no connection of LiteLLM's behind, whose warning would hit another test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from aloop_models.llm.litellm_adapter import close_connections


@pytest.fixture(autouse=True)
async def _closed_connections() -> AsyncIterator[None]:
    yield
    await close_connections()
