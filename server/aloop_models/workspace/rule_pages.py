"""Where a rule is explained: a page that ships with the package, so that it opens without a network."""

from __future__ import annotations

from functools import cache
from pathlib import Path


def rule_page(rule_id: str) -> str:
    """The `file:` address of a rule's explanation."""
    return f"{rules_page()}#{rule_id}"


@cache
def rules_page() -> str:
    """The `file:` address of the page of all rules: inside the installed package, else in the repository."""
    package = Path(__file__).resolve().parents[1]
    shipped = package / "docs" / "rules.md"
    return (shipped if shipped.exists() else package.parents[1] / "docs" / "rules.md").as_uri()
