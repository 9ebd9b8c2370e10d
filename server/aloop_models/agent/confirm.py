"""The confirmation for a models.yaml that came with a repository: it says where keys and conversations go."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from aloop_models.agent.state import add_line, read_lines
from aloop_models.catalogue.redaction import redact
from aloop_models.errors import FileProblem, Refusal
from aloop_models.llm.failures import host_of
from aloop_models.llm.profile import ModelProfile
from aloop_models.workspace.place import place_of
from aloop_models.workspace.read import read_file

_CONFIRMED = "confirmed"
_SHOWN = 8


def needs_confirmation(path: Path) -> bool:
    """Whether git tracks the file, and nobody has confirmed what it now holds."""
    digest = _digest(path)
    return digest is not None and digest not in read_lines(_CONFIRMED) and place_of(path).tracked


def remember(path: Path) -> None:
    """Take what the file now holds as confirmed."""
    digest = _digest(path)
    if digest is not None and digest not in read_lines(_CONFIRMED):
        add_line(_CONFIRMED, digest)


def question_about(path: Path, profiles: Iterable[ModelProfile]) -> str:
    """What a person is asked, with each address that would get the conversation."""
    hosts = dict.fromkeys(host_of(profile) for profile in profiles)
    listed = ", ".join(list(hosts)[:_SHOWN]) + (", …" if len(hosts) > _SHOWN else "")
    where = f"It sends your conversations to: {listed}." if hosts else "It holds no models."
    return f"{redact(str(path))} came with this repository (git tracks it). {where}"


def refusal(path: Path) -> Refusal:
    """The refusal where nobody can be asked."""
    message = (
        f"{redact(str(path))} came with this repository (git tracks it), and you have not confirmed it yet."
        " Look at it, then start aloop once without --task, or add --trust-config."
    )
    return Refusal("notConfirmed", message)


def _digest(path: Path) -> str | None:
    try:
        return read_file(path).digest
    except FileProblem:
        return None


class Guard:
    """Knows in one session whether the file as it is now may be used."""

    def __init__(self, path: Path, *, trusted: bool) -> None:
        self.path = path
        self._trusted = trusted
        self._clear: set[str] = set()

    def is_clear(self) -> bool:
        """Whether nobody has to be asked; also where the file cannot be read, for then nothing of it is used."""
        digest = _digest(self.path)
        if self._trusted or digest is None or digest in self._clear:
            return True
        if needs_confirmation(self.path):
            return False
        self._clear.add(digest)
        return True

    def allow(self) -> None:
        """The file may be used as it is now."""
        remember(self.path)
        digest = _digest(self.path)
        if digest is not None:
            self._clear.add(digest)

    def allow_if_tracked(self) -> None:
        """As `allow`, for a file that somebody would have to be asked about."""
        if not self.is_clear():
            self.allow()
