"""The members of pygls that are overridden or used although they are private: they are there, as we know them.

Where one of these tests fails after an update of pygls, read what pygls does there now before you change the test.
"""

import asyncio
import inspect
import re
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest
from lsprotocol import types
from pygls.protocol import JsonRPCProtocol, LanguageServerProtocol
from pygls.protocol.language_server import LanguageServerProtocol as Declared

from aloop_models.errors import RefusedError
from aloop_models.lsp.handlers import make_session
from aloop_models.lsp.protocol import AloopProtocol
from aloop_models.lsp.session import EditorSession

OVERRIDDEN = {
    "notify": ["self", "method", "params"],
    "lsp_initialize": ["self", "params"],
    "_get_handler": ["self", "feature_name"],
    "_send_data": ["self", "data"],
    "_send_response": ["self", "msg_id", "result", "error"],
    "_send_handler_result": ["self", "future", "msg_id"],
    "_check_handler_result": ["self", "future"],
    "_handle_cancel_notification": ["self", "msg_id"],
}
USED = ["_shutdown", "_workspace", "_request_futures", "_result_types", "_converter", "_server", "fm", "writer"]


class Output:
    """A client that keeps what it is sent."""

    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes) -> None:
        self.data += data

    def close(self) -> None:
        pass


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> EditorSession:
    session = make_session()
    monkeypatch.setattr(session._peers, "prepare", lambda: None)
    session.protocol.set_writer(Output())
    return session


def sent(session: EditorSession) -> str:
    output = session.protocol.writer
    assert isinstance(output, Output)
    return output.data.decode()


def receive(session: EditorSession, method: str, params: Any, number: int | None = 1) -> str:
    """What is sent in answer to a message."""
    before = len(sent(session))
    identity = {} if number is None else {"id": number}
    session.protocol.receive({**identity, "method": method, "params": params})
    return sent(session)[before:]


def greet(session: EditorSession, **options: Any) -> str:
    return receive(session, "initialize", {"processId": None, "rootUri": None, "capabilities": {}, **options})


def handle(session: EditorSession, method: str, handler: Callable[[Any], object]) -> None:
    """Have another handler for the method."""
    session.protocol.fm.features[method] = handler


def refuse(_: Any) -> None:
    raise RefusedError("aReason", "Not like this.")


def fail(params: Any) -> None:
    raise ValueError(f"quotes {params}")


def test_every_override_is_listed_here() -> None:
    names = {name for name in vars(AloopProtocol) if not name.startswith("__")}
    assert {name for name in names if hasattr(LanguageServerProtocol, name)} == OVERRIDDEN.keys()


@pytest.mark.parametrize("name", OVERRIDDEN)
def test_pygls_still_has_what_is_overridden(name: str) -> None:
    owner = Declared if name in vars(Declared) else JsonRPCProtocol
    for kind in (owner, AloopProtocol):
        assert list(inspect.signature(vars(kind)[name]).parameters) == OVERRIDDEN[name]


@pytest.mark.parametrize("name", USED)
def test_pygls_still_has_what_is_used(session: EditorSession, name: str) -> None:
    assert hasattr(session.protocol, name)


def test_initialize_runs_ours(session: EditorSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session._peers, "prepare", lambda: "an endpoint")
    assert '"aloopEndpoint":"an endpoint"' in greet(session)


def test_a_client_with_commands_of_its_own_is_offered_none(session: EditorSession) -> None:
    assert "executeCommandProvider" not in greet(session, initializationOptions={"registerCommands": False})


@pytest.mark.parametrize(
    "method", ["textDocument/didOpen", "textDocument/didClose", "workspace/executeCommand", "exit"]
)
def test_our_handlers_are_preferred(session: EditorSession, method: str) -> None:
    ours = session.protocol._get_handler(method)
    assert ours is session.protocol.fm.features[method]
    assert ours is not session.protocol.fm.builtin_features[method]


def test_a_notification_is_plain_json(session: EditorSession) -> None:
    session.protocol.notify("aloop/modelsChanged", {"name": "é"})
    assert (
        sent(session)
        == 'Content-Length: 71\r\n\r\n{"jsonrpc":"2.0","method":"aloop/modelsChanged","params":{"name":"é"}}'
    )


def test_a_typed_message_goes_through_our_writing(session: EditorSession) -> None:
    session.protocol._send_data(types.ResponseErrorMessage(error=types.ResponseError(1, "é"), id=1))
    assert '"message":"é"' in sent(session)


def test_a_result_is_sent_as_it_is(session: EditorSession) -> None:
    greet(session)
    handle(session, types.TEXT_DOCUMENT_HOVER, lambda _: {"null stays": None})
    position = {"textDocument": {"uri": "file:///a"}, "position": {"line": 0, "character": 0}}
    assert '{"jsonrpc":"2.0","id":1,"result":{"null stays":null}}' in receive(session, "textDocument/hover", position)


def test_a_refusal_is_an_error_with_its_reason(session: EditorSession) -> None:
    greet(session)
    handle(session, types.WORKSPACE_EXECUTE_COMMAND, refuse)
    answer = receive(session, "workspace/executeCommand", {"command": "x"})
    assert '"error":{"code":-32803,"message":"Not like this.","data":{"reason":"aReason","suggestions":[]}}' in answer


def test_a_bug_is_answered_without_its_text(session: EditorSession) -> None:
    greet(session)
    handle(session, types.WORKSPACE_EXECUTE_COMMAND, fail)
    answer = receive(session, "workspace/executeCommand", {"command": "a secret"})
    assert "-32603" in answer
    assert "quotes" not in answer
    assert "secret" not in answer


def nested(depth: int) -> Any:
    """A list in a list, and so on, that cannot be encoded."""
    value: Any = "a secret"
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "result",
    [
        types.CompletionItem("a secret", data=nested(450)),
        {"data": nested(100_000)},
        {"data": object()},
        {"data": {("a secret",): 1}},
    ],
    ids=["a typed result", "a plain result", "no JSON", "no name of a member"],
)
def test_a_result_that_cannot_be_sent_is_answered_with_an_error(
    session: EditorSession, caplog: pytest.LogCaptureFixture, result: object
) -> None:
    greet(session)
    handle(session, types.COMPLETION_ITEM_RESOLVE, lambda _: result)
    answer = receive(session, "completionItem/resolve", {"label": "x"})
    bug = re.fullmatch(
        r'Content-Length: \d+\r\n\r\n{"jsonrpc":"2.0","id":1,"error":{"code":-32603,'
        r'"message":"Internal error \(bug (\w{8})\)\. See the log of aloop-ls\."}}',
        answer,
    )
    assert bug is not None
    messages = [record.getMessage() for record in caplog.records]
    assert len(messages) == 1
    assert messages[0].startswith(f"Internal error (bug {bug[1]}) while sending a response: ")
    assert "secret" not in messages[0]


async def test_a_result_of_later_that_cannot_be_sent_is_answered_with_an_error(session: EditorSession) -> None:
    greet(session)
    later = asyncio.get_running_loop().create_future()

    async def wait(_: Any) -> Any:
        return later

    for handler in (lambda _: later, wait):
        handle(session, types.COMPLETION_ITEM_RESOLVE, handler)
        assert receive(session, "completionItem/resolve", {"label": "x"}) == ""
    before = len(sent(session))
    later.set_result(nested(100_000))
    for _ in range(5):
        await asyncio.sleep(0)
    assert sent(session)[before:].count('"id":1,"error":{"code":-32603,') == 2
    assert not session.protocol._request_futures


def test_a_notification_that_cannot_be_sent_is_logged(session: EditorSession, caplog: pytest.LogCaptureFixture) -> None:
    greet(session)
    handle(session, types.TEXT_DOCUMENT_DID_SAVE, lambda _: session.protocol.notify("x", nested(100_000)))
    assert receive(session, "textDocument/didSave", {"textDocument": {"uri": "file:///a"}}, None) == ""
    assert [record.getMessage().split(": ")[1].split()[0] for record in caplog.records] == ["RecursionError"]
    assert '"id":2,"result":null}' in receive(session, "shutdown", None, 2)


def test_a_request_of_ours_that_cannot_be_sent_is_forgotten(session: EditorSession) -> None:
    with pytest.raises(RecursionError):
        session.protocol.ask("x", nested(100_000))
    assert not session.protocol._request_futures


def test_a_bug_in_a_notification_is_not_shown(session: EditorSession) -> None:
    greet(session)
    handle(session, types.TEXT_DOCUMENT_DID_SAVE, fail)
    assert receive(session, "textDocument/didSave", {"textDocument": {"uri": "file:///a"}}, None) == ""


def test_a_cancelled_request_is_known_until_it_ends(session: EditorSession) -> None:
    greet(session)
    session.protocol._request_futures[7] = future = Future[None]()
    assert receive(session, "$/cancelRequest", {"id": 7}, None) == ""
    assert future.cancelled()
    assert session.protocol._request_futures[7] is future
