"""Ready is one predicate: each interface gives the same answer for the same entry."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from aloop_models.agent.starting import ready_profiles
from aloop_models.catalog import Catalog, file_secrets
from aloop_models.commands import BY_ID, parse_arguments
from aloop_models.commands.lookup import NotReadyError
from aloop_models.core.reader import read_document
from aloop_models.core.schema import Schema
from aloop_models.features.code_actions import code_actions
from aloop_models.features.code_lens import code_lenses
from aloop_models.features.completion import complete
from aloop_models.features.current_model import current_id
from aloop_models.features.diagnostic import Severity
from aloop_models.features.diagnostics import diagnose
from aloop_models.features.hover import hover
from aloop_models.features.readiness import brief_reason, next_step, step_for, why_not_ready
from aloop_models.llm.model_manager import ModelManager
from aloop_models.settings import Settings
from aloop_models.snapshot import Snapshot
from aloop_models.workspace.workspace import Workspace
from support.snapshots import facts, snapshot

OPENAI = "sk-proj-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0"
AZURE = "0123abcd4567ef890123abcd4567ef89"
REFERENCE = "its API key is a reference, and references are not expanded"
PLACEHOLDER = "its API key is a placeholder"
OF_SERVER = "its API key is a placeholder, and can be removed if the server needs none"
REFERENCES = [
    "${OPENAI_API_KEY}",
    "$OPENAI_API_KEY",
    "'%OPENAI_API_KEY%'",
    "os.environ/OPENAI_API_KEY",
    "env:OPENAI_API_KEY",
    "'{env:OPENAI_API_KEY}'",
    "{env:OPENAI_API_KEY}",
    "{file:~/openai.key}",
    "ENV/OPENAI_API_KEY",
    "process.env.OPENAI_API_KEY",
    "$(op read op://Private/OpenAI/key)",
    "'`pass openai`'",
    "op://Private/Mistral/credential",
    "user_provided",
    "MISTRAL_API_KEY",
    "HF_TOKEN",
    "openai_api_key",
    "'{{ OPENAI_API_KEY }}'",
    "os.getenv('X')",
    "~/.keys/openai",
    "Bearer ${OPENAI_API_KEY}",
]
GATEWAY = "api_base: https://gw.example.com/v1"
CASES: list[tuple[str, str, str | None]] = [
    ("openai/gpt-4o", f"api_key: {OPENAI}", None),
    ("openai/gpt-4o", "", "it has no API key"),
    ("openai/gpt-4o", "api_key: ''", "it has no API key"),
    ("openai/gpt-4o", "api_key: sk-...", PLACEHOLDER),
    ("openai/gpt-4o", f"api_key: <{OPENAI}>", None),
    ("openai/gpt-4o", "api_key: <1234567890abcdef1234567890abcdef>", PLACEHOLDER),
    ("openai/gpt-4o", "api_key: 0123456", "its api_key is not text (quote it)"),
    *(("openai/gpt-4o", f"api_key: {text}", REFERENCE) for text in REFERENCES),
    ("openai/gpt-4o", f"{GATEWAY}\n    api_key: MISTRAL_API_KEY", REFERENCE),
    ("openai/gpt-4o", f"{GATEWAY}\n    api_key: your-api-key", OF_SERVER),
    ("openai/gpt-4o", "api_base: http://localhost:8000/v1\n    api_key: your-api-key", OF_SERVER),
    ("openai/gpt-4o", GATEWAY, None),
    ("openai/gpt-4o", "api_base: http://[::1]:8000/v1", None),
    ("openai/gpt-4o#work", f"api_key: {OPENAI}", None),
    ("openai/gpt-4#old", f"api_key: {OPENAI}", "it was retired on 2026-10-23"),
    ("openai/gpt-4o", "api_base: http://localhost:8000/v1\n    api_key: EMPTY", None),
    ("openai/gpt-4o", "api_base: https://${H}/v1", "its api_base is a reference, and references are not expanded"),
    ("openai/gpt-4o", "api_base: OPENAI_BASE_URL", "its api_base is a reference, and references are not expanded"),
    ("openai/gpt-4o", "api_base: https://<resource>.example.com", "its api_base is a placeholder"),
    ("openai/gpt-4o", "extra_headers: {Authorization: Bearer q7Zk19fMx2}", None),
    ("azure/gpt-4o", "api_base: https://r.openai.azure.com\n    extra_headers: {api-key: q7Zk19fMx2}", None),
    ("anthropic/claude-opus-5", "extra_headers: {X-Api-Key: q7Zk19fMx2}", None),
    ("openai/gpt-4o", "extra_headers: {X-Title: q7Zk19fMx2}", "it has no API key"),
    ("openai/gpt-4o", "extra_headers: {Authorization: Bearer}", "it has no API key"),
    ("openai/gpt-4o", "extra_headers: {Authorization: 'Bearer ${GW}'}", REFERENCE),
    ("openai/gpt-4o", "extra_headers: {authorization: GW_TOKEN}", REFERENCE),
    ("openai/gpt-4o", "extra_headers: {Authorization: Bearer your-api-key}", PLACEHOLDER),
    ("openai/gpt-4o", "extra_headers: {Authorization: Bearer xxx}", PLACEHOLDER),
    ("openai/gpt-4o", f"api_key: {OPENAI}\n    timeout: 5m", "timeout must be a number of seconds, not text"),
    ("azure/gpt-4o", f"api_key: {AZURE}", "api_base is missing"),
    ("antropic/claude-opus-5", f"api_key: {OPENAI}", "LiteLLM has no provider 'antropic'"),
    ("ollama/llama3.1", "api_base: localhost:11434", "its api_base is not a valid URL"),
    ("antropic/claude-opus-5", GATEWAY, "LiteLLM has no provider 'antropic'"),
    ("gpt-4o", f"api_key: {OPENAI}", "its ID is not provider/model"),
    ("openai/text-embedding-3-small", f"api_key: {OPENAI}", "it is not a chat model (mode: embedding)"),
    ("openai/gpt-image-1", f"api_key: {OPENAI}", "it is not a chat model (mode: image_generation)"),
    ("openai/gpt-4", f"api_key: {OPENAI}", "it was retired on 2026-10-23"),
    ("openai/gpt-4", GATEWAY, None),
    ("ollama/llama3.1", "", None),
    ("ollama/llama3.1", "api_key: xxx", None),
    ("bedrock/anthropic.claude-opus-4-1", "aws_region_name: us-east-1", None),
    (
        "bedrock/anthropic.claude-opus-4-1",
        "aws_region_name: os.environ/AWS_REGION",
        "one of its values is a reference, and references are not expanded",
    ),
    ("openai/gpt-4o", f"api_key: {OPENAI}\n    stop: ['$(', '```', '${{']", None),
]


def text_of(model_id: str, fields: str) -> str:
    return f"models:\n  {model_id}:\n    {fields or 'name:'}\n"


def refused(command: str, subject: Snapshot, model_id: str) -> str | None:
    definition = BY_ID[f"aloop.{command}"]
    try:
        definition.run(subject, parse_arguments(definition, {"modelId": model_id}))
    except NotReadyError as refusal:
        return refusal.message.partition(" is not ready: ")[2].rpartition(". ")[0]
    return None


@pytest.mark.parametrize(("model_id", "fields", "reason"), CASES)
def test_every_feature_and_command_gives_one_answer(model_id: str, fields: str, reason: str | None) -> None:
    text = text_of(model_id, fields)
    subject = snapshot(text)
    entry = subject.document.by_id[model_id].entry
    assert why_not_ready(entry, subject.facts) == reason
    show = BY_ID["aloop.showModel"]
    shown = show.run(subject, parse_arguments(show, {"modelId": model_id})).value
    listed = BY_ID["aloop.listModels"].run(subject, parse_arguments(BY_ID["aloop.listModels"], {})).value["models"]
    assert (shown["ready"], shown["notReady"]) == (reason is None, reason)
    assert [(item["ready"], item["notReady"]) for item in listed] == [(reason is None, reason)]  # type: ignore[union-attr]
    assert refused("switchModel", subject, model_id) == refused("setDefaultModel", subject, model_id) == reason
    assert current_id(subject) == (model_id if reason is None else None)
    about = hover(subject, text.index(model_id) + 1)
    assert about is not None
    assert ("Ready" in about.markdown, "Not ready" in about.markdown) == (reason is None, reason is not None)
    (lens,) = code_lenses(subject)
    assert lens.title == ("Current" if reason is None else f"Not ready: {brief_reason(reason, model_id)}")
    span = subject.document.by_id[model_id].key_span
    titles = [action.title for action in code_actions(subject, diagnose(subject).items, span)]
    assert any(title.startswith(("Make ", "Switch to ")) for title in titles) == (reason is None)
    missing = next(item for item in diagnose(subject).items if item.rule.id == "missing-default")
    assert len(missing.fixes) == (reason is None)
    offered = complete(snapshot(f"{text}default: "), len(text) + 9, snippets=True).items[0]
    said = "" if reason is None else f"not ready: {brief_reason(reason, model_id)}"
    assert said in offered.detail
    assert ("not ready" in offered.detail) == (reason is not None)


@pytest.mark.parametrize(("model_id", "fields", "reason"), CASES)
def test_the_agent_gives_the_same_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model_id: str, fields: str, reason: str | None
) -> None:
    monkeypatch.setenv("ALOOP_TODAY", "2026-11-22")
    path = tmp_path / ".aloop" / "models.yaml"
    path.parent.mkdir()
    path.write_text(text_of(model_id, fields), encoding="utf-8")
    manager = ModelManager(path)
    assert manager.is_configured() == (reason is None)
    assert manager.current_model_id == (model_id if reason is None else None)
    profile = manager.get_model(model_id)
    if profile is not None:
        assert manager.validate_model(profile)[0] == (reason is None)
    ready = [item.model_id for item in ready_profiles(Workspace((tmp_path,), config=path), path)]
    assert ready == ([model_id] if reason is None else [])
    assert manager.set_default(model_id) == (reason is None)


@pytest.mark.parametrize(("model_id", "fields", "reason"), CASES)
def test_a_disabled_rule_makes_no_model_ready(model_id: str, fields: str, reason: str | None) -> None:
    document = snapshot(text_of(model_id, fields)).document
    quiet = Settings(disabled_rules=frozenset(item.rule.id for item in diagnose(snapshot(document.text)).items))
    assert why_not_ready(document.by_id[model_id].entry, facts(settings=quiet)) == reason


@pytest.mark.parametrize(("model_id", "fields", "reason"), CASES)
def test_an_entry_with_an_error_is_never_ready(model_id: str, fields: str, reason: str | None) -> None:
    errors = [item for item in diagnose(snapshot(text_of(model_id, fields))).items if item.level is Severity.ERROR]
    assert not errors or reason is not None


def test_an_undefined_default_is_not_replaced_by_a_model_that_is_not_ready() -> None:
    text = f"models:\n  openai/gpt-4o:\n  openai/gpt-4.1: {{api_key: {OPENAI}}}\ndefault: openai/gpt-4\n"
    fixes = [
        fix for item in diagnose(snapshot(text)).items if item.rule.id == "undefined-default" for fix in item.fixes
    ]
    assert [fix.title for fix in fixes] == ["Change default to openai/gpt-4.1"]


def test_readiness_does_not_search_the_catalog_for_similar_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readiness asks for the facts of a model itself, without the checks that search the catalog."""
    searched: list[str] = []

    def search(_: Catalog, model_id: str, limit: int = 3) -> tuple[str, ...]:
        searched.append(f"{model_id} {limit}")
        return ()

    monkeypatch.setattr(Catalog, "nearest_models", search)
    monkeypatch.setattr(Catalog, "nearest_providers", search)
    shot = snapshot(
        "models:\n  openai/gpt-4oo:\n    api_key: your-key\n  olama/llama3:\n    api_base: http://localhost:1\n"
    )
    reasons = [why_not_ready(placed.entry, shot.facts) for placed in shot.document.entries]
    assert (reasons, searched) == ([PLACEHOLDER, "LiteLLM has no provider 'olama'"], [])
    diagnose(shot)
    assert searched == ["openai/gpt-4oo 3", "olama 3"]


def test_the_secrets_of_an_unchanged_entry_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def secrets_of(name: str, value: object, _: Schema) -> list[str]:
        asked.append(f"{name}: {value}")
        return []

    text = "models:\n  ollama/a:\n    timeout: 10\n  ollama/b:\n    timeout: 20\n"
    shot = snapshot(text)
    monkeypatch.setattr(file_secrets, "_secrets_of_value", secrets_of)
    assert shot.redactor.secrets == frozenset()
    assert asked == ["timeout: 10", "timeout: 20"]
    changed = replace(shot, document=read_document(text.replace("20", "30"), shot.document))
    assert changed.redactor.secrets == frozenset()
    assert asked == ["timeout: 10", "timeout: 20", "timeout: 30"]


def test_a_brief_reason_does_not_repeat_the_id() -> None:
    assert brief_reason("openai/gpt-4o: it has no API key, and it needs one", "openai/gpt-4o") == "no API key"
    assert brief_reason("••••••••: its ID is not provider/model", OPENAI) == "ID is not provider/model"


def test_a_step_names_a_command_without_a_key() -> None:
    step = f"Not ready. {next_step('it has no API key')}"
    assert step_for(step, "openai/gpt-4o", "/model") == "Not ready. Set one: /model key openai/gpt-4o"
    assert step_for(step, OPENAI, "/model") == "Not ready. Set one: /model key ••••••••"
