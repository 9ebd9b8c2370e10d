"""What a session says when it begins: the file in use, what is wrong with it, and what to do first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from aloop_models import __version__
from aloop_models.agent.session import AgentSession
from aloop_models.agent.starting import why_nothing
from aloop_models.catalog.redaction import redact
from aloop_models.features.model_search import example_model
from aloop_models.workspace.workspace import Workspace

_WELCOME = """\
Welcome to aloop. Your models and their keys are in {path}, for you alone.
Add the first one: /model add {example} (Tab completes; the key is asked for).
Then ask something. /help shows what else there is."""


def greeting(session: AgentSession, workspace: Workspace, path: Path) -> Iterator[str]:
    """The lines before the first prompt; three for somebody who has no models yet."""
    manager, problems = session.manager, session.watch.problems()
    yield from manager.notices
    yield from map(str, workspace.find().skipped)
    if not problems and not workspace.saved(path).document.by_id:
        facts = workspace.facts
        yield _WELCOME.format(path=redact(str(path)), example=example_model(facts.catalog, facts.today))
        return
    yield f"aloop {__version__} · {redact(str(path))} · /help"
    yield from problems
    profile, default = manager.get_current_model(), manager.default_model_id
    if not manager.is_configured():
        if not problems:
            yield why_nothing(workspace, path)
    elif profile and default != profile.model_id and default not in manager.models:
        what = "There is no default" if default is None else f"The default {redact(default)} is no usable model"
        yield f"{what}, so {profile.display_name} is used. To set it: /model default {profile.shown_id}"
