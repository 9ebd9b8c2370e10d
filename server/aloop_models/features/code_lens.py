"""Code lenses above entries: the state of a model, and the commands for it, such as the one that switches to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from aloop_models.core.document import PlacedEntry
from aloop_models.core.text import Span
from aloop_models.features.broken_file import broken_file
from aloop_models.features.current_model import current_id
from aloop_models.features.formatting import join_parts, plural
from aloop_models.features.readiness import brief_reason, is_about_key, why_not_ready
from aloop_models.snapshot import Snapshot

SWITCH = "aloop.switchModel"
TEST = "aloop.testModels"
SET_KEY = "aloop.setKey"
ADD = "aloop.addModel"
IMPORT = "aloop.importModels"


MOST_MODELS = 5_000
"""Maximum number of models with lenses, besides current ones: the editor reads all lenses after each change."""


class LensClient(NamedTuple):
    """What a client says about code lenses."""

    icons: bool = False
    """Whether it replaces `$(name)` in a title by an icon, and displays the lenses of a line next to each other."""
    commands: frozenset[str] = frozenset()
    """The commands besides `SWITCH` that it can run from a lens, and asks for what they need."""


_SPACE = "\N{NO-BREAK SPACE}"
"""The space next to an icon; VS Code removes others."""

PLAIN = LensClient()
"""A client that says nothing about code lenses."""


class _Used(NamedTuple):
    """The models in use, found once for all lenses of a file."""

    agents: Counter[str | None]
    """How many running agents use each model."""
    current: str | None
    """The current model if no agent is running."""

    def describe(self, model_id: str) -> str:
        """`Current`; with the number of agents if they have different models; empty if it is not a current model."""
        count, total = self.agents[model_id], self.agents.total()
        if 0 < count < total:
            return f"Current ({count} of {plural(total, 'agent')})"
        is_current = count > 0 if total else model_id == self.current
        return "Current" if is_current else ""


class Lens(NamedTuple):
    """A text above a line, with an optional command."""

    span: Span
    """The model ID or section that it belongs to."""
    title: str
    command: str | None = None
    arguments: Mapping[str, object] = {}


def code_lenses(snapshot: Snapshot, client: LensClient = PLAIN) -> tuple[Lens, ...]:
    """The lenses of the file and of the entries in use, in the order of the text.

    The lens of a state has no command, that of an action has one. A client without icons gets the state as the start of
    the first action, because it lets a user choose among the lenses of a line. Of very many models, the first ones
    (`MOST_MODELS`) and current ones have lenses.
    """
    if not snapshot.facts.settings.code_lens:
        return ()
    lenses = list(_lenses_of_file(snapshot, client))
    used = _models_in_use(snapshot)
    entries = sorted(snapshot.document.by_id.values(), key=lambda placed: placed.key_span)
    others = (placed for placed in entries[MOST_MODELS:] if used.describe(placed.model_id))
    for placed in (*entries[:MOST_MODELS], *others):
        reason = why_not_ready(placed.entry, snapshot.facts)
        state = Lens(placed.key_span, _state(snapshot, used, placed.model_id, reason, client))
        # A key that was pasted in place of an ID must not be sent in the arguments of a command.
        hidden = snapshot.redactor.hides(placed.model_id)
        actions = [] if hidden else list(_actions(snapshot, used, placed, reason, client))
        lenses += _joined(state, actions, client)
    return tuple(lenses)


def _joined(state: Lens, actions: list[Lens], client: LensClient) -> list[Lens]:
    if not state.title:
        return actions
    if client.icons or not actions:
        return [state, *actions]
    first, *others = actions
    return [first._replace(title=join_parts(state.title, first.title)), *others]


def _lenses_of_file(snapshot: Snapshot, client: LensClient) -> Iterator[Lens]:
    """Whether the file is in use, and the first steps in a file without models."""
    document = snapshot.document
    models = next((section.key for section in document.sections if section.key.text == "models"), None)
    if not snapshot.in_use:
        yield Lens(Span(0, 0), _with_icon("info", "Not the file in use", client))
    if document.by_id or snapshot.place.skipped or broken_file(document) is not None:
        return
    span = Span(0, 0) if models is None else Span(models.start, models.end)
    if ADD in client.commands:
        yield Lens(span, _with_icon("add", "Add model", client), ADD, {"ask": True})
    if IMPORT in client.commands:
        yield Lens(span, "Import…", IMPORT)


def _state(snapshot: Snapshot, used: _Used, model_id: str, reason: str | None, client: LensClient) -> str:
    parts = [
        ("check", used.describe(model_id)),
        ("star", "Default" if model_id == snapshot.document.default_id else ""),
        ("warning", f"Not ready: {brief_reason(reason, model_id)}" if reason else ""),
    ]
    title = join_parts(*(_with_icon(icon, text, client) for icon, text in parts if text))
    return snapshot.redactor.redact(title.replace(" $(", f"{_SPACE}$("))


def _models_in_use(snapshot: Snapshot) -> _Used:
    """The models in use; none if no agent uses the file."""
    if not snapshot.in_use:
        return _Used(Counter(), None)
    agents = Counter(session.model_id for session in snapshot.sessions if session.is_switchable)
    return _Used(agents, None if agents else current_id(snapshot))


def _actions(
    snapshot: Snapshot, used: _Used, placed: PlacedEntry, reason: str | None, client: LensClient
) -> Iterator[Lens]:
    span, arguments = placed.key_span, {"modelId": placed.model_id}
    if reason is None and snapshot.in_use:
        if used.describe(placed.model_id) != "Current":
            yield Lens(span, "Use this model", SWITCH, arguments)
        if TEST in client.commands:
            yield Lens(span, "Test", TEST, arguments)
    elif is_about_key(reason) and SET_KEY in client.commands:
        yield Lens(span, "Set key…", SET_KEY, {**arguments, "ask": True})


def _with_icon(icon: str, text: str, client: LensClient) -> str:
    return f"$({icon}){_SPACE}{text}" if client.icons else text
