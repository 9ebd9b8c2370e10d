"""The location of the server in a URL, judged from the text alone."""

from __future__ import annotations

import ipaddress
from enum import IntEnum
from urllib.parse import urlsplit

from aloop_models.catalog.provider_hosts import provider_of_host
from aloop_models.core.text_cache import per_text

_HERE = frozenset({"localhost", "host.docker.internal", "gateway.docker.internal", "host.containers.internal"})
_NEAR_ENDINGS = (
    *(".local", ".internal", ".lan", ".home.arpa", ".home", ".intranet", ".localdomain", ".corp", ".private"),
    # Names in a Tailscale network.
    ".ts.net",
)
_SHARED = ipaddress.ip_network("100.64.0.0/10")
"""Addresses of Tailscale and of a provider's own network (RFC 6598), which `is_private` does not include."""


class Distance(IntEnum):
    """How far away the server of a URL is."""

    HERE = 0
    """On this machine."""
    NEAR = 1
    """In a private network, judged by its name or address."""
    FAR = 2
    """Anywhere else."""


def is_near(base: str) -> bool:
    """Whether a URL is on this machine or in a private network; False if it is not a URL."""
    return bool(base) and distance_of(base) is not Distance.FAR


def distance_of(base: str) -> Distance:
    """How far away the server of a URL is; `FAR` if it is not a URL."""
    host = host_of(base)
    return Distance.FAR if host is None else _distance_of_host(host)


def is_gateway(base: str) -> bool:
    """Whether a URL is the API of OpenAI at another server, whose model names can have a vendor: `openai/gpt-oss-20b`.

    The deployments of Azure have none.
    """
    host = host_of(base)
    return host is not None and provider_of_host(host) not in ("openai", "azure")


@per_text(256)
def host_of(base: str) -> str | None:
    """The host of an http(s) URL in lower case, or None."""
    try:
        parts = urlsplit(base.strip())
        host = parts.hostname
    except ValueError:
        return None
    return host.rstrip(".") or None if host and parts.scheme in ("http", "https") else None


@per_text(256)
def _distance_of_host(host: str) -> Distance:
    if host in _HERE or host.endswith(".localhost"):
        return Distance.HERE
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return Distance.NEAR if "." not in host or host.endswith(_NEAR_ENDINGS) else Distance.FAR
    if address.is_loopback or address.is_unspecified:
        return Distance.HERE
    is_shared = address.version == 4 and address in _SHARED
    return Distance.NEAR if address.is_private or address.is_link_local or is_shared else Distance.FAR
