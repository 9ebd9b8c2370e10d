"""The options that select a models.yaml, and the runner for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aloop_models.catalog.redaction import redact
from aloop_models.errors import FileError, RefusedError
from aloop_models.terminal import select_file

if TYPE_CHECKING:
    from aloop_models.dispatch.runner import Runner


class FilePath(click.Path):
    """The path of a file; an empty one, as from a variable that is not set, does not mean the working folder."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """As click's, but refuse an empty path."""
        return super().convert(value, param, ctx) if value else self.fail("The path is empty.", param, ctx)


def config_option() -> click.Option:
    """The option `--config`."""
    return click.Option(["--config"], type=FilePath(), metavar="PATH", help="Use this models.yaml.")


def target_options() -> list[click.Parameter]:
    """The options `--config` and `--global`."""
    return [
        config_option(),
        click.Option(["--global", "is_global"], is_flag=True, help="Use the models.yaml in the home folder."),
    ]


def named_file(config: Path | None, is_global: bool) -> Path | None:  # noqa: FBT001
    """The file that the options select, which messages then name; None to search for one.

    Raises:
        RefusedError: Both options are given, or there is no home folder.
    """
    if not is_global:
        select_file(config)
        return config
    if config is not None:
        raise RefusedError("invalidArguments", "Use either --config or --global, not both.")
    from aloop_models.workspace.locate import home_config

    home = home_config()
    if home is None:
        raise RefusedError("fileNotFound", "There is no home folder. Use --config to give the file.")
    select_file(home, is_global=True)
    return home


def missing_file(named: Path) -> FileError:
    """The refusal for a selected file that does not exist."""
    # It can be a model instead of a file.
    advice = ", or create it: aloop models init" if named.suffix in (".yaml", ".yml") else "."
    return FileError("fileNotFound", redact(f"{named} does not exist. Check the path{advice}"))


def runner_for(named: Path | None, *, may_be_missing: bool) -> Runner:
    """The runner for the file; None searches for one.

    Raises:
        FileError: The selected file cannot be read.
    """
    # Imported here, because `--help` does not need it.
    from aloop_models.dispatch.runner import Runner
    from aloop_models.workspace.paths import working_folder
    from aloop_models.workspace.read import text_of
    from aloop_models.workspace.workspace import Workspace

    if named is not None and not may_be_missing and text_of(named) is None:
        raise missing_file(named)
    return Runner(Workspace((working_folder(),), config=named))
