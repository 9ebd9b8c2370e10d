"""Generate docs/rules.md from the rules in features/checks."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from aloop_models.features.checks.rules import RULES
from aloop_models.features.diagnostic import Rule

REPOSITORY = Path(__file__).resolve().parents[1]
PAGE = REPOSITORY / "docs" / "rules.md"

HEAD = """\
# Rules

<!-- Written by scripts/make_rules_docs.py; change the rules, not this page. -->

The editor and `aloop models check` report these problems in `.aloop/models.yaml`. To turn a rule off in the editor, add
its ID to the setting `aloop.disabledRules`.

- **Error**: the runtime cannot use the file, the entry or the value.
- **Warning**: a probable mistake.
- **Information** and **hint**: advice.

The table shows the usual severity of each rule. If a rule has a lower severity in some cases, its description says so.

A quick fix is **safe** if its result is certain to be what you mean, and otherwise **unsafe**: check the result. Only
safe fixes are part of "Fix all" (`source.fixAll`, also on save). No fix creates an ID that already exists. A fix that
changes an ID also changes `default`.
"""


def main() -> int:
    """Write the page, or compare it with --check; return 1 if it differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare the page without writing it")
    arguments = parser.parse_args()
    text = page()
    if arguments.check:
        if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text:
            return 0
        print("docs/rules.md is out of date. Run: python scripts/make_rules_docs.py", file=sys.stderr)
        return 1
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(text, encoding="utf-8")
    print(f"Wrote {PAGE.relative_to(REPOSITORY)}: {len(RULES)} rules.")
    return 0


def page() -> str:
    """Return the whole page."""
    rows = [
        f"| [`{rule.id}`](#{rule.id}) | {rule.severity.name.lower()} | {rule.title} | {rule.fixes} |" for rule in RULES
    ]
    table = "\n".join(("| rule | severity | problem | fixes |", "|---|---|---|---|", *rows))
    return "\n\n".join((HEAD.rstrip(), table, *map(section, RULES))) + "\n"


def section(rule: Rule) -> str:
    """Return the section of one rule; its anchor is the rule's ID."""
    parts = [f"## {rule.id}", f"**{rule.title}** ({rule.severity.name.lower()})", rule.why]
    if rule.example == rule.good:
        parts += ["Example file:", fenced(rule.example)]
    else:
        parts += ["Incorrect:", fenced(rule.example), "Correct:", fenced(rule.good)]
    if rule.fix_safety:
        parts.append(f"**Fixes.** {rule.fix_safety}")
    return "\n\n".join(parts)


def fenced(text: str) -> str:
    """Return a block of YAML."""
    return f"```yaml\n{text.rstrip()}\n```"


if __name__ == "__main__":
    sys.exit(main())
