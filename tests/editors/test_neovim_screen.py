"""What Neovim draws in small terminals: hidden keys, lists that fit, and never a "Press ENTER"."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from editors.neovim.driver import Terminal, put, started
from support.editors import KEY

pytestmark = pytest.mark.real_editor

CLAUDE_KEY = "sk-ant-api03-" + "aB3dE5gH7j" * 9 + "AA"
MODELS = f"""\
models:
  openai/gpt-4o:
    name: GPT-4o
    api_key: {KEY}
  anthropic/claude-sonnet-4-6: {{api_key: "{CLAUDE_KEY}"}}
  ollama/llama2:
    extra_headers:
      X-Pass: not-a-known-form
default: openai/gpt-4o
# api_key: {KEY}
"""


@pytest.fixture(scope="module", params=[(80, 24), (60, 20)], ids=["80x24", "60x20"])
def both(request: pytest.FixtureRequest) -> Iterator[tuple[Terminal, Path]]:
    columns, lines = request.param
    with started(MODELS) as (outer, file):
        yield Terminal(outer, columns, lines, *outer.plain_command, str(file)), file


@pytest.fixture
def terminal(both: tuple[Terminal, Path]) -> Terminal:
    """The editor with the original file, in normal mode on its first line."""
    terminal, file = both
    put(file, MODELS)
    terminal.send("\x1b\x1b:silent! only | edit! | 1\r")
    # The secret that only the server finds is hidden when the server is there.
    terminal.wait("X-Pass: ••••••••")
    terminal.wait("128K")
    return terminal


def secrets_on(screen: list[str]) -> list[str]:
    text = "\n".join(screen)
    return [part for part in (KEY[8:20], CLAUDE_KEY[13:24], "not-a-known") if part in text]


def test_keys_are_hidden_except_in_the_line_of_the_cursor(terminal: Terminal) -> None:
    screen = terminal.screen()
    assert screen[2:4] == ["    name: GPT-4o", "    api_key: ••••••••"]
    assert screen[4].startswith("  anthropic/claude-sonnet-4-6: 1M · $3 / $15  {api_key: ••••")
    assert screen[7:10] == ["      X-Pass: ••••••••", "default: openai/gpt-4o", "# api_key: ••••••••"]
    assert secrets_on(screen) == []
    terminal.send("4G")
    screen = terminal.wait(f"    api_key: {KEY[:40]}")
    assert screen[9] == "# api_key: ••••••••"
    terminal.send("Go    token: ghp_abcdefghij0123456789\x1bgg")
    assert secrets_on(terminal.wait("    token: ••••••••")) == []
    terminal.send(":Aloop keys\r")
    terminal.wait("API keys are shown. Hide them: :Aloop keys")
    assert {KEY[8:20], "not-a-known"} <= set(secrets_on(terminal.wait(f"# api_key: {KEY[:40]}")))
    terminal.send(":Aloop keys\r")
    terminal.wait("API keys are hidden.")
    assert secrets_on(terminal.wait("X-Pass: ••••••••")) == []


def test_a_long_refusal_is_shown_whole_without_a_prompt(terminal: Terminal) -> None:
    terminal.send(":Aloop edit openai/gpt-4o timeout=5m\r")
    screen = terminal.wait("timeout must be a number")
    assert "Press ENTER" not in "\n".join(screen)
    assert [line[-1] for line in screen if "╭" in line or "╰" in line] == ["╮", "╯"]
    assert screen[-1] == ""
    terminal.send("j")
    terminal.wait("╭", there=False)
    terminal.send(":messages\r")
    terminal.wait("timeout must be a number")
    terminal.send("\r")


def test_the_list_of_models_to_add_fits_and_goes_on(terminal: Terminal) -> None:
    terminal.send(":Aloop add claude\r")
    screen = terminal.wait("Search again…")
    assert "Add which model?" in screen
    assert not [line for line in screen if "-- More --" in line]
    rows = [line.split(": ", 1) for line in screen if line[:1].isdigit()]
    assert [number for number, _ in rows] == [str(number) for number in range(1, len(rows) + 1)]
    assert [text for _, text in rows[-2:]] == ["More…", "Search again…"]
    assert rows[0][1].startswith("anthropic/")
    terminal.send(f"{len(rows) - 1}\r")
    terminal.wait(rows[1][1], there=False)
    terminal.wait("Search again…")
    terminal.send("q\r")
    assert "Press ENTER" not in "\n".join(terminal.wait("Add which", there=False))


def test_a_value_is_asked_again_with_what_is_wrong_above_it(terminal: Terminal) -> None:
    terminal.send(":Aloop edit openai/gpt-4o\r")
    terminal.wait("1: api_key: ••••••••")
    terminal.wait("2: name: GPT-4o")
    terminal.send("3\r")
    terminal.wait("set which field?")
    numbered = [line for line in terminal.screen() if " timeout " in line]
    terminal.send(numbered[0].split(":")[0] + "\r")
    terminal.wait("Timeout of a request, in seconds.")
    terminal.send("5m\r")
    assert "Press ENTER" not in "\n".join(terminal.wait("Did you mean 300?"))
    assert terminal.wait("timeout: 300")[-1] == "timeout: 300"
    terminal.send("\r")
    terminal.wait("    timeout: 300")
    assert "Press ENTER" not in "\n".join(terminal.wait("Changed timeout of GPT-4o."))


def test_the_pages(terminal: Terminal) -> None:
    terminal.send(":Aloop list\r")
    screen = terminal.wait("Enter opens the entry, q closes")
    assert "Ready" in screen
    assert "  openai/gpt-4o                GPT-4o · current · default" in "\n".join(screen)
    terminal.send("/ollama\r\r")
    terminal.wait("Enter opens the entry", there=False)
    terminal.send(":Aloop show gpt-4o\r")
    assert secrets_on(terminal.wait("q closes")) == []
    terminal.send("q:Aloop why\r")
    screen = terminal.wait("Why this model?")
    assert "Press ENTER" not in "\n".join(screen)
    terminal.send("q")
