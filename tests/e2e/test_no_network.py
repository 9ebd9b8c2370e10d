"""Nothing leaves the machine, and stdout carries LSP alone: the server cut off from every network, and watched."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lsp_client import LspClient
from lsp_client.wire import FrameReader
from support.server import KEY, SERVER, project, raw_client, require

FAULTY = [sys.executable, str(Path(__file__).with_name("faulty_server.py"))]
MODELS = f"models:\n  openai/gpt-4o:\n    api_key: {KEY}\n    timout: 5\n  anth\ndefault: openai/gpt-4o\n"
TEXT = f"# https://docs.litellm.ai\n{MODELS}"


def use_everything(client: LspClient, folder: Path) -> None:
    """Findings, features and commands, on the disk and in a buffer."""
    path = project(folder, TEXT)
    client.initialize(folder)
    client.open(path)
    assert "unknown-field" in [item["code"] for item in client.wait_diagnostics(path).diagnostics]
    document = {"textDocument": {"uri": path.as_uri()}}
    items = client.request("textDocument/completion", client.at(path, TEXT.index("anth") + 4))["items"]
    assert items[0]["label"] == "anthropic/"
    assert "documentation" in client.request("completionItem/resolve", items[0])
    assert "128K" in client.request("textDocument/hover", client.at(path, TEXT.index("gpt-4o")))["contents"]["value"]
    assert client.request("textDocument/documentLink", document)
    assert client.request("textDocument/codeLens", document)
    client.set_text(path, TEXT.replace("  anth\n", ""))
    added = client.execute("aloop.addModel", {"modelId": "ollama/llama2", "fields": {"api_base": "http://127.0.0.1:9"}})
    assert added["saved"] is False
    client.save(path)
    assert client.execute("aloop.switchModel", {"modelId": "ollama/llama2"})["modelId"] == "ollama/llama2"
    client.close(path)
    assert client.execute("aloop.setDefaultModel", {"modelId": "ollama/llama2"})["saved"] is True
    assert client.execute("aloop.checkModels")["errors"] == 0


def test_the_server_works_without_any_network(tmp_path: Path) -> None:
    unshare = shutil.which("unshare")
    require(unshare and os.geteuid() == 0, "needs unshare and root")
    probe = subprocess.run([str(unshare), "-n", "cat", "/proc/net/route"], capture_output=True, text=True, check=False)
    require(probe.returncode == 0, "this machine allows no network namespaces")
    assert len(probe.stdout.splitlines()) <= 1, "there is a route"
    with raw_client(command=[str(unshare), "-n", *SERVER]) as client:
        use_everything(client, tmp_path)


def test_no_call_reaches_for_the_network(tmp_path: Path) -> None:
    strace = shutil.which("strace")
    require(strace, "needs strace")
    probe = subprocess.run([str(strace), "-e", "trace=none", "true"], capture_output=True, check=False)
    require(probe.returncode == 0, "this machine allows no tracing")
    trace = tmp_path / "trace"
    watched = [str(strace), "-f", "-qq", "-e", "trace=network", "-o", str(trace)]
    with raw_client(command=[*watched, *SERVER]) as client:
        use_everything(client, tmp_path / "project")
        client.shutdown()
    assert reaching_out(trace.read_text()) == []


def test_a_call_that_reaches_out_is_seen(tmp_path: Path) -> None:
    strace = shutil.which("strace")
    require(strace, "needs strace")
    trace = tmp_path / "trace"
    code = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))"
    watched = [str(strace), "-f", "-qq", "-e", "trace=network", "-o", str(trace)]
    probe = subprocess.run([*watched, sys.executable, "-c", code], capture_output=True, check=False)
    require(probe.returncode == 0, "this machine allows no tracing")
    assert [line.split("(")[0] for line in reaching_out(trace.read_text())][:2] == ["socket", "sendto"]


def reaching_out(trace: str) -> list[str]:
    """The calls of a trace that name an address of a network, or make a socket for one."""
    calls = [line.partition(" ")[2].strip() for line in trace.splitlines()]
    return [call for call in calls if re.search(r"\bAF_(?!UNIX\b|LOCAL\b)\w+", call)]


@pytest.mark.parametrize("command", [SERVER, [*FAULTY, "prints"]], ids=["as shipped", "with a library that prints"])
def test_stdout_carries_frames_and_nothing_else(tmp_path: Path, command: list[str]) -> None:
    path = project(tmp_path, TEXT)
    with raw_client(command=command) as client:
        client.initialize(tmp_path)
        client.open(path)
        client.wait_diagnostics(path)
        assert client.request("textDocument/hover", client.at(path, TEXT.index("gpt-4o")))
        assert client.shutdown() == 0
        client.process.wait(60)
        recorded = client.recording.channels()
    frames = FrameReader()
    bodies = frames.feed(recorded["stdout"])
    assert frames.is_between_frames
    assert b"".join(b"Content-Length: %d\r\n\r\n%b" % (len(body), body) for body in bodies) == recorded["stdout"]
    messages = [json.loads(body) for body in bodies]
    assert {message["jsonrpc"] for message in messages} == {"2.0"}
    assert all(("method" in message) != ("result" in message or "error" in message) for message in messages)
    if command is SERVER:
        assert recorded["stderr"] == b""
    else:
        printed = ["from a child", "printed", "written", "written to the descriptor", "written to the first stdout"]
        assert sorted(recorded["stderr"].decode().splitlines()) == printed
