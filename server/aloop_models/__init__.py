"""Models, their keys and the switch between them: language server, commands, management, agent."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aloop_models.errors import AloopError, FileProblem, InvalidArguments, Refusal
    from aloop_models.llm.litellm_adapter import LiteLLMAdapter
    from aloop_models.llm.model_manager import ModelManager
    from aloop_models.llm.profile import ModelProfile

__version__ = "0.1.0"

__all__ = [
    "AloopError",
    "FileProblem",
    "InvalidArguments",
    "LiteLLMAdapter",
    "ModelManager",
    "ModelProfile",
    "Refusal",
    "__version__",
]

_HOMES = {
    "AloopError": "errors",
    "FileProblem": "errors",
    "InvalidArguments": "errors",
    "LiteLLMAdapter": "llm.litellm_adapter",
    "ModelManager": "llm.model_manager",
    "ModelProfile": "llm.profile",
    "Refusal": "errors",
}


def __getattr__(name: str) -> object:
    """A public name, imported when it is first used: the server and the command line start without the agent's part."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
