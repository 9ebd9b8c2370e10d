"""docs/agent.md shows what a person sees in the terminal."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from support.agent import KEY, OTHER_KEY, Screen
from support.pages import PAGES, Reader
from support.provider_endpoint import ProviderEndpoint, Received, Reply, Say, ToolCall

BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", PAGES["docs/agent.md"], re.DOTALL | re.MULTILINE)
SCREENS = [text for language, text in BLOCKS if not language]
QUESTION, COMPARED = "Where is the tax rate?", "Which names are good?"
ANSWER = """\
The rate is in prices.py, line 1:

    RATE = 0.19

1. `total` adds it to the net price.
2. Nothing else uses it.
"""


def comparable(line: str) -> str:
    """A line without what differs: times, folders, who switches, the suggested model and the width of the window."""
    line = re.sub(r"\d+\.\d+ s\b", "N s", line.strip())
    line = re.sub(r"switched by [^)]*", "switched by X", re.sub(r"─+", "─", line))
    line = re.sub(r"conversation of [\w ]+ ago", "conversation of N ago", line)
    line = re.sub(r"(Add your first model: /model add) \S+", r"\1 X", line)
    return " ".join(line.split())


def answer(request: Received) -> Reply:
    if "tool_result" in str(request.messages[-1]):
        return Say(ANSWER)
    if COMPARED not in str(request.messages[-1]["content"]):
        return Say(tool_calls=(ToolCall("search_text", {"text": "total"}),))
    return Say("Both are fine.\n\n- short names\n- one job each" if "claude" in request.model else "The second one.")


def add_endpoint(config: Path, endpoint: ProviderEndpoint) -> None:
    """Have the endpoint answer for Sonnet, and add a second model."""
    text = config.read_text().replace("    name: Sonnet", f"    name: Sonnet\n    api_base: {endpoint.url}")
    entry = f"  openai/gpt-4o:\n    name: GPT-4o\n    api_key: {KEY}\n    api_base: {endpoint.openai_url}\n"
    config.write_text(text.replace("\ndefault:", f"\n{entry}default:"))


@pytest.mark.real_editor
def test_what_the_screens_show(tmp_path: Path, endpoint: ProviderEndpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    endpoint.answer = answer
    reader = Reader(tmp_path)
    reader.move_in(monkeypatch)
    subprocess.run(["git", "init", "-q"], check=True)
    (reader.project / "prices.py").write_text("RATE = 0.19\n\ndef total(net):\n    return net * (1 + RATE)\n")
    seen: set[str] = set()
    with Screen(reader.project, home=tmp_path) as screen:

        def see(pattern: str) -> None:
            screen.wait(pattern)
            screen.read(0.5)
            text = screen.text.replace(str(reader.project), "/home/me/shop")
            seen.update(comparable(line) for line in text.splitlines())

        see("All projects")
        screen.type("\r")
        see(r"/help lists all commands\..*❯ *\n")
        screen.enter("/model add anthropic/claude-sonnet-5-5 name=Sonnet", "API key for")
        screen.enter(OTHER_KEY)
        see(r"Using Sonnet.*0 of 1M")
        add_endpoint(reader.config, endpoint)
        see("2 models")
        screen.enter(QUESTION)
        see(r"22 → 14 tokens.*❯")
        screen.enter("/model")
        see("to switch")
        screen.enter(f"/compare {COMPARED}")
        see("COST.*GPT-4o +[0-9].*❯")
        reader.run("aloop models switch gpt-4o")
        see("switched by")
        screen.enter("/new", "Until its first answer, /continue returns")
        screen.enter("/continue")
        see("Continuing the conversation")
    reader.end()
    shown = [comparable(line) for block in SCREENS for line in block.splitlines() if line.strip()]
    assert len(shown) > 25
    assert [line for line in shown if line not in seen] == [], "\n".join(sorted(seen))
