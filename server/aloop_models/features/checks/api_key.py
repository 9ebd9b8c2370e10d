"""Checks of API keys that are missing, placeholders, malformed or of another provider, without network access."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import cast

from aloop_models.catalog import ProviderFacts, is_placeholder, is_placeholder_url, split_id
from aloop_models.catalog.json_keys import file_in_key, has_credentials
from aloop_models.catalog.key_forms import (
    KeyProblem,
    contains_key,
    is_broken,
    key_problem,
    kind_of_other_api,
    provider_of_key,
    takes_json_key,
)
from aloop_models.catalog.provider_hosts import provider_of_host
from aloop_models.catalog.references import refers, refers_to_key
from aloop_models.core.document import Entry, Field
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.nodes import Scalar, Sequence, resolve
from aloop_models.features.checks.distance import host_of, is_near
from aloop_models.features.checks.fixes import last_on_line, offer, own_scalar, remove_field, replace_part
from aloop_models.features.checks.key_cleaning import Defect, clean_key, defect_of, keep_only
from aloop_models.features.checks.key_forms import is_key
from aloop_models.features.checks.key_owner import fixes_to_owner, ids_of_owner, other_owner
from aloop_models.features.checks.model_id import is_clear
from aloop_models.features.checks.references import KEY_HEADERS
from aloop_models.features.checks.spans import part_span, value_span
from aloop_models.features.checks.syntax_foreign import comment_after
from aloop_models.features.checks.wording import list_choices
from aloop_models.features.diagnostic import Diagnostic, Fix, Rule, Severity, SeverityCase
from aloop_models.snapshot import Facts

KEY_FIXES = (
    "Safe: asks for the API key, hides it while you type it, and writes it into the entry. Unsafe: uses the key of "
    "another entry of the same provider with the same server in `api_base`; a key with an anchor stays shared."
)
"""The fixes of most rules about keys, for `Rule.fix_safety`."""

MISSING_API_KEY = Rule(
    "missing-api-key",
    Severity.ERROR,
    "Missing API key",
    "The provider requires an API key. Keys are never taken from the environment, so the model is not "
    "ready and cannot be selected. Not reported for a server on your machine or in your private network. AWS "
    "credentials are a pair: `aws_access_key_id` without `aws_secret_access_key` is reported too.",
    "models:\n  openai/gpt-4o:\n    name: GPT-4o\ndefault: openai/gpt-4o\n",
    "models:\n  openai/gpt-4o:\n    name: GPT-4o\n    api_key: sk-not-a-real-one-but-long-enough\n"
    "default: openai/gpt-4o\n",
    fixes="safe or unsafe",
    fix_safety=KEY_FIXES,
    severity_reason="The provider refuses a call without an API key.",
    other_severities=(
        SeverityCase(
            Severity.INFORMATION,
            "if `api_base` names a server outside your machine and private network, because the server may not "
            "need a key",
        ),
    ),
    related=("placeholder-api-key", "env-reference", "key-in-wrong-field"),
)
PLACEHOLDER_API_KEY = Rule(
    "placeholder-api-key",
    Severity.ERROR,
    "Placeholder instead of an API key",
    "The provider refuses placeholders such as `sk-...` and `your-api-key`. Replace the placeholder with your API "
    "key. If a server of your own needs none, remove `api_key`.",
    "models:\n  openai/gpt-4o:\n    api_key: sk-...\ndefault: openai/gpt-4o\n",
    "models:\n  openai/gpt-4o:\n    api_key: sk-not-a-real-one-but-long-enough\ndefault: openai/gpt-4o\n",
    fixes="safe or unsafe",
    fix_safety=KEY_FIXES,
    severity_reason="The provider refuses the placeholder, and the agent does not send one.",
    related=("missing-api-key", "env-reference"),
)
MALFORMED_API_KEY = Rule(
    "malformed-api-key",
    Severity.WARNING,
    "API key with a wrong format",
    "The key contains characters that an HTTP header cannot transport, quotes, `Bearer` or the name of a variable, was "
    "pasted twice, is a URL or an email address, is shorter than the provider's keys, starts differently, or is for "
    "another API of the provider. Usually something was copied with the key, or a part of it was lost. If `api_base` "
    "is a host that is not known to be a provider's own, the length and the prefix are not checked.",
    "models:\n  openai/gpt-4o:\n    api_key: sk-tooshort\ndefault: openai/gpt-4o\n",
    "models:\n  openai/gpt-4o:\n    api_key: sk-not-a-real-one-but-long-enough\ndefault: openai/gpt-4o\n",
    fixes="safe or unsafe",
    fix_safety="Safe: removes white space, invisible characters, quotes, commas, `Bearer` and the name of a variable "
    "around a key that is valid without them; or asks for the key. Unsafe: removes white space in the middle of a key, "
    "or what was pasted twice, or uses the key of another entry of the same provider and server.",
    severity_reason="The provider probably refuses the API key, but formats of keys change.",
    other_severities=(
        SeverityCase(Severity.ERROR, "if a JSON key has no credentials, or contains the path of a local file"),
    ),
    related=("key-of-another-provider", "placeholder-api-key"),
)
KEY_OF_ANOTHER_PROVIDER = Rule(
    "key-of-another-provider",
    Severity.WARNING,
    "API key of another provider",
    "Keys of several providers start with a prefix of their own, such as `sk-ant-`. The provider in the ID "
    "refuses another provider's key. If `api_base` is a public host of a provider, the key must be one of that "
    "provider. Not reported for other hosts.",
    "models:\n  openai/gpt-4o:\n    api_key: sk-ant-api03-this-is-not-one-of-the-real-keys-but-long-enough\n"
    "default: openai/gpt-4o\n",
    "models:\n  anthropic/claude-opus-5:\n    api_key: sk-ant-api03-this-is-not-one-of-the-real-keys-but-long-enough\n"
    "default: anthropic/claude-opus-5\n",
    fixes="unsafe",
    fix_safety="Unsafe: the key may be the mistake, not the ID. The fix changes the ID to one of the provider that the "
    "key belongs to, removes an `api_base` of another provider than that of the ID and the key, uses the key of "
    "another entry of the same provider and server, or asks for the key. No fix sends a key to another provider.",
    severity_reason="The provider probably refuses the API key, but prefixes of keys change.",
    related=("malformed-api-key", "key-in-wrong-field"),
)

_SCHEME = lazy_re(r"^\s*(?:bearer|basic|token)\b", re.IGNORECASE)
_DEFECTS = {
    Defect.BEARER: "api_key starts with 'Bearer', which is added when the key is sent. Remove it.",
    Defect.NAME: "api_key contains the name of a variable or a header. Keep only the key.",
    Defect.QUOTES: "api_key contains quotes that are not part of the key. Remove them.",
    Defect.BRACKETS: "api_key has the brackets of an example around the key. Keep only the key.",
    Defect.CHARACTERS: "api_key contains a space or another character that no API key has. Paste the key again.",
    Defect.TWICE: "api_key contains the key, or its start, twice. Keep it once.",
}
_URL = lazy_re(r"\s*https?://", re.IGNORECASE)
_EMAIL = lazy_re(r"\s*[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\s*", re.IGNORECASE)
_REMOVAL = {True: "Remove the characters around the key", False: "Remove the characters that no API key has"}


def check_api_key(entry: Entry, facts: Facts) -> Iterator[Diagnostic]:
    """Check the entry's API key against what its provider requires."""
    profile = entry.profile
    key = profile.get("api_key")
    provider = split_id(entry.model_id)[0]
    known = facts.catalog.providers.get(provider)
    if isinstance(key, str) and key.strip():
        field = entry.field("api_key")
        if refers_to_key(key) or field is None or (isinstance(field.value, Scalar) and field.value.fault):
            return
        base = entry.text("api_base")
        issuer = _issuer(provider, base, facts)
        if _problem_of(issuer or provider, key) is KeyProblem.PLACEHOLDER:
            yield from _placeholder(entry, field, known, "" if issuer else base)
        else:
            yield from _format(entry, field, key, facts.catalog.providers.get(issuer), facts)
    elif key is None or isinstance(key, str):
        yield from _missing(entry, provider, known)


def keys_in_headers(entry: Entry) -> tuple[str, ...]:
    """The keys in the entry's headers, without `Bearer`, including references and placeholders."""
    return tuple(_header_keys(entry).values())


def has_valid_key(entry: Entry, facts: Facts) -> bool:
    """Whether `api_key` is a text without a problem, so that another entry can use it too."""
    key = entry.text("api_key")
    if not key or refers(key) or is_placeholder(key):
        return False
    return next(check_api_key(entry, facts), None) is None


def has_secret(entry: Entry, facts: Facts) -> bool:
    """Whether the entry contains a secret: text in a secret field or a key in any field, except a placeholder."""
    if is_key(entry.model_id):
        return True
    for name, value in entry.profile.items():
        if value is None:
            continue
        spec = facts.schema.fields.get(name)
        if spec is not None and spec.secret:
            if not isinstance(value, str) or (value.strip() and not is_placeholder(value) and not refers(value)):
                return True
        elif isinstance(value, str) and is_key(value):
            return True
    return False


def _header_keys(entry: Entry) -> dict[str, str]:
    """The keys in the entry's headers, by the name of the header."""
    headers = entry.profile.get("extra_headers")
    if not isinstance(headers, Mapping):
        return {}
    values = {
        name: _SCHEME.sub("", value).strip()
        for name, value in cast("Mapping[object, object]", headers).items()
        if isinstance(name, str) and name.casefold() in KEY_HEADERS and isinstance(value, str)
    }
    return {name: value for name, value in values.items() if value}


@lru_cache(maxsize=1024)
def _problem_of(provider: str, key: str) -> KeyProblem | None:
    """The problem of a key; cached, because the models of a provider often share one."""
    return key_problem(provider, key)


def _issuer(provider: str, base: str, facts: Facts) -> str:
    """The provider whose keys the entry needs; empty if its server may accept any key."""
    if base:
        return provider_of_host(host_of(base) or "") or ""
    return provider if provider in facts.catalog.providers else ""


def _placeholder(entry: Entry, field: Field, known: ProviderFacts | None, base: str) -> Iterator[Diagnostic]:
    # A provider that needs no key accepts any text as a key; YOUR_API_KEY is certainly a placeholder.
    if known is not None and not known.needs_key and not refers(entry.text("api_key")):
        return
    message = "api_key is a placeholder. Replace it with your API key."
    if base:
        message = "api_key is a placeholder. Write the server's API key, or remove api_key if it needs none."
    yield Diagnostic(PLACEHOLDER_API_KEY, value_span(entry, field), message)


def _format(entry: Entry, field: Field, key: str, issuer: ProviderFacts | None, facts: Facts) -> Iterator[Diagnostic]:
    """Check the characters of the key and, if its issuer is known, its length and prefix."""
    if takes_json_key(split_id(entry.model_id)[0]) or (issuer is not None and takes_json_key(issuer.name)):
        provider, message = split_id(entry.model_id)[0], ""
        if not has_credentials(provider, key):
            message = "api_key is not a JSON key with credentials. Paste the whole JSON."
        elif file_in_key(provider, key):
            message = "api_key contains the path of a local file, which is not read. Write the value itself."
        if message:
            yield Diagnostic(MALFORMED_API_KEY, value_span(entry, field), message, (), Severity.ERROR)
        return
    span = value_span(entry, field)
    if what := _other_text(key, issuer):
        yield Diagnostic(MALFORMED_API_KEY, span, f"api_key is {what}, not an API key. Paste the key.")
        return
    defect = defect_of(key)
    if " " in key and (comment := comment_after(last_on_line(entry, field))):
        yield Diagnostic(MALFORMED_API_KEY, *comment[:2], offer(*(Fix(*fix, safe=False) for fix in comment.edits)))
        return
    head, _, note = key.partition("#")
    if note and contains_key(head):
        here = last_on_line(entry, field)
        at, is_plain = len(head), here is not None and not here.style
        message = "The '#' and the text after it are a part of api_key. Write a space before '#' to make it a comment."
        fix = Fix("Add a space", replace_part(here, at, at, " ") if here and is_plain else (), safe=False)
        yield Diagnostic(MALFORMED_API_KEY, span, message, offer(fix))
        return
    if defect is None and issuer is not None and is_broken(issuer.name, key):
        defect = Defect.CHARACTERS
    if defect is not None:
        clean = clean_key(key)
        rest = clean.text if clean else ""
        problem = _problem_of(issuer.name, rest) if issuer else None
        here = own_scalar(field)
        fixes: tuple[Fix, ...] = ()
        is_key_alone = not refers(rest) and not is_placeholder(rest) and problem is not KeyProblem.MALFORMED
        if here is not None and clean is not None and is_key_alone and not clean.may_have_words:
            title = "Keep the key once" if defect is Defect.TWICE else _REMOVAL[clean.certain]
            fixes = offer(Fix(title, keep_only(here, clean), safe=clean.certain))
        yield Diagnostic(MALFORMED_API_KEY, span, _DEFECTS[defect], fixes)
        key = rest
    problem = _problem_of(issuer.name, key) if issuer and key else None
    owner = other_owner(entry, facts) if issuer else None
    if issuer is not None and (problem is KeyProblem.OTHER_PROVIDER or owner is not None):
        yield _of_another(entry, field, key, issuer, owner, facts)
    elif issuer is not None and defect is None and (kind := kind_of_other_api(issuer.name, key)):
        message = f"api_key is {kind}, which cannot call a model. Paste an API key."
        yield Diagnostic(MALFORMED_API_KEY, span, message)
    elif issuer is not None and problem is KeyProblem.MALFORMED and defect is None:
        yield Diagnostic(MALFORMED_API_KEY, span, _wrong_format(key, issuer))


def _other_text(key: str, issuer: ProviderFacts | None) -> str:
    """What a text is, if it is certainly not a key; else empty. Another server may accept an email address."""
    if _URL.match(key):
        return "a URL"
    return "an email address" if issuer is not None and _EMAIL.fullmatch(key) else ""


def _missing(entry: Entry, provider: str, known: ProviderFacts | None) -> Iterator[Diagnostic]:
    value = resolve(entry.value)
    without_fields = isinstance(value, Scalar) and value.value is not None
    if not entry.readable or without_fields or isinstance(value, Sequence) or not is_clear(entry):
        return
    # It is unknown whether an unknown provider needs a key, and its name has a diagnostic already.
    if known is None or not known.needs_key or any(map(entry.text, known.key_fields)):
        return
    if keys_in_headers(entry):
        yield from _placeholder_headers(entry)
        return
    base = entry.text("api_base")
    if base and (is_near(base) or refers(base) or is_placeholder_url(base) or host_of(base) is None):
        # Whether the server needs a key is known once its URL is.
        return
    field = entry.field("api_key")
    span = field.key.span if field and not field.inherited else entry.key.span
    if base:
        message = "api_key is missing. Add it if the server needs an API key."
        yield Diagnostic(MISSING_API_KEY, span, message, (), Severity.INFORMATION, field="api_key")
    else:
        message = f"api_key is missing. Add your {known.key_name}."
        yield Diagnostic(MISSING_API_KEY, span, message, field="api_key")


def _placeholder_headers(entry: Entry) -> Iterator[Diagnostic]:
    """The placeholders in the headers of an entry whose only keys they are."""
    keys, field = _header_keys(entry), entry.field("extra_headers")
    if field is None or not all(is_placeholder(key) and not refers(key) for key in keys.values()):
        return
    for name in keys:
        message = "extra_headers contains a placeholder. Replace it with your API key."
        yield Diagnostic(PLACEHOLDER_API_KEY, part_span(entry, field, (name,)), message)


def _of_another(
    entry: Entry, field: Field, key: str, issuer: ProviderFacts, owner: ProviderFacts | None, facts: Facts
) -> Diagnostic:
    """A key that its issuer did not issue; `owner` is given if the ID could be one of the key's own provider."""
    name = provider_of_key(key) or ""
    known = facts.catalog.providers.get(name)
    base = entry.field("api_base")
    if base is not None and known is not None and name == split_id(entry.model_id)[0] != "openai":
        # openai/ is also the provider of other servers, so its key can be the mistake.
        message = f"api_base is a URL of {issuer.label}, but the ID and api_key are for {known.label}."
        if known.needs_base:
            return Diagnostic(KEY_OF_ANOTHER_PROVIDER, value_span(entry, base), f"{message} Change the URL.")
        fix = Fix("Remove api_base", remove_field(entry, base), safe=False)
        return Diagnostic(KEY_OF_ANOTHER_PROVIDER, value_span(entry, base), f"{message} Remove api_base.", offer(fix))
    ids = ids_of_owner(entry, owner, facts) if owner else ()
    if ids:
        advice = f"Did you mean {list_choices(ids)}?"
    elif issuer.needs_key:
        advice = f"Paste your {issuer.key_name}."
    else:
        advice = f"{issuer.label} needs other credentials."
    message = f"api_key is a key for {known.label if known else name}, not for {issuer.label}. {advice}"
    fixes = offer(*fixes_to_owner(entry, owner, facts)) if owner else ()
    return Diagnostic(KEY_OF_ANOTHER_PROVIDER, value_span(entry, field), message, fixes)


def _wrong_format(key: str, issuer: ProviderFacts) -> str:
    if issuer.key_prefixes and not key.startswith(issuer.key_prefixes):
        return f"api_key does not start with {issuer.key_prefixes[0]} like {issuer.key_name}s. Paste the whole key."
    return f"api_key is shorter than {issuer.key_name}s. Paste the whole key."
