"""A grammar of YAML in the shape of a models.yaml, and changes of real files: texts of every kind, valid and broken."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

from hypothesis import strategies as st

from aloop_models.core.lines import BREAKS
from aloop_models.core.scalars import write_scalar
from aloop_models.features.checks.rules import RULES
from support.edit_files import LAYOUTS
from support.sample_keys import secret
from support.snapshots import facts
from support.texts_of_failures import TEXTS

SECRETS = {
    "key": secret("grammar key", "sk-proj-"),
    "other key": secret("grammar other key", "sk-ant-api03-", 60),
    "password": secret("grammar password", length=16),
}
"""What is planted in the texts: two keys of known forms, and a password in a URL."""
KNOWN_BY = {"key": "{}", "other key": "{}", "password": "https://me:{}@example.com"}
"""What is around a secret where it can be told from a word."""
KEYS = (SECRETS["key"], SECRETS["other key"])
URL = f"{KNOWN_BY['password'].format(SECRETS['password'])}/v1"

IDS = ("openai/gpt-4o", "ollama/llama3.1", "groq/llama-3.3-70b-versatile", "openia/gpt-4", "ollama/b#work", "azure/x")
ODD_KEYS = ("é/😀", "123", "yes", "~", "a: b", "<<", "=", "[a]", "{a: b}", "", "it's", "*a", "&a x/y", "!!str 5", "? a")
FIELDS = ("name", "api_key", "timeout", "api_base", "stop", "extra_headers", "max_tokens", "drop_params", "timout")
VALUES = (
    *("5", "yes", "null", "~", "", "0x1F", "1_000", "1:30", ".inf", ".nan", "2024-01-02", "word", "two words", "it's"),
    *(
        "a#b",
        "é😀",
        "a\u00a0b",
        "👩‍👩‍👧",
        "$HOME",
        "os.environ/KEY",
        "localhost:11434",
        "https://example.com/v1/chat/completions",
    ),
    *(URL, *KEYS, *IDS),
)
PLAIN = (*VALUES, "2024-13-45", "=", "<<", "a #b", "x: y", "- a", "@x", "%x", "a\u2028b", "*a", "[", "'")
EXAMPLES = tuple(
    f"{spec.name}: {write_scalar(example, flow=True)}"
    for spec in facts().schema.fields.values()
    for example in spec.examples
)
"""Every field, with each value that the schema has as its example."""
TYPOS = (*"[]{}<>@:/?#%&;,.|!*~^`$_+=0oO \t", *"ſİıK²½Ⅷ٣０：／．。\u00ad\u200b\u00a0\u2028\ufeff‑–—’“”…")
"""What can be in a value by mistake."""
TAGS = ("!!str", "!!int", "!!map", "!!set", "!!binary", "!own", "!", "!<tag:yaml.org,2002:str>", "!e!x", "!!omap")
ESCAPES = (r"\n", r"\x41", r"\u263A", r"\U0001F600", r"\"", "\\\n ", r"\e", r"\N", r"\q", r"\ud800", "\n", "\t", " #x")
PIECES = (
    *("\n", "\r", "\r\n", "\x85", "\u2028", "\u2029", "\ufeff", "\0", "\x07", "\x7f", "\ud800", "\udfff", "\ufffe"),
    *(" ", "  ", "    ", "\t", "\u00a0", "\u200b", "#", " # note", ":", ": ", "? ", "- ", "[", "]", "{", "}", ",", "'"),
    *(
        '"',
        "&a ",
        "*a",
        "!x ",
        "|",
        ">",
        "|2-\n",
        "---",
        "\n---\n",
        "\n...\n",
        "%YAML 1.1\n",
        "<<: *a",
        "😀",
        "é",
        "\\",
    ),
    *(
        "\n  ",
        "\n    ",
        "models:\n",
        "\nmodels: {}\n",
        "\ndefault: ",
        "\n  ollama/new:\n",
        "# aloop: ignore[wrong-type]",
    ),
    *("\n\ufeff", "\n\t", "\r\r", "\n\n\n", "'''", '""', "\\\n", "null", *KEYS),
)
"""What a change can insert at any place."""

CHANCES = st.randoms(use_true_random=False) | st.randoms(use_true_random=True)
"""Choices that hypothesis can make smaller, and more varied ones."""

ROOT = Path(__file__).parents[2]
REAL = (
    *LAYOUTS.values(),
    *TEXTS.values(),
    *(text for rule in RULES for text in (rule.example, rule.good)),
    *(path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests" / "features" / "examples").glob("*.yaml"))),
    (ROOT / "examples" / "models.yaml").read_text(encoding="utf-8"),
)
"""Files that people have written, and texts that once caused a failure."""


class Grammar:
    """Writes one text; each choice is one of `chance`, so that hypothesis can make a failing text smaller."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._step = self._one((2, 2, 4, 3, 1))
        self._odds = self._one((1000, 60, 30, 10))
        """One of so many places is odd."""
        self._anchors: list[str] = []

    def file(self) -> str:
        """A whole file."""
        sections = [self._models(), *(self._section() for _ in range(self._count(3)))]
        if self._rarely():
            self._chance.shuffle(sections)
        text = "".join(self._gap(0) + section for section in sections) + self._gap(0)
        if self._rarely():
            directive = self._one(
                ("", "", "%YAML 1.1\n", "%YAML 1.2\n", "%TAG !e! tag:example.com,2000:\n", "# note\n")
            )
            text = f"{directive}---{self._one(('', ' # note'))}\n{text}"
        if self._rarely():
            text += self._one(("...\n", "---\n", "...\n---\nmodels: {}\n", "...\n# after\n", "\u2028", "\0"))
        if self._rarely():
            text = "\ufeff" + text
        line_break = self._one(("\n", "\n", "\n", "\r\n", "\r\n", "\r", *BREAKS[2:]))
        return text.replace("\n", line_break)

    def _models(self) -> str:
        if self._rarely():
            values = (" {}", "", " null", " *a", " [a, b]", " text", f" {self._flow(3)}", " |\n  text")
            name = self._one(("models", "modles", '"models"'))
            return f"{name}:{self._one(values)}\n"
        entries = "".join(self._gap(self._step) + self._entry() for _ in range(self._count(4)))
        return f"models:{self._properties()}{self._note()}\n{entries}"

    def _section(self) -> str:
        name = self._one(("default", "default", "roles", "fallbacks", "other", "models", "defualt"))
        if name == "default" and not self._rarely():
            return f"default: {self._quoted(self._one(IDS))}{self._note()}\n"
        return f"{name}:{self._value(0, 2)}"

    def _entry(self) -> str:
        indent = " " * self._step
        key = self._one(IDS) if not self._rarely() else self._one((*ODD_KEYS, *KEYS))
        key = self._quoted(key)
        if self._rarely():
            return f"{indent}? {key}\n{indent}:{self._value(self._step, 2)}"
        space = self._rarely() * " "
        if self._rarely():
            return f"{indent}{key}{space}:{self._value(self._step, 2)}"
        fields = "".join(self._gap(2 * self._step) + self._field(2 * self._step) for _ in range(self._count(4)))
        return f"{indent}{key}{space}:{self._properties()}{self._note()}\n{fields}"

    def _field(self, column: int) -> str:
        indent = " " * column
        if self._sometimes():
            values = (
                (self._alias(), f"[{self._alias()}, {self._alias()}]", "{timeout: 5}") if self._anchors else ("{}",)
            )
            return f"{indent}<<: {self._one(values) if not self._rarely() else self._plain()}\n"
        if self._sometimes():
            return f"{indent}{self._mistyped(self._one(EXAMPLES))}{self._note()}\n"
        name = self._one(FIELDS) if not self._rarely() else self._one((*ODD_KEYS, *KEYS))
        return f"{indent}{self._quoted(name)}:{self._value(column, 2)}"

    def _mistyped(self, field: str) -> str:
        at = self._chance.randint(0, len(field))
        return field[:at] + self._one(TYPOS) * self._count(2) + field[at + self._count(1) :]

    def _value(self, column: int, depth: int) -> str:
        """What follows a colon, with the break at its end."""
        kind = self._one(("plain", "plain", "plain", "quoted", "flow", "text", "sequence", "mapping", "alias"))
        before = self._one((" ", " ", " ", "  ", "\t")) if not self._sometimes() else self._properties() + " "
        if kind == "alias" and (self._anchors or self._rarely()):
            return f" {self._alias()}{self._note()}\n"
        if kind == "text":
            return before + self._block_text(column)
        if kind == "flow":
            return f"{before}{self._flow(depth)}{self._note()}\n"
        inner = column + self._step
        if kind == "sequence" and depth:
            at = " " * self._one((column, inner))
            items = (f"{at}-{self._value(inner, depth - 1)}" for _ in range(1 + self._count(2)))
            return f"{self._properties()}{self._note()}\n" + "".join(items)
        if kind == "mapping" and depth:
            pairs = (f"{' ' * inner}{self._plain()}:{self._value(inner, depth - 1)}" for _ in range(1 + self._count(2)))
            return f"{self._properties()}{self._note()}\n" + "".join(pairs)
        return f"{before}{self._plain() if kind == 'plain' else self._double()}{self._note()}\n"

    def _block_text(self, column: int) -> str:
        header = self._one("|>") + self._one(("", "", "-", "+", "2", "-2") if not self._rarely() else ("9", "0", "x"))
        indent = " " * (column + self._one((2, 2, 4) if not self._rarely() else (0, 1)))
        lines = indent + self._one(("text", "", "  more", "# no comment", "\ttab", "a: b", *KEYS)) + "\n"
        more = "".join(lines if self._rarely() else f"{indent}line {number}\n" for number in range(self._count(3)))
        return f"{header}{self._note()}\n{more}"

    def _flow(self, depth: int) -> str:
        opening, closing = self._one(("[]", "{}"))
        parts: list[str] = []
        for _ in range(self._count(3)):
            item = self._flow(depth - 1) if depth and self._rarely() else self._flow_scalar()
            colon = self._one((": ", ": ", " : ") if not self._rarely() else (":", ""))
            parts.append(f"{self._quoted(self._one(FIELDS))}{colon}{item}" if opening == "{" else item)
        between = self._one((", ", ", ", ",", ",\n      ", " , # note\n      "))
        end = self._one(("", "", ",", "\n    ", " # note\n  ")) + (closing if not self._rarely() else "")
        return f"{self._properties().strip()} {opening}".lstrip() + between.join(parts) + end

    def _flow_scalar(self) -> str:
        return self._one(
            ("5", "yes", "word", "'a, b'", '"a]"', "a b", "a:b", SECRETS["key"]) + self._rarely() * ("*a", "")
        )

    def _plain(self) -> str:
        return self._one(PLAIN if self._rarely() else VALUES)

    def _double(self) -> str:
        quote = self._one("\"'")
        escapes = ESCAPES if self._rarely() else ESCAPES[:6]
        words = "".join(self._one(("word ", self._one(escapes), self._plain())) for _ in range(self._count(3)))
        return quote + (words.replace("'", "''") if quote == "'" else words) + (quote if not self._rarely() else "")

    def _quoted(self, word: str) -> str:
        quote = self._one(("", "", "", "'", '"'))
        return f"{quote}{word}{quote}"

    def _properties(self) -> str:
        if not self._sometimes():
            return ""
        name = "abcdefgh"[len(self._anchors) % 8]
        self._anchors.append(name)
        anchor, tag = f" &{name}", f" {self._one(TAGS)}"
        return self._one((anchor, anchor, anchor, tag, tag + anchor, anchor + tag))

    def _alias(self) -> str:
        return f"*{self._one(self._anchors or 'abc')}"

    def _note(self) -> str:
        return self._one(
            ("", "", "", "", " # note", "  #note", "\t# note", f" # {SECRETS['key']}", " # 😀", " ")
            + self._rarely() * ("#x",)
        )

    def _gap(self, column: int) -> str:
        """What is between two lines."""
        if not self._sometimes():
            return ""
        return self._one(
            (
                "\n",
                "\n\n",
                "# margin\n",
                " " * column + "# here\n",
                "   \n",
                *(self._rarely() * ("\t\n", "\ufeff\n", "\x85")),
            )
        )

    def _rarely(self) -> bool:
        return self._chance.randrange(self._odds) == 1

    def _sometimes(self) -> bool:
        return self._chance.randrange(8) == 1

    def _count(self, most: int) -> int:
        return self._chance.randint(0, most)

    def _one(self, of: Any) -> Any:
        return self._chance.choice(of)


def changed(chance: Random, text: str) -> str:
    """The text after one change at a random place."""
    at = chance.randint(0, len(text))
    kind = chance.choice(("insert", "insert", "insert", "delete", "cut", "repeat", "move", "replace"))
    if kind == "insert":
        return text[:at] + chance.choice(PIECES) + text[at:]
    if kind == "replace":
        return text[:at] + chance.choice(PIECES) + text[at + 1 :]
    if kind == "cut":
        return text[:at]
    lines = text.splitlines(keepends=True)
    if kind == "delete" or not lines:
        return text[:at] + text[at + chance.choice((1, 1, 2, 4, 20)) :]
    first = chance.randint(0, len(lines) - 1)
    some = lines[first : first + chance.randint(1, 3)]
    if kind == "move":
        del lines[first : first + len(some)]
    place = chance.randint(0, len(lines))
    return "".join((*lines[:place], *some, *lines[place:]))


@st.composite
def versions(draw: st.DrawFn) -> tuple[str, ...]:
    """A text and its versions after zero to three changes, oldest first."""
    chance = draw(CHANCES)
    found = [draw(st.sampled_from(REAL)) if draw(st.booleans()) else Grammar(chance).file()]
    for _ in range(draw(st.integers(0, 3))):
        found.append(changed(chance, found[-1]))
    return tuple(found)
