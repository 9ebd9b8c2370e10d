"""`aloop`, `aloop-models` and `python -m aloop_models`: `models …` is the command line, everything else the agent."""

from __future__ import annotations

import gc
import os
import sys

from aloop_models.startup import die_on_interrupt, exit_on_interrupt, exit_stopped, open_streams


def main() -> None:
    """Run what the first word asks for, and exit with its code."""
    open_streams()
    instruction = os.environ.get("_ALOOP_COMPLETE")
    if instruction:
        die_on_interrupt()
    else:
        exit_on_interrupt()
    try:
        try:
            if instruction:
                _complete(instruction)
            else:
                sys.exit(_run(sys.argv[1:]))
        finally:
            # Python would do this later, and print a traceback if it fails.
            sys.stdout.flush()
    except KeyboardInterrupt:
        exit_stopped()
    except OSError as error:
        from aloop_models.terminal import report_output_error

        sys.exit(report_output_error("aloop models" if sys.argv[1:2] == ["models"] else "aloop", error))


def _run(arguments: list[str]) -> int:
    if arguments[:2] == ["models", "test"]:
        # The one verb that asks models something, so it is the agent's.
        from aloop_models.agent.main import models_test

        return models_test(arguments[2:])
    if arguments[:1] == ["models"]:
        # The process is short, and almost nothing that it makes is in a cycle.
        gc.disable()
        from aloop_models.cli.main import main as models

        return models(arguments[1:])
    if arguments and arguments[0] != "compare" and not arguments[0].startswith("-"):
        from aloop_models.cli.main import refuse_command

        return refuse_command(arguments)
    from aloop_models.agent.main import main as agent

    return agent(arguments)


def _complete(instruction: str) -> None:
    """Print completions, from the index if possible; what is new is added after this process has ended."""
    from aloop_models.cli.completion_index import Answer, print_answer
    from aloop_models.cli.detach import detach

    answer = print_answer(instruction)
    if answer is Answer.OUTDATED_INDEX:
        detach(_renew_completions)
    elif answer is None:
        from aloop_models.cli.main import main as models

        sys.exit(models([], detach))


def _renew_completions() -> None:
    from aloop_models.cli.main import renew_completions

    renew_completions()


if __name__ == "__main__":
    main()
