"""List the running agents."""

from __future__ import annotations

from aloop_models.catalog.redaction import redact
from aloop_models.commands.definition import Command, NoParameters, Outcome, Result
from aloop_models.commands.style import Style
from aloop_models.commands.views import session_view
from aloop_models.features.formatting import plural
from aloop_models.features.table import Column, fit_table
from aloop_models.snapshot import Snapshot

_COLUMNS = (
    Column("ID", is_id=True),
    Column("MODEL"),
    Column("KIND", drop=20),
    Column("PROCESS", drop=30),
    Column("FOLDER", wraps=20),
)


def list_sessions(snapshot: Snapshot, _: NoParameters) -> Outcome:
    """List the running agents that use this file."""
    views = [session_view(snapshot, session) for session in snapshot.sessions]
    message = plural(len(views), "agent") + " running" if views else "No agent is running. Start one: aloop"
    return Outcome(message, {"sessions": views})


def render_sessions(result: Result, style: Style) -> str:
    """Render a table of the running agents."""
    rows = [
        (
            item["id"],
            item["displayName"] or "no model",
            item["kind"],
            str(item["pid"]),
            redact(item["folder"]),
        )
        for item in result["sessions"]
    ]
    table = f"{fit_table(_COLUMNS, rows, style.width)}\n" if rows else ""
    return f"{table}{result['message']}\n"


SESSIONS = Command(
    "aloop.listSessions",
    "sessions",
    "List Running Agents",
    "List the running agents.",
    NoParameters,
    list_sessions,
    reads_file=False,
    needs_file=False,
    needs_sessions=True,
    asks_owner=False,
    render=render_sessions,
)
