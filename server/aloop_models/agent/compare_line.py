"""Parser for `/compare …` lines: which models and which prompt."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from aloop_models.catalog import nearest
from aloop_models.core.lazy_re import lazy_re

_WORD_END = lazy_re(r"[\s,]|$")
_AROUND = " \t\n\"'`“”‘’()[]{}<>.,;:!?*_"
_AFTER_NAME = lazy_re(r"\s*(,?)\s*")
_ITEM = lazy_re(r"[^\s,]+\s*,\s*")


@dataclass(frozen=True, slots=True)
class CompareLine:
    """A parsed line."""

    names: tuple[str, ...]
    """The models as typed; empty for all models."""
    prompt: str
    """The prompt; empty for the last question."""
    doubt: str = ""
    """Why the line is ambiguous, as a sentence; the person must then confirm `reading`."""
    reading: str = ""
    """If there is a doubt: what the line is taken to mean."""


def parse_compare(text: str, known: Collection[str]) -> CompareLine:
    """Parse `A, B text`, `A`, `text` or an empty line; `known` are the names of the models, ignoring case.

    The names come first, separated by commas with optional blanks; a name may contain blanks.
    """
    folded = sorted({name.casefold() for name in known if name.strip()}, key=len, reverse=True)
    names: list[str] = []
    at, has_comma = 0, False
    text = text.strip()
    while name := _name_at(text, at, folded):
        names.append(name)
        after = _AFTER_NAME.match(text, at + len(name))
        assert after is not None
        at, has_comma = after.end(), bool(after[1])
        if not has_comma:
            break
    prompt = text[at:]
    if not names:
        return _without_names(text, folded)
    if has_comma and prompt:
        return _after_comma(names, prompt, folded)
    return CompareLine(tuple(names), prompt)


def parse_list(text: str) -> CompareLine | None:
    """The words of a list without blanks, such as `haiku,sol text`, as names; None if the text is not one.

    Without the comma, a part of a name could be the first word of the prompt.
    """
    first, *rest = text.split(maxsplit=1) or ("",)
    words = tuple(word for word in first.split(",") if word)
    return CompareLine(words, rest[0] if rest else "") if len(words) > 1 else None


def is_name(text: str, known: Collection[str]) -> bool:
    """Whether a text consists of names of models only."""
    line = parse_compare(text, known)
    return bool(line.names) and not line.prompt


def _name_at(text: str, at: int, names: list[str]) -> str:
    """The longest name at this position that ends at a word boundary, as typed."""
    for name in names:
        written = text[at : at + len(name)]
        if written.casefold() == name and _WORD_END.match(text, at + len(name)):
            return written
    return ""


def _without_names(text: str, names: list[str]) -> CompareLine:
    first = re.split(r"[\s,]", text, maxsplit=1)[0]
    if (bare := text.strip(_AROUND).casefold()) in names:
        doubt = f"There is no model '{text}'. Did you mean {bare}?"
        return CompareLine((), text, doubt, "Send the whole text to all models")
    is_alone = first == text
    near = nearest(first, names, 1) if len(first) > 1 else ()
    if is_alone and not near and len(first) > 2:
        near = tuple(name for name in names if first.casefold() in name)[:1]
    is_like_a_name = re.fullmatch(r"@\w.*|[\w.-]+/\S+", first) is not None
    if not text or not (near or is_like_a_name or _is_list(text, names)):
        return CompareLine((), text)
    hint = f" Did you mean {near[0]}?" if near else ""
    kind = "role" if first.startswith("@") else "model"
    return CompareLine((), text, f"There is no {kind} '{first}'.{hint}", "Send the whole text to all models")


def _is_list(text: str, names: list[str]) -> bool:
    """Whether a text without a model at its start is a list: `opus,`, `opus,haiku text` or `opus, known text`."""
    at = 0
    while item := _ITEM.match(text, at):
        at = item.end()
        if at == len(text) or _name_at(text, at, names):
            return True
    return parse_list(text) is not None and text[0].isalpha()


def _after_comma(names: list[str], prompt: str, known: list[str]) -> CompareLine:
    first = re.split(r"[\s,]", prompt, maxsplit=1)[0]
    near = nearest(first, known, 1)
    hint = f" Did you mean {near[0]}?" if near else ""
    doubt = f"'{first}' after the last comma is not a model.{hint}"
    return CompareLine(tuple(names), prompt, doubt, f"Send the text after the comma to {', '.join(names)} only")
