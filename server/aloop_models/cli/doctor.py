"""The `doctor` command: what is in use here and why, without secrets, to read or to add to a bug report."""

from __future__ import annotations

import importlib.util
import platform
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from aloop_models import __version__
from aloop_models.cli.files import WHY, found_view
from aloop_models.cli.output import EXIT_DONE, print_text, render_pairs
from aloop_models.cli.target import named_file, target_options
from aloop_models.cli.verbs import Verb
from aloop_models.commands.list_sessions import SESSIONS
from aloop_models.errors import AloopError, FileError
from aloop_models.features.formatting import plural
from aloop_models.terminal import print_json

if TYPE_CHECKING:
    from aloop_models.dispatch.runner import Runner
    from aloop_models.snapshot import Place

_LIBRARIES = (
    *("pygls", "lsprotocol", "PyYAML", "jsonschema", "click", "filelock", "platformdirs", "wcwidth"),
    *("litellm", "prompt_toolkit", "rich"),
)
_EXTRAS: Mapping[str, tuple[str, ...]] = {"agent": ("litellm", "prompt_toolkit", "rich")}


def doctor_verb() -> click.Command:
    """The command `aloop models doctor`."""
    as_json = click.Option(["--json", "as_json"], is_flag=True, help="Print the result as JSON.")
    return Verb(
        "doctor",
        params=[*target_options(), as_json],
        callback=_doctor,
        short_help="Show the file in use, versions and other facts for bug reports.",
        help="Show what is in use here and why: file, catalog, runtime folder, extras, agents, versions.",
    )


def _doctor(config: Path | None, *, is_global: bool, as_json: bool) -> int:
    from aloop_models.dispatch.runner import Runner
    from aloop_models.workspace.paths import working_folder
    from aloop_models.workspace.workspace import Workspace

    runner = Runner(Workspace((working_folder(),), config=named_file(config, is_global)))
    report = {
        "file": _file(runner),
        "versions": _versions(),
        "catalog": _catalog(runner),
        "runtimeFolder": _runtime_folder(),
        "extras": {extra: _installed(names) for extra, names in _EXTRAS.items()},
        "sessions": runner.execute_now(SESSIONS.id, {})["sessions"],
    }
    file = cast("dict[str, Any]", report["file"])
    message = file.get("problem") or f"{file['file'] or 'No file'}: {file['why']}."
    if as_json:
        print_json({"message": message, **report})
    else:
        print_text(_render(report))
    return EXIT_DONE


def _file(runner: Runner) -> dict[str, Any]:
    from aloop_models.features.broken_file import broken_file
    from aloop_models.workspace.paths import exists
    from aloop_models.workspace.place import place_of

    found = runner.workspace.find()
    why = "the file that would be used is skipped" if found.is_blocked else WHY[found.source]
    view: dict[str, Any] = {**found_view(found), "blocked": found.is_blocked, "why": why}
    if found.path is None:
        return view
    if not exists(found.path):
        return {**view, "readable": False, "problem": "it does not exist"}
    place = place_of(found.path)
    view |= {
        "mode": f"{place.mode:04o}" if place.mode is not None else None,
        "git": _git(place),
    }
    try:
        snapshot = runner.workspace.saved(found.path)
        if problem := broken_file(snapshot.document):
            return {**view, "readable": False, "problem": problem.message, "line": problem.line}
        view |= {"models": len(snapshot.document.by_id), "readable": True}
    except AloopError as error:
        line = error.line if isinstance(error, FileError) else None
        view |= {"readable": False, "problem": str(error), "line": line}
    return view


def _git(place: Place) -> str | None:
    if place.tracked == "yes":
        return "tracked" if place.link is None else f"tracks the link {place.link}"
    if place.git_problem:
        return f"unknown: {place.git_problem}"
    return {True: "ignored", False: "not ignored", None: None}[place.ignored]


def _versions() -> dict[str, str]:
    import importlib.metadata

    from aloop_models.core.yaml_reader import libyaml_problem

    versions = {"aloop-models": __version__, "python": platform.python_version(), "system": platform.platform()}
    for name in _LIBRARIES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = "missing"
    versions["libyaml"] = libyaml_problem() or "used by PyYAML"
    return {**versions, "program": sys.argv[0]}


def _catalog(runner: Runner) -> dict[str, object]:
    from aloop_models.catalog import installed_version
    from aloop_models.commands.views import catalog_view
    from aloop_models.workspace.catalog import find_catalog

    catalog, refused = runner.workspace.catalog, find_catalog().refused
    return {
        **catalog_view(catalog),
        "daysOld": (runner.workspace.facts.today - catalog.made).days,
        "path": str(catalog.source) if catalog.source else None,
        "installedLitellm": installed_version(),
        "refused": {"litellm": refused.version, "reason": refused.reason} if refused else None,
    }


def _runtime_folder() -> dict[str, object]:
    from aloop_models.workspace.folders import runtime_folder

    try:
        return {"folder": str(runtime_folder()), "problem": None}
    except AloopError as error:
        return {"folder": None, "problem": str(error)}


def _installed(names: tuple[str, ...]) -> dict[str, bool]:
    return {name: importlib.util.find_spec(name) is not None for name in names}


def _render(report: Mapping[str, Any]) -> str:
    file, catalog, runtime = report["file"], report["catalog"], report["runtimeFolder"]
    why = "another file was given" if file["source"] == "option" else "another file is nearer"
    place = (
        ("file", file["file"] or f"none{'' if file['blocked'] else ' (a new one would be ' + file['createAt'] + ')'}"),
        ("why", file["why"]),
        ("repository", file["repository"]),
        ("mode", file.get("mode")),
        ("git", file.get("git")),
        ("models", file.get("models")),
        ("problem", file.get("problem")),
        *(("skipped", f"{item['file']}: {item['reason']}. {item['advice']}.") for item in file["skipped"]),
        *(("not used", f"{path}, because {why}") for path in file["shadowed"]),
    )
    return render_pairs(place, _environment(catalog, runtime, report).items(), report["versions"].items())


def _environment(catalog: Mapping[str, Any], runtime: Mapping[str, Any], report: Mapping[str, Any]) -> dict[str, str]:
    source = "shipped snapshot" if catalog["origin"] == "snapshot" else "from an installed LiteLLM"
    age = f"{catalog['made']} ({plural(catalog['daysOld'], 'day')} old)"
    refused = catalog["refused"]
    lines = {
        "catalog": f"LiteLLM {catalog['litellm']}, {age}, {catalog['providers']} providers, {source}",
        "catalog file": catalog["path"] or "none",
        "catalog not used": f"LiteLLM {refused['litellm']} (installed): {refused['reason']}" if refused else "",
        "runtime folder": runtime["folder"] or runtime["problem"],
    }
    for extra, names in report["extras"].items():
        missing = ", ".join(name for name, is_installed in names.items() if not is_installed)
        install = f'pip install "aloop-models[{extra}]"'
        lines[f"extra {extra}"] = f"not installed: {missing}. Install it: {install}" if missing else "installed"
    return {**lines, "running agents": str(len(report["sessions"]))}
