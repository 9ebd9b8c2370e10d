"""Where the entries of a file send conversations: full URLs without passwords."""

from __future__ import annotations

import json
import re

import pytest

from aloop_models.catalog.schema_file import load_schema, schema_path
from aloop_models.features.destinations import destinations, display_url
from support.snapshots import facts, snapshot

HEX = "0123abcd4567ef890123abcd4567ef89"
UUID = "3f2b8c1e-9d4a-4e7b-8c6d-1a2b3c4d5e6f"


def destinations_of(text: str) -> tuple[str, ...]:
    seen = snapshot(text)
    return destinations(seen.document, seen.facts)


@pytest.mark.parametrize(
    ("entry", "named"),
    [
        ("openai/gpt-4o: {api_key: a}", ("OpenAI",)),
        (
            "openai/gpt-4o: {api_base: https://gateway.example.com:8443/v1/x}",
            ("https://gateway.example.com:8443/v1/x",),
        ),
        (
            "bedrock/x: {aws_bedrock_runtime_endpoint: http://hostile:9/a}",
            ("Amazon Bedrock", "http://hostile:9/a (aws_bedrock_runtime_endpoint)"),
        ),
        ("bedrock/x: {aws_sts_endpoint: http://hostile}", ("Amazon Bedrock", "http://hostile (aws_sts_endpoint)")),
        ("gigachat/x: {gigachat_auth_url: http://hostile}", ("GigaChat", "http://hostile (gigachat_auth_url)")),
        ("huggingface/https://hostile.example/x: {api_key: a}", ("https://hostile.example/x (model ID)",)),
        (
            'sap/gpt-4o: {api_key: \'{"clientsecret":"b","url":"https://a.example","x":{"AI_API_URL":"http://b:8/v?k=c"}}\'}',
            (
                "SAP Generative AI Hub",
                "https://a.example (api_key, and servers that it names)",
                "http://b:8/v?•••••••• (api_key, and servers that it names)",
            ),
        ),
        (
            'gdc/x: {api_base: https://h.example, api_key: \'{"private_key":"k","token_uri":"http:\\u002f/hostile"}\'}',
            ("https://h.example", "http://hostile (api_key)"),
        ),
        ('openai/x: {api_key: \'{"url":"https://a.example"}\'}', ("OpenAI",)),
        (
            "bedrock/agentcore/arn:aws:a:hostile.example/:1:r: {aws_region_name: us-east-1}",
            ("agentcore/arn:aws:a:hostile.example/:1:r (model ID)",),
        ),
        ("openai/x: {timeout: 5m, api_base: http://hostile}", ("http://hostile",)),
        ("nobody/x: {api_key: a}", ("nobody",)),
        ("sk-proj-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0/x: {}", ("••••••••",)),
    ],
)
def test_every_url_is_named(entry: str, named: tuple[str, ...]) -> None:
    assert destinations_of(f"models:\n  {entry}\n") == named


def test_all_of_them_are_named_once() -> None:
    entries = "".join(f"  openai/m{index}: {{api_base: https://h{index % 50}.example.com}}\n" for index in range(100))
    assert destinations_of(f"models:\n{entries}") == tuple(f"https://h{index}.example.com" for index in range(50))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (f"https://{HEX}/v1", f"https://{HEX}/v1"),
        (f"https://{UUID}", f"https://{UUID}"),
        (f"https://{HEX}.example.com/{HEX}/v1", f"https://{HEX}.example.com/{HEX}/v1"),
        ("https://me:secret@host/v1", "https://••••••••@host/v1"),
        ("https://me:one@two@host/v1", "https://••••••••@host/v1"),
        ("https://good.example.com:443@hostile/v1", "https://••••••••@hostile/v1"),
        ("https://host/v1?key=secret", "https://host/v1?••••••••"),
        ("https://host/v1#secret", "https://host/v1#••••••••"),
        ("HTTP://[::1]:8080/v1", "HTTP://[::1]:8080/v1"),
        ("http://good.example.com\\\\@hostile", "http://good.example.com\\\\@hostile"),
        ("https://ho\u202est\x1b[31m", "https://host[31m"),
        ("https://\u0430pi.openai.com", "https://\u0430pi.openai.com (host \\u0430pi.openai.com)"),
        ("localhost:11434", "localhost:11434"),
        ("sk-proj-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0", "••••••••"),
    ],
)
def test_a_url_is_shown_in_full_without_its_secrets(value: str, shown: str) -> None:
    assert display_url(value) == shown


def test_every_field_of_the_schema_that_is_a_url_is_marked() -> None:
    """A new field that names a host needs `x-url`; without it, the confirmation does not list it."""
    root = json.loads(schema_path().read_text(encoding="utf-8"))
    fields = root["definitions"]["profile"]["properties"]
    named = {
        name
        for name, raw in fields.items()
        if "not" not in raw
        and (
            re.search(r"(?:^|_)(?:url|uri|base|endpoint|host|proxy|server|address)$", name)
            or re.match(r"\^\[?[Hh]", raw.get("pattern", ""))
            or any(str(example).startswith("http") for example in raw.get("examples", ()))
        )
    }
    # A scope is a name in the form of a URL: nothing is sent there.
    assert {name for name, spec in load_schema().fields.items() if spec.is_url} == named - {"azure_scope"}


@pytest.mark.parametrize("field", ["aws_region_name", "vertex_location", "region_name", "oci_region"])
def test_a_region_is_no_host(field: str) -> None:
    """LiteLLM inserts it into the host of a URL, so it must contain only the characters of a region."""
    schema = facts().schema
    assert schema.check_profile({field: "us-east-1"}) == ()
    for value in ("x.hostile.example/#", "a@hostile", "a:b@c", "hostile.example\\", "a b"):
        assert [problem.keyword for problem in schema.check_profile({field: value})] == ["pattern"], value


@pytest.mark.parametrize("field", ["model_id", "aws_role_name"])
def test_a_region_in_an_arn_is_no_host(field: str) -> None:
    schema = facts().schema
    for value in ("arn:aws:iam::123456789012:role/x", "arn:aws:bedrock:us-east-1:1:x/y", "anthropic.claude-v2:1"):
        assert schema.check_profile({field: value}) == ()
    for value in ("arn:aws:bedrock:hostile.example/:1:x/y", "a:b:c:hostile/arn:aws:bedrock:us-east-1:1:x"):
        assert [problem.keyword for problem in schema.check_profile({field: value})] == ["pattern"], value
