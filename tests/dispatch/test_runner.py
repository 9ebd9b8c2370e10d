"""Who gets a command's edits: the open buffer or the file; what is pending, and which model was chosen."""

import asyncio
import os
import re
import subprocess
import threading
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from aloop_models.core.text import Edit, apply_edits
from aloop_models.dispatch import buffer as dispatch_buffer
from aloop_models.dispatch.runner import Runner
from aloop_models.errors import FileError, InvalidArgumentsError, RefusedError
from aloop_models.settings import Settings
from aloop_models.workspace import save
from aloop_models.workspace.buffers import Buffer
from aloop_models.workspace.lock import lock_file
from aloop_models.workspace.workspace import Workspace

TEXT = "models:\n  ollama/a:  # mine\n  ollama/b:\n\ndefault: ollama/a\n"
WITH_C = TEXT.replace("  ollama/b:\n", "  ollama/b:\n  ollama/c:\n")
ADD = ("aloop.addModel", {"modelId": "ollama/c"})


def write(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(TEXT)
    path.chmod(0o600)
    return path


class Editor:
    """An editor that takes edits, in one of the ways in which editors do."""

    def __init__(self, runner: Runner, take: Callable[["Editor", Buffer, str], bool]) -> None:
        self.runner = runner
        self.asked: list[tuple[int, str]] = []
        self._take = take

    async def apply_edit(self, buffer: Buffer, version: int, edits: Sequence[Edit], label: str) -> bool:
        self.asked.append((version, label))
        if buffer.version != version:
            return False
        await asyncio.sleep(0)
        return self._take(self, buffer, apply_edits(buffer.text, edits))

    def change(self, buffer: Buffer, text: str) -> None:
        """As a didChange."""
        self.runner.workspace.buffers.change(buffer, buffer.version + 1, text)


class Slow(Editor):
    """An editor on a slow machine: seconds until the change comes, and from there to the answer."""

    def __init__(self, runner: Runner, before_change: float, before_answer: float) -> None:
        super().__init__(runner, obedient)
        self._seconds = before_change, before_answer

    async def apply_edit(self, buffer: Buffer, version: int, edits: Sequence[Edit], label: str) -> bool:
        await asyncio.sleep(self._seconds[0])
        applied = await super().apply_edit(buffer, version, edits, label)
        await asyncio.sleep(self._seconds[1])
        return applied


def obedient(editor: Editor, buffer: Buffer, text: str) -> bool:
    editor.change(buffer, text)
    return True


@pytest.fixture(autouse=True)
def surroundings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = tmp_path_factory.mktemp("runtime")
    runtime.chmod(0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    monkeypatch.setattr(dispatch_buffer, "_ECHO_SECONDS", 0.05)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / ".aloop" / "models.yaml"
    path.parent.mkdir()
    path.write_text(TEXT)
    path.chmod(0o600)
    return path


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(Workspace((tmp_path,), home=tmp_path / "home", window=True, today=lambda: date(2026, 11, 22)))


@pytest.fixture
def loop(tmp_path: Path) -> Path:
    """A models.yaml that is a link to itself."""
    loop = tmp_path / "sub" / ".aloop" / "models.yaml"
    loop.parent.mkdir(parents=True)
    loop.symlink_to("models.yaml")
    return loop


@pytest.fixture
def editor(runner: Runner) -> Editor:
    return Editor(runner, obedient)


def opened(runner: Runner, path: Path, text: str, *, differs: bool = True) -> Buffer:
    return runner.workspace.buffers.open(path.as_uri(), 1, text, differs=differs)


async def ids(runner: Runner) -> list[str]:
    models: Any = (await runner.execute("aloop.listModels", None))["models"]
    return [model["modelId"] for model in models]


# Which file


def test_the_file_that_is_meant(runner: Runner, path: Path, tmp_path: Path) -> None:
    assert runner.workspace.target() == path
    assert runner.workspace.target(path.as_uri()) == path
    path.unlink()
    assert runner.workspace.target() == path
    other = tmp_path / "other.yaml"
    opened(runner, other, "")
    assert runner.workspace.target() == other


def test_of_several_folders_the_first_that_has_a_file_counts(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("a", "b", "c")]
    for folder in folders:
        folder.mkdir()
    home = tmp_path / "home" / ".aloop" / "models.yaml"
    runner = Runner(Workspace(folders, home=tmp_path / "home", window=True))
    assert runner.workspace.target() == folders[0] / ".aloop" / "models.yaml"
    assert runner.state()["file"] is None
    write(home)
    assert (runner.workspace.target(), runner.workspace.find().create_at) == (
        home,
        folders[0] / ".aloop" / "models.yaml",
    )
    third = write(folders[2] / ".aloop" / "models.yaml")
    assert runner.workspace.target() == third
    assert runner.state()["file"] == str(third)
    second = write(folders[1] / ".aloop" / "models.yaml")
    assert runner.workspace.target() == second
    # Each of them matters to whoever watches, in the order in which they count.
    assert [place for place in runner.workspace.places() if place.parent.parent in folders] == [
        folders[0] / ".aloop" / "models.yaml",
        second,
        third,
    ]
    assert home in runner.workspace.places()
    above = write(tmp_path / ".aloop" / "models.yaml")
    assert runner.workspace.target() == above


async def test_an_open_loop_of_links_does_not_affect_other_files(
    runner: Runner, path: Path, loop: Path, editor: Editor
) -> None:
    opened(runner, loop, TEXT)
    assert await ids(runner) == ["ollama/a", "ollama/b"]
    assert (await runner.execute(*ADD, editor))["saved"] is True
    assert (await runner.execute("aloop.switchModel", {"modelId": "ollama/c"}))["modelId"] == "ollama/c"
    assert (await runner.execute("aloop.checkModels", {}))["message"] == "0 errors, 0 warnings, 0 notes"
    assert path.read_text() == WITH_C
    skipped = (
        "No models.yaml can be used here. Skipped {}: its symbolic links form a loop. Correct the link, or remove it."
    )
    unread = "Cannot read {}: its symbolic links form a loop. Correct the links and try again."
    for (command, argument), message in (
        (ADD, skipped),
        (("aloop.listModels", {}), unread),
        (("aloop.checkModels", {}), skipped),
    ):
        with pytest.raises(FileError) as refused:
            await runner.execute(command, {**argument, "uri": loop.as_uri()}, editor)
        assert str(refused.value) == message.format(loop)


async def test_where_no_folder_has_a_file_the_first_one_gets_it(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("a", "b")]
    for folder in folders:
        folder.mkdir()
    runner = Runner(Workspace(folders, home=tmp_path / "home", window=True))
    await runner.execute(*ADD)
    assert [(folder / ".aloop" / "models.yaml").exists() for folder in folders] == [True, False]


@pytest.mark.parametrize(
    "uri", ["", "untitled:1", "http://x/y", "file:x", "file://[", "file:///a%00", "file:///\ud800"]
)
def test_a_uri_that_names_no_file(runner: Runner, uri: str) -> None:
    with pytest.raises(InvalidArgumentsError, match=r"^'uri' must be the file: URI of a models\.yaml\.$"):
        runner.workspace.target(uri)


def names_of(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.parametrize(
    "name",
    [
        "project/compose.yaml",
        "project/models.yaml",
        "project/.aloop/other.yaml",
        "project/.aloop/models.yaml.bak",
        "project/.aloop/deep/models.yaml",
        "project/new/deep/x.conf",
        "other/.aloop/models.yaml",
        "project/../other/.aloop/models.yaml",
        "project/link/.aloop/models.yaml",
        "projects/.aloop/models.yaml",
        ".aloop/models.yaml",
        "home/sub/.aloop/models.yaml",
        "home/.bashrc",
    ],
)
@pytest.mark.parametrize("command", ["aloop.addModel", "aloop.listModels", "aloop.checkModels"])
async def test_other_files_are_refused(tmp_path: Path, name: str, command: str) -> None:
    write(tmp_path / "project" / ".aloop" / "models.yaml")
    write(tmp_path / "other" / ".aloop" / "models.yaml")
    write(tmp_path / "project" / "compose.yaml")
    (tmp_path / "project" / "link").symlink_to(tmp_path / "other")
    before = names_of(tmp_path)
    runner = Runner(Workspace((tmp_path / "project",), home=tmp_path / "home", window=True))
    file = tmp_path / name
    argument = {"modelId": "ollama/c"} if command == "aloop.addModel" else {}
    for run in (runner.execute, lambda *call: asyncio.to_thread(runner.execute_now, *call)):
        with pytest.raises(InvalidArgumentsError) as refused:
            await run(command, {**argument, "uri": f"file://{file}"})
        assert (refused.value.reason, refused.value.message) == (
            "notServed",
            f"Commands cannot use {os.path.normpath(file)}, only an open document, the models.yaml in use, or an "
            ".aloop/models.yaml in a workspace folder or the home folder. Open it in the editor first, or add it to "
            "the setting aloop.files.",
        )
    assert names_of(tmp_path) == before
    # It can be used once it is open.
    opened(runner, file, TEXT, differs=False)
    assert runner.workspace.target(file.as_uri()) == file


@pytest.mark.parametrize(
    "name",
    [
        "project/.aloop/models.yaml",
        "project/a/b/.aloop/models.yaml",
        "second/.aloop/models.yaml",
        "home/.aloop/models.yaml",
    ],
)
async def test_files_of_the_workspace_and_of_home(tmp_path: Path, name: str) -> None:
    folders = [tmp_path / "project", tmp_path / "second"]
    for folder in (*folders, tmp_path / "home"):
        folder.mkdir()
    runner = Runner(Workspace(folders, home=tmp_path / "home", window=True))
    await runner.execute("aloop.addModel", {"modelId": "ollama/c", "uri": (tmp_path / name).as_uri()})
    assert "ollama/c" in (tmp_path / name).read_text()


async def test_a_named_file_is_used_wherever_it_is(tmp_path: Path) -> None:
    """As `--config` and ModelManager name one."""
    named = write(tmp_path / "my models.yml")
    runner = Runner(Workspace((tmp_path / "project",), config=named, home=tmp_path / "home"))
    for uri in ({}, {"uri": named.as_uri()}):
        assert (await runner.execute("aloop.listModels", uri))["file"] == str(named)
    with pytest.raises(InvalidArgumentsError, match=r"^Commands cannot use "):
        runner.workspace.target((tmp_path / "other.yml").as_uri())


# Buffer or disk


async def test_without_a_buffer_the_file_is_edited(runner: Runner, path: Path, editor: Editor) -> None:
    result = await runner.execute(*ADD, editor)
    assert result == {"message": "Added ollama/c.", "modelId": "ollama/c", "warnings": [], "saved": True}
    assert (path.read_text(), editor.asked) == (WITH_C, [])


@pytest.mark.parametrize(("text", "differs"), [(TEXT, False), (TEXT, True), ("models:\n", False)])
async def test_a_clean_buffer_leaves_the_edit_to_the_file(
    runner: Runner, path: Path, editor: Editor, text: str, differs: bool
) -> None:
    buffer = opened(runner, path, text, differs=differs)
    assert (await runner.execute(*ADD, editor))["saved"] is True
    assert (path.read_text(), buffer.text, editor.asked) == (WITH_C, text, [])


async def test_an_unsaved_buffer_gets_the_edit(runner: Runner, path: Path, editor: Editor) -> None:
    buffer = opened(runner, path, f"# new\n{TEXT}")
    assert (await runner.execute(*ADD, editor))["saved"] is False
    assert (buffer.text, path.read_text()) == (f"# new\n{WITH_C}", TEXT)
    assert editor.asked == [(1, "Add Model")]


async def test_a_buffer_that_gets_unsaved_changes_while_the_file_is_locked_gets_the_edit(
    runner: Runner, path: Path, editor: Editor
) -> None:
    buffer = opened(runner, path, TEXT, differs=False)
    with lock_file(path):
        adding = asyncio.create_task(runner.execute(*ADD, editor))
        await asyncio.sleep(0.2)
        editor.change(buffer, f"# new\n{TEXT}")
    assert (await adding)["saved"] is False
    assert (buffer.text, path.read_text()) == (f"# new\n{WITH_C}", TEXT)


@pytest.mark.parametrize("text", [None, "# other\n" + TEXT])
async def test_a_document_that_is_closed_meanwhile_does_not_get_the_edit(
    runner: Runner, path: Path, text: str | None
) -> None:
    """Another text that is opened has the same version."""

    def close(editor: Editor, buffer: Buffer, _: str) -> bool:
        if buffer.text.startswith("# new"):
            runner.workspace.buffers.close(buffer.uri)
            if text is not None:
                opened(runner, path, text)
            return False
        return obedient(editor, buffer, WITH_C)

    opened(runner, path, f"# new\n{TEXT}")
    assert (await runner.execute(*ADD, Editor(runner, close)))["saved"] is (text is None)
    assert path.read_text() == (WITH_C if text is None else TEXT)
    assert [buffer.text for buffer in runner.workspace.buffers] == ([] if text is None else [WITH_C])


@pytest.mark.parametrize("is_deleted", [True, False])
async def test_the_buffer_of_a_deleted_or_emptied_file_gets_the_edit(
    runner: Runner, path: Path, editor: Editor, is_deleted: bool
) -> None:
    """A new file would have the new model only, and replace the text in the editor."""
    buffer = opened(runner, path, TEXT, differs=False)
    path.unlink() if is_deleted else path.write_text("")
    assert (await runner.execute(*ADD, editor))["saved"] is False
    assert (buffer.text, path.exists()) == (WITH_C, not is_deleted)
    assert is_deleted or path.read_text() == ""


async def test_without_an_editor_unsaved_changes_are_refused(runner: Runner, path: Path) -> None:
    opened(runner, path, f"# new\n{TEXT}")
    with pytest.raises(RefusedError) as refused:
        await runner.execute(*ADD)
    assert (refused.value.reason, path.read_text()) == ("unsavedChanges", TEXT)


async def test_what_is_there_already_asks_for_no_edit(runner: Runner, path: Path, editor: Editor) -> None:
    opened(runner, path, f"# new\n{TEXT}")
    result = await runner.execute("aloop.setDefaultModel", {"modelId": "ollama/a"}, editor)
    assert (result["message"], editor.asked) == ("ollama/a is already the default model.", [])


async def test_a_refusal_changes_nothing(runner: Runner, path: Path, editor: Editor) -> None:
    before = path.stat()
    with pytest.raises(RefusedError, match=r"^'ollama/a' is already in models\.yaml"):
        await runner.execute("aloop.addModel", {"modelId": "ollama/a"}, editor)
    assert path.stat().st_ino == before.st_ino


async def test_the_first_model_makes_the_file(runner: Runner, tmp_path: Path) -> None:
    path = tmp_path / ".aloop" / "models.yaml"
    result = await runner.execute(*ADD)
    message = (
        f"Added ollama/c. It is the default, because it is the first model. Created {path} (readable only by you)."
    )
    assert result["message"] == message
    assert "\nmodels:\n" in path.read_text()
    assert path.read_text().endswith("\ndefault: ollama/c\n")


async def test_reading_commands_make_no_file(runner: Runner, tmp_path: Path) -> None:
    assert await ids(runner) == []
    assert runner.state()["file"] is None
    assert list(tmp_path.iterdir()) == []


# Editors of all kinds


@pytest.mark.parametrize("tries", [3, 5])
async def test_a_stale_edit_is_made_anew(runner: Runner, path: Path, tries: int) -> None:
    def late(editor: Editor, buffer: Buffer, text: str) -> bool:
        if len(editor.asked) < tries:
            editor.change(buffer, f"#\n{buffer.text}")
            return False
        return obedient(editor, buffer, text)

    buffer, editor = opened(runner, path, f"# new\n{TEXT}"), Editor(runner, late)
    assert (await runner.execute(*ADD, editor))["saved"] is False
    typed = "#\n" * (tries - 1)
    assert buffer.text == f"{typed}# new\n{WITH_C}"
    assert [version for version, _ in editor.asked] == list(range(1, tries + 1))


@pytest.mark.parametrize("answer", [True, False])
async def test_an_editor_that_never_takes_it(runner: Runner, path: Path, answer: bool) -> None:
    buffer, editor = opened(runner, path, f"# new\n{TEXT}"), Editor(runner, lambda *_: answer)
    with pytest.raises(RefusedError) as refused:
        await runner.execute(*ADD, editor)
    assert (refused.value.reason, len(editor.asked)) == ("editNotApplied", 3)
    assert str(refused.value) == (
        "The editor refused the change. Check whether the text can be edited. Nothing was changed."
    )
    assert (buffer.text, path.read_text(), await ids(runner)) == (f"# new\n{TEXT}", TEXT, ["ollama/a", "ollama/b"])


async def test_an_editor_whose_text_changes_all_the_time(runner: Runner, path: Path) -> None:
    def typing(editor: Editor, buffer: Buffer, _: str) -> bool:
        editor.change(buffer, f"#\n{buffer.text}")
        return False

    buffer, editor = opened(runner, path, f"# new\n{TEXT}"), Editor(runner, typing)
    with pytest.raises(RefusedError) as refused:
        await runner.execute(*ADD, editor)
    assert str(refused.value) == (
        "The editor did not apply the change, because the text kept changing. Try again. Nothing was changed."
    )
    typed = "#\n" * 5
    assert (buffer.text, len(editor.asked)) == (f"{typed}# new\n{TEXT}", 5)


async def test_an_edit_that_comes_back_with_something_else(runner: Runner, path: Path) -> None:
    def typing(editor: Editor, buffer: Buffer, text: str) -> bool:
        editor.change(buffer, f"# typed\n{buffer.text}")
        editor.change(buffer, f"# typed\n{text}")
        return True

    buffer, editor = opened(runner, path, f"# new\n{TEXT}"), Editor(runner, typing)
    assert (await runner.execute(*ADD, editor))["saved"] is False
    assert (buffer.text, len(editor.asked)) == (f"# typed\n# new\n{WITH_C}", 1)


async def test_an_edit_that_comes_late(runner: Runner, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def later(editor: Editor, buffer: Buffer, text: str) -> bool:
        asyncio.get_running_loop().call_soon(editor.change, buffer, text)
        return True

    monkeypatch.setattr(dispatch_buffer, "_ECHO_SECONDS", 5.0)
    buffer, editor = opened(runner, path, f"# new\n{TEXT}"), Editor(runner, later)
    assert (await runner.execute(*ADD, editor))["saved"] is False
    assert (buffer.text, len(editor.asked)) == (f"# new\n{WITH_C}", 1)


async def test_a_slow_editors_edit_counts_although_its_answer_comes_long_after(runner: Runner, path: Path) -> None:
    """The edit is in the buffer; the time for that does not run while the editor has not answered."""
    buffer = opened(runner, path, f"# new\n{TEXT}")
    editor = Slow(runner, before_change=0.2, before_answer=0.2)
    assert (await runner.execute(*ADD, editor))["saved"] is False
    assert (buffer.text, len(editor.asked)) == (f"# new\n{WITH_C}", 1)


async def test_an_edit_that_comes_back_after_its_time_is_not_refused(runner: Runner, path: Path) -> None:
    """The editor says that it took the edit, tells the change only when it is asked again, and drops that one."""

    def slow(editor: Editor, buffer: Buffer, text: str) -> bool:
        if len(editor.asked) == 1:
            return True
        editor.change(buffer, f"# new\n{WITH_C}")
        return False

    buffer, editor = opened(runner, path, f"# new\n{TEXT}"), Editor(runner, slow)
    assert (await runner.execute(*ADD, editor))["message"] == "Added ollama/c."
    assert (buffer.text, len(editor.asked)) == (f"# new\n{WITH_C}", 2)
    # It counts as pending, as any other.
    assert await ids(runner) == ["ollama/a", "ollama/b", "ollama/c"]


async def test_an_editor_that_took_it_and_never_answers(
    runner: Runner, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch_buffer, "_ANSWER_SECONDS", 0.2)
    buffer = opened(runner, path, f"# new\n{TEXT}")
    editor = Slow(runner, before_change=0.0, before_answer=60.0)
    assert (await runner.execute(*ADD, editor))["saved"] is False
    assert (buffer.text, len(editor.asked)) == (f"# new\n{WITH_C}", 1)
    # The next one asks for what is not there, and says that it does not know.
    with pytest.raises(RefusedError, match=r"^The editor did not answer within 0\.2 seconds\."):
        await runner.execute("aloop.addModel", {"modelId": "ollama/d"}, Slow(runner, 60.0, 0.0))


async def test_commands_on_one_file_wait_for_each_other(runner: Runner, path: Path, editor: Editor) -> None:
    buffer = opened(runner, path, f"# new\n{TEXT}")
    arguments = [{"modelId": f"ollama/m{number}"} for number in range(5)]
    await asyncio.gather(*(runner.execute("aloop.addModel", argument, editor) for argument in arguments))
    added = "".join(f"  ollama/m{number}:\n" for number in range(5))
    assert buffer.text == "# new\n" + TEXT.replace("  ollama/b:\n", f"  ollama/b:\n{added}")
    assert [version for version, _ in editor.asked] == [1, 2, 3, 4, 5]


async def test_commands_on_a_file_lose_nothing(runner: Runner, path: Path) -> None:
    arguments = [{"modelId": f"ollama/m{number}"} for number in range(5)]
    await asyncio.gather(*(runner.execute("aloop.addModel", argument) for argument in arguments))
    assert await ids(runner) == ["ollama/a", "ollama/b", *(f"ollama/m{number}" for number in range(5))]


# Pending


async def test_pending_edits_are_laid_over_the_file(runner: Runner, path: Path, editor: Editor) -> None:
    opened(runner, path, f"# new\n{TEXT}")
    await runner.execute(*ADD, editor)
    await runner.execute("aloop.setDefaultModel", {"modelId": "ollama/c"}, editor)
    await runner.execute("aloop.removeModel", {"modelId": "ollama/b"}, editor)
    state: Any = runner.state()
    assert ([model["modelId"] for model in state["models"]], state["default"]) == (["ollama/a", "ollama/c"], "ollama/c")
    assert path.read_text() == TEXT
    # Another program may do the same meanwhile.
    path.write_text(WITH_C)
    assert await ids(runner) == ["ollama/a", "ollama/c"]


async def test_the_state_has_the_ids_of_the_changes_that_are_pending(
    runner: Runner, path: Path, editor: Editor
) -> None:
    buffer = opened(runner, path, f"# new\n{TEXT}")
    assert "unsaved" not in runner.state()
    edit, default = {"modelId": "ollama/a", "fields": {"timeout": 5}}, {"modelId": "ollama/b"}
    first = (await runner.execute("aloop.editModel", edit, editor, is_forwarded=True))["change"]
    edited = buffer.text
    second = (await runner.execute("aloop.setDefaultModel", default, editor, is_forwarded=True))["change"]
    listed = await runner.execute("aloop.listModels", None)
    assert (runner.state()["unsaved"], listed["unsaved"]) == ([first, second], [first, second])
    # What changes nothing cannot be undone.
    assert "change" not in await runner.execute("aloop.setDefaultModel", default, editor, is_forwarded=True)
    editor.change(buffer, edited)
    assert runner.state()["unsaved"] == [first]
    editor.change(buffer, f"# new\n{TEXT}")
    assert "unsaved" not in runner.state()


async def test_nothing_is_pending_once_it_is_settled(runner: Runner, path: Path, editor: Editor) -> None:
    opened(runner, path, f"# new\n{TEXT}")
    await runner.execute(*ADD, editor)
    link = path.parent.parent / "link"
    link.symlink_to(path.parent)
    runner.workspace.settle(link / "models.yaml")
    assert await ids(runner) == ["ollama/a", "ollama/b"]


async def test_what_the_person_types_is_not_pending(runner: Runner, path: Path) -> None:
    opened(runner, path, WITH_C)
    assert await ids(runner) == ["ollama/a", "ollama/b"]


# The choice


async def test_a_switch_is_remembered_and_nothing_else(runner: Runner, path: Path) -> None:
    assert runner.state()["current"] == "ollama/a"
    await runner.execute("aloop.switchModel", {"modelId": "ollama/b"})
    state: Any = runner.state()
    assert (runner.workspace.selected, state["current"], state["default"]) == ("ollama/b", "ollama/b", "ollama/a")
    assert path.read_text() == TEXT
    with pytest.raises(RefusedError) as refused:
        await runner.execute("aloop.removeModel", {"modelId": "ollama/b"})
    assert refused.value.reason == "modelIsCurrent"


async def test_a_refused_switch_keeps_the_choice(runner: Runner, path: Path) -> None:
    await runner.execute("aloop.switchModel", {"modelId": "ollama/a"})
    with pytest.raises(RefusedError, match="There is no model 'ollama/none'"):
        await runner.execute("aloop.switchModel", {"modelId": "ollama/none"})
    opened(runner, path, f"# new\n{TEXT}")
    with pytest.raises(RefusedError) as refused:
        await runner.execute("aloop.switchModel", {"modelId": "ollama/b", "makeDefault": True})
    assert (refused.value.reason, runner.workspace.selected) == ("unsavedChanges", "ollama/a")


async def test_the_choice_goes_when_its_model_does(runner: Runner, path: Path) -> None:
    await runner.execute("aloop.switchModel", {"modelId": "ollama/b"})
    path.write_text("models:\n  ollama/a:\n")
    assert runner.state()["current"] == "ollama/a"


async def test_a_switch_to_a_model_of_another_file(runner: Runner, path: Path, tmp_path: Path) -> None:
    """What is switched is what the window's agents use, and they know their own file only."""
    other = write(tmp_path / "other" / ".aloop" / "models.yaml")
    other.write_text("models:\n  ollama/b:\n  ollama/there:\n")

    async def switch(model_id: str, **more: Any) -> Any:
        return await runner.execute("aloop.switchModel", {"modelId": model_id, "uri": other.as_uri(), **more})

    for more in ({}, {"makeDefault": True}):
        with pytest.raises(RefusedError) as refused:
            await switch("ollama/there", **more)
        assert (refused.value.reason, refused.value.message) == (
            "modelNotFound",
            f"ollama/there is only in {other}, but this window uses {path}. "
            f"Add the model to {path}, or open {other.parent} in a new window. Then switch.",
        )
    assert (runner.workspace.selected, runner.state()["current"]) == (None, "ollama/a")
    # One that is in both is meant in the file that is in use.
    assert (await switch("ollama/b", makeDefault=True))["message"] == (
        "The next agent will use ollama/b. ollama/b is now the default model."
    )
    assert path.read_text() == TEXT.replace("default: ollama/a", "default: ollama/b")
    assert other.read_text() == "models:\n  ollama/b:\n  ollama/there:\n"
    with pytest.raises(RefusedError, match=r"^There is no model 'ollama/none' in models\.yaml\."):
        await switch("ollama/none")
    # Another name of the same file is no other file.
    link = tmp_path / "link"
    link.symlink_to(path.parent)
    result = await runner.execute("aloop.switchModel", {"modelId": "ollama/a", "uri": (link / "models.yaml").as_uri()})
    assert result["message"] == "The next agent will use ollama/a."


# Requests that are no commands


async def test_unknown_commands_and_arguments(runner: Runner) -> None:
    with pytest.raises(InvalidArgumentsError, match=r"^Unknown command 'aloop\.sing'\.$"):
        await runner.execute("aloop.sing", None)
    with pytest.raises(InvalidArgumentsError, match=r"^'uri' must be a string\.$"):
        await runner.execute("aloop.listModels", {"uri": 5})
    with pytest.raises(InvalidArgumentsError, match=r"unknown argument 'all'\. It takes no arguments\.$"):
        await runner.execute("aloop.listModels", {"all": True})


def test_facts_are_made_anew_only_when_something_changes(tmp_path: Path) -> None:
    days = [date(2026, 11, 22)]
    runner = Runner(Workspace((tmp_path,), today=lambda: days[-1]))
    first = runner.workspace.facts
    assert runner.workspace.facts is first
    days.append(date(2026, 11, 23))
    second = runner.workspace.facts
    assert (second is first, second.today) == (False, date(2026, 11, 23))
    runner.workspace.settings = Settings(code_lens=False)
    assert runner.workspace.facts.settings.code_lens is False


# Where others can see the file

KEY = {"apiKey": "sk-not-a-real-one-but-long-enough", "modelId": "ollama/a"}
FIELDS = {"fields": {"api_key": "sk-not-a-real-one-but-long-enough"}}
WRITING = [
    ("aloop.setKey", KEY),
    ("aloop.addModel", {"modelId": "openai/gpt-4o", **FIELDS}),
    ("aloop.editModel", {"modelId": "ollama/b", **FIELDS}),
    ("aloop.editModel", {"modelId": "ollama/b", "fields": {"extra_headers": {"Authorization": "a-secret"}}}),
]
EXPOSED = {
    "tracked": "git tracks this file, so its API keys are in every clone. Run: git rm --cached :/.aloop/models.yaml",
    "not ignored": (
        "git does not ignore this file, so its API keys can be committed. Add .aloop/*models* to .gitignore."
    ),
    "readable": "Other users of this computer can read the API keys in this file. Run: chmod 600 {path}",
}


def expose(path: Path, how: str) -> None:
    root = path.parent.parent

    def git(*arguments: str) -> None:
        subprocess.run(("git", "-C", str(root), *arguments), check=True, capture_output=True)

    git("init", "--quiet")
    if how != "not ignored":
        (root / ".gitignore").write_text(".aloop/\n")
    if how == "tracked":
        git("add", "--force", ".aloop/models.yaml")
    if how == "readable":
        path.chmod(0o644)


@pytest.mark.parametrize(("command", "argument"), WRITING)
@pytest.mark.parametrize("how", EXPOSED)
async def test_a_key_that_others_can_see_is_warned_about(
    runner: Runner, path: Path, how: str, command: str, argument: dict[str, Any]
) -> None:
    expose(path, how)
    before = path.read_text()
    result = await runner.execute(command, argument)
    warning = EXPOSED[how].format(path=path)
    assert (result["warnings"], str(result["message"]).endswith(warning)) == ([warning], True)
    path.write_text(before)
    assert runner.execute_now(command, argument) == result


async def test_a_key_in_a_buffer_is_warned_about_too(runner: Runner, path: Path) -> None:
    expose(path, "tracked")
    opened(runner, path, TEXT + "# unsaved\n")
    result = await runner.execute("aloop.setKey", KEY, Editor(runner, obedient))
    assert (result["saved"], result["warnings"]) == (False, [EXPOSED["tracked"]])


async def test_a_change_without_a_key_is_not_warned_about(runner: Runner, path: Path) -> None:
    expose(path, "tracked")
    assert (await runner.execute(*ADD))["warnings"] == []
    await runner.execute("aloop.setKey", KEY)
    result = await runner.execute("aloop.editModel", {"modelId": "ollama/a", "fields": {"timeout": 5}})
    assert result["warnings"] == []


@pytest.mark.parametrize("is_unsaved", [False, True])
@pytest.mark.parametrize("link", [".aloop", ".aloop/models.yaml"])
async def test_nothing_is_written_through_a_link_of_the_repository(
    runner: Runner, path: Path, tmp_path_factory: pytest.TempPathFactory, link: str, is_unsaved: bool
) -> None:
    home = tmp_path_factory.mktemp("elsewhere") / "models.yaml"
    path.rename(home)
    if link == ".aloop":
        path.parent.rmdir()
        path.parent.symlink_to(home.parent)
    else:
        path.symlink_to(home)
    root = path.parent.parent
    for words in (("init", "--quiet"), ("add", "--force", link)):
        subprocess.run(("git", "-C", str(root), *words), check=True, capture_output=True)
    if is_unsaved:
        opened(runner, path, TEXT + "# unsaved\n")
    asked = Editor(runner, obedient)
    for command, argument in (*WRITING, ("aloop.removeModel", {"modelId": "ollama/b"})):
        with pytest.raises(RefusedError) as caught:
            await runner.execute(command, argument, asked)
        assert caught.value.reason == "foreignLink"
        assert str(caught.value) == (
            f"{root / link} is a symbolic link from the repository. It points to {home}, which is outside the "
            f"repository. Remove the link, or use --config {home}. Nothing was changed."
        )
        with pytest.raises(RefusedError):
            runner.plan(command, argument)
    assert (home.read_text(), asked.asked) == (TEXT, [])


# A skipped file is used by nothing


async def test_a_skipped_file_is_used_by_no_command(runner: Runner, path: Path) -> None:
    path.chmod(0o666)
    skipped = {
        "file": str(path),
        "reason": "every user can write to it",
        "advice": f"If you trust it, run: chmod o-w {path}",
    }
    words = f"Skipped {path}: every user can write to it. If you trust it, run: chmod o-w {path}."
    for is_open in (False, True):
        if is_open:
            opened(runner, path, TEXT)
        for uri in ({}, {"uri": path.as_uri()}):
            for command, argument in (
                *WRITING,
                ("aloop.showModel", {"modelId": "ollama/a"}),
                ("aloop.checkModels", {}),
                ("aloop.reloadModels", {}),
                ("aloop.switchModel", {"modelId": "ollama/a"}),
                ("aloop.setDefaultModel", {"modelId": "ollama/b"}),
            ):
                with pytest.raises(RefusedError) as caught:
                    await runner.execute(command, {**argument, **uri})
                assert (caught.value.reason, str(caught.value)) == (
                    "fileSkipped",
                    f"No models.yaml can be used here. {words}",
                )
        listed = await runner.execute("aloop.listModels", {})
        assert (listed["models"], listed["skipped"], str(listed["message"]).endswith(words)) == ([], [skipped], True)
        state = runner.state()
        assert (state["file"], state["uri"], state["models"], state["skipped"]) == (None, None, [], [skipped])
    assert path.read_text() == TEXT


async def test_a_skipped_file_is_named_by_a_command_on_the_next_one(tmp_path: Path) -> None:
    near, home = write(tmp_path / "a" / ".aloop" / "models.yaml"), write(tmp_path / "home" / ".aloop" / "models.yaml")
    near.parent.chmod(0o777)
    runner = Runner(Workspace((tmp_path / "a",), home=tmp_path / "home"))
    result = await runner.execute("aloop.setDefaultModel", {"modelId": "ollama/b"})
    assert "default: ollama/b" in home.read_text()
    advice = f"If you trust it, run: chmod o-w {near.parent}"
    assert str(result["message"]).endswith(f" Skipped {near}: every user can write to its folder. {advice}.")
    assert result["skipped"] == [{"file": str(near), "reason": "every user can write to its folder", "advice": advice}]


# Copies between the file of the project and that of the home folder


@pytest.fixture
def places(tmp_path: Path) -> tuple[Runner, Path, Path]:
    """A runner in a project, the file of the project, and that of the home folder."""
    home, shop = tmp_path / "home", tmp_path / "home" / "shop"
    shop.mkdir(parents=True)
    runner = Runner(Workspace((shop,), home=home))
    return runner, shop / ".aloop" / "models.yaml", home / ".aloop" / "models.yaml"


def copy(runner: Runner, model_id: str, **more: str) -> str:
    return str(runner.execute_now("aloop.copyModel", {"modelId": model_id, **more})["message"])


def test_a_copy_for_all_projects_makes_the_file(places: tuple[Runner, Path, Path]) -> None:
    runner, project, home = places
    write(project)
    said = copy(runner, "a")
    assert said == (
        "Copied ollama/a to ~/.aloop/models.yaml. It is the default, because it is the first model. "
        f"Created {home} (readable only by you)."
    )
    assert home.stat().st_mode & 0o777 == 0o600
    assert home.read_text().endswith("\n  ollama/a:  # mine\n\ndefault: ollama/a\n")
    assert project.read_text() == TEXT
    assert copy(runner, "ollama/b", to="home") == "Copied ollama/b to ~/.aloop/models.yaml."
    message = "ollama/b is already in ~/.aloop/models.yaml. Remove it there first. Nothing was changed."
    with pytest.raises(RefusedError, match=f"^{re.escape(message)}$"):
        copy(runner, "ollama/b", to="home")


def test_a_copy_to_the_project_is_kept_out_of_git(places: tuple[Runner, Path, Path]) -> None:
    runner, project, home = places
    write(home)
    subprocess.run(["git", "init", "-q", project.parent.parent], check=True)
    assert copy(runner, "a") == (
        f"Copied ollama/a to {project}. It is the default, because it is the first model. Created {project} (readable "
        f"only by you). Added .aloop/*models* to {project.parent.parent / '.gitignore'}, so that git ignores your API "
        "keys. From now on, this project uses it instead of ~/.aloop/models.yaml."
    )
    assert project.stat().st_mode & 0o777 == 0o600
    # The file of the project is in use now, but the models come from the other one.
    assert copy(runner, "ollama/b", to="project") == f"Copied ollama/b to {project}."
    assert home.read_text() == TEXT


def test_the_file_that_is_named_is_copied_from(places: tuple[Runner, Path, Path], tmp_path: Path) -> None:
    runner, project, home = places
    write(home)
    write(project).write_text("models:\n  ollama/p:\n")
    assert copy(runner, "ollama/a", uri=home.as_uri()) == f"Copied ollama/a to {project}."
    assert copy(runner, "ollama/p", uri=project.as_uri()) == "Copied ollama/p to ~/.aloop/models.yaml."
    for path, place in ((home, "home"), (project, "project")):
        with pytest.raises(InvalidArgumentsError, match=rf"^The model is in {re.escape(str(path))} already\.$"):
            copy(runner, "ollama/p", uri=path.as_uri(), to=place)
    other = write(tmp_path / "other.yaml")
    named = Runner(Workspace((project.parent.parent,), home=tmp_path / "home", config=other))
    assert copy(named, "ollama/b", to="project") == f"Copied ollama/b to {project}."


def test_there_is_no_project_in_the_home_folder(tmp_path: Path) -> None:
    runner = Runner(Workspace((tmp_path,), home=tmp_path))
    write(tmp_path / ".aloop" / "models.yaml")
    with pytest.raises(RefusedError, match=r"^There is no project here: .* is the home folder\.$"):
        copy(runner, "ollama/a")
    with pytest.raises(InvalidArgumentsError, match=r"^The model is in .* already\.$"):
        copy(runner, "ollama/a", to="home")


def test_a_refused_copy_makes_no_file(places: tuple[Runner, Path, Path]) -> None:
    runner, project, home = places
    write(project)
    arguments: list[dict[str, object]] = [{"modelId": "none"}, {"modelId": "a", "to": "house"}, {"to": "home"}]
    for argument in (*arguments, {"modelId": 5}):
        with pytest.raises(RefusedError):
            runner.execute_now("aloop.copyModel", argument)
    project.write_text("models: [\n")
    with pytest.raises(RefusedError, match="Fix it first"):
        copy(runner, "ollama/a")
    assert not home.parent.exists()


def test_a_planned_copy_changes_nothing(places: tuple[Runner, Path, Path]) -> None:
    runner, project, home = places
    write(project)
    plan = runner.plan("aloop.copyModel", {"modelId": "a"})
    assert (plan.path, plan.before) == (home, "")
    assert plan.after.endswith("\n  ollama/a:  # mine\n\ndefault: ollama/a\n")
    assert not home.parent.exists()


async def test_a_copy_into_an_open_buffer_is_made_by_the_editor(places: tuple[Runner, Path, Path]) -> None:
    runner, project, home = places
    write(project)
    write(home).write_text("models:\n")
    buffer = opened(runner, home, "# unsaved\nmodels:\n  ollama/x:\n")
    result = await runner.execute(
        "aloop.copyModel", {"modelId": "ollama/a", "uri": project.as_uri()}, Editor(runner, obedient)
    )
    assert (result["message"], result["saved"]) == ("Copied ollama/a to ~/.aloop/models.yaml.", False)
    assert buffer.text == "# unsaved\nmodels:\n  ollama/x:\n\n  ollama/a:  # mine\n"
    assert home.read_text() == "models:\n"


async def test_the_unsaved_text_of_an_editor_is_copied(places: tuple[Runner, Path, Path]) -> None:
    runner, project, home = places
    write(project)
    opened(runner, project, "models:\n  ollama/new:\n    seed: 1\n")
    await runner.execute("aloop.copyModel", {"modelId": "ollama/new"}, Editor(runner, obedient))
    assert "\n  ollama/new:\n    seed: 1\n" in home.read_text()


# Cancelling


def test_a_command_cancelled_while_it_waits_for_the_file_does_not_change_it(tmp_path: Path) -> None:
    path = write(tmp_path / ".aloop" / "models.yaml")
    runner = Runner(Workspace((tmp_path,)))

    async def cancel() -> None:
        with lock_file(path):
            task = asyncio.create_task(runner.execute(*ADD))
            # It may not wait yet, which makes no difference.
            await asyncio.sleep(0.1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asyncio.wait_for(task, 5)
        # The next command waits for the cancelled one, which has the lock before it.
        await runner.execute("aloop.setDefaultModel", {"modelId": "ollama/b"})

    asyncio.run(cancel())
    assert path.read_text() == TEXT.replace("default: ollama/a", "default: ollama/b")


def test_a_write_that_has_begun_is_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / ".aloop" / "models.yaml")
    runner = Runner(Workspace((tmp_path,)))
    begun, free = threading.Event(), threading.Event()
    replace_file = save.replace_file

    def wait(temporary: Path, target: Path) -> None:
        begun.set()
        free.wait(30)
        replace_file(temporary, target)

    monkeypatch.setattr(save, "replace_file", wait)

    async def cancel() -> Any:
        task = asyncio.create_task(runner.execute(*ADD))
        assert await asyncio.to_thread(begun.wait, 30)
        for _ in range(2):
            task.cancel()
            await asyncio.sleep(0.05)
        assert not task.done()
        free.set()
        return await task

    assert asyncio.run(cancel())["message"] == "Added ollama/c."
    assert path.read_text() == WITH_C
