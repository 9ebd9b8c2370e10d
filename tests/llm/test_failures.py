"""Why a model did not answer: the real host, the provider's words, and the command that helps in each interface."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest

from aloop_models.llm.failures import FailureKind, ModelError, host_of
from aloop_models.llm.litellm_adapter import LiteLLMAdapter, load_litellm
from aloop_models.llm.profile import ModelProfile
from support.agent import KEY
from support.provider_endpoint import Drop, Fail, ProviderEndpoint, Raw, Reply, Say
from support.provider_replies import events, openai_chunk

pytestmark = pytest.mark.filterwarnings("ignore")
ASK = [{"role": "user", "content": "Who are you?"}]
PAGE = Raw('{"detail": "Not Found"}', status=404)


async def failure(model: str, base: str | None, key: str | None = KEY, **fields: object) -> ModelError:
    adapter = LiteLLMAdapter(model, key, base, fields.pop("timeout", 60), back_off=(), **fields)  # type: ignore[arg-type]
    with pytest.raises(ModelError) as raised:
        await adapter.answer(ASK)
    assert KEY not in str(raised.value)
    return raised.value


def texts(error: ModelError, endpoint: ProviderEndpoint) -> tuple[str, str]:
    """The message for a shell and for the agent, with HOST for the endpoint."""
    host = endpoint.url.removeprefix("http://")
    return str(error).replace(host, "HOST"), error.message_for("/model").replace(host, "HOST")


@pytest.mark.parametrize(
    ("model", "key", "reply", "cause", "step"),
    [
        (
            "openai/x",
            KEY,
            Fail(401),
            "HOST rejected the API key of openai/x (401).",
            "Set another: COMMAND key openai/x",
        ),
        ("openai/x", None, Fail(401), "HOST requires an API key for openai/x (401).", "Set one: COMMAND key openai/x"),
        (
            "openai/x#work",
            KEY,
            Fail(401),
            "HOST rejected the API key of x (work) (401).",
            "Set another: COMMAND key openai/x#work",
        ),
        (
            "openai/x",
            KEY,
            Fail(403),
            "The API key of openai/x has no access to this model at HOST (403). "
            "Response: Your key may not use this model.",
            "Request access there, or use another model.",
        ),
        (
            "openai/x",
            KEY,
            Fail(404),
            "HOST does not have the model openai/x (404). Response: The model `x` does not exist.",
            "Check its ID and api_base.",
        ),
        (
            "ollama/qwen3:8b",
            None,
            Fail(404, message="model 'qwen3:8b' not found"),
            "HOST does not have the model ollama/qwen3:8b (404). Response: model 'qwen3:8b' not found.",
            "Download it: ollama pull qwen3:8b",
        ),
        (
            "ollama/hf.co/org/model-{x}",
            None,
            Fail(404, message='model "it" not found, try pulling it first'),
            "HOST does not have the model ollama/hf.co/org/model-{x} (404). "
            'Response: model "it" not found, try pulling it first.',
            "Download it: ollama pull hf.co/org/model-{x}",
        ),
        (
            "openai/x",
            KEY,
            Fail(429, message="Limit 30000 tokens per minute."),
            "Rate limited by HOST (openai/x). Response: Limit 30000 tokens per minute.",
            "Wait a moment, then try again.",
        ),
        (
            "openai/x",
            KEY,
            Fail(429, message="You exceeded your current quota."),
            "The account for openai/x at HOST has no credit or quota left (429). "
            "Response: You exceeded your current quota.",
            "Add credit there, or use another model.",
        ),
        (
            "openai/x",
            KEY,
            Fail(422, message="temperature is too high"),
            "HOST rejected the request to openai/x (422). Response: temperature is too high.",
            "Check the fields of its entry: COMMAND show openai/x",
        ),
    ],
)
async def test_each_message_names_the_host_the_cause_and_a_command(
    endpoint: ProviderEndpoint, model: str, key: str | None, reply: Reply, cause: str, step: str
) -> None:
    endpoint.answer = lambda _: reply
    base = endpoint.url if model.startswith("ollama") else endpoint.openai_url
    shell, agent = texts(await failure(model, base, key), endpoint)
    assert shell == f"{cause} {step.replace('COMMAND', 'aloop models')}"
    assert agent == f"{cause} {step.replace('COMMAND', '/model')}"


@pytest.mark.parametrize("body", ["", "{}", "[]", '{"error": {}}', "null", '""'])
@pytest.mark.parametrize("status", [400, 403, 408, 422, 500, 503])
@pytest.mark.parametrize("model", ["openai/x", "anthropic/x", "ollama/x"])
async def test_no_words_of_litellm_are_shown_as_the_response(
    endpoint: ProviderEndpoint, model: str, status: int, body: str
) -> None:
    endpoint.answer = lambda _: Raw(body, status=status)
    message = str(await failure(model, endpoint.openai_url if model == "openai/x" else endpoint.url))
    assert not [word for word in ("itellm", "Exception", "Error code", "Traceback", "''", "b'") if word in message]


async def test_a_missing_version_in_the_url(endpoint: ProviderEndpoint) -> None:
    endpoint.answer = lambda _: PAGE
    shell, agent = texts(await failure("openai/x", endpoint.url, None), endpoint)
    assert shell.endswith("If its API is at /v1: aloop models edit openai/x api_base=http://HOST/v1")
    assert agent.endswith("If its API is at /v1: /model edit openai/x api_base=http://HOST/v1")
    shell, _ = texts(await failure("hosted_vllm/x", f"{endpoint.url}/", None), endpoint)
    assert shell == (
        "HOST does not have the model hosted_vllm/x (404). Response: Not Found. "
        "If its API is at /v1: aloop models edit hosted_vllm/x api_base=http://HOST/v1"
    )
    shell, _ = texts(await failure("openai/x", endpoint.openai_url, None), endpoint)
    assert shell.endswith("Check its ID and api_base.")
    shell, _ = texts(await failure("anthropic/x", endpoint.url), endpoint)
    assert shell.endswith("Check its ID and api_base.")
    with_password = endpoint.url.replace("//", "//me:hunter2hunter2@")
    error = await failure("openai/x", with_password, None)
    assert "hunter2" not in str(error) + error.message_for("/model")


@pytest.mark.parametrize(
    ("model", "extra"),
    [
        ("openai/x", {"extra_headers": {"X-Token": KEY}}),
        ("anthropic/x", {}),
        ("ollama/x", {}),
    ],
)
@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_to_another_host_is_not_followed(
    endpoint: ProviderEndpoint, model: str, extra: dict[str, object], status: int
) -> None:
    """It would get the conversation, and each key that is not in the header `Authorization`."""
    with ProviderEndpoint() as other:
        moved = Raw("", status=status, headers=(("Location", f"{other.url}/v1/chat/completions"),))
        endpoint.answer = lambda _: moved
        error = await failure(model, endpoint.url, **extra)
        assert other.all_received == []
    here, there = endpoint.url.removeprefix("http://"), other.url.removeprefix("http://")
    assert (error.kind, error.status) == (FailureKind.REJECTED, status)
    assert str(error) == (
        f"{here} redirects requests to {there} ({status}), which were not sent there. "
        f"If you trust that host: aloop models edit {model} api_base=URL"
    )


async def test_a_redirect_within_the_host_is_followed(endpoint: ProviderEndpoint) -> None:
    moved = Raw("", status=307, headers=(("Location", "/v2/chat/completions"),))
    endpoint.answer = lambda request: moved if request.path.startswith("/v1/") else Say("Hello")
    answer = await LiteLLMAdapter("openai/x", KEY, endpoint.openai_url).answer(ASK)
    assert answer.text == "Hello"


@pytest.mark.parametrize("location", ["/v1/chat/completions", ""])
async def test_a_redirect_in_a_circle(endpoint: ProviderEndpoint, location: str) -> None:
    endpoint.answer = lambda _: Raw("", status=307, headers=(("Location", location),))
    shell, agent = texts(await failure("openai/x", endpoint.openai_url), endpoint)
    cause = "HOST redirects requests in a circle (307). Check its URL:"
    assert shell == f"{cause} aloop models edit openai/x api_base=URL"
    assert agent == f"{cause} /model edit openai/x api_base=URL"
    assert len(endpoint.received) == 4


@pytest.mark.parametrize("location", ["http://[", "http://me:PASSWORD@/v1", "file:///etc/passwd"])
async def test_an_odd_redirect(endpoint: ProviderEndpoint, location: str) -> None:
    endpoint.answer = lambda _: Raw("", status=307, headers=(("Location", location),))
    error = await failure("openai/x", endpoint.openai_url)
    assert error.kind is FailureKind.REJECTED
    assert "PASSWORD" not in str(error)


@pytest.mark.parametrize(
    ("model", "base", "said"),
    [
        (
            "ollama/qwen3",
            "http://127.0.0.1:9",
            "Cannot connect to 127.0.0.1:9 (ollama/qwen3). Start Ollama: ollama serve, or correct its URL: "
            "COMMAND edit ollama/qwen3 api_base=URL",
        ),
        (
            "openai/x",
            "http://127.0.0.1:9/v1",
            "Cannot connect to 127.0.0.1:9 (openai/x). Check that the server is running, and its URL: "
            "COMMAND edit openai/x api_base=URL",
        ),
        (
            "openai/x",
            "http://no-such-host.invalid/v1",
            "Cannot find the host no-such-host.invalid (openai/x). Check its URL: COMMAND edit openai/x api_base=URL",
        ),
    ],
)
async def test_what_to_do_without_a_connection(model: str, base: str, said: str) -> None:
    error = await failure(model, base, None)
    assert str(error) == said.replace("COMMAND", "aloop models")
    assert error.message_for("/model") == said.replace("COMMAND", "/model")


@pytest.mark.parametrize(
    ("model", "host"),
    [
        ("openai/gpt-4o", "api.openai.com"),
        ("anthropic/claude-sonnet-5-5", "api.anthropic.com"),
        ("groq/x", "api.groq.com"),
        ("ollama/x", "localhost:11434"),
        ("bedrock/x", "bedrock"),
        ("made_up/x", "made_up"),
    ],
)
def test_the_host_without_a_url_is_that_of_the_provider(model: str, host: str) -> None:
    assert host_of(ModelProfile(model)) == host


async def test_the_host_of_a_request_without_a_url(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name of the host is not resolved, so nothing is sent."""
    import socket

    def fail(host: object, *_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    load_litellm()
    monkeypatch.setattr(socket, "getaddrinfo", fail)
    assert str(await failure("openai/gpt-4o", None)) == (
        "Cannot find the host api.openai.com (openai/gpt-4o). Check the network."
    )


async def test_a_lost_connection_and_a_short_timeout(endpoint: ProviderEndpoint) -> None:
    endpoint.queue(Drop(after_pieces=2), events(openai_chunk({"reasoning_content": "Hm."}), openai_chunk({}, "length")))
    shell, agent = texts(await failure("openai/x", endpoint.openai_url), endpoint)
    assert shell == "The connection to HOST was lost while openai/x was answering. Try again."
    assert agent == "The connection to HOST was lost while openai/x was answering. /retry asks again."
    error = await failure("openai/x", endpoint.openai_url, max_tokens=2_000)
    assert error.message_for("/model").endswith("Increase max_tokens: /model edit openai/x max_tokens=8000")


@pytest.mark.parametrize("model", ["openai/x", "anthropic/x", "ollama/x"])
@pytest.mark.parametrize("reply", [Drop(), Raw("", headers=(("Content-Length", "99"),))], ids=["no status", "no body"])
async def test_a_connection_that_is_closed_without_a_response(
    endpoint: ProviderEndpoint, model: str, reply: Reply
) -> None:
    endpoint.answer = lambda _: reply
    error = await failure(model, endpoint.url)
    host = endpoint.url.removeprefix("http://")
    assert (error.kind, error.allows_fallback, error.short_reason) == (FailureKind.NO_RESPONSE, True, "no response")
    assert str(error) == (
        f"{host} did not send a complete HTTP response ({model}). Try again later, or use another model."
    )


async def test_the_timeout_of_a_server_is_not_that_of_the_entry(endpoint: ProviderEndpoint) -> None:
    endpoint.answer = lambda _: Fail(408, "The client was too slow.")
    error = await failure("openai/x", endpoint.openai_url)
    assert (error.kind, error.status, error.allows_fallback) == (FailureKind.SERVER, 408, True)
    assert "timeout=" not in str(error)


@pytest.mark.parametrize(
    ("value", "least", "most", "step"),
    [
        ("30", 30, 30, "Wait a moment, then try again."),
        ("3601", 3601, 3601, "Try again in 1 hour 1 minute, or use another model."),
        ("999999", 999_999, 999_999, "Try again in 11 days 13 hours 47 minutes, or use another model."),
        ("in 1 hour", 3590, 3600, "Try again in 1 hour, or use another model."),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0, 0, "Wait a moment, then try again."),
        ("soon", None, None, "Wait a moment, then try again."),
        ("-1", None, None, "Wait a moment, then try again."),
    ],
)
async def test_when_a_provider_permits_a_retry(
    endpoint: ProviderEndpoint, value: str, least: int | None, most: int | None, step: str
) -> None:
    date = format_datetime(datetime.now(timezone.utc) + timedelta(hours=1), usegmt=True)
    headers = (("Retry-After", date if value == "in 1 hour" else value),)
    endpoint.answer = lambda _: Raw('{"error": {"message": "Slow."}}', status=429, headers=headers)
    error = await failure("openai/x", endpoint.openai_url)
    assert str(error).endswith(f"Response: Slow. {step}")
    if least is None or most is None:
        assert error.retry_after is None
    else:
        assert error.retry_after is not None
        assert least <= error.retry_after <= most


@pytest.mark.parametrize(
    ("model", "answer"),
    [
        ("openai/x", {"choices": [{"message": {"role": "assistant", "content": "Hello"}}]}),
        ("anthropic/x", {"type": "message", "content": [{"type": "text", "text": "Hello"}]}),
    ],
)
async def test_an_answer_that_is_no_stream(endpoint: ProviderEndpoint, model: str, answer: object) -> None:
    endpoint.answer = lambda _: Raw(json.dumps(answer))
    host = endpoint.url.removeprefix("http://")
    error = await failure(model, endpoint.url)
    assert (error.kind, str(error)) == (
        FailureKind.EMPTY,
        f"{model} sent its answer in one piece instead of as a stream ({host}: HTTP 200, application/json). "
        "Enable streaming on that server, or use another model.",
    )


async def test_a_failed_request_has_its_time_and_usage(endpoint: ProviderEndpoint) -> None:
    endpoint.queue(Drop(after_pieces=2, text="First and the rest."), Fail(401))
    broken = await failure("openai/gpt-4o", endpoint.openai_url)
    assert broken.seconds is not None
    assert (broken.usage.output_tokens, broken.usage.is_estimated) == (2, True)
    assert broken.usage.input_tokens is not None
    expected = (broken.usage.input_tokens * 2.5 + 2 * 10) / 1e6
    assert broken.usage.cost == pytest.approx(expected)
    refused = await failure("openai/gpt-4o", endpoint.openai_url)
    assert (refused.usage.input_tokens, refused.usage.cost) == (None, None)
