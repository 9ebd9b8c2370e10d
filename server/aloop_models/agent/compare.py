"""`aloop compare`: the same prompt to several models at once, with answers, times, tokens and cost."""

from __future__ import annotations

import asyncio
import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from aloop_models.agent.compare_line import is_name
from aloop_models.agent.interrupt import run_interruptible
from aloop_models.agent.output import Parser, print_text, read_input, refuse
from aloop_models.agent.progress import Progress, error_console
from aloop_models.agent.starting import SHELL_COMMAND, describe_not_ready, exit_if_loading, start
from aloop_models.agent.status import cost_text, tokens_text
from aloop_models.catalog.redaction import redact
from aloop_models.commands.lookup import names_of_models
from aloop_models.errors import AloopError, RefusedError, describe_bug
from aloop_models.features.formatting import format_cost, format_prices_in_words, format_seconds, plural
from aloop_models.features.table import Column
from aloop_models.llm.answer import Answer, Message, Usage
from aloop_models.llm.failures import ModelError
from aloop_models.llm.litellm_adapter import LiteLLMAdapter
from aloop_models.llm.profile import ModelProfile
from aloop_models.llm.usage import estimate_tokens, estimate_usage, facts_of, is_local
from aloop_models.startup import raise_on_interrupt
from aloop_models.terminal import error_view, note, print_json, print_table

COLUMNS = (
    Column("MODEL", is_id=True),
    Column("FIRST TOKEN", drop=20),
    Column("TOTAL"),
    Column("TOKENS IN → OUT", drop=30),
    Column("COST", drop=10),
    Column(wraps=20),
)

_STOPPED = "Stopped."

DESCRIPTION = "Send the same prompt to several models and compare answers, times and cost."


@dataclass(frozen=True, slots=True)
class Comparison:
    """The answer of one model, or why there is none."""

    profile: ModelProfile
    answer: Answer | None
    failure: str = ""
    partial: str = ""
    """The part of an answer that arrived before the failure."""
    usage: Usage = field(default_factory=Usage)

    @property
    def title(self) -> str:
        """The name of the model, and whether its text is incomplete."""
        return f"{self.profile.display_name}{'' if self.answer else ' (incomplete)'}"

    @property
    def text(self) -> str:
        """The answer, or the part that arrived."""
        return self.answer.text if self.answer else self.partial


async def compare(
    prompt: str,
    profiles: Sequence[ModelProfile],
    on_done: Callable[[Comparison], None],
    command: str = SHELL_COMMAND,
) -> list[Comparison]:
    """Ask all models at once, without tools and without the conversation; results in the order of `profiles`.

    `command` starts the commands in the reasons of failures. `on_done` receives each result as soon as it is there; if
    the task is cancelled, it receives the parts that arrived.
    """
    messages: list[Message] = [{"role": "user", "content": prompt}]

    async def ask(profile: ModelProfile) -> Comparison:
        pieces: list[str] = []
        try:
            answer = await LiteLLMAdapter(profile=lambda: profile).answer(messages, on_text=pieces.append)
            result = Comparison(profile, answer, usage=answer.usage)
        except ModelError as failure:
            result = Comparison(profile, None, failure.message_for(command), "".join(pieces), failure.usage)
        except Exception as error:  # noqa: BLE001
            # A bug must not hide the answers of the other models.
            result = Comparison(profile, None, describe_bug(error), "".join(pieces))
        except asyncio.CancelledError:
            partial = "".join(pieces)
            usage = estimate_usage(profile, messages, (), len(partial)) if partial else Usage()
            on_done(Comparison(profile, None, _STOPPED, partial, usage))
            raise
        on_done(result)
        return result

    return list(await asyncio.gather(*(ask(profile) for profile in profiles)))


def count_line(done: Sequence[Comparison], profiles: Sequence[ModelProfile]) -> str:
    """How many models have answered, to show while the others are awaited."""
    return f"{len(done)} of {len(profiles)} answered"


def price_line(profiles: Sequence[ModelProfile], prompt: str) -> str:
    """The prices of these models, to print before they are asked."""
    tokens = estimate_tokens(len(prompt))
    prices = "; ".join(f"{profile.display_name}: {_price(profile, tokens)}" for profile in profiles)
    return f"Prices per 1M tokens (the prompt has about {plural(tokens, 'token')}): {prices}."


def _price(profile: ModelProfile, tokens: int) -> str:
    if is_local(profile):
        return "runs locally"
    facts = facts_of(profile)
    if facts is not None and facts.input_price is not None and facts.output_price is not None:
        prompt = format_cost(facts.input_price * tokens / 1_000_000)
        return f"{format_prices_in_words(facts.input_price, facts.output_price)} ({prompt} for the prompt)"
    return "unknown"


def result_rows(results: Sequence[Comparison], profiles: Sequence[ModelProfile]) -> list[Sequence[str]]:
    """The results as rows of a table in the order of `profiles`; a row without an answer has the reason."""
    rows: list[Sequence[str]] = []
    for result in in_order(results, profiles):
        answer = result.answer
        row = (
            result.profile.display_name,
            format_seconds(answer.first_token if answer else None),
            format_seconds(answer.seconds if answer else None),
            tokens_text(result.usage),
            cost_text(result.usage),
        )
        rows.append(row if answer else (*row, result.failure))
    return rows


def in_order(results: Sequence[Comparison], profiles: Sequence[ModelProfile]) -> list[Comparison]:
    """The results in the order of `profiles`."""
    places = {profile.model_id: place for place, profile in enumerate(profiles)}
    return sorted(results, key=lambda result: places[result.profile.model_id])


def comparison_view(result: Comparison) -> dict[str, object]:
    """One result as JSON, in seconds, tokens and US dollars; null if unknown."""
    answer = result.answer
    view: dict[str, object] = {"modelId": result.profile.shown_id, "ok": answer is not None}
    if answer is None:
        return {**view, "message": result.failure, **({"answer": result.partial} if result.partial else {})}
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
    """Run `aloop compare`; exit code 0: all models answered, 1: one did not, 2: no model was asked, 130: stopped."""
    options = make_parser().parse(arguments)
    raise_on_interrupt()
    try:
        prompt = read_input("prompt") if options.prompt == "-" else str(options.prompt)
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
        return _run(prompt, profiles, as_json=options.json)
    except AloopError as error:
        return refuse("aloop compare", error, as_json=options.json)
    except KeyboardInterrupt:
        note(_STOPPED)
        if options.json:
            print_json(error_view("stopped", _STOPPED))
        return 130


def make_parser() -> Parser:
    """The options of `aloop compare`."""
    parser = Parser(prog="aloop compare", description=DESCRIPTION)
    parser.add_argument("prompt", metavar="TEXT", help="The prompt. Use - to read it from standard input.")
    parser.add_argument(
        "--models", metavar="A,B,…", help="The models to ask, separated by commas. Default: all that are ready."
    )
    parser.add_file_options()
    parser.add_argument("--json", action="store_true", help="Print the results as JSON.")
    return parser


def _run(prompt: str, profiles: Sequence[ModelProfile], *, as_json: bool) -> int:
    done: list[Comparison] = []
    is_stopped = False
    with Progress(error_console(), count_line(done, profiles)) as progress:

        def show(result: Comparison) -> None:
            done.append(result)
            progress.text = count_line(done, profiles)
            if result.text and not as_json:
                with progress.hidden():
                    print_text(f"── {result.title} ──\n{result.text}\n")
                    sys.stdout.flush()

        try:
            run_interruptible(compare(prompt, profiles, show))
        except KeyboardInterrupt:
            is_stopped = True
    answered = [result for result in done if result.answer]
    if as_json:
        view: dict[str, object] = {"message": f"{count_line(answered, profiles)}."}
        stopped = error_view("stopped", _STOPPED) if is_stopped else {}
        print_json({**view, "results": [comparison_view(result) for result in in_order(done, profiles)], **stopped})
    else:
        print_table(COLUMNS, result_rows(done, profiles))
    if is_stopped:
        note(_STOPPED)
        exit_if_loading(130)
        return 130
    return 0 if len(answered) == len(done) else 1
