"""The rounds. Servers take turns, so that the load of the machine affects all of them equally."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.files import gaps, models_file, slips
from bench.harness import Session
from bench.servers import Server

FIELD = "seed"
START, START_AS_SHIPPED = "start → first diagnostics", "start → first diagnostics, as shipped"
DIAGNOSTICS, MODEL, NAME = "edit → diagnostics", "edit → completion of an id", "edit → completion of a field"
MEMORY = "memory after the edits"
Samples = dict[tuple[str, int, str], list[float]]


@dataclass(frozen=True)
class Plan:
    """The number of samples of each metric at one size, and of warm-up rounds."""

    size: int
    starts: int
    edits: int
    warm: int


@dataclass(frozen=True)
class Field:
    """The servers of each metric: starts, edits, and completion of IDs."""

    starts: Sequence[Server]
    edits: Sequence[Server]
    ids: Sequence[Server]


def run(plans: Sequence[Plan], field: Field, ids: Sequence[str], wanted: Sequence[str], folder: Path) -> Samples:
    """Return all samples by metric, size and server, in seconds (memory in bytes)."""
    samples: Samples = {}
    for plan in plans:
        text = models_file(ids, plan.size)
        print(f"{plan.size} models, {len(text.encode()):,} bytes", file=sys.stderr)
        _starts(samples, plan, field, text, folder)
        _edits(samples, plan, field, text, wanted, folder)
    return samples


def _starts(samples: Samples, plan: Plan, field: Field, text: str, folder: Path) -> None:
    for turn, slip in enumerate(slips(text, plan.starts + 1, seed=1)):
        for server in _in_turn(field.starts, turn):
            with Session(server, _room(folder, server), text, slip) as session:
                if turn:
                    samples.setdefault((START, plan.size, server.name), []).append(session.first_diagnostics)


def _edits(samples: Samples, plan: Plan, field: Field, text: str, wanted: Sequence[str], folder: Path) -> None:
    rounds = plan.warm + plan.edits
    with ExitStack() as stack:
        sessions = {
            server.name: stack.enter_context(Session(server, _room(folder, server), text))
            for server in {s.name: s for s in (*field.edits, *field.ids)}.values()
        }

        def take(figure: str, servers: Sequence[Server], sample: Callable[[Session], float], turn: int) -> None:
            for server in _in_turn(servers, turn):
                value = sample(sessions[server.name])
                if turn >= plan.warm:
                    samples.setdefault((figure, plan.size, server.name), []).append(value)

        diagnostic = [server for server in field.edits if server.finds]
        for turn, slip in enumerate(slips(text, rounds, seed=2)):
            take(DIAGNOSTICS, field.edits, lambda session, slip=slip: session.make_slip(slip), turn)
            take(DIAGNOSTICS, field.edits, lambda session, slip=slip: session.fix_slip(slip), turn)
        for turn, gap in enumerate(gaps(text, rounds, seed=3)):
            model_id = wanted[turn % len(wanted)]
            take(NAME, diagnostic, lambda session, gap=gap: session.complete_field(gap, FIELD), turn)
            take(MODEL, field.ids, lambda session, gap=gap, w=model_id: session.complete_id(gap, w), turn)
        for server in field.edits:
            samples[MEMORY, plan.size, server.name] = [float(sessions[server.name].memory())]


def _in_turn(servers: Sequence[Server], turn: int) -> Sequence[Server]:
    """Return A B, then B A, so that no server always goes first."""
    return servers if turn % 2 == 0 else servers[::-1]


def _room(folder: Path, server: Server) -> Path:
    room = folder / server.name.replace(" ", "-")
    room.mkdir(exist_ok=True)
    return room
