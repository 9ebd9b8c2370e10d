"""`protect`: one step or both, also of a file that is not valid."""

import pytest

from aloop_models.commands import ProtectFile
from support.commands import TEXT, run


@pytest.mark.parametrize(
    ("argument", "effect"),
    [
        ({}, ProtectFile(gitignore=True, permissions=True)),
        ({"gitignore": True}, ProtectFile(gitignore=True, permissions=False)),
        ({"permissions": True}, ProtectFile(gitignore=False, permissions=True)),
        ({"gitignore": True, "permissions": True}, ProtectFile(gitignore=True, permissions=True)),
    ],
)
@pytest.mark.parametrize("text", [TEXT, "models: [\n"])
def test_the_steps(text: str, argument: dict[str, bool], effect: ProtectFile) -> None:
    outcome = run("protectFile", text, argument)
    assert (outcome.effect, outcome.edits) == (effect, ())
