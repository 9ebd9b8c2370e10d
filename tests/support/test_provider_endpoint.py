"""The fake provider endpoint, through the real litellm, which has to take it for the provider."""

from __future__ import annotations

import os
import threading
import urllib.error
import urllib.request
import warnings
from typing import Any

import pytest

from support.provider_endpoint import Drop, Fail, ProviderEndpoint, Say, ToolCall

KEY = "sk-fake-0123456789"
MODELS = ["openai/gpt-4o", "anthropic/claude-3-5-haiku-latest", "ollama_chat/llama2", "ollama/llama2"]
ASK = [{"role": "user", "content": "Who are you?"}]
TWO_CALLS = (
    ToolCall("read_file", {"path": "a b.txt"}, "call_1"),
    ToolCall("list_files", {"path": ".", "depth": 2}, "call_2"),
)
TOOLS = [
    {
        "type": "function",
        "function": {"name": name, "parameters": {"type": "object", "properties": {}}},
    }
    for name in ("read_file", "list_files")
]

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def litellm() -> Any:
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import litellm
    litellm.suppress_debug_info = True
    return litellm


@pytest.fixture
def call(litellm: Any, endpoint: ProviderEndpoint) -> Any:
    def complete(model: str, **more: Any) -> Any:
        base = endpoint.openai_url if model.startswith("openai/") else endpoint.url
        return litellm.completion(
            **{"model": model, "messages": ASK, "api_key": KEY, "api_base": base}
            | {"max_retries": 0, "timeout": 10}
            | more
        )

    return complete


def text_of(stream: Any) -> str:
    return "".join(chunk.choices[0].delta.content or "" for chunk in stream)


@pytest.mark.parametrize("model", MODELS)
def test_each_provider_is_answered_and_recorded(call: Any, endpoint: ProviderEndpoint, model: str) -> None:
    answer = call(model)
    name = model.split("/")[1]
    assert answer.choices[0].message.content == f"This is {name}."
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (11, 7)
    assert [(r.model, r.is_stream) for r in endpoint.received] == [(name, False)]
    paths = ["/v1/chat/completions", "/v1/messages", "/api/chat", "/api/generate"]
    assert endpoint.last.path == paths[MODELS.index(model)]
    assert endpoint.last.key == KEY


@pytest.mark.parametrize("model", MODELS)
def test_each_provider_streams_word_by_word(call: Any, endpoint: ProviderEndpoint, model: str) -> None:
    endpoint.queue(Say("One two three."))
    pieces = [chunk.choices[0].delta.content for chunk in call(model, stream=True)]
    assert [piece for piece in pieces if piece] == ["One ", "two ", "three."]
    assert endpoint.last.is_stream


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("model", MODELS[:3])
def test_parallel_tool_calls_arrive_whole(
    litellm: Any, call: Any, endpoint: ProviderEndpoint, model: str, stream: bool
) -> None:
    endpoint.queue(Say(tool_calls=TWO_CALLS))
    # With tools litellm imports its optional mcp handler unless told not to.
    answer = call(model, tools=TOOLS, stream=stream, _skip_mcp_handler=True)
    if stream:
        answer = litellm.stream_chunk_builder(list(answer), messages=ASK)
    calls = answer.choices[0].message.tool_calls
    assert [c.function.name for c in calls] == ["read_file", "list_files"]
    got = [litellm.utils.json.loads(c.function.arguments) for c in calls]
    assert got == [c.arguments for c in TWO_CALLS]
    if not model.startswith("ollama"):
        assert [c.id for c in calls] == ["call_1", "call_2"]
    assert answer.choices[0].finish_reason == "tool_calls"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, "AuthenticationError"),
        (404, "NotFoundError"),
        (429, "RateLimitError"),
        (500, "InternalServerError"),
    ],
)
@pytest.mark.parametrize("model", MODELS[:2])
def test_an_error_status_becomes_litellms_error(
    litellm: Any, call: Any, endpoint: ProviderEndpoint, model: str, status: int, error: str
) -> None:
    endpoint.queue(Fail(status, retry_after=0))
    with pytest.raises(getattr(litellm, error)) as raised:
        call(model)
    if model.startswith("openai/"):
        assert (KEY in str(raised.value)) == (status == 401)
    assert len(endpoint.received) == 1


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/messages", "/api/chat", "/api/generate"])
def test_a_401_repeats_the_key_whatever_the_provider(endpoint: ProviderEndpoint, path: str) -> None:
    endpoint.queue(Fail(401))
    headers = {"Authorization": f"Bearer {KEY}"}
    request = urllib.request.Request(endpoint.url + path, b"{}", headers)
    with pytest.raises(urllib.error.HTTPError) as raised:
        urllib.request.urlopen(request)
    with raised.value as answer:
        assert f"Incorrect API key provided: {KEY}." in answer.read().decode()


def test_a_slow_answer_runs_into_the_time_out(litellm: Any, call: Any, endpoint: ProviderEndpoint) -> None:
    endpoint.queue(Say("Too late.", wait=30))
    with pytest.raises(litellm.Timeout):
        call(MODELS[0], timeout=0.2)


def test_a_gate_holds_the_rest_of_a_stream(call: Any, endpoint: ProviderEndpoint) -> None:
    gate = threading.Event()
    endpoint.queue(Say("First the rest", gate=gate))
    stream = iter(call(MODELS[0], stream=True))
    assert next(stream).choices[0].delta.content == "First "
    gate.set()
    assert text_of(stream) == "the rest"


@pytest.mark.parametrize("drop", [Drop(), Drop(after_pieces=2)])
def test_a_dropped_line_is_an_error_and_the_endpoint_lives(
    litellm: Any, call: Any, drop: Drop, endpoint: ProviderEndpoint
) -> None:
    endpoint.queue(drop)
    with pytest.raises(litellm.exceptions.openai.APIError):
        text_of(call(MODELS[0], stream=True))
    assert call(MODELS[0]).choices[0].message.content == "This is gpt-4o."


def test_look_ups_are_kept_apart_from_the_conversation(endpoint: ProviderEndpoint) -> None:
    # Asked directly, for the agent keeps LiteLLM from looking up, and may live in this process.
    request = urllib.request.Request(
        f"{endpoint.url}/api/show", b'{"name": "my-own"}', {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert b"4096" in answer.read()
    assert endpoint.received == []
    assert [r.path for r in endpoint.all_received] == ["/api/show"]
