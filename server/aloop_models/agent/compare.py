"""`aloop compare`: the same prompt to several models at once, with answers, times, tokens and cost."""

from __future__ import annotations

import asyncio
import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aloop_models.agent.base import facts_of
from aloop_models.agent.compare_line import is_name
from aloop_models.agent.output import Parser, print_json, print_text
from aloop_models.agent.starting import describe_not_ready, start
from aloop_models.catalog.redaction import redact
from aloop_models.commands.lookup import names_of_models
from aloop_models.errors import AloopError, RefusedError
from aloop_models.features.formatting import format_cost, format_prices_in_words, format_seconds, format_usage, plural
from aloop_models.llm.answer import Answer, Message
from aloop_models.llm.failures import ModelError
from aloop_models.llm.litellm_adapter import LiteLLMAdapter
from aloop_models.llm.profile import ModelProfile
from aloop_models.terminal import note, print_table
from aloop_models.workspace.catalog import current_catalog

_LETTERS_OF_A_TOKEN = 4
"""Characters per token, a rough average of English text."""

_HEADINGS = ("MODEL", "FIRST TOKEN", "TOTAL", "TOKENS IN → OUT", "COST")


@dataclass(frozen=True, slots=True)
class Comparison:
    """The answer of one model, or why there is none."""

    profile: ModelProfile
    answer: Answer | None
    failure: str = ""


async def compare(
    prompt: str, profiles: Sequence[ModelProfile], on_done: Callable[[Comparison], None] | None = None
) -> list[Comparison]:
    """Ask all models at once, without tools and without the conversation; results in the order of `profiles`."""
    messages: list[Message] = [{"role": "user", "content": prompt}]

    async def ask(profile: ModelProfile) -> Comparison:
        try:
            result = Comparison(profile, await LiteLLMAdapter(profile=lambda: profile).answer(messages))
        except ModelError as failure:
            result = Comparison(profile, None, failure.message)
        if on_done:
            on_done(result)
        return result

    return list(await asyncio.gather(*(ask(profile) for profile in profiles)))


def price_line(profiles: Sequence[ModelProfile], prompt: str) -> str:
    """The prices of these models, to print before they are asked."""
    tokens = max(1, round(len(prompt) / _LETTERS_OF_A_TOKEN))
    prices = "; ".join(f"{profile.display_name}: {_price(profile, tokens)}" for profile in profiles)
    return f"Prices per 1M tokens (the prompt has about {plural(tokens, 'token')}): {prices}."


def _price(profile: ModelProfile, tokens: int) -> str:
    provider = current_catalog().providers.get(profile.provider)
    if provider is not None and provider.local:
        return "runs locally"
    facts = facts_of(profile)
    if facts is not None and facts.input_price is not None and facts.output_price is not None:
        prompt = format_cost(facts.input_price * tokens / 1_000_000)
        return f"{format_prices_in_words(facts.input_price, facts.output_price)} ({prompt} for the prompt)"
    return "unknown"


def result_rows(results: Sequence[Comparison]) -> list[Sequence[str]]:
    """The results as rows of a table; the row of a model without an answer has the reason."""
    rows: list[Sequence[str]] = [_HEADINGS]
    for result in results:
        answer = result.answer
        if answer is None:
            rows.append((result.profile.display_name, "–", "–", "–", "–", result.failure))
            continue
        usage = answer.usage
        rows.append(
            (
                result.profile.display_name,
                format_seconds(answer.first_token),
                format_seconds(answer.seconds),
                format_usage(usage.input_tokens, usage.output_tokens),
                format_cost(usage.cost),
            )
        )
    return rows


def comparison_view(result: Comparison) -> dict[str, object]:
    """One result as JSON, in seconds, tokens and US dollars; null if unknown."""
    answer = result.answer
    view: dict[str, object] = {"modelId": result.profile.shown_id, "ok": answer is not None}
    if answer is None:
        return {**view, "message": result.failure}
    return {
        **view,
        "answer": answer.text,
        "firstTokenSeconds": None if answer.first_token is None else round(answer.first_token, 3),
        "seconds": round(answer.seconds, 3),
        "inputTokens": answer.usage.input_tokens,
        "outputTokens": answer.usage.output_tokens,
        "cost": answer.usage.cost,
    }


def main(arguments: list[str]) -> int:
    """Run `aloop compare`; exit code 0: all models answered, 1: a model did not answer, 2: no model was asked."""
    parser = Parser(
        prog="aloop compare", description="Send the same prompt to several models and compare answers, times and cost."
    )
    parser.add_argument("prompt", metavar="TEXT", help="The prompt. Use - to read it from standard input.")
    parser.add_argument(
        "--models", metavar="A,B,…", help="The models to ask, separated by commas. Default: all that are ready."
    )
    parser.add_file_options()
    parser.add_argument("--json", action="store_true", help="Print the results as JSON.")
    options = parser.parse_args(arguments)
    try:
        prompt = sys.stdin.read() if options.prompt == "-" else str(options.prompt)
        if not prompt.strip():
            raise RefusedError(
                "invalidArguments", "The prompt is empty. Give a text, or use - to read it from standard input."
            )
        started = start(options.config, trusted=options.trust_config)
        names = [word.strip() for word in (options.models or "").split(",") if word.strip()]
        if options.models is None and is_name(prompt, names_of_models(started.workspace.saved(started.path))):
            words = redact(prompt.strip())
            message = f"'{words}' contains only model names. Add a prompt: aloop compare TEXT --models"
            raise RefusedError("invalidArguments", f"{message} {shlex.quote(words)}")
        if options.models is not None and not names:
            raise RefusedError(
                "invalidArguments", "--models is empty. Give at least one model, or omit it to ask all models."
            )
        profiles = [started.profile(name) for name in names] or started.ready()
        if not profiles:
            raise RefusedError("notReady", "No model is ready. To see why: aloop models list")
        profiles = list({profile.model_id: profile for profile in profiles}.values())
        if not names and (sentence := describe_not_ready(started.workspace, started.path)):
            note(sentence)
        note(price_line(profiles, prompt))
        results = asyncio.run(compare(prompt, profiles))
    except AloopError as error:
        note(f"aloop compare: {error}")
        return 2
    except KeyboardInterrupt:
        note("Stopped.")
        return 130
    if options.json:
        print_json([comparison_view(result) for result in results])
    else:
        for result in results:
            if result.answer:
                print_text(f"── {result.profile.display_name} ──\n{result.answer.text}\n")
        print_table(result_rows(results))
    return 0 if all(result.answer for result in results) else 1
