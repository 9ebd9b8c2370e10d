"""Formats numbers, prices, durations and names for people."""

from __future__ import annotations

from datetime import date

from aloop_models.catalog import ModelFacts, default_name
from aloop_models.catalog.facts import Lifecycle
from aloop_models.catalog.redaction import redact
from aloop_models.core.document import Entry


def plural(count: float, noun: str) -> str:
    """A number with its noun: `1 model`, `3 models`, `1.5 seconds`."""
    number = f"{count:g}" if isinstance(count, float) else str(count)
    return f"{number} {noun}" if count == 1 else f"{number} {noun}s"


def format_tokens(count: int, like: int | None = None) -> str:
    """A number of tokens as model cards write it: `200K`, `1M`; 131072 is `128K`, as is 131072 - 1.

    With `like`, in the unit of that number, for a comparison: 65536 is `66K` of 200000 and `64K` of 131072.
    """
    if like is None:
        count, kilo = _round_to_binary(count)
    else:
        _, kilo = _round_to_binary(like)
    if count < kilo:
        return str(count)
    thousands = count / kilo
    thousands = round(thousands) if round(thousands) >= _MANY else round(thousands, 1)
    return f"{thousands:g}K" if thousands < kilo else f"{round(count / kilo**2, 2):g}M"


_LONGEST_NAME = 200
"""Maximum characters of a name in lists and status bars."""
_LONGEST_REDACTED = 5_000
"""Characters of a name that are redacted, because a name can be as long as the file."""
_MANY = 100
"""From here on, thousands are written without decimals."""


def _round_to_binary(count: int) -> tuple[int, int]:
    """The count and its unit: 1024 for a multiple of it and, rounded, close to a small multiple of a power of two."""
    unit = 1 << max(count.bit_length() - 4, 0)
    near = round(count / unit) * unit
    if count % 1000 == 0:
        return count, 1000
    if count % 1024 == 0:
        return count, 1024
    return (near, 1024) if near >= 1024 and abs(count - near) <= near * 0.002 else (count, 1000)


def format_price(price: float | None) -> str:
    """A price in US dollars: `$3`, `$2.50`, `$0.075`; `?` if unknown."""
    if price is None:
        return "?"
    dollars, _, cents = f"{price:.4f}".partition(".")
    cents = cents.rstrip("0")
    return f"${dollars}.{cents:0<2}" if cents else f"${dollars}"


def format_price_pair(price_in: float | None, price_out: float | None) -> str:
    """The prices of input and output: `$2.50 / $10`, `$0 / $0`; empty if both are unknown."""
    known = (price_in, price_out) != (None, None)
    return f"{format_price(price_in)} / {format_price(price_out)}" if known else ""


def format_prices_in_words(price_in: float | None, price_out: float | None) -> str:
    """The prices of input and output in a sentence: `$2.50 in / $10 out`; empty if one is unknown."""
    if price_in is None or price_out is None:
        return ""
    return f"{format_price(price_in)} in / {format_price(price_out)} out"


def format_prices(model: ModelFacts) -> str:
    """The prices of a model in a sentence: `$2.50 in / $10 out`; empty if unknown or if both are 0."""
    return format_prices_in_words(model.input_price, model.output_price) if _is_billed(model) else ""


def format_facts(model: ModelFacts) -> str:
    """Context window and prices per 1M tokens on one line: `128K · $2.50 / $10`; empty if unknown."""
    window = format_tokens(model.context_window) if model.context_window else ""
    prices = format_price_pair(model.input_price, model.output_price) if _is_billed(model) else ""
    return join_parts(window, prices)


def format_facts_and_lifecycle(model: ModelFacts, today: date) -> str:
    """The facts after the retirement of a model that retires soon: `retires in 2 days · 128K · $2.50 / $10`."""
    return join_parts(format_lifecycle(model, today), format_facts(model))


def _is_billed(model: ModelFacts) -> bool:
    """Whether the model has a price per token; LiteLLM writes 0 for those that are billed in another way."""
    return bool(model.input_price or model.output_price)


def format_lifecycle(model: ModelFacts, today: date) -> str:
    """`retires in 13 days` or `retired 2026-11-11`; empty for a model that does not retire soon."""
    if model.retires is None or model.lifecycle(today) is Lifecycle.CURRENT:
        return ""
    if model.is_retired(today):
        return f"retired {model.retires.isoformat()}"
    return f"retires in {plural((model.retires - today).days, 'day')}"


def join_parts(*parts: str) -> str:
    """The parts that are not empty, on one line: `200K · $3 / $15`."""
    return " · ".join(part for part in parts if part)


def format_duration(seconds: float) -> str:
    """A duration: `10 minutes`, `1 hour 30 minutes`, `30.5 seconds`."""
    *counts, rest = _split(seconds, 86_400, 3_600, 60)
    parts = [plural(count, name) for count, name in zip(counts, ("day", "hour", "minute"), strict=True) if count]
    if rest or not parts:
        parts.append(plural(rest, "second"))
    return " ".join(parts)


def format_age(seconds: float) -> str:
    """How long ago something was, in its largest unit: `a moment ago`, `12 minutes ago`, `3 days ago`."""
    counts = zip(_split(max(seconds, 0), 86_400, 3_600, 60), ("day", "hour", "minute"), strict=False)
    return next((f"{plural(int(count), name)} ago" for count, name in counts if count >= 1), "a moment ago")


def format_hours(seconds: float) -> str:
    """A duration of an hour or more: `8 h 20 min`, `24 h`."""
    parts = zip(_split(seconds, 3_600, 60), ("h", "min", "s"), strict=True)
    return " ".join(f"{number:g} {unit}" for number, unit in parts if number)


def _split(seconds: float, *lengths: int) -> list[float]:
    """How often each length fits into a duration, longest first, and the seconds that are left."""
    counts: list[float] = []
    for length in lengths:
        counts.append(int(seconds // length))
        seconds -= counts[-1] * length
    return [*counts, seconds]


def format_seconds(seconds: float | None) -> str:
    """`0.42 s`; a dash if not measured."""
    return "–" if seconds is None else f"{seconds:.2f} s"


def format_cost(cost: float | None) -> str:
    """US dollars with the significant digits: `$0.0021`; a dash if the price is unknown."""
    if cost is None:
        return "–"
    return f"${cost:.2f}" if cost >= 1 else f"${cost:.4f}" if cost >= 0.001 or cost == 0 else f"${cost:.6f}"


def format_usage(input_tokens: int | None, output_tokens: int | None) -> str:
    """`1200 → 340`, input and output tokens; a dash if not counted."""
    if input_tokens is None and output_tokens is None:
        return "–"
    return f"{input_tokens or 0} → {output_tokens or 0}"


def display_name(entry: Entry) -> str:
    """The entry's `name`; without one, `model (label)` if its ID has a label, else its ID."""
    name = entry.profile.get("name")
    return format_name(name) if isinstance(name, str) and name.strip() else redact(default_name(entry.model_id))


def format_name(name: str) -> str:
    """The `name` of an entry, redacted, and shortened if it is longer than a line."""
    # A key that begins in what is shown is whole in what is redacted.
    shown = redact(name[:_LONGEST_REDACTED])
    if len(shown) <= _LONGEST_NAME:
        return shown
    shown = shown[: _LONGEST_NAME - 1]
    # No part of a word, because it can be a secret of the file, which is masked only as a whole.
    return f"{shown[: shown.rfind(' ') + 1] or shown}…"
