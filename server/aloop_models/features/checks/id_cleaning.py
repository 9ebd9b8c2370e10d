"""Characters around a model ID that are not part of it: quotes, brackets, a comma."""

from __future__ import annotations

import re

from aloop_models.core.lazy_re import lazy_re

_QUOTES = "\"'`\u00ab\u00b4\u00bb\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u2032\u2033\u2039\u203a\uff02\uff07"
_AFTER = f"{_QUOTES},; "
_BRACKETS = {"(": ")", "<": ">", "[": "]", "{": "}"}
_PARTS = lazy_re(r"([/#])")
_PLAIN = lazy_re(r"[\w./:#@-]+", re.ASCII)


def clean_id(model_id: str) -> str:
    """The ID without spaces, quotes, a pair of brackets and commas around it, and without quotes around its parts."""
    # Several checks ask for each entry.
    if _PLAIN.fullmatch(model_id):
        return model_id
    text = model_id.lstrip(f"{_QUOTES} ").rstrip(_AFTER)
    if is_in_brackets(text):
        text = text[1:-1].strip(f"{_QUOTES} ")
    return "".join(part.strip(_QUOTES) for part in _PARTS.split(text))


def is_in_brackets(text: str) -> bool:
    """Whether a pair of brackets is around all of the text: `<a/b>`, but not `<a>/<b>`."""
    closing = _BRACKETS.get(text[:1])
    return closing is not None and text.find(closing) == len(text) - 1


def has_quotes(text: str) -> bool:
    """Whether the text contains a quotation mark."""
    return any(character in text for character in _QUOTES)
