"""Recognize the configuration of other tools, and convert its models to entries."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from collections.abc import Mapping as MappingLike
from typing import NamedTuple, TypeAlias, cast

from aloop_models.catalog import Catalog, is_label, with_label
from aloop_models.core.document import Document
from aloop_models.core.edit_layout import nodes_of
from aloop_models.core.edit_values import Style, write_entry
from aloop_models.core.lines import line_start
from aloop_models.core.nodes import Alias, Sequence, data_of
from aloop_models.core.scalars import is_writable, write_like
from aloop_models.core.text import Edit
from aloop_models.features.checks.fixes import offer
from aloop_models.features.checks.model_id import label_from
from aloop_models.features.diagnostic import Fix
from aloop_models.features.formatting import plural
from aloop_models.snapshot import Facts

_Data: TypeAlias = MappingLike[str, object]

# A '#' after a quote on its line may be part of a value, so that line has no comment here.
_COMMENT = re.compile(r"^(?:[^'\"#]*[ \t])?(#.*\S|#)")
_PROXY_SECTIONS = ("litellm_settings", "general_settings", "router_settings", "environment_variables")
_CONTINUE_SECTIONS = ("name", "version", "schema", "context", "rules", "prompts", "docs", "mcpServers", "data")
_OPENCODE_SECTIONS = ("$schema", "model", "small_model", "theme", "mcp", "agent", "permission")
_FIELDS = {
    "apiKey": "api_key",
    "apiBase": "api_base",
    "baseURL": "api_base",
    "base_url": "api_base",
    "apiVersion": "api_version",
}
IMPORT_COMMAND = "aloop models import"
"""The command line that converts the file in place, or adds the models of another file."""
_AIDER_FIELDS = ("edit_format", "weak_model_name", "editor_model_name", "use_repo_map", "extra_params")


class Imported(NamedTuple):
    """One model of another tool's configuration."""

    model_id: str
    name: str
    fields: _Data
    """With the names of that tool."""


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
    models: tuple[Imported, ...]


def find_other_format(document: Document, catalog: Catalog) -> OtherFormat | None:
    """Return which other tool's configuration the text is; None if it is not one."""
    if not document.parses:
        return None
    if isinstance(document.other_root, Sequence):
        items = _mappings(data_of(document.other_root))
        if any(set(item) & set(_AIDER_FIELDS) for item in items):
            return OtherFormat("aider", "", (), tuple(_aider(items, catalog)))
        return None
    for tool, section, others, read in _READERS:
        found = document.section(section)
        data = data_of(found.value) if found and found.value else None
        models = tuple(read(data, catalog))
        if models or (section == "model_list" and found):
            present = tuple(item.name for item in document.sections if item.name in (section, *others))
            return OtherFormat(tool, section, present, models)
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
        return (Edit(line_start(text, root.start), len(text), _new_section(found.models, "", facts)),)
    if any(line_start(text, item.key.start) != item.key.start for item in document.sections):
        return (
            Edit(0, len(text), "".join((*_other_sections(document, found), _new_section(found.models, "", facts)))),
        )
    starts = [item.key.start for item in document.sections]
    return tuple(
        Edit(start, end, _new_section(found.models, text[start:end], facts))
        if item.name == found.section
        else Edit(start, end, _as_comment(text[start:end]))
        for item, start, end in zip(document.sections, starts, [*starts[1:], len(text)], strict=True)
        if item.name in found.sections
    )


def _new_section(models: Iterable[Imported], replaced: str, facts: Facts) -> str:
    """Return the section with the entries; it keeps the comments and the blank lines at the end of the old text."""
    comments = [found[1] for line in replaced.splitlines() if (found := _COMMENT.search(line))]
    blank = replaced[len(replaced.rstrip()) :].count("\n") - 1
    lines = ["models:", *(f"  {comment}" for comment in comments), *_entries(models, facts)]
    return "\n".join(lines) + "\n" * max(1, blank + 1)


def _other_sections(document: Document, found: OtherFormat) -> Iterator[str]:
    for item in document.sections:
        data = data_of(item.value) if item.value else None
        if item.name != found.section and is_writable(data):
            yield f"# {item.name}: {write_like(data, '')}\n"


def _as_comment(text: str) -> str:
    return "".join(
        f"# {line}" if line.strip() and not line.lstrip().startswith("#") else line
        for line in text.splitlines(keepends=True)
    )


def _entries(models: Iterable[Imported], facts: Facts) -> Iterator[str]:
    taken: set[str] = set()
    for model in models:
        entry = new_entry(model, taken, facts)
        taken.add(entry.model_id)
        yield from write_entry(entry.model_id, entry.fields, "  ", Style())
        # The checks would report a field that nothing reads, but its value must not be lost.
        for name, value in entry.others.items():
            yield f"    # {name}: {write_like(value, '') if is_writable(value) else '…'}"


def new_entry(model: Imported, taken: Collection[str], facts: Facts) -> NewEntry:
    """Return the entry for a model; its ID has a label if the file has the model already."""
    named = {_FIELDS.get(name, name): value for name, value in model.fields.items() if value is not None}
    if model.name and model.name != model.model_id:
        named = {"name": model.name, **named}
    fields = {name: value for name, value in named.items() if name in facts.schema.fields and is_writable(value)}
    others = {name: value for name, value in named.items() if name not in fields}
    return NewEntry(_free_id(model, taken), fields, others)


def _free_id(model: Imported, taken: Collection[str]) -> str:
    if model.model_id not in taken:
        return model.model_id
    label = label_from(model.name)
    candidates = [label] if is_label(label) else []
    candidates += [str(number) for number in range(2, len(taken) + 3)]
    return next(found for each in candidates if (found := with_label(model.model_id, each)) not in taken)


def _proxy(data: object, catalog: Catalog) -> Iterator[Imported]:
    """LiteLLM's proxy: `model_list` with `model_name`, `litellm_params` and `model_info`."""
    for item in _mappings(data):
        parameters = dict(_mapping(item.get("litellm_params")))
        model, provider = _text(parameters.pop("model", None)), _text(parameters.pop("custom_llm_provider", None))
        rest = {name: value for name, value in item.items() if name not in ("model_name", "litellm_params")}
        if model:
            yield Imported(_id(provider, model, catalog), _text(item.get("model_name")), {**parameters, **rest})


def _continue(data: object, catalog: Catalog) -> Iterator[Imported]:
    """Continue: `models` as a list with `provider`, `model`, `apiKey`."""
    for item in _mappings(data):
        provider, model = _text(item.get("provider")), _text(item.get("model"))
        if provider and model:
            rest = {name: value for name, value in item.items() if name not in ("name", "title", "provider", "model")}
            yield Imported(_id(provider, model, catalog), _text(item.get("name") or item.get("title")), rest)


def _providers(data: object, catalog: Catalog) -> Iterator[Imported]:
    """Providers with their options and models: `provider` of opencode, `providers` of crush."""
    for provider, value in _mapping(data).items():
        settings = _mapping(value)
        options = {**settings, **_mapping(settings.get("options"))}
        rest = {name: value for name, value in options.items() if name in _FIELDS or name == "api_key"}
        for model, details in _models_of(settings.get("models")):
            yield Imported(_id(str(provider), model, catalog), _text(details.get("name")), rest)


def _librechat(data: object, catalog: Catalog) -> Iterator[Imported]:
    """LibreChat: `endpoints.custom` with `apiKey`, `baseURL` and `models.default`."""
    for item in _mappings(_mapping(data).get("custom")):
        rest = {name: value for name, value in item.items() if name in _FIELDS}
        for model, _ in _models_of(_mapping(item.get("models")).get("default")):
            yield Imported(_id("openai", model, catalog), f"{_text(item.get('name'))} {model}".strip(), rest)


def _aider(items: Iterable[_Data], catalog: Catalog) -> Iterator[Imported]:
    """The model settings of aider: a list with `name` and `extra_params`."""
    for item in items:
        if name := _text(item.get("name")):
            rest = {key: value for key, value in item.items() if key not in ("name", "extra_params")}
            yield Imported(_id("", name, catalog), "", {**_mapping(item.get("extra_params")), **rest})


_READERS: tuple[tuple[str, str, tuple[str, ...], Callable[[object, Catalog], Iterator[Imported]]], ...] = (
    ("the LiteLLM proxy", "model_list", _PROXY_SECTIONS, _proxy),
    ("Continue", "models", _CONTINUE_SECTIONS, _continue),
    ("opencode", "provider", _OPENCODE_SECTIONS, _providers),
    ("crush", "providers", _OPENCODE_SECTIONS, _providers),
    ("LibreChat", "endpoints", ("version", "cache", "registration"), _librechat),
)


def _id(provider: str, model: str, catalog: Catalog) -> str:
    """Return the ID of a model; one without a provider is the known model of this name, if there is one."""
    if provider and not model.startswith(f"{provider}/"):
        return f"{provider}/{model}"
    if "/" in model:
        return model
    known = (f"{name}/{model}" for name in ("openai", "anthropic", "gemini", "mistral", "deepseek", "xai"))
    return next((each for each in known if catalog.model(each)), f"openai/{model}")


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


def _mappings(value: object) -> list[_Data]:
    return [_mapping(item) for item in cast("list[object]", value)] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
