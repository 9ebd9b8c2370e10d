"""List the running agents."""

from __future__ import annotations

from aloop_models.catalog.redaction import redact
from aloop_models.commands.definition import Command, NoParameters, Outcome, Result
from aloop_models.commands.style import Style
from aloop_models.commands.views import session_view
from aloop_models.features.formatting import plural
from aloop_models.snapshot import Snapshot


def list_sessions(snapshot: Snapshot, _: NoParameters) -> Outcome:
    """List the running agents that use this file."""
    views = [session_view(snapshot, session) for session in snapshot.sessions]
    message = plural(len(views), "agent") + " running" if views else "No agent is running. Start one: aloop"
    return Outcome(message, {"sessions": views})


def render_sessions(result: Result, style: Style) -> str:
    """Render one line per running agent."""
    del style
    lines = [
        f"{redact(item['id'])}  {item['kind']} {item['pid']}  {redact(item['displayName'] or 'no model')}  "
        f"{redact(item['folder'])}"
        for item in result["sessions"]
    ]
    return "\n".join((*lines, result["message"])) + "\n"


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
