"""Each feature has a handler of the same name."""

from pathlib import Path

from aloop_models import features
from aloop_models.lsp import handlers

FILES = {"navigation": {"definition", "references", "highlights"}}
"""Feature files that several LSP methods share."""


def test_a_feature_and_its_handler_have_one_name() -> None:
    names = {handler.__name__ for _, handler, _ in handlers.HANDLERS}
    source = Path(handlers.__file__).read_text("utf-8")
    used = {
        path.stem
        for path in Path(features.__path__[0]).glob("*.py")
        if f"from aloop_models.features.{path.stem} import" in source
    }
    assert {"hover", "rename", "navigation"} <= used
    assert not {name for name in used if not FILES.get(name, {name}) <= names}
