"""The paths of public APIs are those of the installed LiteLLM."""

from importlib.util import find_spec
from pathlib import Path

from aloop_models.catalog.url_completion import PUBLIC_PATHS

DOCUMENTED = {"api.moonshot.cn/v1", "models.github.ai/inference"}
"""From the documentation of the provider."""


def test_the_paths_are_in_litellm() -> None:
    """LiteLLM's source has every other host with its path."""
    missing = {f"{host}{path}" for paths in PUBLIC_PATHS.values() for host, path in paths.items()} - DOCUMENTED
    package = find_spec("litellm")  # Importing it would open the network.
    assert package
    assert package.origin
    for file in Path(package.origin).parent.rglob("*.py"):
        if not missing:
            break
        text = file.read_text(encoding="utf-8")
        missing = {url for url in missing if url not in text}
    assert not missing
