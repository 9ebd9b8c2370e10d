"""A program that saves a file again and again, each time in a child of its own that waits to be woken.

`python forking_writer.py FILE VERB`: for each line on standard input it forks, prints the child's number when the child
has stopped itself, and prints how it ended. The child, woken, does one `edit` (flips the two texts), one `create`, or
edits `forever`. All is imported before, so what a child does is the save and nothing else.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from aloop_models.workspace.save import create_file, edit_file

OLD, NEW = "old text\n" * 4000, "the new text\n" * 5000


def flip(text: str) -> str:
    return NEW if text == OLD else OLD


def main() -> None:
    path, verb = Path(sys.argv[1]), sys.argv[2]
    edit_file(path.with_name("warm"), lambda text: text + "warm")
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            os.kill(os.getpid(), signal.SIGSTOP)
            if verb == "create":
                create_file(path, NEW)
            else:
                edit_file(path, flip)
                while verb == "forever":
                    edit_file(path, flip)
            os._exit(0)
        os.waitpid(child, os.WUNTRACED)
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
