"""What the programs that serve models on a machine answer to look-ups, for `ProviderEndpoint.pages`."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from filelock import FileLock

from support.provider_replies import Raw

OLLAMA_PORT = 11434


def local_servers() -> FileLock:
    """Held by the test that has a server at a usual port, and by one that looks for servers there."""
    return FileLock(Path(tempfile.gettempdir()) / "aloop-models-tests-local-servers.lock")


def page(value: object, status: int = 200) -> Raw:
    """An answer in JSON."""
    return Raw(json.dumps(value), "application/json; charset=utf-8", status)


def openai_list(*models: dict[str, object]) -> Raw:
    """A list of models in OpenAI's form."""
    return page(
        {"object": "list", "data": [{"object": "model", "created": 1_700_000_000, **model} for model in models]}
    )


def tag(name: str, family: str, parameters: str, size: int, **more: object) -> dict[str, object]:
    """A model of Ollama's `/api/tags`."""
    details = {"parent_model": "", "format": "gguf", "family": family, "families": [family]}
    details |= {"parameter_size": parameters, "quantization_level": "Q4_K_M"}
    digest = "46e0c10c039e019119339687c3c1757cc81b9da49709a3b3924863ba87ca666e"
    dated = {"modified_at": "2026-09-12T09:32:28.302163936Z", "size": size, "digest": digest}
    return {"name": name, "model": name, **dated, "details": details, **more}


def shown(family: str, window: int, *capabilities: str) -> Raw:
    """Ollama's `/api/show`."""
    info = {"general.architecture": family, f"{family}.context_length": window, "tokenizer.ggml.tokens": None}
    return page({"license": "…", "template": "{{ .Prompt }}", "model_info": info, "capabilities": list(capabilities)})


OLLAMA = {
    "/v1/models": openai_list(
        {"id": "llama3.1:8b", "owned_by": "library"},
        {"id": "nomic-embed-text:latest", "owned_by": "library"},
        {"id": "hf.co/bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M", "owned_by": "hf.co/bartowski"},
        {"id": "gpt-oss:120b-cloud", "owned_by": "library"},
    ),
    "/api/tags": page(
        {
            "models": [
                tag("llama3.1:8b", "llama", "8.0B", 4_920_753_328),
                tag("nomic-embed-text:latest", "nomic-bert", "137M", 274_302_450),
                tag("hf.co/bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M", "llama", "3.21B", 2_019_377_696),
                tag("gpt-oss:120b-cloud", "gptoss", "116.8B", 384, remote_host="https://ollama.com:443"),
            ]
        }
    ),
    "/api/show llama3.1:8b": shown("llama", 131_072, "completion", "tools"),
    "/api/show nomic-embed-text:latest": shown("nomic-bert", 2_048, "embedding"),
    "/api/show gpt-oss:120b-cloud": shown("gptoss", 131_072, "completion", "tools", "thinking"),
}
"""Ollama 0.12; `/api/show` of one model fails."""

OLD_OLLAMA = {
    "/api/tags": page(
        {
            "models": [
                tag("llama2:latest", "llama", "7B", 3_826_793_677),
                tag("nomic-embed-text:latest", "nomic-bert", "137M", 274_302_450),
            ]
        }
    )
}
"""Ollama before `/v1/models` and before capabilities."""

EMPTY_OLLAMA = {"/v1/models": page({"object": "list", "data": None}), "/api/tags": page({"models": []})}

LM_STUDIO = {
    "/v1/models": openai_list(
        {"id": "qwen2-vl-7b-instruct", "owned_by": "organization_owner"},
        {"id": "openai/gpt-oss-20b", "owned_by": "organization_owner"},
        {"id": "text-embedding-nomic-embed-text-v1.5", "owned_by": "organization_owner"},
    ),
    "/api/v0/models": page(
        {
            "object": "list",
            "data": [
                {
                    "id": "qwen2-vl-7b-instruct",
                    "object": "model",
                    "type": "vlm",
                    "publisher": "mlx-community",
                    "arch": "qwen2_vl",
                    "compatibility_type": "mlx",
                    "quantization": "4bit",
                    "state": "not-loaded",
                    "max_context_length": 32_768,
                },
                {
                    "id": "openai/gpt-oss-20b",
                    "object": "model",
                    "type": "llm",
                    "arch": "gpt_oss",
                    "quantization": "MXFP4",
                    "state": "loaded",
                    "max_context_length": 131_072,
                    "loaded_context_length": 8_000,
                },
                {
                    "id": "text-embedding-nomic-embed-text-v1.5",
                    "object": "model",
                    "type": "embeddings",
                    "quantization": "Q4_0",
                    "max_context_length": 2_048,
                },
            ],
        }
    ),
}

VLLM = {
    "/v1/models": openai_list(
        {
            "id": "Qwen/Qwen2.5-1.5B-Instruct",
            "owned_by": "vllm",
            "root": "Qwen/Qwen2.5-1.5B-Instruct",
            "parent": None,
            "max_model_len": 32_768,
            "permission": [{"id": "modelperm-1", "object": "model_permission", "allow_sampling": True}],
        }
    )
}

LLAMA_CPP = {
    "/v1/models": page(
        {
            "models": [{"name": "x", "model": "x", "modified_at": "", "size": "", "digest": ""}],
            "object": "list",
            "data": [
                {
                    "id": "../models/Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf",
                    "object": "model",
                    "created": 1_735_142_223,
                    "owned_by": "llamacpp",
                    "meta": {
                        "vocab_type": 2,
                        "n_vocab": 128_256,
                        "n_ctx_train": 131_072,
                        "n_embd": 4_096,
                        "n_params": 8_030_261_312,
                        "size": 4_912_898_304,
                    },
                }
            ],
        }
    )
}

KOBOLD_CPP = {
    "/v1/models": openai_list({"id": "koboldcpp/dolphin-2.8-mistral-7b", "owned_by": "koboldcpp", "root": "koboldcpp"}),
    # It also answers as Ollama does.
    "/api/tags": page({"models": [tag("koboldcpp", "koboldcpp", "unknown", 394_998_579)]}),
}

LOCAL_AI = {"/v1/models": page({"object": "list", "data": [{"id": "gpt-4", "object": "model"}]})}
