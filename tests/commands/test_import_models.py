"""`import`: what it adds, what it labels or leaves out, and how it converts the file itself."""

import pytest

from aloop_models.commands.import_models import IMPORT, ImportParameters
from support.commands import KEY, OTHER_KEY, TEXT, after, refusal, run
from support.snapshots import snapshot

PROXY = f"""\
model_list:
  - model_name: work
    litellm_params: &base
      model: openai/gpt-4o
      api_key: {OTHER_KEY}
      rpm: 5
    model_info: {{id: one}}
  - model_name: local
    litellm_params:
      <<: *base
      model: ollama/llama3.2
      api_base: http://localhost:11434
"""
ADDED = f"""\

  openai/gpt-4o#work:
    name: work
    api_key: {OTHER_KEY}
  ollama/llama3.2:
    name: local
    api_key: {OTHER_KEY}
    api_base: http://localhost:11434
"""
EMPTY = "models:\n"
IN_PLACE = f"""\
model_list:
  # The main model
  - model_name: gpt-4o
    litellm_params:
      model: openai/gpt-4o  # ours
      api_key: '{KEY}'
      rpm: 5  # per minute
"""
CONVERTED = f"""\
models:
  # The main model
  # ours
  # per minute
  openai/gpt-4o:
    name: gpt-4o
    api_key: {KEY}
    # rpm: 5
"""


def test_models_are_added_with_a_label_for_another_account() -> None:
    outcome = run("importModels", TEXT, {"text": PROXY})
    assert outcome.message == (
        "Imported 2 models from the LiteLLM proxy format: openai/gpt-4o#work, ollama/llama3.2. "
        "Left out, because they have no effect here: rpm, model_info."
    )
    assert outcome.value == {"added": ["openai/gpt-4o#work", "ollama/llama3.2"], "known": []}
    text = after("importModels", TEXT, {"text": PROXY})
    assert f"  openai/gpt-4o#work:\n    name: work\n    api_key: {OTHER_KEY}\n" in text
    assert text.startswith(TEXT.partition("\ndefault")[0])
    assert text.endswith("\ndefault: openai/gpt-4o  # for now\n")


def test_the_same_account_is_skipped() -> None:
    once = after("importModels", TEXT, {"text": PROXY})
    outcome = run("importModels", once, {"text": PROXY})
    assert outcome.message == "Already in models.yaml: openai/gpt-4o#work, ollama/llama3.2."
    assert (outcome.value, outcome.edits) == ({"added": [], "known": ["openai/gpt-4o#work", "ollama/llama3.2"]}, ())
    assert IMPORT.applied(snapshot(once), ImportParameters(text=PROXY))
    assert not IMPORT.applied(snapshot(TEXT), ImportParameters(text=PROXY))


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        pytest.param(
            "models:\n  - {name: Mine, provider: openai, model: gpt-4o, apiKey: sk-1, roles: [chat]}\n",
            "openai/gpt-4o:\n    name: Mine\n    api_key: sk-1\n",
            id="Continue",
        ),
        pytest.param(
            '{\n\t// Mine\n\t"provider": {"anthropic": {"options": {"apiKey": "sk-2"}, "models": {"c": {}}}}\n}\n',
            "anthropic/c:\n    api_key: sk-2\n",
            id="opencode, with tabs and comments",
        ),
        pytest.param(
            '{"providers": {"openai": {"base_url": "http://localhost:1/v1", "models": [{"id": "gpt-4o"}]}}}',
            "openai/gpt-4o:\n    api_base: http://localhost:1/v1\n",
            id="crush",
        ),
        pytest.param(
            "endpoints: {custom: [{name: M, apiKey: sk-3, baseURL: 'http://x/v1', models: {default: [tiny]}}]}",
            "openai/tiny:\n    name: M tiny\n    api_key: sk-3\n    api_base: http://x/v1\n",
            id="LibreChat",
        ),
        pytest.param(
            "- {name: openrouter/x/y, edit_format: diff, extra_params: {max_tokens: 5}}\n",
            "openrouter/x/y:\n    max_tokens: 5\n",
            id="aider",
        ),
        pytest.param(
            "\ufeffmodels:\n  mistral/x:\n    api_key: sk-4\n    timeout: 9\n",
            "mistral/x:\n    api_key: sk-4\n    timeout: 9\n",
            id="another models.yaml",
        ),
    ],
)
def test_every_format(text: str, entry: str) -> None:
    model_id = entry.partition(":\n")[0]
    expected = f"models:\n  {entry}\ndefault: {model_id}\n"
    assert after("importModels", EMPTY, {"text": text}) == expected


def test_the_account_is_imported_and_what_the_provider_does_not_have_is_left_out() -> None:
    text = (
        "models:\n- {provider: azure, model: gpt-4o, deployment: mine, region: eu}\n"
        "- {provider: bedrock, model: x, region: eu-west-1, env: {profile: work, projectId: p}}\n"
    )
    assert run("importModels", EMPTY, {"text": text}).message == (
        "Imported 2 models from the Continue format: azure/mine, bedrock/x. "
        "Left out, because they have no effect here: region, env.projectId. "
        "Not ready yet: azure/mine. The list of models shows why."
    )
    assert after("importModels", EMPTY, {"text": text}) == (
        "models:\n  azure/mine:\n    base_model: azure/gpt-4o\n\n"
        "  bedrock/x:\n    aws_region_name: eu-west-1\n    aws_profile_name: work\n\ndefault: azure/mine\n"
    )
    own = "models:\n  openai/x:\n    num_ctx: 8000\n    timeout: 9\n"
    assert run("importModels", EMPTY, {"text": own}).message.startswith(
        "Added 1 model: openai/x. Left out, because they have no effect here: num_ctx."
    )


def test_the_file_itself_is_converted() -> None:
    outcome = run("importModels", IN_PLACE)
    assert outcome.message == (
        "Imported 1 model from the LiteLLM proxy format: openai/gpt-4o. Fields without effect are comments now."
    )
    assert after("importModels", IN_PLACE) == CONVERTED
    assert IMPORT.applied(snapshot(CONVERTED), ImportParameters())
    assert not IMPORT.applied(snapshot(IN_PLACE), ImportParameters())


WITHOUT_MODEL = f"""\
model_list:
  - litellm_params: {{model: openai/gpt-4o, api_key: {KEY}}}
  - model_name: nomodel
    litellm_params: {{api_key: {OTHER_KEY}}}
  - junk
"""


def test_items_without_a_model_are_named() -> None:
    message = "Imported 1 model from the LiteLLM proxy format: openai/gpt-4o."
    assert run("importModels", WITHOUT_MODEL).message == (
        f"{message} Fields without effect and 2 items without a model are comments now."
    )
    assert run("importModels", EMPTY, {"text": WITHOUT_MODEL}).message == (
        f"{message} Left out, because they name no model: nomodel, item 3."
    )
    text = "providers: {ollama: {models: [x, {limit: 3}]}, xai: {api_key: sk-1}}"
    assert run("importModels", EMPTY, {"text": text}).message == (
        "Imported 1 model from the crush format: ollama/x. Left out, because they name no model: xai. "
        "Imported only in part: ollama."
    )


@pytest.mark.parametrize(
    ("file", "argument", "reason", "message"),
    [
        (
            "model_list: []\n",
            {},
            "invalidArguments",
            "models.yaml has the format of the LiteLLM proxy without models. Write each model as an entry in models.",
        ),
        (
            TEXT,
            {"text": "model_list: [junk]\n"},
            "invalidFile",
            "The file to import has no models in the format of aloop, the LiteLLM proxy, Continue, opencode, crush, "
            "LibreChat or aider. Nothing was changed.",
        ),
        (
            TEXT,
            {},
            "invalidArguments",
            "models.yaml does not have the format of another tool. Name a file: aloop models import FILE",
        ),
        (
            TEXT + PROXY,
            {},
            "unsafeEdit",
            "models.yaml has entries, anchors or aliases too, so it cannot be converted. "
            "Move the part of the LiteLLM proxy to another file. Then: aloop models import FILE",
        ),
        (
            TEXT,
            {"text": "models:\n  a: [\n"},
            "invalidFile",
            "The file to import is not valid YAML or JSON (line 3). Fix it first. Nothing was changed.",
        ),
        (
            TEXT,
            {"text": "a: 1\n"},
            "invalidFile",
            "The file to import has no models in the format of aloop, the LiteLLM proxy, Continue, opencode, crush, "
            "LibreChat or aider. Nothing was changed.",
        ),
        (
            IN_PLACE,
            {"text": PROXY},
            "invalidFile",
            "models.yaml has the format of the LiteLLM proxy. Convert it: aloop models import, or /model import. "
            "Nothing was changed.",
        ),
    ],
)
def test_a_refusal_names_the_next_step(file: str, argument: dict[str, str], reason: str, message: str) -> None:
    refused = refusal("importModels", file, argument)
    assert (refused.reason, str(refused)) == (reason, message)


def test_add_and_list_name_the_command() -> None:
    refused = refusal("addModel", IN_PLACE, {"modelId": "openai/gpt-5.5"})
    assert str(refused).startswith("models.yaml has the format of the LiteLLM proxy. Convert it: aloop models import")
    step = "models.yaml has the format of the LiteLLM proxy. Convert it: aloop models import, or /model import"
    listed = run("listModels", IN_PLACE)
    assert (listed.message, listed.value["otherFormat"]) == (step, step)


def test_no_key_is_in_the_result() -> None:
    text = PROXY.replace("rpm", OTHER_KEY).replace("ollama/llama3.2", f"ollama/{KEY}")
    outcome = run("importModels", EMPTY, {"text": text})
    assert KEY not in str((outcome.message, outcome.value))
    assert OTHER_KEY not in str((outcome.message, outcome.value))
