"""Write or check the snapshot of the catalog, from the data files of the installed litellm.

A result that is worse than the existing snapshot is refused (see `catalog/validity.py`).
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
from pathlib import Path

from aloop_models.catalog import load_catalog
from aloop_models.catalog.extraction import dump
from aloop_models.catalog.installed import extract, installed_folder, installed_version
from aloop_models.errors import InvalidCatalogError

REPOSITORY = Path(__file__).resolve().parents[1]
SNAPSHOT = REPOSITORY / "server" / "aloop_models" / "catalog" / "catalog.json"


def main() -> int:
    """Write the snapshot, or with --check compare it and return 1 if it differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare the snapshot and write nothing")
    parser.add_argument(
        "--date",
        type=datetime.date.fromisoformat,
        default=datetime.date.today(),
        help="date of the snapshot (default: today)",
    )
    arguments = parser.parse_args()
    version, folder = installed_version(), installed_folder()
    if version is None or folder is None:
        print("litellm is not installed. Install it first: pip install -e '.[agent]'", file=sys.stderr)
        return 0 if arguments.check else 2
    if arguments.check:
        return check(version, folder)
    try:
        text = dump(extract(folder, version, arguments.date, load_catalog()).data)
    except InvalidCatalogError as error:
        print(f"litellm {version} has no valid catalog: {error}. The snapshot is unchanged.", file=sys.stderr)
        return 1
    SNAPSHOT.write_text(text, encoding="utf-8")
    print(f"Wrote {SNAPSHOT.relative_to(REPOSITORY)} from litellm {version}.")
    return 0


def check(version: str, folder: Path) -> int:
    """Compare the snapshot with the catalog of its litellm version; return 0 if equal or if the versions differ."""
    text = SNAPSHOT.read_text(encoding="utf-8")
    snapshot = json.loads(text)
    if snapshot["litellm"] != version:
        print(f"Skipped: the snapshot is from litellm {snapshot['litellm']}, but {version} is installed.")
        return 0
    made = datetime.date.fromisoformat(snapshot["made"])
    try:
        if dump(extract(folder, version, made, load_catalog()).data) == text:
            return 0
    except InvalidCatalogError as error:
        print(f"litellm {version} has no valid catalog: {error}.")
        return 1
    print("The snapshot is out of date. Run: python scripts/make_catalog.py")
    return 1


if __name__ == "__main__":
    sys.exit(main())
