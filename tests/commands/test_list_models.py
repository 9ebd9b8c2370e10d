"""`list`: exact JSON, and no key in it."""

from typing import Any

import pytest

from aloop_models.commands.definition import NoParameters
from aloop_models.commands.list_models import list_models, render_list
from aloop_models.commands.show_model import render_model
from aloop_models.commands.style import Prompt, Shell
from aloop_models.snapshot import Place
from support.commands import FIVE_MODELS, GPT_4O, KEY, PATH, run
from support.snapshots import snapshot


def test_list() -> None:
    outcome = run("listModels", FIVE_MODELS)
    value: dict[str, Any] = dict(outcome.value)
    assert (outcome.message, outcome.edits, outcome.effect) == (f"5 models in {PATH}", (), None)
    models = value.pop("models")
    assert set(value.pop("catalog")) == {"litellm", "made", "origin", "providers"}
    assert value == {
        "file": PATH,
        "uri": f"file://{PATH}",
        "default": "openai/gpt-4o",
        "current": "openai/gpt-4o",
        "choice": {"modelId": "openai/gpt-4o", "displayName": "GPT-4o"},
        "label": "GPT-4o (next agent)",
        "sessions": [],
    }
    detail = "openai · 128K · $2.50 / $10"
    # A field that is not known, and one that is out of date.
    assert models[0] == GPT_4O | {"problems": 2, "detail": f"{detail} · 2 problems"}
    assert [(model["modelId"], model["ready"], model["notReady"]) for model in models[1:]] == [
        ("openai/gpt-4o-mini", True, None),
        ("openai/gpt-3", True, None),
        ("ollama/llama3.1", True, None),
        ("mistral/x", False, "it has no API key"),
    ]
    # A wrong timeout and a missing key.
    assert (models[4]["problems"], models[4]["detail"]) == (2, "mistral · not ready: it has no API key · 2 problems")
    assert KEY not in repr(outcome)


@pytest.mark.parametrize(
    ("text", "message"),
    [("models:\n  ollama/x:\n", f"1 model in {PATH}"), ("", f"0 models in {PATH}"), ("[", f"0 models in {PATH}")],
)
def test_list_of_little(text: str, message: str) -> None:
    assert run("listModels", text).message == message


def test_list_without_a_file() -> None:
    outcome = run("listModels", "", place=Place())
    assert (outcome.message, outcome.value["file"], outcome.value["uri"]) == ("0 models in no file yet", None, None)


def model(model_id: str, **others: Any) -> dict[str, Any]:
    plain = {
        "modelId": model_id,
        "displayName": model_id,
        "provider": model_id.partition("/")[0],
        "current": False,
        "default": False,
        "ready": True,
        "notReady": None,
        "contextWindow": None,
        "inputPrice": None,
        "outputPrice": None,
    }
    return {**plain, **others}


def test_the_table_of_a_shell() -> None:
    models = [
        model("openai/gpt-4o", displayName="GPT-4o", contextWindow=128000, inputPrice=2.5, outputPrice=10.0),
        model("ollama/llama2", displayName="日本", current=True, default=True, inputPrice=0.0, outputPrice=0.0),
        model("groq/x", displayName="e\u0301", ready=False, notReady="it has no API key", inputPrice=3.0, problems=1),
    ]
    assert render_list({"file": PATH, "models": models}, Shell()) == (
        "                  NAME    ID             PROVIDER  CONTEXT  IN / OUT PER 1M  READY\n"
        "                  GPT-4o  openai/gpt-4o  openai    128K     $2.50 / $10      yes\n"
        "current, default  日本    ollama/llama2  ollama             $0 / $0          yes\n"
        "                  e\u0301       groq/x         groq               $3 / ?           no: it has no API key\n"
        "\n"
        f"File: {PATH}\n"
        "1 problem in these models. For details: aloop models check\n"
    )


@pytest.mark.parametrize(
    ("width", "table"),
    [
        (
            100,
            """\
                         NAME  ID                                           CONTEXT  READY
current, default, @fast  Sol   openai/gpt-6-sol                             922K     yes
@cheap, @title                 bedrock/us.anthropic.claude-sonnet-4-5-v1:0  200K     yes
""",
        ),
        (
            60,
            """\
    NAME  ID                                           READY
>*  Sol   openai/gpt-6-sol                             yes
          bedrock/us.anthropic.claude-sonnet-4-5-v1:0  yes
""",
        ),
    ],
)
def test_a_terminal_gets_the_columns_that_fit_and_always_the_marks(width: int, table: str) -> None:
    models = [
        model("openai/gpt-6-sol", displayName="Sol", contextWindow=922000, current=True, default=True, roles=["fast"]),
        model("bedrock/us.anthropic.claude-sonnet-4-5-v1:0", contextWindow=200000, roles=["cheap", "title"]),
    ]
    legend = "" if width == 100 else "> current, * default\n"
    assert render_list({"file": PATH, "models": models}, Shell(width=width)) == f"{table}\nFile: {PATH}\n{legend}"


def test_a_narrow_prompt_breaks_no_id() -> None:
    models = [
        model("bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0", roles=["fast"]),
        model(
            "openrouter/meta-llama/llama-3.3-70b-instruct", displayName="A long name", ready=False, notReady="retired"
        ),
        model("openai/gpt-6-sol", displayName="Sol", default=True),
    ]
    current = "openrouter/meta-llama/llama-3.3-70b-instruct"
    assert render_list({"file": PATH, "models": models}, Prompt(current, 60)).splitlines()[1:-2] == [
        "    bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "    [@fast]",
        "  [CURRENT] A long name",
        "    openrouter/meta-llama/llama-3.3-70b-instruct (retired)",
        "            [DEFAULT] Sol - openai/gpt-6-sol",
    ]


def test_an_empty_list_says_what_to_do() -> None:
    assert (
        render_list({"file": PATH, "models": []}, Shell())
        == f"No models in {PATH}. Add a model: aloop models add provider/model\n"
    )
    assert render_list({"file": None, "models": []}, Shell()) == (
        "There is no models.yaml yet. Add a model: aloop models add provider/model\n"
    )


def test_the_list_command_s_own_result_is_printed() -> None:
    outcome = list_models(snapshot("models:\n  ollama/llama2:\n    name: Local\n"), NoParameters())
    header, row, *_ = render_list(outcome.value, Shell()).splitlines()
    assert header.split() == ["NAME", "ID", "PROVIDER", "CONTEXT", "IN", "/", "OUT", "PER", "1M", "READY"]
    assert row.split()[:3] == ["current", "Local", "ollama/llama2"]


USED = """\
models:
  openai/gpt-4o:
    api_key: sk-proj-AbCdEfGhIjKlMnOpQrStUvWx0123456789AbCdEfGh
  ollama/a:
  ollama/b:
default: openai/gpt-4o
roles:
  fast: ollama/a
  cheap: ollama/a
fallbacks: [ollama/b, ollama/a]
"""


def test_roles_and_fallbacks() -> None:
    state = dict(run("listModels", USED).value)
    models: Any = state["models"]
    assert [(item["roles"], item["fallback"]) for item in models] == [([], None), (["fast", "cheap"], 2), ([], 1)]
    table = render_list(state, Shell())
    assert "@fast, @cheap, fallback 2" in table
    lines = render_list(state, Prompt("openai/gpt-4o"))
    assert "            ollama/a [@fast, @cheap, fallback 2]\n            ollama/b [fallback 1]\n" in lines
    shown = run("showModel", USED, {"modelId": "ollama/a"}).value
    rows = [line.split(maxsplit=2) for line in render_model(shown, Shell()).splitlines()]
    assert ["used", "as", "@fast, @cheap, fallback 2"] in rows


def test_a_file_that_is_not_used_has_no_table() -> None:
    broken = {"models": [], "file": None, "problem": {"message": "Broken."}}
    skipped = {"models": [], "file": None, "skipped": ["Skipped."]}
    assert render_list(broken, Shell()) == ""
    assert render_list(broken, Prompt()) == "Broken.\n"
    assert render_list(skipped, Shell()) == "No models.yaml is used here.\n"


def test_a_model_with_its_fields_and_the_models_with_its_key() -> None:
    text = (
        f"models:\n  openai/a: {{api_key: {KEY}, timeout: null, drop_params: true}}\n  openai/b: {{api_key: {KEY}}}\n"
    )
    outcome = run("showModel", text, {"modelId": "openai/a"})
    assert render_model({"message": outcome.message, **outcome.value}, Shell()).splitlines() == [
        "openai/a",
        "  id           openai/a",
        "  api_key      ••••••••",
        "  timeout",
        "  drop_params  true",
        "  ready        yes",
        "  same key as  openai/b",
    ]


def test_a_role_is_that_of_its_model_only() -> None:
    views: Any = run("listModels", "models:\n  openai/a:\n  openai/b:\nroles: {fast: openai/b}\n").value["models"]
    assert [(view["modelId"], view["roles"]) for view in views] == [("openai/a", []), ("openai/b", ["fast"])]
