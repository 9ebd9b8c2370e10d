"""The command line `aloop models …`: its commands, and how their errors are reported."""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import TYPE_CHECKING

import click

from aloop_models import __version__
from aloop_models.catalog import nearest
from aloop_models.catalog.redaction import redact
from aloop_models.catalog.schema_file import load_schema
from aloop_models.cli import output
from aloop_models.cli.agent_commands import test_command
from aloop_models.cli.catalog import catalog_verb
from aloop_models.cli.detach import Later, call
from aloop_models.cli.discover import discover_verb
from aloop_models.cli.doctor import doctor_verb
from aloop_models.cli.files import files
from aloop_models.cli.verbs import verb_of
from aloop_models.commands import VERBS
from aloop_models.commands.arguments import field_as_option, near_options, unknown_option
from aloop_models.core.lazy_re import lazy_re
from aloop_models.errors import AloopError, InvalidArgumentsError, describe_bug
from aloop_models.startup import is_json, raise_on_interrupt
from aloop_models.terminal import error_view, is_output_error, note, prepare, print_json

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

PROGRAM = "aloop models"
_VARIABLE = "_ALOOP_COMPLETE"
_MORE = "To chat with the models: aloop."
_OPTION = lazy_re(r"--[a-z]+(?:-[a-z]+)*")

_SAME = {
    "create": "add",
    "del": "remove",
    "delete": "remove",
    "fmt": "format",
    "lint": "check",
    "ls": "list",
    "new": "add",
    "rename": "edit",
    "rm": "remove",
    "select": "switch",
    "set": "edit",
    "update": "edit",
    "use": "switch",
    "validate": "check",
    "verify": "check",
}
"""Verbs of other programs, and the one that does the same."""


class Verbs(click.Group):
    """The commands in the order of their definitions; an unknown one is answered with the nearest."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands as defined, not A to Z."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click's, with suggestions for an unknown command."""
        if args[0] not in self.commands and not args[0].startswith("-") and not ctx.resilient_parsing:
            near = _verbs_like(args[0], self.commands, 2)
            message = f"Unknown command. Use {', '.join(self.commands)}."
            if near:
                message = f"Unknown command '{redact(args[0])}'. Did you mean {' or '.join(near)}?"
            raise InvalidArgumentsError("unknownCommand", message, near)
        return super().resolve_command(ctx, args)


def make_cli() -> click.Group:
    """The whole command line, from which docs/cli.md is generated too."""
    codes = "; ".join(f"{code} {meaning}" for code, meaning in output.EXIT_CODES)
    epilog = f"{_MORE}\n\nExit codes: {codes}."
    group = Verbs(
        "models",
        help="Manage the models in .aloop/models.yaml.",
        epilog=epilog,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    click.version_option(__version__, prog_name=PROGRAM)(group)
    for command in VERBS:
        group.add_command(verb_of(command, _words_for))
    for verb in (test_command(_models_for), discover_verb(), *files(), catalog_verb(), doctor_verb()):
        group.add_command(verb)
    return group


def main(arguments: list[str], later: Later = call) -> int:
    """Run `aloop models` with these arguments, and return the exit code (see `output.EXIT_CODES`).

    `later` does the work that nobody waits for (see `cli/detach.py`).
    """
    prepare()
    group = make_cli()
    if instruction := os.environ.get(_VARIABLE):
        from aloop_models.cli.completion import complete

        return complete(instruction, group, later)
    as_json = is_json(arguments)
    raise_on_interrupt()
    try:
        code: object = group.main(arguments or ["--help"], prog_name=PROGRAM, standalone_mode=False)
        return code if isinstance(code, int) else output.EXIT_DONE
    except click.exceptions.Exit as wanted:
        return wanted.exit_code
    except (click.Abort, KeyboardInterrupt):
        note("Stopped.")
        ended = error_view("stopped", "Stopped."), output.EXIT_STOPPED
    except click.ClickException as error:
        message, near = _usage_error(error, arguments)
        note(f"{PROGRAM}: {message}")
        ended = error_view("invalidArguments", message, near), output.EXIT_REFUSED
    except AloopError as error:
        return output.refuse(error, as_json=as_json)
    except Exception as error:
        if is_output_error(error):
            raise
        message = describe_bug(error)
        note(f"{PROGRAM}: {message}")
        ended = error_view("bug", message), output.EXIT_BUG
    if as_json:
        print_json(ended[0])
    return ended[1]


def renew_completions() -> None:
    """Bring the index of completions up to date."""
    from aloop_models.cli.completion import renew_index

    renew_index(make_cli())


def refuse_command(words: list[str]) -> int:
    """Say which command is meant by `aloop WORD…`, and return the exit code; `aloop` itself has only two commands."""
    prepare()
    first, verbs = words[:1], make_cli().commands
    near = nearest(words[0], ("models", "compare"), 1)
    if near == ("models",) and (inner := _verbs_like("".join(words[1:2]), verbs, 1)):
        first, near = words[:2], (f"models {inner[0]}",)
    elif not near and (inner := _verbs_like(words[0], verbs, 1)):
        near = (f"models {inner[0]}",)
    message = "Unknown command. To ask a model once: aloop --task TEXT. To manage models: aloop models --help"
    if near:
        message = f"Unknown command '{redact(' '.join(first))}'. Did you mean aloop {near[0]}?"
    note(f"aloop: {message}")
    if is_json(words):
        print_json(error_view("unknownCommand", message, near))
    return output.EXIT_REFUSED


def _verbs_like(word: str, verbs: Collection[str], most: int) -> tuple[str, ...]:
    return (_SAME[word],) if word in _SAME else nearest(word, verbs, most)


def _words_for(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
    from aloop_models.cli.completion import words_for

    return words_for(ctx, parameter, incomplete)


def _models_for(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
    from aloop_models.cli.completion import models_for

    return models_for(ctx, parameter, incomplete)


def _usage_error(error: click.ClickException, arguments: list[str]) -> tuple[str, tuple[str, ...]]:
    """The message without the words that were typed, any of which may be a key, and what may be meant.

    Options and commands stay in the message.
    """
    if isinstance(error, click.NoSuchOption) and error.ctx:
        command = error.ctx.command
        if isinstance(command, click.Group) and (names := _commands_with(command, error.option_name, arguments)):
            if len(names) > 1:
                return f"Write {error.option_name} after a command. See: {PROGRAM} --help", ()
            place = f"{names[0]} {error.option_name}"
            return f"Write {error.option_name} after the command: {PROGRAM} {place}", (place,)
        options = [name for parameter in command.get_params(error.ctx) for name in parameter.opts]
        near = near_options(error.option_name, options)
        takes_fields = any(parameter.name == "fields" for parameter in command.params)
        if not near and takes_fields and (message := field_as_option(error.option_name, load_schema())):
            return message, ()
        return unknown_option(error.option_name, near, options), near
    message = error.format_message()
    own = _own_words()
    words = {part for argument in arguments for part in (argument, argument.partition("=")[2])} - own
    for word in sorted(words, key=len, reverse=True):
        if len(word) > 1 and not _OPTION.fullmatch(word):
            message = message.replace(word, "…")
    # Click quotes the word: "'…' is not a valid float."
    message = message.replace("'…' is not", "not")
    path = " ".join((PROGRAM, *arguments[:1])) if arguments[:1] and arguments[0] in make_cli().commands else PROGRAM
    return f"{message} See: {path} --help", ()


def _commands_with(group: click.Group, option: str, arguments: list[str]) -> list[str]:
    """The command that was typed, or else all of them, if they have the option."""
    typed = [word for word in arguments if word in group.commands][:1]
    having = [name for name, verb in group.commands.items() if any(option in each.opts for each in verb.params)]
    return [name for name in having if name in (typed or having)]


def _own_words() -> set[str]:
    group = make_cli()
    words = set(group.commands)
    for verb in group.commands.values():
        for parameter in verb.params:
            words |= {*parameter.opts, *parameter.secondary_opts}
    return words
