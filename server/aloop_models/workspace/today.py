"""Which day it is."""

from __future__ import annotations

import os
from datetime import date


def today() -> date:
    """The day by which retirement dates and the catalog's age are judged; `ALOOP_TODAY` (2026-11-22) fixes it."""
    try:
        return date.fromisoformat(os.environ["ALOOP_TODAY"])
    except (KeyError, ValueError):
        return date.today()
