"""Whether the file's keys stay on this machine and with this person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from aloop_models.features.checks.api_key import has_secret
from aloop_models.features.checks.lines import file_span
from aloop_models.features.finding import Finding, Rule, Severity
from aloop_models.snapshot import Place, Snapshot

_WITH_KEY = "models:\n  ollama/llama3:\n    api_key: my-first-secret\n\ndefault: ollama/llama3\n"

TRACKED_BY_GIT = Rule(
    "tracked-by-git",
    Severity.WARNING,
    "Keys in a file that git tracks",
    "With the next push the keys are in every clone, and stay in the history. Take the file out of git with "
    "`git rm --cached`, ignore it, and replace the keys at the providers if it was ever pushed. Without keys in the "
    "file this is a hint.",
    _WITH_KEY,
    _WITH_KEY,
)
NOT_GITIGNORED = Rule(
    "not-gitignored",
    Severity.WARNING,
    "Keys in a file that git does not ignore",
    "The next `git add` takes the keys along. Add `.aloop/models.yaml*` to `.gitignore`. Without keys in the file this "
    "is a hint.",
    _WITH_KEY,
    _WITH_KEY,
)
READABLE_BY_OTHERS = Rule(
    "readable-by-others",
    Severity.WARNING,
    "Keys that other people on this machine can read",
    "The file's permissions let others read the keys. Run `chmod 600` on it. Silent where permissions have no effect.",
    _WITH_KEY,
    _WITH_KEY,
)

_OTHERS = 0o077
_LONGEST_PATH = 60


def check_secrecy(snapshot: Snapshot) -> Iterator[Finding]:
    """Git and the file's permissions, as they were at the last open or save."""
    place = snapshot.place
    if place.path is None:
        return
    exposed = place.mode is not None and place.mode & _OTHERS != 0
    unguarded = place.tracked or (place.repository is not None and place.ignored is False)
    if not exposed and not unguarded:
        return
    document, facts = snapshot.document, snapshot.facts
    has_keys = any(has_secret(placed.entry, facts) for placed in document.entries)
    level = None if has_keys else Severity.HINT
    span = file_span(document)
    path = _shown_path(place)
    if place.tracked:
        message = f"git tracks this file, so its keys reach every clone. Run: git rm --cached {path}"
        if not has_keys:
            message = f"git tracks this file. Put no keys in it, or run: git rm --cached {path}"
        yield Finding(TRACKED_BY_GIT, span, message, (), level)
    elif unguarded:
        message = f"git does not ignore this file, so its keys may be committed. Add {path}* to .gitignore."
        if not has_keys:
            message = f"git does not ignore this file. Before you put keys in it, add {path}* to .gitignore."
        yield Finding(NOT_GITIGNORED, span, message, (), level)
    if exposed and has_keys:
        message = f"Other people on this machine may read these keys. Run: chmod 600 {path}"
        yield Finding(READABLE_BY_OTHERS, span, message)


def _shown_path(place: Place) -> str:
    """The path as one types it in the repository; the file's name where that is long or strange."""
    path = PurePath(place.path or "models.yaml")
    text = path.name
    if place.repository is not None and path.is_relative_to(place.repository):
        text = path.relative_to(place.repository).as_posix()
    safe = text.isprintable() and len(text) <= _LONGEST_PATH
    return text if safe else "models.yaml"
