"""The public names for type checkers; `__init__.py` imports each when it is first used."""

from aloop_models.agent.attach import attach
from aloop_models.agent.base import BaseAgent
from aloop_models.errors import AloopError, FileError, InvalidArgumentsError, RefusedError
from aloop_models.llm.answer import Answer
from aloop_models.llm.failures import ModelError
from aloop_models.llm.litellm_adapter import LiteLLMAdapter
from aloop_models.llm.model_manager import ModelManager
from aloop_models.llm.profile import ModelProfile

__version__: str

__all__ = [
    "AloopError",
    "Answer",
    "BaseAgent",
    "FileError",
    "InvalidArgumentsError",
    "LiteLLMAdapter",
    "ModelError",
    "ModelManager",
    "ModelProfile",
    "RefusedError",
    "__version__",
    "attach",
]
