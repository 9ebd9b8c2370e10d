"""Generate docs/rules.md and the page of each rule in docs/rules from the rules in features/checks."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from aloop_models.features.checks.rules import RULES
from aloop_models.features.rule_page import render_rule, render_severity_table

REPOSITORY = Path(__file__).resolve().parents[1]
INDEX = REPOSITORY / "docs" / "rules.md"
FOLDER = REPOSITORY / "docs" / "rules"
NOTE = "<!-- Written by scripts/make_rules_docs.py; change the rules, not this page. -->"

HEAD = f"""\
# Rules

{NOTE}

The editor and `aloop models check` report these problems in `.aloop/models.yaml`. To ignore a problem in one line, add
a [comment](configuration.md#ignore-a-problem): `# aloop: ignore[rule]`. To turn a rule off in the editor, add its ID to
the setting `aloop.disabledRules`; on the command line, use `aloop models check --disable RULE`.

To read the page of a rule:

- in VS Code, click the ID of the rule in the hover or in the Problems view,
- in a terminal, run `aloop models rule ID`,
- in the agent, enter `/model rule ID`,
- in Neovim, run `:Aloop rule` on the line with the problem,
- in Emacs, run `M-x aloop-show-rule` on the line with the problem.

## Code scanning

`aloop models check --format sarif` prints the problems as SARIF 2.1.0, with the page of each rule and without any text
of the file. Run it in the root of the repository, and upload the log with GitHub's `upload-sarif`. The fingerprint of a
problem is one of its rule, entry and field, so it stays when lines move. The log has no fixes, because their text can
contain API keys.

## Severity

- **Error**: the runtime cannot use the file, the entry or the value.
- **Warning**: a probable mistake.
- **Information** and **hint**: advice.

## Fixes

A quick fix is **safe** if its result is certain to be what you mean, and otherwise **unsafe**: check the result. Only
safe fixes are part of "Fix all" (`source.fixAll`, also on save). No fix creates an ID that already exists. A fix that
changes an ID also changes `default`.

## All rules

The table has every severity of each rule, and the reason for the usual one.
"""


def main() -> int:
    """Write the pages, or compare them with --check; return 1 if they differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare the pages without writing them")
    arguments = parser.parse_args()
    wanted = pages()
    extra = sorted(set(FOLDER.glob("*.md")) - wanted.keys())
    if arguments.check:
        changed = [path for path, text in wanted.items() if not path.is_file() or path.read_text("utf-8") != text]
        if not (changed or extra):
            return 0
        print("docs/rules.md and docs/rules are out of date. Run: python scripts/make_rules_docs.py", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in extra:
        path.unlink()
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")
    print(f"Wrote {INDEX.relative_to(REPOSITORY)} and {len(RULES)} pages in {FOLDER.relative_to(REPOSITORY)}.")
    return 0


def pages() -> dict[Path, str]:
    """Return the text of each page by its path."""
    titles = {rule.id: rule.title for rule in RULES}
    table = render_severity_table(RULES, lambda rule_id: f"[`{rule_id}`](rules/{rule_id}.md)")
    texts = {INDEX: f"{HEAD}\n{table}\n"}
    for rule in RULES:
        body = render_rule(rule, lambda rule_id: f"[`{rule_id}`]({rule_id}.md): {titles[rule_id]}")
        texts[FOLDER / f"{rule.id}.md"] = f"{body}- [All rules](../rules.md)\n\n{NOTE}\n"
    return texts


if __name__ == "__main__":
    sys.exit(main())
