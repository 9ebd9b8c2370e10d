"""What a person and a program are told about local models, and what is added of them."""

from __future__ import annotations

import json

import pytest

from aloop_models.commands.import_models import IMPORT
from aloop_models.discovery import offers as module
from aloop_models.discovery.loopback import Endpoint
from aloop_models.discovery.offers import Offers, argument_for, find_offers
from aloop_models.discovery.servers import LocalModel, LocalServer
from aloop_models.errors import RefusedError
from support.commands import after, run
from support.snapshots import snapshot

OLLAMA = "http://127.0.0.1:11434"
LLAMA = LocalModel("ollama/llama3.1:8b", OLLAMA, "8.0B · 4.9 GB")
QWEN = LocalModel("ollama/qwen3:4b", OLLAMA, "")
SERVED = LocalModel("hosted_vllm/Qwen/Qwen2.5", "http://127.0.0.1:8000/v1", "")
SERVERS = (
    LocalServer("Ollama", OLLAMA, (LLAMA, QWEN)),
    LocalServer("vLLM", "http://127.0.0.1:8000", (SERVED,)),
)


def offers(text: str = "", servers: tuple[LocalServer, ...] = SERVERS) -> Offers:
    return Offers(servers, snapshot(text))


def test_the_view() -> None:
    assert json.loads(json.dumps(offers("models:\n  ollama/qwen3:4b:\n").view())) == {
        "servers": [
            {
                "name": "Ollama",
                "url": OLLAMA,
                "models": [
                    {
                        "modelId": "ollama/llama3.1:8b",
                        "fields": {"api_base": OLLAMA},
                        "detail": "8.0B · 4.9 GB",
                        "configured": False,
                    },
                    {
                        "modelId": "ollama/qwen3:4b",
                        "fields": {"api_base": OLLAMA},
                        "detail": "",
                        "configured": True,
                    },
                ],
            },
            {
                "name": "vLLM",
                "url": "http://127.0.0.1:8000",
                "models": [
                    {
                        "modelId": "hosted_vllm/Qwen/Qwen2.5",
                        "fields": {"api_base": "http://127.0.0.1:8000/v1"},
                        "detail": "",
                        "configured": False,
                    }
                ],
            },
        ],
        "message": "Found 3 models on 2 local servers, 1 already in models.yaml.",
    }


@pytest.mark.parametrize(
    ("entry", "is_configured"),
    [
        ("ollama/llama3.1:8b:", True),
        ("ollama_chat/llama3.1:8b:", True),
        ("ollama/llama3.1:8b#work:", True),
        ("ollama/llama3.1:8b: {api_base: 'http://localhost:11434'}", True),
        ("ollama/llama3.1:8b: {api_base: 'http://[::1]:11434/'}", True),
        ("openai/llama3.1:8b: {api_base: 'http://localhost:11434/v1'}", True),
        ("ollama/llama3.1:8b: {api_base: 'http://localhost:11435'}", False),
        ("ollama/llama3.1:8b: {api_base: 'http://192.168.0.7:11434'}", False),
        ("ollama/llama3.1: {api_base: 'http://localhost:11434'}", False),
        ("ollama/llama3.1:8b: {api_base: 'http://localhost:port'}", False),
        ("ollama/llama3.1:8b: {api_base: 5}", False),
        ("openai/llama3.1:8b:", False),
    ],
)
def test_configured_means_this_model_of_this_server(entry: str, is_configured: bool) -> None:
    assert offers(f"models:\n  {entry}\n").is_configured(LLAMA) is is_configured


@pytest.mark.parametrize(
    ("text", "servers", "message"),
    [
        ("", (), "No model server was found on this machine. Start one, for example with: ollama serve"),
        ("", SERVERS, "Found 3 models on 2 local servers."),
        ("", SERVERS[1:], "Found 1 model on 1 local server."),
        ("models:\n  ollama/llama3.1:8b:\n  ollama/qwen3:4b:\n", SERVERS[:1],
         "Found 2 models on 1 local server, all already in models.yaml."),
        ("models:\n  ollama/llama3.1:8b:\n", (LocalServer("Ollama", OLLAMA, (LLAMA,)),),
         "Found 1 model on 1 local server, already in models.yaml."),
        ("", (LocalServer("Ollama", OLLAMA),), "Ollama has no models yet."),
        ("", (LocalServer("LM Studio", "http://127.0.0.1:1234", needs_key=True),),
         "LM Studio at http://127.0.0.1:1234 needs an API key. Add its models with their names and the key."),
        ("", (LocalServer("vLLM", "http://127.0.0.1:8000", (SERVED,), omitted=2),),
         "Found 1 model on 1 local server. 2 models of vLLM cannot be offered."),
    ],
)  # fmt: skip
def test_the_message(text: str, servers: tuple[LocalServer, ...], message: str) -> None:
    assert offers(text, servers).message == message


def test_a_server_that_asks_for_a_key_says_so_in_the_view() -> None:
    view = offers("", (LocalServer("Jan", "http://127.0.0.1:1337", needs_key=True),)).view()
    assert view["servers"] == [
        {"name": "Jan", "url": "http://127.0.0.1:1337", "models": [], "problem": "needs an API key"}
    ]


def test_models_are_named_as_in_the_file() -> None:
    assert offers().named(["ollama/llama3.1:8b", "QWEN3:4B", "Qwen/Qwen2.5", "ollama/llama3.1:8b"]) == (
        LLAMA,
        QWEN,
        SERVED,
    )


@pytest.mark.parametrize(
    ("word", "message", "suggestions"),
    [
        ("mistral", "No local server has 'mistral'. Found 3 models on 2 local servers.", ()),
        (
            "qwen",
            "No local server has 'qwen'. Did you mean ollama/qwen3:4b or hosted_vllm/Qwen/Qwen2.5?",
            ("ollama/qwen3:4b", "hosted_vllm/Qwen/Qwen2.5"),
        ),
        (
            "ollama/llama3.1:8",
            "No local server has 'ollama/llama3.1:8'. Did you mean ollama/llama3.1:8b?",
            ("ollama/llama3.1:8b",),
        ),
        ("s" * 30, "No local server has it. Found 3 models on 2 local servers.", ()),
    ],
)
def test_an_unknown_name(word: str, message: str, suggestions: tuple[str, ...]) -> None:
    with pytest.raises(RefusedError) as refused:
        offers().named([word])
    assert (refused.value.reason, refused.value.message) == ("modelNotFound", message)
    assert refused.value.suggestions == suggestions


TWICE = (
    LocalServer("vLLM", "http://127.0.0.1:8000", (SERVED,)),
    LocalServer("vLLM", "http://127.0.0.1:8001", (LocalModel(SERVED.model_id, "http://127.0.0.1:8001/v1", ""),)),
)


def test_the_same_model_of_two_servers_has_a_label() -> None:
    found = offers("", TWICE)
    assert [model.model_id for model in found.models] == ["hosted_vllm/Qwen/Qwen2.5", "hosted_vllm/Qwen/Qwen2.5#8001"]
    text = after("importModels", "", argument_for(found.models))
    assert [offers(text, TWICE).is_configured(model) for model in found.models] == [True, True]
    with pytest.raises(RefusedError) as refused:
        offers("", (*TWICE, LocalServer("X", "u", (LocalModel("openai/Qwen/Qwen2.5", "u", ""),)))).named(
            ["qwen/qwen2.5"]
        )
    assert refused.value.message == (
        "Several local servers have 'qwen/qwen2.5'. "
        "Did you mean hosted_vllm/Qwen/Qwen2.5 or hosted_vllm/Qwen/Qwen2.5#8001 or openai/Qwen/Qwen2.5?"
    )


def test_several_are_added_in_one_edit() -> None:
    text = "models:\n  openai/gpt-4o:  # mine\n    timeout: 9\ndefault: openai/gpt-4o\n"
    outcome = run("importModels", text, argument_for((LLAMA, SERVED)))
    assert outcome.message == "Added 2 models: ollama/llama3.1:8b, hosted_vllm/Qwen/Qwen2.5."
    assert after("importModels", text, argument_for((LLAMA, SERVED))) == (
        "models:\n  openai/gpt-4o:  # mine\n    timeout: 9\n"
        f"\n  ollama/llama3.1:8b:\n    api_base: {OLLAMA}\n"
        "\n  hosted_vllm/Qwen/Qwen2.5:\n    api_base: http://127.0.0.1:8000/v1\n"
        "default: openai/gpt-4o\n"
    )
    assert IMPORT.changes_file


def test_the_first_becomes_the_default() -> None:
    assert after("importModels", "", argument_for((QWEN, LLAMA))) == (
        f"models:\n  ollama/qwen3:4b:\n    api_base: {OLLAMA}\n\n  ollama/llama3.1:8b:\n    api_base: {OLLAMA}\n"
        "\ndefault: ollama/qwen3:4b\n"
    )


def test_only_new_models_are_added() -> None:
    found = offers("models:\n  ollama/qwen3:4b:\n")
    assert found.new == (LLAMA, SERVED)
    assert found.to_add((QWEN, LLAMA)) == (LLAMA,)
    with pytest.raises(RefusedError) as refused:
        found.to_add((QWEN,))
    assert refused.value.message == "Already in models.yaml: ollama/qwen3:4b. Nothing was changed."


def test_which_ports_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Endpoint, ...]] = []
    monkeypatch.setattr(module, "find_servers", lambda endpoints: asked.append(tuple(endpoints)) or ())
    find_offers((), None)
    assert {endpoint.host for endpoint in asked[0]} == {"127.0.0.1"}
    assert {1234, 8000, 8080, 11434} <= {endpoint.port for endpoint in asked[0]}
    found = find_offers(("localhost:5000", "http://localhost:5000/v1"), None)
    assert asked[1] == (Endpoint("localhost", 5000),)
    assert found.message == "No model server answers at http://localhost:5000. Check that it runs."
    with pytest.raises(RefusedError):
        find_offers(("http://127.0.0.1:5000", "http://example.com:80"), None)
    assert len(asked) == 2
