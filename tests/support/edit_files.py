"""Files for the tests of edits: hand-collected layouts, generated ones, and what their texts hold."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from aloop_models.core.document import Document
from aloop_models.core.edits import Edits, UnsafeEdit
from aloop_models.core.lines import BREAKS
from aloop_models.core.reader import read_document
from aloop_models.core.text import apply_edits

LAYOUTS = {
    path.name: path.read_bytes().decode("utf-8")
    for path in sorted((Path(__file__).parents[1] / "core" / "layouts").glob("*.yaml"))
}
_BREAKS = {"CRLF": "\r\n", "CR": "\r", "NEL": "\x85", "LS": "\u2028", "PS": "\u2029"}
VARIANTS = ("as written", "no last line break", "byte order mark", *_BREAKS)


def variant(text: str, kind: str) -> str:
    if kind in _BREAKS:
        return text.replace("\n", _BREAKS[kind])
    if kind == "no last line break":
        return text.removesuffix("\n")
    return "\ufeff" + text if kind == "byte order mark" and not text.startswith("%") else text


def after(document: Document, edits: Edits) -> str:
    assert not isinstance(edits, UnsafeEdit), edits.reason
    return apply_edits(document.text, edits)


def refusal(edits: Edits) -> str:
    assert isinstance(edits, UnsafeEdit)
    return edits.reason


@lru_cache(maxsize=16)
def parses_without_libyaml(text: str) -> bool:
    """Whether PyYAML's own scanner takes the text too: it refuses some tabs that libyaml takes."""
    try:
        yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return False
    return True


def loaded(text: str) -> dict[str, Any] | None:
    """The file as the runtime sees it, empty values and empty sets made equal; None where it refuses a value."""
    loader = yaml.SafeLoader if parses_without_libyaml(text) else yaml.CSafeLoader
    try:
        data = yaml.load(text, Loader=loader) or {}
    except (ValueError, yaml.constructor.ConstructorError):
        return None
    models = data.get("models") or {}
    data["models"] = {model_id: fields or {} for model_id, fields in models.items()}
    data["default"] = data.get("default") or None
    return data


def comments(text: str) -> list[tuple[int, str]]:
    """Every comment with its offset, found between the tokens of the text."""
    found: list[tuple[int, str]] = []
    start = 1 if text.startswith("\ufeff") else 0
    at = start
    for token in yaml.scan(text[start:], Loader=yaml.CSafeLoader):
        found += _comments_in(text, at, token.start_mark.index + start)
        if isinstance(token, yaml.ScalarToken) and token.style in ("|", ">"):
            head = re.compile(f"[^{BREAKS}]*").match(text, token.start_mark.index + start)
            found += _comments_in(text, token.start_mark.index + start, head.end() if head else at)
        at = max(at, token.end_mark.index + start)
    return found + _comments_in(text, at, len(text))


def _comments_in(text: str, start: int, end: int) -> list[tuple[int, str]]:
    return [(match.start(), match[0]) for match in re.compile(f"#[^{BREAKS}]*").finditer(text, start, end)]


VALUES = st.recursive(
    st.text(max_size=12)
    | st.sampled_from(["yes", "1:30", "0123", "null", "", " x ", "a: b", "#x", "a #b", "=", "<<", "😀", "- a", "it's"])
    | st.integers()
    | st.floats()
    | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)
FIELDS = st.dictionaries(
    st.sampled_from(["name", "api_key", "timeout", "seed", "extra_headers", "stop"]) | st.text(max_size=6),
    VALUES,
    max_size=4,
)
IDS = st.sampled_from(["openai/o3", "ollama/llama3:8b", "x/é😀", "123", "yes", "a: b", "x/y#z", "it's"]) | st.text(
    min_size=1, max_size=12
)


@st.composite
def files(draw: st.DrawFn) -> str:
    """A models.yaml as a person may have written it, in block style with all that stands between the lines."""
    step = draw(st.sampled_from([2, 4, 3]))
    nothing = st.sampled_from(["", "", "", "\n", "\n\n", "# margin\n", "# margin\n\n"])
    beside = st.sampled_from(["", "", " # beside", "   #beside", "\t# beside"])
    inside = st.sampled_from(["", "", "", "\n", " " * step + "# at the ids\n", " " * step * 2 + "# at the fields\n"])
    ids = draw(st.lists(st.sampled_from(["a/b", "'c/d'", '"e/f"', "g/h:1", "é/😀"]), max_size=4, unique=True))
    fields = ["name: x", 'name: "x y"', "timeout: 5", "api_key: 'it''s'", "stop: [a, b]", "name: |\n{}  two\n{}  lines"]
    fields += ["stop:\n{}- x\n{}- y", "extra_headers:\n{}  X-A: 1", "name: >-\n{}  folded", "seed:", "top_p: ~"]
    text = draw(nothing)
    entries = draw(nothing).replace("# margin", " " * step + "# first")
    for key in ids:
        style = draw(st.sampled_from(["block", "block", "block", "flow", "none", "null"]))
        entries += " " * step + key + ":"
        chosen = draw(st.lists(st.sampled_from(fields), min_size=1, max_size=3, unique_by=lambda item: item[:4]))
        if style == "block":
            entries += draw(beside) + "\n"
            for field in chosen:
                indent = " " * step * 2
                end = "" if "\n" in field else draw(beside)
                entries += draw(inside) + indent + field.replace("{}", indent) + end + "\n"
        else:
            entries += {"flow": " {name: x, timeout: 5}", "none": "", "null": " null"}[style] + draw(beside) + "\n"
        entries += draw(inside)
    models = (
        "models:" + draw(beside) + "\n" + entries if ids else draw(st.sampled_from(["models:\n", "models: {}\n", ""]))
    )
    default = draw(st.sampled_from(["", "default: a/b\n", "default: 'c/d' # said\n", "default:\n", "default: null\n"]))
    sections = [models, draw(nothing), default, draw(nothing), draw(st.sampled_from(["", "", "other: {a: 1}\n"]))]
    text += "".join(sections if draw(st.booleans()) else reversed(sections)) + draw(nothing)
    text = variant(text, draw(st.sampled_from(VARIANTS)))
    return text


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A collected or generated file, read at once or after another one."""
    text = draw(files() | st.builds(variant, st.sampled_from([*LAYOUTS.values()]), st.sampled_from(VARIANTS)))
    previous = read_document(draw(files())) if draw(st.booleans()) else None
    return read_document(text, previous)
