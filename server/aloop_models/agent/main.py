"""`aloop`: the agent's command line; `--task` answers once, without it a conversation begins."""

from __future__ import annotations

import argparse
import importlib.util
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

from aloop_models import __version__
from aloop_models.agent.output import Parser
from aloop_models.errors import describe_bug
from aloop_models.terminal import note, prepare

INSTALL = 'The agent needs more than the base install. Install it with: pip install "aloop-models[agent]"'

_BUG = 70
_NEEDED = ("litellm", "prompt_toolkit", "rich")
_EPILOG = """\
other commands:
  aloop models …           manage models.yaml: list, add, edit, remove, default, key, check, …
  aloop models test [ID…]  one tiny request to each model: does it answer?
  aloop compare TEXT       the same prompt to several models, side by side

exit codes: 0 answered, 1 the model did not answer, 2 nothing was asked because something is missing
"""


def main(arguments: list[str]) -> int:
    """Run the agent; 0: done, 1: the model did not answer, 2: nothing was asked because something is missing."""
    prepare()
    if arguments[:1] == ["compare"]:
        return _with_extras() or _guarded(_compare, arguments[1:])
    options = _parser().parse_args(arguments)
    if missing := _with_extras():
        return missing
    if options.task is not None:
        from aloop_models.agent.task import run_task

        return run_task(options.task, options.model, options.config, as_json=options.json, trusted=options.trust_config)
    if options.json:
        note("aloop: --json needs --task.")
        return 2
    from aloop_models.agent.interactive import run_interactive

    return run_interactive(options.model, options.config, trusted=options.trust_config)


def models_test(arguments: list[str]) -> int:
    """Run `aloop models test`, which needs the agent's libraries."""
    prepare()
    if missing := _with_extras():
        return missing
    return _guarded(_test, arguments)


def _compare(arguments: list[str]) -> int:
    from aloop_models.agent.compare import main as compare

    return compare(arguments)


def _test(arguments: list[str]) -> int:
    from aloop_models.agent.model_test import main as test

    return test(arguments)


def _guarded(run: Callable[[list[str]], int], arguments: list[str]) -> int:
    try:
        return run(arguments)
    except Exception as error:  # noqa: BLE001
        note(f"aloop: {describe_bug(error)}")
        return _BUG


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="aloop",
        description="Talk to the models of .aloop/models.yaml, and switch between them while you talk.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--task", metavar="TEXT", help="answer this and end; - reads it from stdin")
    parser.add_argument("--model", metavar="ID", help="use this model instead of the default")
    parser.add_argument("--config", metavar="PATH", type=Path, help="use this models.yaml")
    parser.add_argument("--json", action="store_true", help="with --task: print answer, tokens, cost and times as JSON")
    parser.add_argument(
        "--trust-config", action="store_true", help="use a models.yaml that came with the repository without asking"
    )
    parser.add_argument("--version", action="version", version=f"aloop {__version__}")
    return parser


def _with_extras() -> int:
    """0, or the exit code after the install command was printed; and no library's warnings on the terminal."""
    if any(importlib.util.find_spec(name) is None for name in _NEEDED):
        note(INSTALL)
        return 2
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    return 0
