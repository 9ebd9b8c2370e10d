"""What was typed, kept between sessions for the arrow keys; keys are out of it before it is kept anywhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from prompt_toolkit.history import History

from aloop_models.agent.model_line import WORD, for_history
from aloop_models.agent.state import add_line, read_lines
from aloop_models.catalog.redaction import redactor_for

FILE = "history"
_KEPT = 2_000


class RedactedHistory(History):
    """A history in a file that only its owner can read, one JSON string a line; it never holds a key.

    `secrets` gives the keys in use. A `/model` line keeps its words, with `-` in place of each secret value; such a
    line that is not understood is forgotten.
    """

    def __init__(self, secrets: Callable[[], Iterable[str]]) -> None:
        super().__init__()
        self._secrets = secrets

    def load_history_strings(self) -> Iterable[str]:
        """The kept lines, newest first."""
        for line in reversed(read_lines(FILE)[-_KEPT:]):
            try:
                text: object = json.loads(line)
            except ValueError:
                continue
            if isinstance(text, str):
                yield text

    def append_string(self, string: str) -> None:
        """Keep a line, without what is secret in it."""
        kept = redacted(string, self._secrets())
        if kept:
            super().append_string(kept)

    def store_string(self, string: str) -> None:
        """Write a line, redacted already, to the file."""
        add_line(FILE, json.dumps(string, ensure_ascii=False))


def redacted(text: str, secrets: Iterable[str]) -> str | None:
    """The text with a mask in place of keys, those in use and what looks like one; None for a line to forget."""
    redactor = redactor_for(frozenset(secrets))
    if text.lstrip().startswith(WORD):
        return for_history(text.strip(), redactor)
    return redactor.mask(text)
