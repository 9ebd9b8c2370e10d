"""No word of the list "Words to avoid" in CONTRIBUTING.md is in what people read."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GLOBS = (
    "*.md",
    "Makefile",
    "docs/**/*.md",
    "docs/examples/*.*",
    "examples/**/*.*",
    "schema/*.*",
    "server/**/*.md",
    "server/**/*.py",
    "bench/*.py",
    "scripts/*.*",
    "tools/**/*.py",
    "vscode-extension/*.md",
    "vscode-extension/package.json",
    "vscode-extension/language/*.json",
    "vscode-extension/src/**/*.ts",
    "neovim/**/*.*",
    "emacs/*.el",
)
STANDARD = (
    "behind a proxy",
    "behind a gateway",
    "behind a reverse proxy",
    "there is no",
    "there are no",
    "is no longer",
    '"findings"',
    "`findings`",
    ".findings",
    ":findings",
)
"""Standard phrases that contain one of the words, and a key of the protocol."""


def avoided() -> list[str]:
    """The first column of the table under the heading."""
    section = _words_to_avoid()
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("|")]
    return [word.strip() for row in rows[2:] for word in row.split(",")]


def _words_to_avoid() -> str:
    return (ROOT / "CONTRIBUTING.md").read_text().split("### Words to avoid")[1].split("\n## ")[0]


@cache
def _pattern() -> re.Pattern[str]:
    words = "|".join(re.escape(word).replace("\\ ", r"\s+") for word in avoided())
    return re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE)


def words_in(text: str) -> list[tuple[int, str]]:
    """Line number (from 1) and word, for each word to avoid."""
    for phrase in STANDARD:
        text = re.sub(re.escape(phrase), lambda match: "x" * len(match.group()), text, flags=re.IGNORECASE)
    found = _pattern().finditer(text)
    return [(text.count("\n", 0, match.start()) + 1, " ".join(match.group().split())) for match in found]


def test_the_table_is_read() -> None:
    words = avoided()
    assert (words[0], words[-1], len(words) > 30) == ("stands", "all by itself", True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A key stands here,\nbehind the name", [(1, "stands"), (2, "behind")]),
        ("This is no\nURL.", [(1, "is no")]),
        ("There is no file. It is no longer used behind a proxy.", []),
        ("standstill, beside_me, told-you, mender", []),
        ("Mend it.", [(1, "Mend")]),
    ],
)
def test_words_are_found(text: str, words: list[tuple[int, str]]) -> None:
    assert words_in(text) == words


@pytest.mark.parametrize("glob", GLOBS)
def test_no_word_to_avoid(glob: str) -> None:
    found: list[str] = []
    for path in sorted(ROOT.glob(glob)):
        name = path.relative_to(ROOT).as_posix()
        text = path.read_text()
        if path.name == "CONTRIBUTING.md":
            text = text.replace(_words_to_avoid(), "")
            text = text.split("### Glossary")[0] + text.split("### Words to avoid")[1]
        found += [f"{name}:{line}: {word}" for line, word in words_in(text)]
    assert found == []
