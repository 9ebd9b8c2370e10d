"""The arguments of a LiteLLM call for a profile, and the secrets among them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from aloop_models.catalog import litellm_id
from aloop_models.catalog.arns import has_invalid_arn
from aloop_models.catalog.json_keys import file_in_key, has_credentials
from aloop_models.catalog.references import FOLLOWED_BY_LITELLM
from aloop_models.catalog.schema_file import load_schema
from aloop_models.catalog.urls import secrets_of_url
from aloop_models.llm.failures import FailureKind, ModelError
from aloop_models.llm.profile import ModelProfile

NO_KEY = "no-key-needed"
"""Sent for an entry without a key, so that LiteLLM does not use a key from the environment."""

_SIGNS_IN_OTHERWISE = ("bedrock", "sagemaker", "vertex_ai", "oci", "github_copilot", "chatgpt", "aws_")
"""Providers with other credentials than a key, which a dummy key would replace."""


def arguments_of(profile: ModelProfile) -> Mapping[str, Any]:
    """Return the arguments of `litellm.acompletion` for a profile: the fields that its provider has, and no others.

    LiteLLM would send the fields and secrets of another provider on, as a part of the request.

    Raises:
        ModelError: a field is a reference to the environment or a file, which LiteLLM would expand, or has a value
            that the schema does not allow, which could name another host, or is a JSON key without credentials or
            with the path of a local file.
    """
    extra = {name: profile.extra[name] for name in _fields_of_provider(profile) if profile.extra[name] is not None}
    given: dict[str, Any] = {"api_key": profile.api_key, "api_base": profile.api_base, **extra}
    for name, value in given.items():
        if any(text.strip().startswith(FOLLOWED_BY_LITELLM) for text in _texts(value)):
            message = f"{name} of {profile.display_name} is a reference, and references are not expanded."
            raise ModelError(FailureKind.NOT_SUPPORTED, f"{message} Write the value itself.")
    _refuse_other_hosts(profile)
    _refuse_json_key(profile)
    if profile.api_key is None and not _signs_in_otherwise(profile):
        given["api_key"] = NO_KEY
    return {
        **given,
        "model": route(litellm_id(profile.model_id)),
        "timeout": profile.timeout,
        "drop_params": profile.drop_params,
    }


def route(model_id: str) -> str:
    """Return the ID for LiteLLM; `ollama/…` uses the chat API, because the other API does not support tools."""
    return "ollama_chat/" + model_id.removeprefix("ollama/") if model_id.startswith("ollama/") else model_id


def secrets_of(profile: ModelProfile) -> tuple[str, ...]:
    """Return every secret of a profile: the values of secret fields, and the secrets in its URLs."""
    known = load_schema().fields
    values: list[object] = [profile.api_key]
    values += (value for name, value in profile.extra.items() if name not in known or known[name].secret)
    texts = [text for value in values for text in _texts(value)]
    urls = (profile.api_base, *profile.extra.values())
    texts += (text for url in urls if isinstance(url, str) and "://" in url for text in secrets_of_url(url.strip()))
    return tuple(dict.fromkeys(text for text in texts if len(text) > 3))


def _fields_of_provider(profile: ModelProfile) -> list[str]:
    known = load_schema().fields
    return [name for name in profile.extra if name in known and known[name].suits(profile.provider)]


def _refuse_other_hosts(profile: ModelProfile) -> None:
    """Refuse IDs and fields that contain more than an ARN or a region, because LiteLLM inserts that into a host."""
    name = "The ID" if has_invalid_arn(profile.model_id) else _field_with_other_characters(profile)
    if name is not None:
        message = f"{name} of {profile.display_name} is not valid. Fix its entry in models.yaml."
        raise ModelError(FailureKind.NOT_SUPPORTED, message)


def _field_with_other_characters(profile: ModelProfile) -> str | None:
    problems = load_schema().check_profile({name: profile.extra[name] for name in _fields_of_provider(profile)})
    return next((str(problem.path[0]) for problem in problems if problem.keyword == "pattern"), None)


def _refuse_json_key(profile: ModelProfile) -> None:
    key = profile.api_key or ""
    if not has_credentials(profile.provider, key):
        message = f"api_key of {profile.display_name} is not a JSON key with credentials."
        raise ModelError(FailureKind.NOT_SUPPORTED, f"{message} Paste the whole JSON.")
    if name := file_in_key(profile.provider, key):
        contained = profile.redactor.redact(name)
        message = f"api_key of {profile.display_name} contains {contained}, and local files are not read."
        raise ModelError(FailureKind.NOT_SUPPORTED, f"{message} Write the value itself.")


def _signs_in_otherwise(profile: ModelProfile) -> bool:
    secrets = {name for name in _fields_of_provider(profile) if load_schema().fields[name].secret}
    return profile.provider.startswith(_SIGNS_IN_OTHERWISE) or bool(secrets - {"extra_headers"})


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for item in cast("Mapping[str, object]", value).values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in cast("list[object]", value) for text in _texts(item)]
    return []
