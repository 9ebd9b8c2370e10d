"""One diagnostic for all look-alike characters of a file, in place of what they cause."""

from time import perf_counter

import pytest

from aloop_models.core.reader import read_document
from aloop_models.core.text import apply_edits
from aloop_models.features.diagnostic import Severity
from aloop_models.settings import Settings
from support.expectations import diagnostics_of
from support.snapshots import snapshot

END = "default: ollama/a\n"
A, COLON, COMMA = "U+00A0 (no-break space)", "U+FF1A (fullwidth colon)", "U+FF0C (fullwidth comma)"


@pytest.mark.parametrize(
    ("body", "underlined", "message", "fixed", "is_safe"),
    [
        (
            "models:\n\u00a0\u00a0ollama/a:\n\u00a0\u00a0\u00a0\u00a0name: x\n",
            "\u00a0\u00a0",
            f"YAML reads {A} as text. Use spaces (2 places).",
            "models:\n  ollama/a:\n    name: x\n",
            True,
        ),
        (
            "models：\n  ollama/a：\n    name： x\n",
            "：",
            f"YAML reads {COLON} as text. Use ':' (3 places).",
            "models:\n  ollama/a:\n    name: x\n",
            True,
        ),
        (
            "models：\n\u00a0 ollama/a: {name: x，timeout： 30}\n",
            "：",
            f"YAML reads {COLON}, {A} and 1 more as text. Replace them with ASCII characters (4 places).",
            "models:\n  ollama/a: {name: x, timeout: 30}\n",
            True,
        ),
        (
            "models:\n  ollama/a:\n    timeout: 30 ＃ seconds\n",
            "＃",
            "YAML reads U+FF03 (fullwidth number sign) as text. Use '#'.",
            "models:\n  ollama/a:\n    timeout: 30 # seconds\n",
            False,
        ),
        (
            "models:\n  ollama/a:\n    name: “x: y”\n",
            "“",
            "YAML reads U+201C (left double quotation mark) and U+201D (right double quotation mark) as text. "
            "Replace them with ASCII characters (2 places).",
            'models:\n  ollama/a:\n    name: "x: y"\n',
            False,
        ),
        (
            "models:\n  ollama/a:\n\u200b    name: x\n",
            "\u200b",
            "YAML reads U+200B (zero width space) as text. Remove it.",
            "models:\n  ollama/a:\n    name: x\n",
            True,
        ),
        (
            "models:\n  ollama/a: {\n    name: x，\n    timeout: 30\n  }\n",
            "，",
            f"YAML reads {COMMA} as text. Use ','.",
            "models:\n  ollama/a: {\n    name: x,\n    timeout: 30\n  }\n",
            False,
        ),
    ],
)
def test_one_diagnostic(body: str, underlined: str, message: str, fixed: str, is_safe: bool) -> None:
    """Its fix replaces all characters, and no other problem is reported."""
    text = body + END
    (found,) = diagnostics_of(text)
    assert (found.rule.id, found.level, text[slice(*found.span)]) == (
        "look-alike-syntax",
        Severity.ERROR,
        underlined,
    )
    assert found.message == message
    (fix,) = found.fixes
    assert (apply_edits(text, fix.edits), fix.safe) == (fixed + END, is_safe)
    assert diagnostics_of(fixed + END) == ()


@pytest.mark.parametrize("value", ["你好：世界，“x” ＃1", "“x”", "Café\u00a0x", "x\u200by"])
def test_text_is_not_reported(value: str) -> None:
    assert diagnostics_of(f"models:\n  ollama/a:\n    name: {value}\n{END}") == ()


def test_other_problems_stay() -> None:
    """What the replacement does not solve is still reported."""
    text = f"models:\n\u00a0 ollama/a:\n    timeout: soon\n    name： x\n{END}"
    found = diagnostics_of(text)
    assert [item.rule.id for item in found] == ["look-alike-syntax"]
    fixed = apply_edits(text, found[0].fixes[0].edits)
    assert [item.rule.id for item in diagnostics_of(fixed)] == ["wrong-type"]
    text = f"models:\n  ollama/a:\n    name： x\n  ollama/b:\n    timeout: soon\n{END}"
    assert [item.rule.id for item in diagnostics_of(text)] == ["look-alike-syntax", "wrong-type"]


def test_disabled() -> None:
    """Without the rule, the problems that follow are reported."""
    settings = Settings(disabled_rules=frozenset({"look-alike-syntax"}))
    text = f"models:\n  ollama/a:\n    name： x\n{END}"
    assert [item.rule.id for item in diagnostics_of(text, settings=settings)] == ["wrong-type"]


def test_related_places() -> None:
    text = f"models:\n\u00a0 ollama/a:\n\u00a0   name： x\n{END}"
    (found,) = diagnostics_of(text)
    assert [text[slice(*item.span)] for item in found.related] == ["\u00a0", "："]


def test_large_file() -> None:
    """A large file is not checked twice: the characters are reported without a fix, in a moment."""
    body = "".join(f"\u00a0 ollama/m{number}:\n\u00a0   name: x\n" for number in range(8_000))
    given = snapshot(f"models:\n{body}")
    read_document(given.document.text)
    begin = perf_counter()
    found = [item for item in diagnostics_of(given.document.text) if item.rule.id == "look-alike-syntax"]
    assert [(len(item.fixes), item.message) for item in found] == [
        (0, f"YAML reads {A} as text. Use spaces (16000 places).")
    ]
    assert perf_counter() - begin < 60
