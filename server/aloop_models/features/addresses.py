"""Addresses as they may be shown: without user, password, query and fragment."""

from __future__ import annotations

from urllib.parse import urlsplit


def without_credentials(address: str) -> str | None:
    """Scheme, host, port and path of an address; None where it is none, or may be one with a half-typed password."""
    try:
        parts = urlsplit(address)
        # Reading the port refuses `https://user:password`, which still lacks its `@host`.
        _ = parts.port
    except ValueError:
        return None
    if not parts.hostname:
        return None
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
