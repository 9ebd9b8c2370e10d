"""Fields that nobody knows or that are set elsewhere."""

# ruff: noqa: E501
# Annotation lines stand under the text they mark, so they cannot be broken.

import pytest

from aloop_models.catalog.schema_file import load_schema
from aloop_models.features.diagnostic import Severity
from support.expectations import apply_fix, check_case, check_field, diagnostics_of, entry, faults_of, rules_of

WARNING = Severity.WARNING
OLLAMA = "default: ollama/llama2\n"

# rule, annotated text, the text to replace and its replacement: one character more, less or other.
CASES = [
    (
        "unknown-field",
        """\
models:
  ollama/llama3:
    timout: 5
#   ^^^^^^ unknown-field: ollama/llama3: Unknown field 'timout': it has no effect. Did you mean timeout?
default: ollama/llama3
""",
        ("timout", "timeout"),
    ),
    (
        "unsupported-field",
        """\
models:
  ollama/llama3:
    stream: true
#   ^^^^^^ unsupported-field: ollama/llama3: stream is not supported. The agent sets it for each request. Remove this field.
default: ollama/llama3
""",
        ("stream", "#stream"),
    ),
]


@pytest.mark.parametrize(("rule", "marked", "change"), CASES, ids=[item[0] for item in CASES])
def test_case(rule: str, marked: str, change: tuple[str, str]) -> None:
    check_case(rule, marked, change)


FIELDS = [
    ("base_url: http://localhost:1", "unsupported-field", WARNING, "base_url", ["api_base: http://localhost:1"]),
    ("stream: true", "unsupported-field", WARNING, "stream", ["# stream: true"]),
    ("apiKey: x", "unknown-field", WARNING, "apiKey", ["api_key: x"]),
    ("endpoint: http://localhost:1", "unknown-field", WARNING, "endpoint", ["api_base: http://localhost:1"]),
    ("aws_region: us-east-1", "unknown-field", WARNING, "aws_region", ["# aws_region: us-east-1"]),
    ("vertex_projct: x", "unknown-field", WARNING, "vertex_projct", ["# vertex_projct: x"]),
    ("model_name: x", "unknown-field", WARNING, "model_name", ["# model_name: x"]),
    ("model_info: {a: b}", "unknown-field", WARNING, "model_info", []),
    ("azure_password: x", "unsupported-field", WARNING, "azure_password", ["# azure_password: x"]),
    ("azure_username: x", "unsupported-field", WARNING, "azure_username", ["# azure_username: x"]),
    ("request_timeout: 30", "unsupported-field", WARNING, "request_timeout", ["timeout: 30"]),
    ("zzzzzz: 1 # c", "unknown-field", WARNING, "zzzzzz", ["# zzzzzz: 1 # c"]),
]  # fmt: skip


@pytest.mark.parametrize(("field", "rule", "level", "underlined", "after"), FIELDS, ids=[item[0] for item in FIELDS])
def test_field(field: str, rule: str | None, level: Severity | None, underlined: str, after: list[str]) -> None:
    check_field(field, rule, level, underlined, after)


@pytest.mark.parametrize(
    ("model_id", "field", "said"),
    [
        ("openai/gpt-4o", "num_ctx: 5", "num_ctx is only for ollama or ollama_chat: it has no effect. Remove it."),
        (
            "openai/gpt-4o",
            "token: abcdefgh",
            "token is only for watsonx or watsonx_text: it has no effect. Did you mean api_key?",
        ),
        (
            "anthropic/claude-sonnet-4-5",
            "oci_key: abcdefgh",
            "oci_key is only for oci: it has no effect. Remove it.",
        ),
        ("litellm_proxy/m", "oci_key: abcdefgh", "oci_key is only for oci: it has no effect. Remove it."),
        ("litellm_proxy/m", "num_ctx: 5", None),
        ("ollama/a", "num_ctx: 5", None),
        ("nobody/m", "num_ctx: 5", None),
    ],
)
def test_a_field_of_another_provider(model_id: str, field: str, said: str | None) -> None:
    found = [item for item in diagnostics_of(entry(field, model_id)) if item.rule.id == "unknown-field"]
    assert [item.message for item in found] == ([] if said is None else [f"{model_id}: {said}"])


def test_entries_of_several_providers_share_fields() -> None:
    shared = (
        "models:\n  ollama/a: &shared\n    num_ctx: 5\n  ollama_chat/b:\n    <<: *shared\n  oci/c:\n    <<: *shared\n"
    )
    assert "unknown-field" not in rules_of(f"{shared}default: ollama/a\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("model:\n  ollama/a:\n", [("unknown-field", "model")]),
        ("foo: 1\nmodels:\n", [("unknown-field", "foo")]),
    ],
)
def test_file(text: str, expected: list[tuple[str, str]]) -> None:
    """What is wrong with the file as a whole, and where."""
    assert faults_of(text) == sorted(expected)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("anthropic/claude-x", "{timeout: 5}", True),
        ("anthropic/claude-x", "", True),
        ("openai/gpt-4o#work", "\n      timeout: 5", True),
        ("mine/x", "{timeout: 5}", False),
        ("openai", "{timeout: 5}", False),
        ("openai/", "{timeout: 5}", False),
    ],
)
def test_a_model_that_is_indented_into_another_entry(name: str, value: str, said: bool) -> None:
    text = f"models:\n  ollama/llama2:\n    {name}: {value}\n{OLLAMA}"
    (found,) = diagnostics_of(text)
    model = f"ollama/llama2: '{name}' is a model inside another entry: it has no effect. Indent it like that entry."
    unknown = f"ollama/llama2: Unknown field '{name}': it has no effect. Check its spelling, or remove it."
    assert (found.rule.id, found.level, text[slice(*found.span)]) == ("unknown-field", WARNING, name)
    assert found.message == (model if said else unknown)


@pytest.mark.parametrize(
    ("fields", "is_used"),
    [
        ("api_key: *mine", True),
        ("extra_headers: {X-Key: *mine}", True),
        ("api_key: x", False),
        ("api_key: *other", False),
    ],
)
def test_a_key_at_the_top_level_that_an_entry_has_by_its_alias(fields: str, is_used: bool) -> None:
    key = f"sk-proj-{'A1b2C3d4' * 6}"
    other = "other: &other x\n" if "*other" in fields else ""
    text = f"{other}mine: &mine {key}\nmodels:\n  ollama/llama2:\n    {fields}\n{OLLAMA}"
    messages = [item.message for item in diagnostics_of(text)]
    is_reported = "An API key at the top level has no effect. Move it to api_key of its model." in messages
    assert is_reported is not is_used
    assert not any("Unknown top-level key" in message for message in messages if is_used)


def test_timout() -> None:
    """The diagnostic names the right field, also where that one is set already."""
    text = f"models:\n  ollama/llama2:\n    timout: 5\n{OLLAMA}"
    (found,) = diagnostics_of(text)
    assert (found.rule.id, found.level) == ("unknown-field", Severity.WARNING)
    assert "timeout" in found.message
    assert rules_of(apply_fix(text, found)) == []
    (both,) = diagnostics_of(f"models:\n  ollama/llama2:\n    timeout: 5\n    timout: 5\n{OLLAMA}")
    assert "timeout" in both.message
    assert [fix.title for fix in both.fixes] == ["Comment out this line"]


@pytest.mark.parametrize("properties", ["!!str ", "&a ", "! "])
def test_a_line_with_a_tag_or_an_anchor_before_the_name_cannot_become_a_comment(properties: str) -> None:
    (found,) = diagnostics_of(f"models:\n  ollama/llama2:\n    {properties}whatever: 5\n{OLLAMA}")
    assert (found.rule.id, found.fixes) == ("unknown-field", ())


ELSEWHERE = [
    ("bedrock/x", "aws_region", "Did you mean aws_region_name?"),
    ("openai/x", "aws_region", "Check its spelling, or remove it."),
    ("oci/x", "aws_region", "Did you mean oci_region?"),
    ("openai/x", "model_info", "model_info is a field of the LiteLLM proxy and has no effect. Remove it."),
    ("bedrock/x", "AWS_DEFAULT_REGION", "Did you mean aws_region_name?"),
    ("vertex_ai/x", "GOOGLE_CLOUD_LOCATION", "Did you mean vertex_location?"),
    ("vertex_ai/x", "vertex_region", "Did you mean vertex_location?"),
    ("ollama/x", "ctx_size", "Did you mean num_ctx?"),
    ("azure/x", "AZURE_OPENAI_API_VERSION", "Did you mean api_version?"),
    ("openai/x", "deployment", "Check its spelling, or remove it."),
    ("bedrock/x", "model_info", "model_info is a field of the LiteLLM proxy and has no effect. Remove it."),
]


@pytest.mark.parametrize(("model_id", "field", "message"), ELSEWHERE)
def test_near_field_of_another_provider(model_id: str, field: str, message: str) -> None:
    """A field that the provider does not have is not suggested."""
    text = f"models:\n  {model_id}:\n    api_base: http://localhost:1/v1\n    {field}: us-east-1\ndefault: {model_id}\n"
    (found,) = [item for item in diagnostics_of(text) if item.rule.id == "unknown-field"]
    assert (found.level, text[slice(*found.span)]) == (WARNING, field)
    assert found.message.endswith(message)


@pytest.mark.parametrize(
    ("model_id", "field"),
    [
        ("azure/dep", "AZURE_OPENAI_ENDPOINT: https://r.openai.azure.com"),
        ("ollama/x", "OLLAMA_HOST: http://localhost:11434"),
    ],
)
def test_an_environment_variable_with_the_url(model_id: str, field: str) -> None:
    found = [item for item in diagnostics_of(entry(field, model_id)) if item.rule.id == "unknown-field"]
    assert [item.message.endswith("Did you mean api_base?") for item in found] == [True]


@pytest.mark.parametrize("name", ["deployment", "deployment_name", "deploymentName", "azure_deployment"])
def test_the_deployment_is_in_the_id(name: str) -> None:
    """Without the field, another deployment would be called, so no fix removes it."""
    (found,) = [item for item in diagnostics_of(entry(f"{name}: eu", "azure/dep")) if name in item.message]
    message = f"azure/dep: {name} is not supported. Use the name of the deployment as the model: azure/NAME."
    assert (found.rule.id, found.message) == ("unsupported-field", message)


def test_only_a_field_with_the_same_values_is_renamed() -> None:
    """A file of credentials or a password is not an API key."""
    schema = load_schema()
    renamed = {
        name: fix.title
        for name in schema.unsupported
        for found in diagnostics_of(entry(f"{name}: x"))
        for fix in found.fixes
        if fix.title.startswith("Rename")
    }
    assert renamed == {
        "base_url": "Rename to api_base",
        "default_headers": "Rename to extra_headers",
        "force_timeout": "Rename to timeout",
        "headers": "Rename to extra_headers",
        "request_timeout": "Rename to timeout",
        "vertex_ai_location": "Rename to vertex_location",
        "vertex_ai_project": "Rename to vertex_project",
        "watsonx_region_name": "Rename to region_name",
    }


BEDROCK = "bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0"


@pytest.mark.parametrize(
    ("model_id", "field", "meant"),
    [
        (BEDROCK, "accessKeyId", "aws_access_key_id"),
        (BEDROCK, "secretAccessKey", "aws_secret_access_key"),
        (BEDROCK, "accessKey", "aws_access_key_id"),
        (BEDROCK, "secret_key", "aws_secret_access_key"),
        (BEDROCK, "sessionToken", "aws_session_token"),
        (BEDROCK, "aws_profile", "aws_profile_name"),
        (BEDROCK, "region", "aws_region_name"),
        ("vertex_ai/m", "region", "vertex_location"),
        ("openai/m", "secretKey", "api_key"),
        ("openai/m", "orgId", "organization"),
        ("openai/m", "maxOutputTokens", "max_tokens"),
        ("ollama/m", "contextLength", "num_ctx"),
        ("nobody/m", "secret_key", "api_key"),
        ("nobody/m", "pi_key", "api_key"),
        ("nobody/m", "vertex_projct", "vertex_project"),
    ],
)
def test_a_field_of_another_tool_is_the_one_of_the_provider(model_id: str, field: str, meant: str) -> None:
    """The only suggestion is a field that the provider has; a field of one provider is the last guess."""
    text = f"models:\n  {model_id}:\n    {field}: 'a'\ndefault: {model_id}\n"
    (found,) = (item for item in diagnostics_of(text) if item.rule.id == "unknown-field")
    assert found.message.endswith(f"Did you mean {meant}?")
    assert [apply_fix(text, found, index) for index in range(len(found.fixes))] == [text.replace(field, meant)]


def test_a_secret_of_aws_is_not_an_api_key() -> None:
    text = f"models:\n  {BEDROCK}:\n    secretAccessKey: wJalrXUtnFEMIaK7MDENGabPxRfiCYzzzzzzzzKK\ndefault: null\n"
    assert "key-in-wrong-field" not in rules_of(text)
