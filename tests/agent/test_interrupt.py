"""Ctrl-C while a program waits for its event loop."""

import subprocess
import sys

PROGRAM = """
import asyncio, signal, threading, time
from aloop_models.agent.interrupt import run_interruptible

def interrupt():
    time.sleep(0.5)
    # The system call in which the main thread waits is not interrupted.
    signal.pthread_kill(threading.get_ident(), signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)
threading.Thread(target=interrupt).start()
try:
    run_interruptible(asyncio.sleep(3600))
except KeyboardInterrupt:
    print("Stopped.")
"""


def test_ctrl_c_wakes_up_an_event_loop_that_waits() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "Stopped.\n", "")
