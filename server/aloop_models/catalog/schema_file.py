"""Reads the JSON Schema of models.yaml that ships with the package."""

from __future__ import annotations

import functools
from pathlib import Path

from aloop_models.core.schema import Schema, parse_schema

_NAME = "models.schema.json"


@functools.cache
def load_schema() -> Schema:
    """Return the schema, read once.

    Raises:
        FileNotFoundError: the installation is broken; the message lists the searched paths.
    """
    return parse_schema(schema_path().read_text(encoding="utf-8"))


def schema_path() -> Path:
    """Return the path of models.schema.json.

    Raises:
        FileNotFoundError: as for `load_schema`.
    """
    package = Path(__file__).resolve().parents[1]
    # In a wheel, the file is inside the package; in a checkout, it is next to the folder `server`.
    places = (package / "schema" / _NAME, package.parents[1] / "schema" / _NAME)
    for place in places:
        if place.is_file():
            return place
    searched = " or ".join(str(place) for place in places)
    raise FileNotFoundError(f"{_NAME} not found in {searched}. Reinstall aloop-models.")
