"""Where the comments of a text are."""

import pytest

from aloop_models.core.reader import read_document
from aloop_models.features.comments import comments, is_in_comment

TEXT = """\
# one
models:  # two
  openai/a:  #three
    api_key: |-  # four
      sk # no
      # no
    name: "a # no"  # five
    z: 'b # no
      # no' # six
    y: a# no
    x: c
      d  # seven
    w: {a: 1,  # eight
      b: "# no" # nine  # ten
    }
# eleven"""


@pytest.mark.parametrize("text", [TEXT, TEXT.replace("\n", "\r\n"), TEXT + "\n", "\ufeff" + TEXT])
def test_comments(text: str) -> None:
    """A `#` in a quoted value or in the lines of a block is not one; a comment after the header of a block is."""
    document = read_document(text)
    assert document.parses
    found = [text[slice(*span)] for span in comments(document)]
    names = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine  # ten", "eleven"]
    assert [item.lstrip("# ") for item in found] == names
    inside = {offset for span in comments(document) for offset in range(*span)}
    signs = [offset for offset, character in enumerate(text) if character == "#"]
    assert [is_in_comment(document, offset) for offset in signs] == [offset in inside for offset in signs]
