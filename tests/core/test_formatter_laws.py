"""Laws of the formatter: it keeps meaning and comments, formats once, and a range only touches its own lines."""

from __future__ import annotations

import difflib
import time

import pytest
import yaml
from hypothesis import Phase, assume, example, given, settings
from hypothesis import strategies as st

from aloop_models.core.document import Document
from aloop_models.core.formatter import format_edits
from aloop_models.core.lines import lines_in, next_line
from aloop_models.core.reader import read_document
from aloop_models.core.text import Span, apply_edits
from aloop_models.features.diagnostics import diagnose
from support.edit_files import FIELDS, IDS, LAYOUTS, VARIANTS, comments, files, variant
from support.snapshots import snapshot

NOISE = ("", " ", "  ", "\t", "\n", "\n\n", " # note", "\n# note\n", "\n      # note\n\n\n")


def formatted(text: str, area: Span | None = None) -> str:
    return apply_edits(text, format_edits(read_document(text), area))


def events(text: str) -> list[tuple[object, ...]]:
    """What PyYAML reads, without positions: values, their style, anchors, aliases and tags, in order."""
    names = ("anchor", "tag", "implicit", "value", "style", "flow_style")
    return [
        (type(event), *(getattr(event, name, None) for name in names))
        for event in yaml.parse(text, Loader=yaml.CSafeLoader)
    ]


def said(text: str) -> list[tuple[str, str]]:
    return sorted((item.rule.id, item.message) for item in diagnose(snapshot(text)).items)


def texts_of_comments(text: str) -> list[str]:
    return [comment.rstrip() for _, comment in comments(text)]


def check_laws(text: str) -> None:
    after = formatted(text)
    assert events(after) == events(text)
    assert texts_of_comments(after) == texts_of_comments(text)
    assert "".join(after.split()) == "".join(text.split())
    assert formatted(after) == after
    before = said(text)
    assert [item for item in said(after) if item not in before] == []


@st.composite
def dumped(draw: st.DrawFn) -> str:
    """A file with values of every kind as PyYAML writes them, in a layout that is far from ours."""
    models = draw(st.dictionaries(IDS, FIELDS, max_size=3))
    data = {"models": models, "default": draw(st.none() | IDS), "roles": draw(FIELDS)}
    text = yaml.safe_dump(
        data,
        indent=draw(st.integers(2, 7)),
        width=draw(st.sampled_from([10, 20, 80])),
        default_style=draw(st.sampled_from([None, None, '"', "'", "|", ">"])),
        default_flow_style=draw(st.sampled_from([False, False, None, True])),
        allow_unicode=True,
        sort_keys=False,
    )
    return variant(text, draw(st.sampled_from(VARIANTS)))


@st.composite
def noisy(draw: st.DrawFn) -> str:
    """A file with white space and comments at places where a text can have them."""
    text = draw(files() | dumped() | st.sampled_from([*LAYOUTS.values()]))
    for _ in range(draw(st.integers(1, 4))):
        ends = [line.end for line in lines_in(text, 0, len(text))]
        at = draw(st.sampled_from(ends or [0]))
        text = text[:at] + draw(st.sampled_from(NOISE)) + text[at:]
    return text


@pytest.mark.parametrize("kind", VARIANTS)
@pytest.mark.parametrize("name", LAYOUTS)
def test_collected_files(name: str, kind: str) -> None:
    check_laws(variant(LAYOUTS[name], kind))


@given(noisy() | dumped() | files())
@example("# a\r\r\r\n\n\rmodels:\r  ollama/a:\r")
@settings(max_examples=150, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
def test_generated_files(text: str) -> None:
    document = read_document(text)
    assume(document.parses)
    check_laws(text)


@given(noisy() | dumped(), st.data())
@settings(max_examples=150, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
def test_a_range_touches_only_its_lines(text: str, data: st.DataObject) -> None:
    document = read_document(text)
    assume(document.parses)
    starts = [line.start for line in lines_in(text, 0, len(text))] or [0]
    first, last = sorted(data.draw(st.tuples(st.sampled_from(starts), st.sampled_from(starts))))
    area = Span(first, next_line(text, last))
    edits = format_edits(document, area)
    assert all(area.start <= edit.start <= edit.end <= area.end for edit in edits)
    after = apply_edits(text, edits)
    assert after.startswith(text[: area.start])
    assert after.endswith(text[area.end :])
    assert events(after) == events(text)
    assert texts_of_comments(after) == texts_of_comments(text)
    grown = Span(area.start, area.end + len(after) - len(text))
    assert formatted(after, grown) == after, "".join(difflib.ndiff(text.splitlines(True), after.splitlines(True)))


def many_models(size: int) -> str:
    entry = "    a/{0}:\n        name:  Model {0}\n        api_key: k{0}\n        stop: [a,b]\n"
    return "models:\n" + "".join(entry.format(number) for number in range(size))


def test_the_time_grows_with_the_size_and_not_faster() -> None:
    def seconds(document: Document, size: int) -> float:
        start = time.process_time()
        assert len(format_edits(document)) == 7 * size - 1
        return time.process_time() - start

    sizes = (400, 2_000)
    documents = [read_document(many_models(size)) for size in sizes]
    # In turn, so that the load of the machine affects both.
    rounds = [[*map(seconds, documents, sizes)] for _ in range(5)]
    few, many = (min(times) for times in zip(*rounds, strict=True))
    assert many < 12 * few


@given(st.text(alphabet="ab:-?#|> \n\t[]{},&*!'\"%.", max_size=40))
@settings(max_examples=150, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
def test_any_text(text: str) -> None:
    after = formatted(text)
    if not read_document(text).parses:
        assert after == text
        return
    assert "".join(after.split()) == "".join(text.split())
    assert formatted(after) == after
