"""Finds and reads the shipped JSON Schema of models.yaml."""

from __future__ import annotations

import functools
from pathlib import Path

from aloop_models.core.schema import Schema, parse_schema

_NAME = "models.schema.json"


@functools.cache
def load_schema() -> Schema:
    """Return the schema that ships with this package; read once.

    Raises FileNotFoundError, naming the places searched, where the installation is broken.
    """
    return parse_schema(schema_path().read_text(encoding="utf-8"))


def schema_path() -> Path:
    """Return where models.schema.json lies; raises as `load_schema`."""
    package = Path(__file__).resolve().parents[1]
    # In a wheel the file lies inside the package; in a checkout beside the folder `server`.
    places = (package / "schema" / _NAME, package.parents[1] / "schema" / _NAME)
    for place in places:
        if place.is_file():
            return place
    searched = " or ".join(str(place) for place in places)
    raise FileNotFoundError(f"{_NAME} is missing: searched {searched}. Install aloop-models again.")
