"""A cache of results for entries, for as long as the entry exists."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from aloop_models.core.document import Entry

Context = TypeVar("Context")
Value = TypeVar("Value")

_MISSING: Any = object()


def per_entry(find: Callable[[Entry, Context], Value]) -> Callable[[Entry, Context], Value]:
    """Cache the results of a pure function of an entry and a context.

    An unchanged entry stays the same object, so an edit runs the function for the changed entry only.
    """
    known: WeakKeyDictionary[Any, WeakKeyDictionary[Entry, Value]] = WeakKeyDictionary()

    @wraps(find)
    def found(entry: Entry, context: Context) -> Value:
        values = known.get(context)
        if values is None:
            values = known[context] = WeakKeyDictionary()
        value = values.get(entry, _MISSING)
        if value is _MISSING:
            value = values[entry] = find(entry, context)
        return cast("Value", value)

    return found
