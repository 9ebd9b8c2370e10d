"""A language server that does what a test tells it to, to test the client by.

`test/ask` sends the request in its params to the client and answers with the client's answer;
`test/heard` answers with every message so far; `test/notify`, `test/noise`, `test/complain` and
`test/fail` send that notification, write plain text to stdout or stderr, and answer an error.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from lsp_client.wire import FrameReader, Message, frame


def main() -> None:
    frames = FrameReader()
    heard: list[Message] = []
    asked: list[int] = []
    sync = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    while data := os.read(0, 1 << 16):
        for body in frames.feed(data):
            message = json.loads(body)
            heard.append(message)
            _obey(message, heard, asked, sync)


def _obey(message: Message, heard: list[Message], asked: list[int], sync: int) -> None:
    params = message.get("params") or {}
    match message.get("method"):
        case None:
            answer = {key: value for key, value in message.items() if key in ("result", "error")}
            _say({"id": asked.pop(0), "result": answer})
        case "initialize":
            encoding = params["capabilities"]["general"]["positionEncodings"][0]
            capabilities = {"positionEncoding": encoding, "textDocumentSync": sync}
            _say({"id": message["id"], "result": {"capabilities": capabilities, "serverInfo": {"name": "obedient"}}})
        case "test/ask":
            asked.append(message["id"])
            _say({"id": f"ask-{message['id']}", **params})
        case "test/heard":
            _say({"id": message["id"], "result": heard})
        case "test/notify":
            _say(params)
        case "test/noise":
            os.write(1, params["text"].encode())
        case "test/complain":
            os.write(2, params["text"].encode())
        case "test/fail":
            _say({"id": message["id"], "error": params})
        case "shutdown":
            _say({"id": message["id"], "result": None})
        case "exit":
            os._exit(0)
        case _:
            pass


def _say(message: dict[str, Any]) -> None:
    data = frame({"jsonrpc": "2.0", **message})
    half = len(data) // 2
    os.write(1, data[:half])
    os.write(1, data[half:])


if __name__ == "__main__":
    main()
