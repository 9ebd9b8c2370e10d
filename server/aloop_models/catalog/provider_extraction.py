"""Extracts LiteLLM's lists of providers and their form fields; used only by `extraction`."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import cast

from aloop_models.catalog import provider_table as table
from aloop_models.catalog.facts import CALLABLE_MODES
from aloop_models.core.lazy_re import lazy_re

_NAME_IN_LABEL = lazy_re(r"\s*\(`[^`]+`\)\s*$")
# Placeholders that are instructions, not examples.
_NO_EXAMPLE = lazy_re(r"\.\.|^Enter |^\[|^[Yy]our ")
_API_KEY: list[object] = ["api_key", 1, 1]


def extract_providers(
    litellm_dir: Path, modes: Mapping[str, Collection[str]], known_to_chat: Collection[str]
) -> dict[str, dict[str, object]]:
    """Return name → facts for all providers in LiteLLM's files, sorted by name.

    `modes` has the modes of the models of each provider in the price map; `known_to_chat` are the chat providers of the
    last good catalog.

    Raises:
        OSError: a data file is missing.
        ValueError, SyntaxError: a data file has an unexpected structure.
    """
    routed = _enum_values(litellm_dir / "types" / "utils.py", "LlmProviders")
    compatible = _objects(_read(litellm_dir / "llms" / "openai_like" / "providers.json"))
    support = _read(litellm_dir / "provider_endpoints_support_backup.json")
    supported = _objects(_object(support).get("providers"))
    forms = _forms(_read(litellm_dir / "proxy" / "public_endpoints" / "provider_create_fields.json"))
    bases = _default_bases(litellm_dir / "litellm_core_utils" / "get_llm_provider_logic.py")
    chatting = _chatting(litellm_dir, supported, modes) | {*compatible, *known_to_chat}
    # A name with a slash ("azure_ai/agents") is a route of a provider, not a provider.
    names = {name for name in (*routed, *compatible, *supported, *forms, *modes) if "/" not in name}
    facts: dict[str, dict[str, object]] = {}
    for name in sorted(names):
        base = table.DEFAULT_BASE.get(name) or _text(compatible.get(name, {}).get("base_url"))
        facts[name] = _facts(
            name,
            form=_form_of(name, forms),
            endpoints=supported.get(name, {}),
            is_chat=name in chatting and name not in table.CANNOT_CHAT and (name in compatible or name in routed),
            is_compatible=name in compatible,
            base=base or bases.get(name),
        )
    return facts


def _facts(
    name: str,
    form: Mapping[str, object],
    endpoints: Mapping[str, object],
    *,
    is_chat: bool,
    is_compatible: bool,
    base: str | None,
) -> dict[str, object]:
    fields = _credentials(form)
    by_name = {str(field[0]): field for field in fields}
    base_field = by_name.get("api_base", [])
    base = base or _text(base_field[3] if len(base_field) > 3 else None)
    needs_key = _needs_key(name, by_name if form else None, is_compatible=is_compatible)
    asks_base = len(base_field) > 1 and bool(base_field[1]) and base is None
    needs_base = name in table.NEEDS_BASE or asks_base
    facts: dict[str, object] = {
        "label": _label(name, form, endpoints),
        "fields": _ordered(name, by_name, needs_key=needs_key, needs_base=needs_base),
        "key": int(needs_key),
        "base": int(needs_base),
        "chat": int(is_chat),
    }
    docs = _text(endpoints.get("url"))
    if docs:
        facts["docs"] = docs
    if base and not needs_base:
        facts["default_base"] = base.rstrip("/")
    return facts


def _chatting(
    litellm_dir: Path,
    supported: Mapping[str, Mapping[str, object]],
    modes: Mapping[str, Collection[str]],
) -> set[str]:
    """Return the chat providers according to any source.

    One source is enough, because LiteLLM's table of endpoints does not list chat for dozens of providers that
    `completion` supports (in 1.110 for example openrouter and ollama_chat).
    """
    return {
        *(name for name, entry in supported.items() if _object(entry.get("endpoints", {})).get("chat_completions")),
        *(name for name, known in modes.items() if any(mode in CALLABLE_MODES for mode in known)),
        *_listed(litellm_dir / "constants.py", "LITELLM_CHAT_PROVIDERS"),
        *_listed(litellm_dir / "constants.py", "openai_compatible_providers"),
        *_dispatched(litellm_dir / "main.py"),
        *table.CAN_CHAT,
        *table.SHARES_MODELS_WITH,
    }


def _listed(path: Path, name: str) -> list[str]:
    """Return the strings of a list in a module; empty if there is no such list."""
    found = re.search(rf"^{name}\b[^=\n]*=\s*\[(.*?)^\]", _source(path), re.MULTILINE | re.DOTALL)
    return re.findall(r'"([^"\n]+)"', found.group(1)) if found else []


def _dispatched(path: Path) -> list[str]:
    """Return the providers in comparisons in the body of `completion`. Parsing the whole file takes too long."""
    names: list[str] = []
    for body in re.split(r"^(?=(?:async )?def )", _source(path), flags=re.MULTILINE):
        if body.startswith("def completion("):
            names += re.findall(r"custom_llm_provider == \"([^\"\n]+)\"", body)
            for group in re.findall(r"custom_llm_provider in \(([^()]*)\)", body):
                names += re.findall(r'"([^"\n]+)"', group)
    return names


def _source(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _needs_key(name: str, fields: Mapping[str, object] | None, *, is_compatible: bool) -> bool:
    if is_compatible or name in table.NEEDS_KEY:
        return True
    if name in table.NEEDS_NO_KEY:
        return False
    # Most forms are LiteLLM's default of two optional fields, which does not say whether a key is required.
    return fields is None or "api_key" in fields


def _ordered(name: str, fields: Mapping[str, list[object]], *, needs_key: bool, needs_base: bool) -> list[list[object]]:
    kept = {key: list(field) for key, field in fields.items() if key not in table.FILE_FIELDS}
    if needs_key:
        kept["api_key"] = _API_KEY + kept.get("api_key", [])[3:]
    if needs_base or "api_base" in kept:
        example = table.BASE_EXAMPLE.get(name)
        field = kept.get("api_base", ["api_base", 0, 0])
        field[1] = int(needs_base)
        if example:
            field = [*field[:3], None, example]
        kept["api_base"] = field
    # Required fields first, otherwise in LiteLLM's order.
    return sorted(kept.values(), key=lambda field: not field[1])


def _credentials(form: Mapping[str, object]) -> list[list[object]]:
    fields: list[list[object]] = []
    for value in _list(form.get("credential_fields", [])):
        entry = _object(value)
        key = _text(entry.get("key"))
        if key is None:
            raise ValueError("a credential field has no key")
        secret = entry.get("field_type") == "password" or key == "oci_key"
        field: list[object] = [key, int(entry.get("required") is True), int(secret)]
        field.append(_text(entry.get("default_value")))
        placeholder = None if secret else _text(entry.get("placeholder"))
        field.append(None if placeholder and _NO_EXAMPLE.search(placeholder) else placeholder)
        while field[-1] is None:
            field.pop()
        fields.append(field)
    return fields


def _forms(value: object) -> dict[str, Mapping[str, object]]:
    forms: dict[str, Mapping[str, object]] = {}
    for item in _list(value):
        entry = _object(item)
        name = _text(entry.get("litellm_provider"))
        # The first form of a name is that of the provider; later ones are for compatible services.
        if name is not None and name not in forms:
            forms[name] = entry
    return forms


def _form_of(name: str, forms: Mapping[str, Mapping[str, object]]) -> Mapping[str, object]:
    other = table.SHARES_CREDENTIALS_WITH.get(name)
    own = forms.get(name, {})
    if other is None or other not in forms:
        return own
    return {**forms[other], "provider_display_name": own.get("provider_display_name")}


def _label(name: str, form: Mapping[str, object], endpoints: Mapping[str, object]) -> str:
    listed = _text(endpoints.get("display_name"))
    if name in table.LABEL:
        return table.LABEL[name]
    if listed:
        return _NAME_IN_LABEL.sub("", listed) or name
    return _text(form.get("provider_display_name")) or name.replace("_", " ").title()


def _enum_values(path: Path, name: str) -> list[str]:
    # Only the class is parsed, because the module has thousands of lines.
    text = path.read_text(encoding="utf-8")
    found = re.search(rf"^class {name}\b.*\n(?:[ \t].*\n|[ \t]*\n)*", text, re.MULTILINE)
    for node in ast.parse(found.group()).body if found else ():
        if isinstance(node, ast.ClassDef) and node.name == name:
            return [
                item.value.value
                for item in node.body
                if isinstance(item, ast.Assign)
                and isinstance(item.value, ast.Constant)
                and isinstance(item.value.value, str)
            ]
    raise ValueError(f"{path.name} defines no {name}")


def _default_bases(path: Path) -> dict[str, str]:
    """Return the URLs from `api_base or … or "https://…"` under `custom_llm_provider == "name"`."""
    bases: dict[str, str] = {}
    if not path.is_file():
        return bases
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.If) or not isinstance(node.test, ast.Compare):
            continue
        compared = node.test.comparators[0]
        variable = node.test.left
        if not (isinstance(variable, ast.Name) and variable.id == "custom_llm_provider"):
            continue
        if not (isinstance(compared, ast.Constant) and isinstance(compared.value, str)):
            continue
        for statement in node.body:
            if not (isinstance(statement, ast.Assign) and isinstance(statement.value, ast.BoolOp)):
                continue
            last = statement.value.values[-1]
            target = statement.targets[0]
            if isinstance(target, ast.Name) and target.id == "api_base":
                url = last.value if isinstance(last, ast.Constant) else None
                if isinstance(url, str) and url.startswith(("http://", "https://")):
                    bases.setdefault(compared.value, url)
    return bases


def _read(path: Path) -> object:
    return json.loads(path.read_text(encoding="utf-8"))


def _object(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise ValueError("expected a JSON object")
    return cast("Mapping[str, object]", value)


def _objects(value: object) -> dict[str, Mapping[str, object]]:
    return {name: _object(item) for name, item in _object(value).items()}


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ValueError("expected a JSON array")
    return cast("list[object]", value)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
