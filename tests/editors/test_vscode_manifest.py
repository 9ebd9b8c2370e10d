"""What VS Code's extension says about the server, against the server itself: commands, arguments, settings, rules."""

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
"""Settings that the server is not told about."""


def test_every_command_of_the_server_is_in_the_palette_under_its_title() -> None:
    offered = {item["command"]: item["title"] for item in MANIFEST["contributes"]["commands"]}
    assert {command.id: offered.get(command.id) for command in VERBS} == {
        command.id: command.title for command in VERBS
    }
    assert {item["category"] for item in MANIFEST["contributes"]["commands"]} == {"aloop"}


def test_the_extension_asks_for_no_command_that_the_server_does_not_have() -> None:
    (union,) = re.findall(r"export type ServerCommand =\n(.*?);", PROTOCOL, re.DOTALL)
    assert re.findall(r"'(.+?)'", union) == [
        command.id for command in sorted(COMMANDS, key=lambda each: union.index(f"'{each.id}'"))
    ]


def test_the_extension_knows_the_arguments_of_every_command() -> None:
    (body,) = re.findall(r"export interface CommandArguments \{\n(.*?)\n\}", PROTOCOL, re.DOTALL)
    arguments = {json_name(item.name) for command in COMMANDS for item in dataclasses.fields(command.parameters)}
    assert set(re.findall(r"readonly (\w+)\?:", body)) == {"uri", "ask", *arguments}


def test_every_setting_reaches_the_server_and_has_its_default() -> None:
    told: dict[str, Any] = {}
    for name, spec in SETTINGS.items():
        *parents, last = name.removeprefix("aloop.").split(".")
        place = told
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = spec["default"]
    assert settings_from(told) == DEFAULTS


@pytest.mark.parametrize("name", sorted(set(SETTINGS) - OF_THE_EXTENSION))
def test_another_value_of_the_setting_makes_another_choice(name: str) -> None:
    value: Any = [RULES[0].id] if SETTINGS[name]["type"] == "array" else not SETTINGS[name]["default"]
    for part in reversed(name.removeprefix("aloop.").split(".")):
        value = {part: value}
    assert settings_from(value) != DEFAULTS


def test_settings_offer_the_rules_and_the_log_levels_that_there_are() -> None:
    assert SETTINGS["aloop.disabledRules"]["items"]["enum"] == [rule.id for rule in RULES]
    assert SETTINGS["aloop.server.logLevel"]["enum"] == list(LEVELS)


def test_the_token_type_that_themes_have_no_color_for_has_the_scopes_of_one() -> None:
    (scopes,) = MANIFEST["contributes"]["semanticTokenScopes"]
    # VS Code maps each of its other standard types to scopes itself.
    assert (scopes["language"], set(scopes["scopes"])) == ("aloop-models", {"label"} & set(TYPES))
    assert scopes["scopes"]["label"][0] == "entity.name.label"


def test_themes_are_told_the_modifiers_that_the_server_uses() -> None:
    standard = {"declaration", "definition", "readonly", "deprecated", "defaultLibrary"}
    own = [item["id"] for item in MANIFEST["contributes"]["semanticTokenModifiers"]]
    assert own == [name for name in MODIFIERS if name not in standard]
