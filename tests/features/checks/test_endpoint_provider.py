"""URLs of Azure, Gemini and vLLM, versions of Azure's API, and 0.0.0.0."""

# ruff: noqa: E501
# A case is one line.

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import pytest
import yaml

from aloop_models.core.text import apply_edits
from aloop_models.features.diagnostic import Diagnostic, Severity
from aloop_models.features.diagnostics import diagnose
from aloop_models.features.fixes import edits_of
from support.snapshots import snapshot

AZURE, GOOGLE, KEY = (
    "0123abcd4567ef890123abcd4567ef89",
    "AIzaSyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6",
    "my-own-key-with-letters-9",
)
R = "https://r.openai.azure.com"
F = "https://r.services.ai.azure.com"
CALL = f"{R}/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"
G = "https://generativelanguage.googleapis.com"
ERROR, WARNING, INFORMATION, HINT = Severity
URL, VERSION = "invalid-api-base", "out-of-range"
MOVE = "LiteLLM adds the path of the request. Keep only the URL of the resource; put the version in api_version."
KEEP = "Keep only the URL of the resource"
V1 = "A URL with /openai/v1 needs api_version: preview. With a date, keep only the URL of the resource."
OPENAI = "This is Google's URL for OpenAI clients, which gemini/ is not. Remove api_base, or use openai/."
PAGE = "This is the URL of a web page, not of an API."
OF_OPENAI = "sk-proj-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0"
XAI = "xai-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0"
CUSTOM = "custom/ sends a request of its own format to this URL. For an OpenAI-compatible server, use openai/."
VLLM = "vllm/ loads the model in the agent's process and ignores api_base. For a server, use hosted_vllm/."
AT_AZURE = "openai/ can call Azure only at /openai/v1. Use azure/ as the provider, or end the URL with /openai/v1."
LISTENS = "{0} is where a server listens, and not a destination on every system. Use localhost."


class Case(NamedTuple):
    """Fields of an entry and its one diagnostic, with each fix and the fields after it (`None` removes one)."""

    model_id: str
    fields: dict[str, str]
    rule: str
    level: Severity
    underlined: str
    message: str
    fixes: Sequence[tuple[str, Mapping[str, str | None]]]


def azure(base: str, version: str | None = None) -> dict[str, str]:
    """The fields of an Azure entry."""
    return {"api_key": AZURE, "api_base": base} | ({"api_version": version} if version else {})


def moved(base: str, version: str | None = None, after: str = "2024-10-21", resource: str = R) -> Case:
    """A URL of a call, from which the resource stays and the version moves if the entry has none."""
    title = KEEP if version else f"{KEEP}, and set api_version to {after}"
    changes: dict[str, str | None] = {"api_base": resource, **({} if version else {"api_version": after})}
    return Case("azure/gpt-4o", azure(base, version), URL, WARNING, base, MOVE, [(title, changes)])


CASES_OF_PROVIDERS = [
    moved(CALL),
    moved(CALL, "2025-01-01-preview"),
    moved(CALL, "2024-10-21"),
    moved(CALL.replace("2024-10-21", "2025-04-01-preview"), after="2025-04-01-preview"),
    moved(CALL.replace(R, "https://gw.example.com/azure"), resource="https://gw.example.com/azure"),
    moved(f"{R}/openai/responses?api-version=2024-10-21"),
    moved(f"{R}/openai?api-version=2024-10-21"),
    moved(f"{R}?api-version=2024-10-21"),
    moved("HTTPS://R.OPENAI.AZURE.COM/openai/deployments/gpt-4o/completions?api-version=2024-10-21", resource="HTTPS://R.OPENAI.AZURE.COM"),
    *(
        Case("azure/gpt-4o", azure(f"{R}{path}", "2024-10-21"), URL, WARNING, f"{R}{path}", MOVE, [(KEEP, {"api_base": R})])
        for path in ("/openai", "/openai/", "/openai/deployments", "/openai/deployments/", "/openai/deployments/gpt-4o/chat/completions")
    ),
    *(
        Case("azure/gpt-4o", azure(f"{R}/openai/v1{slash}", version), URL, WARNING, f"{R}/openai/v1{slash}", V1, [(KEEP, {"api_base": R}), ("Set api_version to preview", {"api_version": "preview"})])
        for slash in ("", "/")
        for version in ("2024-10-21", None)
    ),
    Case("azure/gpt-4o", azure(f"{R}/openai/v1/chat/completions", "2024-10-21"), URL, WARNING, f"{R}/openai/v1/chat/completions", V1, [(KEEP, {"api_base": R})]),
    Case("azure/gpt-4o", azure(f"{R}/openai/v1/chat/completions", "preview"), URL, WARNING, f"{R}/openai/v1/chat/completions", "LiteLLM adds /openai/v1 and the path of the request. Keep only the URL of the resource.", [(KEEP, {"api_base": R})]),
    Case("azure/gpt-4o", azure(f"{R}/openai/deployments/prod", "2024-10-21"), URL, HINT, "prod", "The deployment in the URL is prod, and the ID has gpt-4o. LiteLLM uses the one in the URL.", [("Change the deployment in the ID to prod", {"": "azure/prod"})]),
    *(
        Case("azure/gpt-4o", azure(R, written), VERSION, ERROR, written, f"api_version is only the version. Write {after}.", [(f"Change to {after}", {"api_version": after})])
        for written, after in (
            ("api-version=2024-10-21", "2024-10-21"),
            ("?api-version=2024-10-21", "2024-10-21"),
            ("v2024-10-21", "2024-10-21"),
            ("2024/10/21", "2024-10-21"),
            ("2024-10-21 ", "2024-10-21"),
            ("2025-01-01-Preview", "2025-01-01-preview"),
            ("api-version=preview", "preview"),
        )
    ),
    moved(f"{F}/models/chat/completions?api-version=2024-05-01-preview", version="2024-05-01-preview", resource=F),
    *(
        Case(model_id, azure(f"{base}{path}", version), URL, WARNING, f"{base}{path}", "LiteLLM adds the path of the request. Keep only the URL of the resource.", [(KEEP, {"api_base": base})])
        for model_id, base, path, version in (
            ("azure/gpt-4o", R, "/v1", "2024-10-21"),
            ("azure/gpt-4o", R, "/v1/", "preview"),
            ("azure/gpt-4o", F, "/models", "2024-10-21"),
            ("azure/gpt-4o", F, "/api/projects/p1", "2024-10-21"),
            ("azure_ai/phi-4", F, "/api/projects/p1/", "2024-10-21"),
            ("azure_ai/phi-4", F, "/v1", "2024-10-21"),
            ("azure_ai/claude-sonnet-4-5", F, "/models/chat/completions", "2024-10-21"),
            ("azure_ai/claude-sonnet-4-5", F, "/openai/v1", "2024-10-21"),
        )
    ),
    Case("azure/gpt-4o", azure(R, "2024-21-10"), VERSION, WARNING, "2024-21-10", "api_version is not a date. Did you mean 2024-10-21?", [("Change to 2024-10-21", {"api_version": "2024-10-21"})]),
    Case("azure/gpt-4o", azure(R, "2024-21-10-preview"), VERSION, WARNING, "2024-21-10-preview", "api_version is not a date. Did you mean 2024-10-21-preview?", [("Change to 2024-10-21-preview", {"api_version": "2024-10-21-preview"})]),
    Case("azure/gpt-4o", azure(R, "2024-31-31"), VERSION, WARNING, "2024-31-31", "api_version is a date, such as 2024-10-21, or preview.", []),
    Case("azure/gpt-4o", azure(R, "newest"), VERSION, WARNING, "newest", "api_version is a date, such as 2024-10-21, or preview.", []),
    *(
        Case("openai/dep", azure(f"{base}{end}"), URL, WARNING, f"{base}{end}", AT_AZURE, [*other, *path])
        for base in (R, "https://r.cognitiveservices.azure.com", F)
        for path in ([("Change the path to /openai/v1", {"api_base": f"{base}/openai/v1"})],)
        for end, other in (
            ("", [("Change the provider to azure", {"": "azure/dep"})]),
            ("/", [("Change the provider to azure", {"": "azure/dep"})]),
            ("/openai/deployments/dep", [("Change the provider to azure", {"": "azure/dep"})]),
            ("/openai/deployments/dep/chat/completions?api-version=2024-10-21", []),
            ("?api-version=2024-10-21", []),
            ("/openai/", []),
            ("/v1", []),
        )
    ),
    Case("openai/dep", azure(f"{R}/openai/deployments/other/chat/completions"), URL, WARNING, f"{R}/openai/deployments/other/chat/completions", AT_AZURE, []),
    Case("openai/dep", azure(f"{R}/openai/v1?api-version=preview"), URL, WARNING, f"{R}/openai/v1?api-version=preview", "api_base must end before '?' or '#'. Remove the rest.", [("Remove '?' and what follows", {"api_base": f"{R}/openai/v1"})]),
    *(
        Case("gemini/gemini-2.5-pro", {"api_key": GOOGLE, "api_base": f"{G}/v1beta/openai{end}"}, URL, WARNING, f"{G}/v1beta/openai{end}", OPENAI, [("Remove api_base", {"api_base": None}), *other])
        for end, other in (
            ("", [("Change the provider to openai", {"": "openai/gemini-2.5-pro"})]),
            ("/", [("Change the provider to openai", {"": "openai/gemini-2.5-pro"})]),
            ("/chat/completions", []),
        )
    ),
    Case("gemini/gemini-2.5-pro", {"api_key": GOOGLE, "api_base": "https://gw.example.com/v1beta/openai/"}, URL, WARNING, "https://gw.example.com/v1beta/openai/", "A URL that ends with /openai is for OpenAI clients, and gemini/ is not one. Remove it, or use openai/.", [("Remove /openai", {"api_base": "https://gw.example.com/v1beta"}), ("Change the provider to openai", {"": "openai/gemini-2.5-pro"})]),
    *(
        Case(model_id, {"api_key": key, "api_base": url}, URL, WARNING, url, f"{PAGE} Remove api_base.", [("Remove api_base", {"api_base": None})])
        for model_id, key, url in (
            ("openai/gpt-4o", OF_OPENAI, "https://platform.openai.com/v1"),
            ("openai/gpt-4o", OF_OPENAI, "https://Platform.OpenAI.com/api-keys?x=1#a"),
            ("xai/grok-4.3", XAI, "https://x.ai/v1"),
        )
    ),
    Case("azure/gpt-4o", azure("https://portal.azure.com/#resource"), URL, WARNING, "https://portal.azure.com/#resource", f"{PAGE} Write the URL of the API.", []),
    Case("openai/claude", {"api_key": "my-own-key-9", "api_base": "https://console.anthropic.com"}, URL, WARNING, "https://console.anthropic.com", f"{PAGE} Write the URL of the API.", []),
    Case("custom/llama3", {"api_base": "http://localhost:8000/v1"}, URL, WARNING, "http://localhost:8000/v1", CUSTOM, [(f"Change the provider to {name}", {"": f"{name}/llama3"}) for name in ("openai", "hosted_vllm")]),
    Case("custom/llama3", {"api_base": "http://localhost:8000/v1/chat/completions"}, URL, WARNING, "http://localhost:8000/v1/chat/completions", CUSTOM, []),
    Case("vllm/org/qwen", {"api_base": "http://localhost:8000/v1"}, URL, WARNING, "http://localhost:8000/v1", VLLM, [("Change the provider to hosted_vllm", {"": "hosted_vllm/org/qwen"})]),
    *(
        Case("openai/m", {"api_key": KEY, "api_base": f"http://{host}:4000{path}"}, URL, INFORMATION, host, LISTENS.format(host), [("Change to localhost", {"api_base": f"http://localhost:4000{path}"})])
        for host in ("0.0.0.0", "[::]")
        for path in ("", "/v1")
    ),
    Case("ollama/a", {"api_base": "http://0.0.0.0:11434"}, URL, INFORMATION, "0.0.0.0", LISTENS.format("0.0.0.0"), [("Change to localhost", {"api_base": "http://localhost:11434"})]),
]  # fmt: skip


def block(model_id: str, fields: dict[str, str], quote: str = "'") -> str:
    """A file of one entry."""
    lines = "".join(f"    {name}: {quote}{value}{quote}\n" for name, value in fields.items())
    return f"models:\n  {model_id}:\n{lines}    name: A\ndefault: {model_id}\n"


def flow(model_id: str, fields: dict[str, str]) -> str:
    """The same file with the fields in braces."""
    inner = "".join(f"{name}: '{value}', " for name, value in fields.items())
    return f"models:\n  {model_id}: {{{inner}name: A}}\ndefault: {model_id}\n"


def only(text: str) -> Diagnostic:
    """The one diagnostic of a text."""
    (found,) = diagnose(snapshot(text)).items
    return found


def fixed(text: str, found: Diagnostic, index: int) -> str:
    """The text after a fix, with the uses of a changed ID."""
    return apply_edits(text, edits_of(snapshot(text), found.fixes[index]))


def expected(case: Case, changes: Mapping[str, str | None]) -> dict[str, object]:
    """The file after a fix."""
    fields = {name: value for name, value in {**case.fields, **changes}.items() if name and value is not None}
    model_id = changes.get("", case.model_id)
    return {"models": {model_id: fields | {"name": "A"}}, "default": model_id}


@pytest.mark.parametrize("write", [block, flow])
@pytest.mark.parametrize(
    "case", CASES_OF_PROVIDERS, ids=[f"{case.model_id} {case.fields}" for case in CASES_OF_PROVIDERS]
)
def test_case(case: Case, write: Callable[[str, dict[str, str]], str]) -> None:
    text = write(case.model_id, case.fields)
    found = only(text)
    assert (found.rule.id, found.level, text[slice(*found.span)].strip("'")) == (case.rule, case.level, case.underlined)
    assert found.message == f"{case.model_id}: {case.message}"
    assert [fix.title for fix in found.fixes] == [title for title, _ in case.fixes]
    for index, (_, changes) in enumerate(case.fixes):
        after = fixed(text, found, index)
        assert yaml.safe_load(after) == expected(case, changes)
        assert diagnose(snapshot(after)).items == ()


def test_the_url_of_a_call_to_another_deployment() -> None:
    text = block("azure/gpt-4o", azure(CALL.replace("deployments/gpt-4o", "deployments/prod")), quote="")
    call, deployment = diagnose(snapshot(text)).items
    assert (call.level, call.message) == (WARNING, f"azure/gpt-4o: {MOVE}")
    said = "The deployment in the URL is prod, and the ID has gpt-4o. LiteLLM uses the one in the ID."
    assert (deployment.level, text[slice(*deployment.span)]) == (HINT, "prod")
    assert deployment.message == f"azure/gpt-4o: {said}"
    renamed = fixed(text, deployment, 0)
    assert renamed == text.replace("azure/gpt-4o", "azure/prod")
    assert fixed(renamed, only(renamed), 0) == fixed(text, call, 0).replace("azure/gpt-4o", "azure/prod")


def test_a_fix_does_not_give_an_id_that_exists() -> None:
    text = "models:\n  vllm/q:\n    api_base: http://localhost:1/v1\n  hosted_vllm/q:\n    api_base: http://localhost:1/v1\n"
    found = next(item for item in diagnose(snapshot(text)).items if item.rule.id == URL)
    assert edits_of(snapshot(text), found.fixes[0]) == ()


def test_a_comment_stays_and_only_the_line_changes() -> None:
    text = f"models:\n  azure/gpt-4o:\n    name: A # one\n    api_base: {CALL} # two\n    api_key: {AZURE}\ndefault: azure/gpt-4o\n"
    assert fixed(text, only(text), 0) == text.replace(
        f"    api_base: {CALL} # two", f"    api_version: '2024-10-21'\n    api_base: {R} # two"
    )


def test_an_empty_version_is_replaced() -> None:
    text = block("azure/gpt-4o", azure(CALL)).replace("    name", "    api_version: ''\n    name")
    assert yaml.safe_load(fixed(text, only(text), 0))["models"]["azure/gpt-4o"]["api_version"] == "2024-10-21"


def test_two_mistakes_in_one_url_have_two_diagnostics() -> None:
    text = block("ollama/a", {"api_base": "http://0.0.0.0:11434/api"})
    assert sorted(fix.title for item in diagnose(snapshot(text)).items for fix in item.fixes) == [
        "Change to localhost",
        "Remove /api",
    ]
    text = block("vllm/q", {"api_base": "http://localhost:8000"})
    assert [item.fixes[0].title for item in diagnose(snapshot(text)).items] == [
        "Add /v1",
        "Change the provider to hosted_vllm",
    ]


@pytest.mark.parametrize(
    ("model_id", "fields"),
    [
        ("azure/gpt-4o", azure(R, "2024-10-21")),
        ("azure/gpt-4o", azure(f"{R}/", "2025-01-01-preview")),
        ("azure/gpt-4o", azure("https://gw.example.com/azure/v1", "2025-01-01-preview")),
        ("azure_ai/phi-4", azure(f"{F}/models")),
        ("azure_ai/phi-4", azure("https://p.eastus.models.ai.azure.com/v1")),
        ("azure_ai/agents/asst_1", azure(f"{F}/api/projects/p1")),
        ("azure/gpt-4o", azure(R, "preview")),
        ("azure/gpt-4o", azure(R)),
        ("azure/gpt-4o", azure(f"{R}/openai/v1/", "preview")),
        ("azure/gpt-4o", azure(f"{R}/openai/v1", "v1")),
        ("azure/gpt-4o", azure(f"{R}/openai/deployments/gpt-4o", "2024-10-21")),
        ("azure/o_series/d", azure(f"{R}/openai/deployments/d", "2024-10-21")),
        ("azure/gpt-4o#work", azure(f"{R}/openai/deployments/gpt-4o/", "2024-10-21")),
        ("openai/gpt-4o", {"api_key": AZURE, "api_base": f"{R}/openai/v1/"}),
        ("openai/gpt-4o", azure(f"{F}/models")),
        ("openai/gpt-4o", azure(f"{F}/api/projects/p1/openai/v1")),
        ("openai/gpt-4o", azure("https://p.eastus.models.ai.azure.com/v1")),
        ("gemini/gemini-2.5-pro", {"api_key": GOOGLE, "api_base": f"{G}/v1beta"}),
        ("gemini/gemini-2.5-pro", {"api_key": GOOGLE, "api_base": "https://gw.example.com/openais"}),
        ("openai/gemini-2.5-pro", {"api_key": GOOGLE, "api_base": f"{G}/v1beta/openai/"}),
        ("hosted_vllm/q", {"api_base": "http://localhost:8000/v1"}),
        ("vllm/q", {}),
    ],
)
def test_right_entries(model_id: str, fields: dict[str, str]) -> None:
    found = [item for item in diagnose(snapshot(block(model_id, fields))).items if item.rule.id in (URL, VERSION)]
    assert found == []


def test_a_key_in_place_of_a_deployment_is_not_written_into_the_id() -> None:
    key = "0123abcd4567ef890123abcd4567ef89"
    text = block("azure/gpt-4o", azure(CALL.replace("deployments/gpt-4o", f"deployments/{key}")), quote="")
    [found] = diagnose(snapshot(text)).items
    assert [fix.title for fix in found.fixes] == [
        "Keep only the URL of the resource, and set api_version to 2024-10-21"
    ]
