"""Laws for any text: reading, edits, quick fixes and formatting, compared with what PyYAML reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import yaml

from aloop_models.core.document import Document
from aloop_models.core.edits import (
    Edits,
    UnsafeEdit,
    add_entry,
    remove_entry,
    rename_entry,
    set_default,
    set_fields,
)
from aloop_models.core.formatter import format_edits, format_lines
from aloop_models.core.nodes import Scalar, data_of
from aloop_models.core.reader import read_document, read_whole
from aloop_models.core.references import LISTS_OF_REFERENCES
from aloop_models.core.scalars import same
from aloop_models.core.text import Edit, Span, apply_edits
from aloop_models.core.yaml_reader import MAX_NUMBER, read
from aloop_models.features.code_actions import code_actions
from aloop_models.features.comments import comments
from aloop_models.features.diagnostic import Diagnostic
from aloop_models.features.diagnostics import diagnose
from support.law_of_fixes import REMOVES
from support.readings import is_same, reading
from support.sample_keys import leaks, pieces
from support.snapshots import snapshot
from support.tally import TRIED
from support.yaml_grammar import KNOWN_BY, SECRETS

Versions = tuple[str, ...]
"""A text as it is typed: its versions, oldest first."""

NEW = "n/new"
REFUSED_BY_US = {"nested too deeply", "aliases grow too large", "alias inside its own anchor"}
"""Problems of texts that PyYAML composes: limits, and an alias that `construct` refuses or that has no end."""


class _NoData:
    """In place of the data of a text."""


REFUSED = _NoData()
"""PyYAML does not load the text."""

ENDLESS = _NoData()
"""The data contains itself, so that it cannot be compared."""


def check_reading(versions: Versions) -> None:
    """Each version is read like a new text, and like PyYAML reads it."""
    document = None
    for text in versions:
        document = read_document(text, document)
        assert reading(document) == reading(read_document(text))
        assert document.problems == read_document(text).problems
        if document.parses:
            assert reading(document) == reading(read_whole(text))
        problem = read(text).problem
        assert document.parses == (problem is None)
        if problem is None or problem.what not in REFUSED_BY_US:
            assert document.parses == composes(text), problem
        for item in document.problems:
            assert 0 <= item.at <= len(text)
        if document.parses:
            _check_data(document)


def _check_data(document: Document) -> None:
    theirs = loaded(document.text)
    if document.other_root is not None or theirs is ENDLESS:
        return
    faults = [*document.faults, *(fault for placed in document.entries for fault in placed.entry.faults)]
    # PyYAML knows `!!set`, `!!omap`, `!!pairs` and longer numbers, but no field has such a value.
    is_certain = all(
        reason != "this tag is not understood" and span.end - span.start <= MAX_NUMBER for span, reason in faults
    )
    assert bool(faults) == (theirs is REFUSED) or not is_certain, faults
    if not faults:
        root = read(document.text).root
        assert is_same(data_of(root) if root else None, theirs)


def composes(text: str) -> bool:
    """Whether PyYAML reads the text as one document."""
    try:
        yaml.compose(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeEncodeError):
        return False
    return True


def loaded(text: str) -> Any:
    """The data of a text, as the agent loads it; `REFUSED` or `ENDLESS` if there is none."""
    try:
        data = yaml.load(text, Loader=yaml.CSafeLoader)
        return data if _has_end(data) else ENDLESS
    except Exception:  # noqa: BLE001
        # The constructors of PyYAML raise any error.
        return REFUSED


def _has_end(data: Any, around: tuple[int, ...] = ()) -> bool:
    """Whether the data does not contain itself."""
    if not isinstance(data, list | dict):
        return True
    parts = data if isinstance(data, list) else data.values()
    return id(data) not in around and all(_has_end(part, (*around, id(data))) for part in parts)


def check_edits(versions: Versions) -> None:
    """Every edit does what is asked and nothing else, or is refused with a reason."""
    document = read_document(versions[-1])
    before = loaded(document.text)
    fields = {"timeout": 7, "name": "it's: new"}
    _check_edit(document, add_entry(document, NEW, fields), _with_entry(document, before, NEW, fields), adds=True)
    for default in (NEW, None):
        _check_edit(document, set_default(document, default), _with_default(before, default))
    for model_id in [model_id for model_id in document.by_id if not _has_twin(document, model_id)][:3]:
        _check_edit(document, remove_entry(document, model_id), _without(document, before, model_id), removes=model_id)
        _check_edit(document, rename_entry(document, model_id, NEW), _renamed(document, before, model_id))
        _check_edit(
            document, set_fields(document, model_id, fields), _with_entry(document, before, model_id, fields), model_id
        )


def _has_twin(document: Document, model_id: str) -> bool:
    """Whether another ID is the same key for YAML, as `null` and `~` are: the data does not tell which one it has."""
    own = document.by_id[model_id].entry.key.value
    return any(placed.model_id != model_id and same(placed.entry.key.value, own) for placed in document.entries)


def _check_edit(
    document: Document, edits: Edits, wanted: Any, own: str = "", *, adds: bool = False, removes: str = ""
) -> None:
    """Assert the law of one edit.

    Args:
        document: The text before.
        edits: The edits.
        wanted: The data after them; `REFUSED` if the text before has none.
        own: The entry that changes.
        adds: Whether the edits only insert text.
        removes: The entry that is removed, with its comments.
    """
    if isinstance(edits, UnsafeEdit):
        TRIED["edits refused"] += 1
        assert edits.reason.endswith(".")
        assert not leaks(SECRETS, edits.reason)
        return
    TRIED["edits"] += 1
    text = apply_edits(document.text, edits)
    after = read_document(text, document)
    assert after.parses
    assert composes(text)
    if not isinstance(wanted, _NoData):
        assert same(_plain(loaded(text)), _plain(wanted)), text
    if adds and document.entries:
        assert all(edit.start == edit.end for edit in edits), edits
    _check_entries(document, after, {own, removes})
    if not removes:
        assert _keeps_comments(document, after), text


def _check_entries(before: Document, after: Document, changed: set[str]) -> None:
    """Every other entry has the same text after its key, but for white space at its end."""
    for model_id, placed in before.by_id.items():
        is_empty = isinstance(placed.entry.value, Scalar) and placed.entry.value.value is None
        if model_id in changed or model_id not in after.by_id or is_empty:
            continue
        old = before.text[placed.key_span.end : placed.full_span.end].rstrip()
        new = after.by_id[model_id]
        assert after.text[new.key_span.end : new.full_span.end].rstrip() == old, (model_id, after.text)


def _keeps_comments(before: Document, after: Document) -> bool:
    """Whether every comment is there; it can be the beginning or end of a longer one."""
    known, found = (
        [document.text[slice(*span)].rstrip() for span in comments(document)] for document in (before, after)
    )
    text = " ".join(found)
    return all(text.count(comment) >= count for comment, count in Counter(known).items())


def _plain(data: Any) -> Any:
    """The data, with empty and missing parts made equal."""
    if not isinstance(data, dict):
        return {"models": {}, "default": None} if data is None else data
    models = data.get("models") or {}
    if isinstance(models, dict):
        models = {key: fields or {} for key, fields in models.items()}
    return {**data, "models": models, "default": data.get("default")}


def _models(data: Any) -> dict[Any, Any] | None:
    """The entries of loaded data; None if there are none to compare with."""
    if data is None:
        return {}
    models = data.get("models") if isinstance(data, dict) else ENDLESS
    return {} if models is None else models if isinstance(models, dict) else None


def _with_models(data: Any, models: dict[Any, Any]) -> Any:
    return {**(data or {}), "models": models}


def _with_entry(document: Document, data: Any, model_id: str, fields: dict[str, object]) -> Any:
    models = _models(data)
    if models is None:
        return REFUSED
    key = _key(document, model_id)
    old = models.get(key)
    if old is not None and not isinstance(old, dict):
        return REFUSED
    return _with_models(data, {**models, key: {**(old or {}), **fields}})


def _without(document: Document, data: Any, model_id: str) -> Any:
    models = _models(data)
    if models is None:
        return REFUSED
    keys = [placed.entry.key.value for placed in document.entries if placed.model_id == model_id]
    return _with_models(data, {key: value for key, value in models.items() if not any(same(key, it) for it in keys)})


def _renamed(document: Document, data: Any, model_id: str) -> Any:
    models = _models(data)
    if models is None:
        return REFUSED
    keys = [placed.entry.key.value for placed in document.entries if placed.model_id == model_id]
    renamed = {NEW if any(same(key, it) for it in keys) else key: value for key, value in models.items()}
    result = _with_models(data, renamed)
    if result.get("default") == model_id:
        result["default"] = NEW
    for name in LISTS_OF_REFERENCES:
        if isinstance(value := result.get(name), list):
            result[name] = [NEW if item == model_id else item for item in value]
        elif isinstance(value, dict):
            result[name] = {key: NEW if item == model_id else item for key, item in value.items()}
    return result


def _with_default(data: Any, default: str | None) -> Any:
    return {**(data or {}), "default": default} if data is None or isinstance(data, dict) else REFUSED


def _key(document: Document, model_id: str) -> Any:
    placed = document.by_id.get(model_id)
    return placed.entry.key.value if placed else model_id


def check_fixes(versions: Versions) -> None:
    """Every quick fix keeps the text readable, and the rest of it."""
    subject = snapshot(versions[-1])
    document, found = subject.document, diagnose(subject).items
    said = Counter(_said(item) for item in found)
    before = loaded(document.text)
    for action in code_actions(subject, found, Span(0, len(document.text))):
        assert not _leaks(document.text, action.title)
        if not action.edits:
            continue
        TRIED["quick fixes"] += 1
        text = apply_edits(document.text, action.edits)
        after = snapshot(text)
        assert after.document.parses or not document.parses, (action.title, text)
        if document.parses:
            assert composes(text)
            assert isinstance(before, _NoData) or loaded(text) is not REFUSED, (action.title, text)
            is_about_comment = action.diagnostic is not None and action.diagnostic.rule.id == "invalid-ignore"
            is_in_comment = any(
                span.start < edit.start < span.end for edit in action.edits for span in comments(document)
            )
            if not is_about_comment and not is_in_comment and not action.title.startswith((*REMOVES, "Fix all")):
                assert _keeps_comments(document, after.document), (action.title, text)
        if action.diagnostic and not action.title.startswith("Ignore"):
            what = _said(action.diagnostic)
            left = Counter(_said(item) for item in diagnose(after).items)
            assert left[what] < said[what], (action.title, what, text)


def _said(item: Diagnostic) -> tuple[str, str]:
    return item.rule.id, item.message


def check_formatting(versions: Versions) -> None:
    """Formatting changes white space only, once, and a range keeps the rest."""
    text = versions[-1]
    document = read_document(text)
    edits = format_edits(document)
    assert document.parses or not edits
    after = apply_edits(text, edits)
    TRIED["formatted texts"] += bool(edits)
    assert _squeezed(after) == _squeezed(text)
    assert _is_same_data(text, after)
    assert composes(after) == composes(text)
    assert apply_edits(after, format_edits(read_document(after))) == after
    for span in _ranges(text):
        part = apply_edits(text, format_lines(document, span))
        assert _squeezed(part) == _squeezed(text)
        assert composes(part) == composes(text)
        assert _is_same_data(text, part)


def _is_same_data(before: str, after: str) -> bool:
    data = loaded(before)
    return isinstance(data, _NoData) or is_same(loaded(after), data)


def _squeezed(text: str) -> str:
    """The text without white space; a byte order mark inside it is none of its words."""
    return "".join(text.replace("\ufeff", "").split())


def _ranges(text: str) -> Iterator[Span]:
    for part in (3, 5):
        yield Span(len(text) // part, 2 * len(text) // part)


def check_secrecy(versions: Versions) -> None:
    """No diagnostic, related message, title of a fix or inserted text shows a secret."""
    text = versions[-1]
    for item in diagnose(snapshot(text)).items:
        edits: list[Edit] = [edit for fix in item.fixes for edit in fix.edits]
        said = [item.message, *(fix.title for fix in item.fixes), *(other.message for other in item.related)]
        for words in (*said, *(edit.text for edit in edits)):
            assert not _leaks(text, words), (item.rule.id, words)


def _leaks(text: str, words: str) -> list[str]:
    return leaks(whole_secrets(text), words)


def whole_secrets(text: str) -> dict[str, str]:
    """The secrets that are in the text as a whole wherever a piece of one is; nobody can know a torn one."""
    return {
        name: value
        for name, value in SECRETS.items()
        if not any(piece in text.replace(KNOWN_BY[name].format(value), "") for piece in pieces(value))
    }


LAWS: dict[str, Callable[[Versions], None]] = {
    "reading": check_reading,
    "edits": check_edits,
    "fixes": check_fixes,
    "formatting": check_formatting,
    "secrecy": check_secrecy,
}
"""The laws by name."""
