"""Confirmation of a models.yaml that came with a repository, with the URLs that get keys and conversations."""

from __future__ import annotations

import hashlib
from pathlib import Path

from aloop_models.agent.state import add_line, read_lines
from aloop_models.catalog.redaction import redact
from aloop_models.errors import RefusedError
from aloop_models.features.destinations import destinations
from aloop_models.llm.model_manager import ModelManager
from aloop_models.snapshot import Snapshot, Tracked
from aloop_models.workspace.place import origin_of

_CONFIRMED = "confirmed"


class Confirmation:
    """What a person must confirm before the models of a file are used."""

    def __init__(self, snapshot: Snapshot, origin: Tracked) -> None:
        self.digest = digest_of_text(snapshot)
        self._file = redact(snapshot.place.path or "models.yaml")
        self._origin = origin
        self._places = destinations(snapshot.document, snapshot.facts)

    @property
    def question(self) -> str:
        """The question, with every URL or provider that would get conversations and keys."""
        return f"{self._file} {self._why}\n{self._where}"

    @property
    def refusal(self) -> RefusedError:
        """The refusal if there is no person to ask."""
        return RefusedError(
            "notConfirmed",
            f"{self._file} {self._why} You have not confirmed it yet.\n{self._where}\n"
            "Check the file. To confirm it, start aloop once without --task, or add --trust-config.",
        )

    @property
    def _why(self) -> str:
        if self._origin == "yes":
            return "came with this repository (git tracks it or has a copy of it)."
        return "may have come with this repository: git could not check it (to see why, run: git status)."

    @property
    def _where(self) -> str:
        if len(self._places) == 1:
            return f"It sends your conversations and keys to: {self._places[0]}"
        listed = "".join(f"\n  {place}" for place in self._places)
        return f"It sends your conversations and keys to {len(self._places)} places:{listed}"


class Guard:
    """The check of a session whether the loaded models may be used.

    It checks the text that was loaded, so a file that changes after the confirmation must be confirmed again.
    """

    def __init__(self, manager: ModelManager, *, trusted: bool) -> None:
        self._manager = manager
        self._trusted = trusted
        self._clear: set[str] = set()

    def pending(self) -> Confirmation | None:
        """What a person must confirm before the models of the current file are used; None if nothing."""
        snapshot = self._manager.snapshot
        if self.covers(snapshot):
            return None
        assert snapshot is not None
        digest, text = digest_of_text(snapshot), snapshot.document.text
        origin = "no" if digest in read_lines(_CONFIRMED) else origin_of(Path(self._manager.config_path), text.encode())
        if origin == "no":
            self._clear.add(digest)
            return None
        return Confirmation(snapshot, origin)

    def covers(self, snapshot: Snapshot | None) -> bool:
        """Whether the text needs no confirmation or has one; a text without models needs none."""
        if self._trusted or snapshot is None or not snapshot.document.entries:
            return True
        return digest_of_text(snapshot) in self._clear

    def covers_loaded(self) -> bool:
        """Whether the loaded text is covered, without reading the file again."""
        return self.covers(self._manager.loaded)

    def allow(self, confirmation: Confirmation) -> None:
        """Remember that a person has confirmed this text."""
        if confirmation.digest not in read_lines(_CONFIRMED):
            add_line(_CONFIRMED, confirmation.digest)
        self._clear.add(confirmation.digest)

    def allow_now(self) -> None:
        """Confirm the current text, because the person has just changed it here."""
        pending = self.pending()
        if pending is not None:
            self.allow(pending)

    def require(self) -> None:
        """Raise the refusal if something must be confirmed."""
        pending = self.pending()
        if pending is not None:
            raise pending.refusal


def digest_of_text(snapshot: Snapshot) -> str:
    """The SHA-256 of the text, in hexadecimal."""
    return hashlib.sha256(snapshot.document.text.encode("utf-8", "surrogatepass")).hexdigest()
