"""Makes the first models.yaml: the template, private to its owner, and kept out of git."""

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
"""What a new models.yaml holds; the example is a comment, for a placeholder entry can never answer."""

IGNORE_COMMENT = "# Model configuration (contains API keys)"
"""The line above the pattern in `.gitignore`."""

_OLDER_PATTERNS = frozenset(
    f"{start}{CONFIG_PATH.as_posix()}{end}".encode() for start in ("", "/", "**/") for end in ("", "*")
)
"""Lines for the file alone, as the RFC and version 0.1 have them; the new line goes after one of these."""


@dataclass(frozen=True, slots=True)
class Created:
    """What was made at the first use, and what a person should be told about it."""

    path: Path
    messages: tuple[str, ...]
    """One sentence or two each, in the order in which things were done."""


def create_config(path: Path) -> Created:
    """Make a models.yaml from the template, its folder, and the lines in `.gitignore` of the repository around it.

    A file of white space only is filled. A trouble with `.gitignore` is told and does not undo the file.

    Raises:
        FileError: `conflict` where there is a file already; `foreignLink`; `cannotWrite`; `locked`. Then nothing was
            made.
    """
    path = path.absolute()
    refuse_foreign_link(path)
    if is_blank(path):
        # The keys come later, and a mode is kept at every save, so it has to be right from the start.
        with suppress(OSError):
            path.chmod(0o600)
        edit_file(path, lambda old: _fill(path, old))
    else:
        create_file(path, TEMPLATE)
    privately = "" if sys.platform == "win32" else ", readable by you alone"
    return Created(path, (f"Created {path}{privately}.", *_kept_out_of_git(path)))


def make_config(path: Path) -> tuple[str, ...]:
    """As `create_config`, with a word on an older file beside it; what a person should be told."""
    messages = create_config(path).messages
    older = path.with_name("config")
    if path.parent.name == CONFIG_PATH.parent.name and older.is_file():
        messages += (f"{older} is of an older format, which is not read. Move its values to {path} by hand.",)
    return messages


def _fill(path: Path, old: str) -> str:
    if old.lstrip("\ufeff").strip():
        raise FileError("conflict", f"{path} has just been written by another program. Open it. Nothing was changed.")
    return TEMPLATE


def refuse_foreign_link(path: Path) -> None:
    """Raise `FileError` if a symbolic link that came with a repository would lead a change of the file elsewhere."""
    found = foreign_link(path)
    if found is None:
        return
    link, target = redact(str(found.link)), redact(str(found.target))
    raise FileError(
        "foreignLink",
        f"{link} is a symbolic link that came with the repository. It leads to {target}, {found.reason}. Remove the "
        f"link, or name the file itself with --config {shlex.quote(target)}. Nothing was changed.",
    )


def extend_gitignore(path: Path) -> str | None:
    """Add the lines to `.gitignore` unless rules of the repository cover the file and its copies; say what was done.

    Raises:
        FileError: it cannot be changed; the message contains the lines.
    """
    real = Path(os.path.realpath(path))
    repository = repository_of(real.parent)
    if repository is None or _is_covered(real, repository):
        return None
    rules, patterns = repository / ".gitignore", ignore_patterns(real.relative_to(repository), CONFIG_PATH)
    shown = " ".join(patterns)
    try:
        if _add_lines(rules, patterns):
            return f"Added {shown} to {rules}, so that git ignores your keys and copies of them."
    except FileError as problem:
        message = f"{problem.message} Until it contains this, git does not ignore your keys: {shown}"
        raise FileError(problem.reason, message) from problem
    return None


def _kept_out_of_git(path: Path) -> tuple[str, ...]:
    """Extend `.gitignore`; what was done, and what is left to do."""
    real, messages = Path(os.path.realpath(path)), list[str]()
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
        messages.append(f"git does not ignore {real} yet, because of a rule that starts with ! in a .gitignore.")
    return tuple(messages)


def _is_covered(path: Path, repository: Path) -> bool:
    # A rule in a person's own list would leave the keys of the next person unprotected, so it does not count.
    copies = (path.with_name(name) for name in sample_copies(path.name))
    sources = ignoring_files((path, *copies), repository) or ("",)
    return all(source and Path(source).name == ".gitignore" and not Path(source).is_absolute() for source in sources)


def _add_lines(rules: Path, patterns: Sequence[str]) -> bool:
    """Put the lines at the end, or the patterns after an older one of ours; False where all were there already.

    The line ends are those of the file.
    """
    if rules.is_symlink():
        raise FileError("cannotWrite", f"{rules} is a symbolic link, which git does not follow.")
    if not rules.exists():
        try:
            create_file(rules, "".join(f"{line}\n" for line in (IGNORE_COMMENT, *patterns)), mode=0o644)
        except FileError as problem:
            # Two first uses at the same time: the other one was faster, so its file is added to.
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
