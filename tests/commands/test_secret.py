"""The question for a secret whose value is `-`, so that it is typed where nobody sees it."""

from __future__ import annotations

from aloop_models.commands.question import Help, Question
from aloop_models.commands.secret import ask_secret
from support.commands import FIVE_MODELS
from support.snapshots import snapshot


def ask(model_id: str, **fields: object) -> Question | None:
    return ask_secret(snapshot(FIVE_MODELS), {"modelId": model_id, "fields": fields})


def test_an_api_key_is_asked_for_with_its_beginning_and_its_page() -> None:
    assert ask("openai/gpt-4o", api_key="-", timeout=3) == Question(
        "fields.api_key",
        "api_key for openai/gpt-4o",
        secret=True,
        placeholder="sk-proj-…",
        help=Help("Get a key", "https://platform.openai.com/api-keys"),
    )


def test_another_secret_is_asked_for_by_its_name() -> None:
    assert ask("bedrock/x", aws_secret_access_key="-") == Question(
        "fields.aws_secret_access_key", "aws_secret_access_key for bedrock/x", secret=True
    )


def test_a_dash_in_a_field_without_a_secret_is_a_value() -> None:
    assert ask("openai/gpt-4o", name="-", my_own="-") is None
