"""Writes docs/rules.md from the rules themselves, or checks it."""

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

What the editor underlines, and what `aloop models check` prints, in `.aloop/models.yaml`. An **error**: the runtime
cannot use the file, the entry or the value. A **warning**: a probable mistake. **Information** and **hints**: advice.
The levels here are the usual ones; where a rule is milder, its text says so. A rule that does not suit you is turned
off by its id in the editor's setting `aloop.disabledRules`.

A quick fix is **safe** if its meaning is certain, else **unsafe**: a guess that you check yourself. Only safe fixes are
part of "Fix all" (`source.fixAll`, also on save). No fix changes an ID to one that exists, and a fix that changes an ID
changes `default` with it.
"""


def main() -> int:
    """Write the page; with --check compare it instead and answer 1 where it differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    arguments = parser.parse_args()
    text = page()
    if arguments.check:
        if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text:
            return 0
        print("docs/rules.md is not what the rules say. Run: python scripts/make_rules_docs.py", file=sys.stderr)
        return 1
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(text, encoding="utf-8")
    print(f"Wrote {PAGE.relative_to(REPOSITORY)}: {len(RULES)} rules.")
    return 0


def page() -> str:
    """The whole page."""
    rows = [
        f"| [`{rule.id}`](#{rule.id}) | {rule.severity.name.lower()} | {rule.title} | {rule.fixes} |" for rule in RULES
    ]
    table = "\n".join(("| rule | level | what is wrong | fixes |", "|---|---|---|---|", *rows))
    return "\n\n".join((HEAD.rstrip(), table, *map(section, RULES))) + "\n"


def section(rule: Rule) -> str:
    """One rule; its anchor is its id."""
    parts = [f"## {rule.id}", f"**{rule.title}** ({rule.severity.name.lower()})", rule.why]
    if rule.example == rule.good:
        parts += ["A file like this, where it lies in such a place:", fenced(rule.example)]
    else:
        parts += ["Incorrect:", fenced(rule.example), "Correct:", fenced(rule.good)]
    if rule.fix_safety:
        parts.append(f"**Fixes.** {rule.fix_safety}")
    return "\n\n".join(parts)


def fenced(text: str) -> str:
    """A block of YAML."""
    return f"```yaml\n{text.rstrip()}\n```"


if __name__ == "__main__":
    sys.exit(main())
