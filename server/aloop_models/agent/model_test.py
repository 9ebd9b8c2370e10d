"""`aloop models test` and `/model test`: the results of a test of models, as a table or as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from aloop_models.agent.interrupt import run_interruptible
from aloop_models.agent.output import Parser, refuse
from aloop_models.agent.starting import Start, describe_not_ready, exit_if_loading, start
from aloop_models.errors import AloopError, RefusedError
from aloop_models.features.formatting import format_seconds, plural
from aloop_models.features.table import Column
from aloop_models.llm.model_test import ProbeResult, price_of_test, probe_models
from aloop_models.llm.profile import ModelProfile
from aloop_models.startup import raise_on_interrupt
from aloop_models.terminal import error_view, note, print_json, print_table

DESCRIPTION = "Send one tiny request to each model to see whether it answers. The requests may cost money."

COLUMNS = (Column(is_id=True), Column(), Column(drop=10), Column(wraps=20))

WORDS = {
    None: "ok",
    "wrongKey": "invalid key",
    "forbidden": "forbidden",
    "unknownModel": "unknown model",
    "quota": "quota exceeded",
    "rateLimit": "rate limited",
    "conversationTooLong": "rejected",
    "noTools": "rejected",
    "rejected": "rejected",
    "serverError": "server error",
    "timeout": "timeout",
    "noConnection": "no connection",
    "noResponse": "no response",
    "nameNotFound": "host not found",
    "tls": "TLS error",
    "notSupported": "not supported",
    "emptyAnswer": "empty answer",
    "maxTokensReached": "empty answer",
    "refusedToAnswer": "refused",
    "brokenOff": "disconnected",
    "other": "failed",
}
"""The label of each kind of result."""


def main(arguments: list[str]) -> int:
    """Run `aloop models test`; exit code 0: all models answered, 1: a model did not, 2: no model was asked."""
    options = make_parser().parse(arguments)
    raise_on_interrupt()
    try:
        started = start(options.config, trusted=options.trust_config)
        profiles = select_profiles(started, options.models)
        if not profiles:
            raise RefusedError("notReady", "No model is ready. To see why: aloop models list")
        if not options.models and (sentence := describe_not_ready(started.workspace, started.path)):
            note(sentence)
        note(price_line(profiles))
        results = run_interruptible(probe_models(profiles))
    except AloopError as error:
        return refuse("aloop models test", error, as_json=options.json)
    except KeyboardInterrupt:
        note("Stopped.")
        if options.json:
            print_json(error_view("stopped", "Stopped."))
        exit_if_loading(130)
        return 130
    if options.json:
        answered = sum(result.is_ok for result in results)
        message = f"{answered} of {plural(len(results), 'model')} answered."
        print_json({"message": message, "results": [result_view(result) for result in results]})
    else:
        print_table(COLUMNS, result_rows(results))
    return 0 if all(result.is_ok for result in results) else 1


def make_parser() -> Parser:
    """The options of `aloop models test`, from which docs/cli.md is generated too."""
    parser = Parser(prog="aloop models test", description=DESCRIPTION)
    parser.add_argument("models", metavar="MODEL", nargs="*", help="The models to test. Default: all that are ready.")
    parser.add_file_options()
    parser.add_argument("--json", action="store_true", help="Print the results as JSON.")
    return parser


def select_profiles(started: Start, words: Sequence[str]) -> list[ModelProfile]:
    """The given models, else all that are ready.

    Raises:
        RefusedError: A given model does not exist or is not ready, or the file cannot be read.
    """
    if words:
        return list({profile.model_id: profile for profile in map(started.profile, words)}.values())
    return started.ready()


def price_line(profiles: Sequence[ModelProfile]) -> str:
    """What the test does and costs, to print before the test."""
    count = plural(len(profiles), "model")
    price = price_of_test(profiles)
    cost = "" if price is None else f" (estimated cost: less than ${max(price, 0.0001):.4f})"
    return f"Sending one tiny request to {count}{cost}."


def result_rows(results: Sequence[ProbeResult]) -> list[Sequence[str]]:
    """A row for each model: name, result, time, and what to do about a failure."""
    return [
        (
            result.profile.display_name,
            WORDS[result.kind.value if result.kind else None],
            format_seconds(result.seconds),
            "" if result.is_ok else result.message,
        )
        for result in results
    ]


def result_view(result: ProbeResult) -> dict[str, object]:
    """One result as JSON."""
    return {
        "modelId": result.profile.shown_id,
        "ok": result.is_ok,
        "kind": result.kind.value if result.kind else "ok",
        "seconds": None if result.seconds is None else round(result.seconds, 3),
        "message": result.message,
        "cost": result.usage.cost,
    }
