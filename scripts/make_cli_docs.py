"""Writes docs/cli.md from the command table, and the table of fields in docs/configuration.md from the schema."""

from __future__ import annotations

import argparse
import inspect
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from aloop_models.agent.model_line import WORD
from aloop_models.catalog.schema_file import load_schema
from aloop_models.cli.main import PROGRAM, make_cli
from aloop_models.cli.output import EXIT_CODES
from aloop_models.commands import BY_VERB
from aloop_models.commands.arguments import usage_of
from aloop_models.core.schema import FieldSpec, Group
from aloop_models.features.model_card import value_text

REPOSITORY = Path(__file__).resolve().parents[1]
COMMAND_LINE = REPOSITORY / "docs" / "cli.md"
CONFIGURATION = REPOSITORY / "docs" / "configuration.md"
BEGIN = "<!-- The tables below are written by scripts/make_cli_docs.py from the schema. -->"
END = "<!-- End of the tables. -->"

HEAD = """\
# The command line

<!-- Written by scripts/make_cli_docs.py; change the commands, not this page. -->

`aloop models VERB …` manages the models of one `.aloop/models.yaml`. Which file that is, `aloop models path` tells; see
[Configuration](configuration.md). Every change is a small edit of the file's text: comments, order and everything else
stay. The same commands are in the editor's palette and, as `/model VERB …`, in the agent's prompt.

**A model** is named by its id, or, case ignored, by the model's part of it or its display name where exactly one entry
fits. **A field** is `field=value`; `field=` removes it. Lists and mappings are JSON: `stop='["END"]'`.

**Keys** need not stand on the command line, where the shell's history and the list of processes show them: leave the
key out, or write `api_key=-`, and it is asked for without being shown; `--api-key-stdin` reads it from standard input.
Where another model of the provider has a key, `add` offers that one. No output ever shows a key.

**An editor** that has the file open with unsaved text takes the change, where it can be undone; a note says that it is
not saved yet.

Results go to standard output, everything else to standard error. With `--json` standard output holds one JSON object;
of a refusal it is `{"error": {"reason": …, "message": …, "suggestions": […]}}`. Colours are for terminals only, and
`NO_COLOR=1` turns them off.
"""

COMPLETION = """\
## Completion in the shell

Verbs, ids, providers, fields and their values. In `~/.bashrc`, `~/.zshrc`, or `~/.config/fish/completions/aloop.fish`:

```sh
eval "$(_ALOOP_COMPLETE=bash_source aloop models)"      # bash ≥ 4.4
eval "$(_ALOOP_COMPLETE=zsh_source aloop models)"       # zsh
_ALOOP_COMPLETE=fish_source aloop models | source       # fish
```
"""

GROUPS = {
    Group.CORE: "### The five",
    Group.CONNECTION: "### How to reach the provider",
    Group.REQUEST: "### Parameters of every request",
}


def main() -> int:
    """Write the pages; with --check compare them instead and answer 1 where one differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    arguments = parser.parse_args()
    code = 0
    for page, text in ((COMMAND_LINE, command_line()), (CONFIGURATION, configuration())):
        if arguments.check:
            if not page.is_file() or page.read_text(encoding="utf-8") != text:
                name = page.relative_to(REPOSITORY)
                print(f"{name} is out of date. Run: python scripts/make_cli_docs.py", file=sys.stderr)
                code = 1
        else:
            page.write_text(text, encoding="utf-8")
            print(f"Wrote {page.relative_to(REPOSITORY)}.")
    return code


def command_line() -> str:
    """The whole page of the command line."""
    codes = rows(("exit code", "meaning"), ((str(code), meaning) for code, meaning in EXIT_CODES))
    group = make_cli()
    overview = rows(("verb", ""), ((f"[`{name}`](#{name})", verb.help or "") for name, verb in group.commands.items()))
    sections = [section(name, verb) for name, verb in group.commands.items()]
    return "\n".join((HEAD, codes, overview, *sections, COMPLETION.rstrip())) + "\n"


def section(name: str, verb: click.Command) -> str:
    """One verb: its forms, its help, its options."""
    context = click.Context(verb, info_name=name)
    pieces = " ".join(verb.collect_usage_pieces(context)[1:])
    forms = [f"{PROGRAM} {name} {pieces}".rstrip()]
    command = BY_VERB.get(name)
    if command:
        forms.append(f"{WORD} {name} {usage_of(command)}".rstrip())
    parts = [f"## {name}", f"```\n{chr(10).join(forms)}\n```", verb.help or ""]
    if command:
        parts[-1] += f" In the editor: `{command.id}`. {inspect.getdoc(command.function)}"
    options = (parameter for parameter in verb.params if isinstance(parameter, click.Option))
    records = [option.get_help_record(context) for option in options]
    known = [(f"`{record[0]}`", record[1]) for record in records if record]
    if known:
        parts.append(rows(("option", ""), known).rstrip())
    return "\n\n".join(parts) + "\n"


def configuration() -> str:
    """The page of the configuration with its tables of fields brought up to date."""
    text = CONFIGURATION.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n\n{fields()}\n{END}{after}"


def fields() -> str:
    """The fields in their groups."""
    known = load_schema().fields.values()
    parts: list[str] = []
    for group, title in GROUPS.items():
        of_group = [spec for spec in known if spec.group is group]
        if group is Group.CONNECTION:
            heads, cells = ("field", "", "providers"), map(connection, of_group)
        else:
            heads, cells = ("field", "", "kind", "example"), map(plain, of_group)
        parts += (title, rows(heads, cells).rstrip())
    return "\n\n".join(parts) + "\n"


def connection(spec: FieldSpec) -> tuple[str, ...]:
    """A field by which a provider is reached."""
    hidden = " Secret." if spec.secret else ""
    return f"`{spec.name}`", spec.description + hidden, ", ".join(spec.providers) or "all"


def plain(spec: FieldSpec) -> tuple[str, ...]:
    """A field that every provider, or Ollama alone, takes."""
    default = f" Default: `{value_text(spec.default)}`." if spec.default is not None else ""
    limit = f" Only {', '.join(spec.providers)}." if spec.providers else ""
    kind = " or ".join(spec.types) + (", secret" if spec.secret else "")
    example = f"`{value_text(spec.examples[0])}`" if spec.examples else ""
    return f"`{spec.name}`", spec.description + default + limit, kind, example


def rows(headings: Iterable[str], cells: Iterable[Iterable[str]]) -> str:
    """A table in Markdown."""
    head = tuple(headings)
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    lines += (f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in cells)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
