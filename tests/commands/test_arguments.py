"""A command's arguments: one object, every name known, every type right, and no value ever quoted."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import pytest

from aloop_models.catalog.redaction import MASK
from aloop_models.catalog.schema_file import load_schema
from aloop_models.commands import BY_ID, BY_VERB, COMMANDS, VERBS, Command, Outcome, json_name, parse_arguments
from aloop_models.commands.add_model import AddParameters
from aloop_models.commands.arguments import argument_from, near_options, place_to_copy_to, usage_of
from aloop_models.commands.candidates import candidates
from aloop_models.commands.definition import ModelParameters, NoParameters, parameter, without_uri
from aloop_models.commands.edit_model import EditParameters
from aloop_models.commands.remove_model import RemoveParameters
from aloop_models.commands.set_key import KeyParameters
from aloop_models.commands.switch_model import SwitchParameters
from aloop_models.errors import InvalidArgumentsError
from support.commands import TEXT
from support.snapshots import snapshot

KEY = "sk-proj-AbCdEfGhIjKlMnOpQrStUvWx0123456789AbCdEfGh"


@dataclass(frozen=True)
class Everything:
    """A parameter of each kind."""

    model_id: str = parameter("An id.")
    is_wanted: bool = parameter("A truth value.")
    fields: Mapping[str, object] = parameter("An object.")
    some_words: str | None = parameter("Words or nothing.", default=None)


EVERYTHING = Command("aloop.all", "all", "All", "All.", Everything, lambda _snapshot, _parameters: Outcome("done"))
WHOLE = {"modelId": "a/b", "isWanted": True, "fields": {}}
EXAMPLE = 'such as {"modelId": "…", "isWanted": true, "fields": {…}}.'


@pytest.mark.parametrize(
    ("verb", "argument", "expected"),
    [
        ("list", None, NoParameters()),
        ("list", {}, NoParameters()),
        ("show", {"modelId": "a/b"}, ModelParameters("a/b")),
        ("switch", {"modelId": "a/b"}, SwitchParameters("a/b", None, False)),
        ("switch", {"modelId": "a/b", "session": None, "makeDefault": True}, SwitchParameters("a/b", None, True)),
        ("add", {"modelId": "a/b", "fields": {"timeout": 5}}, AddParameters("a/b", {"timeout": 5})),
        ("edit", {"modelId": "a/b", "fields": {"timeout": None}}, EditParameters("a/b", {"timeout": None})),
        ("remove", {"modelId": "a/b", "force": True}, RemoveParameters("a/b", True)),
        ("key", {"apiKey": KEY, "provider": "openai"}, KeyParameters(KEY, "openai", None)),
    ],
)
def test_arguments_become_parameters(verb: str, argument: object, expected: object) -> None:
    assert parse_arguments(BY_VERB[verb], argument) == expected


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        (None, f"aloop.all requires 'modelId', {EXAMPLE}"),
        ({}, f"aloop.all requires 'modelId', {EXAMPLE}"),
        ({**WHOLE, "modelId": None}, f"aloop.all requires 'modelId', {EXAMPLE}"),
        ({"modelId": "a/b", "isWanted": True}, f"aloop.all requires 'fields', {EXAMPLE}"),
        ([], f"aloop.all requires one object, {EXAMPLE}"),
        (KEY, f"aloop.all requires one object, {EXAMPLE}"),
        (5, f"aloop.all requires one object, {EXAMPLE}"),
        ({**WHOLE, "modelId": 5}, "aloop.all: 'modelId' must be a string."),
        ({**WHOLE, "modelId": [KEY]}, "aloop.all: 'modelId' must be a string."),
        ({**WHOLE, "isWanted": "true"}, "aloop.all: 'isWanted' must be true or false."),
        ({**WHOLE, "isWanted": 1}, "aloop.all: 'isWanted' must be true or false."),
        ({**WHOLE, "fields": [KEY]}, "aloop.all: 'fields' must be an object."),
        ({**WHOLE, "someWords": False}, "aloop.all: 'someWords' must be a string."),
        (
            {**WHOLE, "model_id": "a/b"},
            "aloop.all: unknown argument 'model_id'. Use modelId, isWanted, fields, someWords.",
        ),
        ({**WHOLE, KEY: 1}, "aloop.all: unknown argument '••••••••'. Use modelId, isWanted, fields, someWords."),
    ],
)
def test_wrong_arguments_are_refused(argument: object, message: str) -> None:
    with pytest.raises(InvalidArgumentsError) as refused:
        parse_arguments(EVERYTHING, argument)
    assert (refused.value.code, refused.value.reason, refused.value.message) == (-32602, "invalidArguments", message)
    assert refused.value.suggestions == ()


def test_a_name_is_quoted_in_part_only() -> None:
    with pytest.raises(InvalidArgumentsError, match=f"unknown argument 'x/{'y' * 58}'"):
        parse_arguments(EVERYTHING, {f"x/{'y' * 99}": 1})


def test_a_name_that_can_be_a_key_is_masked() -> None:
    with pytest.raises(InvalidArgumentsError, match=f"unknown argument '{MASK}'"):
        parse_arguments(EVERYTHING, {"4f9a" * 8: 1})


def test_names_in_json() -> None:
    assert [json_name(name) for name in ("model_id", "force", "make_it_so")] == ["modelId", "force", "makeItSo"]


def test_the_commands_of_the_product() -> None:
    assert [(command.id, command.verb, command.changes_file) for command in COMMANDS] == [
        ("aloop.listModels", "list", False),
        ("aloop.switchModel", "switch", False),
        ("aloop.addModel", "add", True),
        ("aloop.editModel", "edit", True),
        ("aloop.removeModel", "remove", True),
        ("aloop.copyModel", "copy", True),
        ("aloop.setDefaultModel", "default", True),
        ("aloop.showModel", "show", False),
        ("aloop.reloadModels", "reload", False),
        ("aloop.checkModels", "check", False),
        ("aloop.showRule", "rule", False),
        ("aloop.formatModels", "format", True),
        ("aloop.importModels", "import", True),
        ("aloop.setKey", "key", True),
        ("aloop.protectFile", "protect", False),
        ("aloop.listSessions", "sessions", False),
        ("aloop.complete", "", False),
        ("aloop.parse", "", False),
        ("aloop.checkField", "", False),
    ]
    assert list(BY_VERB) == [command.verb for command in VERBS]
    assert list(BY_ID) == [command.id for command in COMMANDS]
    for command in COMMANDS:
        assert command.help.endswith(".")
        assert all(item.metadata["help"].endswith(".") for item in fields(command.parameters))


def test_rules_are_completed_after_commas() -> None:
    def words(typed: str) -> list[str]:
        return [item.value for item in candidates(snapshot(TEXT), VERBS, ["check", "--disable"], typed)]

    assert words("not-gitig") == ["not-gitignored"]
    assert words("not-gitignored,tracked-by")[0] == "not-gitignored,tracked-by-git"
    assert "not-gitignored,not-gitignored" not in words("not-gitignored,not-gitig")


@pytest.mark.parametrize(
    ("verb", "usage"),
    [
        ("list", ""),
        ("switch", "MODEL [--session ID] [--make-default]"),
        ("add", "MODEL [FIELD=VALUE]… [--same-key-as ID] [--allow-unusual-id]"),
        ("edit", "MODEL [FIELD=VALUE]…"),
        ("remove", "MODEL [--force]"),
        ("copy", "MODEL [--to home|project]"),
        ("check", "[--disable ID]"),
        ("rule", "[RULE]"),
        ("import", "[FILE]"),
        ("key", "PROVIDER|MODEL [--same-key-as ID]"),
        ("protect", "[--gitignore] [--permissions]"),
    ],
)
def test_the_usage_of_a_command(verb: str, usage: str) -> None:
    assert usage_of(BY_VERB[verb]) == usage


@pytest.mark.parametrize("words", [["m", "--session", "s1"], ["m", "--session=s1"], ["--session", "s1", "m"]])
def test_an_option_with_a_value(words: list[str]) -> None:
    assert argument_from(BY_VERB["switch"], words, load_schema()) == {"modelId": "m", "session": "s1"}


@pytest.mark.parametrize("words", [["m", "--session"], ["m", "--session="]])
def test_an_option_without_its_value(words: list[str]) -> None:
    with pytest.raises(InvalidArgumentsError, match=r"^Option --session requires a value\.$"):
        argument_from(BY_VERB["switch"], words, load_schema())


def test_the_place_that_an_incomplete_line_names() -> None:
    assert place_to_copy_to(VERBS, ["copy", "--to", "project"]) == "project"
    assert place_to_copy_to(VERBS, ["copy", "x", "--to=home"]) == "home"
    for words in ([], ["copy"], ["copy", "--to"], ["show", "--to", "home"], ["nonsense", "--to", "home"]):
        assert place_to_copy_to(VERBS, words) is None


def test_the_uri_is_taken_out_of_the_argument() -> None:
    assert without_uri({"uri": "file:///x", "modelId": "m"}) == ("file:///x", {"modelId": "m"})
    assert without_uri({"modelId": "m"}) == (None, {"modelId": "m"})
    assert without_uri(None) == (None, None)
    with pytest.raises(InvalidArgumentsError, match=r"^'uri' must be a string\.$"):
        without_uri({"uri": 5})


def test_an_option_is_meant_by_a_part_of_it_with_a_slip() -> None:
    assert near_options("--defualt", ["--make-default", "--session"]) == ("--make-default",)
    assert near_options("--sesion", ["--make-default", "--session"]) == ("--session",)
    assert near_options("--nothing-like-it", ["--make-default", "--session"]) == ()
