"""The result of `check` with diagnostics that tests choose."""

from typing import Any

from aloop_models.commands.check_models import diagnostic_view
from aloop_models.core.text import Span
from aloop_models.features.diagnostic import Diagnostic, Rule, Severity
from support.snapshots import HOME_PLACE, snapshot

FILE = HOME_PLACE.path
FOLDER = "/home/me/project"

TYPO = Rule(
    "unknown-field",
    Severity.WARNING,
    "An unknown field",
    "It is not used.",
    "timout: 5\n",
    "timeout: 5\n",
    severity_reason="It works.",
)
WRONG = Rule(
    "wrong-type",
    Severity.ERROR,
    "A value of a wrong type",
    "It cannot be used.",
    "a: b",
    "a: 1",
    severity_reason="It works.",
)
NEAR = Rule(
    "unknown-model", Severity.HINT, "An unknown model", "It may be a slip.", "a: b", "a: c", severity_reason="It works."
)
RULES = (WRONG, TYPO, NEAR)

TEXT = "models:\n  openai/😀gpt: {timout: 5}\n"


def result(*diagnostics: Diagnostic, file: str | None = FILE) -> dict[str, Any]:
    views = [diagnostic_view(snapshot(TEXT), item) for item in diagnostics]
    levels = [item.level for item in diagnostics]
    errors, warnings = levels.count(Severity.ERROR), levels.count(Severity.WARNING)
    return {"message": "…", "file": file, "errors": errors, "warnings": warnings, "findings": views}


def diagnostic(rule: Rule, words: str, message: str) -> Diagnostic:
    start = TEXT.index(words)
    return Diagnostic(rule, Span(start, start + len(words)), message)


THREE = (
    diagnostic(NEAR, "openai/😀gpt", "openai lists no model 'openai/😀gpt'."),
    diagnostic(WRONG, "5", "Write a number.\x1b[2J"),
    diagnostic(TYPO, "timout", "Write timeout."),
)
