"""How each program is recognized, what its models become, and what is silently not a model server."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from aloop_models.discovery import servers
from aloop_models.discovery.loopback import Endpoint, parse_endpoint
from aloop_models.discovery.offers import argument_for
from aloop_models.discovery.servers import PORTS, LocalServer, find_servers
from aloop_models.llm.litellm_adapter import LiteLLMAdapter
from aloop_models.llm.model_manager import ModelManager
from support import local_programs as programs
from support.commands import after
from support.local_programs import openai_list, page, tag
from support.provider_endpoint import ProviderEndpoint, Raw

Serve = Callable[[dict[str, Raw]], ProviderEndpoint]


def find(*running: ProviderEndpoint) -> tuple[LocalServer, ...]:
    return find_servers([parse_endpoint(each.url) for each in running])


def models_of(running: ProviderEndpoint) -> list[tuple[str, str]]:
    [server] = find(running)
    return [(model.model_id, model.detail) for model in server.models]


@pytest.mark.parametrize(
    ("pages", "name", "path", "models"),
    [
        pytest.param(
            programs.OLLAMA,
            "Ollama",
            "",
            [
                ("ollama/llama3.1:8b", "8.0B · Q4_K_M · 128K context · 4.9 GB"),
                ("ollama/hf.co/bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M", "3.21B · Q4_K_M · 2.0 GB"),
                ("ollama/gpt-oss:120b-cloud", "116.8B · Q4_K_M · 128K context · runs remotely"),
            ],
            id="Ollama",
        ),
        pytest.param(
            programs.LM_STUDIO,
            "LM Studio",
            "/v1",
            [
                ("lm_studio/qwen2-vl-7b-instruct", "4bit · 32K context"),
                ("lm_studio/openai/gpt-oss-20b", "MXFP4 · 8K context"),
            ],
            id="LM Studio",
        ),
        pytest.param(
            {"/v1/models": programs.LM_STUDIO["/v1/models"]},
            "LM Studio",
            "/v1",
            [
                ("lm_studio/qwen2-vl-7b-instruct", ""),
                ("lm_studio/openai/gpt-oss-20b", ""),
                ("lm_studio/text-embedding-nomic-embed-text-v1.5", ""),
            ],
            id="an older LM Studio",
        ),
        pytest.param(
            programs.VLLM,
            "vLLM",
            "/v1",
            [("hosted_vllm/Qwen/Qwen2.5-1.5B-Instruct", "32K context")],
            id="vLLM",
        ),
        pytest.param(
            programs.LLAMA_CPP,
            "llama.cpp",
            "/v1",
            [("llamafile/Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf", "8.0B · 128K context · 4.9 GB")],
            id="llama.cpp",
        ),
        pytest.param(
            {
                "/v1/models": openai_list(
                    {"id": "unsloth/gemma:IQ4_XS", "owned_by": "llamacpp", "meta": {"n_ctx": 8192}}
                )
            },
            "llama.cpp",
            "/v1",
            [("llamafile/unsloth/gemma:IQ4_XS", "8K context")],
            id="llama.cpp with several models",
        ),
        pytest.param(
            programs.KOBOLD_CPP,
            "KoboldCpp",
            "/v1",
            [("custom_openai/koboldcpp/dolphin-2.8-mistral-7b", "")],
            id="KoboldCpp",
        ),
        pytest.param(
            programs.LOCAL_AI,
            "OpenAI-compatible server",
            "/v1",
            [("custom_openai/gpt-4", "")],
            id="LocalAI",
        ),
        pytest.param(
            {"/v1/models": openai_list({"id": "m", "owned_by": "sglang", "max_model_len": 4096})},
            "SGLang",
            "/v1",
            [("hosted_vllm/m", "4K context")],
            id="SGLang",
        ),
        pytest.param(programs.EMPTY_OLLAMA, "Ollama", "", [], id="Ollama without models"),
    ],
)
def test_a_program(serve: Serve, pages: dict[str, Raw], name: str, path: str, models: list[tuple[str, str]]) -> None:
    running = serve(pages)
    [server] = find(running)
    assert (server.name, server.url, server.omitted, server.needs_key) == (name, running.url, 0, False)
    assert [(model.model_id, model.detail) for model in server.models] == models
    assert {model.api_base for model in server.models} <= {running.url + path}
    assert {request.key for request in running.all_received} == {None}


def at_port(monkeypatch: pytest.MonkeyPatch, running: ProviderEndpoint, program: str) -> None:
    """Make the port of the endpoint the default port of a program."""
    monkeypatch.setitem(servers.SERVERS_WITH_V1, parse_endpoint(running.url).port, program)


def test_an_old_ollama_at_its_port(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    running = serve(programs.OLD_OLLAMA)
    assert find(running) == ()
    at_port(monkeypatch, running, "Ollama")
    assert models_of(running) == [("ollama/llama2:latest", "7B · Q4_K_M · 3.8 GB")]


def test_an_unknown_program_has_the_name_of_its_port(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    running = serve({"/v1/models": openai_list({"id": "jan-v1", "owned_by": "jan"})})
    at_port(monkeypatch, running, "Jan")
    [server] = find(running)
    assert (server.name, [model.model_id for model in server.models]) == ("Jan", ["custom_openai/jan-v1"])


@pytest.mark.parametrize("status", [401, 403])
def test_a_server_that_asks_for_a_key(serve: Serve, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    running = serve({"/v1/models": page({"error": "Unauthorized"}, status)})
    assert find(running) == (LocalServer("OpenAI-compatible server", running.url, needs_key=True),)
    at_port(monkeypatch, running, "vLLM")
    assert find(running) == (LocalServer("vLLM", running.url, needs_key=True),)


@pytest.mark.parametrize(
    "answer",
    [
        Raw("<html>It works!</html>", "text/html"),
        Raw("<html>Sign in</html>", "text/html", 401),
        page({"detail": "Authentication credentials were not provided."}, 401),
        page({"detail": "Not Found"}, 404),
        page({"error": "Not Found"}, 404),
        page({"data": [{"id": 1, "make": "car"}]}),
        page({"data": [{"id": "t", "make": "car"}]}),
        page({"object": "list", "data": "none"}),
        page({"object": "list", "data": [1, None]}),
        page({"models": []}),
        page([]),
        page("ok"),
        page(None),
        page({"object": "list", "data": [{"id": "m", "object": "model"}]}, 500),
        Raw("", status=204),
    ],
)
def test_another_program_is_silently_ignored(serve: Serve, answer: Raw) -> None:
    running = serve({"/v1/models": answer})
    assert find(running) == ()
    assert [request.path for request in running.all_received] == ["/v1/models"]


def test_names_that_an_id_cannot_have(serve: Serve) -> None:
    key = "sk-proj-" + "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA" * 2
    names = [
        "a b",
        "a\nb",
        "\x1b[31mred",
        "a#b",
        "",
        "modèle",
        "gpt\u043e",
        "a\u202eb",
        key,
        "x" * 300,
        "<b>$(bug)</b>",
    ]
    running = serve({"/v1/models": openai_list(*({"id": name, "owned_by": "vllm"} for name in names))})
    [server] = find(running)
    assert ([model.model_id for model in server.models], server.omitted) == (["hosted_vllm/<b>$(bug)</b>"], 10)


def test_details_are_short_and_plain(serve: Serve) -> None:
    odd = tag("a:1", "llama", "\x1b[2J8B\n", -5, remote_host="")
    odd["details"] = {"parameter_size": "\x1b[2J8B\n", "quantization_level": "q" * 99}
    endless = {**tag("b:1", "llama", "1B", 10**40), "details": 7}
    shows = {"/api/show a:1": page({"model_info": [], "capabilities": ["completion"]})}
    shows["/api/show b:1"] = page({"model_info": {"llama.context_length": "many"}, "capabilities": "all"})
    running = serve({**programs.EMPTY_OLLAMA, "/api/tags": page({"models": [odd, endless]}), **shows})
    assert models_of(running) == [("ollama/a:1", "[2J8B"), ("ollama/b:1", "")]


def test_a_huge_list_is_cut(serve: Serve) -> None:
    running = serve({"/v1/models": openai_list(*({"id": f"m{number}", "owned_by": "vllm"} for number in range(5_000)))})
    [server] = find(running)
    assert (len(server.models), server.models[-1].model_id, server.omitted) == (200, "hosted_vllm/m199", 4_800)


def test_a_model_is_listed_once(serve: Serve) -> None:
    running = serve({"/v1/models": openai_list(*[{"id": "m", "owned_by": "vllm"}] * 3)})
    assert models_of(running) == [("hosted_vllm/m", "")]


def test_a_silent_port_does_not_hold_up_the_others(serve: Serve) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        running = serve(programs.OLLAMA)
        start = time.monotonic()
        found = find_servers([Endpoint("127.0.0.1", silent.getsockname()[1]), parse_endpoint(running.url)])
        assert time.monotonic() - start < 1.5
    assert [server.name for server in found] == ["Ollama"]
    assert found[0].models[0].detail.endswith("4.9 GB")


def test_the_ports() -> None:
    assert {1234, 1337, 5001, 8000, 8080, 11434} <= set(PORTS)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("pages", "model", "path"),
    [
        (programs.OLLAMA, "llama3.1:8b", "/api/chat"),
        (programs.LM_STUDIO, "openai/gpt-oss-20b", "/v1/chat/completions"),
        (programs.VLLM, "Qwen/Qwen2.5-1.5B-Instruct", "/v1/chat/completions"),
        (programs.LLAMA_CPP, "Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf", "/v1/chat/completions"),
        (programs.KOBOLD_CPP, "koboldcpp/dolphin-2.8-mistral-7b", "/v1/chat/completions"),
        (programs.LOCAL_AI, "gpt-4", "/v1/chat/completions"),
    ],
    ids=["Ollama", "LM Studio", "vLLM", "llama.cpp", "KoboldCpp", "LocalAI"],
)
async def test_litellm_reaches_the_model_through_its_entry(
    serve: Serve, alone: None, tmp_path: Path, pages: dict[str, Raw], model: str, path: str
) -> None:
    """The provider and `api_base` that are right for the installed LiteLLM, with tools, as the agent calls it."""
    running = serve(pages)
    [server] = find(running)
    [found] = [each for each in server.models if each.model_id.partition("/")[2] == model]
    text = after("importModels", "", argument_for([found]))
    file = tmp_path / ".aloop" / "models.yaml"
    file.parent.mkdir()
    file.write_text(text)
    profile = ModelManager(str(file)).get_model(found.model_id)
    assert profile is not None
    tool = {"type": "function", "function": {"name": "look", "description": "x", "parameters": {"type": "object"}}}
    answer = await LiteLLMAdapter(profile=lambda: profile).answer([{"role": "user", "content": "Who are you?"}], [tool])
    assert answer.text == f"This is {model}."
    request = running.last
    assert (request.path, request.model, request.body["tools"]) == (path, model, [tool])
