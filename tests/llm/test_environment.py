"""What LiteLLM must not see is taken out of the environment, however many calls do so at once."""

from __future__ import annotations

import os

import pytest

from aloop_models.llm import environment


def test_two_calls_may_take_out_the_same_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "x")
    for name in ("LITELLM_LOCAL_MODEL_COST_MAP", "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS", "LITELLM_MODE"):
        monkeypatch.setenv(name, "")
    listed = environment.hidden_names

    def also_taken_out_by_another(names: object) -> tuple[str, ...]:
        found = listed(names)  # type: ignore[arg-type]
        del os.environ["OPENAI_API_KEY"]
        return found

    monkeypatch.setattr(environment, "hidden_names", also_taken_out_by_another)
    environment.hide_from_litellm()
    assert "OPENAI_API_KEY" not in os.environ
