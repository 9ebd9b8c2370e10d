"""Work after the result: nobody waits for it, and it prints nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from aloop_models.cli.detach import call

PROGRAM = """
import os, sys
from aloop_models.cli.detach import detach

def work():
    with open(sys.argv[1]) as begin:
        begin.read()
    print("work", flush=True)
    with open(sys.argv[2], "w") as end:
        end.write(f"{os.getsid(0) != int(sys.argv[3])}")

sys.stdout.write("result")
detach(work)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
def test_the_program_ends_before_the_work(tmp_path: Path) -> None:
    begin, end = tmp_path / "begin", tmp_path / "end"
    os.mkfifo(begin)
    os.mkfifo(end)
    arguments = [sys.executable, "-c", PROGRAM, str(begin), str(end), str(os.getsid(0))]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=120)
    # The work waits for `begin`, which nobody has opened yet.
    assert (done.returncode, done.stdout, done.stderr) == (0, "result", "")
    begin.write_text("now")
    assert end.read_text() == "True"


def test_in_a_process_with_other_work_it_is_done_at_once() -> None:
    found: list[int] = []
    call(lambda: found.append(os.getpid()))
    assert found == [os.getpid()]
