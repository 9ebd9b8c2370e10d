"""Finds an installed litellm and distils its data files into a cache, without importing it."""

from __future__ import annotations

import datetime
import importlib.util
import os
import re
import tempfile
from pathlib import Path

from aloop_models.catalogue.catalogue import Catalogue, load_catalogue, read_catalogue


def installed_version() -> str | None:
    """Return the version of the litellm installed beside this package, None without one."""
    # Its import costs more than the rest of the catalogue, and most runs never ask.
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("litellm")
    except PackageNotFoundError:
        return None


def installed_folder() -> Path | None:
    """Return the folder of the installed litellm package, found without importing it."""
    try:
        spec = importlib.util.find_spec("litellm")
    except (ImportError, ValueError):
        return None
    locations = spec.submodule_search_locations if spec is not None else None
    return Path(locations[0]) if locations else None


def distil_installed(cache_folder: Path) -> Catalogue | None:
    """Return the catalogue of an installed litellm newer than the snapshot's, else None.

    Reads the cache file of that version, or distils the data files (a few tenths of a second)
    and writes it atomically; a cache that cannot be written costs only the time. None too where
    the data files are absent or have another shape. Opens no network, imports no litellm, and
    may run in a thread or a process of its own.
    """
    version = installed_version()
    if version is None or not is_newer(version, load_catalogue().litellm_version):
        return None
    # Only a version's own characters may become part of a file's name.
    file = cache_folder / f"litellm-{re.sub(r'[^0-9A-Za-z.+-]', '_', version)}.json"
    cached = read_catalogue(file)
    if cached is not None and cached.litellm_version == version:
        return cached
    folder = installed_folder()
    if folder is None:
        return None
    # The distiller parses Python source; only this path ever needs it.
    from aloop_models.catalogue.distil import distil, dump

    try:
        data = distil(folder, version, datetime.date.today())
    except (OSError, ValueError, SyntaxError, RecursionError):
        # LiteLLM moved or reshaped a file: the shipped snapshot goes on serving.
        return None
    _write_atomically(file, dump(data))
    return Catalogue(data, "installed")


def is_newer(version: str, other: str) -> bool:
    """Whether `version` comes after `other`, by their leading numbers (`1.106.2`).

    A pre-release (`1.107.0rc1`) counts as its release; what has no number is never newer.
    """
    return _numbers(version) > _numbers(other)


def _numbers(version: str) -> tuple[int, ...]:
    found = re.match(r"\d+(?:\.\d+)*", version)
    numbers = [int(part) for part in found.group().split(".")] if found else []
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _write_atomically(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=file.name, suffix=".part", dir=file.parent)
    except OSError:
        return
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        temporary.replace(file)
    except OSError:
        temporary.unlink(missing_ok=True)
