"""What was tried in this process and what was lost, for docs/reliability.md, `make fuzz` and `make soak`."""

from __future__ import annotations

from collections import Counter

TRIED: Counter[str] = Counter()
"""How many inputs of each kind."""
LOST: Counter[str] = Counter()
"""How often each kind of loss was found; with 0 it was looked for."""
