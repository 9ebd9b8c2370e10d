"""Characters that look like YAML syntax, at the places where YAML needs syntax."""

import pytest

from aloop_models.features.checks.look_alike_syntax import find_look_alikes
from support.expectations import check_case

NAMES = {"name", "timeout", "api_key"}

CASES = [
    (
        "look-alike-syntax",
        "models:\n\u00a0\u00a0ollama/llama3:\n"
        "#<0^^ look-alike-syntax: YAML reads U+00A0 (no-break space) as text. Use spaces.\n"
        "default: ollama/llama3\n",
        ("\u00a0\u00a0", "  "),
    ),
]


@pytest.mark.parametrize(("rule", "marked", "change"), CASES, ids=[item[0] for item in CASES])
def test_case(rule: str, marked: str, change: tuple[str, str]) -> None:
    check_case(rule, marked, change)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Indentation, as wide as what it replaces.
        ("models:\n\u00a0\u00a0ollama/a:\n", [("\u00a0\u00a0", "  ", True)]),
        ("models:\n \u2003ollama/a:\n", [("\u2003", " ", True)]),
        ("models:\n\u3000ollama/a:\n", [("\u3000", "  ", True)]),
        ("models:\n\u200b  ollama/a:\n", [("\u200b", "", True)]),
        ("\u00a0models:\n", [("\u00a0", "", True)]),
        ("models:\n  \ufeffollama/a:\n", [("\ufeff", "", True)]),
        ("\u00a0# a comment\n", [("\u00a0", " ", True)]),
        # A colon after a name.
        ("models：\n", [("：", ":", True)]),
        ("  ollama/a:8b：\n", [("：", ":", True)]),
        ("    name：x\n", [("：", ": ", True)]),
        ("    name：\u3000x\n", [("：\u3000", ":  ", True)]),
        ("    name：http://x\n", [("：", ": ", True)]),
        ("    other： x\n", [("： ", ": ", False)]),
        ("    name:\u00a0x\n", [("\u00a0", " ", True)]),
        ("  ollama/a:\u00a0\n", [("\u00a0", "", True)]),
        # Comments, lists, brackets and quotes.
        ("＃ a comment\n", [("＃", "#", True)]),
        ("    name: x ＃ y\n", [(" ＃", " #", False)]),
        ("    name: x\u00a0# y\n", [("\u00a0#", " #", False)]),
        ("  -\u00a0x\n", [("\u00a0", " ", True)]),
        ("  ollama/a: {name: x，timeout： 3}\n", [("，", ", ", True), ("：", ":", True)]),
        ("  ollama/a: {other： x}\n", [("：", ":", False)]),
        ("  ollama/a: ｛name: x｝\n", [("｛", "{", True), ("｝", "}", False)]),
        ("  ollama/a: {\n    name: x，\n  }\n", [("，", ",", False)]),
        ("    name: “x: y”\n", [("“", '"', False), ("”", '"', False)]),
        ("    name: “x”\n", []),
        # Text.
        ("\ufeffmodels:\n", []),
        ("    name: 你好：世界，“x”＃1\n", []),
        ("    name: '：\u00a0'\n", []),
        ('    name: "x\n\u00a0y： z"\n', []),
        ("    name: |\n      \u00a0x： y\n      \u3000z\n", []),
        ("# name： x\n", []),
        ("  openai/gpt：4o:\n", []),
        ("    name: Café\u00a0x\n", []),
    ],
)
def test_find(text: str, expected: list[tuple[str, str, bool]]) -> None:
    """What is replaced with what, and whether it is certain."""
    found = find_look_alikes(text, NAMES)
    assert [(text[item.edit.start : item.edit.end], item.edit.text, item.is_certain) for item in found] == expected
