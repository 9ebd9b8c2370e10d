"""Reads the version, the date and the family and tier of a model from its name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from aloop_models.core.lazy_re import lazy_re

# Dates in a name, which are not versions: 20250929, 2025-09-29, 09-2025, 2512, 0309.
DATE = lazy_re(r"(?<!\d)(?:20\d{2}[-_]?\d{2}(?:[-_]?\d{2})?|\d{2}-20\d{2}|[0-3]\d\d\d)(?!\d)")

TRIAL = lazy_re(r"preview|beta|alpha|exp(?:erimental)?\b|nightly|-rc\b")

_FULL_DATE = lazy_re(
    r"(?<!\d)(?:(20\d{2})[-_]?(\d{2})(?:[-_]?(\d{2}))?|(\d{2})-(20\d{2})|([2-3]\d)(0[1-9]|1[0-2]))(?!\d)"
)

# "4", "4.1", "4-1", "v4", "v4p1"; neither a size ("70b", "128k") nor part of a longer number.
_VERSION = lazy_re(r"(?<![\d.])(\d{1,2})(?:[.p-](\d{1,2}))?(?![\d.]*[bBkKmMtTeExX])(?!\d)")

# The region and the vendor in Bedrock's names: "us.anthropic.", "ai21.".
_VENDOR = lazy_re(r"(?:[a-z][a-z0-9]*(?:-[a-z]+)?\.)+(?=[a-z])")

# A revision of the same model: Bedrock's ("-v1:0") is in each of its names, Google's ("-002") is in dated names only.
_REVISION = lazy_re(r"-v\d+:\d+(?=:|$)")
_PATCH = lazy_re(r"-(0\d\d)$")

_SEPARATORS = lazy_re(r"[-_.:@ ]+")
_LATEST = "latest"


@dataclass(frozen=True, slots=True)
class ModelName:
    """The parts of a model's name, which is an ID without its provider."""

    place: str
    """The path, the region and the vendor before the name: `us-gov-east-1/anthropic.`, `deepseek-ai/`."""
    family: tuple[str, ...]
    """The words of the name, sorted, which name the family, the tier and the size: `claude`, `sonnet`."""
    version: float
    """See `version`."""
    date: int
    """The date in the name as 20250929 (20250900 without a day), or the number of its revision; 0 if unknown."""
    is_dated: bool
    is_latest: bool
    """Whether it is a `-latest` alias."""
    is_trial: bool
    """Whether it is a preview, beta or experimental model."""


def version(model: str) -> float:
    """Return the first version number in a model name, or 0.0.

    The part after the dot is a decimal fraction (grok-4.20 is older than grok-4.7), and so is the second of two digits
    without a dot (gpt-35 is 3.5).
    """
    return _number(_VERSION.search(DATE.sub("", model.rpartition("/")[2])))


@lru_cache(maxsize=8192)
def parse_name(model: str) -> ModelName:
    """Return the parts of a model's name."""
    folder, slash, name = model.rpartition("/")
    vendor = _VENDOR.match(name)
    start = vendor.end() if vendor else 0
    rest = name[start:].casefold()
    patch = _PATCH.search(rest)
    words = _PATCH.sub("", _REVISION.sub("", DATE.sub("", rest)))
    found = _VERSION.search(words)
    if found is not None:
        words = f"{words[: found.start()]} {words[found.end() :]}"
    family = sorted(word for word in _SEPARATORS.split(words) if word and word != _LATEST and not TRIAL.fullmatch(word))
    return ModelName(
        place=f"{folder}{slash}{name[:start]}",
        family=tuple(family),
        version=_number(found),
        date=int(patch[1]) if patch else _date(rest),
        is_dated=patch is not None or DATE.search(rest) is not None,
        is_latest=rest.endswith(f"-{_LATEST}"),
        is_trial=TRIAL.search(rest) is not None,
    )


def _number(found: re.Match[str] | None) -> float:
    if found is None:
        return 0.0
    whole, fraction = found.group(1), found.group(2)
    if len(whole) == 2:
        whole, fraction = whole
    return float(f"{whole}.{fraction or 0}")


def _date(name: str) -> int:
    found = _FULL_DATE.search(name)
    if found is None:
        return 0
    year, month, day, month_first, year_last, short_year, short_month = found.groups()
    whole_year = year or year_last or f"20{short_year}"
    return int(f"{whole_year}{month or month_first or short_month}{day or '00'}")
