"""Shows the language server at work on a copy of a models.yaml; all that is printed came over the wire.

Usage: demo.py [FILE]
"""

from __future__ import annotations

import difflib
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from lsp_client import LspClient

ROOT = Path(__file__).resolve().parents[1]
COLOURED = sys.stdout.isatty() and "NO_COLOR" not in os.environ
SEVERITIES = {1: ("error", "31"), 2: ("warning", "33"), 3: ("information", "36"), 4: ("hint", "2")}
HIDDEN = "••••••••"


def main(arguments: list[str]) -> int:
    """Run the show on the file given, else on the example; 0 unless the server did not do its part."""
    source = Path(arguments[0]) if arguments else ROOT / "examples" / "models.yaml"
    if not source.is_file():
        print(f"{source} is no file. Usage: make demo FILE=path/to/models.yaml")
        return 2
    with tempfile.TemporaryDirectory(prefix="aloop-demo-") as folder:
        copy = Path(folder) / ".aloop" / "models.yaml"
        copy.parent.mkdir()
        shutil.copyfile(source, copy)
        copy.chmod(0o600)
        server = [str(Path(sys.executable).parent / "aloop-ls")]
        started = time.perf_counter()
        with LspClient(server) as client:
            client.initialize(Path(folder))
            client.open(copy)
            published = client.wait_diagnostics(copy)
            spent = 1000 * (published.at - started)
            show = Show(client, copy)
            title(
                f"{source.name}, checked by aloop-ls {client.server_info['version']} ({spent:.0f} ms after its start)"
            )
            show.diagnostics(published.diagnostics)
            show.completion()
            show.hover()
            show.commands()
    print(
        "Your file was not touched; all this happened to a copy." if arguments else "Try it: make demo FILE=your.yaml"
    )
    return 0


class Show:
    """One document in one client, and what there is to see in it."""

    def __init__(self, client: LspClient, path: Path) -> None:
        self.client = client
        self.path = path
        self.uri = path.as_uri()

    def diagnostics(self, diagnostics: list[dict[str, Any]]) -> None:
        """The lines that have diagnostics, each diagnostic drawn under its own."""
        lines = self.masked().split("\n")
        by_line: dict[int, list[dict[str, Any]]] = {}
        for item in diagnostics:
            by_line.setdefault(item["range"]["start"]["line"], []).append(item)
        for number, items in sorted(by_line.items()):
            print(f"{paint(f'{number + 1:4} │', '2')} {lines[number]}")
            for item in items:
                start = item["range"]["start"]["character"]
                one_line = item["range"]["end"]["line"] == number
                end = item["range"]["end"]["character"] if one_line else len(lines[number])
                word, colour = SEVERITIES[item["severity"]]
                mark = " " * start + "^" * max(1, end - start)
                said = f"{paint(mark, colour)} {paint(word, colour)} {item['code']}: {item['message']}"
                print(f"     {paint('│', '2')} {said}")
                for fix in self.fixes(item):
                    print(f"     {paint('│', '2')} {' ' * start}  fix: {fix}")
        counts = [sum(item["severity"] == level for item in diagnostics) for level in SEVERITIES]
        print(", ".join(f"{count} {SEVERITIES[level][0]}" for level, count in zip(SEVERITIES, counts, strict=True)))

    def fixes(self, diagnostic: dict[str, Any]) -> list[str]:
        """The titles of the quick fixes of a diagnostic."""
        context = {"diagnostics": [diagnostic], "only": ["quickfix"]}
        params = {"textDocument": {"uri": self.uri}, "range": diagnostic["range"], "context": context}
        actions = self.client.request("textDocument/codeAction", params) or []
        same = [action for action in actions if _mends(action, diagnostic)]
        return [action["title"] for action in same]

    def completion(self) -> None:
        """Types the beginning of an entry and shows what is offered there."""
        text = self.client.text(self.path)
        start = text.find("\n", text.find("models:")) + 1
        for typed in ("  anth", "  anthropic/claude-op"):
            self.client.replace(self.path, start, start, f"{typed}\n")
            place = self.client.at(self.path, start + len(typed))
            sent = time.perf_counter()
            answer = self.client.request("textDocument/completion", place)
            spent = 1000 * (time.perf_counter() - sent)
            items = answer["items"] if isinstance(answer, dict) else answer
            title(f"Completion after {typed.strip()!r}: {len(items)} offered in {spent:.1f} ms")
            for item in items[:6]:
                print(f"  {item['label']:<44} {paint(item.get('detail', ''), '2')}")
            self.client.replace(self.path, start, start + len(typed) + 1, "")

    def hover(self) -> None:
        """What hovering over the first model says."""
        symbols = self.client.request("textDocument/documentSymbol", {"textDocument": {"uri": self.uri}})
        models = next((item for item in symbols if item["name"] == "models"), {"children": []})
        if not models["children"]:
            return
        first = models["children"][0]
        position = first["selectionRange"]["start"]
        answer = self.client.request("textDocument/hover", {"textDocument": {"uri": self.uri}, "position": position})
        title(f"Hover over {first['name']}")
        if answer:
            print("\n".join(f"  {line}" for line in answer["contents"]["value"].splitlines()))

    def commands(self) -> None:
        """Adds a model and switches to it by command, and shows what became of the file."""
        before = self.path.read_text(encoding="utf-8")
        shown_before = self.masked().splitlines()
        key = "sk-ant-api03-another-one-that-is-not-real-hJ5tY8pL1wC6dF2s"
        model = "anthropic/claude-opus-5-5"
        title("Commands")
        for command, argument in (
            ("aloop.addModel", {"modelId": model, "fields": {"name": "Claude Opus", "api_key": key}}),
            ("aloop.switchModel", {"modelId": model}),
        ):
            try:
                result = self.client.execute(command, argument)
                print(f"  {command}: {result['message']}")
            except Exception as refusal:  # noqa: BLE001
                print(f"  {command}: {refusal}")
        after = self.path.read_text(encoding="utf-8")
        if after != before:
            self.client.set_text(self.path, after)
        for line in difflib.unified_diff(shown_before, self.masked().splitlines(), "before", "after", "", "", 2, ""):
            colour = {"+": "32", "-": "31", "@": "36"}.get(line[:1], "0")
            print(f"  {paint(line, colour)}")

    def masked(self) -> str:
        """The document's text with what the server's semantic tokens call secret blotted out."""
        legend = self.client.capabilities["semanticTokensProvider"]["legend"]["tokenModifiers"]
        secret = 1 << legend.index("secret")
        answer = self.client.request("textDocument/semanticTokens/full", {"textDocument": {"uri": self.uri}})
        data = answer["data"]
        lines = self.client.text(self.path).split("\n")
        spans: list[tuple[int, int, int]] = []
        line = column = 0
        for below, right, length, _, modifiers in zip(*[iter(data)] * 5, strict=True):
            line, column = line + below, right if below else column + right
            if modifiers & secret:
                spans.append((line, column, length))
        for line, column, length in reversed(spans):
            blot = (HIDDEN + " " * length)[:length] if length >= len(HIDDEN) else HIDDEN[:length]
            lines[line] = lines[line][:column] + blot + lines[line][column + length :]
        return "\n".join(item.rstrip() for item in lines)


def title(text: str) -> None:
    """A heading."""
    print(f"\n{paint(text, '1')}")


def paint(text: str, colour: str) -> str:
    """The text in a colour, where the terminal has one."""
    return f"\033[{colour}m{text}\033[0m" if COLOURED else text


def _mends(action: dict[str, Any], diagnostic: dict[str, Any]) -> bool:
    mended = action.get("diagnostics", [])
    return any(item["code"] == diagnostic["code"] and item["range"] == diagnostic["range"] for item in mended)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
