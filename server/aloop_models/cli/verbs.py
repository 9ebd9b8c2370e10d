"""The subcommands that are built from command definitions and run through the runner."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import click

from aloop_models.cli import keys
from aloop_models.cli.output import (
    EXIT_DONE,
    EXIT_FOUND,
    EXIT_REFUSED,
    is_colored,
    print_styled,
    print_text,
)
from aloop_models.cli.target import FilePath, named_file, runner_for, target_options
from aloop_models.commands import Command, json_name
from aloop_models.commands.arguments import (
    fields_from,
    kind_of,
    metavar_of,
    options_of,
    part_to_confirm,
    split_model,
    takes_rule,
    takes_source,
    words_taken,
)
from aloop_models.commands.check_field import problem_of_answer
from aloop_models.commands.lookup import require_readable
from aloop_models.commands.secret import ASK
from aloop_models.commands.style import Shell
from aloop_models.errors import InvalidArgumentsError, RefusedError
from aloop_models.terminal import (
    error_view,
    name_selected_file,
    note,
    print_json,
    print_markdown,
    select_file,
    terminal_width,
)
from aloop_models.workspace.paths import working_folder

if TYPE_CHECKING:
    from aloop_models.commands.views import JsonObject
    from aloop_models.dispatch.runner import Runner
    from aloop_models.snapshot import Snapshot


class Verb(click.Command):
    """A subcommand whose messages never quote unexpected arguments, because one may be a key."""

    hint = ""
    """Ends a message about too many arguments."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click's, but a message about too many arguments does not quote them."""
        ctx.allow_extra_args = True
        super().parse_args(ctx, args)
        if ctx.args and not ctx.resilient_parsing:
            usage = " ".join((str(self.name), *self.collect_usage_pieces(ctx)[1:]))
            raise click.UsageError(f"Too many arguments. Usage: {usage}.{self.hint}", ctx)
        return ctx.args


def verb_of(command: Command[Any], complete: Callable[..., Any] | None = None) -> click.Command:
    """The subcommand for a command; `complete` returns the candidates for its arguments."""
    model, whose_key, fields = words_taken(command)
    parameters: list[click.Parameter] = []
    if model or whose_key:
        metavar = "MODEL" if model else "PROVIDER|MODEL"
        parameters.append(click.Argument(["model"], metavar=metavar, shell_complete=complete))
    if fields:
        parameters.append(click.Argument(["fields"], metavar="[FIELD=VALUE]…", nargs=-1, shell_complete=complete))
    if takes_rule(command):
        parameters.append(click.Argument(["rule_id"], metavar="[RULE]", required=False, shell_complete=complete))
    if takes_source(command):
        parameters.append(click.Argument(["source"], metavar="[FILE]", required=False, type=click.Path()))
    if command.takes_file:
        parameters.append(click.Argument(["file"], required=False, type=FilePath()))
    if command.is_report:
        forms = click.Choice(["text", "json", "sarif"])
        parameters.append(click.Option(["--format", "form"], type=forms, default="text", help="Output format."))
    for option, item in options_of(command).items():
        flag: dict[str, Any] = (
            {"is_flag": True} if item.type == "bool" else {"metavar": metavar_of(item), "shell_complete": complete}
        )
        parameters.append(click.Option([option, item.name], help=item.metadata["help"], **flag))
    if fields or whose_key:
        parameters.append(click.Option(["--api-key-stdin"], is_flag=True, help="Read the API key from standard input."))
    if command.changes_file or "--make-default" in options_of(command):
        parameters.append(
            click.Option(["--dry-run"], is_flag=True, help="Print the changes as a diff, and change nothing.")
        )
    parameters += target_options()
    parameters.append(click.Option(["--json", "as_json"], is_flag=True, help="Print the result as JSON."))
    verb = Verb(command.verb, params=parameters, callback=_runner(command), help=command.help)
    verb.hint = " Enter the API key at the prompt, or use --api-key-stdin." if whose_key else ""
    return verb


def _runner(command: Command[Any]) -> Callable[..., int]:
    def run(**given: Any) -> int:
        named = named_file(given.pop("config"), given.pop("is_global"))
        if file := given.pop("file", None):
            named = file
            select_file(file)
        as_json, form = given.pop("as_json"), given.pop("form", "text")
        if as_json and form == "sarif":
            raise RefusedError("invalidArguments", "Use either --json or --format sarif, not both.")
        is_dry = given.pop("dry_run", False)
        runner = runner_for(named, may_be_missing=command.makes_file)
        require_file(command, runner)
        argument = _argument(command, runner, given)
        return carry_out(command, runner, argument, as_json=as_json or form == "json", form=form, is_dry=is_dry)

    return run


def require_file(command: Command[Any], runner: Runner) -> None:
    """Refuse a command that cannot be carried out on the file that was found, or without one.

    Raises:
        FileError: There is no file, or it is skipped.
    """
    found = runner.workspace.find()
    if found.path is None and (command.needs_file or (found.is_blocked and command.changes_file)):
        raise found.refusal()


def carry_out(
    command: Command[Any], runner: Runner, argument: JsonObject, *, as_json: bool, form: str = "text", is_dry: bool
) -> int:
    """Run the command, or print what it would change, and print the result; return the exit code."""
    if is_dry:
        return _print_plan(command, runner, argument, as_json=as_json)
    found = runner.workspace.find()
    # For a check, only the file counts, and a file that cannot be written can be checked too.
    is_check = argument.get("check")
    result = runner.plan(command.id, argument).result if is_check else _execute(command, runner, argument)
    text = _render(command, result, form)
    if as_json:
        failed = error_view("invalidFile", str(result["message"])) if result.get("problem") else {}
        print_json({**result, **failed})
    elif "markdown" in result:
        print_markdown(text)
    else:
        print_styled(text if form == "sarif" else name_selected_file(text)) if command.is_report else print_text(text)
    if command.effect is None and not command.changes_file:
        # The message of other commands names these files.
        for item in found.skipped:
            note(str(item))
    if result.get("saved") is False and result.get("changed") is not False:
        action = "Added to" if kind_of(command) == "newModel" else "Changed in"
        note(f"{action} the open editor (unsaved; undo works there).")
    if result.get("problem"):
        return EXIT_REFUSED
    return EXIT_DONE if command.succeeds(result) else EXIT_FOUND


def choose_file(command: Command[Any], runner: Runner, snapshot: Snapshot, argument: JsonObject) -> JsonObject:
    """The argument object with the place of the first file that a person at the terminal chooses."""
    if not keys.is_interactive():
        return argument
    question = command.ask(runner.to_ask(snapshot), argument)
    return question.put(argument, keys.choose(question)) if question and question.choice else argument


def _argument(command: Command[Any], runner: Runner, given: Mapping[str, Any]) -> JsonObject:
    """The command's argument object, after prompting for what is missing."""
    argument: JsonObject = {"ruleId": rule} if (rule := given.get("rule_id")) else {}
    if source := given.get("source"):
        argument = {"text": keys.text_from_stdin()} if source == "-" else {"source": source}
        return choose_file(command, runner, runner.workspace.saved(runner.workspace.target()), argument)
    if not any((*words_taken(command), *options_of(command))):
        return argument
    snapshot = runner.workspace.saved(runner.workspace.target())
    schema = snapshot.facts.schema
    model, fields = cast("str | None", given.get("model")), given.get("fields")
    if fields is not None:
        (model,), fields = split_model(command, (str(model), *fields))
        argument["fields"] = fields_from(fields, schema)
    if model is not None:
        argument["who" if words_taken(command)[1] else "modelId"] = model
    for item in options_of(command).values():
        if given.get(item.name):
            argument[json_name(item.name)] = given[item.name]
    if (model_id := part_to_confirm(snapshot, command, argument)) and keys.is_interactive():
        argument["modelId"] = model = keys.confirm_part(str(model), model_id)
    argument = runner.resolve(snapshot, command, argument)
    if model is not None and argument.get("modelId", model) != model:
        shown, model_id = map(snapshot.redactor.redact, (model, str(argument["modelId"])))
        note(f"'{shown}' matches {model_id}.")
    problem = command.to_confirm(snapshot, argument)
    if problem is not None:
        chosen = keys.confirm_id(problem)
        argument |= {"allowUnusualId": True} if chosen is None else {"modelId": chosen}
    return _with_answers(command, runner, snapshot, argument, from_stdin=given.get("api_key_stdin", False))


def _with_answers(
    command: Command[Any], runner: Runner, snapshot: Snapshot, argument: JsonObject, *, from_stdin: bool
) -> JsonObject:
    """The argument object with the answers to the command's questions; without a terminal, with a key it requires.

    Raises:
        RefusedError: `missingKey` if a key is required and there is no terminal.
    """
    takes_fields = words_taken(command)[2]
    if from_stdin and takes_fields:
        fields: Any = argument["fields"]
        if fields.get("api_key", ASK) != ASK:
            raise InvalidArgumentsError(
                "invalidArguments", "Give the API key once: with --api-key-stdin or with api_key=…."
            )
        argument = {**argument, "fields": {**fields, "api_key": ASK}}
    argument = choose_file(command, runner, snapshot, argument)
    question = command.ask(snapshot, argument)
    if question is not None and question.secret:
        is_dash = takes_fields and question.required
        if from_stdin or (is_dash and not keys.is_interactive()):
            return question.put(argument, keys.key_from_stdin())
    if question is not None and command.changes_file:
        require_readable(snapshot.document)
    while question is not None and question.is_typed:
        if not keys.is_interactive():
            if question.secret and question.required:
                message = "No terminal to prompt for the API key. Pass it on standard input: --api-key-stdin"
                raise RefusedError("missingKey", message)
            break
        answer = keys.ask(question, partial(problem_of_answer, snapshot, argument, question))
        argument = question.put(argument, answer)
        question = command.ask(snapshot, argument)
    return argument


def _execute(command: Command[Any], runner: Runner, argument: JsonObject) -> JsonObject:
    is_found = runner.workspace.find().path is not None
    result = runner.execute_now(command.id, argument)
    if not is_found and "uri" in result:
        return {**result, "file": None, "uri": None}
    if result.get("problem"):
        note(f"{result['message']} For details: aloop models check")
    return result


def _print_plan(command: Command[Any], runner: Runner, argument: JsonObject, *, as_json: bool) -> int:
    from aloop_models.cli.diff import render_diff

    is_check = argument.pop("check", False) is True
    plan = runner.plan(command.id, argument)
    before, after = (runner.workspace.snapshot(plan.path, text) for text in (plan.before, plan.after))
    text = render_diff(before, after, color=is_colored() and not as_json)
    if as_json:
        print_json({**plan.result, "dryRun": True, "file": str(plan.path), "diff": text})
    else:
        print_styled(text)
        for line in plan.notes if text else ():
            note(line)
        note("Nothing was changed." if text else "Nothing would change.")
    return EXIT_FOUND if is_check and text else EXIT_DONE


def _render(command: Command[Any], result: JsonObject, form: str) -> str:
    if form == "sarif":
        # Imported here, because it imports every rule, which other commands do not need.
        from aloop_models.cli.sarif import render_sarif

        return render_sarif(result, working_folder())
    return command.render(result, Shell(str(working_folder()), is_colored=is_colored(), width=terminal_width()))
