"""`/effort`: show or set the reasoning effort of a session."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from pathlib import Path

from aloop_models.agent.base import BaseAgent
from aloop_models.agent.interface import Interface
from aloop_models.agent.model_line import WORD
from aloop_models.agent.session_commands import AS_IN_ENTRY, EFFORT, EFFORT_VALUES
from aloop_models.agent.starting import ready_profiles
from aloop_models.errors import RefusedError
from aloop_models.llm.effort import OFF, can_turn_off, effort_of, takes_effort
from aloop_models.llm.litellm_adapter import is_loaded
from aloop_models.llm.model_manager import ModelManager
from aloop_models.llm.profile import ModelProfile


async def run_effort(value: str, agent: BaseAgent, manager: ModelManager, interface: Interface) -> None:
    """Show the reasoning effort, or set it for this session.

    Raises:
        RefusedError: There is no such effort, no current model, or the model does not support it.
    """
    if value and value not in EFFORT_VALUES:
        raise RefusedError("invalidArguments", f"Unknown effort. Use: {EFFORT} {'|'.join(EFFORT_VALUES)}")
    profile = manager.get_current_model()
    if profile is None:
        raise RefusedError("notReady", f"There is no current model. Switch to one: {WORD} MODEL")
    if value == AS_IN_ENTRY:
        agent.effort = None
    with nullcontext() if is_loaded() else interface.progress("Loading LiteLLM"):
        is_taken = await asyncio.to_thread(takes_effort, profile)
    if not is_taken:
        message = f"{profile.display_name} does not support reasoning effort."
        if value == AS_IN_ENTRY:
            interface.say(message)
            return
        raise RefusedError(
            "invalidArguments", f"{message} {await asyncio.to_thread(_who_takes_effort, manager)}".rstrip()
        )
    if value and value != AS_IN_ENTRY:
        agent.effort = value
    interface.say(await asyncio.to_thread(_effort_line, profile, agent.effort))


def _effort_line(profile: ModelProfile, effort: str | None) -> str:
    name = profile.display_name
    own = effort_of(profile, None)
    source = "this session only" if effort else "models.yaml"
    line = f"Reasoning effort of {name}: {effort or own} ({source})." if effort or own else ""
    if effort == OFF and not can_turn_off(profile):
        return f"{line} Its reasoning cannot be turned off, so no effort is sent and the provider decides."
    return line or f"Reasoning effort of {name}: the provider decides."


def _who_takes_effort(manager: ModelManager) -> str:
    """A sentence with the ready models that support an effort; empty if there are none."""
    ready = ready_profiles(manager.workspace, Path(manager.config_path))
    names = [item.display_name for item in ready if takes_effort(item)]
    return f"Models that do: {', '.join(names[:3])}." if names else ""
