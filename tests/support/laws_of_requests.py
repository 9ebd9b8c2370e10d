"""Laws of a running server for any text: every request is answered, in ranges of the text, and shows no secret."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aloop_models.core.lines import is_inside_break
from aloop_models.features.diagnostics import diagnose
from lsp_client import LspClient
from support.laws_of_texts import Versions, whole_secrets
from support.sample_keys import leaks
from support.snapshots import snapshot
from support.tally import TRIED

AT_PLACES = (
    *("completion", "hover", "definition", "documentHighlight", "references", "prepareRename", "rename", "codeAction"),
    *("inlayHint", "rangeFormatting", "semanticTokens/range"),
)
OF_FILE = (
    "documentSymbol",
    "codeLens",
    "foldingRange",
    "documentLink",
    "semanticTokens/full",
    "formatting",
    "diagnostic",
)
CONTEXTS = {"codeAction": {"diagnostics": []}, "references": {"includeDeclaration": True}}
REFUSED = -32803
OPTIONS = {"tabSize": 2, "insertSpaces": True}

_names = itertools.count()


def check_requests(client: LspClient, folder: Path, versions: Versions, places: tuple[int, ...]) -> None:
    """Type a text in its versions, and ask everything about the last one."""
    # Editors send UTF-8, which has no lone surrogate.
    versions = tuple(text.encode("utf-8", "replace").decode() for text in versions)
    path = folder / f"text-{next(_names)}" / ".aloop" / "models.yaml"
    client.open(path, versions[0])
    for old, new in itertools.pairwise(versions):
        client.replace(path, *_change(old, new))
    text = versions[-1]
    secrets = whole_secrets(text)
    asked = [
        (method, client.send_request(f"textDocument/{method}", params))
        for method, params in _params(client, path, places)
    ]
    for method, number in asked:
        TRIED["requests"] += 1
        answer = client.wait_answer(number)
        assert answer.error is None or (method == "rename" and answer.error.code == REFUSED), (method, answer.error)
        said = json.dumps(answer.result, ensure_ascii=False) if answer.error is None else str(answer.error)
        assert method == "rename" or not leaks(secrets, said), (method, said)
        for position in _positions(answer.result):
            assert _is_in(text, position), (method, position)
        if method.startswith("semanticTokens"):
            assert all(_is_in(text, position) for position in _tokens(answer.result["data"])), method
        if method == "diagnostic":
            found = sorted(item["code"] for item in answer.result["items"])
            assert found == sorted(item.rule.id for item in diagnose(snapshot(text)).items)
    client.close(path)


def _change(old: str, new: str) -> tuple[int, int, str]:
    """The smallest change from one text to another whose ends are not inside a line break."""
    start = _same(old, new)
    rest = _same(old[start:][::-1], new[start:][::-1])
    while is_inside_break(old, start) or is_inside_break(new, start):
        start -= 1
    while is_inside_break(old, len(old) - rest) or is_inside_break(new, len(new) - rest):
        rest -= 1
    return start, len(old) - rest, new[start : len(new) - rest]


def _same(one: str, other: str) -> int:
    """How many characters at the beginning of two texts are the same."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (left, right) in pairs if left != right), min(len(one), len(other)))


def _params(client: LspClient, path: Path, places: tuple[int, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
    text = client.text(path)
    document = {"textDocument": {"uri": path.as_uri()}}
    for method in OF_FILE:
        yield method, document | ({"options": OPTIONS} if method == "formatting" else {})
    for place in places:
        start, end = sorted((place % (len(text) + 1), place // 7 % (len(text) + 1)))
        at = client.at(path, start)
        span = {"start": at["position"], "end": client.at(path, end)["position"]}
        params = at | {"range": span, "newName": "groq/new", "options": OPTIONS}
        for method in AT_PLACES:
            yield method, params | ({"context": CONTEXTS[method]} if method in CONTEXTS else {})


def _positions(value: Any) -> Iterator[dict[str, int]]:
    """Every position in an answer."""
    if isinstance(value, dict):
        if value.keys() == {"line", "character"}:
            yield value
        for part in value.values():
            yield from _positions(part)
    elif isinstance(value, list):
        for part in value:
            yield from _positions(part)


def _tokens(data: list[int]) -> Iterator[dict[str, int]]:
    line = character = 0
    for below, right, length in zip(data[::5], data[1::5], data[2::5], strict=True):
        line, character = line + below, right if below else character + right
        yield {"line": line, "character": character}
        yield {"line": line, "character": character + length}


def _is_in(text: str, position: dict[str, int]) -> bool:
    """Whether a UTF-16 position is in the text, and not inside a character."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not 0 <= position["line"] < len(lines):
        return False
    line = lines[position["line"]].encode("utf-16-le", "surrogatepass")
    end = 2 * position["character"]
    is_inside = 0xDC00 <= int.from_bytes(line[end : end + 2], "little") < 0xE000 and (
        0xD800 <= int.from_bytes(line[max(end - 2, 0) : end], "little") < 0xDC00
    )
    return 0 <= end <= len(line) and not is_inside
