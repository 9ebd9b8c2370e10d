"""Makes the first models.yaml: the template, private to its owner, and kept out of git."""

from __future__ import annotations

import os
import shlex
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from aloop_models.errors import FileProblem
from aloop_models.workspace.locate import CONFIG_PATH, is_blank
from aloop_models.workspace.place import ignoring_files, place_of, repository_of
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

_STANDARD_PATTERN = CONFIG_PATH.as_posix() + "*"


@dataclass(frozen=True, slots=True)
class Created:
    """What was made at the first use, and what a person should be told about it."""

    path: Path
    messages: tuple[str, ...]
    """One sentence or two each, in the order in which things were done."""


def create_config(path: Path) -> Created:
    """Makes a models.yaml from the template, its folder, and the lines in `.gitignore` of the repository that holds it.

    A file of white space only is filled. A trouble with `.gitignore` is told and does not undo the file.

    Raises:
        FileProblem: `conflict` where there is a file already; `cannotWrite`; `locked`. Then nothing was made.
    """
    path = path.absolute()
    if is_blank(path):
        # The keys come later, and a mode is kept at every save, so it has to be right from the start.
        with suppress(OSError):
            path.chmod(0o600)
        edit_file(path, lambda old: _filled(path, old))
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


def _filled(path: Path, old: str) -> str:
    if old.lstrip("\ufeff").strip():
        raise FileProblem("conflict", f"{path} has just been written by another program. Open it. Nothing was changed.")
    return TEMPLATE


def _kept_out_of_git(path: Path) -> tuple[str, ...]:
    """Adds the lines to `.gitignore` unless a rule of the repository is there already; says what was done."""
    real = Path(os.path.realpath(path))
    repository = repository_of(real.parent)
    if repository is None:
        return ()
    rules, pattern, messages = repository / ".gitignore", ignore_pattern(real, repository), list[str]()
    try:
        if not _is_covered(real, repository) and _add_lines(rules, pattern):
            messages.append(f"Added {pattern} to {rules}, so that git leaves your keys out.")
    except FileProblem as problem:
        messages.append(f"{problem.message} git would take your keys along until it has this line: {pattern}")
        return tuple(messages)
    place = place_of(real)
    if place.tracked:
        untrack = f"git -C {shlex.quote(str(repository))} rm --cached {shlex.quote(str(real.relative_to(repository)))}"
        messages.append(f"git tracks {real} from earlier. Before you add a key, run: {untrack}")
    elif place.ignored is False:
        messages.append(f"git does not ignore {real} yet: a rule that starts with ! in a .gitignore lets it in.")
    return tuple(messages)


def ignore_pattern(path: Path, repository: Path) -> str:
    """The line for the repository's `.gitignore` that covers the file and the temporary files beside it."""
    inside = path.relative_to(repository)
    if inside == CONFIG_PATH:
        return _STANDARD_PATTERN
    if inside.parts[-2:] == CONFIG_PATH.parts:
        return f"**/{_STANDARD_PATTERN}"
    return "/" + "".join(f"\\{letter}" if letter in "\\*?[" else letter for letter in inside.as_posix()) + "*"


def _is_covered(path: Path, repository: Path) -> bool:
    # A rule in a person's own list would leave the keys of the next person unprotected, so it does not count.
    beside = path.with_name(f"{path.name}.1-0.tmp")
    sources = ignoring_files((path, beside), repository) or ("",)
    return all(source and Path(source).name == ".gitignore" and not Path(source).is_absolute() for source in sources)


def _add_lines(rules: Path, pattern: str) -> bool:
    """Puts the two lines at the end, in the file's own line ends; False where the pattern was there already."""
    if rules.is_symlink():
        raise FileProblem("cannotWrite", f"{rules} is a symbolic link, which git does not follow.")
    lines = (IGNORE_COMMENT.encode(), os.fsencode(pattern))
    if not rules.exists():
        try:
            create_file(rules, f"{IGNORE_COMMENT}\n{pattern}\n", mode=0o644)
        except FileProblem as problem:
            # Two first uses at the same time: the other one was faster, so its file is added to.
            if problem.reason != "conflict":
                raise
        else:
            return True
    added = False

    def add(old: bytes) -> bytes:
        nonlocal added
        added = lines[1] not in (line.strip() for line in old.splitlines())
        if not added:
            return old
        end = b"\r\n" if 2 * old.count(b"\r\n") > old.count(b"\n") else b"\n"
        start = b"" if not old or old.endswith(b"\n") else end
        return b"".join((old, start, lines[0], end, lines[1], end))

    edit_bytes(rules, add)
    return added
