"""Text of other people in Markdown."""

import pytest

from aloop_models.features.markdown import code, escape

KEY = "sk-proj-AbCd_fGhIjKlMnOpQrStUvWx0123456789AbCd_fGh"


@pytest.mark.parametrize(
    ("text", "escaped", "as_code"),
    [
        ("gpt-4o", "gpt-4o", "`gpt-4o`"),
        ("a\x07*b*", r"a\*b\*", "`a*b*`"),
        ("a`b", r"a\`b", r"a\`b"),
        (" ", " ", " "),
        # Escaped, a key has no format.
        (f"{KEY} b", "•••••••• b", "`•••••••• b`"),
        (f"{KEY} `b`", r"•••••••• \`b\`", r"•••••••• \`b\`"),
    ],
)
def test_text_is_shown_as_text_without_keys(text: str, escaped: str, as_code: str) -> None:
    assert (escape(text), code(text)) == (escaped, as_code)
