"""A file between an editor, a shell and other programs, as a state machine: no change is lost."""

from __future__ import annotations

import itertools
import os
from collections import Counter
from pathlib import Path
from typing import Any, ClassVar

import yaml
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from aloop_models.dispatch.runner import Runner
from aloop_models.errors import AloopError
from aloop_models.workspace.workspace import Workspace
from lsp_client import LspClient, LspError
from support.server import KEY, project
from support.tally import LOST

START = f"""\
# The models of this project
models:
  openai/gpt-4o:  # paid by the team
    api_key: {KEY}
    timeout: 300

  ollama/llama3.1:
    # at home
    timeout: 60
default: openai/gpt-4o
"""
IDS = ["openai/gpt-4o", "ollama/llama3.1", "ollama/qwen3", "openai/gpt-4o#work", "groq/llama-3.3-70b-versatile"]
TYPED = ["# typed {}\n", "# typed \U0001f600 {}\r\n", "broken{}: [\n"]
HOUR = 3600

_names = itertools.count()


class Life(RuleBasedStateMachine):
    """What a person, commands and other programs do to one file; the model is the text that must be in force."""

    client: LspClient
    """An initialized client, whose server serves the file."""
    root: Path
    """A workspace folder of that server; each life has a folder of its own in it."""
    tally: ClassVar[Counter[str]] = Counter()
    """What was done so far, in all lives."""

    @initialize()
    def begin(self) -> None:
        self.path = project(self.root / str(next(_names)), START)
        self.disk, self.buffer = START, None
        self.before: list[str] = []
        self.count = 0
        self.refusal = ""
        self.runner = Runner(Workspace((self.path.parents[1],)), "aloop models")

    def teardown(self) -> None:
        self.tally["files"] += 1
        if self.buffer is not None:
            self.client.close(self.path)

    @property
    def text(self) -> str:
        return self.disk if self.buffer is None else self.buffer

    @property
    def is_dirty(self) -> bool:
        return self.buffer is not None and self.buffer != self.disk

    # What a person does in the editor

    @precondition(lambda self: self.buffer is None)
    @rule()
    def open(self) -> None:
        self.client.open(self.path)
        self.buffer, self.before = self.disk, []

    @precondition(lambda self: self.buffer is not None)
    @rule()
    def save(self) -> None:
        self.tally["saves"] += 1
        self.client.save(self.path)
        self.disk = self.text

    @precondition(lambda self: self.buffer is not None)
    @rule()
    def close(self) -> None:
        self.client.close(self.path)
        self.buffer = None

    @precondition(lambda self: self.buffer is not None)
    @rule(
        at=st.sampled_from(["start", "end"]),
        words=st.sampled_from(["# typed {}\n", "broken{}: [\n", "# typed \U0001f600 {}\r\n"]),
    )
    def type(self, at: str, words: str) -> None:
        self.count += 1
        words = words.format(self.count)
        self.before.append(self.text)
        self.buffer = words + self.text if at == "start" else self.text + words
        self.client.set_text(self.path, self.buffer)

    @precondition(lambda self: self.buffer is not None and self.before)
    @rule()
    def undo(self) -> None:
        self.tally["undone changes"] += 1
        text = self.before.pop()
        self.client.set_text(self.path, text)
        self.buffer = text

    # What other programs do

    @rule(clock=st.sampled_from([None, -HOUR, HOUR, 0]), renames=st.booleans())
    def other_program(self, clock: int | None, renames: bool) -> None:
        self.count += 1
        self.tally["changes by other programs"] += 1
        was = self.path.stat().st_mtime
        text = f"# another program {self.count}\n{self.disk}"
        if renames:
            other = self.path.with_name("other")
            other.write_bytes(text.encode())
            other.chmod(0o600)
            other.replace(self.path)
        else:
            self.path.write_bytes(text.encode())
        if clock is not None:
            os.utime(self.path, (was + clock, was + clock))
        self._written(text)

    # Commands

    @rule(model=st.sampled_from(IDS), in_shell=st.booleans())
    def add(self, model: str, in_shell: bool) -> None:
        before = self._data()
        after = self._run("aloop.addModel", {"modelId": model, "fields": {"api_key": KEY}}, in_shell=in_shell)
        if before is None or model in before["models"]:
            assert after is None
            return
        assert after is not None, self.refusal
        assert after["models"] == before["models"] | {model: after["models"][model]}
        assert after["models"][model]["api_key"] == KEY

    @rule(model=st.sampled_from(IDS), timeout=st.integers(1, 900), in_shell=st.booleans())
    def edit(self, model: str, timeout: int, in_shell: bool) -> None:
        before = self._data()
        after = self._run("aloop.editModel", {"modelId": model, "fields": {"timeout": timeout}}, in_shell=in_shell)
        if before is None or model not in before["models"]:
            assert after is None
            return
        before["models"][model] = (before["models"][model] or {}) | {"timeout": timeout}
        assert after == before

    @rule(model=st.sampled_from(IDS), in_shell=st.booleans())
    def remove(self, model: str, in_shell: bool) -> None:
        before = self._data()
        after = self._run("aloop.removeModel", {"modelId": model}, in_shell=in_shell)
        if before is None or model not in before["models"]:
            assert after is None
            return
        assert after is not None, self.refusal
        del before["models"][model]
        assert (after["models"] or {}) == before["models"]

    @rule(model=st.sampled_from(IDS), in_shell=st.booleans())
    def make_default(self, model: str, in_shell: bool) -> None:
        before = self._data()
        after = self._run("aloop.setDefaultModel", {"modelId": model}, in_shell=in_shell)
        if after is not None:
            assert before is not None
            assert after == before | {"default": model}

    # What must hold after each step

    @invariant()
    def the_disk_has_what_was_saved_or_written(self) -> None:
        self.tally["steps"] += 1
        text = self.path.read_bytes().decode()
        LOST["changes of a file"] += text != self.disk
        assert text == self.disk
        assert self.path.stat().st_mode & 0o777 == 0o600

    @invariant()
    def the_editor_shows_what_it_should(self) -> None:
        if self.buffer is not None:
            text = self.client.text(self.path)
            LOST["changes in an editor"] += text != self.buffer
            assert text == self.buffer

    @invariant()
    def diagnostics_are_those_of_the_whole_text(self) -> None:
        if self.buffer is None:
            return
        shown = self._diagnostics(self.path)
        twin = self.path.with_name("twin") / ".aloop" / "models.yaml"
        self.client.open(twin, self.buffer)
        whole = self._diagnostics(twin)
        self.client.close(twin)
        LOST["diagnostics"] += len([item for item in whole if item not in shown])
        assert shown == whole

    def _diagnostics(self, path: Path) -> list[tuple[Any, ...]]:
        asked = {"textDocument": {"uri": path.as_uri()}}
        items = self.client.request("textDocument/diagnostic", asked)["items"]
        places = [(item["code"], item["message"], item["range"]["start"], item["range"]["end"]) for item in items]
        # Whether the folder is protected is not the text's matter.
        return sorted(((code, *rest) for code, *rest in places if code != "file-readable-by-others"), key=repr)

    def _data(self) -> dict[str, Any] | None:
        try:
            data = yaml.safe_load(self.text)
        except yaml.YAMLError:
            return None
        return data | {"models": data["models"] or {}}

    def _run(self, command: str, argument: dict[str, Any], *, in_shell: bool) -> dict[str, Any] | None:
        """Run a command and return the data after it; None if it was refused, and then nothing has changed."""
        old, was_dirty = self.text, self.is_dirty
        self.tally["commands in a shell" if in_shell else "commands in the editor"] += 1
        try:
            if in_shell:
                self.runner.execute_now(command, argument)
            else:
                self.client.execute(command, {**argument, "uri": self.path.as_uri()})
        except (AloopError, LspError) as error:
            self.refusal = str(error)
            self.tally["refused commands"] += 1
            return None
        if was_dirty:
            self.before.append(old)
            self.buffer = self.client.text(self.path)
        else:
            self._written(self.path.read_bytes().decode())
        if command != "aloop.removeModel":
            # Comments of a removed entry go with it.
            assert _comments(self.text) == _comments(old)
        return self._data()

    def _written(self, text: str) -> None:
        """The file has a new text; an editor without unsaved changes shows it."""
        clean = not self.is_dirty
        self.disk = text
        if self.buffer is not None and clean:
            self.before.append(self.buffer)
            self.client.set_text(self.path, text)
            self.buffer = text
        changed = {"uri": self.path.as_uri(), "type": 2}
        self.client.notify("workspace/didChangeWatchedFiles", {"changes": [changed]})


def _comments(text: str) -> list[str]:
    return [line.partition("# ")[2] for line in text.splitlines() if "# " in line]
