"""No secret on any channel: keys planted wherever a person may put one, every request sent, every bug provoked."""

import hashlib
import json
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lsp_client import LspClient, LspError
from support.server import SERVER, environment, project, raw_client
from support.tally import LOST, TRIED

FAULTY = [sys.executable, str(Path(__file__).with_name("faulty_server.py"))]
PIECE = 8
"""So many characters of a secret in a row are a leak."""


def secret(name: str, prefix: str = "", length: int = 40) -> str:
    """A key of its own for each place; the same in every run, and no word in it."""
    digest = hashlib.shake_256(name.encode()).hexdigest(length)[:length]
    return prefix + "".join(letter.upper() if index % 3 else letter for index, letter in enumerate(digest))


API_KEY = secret("api_key", "sk-proj-")
ANTHROPIC_KEY = secret("anthropic", "sk-ant-api03-", 60)
SHORT_KEY = secret("short", length=12)
NUMBER_KEY = "7391640285517"
NAME = secret("name", "sk-proj-")
MODEL_ID = secret("model id", "sk-proj-")
ID_PART = secret("id part", "sk-proj-")
DEFAULT = secret("default", "sk-proj-")
UNKNOWN = secret("unknown field", length=20)
FIELD_NAME = secret("field name", "sk-proj-")
PASSWORD = secret("password", length=14)
QUERY = secret("query", length=24)
HEADER = secret("header", length=24)
AWS = secret("aws", length=40)
TIMEOUT = secret("timeout", "gsk_", 44)
DROP = secret("drop_params", "sk-proj-")
COMMENT = secret("comment", "gsk_", 44)
BLOCK = secret("block", "sk-proj-")
ROOT = secret("root key", "sk-proj-")
SECRETS = {name: value for name, value in globals().items() if name.isupper() and isinstance(value, str)}

TEXT = f"""\
# A key in a comment: {COMMENT}
models:
  openai/gpt-4o: # {COMMENT}
    name: {NAME}
    api_key: &key {API_KEY}
    my_own: {UNKNOWN}
    {FIELD_NAME}: 5
  openai/gpt-4o-mini: {{api_key: *key, nam: {UNKNOWN}, timeout: {TIMEOUT}}}
  anthropic/claude-sonnet-4-5:
    api_key: {API_KEY}
    api_base: "https://me:{PASSWORD}@proxy.example.com/v1?key={QUERY}"
    extra_headers: {{Authorization: Bearer {HEADER}, X-Key: [{HEADER}]}}
  bedrock/anthropic.claude-opus-4-1:
    aws_access_key_id: {AWS}
    aws_secret_access_key: {AWS}
    drop_params: {DROP}
  openai/o3:
    api_key: {ANTHROPIC_KEY}
    organization: {API_KEY}
    base_url: {UNKNOWN}
  openai/{ID_PART}:
    api_key: {NUMBER_KEY}
  {MODEL_ID}:
    api_key: [{SHORT_KEY}]
  openai/gpt-4.1:
    api_key: |
      {BLOCK}
    stream: {DROP}
  openai/gpt-4.1:
    api_key: "{API_KEY} "
default: {DEFAULT}
{ROOT}: {UNKNOWN}
"""
BEGUN = re.compile(r"(sk-proj-|gsk_)\w{0,12}$")
"""The beginning of a key is told from a word only by a dozen characters, where no key belongs."""
BROKEN = TEXT.replace("default:", f'  openai/x:\n    api_key: "{BLOCK}\n   odd: {SHORT_KEY}\ndefault:')
AT_PLACES = (
    "completion",
    "hover",
    "definition",
    "documentHighlight",
    "references",
    "prepareRename",
    "rename",
    "codeAction",
)
OF_FILE = (
    "documentSymbol",
    "codeLens",
    "foldingRange",
    "documentLink",
    "semanticTokens/full",
)


def pieces(value: str) -> Iterator[bytes]:
    """All that may not be seen of a secret; known beginnings of keys are public."""
    body = value.rpartition("-")[2]
    for start in range(max(1, len(body) - PIECE + 1)):
        yield body[start : start + PIECE].encode()


def leaks(channels: dict[str, bytes]) -> list[str]:
    """The secrets that are seen on each channel, in any piece of eight characters."""
    return [
        f"{name} on {channel}"
        for channel, data in channels.items()
        for name, value in SECRETS.items()
        if any(piece in data for piece in pieces(value))
    ]


def require_secrecy(channels: dict[str, bytes]) -> None:
    """No secret is seen on any channel."""
    found = leaks(channels)
    TRIED["bytes searched for secrets"] += sum(map(len, channels.values()))
    LOST["secrets shown"] += len(found)
    assert found == []


def answers(client: LspClient, log: Path) -> dict[str, bytes]:
    """All that the server has said."""
    channels = client.recording.channels()
    # Escapes in JSON must hide nothing.
    decoded = re.sub(rb"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)).encode(), channels["stdout"])
    written = log.read_bytes() if log.exists() else b""
    return {"stdout": channels["stdout"] + decoded, "stderr": channels["stderr"], "log": written}


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "server.log"


def started(log: Path, *fault: str) -> LspClient:
    command = [*FAULTY, *fault] if fault else SERVER
    return raw_client("--log-level", "debug", "--log-file", str(log), command=command)


def attempt(client: LspClient, method: str, params: Any) -> Any:
    """The result of a request, or the error it was answered with."""
    try:
        return client.request(method, params)
    except LspError as error:
        return error


def params_at(client: LspClient, path: Path, method: str, offset: int) -> dict[str, Any]:
    """The params of a request about a place."""
    place = client.at(path, offset)
    if method == "rename":
        return place | {"newName": f"openai/{ID_PART}"}
    if method == "references":
        return place | {"context": {"includeDeclaration": True}}
    if method == "codeAction":
        span = {"start": place["position"], "end": place["position"]}
        return {"textDocument": place["textDocument"], "range": span, "context": {"diagnostics": []}}
    return place


def ask_everything(client: LspClient, path: Path, step: int) -> None:
    """Every request about a file, those about a place at every `step`th one."""
    document = {"textDocument": {"uri": path.as_uri()}}
    for method in OF_FILE:
        client.request(f"textDocument/{method}", document)
    for method in AT_PLACES:
        asked = [
            client.send_request(f"textDocument/{method}", params_at(client, path, method, offset))
            for offset in range(0, len(client.text(path)), step)
        ]
        errors = [answer.error for number in asked if (answer := client.wait_answer(number)).error]
        assert {error.code for error in errors if error} <= ({-32803} if method == "rename" else set())
    everything = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}
    client.request("textDocument/inlayHint", document | {"range": everything})
    client.request("textDocument/formatting", document | {"options": {"tabSize": 2, "insertSpaces": True}})
    actions = client.request(
        "textDocument/codeAction", document | {"range": everything, "context": {"diagnostics": []}}
    )
    assert actions
    for item in client.request("textDocument/completion", client.at(path, 0))["items"][:20]:
        client.request("completionItem/resolve", item)


def test_findings_and_features_keep_secrets(log: Path, tmp_path: Path, report: Callable[[str], None]) -> None:
    with started(log) as client:
        client.initialize(tmp_path, options={"asksQuestions": True})
        for number, text in enumerate((TEXT, BROKEN, TEXT.replace("\n", "\r\n"))):
            path = project(tmp_path / str(number), text, mode=0o644)
            client.open(path)
            assert len(client.wait_diagnostics(path).diagnostics) > (0 if text is BROKEN else 10)
            ask_everything(client, path, step=11)
        assert client.request("textDocument/diagnostic", {"textDocument": {"uri": path.as_uri()}})["items"]
        said = answers(client, log)
        require_secrecy(said)
    size = sum(map(len, said.values())) / 1e6
    report(f"{size:.1f} MB of answers and logs of the server, searched for {len(SECRETS)} secrets: none found")


def test_half_typed_secrets_are_kept(log: Path, tmp_path: Path) -> None:
    with started(log) as client:
        client.initialize(tmp_path)
        path = tmp_path / "models.yaml"
        client.open(path, "")
        for end in range(0, len(TEXT), 13):
            if BEGUN.search(TEXT[:end]):
                continue
            client.set_text(path, TEXT[:end])
            for method in ("completion", "hover", "codeAction"):
                client.send_request(f"textDocument/{method}", params_at(client, path, method, end))
            for method in ("documentSymbol", "codeLens"):
                client.send_request(f"textDocument/{method}", {"textDocument": {"uri": path.as_uri()}})
        client.set_text(path, TEXT)
        client.wait_diagnostics(path)
        require_secrecy(answers(client, log))


REQUESTS: list[tuple[str, Any]] = [
    ("aloop.listModels", {}),
    ("aloop.checkModels", {}),
    ("aloop.formatModels", {"check": True}),
    ("aloop.importModels", {}),
    ("aloop.importModels", {"text": f"model_list: [{{litellm_params: {{model: {MODEL_ID}, api_key: {API_KEY}}}}}]"}),
    ("aloop.importModels", {"text": f"models: [{{provider: openai, model: m, apiKey: {SHORT_KEY}, {API_KEY}: 1}}]"}),
    ("aloop.importModels", {"text": f"models: {{a/b: {{api_key: {API_KEY}"}),
    ("aloop.importModels", {"source": API_KEY}),
    ("aloop.reloadModels", {}),
    ("aloop.listSessions", {}),
    ("aloop.showRule", {"ruleId": API_KEY}),
    ("aloop.showRule", {"ruleId": SHORT_KEY}),
    ("aloop.addModel", {"modelId": MODEL_ID}),
    ("aloop.addModel", {"modelId": f"openai/{ID_PART}"}),
    ("aloop.addModel", {"modelId": "openai/new", "fields": {"api_key": "two\n" + API_KEY}}),
    ("aloop.addModel", {"modelId": "openai/new", "fields": {"api_key": [API_KEY]}}),
    ("aloop.addModel", {"modelId": "openai/new", "fields": {"timeout": TIMEOUT}}),
    ("aloop.addModel", {"modelId": "openai/new", "fields": {"api_base": PASSWORD}}),
    ("aloop.addModel", {"modelId": "openai/new", "fields": {"extra_headers": HEADER}}),
    ("aloop.addModel", {"modelId": "openai/new", "fields": {FIELD_NAME: 5}}),
    ("aloop.addModel", {"modelId": "openai/new", "fields": {"api_key": ANTHROPIC_KEY, "my_own": UNKNOWN}}),
    ("aloop.editModel", {"modelId": "openai/new", "fields": {"aws_secret_access_key": AWS, "name": NAME}}),
    ("aloop.editModel", {"modelId": MODEL_ID, "fields": {"timeout": 5}}),
    ("aloop.setKey", {"provider": "openai", "apiKey": API_KEY}),
    ("aloop.setKey", {"modelId": "openai/new", "apiKey": SHORT_KEY}),
    ("aloop.setKey", {"modelId": MODEL_ID, "apiKey": API_KEY}),
    ("aloop.setKey", {"provider": API_KEY, "apiKey": API_KEY}),
    ("aloop.setKey", {"modelId": "openai/new", "sameKeyAs": "openai/gpt-4o"}),
    ("aloop.setKey", {"modelId": MODEL_ID, "sameKeyAs": f"openai/{ID_PART}"}),
    ("aloop.setKey", {"modelId": "openai/new", "sameKeyAs": API_KEY, "ask": True}),
    *(
        ("aloop.checkField", {"modelId": model_id, "field": field, "value": value})
        for model_id in ("openai/gpt-4o", "openai/new", MODEL_ID, API_KEY)
        for field, value in (
            ("modelId", f"openai/{ID_PART}"),
            ("modelId", MODEL_ID),
            ("fields.api_key", f"Bearer {API_KEY}"),
            ("apiKey", f"{ANTHROPIC_KEY}\n"),
            ("api_key", SHORT_KEY),
            ("api_key", f"my {SHORT_KEY}"),
            ("api_base", f"https:/me:{PASSWORD}@proxy.example.com?key={QUERY}"),
            ("api_base", f"https://me:{PASSWORD}@proxy.example.com/v1?key={QUERY}"),
            ("timeout", TIMEOUT),
            ("extra_headers", HEADER),
            ("aws_secret_access_key", f" {AWS} x"),
            (FIELD_NAME, UNKNOWN),
            (API_KEY, API_KEY),
        )
    ),
    ("aloop.checkField", {"field": "api_key", "value": API_KEY, "fields": {"api_key": ANTHROPIC_KEY, "name": NAME}}),
    *(
        ("aloop.editModel", {"modelId": model_id, "ask": True} | fields)
        for model_id in (
            "openai/gpt-4o",
            "anthropic/claude-sonnet-4-5",
            "bedrock/anthropic.claude-opus-4-1",
            "openai/o3",
        )
        for fields in (
            {},
            *({"fields": f"{name}="} for name in ("name", "api_key", "api_base", "organization", "timeout")),
        )
    ),
    *(
        ("aloop.addModel", {"modelId": f"{name}/new", "ask": True})
        for name in ("openai", "anthropic", "bedrock", "azure")
    ),
    ("aloop.protectFile", {"gitignore": True}),
    ("aloop.protectFile", {API_KEY: True}),
    ("aloop.switchModel", {"modelId": MODEL_ID}),
    ("aloop.switchModel", {"modelId": f"openai/{ID_PART}"}),
    ("aloop.switchModel", {"modelId": "openai/new", "session": API_KEY}),
    ("aloop.switchModel", {"modelId": "openai/new", "makeDefault": API_KEY}),
    ("aloop.switchModel", {"modelId": "openai/new", API_KEY: 1}),
    ("aloop.switchModel", API_KEY),
    ("aloop.setDefaultModel", {"modelId": DEFAULT}),
    ("aloop.setDefaultModel", {"modelId": "openai/o3"}),
    ("aloop.copyModel", {"modelId": "openai/gpt-4o", "to": "home"}),
    ("aloop.copyModel", {"modelId": MODEL_ID}),
    ("aloop.copyModel", {"modelId": "openai/gpt-4o", "to": API_KEY}),
    ("aloop.copyModel", {"modelId": "openai/new", "text": API_KEY}),
    ("aloop.removeModel", {"modelId": "openai/new"}),
    ("aloop.removeModel", {"modelId": MODEL_ID}),
    ("aloop.listModels", {"uri": API_KEY}),
    (API_KEY, {}),
]


@pytest.mark.parametrize("text", [TEXT, BROKEN], ids=["whole", "broken"])
def test_commands_keep_secrets(log: Path, tmp_path: Path, text: str) -> None:
    path = project(tmp_path, text)
    with started(log) as client:
        client.initialize(tmp_path)
        client.wait_notification("aloop/modelsChanged")
        ids = ["openai/gpt-4o", "openai/gpt-4o-mini", "anthropic/claude-sonnet-4-5", f"openai/{ID_PART}", MODEL_ID]
        shown = [("aloop.showModel", {"modelId": model_id}) for model_id in ids]
        done = 0
        for command, argument in (*REQUESTS, *shown):
            outcome = attempt(client, "workspace/executeCommand", {"command": command, "arguments": [argument]})
            assert not isinstance(outcome, LspError) or outcome.code in (-32602, -32803), (command, outcome)
            done += not isinstance(outcome, LspError)
        assert done >= (14 if text is TEXT else 3)
        client.open(path)
        client.wait_diagnostics(path)
        require_secrecy(answers(client, log))
    assert BLOCK in path.read_text()
    # Other tests of this process have the same home folder.
    shutil.rmtree(Path(environment()["HOME"], ".aloop"), ignore_errors=True)


def test_an_edit_of_a_buffer_holds_no_key_but_the_one_that_is_set(log: Path, tmp_path: Path) -> None:
    path = project(tmp_path, TEXT)
    new = secret("new", "sk-proj-")
    with started(log) as client:
        client.initialize(tmp_path)
        client.open(path, f"# unsaved\n{TEXT}")
        for command, argument in (
            ("aloop.addModel", {"modelId": "openai/new", "fields": {"api_key": new}}),
            ("aloop.setKey", {"modelId": "openai/gpt-4o", "apiKey": new}),
            ("aloop.removeModel", {"modelId": "openai/o3"}),
            ("aloop.setDefaultModel", {"modelId": "openai/gpt-4o"}),
        ):
            attempt(client, "workspace/executeCommand", {"command": command, "arguments": [argument]})
        edits = [item["params"] for item in client.server_requests if item["method"] == "workspace/applyEdit"]
        # The new key replaces the old one in three entries; in one of them a space follows it. The alias stays.
        assert [json.dumps(edit).count(new) for edit in edits] == [1, 3, 0, 0]
        require_secrecy(answers(client, log))


# Bugs that quote the document


def is_fixed_text(error: Any) -> bool:
    words = r"Internal error \(bug [0-9a-f]{8}\)\. See the log of aloop-ls\."
    return isinstance(error, LspError) and error.code == -32603 and bool(re.fullmatch(words, error.message))


def test_bugs_are_told_without_what_they_quote(log: Path, tmp_path: Path) -> None:
    path = project(tmp_path, TEXT)
    with started(log, "bugs") as client:
        client.initialize(tmp_path)
        client.open(path)
        failed = [
            attempt(client, f"textDocument/{method}", params_at(client, path, method, 30))
            for method in ("hover", "completion", "rename", "documentSymbol", "codeAction", "diagnostic")
        ]
        failed.append(attempt(client, "workspace/executeCommand", {"command": "aloop.listModels"}))
        assert [error for error in failed if not is_fixed_text(error)] == []
        client.replace(path, 0, 1, API_KEY)
        assert client.execute("aloop.listSessions")["sessions"] == []
        require_secrecy(answers(client, log))
        first, *lines = log.read_text().splitlines()
        assert re.search(r" INFO Started aloop-ls [\d.]+ \(pid \d+\)$", first)
        assert all(
            re.fullmatch(r"[-\d]+ [:,\d]+ ERROR Internal error \(bug [0-9a-f]{8}\) while .+: Quoting at .+", line)
            for line in lines
        )
        told = {re.search("bug ([0-9a-f]{8})", str(error)).group(1) for error in failed}  # type: ignore[union-attr]
        assert told <= {re.search("bug ([0-9a-f]{8})", line).group(1) for line in lines}  # type: ignore[union-attr]
        for doing in ("answering a request", "changing a document", "sending the state"):
            assert any(f"while {doing}: Quoting at faulty_server.py:" in line for line in lines)
        assert client.recording.channels()["stderr"] == b""


def test_bugs_beside_the_messages_are_told_likewise(log: Path, tmp_path: Path) -> None:
    path = project(tmp_path, TEXT)
    with started(log, "disk") as client:
        client.initialize(tmp_path)
        client.open(path)
        report = client.request("textDocument/diagnostic", {"textDocument": {"uri": path.as_uri()}})
        assert "unknown-field" in {item["code"] for item in report["items"]}
        assert is_fixed_text(attempt(client, "workspace/executeCommand", {"command": "aloop.checkModels"})) is False
        require_secrecy(answers(client, log))
        assert "while reading the file from disk: Quoting at faulty_server.py:" in log.read_text()


def test_noise_of_libraries_is_kept_down(log: Path, tmp_path: Path) -> None:
    path = project(tmp_path, TEXT)
    with started(log, "noise") as client:
        client.initialize(tmp_path)
        client.open(path)
        assert client.request("textDocument/hover", client.at(path, 0))["contents"]["value"] == "made noise"
        require_secrecy(answers(client, log))
        assert client.recording.channels()["stderr"] == b""
        assert [line.split(" while ")[1].split(" at ")[0] for line in log.read_text().splitlines()[1:]] == [
            "running a thread: Quoting",
            "deleting an object: Quoting",
        ]


# The controls: what would be seen of a leak


@pytest.mark.parametrize("channel", ["stdout", "stderr", "log"])
def test_a_planted_leak_is_found_on_its_channel(log: Path, tmp_path: Path, channel: str) -> None:
    path = project(tmp_path, TEXT)
    with started(log, f"leak-{channel}") as client:
        client.initialize(tmp_path)
        client.open(path)
        client.request("textDocument/hover", client.at(path, 0))
        client.shutdown()
        client.process.wait(60)
        assert leaks(answers(client, log)) == [f"{name} on {channel}" for name in SECRETS]


@pytest.mark.parametrize("value", SECRETS.values(), ids=SECRETS)
def test_eight_characters_of_a_secret_are_a_leak(value: str) -> None:
    name = next(name for name in SECRETS if SECRETS[name] == value)
    body = value.rpartition("-")[2]
    assert f"{name} on log" in leaks({"log": f"…{body[2:10]}…".encode()})
    assert leaks({"log": b"sk-proj- sk-ant-api03- gsk_ Keys of OpenAI begin with sk-"}) == []
