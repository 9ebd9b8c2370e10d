"""Checks of who else can read the API keys in the file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from shlex import quote

from aloop_models.core.document import Document
from aloop_models.features.checks.api_key import has_secret
from aloop_models.features.checks.spans import file_span
from aloop_models.features.checks.wording import shorten_end
from aloop_models.features.diagnostic import MESSAGE_LIMIT, Diagnostic, Rule, Severity, SeverityCase, ShellExample
from aloop_models.snapshot import Facts, Place, Snapshot

_WITH_KEY = "models:\n  ollama/llama3:\n    api_key: my-first-secret\n\ndefault: ollama/llama3\n"

TRACKED_BY_GIT = Rule(
    "tracked-by-git",
    Severity.WARNING,
    "Git tracks the file",
    "The API keys in the file become part of every clone and stay in the history. Run `git rm --cached` and "
    "ignore the file. If it was pushed, replace the keys at the providers.\n\n"
    "The rule also reports:\n\n"
    "- a symbolic link to the file that git tracks, because a commit can point the link to another file;\n"
    "- copies of the file with API keys that git tracks, such as backups, swap files and conflict copies;\n"
    "- a repository in which git cannot be asked, with the reason.",
    _WITH_KEY,
    _WITH_KEY,
    severity_reason="The models work, but others can read the API keys.",
    other_severities=(SeverityCase(Severity.HINT, "if the file has no API keys"),),
    related=("not-gitignored", "readable-by-others"),
    shell=ShellExample(
        "git init -q\necho '.aloop/*models*' >> .gitignore\ngit add --force .aloop/models.yaml\n",
        "git rm --cached .aloop/models.yaml\n",
    ),
    ignorable=False,
)
NOT_GITIGNORED = Rule(
    "not-gitignored",
    Severity.WARNING,
    "Git does not ignore the file",
    "The next `git add` can add the API keys to a commit. Add `.aloop/*models*` to `.gitignore`: the "
    "pattern covers the file and the copies that editors and sync tools make (`.models.yaml.swp`, `#models.yaml#`, "
    "`models.yaml~`, `models.yml`, conflict copies).",
    _WITH_KEY,
    _WITH_KEY,
    fixes="safe",
    fix_safety="Safe: adds lines to `.gitignore` that cover the file and its copies, as `aloop models protect` does.",
    severity_reason="The models work, but a commit can contain the API keys.",
    other_severities=(
        SeverityCase(Severity.INFORMATION, "if git ignores the file, but not its copies"),
        SeverityCase(Severity.HINT, "if the file has no API keys"),
    ),
    related=("tracked-by-git", "readable-by-others"),
    shell=ShellExample(
        "git init -q\n",
        "echo '.aloop/*models*' >> .gitignore\n",
    ),
    ignorable=False,
)
READABLE_BY_OTHERS = Rule(
    "readable-by-others",
    Severity.WARNING,
    "Other users can read the file",
    "The permissions of the file let other users of this computer read the API keys, or change the file. "
    "Run `chmod 600` on it. Not reported where permissions have no effect.",
    _WITH_KEY,
    _WITH_KEY,
    fixes="safe",
    fix_safety="Safe: removes the permissions of everyone but you, as `aloop models protect` does.",
    severity_reason="The models work, but others can read the API keys.",
    related=("skipped-file", "not-gitignored"),
    shell=ShellExample(
        "chmod 644 .aloop/models.yaml\n",
        "chmod 600 .aloop/models.yaml\n",
    ),
    ignorable=False,
)
SKIPPED_FILE = Rule(
    "skipped-file",
    Severity.ERROR,
    "The file is skipped",
    "If another user can change models.yaml, they can send your conversations and API keys anywhere. The "
    "agent, the command line and the editor therefore skip the file. The message contains the reason and what to do."
    "\n\nAn editor also reports a file with another name or in another place, such as `.aloop/models.yml`. Rename it "
    "to `.aloop/models.yaml`, or add it to the setting `aloop.files` if another program reads it.",
    _WITH_KEY,
    _WITH_KEY,
    severity_reason="The runtime does not use the file.",
    other_severities=(SeverityCase(Severity.INFORMATION, "if the file is not named `.aloop/models.yaml`"),),
    related=("readable-by-others",),
    shell=ShellExample(
        "chmod o+w .aloop\n",
        "chmod o-w .aloop\n",
    ),
    ignorable=False,
)

_UNREAD = (
    "aloop does not read this file, only .aloop/models.yaml. Rename it, or add it to the setting aloop.files if "
    "another program reads it."
)
_READABLE, _WRITABLE = 0o044, 0o022
_LONGEST_PATH = 60
_MOST_COPIES = 3


def check_secrecy(snapshot: Snapshot) -> Iterator[Diagnostic]:
    """Check Git and the permissions of the file, as of the last open or save."""
    place = snapshot.place
    if place.path is None:
        return
    exposed = _exposure(place)
    if not (exposed or place.skipped or place.unread or place.repository is not None):
        return
    span = file_span(snapshot.document)
    if place.skipped:
        message = f"This file is skipped: {place.skipped}"
        yield Diagnostic(SKIPPED_FILE, span, shorten_end(message, MESSAGE_LIMIT))
    if place.unread:
        yield Diagnostic(SKIPPED_FILE, span, _UNREAD, (), Severity.INFORMATION)
    has_keys = _has_keys(snapshot)
    level = None if has_keys else Severity.HINT
    path = _shown_path(place, place.path)
    if place.link is not None:
        link = _shown_path(place, place.link)
        message = f"git tracks the symbolic link {link} to this file, so a commit can replace it."
        message += f" Run: git rm --cached {_pathspec(place, place.link)}"
        yield Diagnostic(TRACKED_BY_GIT, span, message, (), level)
    elif place.tracked == "yes":
        untrack = f"git rm --cached {_pathspec(place, place.path)}"
        message = f"git tracks this file, so its API keys are in every clone. Run: {untrack}"
        if not has_keys:
            message = f"git tracks this file. Before you add API keys, run: {untrack}"
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
        message = f"git tracks {name}, a copy of this file with API keys. Run: git rm --cached {_pathspec(place, copy)}"
        yield Diagnostic(TRACKED_BY_GIT, span, message)
    if exposed and has_keys:
        # A whole path works in every working directory.
        message, whole = f"Other users of this computer can {exposed}. Run: chmod 600 ", place.path
        is_short = whole.isprintable() and len(message) + len(quote(whole)) <= MESSAGE_LIMIT
        yield Diagnostic(READABLE_BY_OTHERS, span, message + quote(whole if is_short else path))


def has_new_secret(before: Document, after: Document, facts: Facts) -> bool:
    """Whether a change adds a secret: a value of a secret field that the entry did not have before."""
    return bool(_secrets(after, facts) - _secrets(before, facts))


def exposure_warnings(snapshot: Snapshot) -> tuple[str, ...]:
    """The warnings for a person who added a secret to a file that others can read."""
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
        return "Save the file, or check it again."
    return "To see why, run: git status"


def _pattern(place: Place) -> str:
    """The pattern for `.gitignore` that covers the file and its copies."""
    path = PurePath(place.path or "models.yaml")
    if path.parts[-2:] == (".aloop", "models.yaml"):
        return ".aloop/*models*" if _is_at_root(place) else "**/.aloop/*models*"
    return f"{_shown_path(place, str(path))}*"


def _is_at_root(place: Place) -> bool:
    return place.repository is not None and PurePath(place.path or "").parent.parent == PurePath(place.repository)


def _exposure(place: Place) -> str:
    """What others can do with the file; empty for nothing, or for writing to a file that is skipped for that."""
    mode = place.mode or 0
    if mode & _READABLE:
        return "read the API keys in this file"
    return "change this file" if mode & _WRITABLE and not place.skipped else ""


def _pathspec(place: Place, which: str) -> str:
    """A quoted path for git that works in every folder of the repository."""
    return quote(f":/{_shown_path(place, which)}")


def _shown_path(place: Place, which: str) -> str:
    """A path relative to the repository; `models.yaml` if it is long or not printable."""
    path = PurePath(which)
    text = path.name
    if place.repository is not None and path.is_relative_to(place.repository):
        text = path.relative_to(place.repository).as_posix()
    safe = text.isprintable() and len(text) <= _LONGEST_PATH
    return text if safe else "models.yaml"
