"""The pages of the rules, which ship with the package and open without a network."""

from __future__ import annotations

from functools import cache
from pathlib import Path


def rule_page(rule_id: str) -> str:
    """Return the `file:` URL of a rule's page."""
    return f"{_folder()}/rules/{rule_id}.md"


def rules_page() -> str:
    """Return the `file:` URL of the page with all rules."""
    return f"{_folder()}/rules.md"


@cache
def _folder() -> str:
    """Return the `file:` URL of the documentation, in the installed package or in the repository."""
    package = Path(__file__).resolve().parents[1]
    shipped = package / "docs"
    return (shipped if shipped.exists() else package.parents[1] / "docs").as_uri()
