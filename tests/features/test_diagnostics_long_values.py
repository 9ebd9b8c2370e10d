"""Long values and lines up to the limits. In quadratic time, each would take a minute or hours."""

import pytest

from aloop_models.features.folding import folds
from support.expectations import SAFE, diagnostics_of
from support.snapshots import snapshot

LONG = 32_000
REPEATED = {
    "spaces": f"a{' ' * LONG}b",
    "invisible characters": "\u200b" * LONG,
    "references": "${" * (LONG // 2),
    "braces": "{" * LONG,
    "brackets": "<" * LONG,
    "number signs": "a#" * (LONG // 2),
    "slashes": "a/" * (LONG // 2),
    "colons": "a:" * (LONG // 2),
    "words": "a " * (LONG // 2),
    "letters": "a" * LONG,
}
PLACES = {
    "a key": ("models:\n  openai/gpt-4o:\n    api_key: '{}'\ndefault: openai/gpt-4o\n", ()),
    "a name": ("models:\n  ollama/a:\n    name: '{}'\ndefault: ollama/a\n", ()),
    "an ID": ("models:\n  ? 'ollama/{}'\n  : timeout: 5\ndefault: ollama/a\n", ("undefined-default",)),
    "an entry": ("models:\n  ollama/a: '{}'\ndefault: ollama/a\n", ("wrong-type",)),
    "a broken list": ("models:\n  ollama/a:\n    stop: ['{}'\ndefault: ollama/a\n", ("yaml-syntax",)),
    "a line without a colon": ("models:\n  {}\n  ollama/a: [\n", ("yaml-syntax",)),
    "a line with a wrong indentation": ("models:\n  ollama/a:\n    name: x\n   x{}\n", ("yaml-syntax",)),
    "an open quote": ("models:\n  ollama/a:\n    name: '{}\n", ("yaml-syntax",)),
}


@pytest.mark.parametrize("text", REPEATED.values(), ids=REPEATED)
@pytest.mark.parametrize(("place", "rules"), PLACES.values(), ids=PLACES)
def test_a_long_value(text: str, place: str, rules: tuple[str, ...]) -> None:
    whole = place.replace("{}", text)
    assert {item.rule.id for item in diagnostics_of(whole, place=SAFE)} >= set(rules)


def test_number_signs_in_a_long_value_start_no_comment() -> None:
    text = f"models:\n  ollama/a:\n    name: {'a#' * (LONG // 2)}\n"
    end = len(text) - 1
    assert [fold.span for fold in folds(snapshot(text))] == [(0, end), (10, end)]


@pytest.mark.parametrize("line", ["// a", "; a", "$ a", "```", "<b>", "=======", "/* a", "a */", "a"])
def test_many_lines_that_are_not_yaml(line: str) -> None:
    text = "models:\n  ollama/a:\n" + f"{line}\n" * LONG
    assert {item.rule.id for item in diagnostics_of(text, place=SAFE)} >= {"yaml-syntax"}
