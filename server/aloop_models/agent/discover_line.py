"""`/model discover`: its arguments, and the rows to pick models of local servers from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from aloop_models.commands.arguments import near_options, unknown_option
from aloop_models.core.plain_text import sanitize_line
from aloop_models.discovery.offers import Offers
from aloop_models.errors import InvalidArgumentsError

DISCOVER = "discover"
_OPTIONS = ("--all", "--url")
USAGE = f"{DISCOVER} [MODEL]… [--all] [--url URL]"
HELP = "Find the models of local servers such as Ollama, and add them."


class DiscoverLine(NamedTuple):
    """The arguments."""

    models: tuple[str, ...] = ()
    is_all: bool = False
    urls: tuple[str, ...] = ()


def parse_discover(words: Sequence[str]) -> DiscoverLine:
    """Parse the words after `/model discover`.

    Raises:
        InvalidArgumentsError: An unknown option, or one without its value.
    """
    line, left = DiscoverLine(), iter(words)
    for word in left:
        name, sign, value = word.partition("=")
        if name == "--url":
            url = value if sign else next(left, "")
            if not url:
                raise InvalidArgumentsError("invalidArguments", "Option --url requires a value.")
            line = line._replace(urls=(*line.urls, url))
        elif word == "--all":
            line = line._replace(is_all=True)
        elif word.startswith("--"):
            near = near_options(name, _OPTIONS)
            message = unknown_option(name, near, _OPTIONS) if near else f"Unknown option. Usage: {USAGE}"
            raise InvalidArgumentsError("invalidArguments", message, near)
        else:
            line = line._replace(models=(*line.models, word))
    if line.models and line.is_all:
        raise InvalidArgumentsError("invalidArguments", "Use either MODEL or --all, not both.")
    return line


def rows_to_add(offers: Offers) -> list[tuple[str, str, str]]:
    """The ID, label and detail of each model that is not in the file."""
    return [
        (
            model.model_id,
            model.model_id,
            sanitize_line(" · ".join(part for part in (server.name, model.detail) if part)),
        )
        for server in offers.servers
        for model in server.models
        if not offers.is_configured(model)
    ]
