"""What a command says about the entry that it has changed."""

from support.commands import run


def test_an_ignored_problem_is_not_a_warning() -> None:
    text = "models:\n  ollama/a:\n    whatever: 1  # aloop: ignore[unknown-field]\ndefault: ollama/a\n"
    given = {"modelId": "ollama/a", "fields": {"timeout": 5}}
    assert run("editModel", text, given).warnings == ()
    (warning,) = run("editModel", text.replace("unknown-field", "wrong-type"), given).warnings
    assert warning.startswith("ollama/a: Unknown field 'whatever'")
