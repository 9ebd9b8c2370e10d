"""Laws of the edits: the file means what was asked, and every byte and comment that was not meant stays."""

import re
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from aloop_models.core.document import Document
from aloop_models.core.edits import (
    Edits,
    UnsafeEdit,
    add_entry,
    combine,
    remove_entry,
    rename_entry,
    set_default,
    set_fields,
)
from aloop_models.core.lines import BREAKS, LSP_BREAKS
from aloop_models.core.reader import read_document
from aloop_models.core.scalars import is_writable, same
from support.edit_files import (
    FIELDS,
    IDS,
    LAYOUTS,
    VALUES,
    VARIANTS,
    after,
    comments,
    documents,
    loaded,
    parses_without_libyaml,
    variant,
)

REFUSED = {
    ("aliases.yaml", "set a/b"),  # its anchors are used below
    ("aliases.yaml", "remove a/b"),
    ("aliases.yaml", "set e/f"),  # an alias
    ("entries-merged.yaml", "set a/b"),
    ("entries-merged.yaml", "remove a/b"),
    ("entries-merged.yaml", "rename a/b"),
    ("explicit-keys.yaml", "add"),
    ("explicit-keys.yaml", "remove a/b"),
    ("explicit-keys.yaml", "remove c/d"),
    ("models-alias.yaml", "add"),
    ("models-alias.yaml", "set a/b"),
    ("models-alias.yaml", "remove a/b"),
    ("models-alias.yaml", "rename a/b"),
    ("models-merged.yaml", "add"),
    ("models-merged.yaml", "set a/b"),
    ("models-merged.yaml", "remove a/b"),
    ("models-merged.yaml", "rename a/b"),
    ("tags.yaml", "remove c/d"),  # `default` is an alias of its id
    ("wrong-values.yaml", "set a/b"),  # a word in place of fields
    ("wrong-values.yaml", "set e/f"),  # a list in place of fields
}
RARE = set(BREAKS) - set(LSP_BREAKS)
CHANGES: dict[str, object] = {"name": "it's: new", "timeout": 9, "seed": 1}


def every_edit(document: Document) -> dict[str, Edits]:
    results: dict[str, Edits] = {
        "add": add_entry(document, "n/n", CHANGES),
        "default": set_default(document, "n/n"),
        "no default": set_default(document, None),
    }
    for model_id in document.by_id:
        results[f"set {model_id}"] = set_fields(document, model_id, CHANGES)
        results[f"remove {model_id}"] = remove_entry(document, model_id)
        results[f"rename {model_id}"] = rename_entry(document, model_id, "n/n")
    return results


@pytest.mark.parametrize("kind", VARIANTS)
@pytest.mark.parametrize("name", LAYOUTS)
def test_only_these_edits_of_the_collected_files_are_refused(name: str, kind: str) -> None:
    document = read_document(variant(LAYOUTS[name], kind))
    refused = {(name, what) for what, result in every_edit(document).items() if isinstance(result, UnsafeEdit)}
    assert refused == {item for item in REFUSED if item[0] == name}


def check_edits(document: Document, edits: Edits, meant: dict[str, Any] | None) -> str:
    """The new text, after the laws that hold for every edit."""
    text = after(document, edits)
    assert list(edits) == sorted(edits)
    assert all(one.end <= other.start for one, other in pairwise(edits))
    assert all(edit.start < edit.end or edit.text for edit in edits)
    assert meant is None or same(loaded(text), meant)
    assert read_document(text, document).parses
    assert parses_without_libyaml(text) or not parses_without_libyaml(document.text)
    return text


def texts(found: list[tuple[int, str]]) -> list[str]:
    return sorted(text for _, text in found)


@settings(max_examples=200, deadline=None)
@given(documents(), IDS, FIELDS)
def test_add(document: Document, model_id: str, fields: dict[str, object]) -> None:
    assume(model_id not in document.by_id)
    meant = loaded(document.text)
    edits = add_entry(document, model_id, fields)
    if isinstance(edits, UnsafeEdit):
        assert refusable(document) or not is_writable([model_id, fields]), edits.reason
        return
    if meant:
        meant["models"][model_id] = fields
    text = check_edits(document, edits, meant)
    assert texts(comments(text)) == texts(comments(document.text))
    if document.entries:
        assert all(edit.start == edit.end for edit in edits)
        restored = read_document(text, document)
        left = after(restored, remove_entry(restored, model_id))
        # A break that LSP does not know is left before the new text, and goes with it.
        assert left == document.text or (
            set(document.text) & RARE and with_line_feeds(left) == with_line_feeds(document.text)
        )
    else:
        assert sum(edit.end - edit.start for edit in edits) <= len(" null")
        removed = after(read_document(text), remove_entry(read_document(text), model_id))
        assert loaded(removed) == loaded(document.text)
        assert texts(comments(removed)) == texts(comments(document.text))


@settings(max_examples=200, deadline=None)
@given(documents(), st.data())
def test_set_fields(document: Document, data: st.DataObject) -> None:
    assume(document.by_id)
    model_id = data.draw(st.sampled_from([*document.by_id]))
    entry = document.by_id[model_id].entry
    names = st.sampled_from(["name", "timeout", "seed", "stop", "extra_headers", "top_p", *entry.profile])
    fields = data.draw(st.dictionaries(names, st.none() | VALUES, max_size=3))
    edits = set_fields(document, model_id, fields)
    if isinstance(edits, UnsafeEdit):
        assert refusable(document) or not is_writable([*fields.values()]), edits.reason
        return
    meant = loaded(document.text)
    if (
        meant
        and all(isinstance(name, str) for name in meant["models"].get(model_id) or ())
        and model_id in meant["models"]
    ):
        changed = {**meant["models"][model_id], **fields}
        left = {name: value for name, value in changed.items() if value is not None or name not in fields}
        meant["models"][model_id] = left
        text = check_edits(document, edits, meant)
    else:
        text = check_edits(document, edits, None)
    span = document.by_id[model_id].full_span
    lost = set(texts(comments(document.text))) - set(texts(comments(text)))
    assert not lost or None in fields.values()
    if edits:
        assert span.start < edits[0].start
        assert all(document.lines.line_at(edit.start) >= document.lines.line_at(span.start) for edit in edits)
        assert all(edit.end - edit.start <= len(document.text) - span.start for edit in edits)


@settings(max_examples=200, deadline=None)
@given(documents(), st.data())
def test_remove(document: Document, data: st.DataObject) -> None:
    assume(document.by_id)
    model_id = data.draw(st.sampled_from([*document.by_id]))
    edits = remove_entry(document, model_id)
    if isinstance(edits, UnsafeEdit):
        assert refusable(document)
        return
    meant = loaded(document.text)
    if meant:
        meant["models"] = {key: value for key, value in meant["models"].items() if str(key) != model_id}
    text = check_edits(document, edits, meant)
    assert all(not edit.text for edit in edits)
    before, kept = comments(document.text), texts(comments(text))
    gone = [(at, comment) for at, comment in before if any(edit.start <= at < edit.end for edit in edits)]
    assert sorted([*kept, *texts(gone)]) == texts(before)
    spans = [placed.full_span for placed in document.entries if placed.model_id == model_id]
    for at, _ in gone:
        span = max(span for span in spans if span.start < at)
        # What goes stands between the entry's lines, or below them and deeper than its key.
        assert at < span.end or column(document, at) > column(document, span.start)
    rest = [line for line in text.splitlines() if line.strip()]
    assert is_subsequence(rest, document.text.splitlines()) or "{" in document.text


@settings(max_examples=150, deadline=None)
@given(documents(), st.none() | IDS)
def test_set_default(document: Document, model_id: str | None) -> None:
    edits = set_default(document, model_id)
    if isinstance(edits, UnsafeEdit):
        assert refusable(document) or not is_writable(model_id)
        return
    meant = loaded(document.text)
    if meant:
        meant["default"] = model_id
    text = check_edits(document, edits, meant)
    assert texts(comments(text)) == texts(comments(document.text))
    if document.default is None:
        assert len(edits) == 1
        assert edits[0].start == edits[0].end
    assert set_default(read_document(text, document), model_id) == ()


@settings(max_examples=150, deadline=None)
@given(documents(), IDS, st.data())
def test_rename(document: Document, new: str, data: st.DataObject) -> None:
    assume(document.by_id and new not in document.by_id)
    old = data.draw(st.sampled_from([*document.by_id]))
    edits = rename_entry(document, old, new)
    if isinstance(edits, UnsafeEdit):
        assert refusable(document) or not is_writable(new)
        return
    meant = loaded(document.text)
    if meant:
        meant["models"] = {new if str(key) == old else key: value for key, value in meant["models"].items()}
        meant["default"] = new if str(meant["default"]) == old else meant["default"]
    text = check_edits(document, edits, meant)
    assert texts(comments(text)) == texts(comments(document.text))
    assert text.count("\n") <= document.text.count("\n")


@settings(max_examples=150, deadline=None)
@given(documents(), FIELDS, st.data())
def test_combined_edits_do_what_each_does(document: Document, fields: dict[str, object], data: st.DataObject) -> None:
    assume(document.by_id)
    model_id = data.draw(st.sampled_from([*document.by_id]))
    removed, default = remove_entry(document, model_id), set_default(document, None)
    added = add_entry(document, "n/n", fields)
    for parts in ([removed, default], [default, removed], [added, default], [default, added]):
        together = combine(document, *parts)
        if any(isinstance(part, UnsafeEdit) for part in parts):
            assert isinstance(together, UnsafeEdit)
            continue
        text = check_edits(document, together, None)
        one = read_document(text)
        assert one.default_id is None
        assert ("n/n" in one.by_id) == (added in parts)
        assert (model_id in one.by_id) == (removed not in parts)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60) | st.sampled_from([*LAYOUTS.values()]), st.integers(0, 200))
def test_edits_never_raise(text: str, at: int) -> None:
    every_edit(read_document(text[:at] + "\n" + text[at:]))
    every_edit(read_document(text[:at]))


def refusable(document: Document) -> bool:
    """Whether some edit of the file may be refused: a collected file that is named above, or an open end."""
    text = with_line_feeds(document.text)
    plain = text.removeprefix("\ufeff").removesuffix("\n")
    named = {name for name, _ in REFUSED} | {"merge-keys.yaml", "deep-values.yaml"}
    ends_in_block = (
        not text.endswith("\n")
        and text.splitlines()[-1:]
        and re.search(r"[|>]-?[ \t]*(#.*)?\n( +\S.*\n)* +\S.*$", text)
    )
    return bool(ends_in_block) or any(plain == LAYOUTS[name].removesuffix("\n") for name in named)


def with_line_feeds(text: str) -> str:
    return re.sub(f"\r\n|[{BREAKS}]", "\n", text)


def column(document: Document, at: int) -> int:
    return document.lines.position(at).column


def is_subsequence(lines: list[str], of: list[str]) -> bool:
    rest = iter(of)
    return all(line in rest for line in lines)
