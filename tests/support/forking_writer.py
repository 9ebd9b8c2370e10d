"""A program that saves a file again and again, each time in a child of its own that waits to be woken.

`python forking_writer.py FILE VERB`: for each line on standard input it forks, prints the child's number when the child
has stopped itself, and prints how it ended. The child, woken, does one `edit` (flips the two texts), one `create`, or
edits `forever`. All is imported before, so what a child does is the save and nothing else. How many times a child has
begun to move a new file into place, and has done it, is in the first two bytes of FILE's neighbor `moves`, modulo 256.
"""

from __future__ import annotations

import mmap
import os
import signal
import sys
from pathlib import Path

from aloop_models.workspace import save
from aloop_models.workspace.save import create_file, edit_file

OLD, NEW = "old text\n" * 4000, "the new text\n" * 5000


def flip(text: str) -> str:
    return NEW if text == OLD else OLD


def count_moves(path: Path) -> mmap.mmap:
    """Count in a file that is mapped into memory, which takes no system call."""
    file = path.with_name("moves")
    file.write_bytes(bytes(2))
    with file.open("r+b") as opened:
        moves = mmap.mmap(opened.fileno(), 2)
    replace_file = save.replace_file

    def replace(temporary: Path, target: Path) -> None:
        moves[0] = (moves[0] + 1) % 256
        replace_file(temporary, target)
        moves[1] = moves[0]

    save.replace_file = replace
    return moves


def main() -> None:
    path, verb = Path(sys.argv[1]), sys.argv[2]
    moves = count_moves(path)
    edit_file(path.with_name("warm"), lambda text: text + "warm")
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            moves[:] = bytes(2)
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
