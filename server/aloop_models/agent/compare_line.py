"""What `/compare …` means: which models, and which prompt; a pure function of the line and the names in the file."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from aloop_models.catalog import nearest

_WORD_END = re.compile(r"[\s,]|$")
_AROUND = " \t\n\"'`“”‘’()[]{}<>.,;:!?*_"
_AFTER_NAME = re.compile(r"\s*(,?)\s*")


@dataclass(frozen=True, slots=True)
class CompareLine:
    """A line as it was understood."""

    names: tuple[str, ...]
    """The models, as they were typed; empty for all."""
    prompt: str
    """Empty for the last question."""
    doubt: str = ""
    """Why the line may mean something else, as a sentence; then the person is asked first."""
    reading: str = ""
    """With a doubt: the question whether it means this."""


def parse_compare(text: str, known: Collection[str]) -> CompareLine:
    """Read `A, B text`, `A`, `text` or nothing; `known` are the names of the models, whose case does not count.

    Names come first, with commas between them and blanks around the commas if wanted; a name may contain blanks.
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


def is_name(text: str, known: Collection[str]) -> bool:
    """Return whether a text is the name of a model, or a list of such names, and nothing else."""
    line = parse_compare(text, known)
    return bool(line.names) and not line.prompt


def _name_at(text: str, at: int, names: list[str]) -> str:
    """The longest name that is written here as a word of its own, as it was typed."""
    for name in names:
        written = text[at : at + len(name)]
        if written.casefold() == name and _WORD_END.match(text, at + len(name)):
            return written
    return ""


def _without_names(text: str, names: list[str]) -> CompareLine:
    first = re.split(r"[\s,]", text, maxsplit=1)[0]
    if (bare := text.strip(_AROUND).casefold()) in names:
        doubt = f"No model is named '{text}'. Did you mean {bare}?"
        return CompareLine((), text, doubt, "Send the whole text to all models")
    is_alone = first == text
    near = nearest(first, names, 1) if len(first) > 1 else ()
    if is_alone and not near and len(first) > 2:
        near = tuple(name for name in names if first.casefold() in name)[:1]
    is_like_an_id = re.fullmatch(r"[\w.-]+/\S+", first) is not None
    if not text or not (near or is_like_an_id):
        return CompareLine((), text)
    hint = f" Did you mean {near[0]}?" if near else ""
    return CompareLine((), text, f"No model is named '{first}'.{hint}", "Send the whole text to all models")


def _after_comma(names: list[str], prompt: str, known: list[str]) -> CompareLine:
    first = re.split(r"[\s,]", prompt, maxsplit=1)[0]
    near = nearest(first, known, 1)
    hint = f" Did you mean {near[0]}?" if near else ""
    doubt = f"After the last comma comes '{first}', which is not the name of a model.{hint}"
    return CompareLine(tuple(names), prompt, doubt, f"Send the text after the comma to {', '.join(names)} only")
