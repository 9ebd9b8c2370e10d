"""`aloop models …`: what it prints and where, its exit codes, and that no key is ever shown."""

from __future__ import annotations

import io
import json
import os
import re
import select
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click
import pytest

from aloop_models import __version__
from aloop_models.agent.compare import make_parser as parser_of_compare
from aloop_models.agent.main import make_parser as parser_of_agent
from aloop_models.agent.model_test import make_parser as parser_of_test
from aloop_models.cli import keys
from aloop_models.cli.completion import program
from aloop_models.cli.main import main, make_cli, refuse_command
from aloop_models.cli.output import EXIT_CODES
from aloop_models.commands import VERBS
from aloop_models.dispatch.runner import Runner
from aloop_models.llm.model_manager import ModelManager
from aloop_models.snapshot import Session
from aloop_models.workspace.workspace import Workspace
from support.command_line import Ran, Run

ANTHROPIC = "anthropic/claude-sonnet-4-5"
KEY = "sk-ant-api03-" + "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA" * 3
OTHER_KEY = "sk-ant-api03-" + "zY1xW2vU3tS4rQ5pO6nM7lK8jI9hG0fE" * 3
ODD_KEY = "customlookingkey"
LONG_ODD_KEY = "custom-looking-key-of-someone"
"""A key of no known form, which only the place where it stands can tell."""

FILE = f"""\
models:
  {ANTHROPIC}:  # the good one
    name: Claude
    api_key: {KEY}
    timeout: 300
  anthropic/claude-opus-4-1:
    api_key: {KEY}
  ollama/llama2:
default: {ANTHROPIC}
"""


_OPTIONS_OF_AGENT = (
    "Unknown option. Use --help, --task, --model, --continue, --config, --trust-config, --json, --version."
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def path(folder: Path) -> Path:
    path = folder / ".aloop" / "models.yaml"
    path.parent.mkdir()
    path.write_text(FILE)
    path.chmod(0o600)
    return path


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def run(*arguments: str, stdin: str = "") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        code = main(list(arguments))
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return run


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[[Sequence[str]], list[str]]:
    """Somebody at the terminal: gives the answers in turn, and what was asked."""

    def answer(given: Sequence[str]) -> list[str]:
        asked: list[str] = []
        left = iter(given)

        def hidden(prompt: str = "") -> str:
            asked.append(f"hidden: {prompt}")
            return next(left)

        def visible(prompt: str = "") -> str:
            asked.append(prompt)
            return next(left)

        monkeypatch.setattr(keys, "is_interactive", lambda: True)
        monkeypatch.setattr("click.termui.hidden_prompt_func", hidden)
        monkeypatch.setattr("click.termui.visible_prompt_func", visible)
        return asked

    return answer


class TestHelp:
    def test_without_a_verb_it_is_the_help(self, run: Run):
        done = run()
        assert (done.code, done.err) == (0, "")
        assert done == run("--help") == run("-h")
        verbs = [line.split()[0] for line in done.out.partition("Commands:\n")[2].partition("\n\n")[0].splitlines()]
        assert verbs == [
            *(
                "list",
                "switch",
                "add",
                "edit",
                "remove",
                "copy",
                "default",
                "show",
                "reload",
                "check",
                "rule",
                "format",
                "import",
                "key",
                "protect",
                "sessions",
            ),
            *("test", "discover", "init", "path", "schema", "catalog", "doctor"),
        ]
        assert "Exit codes: 0 success; 1 `check` found errors" in done.out

    def test_every_verb_has_its_own(self, run: Run):
        for name, verb in make_cli().commands.items():
            done = run(name, "--help")
            assert done.code == 0
            assert f"Usage: aloop models {name}" in done.out
            assert "\n  -h, --help" in done.out
            assert (verb.help or "").split()[0] in done.out

    def test_version(self, run: Run):
        assert run("--version").out == f"aloop models, version {__version__}\n"

    @pytest.mark.parametrize(
        ("verb", "message"),
        [
            ("swich", "Unknown command 'swich'. Did you mean switch?"),
            ("lst", "Unknown command 'lst'. Did you mean list"),
            ("tets", "Unknown command 'tets'. Did you mean test?"),
            ("rm", "Unknown command 'rm'. Did you mean remove?"),
            ("use", "Unknown command 'use'. Did you mean switch?"),
            ("ls", "Unknown command 'ls'. Did you mean list?"),
            ("lint", "Unknown command 'lint'. Did you mean check?"),
            ("nonsense-words", "Unknown command. Use list, switch, add, "),
        ],
    )
    def test_a_wrong_verb(self, run: Run, verb: str, message: str):
        done = run(verb, "x")
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith(f"aloop models: {message}")


class TestList:
    def test_the_table(self, run: Run, path: Path):
        done = run("list")
        assert (done.code, done.err) == (0, "")
        header, first, second, third, *_ = done.out.splitlines()
        assert header.split() == ["NAME", "ID", "PROVIDER", "CONTEXT", "IN", "/", "OUT", "PER", "1M", "READY"]
        assert first.startswith("current, default  Claude ")
        assert first.split()[-5:] == ["200K", "$3", "/", "$15", "yes"]
        assert second.split()[0] == "anthropic/claude-opus-4-1"
        assert third.split()[:3] == ["ollama/llama2", "ollama/llama2", "ollama"]
        assert f"File: {path}" in done.out

    def test_without_a_file(self, run: Run, folder: Path):
        assert run("list") == (0, "There is no models.yaml yet. Add a model: aloop models add provider/model\n", "")
        assert run("list", "--json").json["file"] is None
        assert not (folder / ".aloop").exists()

    def test_json(self, run: Run, path: Path):
        state = run("list", "--json").json
        assert (state["file"], state["default"], state["current"]) == (str(path), ANTHROPIC, ANTHROPIC)
        assert [model["modelId"] for model in state["models"]] == [
            ANTHROPIC, "anthropic/claude-opus-4-1", "ollama/llama2",
        ]  # fmt: skip
        assert state["models"][0]["apiKey"] == "••••••••"


class TestChanging:
    def test_add(self, run: Run, path: Path):
        done = run(
            "add", "openai/gpt-4o", "name=GPT-4o", f"api_key=sk-proj-{'aB3dE5gH7' * 8}", "timeout=30.5", "seed=7"
        )
        assert done == (0, "Added openai/gpt-4o.\n", "")
        assert path.read_text() == FILE.replace(
            "  ollama/llama2:\n",
            "  ollama/llama2:\n  openai/gpt-4o:\n    name: GPT-4o\n"
            f"    api_key: sk-proj-{'aB3dE5gH7' * 8}\n    timeout: 30.5\n    seed: 7\n",
        )

    def test_add_makes_the_file(self, run: Run, folder: Path):
        subprocess.run(["git", "init", "-q", str(folder)], check=True)
        done = run("add", "ollama/llama2")
        assert done.code == 0
        assert [word in done.out for word in ("the default", "Created ", "Added .aloop/*models* to")] == [True] * 3
        assert stat.S_IMODE((folder / ".aloop" / "models.yaml").stat().st_mode) == 0o600

    def test_edit_by_another_name(self, run: Run, path: Path):
        done = run("edit", "CLAUDE", "timeout=60", "name=", "drop_params=off")
        assert done.err == f"'CLAUDE' matches {ANTHROPIC}.\n"
        assert done.out.splitlines()[0] == "Changed name, timeout, drop_params of Claude."
        assert path.read_text() == FILE.replace("    name: Claude\n", "").replace(
            "timeout: 300\n", "timeout: 60\n    drop_params: false\n"
        )

    def test_a_part_of_a_name_is_enough_and_echoed(self, run: Run, path: Path):
        assert run("default", "llama") == (
            *(0, "ollama/llama2 is now the default model.\n", "'llama' matches ollama/llama2.\n"),
        )
        assert run("show", "opus", "--json").err == "'opus' matches anthropic/claude-opus-4-1.\n"
        several = "'anthropic' matches several models: anthropic/claude-sonnet-4-5, anthropic/claude-opus-4-1."
        assert run("default", "anthropic") == (2, "", f"aloop models: {several} Use the full ID.\n")

    @pytest.mark.parametrize("arguments", [("remove", "opus"), ("edit", "opus", "timeout=5")])
    def test_an_entry_is_not_changed_by_a_part_without_a_question(
        self, run: Run, path: Path, answers: Callable[[Sequence[str]], list[str]], arguments: tuple[str, ...]
    ):
        before = path.read_bytes()
        refused = "There is no model 'opus' in models.yaml. Did you mean anthropic/claude-opus-4-1?"
        done = run(*arguments)
        assert (done.code, done.out) == (2, "")
        assert refused in done.err
        asked = answers(["n", "y"])
        done = run(*arguments)
        assert asked == ["Did you mean anthropic/claude-opus-4-1? [y/N]: "]
        assert (done.code, done.out) == (2, "")
        assert "There is no model 'opus'. Nothing was changed." in done.err
        assert path.read_bytes() == before
        done = run(*arguments)
        assert (done.code, done.err) == (0, "")
        assert path.read_bytes() != before

    def test_default_and_remove(self, run: Run, path: Path):
        assert run("default", "llama2").out == "ollama/llama2 is now the default model.\n"
        assert run("remove", "claude-opus-4-1").out == "Removed anthropic/claude-opus-4-1.\n"
        assert path.read_text() == FILE.replace(f"default: {ANTHROPIC}", "default: ollama/llama2").replace(
            f"  anthropic/claude-opus-4-1:\n    api_key: {KEY}\n", ""
        )

    @pytest.mark.parametrize(
        ("arguments", "reason", "message"),
        [
            (("add", ANTHROPIC), "modelExists", "is already in models.yaml"),
            (("add", "gpt", "4o"), "invalidModelId", "The ID has no provider. Did you mean openai/gpt-4o"),
            (("add", "gpt-4o"), "invalidModelId", "The ID has no provider. Did you mean openai/gpt-4o or"),
            (("add", "ollama/x", "timeout=abc"), "invalidFields", "timeout must be a number"),
            (("add", "ollama/x", "timeout=true"), "invalidFields", "timeout must be a number"),
            (("add", "ollama/x", "timeout=0"), "invalidFields", "timeout must be a number"),
            (("add", "ollama/x", "drop_params=maybe"), "invalidFields", "true or false"),
            (("add", "ollama/x", "timout=3"), "invalidFields", "Did you mean timeout?"),
            (("add", "ollama/x", "stream=true"), "invalidFields", "is not supported"),
            (("add", "ollama/x", "api_key= "), "invalidFields", "api_key is empty"),
            (("add", "ollama/x", "timeout=1", "timeout=2"), "invalidFields", "Duplicate field"),
            (("edit", "ollama/lama2", "timeout=3"), "modelNotFound", "Did you mean ollama/llama2?"),
            (("edit", "claude", ), "invalidFields", "Nothing to change"),
            (("edit", "claude", "timeout"), "invalidFields", "not FIELD=VALUE"),
            (("default", "nothing"), "modelNotFound", "There is no model 'nothing'"),
            (("show", "nothing"), "modelNotFound", "There is no model 'nothing'"),
            (("key", "openai"), "modelNotFound", "There is no model 'openai/…'"),
            (("switch", "opos"), "modelNotFound", "There is no model 'opos'"),
            (("list", "--config", "no.yaml"), "fileNotFound", "does not exist"),
            (("list", "--config", "no.yaml", "--global"), "invalidArguments", "not both"),
            (("catalog", "antropic"), "providerNotFound", "Did you mean anthropic"),
        ],
    )  # fmt: skip
    def test_refusals(self, run: Run, path: Path, arguments: tuple[str, ...], reason: str, message: str):
        if arguments[0] == "key":
            arguments = (*arguments, "--api-key-stdin")
        done = run(*arguments, stdin=KEY)
        assert (done.code, done.out) == (2, "")
        assert message in done.err
        as_json = run(*arguments, "--json", stdin=KEY)
        assert (as_json.code, as_json.err) == (2, done.err)
        assert as_json.json["error"]["reason"] == reason
        assert as_json.json["error"]["message"] in done.err
        assert path.read_text() == FILE

    @pytest.mark.parametrize(
        ("arguments", "reason"),
        [
            (("list", "--bogus"), "invalidArguments"),
            (("show",), "invalidArguments"),
            (("check", "--format", "xml"), "invalidArguments"),
            (("check", "--format", "sarif"), "invalidArguments"),
            (("list", "--config", ""), "invalidArguments"),
            (("check", "--disable", "nonsense", "--format=json"), "ruleNotFound"),
            (("lst",), "unknownCommand"),
            (("catalog", "openai", "--min-context", "many"), "invalidArguments"),
            (("switch", "llama2", "--dry-run"), "noSession"),
            (("path", "--config", "no.yaml"), "fileNotFound"),
            (("doctor", "--config", "no.yaml", "--global"), "invalidArguments"),
        ],
    )
    def test_each_refusal_is_json_too(self, run: Run, path: Path, arguments: tuple[str, ...], reason: str):
        done = run(*arguments, *(["--json"] if "--format=json" not in arguments else []))
        error = done.json["error"]
        assert (done.code, error["reason"], path.read_text()) == (2, reason, FILE)
        assert (error["message"] in done.err, isinstance(error["suggestions"], list)) == (True, True)

    @pytest.mark.parametrize(
        "words",
        [
            *("list", "show claude", "add ollama/x", "add ollama/x --dry-run", "edit claude timeout=3", "reload"),
            *("default llama2", "remove llama2", "check", "check --disable missing-default", "rule"),
            *("rule unknown-field", "format", "protect", "sessions", "path", "doctor", "catalog", "catalog openai"),
            *("catalog --search sonnet", "init --global", "init --global --dry-run", "switch llama2 --make-default"),
        ],
    )
    def test_each_result_in_json_has_a_message(self, run: Run, path: Path, words: str):
        done = run(*words.split(), "--json")
        assert (done.code, "error" in done.json) == (0, False)
        assert done.json["message"].strip()

    def test_each_documented_exit_code(self, run: Run, path: Path, monkeypatch: pytest.MonkeyPatch):
        def end(error: BaseException) -> int:
            def fail(*_: object) -> None:
                raise error

            with monkeypatch.context() as patch:
                patch.setattr("aloop_models.dispatch.runner.Runner.execute_now", fail)
                stopped = run("list", "--json")
            assert stopped.json["error"]["reason"] == ("bug" if isinstance(error, ValueError) else "stopped")
            return stopped.code

        codes = {run("list").code, run("list", "--bogus").code, end(ValueError()), end(KeyboardInterrupt())}
        path.write_text("models:\n    ollama/llama2:\n")
        assert run("format", "--check").code == 1
        path.write_text("models: [\n")
        codes |= {run("check").code}
        assert sorted(codes) == [code for code, _ in EXIT_CODES]

    def test_a_bug_is_json_too(self, run: Run, path: Path, monkeypatch: pytest.MonkeyPatch):
        def fail(*_: object) -> None:
            raise ValueError(KEY)

        monkeypatch.setattr("aloop_models.dispatch.runner.Runner.execute_now", fail)
        done = run("list", "--json")
        assert (done.code, done.json["error"]["reason"], KEY in done.out + done.err) == (70, "bug", False)

    def test_a_list_of_a_file_that_does_not_parse(self, run: Run, path: Path):
        path.write_text(f"{FILE}  x/y: [\n")
        done = run("list")
        line = FILE.count("\n")
        assert (done.code, done.out) == (2, "")
        told = f"models.yaml is not valid YAML (line {line}). Fix it to list its models."
        assert done.err == f"{told} For details: aloop models check\n"
        state = json.loads(run("list", "--json").out)
        problem = {"line": line, "message": f"models.yaml is not valid YAML (line {line})."}
        assert (state["models"], state["problem"]) == ([], problem)
        assert state["error"] == {"reason": "invalidFile", "message": state["message"], "suggestions": []}

    @pytest.mark.parametrize(
        ("content", "line", "problem"),
        [
            (b"models:\n  ollama/a:\n---\nmodels:\n", 3, "models.yaml is not valid YAML (line 3)."),
            (b"models:\n\tollama/a:\n", 2, "models.yaml is not valid YAML (line 2)."),
            (b'models:\n  ollama/a:\n    name: "x\n', 3, "models.yaml is not valid YAML (line 3)."),
            (b"- ollama/a\n", 1, "models.yaml is not a mapping with 'models:' (line 1)."),
            (b"models: [ollama/a]\n", 1, "'models' in models.yaml is not a mapping (line 1)."),
            (b"models:\n  ollama/a: \xff\n", 2, "{path}:2: byte 20 is not valid UTF-8. Save the file as UTF-8."),
        ],
    )
    def test_each_command_names_the_problem_of_a_broken_file(
        self, run: Run, path: Path, content: bytes, line: int, problem: str
    ):
        path.write_bytes(content)
        problem = problem.format(path=path)
        place = run("path")
        assert (place.code, place.out) == (0, f"{path}\n")
        assert place.err.splitlines()[-1] == problem
        assert run("path", "--json").json["problem"] == {"line": line, "message": problem}
        report = run("doctor")
        assert f"problem         {problem}\n" in report.out
        assert "\nmodels" not in report.out
        file = run("doctor", "--json").json["file"]
        assert (file["readable"], file["problem"], file["line"], "models" in file) == (False, problem, line, False)
        for arguments in (("list",), ("show", "ollama/a")):
            done = run(*arguments)
            assert (done.code, done.out) == (2, "")
            assert problem in done.err
        manager = ModelManager(str(path))
        assert (manager.file_error, manager.list_models(), manager.is_configured()) == (problem, [], False)
        assert path.read_bytes() == content

    def test_a_file_that_can_be_used_has_no_problem(self, run: Run, path: Path):
        assert path.is_file()
        assert "problem" not in run("path", "--json").json
        file = run("doctor", "--json").json["file"]
        assert (file["readable"], "problem" in file, file["models"] > 0) == (True, False, True)

    def test_a_folder_in_the_place_of_the_file(self, run: Run, path: Path):
        path.unlink()
        path.mkdir()
        skipped = f"Skipped {path}: it is a folder. Move it away."
        done = run("list")
        assert (done.out, done.err) == ("No models.yaml is used here.\n", f"{skipped}\n")
        for arguments in (("path",), ("show", "ollama/a")):
            done = run(*arguments)
            assert (done.code, done.out) == (2, "")
            assert done.err == f"aloop models: No models.yaml can be used here. {skipped}\n"

    def test_a_file_that_is_too_large(self, run: Run, path: Path):
        with path.open("ab") as file:
            file.truncate(17 * 1024 * 1024)
        done = run("list")
        assert (done.code, done.out) == (2, "")
        assert done.err == f"aloop models: {path} is larger than 4 MiB, which is the limit. Check the path.\n"

    def test_a_file_that_does_not_parse(self, run: Run, path: Path):
        path.write_text("models:\n  openai/gpt-4o: 'x\n")
        for arguments in (("add", "ollama/x"), ("edit", "gpt-4o", "timeout=3"), ("remove", "gpt-4o"), ("show", "x")):
            done = run(*arguments)
            assert (done.code, done.out) == (2, "")
            assert "models.yaml is not valid YAML (line 2). Fix it first." in done.err
        assert path.read_text() == "models:\n  openai/gpt-4o: 'x\n"

    def test_global(self, run: Run, path: Path, home: Path):
        assert run("add", "ollama/mistral", "--global").code == 0
        assert "ollama/mistral" in (home / ".aloop" / "models.yaml").read_text()
        assert "ollama/mistral" in run("list", "--global").out
        assert path.read_text() == FILE

    def test_config(self, run: Run, path: Path, folder: Path):
        assert run("add", "ollama/mistral", "--config", "other.yaml").code == 0
        assert "ollama/mistral" in (folder / "other.yaml").read_text()
        assert path.read_text() == FILE


def patched(old: str, diff: str) -> str:
    lines, result, at = old.splitlines(), list[str](), 0
    for line in diff.splitlines()[2:]:
        if line.startswith("@@"):
            start = int(line.split(",")[0].removeprefix("@@ -")) - 1
            result += lines[at:start]
            at = start
        elif line.startswith("+"):
            result.append(line[1:])
        else:
            assert lines[at] == line[1:]
            result += [line[1:]] if line.startswith(" ") else []
            at += 1
    return "\n".join((*result, *lines[at:])) + "\n"


class TestDryRun:
    @pytest.mark.parametrize(
        "arguments",
        [
            ("add", "openai/gpt-4o", f"api_key={OTHER_KEY}", "timeout=3"),
            ("edit", "claude", "timeout=3"),
            ("remove", "claude-opus-4-1"),
            ("default", "llama2"),
            ("key", "anthropic", "--api-key-stdin"),
            ("switch", "llama2", "--make-default"),
        ],
    )
    def test_the_diff_says_what_happens(self, run: Run, path: Path, arguments: tuple[str, ...]):
        done = run(*arguments, "--dry-run", stdin=OTHER_KEY)
        assert (done.code, path.read_text()) == (0, FILE)
        assert done.err.endswith("Nothing was changed.\n")
        assert KEY not in done.out
        assert OTHER_KEY not in done.out
        assert run(*arguments, stdin=OTHER_KEY).code == 0
        mask = "••••••••"
        old, new = (text.replace(KEY, mask).replace(OTHER_KEY, mask) for text in (FILE, path.read_text()))
        assert patched(old, done.out) == new

    def test_a_new_file(self, run: Run, folder: Path):
        for arguments in (("init",), ("add", "ollama/llama2")):
            done = run(*arguments, "--dry-run")
            assert done.out.startswith(f"--- /dev/null\n+++ {folder}/.aloop/models.yaml\n@@ -0,0 +1,")
        assert "\n+  ollama/llama2:\n+\n+default: ollama/llama2\n" in done.out
        assert not (folder / ".aloop").exists()

    def test_secrets_in_comments_are_masked(self, run: Run, path: Path):
        path.write_text(f"models:\n  ollama/llama2:\n    # api_key: {ODD_KEY}\n    # old {KEY}\n    timeout: 3\n")
        done = run("edit", "llama2", "timeout=4", "--dry-run")
        assert "-    timeout: 3\n+    timeout: 4\n" in done.out
        assert ODD_KEY not in done.out
        assert KEY not in done.out

    def test_json(self, run: Run, path: Path):
        result = run("edit", "claude", "timeout=3", "--dry-run", "--json").json
        assert (result["dryRun"], result["file"]) == (True, str(path))
        assert "+    timeout: 3\n" in result["diff"]

    def test_nothing_would_change(self, run: Run, path: Path):
        done = run("edit", "claude", "timeout=300", "--dry-run")
        assert (done.code, done.out, done.err) == (0, "", f"'claude' matches {ANTHROPIC}.\nNothing would change.\n")


class TestKeys:
    @pytest.mark.parametrize(
        "data",
        [
            b'\xef\xbb\xbf"Bearer ' + OTHER_KEY.encode() + b'"\r\n',
            b"\xef\xbb\xbf" + OTHER_KEY.encode(),
            b"  '" + OTHER_KEY.encode() + b"'\n",
            ("\ufeff" + OTHER_KEY + "\r\n").encode("utf-16-le"),
            f"\u201cbearer: {OTHER_KEY}\u201d\n".encode(),
        ],
        ids=["powershell", "mark", "quotes", "utf-16", "curly"],
    )
    def test_only_the_key_of_standard_input_is_kept(
        self, run: Run, path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes
    ):
        """A byte order mark, white space, quotes and `Bearer` around the key are removed."""
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        assert main(["key", "anthropic", "--api-key-stdin"]) == 0
        assert path.read_text() == FILE.replace(KEY, OTHER_KEY)

    def test_standard_input_that_is_not_text(
        self, path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\x80\x81")))
        assert main(["key", "anthropic", "--api-key-stdin"]) == 2
        assert "not UTF-8 text" in capsys.readouterr().err
        assert path.read_text() == FILE

    def test_from_standard_input(self, run: Run, path: Path):
        done = run("key", "anthropic", "--api-key-stdin", stdin=f"{OTHER_KEY}\n")
        told = f"Set the API key of {ANTHROPIC}, anthropic/claude-opus-4-1."
        assert (done.code, done.out.splitlines()[0], done.err) == (0, told, "")
        assert path.read_text() == FILE.replace(KEY, OTHER_KEY)
        assert run("edit", "ollama/llama2", "api_key=-", stdin=ODD_KEY).code == 0
        assert run("add", "openai/x", "--api-key-stdin", stdin=f"{ODD_KEY}\r\n").code == 0
        assert path.read_text().count(ODD_KEY) == 2

    def test_several_lines_are_refused(self, run: Run, path: Path):
        done = run("key", "anthropic", "--api-key-stdin", stdin=f"{ODD_KEY}\nmore\n")
        assert (done.code, path.read_text()) == (2, FILE)
        assert "more than one line" in done.err

    def test_of_one_model(self, run: Run, path: Path):
        assert run("key", "llama2", "--api-key-stdin", stdin=ODD_KEY).out == "Set the API key of ollama/llama2.\n"

    def test_nobody_to_ask(self, run: Run, path: Path):
        done = run("key", "anthropic")
        assert (done.code, done.out) == (2, "")
        assert "--api-key-stdin" in done.err
        assert run("add", "openai/gpt-4o").code == 0
        assert path.read_text().endswith(f"  openai/gpt-4o:\ndefault: {ANTHROPIC}\n")

    def test_an_empty_one(self, run: Run, path: Path):
        assert run("key", "anthropic", "--api-key-stdin", stdin="\n").code == 2
        assert path.read_text() == FILE

    def test_asked_for_without_echo(self, run: Run, path: Path, answers: Callable[..., list[str]]):
        asked = answers([ODD_KEY])
        done = run("add", "openai/gpt-4o")
        assert asked == ["hidden: API key for openai/gpt-4o (leave empty to add it later): "]
        assert done.err == "Get a key: https://platform.openai.com/api-keys\n"
        advice = "api_key does not start with sk-proj- like OpenAI API keys. Paste the whole key."
        assert done.out.startswith(f"Added openai/gpt-4o.\nopenai/gpt-4o: {advice}\n")
        assert f"    api_key: {ODD_KEY}\n" in path.read_text()
        assert ODD_KEY not in done.out + done.err

    def test_the_key_of_another_entry_is_offered(self, run: Run, path: Path, answers: Callable[..., list[str]]):
        asked = answers(["y"])
        done = run("add", "anthropic/claude-haiku-4-5")
        assert (done.code, asked) == (0, [f"Use the API key of {ANTHROPIC}? [Y/n]: "])
        assert path.read_text().count(KEY) == 3
        path.write_text(FILE)
        assert run("add", "anthropic/claude-haiku-4-5", "--same-key-as", "opus").code == 2
        assert run("add", "anthropic/claude-haiku-4-5", "--same-key-as", "claude-opus-4-1").code == 0
        assert path.read_text().count(KEY) == 3
        answers(["n", OTHER_KEY])
        assert run("add", "anthropic/claude-3-haiku-20240307").code == 0
        assert path.read_text().count(OTHER_KEY) == 1

    def test_not_asked_for_where_none_is_needed(self, run: Run, path: Path, answers: Callable[..., list[str]]):
        asked = answers([])
        assert run("add", "ollama/mistral", "api_base=").code == 0
        assert run("add", "openai/x", "api_base=http://localhost:8000/v1").code == 0
        assert run("add", "openai/y", f"api_key={ODD_KEY}").code == 0
        assert asked == []

    @pytest.mark.parametrize(
        ("model_id", "given", "asked", "fields"),
        [
            (
                "ollama/mistral",
                [""],
                ["Ollama URL for ollama/mistral [http://localhost:11434]: "],
                ["api_base: http://localhost:11434"],
            ),
            (
                "azure/my-gpt",
                ["https:/me.openai.azure.com", "https://me.openai.azure.com", "", ODD_KEY],
                [
                    *["Azure resource URL for azure/my-gpt (such as https://NAME.openai.azure.com): "] * 2,
                    "Azure API version for azure/my-gpt [2025-02-01-preview]: ",
                    "hidden: API key for azure/my-gpt (leave empty to add it later): ",
                ],
                [f"api_key: {ODD_KEY}", "api_base: https://me.openai.azure.com", "api_version: 2025-02-01-preview"],
            ),
            (
                "bedrock/x",
                ["eu-west-1", ""],
                [
                    "AWS region for bedrock/x [us-east-1]: ",
                    "AWS profile for bedrock/x (leave empty for the default credentials of this machine) "
                    "(such as default): ",
                ],
                ["aws_region_name: eu-west-1"],
            ),
            (
                "vertex_ai/x",
                ["", "shop-1", ""],
                [
                    *["Google Cloud project for vertex_ai/x (such as my-project): "] * 2,
                    "Google Cloud location for vertex_ai/x [global]: ",
                ],
                ["vertex_project: shop-1", "vertex_location: global"],
            ),
            (
                "openai_like/x",
                ["http://gpu.lan:8000/v1", ""],
                [
                    "Server URL for openai_like/x (such as http://localhost:8000/v1): ",
                    "hidden: API key for openai_like/x (leave empty if the server needs none): ",
                ],
                ["api_base: http://gpu.lan:8000/v1"],
            ),
        ],
    )
    def test_what_a_provider_needs_is_asked_for(
        self,
        run: Run,
        path: Path,
        answers: Callable[..., list[str]],
        model_id: str,
        given: list[str],
        asked: list[str],
        fields: list[str],
    ):
        questions = answers(given)
        done = run("add", model_id)
        assert (done.code, questions) == (0, asked)
        entry = f"  {model_id}:\n" + "".join(f"    {field}\n" for field in fields)
        assert path.read_text().endswith(f"{entry}default: {ANTHROPIC}\n")

    def test_an_answer_with_an_error_is_asked_for_again(self, run: Run, path: Path, answers: Callable[..., list[str]]):
        asked = answers(["not a key", "sk-...", OTHER_KEY])
        done = run("key", "anthropic")
        assert (done.code, asked) == (0, ["hidden: API key for anthropic: "] * 3)
        assert done.err == (
            "Get a key: https://console.anthropic.com/settings/keys\n"
            "Error: api_key contains a space or another character that no API key has. Paste the key again.\n"
            "Error: api_key is a placeholder. Replace it with your API key.\n"
        )
        assert path.read_text() == FILE.replace(KEY, OTHER_KEY)

    def test_nothing_is_asked_about_a_broken_file(self, run: Run, path: Path, answers: Callable[..., list[str]]):
        path.write_text('models:\n  openai/a:\n    name: "x\n')
        asked = answers([])
        for arguments in (("add", "azure/x"), ("key", "openai"), ("edit", "openai/a", "api_key=-")):
            done = run(*arguments)
            assert (done.code, asked) == (2, [])
            assert "models.yaml is not valid YAML (line 3). Fix it first." in done.err

    def test_nobody_is_asked_for_what_a_provider_needs(self, run: Run, path: Path):
        for model_id in ("azure/x", "bedrock/x", "vertex_ai/x", "ollama/x", "openai_like/x"):
            done = run("add", model_id)
            assert (done.code, done.err) == (0, "")
            assert path.read_text().endswith(f"  {model_id}:\ndefault: {ANTHROPIC}\n")

    @pytest.mark.parametrize(("answer", "is_home"), [("", False), ("1", False), ("2", True)])
    def test_where_the_first_file_belongs_is_asked_for(
        self, run: Run, folder: Path, home: Path, answers: Callable[..., list[str]], answer: str, *, is_home: bool
    ):
        asked = answers([answer, ""])
        done = run("add", "openai/gpt-4o")
        assert asked == ["Number [1]: ", "hidden: API key for openai/gpt-4o (leave empty to add it later): "]
        assert done.err.startswith(
            "Where should models and API keys be saved?\n"
            f"  1  This project  {folder}/.aloop/models.yaml\n"
            "  2  All projects  ~/.aloop/models.yaml\n"
        )
        start = "Added openai/gpt-4o to ~/.aloop/models.yaml." if is_home else "Added openai/gpt-4o."
        path = (home if is_home else folder) / ".aloop" / "models.yaml"
        assert done.out.startswith(start)
        assert f"Created {path} (readable only by you)." in done.out
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert not ((folder if is_home else home) / ".aloop").exists()
        if is_home:
            # The next project starts with it.
            answers([""])
            assert run("add", "openai/gpt-5").out.startswith("Added openai/gpt-5 to ~/.aloop/models.yaml.")

    @pytest.mark.parametrize("answer", ["3", "0", "x", "²", "-1"])
    def test_another_answer_than_a_number_of_the_list_is_asked_again(
        self, run: Run, home: Path, answers: Callable[..., list[str]], answer: str
    ):
        asked = answers([answer, "2"])
        done = run("init")
        assert (done.code, asked) == (0, ["Number [1]: "] * 2)
        assert "Error: Enter a number from 1 to 2, or press Ctrl-C to stop.\n" in done.err
        assert (home / ".aloop" / "models.yaml").exists()

    def test_a_value_that_the_provider_needs_is_asked_again(
        self, run: Run, path: Path, answers: Callable[..., list[str]]
    ):
        asked = answers(["", "https://me.openai.azure.com", "", ""])
        done = run("add", "azure/my-gpt")
        prompt = "Azure resource URL for azure/my-gpt (such as https://NAME.openai.azure.com): "
        assert (done.code, asked[:2]) == (0, [prompt] * 2)
        assert "Error: Enter a value, or press Ctrl-C to stop.\n" in done.err
        assert "    api_base: https://me.openai.azure.com\n" in path.read_text()

    @pytest.mark.parametrize("answer", ["1", "2"])
    def test_where_the_first_file_belongs_is_asked_for_by_each_command_that_makes_it(
        self, run: Run, folder: Path, home: Path, answers: Callable[..., list[str]], answer: str
    ):
        project, shared = (place / ".aloop" / "models.yaml" for place in (folder, home))
        other = folder / "other.yaml"
        other.write_text("models:\n  ollama/x:\n")
        question = (
            f"Where should models and API keys be saved?\n  1  This project  {project}\n"
            "  2  All projects  ~/.aloop/models.yaml\n"
        )
        for arguments in (
            ("init",),
            ("import", str(other)),
            ("init", "--dry-run"),
            ("import", str(other), "--dry-run"),
        ):
            asked = answers([answer])
            done = run(*arguments)
            assert (done.code, asked) == (0, ["Number [1]: "]), arguments
            assert done.err.startswith(question)
            made = shared if answer == "2" else project
            is_dry = "--dry-run" in arguments
            assert [path.exists() for path in (shared, project)] == [
                not is_dry and path is made for path in (shared, project)
            ]
            assert str(made) in done.out
            if not is_dry:
                made.unlink()
        asked = answers([])
        assert run("import").code == 2
        for arguments in (("init", "--global"), ("import", str(other))):
            assert run(*arguments).code == 0
        assert (asked, project.exists()) == ([], False)
        assert "  ollama/x:\n" in shared.read_text()

    def test_where_is_not_asked_if_it_is_given_or_nobody_can_answer(
        self, run: Run, folder: Path, home: Path, answers: Callable[..., list[str]]
    ):
        assert run("add", "ollama/a").code == 0
        (folder / ".aloop" / "models.yaml").unlink()
        assert run("add", "openai/gpt-4o", "--api-key-stdin", stdin=LONG_ODD_KEY).code == 0
        assert LONG_ODD_KEY in (folder / ".aloop" / "models.yaml").read_text()
        (folder / ".aloop" / "models.yaml").unlink()
        asked = answers(["http://localhost:11434"] * 2)
        assert run("add", "ollama/a", "--global").code == 0
        assert (home / ".aloop" / "models.yaml").exists()
        assert run("add", "ollama/a", "--config", "other.yaml").code == 0
        assert asked == ["Ollama URL for ollama/a [http://localhost:11434]: "] * 2

    def test_a_model_is_copied_for_all_projects(self, run: Run, path: Path, home: Path):
        done = run("copy", "Claude", "--to", "home", "--dry-run")
        assert (done.code, done.err) == (0, "Nothing was changed.\n")
        assert f"+++ {home}/.aloop/models.yaml\n" in done.out
        assert f"+  {ANTHROPIC}:  # the good one\n+    name: Claude\n+    api_key: ••••••••\n" in done.out
        assert not (home / ".aloop").exists()
        done = run("copy", "Claude", "--to", "home", "--json")
        assert done.json["message"].startswith(f"Copied {ANTHROPIC} to ~/.aloop/models.yaml.")
        entry = f"\n  {ANTHROPIC}:  # the good one\n    name: Claude\n    api_key: {KEY}\n    timeout: 300\n"
        assert entry in (home / ".aloop" / "models.yaml").read_text()
        assert path.read_text() == FILE
        assert KEY not in done.out
        done = run("copy", "Claude", "--to", "home")
        there = f"aloop models: {ANTHROPIC} is already in ~/.aloop/models.yaml. Remove it there first:"
        command = f"aloop models remove {ANTHROPIC} --global"
        assert (done.code, done.err) == (2, f"{there} {command}. Nothing was changed.\n")
        assert run(*command.split()[2:]).out.startswith("Removed Claude.")
        assert run("copy", "Claude", "--to", "home").code == 0
        path.unlink()
        assert run("copy", "claude").out.startswith(f"Copied {ANTHROPIC} to {path}.")
        assert entry in path.read_text()

    def test_show_tells_who_shares_a_key(self, run: Run, path: Path):
        done = run("show", "claude")
        assert "same key as  anthropic/claude-opus-4-1\n" in done.out
        assert "api_key      ••••••••\n" in done.out


NAMED = [("add", "{key}"), ("show", "{key}"), ("default", "{key}"), ("switch", "claude", "--session", "{key}")]


@pytest.mark.parametrize("key", [ODD_KEY, LONG_ODD_KEY, KEY, "c3RhbmdlLWtleQ=="])
@pytest.mark.parametrize(
    "arguments",
    [
        ("{key}",),
        *NAMED,
        ("add", "openai/x", "{key}"),
        ("add", "openai/x", "api_key={key}", "extra"),
        ("add", "openai/x", "api_kye={key}"),
        ("add", "openai/x", "timeout={key}"),
        ("add", "openai/x", "drop_params={key}"),
        ("add", "openai/x", "--api-key", "{key}"),
        ("add", "openai/x", "--api-key={key}"),
        ("add", "openai/x", "--json={key}"),
        ("key", "{key}"),
        ("key", "anthropic", "{key}"),
        ("key", "anthropic", "api_key={key}"),
        ("edit", "claude", "{key}"),
        ("edit", "claude", "-{key}"),
        ("list", "{key}"),
        ("check", "--format", "{key}"),
        ("check", "--format={key}"),
        ("catalog", "openai", "--min-context", "{key}"),
        ("catalog", "openai", "{key}"),
    ],
)
def test_no_key_is_ever_quoted(run: Run, path: Path, arguments: tuple[str, ...], key: str):
    done = run(*(word.format(key=key) for word in arguments))
    if arguments in NAMED and len(key) <= 24:
        # A short name is quoted, and nothing tells this one from a name.
        return
    assert done.code == 2
    assert key.strip("=") not in done.out + done.err
    assert path.read_text() == FILE


class TestSwitch:
    def test_without_an_agent(self, run: Run, path: Path):
        done = run("switch", "llama2")
        assert (done.code, done.out) == (2, "")
        assert done.err == (
            "'llama2' matches ollama/llama2.\n"
            "aloop models: No agent is running here. For one run: aloop --model ollama/llama2. "
            "For new agents: aloop models default ollama/llama2.\n"
        )

    def test_make_default(self, run: Run, path: Path):
        assert run("switch", "ollama/llama2", "--make-default").out == (
            "ollama/llama2 is now the default model. No agent is running here.\n"
        )
        assert path.read_text() == FILE.replace(f"default: {ANTHROPIC}", "default: ollama/llama2")

    def test_the_agent_here_is_switched(self, run: Run, path: Path, monkeypatch: pytest.MonkeyPatch):
        agent = Session("a1", "interactive", 7, str(path.parents[1]), str(path), ANTHROPIC)
        switched: list[Any] = []
        monkeypatch.setattr("aloop_models.dispatch.runner.sessions_on", lambda *_: (agent,))
        monkeypatch.setattr("aloop_models.sessions.peer.switch_sessions", lambda *given: switched.append(given[:2]))
        done = run("switch", "llama2")
        assert done.out == f"The agent in {path.parents[1]} will use ollama/llama2 from its next turn.\n"
        assert switched == [(("a1",), "ollama/llama2")]
        assert [line.split() for line in run("sessions").out.splitlines()] == [
            ["ID", "MODEL", "KIND", "PROCESS", "FOLDER"],
            ["a1", "Claude", "interactive", "7", str(path.parents[1])],
            [],
            ["1", "agent", "running"],
        ]
        refused = run("remove", "claude").err
        assert "is the current model of agent 7" in refused
        assert refused.endswith("or remove it nevertheless: aloop models remove anthropic/claude-sonnet-4-5 --force\n")

    def test_not_ready(self, run: Run, path: Path):
        run("add", "openai/gpt-4o")
        assert "it has no API key" in run("switch", "openai/gpt-4o").err


class TestRule:
    def test_one(self, run: Run):
        done = run("rule", "unknown-field")
        assert (done.code, done.err) == (0, "")
        assert done.out.startswith("# unknown-field\n\n**Unknown field**\n")
        assert run("rule", "unknown-field", "--json").json["markdown"] == done.out

    def test_all(self, run: Run):
        done = run("rule")
        assert (done.code, done.err) == (0, "")
        assert "unknown-field" in done.out
        assert [item["rule"] for item in run("rule", "--json").json["rules"]] == [
            line.split()[0] for line in done.out.splitlines()[1:]
        ]

    def test_an_unknown_one(self, run: Run):
        message = "aloop models: Unknown rule 'unkown-field'. Did you mean unknown-field?\n"
        assert run("rule", "unkown-field") == (2, "", message)
        assert run("rule", "unkown-field", "--json").json["error"]["suggestions"] == ["unknown-field"]

    def test_a_key_in_its_place_is_not_quoted(self, run: Run):
        done = run("rule", "sk-proj-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0")
        assert done.code == 2
        assert "A1b2" not in done.err

    def test_a_file_that_cannot_be_read_does_not_matter(self, run: Run, path: Path):
        path.write_bytes(b"\xff\xfe broken")
        assert run("rule", "yaml-syntax").code == 0


class TestCheck:
    def test_errors(self, run: Run, path: Path):
        path.write_text("models:\n  ollama/llama2:\n    timeout: 5m\ndefault: ollama/llama2\n")
        done = run("check")
        assert (done.code, done.err) == (1, "")
        assert done.out.startswith(".aloop/models.yaml:3:14 error wrong-type ")
        assert run("check", str(path)).out == done.out
        assert run("check", "--format", "json").json == run("check", "--json").json
        assert run("check", "--format", "sarif").json["runs"][0]["results"][0]["ruleId"] == "wrong-type"

    def test_none(self, run: Run, path: Path):
        path.write_text("models:\n  ollama/llama2:\ndefault: ollama/llama2\n")
        assert run("check") == (0, "No problems in .aloop/models.yaml.\n", "")

    def test_no_file(self, run: Run):
        assert run("check").code == 2
        assert run("check", "no.yaml").err == (
            "aloop models: no.yaml does not exist. Check the path, or create it: aloop models init --config no.yaml\n"
        )
        assert run("check", ANTHROPIC).err == f"aloop models: {ANTHROPIC} does not exist. Check the path.\n"


class TestFormat:
    UNFORMATTED = f"models:\n    {ANTHROPIC}:\n        api_key:  {KEY}\n"
    FORMATTED = f"models:\n  {ANTHROPIC}:\n    api_key: {KEY}\n"
    DIFF = f" models:\n-    {ANTHROPIC}:\n-        api_key:  ••••••••\n+  {ANTHROPIC}:\n+    api_key: ••••••••\n"

    def test_format(self, run: Run, path: Path):
        path.write_text(self.UNFORMATTED)
        assert run("format") == (0, f"Formatted {path}.\n", "")
        assert path.read_text() == self.FORMATTED
        assert run("format") == (0, f"{path} is already formatted.\n", "")
        assert run("format", "--check") == (0, f"{path} is already formatted.\n", "")

    def test_check(self, run: Run, path: Path):
        path.write_text(self.UNFORMATTED)
        path.chmod(0o400)
        done = run("format", "--check", str(path))
        message = f"{path} is not formatted."
        assert done == (1, f"{message} Format it: aloop models format --config {path}\n", "")
        result = run("format", "--check", "--json")
        assert (result.code, result.json) == (
            1,
            {"message": message, "file": str(path), "formatted": False, "changed": False},
        )
        assert path.read_text() == self.UNFORMATTED

    def test_the_diff_masks_keys(self, run: Run, path: Path):
        path.write_text(self.UNFORMATTED)
        done = run("format", "--dry-run")
        assert done.code == 0
        assert done.out.endswith(self.DIFF)
        checked = run("format", "--check", "--dry-run")
        assert (checked.code, checked.out) == (1, done.out)
        assert run("format", "--dry-run", "--json").json["dryRun"] is True
        assert path.read_text() == self.UNFORMATTED
        path.write_text(self.FORMATTED)
        assert run("format", "--check", "--dry-run") == (0, "", "Nothing would change.\n")

    def test_a_broken_file(self, run: Run, path: Path):
        path.write_text("models:\n    a/b: [\n")
        for options in ((), ("--check",), ("--dry-run",)):
            done = run("format", *options)
            assert (done.code, done.out) == (2, "")
            assert "is not valid YAML" in done.err

    def test_the_template_is_formatted(self, run: Run, path: Path):
        path.unlink()
        assert run("init").code == 0
        assert run("format", "--check").code == 0


@pytest.mark.parametrize(
    "words",
    [
        "reload",
        "check",
        "format",
        "format --check",
        "show a",
        "switch a",
        "default a",
        "remove a --dry-run",
        "edit a x=1",
        "key openai",
    ],
)
def test_where_there_is_no_file(run: Run, words: str, folder: Path, home: Path):
    hint = f"To create {folder}/.aloop/models.yaml, run:"
    make = "aloop models add provider/model, or aloop models init"
    assert run(*words.split()) == (2, "", f"aloop models: There is no models.yaml here. {hint} {make}\n")
    hint = "Check the path, or create it: aloop models init --global"
    path = home / ".aloop" / "models.yaml"
    assert run(*words.split(), "--global") == (2, "", f"aloop models: {path} does not exist. {hint}\n")
    assert list(folder.iterdir()) == list(home.iterdir()) == []


class TestSelectedFile:
    """With an option that selects a file, each next step is about that file."""

    @pytest.mark.parametrize(
        ("words", "text", "step"),
        [
            ("default openai/gpt-5", "models:\n  openai/gpt-5:\n", "Set one: aloop models key {option} openai/gpt-5"),
            ("list", "models: [\n", "For details: aloop models check {option}"),
            ("list", "models:\n  openai/gpt-5:\n", "For details: aloop models check {option}\n"),
            ("list", "", "Add a model: aloop models add {option} provider/model"),
            ("list", "model_list: [{litellm_params: {model: a/b}}]\n", "Convert it: aloop models import {option}"),
            ("check", "model_list: [{litellm_params: {model: a/b}}]\n", "Convert it: aloop models import {option}"),
            ("format --check", "models:\n    ollama/a:\n", "Format it: aloop models format {option}"),
            (
                "add ollama/a",
                "models:\n  ollama/a:\n",
                "Run: aloop models edit {option} ollama/a, or: aloop models switch {option} ollama/a",
            ),
            (
                "switch ollama/a",
                "models:\n  ollama/a:\n",
                "For one run: aloop --config {path} --model ollama/a. "
                "For new agents: aloop models default {option} ollama/a.",
            ),
            (
                "remove nope",
                "models:\n  ollama/a:\n",
                "There is no model 'nope' in {path}. List the models: aloop models list {option}",
            ),
            ("init", "models:\n", "Edit it, or add a model: aloop models add {option} provider/model"),
        ],
    )
    @pytest.mark.parametrize("is_global", [False, True])
    def test_next_steps(self, words: str, text: str, step: str, run: Run, folder: Path, home: Path, is_global: bool):
        path = home / ".aloop" / "models.yaml" if is_global else folder / "o.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        path.chmod(0o600)
        option = "--global" if is_global else f"--config {path}"
        done = run(*words.split(), *option.split())
        assert step.format(option=option, path=path) in done.out + done.err

    def test_the_next_run_names_its_own_file(self, run: Run, path: Path):
        assert run("show", "nope", "--config", str(path)).code == 2
        message = "aloop models: There is no model 'nope' in models.yaml. List the models: aloop models list\n"
        assert run("show", "nope") == (2, "", message)

    def test_a_diff_and_sarif_are_as_they_are(self, run: Run, folder: Path):
        steps = "# Add one: aloop models add provider/model\nmodel_list: [{litellm_params: {model: a/b}}]\n"
        (folder / "o.yaml").write_text(steps)
        assert "Add one: aloop models add provider/model\n" in run("import", "--dry-run", "--config", "o.yaml").out
        report = run("check", "--format", "sarif", "--config", "o.yaml")
        assert 'Convert it: aloop models import"' in report.out


def test_what_needs_no_file_answers_although_it_is_no_text(run: Run, path: Path):
    path.write_bytes(b"models:\n  ollama/a: {name: '\xff'}\n")
    assert run("sessions") == (0, "No agent is running. Start one: aloop\n", "")
    assert run("list").err == f"aloop models: {path}:2: byte 28 is not valid UTF-8. Save the file as UTF-8.\n"
    assert f"problem         {path}:2: byte 28 is not valid UTF-8." in run("doctor").out
    assert run("doctor", "--json").json["file"]["readable"] is False


class TestSkipped:
    """A file that is not safe is used by no verb, and each says which, why, and what to do."""

    @pytest.mark.parametrize(
        "words",
        [
            *("path", "init", "check", "show one", "default one", "switch one", "remove one", "reload"),
            *("add ollama/x", "add openai/x", "edit one timeout=5", "key openai", "add ollama/x --dry-run"),
        ],
    )
    def test_verbs(self, run: Run, path: Path, words: str):
        path.chmod(0o606)
        before = path.read_bytes()
        advice = f"If you trust it, run: chmod o-w {path}."
        said = f"No models.yaml can be used here. Skipped {path}: every user can write to it. {advice}"
        assert run(*words.split(), stdin="a-key-for-it\n") == (2, "", f"aloop models: {said}\n")
        assert path.read_bytes() == before

    def test_list_and_doctor(self, run: Run, path: Path):
        path.chmod(0o606)
        said = f"Skipped {path}: every user can write to it. If you trust it, run: chmod o-w {path}.\n"
        assert run("list") == (0, "No models.yaml is used here.\n", said)
        listed = run("list", "--json").json
        assert (listed["file"], listed["models"], len(listed["skipped"])) == (None, [], 1)
        assert run("sessions").err == said
        done = run("doctor")
        assert done.out.startswith("file            none\nwhy             the file that would be used is skipped\n")
        assert f"skipped         {path}: every user can write to it." in done.out
        assert run("doctor", "--json").json["file"]["blocked"] is True

    def test_where_another_file_is_used(self, run: Run, path: Path, home: Path):
        assert run("add", "ollama/own", "--global").code == 0
        path.with_name("models.yml").write_text("models:\n")
        path.unlink()
        other = path.with_name("models.yml")
        said = f"Skipped {other}: only models.yaml is read. Rename it: mv {other} {path}."
        done = run("list")
        assert ("ollama/own" in done.out, done.err) == (True, f"{said}\n")
        assert run("check").err == f"{said}\n"
        assert run("default", "own").out.endswith(f" {said}\n")

    def test_named_it_is_used(self, run: Run, path: Path):
        path.chmod(0o606)
        assert run("list", "--config", str(path)).code == 0
        assert run("check", str(path)).code == 0


class TestFiles:
    def test_init(self, run: Run, folder: Path, home: Path):
        done = run("init")
        path = folder / ".aloop" / "models.yaml"
        assert done == (0, f"Created {path} (readable only by you).\n", "")
        assert run("init").code == 2
        assert run("init", "--global").code == 0
        assert (home / ".aloop" / "models.yaml").is_file()
        assert run("init", "--config", "other.yaml", "--json").json["file"] == str(folder / "other.yaml")
        assert run("init", "--config", "other.yaml").code == 2

    def test_init_extends_an_older_gitignore(self, run: Run, path: Path, folder: Path):
        subprocess.run(["git", "init", "-q", str(folder)], check=True)
        rules = folder / ".gitignore"
        rules.write_text("# Model configuration (contains API keys)\n.aloop/models.yaml\n")
        done = run("init")
        assert (done.code, done.err) == (0, "")
        assert done.out == f"Added .aloop/*models* to {rules}, so that git ignores your API keys.\n"
        assert rules.read_text().endswith("\n.aloop/models.yaml\n.aloop/*models*\n")
        assert run("init").code == 2

    def test_path(self, run: Run, path: Path, home: Path):
        run("init", "--global")
        done = run("path")
        assert done.out == f"{path}\n"
        assert done.err == (
            "In use because it is the nearest file, searching upward from the working directory.\n"
            f"Not used, because another file is nearer: {home}/.aloop/models.yaml\n"
        )
        assert run("path", "--json").json["source"] == "workspace"
        path.chmod(0o666)
        done = run("path")
        assert done.out == f"{home}/.aloop/models.yaml\n"
        assert f"Skipped {path}: every user can write to it. If you trust it, run: chmod o-w {path}.\n" in done.err

    @pytest.mark.parametrize("arguments", ["list", "add ollama/a", "switch a", "check", "path", "init"])
    @pytest.mark.parametrize(
        ("target", "problem"),
        [
            ("/gone/real.yaml", "it is a link to /gone/real.yaml, which does not exist"),
            ("models.yaml", "its symbolic links form a loop"),
        ],
    )
    def test_a_link_that_leads_nowhere(self, run: Run, folder: Path, arguments: str, target: str, problem: str):
        path = folder / ".aloop" / "models.yaml"
        path.parent.mkdir()
        path.symlink_to(target)
        reason = f"{problem}. Correct the link, or remove it."
        refused = (2, "", f"aloop models: No models.yaml can be used here. Skipped {path}: {reason}\n")
        listed = (0, "No models.yaml is used here.\n", f"Skipped {path}: {reason}\n")
        assert run(*arguments.split()) == (listed if arguments == "list" else refused)

    @pytest.mark.parametrize("arguments", ["list", "add ollama/a", "check", "path", "doctor", "init"])
    def test_a_deleted_working_directory(self, run: Run, deleted_folder: Path, arguments: str):
        message = "The current folder no longer exists. Change to another folder (cd). Then try again."
        assert run(*arguments.split()) == (2, "", f"aloop models: {message}\n")
        assert not deleted_folder.exists()

    def test_path_without_a_file(self, run: Run, folder: Path):
        done = run("path")
        assert (done.code, done.out) == (2, "")
        assert f"{folder}/.aloop/models.yaml" in done.err
        done = run("path", "--json")
        assert (done.code, done.json["file"], done.json["createAt"]) == (2, None, f"{folder}/.aloop/models.yaml")

    def test_a_file_that_is_named(self, run: Run, path: Path, home: Path):
        named = home / ".aloop" / "models.yaml"
        hint = "Check the path, or create it: aloop models init --global"
        assert run("path", "--global") == (2, "", f"aloop models: {named} does not exist. {hint}\n")
        assert run("path", "--global", "--json").code == 2
        assert "problem         it does not exist\n" in run("doctor", "--global").out
        run("init", "--global")
        done = run("path", "--global")
        assert done == (
            0,
            f"{named}\n",
            f"In use because it was given with an option.\nNot used, because another file was given: {path}\n",
        )

    def test_schema(self, run: Run):
        assert run("schema").json["definitions"]["profile"]

    def test_doctor(self, run: Run, path: Path, home: Path):
        report = run("doctor", "--json").json
        assert report["file"]["file"] == str(path)
        assert set(report) == {"message", "file", "versions", "catalog", "runtimeFolder", "extras", "sessions"}
        assert (report["file"]["mode"], report["file"]["git"], report["file"]["models"]) == ("0600", None, 3)
        text = run("doctor").out
        assert str(path) in text
        assert f"aloop-models    {__version__}" in text
        assert KEY not in text
        assert "libyaml         used by PyYAML\n" in text
        assert "litellm         " in text
        path.write_text("models: [\n")
        assert "problem         models.yaml is not valid YAML (line 2).\n" in run("doctor").out
        path.unlink()
        assert "none (a new one would be" in run("doctor").out

    def test_doctor_without_libyaml(self, run: Run, path: Path, monkeypatch: pytest.MonkeyPatch):
        import yaml

        monkeypatch.delattr(yaml, "CSafeLoader")
        assert run("doctor", "--json").json["versions"]["libyaml"] == (
            "PyYAML has no libyaml, so it may read unusual files differently than the agent in another environment. "
            "Install a wheel: pip install --force-reinstall --only-binary :all: pyyaml"
        )


class TestCatalog:
    def test_search_finds_models_of_every_provider(self, run: Run):
        done = run("catalog", "--search", "sonnet")
        assert done.out.splitlines()[0].split()[0] == "MODEL"
        assert done.out.splitlines()[1].split()[0].startswith("anthropic/claude-sonnet-")
        assert run("catalog", "--search", "sonnet", "--json").json["models"][0]["modelId"].startswith("anthropic/")

    @pytest.mark.parametrize(
        ("text", "provider", "model"),
        [("aws", "bedrock", None), ("grok", "xai", "xai/grok"), ("sonet", None, "anthropic/claude-sonnet")],
    )
    def test_search_knows_other_names_and_corrects_words(
        self, run: Run, text: str, provider: str | None, model: str | None
    ):
        found = run("catalog", "--search", text, "--json").json
        assert provider is None or provider in [item["provider"] for item in found["providers"]]
        assert model is None or any(item["modelId"].startswith(model) for item in found["models"])

    def test_limits_without_a_provider_are_those_of_all_models(self, run: Run):
        found = run("catalog", "--max-price", "0.5", "--with", "vision", "--min-context", "200K", "--json").json
        assert found["providers"] == []
        assert len({model["modelId"].partition("/")[0] for model in found["models"]}) > 3
        assert all("vision" in model["capabilities"] and model["inputPrice"] <= 0.5 for model in found["models"])

    def test_an_unknown_capability_is_refused_with_the_known_ones(self, run: Run):
        done = run("catalog", "openai", "--with", "foo")
        assert (done.code, done.out) == (2, "")
        assert "'foo' is not a capability. Use one of: " in done.err
        assert "tools" in done.err

    def test_context_windows_as_they_are_printed(self, run: Run):
        plain = run("catalog", "openai", "--min-context", "200000").out
        assert run("catalog", "openai", "--min-context", "200k").out == plain
        assert run("catalog", "openai", "--min-context", "0.2M").out == plain
        assert run("catalog", "openai", "--min-context", "many").code == 2

    def test_providers(self, run: Run):
        done = run("catalog", "--search", "anthropic")
        assert done.out.splitlines()[0].split() == ["PROVIDER", "NAME", "MODELS", "NEEDS"]
        assert done.out.splitlines()[1].split()[0] == "anthropic"
        for name in ("anthropic", "openai", "gemini"):
            (row,) = [each for each in run("catalog", "--json").json["providers"] if each["provider"] == name]
            assert row["models"] == len(run("catalog", name, "--json").json["models"])

    def test_an_id_or_its_beginning_shows_the_models_that_contain_it(self, run: Run):
        named = run("catalog", "anthropic/claude-opus", "--json").json
        assert named["provider"] == "anthropic"
        assert {model["modelId"].partition("claude-opus")[0] for model in named["models"]} == {"anthropic/"}
        wrong = run("catalog", "anthropic/claude-sonet-5-5")
        assert (wrong.code, wrong.out) == (2, "")
        assert (
            "The catalog has no model 'anthropic/claude-sonet-5-5'. Did you mean anthropic/claude-sonnet-5-5"
            in wrong.err
        )
        assert "Did you mean anthropic" in run("catalog", "antropic/claude").err
        unknown = run("catalog", "ollama/no-such-model-of-anyone")
        assert unknown.err.endswith("'ollama/no-such-model-of-anyone'. List its models: aloop models catalog ollama\n")
        assert "openai/text-embedding-3-small" in run("catalog", "openai/text-embedding-3-small").out
        model = run("catalog", "gpt-4o")
        assert model.err == (
            "aloop models: LiteLLM has no provider 'gpt-4o'. See: aloop models catalog --search gpt-4o\n"
        )
        near = run("catalog", "openai", "--search", "gpt5")
        assert (near.code, near.out) == (0, "")
        assert near.err.startswith("No model has this name. Did you mean openai/gpt-5? Source: LiteLLM ")
        none = run("catalog", "openai", "--search", "no-such-model-of-anyone")
        assert (none.code, none.out) == (0, "")
        assert none.err.startswith("0 models. Source: LiteLLM ")
        assert run("catalog", "a2a").code == 0

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("check", "--format", KEY), "Invalid value for '--format': not one of 'text', 'json', 'sarif'."),
            (("catalog", "--max-price", KEY), "Invalid value for '--max-price': not a valid float."),
        ],
    )
    def test_a_wrong_value_is_not_quoted(self, run: Run, arguments: tuple[str, ...], message: str):
        assert message in run(*arguments).err

    def test_models(self, run: Run):
        every = run("catalog", "openai", "--json").json["models"]
        assert all(model["modelId"].startswith("openai/") for model in every)
        some = run(
            "catalog", "openai", "--min-context", "200000", "--max-price", "2", "--with", "tools", "--json"
        ).json["models"]
        assert 0 < len(some) < len(every)
        assert all(
            model["contextWindow"] >= 200_000 and model["inputPrice"] <= 2 and "tools" in model["capabilities"]
            for model in some
        )
        assert len(run("catalog", "openai", "--all", "--json").json["models"]) > len(every)

    def test_the_day_can_be_fixed(self, run: Run, path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setenv("ALOOP_TODAY", "2000-01-01")
        early = run("catalog", "openai", "--json").json["models"]
        made = date.fromisoformat(run("doctor", "--json").json["catalog"]["made"])
        monkeypatch.setenv("ALOOP_TODAY", (made + timedelta(days=30_000)).isoformat())
        late = run("catalog", "openai", "--json").json["models"]
        assert {model["retires"] for model in late} == {None} < {model["retires"] for model in early}
        assert run("doctor", "--json").json["catalog"]["daysOld"] == 30_000
        monkeypatch.setenv("ALOOP_TODAY", "tomorrow")
        assert run("doctor").code == 0


class TestColour:
    def test_none_in_a_pipe(self, run: Run, path: Path):
        assert "\x1b" not in run("check").out

    @pytest.mark.parametrize(
        ("environment", "is_colored"),
        [
            ({"TERM": "xterm"}, True),
            ({"TERM": "xterm", "NO_COLOR": ""}, True),
            ({"TERM": "xterm", "NO_COLOR": "1"}, False),
            ({"TERM": "dumb"}, False),
        ],
    )
    def test_on_a_terminal(self, path: Path, folder: Path, environment: dict[str, str], *, is_colored: bool):
        for arguments in (("check",), ("default", "llama2", "--dry-run")):
            variables = {"NO_COLOR": "", **environment}
            child, terminal = at_terminal(folder, *arguments, **variables)  # pyright: ignore[reportArgumentType]
            shown = read_until(terminal, b"Nothing was changed." if "--dry-run" in arguments else b" note")
            child.wait(120)
            os.close(terminal)
            assert (b"\x1b[" in shown) == is_colored


def test_a_bug_says_nothing_of_the_user_s_text(run: Run, path: Path, monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object) -> None:
        raise ValueError(f"invalid value {KEY}")

    monkeypatch.setattr("aloop_models.dispatch.runner.Runner.execute_now", broken)
    done = run("list")
    assert (done.code, done.out) == (70, "")
    assert "internal error (bug " in done.err
    assert "ValueError at test_main.py:" in done.err
    assert KEY not in done.err


def complete(shell: str, line: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("_ALOOP_COMPLETE", f"{shell}_complete")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(len(line.split(" ")) - 1))
    monkeypatch.setenv("COMP_BREAKS", " \t\n:=")
    assert main([]) == 0
    found = capsys.readouterr().out.splitlines()
    return [line.partition(",")[2] for line in found if line.startswith("plain,")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("aloop mo", ["models"]),
        ("aloop models sw", ["switch"]),
        ("aloop models edit an", [ANTHROPIC, "anthropic/claude-opus-4-1"]),
        ("aloop models key an", ["anthropic", ANTHROPIC, "anthropic/claude-opus-4-1"]),
        ("aloop models add anthropic_t", ["anthropic_text/"]),
        ("aloop models edit ollama/llama2 time", ["timeout="]),
        ("aloop models edit ollama/llama2 drop_params=", ["true", "false"]),
        ("aloop models edit ollama/llama2 api_key=", ["-"]),
        ("aloop models edit ollama/llama2 timeout=3 tim", []),
        ("aloop models check --format s", ["sarif"]),
        ("aloop models rule missing-a", ["missing-api-key", "missing-api-base"]),
        ("aloop models catalog anthropi", ["anthropic", "anthropic_text"]),
        ("aloop models remove --fo", ["--force"]),
        ("aloop models catalog openai --with vi", ["video", "vision"]),
        ("aloop models list ", []),
        ("aloop ", ["compare", "models"]),
        ("aloop compa", ["compare"]),
        ("aloop -m llam", ["ollama/llama2"]),
        ("aloop --task hi --model llam", ["ollama/llama2"]),
        ("aloop --model ollama/llama2 ", []),
        ("aloop --model ollama/llama2 --tr", ["--trust-config"]),
        ("aloop compare hi --models llam", ["ollama/llama2"]),
        (
            f"aloop compare hi --models ollama/llama2,{ANTHROPIC},opus",
            [f"ollama/llama2,{ANTHROPIC},anthropic/claude-opus-4-1"],
        ),
        ("aloop compare hi --j", ["--json"]),
        ("aloop models te", ["test"]),
        ("aloop models test ollama/llama2 llam", ["ollama/llama2"]),
    ],
)
def test_completion(
    path: Path,
    folder: Path,
    line: str,
    expected: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    assert complete("bash", line, capsys, monkeypatch) == expected


def test_completion_of_a_bare_model_name_offers_whole_ids(
    path: Path, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    for typed in ("gpt-4o-mini", "gpt4omini", "4o-mini"):
        assert complete("bash", f"aloop models add {typed}", capsys, monkeypatch)[0] == "openai/gpt-4o-mini"


def test_a_copy_is_completed_with_the_models_of_the_file_that_it_is_copied_from(
    path: Path, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    (home / ".aloop").mkdir()
    (home / ".aloop" / "models.yaml").write_text("models:\n  openai/at-home:\n")
    own = ["anthropic/claude-sonnet-4-5", "anthropic/claude-opus-4-1", "ollama/llama2"]
    for words, expected in (
        ("", own),
        ("--to home ", own),
        ("--to project ", ["openai/at-home"]),
        ("--to=project ", ["openai/at-home"]),
        ("--global ", ["openai/at-home"]),
        ("--global --to project ", ["openai/at-home"]),
        (f"--config {path} --to project ", own),
    ):
        assert complete("bash", f"aloop models copy {words}", capsys, monkeypatch) == expected, words
    runner = Runner(Workspace((path.parents[1],)))
    found = runner.execute_now("aloop.complete", {"words": ["copy", "--to", "project"], "word": ""})
    assert [item["value"] for item in found["candidates"]] == ["openai/at-home"]


def test_completion_in_a_real_bash(path: Path, folder: Path):
    path.write_text("models:\n  ollama/llama3:8b:\n  ollama/llama3:70b:\n")
    script = f"""
        eval "$(_ALOOP_COMPLETE=bash_source {sys.executable} -m aloop_models models)"
        aloop() {{ {sys.executable} -m aloop_models "$@"; }}; export -f aloop
        COMP_WORDBREAKS=$' \\t\\n:='
        COMP_LINE="aloop models show ollama/llama3:7"; COMP_POINT=${{#COMP_LINE}}
        compopt() {{ printf '%s ' compopt "$@"; echo; }}
        env() {{ while [[ $1 == *=* ]]; do export "$1"; shift; done; "$@"; }}
        _aloop_completion aloop; echo "${{COMPREPLY[@]}}"
        COMPREPLY=(); COMP_LINE="aloop models edit ollama/llama3:8b timeo"; COMP_POINT=${{#COMP_LINE}}
        _aloop_completion aloop; echo "${{COMPREPLY[@]}}"
        complete -p aloop
    """
    done = subprocess.run(["bash", "--norc", "-c", script], cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "70b",
        "compopt -o nospace ",
        "timeout=",
        "complete -o nosort -F _aloop_completion aloop",
    ]


def test_completion_knows_the_options_of_the_agent():
    aloop = program(make_cli())
    models = aloop.commands["models"]
    assert isinstance(models, click.Group)
    for command, parser in (
        (aloop, parser_of_agent()),
        (aloop.commands["compare"], parser_of_compare()),
        (models.commands["test"], parser_of_test()),
    ):
        known = {name for option in command.params for name in option.opts if name.startswith("-")}
        own = set(re.findall(r"(?:^|\s)(--?[a-z][a-z-]*)", parser.format_help().partition("options:")[2]))
        assert known == own - {"-h", "--help"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("list", "Unknown command 'list'. Did you mean aloop models list?"),
        ("lst", "Unknown command 'lst'. Did you mean aloop models list?"),
        ("models rm", "Unknown command 'models rm'. Did you mean aloop models remove?"),
        ("validate", "Unknown command 'validate'. Did you mean aloop models check?"),
        ("model list", "Unknown command 'model list'. Did you mean aloop models list?"),
        ("modles swich gpt-4o", "Unknown command 'modles swich'. Did you mean aloop models switch?"),
        ("catalog openai", "Unknown command 'catalog'. Did you mean aloop models catalog?"),
        ("test", "Unknown command 'test'. Did you mean aloop models test?"),
        ("compre hello", "Unknown command 'compre'. Did you mean aloop compare?"),
        ("model", "Unknown command 'model'. Did you mean aloop models?"),
        ("hello", "Unknown command. To ask a model once: aloop --task TEXT. To manage models: aloop models --help"),
        (KEY, "Unknown command. To ask a model once: aloop --task TEXT. To manage models: aloop models --help"),
    ],
)
def test_another_first_word_is_answered_with_the_command_that_is_meant(
    words: str, said: str, capsys: pytest.CaptureFixture[str]
):
    assert refuse_command(words.split()) == 2
    assert capsys.readouterr() == ("", f"aloop: {said}\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("--modle x", "aloop: Unknown option '--modle'. Did you mean --model?"),
        ("--josn --task hi", "aloop: Unknown option '--josn'. Did you mean --json?"),
        ("--tsk=hi", "aloop: Unknown option '--tsk'. Did you mean --task?"),
        ("-x", f"aloop: {_OPTIONS_OF_AGENT}"),
        (f"--{KEY}", f"aloop: {_OPTIONS_OF_AGENT}"),
        (f"--json {KEY}", "aloop: Too many arguments. See: aloop --help"),
        ("compare --modles a", "aloop compare: Unknown option '--modles'. Did you mean --models?"),
        ("test --jsno", "aloop models test: Unknown option '--jsno'. Did you mean --json?"),
        ("compare --json", "aloop compare: Missing argument 'TEXT'. See: aloop compare --help"),
        ("-t hi -m", "aloop: Option '--model' requires an argument. See: aloop --help"),
        ("-t hi --config=", "aloop: Invalid value for '--config': The path is empty. See: aloop --help"),
        (
            "models switch x --session",
            "aloop models: Option '--session' requires an argument. See: aloop models switch --help",
        ),
        ("compare -- --modles", None),
        ("-t -", None),
        ("-mgpt -tasks", None),
        ("--cont", None),
        ("models list --josn", "aloop models: Unknown option '--josn'. Did you mean --json?"),
        ("models --verson", "aloop models: Unknown option '--verson'. Did you mean --version?"),
        ("models add --dry", "aloop models: Unknown option '--dry'. Did you mean --dry-run?"),
        ("models switch x --defualt", "aloop models: Unknown option '--defualt'. Did you mean --make-default?"),
        ("models add a/b --timeout 5", "aloop models: Write a field without dashes: timeout=VALUE"),
        ("models edit a/b --base-url=x", "aloop models: Write a field without dashes: api_base=VALUE"),
        ("models show a/b --timeout 5", "aloop models: Unknown option. Use --config, --global, --json, --help."),
        ("models sessions --gobal", "aloop models: Unknown option '--gobal'. Did you mean --global?"),
        (f"models schema --{KEY}", "aloop models: Unknown option. Use --help."),
    ],
)
def test_an_unknown_option_is_answered_with_the_option_that_is_meant(
    arguments: str, said: str | None, run: Run, capsys: pytest.CaptureFixture[str]
):
    first, *rest = arguments.split()
    parsers = {"compare": parser_of_compare, "test": parser_of_test}
    if first == "models":
        done = run(*rest)
        assert (done.code, done.out, done.err) == (2, "", f"{said}\n")
        near = [] if "requires" in str(said) else run(*rest, "--json").json["error"]["suggestions"]
        assert near == ([said.rpartition(" ")[2].rstrip("?")] if said and "mean" in said else [])
    elif said is None:
        parsers.get(first, parser_of_agent)().parse(rest if first in parsers else [first, *rest])
    else:
        with pytest.raises(SystemExit) as ended:
            parsers.get(first, parser_of_agent)().parse(rest if first in parsers else [first, *rest])
        assert ended.value.code == 2
        assert capsys.readouterr().err == f"{said}\n"


@pytest.mark.parametrize(
    ("arguments", "message", "suggestions"),
    [
        ("--json list", "Write --json after the command: aloop models list --json", ["list --json"]),
        ("--config=x check", "Write --config after the command: aloop models check --config", ["check --config"]),
        ("--check --json format", "Write --check after the command: aloop models format --check", ["format --check"]),
        ("--json", "Write --json after a command. See: aloop models --help", []),
        ("--json nothing", "Write --json after a command. See: aloop models --help", []),
        ("--check list", "Unknown option. Use --version, --help.", []),
        (f"--json={KEY} list", "Write --json after the command: aloop models list --json", ["list --json"]),
    ],
)
def test_an_option_before_its_command(arguments: str, message: str, suggestions: list[str], run: Run):
    done = run(*arguments.split())
    assert (done.code, done.err) == (2, f"aloop models: {message}\n")
    error = {"reason": "invalidArguments", "message": message, "suggestions": suggestions}
    assert run(*arguments.split(), "--json").json == {"error": error}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_call_the_verbs(
    shell: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("_ALOOP_COMPLETE", f"{shell}_source")
    assert main([]) == 0
    printed = capsys.readouterr().out
    assert f"_ALOOP_COMPLETE={shell}_complete" in printed
    assert ('"$1" models' if shell == "bash" else "aloop models") in printed


def process(*arguments: str, folder: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "aloop_models", "models", *arguments)
    return subprocess.run(command, cwd=folder, input=stdin, capture_output=True, text=True, timeout=120)


class TestProcess:
    def test_exit_codes_and_streams(self, path: Path, folder: Path):
        done = process("list", folder=folder)
        assert (done.returncode, done.stderr) == (0, "")
        assert f"File: {path}\n" in done.stdout
        done = process("show", "nothing", folder=folder)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("aloop models: There is no model 'nothing'")
        path.write_text("models: [\n")
        assert process("check", folder=folder).returncode == 1

    def test_it_starts_without_what_it_does_not_need(self, folder: Path):
        program = (
            "import sys; from aloop_models.cli.main import main; code = main(['--help'])\n"
            "heavy = ('pygls', 'lsprotocol', 'litellm', 'jsonschema', 'asyncio', 'aloop_models.dispatch')\n"
            "print([name for name in heavy if name in sys.modules], code)"
        )
        done = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=True)
        assert done.stdout.splitlines()[-1] == "[] 0"

    def test_a_command_starts_without_what_only_editors_need(self, path: Path, folder: Path):
        program = (
            "import sys; from aloop_models.cli.main import main; code = main(['list'])\n"
            "print([name for name in ('pygls', 'litellm', 'jsonschema', 'asyncio') if name in sys.modules], code)"
        )
        done = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=True)
        assert done.stdout.splitlines()[-1] == "[] 0"

    def test_a_reader_that_goes_away(self, path: Path, folder: Path):
        reader, writer = os.pipe()
        os.close(reader)
        command = (sys.executable, "-m", "aloop_models", "models", "schema")
        done = subprocess.run(command, cwd=folder, stdout=writer, stderr=subprocess.PIPE, text=True, timeout=120)
        os.close(writer)
        assert (done.returncode, done.stderr) == (1, "")

    def test_a_terminal_without_these_characters(self, path: Path, folder: Path):
        environment = {**os.environ, "PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
        command = (sys.executable, "-m", "aloop_models", "models", "show", "claude")
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=120)
        assert (done.returncode, b"api_key      ????????\n" in done.stdout) == (0, True)

    def test_a_person_at_a_terminal(self, path: Path, folder: Path):
        child, terminal = at_terminal(folder, "key", "llama2")
        shown = read_until(terminal, b"API key for ollama/llama2: ")
        os.write(terminal, f"{ODD_KEY}\n".encode())
        shown += read_until(terminal, b"Set the API key of ollama/llama2.")
        assert child.wait(120) == 0
        os.close(terminal)
        assert ODD_KEY.encode() not in shown
        assert f"api_key: {ODD_KEY}" in path.read_text()


@pytest.mark.parametrize(
    ("answers", "added"),
    [("y", "openai/gpt-5.5"), ("nn", None), ("ny", "gpt/openai/gpt-5.5")],
)
def test_another_id_is_offered_at_a_terminal(path: Path, folder: Path, answers: str, added: str | None):
    before = path.read_text()
    child, terminal = at_terminal(folder, "add", "gpt/openai/gpt-5.5", f"api_key={ODD_KEY}")
    shown = read_until(terminal, b"Add openai/gpt-5.5? [Y/n]")
    assert b"LiteLLM has no provider 'gpt'. Did you mean openai/gpt-5.5?" in shown
    os.write(terminal, f"{answers[0]}\n".encode())
    if answers[1:]:
        read_until(terminal, b"Add the ID as you wrote it? [y/N]")
        os.write(terminal, f"{answers[1:]}\n".encode())
    read_until(terminal, f"Added {added}".encode() if added else b"Nothing was changed.")
    assert child.wait(120) == (0 if added else 2)
    os.close(terminal)
    text = path.read_text()
    assert f"\n  {added}:\n" in text if added else text == before


def at_terminal(
    folder: Path, *arguments: str, errors: int | None = None, **environment: str
) -> tuple[subprocess.Popen[bytes], int]:
    """A run with a terminal of its own, and the other end of that terminal."""
    terminal, own = os.openpty()
    # Keys are asked for at the terminal that controls the process, so it has to become that.
    program = (
        "import fcntl, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
        "from aloop_models.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    child = subprocess.Popen(
        (sys.executable, "-c", program, *arguments),
        cwd=folder,
        env={**os.environ, **environment},
        stdin=own,
        stdout=own,
        stderr=own if errors is None else errors,
        start_new_session=True,
    )
    os.close(own)
    return child, terminal


def read_until(terminal: int, wanted: bytes) -> bytes:
    shown, end = b"", time.monotonic() + 30
    while wanted not in shown and time.monotonic() < end:
        if select.select([terminal], [], [], 1)[0]:
            try:
                shown += os.read(terminal, 4096)
            except OSError:
                break
    assert wanted in shown
    return shown


def test_every_command_is_a_verb():
    commands = make_cli().commands
    assert list(commands)[: len(VERBS)] == [command.verb for command in VERBS]
    for command in VERBS:
        assert commands[command.verb].help == command.help


def test_a_name_that_is_a_key_of_the_file_is_repeated_nowhere(run: Run, path: Path) -> None:
    text = "models:\n  openai/correct-horse:\n    api_key: correct-horse\n  openai/a:\n    api_key: wintergarden\n"
    path.write_text(text)
    for words in (["show", "correct-horse"], ["show", "wintergarden"], ["remove", "wintergarden", "--json"]):
        ran = run(*words)
        assert "correct-horse" not in ran.out + ran.err
        assert "wintergarden" not in ran.out + ran.err


def test_no_part_of_a_key_that_is_given_as_an_id_is_repeated(run: Run, path: Path) -> None:
    assert path.exists()
    ran = run("add", "OVzZmlorjCE41/xDHWARJDmyQo/XFjJxjGDuU26Z")
    assert ran.code == 2
    assert "OVzZ" not in ran.out + ran.err
