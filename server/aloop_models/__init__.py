"""Models, their keys and the switch between them: language server, commands, management, agent."""

from __future__ import annotations

import importlib

__version__ = "0.1.0"

_HOMES = {
    "AloopError": "errors",
    "Answer": "llm.answer",
    "BaseAgent": "agent.base",
    "FileError": "errors",
    "InvalidArgumentsError": "errors",
    "LiteLLMAdapter": "llm.litellm_adapter",
    "ModelError": "llm.failures",
    "ModelManager": "llm.model_manager",
    "ModelProfile": "llm.profile",
    "RefusedError": "errors",
    "attach": "agent.attach",
}

__all__ = [*_HOMES, "__version__"]  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> object:
    """A public name, imported when it is first used: the server and the command line start without the agent's part."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
