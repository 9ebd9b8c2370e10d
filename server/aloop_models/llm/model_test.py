"""Test models with one small, real request each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from aloop_models.errors import describe_bug
from aloop_models.llm.answer import Usage
from aloop_models.llm.failures import FailureKind, ModelError
from aloop_models.llm.litellm_adapter import LiteLLMAdapter
from aloop_models.llm.profile import ModelProfile
from aloop_models.llm.usage import facts_of

QUESTION = "Reply with the one word: ok"

_INPUT, _OUTPUT = 20, 16
"""The approximate maximum tokens of one test, for its price."""

_LONGEST = 30.0
"""The timeout of a test in seconds, if that of the model is longer."""

_OWN_LIMITS = ("max_tokens", "max_completion_tokens", "num_predict", "thinking", "reasoning_effort")


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """The result of testing one model."""

    profile: ModelProfile
    kind: FailureKind | None
    """None if the model answered."""
    message: str
    """One sentence for people, without secrets."""
    seconds: float | None
    """From the sending of the request to the end of the answer or the failure; None if nothing was sent."""
    usage: Usage = field(default_factory=Usage)

    @property
    def is_ok(self) -> bool:
        """Whether the model answered."""
        return self.kind is None


def test_models(profiles: Iterable[ModelProfile]) -> list[ProbeResult]:
    """Test models as `probe_models`, for callers without an event loop; blocks."""
    return asyncio.run(probe_models(list(profiles)))


async def probe_models(
    profiles: Sequence[ModelProfile],
    on_result: Callable[[ProbeResult], None] | None = None,
    command: str = "aloop models",
) -> list[ProbeResult]:
    """Test all models in parallel and return the results in order; `on_result` receives each as it arrives.

    `command` starts the commands in the reasons of failures.

    A test may cost money (see `price_of_test`), so it runs only on request.
    """

    async def probe(profile: ModelProfile) -> ProbeResult:
        result = await _probe(profile, command)
        if on_result:
            on_result(result)
        return result

    return list(await asyncio.gather(*(probe(profile) for profile in profiles)))


def price_of_test(profiles: Iterable[ModelProfile]) -> float | None:
    """Return the approximate maximum cost of a test in US dollars; None if no price is known."""
    total: list[float] = []
    for profile in profiles:
        facts = facts_of(profile)
        if facts and facts.input_price is not None and facts.output_price is not None:
            total.append((_INPUT * facts.input_price + _OUTPUT * facts.output_price) / 1_000_000)
    return sum(total) if total else None


async def _probe(profile: ModelProfile, command: str) -> ProbeResult:
    short = replace(profile, timeout=min(profile.timeout, _LONGEST))
    if not any(name in profile.extra for name in _OWN_LIMITS):
        short = replace(short, extra={**profile.extra, "max_tokens": _OUTPUT})
    adapter = LiteLLMAdapter(profile=lambda: short, back_off=())
    try:
        answer = await adapter.answer([{"role": "user", "content": QUESTION}])
    except ModelError as failure:
        if failure.kind is FailureKind.MAX_TOKENS and short.extra is not profile.extra:
            # A reasoning model needs more tokens than a test allows, but it does answer.
            return ProbeResult(profile, None, "It answers.", failure.seconds, failure.usage)
        message = failure.message_for(command)
        if failure.kind is FailureKind.TIMEOUT and short.timeout < profile.timeout:
            # A longer timeout of the entry would not change the test.
            message = failure.cause
        return ProbeResult(profile, failure.kind, message, failure.seconds, failure.usage)
    except Exception as error:  # noqa: BLE001
        # A bug must not hide the results of the other models.
        return ProbeResult(profile, FailureKind.OTHER, describe_bug(error), None)
    return ProbeResult(profile, None, "It answers.", answer.seconds, answer.usage)
