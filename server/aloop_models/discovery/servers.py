"""The programs that serve models on this machine: how to recognize each, and how LiteLLM calls its models."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, cast

from aloop_models.catalog import is_entry_id, split_label
from aloop_models.catalog.redaction import redact
from aloop_models.catalog.url_completion import SERVERS_WITH_V1
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.plain_text import sanitize_line
from aloop_models.discovery.loopback import Endpoint, Reply, ask
from aloop_models.features.formatting import format_tokens

SECONDS = 1.2
"""Maximum time for all servers together."""

MOST_MODELS = 200
"""Maximum number of models that are offered of one server."""

PORTS = tuple(sorted({*SERVERS_WITH_V1, 8080}))
"""Default ports of the programs; 8080 is that of llama.cpp, llamafile, LocalAI and MLX."""

_LONGEST_NAME = 200
_LONGEST_DETAIL = 40
_WORKERS = 8
_FILE = lazy_re(r"(?:[/~]|\.\.?/|[A-Za-z]:|.*\.gguf$)")
_EMBEDDERS = ("bert", "nomic-bert")
"""Families of embedding models, for versions of Ollama that do not send capabilities."""


class Program(NamedTuple):
    """A program that serves models."""

    name: str
    provider: str
    """Its name in LiteLLM."""
    path: str
    """What `api_base` has after the port."""


OLLAMA = Program("Ollama", "ollama", "")
LM_STUDIO = Program("LM Studio", "lm_studio", "/v1")
_OWNERS = {
    "koboldcpp": Program("KoboldCpp", "custom_openai", "/v1"),
    "library": OLLAMA,
    # LiteLLM has no name for llama.cpp; llamafile is the same server.
    "llamacpp": Program("llama.cpp", "llamafile", "/v1"),
    "organization_owner": LM_STUDIO,
    "sglang": Program("SGLang", "hosted_vllm", "/v1"),
    "vllm": Program("vLLM", "hosted_vllm", "/v1"),
}
"""The programs by the `owned_by` of their models."""
_OTHER = Program("OpenAI-compatible server", "custom_openai", "/v1")


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A model of a server, as an entry of models.yaml."""

    model_id: str
    api_base: str
    detail: str
    """Parameters, quantization, context window and size, where the server says them."""


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A server that answered."""

    name: str
    url: str
    models: tuple[LocalModel, ...] = ()
    omitted: int = 0
    """The number of models that are not offered: too many, or with a name that an ID cannot have."""
    needs_key: bool = False


class _Described(NamedTuple):
    """A model as the server describes it."""

    name: str
    detail: str = ""


def find_servers(endpoints: Sequence[Endpoint]) -> tuple[LocalServer, ...]:
    """Ask all ports at the same time, and return the servers that answered, in the order of the ports."""
    deadline = time.monotonic() + SECONDS
    with ThreadPoolExecutor(max(1, len(endpoints))) as workers:
        found = workers.map(partial(_find_server, deadline=deadline), endpoints)
        return tuple(server for server in found if server)


def _find_server(endpoint: Endpoint, deadline: float) -> LocalServer | None:
    reply = ask(endpoint, "/v1/models", deadline)
    if reply is None:
        return None
    if _needs_key(reply):
        return LocalServer(SERVERS_WITH_V1.get(endpoint.port, _OTHER.name), endpoint.url, needs_key=True)
    listed = _openai_models(reply)
    program = _program_of(listed, endpoint.port) if listed is not None else None
    readers = [(OLLAMA, _ask_ollama), (LM_STUDIO, _ask_lm_studio)]
    # The lists of these programs say more; old versions of Ollama have no other.
    for other, read in readers:
        if program in (other, _OTHER) or (program is None and SERVERS_WITH_V1.get(endpoint.port) == other.name):
            models = read(endpoint, deadline)
            if models is not None:
                return _server(other, other.name, endpoint, models)
    if listed is None or program is None:
        return None
    name = SERVERS_WITH_V1.get(endpoint.port, program.name) if program is _OTHER else program.name
    return _server(program, name, endpoint, [_describe_openai(item) for item in listed])


def _server(program: Program, name: str, endpoint: Endpoint, found: Sequence[_Described]) -> LocalServer:
    base = f"{endpoint.url}{program.path}"
    usable = [item for item in found if _is_usable(f"{program.provider}/{item.name}")][:MOST_MODELS]
    models = (LocalModel(f"{program.provider}/{item.name}", base, item.detail) for item in usable)
    unique = {model.model_id: model for model in models}
    return LocalServer(name, endpoint.url, tuple(unique.values()), omitted=len(found) - len(usable))


def _is_usable(model_id: str) -> bool:
    """Whether a model with this ID can be an entry whose ID looks like what it is."""
    is_plain = model_id.isascii() and redact(model_id) == model_id and len(model_id) <= _LONGEST_NAME
    return is_plain and is_entry_id(model_id) and split_label(model_id)[1] is None


def _needs_key(reply: Reply) -> bool:
    """Whether a model server refused the request; other programs use other forms of an error."""
    return reply.status in (401, 403) and "error" in _mapping(reply.value)


def _openai_models(reply: Reply) -> list[Mapping[str, object]] | None:
    """The models of an answer in OpenAI's form; None if it has another form."""
    listing = _mapping(reply.value)
    if reply.status != 200 or "data" not in listing:
        return None
    # Ollama without models sends null.
    data: object = listing["data"] or []
    items = [_mapping(item) for item in cast("list[object]", data)] if isinstance(data, list) else None
    if items is None or not all(isinstance(item.get("id"), str) for item in items):
        return None
    is_list = listing.get("object") == "list" or (bool(items) and all(item.get("object") == "model" for item in items))
    return items if is_list else None


def _program_of(models: Iterable[Mapping[str, object]], port: int) -> Program:
    owners = (item.get("owned_by") for item in models)
    known = next((_OWNERS[owner] for owner in owners if isinstance(owner, str) and owner in _OWNERS), None)
    return known or (OLLAMA if SERVERS_WITH_V1.get(port) == OLLAMA.name else _OTHER)


def _describe_openai(item: Mapping[str, object]) -> _Described:
    meta, name = _mapping(item.get("meta")), str(item["id"])
    if item.get("owned_by") == "llamacpp" and _FILE.match(name):
        # With one model, llama.cpp ignores the name.
        name = re.split(r"[/\\]", name)[-1]
    window = item.get("max_model_len") or meta.get("n_ctx") or meta.get("n_ctx_train") or item.get("context_length")
    return _Described(name, _detail(_parameters(meta.get("n_params")), _context(window), _size(meta.get("size"))))


def _ask_ollama(endpoint: Endpoint, deadline: float) -> list[_Described] | None:
    reply = ask(endpoint, "/api/tags", deadline)
    tags = _items_of(reply, "models")
    if tags is None or not all(isinstance(tag.get("name"), str) and "digest" in tag for tag in tags):
        return None
    with ThreadPoolExecutor(_WORKERS) as workers:
        facts = list(workers.map(partial(_show, endpoint, deadline), tags[:MOST_MODELS]))
    facts += [{}] * (len(tags) - len(facts))
    return [_describe_tag(tag, shown) for tag, shown in zip(tags, facts, strict=True) if _chats(tag, shown)]


def _show(endpoint: Endpoint, deadline: float, tag: Mapping[str, object]) -> Mapping[str, object]:
    reply = ask(endpoint, "/api/show", deadline, {"model": tag["name"]})
    return _mapping(reply.value) if reply and reply.status == 200 else {}


def _chats(tag: Mapping[str, object], shown: Mapping[str, object]) -> bool:
    abilities = shown.get("capabilities")
    if isinstance(abilities, list):
        return "completion" in abilities
    return _mapping(tag.get("details")).get("family") not in _EMBEDDERS


def _describe_tag(tag: Mapping[str, object], shown: Mapping[str, object]) -> _Described:
    details, facts = _mapping(tag.get("details")), _mapping(shown.get("model_info"))
    window = next((value for name, value in facts.items() if name.endswith(".context_length")), None)
    place = "runs remotely" if tag.get("remote_host") else _size(tag.get("size"))
    size, quantization = _word(details.get("parameter_size")), _word(details.get("quantization_level"))
    return _Described(str(tag["name"]), _detail(size, quantization, _context(window), place))


def _ask_lm_studio(endpoint: Endpoint, deadline: float) -> list[_Described] | None:
    models = _items_of(ask(endpoint, "/api/v0/models", deadline), "data")
    if models is None or not all(isinstance(item.get("id"), str) and "type" in item for item in models):
        return None
    return [_describe_lm_studio(item) for item in models if item["type"] != "embeddings"]


def _describe_lm_studio(item: Mapping[str, object]) -> _Described:
    window = item.get("loaded_context_length") or item.get("max_context_length")
    return _Described(str(item["id"]), _detail(_word(item.get("quantization")), _context(window)))


def _items_of(reply: Reply | None, name: str) -> list[Mapping[str, object]] | None:
    items = _mapping(reply.value).get(name) if reply and reply.status == 200 else None
    return [_mapping(item) for item in cast("list[object]", items)] if isinstance(items, list) else None


def _mapping(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def _detail(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _word(value: object) -> str:
    """A short text of the server, as it can be shown."""
    text = sanitize_line(redact(value)).strip() if isinstance(value, str) else ""
    return "" if len(text) > _LONGEST_DETAIL or text == "unknown" else text


def _context(value: object) -> str:
    return f"{format_tokens(number)} context" if (number := _number(value)) else ""


def _parameters(value: object) -> str:
    number = _number(value)
    return "" if not number else f"{number / 1e9:.1f}B" if number >= 1e9 else f"{number / 1e6:.0f}M"


def _size(value: object) -> str:
    number = _number(value)
    return "" if not number else f"{number / 1e9:.1f} GB" if number >= 1e9 else f"{number / 1e6:.0f} MB"


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**15 else 0
