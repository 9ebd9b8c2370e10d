"""Extracts a catalog from the data files of an installed litellm, without importing it."""

from __future__ import annotations

import datetime
import importlib.util
import re
from pathlib import Path

from aloop_models.catalog.catalog import Catalog
from aloop_models.errors import InvalidCatalogError


def installed_folder() -> Path | None:
    """Return the folder of the installed litellm package, without importing it."""
    try:
        spec = importlib.util.find_spec("litellm")
    except (ImportError, ValueError):
        return None
    locations = spec.submodule_search_locations if spec is not None else None
    return Path(locations[0]) if locations else None


def installed_version() -> str | None:
    """Return the version of the installed litellm, or None."""
    folder = installed_folder()
    if folder is None:
        return None
    # The name of the metadata folder is ten times faster than importing importlib.metadata.
    versions = [
        item.name.removesuffix(".dist-info").partition("-")[2] for item in folder.parent.glob("litellm-*.dist-info")
    ]
    if len(versions) == 1:
        return versions[0]
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("litellm")
    except PackageNotFoundError:
        return None


def extract(folder: Path, version: str, made: datetime.date, good: Catalog) -> Catalog:
    """Return the catalog of a litellm package folder; `good` is the last good catalog, for comparison.

    Takes a few tenths of a second. Does not use the network or import litellm.

    Raises:
        InvalidCatalogError: a data file is missing or invalid, or the result is worse than the last good catalog.
    """
    # Imported here because nothing else needs it.
    from aloop_models.catalog.extraction import extract_data
    from aloop_models.catalog.validity import problem_of

    known_to_chat = [name for name, facts in good.providers.items() if facts.is_chat]
    try:
        catalog = Catalog(extract_data(folder, version, made, known_to_chat), "installed", folder)
    except OSError as error:
        name = Path(error.filename).name if error.filename else "a data file"
        raise InvalidCatalogError(f"{name} cannot be read") from error
    except SyntaxError as error:
        raise InvalidCatalogError("a source file cannot be parsed") from error
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
        raise InvalidCatalogError(f"a data file has an unexpected structure ({error})") from error
    problem = problem_of(catalog, good)
    if problem is not None:
        raise InvalidCatalogError(problem)
    return catalog


def is_newer(version: str, other: str) -> bool:
    """Whether `version` is newer than `other`, by their leading numbers (`1.106.2`).

    A pre-release (`1.107.0rc1`) counts as its release. A text without a number is never newer.
    """
    return _numbers(version) > _numbers(other)


def _numbers(version: str) -> tuple[int, ...]:
    found = re.match(r"\d+(?:\.\d+)*", version)
    numbers = [int(part) for part in found.group().split(".")] if found else []
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
