"""The schema's own examples, the problems of wrong values, and what no value may do."""

import datetime
import json
import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aloop_models.catalog.schema_file import load_schema
from aloop_models.core import schema as schema_module
from aloop_models.core.scalars import same
from aloop_models.core.schema import FieldSpec, Group, Schema, SchemaProblem, parse_schema

SCHEMA = load_schema()
FIELDS = list(SCHEMA.fields.values())
TEXT = (Path(__file__).parents[2] / "schema" / "models.schema.json").read_text(encoding="utf-8")
RAW = json.loads(TEXT)["definitions"]["profile"]["properties"]

# The RFC's five and what they must stay.
CORE = {"name": "string", "api_key": "string", "api_base": "string"} | {
    "timeout": "number",
    "drop_params": "boolean",
}


def only(value: dict[str, object]) -> SchemaProblem:
    (problem,) = SCHEMA.check_profile(value)
    return problem


def by_name(field: FieldSpec) -> str:
    return field.name


def test_core_fields_are_those_of_the_rfc() -> None:
    core = {field.name: field.types for field in FIELDS if field.group is Group.CORE}
    assert core == {name: (kind,) for name, kind in CORE.items()}
    assert list(SCHEMA.fields)[:5] == ["name", "api_key", "api_base", "timeout", "drop_params"]


def test_timeout_as_the_product_defines_it() -> None:
    timeout = SCHEMA.fields["timeout"]
    assert (timeout.default, timeout.exclusive_minimum, timeout.maximum) == (600, 0, 86_400)
    assert timeout.minimum is None
    assert SCHEMA.fields["drop_params"].default is True


@pytest.mark.parametrize("field", FIELDS, ids=by_name)
def test_every_example_default_and_enum_value_validates(field: FieldSpec) -> None:
    assert field.examples
    for value in (*field.examples, *field.enum, field.default, None):
        assert SCHEMA.check_profile({field.name: value}) == ()


@pytest.mark.parametrize("field", FIELDS, ids=by_name)
def test_every_field_is_described_in_one_or_two_sentences(field: FieldSpec) -> None:
    assert field.description.endswith(".")
    assert "`" not in field.description
    assert len(field.description) <= 160


@pytest.mark.parametrize("field", FIELDS, ids=by_name)
def test_every_number_has_a_maximum_so_that_none_is_infinite(field: FieldSpec) -> None:
    if {"number", "integer"} & set(field.types):
        assert field.maximum is not None
        for value in (math.nan, math.inf, -math.inf):
            problem = only({field.name: value})
            assert (problem.path, problem.keyword) == ((field.name,), "maximum")


@pytest.mark.parametrize("field", FIELDS, ids=by_name)
def test_values_of_no_json_type_are_of_a_wrong_type(field: FieldSpec) -> None:
    for value in (datetime.date(2026, 1, 2), datetime.datetime(2026, 1, 2), b"x", {1, 2}, object()):
        problem = only({field.name: value})
        assert (problem.path, problem.keyword) == ((field.name,), "type")
        assert problem.value is value
        assert problem.expected == field.types


def test_secret_fields() -> None:
    secret = {field.name for field in FIELDS if field.secret}
    assert {"api_key", "aws_secret_access_key", "client_secret", "extra_headers", "oci_key"} <= secret
    assert not secret & {"name", "api_base", "timeout", "drop_params", "aws_region_name"}


def test_fields_of_some_providers() -> None:
    assert SCHEMA.fields["num_ctx"].providers == ("ollama", "ollama_chat")
    assert SCHEMA.fields["num_ctx"].suits("ollama")
    assert not SCHEMA.fields["num_ctx"].suits("openai")
    assert SCHEMA.fields["temperature"].suits("anything")


@pytest.mark.parametrize(
    ("value", "keyword", "expected"),
    [
        ({"timeout": True}, "type", ("number",)),
        ({"timeout": "5m"}, "type", ("number",)),
        ({"timeout": 0}, "exclusiveMinimum", 0),
        ({"timeout": -5}, "exclusiveMinimum", 0),
        ({"timeout": 86_401}, "maximum", 86_400),
        ({"timeout": 10**400}, "maximum", 86_400),
        ({"timeout": math.nan}, "maximum", 86_400),
        ({"drop_params": 1}, "type", ("boolean",)),
        ({"drop_params": "maybe"}, "type", ("boolean",)),
        ({"api_key": 123456}, "type", ("string",)),
        ({"max_tokens": 1.5}, "type", ("integer",)),
        ({"max_tokens": True}, "type", ("integer",)),
        ({"max_tokens": 0}, "minimum", 1),
        ({"temperature": 3}, "maximum", 2),
        ({"verbosity": "loud"}, "enum", ("low", "medium", "high")),
        ({"verbosity": 5}, "type", ("string",)),
        ({"azure_ad_token": "oidc/file/x"}, "pattern", "^(?!oidc/)"),
        ({"timout": 5}, "additionalProperties", False),
        ({"model": "x"}, "not", {}),
        ({"vertex_credentials": "/etc/passwd"}, "not", {}),
    ],
)
def test_one_wrong_value_is_one_exact_problem(value: dict[str, object], keyword: str, expected: object) -> None:
    ((name, item),) = value.items()
    problem = only(value)
    assert (problem.path, problem.keyword, problem.expected) == ((name,), keyword, expected)
    assert problem.value is item


@pytest.mark.parametrize(
    ("value", "path", "keyword"),
    [
        ({"stop": ["a", 1]}, ("stop", 1), "type"),
        ({"extra_headers": {"X": 1}}, ("extra_headers", "X"), "type"),
        ({"logit_bias": {"5": 101}}, ("logit_bias", "5"), "maximum"),
        ({"logit_bias": {"5": math.nan}}, ("logit_bias", "5"), "maximum"),
        ({"thinking": {"budget_tokens": 0}}, ("thinking", "budget_tokens"), "minimum"),
    ],
)
def test_a_problem_inside_a_value_has_its_path(
    value: dict[str, object], path: tuple[str | int, ...], keyword: str
) -> None:
    problem = only(value)
    assert (problem.path, problem.keyword) == (path, keyword)


@pytest.mark.parametrize("address", ["http://localhost:11434", "https://a.b/c?d=e", "HTTPS://A.B"])
def test_addresses(address: str) -> None:
    assert SCHEMA.check_profile({"api_base": address}) == ()


@pytest.mark.parametrize("address", ["", "localhost:1", "ftp://a", "http://", "http:///x", "http://a b"])
def test_no_addresses(address: str) -> None:
    assert only({"api_base": address}).keyword == "pattern"


def test_each_unknown_field_is_a_problem_of_its_own_in_the_order_of_the_file() -> None:
    problems = SCHEMA.check_profile({"zeta": 1, "timeout": "x", "alpha": None})
    assert [problem.path for problem in problems] == [("zeta",), ("timeout",), ("alpha",)]


def test_root() -> None:
    assert SCHEMA.check_root({"models": {}, "default": "openai/gpt-4o"}) == ()
    assert SCHEMA.check_root({"models": None, "default": None}) == ()
    assert SCHEMA.check_root({}) == ()
    problems = SCHEMA.check_root({"models": [], "default": 5, "modles": {}})
    assert [(problem.path, problem.keyword) for problem in problems] == [
        (("models",), "type"),
        (("default",), "type"),
        (("modles",), "additionalProperties"),
    ]


def test_unsupported_fields_say_why_and_are_not_suggested() -> None:
    required = {"model", "messages", "tools", "stream", "callbacks", "fallbacks", "mock_response"}
    assert required <= set(SCHEMA.unsupported)
    assert not set(SCHEMA.unsupported) & set(SCHEMA.fields)
    for name, why in SCHEMA.unsupported.items():
        assert why.endswith(".")
        assert RAW[name]["doNotSuggest"] is True
        assert RAW[name]["deprecationMessage"].startswith(name)
        assert len(RAW[name]["deprecationMessage"]) <= 200


def test_a_secret_is_in_no_repr() -> None:
    assert "hunter2" not in repr(only({"api_key": ["hunter2"]}))


def test_wheel_and_checkout_read_one_file() -> None:
    assert parse_schema(TEXT).fields == load_schema().fields


@pytest.mark.parametrize("text", ["[]", "{}", '{"definitions": []}', "not json"])
def test_another_file_is_refused(text: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        parse_schema(text)


def test_the_schema_is_valid_draft_07() -> None:
    from jsonschema import Draft7Validator

    Draft7Validator.check_schema(json.loads(TEXT))
    example = {"models": {"ollama/llama2": None}, "default": None}
    assert Draft7Validator(json.loads(TEXT)).is_valid(example)


_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates()
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
_NAMES = st.sampled_from(sorted({**SCHEMA.fields, **SCHEMA.unsupported})) | st.text(max_size=8)


@given(st.dictionaries(_NAMES, _VALUES, max_size=6))
def test_law_every_problem_lies_in_a_field_of_the_value(value: dict[str, object]) -> None:
    schema: Schema = SCHEMA
    for problem in schema.check_profile(value):
        assert problem.path[0] in value
    for problem in schema.check_root(value):
        assert problem.path[0] in value


OWN = parse_schema(
    json.dumps(
        {
            "properties": {
                "models": {"type": ["object", "null"]},
                "roles": {"type": ["object", "null"], "examples": [{"small": "a/b", "large": "c/d"}, {"other": "a/b"}]},
            },
            "definitions": {
                "profile": {
                    "properties": {
                        "plain": {"type": ["string"], "description": "Plain.", "x-group": "core"},
                        "full": {
                            "type": ["integer", "number", "null"],
                            "description": "Full.",
                            "x-group": "request",
                            "default": 2,
                            "examples": [1, None],
                            "enum": [1, 2, None],
                            "writeOnly": True,
                            "x-url": True,
                            "x-providers": ["a", "b"],
                            "minimum": 0,
                            "exclusiveMinimum": -1,
                            "maximum": 3.5,
                        },
                        "nested": {
                            "type": ["object", "null"],
                            "description": "Nested.",
                            "x-group": "connection",
                            "writeOnly": True,
                            "properties": {
                                "part": {"type": "string", "description": "A part.", "enum": ["x", None]},
                                "list": {"type": "array", "items": {"type": "number", "maximum": 9}},
                            },
                            "additionalProperties": {"type": ["boolean", "null"]},
                        },
                        "any": {"type": "object", "description": "Any.", "x-group": "core"},
                        "old": {"not": {}, "description": "Use plain."},
                    }
                }
            },
        }
    )
)
PLAIN = FieldSpec("plain", ("string",), "Plain.", Group.CORE, None, (), (), False, False, (), None, None, None)
FULL = FieldSpec(
    "full", ("integer", "number"), "Full.", Group.REQUEST, 2, (1, None), (1, 2), True, True, ("a", "b"), 0, -1, 3.5
)


def test_every_property_of_a_field() -> None:
    assert OWN.fields["plain"] == PLAIN
    assert OWN.fields["full"] == FULL
    assert [*OWN.fields] == ["plain", "full", "nested", "any"]
    assert OWN.unsupported == {"old": "Use plain."}
    assert OWN.role_names == ("small", "large", "other")
    assert [PLAIN.suits("b"), FULL.suits("b"), FULL.suits("c")] == [True, True, False]


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        (("plain",), {}),
        (
            ("nested", "part"),
            {
                "name": "nested.part",
                "description": "A part.",
                "enum": ("x",),
                "group": Group.CONNECTION,
                "secret": True,
            },
        ),
        (
            ("nested", "list", 4),
            {
                "name": "nested.list",
                "types": ("number",),
                "description": "",
                "group": Group.CONNECTION,
                "secret": True,
                "maximum": 9,
            },
        ),
        (
            ("nested", "own name"),
            {
                "name": "nested",
                "types": ("boolean",),
                "description": "",
                "group": Group.CONNECTION,
                "secret": True,
            },
        ),
    ],
)
def test_the_spec_of_a_part(path: tuple[str | int, ...], changes: dict[str, Any]) -> None:
    assert OWN.spec_at(path) == replace(PLAIN, **changes)


@pytest.mark.parametrize(
    "path", [("nope",), ("old",), ("plain", "x"), ("plain", 0), ("nested", 0), ("nested", "list", "x"), ("any", "x")]
)
def test_a_part_that_the_schema_does_not_describe(path: tuple[str | int, ...]) -> None:
    assert OWN.spec_at(path) is None


@pytest.mark.parametrize(
    ("value", "problems"),
    [
        ({"plain": None}, [(("plain",), "type", None, ("string",))]),
        ({"full": math.nan}, [(("full",), "maximum", math.nan, 3.5)]),
        ({"full": math.inf}, [(("full",), "maximum", math.inf, 3.5)]),
        ({"plain": math.inf}, [(("plain",), "type", math.inf, ("string",))]),
        ({"full": 7}, [(("full",), "enum", 7, (1, 2))]),
        ({"full": "x"}, [(("full",), "type", "x", ("integer", "number"))]),
        ({"nested": {"x": math.nan, "y": True}}, [(("nested", "x"), "type", math.nan, ("boolean",))]),
        ({"any": {"x": math.nan, "y": 1.0}}, [(("any", "x"), "maximum", math.nan, None)]),
        ({"any": {"x": math.inf}}, []),
        (
            {"nested": {"list": [1, 10, "x"]}},
            [
                (("nested", "list", 1), "maximum", 10, 9),
                (("nested", "list", 2), "type", "x", ("number",)),
            ],
        ),
        ({"old": 1, "new": 2}, [(("old",), "not", 1, {}), (("new",), "additionalProperties", 2, False)]),
    ],
)
def test_every_part_of_a_problem(value: dict[str, object], problems: list[tuple[object, ...]]) -> None:
    found = OWN.check_profile(value)
    assert [(each.path, each.keyword, each.expected) for each in found] == [(*each[:2], each[3]) for each in problems]
    assert all(same(each.value, problem[2]) for each, problem in zip(found, problems, strict=True))


LONG = 200


def test_a_long_list_of_strings_has_no_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    schema = load_schema()
    # It is not validated item by item.
    monkeypatch.setattr(schema_module, "_field_problems", pytest.fail)
    assert schema.check_profile({"stop": ["a"] * LONG}) == ()


def test_a_wrong_item_of_a_long_list_has_a_problem() -> None:
    found = load_schema().check_profile({"stop": [*["a"] * LONG, 5]})
    assert [(problem.path, problem.keyword) for problem in found] == [(("stop", LONG), "type")]


@pytest.mark.parametrize(
    ("name", "keyword", "path"), [("safety_settings", "type", ("safety_settings", 0)), ("name", "type", ("name",))]
)
def test_a_long_list_of_strings_where_none_is_allowed(name: str, keyword: str, path: tuple[str | int, ...]) -> None:
    found = load_schema().check_profile({name: ["a"] * LONG})
    assert (found[0].path, found[0].keyword) == (path, keyword)


def test_a_long_list_of_equal_fallbacks_is_reported() -> None:
    found = load_schema().check_root({"fallbacks": ["a/b"] * LONG})
    assert [problem.keyword for problem in found] == ["uniqueItems"]


def test_the_tools_bring_no_library_that_makes_jsonschema_slow() -> None:
    """Jsonschema imports what it finds for its formats; the grammar of rfc3987-syntax alone takes a second."""
    code = (
        "import jsonschema, sys; print(sorted(set(sys.modules) & {'rfc3987', 'rfc3987_syntax', 'fqdn', 'webcolors'}))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
