"""`aloop models test` and `/model test`: what a test of the models found, as a table or as JSON."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from aloop_models.agent.output import Parser, print_json
from aloop_models.agent.starting import Start, left_out, start
from aloop_models.errors import AloopError, RefusedError
from aloop_models.features.formatting import plural
from aloop_models.llm.model_test import ProbeResult, price_of_test, probe_models
from aloop_models.llm.profile import ModelProfile
from aloop_models.terminal import note, print_table

WORDS = {
    None: "ok",
    "wrongKey": "wrong key",
    "forbidden": "not allowed",
    "unknownModel": "unknown model",
    "quota": "no quota",
    "rateLimit": "too many requests",
    "conversationTooLong": "rejected",
    "noTools": "rejected",
    "rejected": "rejected",
    "serverError": "server error",
    "timeout": "time-out",
    "noConnection": "no connection",
    "nameNotFound": "name not found",
    "tls": "TLS",
    "notSupported": "not supported",
    "emptyAnswer": "no answer",
    "maxTokensReached": "no answer",
    "refusedToAnswer": "refused",
    "brokenOff": "broken off",
    "other": "failed",
}
"""Each kind of result in a word or two."""


def main(arguments: list[str]) -> int:
    """Run `aloop models test`; 0: all models answered, 1: one did not, 2: none was asked, with the reason."""
    parser = Parser(
        prog="aloop models test",
        description="Send one tiny request to each model, all at the same time, and say who answers. Costs a little.",
    )
    parser.add_argument(
        "models", metavar="MODEL", nargs="*", help="a model of the file; all that are ready if left out"
    )
    parser.add_argument("--config", metavar="PATH", type=Path, help="use this models.yaml")
    parser.add_argument("--json", action="store_true", help="print the results as JSON")
    parser.add_argument("--trust-config", action="store_true", help="use a file that came with the repository")
    options = parser.parse_args(arguments)
    try:
        started = start(options.config, trusted=options.trust_config)
        profiles = chosen_profiles(started, options.models)
        if not profiles:
            raise RefusedError("notReady", "No model is ready to be tested. See: aloop models list")
        if not options.models and (sentence := left_out(started.workspace, started.path)):
            note(sentence)
        note(price_line(profiles))
        results = asyncio.run(probe_models(profiles))
    except AloopError as error:
        note(f"aloop models test: {error}")
        return 2
    except KeyboardInterrupt:
        note("Stopped.")
        return 130
    if options.json:
        print_json([result_view(result) for result in results])
    else:
        print_table(figures(results))
    return 0 if all(result.is_ok for result in results) else 1


def chosen_profiles(started: Start, words: Sequence[str]) -> list[ModelProfile]:
    """The models named, else all that are ready.

    Raises:
        RefusedError: one that is named does not fit or cannot answer, or the file cannot be read.
    """
    if words:
        return list({profile.model_id: profile for profile in map(started.profile, words)}.values())
    return started.ready()


def price_line(profiles: Sequence[ModelProfile]) -> str:
    """What the test does and costs, said before it is done."""
    count = plural(len(profiles), "model")
    price = price_of_test(profiles)
    cost = "" if price is None else f", which costs less than ${max(price, 0.0001):.4f}"
    return f"One tiny request to {count}{cost}."


def figures(results: Sequence[ProbeResult]) -> list[Sequence[str]]:
    """A row for each model: name, result, time, and for a failure what to do."""
    return [
        (
            result.profile.display_name,
            WORDS[result.kind.value if result.kind else None],
            f"{result.seconds:.2f} s",
            "" if result.is_ok else result.message,
        )
        for result in results
    ]


def result_view(result: ProbeResult) -> dict[str, object]:
    """One result for programs."""
    return {
        "modelId": result.profile.shown_id,
        "ok": result.is_ok,
        "kind": result.kind.value if result.kind else "ok",
        "seconds": round(result.seconds, 3),
        "message": result.message,
        "cost": result.usage.cost,
    }
