"""Show what the language server does with a copy of a models.yaml. All output comes from the server.

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
HAS_COLOR = sys.stdout.isatty() and "NO_COLOR" not in os.environ
SEVERITIES = {1: ("error", "31"), 2: ("warning", "33"), 3: ("information", "36"), 4: ("hint", "2")}
MASK = "••••••••"


def main(arguments: list[str]) -> int:
    """Run the demo with the file, or the example; return the exit code, 2 if the file does not exist."""
    source = Path(arguments[0]) if arguments else ROOT / "examples" / "models.yaml"
    if not source.is_file():
        print(f"File not found: {source}. Usage: make demo FILE=path/to/models.yaml")
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
            demo = Demo(client, copy)
            title(
                f"{source.name}, checked by aloop-ls {client.server_info['version']} in {spent:.0f} ms (start included)"
            )
            demo.diagnostics(published.diagnostics)
            demo.completion()
            demo.hover()
            demo.commands()
    print(
        "Your file was not changed: the demo used a copy." if arguments else "With your file: make demo FILE=your.yaml"
    )
    return 0


class Demo:
    """The parts of the demo, for one open document."""

    def __init__(self, client: LspClient, path: Path) -> None:
        self.client = client
        self.path = path
        self.uri = path.as_uri()

    def diagnostics(self, diagnostics: list[dict[str, Any]]) -> None:
        """Print the lines that have diagnostics, each diagnostic under its line."""
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
                word, color = SEVERITIES[item["severity"]]
                mark = " " * start + "^" * max(1, end - start)
                text = f"{paint(mark, color)} {paint(word, color)} {item['code']}: {item['message']}"
                print(f"     {paint('│', '2')} {text}")
                for fix in self.fixes(item):
                    print(f"     {paint('│', '2')} {' ' * start}  fix: {fix}")
        counts = [sum(item["severity"] == level for item in diagnostics) for level in SEVERITIES]
        print(", ".join(f"{count} {SEVERITIES[level][0]}" for level, count in zip(SEVERITIES, counts, strict=True)))

    def fixes(self, diagnostic: dict[str, Any]) -> list[str]:
        """Return the titles of the quick fixes of a diagnostic."""
        context = {"diagnostics": [diagnostic], "only": ["quickfix"]}
        params = {"textDocument": {"uri": self.uri}, "range": diagnostic["range"], "context": context}
        actions = self.client.request("textDocument/codeAction", params) or []
        return [action["title"] for action in actions if _fixes(action, diagnostic)]

    def completion(self) -> None:
        """Type the start of an entry and print the completions."""
        text = self.client.text(self.path)
        start = text.find("\n", text.find("models:")) + 1
        for typed in ("  anth", "  anthropic/claude-op"):
            self.client.replace(self.path, start, start, f"{typed}\n")
            place = self.client.at(self.path, start + len(typed))
            sent = time.perf_counter()
            answer = self.client.request("textDocument/completion", place)
            spent = 1000 * (time.perf_counter() - sent)
            items = answer["items"] if isinstance(answer, dict) else answer
            title(f"Completion after {typed.strip()!r}: {len(items)} items in {spent:.1f} ms")
            for item in items[:6]:
                print(f"  {item['label']:<44} {paint(_detail_of(item), '2')}")
            self.client.replace(self.path, start, start + len(typed) + 1, "")

    def hover(self) -> None:
        """Print the hover of the first model."""
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
        """Add a model, switch to it, and print the diff of the file."""
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
            color = {"+": "32", "-": "31", "@": "36"}.get(line[:1], "0")
            print(f"  {paint(line, color)}")

    def masked(self) -> str:
        """Return the document's text with the secrets masked, which the server marks with semantic tokens."""
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
            mask = (MASK + " " * length)[:length] if length >= len(MASK) else MASK[:length]
            lines[line] = lines[line][:column] + mask + lines[line][column + length :]
        return "\n".join(item.rstrip() for item in lines)


def title(text: str) -> None:
    """Print a heading."""
    print(f"\n{paint(text, '1')}")


def paint(text: str, color: str) -> str:
    """Return the text in a color, if standard output is a terminal."""
    return f"\033[{color}m{text}\033[0m" if HAS_COLOR else text


def _detail_of(item: dict[str, Any]) -> str:
    return item.get("labelDetails", {}).get("description") or item.get("detail", "")


def _fixes(action: dict[str, Any], diagnostic: dict[str, Any]) -> bool:
    fixed = action.get("diagnostics", [])
    return any(item["code"] == diagnostic["code"] and item["range"] == diagnostic["range"] for item in fixed)


if __name__ == "__main__":
    try:
        code = main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        # Nobody reads the rest.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code)
