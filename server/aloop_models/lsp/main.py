"""`aloop-ls`: runs the language server on standard input and output."""

from __future__ import annotations

import functools
import gc
import importlib
import os
import sys
from pathlib import Path
from typing import Any

from aloop_models import __version__
from aloop_models.startup import die_on_interrupt, open_streams

LEVELS = ("error", "warning", "info", "debug")
"""Log levels, from the fewest to the most lines."""


def main(arguments: list[str] | None = None) -> None:
    """Run until the client ends the connection. The exit code is 0 after `shutdown` and `exit`, else 1."""
    open_streams()
    # Until `Lifetime.start` handles signals; what is imported below takes a while.
    die_on_interrupt()
    import argparse
    import asyncio

    parser = argparse.ArgumentParser(prog="aloop-ls", description="The language server for .aloop/models.yaml.")
    parser.add_argument("--stdio", action="store_true", help="use standard input and output (the default)")
    parser.add_argument("--version", action="version", version=f"aloop-ls {__version__}")
    parser.add_argument("--log-file", type=Path, metavar="PATH", help="write the log to this file instead of stderr")
    parser.add_argument("--log-level", choices=LEVELS, default="warning", help="default: warning")
    options = parser.parse_args(arguments)
    if sys.stdin.isatty():
        parser.exit(
            2, "aloop-ls is a language server, started by an editor. To check a file: aloop models check FILE\n"
        )
    # Half of the start-up time is creating classes. Garbage collection during that frees nothing.
    gc.disable()
    from aloop_models.core.yaml_reader import libyaml_problem
    from aloop_models.lsp import log
    from aloop_models.lsp.lifetime import exit_now

    _import_lsprotocol()
    log.set_up(options.log_level, options.log_file)
    log.logger.info("Started aloop-ls %s (pid %d)", __version__, os.getpid())
    if problem := libyaml_problem():
        log.logger.warning("%s", problem)
    code = asyncio.run(_serve())
    log.logger.info("Stopped (exit code %d)", code)
    sys.stdout.flush()
    # A normal exit would wait for the thread that reads standard input.
    exit_now(code)


async def _serve() -> int:
    import asyncio

    from aloop_models.lsp.handlers import make_session
    from aloop_models.lsp.transport import Inbox, Outbox, take_stdout

    session = make_session()
    lifetime = session.lifetime
    lifetime.start()
    output = Outbox(take_stdout(), lifetime.stop)
    inbox = Inbox(sys.stdin.buffer, lifetime.end)
    lifetime.stop_messages = inbox.stop
    gc.freeze()
    gc.enable()
    code = await session.serve(inbox, output)
    lifetime.end(code)
    await asyncio.to_thread(output.flush)
    return code


def _import_lsprotocol() -> None:
    """Import `lsprotocol.types` in half the time and with six megabytes less memory; call it before importing pygls.

    For each of its 600 classes attrs compiles an `__eq__`, a `__repr__` and a class with slots. The server never
    compares or prints messages, so these are left out.
    """
    import attrs

    define: Any = attrs.define
    attrs.define = functools.partial(define, eq=False, repr=False, slots=False)
    try:
        importlib.import_module("lsprotocol.types")
    finally:
        attrs.define = define


if __name__ == "__main__":
    main()
