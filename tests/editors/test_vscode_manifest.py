"""Compare package.json and protocol.ts of the VS Code extension with the server: commands, settings, rules."""

import dataclasses
import json
import re
from typing import Any

import pytest

from aloop_models.commands import COMMANDS, VERBS, json_name
from aloop_models.features.checks.rules import RULES
from aloop_models.features.semantic_tokens import MODIFIERS, TYPES
from aloop_models.lsp.main import LEVELS
from aloop_models.settings import DEFAULTS, settings_from
from support.editors import ROOT

EXTENSION = ROOT / "vscode-extension"
MANIFEST: dict[str, Any] = json.loads((EXTENSION / "package.json").read_text("utf-8"))
SETTINGS: dict[str, dict[str, Any]] = MANIFEST["contributes"]["configuration"]["properties"]
PROTOCOL = (EXTENSION / "src" / "protocol.ts").read_text("utf-8")
OF_THE_EXTENSION = {"aloop.hideKeys", "aloop.server.path", "aloop.server.logLevel", "aloop.trace.server"}
"""Settings that the server does not read."""


def test_every_command_of_the_server_is_in_the_palette_under_its_title() -> None:
    offered = {item["command"]: item["title"] for item in MANIFEST["contributes"]["commands"]}
    assert {command.id: offered.get(command.id) for command in VERBS} == {
        command.id: command.title for command in VERBS
    }


def test_the_words_of_the_palette_are_in_the_categories() -> None:
    # VS Code searches the category and the title.
    repair = {item["command"] for item in MANIFEST["contributes"]["commands"] if item["category"] == "aloop (server)"}
    others = {item["category"] for item in MANIFEST["contributes"]["commands"] if item["command"] not in repair}
    assert repair == {
        f"aloop.{name}" for name in ("reloadModels", "whyThisModel", "setUpServer", "restartServer", "showLog")
    }
    assert others == {"aloop (LLM providers)"}


def test_the_extension_knows_exactly_the_commands_of_the_server() -> None:
    (union,) = re.findall(r"export type ServerCommand =\n(.*?);", PROTOCOL, re.DOTALL)
    assert re.findall(r"'(.+?)'", union) == [
        command.id for command in sorted(COMMANDS, key=lambda each: union.index(f"'{each.id}'"))
    ]


def test_the_extension_knows_the_arguments_of_every_command() -> None:
    (body,) = re.findall(r"export interface CommandArguments \{\n(.*?)\n\}", PROTOCOL, re.DOTALL)
    arguments = {json_name(item.name) for command in COMMANDS for item in dataclasses.fields(command.parameters)}
    assert set(re.findall(r"readonly (\w+)\?:", body)) == {"uri", "ask", *arguments}


def test_every_setting_reaches_the_server_and_has_its_default() -> None:
    settings: dict[str, Any] = {}
    for name, spec in SETTINGS.items():
        *parents, last = name.removeprefix("aloop.").split(".")
        place = settings
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = spec["default"]
    assert settings_from(settings) == DEFAULTS


@pytest.mark.parametrize("name", sorted(set(SETTINGS) - OF_THE_EXTENSION))
def test_another_value_of_the_setting_changes_the_server(name: str) -> None:
    value: Any = [RULES[0].id] if SETTINGS[name]["type"] == "array" else not SETTINGS[name]["default"]
    for part in reversed(name.removeprefix("aloop.").split(".")):
        value = {part: value}
    assert settings_from(value) != DEFAULTS


def test_settings_offer_every_rule_and_log_level() -> None:
    assert SETTINGS["aloop.disabledRules"]["items"]["enum"] == [rule.id for rule in RULES]
    assert SETTINGS["aloop.server.logLevel"]["enum"] == list(LEVELS)


def test_token_types_have_the_scopes_of_a_color_in_every_theme() -> None:
    (scopes,) = MANIFEST["contributes"]["semanticTokenScopes"]
    assert (scopes["language"], set(scopes["scopes"])) == ("aloop-models", set(TYPES))
    assert scopes["scopes"]["modelId"] == ["entity.name.function"]
    # A secret has the color of other plain text, not of text in quotes.
    assert scopes["scopes"]["string"] == ["string.unquoted.plain.out.yaml"]
    assert [each["id"] for each in MANIFEST["contributes"]["semanticTokenTypes"]] == ["modelId"]


def test_themes_know_the_modifiers_of_the_server() -> None:
    standard = {"declaration", "definition", "readonly", "deprecated", "defaultLibrary"}
    own = [item["id"] for item in MANIFEST["contributes"]["semanticTokenModifiers"]]
    assert own == [name for name in MODIFIERS if name not in standard]


def test_advice_about_the_command_line_has_the_form_that_vs_code_replaces() -> None:
    hints = (EXTENSION / "src" / "command-line-hints.ts").read_text("utf-8")
    (table,) = re.findall(r"STEPS: .*? = \{\n(.*?)\n\};", hints, re.DOTALL)
    known = set(re.findall(r"^  (\w+):", table, re.MULTILINE))
    package = ROOT / "server" / "aloop_models"
    files = [
        file
        for folder in ("commands", "features", "workspace", "sessions")
        for file in package.glob(f"{folder}/**/*.py")
    ]
    texts = [file.read_text("utf-8") for file in (*files, package / "errors.py")]
    found = {verb for text in texts for verb in re.findall(r"\w: aloop models (\w+)", text)}
    assert {"list", "sessions", "init"} <= found
    assert found <= known
