"""Progress for what takes longer than a second: a lock that another program holds, a slow disk."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Coroutine
from typing import Any, TypeVar

from aloop_models.errors import ClientError
from aloop_models.lsp.protocol import AloopProtocol

Result = TypeVar("Result")

PATIENCE = 1.0
"""Seconds before anything is shown."""


async def with_progress(protocol: AloopProtocol, title: str, work: Coroutine[Any, Any, Result]) -> Result:
    """The result of the work; if it takes long, the client shows meanwhile that it goes on."""
    task = asyncio.ensure_future(work)
    done, _ = await asyncio.wait({task}, timeout=PATIENCE)
    if done:
        return task.result()
    token = secrets.token_hex(4)
    try:
        await asyncio.wrap_future(protocol.ask("window/workDoneProgress/create", {"token": token}))
    except ClientError:
        return await task
    protocol.notify("$/progress", {"token": token, "value": {"kind": "begin", "title": title}})
    try:
        return await task
    finally:
        protocol.notify("$/progress", {"token": token, "value": {"kind": "end"}})
