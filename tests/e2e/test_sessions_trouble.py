"""Peers that lie, hang or die: nobody else hangs or crashes."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from aloop_models.catalog.redaction import MASK
from aloop_models.sessions.framing import frame_message
from support.world import LLAMA, World, dial, endpoint_of, write_entry


def test_garbage_and_giants_end_their_own_line_only(world: World) -> None:
    agent = world.agent()
    address = endpoint_of(world, agent.id)
    for nonsense in (b"GET / HTTP/1.1\r\n\r\n", b"Content-Length: 104857600\r\n\r\n", b"\x00" * 10000):
        with dial(address) as line:
            line.sendall(nonsense)
            assert line.recv(1) == b""
    with dial(address) as line:
        line.sendall(b"Content-Length: 3\r\n\r\n[1]" + frame_message({"jsonrpc": "2.0", "id": 1, "method": "nonsense"}))
        assert b"Unknown method nonsense" in line.recv(4096)
        line.sendall(frame_message({"jsonrpc": "2.0", "id": 2, "method": "4f9a" * 8}))
        assert f"Unknown method {MASK}." in line.recv(4096).decode()
    assert agent.ask("?") == "openai/gpt-4o: ?"


def test_exit_ends_the_line_and_not_the_agent(world: World) -> None:
    agent = world.agent()
    with dial(endpoint_of(world, agent.id)) as line:
        line.sendall(frame_message({"jsonrpc": "2.0", "id": 1, "method": "shutdown"}))
        assert b'"result":null' in line.recv(4096)
        line.sendall(frame_message({"jsonrpc": "2.0", "method": "exit"}))
        assert line.recv(1) == b""
    assert agent.ask("?") == "openai/gpt-4o: ?"


def test_a_hanging_editor_holds_nobody_up(world: World) -> None:
    agent = world.agent(is_patient=False)
    folder = world.runtime / "aloop-models"
    address = str(folder / "hang.s")
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(address)
        silent.listen()
        write_entry(folder, "hang", "editor", os.getpid(), world, address)
        assert agent.ask("/model default llama") == "Llama is now the default model."
    assert world.config.read_text().endswith(f"default: {LLAMA}\n")


def test_stale_entries_and_recycled_numbers_are_cleared_away(world: World) -> None:
    world.models("sessions")
    folder = world.runtime / "aloop-models"
    (folder / "sessions").mkdir(mode=0o700, exist_ok=True)
    (folder / "old.s").touch()
    write_entry(folder, "old", "interactive", 2**22 - 1, world, str(folder / "old.s"))
    write_entry(folder, "recycled", "interactive", os.getpid(), world, str(folder / "r.s"), started=1)
    (folder / "sessions" / "broken.json").write_text("{")
    assert world.models("sessions").stdout == "No agent is running. Start one: aloop\n"
    assert sorted(path.name for path in (folder / "sessions").iterdir()) == ["broken.json"]
    assert not (folder / "old.s").exists()


def test_a_dead_socket_is_a_refusal_and_no_wait(world: World) -> None:
    world.models("sessions")
    folder = world.runtime / "aloop-models"
    write_entry(folder, "mute", "interactive", os.getpid(), world, str(folder / "none.s"))
    done = world.models("switch", LLAMA)
    assert (done.returncode, done.stderr) == (
        2,
        f"aloop models: Cannot reach the agent mute (process {os.getpid()}): no process is listening "
        "(FileNotFoundError). Restart the agent.\n",
    )


def test_endpoints_are_for_their_owner_alone(world: World) -> None:
    agent = world.agent()
    address = Path(endpoint_of(world, agent.id))
    assert address.stat().st_mode & 0o777 == 0o600
    assert address.parent.stat().st_mode & 0o777 == 0o700
    assert len(os.fsencode(address)) < 100
