"""Regular expressions of modules, which are compiled when they are first used.

A command on the command line uses about 20 of 250. To compile all of them would take a quarter of its start.
"""

from __future__ import annotations

import re
from typing import AnyStr, Generic, cast


def lazy_re(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """The same as `re.compile`, but an error in the pattern is raised when it is first used."""
    return cast("re.Pattern[AnyStr]", _LazyPattern(pattern, flags))


class _LazyPattern(Generic[AnyStr]):
    """Compiles a pattern at the first access to an attribute of `re.Pattern`, and has all its attributes then."""

    def __init__(self, pattern: AnyStr, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> object:
        compiled = re.compile(self.pattern, self._flags)
        # Found without this method from now on, and so in a tenth of a microsecond.
        self.__dict__ |= {own: getattr(compiled, own) for own in dir(compiled) if not own.startswith("_")}
        return getattr(compiled, name)
