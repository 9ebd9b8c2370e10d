"""The commands `init`, `path` and `schema`: create the file, find it, and describe its format."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aloop_models.catalog.redaction import redact
from aloop_models.cli import keys
from aloop_models.cli.output import EXIT_DONE, EXIT_REFUSED, is_colored, print_styled, print_text
from aloop_models.cli.target import missing_file, named_file, target_options
from aloop_models.cli.verbs import Verb
from aloop_models.core.plain_text import sanitize_line
from aloop_models.errors import RefusedError
from aloop_models.terminal import note, print_json, refusal_view

if TYPE_CHECKING:
    from aloop_models.snapshot import NewFiles

WHY = {
    "option": "it was given with an option",
    "workspace": "it is the nearest file, searching upward from the working directory",
    "home": "it is in the home folder, and no other file is nearer",
    "none": "there is no models.yaml here yet",
}
"""Why a file is in use, by the source of the search result."""


def files() -> tuple[click.Command, ...]:
    """The commands of this module."""
    dry_run = click.Option(["--dry-run"], is_flag=True, help="Print the changes as a diff, and change nothing.")
    as_json = click.Option(["--json", "as_json"], is_flag=True, help="Print the result as JSON.")
    return (
        Verb(
            "init",
            params=[dry_run, *target_options(), as_json],
            callback=_init,
            short_help="Create a models.yaml from the template.",
            help="Create a models.yaml from the template, readable only by you and ignored by git.",
        ),
        Verb(
            "path",
            params=[*target_options(), as_json],
            callback=_path,
            short_help="Print the path of the file in use.",
            help="Print the path of the file in use, and on standard error why it is used.",
        ),
        Verb("schema", params=[], callback=_schema, help="Print the JSON Schema of models.yaml."),
    )


def found_view(found: Any) -> dict[str, object]:
    """A search result (`workspace.locate.Location`) as `path --json` and `doctor` print it."""
    return {
        "file": str(found.path) if found.path else None,
        "source": found.source,
        "createAt": str(found.create_at),
        "repository": str(found.repository) if found.repository else None,
        "skipped": [{"file": str(item.path), "reason": item.reason, "advice": item.advice} for item in found.skipped],
        "shadowed": [str(path) for path in found.shadowed],
    }


def _init(config: Path | None, **options: bool) -> int:
    from aloop_models.cli.diff import render_diff
    from aloop_models.dispatch.runner import Runner
    from aloop_models.workspace.first_use import TEMPLATE, extend_gitignore, make_config
    from aloop_models.workspace.locate import find_config, is_blank
    from aloop_models.workspace.paths import exists, working_folder
    from aloop_models.workspace.workspace import Workspace

    named = named_file(config, options["is_global"])
    found = find_config(working_folder(), named)
    if found.is_blocked:
        raise found.refusal()
    if found.path and (named is None or (exists(found.path) and not is_blank(found.path))):
        # A `.gitignore` of version 0.1 or by the RFC covers the file, but not its copies.
        if not options["dry_run"] and (message := extend_gitignore(found.path)):
            return _print_made(found.path, (message,), as_json=options["as_json"])
        hint = "Edit it, or add a model: aloop models add provider/model"
        if found.source == "home":
            new = shlex.quote(redact(str(found.create_at)))
            hint = f"To create one for this project, run: aloop models init --config {new}"
        raise RefusedError("conflict", f"{redact(str(found.path))} is already in use here. {hint}")
    for item in found.skipped:
        note(str(item))
    runner = Runner(Workspace((working_folder(),), config=named))
    files = runner.workspace.new_files()
    path = _choose(files) if files and keys.is_interactive() else found.path or found.create_at
    if options["dry_run"]:
        text = render_diff(
            runner.workspace.snapshot(path, ""),
            runner.workspace.snapshot(path, TEMPLATE),
            color=is_colored() and not options["as_json"],
        )
        if options["as_json"]:
            print_json({"message": f"{path} would be created.", "file": str(path), "dryRun": True, "diff": text})
        else:
            print_styled(text)
            note("Nothing was changed.")
        return EXIT_DONE
    return _print_made(path, make_config(path), as_json=options["as_json"])


def _choose(files: NewFiles) -> Path:
    """The file that the person chooses to create."""
    from aloop_models.commands.file_question import file_question
    from aloop_models.workspace.buffers import path_named

    return path_named(keys.choose(file_question(files)).value)


def _print_made(path: Path, messages: tuple[str, ...], *, as_json: bool) -> int:
    if as_json:
        print_json({"message": " ".join(messages), "file": str(path), "notes": list(messages)})
    else:
        print_text("".join(f"{redact(message)}\n" for message in messages))
    return EXIT_DONE


def _path(config: Path | None, **options: bool) -> int:
    from aloop_models.dispatch.runner import Runner
    from aloop_models.workspace.paths import exists, working_folder
    from aloop_models.workspace.workspace import Workspace

    runner = Runner(Workspace((working_folder(),), config=named_file(config, options["is_global"])))
    found = runner.workspace.find()
    # Only a file that was given with an option can be missing.
    refusal = found.refusal() if found.path is None else None if exists(found.path) else missing_file(found.path)
    if options["as_json"] and refusal is not None:
        note(f"aloop models: {refusal}")
        print_json({**refusal_view(refusal), **found_view(found)})
        return EXIT_REFUSED
    if found.path is None or refusal is not None:
        raise refusal or found.refusal()
    why = f"In use because {WHY[found.source]}."
    if options["as_json"]:
        problem = runner.workspace.in_use(found.path).problem
        view = {"problem": {"line": problem.line, "message": problem.message}} if problem else {}
        print_json({"message": why, **found_view(found), **view})
        return EXIT_DONE
    print_text(f"{sanitize_line(str(found.path))}\n")
    note(why)
    for item in found.skipped:
        note(str(item))
    why = "another file was given" if found.source == "option" else "another file is nearer"
    for path in found.shadowed:
        note(f"Not used, because {why}: {redact(str(path))}")
    if problem := runner.workspace.in_use(found.path).problem:
        note(problem.message)
    return EXIT_DONE


def _schema() -> int:
    from aloop_models.catalog.schema_file import schema_path

    print_text(schema_path().read_text(encoding="utf-8"))
    return EXIT_DONE
