"""What is in the folder of a file."""

from __future__ import annotations

from pathlib import Path


def beside(path: Path) -> list[str]:
    return sorted(item.name for item in path.parent.iterdir())
