"""The list of the commands of a session, and their help."""

from __future__ import annotations

import pytest

from aloop_models.agent.model_line import SHELL_VERBS
from aloop_models.agent.session import AgentSession
from aloop_models.agent.session_commands import OTHER_FORMS, help_text
from aloop_models.cli.main import make_cli
from aloop_models.commands import BY_VERB
from support.agent import NotedFace

pytestmark = pytest.mark.filterwarnings("ignore")


async def test_the_help_of_model_names_every_form_in_one_column(two: tuple[AgentSession, NotedFace]) -> None:
    session, face = two
    await session.handle("/model help")
    lines = face.last.splitlines()
    assert lines[-3].startswith("/model test [MODEL]…  ")
    assert lines[-2].startswith("/model favorite [MODEL]  ")
    assert lines[-1].startswith("/model discover [MODEL]… [--all] [--url URL]  ")
    assert len({line.rindex("  ") for line in lines}) == 1


def test_each_command_of_the_shell_alone_is_known_as_one() -> None:
    own = {*BY_VERB, *(form.split()[0] for form in OTHER_FORMS)}
    assert frozenset(make_cli().commands) - own == SHELL_VERBS


def test_the_help_fits_the_terminal() -> None:
    for columns in (60, 80, 200):
        lines = help_text(columns).splitlines()
        assert max(map(len, lines)) <= columns
    assert "F2         Switch to the next favorite." in help_text(80).splitlines()
