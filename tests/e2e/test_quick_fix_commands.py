"""Quick fixes that are commands, as an editor runs them: asked for, answered, in the file, and no key on the way."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from lsp_client import LspClient, LspError
from support.server import KEY, project, raw_client

NEW = "sk-proj-ZyXwVuTsRqPoNmLkJiHgFeDc9876543210ZyXwVuTs"
CLAUDE = "sk-ant-api03-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0"
ASKS = {"asksQuestions": True}
SET, USE = "Set API key…", "Use the key of GPT-4o"


def file(fields: str, model_id: str = "openai/gpt-4.1") -> str:
    gpt_4o = f"  openai/gpt-4o:\n    name: GPT-4o\n    api_key: {KEY}\n"
    return f"models:\n{gpt_4o}  {model_id}: # here\n    timeout: 60\n{fields}\ndefault: openai/gpt-4o\n"


def rules(client: LspClient, path: Path) -> list[str]:
    return [item["code"] for item in client.wait_diagnostics(path).diagnostics]


def fixes(client: LspClient, path: Path) -> dict[str, Any]:
    """The quick fixes of the first problem, by title, without "Ignore here"."""
    (first, *_) = client.wait_diagnostics(path, bool).diagnostics
    context = {"diagnostics": [first], "only": ["quickfix"]}
    document = {"uri": path.as_uri()}
    found = client.request(
        "textDocument/codeAction", {"textDocument": document, "range": first["range"], "context": context}
    )
    return {item["title"]: item for item in found if not item["title"].startswith("Ignore here: ")}


def carry_out(client: LspClient, action: Any, answer: str = "") -> Any:
    """Run the command of a fix; where the server asks, give the answer, as docs/protocol.md says."""
    command = action["command"]
    (argument,) = command["arguments"]
    try:
        return client.execute(command["command"], argument)
    except LspError as error:
        refused = error
    question = refused.data["question"]
    assert (refused.data["reason"], question["secret"], question["field"]) == ("needsInput", True, "apiKey")
    assert question["prompt"] == f"API key for {argument['modelId']}"
    return client.execute(command["command"], argument | {question["field"]: answer})


def follow(client: LspClient, path: Path) -> list[str]:
    """Load what the command wrote, as an editor does; the rules that are still broken."""
    client.set_text(path, path.read_text(encoding="utf-8"))
    client.save(path)
    return rules(client, path)


CASES = {
    "missing-api-key": "",
    "placeholder-api-key": "    api_key: sk-...\n",
    "malformed-api-key": "    api_key: sk-short\n",
    "key-of-another-provider": f"    api_key: {CLAUDE}\n",
    "env-reference": "    api_key: ${OPENAI_API_KEY}\n",
}


@pytest.mark.parametrize("rule", CASES)
@pytest.mark.parametrize(("title", "key"), [(SET, NEW), (USE, KEY)], ids=["typed", "of another model"])
def test_a_fix_of_a_key_writes_it_into_the_file_and_nowhere_else(
    tmp_path: Path, rule: str, title: str, key: str
) -> None:
    path = project(tmp_path, file(CASES[rule]))
    with raw_client() as client:
        client.initialize(tmp_path, options=ASKS)
        client.open(path)
        assert rules(client, path) == [rule]
        found = fixes(client, path)
        assert [item for item in found if item in (SET, USE)] == [USE, SET]
        result = carry_out(client, found[title], NEW)
        assert (result["modelIds"], result["saved"]) == (["openai/gpt-4.1"], True)
        wanted = file(f"    api_key: {key}\n")
        assert path.read_text() == wanted
        assert follow(client, path) == []
        received = client.recording.channels()["stdout"] + client.recording.channels()["stderr"]
        assert not [secret for secret in (KEY, NEW, CLAUDE) if secret[12:24].encode() in received]


def test_a_fix_of_unsaved_text_is_an_edit_of_the_buffer(tmp_path: Path) -> None:
    path = project(tmp_path, file(""))
    unsaved = f"# unsaved\n{file(CASES['placeholder-api-key'])}"
    with raw_client() as client:
        client.initialize(tmp_path, options=ASKS)
        client.open(path, unsaved)
        result = carry_out(client, fixes(client, path)[SET], NEW)
        assert result["saved"] is False
        assert client.text(path) == f"# unsaved\n{file(f'    api_key: {NEW}{chr(10)}')}"
        assert path.read_text() == file("")


def test_an_editor_that_asks_nothing_gets_no_question(tmp_path: Path) -> None:
    path = project(tmp_path, file(""))
    with raw_client() as client:
        client.initialize(tmp_path)
        client.open(path)
        assert list(fixes(client, path)) == [USE]


def test_the_url_of_a_local_server(tmp_path: Path) -> None:
    path = project(tmp_path, file("", "lm_studio/qwen3"))
    with raw_client() as client:
        client.initialize(tmp_path)
        client.open(path)
        assert rules(client, path) == ["missing-api-base"]
        (fix,) = fixes(client, path).values()
        assert (fix["title"], fix.get("isPreferred")) == ("Add api_base: http://localhost:1234/v1", None)
        client.apply_workspace_edit({"edit": fix["edit"]})
        assert client.text(path) == file("    api_base: http://localhost:1234/v1\n", "lm_studio/qwen3")
        assert rules(client, path) == []


def test_a_fix_is_for_its_own_file(tmp_path: Path) -> None:
    """A window can have a models.yaml open that it does not use."""
    used, other = project(tmp_path / "used", file("")), project(tmp_path / "other", file(""))
    with raw_client() as client:
        client.initialize(tmp_path / "used", options=ASKS)
        client.open(other)
        carry_out(client, fixes(client, other)[SET], NEW)
        assert other.read_text() == file(f"    api_key: {NEW}\n")
        assert used.read_text() == file("")


@pytest.mark.parametrize(
    ("rule", "mode", "title", "said"),
    [
        (
            "not-gitignored",
            0o600,
            "Add to .gitignore",
            "Added .aloop/*models* to {0}/.gitignore, so that git ignores your API keys.",
        ),
        ("readable-by-others", 0o644, "Make readable only by you", "Only you can read {0}/.aloop/models.yaml now."),
    ],
)
def test_a_file_is_protected_and_its_problem_is_gone(
    tmp_path: Path, rule: str, mode: int, title: str, said: str
) -> None:
    path = project(tmp_path, file(f"    api_key: {KEY}\n"), mode)
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    if rule != "not-gitignored":
        (tmp_path / ".gitignore").write_text(".aloop/*models*\n")
    with raw_client() as client:
        client.initialize(tmp_path)
        client.open(path)
        (problem,) = client.wait_diagnostics(path, bool).diagnostics
        assert problem["code"] == rule
        (fix,) = fixes(client, path).values()
        assert (fix["title"], fix["isPreferred"]) == (title, True)
        mark = client.mark()
        assert carry_out(client, fix)["message"] == said.format(tmp_path)
        client.wait_notification("textDocument/publishDiagnostics", lambda sent: not sent["diagnostics"], since=mark)
        assert path.stat().st_mode & 0o077 == 0
        assert (tmp_path / ".gitignore").read_text().endswith(".aloop/*models*\n")


def titles_of_rules(client: LspClient, path: Path) -> dict[str, Any]:
    """The actions that ignore the first problem or turn its rule off, by title."""
    (first, *_) = client.wait_diagnostics(path).diagnostics
    context = {"diagnostics": [first], "only": ["quickfix"]}
    where = {"textDocument": {"uri": path.as_uri()}, "range": first["range"], "context": context}
    found = client.request("textDocument/codeAction", where)
    return {item["title"]: item for item in found if item["title"].startswith(("Ignore ", "Turn off "))}


def test_a_rule_is_turned_off_where_the_client_can(tmp_path: Path) -> None:
    path = project(tmp_path, "models:\n  ollama/a:\n    whatever: 1\ndefault: ollama/a\n")
    options = {"disableRuleCommand": "my.disable", "disableRuleTargets": ["user", "workspace", "elsewhere"]}
    with raw_client() as client:
        client.initialize(tmp_path, options=options)
        client.open(path)
        found = titles_of_rules(client, path)
        assert list(found) == [
            "Ignore here: unknown-field",
            "Turn off unknown-field in the workspace settings",
            "Turn off unknown-field in the user settings",
        ]
        assert found["Turn off unknown-field in the user settings"]["command"] == {
            "title": "Turn off unknown-field in the user settings",
            "command": "my.disable",
            "arguments": [{"uri": path.as_uri(), "rule": "unknown-field", "target": "user"}],
        }
        since = client.mark()
        client.notify("workspace/didChangeConfiguration", {"settings": {"aloop": {"disabledRules": ["unknown-field"]}}})
        assert client.wait_notification("textDocument/publishDiagnostics", since=since).params["diagnostics"] == []


def test_other_clients_can_only_ignore(tmp_path: Path) -> None:
    path = project(tmp_path, "models:\n  ollama/a:\n    whatever: 1\ndefault: ollama/a\n")
    with raw_client() as client:
        client.initialize(tmp_path)
        client.open(path)
        assert list(titles_of_rules(client, path)) == ["Ignore here: unknown-field"]
