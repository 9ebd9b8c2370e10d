"""One editor session with one server, and its measurements. A wrong answer is an error, not a sample."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench.files import Gap, Slip
from bench.servers import Server, environment
from lsp_client import LspClient, Published

TIMEOUT = 30.0


class WrongAnswer(Exception):
    """A server did not report the mistake, or did not complete the item."""


class Session:
    """A new server with the file open; `first_diagnostics` are the seconds from its start to them."""

    def __init__(self, server: Server, folder: Path, text: str, slip: Slip | None = None) -> None:
        self.server = server
        self._path = folder / ".aloop" / "models.yaml"
        self._path.parent.mkdir(exist_ok=True)
        opened = text if slip is None else _with(slip, text)
        self._path.write_text(opened, "utf-8")
        self._path.chmod(0o600)
        self._client = LspClient(
            server.command,
            cwd=folder,
            env=environment(folder.parent),
            settings=server.settings,
            is_recorded=False,
            timeout=TIMEOUT,
        )
        try:
            self._client.initialize(folder)
            self._client.open(self._path, opened)
            published = self._wait(slip)
        except BaseException:
            self.kill()
            raise
        self.first_diagnostics = published.at - self._client.started_at

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_error: object) -> None:
        self.kill()

    def kill(self) -> None:
        """Kill the server and its child processes."""
        self._client.kill()

    def make_slip(self, slip: Slip) -> float:
        """Return the seconds from typing the mistake to the diagnostics that contain only it."""
        sent = self._client.replace(self._path, slip.offset, slip.offset, slip.typed)
        return self._wait(slip).at - sent.at

    def fix_slip(self, slip: Slip) -> float:
        """Return the seconds from fixing the mistake to the diagnostics without it."""
        sent = self._client.replace(self._path, slip.offset, slip.offset + len(slip.typed), "")
        return self._wait(None).at - sent.at

    def complete_id(self, gap: Gap, wanted: str) -> float:
        """Return the seconds from typing a character of a model ID to a completion that contains it."""
        shown = wanted[: (2 * len(wanted) + wanted.rindex("/")) // 3 + 1]
        return self._complete(gap.before_entry, f"  {shown}", wanted)

    def complete_field(self, gap: Gap, wanted: str) -> float:
        """Return the seconds from typing a character of a field to a completion that contains it."""
        return self._complete(gap.inside_entry, f"    {wanted[:2]}", wanted)

    def memory(self) -> int:
        """Return the resident bytes of the server and its child processes."""
        return sum(_resident(pid) for pid in process_tree(self._client.pid))

    def _complete(self, offset: int, line: str, wanted: str) -> float:
        self._client.replace(self._path, offset, offset, line[:-1] + "\n")
        self._wait_any()
        end = offset + len(line)
        sent = self._client.replace(self._path, end - 1, end - 1, line[-1])
        answer = self._client.timed_request("textDocument/completion", self._client.at(self._path, end))
        items = _items(answer.value())
        if not any(_inserts(item, wanted) for item in items):
            raise WrongAnswer(f"{self.server.name} returned {len(items)} items for {line!r}, without {wanted}")
        self._wait_any()
        self._client.replace(self._path, offset, end + 1, "")
        self._wait(None)
        return answer.received_at - sent.at

    def _wait_any(self) -> Published:
        return self._client.wait_diagnostics(self._path)

    def _wait(self, slip: Slip | None) -> Published:
        """Wait for diagnostics that contain only the slip, or nothing."""
        client, path = self._client, self._path

        def is_right(diagnostics: list[dict[str, Any]]) -> bool:
            if not self.server.finds:
                return True
            if slip is None or len(diagnostics) != 1:
                return slip is None and not diagnostics
            place = diagnostics[0]["range"]
            return place["start"]["line"] == slip.line and client.text_in(path, place) == slip.wrong

        try:
            return client.wait_diagnostics(path, is_right)
        except TimeoutError as error:
            newest = self._wait_any().diagnostics
            raise WrongAnswer(f"{self.server.name} reported {newest[:3]} instead of {slip}") from error


def _with(slip: Slip, text: str) -> str:
    return text[: slip.offset] + slip.typed + text[slip.offset :]


def _items(result: Any) -> list[dict[str, Any]]:
    return (result["items"] if isinstance(result, dict) else result) or []


def _inserts(item: dict[str, Any], wanted: str) -> bool:
    text = item.get("textEdit", {}).get("newText") or item.get("insertText") or item["label"]
    return text == wanted or text.startswith(f"{wanted}:")


def process_tree(pid: int) -> list[int]:
    children = [c for task in Path(f"/proc/{pid}/task").iterdir() for c in (task / "children").read_text().split()]
    return [pid, *(other for child in children for other in process_tree(int(child)))]


def _resident(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0
