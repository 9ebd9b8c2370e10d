"""The command `discover`: the models of servers on this machine, and which of them to add."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aloop_models.cli import keys
from aloop_models.cli.output import EXIT_DONE, EXIT_FOUND, print_text
from aloop_models.cli.target import named_file, runner_for, target_options
from aloop_models.cli.verbs import Verb, carry_out, choose_file, require_file
from aloop_models.commands.import_models import IMPORT
from aloop_models.errors import AloopError, InvalidArgumentsError
from aloop_models.features.table import Column, fit_table
from aloop_models.terminal import note, print_json, terminal_width

if TYPE_CHECKING:
    from aloop_models.discovery.offers import Offers
    from aloop_models.discovery.servers import LocalModel
    from aloop_models.dispatch.runner import Runner
    from aloop_models.snapshot import Snapshot

_HELP = """Find the models of Ollama, LM Studio, vLLM, llama.cpp and other servers on this machine, and add them.

Only this machine is asked, at the usual ports. Without MODEL and --all, the models are listed, and on a terminal you
choose which to add."""
_ALL = "all"
_COLUMNS = (Column(), Column(is_id=True), Column(drop=20), Column(drop=10))


def discover_verb() -> click.Command:
    """The command `aloop models discover`."""
    return Verb(
        "discover",
        params=[
            click.Argument(["models"], metavar="[MODEL]…", nargs=-1),
            click.Option(["--all", "is_all"], is_flag=True, help="Add all models that are not in the file yet."),
            click.Option(
                ["--url", "urls"], metavar="URL", multiple=True, help="Ask this local URL instead of the usual ports."
            ),
            click.Option(["--dry-run"], is_flag=True, help="Print the changes as a diff, and change nothing."),
            *target_options(),
            click.Option(["--json", "as_json"], is_flag=True, help="Print the result as JSON."),
        ],
        callback=_discover,
        short_help="Find the models of local servers such as Ollama, and add them.",
        help=_HELP,
    )


def _discover(models: Sequence[str], urls: Sequence[str], config: Path | None, **options: bool) -> int:
    # Imported here, because `--help` does not need it.
    from aloop_models.discovery.offers import argument_for, find_offers

    if models and options["is_all"]:
        raise InvalidArgumentsError("invalidArguments", "Use either MODEL or --all, not both.")
    runner = runner_for(named_file(config, options["is_global"]), may_be_missing=True)
    snapshot = _snapshot(runner)
    offers = find_offers(urls, snapshot)
    as_json, without_server = options["as_json"], EXIT_FOUND if urls and not offers.servers else EXIT_DONE
    if models:
        chosen = offers.named(models)
    elif options["is_all"]:
        chosen = offers.new
    else:
        if as_json:
            print_json(offers.view())
            return without_server
        note(offers.message)
        print_text("".join(_tables(offers)))
        chosen = _pick(offers.new) if offers.new and keys.is_interactive() and sys.stdout.isatty() else ()
        if not chosen:
            return without_server
    if not chosen:
        if as_json:
            print_json(offers.view())
        else:
            note(f"Nothing was added. {offers.message}")
        return without_server
    require_file(IMPORT, runner)
    argument = argument_for(offers.to_add(chosen))
    if snapshot:
        argument = choose_file(IMPORT, runner, snapshot, argument)
    return carry_out(IMPORT, runner, argument, as_json=as_json, is_dry=options["dry_run"])


def _snapshot(runner: Runner) -> Snapshot | None:
    """The file, to mark what it has already; None if it cannot be read, which adding will refuse."""
    try:
        return runner.workspace.saved(runner.workspace.target())
    except AloopError as problem:
        note(str(problem))
        return None


def _tables(offers: Offers) -> Iterator[str]:
    """A table for each server, with the numbers to choose by."""
    numbers = {model: str(number) for number, model in enumerate(offers.new, 1)}
    for server in offers.servers:
        yield f"\n{server.name}  {server.url}\n"
        rows = (
            (
                "  " + numbers.get(model, "").rjust(len(str(len(numbers)))),
                model.model_id,
                model.detail,
                "configured" if offers.is_configured(model) else "",
            )
            for model in server.models
        )
        yield fit_table(_COLUMNS, list(rows), terminal_width())


def _pick(new: Sequence[LocalModel]) -> tuple[LocalModel, ...]:
    """Ask which models to add, by their numbers."""

    def parse(text: str) -> Any:
        words = text.replace(",", " ").split()
        if words == [_ALL]:
            return tuple(new)
        if not all(word.isdecimal() and 1 <= int(word) <= len(new) for word in words):
            raise click.BadParameter(f"Enter numbers from 1 to {len(new)}, or {_ALL}.")
        return tuple(new[number - 1] for number in dict.fromkeys(map(int, words)))

    prompt = f"\nAdd which models? Numbers such as 1,3 or {_ALL}; leave empty to add nothing"
    return click.prompt(prompt, default="", show_default=False, value_proc=parse, err=True)
