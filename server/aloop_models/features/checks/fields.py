"""Checks of field names: unknown and unsupported fields, and those of other providers, which have no effect."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from aloop_models.catalog import is_entry_id, nearest, one_slip, provider_of
from aloop_models.core.document import Entry, Field
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.schema import FieldSpec, Schema
from aloop_models.core.text import Edit
from aloop_models.features.checks.fixes import (
    comment_out_field,
    has_no_colon,
    missing_space,
    offer,
    quote_scalar,
    replace_part,
)
from aloop_models.features.checks.key_forms import is_key
from aloop_models.features.checks.spans import name_span
from aloop_models.features.checks.syntax_foreign import comment_mark, use_hash
from aloop_models.features.checks.values import WRONG_TYPE, kind_of
from aloop_models.features.checks.wording import list_choices, quote_name
from aloop_models.features.diagnostic import Diagnostic, Fix, Rule, Severity, SeverityCase
from aloop_models.snapshot import Facts

UNKNOWN_FIELD = Rule(
    "unknown-field",
    Severity.WARNING,
    "Unknown field",
    "The field stays in the file, but it is not sent to the provider and has no effect. Usually its name "
    "is misspelled, or it is a field of another provider, such as num_ctx of Ollama.",
    "models:\n  ollama/llama3:\n    timout: 300\ndefault: ollama/llama3\n",
    "models:\n  ollama/llama3:\n    timeout: 300\ndefault: ollama/llama3\n",
    fixes="safe or unsafe",
    fix_safety="Safe: renaming the field, if its name is one typo away from exactly one known field and the value is "
    "valid for that field. Other fixes are unsafe.",
    severity_reason="The model works, but the field has no effect.",
    other_severities=(SeverityCase(Severity.ERROR, "if the provider needs the field that the name means"),),
    related=("unsupported-field", "wrong-type"),
)
UNSUPPORTED_FIELD = Rule(
    "unsupported-field",
    Severity.WARNING,
    "Unsupported field",
    "LiteLLM knows the field, but aloop does not use it: the agent sets it itself, or it runs code, reads "
    "local files or answers without the model.",
    "models:\n  ollama/llama3:\n    stream: true\ndefault: ollama/llama3\n",
    "models:\n  ollama/llama3:\n    # stream: true\ndefault: ollama/llama3\n",
    fixes="safe or unsafe",
    fix_safety="Safe: renaming the field to the supported field with the same meaning. Commenting it out is unsafe.",
    severity_reason="The model works, but the field has no effect.",
    other_severities=(SeverityCase(Severity.ERROR, "if the provider needs the field to use instead"),),
    related=("unknown-field",),
)

_COMMONLY_MEANT = {
    "key": "api_key",
    "apikey": "api_key",
    "api": "api_key",
    "secret": "api_key",
    "secretkey": "api_key",
    "accesskey": "api_key",
    "authtoken": "api_key",
    "url": "api_base",
    "base": "api_base",
    "host": "api_base",
    "endpoint": "api_base",
    "apiurl": "api_base",
    "apihost": "api_base",
    "apiendpoint": "api_base",
    "azureendpoint": "api_base",
    "azureopenaiendpoint": "api_base",
    "azureopenaiapikey": "api_key",
    "azureopenaiapiversion": "api_version",
    "ollamahost": "api_base",
    "openaiapibase": "api_base",
    "openaibaseurl": "api_base",
    "awsaccesskey": "aws_access_key_id",
    "awssecret": "aws_secret_access_key",
    "awssecretkey": "aws_secret_access_key",
    "baseurl": "api_base",
    "title": "name",
    "label": "name",
    "displayname": "name",
    "org": "organization",
    "organizationid": "organization",
    "contextlength": "num_ctx",
    "contextwindow": "num_ctx",
    "maxoutputtokens": "max_tokens",
    "maxnewtokens": "max_tokens",
    "effort": "reasoning_effort",
    "region": "aws_region_name",
    "awsregion": "aws_region_name",
    "awsdefaultregion": "aws_region_name",
    "googlecloudproject": "vertex_project",
    "googlecloudlocation": "vertex_location",
    "vertexregion": "vertex_location",
    "project": "vertex_project",
    "location": "vertex_location",
    "token": "api_key",
    "projectid": "vertex_project",
    "regionname": "aws_region_name",
    "accesskeyid": "aws_access_key_id",
    "secretaccesskey": "aws_secret_access_key",
    "awsprofile": "aws_profile_name",
    "profile": "aws_profile_name",
    "orgid": "organization",
    "openaiorganization": "organization",
    "contextsize": "num_ctx",
    "ctxsize": "num_ctx",
    "nctx": "num_ctx",
}
"""What a name, without `_` and `-`, means that is unknown, or that another provider has."""
_MEANT_WHERE_KNOWN = {
    "accesskey": "aws_access_key_id",
    "secretkey": "aws_secret_access_key",
    "sessiontoken": "aws_session_token",
    "region": "vertex_location",
    "regionname": "vertex_location",
}
"""What a name means first, at providers that have this field."""
_OF_DEPLOYMENT = ("azure", "azure_text")
_DEPLOYMENT = frozenset({"deployment", "deployment_name", "deploymentName", "azure_deployment"})
"""Names of the deployment in other tools, which mean `deployment_id` at these providers."""
_CONNECTION = frozenset({"api_base", "api_key", "api_version"})
"""Fields whose environment variables have the provider in front, such as `OPENAI_API_BASE`."""

# The whole reason: "Use api_key, azure_ad_token, or …" names fields with other values.
_INSTEAD = lazy_re(r"Use (\w+)(?:, in seconds)?\.")

# Fields of the LiteLLM proxy's configuration (ModelInfo and LiteLLM_Params in litellm/types/router.py).
_FIELDS_OF_PROXY = frozenset(
    {
        "cooldown_time",
        "litellm_params",
        "litellm_provider",
        "max_budget",
        "max_parallel_requests",
        "mode",
        "model_info",
        "model_name",
        "rpm",
        "tags",
        "tpm",
        "weight",
    }
)


_MOST_SUGGESTIONS = 20
"""Maximum number of unknown fields of one entry that are compared with known names."""


def check_fields(entry: Entry, facts: Facts) -> Iterator[Diagnostic]:
    """Check the names of the fields."""
    known = facts.schema.fields
    provider = provider_of(entry.model_id)
    if provider in facts.catalog.providers:
        for field in entry.fields:
            spec = known.get(field.name)
            # Entries of several providers can share fields.
            if spec is not None and not spec.suits(provider) and not field.inherited:
                yield _of_other_provider(entry, field, spec, facts)
    unknown = [field for field in entry.fields if field.name not in known]
    for number, field in enumerate(unknown):
        if not isinstance(field.key.value, str):
            yield _not_a_string(entry, field)
        elif field.name in facts.schema.unsupported:
            yield _unsupported(entry, field, field.name, facts)
        elif field.name in _DEPLOYMENT and provider in _OF_DEPLOYMENT:
            yield _unsupported(entry, field, "deployment_id", facts)
        else:
            diagnostic = _unknown(entry, field, facts, suggests=number < _MOST_SUGGESTIONS)
            if diagnostic is not None:
                yield diagnostic


def meant_fields(entry: Entry, name: str, facts: Facts) -> tuple[str, ...]:
    """The known fields that an unknown name most likely means, closest first."""
    if name in _FIELDS_OF_PROXY:
        return ()
    # A field of another provider has no effect here either, unless this provider is unknown.
    provider = provider_of(entry.model_id)
    suiting = _suiting(facts.schema, provider if provider in facts.catalog.providers else None)
    common, near = commonly_meant(name, provider, facts), _nearest_fields(name, suiting)
    if provider not in facts.catalog.providers:
        # The fields of all providers come first: oci_key is only for OCI.
        near = _nearest_fields(name, _suiting(facts.schema, "")) or near
    found = (common, *near) if common in suiting else near
    return tuple(dict.fromkeys(found))


def commonly_meant(name: str, provider: str, facts: Facts) -> str | None:
    """The field that a name of another tool or an environment variable means: `key`, `OPENAI_API_BASE`."""
    specs = facts.schema.fields
    written = name.casefold().replace("-", "_")
    rest = written.partition("_")[2]
    if rest in ("base_url", "baseurl"):
        return "api_base"
    first = _MEANT_WHERE_KNOWN.get(_spelling(name))
    if first is not None and provider in facts.catalog.providers and specs[first].suits(provider):
        return first
    return _COMMONLY_MEANT.get(_spelling(name)) or (rest if rest in _CONNECTION and rest in specs else None)


@lru_cache(maxsize=256)
def _suiting(schema: Schema, provider: str | None) -> tuple[str, ...]:
    """The names of the fields that an entry of a provider can have; without a provider, of every field."""
    return tuple(name for name, spec in schema.fields.items() if provider is None or spec.suits(provider))


@lru_cache(maxsize=4096)
def _nearest_fields(name: str, fields: tuple[str, ...]) -> tuple[str, ...]:
    return nearest(name, fields)


def _unknown(entry: Entry, field: Field, facts: Facts, *, suggests: bool) -> Diagnostic | None:
    if mark := comment_mark(field.name):
        edits = replace_part(field.key, 0, len(mark), "#") if comment_out_field(entry, field) else ()
        fix = Fix(f"Replace '{mark}' with '#'", edits, safe=False)
        return Diagnostic(UNKNOWN_FIELD, name_span(entry, field), use_hash(mark), offer(fix))
    has_key = isinstance(field.data, str) and is_key(field.data)
    name, colon, value = field.name.partition(":")
    if colon and value and name in facts.schema.fields and has_no_colon(field.key, field.value):
        message, fix = missing_space(field.key, name)
        return Diagnostic(UNKNOWN_FIELD, name_span(entry, field), message, offer(fix), field=name)
    # Whether an API key has a diagnostic of its own depends on the meaning of the name.
    near = meant_fields(entry, field.name, facts) if suggests or has_key else ()
    if field.name in _FIELDS_OF_PROXY:
        message = f"{field.name} is a field of the LiteLLM proxy and has no effect. Remove it."
    elif near:
        message = f"Unknown field {quote_name(field.name)}: it has no effect. Did you mean {list_choices(near)}?"
    elif has_key:
        # An API key in an unknown field has a diagnostic of its own.
        return None
    elif is_entry_id(field.name) and provider_of(field.name) in facts.catalog.providers:
        message = (
            f"{quote_name(field.name)} is a model inside another entry: it has no effect. Indent it like that entry."
        )
    else:
        message = f"Unknown field {quote_name(field.name)}: it has no effect. Check its spelling, or remove it."
    renames = [
        Fix(f"Rename to {name}", _rename(field, name), safe=_is_certain(field, name, facts))
        for name in near
        if name not in entry.profile
    ]
    fixes = offer(*(renames or [Fix("Comment out this line", comment_out_field(entry, field), safe=False)]))
    meant = near[0] if near and field.data else ""
    return Diagnostic(UNKNOWN_FIELD, name_span(entry, field), message, fixes, field=meant)


def _of_other_provider(entry: Entry, field: Field, spec: FieldSpec, facts: Facts) -> Diagnostic:
    message = f"{field.name} is only for {list_choices(spec.providers)}: it has no effect."
    specs, provider = facts.schema.fields, provider_of(entry.model_id)
    meant = commonly_meant(field.name, provider, facts)
    if meant is None or not specs[meant].suits(provider) or meant in entry.profile:
        removal = offer(Fix("Comment out this line", comment_out_field(entry, field), safe=False))
        return Diagnostic(UNKNOWN_FIELD, name_span(entry, field), f"{message} Remove it.", removal)
    renaming = offer(Fix(f"Rename to {meant}", _rename(field, meant), safe=False))
    message += f" Did you mean {meant}?"
    return Diagnostic(UNKNOWN_FIELD, name_span(entry, field), message, renaming, field=meant if field.data else "")


def _unsupported(entry: Entry, field: Field, meaning: str, facts: Facts) -> Diagnostic:
    """A field that is not supported; `meaning` is its name in the schema, which says why."""
    reason = facts.schema.unsupported[meaning]
    message = f"{field.name} is not supported. {reason}"
    instead = _INSTEAD.fullmatch(reason)
    meant = instead[1] if instead and field.data and instead[1] in facts.schema.fields else ""
    renaming = (
        [Fix(f"Rename to {meant}", _rename(field, meant), safe=True)] if meant not in ("", *entry.profile) else []
    )
    removal = [Fix("Comment out this line", comment_out_field(entry, field), safe=False)]
    # Without this value, the entry could lack a field that the provider needs.
    candidates = renaming if renaming and meant in ("api_key", "api_base") else [*renaming, *removal]
    return Diagnostic(UNSUPPORTED_FIELD, name_span(entry, field), message, offer(*candidates), field=meant)


def _not_a_string(entry: Entry, field: Field) -> Diagnostic:
    kind = kind_of(field.key.value)
    message = f"YAML reads the field name {quote_name(field.key.text)} as {kind}. Quote it, or correct it."
    edits = () if field.inherited else quote_scalar(field.key)
    return Diagnostic(
        WRONG_TYPE,
        name_span(entry, field),
        message,
        offer(Fix("Quote this name", edits, safe=True)),
        Severity.WARNING,
    )


def _is_certain(field: Field, name: str, facts: Facts) -> bool:
    """Whether the field can only mean this known field, judged by its spelling and value."""
    schema = facts.schema
    return _slips(schema, field.name) == [name] and not any(schema.check_profile({name: field.data}))


@lru_cache(maxsize=4096)
def _slips(schema: Schema, name: str) -> list[str]:
    """The known fields with the letters of a name, or else with one other letter."""
    written = _spelling(name)
    same = [known for known in schema.fields if _spelling(known) == written]
    return same or [known for known in schema.fields if one_slip(name, known)]


def _spelling(name: str) -> str:
    """The letters of a name, which are equal for `apiKey`, `API-KEY` and `api_key`."""
    return name.casefold().replace("_", "").replace("-", "")


def _rename(field: Field, name: str) -> tuple[Edit, ...]:
    return () if field.inherited else replace_part(field.key, 0, len(field.key.text), name)
