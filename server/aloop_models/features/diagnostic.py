"""What a check can say: rules, diagnostics and fixes as values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Literal, NamedTuple, TypeAlias

from aloop_models.core.text import Edit, Span

MESSAGE_LIMIT = 200
"""Characters of a finding's message, at most."""


class Severity(IntEnum):
    """How much a diagnostic matters; the numbers are those of LSP's DiagnosticSeverity."""

    ERROR = 1
    """The runtime cannot use the file, entry or value."""
    WARNING = 2
    """A probable mistake."""
    INFORMATION = 3
    """Advice."""
    HINT = 4
    """Advice that can wait."""


FixSafety: TypeAlias = Literal["none", "safe", "unsafe", "safe or unsafe"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its stable id, how much it matters, and its page in `docs/rules.md`."""

    id: str
    severity: Severity
    title: str
    """One line: what is wrong."""
    why: str
    """What happens if it stays, and what to do: Markdown for the documentation."""
    example: str
    """YAML that gives this diagnostic."""
    good: str
    """The same YAML without it."""
    fixes: FixSafety = "none"
    """How safe the rule's fixes are."""
    fix_safety: str = ""
    """Which of the fixes are safe and why: Markdown for the documentation; empty if there are none."""


class Fix(NamedTuple):
    """One way to fix a diagnostic."""

    title: str
    edits: tuple[Edit, ...]
    safe: bool
    """Whether the meaning is certain. Only safe fixes are preferred and applied by "fix all"; others are guesses."""


class Related(NamedTuple):
    """Another place that has to do with a diagnostic."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One rule broken at one place."""

    rule: Rule
    span: Span
    message: str
    fixes: tuple[Fix, ...] = ()
    severity: Severity | None = None
    """Where it differs from the rule's."""
    related: tuple[Related, ...] = ()
    retired: bool = False
    """To be shown struck through."""

    @property
    def level(self) -> Severity:
        """The severity in force."""
        return self.rule.severity if self.severity is None else self.severity

    def with_texts(self, change: Callable[[str], str]) -> Diagnostic:
        """The same diagnostic with every text in it changed; itself where none is."""
        message, titles = change(self.message), [change(fix.title) for fix in self.fixes]
        others = [change(item.message) for item in self.related]
        if (message, titles, others) == (
            self.message,
            [fix.title for fix in self.fixes],
            [item.message for item in self.related],
        ):
            return self
        fixes = tuple(fix._replace(title=title) for fix, title in zip(self.fixes, titles, strict=True))
        related = tuple(item._replace(message=text) for item, text in zip(self.related, others, strict=True))
        return replace(self, message=message, fixes=fixes, related=related)

    def shift(self, by: int) -> Diagnostic:
        """The same diagnostic in a text that begins `by` characters earlier."""
        if not by:
            return self
        return replace(
            self,
            span=self.span.shift(by),
            fixes=tuple(fix._replace(edits=tuple(edit.shift(by) for edit in fix.edits)) for fix in self.fixes),
            related=tuple(item._replace(span=item.span.shift(by)) for item in self.related),
        )
