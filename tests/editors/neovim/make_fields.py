"""Writes neovim/lua/aloop/fields.lua from the schema: run it when a field of the schema has changed."""

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
FILE = ROOT / "neovim" / "lua" / "aloop" / "fields.lua"
HEAD = """\
-- The fields of an entry, in the schema's order. Written by tests/editors/neovim/make_fields.py; do not edit.

---@class aloop.Field
---@field name string
---@field kinds string JSON types with a comma between them
---@field secret boolean?
---@field values string[]? the only values it takes
---@field providers string[]? those whose models take it; nil: all

---@type (aloop.Field|table<string, aloop.Field>)[]
local fields = {
"""
TAIL = """\
}

for _, field in ipairs(fields) do
  fields[field.name] = field
end

return fields
"""


def fields_lua() -> str:
    """The module's text."""
    schema = json.loads((ROOT / "schema" / "models.schema.json").read_text(encoding="utf-8"))
    specs = schema["definitions"]["profile"]["properties"]
    return HEAD + "".join(_line(name, spec) for name, spec in specs.items() if "not" not in spec) + TAIL


def _line(name: str, spec: dict[str, object]) -> str:
    kinds = [kind for kind in _strings(spec["type"]) if kind != "null"]
    parts = [f"name = '{name}'", f"kinds = '{','.join(kinds)}'"]
    if spec.get("writeOnly"):
        parts.append("secret = true")
    if values := _strings(spec.get("enum")) or (["true", "false"] if kinds == ["boolean"] else []):
        parts.append(f"values = {_list(values)}")
    if providers := _strings(spec.get("x-providers")):
        parts.append(f"providers = {_list(providers)}")
    return f"  {{ {', '.join(parts)} }},\n"


def _strings(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _list(items: list[str]) -> str:
    return f"{{ {', '.join(repr(item) for item in items)} }}"


if __name__ == "__main__":
    FILE.write_text(fields_lua(), encoding="utf-8")
