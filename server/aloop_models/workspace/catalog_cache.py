"""Find the newest valid catalog: shipped, cached, or extracted from an installed litellm and then cached."""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from aloop_models.catalog.catalog import Catalog, load_catalog, shipped_version
from aloop_models.catalog.installed import extract, installed_folder, installed_version, is_newer
from aloop_models.errors import InvalidCatalogError
from aloop_models.workspace.atomic import write_private

_REVISION = 3
"""Increased when the same litellm gives another catalog, so that caches of older releases are not read."""

CACHE_NAME = f"catalog-{_REVISION}.json"
_REFUSED_NAME = f"catalog-{_REVISION}-refused.json"
_LARGEST = 32 * 1024 * 1024
_PRICES = "model_prices_and_context_window_backup.json"
_STAMPED = (_PRICES, "provider_endpoints_support_backup.json", "types/utils.py", "llms/openai_like/providers.json")


@dataclass(frozen=True)
class RejectedCatalog:
    """A newer litellm that is not used, and the reason as a clause."""

    version: str
    reason: str


@dataclass(frozen=True)
class NewestCatalog:
    """The newest valid catalog, and the newer litellm without a valid one, if any."""

    catalog: Catalog
    refused: RejectedCatalog | None = None


def newest_known(cache_folder: Path) -> Catalog:
    """Return the cached catalog if it is newer than the shipped one, else the shipped one; takes milliseconds."""
    cached = _read(cache_folder / CACHE_NAME)
    return cached if cached and is_newer(cached.litellm_version, shipped_version()) else load_catalog()


def newest(cache_folder: Path, today: datetime.date) -> NewestCatalog:
    """Return the newest valid catalog of the package, the cache and the installed litellm.

    A newer installed litellm is extracted (some tenths of a second) and cached for later processes. A rejected litellm
    is cached too, until its files change.
    """
    known = newest_known(cache_folder)
    version, folder = installed_version(), installed_folder()
    if version is None or folder is None or not is_newer(version, known.litellm_version):
        return NewestCatalog(known)
    stamp: list[object] = [version, *_stamps(folder)]
    reason = _known_refusal(cache_folder / _REFUSED_NAME, stamp)
    if reason is not None:
        return NewestCatalog(known, RejectedCatalog(version, reason))
    try:
        found = extract(folder, version, today, known)
    except InvalidCatalogError as error:
        _write(cache_folder / _REFUSED_NAME, json.dumps({"stamp": stamp, "reason": str(error)}))
        return NewestCatalog(known, RejectedCatalog(version, str(error)))
    from aloop_models.catalog.extraction import dump

    body = dump(found.data)
    file = cache_folder / CACHE_NAME
    if _write(file, f"{json.dumps({'revision': _REVISION, 'sha256': _digest(body.encode())})}\n{body}"):
        found.source = file
    return NewestCatalog(found)


def _read(file: Path) -> Catalog | None:
    """Return the cached catalog; None if the file is missing, damaged, of another release or not the user's."""
    data = _own_bytes(file)
    if data is None:
        return None
    head, _, body = data.partition(b"\n")
    try:
        header = cast("object", json.loads(head))
        if header != {"revision": _REVISION, "sha256": _digest(body)}:
            return None
        return Catalog(json.loads(body), "installed", file)
    except (ValueError, AttributeError, RecursionError):
        return None


def _own_bytes(file: Path) -> bytes | None:
    """Return a file's bytes if only the user can have written it, because facts decide where keys are sent."""
    try:
        with file.open("rb") as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode):
                return None
            if sys.platform != "win32" and (status.st_uid != os.geteuid() or status.st_mode & 0o022):
                return None
            return stream.read(_LARGEST)
    except OSError:
        return None


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _stamps(folder: Path) -> list[list[int]]:
    """Return size and time of the data files, so that a repaired litellm is read again."""
    stamps: list[list[int]] = []
    for name in _STAMPED:
        try:
            status = (folder / name).stat()
            stamps.append([status.st_size, status.st_mtime_ns])
        except OSError:
            stamps.append([])
    return stamps


def _known_refusal(file: Path, stamp: list[object]) -> str | None:
    data = _own_bytes(file)
    try:
        known = cast("object", json.loads(data)) if data else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(known, dict):
        return None
    refusal = cast("dict[str, object]", known)
    reason = refusal.get("reason")
    return reason if refusal.get("stamp") == stamp and isinstance(reason, str) else None


def _write(file: Path, text: str) -> bool:
    """Replace a file that only the user can read; return false if that is not possible."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_private(file, text.encode())
    except OSError:
        return False
    return True
