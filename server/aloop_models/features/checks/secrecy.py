"""Whether the file's keys stay on this machine and with this person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from aloop_models.core.document import Document
from aloop_models.features.checks.api_key import has_secret
from aloop_models.features.checks.spans import file_span
from aloop_models.features.checks.wording import shorten_end
from aloop_models.features.diagnostic import MESSAGE_LIMIT, Diagnostic, Rule, Severity
from aloop_models.snapshot import Facts, Place, Snapshot

_WITH_KEY = "models:\n  ollama/llama3:\n    api_key: my-first-secret\n\ndefault: ollama/llama3\n"

TRACKED_BY_GIT = Rule(
    "tracked-by-git",
    Severity.WARNING,
    "Keys in a file that git tracks",
    "With the next push the keys are in every clone, and stay in the history. Take the file out of git with "
    "`git rm --cached`, ignore it, and replace the keys at the providers if it was ever pushed. Without keys in the "
    "file this is a hint.\n\n"
    "The rule also reports a symbolic link on the way to the file that git tracks, because a change to the link "
    "selects another file; copies of the file that git tracks and that contain keys (backups, swap files, conflict "
    "copies); and a repository in which git could not be asked, with the reason.",
    _WITH_KEY,
    _WITH_KEY,
)
NOT_GITIGNORED = Rule(
    "not-gitignored",
    Severity.WARNING,
    "Keys in a file that git does not ignore",
    "The next `git add` takes the keys along. Add `.aloop/*models*` to `.gitignore`: it covers the file and its "
    "copies. Without keys in the file this is a hint. Where git ignores the file but not the copies that editors and "
    "sync tools make of it (`.models.yaml.swp`, `#models.yaml#`, `models.yaml~`, `models.yml`, conflict copies), this "
    "is information.",
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
SKIPPED_FILE = Rule(
    "skipped-file",
    Severity.ERROR,
    "A file that is not used",
    "A models.yaml that another user can change could send your conversations and keys anywhere, so it is skipped: by "
    "the agent, the command line and the editor alike. The message says why, and what to do.",
    _WITH_KEY,
    _WITH_KEY,
)

_OTHERS = 0o077
_LONGEST_PATH = 60
_MOST_COPIES = 3


def check_secrecy(snapshot: Snapshot) -> Iterator[Diagnostic]:
    """Git and the file's permissions, as they were at the last open or save."""
    place = snapshot.place
    if place.path is None:
        return
    exposed = place.mode is not None and place.mode & _OTHERS != 0
    if not (exposed or place.skipped or place.repository is not None):
        return
    span = file_span(snapshot.document)
    if place.skipped:
        message = f"This file is skipped: {place.skipped}"
        yield Diagnostic(SKIPPED_FILE, span, shorten_end(message, MESSAGE_LIMIT))
    has_keys = _has_keys(snapshot)
    level = None if has_keys else Severity.HINT
    path = _shown_path(place, place.path)
    if place.link is not None:
        link = _shown_path(place, place.link)
        message = (
            f"git tracks the symbolic link {link} to this file, so a commit can replace it. Run: git rm --cached {link}"
        )
        yield Diagnostic(TRACKED_BY_GIT, span, message, (), level)
    elif place.tracked == "yes":
        message = f"git tracks this file, so its API keys are in every clone. Run: git rm --cached {path}"
        if not has_keys:
            message = f"git tracks this file. Before you add API keys, run: git rm --cached {path}"
        yield Diagnostic(TRACKED_BY_GIT, span, message, (), level)
    elif place.git_problem:
        message = f"Cannot check whether git tracks this file: {place.git_problem}. {_advice(place)}"
        yield Diagnostic(TRACKED_BY_GIT, span, message, (), level)
    if place.link is None and place.tracked != "yes" and place.ignored is False:
        rule = _pattern(place)
        message = f"git does not ignore this file, so its API keys can be committed. Add {rule} to .gitignore."
        if not has_keys:
            message = f"git does not ignore this file. Before you add API keys, add {rule} to .gitignore."
        yield Diagnostic(NOT_GITIGNORED, span, message, (), level)
    elif place.ignored and place.copies_ignored is False:
        message = (
            "git ignores this file, but not its backups, swap files and conflict copies. "
            f"Add {_pattern(place)} to .gitignore."
        )
        yield Diagnostic(NOT_GITIGNORED, span, message, (), Severity.INFORMATION if has_keys else Severity.HINT)
    for copy in place.tracked_copies[:_MOST_COPIES]:
        name = _shown_path(place, copy)
        message = f"git tracks {name}, a copy of this file with API keys. Run: git rm --cached {name}"
        yield Diagnostic(TRACKED_BY_GIT, span, message)
    if exposed and has_keys:
        message = f"Other users of this computer can read the API keys in this file. Run: chmod 600 {path}"
        yield Diagnostic(READABLE_BY_OTHERS, span, message)


def has_new_secret(before: Document, after: Document, facts: Facts) -> bool:
    """Whether a change has written a secret: a value of a secret field that its entry did not have before."""
    return bool(_secrets(after, facts) - _secrets(before, facts))


def exposure_warnings(snapshot: Snapshot) -> tuple[str, ...]:
    """What to tell somebody who has just put a secret into this file, if others can see it."""
    return tuple(item.message for item in check_secrecy(snapshot) if item.level <= Severity.WARNING)


def _secrets(document: Document, facts: Facts) -> frozenset[tuple[str, str, str]]:
    fields = facts.schema.fields
    return frozenset(
        (placed.model_id, name, repr(value))
        for placed in document.entries
        for name, value in placed.entry.profile.items()
        if name in fields and fields[name].secret and value not in (None, "", {})
    )


def _has_keys(snapshot: Snapshot) -> bool:
    return any(has_secret(placed.entry, snapshot.facts) for placed in snapshot.document.entries)


def _advice(place: Place) -> str:
    if "not installed" in place.git_problem:
        return "Install git."
    if "in time" in place.git_problem:
        return "Save the file to try again."
    return "To see why, run: git status"


def _pattern(place: Place) -> str:
    """The line for `.gitignore` that covers the file and its copies, as far as one line can."""
    path = PurePath(place.path or "models.yaml")
    if path.parts[-2:] == (".aloop", "models.yaml"):
        return ".aloop/*models*" if _is_at_root(place) else "**/.aloop/*models*"
    return f"{_shown_path(place, str(path))}*"


def _is_at_root(place: Place) -> bool:
    return place.repository is not None and PurePath(place.path or "").parent.parent == PurePath(place.repository)


def _shown_path(place: Place, which: str) -> str:
    """A path as one types it in the repository; the file's name where that is long or strange."""
    path = PurePath(which)
    text = path.name
    if place.repository is not None and path.is_relative_to(place.repository):
        text = path.relative_to(place.repository).as_posix()
    safe = text.isprintable() and len(text) <= _LONGEST_PATH
    return text if safe else "models.yaml"
