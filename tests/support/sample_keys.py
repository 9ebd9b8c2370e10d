"""Keys that are planted in a models.yaml, and whether a piece of one is seen."""

import hashlib
from collections.abc import Iterator, Mapping

from support.tally import LOST, TRIED

PIECE = 8
"""So many characters of a secret in a row are a leak."""


def secret(name: str, prefix: str = "", length: int = 40) -> str:
    """A key of its own for each place; the same in every run, and no word in it."""
    digest = hashlib.shake_256(name.encode()).hexdigest(length)[:length]
    return prefix + "".join(letter.upper() if index % 3 else letter for index, letter in enumerate(digest))


def pieces(value: str) -> Iterator[str]:
    """All that may not be seen of a secret; known beginnings of keys are public."""
    body = value.rpartition("-")[2]
    return (body[start : start + PIECE] for start in range(max(1, len(body) - PIECE + 1)))


def leaks(secrets: Mapping[str, str], text: str) -> list[str]:
    """The names of the secrets of which a piece is seen in the text."""
    found = [name for name, value in secrets.items() if any(piece in text for piece in pieces(value))]
    TRIED["texts searched for keys"] += 1
    LOST["keys shown"] += len(found)
    return found
