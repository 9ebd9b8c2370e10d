"""What the server does besides answering once the client is ready: settings, files, a newer catalog."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, cast

from aloop_models.features.model_search import warm
from aloop_models.lsp import log
from aloop_models.settings import settings_from
from aloop_models.workspace.catalog import cache_files, find_catalog

if TYPE_CHECKING:
    from aloop_models.lsp.server import AloopServer


def begin(server: AloopServer) -> None:
    """Ask for the settings, watch the files that the client does not, look for a newer catalog."""
    ask_settings(server)
    watch_files(server)
    server.later(_begin_with_catalog(server), "looking for a newer catalog")


def ask_settings(server: AloopServer) -> None:
    """Ask a client that keeps settings for ours."""

    async def ask() -> None:
        params = {"items": [{"section": "aloop"}]}
        answer: object = await asyncio.wrap_future(server.protocol.ask("workspace/configuration", params))
        given = cast("list[object]", answer)[0] if isinstance(answer, list) and answer else None
        # Some clients answer null for a section that nobody has set.
        if given is not None and (settings := settings_from(given)) != server.dispatcher.settings:
            server.settings_changed(settings)

    if server.client.configuration:
        server.later(ask(), "asking for the settings")


def watch_files(server: AloopServer) -> None:
    """Look at every file that concerns the workspace by now and that the client does not watch."""
    places = server.dispatcher.places()
    if server.client.watches_files:
        # It watches inside its workspace folders, and not what a link leads to from there.
        folders = [os.path.realpath(folder) for folder in server.dispatcher.folders]
        places = tuple(path for path in places if not _is_inside(path, folders))
    loop = asyncio.get_running_loop()
    caches = cache_files()

    def renew() -> None:
        server.later(_renew_catalog(server), "reading the newer catalog")

    def changed(paths: Sequence[Path]) -> None:
        with suppress(RuntimeError):
            if any(path in caches for path in paths):
                # An agent or a command line with a newer LiteLLM has cached its catalog.
                loop.call_soon_threadsafe(renew)
            if any(path not in caches for path in paths):
                loop.call_soon_threadsafe(server.files_changed)

    server.watch.start((*places, *caches), changed)


def _is_inside(path: Path, folders: Sequence[str]) -> bool:
    real = Path(os.path.realpath(path))
    return any(real.is_relative_to(folder) for folder in folders)


async def _begin_with_catalog(server: AloopServer) -> None:
    """Use a newer litellm's catalog if one is installed, and prepare the first completion."""
    # The first second belongs to the first diagnostics.
    await asyncio.sleep(1)
    await _renew_catalog(server)
    await asyncio.to_thread(warm, server.dispatcher.catalog, server.dispatcher.facts.today)


async def _renew_catalog(server: AloopServer) -> None:
    found = await asyncio.to_thread(find_catalog)
    if found.refused is not None:
        version, reason = found.refused.version, found.refused.reason
        log.logger.warning("LiteLLM %s gives no valid catalog: %s", version, reason)
    if found.catalog.litellm_version != server.dispatcher.catalog.litellm_version:
        server.catalog_changed(found.catalog)
