"""Write docs/cli.md from the commands, and the tables of fields in docs/configuration.md from the schema."""

from __future__ import annotations

import argparse
import inspect
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from aloop_models.agent.discover_line import DISCOVER, USAGE
from aloop_models.agent.model_line import WORD
from aloop_models.agent.model_test import DESCRIPTION, make_parser
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
# Command line

<!-- Written by scripts/make_cli_docs.py. Change the commands or that script, not this page. -->

Use `aloop models` to list, add, change and check the models in `.aloop/models.yaml`:

```sh
aloop models add ollama/llama3.1    # creates the file if there is none
aloop models list
aloop models check
```

Your editor has the same commands in its palette, and the [agent](agent.md) has them as `/model COMMAND`. A command
changes only the text that it must: comments, order and formatting stay. `--dry-run` prints the change of the
saved file as a diff, and says so if an editor has unsaved text in it.

## Models and fields

`MODEL` is the ID of a model in the file. You can also type the display name, or a part of the ID or name: `haiku` is
enough if exactly one model matches, and the command says which. Case does not matter. The name of another model is not
a part: `gpt-4` does not match `openai/gpt-4o`. `edit` and `remove` ask before they use a part, and refuse it in a
script. `key` takes no parts.

`FIELD=VALUE` sets a field, and `FIELD=` removes it. Write lists and mappings as JSON: `stop='["END"]'`. For all fields,
see [Configuration](configuration.md).

## API keys

Do not type an API key into a command, because it would be visible in the history of the shell and in the list of
processes. Omit the key or write `api_key=-`, and the command prompts for it without showing it. In a script, use
`--api-key-stdin`. If another model of the provider has a key, `add` offers to use that key.

API keys are masked in all output.

## The file

`aloop models path` prints which file is in use, and why. To use another file, add `--config PATH`, or `--global` for
the file in your home folder. See [Configuration](configuration.md).

If there is no file yet, `add`, `import`, `discover` and `init` ask on a terminal where to create it: for this project,
or for all projects, in your home folder. In a script they create the file of the project; with `--global`, the one in
your home folder.

If the file is open in your editor and has unsaved changes, the command changes the text in the editor, where you can
undo it. You then save it yourself; a note on standard error reminds you. If that editor does not answer, nothing is
changed.

## Output and exit codes

Results go to standard output, and messages go to standard error. On a terminal, tables fit its width: less important
columns are omitted, but never an ID, and `>` marks the current model and `*` the default model. In a pipe, each row is
one line with all columns.

With `--json`, standard output is one JSON object, also of `aloop --task`, `aloop compare` and `aloop models test`:

- a result has a `message` for people, and what the command returns;
- with exit code 2, and if there is no answer, it has `error`: `{"reason": …, "message": …, "suggestions": […]}`.
  `reason` is one word for programs, such as `modelNotFound`, or `invalidArguments` for wrong usage. Next to `error` is
  what is known all the same, such as the models of the last valid version of a broken file.

`check --format sarif` and `schema` print JSON in the formats of SARIF and JSON Schema.

Colors are used only on a terminal. `NO_COLOR=1` turns them off.
"""

COMMANDS = """\
## Commands
"""

SWITCH = """\
Switch the agent that is running here to another model from its next turn. Without a running agent, the command is
refused: use `aloop --model MODEL` for one run, or `aloop models default MODEL` for new agents. `--make-default` also
sets the default model, and works without a running agent."""

RELOAD = """\
Read the file again and print the number of its models. Editors and agents notice a changed file by themselves."""

DETAILS = {
    "switch": SWITCH,
    "reload": RELOAD,
}
"""What a command does in a shell, where it differs from an editor."""

TEST_COMMAND = "test"

TEST = """\
This command requires the extra `agent`: see [Install](../README.md#install). It prints the estimated cost first. The
exit code is 1 if a model did not answer. With `--json`, `results` has an object for each model.
"""

COMPLETION = """\
## Shell completion

Completion covers commands, models, providers, fields and their values. Add the line for your shell to `~/.bashrc`,
`~/.zshrc` or `~/.config/fish/completions/aloop.fish`:

```sh
eval "$(_ALOOP_COMPLETE=bash_source aloop models)"      # bash 4.4 or later
eval "$(_ALOOP_COMPLETE=zsh_source aloop models)"       # zsh
_ALOOP_COMPLETE=fish_source aloop models | source       # fish
```

Completions are kept in the folder `completion` of the cache folder (`~/.cache/aloop-models` on Linux), so that Tab is
fast. They contain no API keys. A changed models.yaml is read at once. A new shell, or the first Tab after a change,
brings the rest up to date in another process, which nobody waits for.
"""

GROUPS = {
    Group.CORE: "### Common fields",
    Group.CONNECTION: "### Connection to the provider",
    Group.REQUEST: "### Request parameters",
}


def main() -> int:
    """Write the pages; with --check, compare them and return 1 if one differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare the pages without writing them")
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
    commands = make_cli().commands
    helps = [(name, (verb.help or "").partition("\n\n")[0]) for name, verb in commands.items()]
    overview = rows(("command", "description"), ((f"[`{name}`](#{name})", text) for name, text in helps))
    sections = [test_section() if name == TEST_COMMAND else section(name, verb) for name, verb in commands.items()]
    return "\n".join((HEAD, codes, COMMANDS, overview, *sections, COMPLETION.rstrip())) + "\n"


def section(name: str, verb: click.Command) -> str:
    """One command: its forms, its description, its options."""
    context = click.Context(verb, info_name=name)
    pieces = " ".join(verb.collect_usage_pieces(context)[1:])
    forms = [f"{PROGRAM} {name} {pieces}".rstrip()]
    command = BY_VERB.get(name)
    if command:
        forms.append(f"{WORD} {name} {usage_of(command)}".rstrip())
    elif name == DISCOVER:
        forms.append(f"{WORD} {USAGE}")
    parts = [f"### {name}", f"```\n{chr(10).join(forms)}\n```", verb.help or ""]
    if command:
        parts[-1] = f"{DETAILS.get(name) or inspect.getdoc(command.function)}\n\nIn editors: `{command.id}`."
    options = (parameter for parameter in verb.params if isinstance(parameter, click.Option))
    records = [option.get_help_record(context) for option in options]
    known = [(f"`{record[0]}`", record[1]) for record in records if record]
    if known:
        parts.append(rows(("option", "description"), known).rstrip())
    return "\n\n".join(parts) + "\n"


def test_section() -> str:
    """The command that the agent implements."""
    options: list[tuple[str, str]] = []
    for action in make_parser()._actions:  # pyright: ignore[reportPrivateUsage]
        if action.option_strings and action.dest != "help":
            name = " ".join((action.option_strings[-1], *([str(action.metavar)] if action.metavar else [])))
            options.append((f"`{name}`", str(action.help)))
    form = f"```\n{PROGRAM} {TEST_COMMAND} [MODEL]…\n{WORD} {TEST_COMMAND} [MODEL]…\n```"
    table = rows(("option", "description"), options).rstrip()
    return "\n\n".join((f"### {TEST_COMMAND}", form, DESCRIPTION, TEST.rstrip(), table)) + "\n"


def configuration() -> str:
    """The page on the configuration with updated tables of fields."""
    text = CONFIGURATION.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n\n{fields()}\n{END}{after}"


def fields() -> str:
    """The tables of fields by group."""
    known = load_schema().fields.values()
    parts: list[str] = []
    for group, title in GROUPS.items():
        of_group = [spec for spec in known if spec.group is group]
        if group is Group.CONNECTION:
            heads, cells = ("field", "description", "providers"), map(connection, of_group)
        else:
            heads, cells = ("field", "description", "type", "example"), map(plain, of_group)
        parts += (title, rows(heads, cells).rstrip())
    return "\n\n".join(parts) + "\n"


def connection(spec: FieldSpec) -> tuple[str, ...]:
    """The row of a field for the connection to a provider."""
    hidden = " Secret." if spec.secret else ""
    return f"`{spec.name}`", spec.description + hidden, ", ".join(spec.providers) or "all"


def plain(spec: FieldSpec) -> tuple[str, ...]:
    """The row of any other field."""
    default = f" Default: `{value_text(spec.default)}`." if spec.default is not None else ""
    limit = f" Only {', '.join(spec.providers)}." if spec.providers else ""
    kind = " or ".join(spec.types) + (", secret" if spec.secret else "")
    example = f"`{value_text(spec.examples[0])}`" if spec.examples else ""
    return f"`{spec.name}`", spec.description + default + limit, kind, example


def rows(headings: Iterable[str], cells: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    head = tuple(headings)
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    lines += (f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in cells)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
