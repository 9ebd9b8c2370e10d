"""`aloop-ls`: starts the language server on standard input and output."""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import sys
from pathlib import Path

from aloop_models import __version__

LEVELS = ("error", "warning", "info", "debug")
"""How much is logged, from least to most."""


def main(arguments: list[str] | None = None) -> None:
    """Run until the client ends the connection; exit code 0 after `shutdown` and `exit`, else 1."""
    parser = argparse.ArgumentParser(prog="aloop-ls", description="The language server for .aloop/models.yaml.")
    parser.add_argument("--stdio", action="store_true", help="speak LSP on standard input and output (the default)")
    parser.add_argument("--version", action="version", version=f"aloop-ls {__version__}")
    parser.add_argument("--log-file", type=Path, metavar="PATH", help="write the log there instead of to stderr")
    parser.add_argument("--log-level", choices=LEVELS, default="warning")
    options = parser.parse_args(arguments)
    if sys.stdin.isatty():
        parser.exit(2, "aloop-ls speaks LSP and is started by an editor. To check a file: aloop models check FILE\n")
    # Half of the start-up is making classes; a collection in the middle of that finds nothing.
    gc.disable()
    from aloop_models.lsp import log
    from aloop_models.lsp.quick_start import import_lsprotocol

    import_lsprotocol()
    log.set_up(options.log_level, options.log_file)
    code = asyncio.run(_serve())
    sys.stdout.flush()
    # The reading thread may still wait for input that never comes.
    os._exit(code)


async def _serve() -> int:
    from pygls.io_ import StdoutWriter

    from aloop_models.lsp.inbox import Inbox
    from aloop_models.lsp.language import make_server

    # Whatever a library prints must not end up between the messages.
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    server = make_server()
    server.protocol.set_writer(StdoutWriter(output))
    gc.freeze()
    gc.enable()
    return await server.serve(Inbox(sys.stdin.buffer))


if __name__ == "__main__":
    main()
