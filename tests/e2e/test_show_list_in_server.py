"""What a person meets on a real file, each with its right answer through the real server: code, range, words, fix."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from lsp_client import LspClient
from lsp_client.text import apply_text_edits
from support.server import project, raw_client

KEY = "sk-not-a-real-one-but-long-enough"
ANTHROPIC_KEY = f"sk-ant-api03-{'not-a-real-one-' * 4}x"
ROUTER_KEY = "sk-or-v1-9f8e7d6c5b4a39281706f5e4d3c2b1a0f9e8d7c6b5a493827160"
OLLAMA = "default: ollama/llama2\n"
ERROR, WARNING, INFORMATION = 1, 2, 3


class Case(NamedTuple):
    """A text and the one diagnostic in it."""

    text: str
    place: tuple[int, int, int]
    """Line, first and last character."""
    code: str
    severity: int
    words: tuple[str, ...]
    """What its message has to hold."""
    fixed: str = ""
    """The text after its first fix; empty where there is none."""


def of_openai(model: str, key: str = KEY) -> str:
    return f"models:\n  openai/{model}:\n    api_key: {key}\ndefault: openai/{model}\n"


def beside_ollama(model_id: str) -> str:
    return f"models:\n  {model_id}:\n    api_key: {KEY}\n  ollama/llama2:\n{OLLAMA}"


def of_ollama(fields: str) -> str:
    return f"models:\n  ollama/llama2:\n{fields}{OLLAMA}"


CASES = {
    "a provider typo": Case(
        beside_ollama("openia/gpt-4o"),
        (1, 2, 8),
        "unknown-provider",
        WARNING,
        ("'openia'", "Did you mean openai?"),
        beside_ollama("openai/gpt-4o"),
    ),
    "a model typo, the nearest first": Case(
        beside_ollama("openai/gpt-4oo"),
        (1, 9, 16),
        "unknown-model",
        INFORMATION,
        ("Did you mean openai/gpt-4o",),
        beside_ollama("openai/gpt-4o"),
    ),
    "a default that names nothing": Case(
        "models:\n  ollama/llama2:\ndefault: ollama/llama3\n",
        (2, 9, 22),
        "undefined-default",
        WARNING,
        ("'ollama/llama3'", "Did you mean ollama/llama2?"),
        f"models:\n  ollama/llama2:\n{OLLAMA}",
    ),
    "timout": Case(
        of_ollama("    timout: 5\n"),
        (2, 4, 10),
        "unknown-field",
        WARNING,
        ("'timout'", "Did you mean timeout?"),
        of_ollama("    timeout: 5\n"),
    ),
    "drop_params as text": Case(
        of_ollama('    drop_params: "yes"\n'),
        (2, 17, 22),
        "wrong-type",
        ERROR,
        ("drop_params", "true or false", "text"),
        of_ollama("    drop_params: true\n"),
    ),
    "five minutes": Case(
        of_ollama("    timeout: 5m\n"),
        (2, 13, 15),
        "wrong-type",
        ERROR,
        ("timeout", "seconds", "300"),
        of_ollama("    timeout: 300\n"),
    ),
    "a duplicate model": Case(
        of_ollama("    timeout: 5\n  ollama/llama2:\n    timeout: 6\n"),
        (3, 2, 15),
        "duplicate-key",
        ERROR,
        ("only the last entry is used", "label"),
        of_ollama("    timeout: 5\n  ollama/llama2:\n    timeout: 6\n").replace("llama2:", "llama2#2:", 1),
    ),
    "a placeholder": Case(
        of_openai("gpt-4o", "sk-..."), (2, 13, 19), "placeholder-api-key", ERROR, ("placeholder", "your API key")
    ),
    "an Anthropic key under OpenAI": Case(
        of_openai("gpt-4o", ANTHROPIC_KEY),
        (2, 13, 13 + len(ANTHROPIC_KEY)),
        "key-of-another-provider",
        WARNING,
        ("Anthropic", "OpenAI"),
    ),
    "an embedding model": Case(
        of_openai("text-embedding-3-small"), (1, 2, 31), "not-a-chat-model", ERROR, ("embedding", "chat model")
    ),
    "a model past its retirement": Case(
        of_openai("gpt-4"),
        (1, 2, 14),
        "deprecated-model",
        ERROR,
        ("2026-10-23", "Change to openai/gpt-5.6"),
        of_openai("gpt-5.6"),
    ),
    "an unclosed quote that the next entry closes": Case(
        f'models:\n  ollama/llama2:\n    name: "Llama\n  ollama/llama3:\n    name: "Three"\n{OLLAMA}',
        (2, 10, 16),
        "yaml-syntax",
        ERROR,
        ("closing quote",),
        f'models:\n  ollama/llama2:\n    name: "Llama"\n  ollama/llama3:\n    name: "Three"\n{OLLAMA}',
    ),
    "two documents": Case(
        f"models:\n  ollama/llama2:\n{OLLAMA}---\nmodels:\n  ollama/llama3:\n",
        (3, 0, 3),
        "multiple-documents",
        ERROR,
        ("Only one YAML document",),
    ),
    "a list at the root": Case(
        "- openai/gpt-4o\n", (0, 0, 15), "not-a-mapping", ERROR, ("Start it with 'models:'", "list")
    ),
}
SILENT = {
    "drop_params: yes is true": of_ollama("    drop_params: yes\n"),
    "a router's model that the price map does not know": (
        f"models:\n  openrouter/x/y:\n    api_key: {ROUTER_KEY}\ndefault: openrouter/x/y\n"
    ),
    "a local server": "models:\n  openai/my-model:\n    api_base: http://localhost:8000/v1\ndefault: openai/my-model\n",
    "no value": f"models:\n  ollama/llama2:\n{OLLAMA}",
}


@pytest.fixture(scope="module")
def client() -> Iterator[LspClient]:
    with raw_client() as running:
        running.initialize()
        yield running


def diagnostics(client: LspClient, path: Path) -> list[dict[str, Any]]:
    client.open(path)
    return client.wait_diagnostics(path).diagnostics


def placed(diagnostic: dict[str, Any]) -> tuple[int, int, int]:
    start, end = diagnostic["range"]["start"], diagnostic["range"]["end"]
    assert start["line"] == end["line"]
    return start["line"], start["character"], end["character"]


def first_fix(client: LspClient, path: Path, diagnostic: dict[str, Any]) -> str:
    context = {"diagnostics": [diagnostic], "only": ["quickfix"]}
    where = {"textDocument": {"uri": path.as_uri()}, "range": diagnostic["range"]}
    found = client.request("textDocument/codeAction", where | {"context": context})
    actions = [action for action in found if not action["title"].startswith("Ignore here: ")]
    if not actions:
        return ""
    assert actions[0]["diagnostics"] == [diagnostic]
    (change,) = actions[0]["edit"]["documentChanges"]
    return apply_text_edits(client.text(path), change["edits"])


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_one_finding_and_its_fix(client: LspClient, tmp_path: Path, case: Case) -> None:
    path = project(tmp_path, case.text)
    (diagnostic,) = diagnostics(client, path)
    assert (placed(diagnostic), diagnostic["code"], diagnostic["severity"]) == (case.place, case.code, case.severity)
    assert [word for word in case.words if word not in diagnostic["message"]] == []
    assert len(diagnostic["message"]) <= 200
    assert first_fix(client, path, diagnostic) == case.fixed
    if case.fixed:
        client.set_text(path, case.fixed)
        assert client.wait_diagnostics(path).diagnostics == []


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_nothing_to_say(client: LspClient, tmp_path: Path, text: str) -> None:
    assert diagnostics(client, project(tmp_path, text)) == []


def test_the_retired_model_is_struck_through_and_the_duplicate_tells_of_the_first(
    client: LspClient, tmp_path: Path
) -> None:
    (retired,) = diagnostics(client, project(tmp_path / "a", CASES["a model past its retirement"].text))
    assert retired["tags"] == [2]
    path = project(tmp_path / "b", CASES["a duplicate model"].text)
    (later,) = diagnostics(client, path)
    (related,) = later["relatedInformation"]
    assert related["location"] == {
        "uri": path.as_uri(),
        "range": {"start": {"line": 1, "character": 2}, "end": {"line": 1, "character": 15}},
    }


@pytest.mark.parametrize("text", ["", " \n\n"])
def test_an_empty_file_is_offered_a_frame(client: LspClient, tmp_path: Path, text: str) -> None:
    path = project(tmp_path, text)
    (diagnostic,) = diagnostics(client, path)
    assert (placed(diagnostic)[0], diagnostic["code"], diagnostic["severity"]) == (0, "missing-models", INFORMATION)
    framed = first_fix(client, path, diagnostic)
    client.set_text(path, framed)
    assert all(item["severity"] > WARNING for item in client.wait_diagnostics(path).diagnostics)
    assert "models:\n" in framed


def test_a_key_in_a_tracked_file_that_others_can_read(client: LspClient, tmp_path: Path) -> None:
    path = project(tmp_path, of_openai("gpt-4o"), mode=0o644)
    for arguments in (("init", "-q"), ("add", "-f", ".aloop/models.yaml")):
        subprocess.run(["git", "-C", str(tmp_path), *arguments], check=True, capture_output=True)
    found = diagnostics(client, path)
    assert [(placed(item), item["code"], item["severity"]) for item in found] == [
        ((0, 0, 6), "readable-by-others", WARNING),
        ((0, 0, 6), "tracked-by-git", WARNING),
    ]


def test_forty_thousand_lines(client: LspClient, tmp_path: Path) -> None:
    entries = (
        f"  ollama/model-{number}:\n    name: N{number}\n    timeout: 5\n    drop_params: yes\n"
        for number in range(10_000)
    )
    text = f"models:\n{''.join(entries)}default: ollama/model-9999\n"
    text = text.replace("  ollama/model-9000:\n    name: N9000\n", "  ollama/model-9000:\n    nam: N9000\n")
    path = project(tmp_path, text)
    (diagnostic,) = diagnostics(client, path)
    assert (placed(diagnostic), diagnostic["code"]) == ((36002, 4, 7), "unknown-field")
    at = text.index("nam: ")
    client.replace(path, at + 3, at + 3, "e")
    assert client.wait_diagnostics(path).diagnostics == []
