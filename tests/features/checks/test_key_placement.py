"""Keys in a field of another kind, and references to environment variables."""

# ruff: noqa: E501
# Annotation lines stand under the text they mark, so they cannot be broken.

import pytest

from aloop_models.features.diagnostic import Severity
from support.expectations import KEY, SECRET, check_case, check_field, diagnostics_of, entry, faults_of, rules_of

ERROR, WARNING = Severity.ERROR, Severity.WARNING

# rule, annotated text, the text to replace and its replacement: one character more, less or other.
CASES = [
    (
        "key-in-wrong-field",
        """\
models:
  ollama/llama3:
    name: sk-proj-A1b2C3d4E5f6G7h8I9j0
#         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ key-in-wrong-field: ollama/llama3: Field 'name' contains an API key. Put it in api_key instead.
default: ollama/llama3
""",
        ("sk-proj-A1b2C3d4E5f6G7h8I9j0", "Llama"),
    ),
    (
        "env-reference",
        """\
models:
  openai/gpt-4o:
    api_key: ${OPENAI_API_KEY}
#            ^^^^^^^^^^^^^^^^^ env-reference: openai/gpt-4o: api_key contains a reference, such as an environment variable. Write the API key itself: references are not expanded.
default: openai/gpt-4o
""",
        ("${OPENAI_API_KEY}", KEY),
    ),
]


@pytest.mark.parametrize(("rule", "marked", "change"), CASES, ids=[item[0] for item in CASES])
def test_case(rule: str, marked: str, change: tuple[str, str]) -> None:
    check_case(rule, marked, change)


FIELDS = [
    ("api_base: http://${HOST}/v1", "env-reference", ERROR, "http://${HOST}/v1", []),
    ("api_key: os.environ/KEY", "env-reference", ERROR, "os.environ/KEY", []),
    ("api_key: $KEY", "env-reference", ERROR, "$KEY", []),
    ("api_key: '%KEY%'", "env-reference", ERROR, "'%KEY%'", []),
    ("api_key: pa$word", None, None, "", []),
    (f"name: {SECRET}", "key-in-wrong-field", WARNING, SECRET, [f"api_key: {SECRET}"]),
    (f"api_base: {SECRET}", "key-in-wrong-field", ERROR, SECRET, [f"api_key: {SECRET}"]),
    (f"user: the {SECRET}", "key-in-wrong-field", WARNING, f"the {SECRET}", []),
]  # fmt: skip


def test_a_tenant_is_no_key() -> None:
    text = entry("tenant_id: 3f2b8c1e-0a4d-4c5b-9e8f-7a6b5c4d3e2f", "azure/m")
    assert {item.rule.id for item in diagnostics_of(text)} == {"missing-api-base", "missing-api-key"}


@pytest.mark.parametrize(("field", "rule", "level", "underlined", "after"), FIELDS, ids=[item[0] for item in FIELDS])
def test_field(field: str, rule: str | None, level: Severity | None, underlined: str, after: list[str]) -> None:
    check_field(field, rule, level, underlined, after)


REFERENCES = [
    ("bedrock/m", "aws_region_name", "os.environ/AWS_REGION"),
    ("bedrock/m", "aws_region_name", "AWS_REGION"),
    ("bedrock/m", "aws_bedrock_runtime_endpoint", "os.environ/ENDPOINT"),
    ("bedrock/m", "aws_secret_access_key", "{env:AWS_SECRET_ACCESS_KEY}"),
    ("vertex_ai/m", "vertex_location", '"${GCP_LOCATION}"'),
    ("vertex_ai/m", "vertex_project", "$(gcloud config get project)"),
    ("azure/m", "api_version", "os.environ/AZURE_VERSION"),
    ("azure/m", "api_version", "AZURE_API_VERSION"),
    ("azure/m", "tenant_id", "$TENANT"),
    ("azure/m", "azure_ad_token", "oidc/azure"),
    ("openai/m", "organization", "process.env.OPENAI_ORG"),
    ("openai/m", "user", "${USER}"),
    ("openai/m", "reasoning_effort", "os.environ/EFFORT"),
    ("openai/m", "timeout", "${TIMEOUT}"),
    ("openai/m", "max_tokens", "os.environ/MAX_TOKENS"),
    ("openai/m", "drop_params", "$DROP"),
    ("openai/m", "extra_headers", '{Authorization: "Bearer ${GW_TOKEN}"}'),
    ("openai/m", "extra_headers", "{X-Team: os.environ/TEAM}"),
    ("openai/m", "extra_headers", "{x-api-key: GW_TOKEN}"),
]  # fmt: skip


@pytest.mark.parametrize(("model_id", "name", "value"), REFERENCES)
def test_reference(model_id: str, name: str, value: str) -> None:
    """One error in any field, on the reference alone, and none that follows from it."""
    text = f"models:\n  {model_id}:\n    {name}: {value}\ndefault: {model_id}\n"
    found = [item for item in diagnostics_of(text) if item.rule.id in {"env-reference", "wrong-type", "out-of-range"}]
    written = value.partition(": ")[2][:-1] if name == "extra_headers" else value
    assert [(item.rule.id, item.level, text[slice(*item.span)]) for item in found] == [
        ("env-reference", ERROR, written)
    ]


@pytest.mark.parametrize(
    ("model_id", "field"),
    [
        ("bedrock/m", "aws_profile_name: PROD_ADMIN"),
        ("gigachat/m", "gigachat_scope: GIGACHAT_API_PERS"),
        ("openai/m", "name: $5 a day"),
        ("openai/m", "stop: ['${', '$END']"),
        ("openai/m", "extra_headers: {X-Team: MY_TEAM}"),
    ],
)
def test_no_reference(model_id: str, field: str) -> None:
    assert "env-reference" not in rules_of(f"models:\n  {model_id}:\n    {field}\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"models:\n  openai/gpt-4o: {SECRET}\ndefault: openai/gpt-4o\n", [("key-in-wrong-field", SECRET)]),
        (f"default: {SECRET}\nmodels:\n  ollama/a:\n", [("key-in-wrong-field", SECRET)]),
    ],
)
def test_file(text: str, expected: list[tuple[str, str]]) -> None:
    """What is wrong with the file as a whole, and where."""
    assert faults_of(text) == sorted(expected)
