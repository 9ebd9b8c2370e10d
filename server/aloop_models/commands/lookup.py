"""Find the entry that a command names, or refuse with the closest matches."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from aloop_models.catalog import default_name, nearest, one_slip, provider_of, split_id, split_label
from aloop_models.catalog.redaction import quote, redact
from aloop_models.core import edits
from aloop_models.core.document import Document, PlacedEntry
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.references import roles_of
from aloop_models.core.text import Edit
from aloop_models.errors import RefusedError
from aloop_models.features.broken_file import broken_file
from aloop_models.features.checks.other_formats import step_for_other_format
from aloop_models.features.formatting import display_name
from aloop_models.features.match import Fit, match_names
from aloop_models.features.readiness import next_step, step_for, why_not_ready
from aloop_models.snapshot import Snapshot

_PART = lazy_re(r"[a-z]{3,}")
LAST_GOOD = "The last valid version of the file stays in use."
"""Ends a message about a file that cannot be used now."""

_SHORTEST_PART = 3
"""Minimum length of a part of a name that suggests a model."""

_SHORTEST_UNIQUE_PART = 2
"""Minimum length of a part of a name that names a model."""

_MOST_EDITED = 10
"""Maximum number of names with a similar spelling that are looked at."""

_MOST_NAMED = 8
"""Maximum number of models that a refusal names."""


class NotReadyError(RefusedError):
    """A model that is not ready; its suggestion is the model's ID."""

    def message_for(self, command: str) -> str:
        """Return the message with the next step as a command that begins with `command` (`/model`, …)."""
        return step_for(self.message, self.suggestions[0], command)


class ModelNotFoundError(RefusedError):
    """A model that is not in the file; the suggestions are the closest IDs."""

    def message_for(self, command: str) -> str:
        """Return the message with a command that begins with `command` (`/model`, …)."""
        return re.sub("aloop models list(?! --global)", f"{command} list", self.message)


class AmbiguousModelError(RefusedError):
    """A name that several models have; the suggestions are their IDs."""


def entry_of(snapshot: Snapshot, model_id: str) -> PlacedEntry:
    """Return the entry with exactly this ID.

    Raises:
        RefusedError: `invalidFile` for a file that does not parse, `modelNotFound` with the closest IDs and names.
    """
    require_readable(snapshot.document)
    placed = snapshot.document.by_id.get(model_id)
    if placed is None:
        require_known(snapshot)
        raise not_found(snapshot.document.by_id, model_id, _like(snapshot.document, model_id))
    return placed


def match(snapshot: Snapshot, words: str, *, takes_parts: bool = False) -> PlacedEntry:
    """Return the one entry with this exact ID, else of this role (`@fast`), else with this name, ignoring case.

    Names are the ID, its part after the provider and the display name; then, for an ID with a label, the label,
    `model (label)`, and the model with or without its provider. With `takes_parts`, a part that only one entry has in
    its names is enough, also one without separators (`sonnet5`), unless it is the name of another model: with only
    `openai/gpt-4o` in the file, `gpt-4` is refused.

    Raises:
        AmbiguousModelError: several match.
        RefusedError: `modelNotFound` with the closest IDs.
    """
    document = snapshot.document
    require_readable(document)
    if words in document.by_id:
        return document.by_id[words]
    wanted = words.casefold()
    if wanted.startswith("@"):
        roles = roles_of(document)
        role = words if words[1:] in roles else wanted
        if (model_id := roles.get(role[1:])) is not None:
            return _entry_of_role(snapshot, role, model_id)
    entries = document.by_id.values()
    fits = [placed for placed in entries if wanted in _names(placed)]
    fits = fits or [placed for placed in entries if wanted in _names_without_label(placed)]
    if not fits and takes_parts:
        fits = _with_part(snapshot, wanted)
        if len(fits) == 1 and _is_another_model(snapshot, wanted, fits[0]):
            fits = []
    if len(fits) == 1:
        return fits[0]
    if fits:
        ids = tuple(redact(placed.model_id) for placed in fits)
        named = ", ".join(ids[:_MOST_NAMED]) + (f" and {len(ids) - _MOST_NAMED} more" * (len(ids) > _MOST_NAMED))
        message = f"'{redact(words)}' matches several models: {named}. Use the full ID."
        raise AmbiguousModelError("modelNotFound", message, ids)
    require_known(snapshot)
    if wanted.startswith("@"):
        raise _no_role(document, words)
    role = tuple(f"@{redact(name)}" for name in roles_of(document) if name.casefold() == wanted)
    raise not_found(document.by_id, words, role or _like(document, words))


def match_part(snapshot: Snapshot, words: str) -> PlacedEntry | None:
    """Return the one entry that `match` finds only by a part of a name; None if it finds it otherwise, or not."""
    try:
        match(snapshot, words)
    except RefusedError:
        pass
    else:
        return None
    try:
        return match(snapshot, words, takes_parts=True)
    except RefusedError:
        return None


def describe_part(snapshot: Snapshot, words: str) -> str:
    """Return a sentence with the model that only a part of a name means; empty if the words are a whole name."""
    placed = match_part(snapshot, words)
    return f"'{redact(words)}' matches {placed.model_id}." if placed else ""


def names_of_models(snapshot: Snapshot) -> frozenset[str]:
    """Return every name by which `match` finds a model of the file, in lower case."""
    entries = snapshot.document.by_id.values()
    roles = (f"@{role.casefold()}" for role in roles_of(snapshot.document))
    return frozenset(
        (*roles, *(name for placed in entries for name in (*_names(placed), *_names_without_label(placed))))
    )


def require_ready(snapshot: Snapshot, placed: PlacedEntry) -> None:
    """Refuse to use a model that is not ready.

    Raises:
        NotReadyError: with the reason.
    """
    if reason := why_not_ready(placed.entry, snapshot.facts):
        message = f"{display_name(placed.entry)} is not ready: {reason}. {next_step(reason)}"
        raise NotReadyError("notReady", message, (redact(placed.model_id),))


def not_found(known: Collection[str], model_id: str, like: Sequence[str] = ()) -> RefusedError:
    """Return the refusal for an unknown ID; it suggests `like`, else the closest known IDs."""
    near = tuple(redact(item) for item in like or _near(model_id, known))
    if near:
        hint = f"Did you mean {' or '.join(near)}?"
    elif known:
        hint = "List the models: aloop models list"
    else:
        hint = "The file has no models. Add one first."
    message = f"There is no model {quote(model_id, 'of that name')} in models.yaml. {hint}"
    return ModelNotFoundError("modelNotFound", message, near)


def require_known(snapshot: Snapshot) -> None:
    """Refuse if the file cannot be used, because the model may be in it.

    Raises:
        RefusedError: `invalidFile`, with the line.
    """
    if problem := snapshot.problem or broken_file(snapshot.document):
        raise RefusedError("invalidFile", f"{problem.message} Fix it first.")


def require_unbroken(snapshot: Snapshot) -> None:
    """Refuse to change a file that cannot be used, even if its last valid version is known.

    Raises:
        RefusedError: `invalidFile`, with the line.
    """
    if snapshot.problem is not None:
        raise RefusedError("invalidFile", f"{snapshot.problem.message} Fix it first. Nothing was changed.")


def broken_note(snapshot: Snapshot) -> str:
    """Return why the last valid version of the file is used; empty if the file itself can be used."""
    return f"{snapshot.problem.message} {LAST_GOOD}" if snapshot.problem else ""


def require_readable(document: Document) -> None:
    """Refuse to work on a file that does not parse.

    Raises:
        RefusedError: `invalidFile`, with the line.
    """
    if document.parses:
        return
    problem = broken_file(document)
    message = problem.message if problem else "models.yaml is not valid YAML."
    raise RefusedError("invalidFile", f"{message} Fix it first. Nothing was changed.")


def require_own_format(snapshot: Snapshot) -> None:
    """Refuse to add to the file of another tool, which can be converted.

    Raises:
        RefusedError: `invalidFile`, with the command.
    """
    if step := step_for_other_format(snapshot.document, snapshot.facts):
        raise RefusedError("invalidFile", f"{step}. Nothing was changed.")


def require_safe(result: edits.Edits) -> tuple[Edit, ...]:
    """Refuse a change that the file's layout does not allow.

    Raises:
        RefusedError: `unsafeEdit`, with the reason.
    """
    if isinstance(result, edits.UnsafeEdit):
        raise RefusedError("unsafeEdit", result.reason)
    return result


def text_of_key(placed: PlacedEntry) -> str | None:
    """Return the API key of the entry; None if there is none."""
    key = placed.entry.profile.get("api_key")
    return key.strip() or None if isinstance(key, str) else None


def _entry_of_role(snapshot: Snapshot, role: str, model_id: str) -> PlacedEntry:
    placed = snapshot.document.by_id.get(model_id)
    if placed is None:
        require_known(snapshot)
        shown = quote(model_id, "a model")
        message = f"{redact(role)} is {shown}, which is not an entry in models. Correct roles in models.yaml."
        raise RefusedError("modelNotFound", message)
    return placed


def _no_role(document: Document, words: str) -> RefusedError:
    roles = tuple(f"@{redact(role)}" for role in roles_of(document))
    near = nearest(words, roles, 3) or roles[:3]
    hint = f"Did you mean {' or '.join(near)}?" if near else "The file has no roles. Add them under 'roles:'."
    return RefusedError(
        "modelNotFound", f"There is no role {quote(words, 'of that name')} in models.yaml. {hint}", near
    )


def _like(document: Document, words: str) -> tuple[str, ...]:
    """Return up to three IDs of entries with a name that is close to the words, or that completion finds for them."""
    owners: dict[str, list[str]] = {}
    for model_id, placed in document.by_id.items():
        for name in (*_names(placed), *_names_without_label(placed), model_id.rpartition("/")[2].casefold()):
            owners.setdefault(name, []).append(model_id)
    wanted = words.casefold()
    found = match_names(wanted, ((name, name) for name in owners)) if len(wanted) >= _SHORTEST_PART else ()
    ids = [
        model_id
        for name in (*_near(wanted, owners), *(name for fit, name in found if fit is not Fit.NEAR))
        for model_id in owners[name]
    ]
    if not ids and len(wanted) >= _SHORTEST_PART:
        # `sool` for a part of openai/gpt-6-sol.
        parts = ((part, name) for name in owners for part in _PART.findall(name.rpartition("/")[2]))
        near = (model_id for part, name in parts if one_slip(wanted, part) for model_id in owners[name])
        # An ID that is a key by mistake must not be found by trying its parts.
        ids = [model_id for model_id in near if redact(model_id) == model_id]
    provider, _, rest = wanted.partition("/")
    if not ids and len(rest) >= _SHORTEST_PART:
        ids = [item for item in _like(document, rest) if provider_of(item).casefold() == provider]
    return tuple(dict.fromkeys(ids))[:3]


def _near(words: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return up to three names with a similar spelling; the model of an ID must be similar, too, not only its provider.

    With the same provider, `openai/nope` would otherwise be near `openai/e`.
    """
    rest = words.casefold().partition("/")[2]
    near = nearest(words, names, _MOST_EDITED)
    return tuple(name for name in near if not rest or "/" not in name or nearest(rest, (name.partition("/")[2],), 1))[
        :3
    ]


def _with_part(snapshot: Snapshot, wanted: str) -> list[PlacedEntry]:
    """Return the entries with this part in a name; only those with the whole name, if it lacks only separators."""
    if len(wanted) < _SHORTEST_UNIQUE_PART or wanted.startswith("@"):
        return []
    document, redactor = snapshot.document, snapshot.redactor
    # An ID that is a key by mistake must not be found by trying its parts.
    named = (
        (name, placed)
        for placed in document.by_id.values()
        if not redactor.hides(placed.model_id)
        for name in (*_names(placed), *_names_without_label(placed))
    )
    found = [(fit, placed) for fit, placed in match_names(wanted, named) if fit is not Fit.NEAR]
    whole = [placed for fit, placed in found if fit <= Fit.LOOSE_EXACT]
    ids = {placed.model_id for placed in (whole or [placed for _, placed in found])}
    return [placed for model_id, placed in document.by_id.items() if model_id in ids]


def _is_another_model(snapshot: Snapshot, wanted: str, placed: PlacedEntry) -> bool:
    """Return whether the words are an ID, or the name of another model of the entry's provider."""
    provider, _, rest = wanted.partition("/")
    catalog = snapshot.facts.catalog
    return (bool(rest) and provider in catalog.providers) or any(
        catalog.model(f"{provider_of(placed.model_id)}/{words}") for words in (wanted, wanted.replace(" ", "-"))
    )


def _names_without_label(placed: PlacedEntry) -> set[str]:
    model_id, label = split_label(placed.model_id)
    return (
        {name.casefold() for name in (label, default_name(placed.model_id), model_id, split_id(model_id)[1])}
        if label
        else set()
    )


def _names(placed: PlacedEntry) -> set[str]:
    model_id = placed.model_id
    return {name.casefold() for name in (model_id, model_id.partition("/")[2], display_name(placed.entry)) if name}
