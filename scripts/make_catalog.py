"""Writes the catalog's snapshot from the installed litellm's data files, or checks it.

The last snapshot is the last good catalog: what is worse than it is refused (see `catalog/validity.py`).
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
from pathlib import Path

from aloop_models.catalog import load_catalog
from aloop_models.catalog.distil import dump
from aloop_models.catalog.installed import (
    InvalidCatalogError,
    extract,
    installed_folder,
    installed_version,
)

REPOSITORY = Path(__file__).resolve().parents[1]
SNAPSHOT = REPOSITORY / "server" / "aloop_models" / "catalog" / "catalog.json"


def main() -> int:
    """Write the snapshot; with --check compare it instead and answer 1 where it differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument(
        "--date",
        type=datetime.date.fromisoformat,
        default=datetime.date.today(),
        help="the day to write into the snapshot (default: today)",
    )
    arguments = parser.parse_args()
    version, folder = installed_version(), installed_folder()
    if version is None or folder is None:
        print("litellm is not installed: nothing to distil.", file=sys.stderr)
        return 0 if arguments.check else 2
    if arguments.check:
        return check(version, folder)
    try:
        text = dump(extract(folder, version, arguments.date, load_catalog()).data)
    except InvalidCatalogError as error:
        print(f"litellm {version} gives no valid catalog, the snapshot is unchanged: {error}.", file=sys.stderr)
        return 1
    SNAPSHOT.write_text(text, encoding="utf-8")
    print(f"Wrote {SNAPSHOT.relative_to(REPOSITORY)} from litellm {version}.")
    return 0


def check(version: str, folder: Path) -> int:
    """Compare the snapshot with what its litellm version gives; 0 where equal or another one."""
    text = SNAPSHOT.read_text(encoding="utf-8")
    snapshot = json.loads(text)
    if snapshot["litellm"] != version:
        print(f"Skipped: the snapshot is of litellm {snapshot['litellm']}, installed is {version}.")
        return 0
    made = datetime.date.fromisoformat(snapshot["made"])
    try:
        if dump(extract(folder, version, made, load_catalog()).data) == text:
            return 0
    except InvalidCatalogError as error:
        print(f"litellm {version} gives no valid catalog: {error}.")
        return 1
    print("The snapshot differs from its source. Run: python scripts/make_catalog.py")
    return 1


if __name__ == "__main__":
    sys.exit(main())
