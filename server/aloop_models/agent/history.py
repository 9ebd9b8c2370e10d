"""The history of typed lines, stored between sessions without keys."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from prompt_toolkit.history import History

from aloop_models.agent.model_line import WORD, for_history
from aloop_models.agent.state import add_line, keeps_history, read_lines
from aloop_models.catalog.redaction import redactor_for

FILE = "history"
_KEPT = 2_000


class RedactedHistory(History):
    """A history in a file that only its owner can read, one JSON string per line, without keys.

    `secrets` returns the keys in use. In a `/model` line, `-` replaces each secret value; a `/model` line that cannot
    be parsed is not stored.
    """

    def __init__(self, secrets: Callable[[], Iterable[str]]) -> None:
        super().__init__()
        self._secrets = secrets

    def load_history_strings(self) -> Iterable[str]:
        """Yield the stored lines, newest first."""
        for line in reversed(read_lines(FILE)[-_KEPT:] if keeps_history() else ()):
            try:
                text: object = json.loads(line)
            except ValueError:
                continue
            if isinstance(text, str):
                yield text

    def append_string(self, string: str) -> None:
        """Add a line without its secrets."""
        kept = redact_line(string, self._secrets())
        if kept:
            super().append_string(kept)

    def store_string(self, string: str) -> None:
        """Write a redacted line to the file, unless the history is off."""
        if keeps_history():
            add_line(FILE, json.dumps(string, ensure_ascii=False))


def redact_line(text: str, secrets: Iterable[str]) -> str | None:
    """The text with keys, and what looks like one, masked; None for a line that must not be stored."""
    redactor = redactor_for(frozenset(secrets))
    if text.lstrip().startswith(WORD):
        return for_history(text.strip(), redactor)
    return redactor.mask(text)
