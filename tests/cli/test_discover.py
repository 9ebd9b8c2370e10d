"""`aloop models discover`: the list, the choice, and what is added in one edit."""

from __future__ import annotations

import contextlib
import io
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pexpect
import pytest

from aloop_models.cli.main import main
from aloop_models.discovery import offers
from aloop_models.discovery.loopback import parse_endpoint
from support import local_programs as programs
from support.command_line import Ran, Run
from support.provider_endpoint import ProviderEndpoint


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    subprocess.run(["git", "init", "-q"], check=True)
    return tmp_path


@pytest.fixture
def path(folder: Path) -> Path:
    return folder / ".aloop" / "models.yaml"


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def run(*arguments: str) -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
        code = main(["discover", *arguments])
        return Ran(code, *capsys.readouterr())

    return run


@pytest.fixture
def ollama(monkeypatch: pytest.MonkeyPatch) -> Iterator[ProviderEndpoint]:
    """Ollama, the only server at a usual port."""
    with ProviderEndpoint() as running:
        running.pages = programs.OLLAMA
        monkeypatch.setattr(offers, "PORTS", (parse_endpoint(running.url).port,))
        yield running


def entries(running: ProviderEndpoint, *models: str) -> str:
    return "\n".join(f"  ollama/{model}:\n    api_base: {running.url}\n" for model in models)


def test_the_list(run: Run, path: Path, ollama: ProviderEndpoint) -> None:
    path.parent.mkdir()
    path.write_text(f"models:\n  ollama/gpt-oss:120b-cloud:\n    api_base: {ollama.url}/\n")
    done = run()
    assert done.code == 0
    assert done.err == "Found 3 models on 1 local server, 1 already in models.yaml.\n"
    assert done.out == (
        f"\nOllama  {ollama.url}\n"
        "  1  ollama/llama3.1:8b                                        8.0B · Q4_K_M · 128K context · 4.9 GB\n"
        "  2  ollama/hf.co/bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M  3.21B · Q4_K_M · 2.0 GB\n"
        "     ollama/gpt-oss:120b-cloud                                 116.8B · Q4_K_M · 128K context · "
        "runs remotely  configured\n"
    )


def test_the_list_as_json(run: Run, path: Path, ollama: ProviderEndpoint) -> None:
    done = run("--json")
    assert (done.code, done.err) == (0, "")
    assert done.json["message"] == "Found 3 models on 1 local server."
    [server] = done.json["servers"]
    assert (server["name"], server["url"], len(server["models"])) == ("Ollama", ollama.url, 3)
    assert server["models"][0] == {
        "modelId": "ollama/llama3.1:8b",
        "fields": {"api_base": ollama.url},
        "detail": "8.0B · Q4_K_M · 128K context · 4.9 GB",
        "configured": False,
    }
    assert not path.exists()


def test_all_are_added_and_the_first_is_the_default(run: Run, path: Path, ollama: ProviderEndpoint) -> None:
    done = run("--all")
    ids = ["llama3.1:8b", "hf.co/bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M", "gpt-oss:120b-cloud"]
    assert done.code == 0
    assert done.out.startswith(f"Added 3 models: {', '.join(f'ollama/{name}' for name in ids)}. ")
    assert path.read_text().endswith(f"\n{entries(ollama, *ids)}\ndefault: ollama/llama3.1:8b\n")
    assert ".aloop/*models*" in (path.parents[1] / ".gitignore").read_text().splitlines()
    assert path.stat().st_mode & 0o777 == 0o600
    again = run("--all")
    message = "Nothing was added. Found 3 models on 1 local server, all already in models.yaml.\n"
    assert (again.code, again.out, again.err) == (0, "", message)


def test_models_are_added_by_name(run: Run, path: Path, ollama: ProviderEndpoint) -> None:
    path.parent.mkdir()
    path.write_text("models:\n  ollama/mine:\n  # At the end\n")
    done = run("gpt-oss:120b-cloud", "ollama/llama3.1:8b", "--json")
    assert (done.code, done.json["added"], done.json["saved"]) == (
        0,
        ["ollama/gpt-oss:120b-cloud", "ollama/llama3.1:8b"],
        True,
    )
    assert "default" not in path.read_text()
    assert list(offers_in(path)) == ["ollama/mine", "ollama/gpt-oss:120b-cloud", "ollama/llama3.1:8b"]


def offers_in(path: Path) -> dict[str, Any]:
    import yaml

    return yaml.safe_load(path.read_text())["models"]


def test_a_dry_run_changes_nothing(run: Run, path: Path, ollama: ProviderEndpoint) -> None:
    done = run("llama3.1:8b", "--dry-run")
    assert done.code == 0
    assert f"+  ollama/llama3.1:8b:\n+    api_base: {ollama.url}\n" in done.out
    assert done.err == "Nothing was changed.\n"
    assert not path.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("ollama/llama3.1:7b",), "No local server has 'ollama/llama3.1:7b'. Did you mean ollama/llama3.1:8b?"),
        (("x", "--all"), "Use either MODEL or --all, not both."),
        (
            ("--url", "http://192.168.0.7:11434"),
            "192.168.0.7 is not this machine. Only local servers are asked, such as http://127.0.0.1:5000.",
        ),
    ],
)
def test_refusals(run: Run, ollama: ProviderEndpoint, arguments: tuple[str, ...], message: str) -> None:
    done = run(*arguments)
    assert (done.code, done.out, done.err) == (2, "", f"aloop models: {message}\n")
    assert run(*arguments, "--json").json["error"]["message"] == message


def test_a_broken_file_is_listed_for_and_not_changed(run: Run, path: Path, ollama: ProviderEndpoint) -> None:
    path.parent.mkdir()
    path.write_text("models: [\n")
    assert len(run("--json").json["servers"][0]["models"]) == 3
    done = run("--all")
    assert done.code == 2
    assert "models.yaml is not valid YAML" in done.err
    assert path.read_text() == "models: [\n"


def test_another_url(run: Run, ollama: ProviderEndpoint) -> None:
    with ProviderEndpoint() as running:
        running.pages = programs.VLLM
        done = run("--url", running.openai_url)
        assert done.out == f"\nvLLM  {running.url}\n  1  hosted_vllm/Qwen/Qwen2.5-1.5B-Instruct  32K context\n"
    assert ollama.all_received == []
    silent = f"No model server answers at {running.url}. Check that it runs."
    assert run("--url", running.url) == (1, "", f"{silent}\n")
    assert run("--url", running.url, "--all") == (1, "", f"Nothing was added. {silent}\n")
    done = run("--url", running.url, "--json")
    assert (done.code, done.json) == (1, {"servers": [], "message": silent})
    assert run("--url", running.url, "--url", ollama.url).code == 0


@contextlib.contextmanager
def terminal(url: str) -> Iterator[pexpect.spawn[str]]:
    command = [sys.executable, "-m", "aloop_models", "models", "discover", "--url", url]
    child: pexpect.spawn[str] = pexpect.spawn(
        command[0], command[1:], encoding="utf-8", timeout=60, env={**os.environ, "NO_COLOR": "1"}, dimensions=(40, 200)
    )
    try:
        yield child
    finally:
        child.close(force=True)


PROMPT = "Add which models? Numbers such as 1,3 or all; leave empty to add nothing: "


@pytest.mark.parametrize(
    ("typed", "added"),
    [
        ("1, 3", ["ollama/llama3.1:8b", "ollama/gpt-oss:120b-cloud"]),
        ("3 1 3", ["ollama/gpt-oss:120b-cloud", "ollama/llama3.1:8b"]),
        (
            "all",
            [
                "ollama/llama3.1:8b",
                "ollama/hf.co/bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M",
                "ollama/gpt-oss:120b-cloud",
            ],
        ),
    ],
)
def test_a_person_chooses(folder: Path, path: Path, ollama: ProviderEndpoint, typed: str, added: list[str]) -> None:
    with terminal(ollama.url) as child:
        child.expect_exact(PROMPT)
        child.sendline("4")
        child.expect_exact("Error: Enter numbers from 1 to 3, or all.")
        child.expect_exact(PROMPT)
        child.sendline(typed)
        child.expect_exact("Where should models and API keys be saved?")
        child.expect_exact("Number [1]: ")
        child.sendline("")
        child.expect_exact(f"Added {len(added)} models: {', '.join(added)}.")
        child.expect(pexpect.EOF)
    assert list(offers_in(path)) == added


def test_a_person_chooses_nothing(folder: Path, path: Path, ollama: ProviderEndpoint) -> None:
    with terminal(ollama.url) as child:
        child.expect_exact(PROMPT)
        child.sendline("")
        child.expect(pexpect.EOF)
    assert not path.exists()


def test_nothing_there_is_said_at_once(folder: Path, report: Callable[[str], None]) -> None:
    """The processor time of the whole process, less that of one that only prints the version."""
    url = "http://127.0.0.1:9"

    def seconds(*arguments: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "aloop_models", "models", *arguments]
        done = subprocess.run(command, check=False, capture_output=True)
        assert done.returncode == int("--url" in arguments), done.stderr
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    found = min(seconds("discover", "--url", url) for _ in range(3))
    base = min(seconds("--version") for _ in range(3))
    report(f"aloop models discover, nothing there: {found:.2f} s of processor time (--version: {base:.2f} s)")
    assert found - base < 0.5
