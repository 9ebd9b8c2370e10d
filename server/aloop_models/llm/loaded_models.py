"""The loaded models as a mapping that can be changed, as the RFC's agents do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping

from aloop_models.llm.profile import ModelProfile


class LoadedModels(MutableMapping[str, ModelProfile]):
    """The models loaded at one time, by ID, in the order of the file.

    Setting and deleting an item changes the file, with the same edits as `add_model`, `edit_model` and `remove_model`.
    A refused change raises `RefusedError`, and nothing has changed.
    """

    def __init__(
        self,
        models: Mapping[str, ModelProfile],
        put: Callable[[ModelProfile], ModelProfile],
        remove: Callable[[str], None],
    ) -> None:
        """`put` writes a model to the file and returns it as it is loaded; `remove` removes one."""
        self._models = dict(models)
        self._put = put
        self._remove = remove

    def __getitem__(self, model_id: str) -> ModelProfile:
        return self._models[model_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._models)

    def __len__(self) -> int:
        return len(self._models)

    def __repr__(self) -> str:
        return repr(self._models)

    def __setitem__(self, model_id: str, profile: ModelProfile) -> None:
        if profile.model_id != model_id:
            raise ValueError("The key must be the model_id of the profile.")
        self._models[model_id] = self._put(profile)

    def __delitem__(self, model_id: str) -> None:
        if model_id not in self._models:
            raise KeyError(model_id)
        self._remove(model_id)
        del self._models[model_id]
