"""Fields as they may be written: right types, no slips, no empty or placeholder keys."""

import pytest

from aloop_models.commands.field_values import checked_fields, checked_key, value_from_text
from aloop_models.core.scalars import MAX_LEVELS
from aloop_models.errors import RefusedError
from support.snapshots import facts, snapshot

KEY = "sk-proj-AbCdEfGhIjKlMnOpQrStUvWx0123456789AbCdEfGh"
ANTHROPIC_KEY = f"sk-ant-api03-{'a1B2c3D4' * 8}"


def entry(text: str) -> object:
    return snapshot(f"models:\n  openai/x: {text}\n").document.by_id["openai/x"].entry


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"name": "X", "api_key": KEY, "api_base": "https://x.example.com", "timeout": 60, "drop_params": False},
        {"timeout": 0.5, "max_tokens": 5, "temperature": 0, "seed": 1, "stop": ["a"], "extra_headers": {"X": "y"}},
        {"timeout": None, "api_key": None, "anything": None},
    ],
)
def test_right_fields_pass_as_they_are(fields: dict[str, object]) -> None:
    given = {name: value for name, value in fields.items() if name != "anything"}
    assert checked_fields(given, "openai", facts()) == given


@pytest.mark.parametrize(
    ("fields", "message", "suggestions"),
    [
        ({"timeout": "5m"}, "timeout must be a number greater than 0 and at most 86400, such as 600.", ()),
        ({"timeout": 0}, "timeout must be a number greater than 0 and at most 86400, such as 600.", ()),
        ({"timeout": -5}, "timeout must be a number greater than 0 and at most 86400, such as 600.", ()),
        ({"timeout": True}, "timeout must be a number greater than 0 and at most 86400, such as 600.", ()),
        ({"timeout": float("inf")}, "timeout must be a number greater than 0 and at most 86400, such as 600.", ()),
        ({"drop_params": "maybe"}, "drop_params must be true or false, such as true.", ()),
        ({"name": 5}, 'name must be text, such as "GPT-4o".', ()),
        ({"api_key": 123456}, "api_key must be text.", ()),
        ({"api_key": [KEY]}, "api_key must be text.", ()),
        ({"extra_headers": "x"}, "extra_headers must be a mapping.", ()),
        ({"timout": 5}, "Unknown field 'timout'. Did you mean timeout?", ("timeout",)),
        ({"apikey": KEY}, "Unknown field 'apikey'. Did you mean api_key?", ("api_key",)),
        ({"API_KEY": KEY}, "Unknown field 'API_KEY'. Did you mean api_key?", ("api_key",)),
        ({"key": KEY}, "Unknown field 'key'. Did you mean api_key?", ("api_key",)),
        ({"OPENAI_BASE_URL": "x"}, "Unknown field 'OPENAI_BASE_URL'. Did you mean api_base?", ("api_base",)),
        (
            {"api_base": "localhost:1234"},
            'api_base must start with http:// or https://, such as "http://localhost:11434".',
            (),
        ),
        ({"vertex_location": "us 1"}, 'vertex_location must have another format, such as "us-central1".', ()),
        ({"api_key": ""}, "api_key is empty. Paste the key, or omit the field.", ()),
        ({"api_key": " \t"}, "api_key is empty. Paste the key, or omit the field.", ()),
        ({"api_key": f"{KEY}\n{KEY}"}, "api_key has more than one line. Paste only the key.", ()),
        ({"api_key": f"{KEY}\u2028"}, "api_key has more than one line. Paste only the key.", ()),
        ({"api_key": "sk-..."}, "api_key is a placeholder. Paste the real key.", ()),
        ({"api_key": "your-api-key"}, "api_key is a placeholder. Paste the real key.", ()),
        ({"api_key": "openai/gpt-4o"}, "This is a model ID, not an API key. Paste the key.", ()),
        (
            {"api_key": "https://platform.openai.com/api-keys"},
            "This is a URL, not an API key. Paste the key. A URL belongs in api_base.",
            (),
        ),
        *(
            ({"api_key": text}, "This is an assignment, not an API key. Paste only the value.", ())
            for text in (
                f"OPENAI_API_KEY={KEY}",
                f'export OPENAI_API_KEY="{KEY}"',
                f"api_key: {KEY}",
                f"HF_TOKEN={KEY}",
                f"Authorization: Bearer {KEY}",
            )
        ),
        (
            {"aws_secret_access_key": "<secret>"},
            "aws_secret_access_key is a placeholder. Paste the real key.",
            (),
        ),
    ],
)
def test_wrong_fields_are_refused(fields: dict[str, object], message: str, suggestions: tuple[str, ...]) -> None:
    with pytest.raises(RefusedError) as refused:
        checked_fields(fields, "openai", facts())
    assert (refused.value.reason, refused.value.message) == ("invalidFields", message)
    assert refused.value.suggestions == suggestions


@pytest.mark.parametrize("key", ["$OPENAI_API_KEY", "${X}", "os.environ/OPENAI_API_KEY", "Bearer $X", "OPENAI_API_KEY"])
def test_a_reference_does_not_replace_a_key(key: str) -> None:
    placed = snapshot(f"models:\n  openai/a:\n    api_key: {KEY}\n").document.entries[0]
    with pytest.raises(RefusedError) as refused:
        checked_key("openai", key, facts(), placed.entry)
    message = "This is a reference, not an API key, and references are not expanded. Paste the key itself."
    assert (refused.value.reason, refused.value.message) == ("invalidFields", message)


@pytest.mark.parametrize("name", ["model", "messages", "tools", "stream", "fallbacks", "mock_response"])
def test_fields_that_are_never_passed_on_are_refused(name: str) -> None:
    with pytest.raises(RefusedError) as refused:
        checked_fields({name: "x"}, "openai", facts())
    assert refused.value.reason == "invalidFields"
    assert refused.value.message.startswith(f"'{name}' is not supported. ")


def test_an_unknown_field_is_kept() -> None:
    assert checked_fields({"my_own_thing": 5}, "openai", facts()) == {"my_own_thing": 5}


def test_what_the_entry_has_already_may_be_changed_and_removed() -> None:
    has = entry("{timout: 5, my_own: 1}")
    for fields in ({"timout": None}, {"timout": 6}, {"my_own": 2}):
        assert checked_fields(fields, "openai", facts(), has) == fields  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("provider", "key"),
    [("openai", KEY), ("openai", ANTHROPIC_KEY), ("anthropic", "abc-short-one"), ("", ANTHROPIC_KEY)],
)
def test_unusual_keys_are_accepted(provider: str, key: str) -> None:
    assert checked_fields({"api_key": key}, provider, facts()) == {"api_key": key}


NOT_A_KEY = "This is not an API key. Paste the key, or leave it empty."
TOO_SHORT = "Too short for an API key: fewer than 8 characters. Paste the whole key."
NO_CHARACTER = "api_key contains a space or another character that no API key has. Paste only the key."


@pytest.mark.parametrize(
    ("provider", "key", "message"),
    [
        *(("openai", answer, NOT_A_KEY) for answer in ("y", "n", "yes", "no", "Y", "NO", " y\n")),
        ("ollama", "y", NOT_A_KEY),
        ("openai", "abc", TOO_SHORT),
        ("openai", "sk-1234", TOO_SHORT),
        ("no-such-provider", "abc", TOO_SHORT),
        ("openai", "sk-proj abcdefgh", NO_CHARACTER),
        ("ollama", "my key 12345", NO_CHARACTER),
        ("openai", "sk-proj-\x1babcdefgh", NO_CHARACTER),
        ("openai", "sk-proj-\u200babcdefgh", NO_CHARACTER),
        ("openai", "sk-proj-\u00e9abcdefgh", NO_CHARACTER),
        ("openai", "   ", "api_key is empty. Paste the key, or omit the field."),
        ("openai", "\ufeff\r\n", "api_key is empty. Paste the key, or omit the field."),
        ("openai", f"{KEY}\n{KEY}", "api_key has more than one line. Paste only the key."),
    ],
)
def test_what_is_no_key_is_refused(provider: str, key: str, message: str) -> None:
    with pytest.raises(RefusedError) as refused:
        checked_fields({"api_key": key}, provider, facts())
    assert (refused.value.reason, refused.value.message) == ("invalidFields", message)


@pytest.mark.parametrize(
    "pasted",
    [
        f" {KEY}\r\n", f"\ufeff{KEY}", f'"{KEY}"', f"'{KEY}'", f"Bearer {KEY}", f"<{KEY}>", f'\ufeff"Bearer {KEY}"\r\n',
        f"\u201c{KEY}\u201d", f"{KEY}\u200b",
    ],
)  # fmt: skip
def test_what_comes_along_with_a_pasted_key_is_removed(pasted: str) -> None:
    assert checked_fields({"api_key": pasted}, "openai", facts()) == {"api_key": KEY}


@pytest.mark.parametrize(
    ("provider", "base"),
    [("ollama", None), ("hosted_vllm", "http://localhost:8000/v1"), ("openai", "http://gpu.lan:8000/v1")],
)
def test_a_short_key_for_a_server_of_ones_own_is_accepted(provider: str, base: str | None) -> None:
    assert checked_fields({"api_key": "EMPTY", "api_base": base}, provider, facts())["api_key"] == "EMPTY"


@pytest.mark.parametrize(
    ("provider", "base"), [("openai", "https://api.openai.com/v1"), ("azure", "https://r.openai.azure.com")]
)
def test_a_short_key_for_the_provider_itself_is_refused(provider: str, base: str) -> None:
    with pytest.raises(RefusedError, match="fewer than 8 characters"):
        checked_fields({"api_key": "EMPTY", "api_base": base}, provider, facts())


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("name", "5", "5"),
        ("name", "true", "true"),
        ("api_key", "0123", "0123"),
        ("timeout", "300", 300),
        ("timeout", "0.5", 0.5),
        ("timeout", "5m", "5m"),
        ("timeout", "abc", "abc"),
        ("drop_params", "yes", True),
        ("drop_params", "Off", False),
        ("drop_params", "maybe", "maybe"),
        ("extra_headers", '{"X": "y"}', {"X": "y"}),
        ("unheard_of", "5", "5"),
    ],
)
def test_values_of_a_command_line(field: str, text: str, value: object) -> None:
    assert value_from_text(facts().schema.fields.get(field), text) == value


def _nested(levels: int, kind: type = list) -> object:
    value: object = kind()
    for _ in range(levels - 1):
        value = [value] if kind is list else {"a": value}
    return value


@pytest.mark.parametrize("levels", [MAX_LEVELS + 1, 1_000, 50_000])
@pytest.mark.parametrize("kind", [list, dict])
@pytest.mark.parametrize("field", ["stop", "extra_headers", "my_field"])
def test_a_value_that_is_nested_too_deeply_is_refused(levels: int, kind: type, field: str) -> None:
    with pytest.raises(RefusedError, match=rf"^{field} is nested too deeply\. Use at most {MAX_LEVELS} levels\.$"):
        checked_fields({field: _nested(levels, kind)}, "openai", facts())


def test_a_value_that_contains_itself_is_refused() -> None:
    value: list[object] = []
    value.append(value)
    with pytest.raises(RefusedError, match="nested too deeply"):
        checked_fields({"my_field": value}, "openai", facts())


@pytest.mark.parametrize("text", ["[" * 50_000, "[" * 50_000 + "]" * 50_000, '{"a":' * 50_000])
@pytest.mark.parametrize("field", ["seed", "extra_headers"])
def test_a_text_that_is_nested_too_deeply_is_refused(text: str, field: str) -> None:
    with pytest.raises(RefusedError, match=f"^{field} is nested too deeply"):
        value_from_text(facts().schema.fields[field], text)


def test_a_line_break_in_a_name_is_not_repeated() -> None:
    with pytest.raises(RefusedError) as refused:
        checked_fields({"time\nout": 5}, "openai", facts())
    assert refused.value.message == "Unknown field 'timeout'. Did you mean timeout?"


@pytest.mark.parametrize("provider", ["ollama", "bedrock"])
def test_any_key_is_accepted_for_a_server_of_ones_own_and_where_none_is_needed(provider: str) -> None:
    assert checked_fields({"api_key": "abc"}, provider, facts()) == {"api_key": "abc"}
