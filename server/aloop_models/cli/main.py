"""`aloop models …`: the commands as a person types them, made from their definitions."""

from __future__ import annotations

import dataclasses
import json
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from aloop_models import __version__
from aloop_models.cli import reports
from aloop_models.commands import COMMANDS, Command, json_name
from aloop_models.commands.field_values import value_from_text
from aloop_models.commands.lookup import match
from aloop_models.commands.views import JsonObject
from aloop_models.dispatch import Dispatcher
from aloop_models.errors import AloopError, Refusal

EXIT_FOUND = 1
EXIT_REFUSED = 2


def main(arguments: list[str]) -> int:
    """Run `aloop models` with these arguments; 0: done, 1: `check` found errors, 2: refused, nothing has changed."""
    try:
        return cli.main(arguments, prog_name="aloop models", standalone_mode=False) or 0
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.Abort:
        click.echo("Stopped. Nothing was changed.", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return EXIT_REFUSED
    except AloopError as error:
        click.echo(f"aloop models: {error}", err=True)
        return EXIT_REFUSED


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="aloop models")
def cli() -> None:
    """Manage the models of .aloop/models.yaml."""


def _dispatcher(config: Path | None) -> Dispatcher:
    return Dispatcher((Path.cwd(),), config=config)


def _command(command: Command[Any]) -> click.Command:
    names = {item.name for item in dataclasses.fields(command.parameters)}
    parameters: list[click.Parameter] = []
    if command.verb == "key":
        parameters.append(click.Argument(["who"], metavar="PROVIDER|MODEL"))
        parameters.append(click.Option(["--api-key-stdin"], is_flag=True, help="Read the key from standard input."))
    elif "model_id" in names:
        parameters.append(click.Argument(["model_id"], metavar="MODEL"))
    if "fields" in names:
        parameters.append(click.Argument(["fields"], metavar="[FIELD=VALUE]…", nargs=-1))
    for item in dataclasses.fields(command.parameters):
        option = f"--{item.name.replace('_', '-')}"
        if item.type == "bool":
            parameters.append(click.Option([option], is_flag=True, help=item.metadata["help"]))
        elif item.name == "session":
            parameters.append(click.Option([option], metavar="ID", help=item.metadata["help"]))
    if command.verb == "check":
        parameters.append(click.Argument(["file"], required=False, type=click.Path(path_type=Path)))
        formats = click.Choice(["text", "json", "sarif"])
        parameters.append(click.Option(["--format", "form"], type=formats, default="text", help="How to print it."))
    parameters.append(click.Option(["--config"], type=click.Path(path_type=Path), help="Use this models.yaml."))
    parameters.append(click.Option(["--json", "as_json"], is_flag=True, help="Print the result as JSON."))
    return click.Command(command.verb, params=parameters, callback=_runner(command), help=command.help)


def _runner(command: Command[Any]) -> Callable[..., int]:
    def run(**given: Any) -> int:
        config, as_json = given.pop("config"), given.pop("as_json")
        form = given.pop("form", "text")
        config = given.pop("file", None) or config
        dispatcher = _dispatcher(config)
        argument = _argument(command, dispatcher, given)
        result = dispatcher.execute_now(command.id, argument)
        if as_json or form == "json":
            click.echo(json.dumps(result, indent=2, ensure_ascii=False))
        else:
            click.echo(_rendered(command, result, form), nl=False)
        return EXIT_FOUND if command.verb == "check" and result["errors"] else 0

    return run


def _argument(command: Command[Any], dispatcher: Dispatcher, given: dict[str, Any]) -> JsonObject:
    snapshot = dispatcher.saved(dispatcher.target())
    argument: JsonObject = {}
    if "who" in given:
        who = str(given["who"])
        if "/" in who:
            argument["modelId"] = match(snapshot, who).model_id
        else:
            argument["provider"] = who
        if given["api_key_stdin"]:
            argument["apiKey"] = sys.stdin.readline().rstrip("\r\n")
        else:
            argument["apiKey"] = click.prompt("API key", hide_input=True, err=True)
        return argument
    for name, value in given.items():
        if name == "model_id":
            argument["modelId"] = value if command.verb == "add" else match(snapshot, value).model_id
        elif name == "fields":
            argument["fields"] = _fields(value, dispatcher)
        elif value not in (None, False):
            argument[json_name(name)] = value
    return argument


def _fields(words: tuple[str, ...], dispatcher: Dispatcher) -> JsonObject:
    fields: JsonObject = {}
    for word in words:
        name, sign, text = word.partition("=")
        if not sign or not name:
            raise Refusal("invalidFields", f"'{shlex.quote(name)}' is not field=value, such as timeout=300.")
        if name == "api_key" and text == "-":
            text = click.prompt("API key", hide_input=True, err=True)
        fields[name] = value_from_text(dispatcher.facts.schema.fields.get(name), text) if text else None
    return fields


def _rendered(command: Command[Any], result: JsonObject, form: str) -> str:
    is_terminal = sys.stdout.isatty()
    if command.verb == "check":
        if form == "sarif":
            return reports.render_sarif(result)
        return reports.render_check(result, color=is_terminal)
    if command.verb == "list":
        return reports.render_list(result)
    return f"{result['message']}\n"


for _each in COMMANDS:
    cli.add_command(_command(_each))
