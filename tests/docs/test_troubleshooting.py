"""Each message of docs/troubleshooting.md is one that the product produces."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.pages import KEY, PAGES, REPOSITORY, Reader
from support.provider_endpoint import Fail, ProviderEndpoint, Raw, Reply, Say

pytestmark = pytest.mark.filterwarnings("ignore")

PAGE = PAGES["docs/troubleshooting.md"]
GOOD = f"models:\n  openai/gpt-4o:\n    api_key: {KEY}\ndefault: openai/gpt-4o\n"
ASK = 'aloop --task "Hello" --model gpt-4o'


@dataclass(frozen=True)
class Scenario:
    """What a person does so that the message appears."""

    command: str = "aloop models check"
    models: str | None = GOOD
    """The text of models.yaml; None if there is no file."""
    replies: tuple[Reply, ...] = ()
    """What the provider replies; empty: the models keep their own URLs."""
    before: Callable[[Reader], object] | None = None
    source: str = ""
    """The file with the message, if only an editor shows it."""


def git(reader: Reader, *words: str) -> None:
    subprocess.run(["git", "-C", str(reader.project), *words], check=True, capture_output=True)


def is_tracked(reader: Reader) -> None:
    git(reader, "init", "-q")
    git(reader, "add", "-f", ".aloop/models.yaml")


def run_two_agents(reader: Reader) -> None:
    for _ in range(2):
        agent = subprocess.Popen(
            [sys.executable, str(REPOSITORY / "docs" / "examples" / "foreign_agent.py")],
            cwd=reader.project,
            env=reader.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        AGENTS.append(agent)
        assert agent.stdout
        agent.stdout.readline()


AGENTS: list[subprocess.Popen[str]] = []


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def with_field(line: str) -> str:
    return GOOD.replace("\ndefault", f"\n    {line}\ndefault")


SCENARIOS = {
    "The agent is not installed": Scenario(source="server/aloop_models/errors.py"),
    "VS Code does not find Python": Scenario(source="vscode-extension/src/managed/failure.ts"),
    "The server stops again and again": Scenario(source="vscode-extension/src/managed/failure.ts"),
    "Interactive mode requires a terminal": Scenario("aloop < /dev/null"),
    "There is no models.yaml": Scenario("aloop models show gpt-4o", None),
    "The file is skipped": Scenario("aloop models show gpt-4o", before=lambda reader: reader.config.chmod(0o666)),
    "The file is not valid YAML": Scenario(
        "aloop models default gpt-4o", GOOD.replace("gpt-4o:\n    api", "gpt-4o\n    api")
    ),
    "Tabs": Scenario(models=GOOD.replace("    api_key", "\tapi_key")),
    "An ID is written twice": Scenario(
        models=GOOD.replace("default", f"  openai/gpt-4o:\n    api_key: {KEY}\ndefault")
    ),
    "Git sees your keys": Scenario(before=lambda reader: git(reader, "init", "-q")),
    "It has no API key": Scenario("aloop models default gpt-4o", "models:\n  openai/gpt-4o:\n"),
    "The key is a placeholder": Scenario(models=GOOD.replace(KEY, "your-api-key-here")),
    "The key is in an environment variable": Scenario(models=GOOD.replace(KEY, "$OPENAI_API_KEY")),
    "The provider is unknown": Scenario(models=GOOD.replace("openai", "openia")),
    "The timeout is not a number": Scenario(models=with_field("timeout: 5m")),
    "No model of that name": Scenario("aloop models show gpt-4"),
    "No agent is running": Scenario("aloop models switch gpt-4o"),
    "Several agents are running": Scenario("aloop models switch gpt-4o", before=run_two_agents),
    "The file came with the repository": Scenario(ASK, before=is_tracked),
    "The key is refused": Scenario(ASK, replies=(Fail(401),)),
    "The model does not exist": Scenario(ASK, replies=(Fail(404),)),
    "Too many requests": Scenario(ASK, replies=(Fail(429),) * 3),
    "No credit": Scenario(ASK, replies=(Fail(402),)),
    "No answer in time": Scenario(ASK, with_field("timeout: 0.5"), replies=(Say("Late", wait=20),)),
    "No connection": Scenario(ASK, with_field(f"api_base: http://127.0.0.1:{free_port()}/v1")),
    "The host does not exist": Scenario(ASK, with_field("api_base: https://gateway.invalid/v1")),
    "The answer is empty": Scenario(ASK, replies=(Raw("<html>Sign in</html>", "text/html"),)),
}
SECTIONS = {
    title: re.findall(r"^```text\n(.*?)\n```$", body, re.DOTALL | re.MULTILINE)
    for title, body in re.findall(r"^### ([^\n]+)\n(.*?)(?=^##|\Z)", PAGE, re.DOTALL | re.MULTILINE)
}


def shows(message: str, output: str) -> bool:
    """Whether the output has the message, wherever its lines are broken; `…` is any text."""
    words = [r"\s+".join(map(re.escape, part.split())) for part in message.split("…")]
    return re.search(r"\s?.*?\s?".join(words), output, re.DOTALL) is not None


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    made = Reader(tmp_path)
    made.move_in(monkeypatch)
    yield made
    for agent in AGENTS:
        agent.communicate()
    AGENTS.clear()
    made.end()


def output_of(scenario: Scenario, reader: Reader, endpoint: ProviderEndpoint) -> str:
    """What a person sees."""
    if scenario.source:
        text = (REPOSITORY / scenario.source).read_text("utf-8")
        return re.sub(r"['`\"] ?\+?\s*\n\s*f?['`\"]", "", re.sub(r"\$?\{[^{}\n]*\}", "…", text))
    if scenario.models is not None:
        reader.write(scenario.models)
    if scenario.before is not None:
        scenario.before(reader)
    if scenario.command != ASK:
        return reader.run(scenario.command, columns=200)
    if "api_base" in reader.config.read_text():
        return reader.call(ASK)
    endpoint.queue(*scenario.replies)
    return reader.call(ASK, endpoint)


@pytest.mark.parametrize("title", SCENARIOS)
def test_the_message_is_produced(title: str, reader: Reader, endpoint: ProviderEndpoint):
    assert SECTIONS[title], "the section shows no message"
    output = output_of(SCENARIOS[title], reader, endpoint)
    for message in SECTIONS[title]:
        assert shows(message, output), output


def test_every_message_has_a_scenario():
    assert {title for title, messages in SECTIONS.items() if messages} == set(SCENARIOS)
    assert len(SECTIONS) >= 20
