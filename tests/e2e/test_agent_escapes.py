"""No field of a reply and no path can control the terminal: in a conversation, with `--task`, in a pipe."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

from aloop_models.agent.main import main
from aloop_models.agent.main import models_test as run_models_test
from support.agent import KEY, Screen, two_models, write_config
from support.provider_endpoint import ProviderEndpoint, Raw, Reply
from support.provider_replies import events, openai_chunk

pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.usefixtures("alone")]

HOSTILE = (
    "\x1b]52;c;cHduZWQ=\x07\x1b]0;pwned\x1b\\\x1b[2J\x9b31m\x90q\x9c\x1bPq\x1b\\\u202egnp\u202c\u2066\rgone\b\b\x7f"
)
_SENT = re.compile("\x1b\\]52|\x1b\\]0;pwned|\x1b\\[2Jm?31|\x1bP|[\x07\x08\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

_CALL = {"index": 0, "id": f"id{HOSTILE}", "type": f"function{HOSTILE}"}
_NAMED = {**_CALL, "type": "function", "function": {"name": f"list_files{HOSTILE}", "arguments": "{}"}}
_ARGUED = {
    **_CALL,
    "type": "function",
    "function": {"name": "read_file", "arguments": json.dumps({"path": HOSTILE, HOSTILE: [HOSTILE]})},
}
_BROKEN = {**_CALL, "type": "function", "function": {"name": "read_file", "arguments": HOSTILE}}
_DONE = openai_chunk({}, "stop")


def _said(**fields: object) -> Reply:
    return events(openai_chunk({"role": "assistant", "content": "Said.", **fields}), _DONE)


def _called(call: object) -> tuple[Reply, ...]:
    return events(openai_chunk({"role": "assistant", "tool_calls": [call]}), openai_chunk({}, "tool_calls")), _said()


def _error(status: int, body: object, content_type: str = "application/json") -> Reply:
    return Raw(body if isinstance(body, str) else json.dumps(body), content_type, status)


REPLIES: dict[str, tuple[Reply, ...]] = {
    "content": (_said(content=f"Said {HOSTILE}."),),
    "code": (_said(content=f"```py{HOSTILE}\ncode {HOSTILE}\n```"),),
    "link": (_said(content=f"[a{HOSTILE}](http://x/{HOSTILE} '{HOSTILE}') Said."),),
    "role": (_said(role=f"assistant{HOSTILE}"),),
    "reasoning": (_said(reasoning_content=HOSTILE, reasoning=HOSTILE),),
    "refusal": (events(openai_chunk({"refusal": HOSTILE}), _DONE),),
    "finish": (events(openai_chunk({"content": "Said."}), openai_chunk({}, HOSTILE)),),
    "model": (
        events(openai_chunk({"content": "Said."}, model=HOSTILE, id=HOSTILE, system_fingerprint=HOSTILE), _DONE),
    ),
    "tool_name": _called(_NAMED),
    "tool_arguments": _called(_ARGUED),
    "tool_broken_arguments": _called(_BROKEN),
    "error_in_stream": (events({"error": {"message": HOSTILE, "type": HOSTILE, "code": HOSTILE}}),),
    "error_after_text": (events(openai_chunk({"content": "Said."}), {"error": {"message": HOSTILE}}),),
    "error_with_200": (_error(200, {"error": {"message": HOSTILE, "type": HOSTILE}}),),
    "html": (_error(200, f"<html><title>{HOSTILE}</title>{HOSTILE}</html>", "text/html"),),
    "text": (_error(200, HOSTILE, "text/plain"),),
    "media_type": (_error(200, "", "text/\x9b31m\x90q"),),
    "bad_request": (_error(400, {"error": {"message": HOSTILE, "param": HOSTILE}}),),
    "not_found": (_error(404, {"error": HOSTILE}),),
    "no_tools": (_error(400, {"error": f"does not support tools {HOSTILE}"}), _said()),
    "server_error": tuple(_error(503, HOSTILE, "text/plain") for _ in range(3)),
    "retry_after": (Raw("{}", status=429, headers=(("Retry-After", "0\x9b31m"),)),) * 3,
    "unauthorized": (_error(401, {"error": {"message": f"{HOSTILE} {KEY}"}}),),
}


def assert_harmless(text: str) -> None:
    sent = _SENT.search(text)
    assert sent is None, repr(text[max(0, sent.start() - 80) : sent.end() + 80])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "project"
    made.mkdir()
    monkeypatch.chdir(made)
    return made


@pytest.mark.parametrize("name", REPLIES)
def test_no_field_of_a_reply_reaches_a_pipe_raw(
    folder: Path, endpoint: ProviderEndpoint, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    write_config(folder, two_models(endpoint).replace("name: One", f"name: {json.dumps('One' + HOSTILE)}"))
    runs = ["--task", "Hello"], ["--task", "Hello", "--json"], ["compare", "Hello", "--models", "openai/one"]
    for arguments in runs:
        endpoint.queue(*REPLIES[name])
        main([*arguments])
        endpoint.clear()
    endpoint.queue(*REPLIES[name])
    run_models_test(["openai/one"])
    endpoint.clear()
    captured = capsys.readouterr()
    assert_harmless(captured.out)
    assert_harmless(captured.err)
    assert "\x1b" not in captured.out + captured.err
    assert KEY not in captured.out + captured.err


@pytest.mark.real_editor
def test_no_field_of_a_reply_reaches_a_terminal_raw(tmp_path: Path, folder: Path, endpoint: ProviderEndpoint) -> None:
    write_config(folder, two_models(endpoint).replace("name: One", f"name: {json.dumps('One' + HOSTILE)}"))
    with Screen(folder, home=tmp_path) as screen:
        screen.wait("❯")
        for number, replies in enumerate(REPLIES.values()):
            endpoint.queue(*replies)
            screen.enter(f"Question {number}?")
            # A command after it, which is read when the answer is over.
            screen.enter(f"/nothing{'x' * number}", rf"Unknown command /nothing{'x' * number}\..*❯ *\n")
            endpoint.clear()
        screen.enter("/exit")
        assert screen.leave() == 0
        raw = screen.raw.decode(errors="replace")
    # prompt_toolkit moves its own cursor with backspaces.
    assert_harmless(raw.replace("\b", ""))


FOLDER = "a\x1b]52;c;cHduZWQ=\x07\x1b[2J\x9b31m\u202eb\nc"


@pytest.fixture
def hostile_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / FOLDER
    made.mkdir()
    monkeypatch.chdir(made)
    return made


_VERBS = (
    *(("path",), ("list",), ("check",), ("doctor",), ("show", "openai/one"), ("init",), ("sessions",), ("reload",)),
    *(("edit", "openai/one", "timeout=5", "--dry-run"), ("switch", "openai/one"), ("default", "openai/one")),
    *(("check", "--format", "json"), ("path", "--json"), ("list", "--json"), ("add", "openai/three", "--dry-run")),
)


@pytest.mark.parametrize("content", ["good", "broken", "not_utf8", "folder", "missing", "link"])
def test_no_path_reaches_a_pipe_raw(
    hostile_folder: Path, endpoint: ProviderEndpoint, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    from aloop_models.cli.main import main as models

    path = write_config(hostile_folder, two_models(endpoint))
    if content == "broken":
        path.write_text("models: [")
    elif content == "not_utf8":
        path.write_bytes(b"\xff\xfe\x00")
    elif content != "good":
        path.unlink()
        if content == "folder":
            path.mkdir()
        if content == "link":
            path.symlink_to(hostile_folder / "gone")
    for verb in _VERBS:
        models([*verb])
    for named in ("nowhere.yaml", ".", FOLDER):
        models(["list", "--config", named])
        main(["--task", "Hello", "--config", named])
    main(["--task", "Hello"])
    captured = capsys.readouterr()
    text = captured.out + captured.err
    assert_harmless(text)
    assert "\x1b" not in text


@pytest.mark.real_editor
def test_no_path_reaches_a_terminal_raw(tmp_path: Path, hostile_folder: Path, endpoint: ProviderEndpoint) -> None:
    write_config(hostile_folder, two_models(endpoint))
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8"}
    script = "; ".join(f"{sys.executable} -m aloop_models models {' '.join(verb)}" for verb in _VERBS[:9])
    shell = pexpect.spawn("/bin/sh", ["-c", script], cwd=str(hostile_folder), env=environment, timeout=120)
    assert_harmless(shell.read().decode(errors="replace"))
    with Screen(hostile_folder, home=tmp_path) as screen:
        screen.wait("❯")
        for line in ("/model check", "/model edit openai/one timeout=abc", "/model reload"):
            screen.enter(line)
            screen.wait(r"❯ *\n")
        screen.enter("/exit")
        assert screen.leave() == 0
        assert_harmless(screen.raw.decode(errors="replace").replace("\b", ""))


def test_an_answer_in_a_pipe_is_as_plain_as_on_a_terminal(folder: Path, endpoint: ProviderEndpoint) -> None:
    write_config(folder, two_models(endpoint))
    endpoint.queue(*REPLIES["content"])
    done = subprocess.run(
        [sys.executable, "-m", "aloop_models", "--task", "Hello"],
        cwd=folder,
        capture_output=True,
        timeout=100,
        check=True,
    )
    assert done.stdout.decode() == "Said ]52;c;cHduZWQ=]0;pwned\\[2J31mqPq\\gnp\ngone.\n"
