"""A whole session in a real terminal: from no file at all to a file that is broken and mended."""

from __future__ import annotations

import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from agent_support import KEY, OTHER_KEY, Screen

from support.provider_endpoint import ProviderEndpoint, Say

PROMPT_SECONDS = 3.0
"""Far more than the promise, for tests run beside each other; the bench has the figure."""


@pytest.fixture
def endpoint() -> Iterator[ProviderEndpoint]:
    with ProviderEndpoint() as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    made.mkdir()
    return made


def test_a_session_from_no_file_to_a_mended_one(tmp_path: Path, folder: Path, endpoint: ProviderEndpoint) -> None:
    config = folder / ".aloop" / "models.yaml"
    with Screen(folder, home=tmp_path) as screen:
        screen.wait("❯")
        screen.type("typed at once")
        screen.wait("❯ typed at once", PROMPT_SECONDS)
        assert "Welcome to aloop." in screen.text
        assert "no model yet" in screen.text
        screen.type("\x15")

        _add_two_models(screen, endpoint, config)
        _chat_and_switch(screen, endpoint)
        _compare_and_retry(screen, endpoint)
        _stop_an_answer(screen, endpoint)
        _change_the_file(screen, config)
        _others_change_the_file(screen, config)

        screen.resize(20, 60)
        screen.enter("After the resize?", "This is", "tokens", "❯ *\n")
        screen.enter("/exit")
        assert screen.leave() == 0
        raw = screen.raw.decode(errors="replace")
    assert KEY not in raw
    assert OTHER_KEY not in raw
    history = tmp_path / ".local" / "state" / "aloop-models" / "history"
    assert stat.S_IMODE(history.stat().st_mode) == 0o600
    kept = history.read_text()
    assert "api_key=-" in kept
    assert KEY not in kept
    assert OTHER_KEY not in kept


def _add_two_models(screen: Screen, endpoint: ProviderEndpoint, config: Path) -> None:
    # What is typed as a key shows as dots; the second one is asked for, and not shown at all.
    screen.enter(
        f"/model add openai/gpt-4o name='GPT [bold]4o' api_key={KEY} api_base={endpoint.openai_url}",
        "Added openai/gpt-4o",
        r"Using GPT \[bold\]4o",
        r"GPT \[bold\]4o · 0 of 128K",
    )
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    screen.enter("/model add anthropic/claude-sonnet-4-5 name=Sonnet", r"api_key for anthropic/claude-sonnet-4-5")
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
    screen.enter("Who are you now?", "This is claude-sonnet-4-5", "tokens")
    assert (endpoint.last.model, endpoint.last.key) == ("claude-sonnet-4-5", OTHER_KEY)
    # The conversation stays.
    assert [message["role"] for message in endpoint.last.messages] == ["user", "assistant", "user"]
    screen.enter("/model -", r"Using GPT \[bold\]4o \(openai/gpt-4o\)")


def _compare_and_retry(screen: Screen, endpoint: ProviderEndpoint) -> None:
    before = len(endpoint.received)
    screen.enter("/compare Say hello", "FIRST TOKEN", r"Sonnet +\d", r"❯ *\n")
    assert sorted(request.model for request in endpoint.received[before:]) == ["claude-sonnet-4-5", "gpt-4o"]
    screen.enter("Say it once", "This is gpt-4o", "tokens", r"❯ *\n")
    screen.enter("/retry sonnet", "This is claude-sonnet-4-5", r"❯ *\n")
    assert endpoint.last.messages[-1]["content"] in ("Say it once", [{"type": "text", "text": "Say it once"}])


def _stop_an_answer(screen: Screen, endpoint: ProviderEndpoint) -> None:
    gate = threading.Event()
    endpoint.queue(Say("Beginning of a long answer that never ends", gate=gate))
    screen.enter("A long one", "Beginning")
    screen.process.sendintr()
    screen.process.sendintr()
    screen.wait(r"Stopped\.")
    gate.set()
    screen.enter("And now?", "This is gpt-4o", r"❯ *\n")
    said = [message["content"] for message in endpoint.last.messages]
    assert said[-2].startswith("Beginning")
    assert said[-2].endswith("[stopped by the user]")


def _change_the_file(screen: Screen, config: Path) -> None:
    screen.enter("/model edit gpt-4o timeout=abc", "timeout has to be a number")
    screen.enter("/model edit gpt-4o timeout=20", "Changed timeout")
    screen.enter("/model default sonnet", "is the default now")
    assert "default: anthropic/claude-sonnet-4-5" in config.read_text()
    screen.enter("/model remove gpt-4o", "is the current model")
    screen.enter("/model sonnet", "Using Sonnet")
    screen.enter("/model remove openai/gpt-4o", "Removed GPT")
    assert "gpt-4o" not in config.read_text()


def _others_change_the_file(screen: Screen, config: Path) -> None:
    good = config.read_text()
    config.write_text(good.replace("name: Sonnet", "name: Renamed"))
    screen.wait("was changed by another program")
    screen.wait(r"Renamed · ")
    config.write_text(good + "  : broken: [\n")
    screen.wait(r"models\.yaml:\d+:\d+ yaml-syntax")
    screen.enter("/model reload", r"yaml-syntax.*yaml-syntax")
    assert config.read_text().endswith("  : broken: [\n")
    screen.enter("Still there?", "This is claude-sonnet-4-5")
    config.write_text(good)
    screen.wait("can be used again")
