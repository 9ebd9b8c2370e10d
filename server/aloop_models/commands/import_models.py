"""Import the models of another tool's configuration, or convert the file itself if it is one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from aloop_models.catalog import litellm_id
from aloop_models.catalog.redaction import redact
from aloop_models.commands.definition import Command, Outcome, parameter
from aloop_models.commands.entry_warnings import after_edits
from aloop_models.commands.file_question import ask_for_file, to_shared_file
from aloop_models.commands.lookup import require_own_format, require_readable, require_safe
from aloop_models.commands.question import Question
from aloop_models.core import edits
from aloop_models.core.document import Document
from aloop_models.core.edit_check import reread
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.reader import read_document
from aloop_models.core.scalars import same
from aloop_models.core.text import Edit, compose_edits
from aloop_models.errors import InvalidArgumentsError, RefusedError
from aloop_models.features.broken_file import broken_file
from aloop_models.features.checks.other_formats import (
    IMPORT_COMMAND,
    Imported,
    Item,
    NewEntry,
    convert,
    find_other_format,
    is_complete,
    new_entry,
)
from aloop_models.features.formatting import format_name, plural
from aloop_models.features.readiness import why_not_ready
from aloop_models.snapshot import Snapshot

_OWN = "aloop"
_FORMATS = f"{_OWN}, the LiteLLM proxy, Continue, opencode, crush, LibreChat or aider"
_ACCOUNT = ("api_key", "api_base")
_JSON_COMMENT = lazy_re(r"^[ \t]*//.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ImportParameters:
    """What to import; without it, the file itself is converted."""

    source: str | None = parameter(
        "The file to import. Without it, models.yaml itself is converted.", kind="source", default=None
    )
    text: str | None = parameter("The text to import, instead of a file.", default=None)


@dataclass(slots=True)
class _Import:
    """The result so far."""

    length: int
    """Of the text before."""
    document: Document
    changes: tuple[Edit, ...] = ()
    """The edits from the text of the file to that of `document`."""
    added: list[str] = field(default_factory=list[str])
    known: list[str] = field(default_factory=list[str])
    left_out: dict[str, None] = field(default_factory=dict[str, None])
    """Names of fields that have no effect here, without duplicates."""
    without_model: list[str] = field(default_factory=list[str])
    incomplete: list[str] = field(default_factory=list[str])
    """Items with models, but also with values that no entry has."""

    def apply(self, result: edits.Edits) -> None:
        """Apply edits of `document`; raises `RefusedError` if the layout does not allow them."""
        more = require_safe(result)
        after = reread(self.document, more)
        if after is not None:
            self.changes = compose_edits(self.length, self.changes, more)
            self.document = after


def import_models(snapshot: Snapshot, parameters: ImportParameters) -> Outcome:
    """Add the models of a text as entries, or convert the file itself."""
    require_readable(snapshot.document)
    if parameters.text is None:
        return _convert(snapshot)
    require_own_format(snapshot)
    tool, items = _items_in(snapshot, parameters.text)
    done = _Import(len(snapshot.document.text), snapshot.document)
    for item in items:
        entries = [_add(snapshot, done, model) for model in item.models]
        if not is_complete(item, entries):
            (done.incomplete if entries else done.without_model).append(item.name)
    if done.added and not snapshot.document.by_id and snapshot.document.default_id is None:
        done.apply(edits.set_default(done.document, done.added[0]))
    return _outcome(snapshot, done, tool)


def _convert(snapshot: Snapshot) -> Outcome:
    found = find_other_format(snapshot.document, snapshot.facts.catalog)
    if found is None:
        message = f"models.yaml does not have the format of another tool. Name a file: {IMPORT_COMMAND} FILE"
        raise InvalidArgumentsError("invalidArguments", message)
    if not found.models:
        message = f"models.yaml has the format of {found.tool} without models. Write each model as an entry in models."
        raise InvalidArgumentsError("invalidArguments", message)
    changes = convert(snapshot.document, found, snapshot.facts)
    if not changes:
        message = (
            "models.yaml has entries, anchors or aliases too, so it cannot be converted. "
            f"Move the part of {found.tool} to another file. Then: {IMPORT_COMMAND} FILE"
        )
        raise RefusedError("unsafeEdit", message)
    after = after_edits(snapshot, changes)
    done = _Import(len(snapshot.document.text), after.document, changes, list(after.document.by_id))
    count = sum(not item.models for item in found.items)
    others = f" and {plural(count, 'item')} without a model" if count else ""
    return _outcome(snapshot, done, found.tool, kept=f"Fields without effect{others} are comments now")


def _items_in(snapshot: Snapshot, text: str) -> tuple[str, tuple[Item, ...]]:
    """Return the tool and the items of its configuration, with their models.

    Raises:
        RefusedError: `invalidFile`: the text is not YAML or JSON, or has no models.
    """
    document = read_document(_as_yaml(text))
    if not document.parses:
        problem = broken_file(document)
        line = f" (line {problem.line})" if problem and problem.line else ""
        message = f"The file to import is not valid YAML or JSON{line}. Fix it first. Nothing was changed."
        raise RefusedError("invalidFile", message)
    found = find_other_format(document, snapshot.facts.catalog)
    if found and found.models:
        return found.tool, found.items
    models = (Imported(item.model_id, "", item.entry.profile) for item in document.by_id.values())
    entries = tuple(Item(model.model_id, (), (model,)) for model in models)
    if not entries:
        message = f"The file to import has no models in the format of {_FORMATS}. Nothing was changed."
        raise RefusedError("invalidFile", message)
    return _OWN, entries


def _as_yaml(text: str) -> str:
    """Return JSON without tabs and without comments on their own lines; YAML allows neither."""
    is_json = text.lstrip("\ufeff \t\r\n").startswith(("{", "//"))
    return _JSON_COMMENT.sub("", text).replace("\t", "  ") if is_json else text


def _add(snapshot: Snapshot, done: _Import, model: Imported) -> NewEntry:
    document = done.document
    entry = new_entry(model, document.by_id, snapshot.facts)
    if known := next(_same_account(document, model, entry), None):
        done.known.append(known)
        return entry
    done.apply(edits.add_entry(document, entry.model_id, entry.fields))
    done.added.append(entry.model_id)
    done.left_out |= dict.fromkeys(entry.others)
    return entry


def _same_account(document: Document, model: Imported, entry: NewEntry) -> Iterator[str]:
    """Yield the entries for the same model with the same key and URL."""
    for placed in document.by_id.values():
        own = placed.entry.profile
        is_same = all(same(own.get(name), entry.fields.get(name)) for name in _ACCOUNT)
        if is_same and litellm_id(placed.model_id) == litellm_id(model.model_id):
            yield placed.model_id


def _outcome(snapshot: Snapshot, done: _Import, tool: str, kept: str = "") -> Outcome:
    added, known = ([redact(model_id) for model_id in ids] for ids in (done.added, done.known))
    count = plural(len(added), "model")
    done_what = f"Added {count}" if tool == _OWN else f"Imported {count} from the {tool.removeprefix('the ')} format"
    done_what += "" if kept else to_shared_file(snapshot)
    parts = [f"{done_what}: {', '.join(added)}."] if added else []
    if known:
        parts.append(f"Already in models.yaml: {', '.join(known)}.")
    if done.left_out:
        parts.append(f"Left out, because they have no effect here: {', '.join(map(redact, done.left_out))}.")
    if done.without_model:
        parts.append(f"Left out, because they name no model: {', '.join(map(format_name, done.without_model))}.")
    if done.incomplete:
        parts.append(f"Imported only in part: {', '.join(map(format_name, done.incomplete))}.")
    entries = done.document.by_id
    waiting = [each for each in done.added if why_not_ready(entries[each].entry, snapshot.facts)]
    if kept:
        parts.append(f"{kept}.")
    if waiting:
        parts.append(f"Not ready yet: {', '.join(map(redact, waiting))}. The list of models shows why.")
    return Outcome(" ".join(parts), {"added": added, "known": known}, done.changes)


def is_imported(snapshot: Snapshot, parameters: ImportParameters) -> bool:
    """Return whether the file has all models already."""
    document = snapshot.document
    if parameters.text is None:
        return document.parses and not find_other_format(document, snapshot.facts.catalog)
    return document.parses and not import_models(snapshot, parameters).edits


def ask_for_import(snapshot: Snapshot, argument: Mapping[str, object]) -> Question | None:
    """Ask for the file, unless the file itself is converted."""
    return ask_for_file(snapshot, argument) if argument.get("source") or argument.get("text") else None


IMPORT = Command(
    "aloop.importModels",
    "import",
    "Import Models…",
    "Add the models of another tool's file, or convert models.yaml if it is one.",
    ImportParameters,
    import_models,
    changes_file=True,
    needs_file=False,
    makes_file=True,
    applied=is_imported,
    question=ask_for_import,
)
