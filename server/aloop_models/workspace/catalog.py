"""The catalog of this process: the newest valid one, the same in the editor, the command line and the agent."""

from __future__ import annotations

import functools
import os
from pathlib import Path

from aloop_models.catalog import Catalog, load_catalog
from aloop_models.catalog.installed import installed_version
from aloop_models.workspace.catalog_cache import CACHE_NAME, NewestCatalog, newest, newest_known
from aloop_models.workspace.folders import cache_folder
from aloop_models.workspace.today import today


@functools.cache
def current_catalog() -> Catalog:
    """Return the newest valid catalog; a newer installed litellm is extracted first, once per machine (0.3 s)."""
    return find_catalog().catalog


def find_catalog() -> NewestCatalog:
    """Find the newest valid catalog again, which may take some tenths of a second."""
    return NewestCatalog(load_catalog()) if _is_pinned() else newest(cache_folder(), today())


def known_catalog() -> Catalog:
    """Return the newest valid catalog available within milliseconds, for a process that must not wait."""
    return load_catalog() if _is_pinned() else newest_known(cache_folder())


def is_exact(catalog: Catalog) -> bool:
    """Whether a catalog is that of the installed litellm, so that this litellm knows no other providers."""
    return catalog.litellm_version == installed_version()


def cache_files() -> tuple[Path, ...]:
    """Return the file that changes when another process finds a newer catalog; none if the catalog is pinned."""
    return () if _is_pinned() else (cache_folder() / CACHE_NAME,)


def _is_pinned() -> bool:
    # Tests and benchmarks use the shipped catalog, so that results do not depend on the installed litellm.
    return os.environ.get("ALOOP_CATALOG") == "snapshot"
