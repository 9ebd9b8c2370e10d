"""Numbers as people write them, and numbers that YAML 1.1 reads as other numbers."""

from __future__ import annotations

import re

from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.nodes import Scalar

_SIXTIES = lazy_re(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+")
_OCTAL = lazy_re(r"([-+]?)0([0-7_]*[0-7])")
_NUMBER = lazy_re(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?")
_THOUSANDS = lazy_re(r"[-+]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?")
_DECIMAL_COMMA = lazy_re(r"[-+]?[0-9]*,[0-9]+")
_CLOCK = lazy_re(r"([0-9]{1,2}):([0-5][0-9]):([0-5][0-9])")
_PART = lazy_re(r"([0-9]+(?:\.[0-9]+)?)\s*([a-z]+)\s*", re.IGNORECASE)
_UNITS = {
    "ms": 0.001,
    "s": 1,
    "sec": 1,
    "secs": 1,
    "second": 1,
    "seconds": 1,
    "m": 60,
    "min": 60,
    "mins": 60,
    "minute": 60,
    "minutes": 60,
    "h": 3600,
    "hr": 3600,
    "hour": 3600,
    "hours": 3600,
}
_LONGEST = 40
HOUR = 3_600


def alternative_numbers(scalar: Scalar) -> tuple[int, ...] | None:
    """The integers that a number may mean if YAML 1.1 reads it in an unexpected way; else None."""
    if scalar.style or len(scalar.text) > _LONGEST:
        return None
    if _SIXTIES.fullmatch(scalar.text):
        return ()
    octal = _OCTAL.fullmatch(scalar.text)
    if octal is None:
        return None
    meant = int(octal[1] + octal[2].replace("_", ""))
    return None if meant == scalar.value else (meant,)


def number_in(text: str, *, with_units: bool) -> int | float | None:
    """The number in a text, optionally with units of time (`5m` and `00:05:00` are 300), or None.

    `10,000` has a thousands separator, `30,5` and `0,125` a decimal comma.
    """
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    plain = text.replace("_", "")
    if _THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "")
    elif _DECIMAL_COMMA.fullmatch(plain):
        plain = plain.replace(",", ".")
    if _NUMBER.fullmatch(plain):
        return _whole(float(plain))
    if not with_units:
        return None
    if clock := _CLOCK.fullmatch(text):
        return int(clock[1]) * HOUR + int(clock[2]) * 60 + int(clock[3])
    total, done = 0.0, 0
    for part in _PART.finditer(text):
        unit = _UNITS.get(part[2].casefold())
        if part.start() != done or unit is None:
            return None
        total += float(part[1]) * unit
        done = part.end()
    return _whole(total) if done and done == len(text) else None


def number_text(number: object) -> str:
    """The YAML text of a number: `300`, `0.5`."""
    if isinstance(number, float):
        number = _whole(number)
    text = str(number)
    # YAML 1.1 reads a number with an exponent but without a decimal point as text.
    return text.replace("e", ".0e") if "e" in text and "." not in text else text


def seconds_in_milliseconds(number: float) -> int | float | None:
    """The timeout in seconds that a number of milliseconds means, at most one hour; None if it is not milliseconds."""
    # 5400 and 7200 seconds are hours, and not a number of milliseconds that somebody writes.
    is_round = number % 1000 == 0 or (number % 500 == 0 and number % 1800 != 0)
    return _whole(number / 1000) if is_round and HOUR < number <= HOUR * 1000 else None


def _whole(number: float) -> int | float:
    return int(number) if abs(number) < 1e15 and number == int(number) else number
