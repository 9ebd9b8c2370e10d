"""The copies that editors, backups and sync tools make of a file, with its API keys in them."""

from __future__ import annotations

import re
from pathlib import PurePath

from aloop_models.core.lazy_re import lazy_re
from aloop_models.workspace.git import escaped

_SAFE_ENDINGS = ("example", "sample", "template", "dist")
_COPY = lazy_re(
    r"|\.sync-conflict-.*| \(.*\)| copy.*| - copy.*|_(?:backup|base|local|remote)_.*| \d+|[._-](?:old|bak|orig|backup)"
    # OneDrive adds the name of the computer.
    r"|-(?:desktop|laptop|pc|win|mac|macbook|imac)\b.*"
)
"""Matches what is between the stem and the ending of a copy."""
_SECRET_LINE = lazy_re(rb"""(?:key|token|secret|password)[\w-]*["']?[ \t]*:[ \t]*["']?[^\s"'#]""", re.IGNORECASE)


def sample_copies(name: str) -> tuple[str, ...]:
    """Return one name for each kind of copy, to test whether patterns cover the copies of a file with this name."""
    stem, ending = _parts(name)
    copies = (
        f"{name}.1-0.tmp",  # our own temporary file
        f"{name}~",
        f"{name}.bak",
        f".{name}.swp",  # Vim, nano
        f"#{name}#",  # Emacs
        f".#{name}",
        f"{stem}.sync-conflict-20260101-120000-ABCDEFG{ending}",  # Syncthing
        f"{stem} (conflicted copy 2026-01-01){ending}",  # Dropbox, Nextcloud
        f"{stem} copy{ending}",
    )
    return (*copies, f"{stem}.yml") if ending == ".yaml" else copies


def is_copy(other: str, name: str) -> bool:
    """Return whether a file name is that of a copy of the file called `name`, ignoring case."""
    other, name = other.casefold(), name.casefold()
    stem, ending = _parts(name)
    if other == name or any(f".{word}" in other for word in _SAFE_ENDINGS):
        return False
    if other.startswith((name, f".{name}", f"#{name}", f".#{name}", f".~{name}", f"~{name}")):
        return True
    other = other.removeprefix("copy of ")
    if other == name:
        return True
    if not other.startswith(stem) or not other.endswith((".yaml", ".yml", ending)):
        return False
    middle = other[len(stem) :].removesuffix(ending).removesuffix(".yaml").removesuffix(".yml")
    return _COPY.fullmatch(middle) is not None


def may_contain_keys(data: bytes) -> bool:
    """Return whether a text, or an editor's binary file with it, has a secret field that is not empty."""
    return _SECRET_LINE.search(data) is not None


def ignore_patterns(inside: PurePath, standard: PurePath) -> tuple[str, ...]:
    """Return the `.gitignore` lines that cover the file and its copies.

    `inside` is the file relative to the repository, `standard` the usual place of a models.yaml.
    """
    if inside.parts[-2:] == standard.parts:
        folder = standard.parent.as_posix()
        stem, _ = _parts(standard.name)
        return (f"{'' if inside == standard else '**/'}{folder}/*{stem}*",)
    # A file with another name may have siblings with similar names that belong in git.
    folder, name = escaped(inside.parent.as_posix()), escaped(inside.name)
    stem, ending = (escaped(part) for part in _parts(inside.name))
    start = "/" if folder == "." else f"/{folder}/"
    lines = [f"{name}*", f".*{name}*", f"#{name}*", f"{stem}.sync-conflict-*{ending}", f"{stem} (*){ending}"]
    lines += [f"{stem} copy*{ending}"]
    if ending == ".yaml":
        lines.append(f"{stem}.yml")
    return tuple(f"{start}{line}" for line in lines)


def _parts(name: str) -> tuple[str, str]:
    path = PurePath(name)
    return path.stem, path.suffix
