"""Characters that look like ASCII characters, and invisible ones."""

from __future__ import annotations

import unicodedata

_LOOK_ALIKES = str.maketrans(
    # Cyrillic, then Greek, then Armenian and others, each above the letter that it looks like.
    "аеорсухіјѕһԁԛԝкмтвнгАВЕКМНОРСТУХІЈЅԚԜ" + "οανικρτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ" + "օոսցհıɡɑℓ",
    "aeopcyxijshdqwkmtbhrABEKMHOPCTYXIJSQW" + "oavikptuxABEZHIKMNOPTYX" + "onughigal",
)
_DASHES = "‐‑‒–—―−﹘﹣－"
_SLASHES = "⁄∕／⧸"
_DOTS = "․．。"
_COLONS = "：꞉∶"
_OTHERS = {
    ord(character): plain
    for plain, characters in (("-", _DASHES), ("/", _SLASHES), (".", _DOTS), (":", _COLONS))
    for character in characters
}
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def plain_spelling(character: str) -> str | None:
    """The ASCII text that a character looks like, empty for an invisible one, None for any other."""
    if character.isascii():
        return None
    if character in _INVISIBLE or unicodedata.category(character) == "Cf" or "\ufe00" <= character <= "\ufe0f":
        return ""
    spelled = _LOOK_ALIKES.get(ord(character), _OTHERS.get(ord(character)))
    if spelled is not None:
        return chr(spelled) if isinstance(spelled, int) else spelled
    # Full-width and mathematical letters decompose to the letter they show.
    decomposed = unicodedata.normalize("NFKC", character)
    return decomposed if len(decomposed) == 1 and decomposed.isascii() and decomposed.isalnum() else None
