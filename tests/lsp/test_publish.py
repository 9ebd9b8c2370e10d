"""Diagnostics of many documents: a message that arrives meanwhile is handled before the others are checked."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from aloop_models.lsp import publish
from aloop_models.lsp.handlers import make_session
from aloop_models.lsp.session import EditorSession

TEXT = "models:\n  ollama/a:\n    timeout: 5m\ndefault: ollama/a\n"


class Output:
    """A client that reads every message."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    def write(self, data: bytes) -> None:
        self.messages.append(json.loads(data.partition(b"\r\n\r\n")[2]))

    def checked(self) -> set[str]:
        """The documents whose diagnostics were sent since the last call."""
        messages, self.messages = self.messages, []
        return {
            Path(message["params"]["uri"]).parts[-3]
            for message in messages
            if message["method"] == "textDocument/publishDiagnostics"
        }


class Inbox:
    """An inbox in which a message waits or not."""

    empty = True

    def is_empty(self) -> bool:
        return self.empty


async def opened(folder: Path, names: str) -> tuple[EditorSession, Output, Inbox]:
    session, output, inbox = make_session(), Output(), Inbox()
    session.protocol.set_writer(output)  # type: ignore[arg-type]
    session._inbox = inbox  # type: ignore[assignment]
    for name in names:
        uri = (folder / name / ".aloop" / "models.yaml").as_uri()
        session.documents.open(uri, 1, TEXT)
        await session.documents.read_place(uri)
        session.publisher.text_changed(uri)
    return session, output, inbox


def test_documents_are_checked_in_slices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish, "_SLICE_SECONDS", 0)

    async def run() -> None:
        session, output, inbox = await opened(tmp_path, "abc")
        session.publisher.publish()
        first = output.checked()
        await asyncio.sleep(0)
        second = output.checked()
        assert (len(first), len(second)) == (1, 1)
        inbox.empty = False
        for _ in range(3):
            await asyncio.sleep(0)
        assert output.checked() == set()
        inbox.empty = True
        # The session calls it after each message.
        session.publisher.publish_if_quiet()
        assert first | second | output.checked() == {"a", "b", "c"}
        await asyncio.sleep(0)
        assert output.checked() == set()

    asyncio.run(run())


def test_a_saved_document_is_checked_after_the_messages_that_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "_SLICE_SECONDS", 60)

    async def run() -> None:
        session, output, inbox = await opened(tmp_path, "ab")
        session.publisher.publish()
        assert output.checked() == {"a", "b"}
        inbox.empty = False
        uri = (tmp_path / "a" / ".aloop" / "models.yaml").as_uri()
        await session._read_place(uri)
        assert output.checked() == set()
        inbox.empty = True
        await session._read_place(uri)
        assert output.checked() == {"a"}

    asyncio.run(run())
