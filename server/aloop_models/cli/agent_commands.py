"""The commands and options of the agent, for help, documentation and completion.

The agent has its own parsers, which cannot be imported here, because they need the agent's libraries. A test compares
them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from aloop_models.cli.target import config_option

Complete = Callable[[click.Context, click.Parameter, str], Any]
"""Returns the candidates for a parameter and the incomplete word."""


def agent_options(complete_model: Complete) -> list[click.Parameter]:
    """The options of `aloop`."""
    return [
        click.Option(["-t", "--task"], metavar="TEXT", help="Answer this and exit."),
        click.Option(["-m", "--model"], metavar="ID", help="Use this model.", shell_complete=complete_model),
        click.Option(["-c", "--continue"], is_flag=True, help="Continue the last conversation of this folder."),
        *_common_options(),
        click.Option(["--version"], is_flag=True, help="Show the version and exit."),
    ]


def compare_command(complete_models: Complete) -> click.Command:
    """The command `aloop compare`."""
    return click.Command(
        "compare",
        params=[
            click.Argument(["prompt"], required=False),
            click.Option(["--models"], metavar="A,B", help="Ask these models.", shell_complete=complete_models),
            *_common_options(),
        ],
        help="Send a prompt to several models.",
    )


def test_command(complete_model: Complete) -> click.Command:
    """The command `aloop models test`; it has no function, because `__main__.py` gives it to the agent."""
    return click.Command(
        "test",
        params=[
            click.Argument(["models"], metavar="[MODEL]…", nargs=-1, shell_complete=complete_model),
            *_common_options(),
        ],
        help="Send one tiny request to each model to see whether it answers.",
    )


def _common_options() -> list[click.Parameter]:
    trust = "Use a models.yaml that came with the repository without confirmation."
    return [
        config_option(),
        click.Option(["--trust-config"], is_flag=True, help=trust),
        click.Option(["--json"], is_flag=True, help="Print the result as JSON."),
    ]
