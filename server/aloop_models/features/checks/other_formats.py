"""Recognize the configuration of other tools, and convert its models to entries."""

from __future__ import annotations

import datetime
import textwrap
from collections.abc import Callable, Collection, Iterable, Iterator
from collections.abc import Mapping as MappingLike
from types import MappingProxyType
from typing import NamedTuple, TypeAlias, cast

from aloop_models.catalog import Catalog, is_label, provider_of, with_label
from aloop_models.core.document import Document, Section
from aloop_models.core.edit_layout import nodes_of
from aloop_models.core.edit_values import Style, write_entry
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.lines import line_end, line_start
from aloop_models.core.nodes import Alias, Mapping, Node, Scalar, Sequence, data_of, pairs_of, resolve
from aloop_models.core.scalars import is_writable, write_like
from aloop_models.core.text import Edit, Span
from aloop_models.features.checks.distance import is_gateway
from aloop_models.features.checks.fields_of_other_tools import (
    AZURE_URL,
    FIELDS,
    OF_PROVIDER,
    OF_SERVER,
    fields_of_continue,
    url_of_opencode,
    without_version,
)
from aloop_models.features.checks.fixes import offer
from aloop_models.features.checks.model_id import label_from
from aloop_models.features.diagnostic import Fix
from aloop_models.features.formatting import plural
from aloop_models.snapshot import Facts

_Data: TypeAlias = MappingLike[str, object]

# A '#' after a quote on its line may be part of a value, so that line has no comment here.
_COMMENT = lazy_re(r"^(?:[^'\"#]*[ \t])?(#.*\S|#)")
_PROXY_SECTIONS = ("litellm_settings", "general_settings", "router_settings", "environment_variables")
_CONTINUE_SECTIONS = ("name", "version", "schema", "context", "rules", "prompts", "docs", "mcpServers", "data")
_OPENCODE_SECTIONS = ("$schema", "model", "small_model", "theme", "mcp", "agent", "permission")
IMPORT_COMMAND = "aloop models import"
"""The command line that converts the file in place, or adds the models of another file."""
_AIDER_FIELDS = {"edit_format", "weak_model_name", "editor_model_name", "use_repo_map", "extra_params"}


class Imported(NamedTuple):
    """One model of another tool's configuration."""

    model_id: str
    name: str
    fields: _Data
    """With the names of that tool."""
    others: _Data = MappingProxyType({})
    """What has no effect here, whatever its name is."""
    provider: str = ""
    """That tool's name of the provider, which is not a part of the ID if LiteLLM has another name."""


class Item(NamedTuple):
    """One part of another tool's configuration, with its models: an item of a list, or a key and its value."""

    name: str
    """For people: its key or name, or its number in the list."""
    nodes: tuple[Node, ...]
    """The item, or the key and the value; empty if nothing needs to be compared."""
    models: tuple[Imported, ...]


class NewEntry(NamedTuple):
    """An entry for an imported model."""

    model_id: str
    fields: _Data
    others: _Data
    """The fields that have no effect here, with the names of the other tool."""


class OtherFormat(NamedTuple):
    """The configuration of another tool."""

    tool: str
    section: str
    """The top-level key with the models; empty if the file is a list."""
    sections: tuple[str, ...]
    """Every top-level key of this format in the file."""
    items: tuple[Item, ...]

    @property
    def models(self) -> tuple[Imported, ...]:
        """The models of all items."""
        return tuple(model for item in self.items for model in item.models)


def find_other_format(document: Document, catalog: Catalog) -> OtherFormat | None:
    """Return which other tool's configuration the text is; None if it is not one."""
    if not document.parses:
        return None
    root = document.other_root
    if isinstance(root, Sequence):
        if any(_mapping(data_of(item)).keys() & _AIDER_FIELDS for item in root.items):
            return OtherFormat("aider", "", (), tuple(_read(_list_items(root), _aider, catalog)))
        return None
    for tool, section, others, split, read in _READERS:
        found = document.section(section)
        items = tuple(_read(split(found.value), read, catalog)) if found and found.value else ()
        if any(item.models for item in items) or (section == "model_list" and found):
            present = tuple(item.name for item in document.sections if item.name in (section, *others))
            return OtherFormat(tool, section, present, items)
    return None


def describe(document: Document, found: OtherFormat, facts: Facts) -> tuple[str, tuple[Fix, ...]]:
    """Return the message about the models of another tool, and the fix that converts them."""
    what = f"'{found.section}'" if found.section else "This list"
    edits = convert(document, found, facts)
    step = f"Convert it: {IMPORT_COMMAND}" if edits else "Write each model as an entry in models."
    message = f"{what} is the format of {found.tool}, which has no effect here. {step}"
    return message, offer(Fix(f"Convert {plural(len(found.models), 'model')} to entries", edits, safe=False))


def step_for_other_format(document: Document, facts: Facts) -> str:
    """Return what the file is and how to convert it; empty if it has entries, or is not another tool's."""
    found = None if document.entries else find_other_format(document, facts.catalog)
    if found is None or not convert(document, found, facts):
        return ""
    return f"models.yaml has the format of {found.tool}. Convert it: {IMPORT_COMMAND}, or /model import"


def convert(document: Document, found: OtherFormat, facts: Facts) -> tuple[Edit, ...]:
    """Return the edits that replace the models by entries, and turn what cannot be one into comments.

    Every value and every comment on its own line is kept. No edits if the file has entries, anchors or aliases.
    """
    text, root = document.text, document.other_root
    nodes = [root] if root else [item.value for item in document.sections if item.value is not None]
    is_linked = any(isinstance(part, Alias) or part.anchor for node in nodes for part in nodes_of(node))
    if not found.models or document.entries or is_linked:
        return ()
    if root is not None:
        start = line_start(text, root.start)
        return (Edit(start, len(text), _new_section(document, found, Span(start, len(text)), facts)),)
    section = document.section(found.section)
    if any(line_start(text, item.key.start) != item.key.start for item in document.sections):
        others = (_section_as_comment(text, item) for item in document.sections if item is not section)
        new = _new_section(document, found, Span(0, len(text)), facts)
        return (Edit(0, len(text), "".join((*others, new))),)
    starts = [item.key.start for item in document.sections]
    return tuple(
        Edit(start, end, _new_section(document, found, Span(start, end), facts))
        if item is section
        else Edit(start, end, _as_comment(text[start:end]))
        for item, start, end in zip(document.sections, starts, [*starts[1:], len(text)], strict=True)
        if item.name in found.sections
    )


def _new_section(document: Document, found: OtherFormat, replaced: Span, facts: Facts) -> str:
    """Return the section with the entries, and with the rest of the old text as comments; it ends as the old text."""
    text, position = document.text, replaced.start
    taken: set[str] = set()
    lines: list[str] = []
    comments: list[str] = []
    for item in found.items:
        entries: list[NewEntry] = []
        for model in item.models:
            entries.append(new_entry(model, taken, facts))
            taken.add(entries[-1].model_id)
        if not is_complete(item, entries):
            source = _lines_of(text, item)
            lines += _commented(textwrap.dedent(text[slice(*source)]))
            comments += _comments_in(text[position : source.start])
            position = source.end
        for entry in entries:
            lines += _written(entry)
    comments += _comments_in(text[position : replaced.end])
    old = text[slice(*replaced)]
    blank = old[len(old.rstrip()) :].count("\n") - 1
    return "\n".join(["models:", *(f"  {line}" for line in (*comments, *lines))]) + "\n" * max(1, blank + 1)


def _comments_in(text: str) -> Iterator[str]:
    return (found[1] for line in text.splitlines() if (found := _COMMENT.search(line)))


def _commented(text: str) -> Iterator[str]:
    return (f"# {line}" for line in text.splitlines() if line.strip())


def _lines_of(text: str, item: Item) -> Span:
    """Return the whole lines of an item, or only its own range if others are before it on its line."""
    start = item.nodes[0].start
    end = start + len(text[start : item.nodes[-1].end].rstrip())
    first = line_start(text, start)
    return Span(start, end) if text[first:start].strip(" -") else Span(first, line_end(text, end))


def _section_as_comment(text: str, section: Section) -> str:
    value = section.value
    data = data_of(value) if value else None
    if value and not (is_writable(data) and set(_words(data)).issuperset(_values_in(value))):
        return "".join(f"{line}\n" for line in _commented(text[section.key.start : value.end]))
    return f"# {write_like(section.name, '')}: {write_like(data, '')}\n"


def _as_comment(text: str) -> str:
    return "".join(
        f"# {line}" if line.strip() and not line.lstrip().startswith("#") else line
        for line in text.splitlines(keepends=True)
    )


def _written(entry: NewEntry) -> Iterator[str]:
    yield from write_entry(entry.model_id, entry.fields, "", Style())
    # The checks would report a field that nothing reads, but its value must not be lost.
    for name, value in entry.others.items():
        if is_writable(value):
            yield f"  # {write_like(name, '')}: {write_like(value, '')}"


def is_complete(item: Item, entries: Iterable[NewEntry]) -> bool:
    """Return whether an item has models, and their entries and comments have all its values."""
    parts = (part for model in item.models for part in (model.model_id, model.provider, *model.model_id.split("/", 1)))
    kept = set(map(repr, parts))
    for entry in entries:
        # LibreChat's names are the name of the endpoint and the ID.
        kept.add(repr(_text(entry.fields.get("name")).rpartition(" ")[0]))
        kept.add(repr(_text(entry.fields.get("base_model")).rpartition("/")[2]))
        if url := _text(entry.fields.get("api_base")):
            # Other tools have the URL of Anthropic or Ollama with /v1, and the name of a resource of Azure.
            kept.update(
                map(repr, (f"{url}/v1", f"{url}/v1/", url.removeprefix(AZURE_URL[0]).removesuffix(AZURE_URL[1])))
            )
        kept.update(_words(entry.fields))
        kept.update(_words({name: value for name, value in entry.others.items() if is_writable(value)}))
    return bool(item.models) and all(kept.issuperset(_values_in(node)) for node in item.nodes)


def _values_in(node: Node) -> Iterator[str]:
    """Yield the values that the safe loader reads, those of duplicate keys included, and each key without a value."""
    if isinstance(node, Scalar) and node.value is not None:
        yield repr(_as_text(node.value))
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _values_in(item)
    elif isinstance(node, Mapping):
        for key, value in node.pairs:
            if not isinstance(key, Scalar) or (isinstance(value, Scalar) and value.value is None):
                yield from _values_in(key)
            yield from _values_in(value)


def _as_text(value: object) -> object:
    """A date as text: the version of an API is often written without quotes."""
    return value.isoformat() if type(value) is datetime.date else value


def _words(data: object) -> Iterator[str]:
    """Yield the keys and values in data."""
    if isinstance(data, MappingLike):
        for name, value in cast("MappingLike[object, object]", data).items():
            yield repr(name)
            yield from _words(value)
    elif isinstance(data, list):
        for item in cast("list[object]", data):
            yield from _words(item)
    else:
        yield repr(data)


def new_entry(model: Imported, taken: Collection[str], facts: Facts) -> NewEntry:
    """Return the entry for a model; its ID has a label if the file has the model already."""
    named = {FIELDS.get(name, name): value for name, value in model.fields.items() if value is not None}
    if model.name and model.name != model.model_id:
        named = {"name": model.name, **named}
    specs, provider = facts.schema.fields, provider_of(model.model_id)
    is_known = provider in facts.catalog.providers
    known = {
        name: _as_text(value)
        for name, value in named.items()
        if name in specs and (specs[name].suits(provider) or not is_known)
    }
    fields = {name: value for name, value in known.items() if is_writable(value)}
    others = {name: _as_text(value) for name, value in {**named, **model.others}.items() if name not in fields}
    return NewEntry(_free_id(model, taken), fields, others)


def _free_id(model: Imported, taken: Collection[str]) -> str:
    if model.model_id not in taken:
        return model.model_id
    label = label_from(model.name)
    candidates = [label] if is_label(label) else []
    candidates += [str(number) for number in range(2, len(taken) + 3)]
    return next(found for each in candidates if (found := with_label(model.model_id, each)) not in taken)


_Part: TypeAlias = tuple[str, tuple[Node, ...]]
"""The key, or an empty text in a list, and the nodes of an item."""
_Reader: TypeAlias = Callable[[str, object, Catalog], Iterator[Imported]]


def _read(parts: Iterable[_Part], read: _Reader, catalog: Catalog) -> Iterator[Item]:
    for number, (key, nodes) in enumerate(parts, 1):
        data = data_of(nodes[-1])
        names = [key, *(_text(_mapping(data).get(name)) for name in ("model_name", "name", "title"))]
        yield Item(next(filter(None, names), f"item {number}"), nodes, tuple(read(key, data, catalog)))


def _list_items(node: Node) -> Iterator[_Part]:
    node = resolve(node)
    if isinstance(node, Sequence):
        yield from (("", (item,)) for item in node.items if data_of(item) is not None)


def _pairs(node: Node) -> Iterator[_Part]:
    node = resolve(node)
    if isinstance(node, Mapping):
        for pair in pairs_of(node):
            key = resolve(pair.key)
            yield str(key.value) if isinstance(key, Scalar) else "", tuple(pair)


def _endpoints(node: Node) -> Iterator[_Part]:
    for key, nodes in _pairs(node):
        is_list = key == "custom" and isinstance(resolve(nodes[-1]), Sequence)
        yield from _list_items(nodes[-1]) if is_list else ((key, nodes),)


def _proxy(_: str, data: object, catalog: Catalog) -> Iterator[Imported]:
    """LiteLLM's proxy: `model_list` with `model_name`, `litellm_params` and `model_info`."""
    item = _mapping(data)
    parameters = dict(_mapping(item.get("litellm_params")))
    model, provider = _text(parameters.pop("model", None)), _text(parameters.pop("custom_llm_provider", None))
    rest = {name: value for name, value in item.items() if name not in ("model_name", "litellm_params")}
    if model:
        model_id, name = _id(provider, model, catalog), _text(item.get("model_name"))
        yield Imported(model_id, name, {**parameters, **rest}, provider=provider)


def _continue(_: str, data: object, catalog: Catalog) -> Iterator[Imported]:
    """Continue: `models` as a list with `provider`, `model`, `apiKey`."""
    item = _mapping(data)
    provider, model = _text(item.get("provider")), _text(item.get("model"))
    if provider and model:
        rest = {name: value for name, value in item.items() if name not in ("name", "title", "provider", "model")}
        known = _provider_named(provider, catalog)
        fields = fields_of_continue(known, rest)
        # A deployment at Azure is called in place of its model. Its name was `engine` at first.
        place = next((name for name in ("env.deployment", "deployment", "engine") if _text(fields.get(name))), "")
        if known == "azure" and place:
            deployment = _text(fields.pop(place))
            if deployment != model:
                model, fields["base_model"] = deployment, f"azure/{model}"
        name = _text(item.get("name") or item.get("title"))
        model_id = _id(provider, model, catalog, _text(fields.get("apiBase")))
        yield Imported(model_id, name, fields, provider=provider)


def _provider(provider: str, data: object, catalog: Catalog) -> Iterator[Imported]:
    """A provider with its options and models: `provider` of opencode, `providers` of crush."""
    settings = _mapping(data)
    options = {**settings, **_mapping(settings.get("options"))}
    kind = _text(settings.get("npm")).rpartition("/")[2] or _text(settings.get("type"))
    api = provider if catalog.provider_named(provider) else _APIS.get(kind, provider)
    known = _provider_named(api, catalog)
    names = {**OF_SERVER, **OF_PROVIDER.get(known, {})}
    fields = {names[name]: value for name, value in options.items() if name in names}
    others = {
        f"provider.{name}" if name in ("id", "name") else name: value
        for name, value in options.items()
        if name not in (*names, "options", "models")
    }
    if api != provider:
        others["provider"] = provider
    if url := _text(fields.get("api_base")) or url_of_opencode(provider, known, others):
        fields["api_base"] = without_version(known, url)
    for key, details in _models_of(settings.get("models")):
        # The key is only a name of opencode if there is an `id`, which is called.
        model = _text(details.get("id")) or key
        headers = {**_mapping(fields.get("extra_headers")), **_mapping(details.get("headers"))}
        own = {**fields, "extra_headers": headers} if headers else fields
        more = {name: value for name, value in details.items() if name not in ("id", "name", "headers")}
        title = _text(details.get("name")) or (key if key != model else "")
        model_id = _id(api, model, catalog, _text(fields.get("api_base")))
        yield Imported(model_id, title, own, {**others, **more}, provider)


def _librechat(key: str, data: object, catalog: Catalog) -> Iterator[Imported]:
    """LibreChat: `endpoints.custom` with `apiKey`, `baseURL` and `models.default`."""
    item = _mapping(data)
    models = _mapping(item.get("models"))
    known = {OF_SERVER[name]: value for name, value in item.items() if name in OF_SERVER}
    others = {name: value for name, value in item.items() if name not in (*OF_SERVER, "name", "models")}
    others |= {f"models.{name}": value for name, value in models.items() if name != "default"}
    for model, details in _models_of(models.get("default")) if not key else ():
        name = f"{_text(item.get('name'))} {model}".strip()
        model_id = _id("openai", model, catalog, _text(known.get("api_base")))
        yield Imported(model_id, name, known, {**others, **details})


def _aider(_: str, data: object, catalog: Catalog) -> Iterator[Imported]:
    """The model settings of aider: a list with `name` and `extra_params`."""
    item = _mapping(data)
    if name := _text(item.get("name")):
        rest = {key: value for key, value in item.items() if key not in ("name", "extra_params")}
        yield Imported(_id("", name, catalog), "", {**_mapping(item.get("extra_params")), **rest})


_READERS: tuple[tuple[str, str, tuple[str, ...], Callable[[Node], Iterator[_Part]], _Reader], ...] = (
    ("the LiteLLM proxy", "model_list", _PROXY_SECTIONS, _list_items, _proxy),
    ("Continue", "models", _CONTINUE_SECTIONS, _list_items, _continue),
    ("opencode", "provider", _OPENCODE_SECTIONS, _pairs, _provider),
    ("crush", "providers", _OPENCODE_SECTIONS, _pairs, _provider),
    ("LibreChat", "endpoints", ("version", "cache", "registration"), _endpoints, _librechat),
)


_APIS = {"openai-compatible": "openai", "openai-compat": "openai", "openai": "openai", "anthropic": "anthropic"}
"""The provider whose API a server of one's own has: `npm` of opencode without its scope, `type` of crush."""


def _id(provider: str, model: str, catalog: Catalog, base: str = "") -> str:
    """Return the ID of a model; one without a provider is the known model of this name, if there is one.

    Other tools send the name of a model to a server at `base` as it is; LiteLLM, without the provider.
    """
    provider = _provider_named(provider, catalog)
    if provider == "openai" and is_gateway(base):
        return f"{provider}/{model}"
    if provider:
        return catalog.id_of(provider, model)
    if "/" in model:
        return model
    known = (f"{name}/{model}" for name in ("openai", "anthropic", "gemini", "mistral", "deepseek", "xai"))
    return next((each for each in known if catalog.model(each)), f"openai/{model}")


def _provider_named(name: str, catalog: Catalog) -> str:
    """Return LiteLLM's name of a provider. In other tools, vllm is a server."""
    return "hosted_vllm" if name == "vllm" else catalog.provider_named(name) or name


def _models_of(value: object) -> Iterator[tuple[str, _Data]]:
    if isinstance(value, MappingLike):
        yield from ((str(name), _mapping(details)) for name, details in _mapping(cast("object", value)).items())
    for item in cast("list[object]", value) if isinstance(value, list) else ():
        details = _mapping(item)
        name = item if isinstance(item, str) else _text(details.get("id") or details.get("name"))
        if name:
            yield name, details


def _mapping(value: object) -> _Data:
    if not isinstance(value, MappingLike):
        return {}
    return {str(name): item for name, item in cast("MappingLike[object, object]", value).items()}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
