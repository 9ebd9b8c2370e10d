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


def format_tokens(count: int) -> str:
    """A number of tokens: `128K`, `1M`, `1.05M`."""
    if count >= 1_000_000:
        return f"{count / 1_000_000:.2f}".rstrip("0").rstrip(".") + "M"
    return f"{count / 1_000:.1f}".rstrip("0").rstrip(".") + "K" if count >= 1_000 else str(count)


def format_price(price: float) -> str:
    """A price in US dollars: `$3`, `$2.50`, `$0.075`."""
    dollars, _, cents = f"{price:.4f}".partition(".")
    cents = cents.rstrip("0")
    return f"${dollars}.{cents:0<2}" if cents else f"${dollars}"


def format_facts(model: ModelFacts) -> str:
    """Context window and prices on one line: `128K · $2.50 in / $10 out`; empty if unknown."""
    parts: list[str] = []
    if model.context_window:
        parts.append(format_tokens(model.context_window))
    if prices := format_prices(model):
        parts.append(prices)
    return " · ".join(parts)


def format_lifecycle(model: ModelFacts, today: date) -> str:
    """The retirement date of a model that is retired or retires soon: `retires 2026-12-11`; else empty."""
    words = {Lifecycle.CURRENT: "", Lifecycle.RETIRING: "retires", Lifecycle.RETIRED: "retired"}
    word = words[model.lifecycle(today)]
    return f"{word} {model.retires}" if word else ""


def format_prices(model: ModelFacts) -> str:
    """Prices per 1M tokens: `$2.50 in / $10 out`; empty if unknown or if both are 0."""
    # LiteLLM writes 0 for models that are not billed per token.
    return format_price_pair(model.input_price, model.output_price) if model.input_price or model.output_price else ""


def format_price_pair(price_in: float | None, price_out: float | None) -> str:
    """Two prices: `$2.50 in / $10 out`, `$0 in / $0 out`; empty if one is unknown."""
    if price_in is None or price_out is None:
        return ""
    return f"{format_price(price_in)} in / {format_price(price_out)} out"


def format_duration(seconds: float) -> str:
    """A duration: `10 minutes`, `1 hour 30 minutes`, `30.5 seconds`."""
    *counts, rest = _split(seconds, 86_400, 3_600, 60)
    parts = [plural(count, name) for count, name in zip(counts, ("day", "hour", "minute"), strict=True) if count]
    if rest or not parts:
        parts.append(plural(rest, "second"))
    return " ".join(parts)


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
    return redact(name if isinstance(name, str) and name.strip() else default_name(entry.model_id))
