"""A law: what a command makes of an unsaved buffer is what it makes of the same text on the disk, byte for byte."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aloop_models.core.document import Document
from aloop_models.core.text import Edit, apply_edits
from aloop_models.dispatch.runner import Runner
from aloop_models.errors import RefusedError
from aloop_models.workspace.buffers import Buffer
from aloop_models.workspace.workspace import Workspace
from support.edit_files import documents


@pytest.fixture(autouse=True)
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "runtime").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "runtime"))


def arguments(document: Document) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    one = st.sampled_from([*document.by_id, "x/none"])
    fields = {
        "name": st.none() | st.sampled_from(["it's: new", "yes", "é"]),
        "timeout": st.sampled_from([None, 9, 0.5]),
    }
    some = st.fixed_dictionaries({}, optional=fields)
    return st.one_of(
        st.tuples(st.just("addModel"), st.fixed_dictionaries({"modelId": st.just("ollama/new"), "fields": some})),
        st.tuples(st.just("editModel"), st.fixed_dictionaries({"modelId": one, "fields": some})),
        st.tuples(st.just("removeModel"), st.fixed_dictionaries({"modelId": one})),
        st.tuples(st.just("setDefaultModel"), st.fixed_dictionaries({"modelId": one})),
        st.tuples(st.just("setKey"), st.fixed_dictionaries({"modelId": one, "apiKey": st.just("some-new-key")})),
    )


async def executed(runner: Runner, command: str, argument: dict[str, Any], editor: Any) -> Any:
    try:
        return {**await runner.execute(f"aloop.{command}", argument, editor), "saved": None}
    except RefusedError as refusal:
        return refusal.reason, refusal.message


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents(), st.data())
def test_buffer_and_disk_get_the_same(document: Document, data: st.DataObject) -> None:
    command, argument = data.draw(arguments(document))
    with tempfile.TemporaryDirectory() as folder:
        on_disk, in_buffer = Path(folder, ".aloop", "models.yaml"), Path(folder, "buffer.yaml")
        on_disk.parent.mkdir()
        on_disk.write_bytes(document.text.encode())
        in_buffer.write_bytes(b"# another text\n")
        # A key in a file that others can read is warned about, with its name.
        on_disk.chmod(0o600)
        in_buffer.chmod(0o600)
        runner = Runner(Workspace((Path(folder),)))
        buffer = runner.workspace.buffers.open(in_buffer.as_uri(), 1, document.text, differs=True)

        class Editor:
            async def apply_edit(self, _: Buffer, version: int, edits: Sequence[Edit], label: str) -> bool:
                runner.workspace.buffers.change(buffer, version + 1, apply_edits(buffer.text, edits))
                return True

        async def both() -> tuple[Any, Any]:
            first = await executed(runner, command, {**argument, "uri": on_disk.as_uri()}, None)
            return first, await executed(runner, command, {**argument, "uri": in_buffer.as_uri()}, Editor())

        first, second = asyncio.run(both())
        # A text of white space only counts as no file, which `add` makes from the template.
        if document.text.lstrip("\ufeff").strip():
            assert first == second
            assert buffer.text.encode() == on_disk.read_bytes()
        assert in_buffer.read_bytes() == b"# another text\n"
