"""LiteLLMAdapter through the real litellm: what is sent, to whom, with which key, and what becomes of failures."""

from __future__ import annotations

import asyncio
import codecs
import gzip
import json
import logging
import re
import sys
import threading
import traceback
import zlib
from pathlib import Path

import pytest

from aloop_models.catalog.redaction import MASK
from aloop_models.llm import litellm_adapter, response_record
from aloop_models.llm.answer import TOO_LONG, Answer, Usage
from aloop_models.llm.call_arguments import NO_KEY, arguments_of, secrets_of
from aloop_models.llm.environment import is_hidden
from aloop_models.llm.failures import FailureKind, ModelError
from aloop_models.llm.litellm_adapter import LiteLLMAdapter, load_litellm
from aloop_models.llm.profile import ModelProfile
from support.agent import KEY
from support.provider_endpoint import Drop, Fail, ProviderEndpoint, Raw, Reply, Say, ToolCall
from support.provider_replies import events, openai_chunk

pytestmark = pytest.mark.filterwarnings("ignore")

ASK = [{"role": "user", "content": "Who are you?"}]
TOOLS = [
    {"type": "function", "function": {"name": name, "description": "x", "parameters": {"type": "object"}}}
    for name in ("read_file", "list_files")
]
ROUTES = {
    "openai/gpt-4o": "/v1/chat/completions",
    "anthropic/claude-sonnet-4-5": "/v1/messages",
    "ollama/llama2": "/api/chat",
    "ollama_chat/llama2": "/api/chat",
    "azure/deployed": "/openai/deployments/deployed/chat/completions",
    "hosted_vllm/org/model": "/v1/chat/completions",
    "mistral/mistral-small": "/v1/chat/completions",
    "groq/llama": "/v1/chat/completions",
    "openrouter/a/b:free": "/v1/chat/completions",
    "huggingface/org/model": "/v1/chat/completions",
}
LEAKS = {
    "OPENAI_API_KEY": "sk-leak-openai",
    "OPENAI_ORGANIZATION": "org-leak",
    "OPENAI_ORG_ID": "org-leak",
    "OPENAI_PROJECT_ID": "proj-leak",
    "OPENAI_BASE_URL": "http://127.0.0.1:9/leak",
    "OPENAI_API_BASE": "http://127.0.0.1:9/leak",
    "OPENAI_CUSTOM_HEADERS": "X-Leak: leak",
    "ANTHROPIC_API_KEY": "sk-ant-leak",
    "ANTHROPIC_AUTH_TOKEN": "leak-token",
    "AZURE_API_KEY": "leak-azure",
    "AZURE_AD_TOKEN": "leak-ad",
    "OLLAMA_API_KEY": "leak-ollama",
    "OLLAMA_API_BASE": "http://127.0.0.1:9/leak",
    "HOSTED_VLLM_API_KEY": "leak-vllm",
    "MISTRAL_API_KEY": "leak-mistral",
    "GROQ_API_KEY": "leak-groq",
    "OPENROUTER_API_KEY": "leak-openrouter",
    "OR_SITE_URL": "http://leak",
    "HUGGINGFACE_API_KEY": "leak-hf",
    "HF_TOKEN": "leak-hf",
    "GEMINI_API_KEY": "leak-gemini",
    "USE_LITELLM_PROXY": "True",
    "LITELLM_PROXY_API_BASE": "http://127.0.0.1:9/leak",
    "LITELLM_LOG": "DEBUG",
}


def base_of(endpoint: ProviderEndpoint, model: str) -> str:
    return endpoint.openai_url if ROUTES[model].startswith("/v1/chat") else endpoint.url


def adapter_for(endpoint: ProviderEndpoint, model: str = "openai/gpt-4o", **fields: object) -> LiteLLMAdapter:
    given = {"api_key": KEY, "api_base": base_of(endpoint, model), "timeout": 10, "back_off": (0.0, 0.0)} | fields
    return LiteLLMAdapter(model, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("model", ROUTES)
async def test_every_route_streams_and_gets_the_entrys_key(endpoint: ProviderEndpoint, model: str) -> None:
    pieces: list[str] = []
    endpoint.queue(Say("One two three."))
    answer = await adapter_for(endpoint, model).answer(ASK, on_text=pieces.append)
    assert (answer.text, pieces) == ("One two three.", ["One ", "two ", "three."])
    assert (answer.model_id, answer.usage.input_tokens, answer.usage.output_tokens) == (model, 11, 7)
    assert answer.first_token is not None
    assert 0 < answer.first_token <= answer.seconds
    assert (endpoint.last.path, endpoint.last.key) == (ROUTES[model], KEY)


async def test_tokens_that_the_provider_does_not_count_are_estimated(
    endpoint: ProviderEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokenizer = "litellm.litellm_core_utils.default_encoding"
    monkeypatch.delitem(sys.modules, tokenizer, raising=False)
    endpoint.queue(events(openai_chunk({"content": "Eight letters and more. "}), openai_chunk({}, "stop")))
    answer = await adapter_for(endpoint).answer([{"role": "user", "content": "x" * 370}])
    sent = len('{"role": "user", "content": ""}') + 370
    assert answer.text == "Eight letters and more. "
    assert answer.usage == Usage(sent // 4, 24 // 4, sent // 4 * 2.5e-6 + 24 // 4 * 1e-5, is_estimated=True)
    assert tokenizer not in sys.modules


@pytest.mark.parametrize(
    "implausible",
    [
        {"prompt_tokens": 10**400},
        {"prompt_tokens": 10**9 + 1},
        {"prompt_tokens": -5, "completion_tokens": -7},
        {"completion_tokens": -1},
        {"prompt_tokens_details": {"cached_tokens": -100_000}},
        {"completion_tokens_details": {"reasoning_tokens": -3}},
        {"cost": 1e300},
    ],
)
async def test_implausible_counts_of_a_provider_are_replaced_by_an_estimate(
    endpoint: ProviderEndpoint, implausible: dict[str, object]
) -> None:
    usage = {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4} | implausible
    endpoint.queue(events(openai_chunk({"content": "Hello"}), openai_chunk({}, "stop", usage=usage)))
    answer = await adapter_for(endpoint).answer(ASK)
    sent, received = len('{"role": "user", "content": "Who are you?"}') // 4 + 1, 1
    assert answer.text == "Hello"
    assert answer.usage == Usage(sent, received, (sent * 2.5 + received * 10) / 1e6, is_estimated=True)


@pytest.mark.parametrize("model", ROUTES)
async def test_a_label_is_not_sent(endpoint: ProviderEndpoint, model: str) -> None:
    labelled = f"{model}#work"
    adapter = adapter_for(endpoint, model)
    plain = await adapter.answer(ASK)
    sent = endpoint.last
    answer = await adapter.answer(ASK, profile=ModelProfile(labelled, "", KEY, base_of(endpoint, model), 10))
    assert (endpoint.last.path, endpoint.last.key, endpoint.last.body) == (sent.path, sent.key, sent.body)
    assert (answer.model_id, answer.usage) == (labelled, plain.usage)


@pytest.mark.parametrize("model", ROUTES)
async def test_nothing_of_the_environment_reaches_a_foreign_address(
    endpoint: ProviderEndpoint, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in LEAKS.items():
        monkeypatch.setenv(name, value)
    await adapter_for(endpoint, model, api_key=None).answer(ASK)
    assert endpoint.last.key == NO_KEY
    sent = " ".join(str((request.headers, request.body)) for request in endpoint.all_received)
    assert "leak" not in sent


def test_whatever_litellm_reads_as_a_key_or_an_address_is_hidden() -> None:
    read = re.compile(r"""(?:get_secret(?:_str|_bool)?|getenv|environ\.get)\(\s*["']([A-Za-z_0-9]+)["']""")
    package = Path(load_litellm().__file__).parent
    names: set[str] = set()
    for folder in ("llms", "litellm_core_utils", "responses", "secret_managers"):
        for path in (package / folder).rglob("*.py"):
            names |= set(read.findall(path.read_text(encoding="utf-8")))
    for name in ("main.py", "utils.py", "__init__.py", "_logging.py"):
        names |= set(read.findall((package / name).read_text(encoding="utf-8")))
    telling = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|JWT|CREDENTIAL|API_BASE|BASE_URL|ORGANIZATION|ORG_ID|HEADERS")
    shown = {name for name in names if telling.search(name) and not is_hidden(name)}
    of_the_machine = re.compile(
        r"AWS_|GOOGLE_|HCP_VAULT_|CYBERARK_|CUSTOM_TIKTOKEN|ACTIONS_ID_TOKEN_REQUEST_URL|CIRCLE_"
    )
    assert len(names) > 200
    assert {name for name in shown if not of_the_machine.match(name)} == set()
    assert is_hidden("AWS_BEARER_TOKEN_BEDROCK")
    assert not is_hidden("AWS_PROFILE")
    assert not is_hidden("HTTPS_PROXY")
    assert not is_hidden("PATH")


async def test_all_fields_of_the_schema_are_passed_on_and_no_others(endpoint: ProviderEndpoint) -> None:
    fields = {"temperature": 0.5, "seed": 3, "top_p": 0.9, "max_tokens": 50, "organization": "org-1"}
    unknown = {"surprise": 1, "mock_response": "no", "fallbacks": ["openai/x"], "callbacks": ["y"]}
    await adapter_for(endpoint, **fields, extra_headers={"X-Team": "blue"}, **unknown).answer(ASK)
    body = endpoint.last.body
    assert {name: body[name] for name in ("temperature", "seed", "top_p", "max_tokens")} == {
        name: fields[name] for name in ("temperature", "seed", "top_p", "max_tokens")
    }
    assert endpoint.last.headers["x-team"] == "blue"
    assert endpoint.last.headers["openai-organization"] == "org-1"
    assert not set(unknown) & set(body)
    assert len(endpoint.received) == 1


async def test_fields_of_another_provider_are_not_sent(endpoint: ProviderEndpoint) -> None:
    others = {"azure_ad_token": "a", "zen_api_key": "b", "oci_key": "c", "gigachat_access_token": "d", "token": "e"}
    more = {"num_gpu": 1, "guardrailConfig": {"guardrailVersion": "1"}}
    for model in ("openai/gpt-4o", "anthropic/claude-sonnet-4-5"):
        await adapter_for(endpoint, model, **others, **more).answer(ASK)
        assert not {*others, *more} & set(endpoint.last.body)


async def test_drop_params_decides_what_happens_to_a_parameter_the_model_does_not_take(
    endpoint: ProviderEndpoint,
) -> None:
    anthropic = "anthropic/claude-sonnet-4-5"
    await adapter_for(endpoint, anthropic, seed=3).answer(ASK)
    assert "seed" not in endpoint.last.body
    with pytest.raises(ModelError) as raised:
        await adapter_for(endpoint, anthropic, seed=3, drop_params=False).answer(ASK)
    assert raised.value.kind is FailureKind.NOT_SUPPORTED
    assert len(endpoint.received) == 1


@pytest.mark.parametrize("value", ["os.environ/AWS_SECRET_ACCESS_KEY", "oidc/file//etc/passwd", " os.environ/HOME"])
@pytest.mark.parametrize("field", ["api_key", "organization", "extra_headers"])
async def test_a_reference_to_the_environment_is_never_followed(
    endpoint: ProviderEndpoint, field: str, value: str
) -> None:
    given: object = {"X-A": value} if field == "extra_headers" else value
    with pytest.raises(ModelError, match=f"{field} of openai/gpt-4o is a reference, and references are not expanded"):
        await adapter_for(endpoint, **{field: given}).answer(ASK)
    assert endpoint.all_received == []


@pytest.mark.parametrize(
    ("model", "extra", "named"),
    [
        ("bedrock/agentcore/arn:aws:a:hostile.example/:1:r", {}, "The ID"),
        ("bedrock/x", {"model_id": "arn:aws:bedrock:hostile.example/:1:r"}, "model_id"),
        ("bedrock/x", {"aws_region_name": "hostile.example/#"}, "aws_region_name"),
        ("vertex_ai/x", {"vertex_location": "a@hostile"}, "vertex_location"),
        ("oci/x", {"oci_region": "hostile.example/"}, "oci_region"),
    ],
)
def test_a_region_that_is_a_host_is_never_sent(model: str, extra: dict[str, object], named: str) -> None:
    with pytest.raises(ModelError, match=rf"^{named} of {model} is not valid\. Fix its entry in models\.yaml\."):
        arguments_of(ModelProfile(model, extra=extra))


def test_a_key_with_the_path_of_a_local_file_is_never_sent() -> None:
    with pytest.raises(ModelError, match=r"^api_key of sap/x contains key_file_path, and local files are not read"):
        arguments_of(ModelProfile("sap/x", api_key='{"clientid": "a", "key_file_path": "/home/me/key.pem"}'))


@pytest.mark.parametrize("key", [None, "", "sk-a", "{}", '{"clientid": "a", "clientsecret": "b"'])
def test_a_key_without_credentials_is_never_sent(key: str | None) -> None:
    """LiteLLM would use the credentials of SAP in the environment."""
    with pytest.raises(ModelError, match=r"^api_key of sap/x is not a JSON key with credentials\. Paste the whole"):
        arguments_of(ModelProfile("sap/x", api_key=key))


def test_a_stand_in_key_never_replaces_other_credentials() -> None:
    def key_of(model: str, **extra: object) -> object:
        return arguments_of(ModelProfile(model, extra=extra))["api_key"]

    assert key_of("openai/x") == NO_KEY
    assert key_of("made_up/x") == NO_KEY
    assert key_of("openai/x", token="t") == NO_KEY
    assert key_of("watsonx/x", token="t") is None
    assert key_of("bedrock/anthropic.claude") is None
    assert key_of("vertex_ai/gemini-2.5-pro") is None
    assert key_of("azure/x", azure_ad_token="t0ken") is None
    assert key_of("openai/x", extra_headers={"A": "b"}) == NO_KEY


@pytest.mark.parametrize("model", list(ROUTES)[:4])
async def test_parallel_tool_calls_arrive_whole(endpoint: ProviderEndpoint, model: str) -> None:
    calls = (ToolCall("read_file", {"path": "a b"}, "call_1"), ToolCall("list_files", {"path": "."}, "call_2"))
    endpoint.queue(Say("Let me look.", tool_calls=calls))
    answer = await adapter_for(endpoint, model).answer(ASK, TOOLS)
    assert [(call.name, call.arguments) for call in answer.tool_calls] == [(c.name, c.arguments) for c in calls]
    assert answer.message["role"] == "assistant"
    assert [call["function"]["name"] for call in answer.message["tool_calls"]] == ["read_file", "list_files"]
    assert len({call.id for call in answer.tool_calls}) == 2


def piece(text: str, index: int | None = 0, **more: object) -> dict[str, object]:
    """One piece of a tool call; the first has a name."""
    name = {"name": "read_file"} if text.startswith("{") else {}
    return {"type": "function", "function": {"arguments": text, **name}, "index": index, **more}


@pytest.mark.parametrize(
    ("pieces", "calls"),
    [
        ([piece('{"a":'), piece("1}")], [("call_0", {"a": 1})]),
        ([piece('{"a":1}', id=""), piece('{"b":2}', 1, id=None)], [("call_0", {"a": 1}), ("call_1", {"b": 2})]),
        ([piece('{"a":', id="x"), piece("1}", id="y")], [("x", {"a": 1})]),
        ([piece('{"a":', id="x"), piece("1}", id="x"), piece('{"b":2}', id="y")], [("x", {"a": 1}), ("y", {"b": 2})]),
        ([piece('{"a":1}', None, id="x"), piece('{"b":2}', None, id="y")], [("x", {"a": 1}), ("y", {"b": 2})]),
        ([piece('{"b":2}', 1, id="y"), piece('{"a":1}', 0, id="x")], [("y", {"b": 2}), ("x", {"a": 1})]),
    ],
)
async def test_tool_calls_with_odd_numbers_and_ids_arrive_whole(
    endpoint: ProviderEndpoint, pieces: list[object], calls: list[object]
) -> None:
    """Some servers send no ID, another ID with each piece, or the same index for all calls."""
    chunks = [openai_chunk({"tool_calls": [item]}) for item in pieces]
    endpoint.queue(events(*chunks, openai_chunk({}, "tool_calls")))
    answer = await adapter_for(endpoint).answer(ASK, TOOLS)
    assert [(call.id, call.arguments) for call in answer.tool_calls] == calls
    assert {call.name for call in answer.tool_calls} == {"read_file"}


async def test_usage_and_cost_are_litellms(endpoint: ProviderEndpoint) -> None:
    known = await adapter_for(endpoint).answer(ASK)
    assert known.usage.cost == pytest.approx((11 * 2.5 + 7 * 10) / 1e6)
    unknown = await LiteLLMAdapter("openai/my-own", None, endpoint.openai_url).answer(ASK)
    assert unknown.usage.cost is None


FAILURES = [
    (Fail(401), FailureKind.WRONG_KEY, 1),
    (Fail(403), FailureKind.FORBIDDEN, 1),
    (Fail(404), FailureKind.UNKNOWN_MODEL, 1),
    (Fail(400, message=f"Bad key {KEY} here"), FailureKind.REJECTED, 1),
    (Fail(429, retry_after=0), FailureKind.RATE_LIMIT, 3),
    (Fail(429, message="You exceeded your current quota"), FailureKind.QUOTA, 1),
    (Fail(500), FailureKind.SERVER, 3),
    (Fail(529), FailureKind.SERVER, 3),
    (Fail(400, message="This model's maximum context length is 8 tokens"), FailureKind.TOO_LONG, 1),
    (Fail(400, message="llama2 does not support tools"), FailureKind.NO_TOOLS, 1),
]


@pytest.mark.parametrize("model", ["openai/gpt-4o", "anthropic/claude-sonnet-4-5", "ollama/llama2"])
@pytest.mark.parametrize(("reply", "kind", "requests"), FAILURES)
async def test_each_failure_is_one_clear_message_without_the_key(
    endpoint: ProviderEndpoint,
    model: str,
    reply: Fail,
    kind: FailureKind,
    requests: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    notices: list[str] = []
    endpoint.answer = lambda _: reply
    with caplog.at_level(logging.DEBUG), pytest.raises(ModelError) as raised:
        await adapter_for(endpoint, model).answer(ASK, on_notice=notices.append)
    failure = raised.value
    assert failure.kind is kind
    assert (len(endpoint.received), len(notices)) == (requests, requests - 1)
    assert all("Retrying in 0 s" in notice for notice in notices)
    whole = "".join(traceback.format_exception(failure))
    chain = (failure.__cause__, failure.__context__)
    assert chain == (None, None)
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert KEY not in "".join((str(failure), repr(failure), whole, *notices, logged))
    assert "\n" not in str(failure)
    assert model in str(failure)


def anthropic_error(kind: str) -> Raw:
    error = {"type": "error", "error": {"type": kind, "message": "Sorry."}}
    return Raw(f"event: error\ndata: {json.dumps(error)}\n\n", "text/event-stream")


@pytest.mark.parametrize(
    ("model", "reply", "kind", "status", "requests"),
    [
        ("anthropic/claude-sonnet-4-5", anthropic_error("overloaded_error"), FailureKind.SERVER, 529, 3),
        ("anthropic/claude-sonnet-4-5", anthropic_error("rate_limit_error"), FailureKind.RATE_LIMIT, 429, 3),
        ("anthropic/claude-sonnet-4-5", anthropic_error("authentication_error"), FailureKind.WRONG_KEY, 401, 1),
        ("openai/gpt-4o", events({"error": {"message": "Slow.", "code": 429}}), FailureKind.RATE_LIMIT, 429, 3),
        ("openai/gpt-4o", events({"error": {"message": "Wait.", "code": "503"}}), FailureKind.SERVER, 503, 3),
        ("openai/gpt-4o", events({"error": {"type": "server_error", "code": None}}), FailureKind.SERVER, 500, 3),
        (
            "openai/gpt-4o",
            events({"error": {"type": "requests", "code": "insufficient_quota"}}),
            FailureKind.QUOTA,
            402,
            1,
        ),
        ("openai/gpt-4o", Raw('{"error": {"message": "Slow.", "code": 429}}'), FailureKind.RATE_LIMIT, 429, 3),
    ],
)
async def test_an_error_in_a_successful_response_counts_as_its_status(
    endpoint: ProviderEndpoint, model: str, reply: Reply, kind: FailureKind, status: int, requests: int
) -> None:
    endpoint.answer = lambda _: reply
    with pytest.raises(ModelError) as raised:
        await adapter_for(endpoint, model).answer(ASK)
    assert (raised.value.kind, raised.value.status) == (kind, status)
    assert len(endpoint.received) == requests
    assert raised.value.allows_fallback is (requests == 3)


@pytest.mark.parametrize(
    ("last", "said"),
    [
        ({"error": {"message": f"Overloaded {KEY}", "code": 500}}, "HOST stopped the answer of openai/gpt-4o."),
        ("{no json", "HOST did not send the whole answer of openai/gpt-4o."),
    ],
)
async def test_why_an_answer_ended_after_its_first_words(endpoint: ProviderEndpoint, last: object, said: str) -> None:
    endpoint.queue(events(openai_chunk({"content": "Half"}), last))
    with pytest.raises(ModelError) as raised:
        await adapter_for(endpoint).answer(ASK)
    message = raised.value.message.replace(endpoint.url.removeprefix("http://"), "HOST")
    assert (raised.value.kind, message) == (FailureKind.BROKEN_OFF, f"{said} Try again.")


async def test_a_retry_that_is_answered_is_an_answer(endpoint: ProviderEndpoint) -> None:
    endpoint.queue(Fail(500), Say("At last."))
    assert (await adapter_for(endpoint).answer(ASK)).text == "At last."


async def test_a_wait_of_minutes_is_not_waited(endpoint: ProviderEndpoint) -> None:
    endpoint.queue(Fail(429, retry_after=3600))
    with pytest.raises(ModelError) as raised:
        await adapter_for(endpoint).answer(ASK)
    assert (raised.value.retry_after, len(endpoint.received)) == (3600, 1)


@pytest.mark.parametrize(
    ("base", "kind"),
    [
        ("http://127.0.0.1:9/v1", FailureKind.NO_CONNECTION),
        ("http://no-such-host.invalid/v1", FailureKind.NAME_NOT_FOUND),
        ("https", FailureKind.TLS),
    ],
)
async def test_what_stands_in_the_way_of_a_connection_is_told_apart(
    endpoint: ProviderEndpoint, base: str, kind: FailureKind
) -> None:
    base = endpoint.openai_url.replace("http:", "https:") if base == "https" else base
    with pytest.raises(ModelError) as raised:
        await adapter_for(endpoint, api_base=base).answer(ASK)
    assert raised.value.kind is kind


async def test_the_time_out_bounds_the_whole_request(endpoint: ProviderEndpoint) -> None:
    late, slow = Say("Late.", wait=30), Say("a b c d e f g h i j", pace=0.2)
    for reply, said in ((late, "answer"), (slow, "finish its answer")):
        endpoint.queue(reply)
        with pytest.raises(ModelError, match=rf"openai/gpt-4o did not {said} within 0\.5 seconds"):
            await adapter_for(endpoint, timeout=0.5).answer(ASK)
    assert len(endpoint.received) == 2


@pytest.mark.parametrize(("model", "pieces"), [("openai/gpt-4o", 3), ("anthropic/claude-sonnet-4-5", 4)])
async def test_an_answer_is_complete_although_its_connection_stays_open(
    endpoint: ProviderEndpoint, model: str, pieces: int
) -> None:
    said: list[str] = []
    endpoint.queue(Say("One two.", gate=threading.Event(), gate_after=pieces))
    answer = await adapter_for(endpoint, model, timeout=60).answer(ASK, on_text=said.append)
    assert (answer.text, "".join(said), answer.finish) == ("One two.", "One two.", "stop")
    assert (answer.usage.input_tokens, answer.usage.output_tokens, answer.usage.is_estimated) == (11, 7, False)


async def test_a_pause_before_the_finish_reason_is_no_end(endpoint: ProviderEndpoint) -> None:
    endpoint.queue(Say("One two three.", pace=1.5))
    assert (await adapter_for(endpoint).answer(ASK)).text == "One two three."


@pytest.mark.parametrize(
    "last",
    [
        openai_chunk({}, "length", usage={"prompt_tokens": 1.5, "completion_tokens": 2, "total_tokens": 3.5}),
        '{"choices": [], "usage": {"prompt_tokens": NaN, "completion_tokens": Infinity}}',
        {"choices": [], "usage": {"completion_tokens_details": {"reasoning_tokens": "x"}}},
        {"choices": [], "usage": "many"},
        {"error": {"message": "Overloaded.", "code": 500}},
        "{no json",
    ],
    ids=str,
)
async def test_what_cannot_be_read_after_an_answer_does_not_change_it(endpoint: ProviderEndpoint, last: object) -> None:
    end = () if isinstance(last, dict) and last.get("id") else (openai_chunk({}, "length"),)
    endpoint.queue(events(openai_chunk({"content": "Half"}), *end, last))
    answer = await adapter_for(endpoint).answer(ASK)
    assert (answer.text, answer.finish, answer.usage.is_estimated) == ("Half", "length", True)
    assert len(endpoint.received) == 1


async def test_a_byte_order_mark_is_no_part_of_an_answer(endpoint: ProviderEndpoint) -> None:
    stream = events(openai_chunk({"content": "One "}), openai_chunk({"content": "two."}), openai_chunk({}, "stop"))
    endpoint.queue(Raw(codecs.BOM_UTF8 + stream.data, stream.content_type))
    assert (await adapter_for(endpoint).answer(ASK)).text == "One two."


async def test_a_line_that_goes_dead_in_an_answer_is_not_tried_again(endpoint: ProviderEndpoint) -> None:
    endpoint.queue(Drop(after_pieces=2))
    with pytest.raises(ModelError) as raised:
        await adapter_for(endpoint).answer(ASK)
    assert (raised.value.kind, len(endpoint.received)) == (FailureKind.BROKEN_OFF, 1)


async def test_a_cancelled_request_ends_at_once(endpoint: ProviderEndpoint) -> None:
    gate, came = threading.Event(), asyncio.Event()
    endpoint.queue(Say("First the rest", gate=gate))
    task = asyncio.create_task(adapter_for(endpoint).answer(ASK, on_text=lambda _: came.set()))
    await asyncio.wait_for(came.wait(), 60)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 60)
    gate.set()


async def test_an_error_of_the_receiver_ends_the_request_and_is_raised(
    endpoint: ProviderEndpoint, capfd: pytest.CaptureFixture[str]
) -> None:
    endpoint.queue(Say("The first words of an answer."))
    heard = list[str]()

    def receive(piece: str) -> None:
        heard.append(piece)
        raise AttributeError("no stream")

    with pytest.raises(AttributeError, match=r"^no stream$"):
        await adapter_for(endpoint).answer(ASK, on_text=receive)
    assert heard == ["The "]
    assert capfd.readouterr() == ("", "")


def test_one_object_asks_the_profile_anew_at_each_call(endpoint: ProviderEndpoint) -> None:
    profiles = [
        ModelProfile("openai/one", "", KEY, endpoint.openai_url),
        ModelProfile("anthropic/two", "", "another-key-0815", endpoint.url),
    ]
    adapter = LiteLLMAdapter(profile=lambda: profiles[0])
    answers: list[Answer] = [adapter.complete(ASK)]
    assert adapter.model == "openai/one"
    profiles.reverse()
    answers.append(adapter.complete(ASK))
    assert [answer.text for answer in answers] == ["This is one.", "This is two."]
    assert [request.key for request in endpoint.received] == [KEY, "another-key-0815"]
    assert KEY not in repr(adapter)
    assert "another-key" not in repr(adapter)


async def test_a_key_with_escapes_in_the_arguments_of_a_call_is_masked(endpoint: ProviderEndpoint) -> None:
    """A provider knows its key; JSON can write each of its letters as an escape."""
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in KEY)
    head = {"index": 0, "id": "1", "type": "function", "function": {"name": "read_file", "arguments": ""}}
    arguments = f'{{"path": "{escaped}", "line": 5}}'
    endpoint.queue(
        events(
            openai_chunk({"role": "assistant", "tool_calls": [head]}),
            openai_chunk({"tool_calls": [{"index": 0, "function": {"arguments": arguments}}]}),
            openai_chunk({}, finish="tool_calls"),
        )
    )
    answer = await adapter_for(endpoint).answer(ASK)
    (call,) = answer.tool_calls
    assert call.arguments == {"path": MASK, "line": 5}
    (sent,) = answer.message["tool_calls"]
    assert json.loads(sent["function"]["arguments"]) == {"path": MASK, "line": 5}


def test_every_secret_field_counts_as_secret() -> None:
    extra = {"extra_headers": {"A": "header-secret"}, "azure_ad_token": "ad-secret", "seed": 3, "organization": "org-1"}
    assert secrets_of(ModelProfile("azure/x", api_key=KEY, extra=extra)) == (KEY, "header-secret", "ad-secret")


EMPTY = {
    "json_error": (
        Raw('{"error": {"message": "Overloaded, try later", "type": "x"}}'),
        "application/json",
        "try later.",
    ),
    "json_error_text": (Raw('{"error": "overloaded"}'), "application/json", "Response: overloaded."),
    "json_detail": (Raw('{"detail": [{"msg": "Not authenticated"}]}'), "application/json", "Not authenticated."),
    "html": (
        Raw("<title>Log in</title><script>x()</script><p>Proxy", "text/html; charset=x"),
        "text/html",
        "Log in Proxy.",
    ),
    "text": (Raw("hello there", "text/plain"), "text/plain", "Response: hello there."),
    "nothing": (Raw(""), "application/json, empty body", ""),
    "null": (Raw("null"), "application/json", ""),
    "object": (Raw("{}"), "application/json", ""),
    "empty_stream": (Raw("", "text/event-stream"), "text/event-stream, empty body", ""),
    "only_done": (events(), "text/event-stream", ""),
    "empty_content": (Say(""), "text/event-stream", ""),
    "blank_content": (Say(" \n"), "text/event-stream", ""),
    "invisible_content": (Say("\u200b\ufeff\n"), "text/event-stream", ""),
    "null_content": (events(openai_chunk({"content": None}), openai_chunk({}, "stop")), "text/event-stream", ""),
    "no_finish": (events(openai_chunk({"role": "assistant"})), "text/event-stream", ""),
    "no_choices": (events({**openai_chunk({}), "choices": []}), "text/event-stream", ""),
    "no_tool_calls": (
        events(openai_chunk({"tool_calls": []}), openai_chunk({}, "tool_calls")),
        "text/event-stream",
        "",
    ),
    "error_event": (events({"error": {"message": "boom happened"}}), "text/event-stream", "Response: boom happened."),
    "no_json_event": (events("{no json"), "text/event-stream", ""),
    "no_content": (Raw("", status=204), "HTTP 204, application/json, empty body", ""),
}


@pytest.mark.parametrize("name", EMPTY)
@pytest.mark.parametrize(
    "model", ["openai/gpt-4o", "anthropic/claude-sonnet-4-5", "ollama/llama2", "hosted_vllm/org/model"]
)
async def test_a_success_without_an_answer_is_a_failure_that_quotes_it(
    endpoint: ProviderEndpoint, name: str, model: str
) -> None:
    reply, kind, words = EMPTY[name]
    endpoint.answer = lambda _: reply
    with pytest.raises(ModelError) as raised:
        await adapter_for(endpoint, model).answer(ASK)
    failure = raised.value
    if name.endswith("content") and model.startswith("ollama"):
        kind = kind.replace("text/event-stream", "application/x-ndjson") if isinstance(reply, Say) else kind
    assert failure.kind is FailureKind.EMPTY
    assert failure.message.startswith(model)
    assert f"({endpoint.url.removeprefix('http://')}: HTTP 20" in failure.message
    assert f"{kind})." in failure.message
    assert words in failure.message
    assert failure.message.endswith("Check api_base in its entry. Then try again.")
    assert "\n" not in failure.message
    assert len(endpoint.received) == 1


@pytest.mark.parametrize(
    ("reply", "kind", "said"),
    [
        (
            events(openai_chunk({"reasoning_content": "Hm."}), openai_chunk({}, "stop")),
            FailureKind.EMPTY,
            "openai/gpt-4o sent only reasoning and no answer (",
        ),
        (
            events(openai_chunk({"reasoning_content": "Hm."}), openai_chunk({}, "length")),
            FailureKind.MAX_TOKENS,
            "Increase max_tokens: ",
        ),
        (
            events(openai_chunk({"content": ""}), openai_chunk({}, "content_filter")),
            FailureKind.REFUSED,
            "The provider's content filter blocked the answer of openai/gpt-4o",
        ),
        (
            events(openai_chunk({"refusal": "I can"}), openai_chunk({"refusal": "not."}), openai_chunk({}, "stop")),
            FailureKind.REFUSED,
            "Response: I cannot. Rephrase the question",
        ),
        (
            events(openai_chunk({"content": "Half"}), {"error": {"message": "boom", "code": 500}}),
            FailureKind.BROKEN_OFF,
            " stopped the answer of openai/gpt-4o. Response: boom. Try again.",
        ),
    ],
)
async def test_why_an_answer_has_no_text_is_told_apart(
    endpoint: ProviderEndpoint, reply: Reply, kind: FailureKind, said: str
) -> None:
    endpoint.answer = lambda _: reply
    with pytest.raises(ModelError) as raised:
        await adapter_for(endpoint).answer(ASK)
    assert raised.value.kind is kind
    assert said in raised.value.message


@pytest.mark.parametrize(
    "delta",
    [
        {"tool_calls": {"a": 1}},
        {"tool_calls": "abc"},
        {"tool_calls": ["x", None, 5]},
        {"tool_calls": [{"index": 0, "id": 5, "function": {"name": {"a": 1}, "arguments": [1]}}]},
        {"tool_calls": [{"index": 0, "id": "c", "function": "read_file"}]},
        {"reasoning_content": 5},
        {"reasoning_content": {"a": 1}},
        {"content": 5},
        {"content": [{"type": "text", "text": "A"}]},
    ],
    ids=str,
)
async def test_a_field_of_a_wrong_type_is_a_failure_of_the_model(endpoint: ProviderEndpoint, delta: object) -> None:
    endpoint.queue(events(openai_chunk(delta), openai_chunk({}, "stop")))
    with pytest.raises(ModelError) as raised:
        await adapter_for(endpoint).answer(ASK)
    assert raised.value.kind is FailureKind.EMPTY


async def test_what_an_empty_answer_quotes_is_short_and_has_no_key(endpoint: ProviderEndpoint) -> None:
    endpoint.queue(Raw(f"Your key {KEY} is bad", "text/plain"), Raw("x " * 50_000, "text/plain"))
    for _ in range(2):
        with pytest.raises(ModelError) as raised:
            await adapter_for(endpoint).answer(ASK)
        assert KEY not in raised.value.message
        assert len(raised.value.message) < 400


PIECES = events(
    *(openai_chunk({"content": f"piece {number:04} "}) for number in range(2_000)), openai_chunk({}, "stop")
)
ONE_PIECE = events(openai_chunk({"content": "0123456789" * 2_000}))
THOUGHTS = events(*(openai_chunk({"reasoning_content": "Hm. "}) for _ in range(2_000)))
ENDLESS_LINE = Raw(
    events(openai_chunk({"content": "Hello"})).data[:-14] + b"data: " + b"x" * 200_000, "text/event-stream"
)


@pytest.mark.parametrize("reply", [PIECES, ONE_PIECE], ids=["pieces", "one piece"])
async def test_an_answer_without_end_is_stopped_and_what_came_is_kept(
    endpoint: ProviderEndpoint, reply: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(litellm_adapter, "MAX_ANSWER", 1_000)
    endpoint.queue(reply)
    heard: list[str] = []
    answer = await adapter_for(endpoint).answer(ASK, on_text=heard.append)
    assert answer.finish == TOO_LONG
    assert answer.text == "".join(heard)
    assert 985 <= len(answer.text) <= 1_000
    assert answer.text[:10] in ("piece 0000", "0123456789")
    assert answer.message == {"role": "assistant", "content": answer.text}
    assert len(endpoint.received) == 1


async def test_a_key_at_the_limit_is_not_shown_in_part(
    endpoint: ProviderEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(litellm_adapter, "MAX_ANSWER", 100 + len(KEY) // 2)
    endpoint.queue(events(openai_chunk({"content": "x" * 100 + KEY})))
    assert (await adapter_for(endpoint).answer(ASK)).text == "x" * 100


async def test_a_line_without_end_is_stopped(endpoint: ProviderEndpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(response_record, "MAX_UNREAD", 50_000)
    endpoint.queue(ENDLESS_LINE)
    answer = await adapter_for(endpoint).answer(ASK)
    assert (answer.text, answer.finish) == ("Hello", TOO_LONG)


@pytest.mark.parametrize(
    "reply",
    [
        THOUGHTS,
        Raw(b"data: " + b"x" * 200_000, "text/event-stream"),
        Raw(b": wait\n\n" * 20_000, "text/event-stream"),
        Raw(b'{"choices": [' + b" " * 200_000),
        Raw(gzip.compress(b"data: " + b"x" * 9_000_000), "text/event-stream", headers=(("Content-Encoding", "gzip"),)),
    ],
    ids=["reasoning", "line", "comments", "JSON", "compressed"],
)
async def test_a_response_without_end_and_without_text_is_a_failure(
    endpoint: ProviderEndpoint, reply: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(response_record, "MAX_UNREAD", 50_000)
    monkeypatch.setattr(litellm_adapter, "MAX_ANSWER", 1_000)
    endpoint.queue(reply)
    with pytest.raises(ModelError) as raised:
        await adapter_for(endpoint).answer(ASK)
    host = endpoint.url.removeprefix("http://")
    assert raised.value.message == (
        f"{host} sent a response without end instead of an answer of openai/gpt-4o. The request was stopped. "
        "Check api_base and the model."
    )
    assert len(endpoint.received) == 1


async def test_pieces_with_large_parts_without_text_are_stopped_too(
    endpoint: ProviderEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(response_record, "MAX_RECEIVED", 500_000)
    audio = {"content": "a", "audio": {"id": "x", "data": "b" * 10_000}}
    endpoint.queue(events(openai_chunk({"content": "Hello"}), *(openai_chunk(audio) for _ in range(1_000))))
    answer = await adapter_for(endpoint).answer(ASK)
    assert answer.finish == TOO_LONG
    assert answer.text.startswith("Helloa")
    assert len(answer.text) < 80


async def test_pieces_with_many_choices_are_stopped_too(
    endpoint: ProviderEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(litellm_adapter, "MAX_ANSWER", 1_000)
    piece = openai_chunk({"content": "a"})
    piece["choices"] = [{**piece["choices"][0], "index": index} for index in range(50)]
    endpoint.queue(events(*(piece for _ in range(100))))
    answer = await adapter_for(endpoint).answer(ASK)
    assert (answer.finish, answer.text) == (TOO_LONG, "a" * 4)


async def test_tool_names_without_end_are_stopped_too(
    endpoint: ProviderEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(litellm_adapter, "MAX_ANSWER", 1_000)
    call = {"index": 0, "id": "call", "type": "function", "function": {"name": "n" * 100, "arguments": ""}}
    pieces = [openai_chunk({"content": "Hello"}), *(openai_chunk({"tool_calls": [call]}) for _ in range(50))]
    endpoint.queue(events(*pieces))
    answer = await adapter_for(endpoint).answer(ASK)
    assert (answer.finish, answer.text, answer.tool_calls) == (TOO_LONG, "Hello", ())


async def test_empty_pieces_without_end_are_stopped_too(
    endpoint: ProviderEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(litellm_adapter, "MAX_ANSWER", 1_000)
    endpoint.queue(events(openai_chunk({"content": "Hello"}), *(openai_chunk({"content": "a"}) for _ in range(2_000))))
    answer = await adapter_for(endpoint).answer(ASK)
    assert answer.finish == TOO_LONG
    assert answer.text == "Hello" + "a" * 166


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_compressed_reply_is_quoted_too(endpoint: ProviderEndpoint, encoding: str) -> None:
    data = b'{"error": "Packed words"}'
    packed = gzip.compress(data) if encoding == "gzip" else zlib.compress(data)
    endpoint.queue(Raw(packed, headers=(("Content-Encoding", encoding),)))
    with pytest.raises(ModelError, match=r"Response: Packed words\."):
        await adapter_for(endpoint).answer(ASK)


async def test_a_word_may_be_repeated_as_often_as_a_model_likes(endpoint: ProviderEndpoint) -> None:
    endpoint.queue(Say("word " * 300))
    assert (await adapter_for(endpoint).answer(ASK)).text.split() == ["word"] * 300


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Fail(404, 'model "qwen3" not found, try pulling it first'), "try pulling it first."),
        (Fail(422, "temperature must be positive"), "Response: temperature must be positive."),
        (Fail(400, "top_p is odd"), "Response: top_p is odd."),
    ],
)
async def test_the_providers_own_words_say_what_is_wrong(endpoint: ProviderEndpoint, reply: Reply, said: str) -> None:
    endpoint.answer = lambda _: reply
    with pytest.raises(ModelError) as raised:
        await adapter_for(endpoint).answer(ASK)
    assert said in raised.value.message


async def test_a_provider_that_requires_a_key_is_told_apart_from_one_that_refuses_it(
    endpoint: ProviderEndpoint,
) -> None:
    endpoint.answer = lambda _: Fail(401)
    with pytest.raises(ModelError, match=r"requires an API key for .* Set one: aloop models key openai/gpt-4o$"):
        await adapter_for(endpoint, api_key=None).answer(ASK)
