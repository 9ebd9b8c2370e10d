"""Copy a .vsix so that its bytes only depend on its files: `normalize_vsix.py FROM TO`.

vsce writes the access rights of the files, which depend on the umask, and dates in the local time zone.
"""

from __future__ import annotations

import os
import sys
import time
import zipfile
from pathlib import Path

UNIX = 3
READABLE_FILE = 0o100644


def normalize(source: Path, target: Path, epoch: int) -> None:
    """Write the files of `source` to `target`, sorted by name and dated `epoch` (seconds since 1970)."""
    date = time.gmtime(epoch)[:6]
    with zipfile.ZipFile(source) as package, zipfile.ZipFile(target, "w") as normalized:
        for name in sorted(package.namelist()):
            item = zipfile.ZipInfo(name, date)
            item.create_system, item.external_attr = UNIX, READABLE_FILE << 16
            normalized.writestr(item, package.read(name), zipfile.ZIP_DEFLATED, compresslevel=9)


if __name__ == "__main__":
    normalize(Path(sys.argv[1]), Path(sys.argv[2]), int(os.environ["SOURCE_DATE_EPOCH"]))
