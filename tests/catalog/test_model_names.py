"""The parts of a model's name."""

import pytest

from aloop_models.catalog.model_names import ModelName, parse_name


@pytest.mark.parametrize(
    ("model", "place", "family", "version", "date"),
    [
        ("gpt-4", "", "gpt", 4.0, 0),
        ("gpt-4o-mini-2024-07-18", "", "gpt mini o", 4.0, 20240718),
        ("gpt-4-0613", "", "gpt", 4.0, 0),
        ("gpt-35-turbo", "", "gpt turbo", 3.5, 0),
        ("o4-mini", "", "mini o", 4.0, 0),
        ("claude-3-5-sonnet-20241022", "", "claude sonnet", 3.5, 20241022),
        ("claude-sonnet-4-5@20250929", "", "claude sonnet", 4.5, 20250929),
        ("anthropic/claude-sonnet-4.5", "anthropic/", "claude sonnet", 4.5, 0),
        ("us.anthropic.claude-opus-4-1-20250805-v1:0", "us.anthropic.", "claude opus", 4.1, 20250805),
        ("us-gov.anthropic.claude-haiku-4-5-20251001-v1:0", "us-gov.anthropic.", "claude haiku", 4.5, 20251001),
        ("us-gov-east-1/anthropic.claude-3-haiku", "us-gov-east-1/anthropic.", "claude haiku", 3.0, 0),
        ("ai21.jamba-1-5-large-v1:0", "ai21.", "jamba large", 1.5, 0),
        ("anthropic.claude-3-sonnet-20240229-v1:0:28k", "anthropic.", "28k claude sonnet", 3.0, 20240229),
        ("mistral-large-2512", "", "large mistral", 0.0, 20251200),
        ("command-r-08-2024", "", "command r", 0.0, 20240800),
        ("gemini-1.5-pro-002", "", "gemini pro", 1.5, 2),
        ("Qwen/Qwen3-235B-A22B-Instruct-2507", "Qwen/", "235b a22b instruct qwen", 3.0, 20250700),
        ("meta.llama3-2-11b-instruct-v1:0", "meta.", "11b instruct llama", 3.2, 0),
        ("accounts/fireworks/models/glm-5p2", "accounts/fireworks/models/", "glm", 5.2, 0),
        ("grok-4-1-fast-non-reasoning", "", "fast grok non reasoning", 4.1, 0),
        ("deepseek-v3.2", "", "deepseek v", 3.2, 0),
    ],
)
def test_parts(model: str, place: str, family: str, version: float, date: int) -> None:
    found = parse_name(model)
    assert (found.place, " ".join(found.family), found.version, found.date) == (place, family, version, date)


@pytest.mark.parametrize(
    ("model", "is_dated", "is_latest", "is_trial"),
    [
        ("gpt-4", False, False, False),
        ("gpt-4-0613", True, False, False),
        ("gpt-5-chat-latest", False, True, False),
        ("gemini-2.5-flash-preview-09-2025", True, False, True),
        ("gemini-1.5-pro-002", True, False, False),
        ("amazon.nova-pro-v1:0", False, False, False),
    ],
)
def test_kinds(model: str, *, is_dated: bool, is_latest: bool, is_trial: bool) -> None:
    found = parse_name(model)
    assert (found.is_dated, found.is_latest, found.is_trial) == (is_dated, is_latest, is_trial)


def test_a_name_without_parts() -> None:
    assert parse_name("") == ModelName("", (), 0.0, 0, is_dated=False, is_latest=False, is_trial=False)
