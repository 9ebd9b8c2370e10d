"""The URL inside a text with characters that are not part of it."""

import pytest

from aloop_models.features.checks.url_cleaning import has_foreign, pieces_of_url

URL = "http://localhost:4000/v1"


@pytest.mark.parametrize(
    "text",
    [
        f"\u201c{URL}\u201d",
        f"\u2018{URL}\u2019",
        f"\u00ab{URL}\u00bb",
        f'"{URL}"',
        f"'{URL}'",
        f"`{URL}`",
        f"<{URL}>",
        f"[{URL}]({URL})",
        f"[my server]({URL}),",
        f"{URL},",
        f"{URL};",
        f"{URL}.",
        f"\u201c{URL}.\u201d",
        f"\ufeff{URL}",
        "http://local\u200bhost:4000/v1\u200b",
    ],
)
def test_the_url_in_a_text(text: str) -> None:
    assert has_foreign(text)
    assert "".join(text[slice(*piece)] for piece in pieces_of_url(text)) == URL


@pytest.mark.parametrize(
    "text",
    [
        URL,
        f"{URL}/",
        f"{URL}/..",
        f"{URL}/a.b",
        "https://gw.example.com/a(b)/c'd",
        "https://gw.example.com.",
        "https://modèles.example.com/v1",
    ],
)
def test_a_url_alone(text: str) -> None:
    assert (has_foreign(text), pieces_of_url(text)) == (False, ())


@pytest.mark.parametrize("text", ["\u201clocalhost:4000\u201d", "<your URL>", "http://a\u201cb/v1", "\u201c\u201d"])
def test_no_url(text: str) -> None:
    assert pieces_of_url(text) == ()
