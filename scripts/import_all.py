"""Import every module of the installed package, for a version of Python that the tests do not run with."""

from __future__ import annotations

import importlib
import pkgutil

import aloop_models


def main() -> None:
    """Print how many modules there are."""
    names = [module.name for module in pkgutil.walk_packages(aloop_models.__path__, "aloop_models.")]
    for name in names:
        if not name.endswith("__main__"):
            importlib.import_module(name)
    print(f"{len(names)} modules")


if __name__ == "__main__":
    main()
