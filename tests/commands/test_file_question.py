"""The question where the first models.yaml belongs: when it is asked, what it offers, and what is said afterwards."""

from dataclasses import replace
from typing import Any

import pytest

from aloop_models.commands import BY_ID
from aloop_models.commands.file_question import file_question
from aloop_models.snapshot import NewFile, NewFiles
from support.commands import KEY, TEXT, run
from support.snapshots import snapshot

FILES = NewFiles(
    NewFile("file:///home/me/shop/.aloop/models.yaml", "~/shop/.aloop/models.yaml"),
    NewFile("file:///home/me/.aloop/models.yaml", "~/.aloop/models.yaml"),
)
ADD = BY_ID["aloop.addModel"]


def asked(argument: dict[str, Any], text: str = "") -> str | None:
    found = ADD.question(replace(snapshot(text), new_files=FILES), argument)
    return found.field if found else None


def test_both_files_are_offered_with_their_paths() -> None:
    found = ADD.question(replace(snapshot(""), new_files=FILES), {"modelId": "openai/gpt-5"})
    assert found is not None
    assert found.view() == {
        "field": "uri",
        "prompt": "Where should models and API keys be saved?",
        "secret": False,
        "required": True,
        "candidates": [
            {"value": FILES.project.uri, "detail": FILES.project.path, "kind": "file", "label": "This project"},
            {"value": FILES.home.uri, "detail": FILES.home.path, "kind": "file", "label": "All projects"},
        ],
        "choice": True,
    }
    assert found.put({"modelId": "openai/gpt-5"}, found.candidates[1])["uri"] == FILES.home.uri


@pytest.mark.parametrize(
    ("argument", "field"),
    [
        ({}, "modelId"),
        ({"modelId": "azure/"}, "modelId"),
        ({"modelId": "openai/gpt-5"}, "uri"),
        ({"modelId": "openai/gpt-5", "fields": {"api_key": "-"}}, "uri"),
        ({"modelId": "openai/gpt-5", "fields": {"api_key": KEY}}, "uri"),
        ({"modelId": "github_copilot/gpt-5"}, "uri"),
        ({"modelId": "openai/gpt-5", "uri": FILES.home.uri}, "fields.api_key"),
        # Null: the usual file.
        ({"modelId": "openai/gpt-5", "uri": None}, "fields.api_key"),
        # The ID has to be confirmed first.
        ({"modelId": "opnai/gpt-5"}, None),
        ({"modelId": "opnai/gpt-5", "allowUnusualId": True}, "uri"),
    ],
)
def test_it_comes_after_the_model_and_before_its_fields(argument: dict[str, Any], field: str | None) -> None:
    assert asked(argument) == field


def test_the_file_for_all_projects_is_named() -> None:
    outcome = ADD.run(
        replace(snapshot(TEXT), is_for_all_projects=True),
        ADD.parameters(model_id="ollama/x", fields=None),
    )
    assert outcome.message == "Added ollama/x to ~/.aloop/models.yaml."
    assert run("addModel", TEXT, {"modelId": "ollama/x"}).message == "Added ollama/x."


def test_an_import_names_it_too() -> None:
    command = BY_ID["aloop.importModels"]
    text = "models:\n  ollama/x:\n"
    shared = replace(snapshot(TEXT), is_for_all_projects=True)
    outcome = command.run(shared, command.parameters(source=None, text=text))
    assert outcome.message == "Added 1 model to ~/.aloop/models.yaml: ollama/x."


def test_a_path_with_a_key_is_masked() -> None:
    found = file_question(NewFiles(NewFile(FILES.project.uri, f"/srv/{KEY}\x1b/.aloop/models.yaml"), FILES.home))
    assert [item.detail for item in found.candidates] == ["••••••••", FILES.home.path]
