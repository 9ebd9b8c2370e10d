"""How LiteLLM completes `api_base`: every row of the table against the requests of the installed LiteLLM."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from aloop_models.catalog.url_completion import COMPLETIONS, UrlCompletion
from aloop_models.llm.failures import ModelError
from aloop_models.llm.litellm_adapter import LiteLLMAdapter, load_litellm
from aloop_models.llm.profile import ModelProfile
from support.provider_endpoint import Fail, ProviderEndpoint

pytestmark = pytest.mark.filterwarnings("ignore")

MODELS = {"anthropic": "claude-sonnet-4-5", "gemini": "gemini-2.5-pro", "azure": "d", "cohere": "command-r"}
ASK = [{"role": "user", "content": "Who are you?"}]


@pytest.fixture(scope="module", name="endpoint")
def fixture_endpoint() -> Iterator[ProviderEndpoint]:
    """An endpoint that refuses every request."""
    with ProviderEndpoint() as endpoint:
        endpoint.answer = lambda _: Fail(400)
        yield endpoint
    # Free the connections that LiteLLM leaves open here, where warnings are ignored.
    gc.collect()


async def request_path(endpoint: ProviderEndpoint, provider: str, path: str, **extra: object) -> str:
    """The path, without its query, that LiteLLM requests for an `api_base` with a path."""
    endpoint.forget()
    model_id = f"{provider}/{MODELS.get(provider, 'm')}"
    base = f"{endpoint.url}{path}"
    profile = ModelProfile(model_id, api_key="a-key-for-tests", api_base=base, timeout=60, extra=extra)
    with pytest.raises(ModelError):
        await LiteLLMAdapter(model_id).answer(ASK, profile=profile)
    return endpoint.all_received[-1].path.partition("?")[0]


@pytest.mark.parametrize(("provider", "completion"), COMPLETIONS.items(), ids=COMPLETIONS)
async def test_the_route_is_appended(endpoint: ProviderEndpoint, provider: str, completion: UrlCompletion) -> None:
    route = completion.route.replace("{model}", MODELS.get(provider, "m")).replace(
        ":generateContent", ":streamGenerateContent"
    )
    assert await request_path(endpoint, provider, "/x") == (f"/x/{route}" if route else "/x")
    assert await request_path(endpoint, provider, "") == f"/{route}"
    if route and not provider.startswith("azure"):
        repeated = await request_path(endpoint, provider, f"/x/{route}")
        assert (repeated == f"/x/{route}") is completion.once
    if completion.optional:
        assert await request_path(endpoint, provider, f"/x/{completion.optional}") == f"/x/{route}"
    elif route.startswith("v1/"):
        assert await request_path(endpoint, provider, "/x/v1") == f"/x/v1/{route}"


@pytest.mark.parametrize("source", sorted({completion.source for completion in COMPLETIONS.values()}))
def test_the_source_exists(source: str) -> None:
    file, function = source.split(", ")
    text = (Path(load_litellm().__file__).parent / file).read_text("utf-8")
    assert re.search(rf"def {function.rpartition('.')[2]}\(", text)


AZURE_PATHS = [
    ("", "2024-10-21", "/openai/deployments/d/chat/completions"),
    ("", "preview", "/openai/v1/chat/completions"),
    ("/openai/v1", "preview", "/openai/v1/chat/completions"),
    ("/openai/v1/", "v1", "/openai/v1/chat/completions"),
    ("/openai/v1/", "latest", "/openai/v1/chat/completions"),
    ("/openai/v1/", "2024-10-21", "/openai/v1/openai/deployments/d/chat/completions"),
    ("/openai/v1/", None, "/openai/v1/openai/deployments/d/chat/completions"),
    ("/openai", "2024-10-21", "/openai/openai/deployments/d/chat/completions"),
    ("/openai/deployments/other", "2024-10-21", "/openai/deployments/other/chat/completions"),
    ("/openai/deployments/d/chat/completions", "2024-10-21", "/openai/deployments/d/chat/completions/chat/completions"),
    ("/openai/v1/chat/completions", "preview", "/openai/v1/chat/completions/openai/v1/chat/completions"),
]


@pytest.mark.parametrize(("path", "version", "requested"), AZURE_PATHS)
async def test_azure_depends_on_the_version(
    endpoint: ProviderEndpoint, path: str, version: str | None, requested: str
) -> None:
    assert await request_path(endpoint, "azure", path, api_version=version) == requested


async def test_gemini_does_not_use_the_url_for_openai_clients(endpoint: ProviderEndpoint) -> None:
    called = "models/gemini-2.5-pro:streamGenerateContent"
    assert await request_path(endpoint, "gemini", "/v1beta/openai/") == f"/v1beta/openai/{called}"
    assert await request_path(endpoint, "openai", "/v1beta/openai/") == "/v1beta/openai/chat/completions"


async def test_vllm_sends_no_request(endpoint: ProviderEndpoint) -> None:
    endpoint.forget()
    profile = ModelProfile("vllm/m", api_base=endpoint.openai_url)
    with pytest.raises(ModelError):
        await LiteLLMAdapter("vllm/m").answer(ASK, profile=profile)
    assert endpoint.all_received == []
