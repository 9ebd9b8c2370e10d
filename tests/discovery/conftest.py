"""Endpoints that answer as the programs of a machine, each at a port of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from support.provider_endpoint import ProviderEndpoint, Raw


@pytest.fixture
def serve() -> Iterator[Callable[[dict[str, Raw]], ProviderEndpoint]]:
    """Starts an endpoint with these answers to look-ups."""
    with ExitStack() as stack:

        def start(pages: dict[str, Raw]) -> ProviderEndpoint:
            endpoint = stack.enter_context(ProviderEndpoint())
            endpoint.pages = pages
            return endpoint

        yield start
