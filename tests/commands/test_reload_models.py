"""`reload`: not of a file that cannot be read."""

from aloop_models.commands import Reload
from aloop_models.commands.views import state_view
from support.commands import FIVE_MODELS, PATH, refusal, run
from support.snapshots import snapshot


def test_reload() -> None:
    outcome = run("reloadModels", FIVE_MODELS)
    assert (outcome.message, outcome.effect) == (f"Loaded 5 models from {PATH}", Reload())
    assert outcome.value == state_view(snapshot(FIVE_MODELS))


def test_a_broken_file_is_not_reloaded_nor_shown_but_checked() -> None:
    broken = 'models:\n  a/b:\n    name: "x\n'
    assert refusal("reloadModels", broken).reason == "invalidFile"
    assert refusal("showModel", broken, {"modelId": "a/b"}).reason == "invalidFile"
    assert run("checkModels", broken).value["errors"] == 1
