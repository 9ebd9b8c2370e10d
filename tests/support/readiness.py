"""Counts how often each entry is asked whether it is ready."""

from collections import Counter
from types import ModuleType

import pytest

from aloop_models.core.document import Entry
from aloop_models.features import current_model, readiness
from aloop_models.snapshot import Facts


def count_asked(monkeypatch: pytest.MonkeyPatch, module: ModuleType) -> Counter[str]:
    """How often the module and the search for the current model ask each entry from now on, by model ID."""
    counts: Counter[str] = Counter()
    ask = readiness.why_not_ready

    def count(entry: Entry, facts: Facts) -> str | None:
        counts[entry.model_id] += 1
        return ask(entry, facts)

    for each in (current_model, module):
        monkeypatch.setattr(each, "why_not_ready", count)
    return counts
