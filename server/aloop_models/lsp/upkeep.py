"""What the server does beside the messages once the client is ready: settings, files, a newer catalogue."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, cast

from aloop_models.catalogue import distil_installed
from aloop_models.features.model_search import warm
from aloop_models.settings import settings_from
from aloop_models.workspace.runtime_folder import cache_folder

if TYPE_CHECKING:
    from aloop_models.lsp.server import AloopServer


def begin(server: AloopServer) -> None:
    """Ask for the settings, watch the files that the client does not, look for a newer catalogue."""
    ask_settings(server)
    watch_files(server)
    server.later(_renew_catalogue(server), "renewing the catalogue")


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

    def changed(_: object) -> None:
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(server.files_changed)

    server.watch.start(places, changed)


def _is_inside(path: Path, folders: Sequence[str]) -> bool:
    real = Path(os.path.realpath(path))
    return any(real.is_relative_to(folder) for folder in folders)


async def _renew_catalogue(server: AloopServer) -> None:
    """Look whether a newer litellm is installed than the catalogue was made from, and prepare the first completion."""
    # The first second belongs to the first findings.
    await asyncio.sleep(1)
    # Tests and benchmarks pin what ships with the server.
    is_pinned = os.environ.get("ALOOP_CATALOGUE") == "snapshot"
    newer = None if is_pinned else await asyncio.to_thread(distil_installed, cache_folder())
    if newer is not None:
        server.dispatcher.catalogue = newer
        server.find_again()
    await asyncio.to_thread(warm, server.dispatcher.catalogue, server.dispatcher.facts.today)
