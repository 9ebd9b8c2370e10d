"""Create the first models.yaml: the template, readable only by its owner, and ignored by git."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from aloop_models.catalog.redaction import redact
from aloop_models.errors import FileError
from aloop_models.workspace.copies import ignore_patterns, sample_copies
from aloop_models.workspace.locate import CONFIG_PATH, is_blank
from aloop_models.workspace.paths import absolute_path, exists, is_file, real_path
from aloop_models.workspace.place import foreign_link, ignoring_files, place_of, repository_of
from aloop_models.workspace.save import create_file, edit_bytes, edit_file

TEMPLATE = """\
# Model Configuration
# This file is gitignored - do not commit to version control
#\x20
# Supported fields:
#   - name: Display name
#   - api_key: API key
#   - api_base: Custom base URL (optional)
#   - timeout: Request timeout in seconds (default: 600)
#   - drop_params: Drop unsupported params (default: true)

models:
  # anthropic/claude-3-5-sonnet-20241022:
  #   name: Claude 3.5 Sonnet
  #   api_key: sk-ant-...
  #   timeout: 600
  #   drop_params: true

default: null
"""
"""The text of a new models.yaml; the example is a comment, because an entry with a placeholder key cannot work."""

IGNORE_COMMENT = "# Model configuration (contains API keys)"
"""The line above the pattern in `.gitignore`."""

_OLDER_PATTERNS = frozenset(
    f"{start}{CONFIG_PATH.as_posix()}{end}".encode() for start in ("", "/", "**/") for end in ("", "*")
)
"""Lines of the RFC and of version 0.1, for the file alone; the new lines go after one of these."""


@dataclass(frozen=True, slots=True)
class Created:
    """The created file, and messages for the person."""

    path: Path
    messages: tuple[str, ...]
    """One or two sentences each, in the order of the steps."""


def create_config(path: Path) -> Created:
    """Create a models.yaml from the template, with its folder, and add it to the repository's `.gitignore`.

    A file with only white space is filled. A problem with `.gitignore` is a message and does not undo the file.

    Raises:
        FileError: `conflict` if the file already exists; `foreignLink`; `cannotWrite`; `locked`. Nothing was created.
    """
    path = absolute_path(path)
    refuse_foreign_link(path)
    if is_blank(path):
        # Every save preserves the mode, so it must be correct before the first key is added.
        with suppress(OSError):
            path.chmod(0o600)
        edit_file(path, lambda old: _fill(path, old))
    else:
        create_file(path, TEMPLATE)
    privately = "" if sys.platform == "win32" else " (readable only by you)"
    return Created(path, (f"Created {path}{privately}.", *keep_out_of_git(path)))


def make_config(path: Path) -> tuple[str, ...]:
    """Create a models.yaml as `create_config`, and return the messages, with one about a file of the older format."""
    messages = create_config(path).messages
    older = path.with_name("config")
    if path.parent.name == CONFIG_PATH.parent.name and is_file(older):
        messages += (f"{older} has an older format and is not read. Move its values to {path} manually.",)
    return messages


def _fill(path: Path, old: str) -> str:
    if old.lstrip("\ufeff").strip():
        raise FileError("conflict", f"Another program has just written {path}. Open it. Nothing was changed.")
    return TEMPLATE


def refuse_foreign_link(path: Path) -> None:
    """Raise `FileError` if a symbolic link from the repository would redirect a change of the file."""
    found = foreign_link(path)
    if found is None:
        return
    link, target = redact(str(found.link)), redact(str(found.target))
    raise FileError(
        "foreignLink",
        f"{link} is a symbolic link from the repository. It points to {target}, {found.reason}. Remove the link, or "
        f"use --config {shlex.quote(target)}. Nothing was changed.",
    )


def extend_gitignore(path: Path) -> str | None:
    """Add lines to `.gitignore` unless its rules cover the file and its copies; return a message about it.

    Raises:
        FileError: `.gitignore` cannot be changed; the message contains the lines.
    """
    real = real_path(path)
    repository = repository_of(real.parent)
    if repository is None or _is_covered(real, repository):
        return None
    rules, patterns = repository / ".gitignore", ignore_patterns(real.relative_to(repository), CONFIG_PATH)
    lines = " ".join(patterns)
    try:
        if _add_lines(rules, patterns):
            return f"Added {lines} to {rules}, so that git ignores your API keys."
    except FileError as problem:
        message = f"{problem.message} Until it contains this, git does not ignore your API keys: {lines}"
        raise FileError(problem.reason, message) from problem
    return None


def keep_out_of_git(path: Path) -> tuple[str, ...]:
    """Extend `.gitignore`; return messages about what was done and what is left to do; none if git ignores the file."""
    real, messages = real_path(path), list[str]()
    try:
        if added := extend_gitignore(path):
            messages.append(added)
    except FileError as problem:
        return (problem.message,)
    place = place_of(real)
    if place.tracked == "yes" and place.repository is not None:
        inside = real.relative_to(place.repository)
        untrack = f"git -C {shlex.quote(place.repository)} rm --cached {shlex.quote(str(inside))}"
        messages.append(f"git already tracks {real}. Before you add a key, run: {untrack}")
    elif place.ignored is False:
        messages.append(f"git does not ignore {real}, because a .gitignore has a rule with !. Remove that rule.")
    return tuple(messages)


def _is_covered(path: Path, repository: Path) -> bool:
    # A rule in a personal exclude file does not protect the keys of other people, so it does not count.
    copies = (path.with_name(name) for name in sample_copies(path.name))
    sources = ignoring_files((path, *copies), repository) or ("",)
    return all(source and Path(source).name == ".gitignore" and not Path(source).is_absolute() for source in sources)


def _add_lines(rules: Path, patterns: Sequence[str]) -> bool:
    """Add the lines at the end, or after an older line of ours; return false if all are already there.

    Line endings are those of the file.
    """
    if rules.is_symlink():
        raise FileError("cannotWrite", f"{rules} is a symbolic link, which git does not follow.")
    if not exists(rules):
        try:
            create_file(rules, "".join(f"{line}\n" for line in (IGNORE_COMMENT, *patterns)), mode=0o644)
        except FileError as problem:
            # Another first use has just created the file, so the lines are added to that one.
            if problem.reason != "conflict":
                raise
        else:
            return True
    added = False

    def add(old: bytes) -> bytes:
        nonlocal added
        lines = old.splitlines(keepends=True)
        known = {line.strip() for line in lines}
        new = [os.fsencode(pattern) for pattern in patterns if os.fsencode(pattern) not in known]
        added = bool(new)
        end = b"\r\n" if 2 * old.count(b"\r\n") > old.count(b"\n") else b"\n"
        after = next((place for place, line in enumerate(lines, 1) if line.strip() in _OLDER_PATTERNS), len(lines))
        if after == len(lines) and added and not known & _OLDER_PATTERNS:
            new.insert(0, IGNORE_COMMENT.encode())
        if added and lines and not lines[after - 1].endswith(b"\n"):
            lines[after - 1] += end
        return b"".join((*lines[:after], *(line + end for line in new), *lines[after:]))

    edit_bytes(rules, add)
    return added
