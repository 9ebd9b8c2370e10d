"""The models found on this machine as a person and a program see them, and as entries to add."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from aloop_models.catalog import nearest, provider_of, split_id, with_label
from aloop_models.catalog.redaction import quote
from aloop_models.commands.views import JsonObject
from aloop_models.discovery.loopback import Endpoint, parse_endpoint
from aloop_models.discovery.servers import PORTS, LocalModel, LocalServer, find_servers
from aloop_models.errors import RefusedError
from aloop_models.features.checks.distance import Distance, distance_of
from aloop_models.features.formatting import plural
from aloop_models.snapshot import Snapshot

DESCRIPTION = "Find the models of Ollama, LM Studio, vLLM, llama.cpp and other servers on this machine, and add them."

_NOTHING = "No model server was found on this machine. Start one, for example with: ollama serve"
_LOCAL_HOST = "this machine"
_MOST_NAMED = 3


class Offers:
    """What the servers on this machine offer to one models.yaml."""

    def __init__(self, servers: Sequence[LocalServer], snapshot: Snapshot | None, urls: Sequence[str] = ()) -> None:
        self.servers = tuple(_with_unique_ids(servers))
        self._configured = frozenset(_configured(snapshot)) if snapshot else frozenset[_Served]()
        self._urls = urls

    @property
    def models(self) -> tuple[LocalModel, ...]:
        """All models, in the order of the servers."""
        return tuple(model for server in self.servers for model in server.models)

    @property
    def new(self) -> tuple[LocalModel, ...]:
        """The models that are not in the file."""
        return tuple(model for model in self.models if not self.is_configured(model))

    def is_configured(self, model: LocalModel) -> bool:
        """Whether the file has an entry for this model of this server, under any provider name."""
        return _served(model) in self._configured

    def to_add(self, chosen: Iterable[LocalModel]) -> tuple[LocalModel, ...]:
        """Return the chosen models that are not in the file.

        Raises:
            RefusedError: `modelExists`: all of them are.
        """
        models = tuple(chosen)
        new = tuple(model for model in models if not self.is_configured(model))
        if models and not new:
            names = ", ".join(model.model_id for model in models)
            raise RefusedError("modelExists", f"Already in models.yaml: {names}. Nothing was changed.")
        return new

    @property
    def message(self) -> str:
        """What was found, in whole sentences."""
        return " ".join(self._sentences())

    def view(self) -> JsonObject:
        """Return servers and models as JSON."""
        return {"servers": [self._server_view(server) for server in self.servers], "message": self.message}

    def named(self, words: Iterable[str]) -> tuple[LocalModel, ...]:
        """Return the models with these IDs, or these names without the provider.

        Raises:
            RefusedError: `modelNotFound` with the nearest IDs, or with all matches.
        """
        return tuple(dict.fromkeys(self._named(word) for word in words))

    def _named(self, word: str) -> LocalModel:
        ids = {model.model_id: model for model in self.models}
        if word in ids:
            return ids[word]
        typed = word.casefold()
        found = [name for name in ids if typed in (name.casefold(), split_id(name)[1].casefold())]
        if len(found) == 1:
            return ids[found[0]]
        near = (
            tuple(found) or nearest(word, ids) or tuple(name for name in ids if typed in name.casefold())[:_MOST_NAMED]
        )
        hint = f"Did you mean {' or '.join(near)}?" if near else self.message
        problem = (
            f"Several local servers have {quote(word, 'it')}." if found else f"No local server has {quote(word, 'it')}."
        )
        raise RefusedError("modelNotFound", f"{problem} {hint}", near)

    def _server_view(self, server: LocalServer) -> JsonObject:
        view: JsonObject = {
            "name": server.name,
            "url": server.url,
            "models": [
                {
                    "modelId": model.model_id,
                    "fields": {"api_base": model.api_base},
                    "detail": model.detail,
                    "configured": self.is_configured(model),
                }
                for model in server.models
            ],
        }
        return view | ({"problem": "needs an API key"} if server.needs_key else {})

    def _sentences(self) -> Iterator[str]:
        if not self.servers:
            urls = " and ".join(dict.fromkeys(parse_endpoint(url).url for url in self._urls))
            yield f"No model server answers at {urls}. Check that it runs." if urls else _NOTHING
            return
        answering = [server for server in self.servers if not server.needs_key]
        count = len(self.models)
        if answering and not count:
            names = " and ".join(server.name for server in answering)
            yield f"{names} {'has' if len(answering) == 1 else 'have'} no models yet."
        elif answering:
            known = count - len(self.new)
            share = f"{known} " if known < count else "all " if count > 1 else ""
            end = f", {share}already in models.yaml" if known else ""
            yield f"Found {plural(count, 'model')} on {plural(len(answering), 'local server')}{end}."
        for server in self.servers:
            if server.needs_key:
                yield f"{server.name} at {server.url} needs an API key. Add its models with their names and the key."
            if server.omitted:
                yield f"{plural(server.omitted, 'model')} of {server.name} cannot be offered."


def find_offers(urls: Sequence[str], snapshot: Snapshot | None) -> Offers:
    """Ask the servers at these URLs, or at the usual ports of this machine.

    Raises:
        RefusedError: `invalidArguments` for a URL that is not on this machine.
    """
    endpoints = [parse_endpoint(url) for url in urls] or [Endpoint("127.0.0.1", port) for port in PORTS]
    return Offers(find_servers(tuple(dict.fromkeys(endpoints))), snapshot, urls)


def argument_for(models: Iterable[LocalModel]) -> JsonObject:
    """Return the argument object of `ADD` for these models."""
    return {"text": json.dumps({"models": {model.model_id: {"api_base": model.api_base} for model in models}})}


_Served = tuple[str, str, int | None]
"""The name of a model, and host and port of its server."""


def _with_unique_ids(servers: Iterable[LocalServer]) -> Iterator[LocalServer]:
    """Label the models that another server has too with the port of theirs."""
    taken: set[str] = set()
    for server in servers:
        label = server.url.rpartition(":")[2]
        models = tuple(
            replace(model, model_id=with_label(model.model_id, label)) if model.model_id in taken else model
            for model in server.models
        )
        taken |= {model.model_id for model in models}
        yield replace(server, models=models)


def _configured(snapshot: Snapshot) -> Iterator[_Served]:
    for placed in snapshot.document.by_id.values():
        provider = snapshot.facts.catalog.providers.get(provider_of(placed.model_id))
        base = placed.entry.profile.get("api_base") or (provider.default_base if provider else None)
        if isinstance(base, str):
            yield _name_at(placed.model_id, base)


def _served(model: LocalModel) -> _Served:
    return _name_at(model.model_id, model.api_base)


def _name_at(model_id: str, base: str) -> _Served:
    try:
        parts = urlsplit(base.strip())
        host = _LOCAL_HOST if distance_of(base) is Distance.HERE else str(parts.hostname)
        return split_id(model_id)[1], host, parts.port
    except ValueError:
        return split_id(model_id)[1], "", None
