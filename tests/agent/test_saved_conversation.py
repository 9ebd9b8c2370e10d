"""The file with the last conversation of a folder: what is in it, its limits, and files that cannot be used."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from aloop_models.agent import saved_conversation
from aloop_models.agent.conversation import ConversationMessage
from aloop_models.agent.saved_conversation import MAX_AGE, ConversationFile, limit, without_keys
from aloop_models.catalog.redaction import MASK, redactor_for
from aloop_models.errors import FileError
from support.sample_keys import leaks, secret

OWN = secret("own")
"""A key without a published format: only a redactor that knows it masks it."""
REDACTOR = redactor_for(frozenset({OWN}))


def said(role: str, text: str, model: str = "openai/one", **fields: object) -> ConversationMessage:
    return ConversationMessage({"role": role, "content": text, **fields}, model)


def called(*ids: str, arguments: str = "{}", text: str = "") -> list[ConversationMessage]:
    """A message with tool calls, and their results."""
    calls = [{"id": name, "type": "function", "function": {"name": "look", "arguments": arguments}} for name in ids]
    results = [said("tool", f"result {name}", tool_call_id=name, name="look") for name in ids]
    return [said("assistant", text, tool_calls=calls), *results]


TALK = (
    said("user", "Where?"),
    *called("a", "b", arguments='{"path": "é\\n"}', text="I look."),
    said("assistant", "Here.", reasoning_content="Hm."),
    said("user", "And?", "anthropic/two#work"),
    said("assistant", "There.", "anthropic/two#work", thinking_blocks=[{"type": "thinking", "signature": "c2ln"}]),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    made.mkdir()
    return made


@pytest.fixture
def file(folder: Path) -> ConversationFile:
    return ConversationFile(folder, lambda: REDACTOR)


def stored(file: ConversationFile) -> dict[str, Any]:
    return json.loads(file.path.read_text("utf-8"))


def test_a_conversation_is_read_as_it_was_saved(folder: Path, file: ConversationFile) -> None:
    assert file.read() is None
    file.save(TALK, "anthropic/two#work", 1234)
    saved = ConversationFile(folder, lambda: REDACTOR).read()
    assert saved is not None
    assert (saved.messages, saved.model_id, saved.context) == (TALK, "anthropic/two#work", 1234)
    assert (saved.texts, saved.last_question) == (5, "And?")
    assert list(stored(file)) == ["version", "folder", "saved", "model", "context", "messages"]
    assert stored(file)["folder"] == str(folder)


def test_the_file_is_private_and_one_per_real_folder(tmp_path: Path, folder: Path, file: ConversationFile) -> None:
    before = os.umask(0)
    try:
        file.save(TALK, "openai/one", None)
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    for private in (file.path.parent, file.path.parent.parent):
        assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert file.path.parent == tmp_path / ".local" / "state" / "aloop-models" / "conversations"
    (tmp_path / "link").symlink_to(folder)
    assert ConversationFile(tmp_path / "link", lambda: REDACTOR).path == file.path
    assert ConversationFile(tmp_path, lambda: REDACTOR).path != file.path
    assert [entry.name for entry in file.path.parent.iterdir()] == [file.path.name]


def test_no_text_of_the_file_contains_a_key(file: ConversationFile) -> None:
    published = secret("published", "sk-ant-api03-", 90)
    keys = {"own": OWN, "published": published}
    talk = (
        said("user", f"My key is {OWN}.", f"openai/{OWN}"),
        *called("a", arguments=json.dumps({"text": OWN, published: [OWN]})),
        said("assistant", f"{OWN[:20]}\n{OWN[20:]} and {published}", thinking_blocks=[{"thinking": OWN}]),
    )
    file.save(talk, f"openai/{OWN}", None)
    text = file.path.read_text("utf-8")
    assert leaks(keys, text) == []
    saved = file.read()
    assert saved is not None
    assert saved.messages[0] == said("user", f"My key is {MASK}.", f"openai/{MASK}")
    assert json.loads(saved.messages[1].message["tool_calls"][0]["function"]["arguments"]) == {
        "text": MASK,
        MASK: [MASK],
    }
    assert "thinking_blocks" not in saved.messages[-1].message


def test_a_key_that_json_escapes_is_masked() -> None:
    key = 'quoted"\\key-é0815x'
    message = called("a", arguments=json.dumps({"text": f"a {key} b"}))[0].message
    masked = without_keys(message, redactor_for(frozenset({key})))
    assert masked["tool_calls"][0]["function"]["arguments"] == json.dumps({"text": f"a {MASK} b"}, ensure_ascii=False)


def test_a_key_that_becomes_known_later_is_masked_in_what_was_saved(folder: Path) -> None:
    known = [frozenset[str]()]
    file = ConversationFile(folder, lambda: redactor_for(known[0]))
    talk = (said("user", f"Is {OWN} good?"), said("assistant", "No."))
    file.save(talk, None, None)
    assert OWN in file.path.read_text("utf-8")
    file.read()
    known[0] = frozenset({OWN})
    file.save(talk, None, None)
    assert leaks({"own": OWN}, file.path.read_text("utf-8")) == []


def test_a_lone_surrogate_does_not_prevent_saving(file: ConversationFile) -> None:
    file.save((said("user", "a\ud800b"), said("assistant", "ok")), None, None)
    saved = file.read()
    assert saved is not None
    assert saved.messages[0].message["content"] == "a?b"


def turn(number: int, *rounds: str) -> list[ConversationMessage]:
    return [
        said("user", f"question {number}"),
        *(message for name in rounds for message in called(f"{name}1", f"{name}2", text=name)),
        said("assistant", f"answer {number}"),
    ]


@pytest.mark.parametrize(
    ("most", "kept"),
    [
        (12, ["question 1", "a", "answer 1", "question 2", "answer 2", "question 3", "b", "c", "answer 3"]),
        (13, ["question 1", "a", "answer 1", "question 2", "answer 2", "question 3", "b", "c", "answer 3"]),
        (11, ["question 2", "answer 2", "question 3", "b", "c", "answer 3"]),
        (10, ["question 2", "answer 2", "question 3", "b", "c", "answer 3"]),
        (9, ["question 3", "b", "c", "answer 3"]),
        (8, ["question 3", "b", "c", "answer 3"]),
        (7, ["question 3", "c", "answer 3"]),
        (4, ["question 3", "answer 3"]),
        (2, ["question 3", "answer 3"]),
        (1, []),
    ],
)
def test_the_oldest_turns_go_first_and_calls_stay_with_their_results(most: int, kept: list[str]) -> None:
    talk = [*turn(1, "a"), *turn(2), *turn(3, "b", "c")]
    sized = limit(talk, lambda item: 1, most if most < 12 else most + 3)
    texts = [item.message["content"] for item in sized if item.message["role"] != "tool"]
    assert texts == kept
    assert sum(item.message["role"] == "tool" for item in sized) == 2 * sum(len(text) == 1 for text in kept)


def test_a_file_is_never_larger_than_its_limit(file: ConversationFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_conversation, "MAX_BYTES", 2_000)
    talk = [message for number in range(50) for message in turn(number, "a")]
    file.save(talk, "openai/one", 900)
    saved = file.read()
    assert saved is not None
    assert saved.context is None
    assert saved.messages == tuple(talk[-len(saved.messages) :])
    assert len(saved.messages) % 5 == 0
    assert 1_000 < file.path.stat().st_size < 2_300
    with pytest.raises(FileError, match=r"The last turn is longer than the limit of 2,000 bytes\."):
        file.save([said("user", "é" * 1_000), said("assistant", "ok")], "openai/one", None)
    assert file.read() == saved


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda _: "", "it is damaged"),
        (lambda text: text[:-20], "it is damaged"),
        (lambda _: "\0" * 100, "it is damaged"),
        (lambda _: "[" * 100_000, "it is damaged"),
        (lambda _: "[]", "it is damaged"),
        (lambda _: "{}", "it is damaged"),
        (lambda text: text.replace('"version": 1', '"version": 2'), "another version of aloop saved it"),
        (lambda text: text.replace('"messages": [', '"messages": {"a": ['), "it is damaged"),
        (lambda text: text.replace('"role": "user"', '"role": "system"'), "it is damaged"),
        (lambda text: text.replace('"content": "Here."', '"content": 5'), "it is damaged"),
        (lambda text: text.replace('"tool_call_id": "b"', '"tool_call_id": "c"'), "it is damaged"),
        (lambda text: text.replace('"tool_call_id": "b"', '"other": "c"'), "it is damaged"),
        (lambda text: text.replace('"context": null', '"context": "5"'), "it is damaged"),
        (lambda text: text.replace('"context": null', '"context": true'), "it is damaged"),
        (lambda text: text.replace("+00:00", ""), "it is damaged"),
        (lambda text: text.replace('"id": "a"', '"id": 5'), "it is damaged"),
        (lambda text: text.replace('"arguments": "{', '"arguments": "['), "it is damaged"),
        (lambda text: text.replace("]}\n", " " * 5_000_000 + "]}\n"), "it is too large"),
    ],
)
def test_a_file_that_cannot_be_used_is_renamed_and_nothing_else(
    file: ConversationFile, change: Any, reason: str
) -> None:
    file.save(TALK, "openai/one", None)
    text = file.path.read_text("utf-8")
    broken = change(text)
    assert broken != text
    file.path.write_text(broken)
    aside = file.path.with_name(f"{file.path.name}.broken")
    with pytest.raises(FileError) as refused:
        file.read()
    assert str(refused.value) == (f"The saved conversation of this folder cannot be used: {reason}. It is now {aside}.")
    assert aside.read_text() == broken
    assert file.read() is None
    file.save([*TALK, *turn(1)], "openai/one", None)
    assert file.read() is not None


@pytest.mark.parametrize(
    ("stored_count", "count"), [(0, 0), (10**9, 10**9), (-12, None), (10**9 + 1, None), (10**400, None)]
)
def test_an_implausible_number_of_tokens_counts_as_unknown(
    file: ConversationFile, stored_count: int, count: int | None
) -> None:
    file.save(TALK, "openai/one", 1234)
    file.path.write_text(file.path.read_text("utf-8").replace('"context": 1234', f'"context": {stored_count}'))
    saved = file.read()
    assert saved is not None
    assert (saved.context, saved.messages) == (count, TALK)


@pytest.mark.parametrize(
    ("put", "reason"),
    [
        (lambda path, good: path.symlink_to(good), "it is not a regular file"),
        (lambda path, _: os.mkfifo(path), "it is not a regular file"),
        (lambda path, _: path.mkdir(), "it is not a regular file"),
        (lambda path, good: path.write_bytes(good.read_bytes()), "it belongs to another user"),
    ],
)
def test_what_is_not_a_file_of_this_user_is_renamed(
    tmp_path: Path, file: ConversationFile, monkeypatch: pytest.MonkeyPatch, put: Any, reason: str
) -> None:
    file.save(TALK, "openai/one", None)
    path = file.path
    good = path.rename(tmp_path / "elsewhere.json")
    before = good.read_bytes()
    put(path, good)
    fstat = os.fstat

    def foreign(descriptor: int) -> os.stat_result:
        found = fstat(descriptor)
        return os.stat_result([*found[:4], found.st_uid + 1, *found[5:10]])

    with monkeypatch.context() as patch:
        patch.setattr(os, "fstat", foreign)
        with pytest.raises(FileError, match=reason):
            file.read()
    assert not path.exists()
    assert file.read() is None
    assert good.read_bytes() == before


def test_a_link_in_place_of_the_file_is_replaced_and_its_target_stays(tmp_path: Path, file: ConversationFile) -> None:
    target = tmp_path / "precious.txt"
    target.write_text("precious")
    file.path.symlink_to(target)
    file.save(TALK, "openai/one", None)
    assert target.read_text() == "precious"
    assert not file.path.is_symlink()


WRITER = """
import sys
from pathlib import Path
from aloop_models.agent.conversation import ConversationMessage
from aloop_models.agent.saved_conversation import ConversationFile
from aloop_models.catalog.redaction import NO_SECRETS

who, file = sys.argv[1], ConversationFile(Path.cwd(), lambda: NO_SECRETS)
said = []
for number in range(150):
    for role in ("user", "assistant"):
        said.append(ConversationMessage({"role": role, "content": f"{who} {role} {number} " * 20}, f"openai/{who}"))
    file.save(said, f"openai/{who}", len(said))
"""


def test_two_agents_in_one_folder_write_whole_files(folder: Path) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, who], cwd=folder) for who in "ab"]
    reader, seen = ConversationFile(folder, lambda: REDACTOR), set[str]()
    while any(writer.poll() is None for writer in writers) or not seen:
        if saved := reader.read():
            assert {item.model_id for item in saved.messages} == {saved.model_id}
            assert len(saved.messages) == saved.context
            seen.add(str(saved.model_id))
    assert [writer.returncode for writer in writers] == [0, 0]
    last = reader.read()
    assert last is not None
    assert len(last.messages) == 300
    assert [entry.name for entry in reader.path.parent.iterdir()] == [reader.path.name]


def test_another_agents_conversation_is_not_replaced_by_one_that_has_not_changed(folder: Path) -> None:
    first, second = (ConversationFile(folder, lambda: REDACTOR) for _ in range(2))
    first.save(TALK, "openai/one", None)
    saved = first.read()
    assert saved is not None
    second.save([*TALK, *turn(1)], "openai/one", None)
    first.save(saved.messages, "openai/one", None)
    assert len(stored(first)["messages"]) == len(TALK) + 2
    first.save(saved.messages, "openai/other", None)
    assert (len(stored(first)["messages"]), stored(first)["model"]) == (len(TALK), "openai/other")


def test_a_switch_without_a_conversation_replaces_none(file: ConversationFile, folder: Path) -> None:
    file.save((), "openai/two", None)
    saved = ConversationFile(folder, lambda: REDACTOR).read()
    assert saved is not None
    assert (saved.messages, saved.model_id) == ((), "openai/two")
    file.save(TALK, "openai/one", None)
    ConversationFile(folder, lambda: REDACTOR).save((), "openai/three", None)
    assert (stored(file)["model"], len(stored(file)["messages"])) == ("openai/one", len(TALK))


def test_a_conversation_that_nobody_continues_is_deleted_after_a_while(tmp_path: Path, file: ConversationFile) -> None:
    others = [ConversationFile(tmp_path / name, lambda: REDACTOR) for name in ("old", "young")]
    for other in others:
        other.save(TALK, "openai/one", None)
    kept = file.path.with_name("notes.txt")
    kept.write_text("mine")
    now = kept.stat().st_mtime
    for path, age in ((others[0].path, MAX_AGE + 60), (others[1].path, MAX_AGE - 60), (kept, 2 * MAX_AGE)):
        os.utime(path, (now - age, now - age))
    file.save(TALK, "openai/one", None)
    assert {path.name for path in file.path.parent.iterdir()} == {file.path.name, others[1].path.name, "notes.txt"}


def test_a_folder_that_cannot_be_written_is_a_refusal(file: ConversationFile, tmp_path: Path) -> None:
    state = tmp_path / ".local" / "state"
    state.mkdir(parents=True)
    (state / "aloop-models").write_text("a file in the way")
    with pytest.raises(FileError, match=r"aloop-models is not a folder that belongs to you"):
        file.save(TALK, "openai/one", None)
    with pytest.raises(FileError, match=r"aloop-models is not a folder that belongs to you"):
        file.read()
