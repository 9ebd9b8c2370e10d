"""Rules, diagnostics and fixes as values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal, NamedTuple, TypeAlias

from aloop_models.core.text import Edit, Span

MESSAGE_LIMIT = 200
"""Maximum characters of a diagnostic's message."""


class Severity(IntEnum):
    """The severity of a diagnostic, with the numbers of LSP's DiagnosticSeverity."""

    ERROR = 1
    """The runtime cannot use the file, entry or value."""
    WARNING = 2
    """A probable mistake."""
    INFORMATION = 3
    """Advice."""
    HINT = 4
    """Minor advice."""


FixSafety: TypeAlias = Literal["none", "safe", "unsafe", "safe or unsafe"]


class SeverityCase(NamedTuple):
    """A severity that a rule has in some cases instead of its usual one."""

    severity: Severity
    condition: str
    """When, as Markdown that follows the severity: "if `api_base` is set"."""


class ShellExample(NamedTuple):
    """Shell commands that break a rule about the place of the file, and those that then fix it."""

    incorrect: str
    correct: str


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One rule: its stable ID, its severity, and its page in `docs/rules`, which `features/rule_page.py` renders."""

    id: str
    severity: Severity
    title: str
    """The problem, in one line without a full stop."""
    why: str
    """Why the problem matters and what to do, as Markdown for the documentation."""
    example: str
    """YAML with the problem."""
    good: str
    """The same YAML without the problem."""
    fixes: FixSafety = "none"
    """Whether the rule has fixes, and whether they are safe."""
    fix_safety: str = ""
    """Which fixes are safe and why, as Markdown for the documentation; empty without fixes."""
    severity_reason: str = field(kw_only=True)
    """Why the problem has its usual severity: what the runtime does, as one sentence."""
    ignorable: bool = field(default=True, kw_only=True)
    """Whether a comment can hide the problem; false if the file is unusable or the problem is not in its text."""
    other_severities: tuple[SeverityCase, ...] = field(default=(), kw_only=True)
    """Every other severity that occurs, with its condition."""
    related: tuple[str, ...] = field(default=(), kw_only=True)
    """The IDs of rules about similar mistakes."""
    since: str = field(default="0.1.0", kw_only=True)
    """The first version with the rule."""
    shell: ShellExample | None = field(default=None, kw_only=True)
    """The example of a rule about the place of the file, in the project whose models.yaml is `example`."""

    @property
    def severities(self) -> tuple[Severity, ...]:
        """Every severity that occurs: the usual one, then the others."""
        return (self.severity, *(case.severity for case in self.other_severities))


class Fix(NamedTuple):
    """One way to fix a diagnostic."""

    title: str
    edits: tuple[Edit, ...]
    safe: bool
    """Whether the result is certain to be intended. Only safe fixes are preferred and part of "fix all"."""


class Related(NamedTuple):
    """Another range that is related to a diagnostic."""

    span: Span
    message: str


class Diagnostic(NamedTuple):
    """One violation of a rule at one range."""

    rule: Rule
    span: Span
    message: str
    fixes: tuple[Fix, ...] = ()
    severity: Severity | None = None
    """The severity, if it differs from the rule's."""
    related: tuple[Related, ...] = ()
    field: str = ""
    """The field that is missing, or that the marked text means; empty for any other problem."""
    retired: bool = False
    """Whether the text is shown with a strikethrough (LSP tag "deprecated")."""
    unnecessary: bool = False
    """Whether the text is shown faded (LSP tag "unnecessary")."""

    @property
    def level(self) -> Severity:
        """The effective severity."""
        return self.rule.severity if self.severity is None else self.severity

    def with_texts(self, change: Callable[[str], str]) -> Diagnostic:
        """The same diagnostic with every text changed; the same object if none changes."""
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
        return self._replace(message=message, fixes=fixes, related=related)

    def shift(self, by: int) -> Diagnostic:
        """The same diagnostic in a text that begins `by` characters earlier."""
        if not by:
            return self
        fixes, related = self.fixes, self.related
        if fixes:
            fixes = tuple(Fix(fix.title, tuple(edit.shift(by) for edit in fix.edits), fix.safe) for fix in fixes)
        if related:
            related = tuple(Related(item.span.shift(by), item.message) for item in related)
        return self._replace(span=self.span.shift(by), fixes=fixes, related=related)
