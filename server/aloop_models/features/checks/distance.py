"""What an `api_base` leads to, told from its text alone."""

from __future__ import annotations

import ipaddress
from enum import IntEnum
from functools import lru_cache
from urllib.parse import urlsplit

_HERE = frozenset({"localhost", "host.docker.internal", "gateway.docker.internal", "host.containers.internal"})
_NEAR_ENDINGS = (".local", ".internal", ".lan", ".home.arpa", ".home", ".intranet", ".localdomain")


class Distance(IntEnum):
    """How far away an address is."""

    HERE = 0
    """On this machine."""
    NEAR = 1
    """In a private network, as far as its name tells."""
    FAR = 2
    """Anywhere else."""


def is_near(base: str) -> bool:
    """Whether an address is one of this machine or of a private network; False for no address."""
    return bool(base) and distance_of(base) is not Distance.FAR


def distance_of(base: str) -> Distance:
    """How far away an address is; what is no address is far."""
    host = host_of(base)
    return Distance.FAR if host is None else _distance_of_host(host)


def host_of(base: str) -> str | None:
    """The host of an http(s) address in lower case, None where there is none."""
    try:
        parts = urlsplit(base.strip())
        host = parts.hostname
    except ValueError:
        return None
    return host.rstrip(".") or None if host and parts.scheme in ("http", "https") else None


@lru_cache(maxsize=256)
def _distance_of_host(host: str) -> Distance:
    if host in _HERE or host.endswith(".localhost"):
        return Distance.HERE
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return Distance.NEAR if "." not in host or host.endswith(_NEAR_ENDINGS) else Distance.FAR
    if address.is_loopback or address.is_unspecified:
        return Distance.HERE
    return Distance.NEAR if address.is_private or address.is_link_local else Distance.FAR
