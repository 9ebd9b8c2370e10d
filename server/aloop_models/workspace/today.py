"""The current date."""

from __future__ import annotations

import os
from datetime import date


def today() -> date:
    """Return the date for retirement dates and the catalog's age; `ALOOP_TODAY` (such as 2026-11-22) overrides it."""
    try:
        return date.fromisoformat(os.environ["ALOOP_TODAY"])
    except (KeyError, ValueError):
        return date.today()
