"""The command line of the agent: interactive by default, one answer with `--task`."""

from __future__ import annotations

import argparse
import importlib.util
import sys
import warnings
from collections.abc import Callable

from aloop_models import __version__
from aloop_models.agent.output import Parser, refuse
from aloop_models.errors import AGENT_NOT_INSTALLED, RefusedError, describe_bug
from aloop_models.terminal import error_view, is_output_error, note, prepare, print_json

_BUG = 70
_NEEDED = ("litellm", "prompt_toolkit", "rich")
_EPILOG = """\
other commands:
  aloop models …              Manage models.yaml: list, add, edit, remove, default, key, check, …
  aloop models test [MODEL]…  Send one tiny request to each model to see whether it answers.
  aloop compare TEXT          Send the same prompt to several models and compare the answers.

exit codes: 0 success, 1 the model did not answer, 2 refused or wrong usage, and nothing was sent,
70 internal error, 130 stopped with Ctrl-C
"""


def main(arguments: list[str]) -> int:
    """Run the agent; exit code 0: success, 1: the model did not answer, 2: refused, and nothing was sent."""
    prepare()
    if arguments[:1] == ["compare"]:
        return _check_extras("--json" in arguments) or _run_guarded(_compare, arguments[1:])
    options = make_parser().parse(arguments)
    if missing := _check_extras(options.json):
        return missing
    if options.task is not None:
        from aloop_models.agent.task import run_task

        return run_task(
            options.task,
            options.model,
            options.config,
            as_json=options.json,
            trusted=options.trust_config,
            continues=options.continues,
        )
    if options.json:
        return refuse("aloop", RefusedError("invalidArguments", "--json requires --task."), as_json=True)
    from aloop_models.agent.interactive import run_interactive

    return run_interactive(options.model, options.config, trusted=options.trust_config, continues=options.continues)


def models_test(arguments: list[str]) -> int:
    """Run `aloop models test`, which requires the agent's libraries."""
    prepare()
    if missing := _check_extras("--json" in arguments):
        return missing
    return _run_guarded(_test, arguments)


def _compare(arguments: list[str]) -> int:
    from aloop_models.agent.compare import main as compare

    return compare(arguments)


def _test(arguments: list[str]) -> int:
    from aloop_models.agent.model_test import main as test

    return test(arguments)


def _run_guarded(run: Callable[[list[str]], int], arguments: list[str]) -> int:
    try:
        return run(arguments)
    except Exception as error:
        if is_output_error(error):
            raise
        message = describe_bug(error)
        note(f"aloop: {message}")
        if "--json" in arguments:
            print_json(error_view("bug", message))
        return _BUG


def make_parser() -> Parser:
    """The options of `aloop`."""
    parser = Parser(
        prog="aloop",
        description="Chat with the models in .aloop/models.yaml, and switch between them at any time.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "-t", "--task", metavar="TEXT", help="Answer this and exit. Use - to read it from standard input."
    )
    parser.add_argument("-m", "--model", metavar="ID", help="Use this model instead of the default model.")
    parser.add_argument(
        "-c",
        "--continue",
        dest="continues",
        action="store_true",
        help="Continue the last conversation of this folder, with its model.",
    )
    parser.add_file_options()
    parser.add_argument(
        "--json", action="store_true", help="Print the answer, tokens, cost and times as JSON. Requires --task."
    )
    parser.add_argument(
        "--version", action="version", version=f"aloop {__version__}", help="Show the version and exit."
    )
    return parser


def _check_extras(as_json: bool) -> int:  # noqa: FBT001
    """Silence the warnings of libraries; return 0, or 2 after printing how to install missing ones."""
    if any(importlib.util.find_spec(name) is None for name in _NEEDED):
        note(AGENT_NOT_INSTALLED)
        if as_json:
            print_json(error_view("notInstalled", AGENT_NOT_INSTALLED))
        return 2
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    return 0
