"""`aloop`: the agent's command line. `--task` answers once and ends."""

from __future__ import annotations

import argparse
import importlib.util
import sys
from pathlib import Path

from aloop_models import __version__
from aloop_models.commands.lookup import match
from aloop_models.core.document import PlacedEntry
from aloop_models.dispatch import Dispatcher
from aloop_models.errors import AloopError, Refusal
from aloop_models.features.current import next_id
from aloop_models.features.readiness import display_name, why_not_ready
from aloop_models.llm.litellm_adapter import LiteLLMAdapter
from aloop_models.llm.profile import profile_of
from aloop_models.snapshot import Snapshot

INSTALL = 'The agent needs LiteLLM. Install it with: pip install "aloop-models[agent]"'


def main(arguments: list[str]) -> int:
    """Run the agent; 0: answered, 1: the model did not answer, 2: nothing was asked because something is missing."""
    parser = argparse.ArgumentParser(prog="aloop", description="Talk to the models of .aloop/models.yaml.")
    parser.add_argument("--task", metavar="TEXT", required=True, help="answer this and end; - reads it from stdin")
    parser.add_argument("--model", metavar="ID", help="use this model instead of the default")
    parser.add_argument("--config", metavar="PATH", type=Path, help="use this models.yaml")
    parser.add_argument("--version", action="version", version=f"aloop {__version__}")
    options = parser.parse_args(arguments)
    if importlib.util.find_spec("litellm") is None:
        print(INSTALL, file=sys.stderr)
        return 2
    try:
        return _task(options.task, options.model, options.config)
    except AloopError as error:
        print(f"aloop: {error}", file=sys.stderr)
        return 2


def _task(task: str, model: str | None, config: Path | None) -> int:
    text = sys.stdin.read() if task == "-" else task
    dispatcher = Dispatcher((Path.cwd(),), config=config)
    found = dispatcher.find()
    if found.path is None:
        raise Refusal("fileNotFound", "There is no models.yaml. Make one: aloop models add PROVIDER/MODEL")
    snapshot = dispatcher.saved(found.path)
    placed = _chosen(snapshot, model)
    if reason := why_not_ready(placed.entry, snapshot.facts):
        raise Refusal("notReady", f"{display_name(placed.entry)} cannot be used: {reason}. See {found.path}.")
    adapter = LiteLLMAdapter(profile=lambda: profile_of(placed.entry, snapshot.facts.schema))
    try:
        answer = adapter.complete([{"role": "user", "content": text}])
    except Exception as error:  # noqa: BLE001
        # What a provider says may quote the key, so only the kind of failure is told.
        print(f"aloop: {display_name(placed.entry)} did not answer ({type(error).__name__}).", file=sys.stderr)
        return 1
    print(answer.choices[0].message.content)
    return 0


def _chosen(snapshot: Snapshot, model: str | None) -> PlacedEntry:
    if model is not None:
        return match(snapshot, model)
    model_id = next_id(snapshot)
    if model_id is None:
        raise Refusal("modelNotFound", "models.yaml has no model that is ready. Add one, or set its key.")
    return snapshot.document.by_id[model_id]
