"""The documentation page of the rules, which ships with the package and opens without a network."""

from __future__ import annotations

from functools import cache
from pathlib import Path


def rule_page(rule_id: str) -> str:
    """Return the `file:` URL of a rule's documentation."""
    return f"{rules_page()}#{rule_id}"


@cache
def rules_page() -> str:
    """Return the `file:` URL of the page of all rules, in the installed package or in the repository."""
    package = Path(__file__).resolve().parents[1]
    shipped = package / "docs" / "rules.md"
    return (shipped if shipped.exists() else package.parents[1] / "docs" / "rules.md").as_uri()
