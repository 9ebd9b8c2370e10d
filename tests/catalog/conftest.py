"""The fixtures of the catalog's tests."""

from support.litellm_folder import litellm_dir

__all__ = ["litellm_dir"]
