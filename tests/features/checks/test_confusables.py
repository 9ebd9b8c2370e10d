"""Letters that pass for others."""

from aloop_models.features.checks.confusables import plain_spelling


def test_confusables() -> None:
    """What they pass for, and that the rest is left alone."""
    assert [plain_spelling(character) for character in "аο\u200b\ufeff－４𝐚"] == ["a", "o", "", "", "-", "4", "a"]
    assert [plain_spelling(character) for character in "a/é通ß"] == [None] * 5
