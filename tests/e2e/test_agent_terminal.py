"""A whole session in a real terminal: from no file at all to a file that is broken and mended."""

from __future__ import annotations

import re
import stat
import subprocess
import threading
from pathlib import Path

import pytest

from support.agent import KEY, OTHER_KEY, Screen, two_models, write_config
from support.provider_endpoint import ProviderEndpoint, Say

AZURE_KEY = "3f7a9c1e5b8d2f406a7c9e1b3d5f7082"
pytestmark = [pytest.mark.real_editor, pytest.mark.usefixtures("alone")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    made.mkdir()
    return made


def test_a_session_from_no_file_to_a_mended_one(tmp_path: Path, folder: Path, endpoint: ProviderEndpoint) -> None:
    config = folder / ".aloop" / "models.yaml"
    with Screen(folder, home=tmp_path) as screen:
        choices = r"❯ This project +~/project/\.aloop/models\.yaml\n +All projects +~/\.aloop/models\.yaml"
        screen.wait(rf"Where should models and API keys be saved\?[^\n]*\n{choices}")
        screen.type("\r")
        screen.wait(r"Welcome to aloop\..*❯ *\n")
        screen.type("typed at once")
        screen.wait("❯ typed at once")
        assert "Welcome to aloop." in screen.text
        assert "no models yet" in screen.text
        screen.type("\x15")

        _add_two_models(screen, endpoint, config)
        _chat_and_switch(screen, endpoint)
        _compare_and_retry(screen, endpoint)
        _stop_an_answer(screen, endpoint)
        _change_the_file(screen, config)
        _others_change_the_file(screen, config)

        screen.resize(20, 60)
        # What a window did with its old lines is its own affair; what comes after fits the new width.
        asked = len(endpoint.received)
        screen.enter("After the resize?")
        endpoint.wait_received(asked + 1)
        screen.wait(r"After the resize\?\nThis is [^\n]*\nSonnet · [^\n]*11 → 7 tokens · \$0\.000138\n❯")
        screen.enter("/exit")
        assert screen.leave() == 0
        raw = screen.raw.decode(errors="replace")
    assert KEY not in raw
    assert OTHER_KEY not in raw
    state = tmp_path / ".local" / "state" / "aloop-models"
    assert "api_key=-" in (state / "history").read_text()
    files = [file for file in state.rglob("*") if file.is_file()]
    assert {file.name for file in files if file.parent == state} == {"history", "favorites.json"}
    assert [file.suffix for file in files if file.parent == state / "conversations"] == [".json"]
    for file in files:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        kept = file.read_text()
        assert KEY not in kept
        assert OTHER_KEY not in kept
        assert endpoint.url not in kept or file.name == "history"


def test_what_a_provider_needs_is_asked_for_and_checked_while_typing(tmp_path: Path, folder: Path) -> None:
    config = tmp_path / ".aloop" / "models.yaml"
    with Screen(folder, home=tmp_path) as screen:
        screen.wait("All projects")
        screen.type("\x1b[B\r")
        screen.wait(rf"Created {re.escape(str(config))}.*Welcome to aloop\..*, for all projects\..*❯ *\n")
        example = r"Azure resource URL for azure/my-gpt \(such as https://NAME\.openai\.azure\.com\):"
        screen.enter("/model add azure/my-gpt", example)
        screen.enter("", r"Enter a value, such as https://NAME\.openai\.azure\.com\.")
        screen.type("http:/x")
        screen.wait(r"Not a URL\. Start it with http:// or https://\.")
        screen.type("\x15")
        screen.enter("https://me.openai.azure.com", r"Azure API version for azure/my-gpt: 2025-02-01-preview")
        key_prompt = r"API key for azure/my-gpt \(input hidden; leave empty to add it later\):"
        screen.enter("", r"Get a key: https://portal\.azure\.com", key_prompt)
        screen.type("not a key")
        screen.wait(r"api_key contains a space or another character that no API key has")
        assert "not a key" not in screen.text
        screen.type("\x15")
        screen.enter(AZURE_KEY, r"Added azure/my-gpt to ~/\.aloop/models\.yaml\. It is the default")
        screen.enter("/model add ollama/llama3.1", r"Ollama URL for ollama/llama3\.1: http://localhost:11434")
        screen.enter("", r"Added ollama/llama3\.1 to ~/\.aloop/models\.yaml\.")
        screen.enter("/exit")
        assert screen.leave() == 0
        assert not (folder / ".aloop").exists()
        assert AZURE_KEY not in screen.raw.decode(errors="replace")
    assert config.read_text().endswith(
        f"  azure/my-gpt:\n    api_key: {AZURE_KEY}\n    api_base: https://me.openai.azure.com\n"
        "    api_version: 2025-02-01-preview\n\n  ollama/llama3.1:\n    api_base: http://localhost:11434\n\n"
        "default: azure/my-gpt\n"
    )


def test_a_file_of_the_repository_is_asked_about_first(
    tmp_path: Path, folder: Path, endpoint: ProviderEndpoint
) -> None:
    write_config(folder, two_models(endpoint))
    for words in (("init", "-q"), ("add", "-f", ".aloop/models.yaml")):
        subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, timeout=60)
    with Screen(folder, home=tmp_path) as screen:
        screen.wait(r"came with this repository.*127\.0\.0\.1:\d+.*Use this file\? \[y/N\]")
        said = r"is not confirmed\. Nothing of it is used\. To use it, start aloop again, and answer y\. "
        screen.enter("n", said + "To use another file: aloop --config PATH")
        assert screen.leave() == 2
    with Screen(folder, home=tmp_path) as screen:
        screen.wait(r"Use this file\?")
        screen.enter("y", "One\\b.*❯|❯")
        screen.type("\x04")
        assert screen.leave() == 0
    with Screen(folder, home=tmp_path) as screen:
        screen.wait("❯")
        assert "Use this file?" not in screen.text


def test_a_start_on_a_skipped_file_says_why(tmp_path: Path, folder: Path, endpoint: ProviderEndpoint) -> None:
    path = write_config(folder, two_models(endpoint))
    path.parent.chmod(0o777)
    with Screen(folder, home=tmp_path) as screen:
        screen.wait(r"No models\.yaml can be used here\. Skipped .*: every user can write to its folder\..*chmod o-w")
        assert screen.leave() == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("GOOD  : [\n", r"models\.yaml:\d+:\d+ yaml-syntax"),
        ("GOODdefault: openai/gone", r"The default model openai/gone cannot be used. Using One."),
        ("GOODdefault: null", r"No default model is set. Using One."),
        (
            "models:\n  openai/gpt-4o:\n    api_key: sk-...\n",
            r"openai/gpt-4o \(its\s+API\s+key\s+is\s+a\s+placeholder\)",
        ),
        ("models:\n  openai/x:\n    api_key: 0123456\n", r"models\.yaml:3:14 .*[Qq]uote"),
    ],
)
def test_a_start_is_never_a_dead_end(
    tmp_path: Path, folder: Path, endpoint: ProviderEndpoint, text: str, said: str
) -> None:
    good = two_models(endpoint)
    good = good.replace("default: openai/one\n", "") if text.startswith("GOODdefault") else good
    path = write_config(folder, text.replace("GOOD", good))
    before = path.read_bytes()
    with Screen(folder, home=tmp_path) as screen:
        screen.wait(f"{said}.*❯")
        assert len(re.findall(said, screen.text)) == 1
        screen.enter("/help", "keep the conversation")
        screen.type("not sent\x03")
        screen.wait("❯ *\n")
        screen.type("\x04")
        assert screen.leave() == 0
    assert path.read_bytes() == before


def test_a_model_that_does_not_fit_is_refused_at_the_start(
    tmp_path: Path, folder: Path, endpoint: ProviderEndpoint
) -> None:
    write_config(folder, two_models(endpoint))
    with Screen(folder, "--model", "openai/on", home=tmp_path) as screen:
        assert screen.leave() == 2
        assert "There is no model 'openai/on' in models.yaml. Did you mean openai/one?" in screen.text


def test_typing_completes_goes_on_and_comes_back(tmp_path: Path, folder: Path, endpoint: ProviderEndpoint) -> None:
    write_config(folder, two_models(endpoint))
    with Screen(folder, home=tmp_path) as screen:
        screen.wait("❯")
        screen.type("/model sw")
        screen.wait("switch +Switch to another model")
        screen.type("\t")
        screen.wait(r"❯ /model switch\b")
        screen.type(" an")
        screen.wait(r"\n +anthropic/two")
        screen.type("\t")
        screen.wait(r"❯ /model switch anthropic/two")
        # The first Enter takes what is offered, the second one sends.
        screen.enter("\r", r"Using Two \(anthropic/two\)")
        screen.type("/model edit two tim")
        screen.wait(r"\n +timeout=")
        screen.type("\t")
        screen.wait("❯ /model edit two timeout=")
        screen.type("\x15")
        # A new line by Alt+Enter, and by a backslash; pasted lines stay together.
        screen.type("First\x1b\r")
        screen.wait("❯ First *\n… *\n")
        screen.type("second\\\r")
        screen.wait("… second *\n… *\n")
        screen.type("\x1b[200~third\nfourth\x1b[201~")
        screen.wait("… third *\n… fourth *\n")
        screen.enter("", r"This is two\.")
        asked = endpoint.last.messages[-1]["content"]
        assert "First\nsecond\nthird\nfourth" in str(asked).replace("\\n", "\n")
        screen.wait("tokens.*❯ *\n")
        screen.enter("/clear", "Started a new conversation")
        screen.enter("/exit")
        assert screen.leave() == 0
    with Screen(folder, "--continue", home=tmp_path) as screen:
        # The new conversation has no answer yet, so this one is still the last.
        screen.wait(
            r"Continuing the conversation of [^\n]* ago: 2 messages, Two\. Last question: First second third fourth\n"
            r"❯ *\n.*\n* Two · 18 tokens"
        )
        for shown in ("/exit", "/clear", "First"):
            screen.type("\x1b[A")
            screen.wait(rf"❯ {shown}")


def answered(screen: Screen, question: str, text: str) -> None:
    """Ask, and wait for this answer to it and for the next prompt."""
    screen.enter(question, rf"❯ {re.escape(question)}\s+{re.escape(text)}.*tokens.*❯ *\n")


def _add_two_models(screen: Screen, endpoint: ProviderEndpoint, config: Path) -> None:
    # What is typed as a key shows as dots; the second one is asked for, and not shown at all.
    screen.enter(
        f"/model add openai/gpt-4o name='GPT [bold]4o' api_key={KEY} api_base={endpoint.openai_url}",
        "Added openai/gpt-4o",
        r"Using GPT \[bold\]4o",
        r"GPT \[bold\]4o · 0 of 128K",
    )
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    screen.enter("/model add anthropic/claude-sonnet-4-5 name=Sonnet", r"API key for anthropic/claude-sonnet-4-5")
    screen.enter(OTHER_KEY, "Added anthropic/claude-sonnet-4-5")
    screen.enter(f"/model edit anthropic/claude-sonnet-4-5 api_base={endpoint.url}", "Changed api_base")
    screen.enter("/model", "Available Models")
    assert "  [CURRENT] [DEFAULT] GPT [bold]4o - openai/gpt-4o" in screen.text
    assert KEY in config.read_text()
    assert OTHER_KEY in config.read_text()


def _chat_and_switch(screen: Screen, endpoint: ProviderEndpoint) -> None:
    endpoint.queue(Say("It is **bold** and\n\n```python\nprint('code')\n```\n\x1b[31mnot red\x1b[0m"))
    screen.enter("Show me", "It is bold and", "print", "not red", "tokens")
    assert "**bold**" not in screen.text
    assert "*****" not in screen.everything
    assert b"\x1b[31mnot red" not in screen.raw
    assert endpoint.last.key == KEY
    screen.enter("/model switch", "Switch to:", "❯ GPT")
    screen.type("sonn")
    screen.wait("❯ Sonnet - anthropic/claude-sonnet-4-5")
    screen.enter("", r"Using Sonnet \(anthropic/claude-sonnet-4-5\)", "Sonnet · 18 of")
    answered(screen, "Who are you now?", "This is claude-sonnet-4-5")
    assert (endpoint.last.model, endpoint.last.key) == ("claude-sonnet-4-5", OTHER_KEY)
    # The conversation stays.
    assert [message["role"] for message in endpoint.last.messages] == ["user", "assistant", "user"]
    screen.enter("/model -", r"Using GPT \[bold\]4o \(openai/gpt-4o\)")
    _switch_in_a_question(screen, endpoint)


def _switch_in_a_question(screen: Screen, endpoint: ProviderEndpoint) -> None:
    """Ctrl-O and F2 switch while a question is typed, which keeps its text and its cursor."""
    screen.type("Who answers now?" + "\x1b[D" * 4)
    screen.wait(r"❯ Who answers now\?")
    screen.type("\x0f")
    screen.wait("Switch to:.*❯ GPT.*Ctrl-F favorite")
    screen.type("\x06\x1b[A\x06")
    screen.wait("❯ Sonnet [^\n]*★.*GPT [^\n]*★", 20)
    screen.type("\r")
    screen.wait(r"Using Sonnet [^\n]*\n❯ Who answers now\?.*Sonnet · ")
    screen.type("\x1bOQ")
    screen.wait(r"❯ Who answers now\?.*\n GPT [^\n]* · ")
    screen.type("it ")
    screen.enter("", r"❯ Who answers it now\?\nThis is gpt-4o")
    assert endpoint.last.messages[-1]["content"] == "Who answers it now?"
    screen.enter("/clear", "Started a new conversation")


def _compare_and_retry(screen: Screen, endpoint: ProviderEndpoint) -> None:
    before = len(endpoint.received)
    screen.enter("/compare Say hello", r"FIRST TOKEN.*Sonnet +\d.*❯ *\n")
    assert sorted(request.model for request in endpoint.received[before:]) == ["claude-sonnet-4-5", "gpt-4o"]
    answered(screen, "Say it once", "This is gpt-4o")
    answered(screen, "/retry sonnet", "This is claude-sonnet-4-5")
    assert endpoint.last.messages[-1]["content"] in ("Say it once", [{"type": "text", "text": "Say it once"}])


def _stop_an_answer(screen: Screen, endpoint: ProviderEndpoint) -> None:
    gate = threading.Event()
    endpoint.queue(Say("Beginning of a long answer that never ends", gate=gate))
    screen.enter("A long one", "Beginning")
    screen.process.sendintr()
    screen.process.sendintr()
    screen.wait(r"Stopped\.")
    gate.set()
    answered(screen, "And now?", "This is gpt-4o")
    said = [message["content"] for message in endpoint.last.messages]
    assert said[-2].startswith("Beginning")
    assert said[-2].endswith("[stopped by the user]")
    # What was typed during the answer stays.
    gate = threading.Event()
    endpoint.queue(Say("Words of a second long answer that never ends", gate=gate))
    screen.enter("A second one", "Words")
    screen.type("And la")
    screen.read(0.5)
    screen.process.sendintr()
    screen.wait(r"Stopped\.\n❯ And la *\n")
    gate.set()
    screen.enter("st?", r"❯ And last\?\nThis is gpt-4o.*tokens.*❯ *\n")


def _change_the_file(screen: Screen, config: Path) -> None:
    screen.enter("/model edit gpt-4o timeout=abc", "timeout must be a number")
    screen.enter("/model edit gpt-4o timeout=20", "Changed timeout")
    screen.enter("/model default sonnet", "is now the default model")
    assert "default: anthropic/claude-sonnet-4-5" in config.read_text()
    screen.enter("/model remove gpt-4o", "is the current model")
    screen.enter("/model sonnet", "Using Sonnet")
    screen.enter("/model remove openai/gpt-4o", "Removed GPT")
    assert "gpt-4o" not in config.read_text()


def _others_change_the_file(screen: Screen, config: Path) -> None:
    good = config.read_text()
    config.write_text(good.replace("name: Sonnet", "name: Renamed"))
    screen.wait("models.yaml changed on disk")
    screen.wait(r"Renamed · ")
    config.write_text(good + "  : broken: [\n")
    screen.wait(r"models\.yaml:\d+:\d+ yaml-syntax")
    screen.enter("/model reload", r"yaml-syntax.*yaml-syntax")
    assert config.read_text().endswith("  : broken: [\n")
    answered(screen, "Still there?", "This is claude-sonnet-4-5")
    config.write_text(good)
    screen.wait("can be used again")
