"""The servers to compare: their commands and settings."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

BENCH = Path(__file__).parent
SCHEMA = BENCH.parent / "schema" / "models.schema.json"
TODAY = "2026-11-20"
YAML_PACKAGE = BENCH / "node_modules" / "yaml-language-server"


@dataclass(frozen=True)
class Server:
    """One server; `finds` is False if it reports no diagnostics."""

    name: str
    command: tuple[str, ...]
    settings: dict[str, Any] = field(default_factory=dict)
    finds: bool = True


def aloop_ls() -> Server:
    return Server("aloop-ls", (str(Path(sys.executable).with_name("aloop-ls")), "--stdio"))


def yaml_ls(name: str = "yaml-language-server", schema: Path = SCHEMA) -> Server:
    """yaml-language-server without its pause of 200 ms."""
    preload = ("--require", str(BENCH / "peers" / "without_pause.cjs"))
    return Server(name, ("node", *preload, *_yaml_arguments()), _yaml_settings(schema))


def yaml_ls_as_shipped() -> Server:
    return Server("as shipped", ("node", *_yaml_arguments()), _yaml_settings(SCHEMA))


def yaml_ls_with_ids(ids: Iterable[str], folder: Path) -> Server:
    """yaml-language-server with every model ID in the schema, so that it can complete them."""
    schema = json.loads(SCHEMA.read_text("utf-8"))
    models = schema["properties"]["models"]
    models["properties"] = dict.fromkeys(ids, models["additionalProperties"])
    path = folder / "models-with-ids.schema.json"
    path.write_text(json.dumps(schema), "utf-8")
    return yaml_ls("yaml-ls with ids", path)


def do_nothing() -> Server:
    command = (sys.executable, str(BENCH / "peers" / "do_nothing.py"))
    return Server("do-nothing pygls", command, finds=False)


def environment(home: Path) -> dict[str, str]:
    """Return an environment without the user's files and settings."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    folders = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CACHE", "CONFIG", "DATA", "STATE")}
    runtime = home / "runtime"
    runtime.mkdir(mode=0o700, exist_ok=True)
    fixed = {"HOME": str(home), "XDG_RUNTIME_DIR": str(runtime), "ALOOP_TODAY": TODAY, "ALOOP_CATALOG": "snapshot"}
    return kept | folders | fixed


def yaml_version() -> str:
    return json.loads((YAML_PACKAGE / "package.json").read_text("utf-8"))["version"]


def _yaml_arguments() -> tuple[str, str]:
    return str(YAML_PACKAGE / "bin" / "yaml-language-server"), "--stdio"


def _yaml_settings(schema: Path) -> dict[str, Any]:
    # The stores need the network.
    stores = {"schemaStore": {"enable": False}, "kubernetesCRDStore": {"enable": False}}
    return {"yaml": {"schemas": {schema.as_uri(): "**/.aloop/models.yaml"}, **stores}}
