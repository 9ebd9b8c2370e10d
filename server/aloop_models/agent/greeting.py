"""The first lines of a session: the file in use, its problems, and the first step."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from aloop_models import __version__
from aloop_models.agent.session import AgentSession
from aloop_models.agent.starting import why_none_ready
from aloop_models.catalog.redaction import redact
from aloop_models.features.model_search import example_model
from aloop_models.workspace.workspace import Workspace

_WELCOME = """\
Welcome to aloop. Your models and API keys are in {path}, for {scope}.
Add your first model: /model add {example} (Tab completes, and aloop prompts for the API key).
Then ask a question. /help lists all commands."""


def greeting(session: AgentSession, workspace: Workspace, path: Path) -> Iterator[str]:
    """The lines before the first prompt."""
    manager, problems = session.manager, session.watch.problems()
    yield from (notice for notice in manager.notices if notice not in problems)
    yield from map(str, workspace.find().skipped)
    if not problems and not workspace.saved(path).document.by_id:
        facts = workspace.facts
        scope = "all projects" if workspace.is_in_home(path) else "this project"
        yield _WELCOME.format(path=redact(str(path)), scope=scope, example=example_model(facts.catalog, facts.today))
        return
    yield f"aloop {__version__} · {redact(str(path))} · /help"
    yield from problems
    profile, default = manager.get_current_model(), manager.default_model_id
    if not manager.is_configured():
        if not problems:
            yield why_none_ready(workspace, path)
    elif profile and default != profile.model_id and default not in manager.models:
        what = "No default model is set" if default is None else f"The default model {redact(default)} cannot be used"
        yield f"{what}. Using {profile.display_name}. To set the default: /model default {profile.shown_id}"
