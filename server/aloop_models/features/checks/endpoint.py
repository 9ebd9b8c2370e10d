"""Checks of `api_base`: missing, not a URL, or a URL to which an API key is sent unencrypted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

from aloop_models.catalog import is_placeholder_url, provider_of, split_id
from aloop_models.catalog.json_keys import urls_of_key
from aloop_models.catalog.provider_hosts import WEB_PAGES, can_mean, meant_host, provider_of_host
from aloop_models.catalog.provider_table import BASE_EXAMPLE
from aloop_models.catalog.references import refers
from aloop_models.catalog.url_completion import api_of
from aloop_models.core.document import Entry, Field
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.nodes import Scalar
from aloop_models.core.text import Edit, Span, apply_edits
from aloop_models.features.checks.api_key import has_secret
from aloop_models.features.checks.azure_url import has_path_at_azure, resource_without_v1, version_in_query
from aloop_models.features.checks.distance import Distance, distance_of, host_of
from aloop_models.features.checks.endpoint_path import PathProblem, path_problem
from aloop_models.features.checks.endpoint_provider import (
    INVALID_API_BASE,
    SPECIAL,
    UNSPECIFIED,
    move_version,
    special_problem,
    unspecified_host,
    url_in_process,
    web_page,
)
from aloop_models.features.checks.fixes import last_on_line, offer, own_scalar, replace_scalar
from aloop_models.features.checks.key_forms import is_key
from aloop_models.features.checks.spans import inner_start, value_span
from aloop_models.features.checks.syntax_foreign import comment_after
from aloop_models.features.checks.url_cleaning import has_foreign, pieces_of_url
from aloop_models.features.diagnostic import Diagnostic, Fix, Rule, Severity, SeverityCase
from aloop_models.snapshot import Facts

MISSING_API_BASE = Rule(
    "missing-api-base",
    Severity.ERROR,
    "Missing api_base",
    "Some providers have no fixed URL: every Azure resource and every server of your own has its own URL. "
    "Without `api_base`, LiteLLM does not know where to send the request.",
    "models:\n  lm_studio/qwen3:\n    name: Qwen\ndefault: lm_studio/qwen3\n",
    "models:\n  lm_studio/qwen3:\n    name: Qwen\n    api_base: http://localhost:1234/v1\ndefault: lm_studio/qwen3\n",
    fixes="unsafe",
    fix_safety="Unsafe: adds the default URL of a server program on your machine, such as LM Studio or vLLM; yours may "
    "use another port. There is no fix for a provider whose URL is different for every user.",
    severity_reason="LiteLLM does not know where to send the request.",
    related=("invalid-api-base", "unknown-provider"),
)
INSECURE_API_BASE = Rule(
    "insecure-api-base",
    Severity.WARNING,
    "API key sent without encryption",
    "With `http://`, everyone on the network path can read the API key and the conversation. Not reported for a "
    "server on your machine.",
    "models:\n  openai/gpt-4o:\n    api_key: my-first-secret\n    api_base: http://models.example.com/v1\n"
    "default: openai/gpt-4o\n",
    "models:\n  openai/gpt-4o:\n    api_key: my-first-secret\n    api_base: https://models.example.com/v1\n"
    "default: openai/gpt-4o\n",
    fixes="unsafe",
    fix_safety="Unsafe: changing to `https://`, which the server may not support.",
    severity_reason="The model works, but others can read the API key.",
    other_severities=(SeverityCase(Severity.INFORMATION, "in a private network"),),
    related=("invalid-api-base",),
)

# Equals the pattern in the schema.
_ADDRESS = lazy_re(r"[Hh][Tt][Tt][Pp][Ss]?://[^\s/?#]+[^\s]*")
_IPV4 = lazy_re(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_LONG_IPV4 = lazy_re(r"(?P<address>[0-9]{1,3}(?:\.[0-9]{1,3}){3})\.(?:(?P<port>[0-9]{4,5})|[0-9.]+)")
"""`127.0.0.0.1`, or a port after a dot."""
_MISSPELLED = lazy_re(r"(?=[A-Za-z]*tp)(?P<name>[htps]{3,7})(?:[:;]/*|//+)(?P<rest>[^\s/].*)", re.IGNORECASE)
"""`https//host`, `htps://host`, `http:/host`."""
_TWICE = lazy_re(r"(?:https?:/+)+(?P<last>https?):/+(?P<rest>.*)", re.IGNORECASE)
"""`https://https://host`, whose host is `https`."""
_HOST_FIRST = lazy_re(r"(?://)?(?:[\w-]+(?:\.[\w-]+)+|localhost|\[[0-9a-fA-F:]+\]|[\w-]+(?=:\d))(?::\d+)?(?:/\S*)?")


def check_endpoint(entry: Entry, facts: Facts) -> Iterator[Diagnostic]:
    """Check the entry's `api_base`, and the URLs in a JSON key."""
    yield from _insecure_key(entry)
    base = entry.profile.get("api_base")
    if base is None or base == "":
        yield from _missing(entry, facts)
    elif isinstance(base, str) and not (_is_common(base) and _suits(api_of(entry.model_id), base)):
        field = entry.field("api_base")
        if field is not None and not refers(base) and not is_key(base):
            yield from _address(entry, field, base, facts)


def _insecure_key(entry: Entry) -> Iterator[Diagnostic]:
    urls = urls_of_key(provider_of(entry.model_id), entry.text("api_key"))
    distances = {distance_of(url) for url in urls if url.strip().casefold().startswith("http:")} - {Distance.HERE}
    if distances and (field := entry.field("api_key")) is not None:
        level = Severity.INFORMATION if distances == {Distance.NEAR} else None
        message = "api_key contains a URL with http://, which sends credentials unencrypted. Use https://."
        yield Diagnostic(INSECURE_API_BASE, value_span(entry, field), message, (), level)


def _missing(entry: Entry, facts: Facts) -> Iterator[Diagnostic]:
    provider = split_id(entry.model_id)[0]
    known = facts.catalog.providers.get(provider)
    if known is None or not known.needs_base or not entry.readable or (entry.block is None and _has_other_value(entry)):
        return
    example = BASE_EXAMPLE.get(provider)
    url = f"a URL, such as {example}" if example else "the URL of your server"
    field = entry.field("api_base")
    span = field.key.span if field and not field.inherited else entry.key.span
    message = f"api_base is missing. {known.label} needs {url}."
    yield Diagnostic(MISSING_API_BASE, span, message, field="api_base")


def _has_other_value(entry: Entry) -> bool:
    return not entry.fields and not (isinstance(entry.value, Scalar) and entry.value.value is None)


def _address(entry: Entry, field: Field, base: str, facts: Facts) -> Iterator[Diagnostic]:
    span = value_span(entry, field)
    here = own_scalar(field)
    start = inner_start(here) if here and here.text == base else None
    if has_foreign(base) and (pieces := pieces_of_url(base)):
        yield _wrapped(entry, field, base, start, pieces)
        return
    if is_placeholder_url(base):
        yield Diagnostic(INVALID_API_BASE, span, "api_base is a placeholder. Write the URL of your server.")
        return
    if not _ADDRESS.fullmatch(base) or host_of(base) is None or not _has_valid_host(base) or has_foreign(base):
        yield _invalid(entry, field, base, start, facts)
        return
    parts = urlsplit(base)
    if parts.username is not None:
        first = base.index("//") + 2
        message = "api_base contains a user name or password. Remove it, and put the API key in api_key."
        removal = _cut(start, first, base.rindex("@", 0, first + len(parts.netloc)) + 1)
        yield _warning(entry, field, message, Fix("Remove the user name and password", removal, safe=False))
    elif host_of(base) in WEB_PAGES:
        yield web_page(entry, field, base, facts)
    elif (meant := meant_host(host_of(base) or "")) and can_mean(provider_of(entry.model_id), meant):
        yield _misspelled_host(entry, field, base, start, meant)
    elif (special := special_problem(entry, field, base, start)) is not None:
        yield from special
    elif parts.query or parts.fragment or base.endswith(("?", "#")):
        cut = min(index for index in (base.find("?"), base.find("#")) if index >= 0)
        edits, also = _with_path_fix(entry, base[:cut], start, _cut(start, cut, len(base)))
        has_version = "version=" in parts.query and facts.schema.fields["api_version"].suits(
            provider_of(entry.model_id)
        )
        message = "api_base must end before '?' or '#'. "
        message += "Put api-version in api_version, and remove the rest." if has_version else "Remove the rest."
        version = version_in_query(parts.query) if has_version else None
        moved = move_version(entry, field, version)
        also += f", and set api_version to {version}" if moved else ""
        edits = () if moved is None or not edits else tuple(sorted((*moved, *edits)))
        fix = Fix(f"Remove '{base[cut]}' and what follows{also}", edits, safe=False)
        yield _warning(entry, field, message, fix)
    elif problem := path_problem(api_of(entry.model_id), base):
        edits = () if start is None else tuple(edit.shift(start) for edit in problem.edits)
        yield _warning(entry, field, problem.message, Fix(problem.title, edits, safe=problem.safe), problem.level)
    if provider_of(entry.model_id) == "vllm":
        yield url_in_process(entry, field)
    if parts.hostname in UNSPECIFIED:
        yield unspecified_host(entry, field, base, start)
    if parts.scheme == "http" and distance_of(base) is not Distance.HERE and has_secret(entry, facts):
        level = Severity.INFORMATION if distance_of(base) is Distance.NEAR else None
        message = "api_base uses http://, which sends the API key unencrypted. Use https://."
        secure = () if start is None else (Edit(start + 4, start + 4, "s"),)
        yield Diagnostic(INSECURE_API_BASE, span, message, offer(Fix("Change to https://", secure, safe=False)), level)


def _misspelled_host(entry: Entry, field: Field, base: str, start: int | None, meant: str) -> Diagnostic:
    # Its length can differ from that of the host in lower case.
    host = urlsplit(base).netloc.partition(":")[0]
    at = base.index("//") + 2
    provider = provider_of(entry.model_id)
    # With openai/, the key can be that of another provider than the one of the host.
    is_local = meant == "localhost"
    is_certain = provider != "openai" or is_local or provider_of_host(meant) == provider
    edits = (Edit(start + at, start + at + len(host), meant),) if start is not None and is_certain else ()
    message = f"Did you mean {meant}?" + (
        " The API key is sent to the host in api_base." if meant != "localhost" else ""
    )
    return _warning(entry, field, message, Fix(f"Change the host to {meant}", edits, safe=False))


def _wrapped(entry: Entry, field: Field, base: str, start: int | None, pieces: tuple[Span, ...]) -> Diagnostic:
    """The diagnostic of characters that are not part of the URL."""
    url = "".join(base[slice(*piece)] for piece in pieces)
    message = "api_base contains characters that are not part of the URL. Remove them."
    ends = (0, *(offset for piece in pieces for offset in piece), len(base))
    edits = tuple(edit for at in range(0, len(ends), 2) for edit in _cut(start, ends[at], ends[at + 1]))
    first = None if start is None or len(pieces) != 1 else start + pieces[0].start
    if start is None and "'" not in url:
        # The text has escapes.
        edits = replace_scalar(own_scalar(field), f"'{url}'")
    edits, also = _with_path_fix(entry, url, first, edits)
    fix = Fix(
        f"Remove the characters that are not part of the URL{also}", edits if _is_plain(url) else (), safe=not also
    )
    return Diagnostic(INVALID_API_BASE, value_span(entry, field), message, offer(fix))


def _with_path_fix(entry: Entry, url: str, start: int | None, edits: tuple[Edit, ...]) -> tuple[tuple[Edit, ...], str]:
    """Edits after which the value is this URL, with those of its path's problem, and what to add to their title."""
    problem = _problem_after(entry, url)
    if problem is None or start is None:
        return edits, ""
    together = sorted((*edits, *(edit.shift(start) for edit in problem.edits)))
    return tuple(together), f", and {problem.title[0].lower()}{problem.title[1:]}"


def _suits(provider: str, base: str) -> bool:
    """Whether the URL of an API has no problem with this provider; False if that depends on the entry."""
    depends = (provider in SPECIAL and ("/openai" in base or provider in ("custom", "vllm"))) or has_path_at_azure(base)
    depends = depends or (provider == "openai" and resource_without_v1(base) is not None)
    return not depends and path_problem(provider, base) is None


@lru_cache(maxsize=1024)
def _is_common(base: str) -> bool:
    """Whether a URL has no problem for any entry; cached, because many models share one."""
    host = host_of(base) or ""
    if "://0.0.0.0" in base or "://[::]" in base or host in WEB_PAGES or meant_host(host):
        return False
    safe = base[:6] in ("https:", "HTTPS:") or distance_of(base) is Distance.HERE
    return safe and _is_plain(base) and not refers(base) and not is_key(base) and not is_placeholder_url(base)


def _is_plain(base: str) -> bool:
    """Whether a text is the URL of an API, without the path of a request, query or credentials."""
    if not _ADDRESS.fullmatch(base) or host_of(base) is None or not _has_valid_host(base):
        return False
    return not any(mark in base for mark in "?#@") and not has_foreign(base)


def _problem_after(entry: Entry, base: str) -> PathProblem | None:
    return path_problem(api_of(entry.model_id), base) if _is_plain(base) else None


def _has_valid_host(base: str) -> bool:
    """Whether the port of a URL is valid, and its host can exist: not a second protocol or a wrong IPv4 address."""
    try:
        parts = urlsplit(base)
        _ = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    in_range = not _IPV4.fullmatch(host) or all(int(number) < 256 for number in host.split("."))
    is_odd = "," in host or ";" in host or "\\" in base or _LONG_IPV4.fullmatch(host) or _TWICE.fullmatch(base)
    return in_range and not is_odd


def _invalid(entry: Entry, field: Field, base: str, start: int | None, facts: Facts) -> Diagnostic:
    stripped = base.strip()
    candidates: list[Fix] = []
    if any(character.isspace() for character in stripped):
        if comment := comment_after(last_on_line(entry, field)):
            fixes = offer(*(Fix(*fix, safe=False) for fix in comment.edits))
            return Diagnostic(INVALID_API_BASE, *comment[:2], fixes)
        message = "api_base contains spaces, which are not allowed in a URL. Remove them."
    elif stripped != base:
        message = "api_base has spaces around the URL. Remove them."
        before = base.index(stripped) if stripped else 0
        edits = (*_cut(start, 0, before), *_cut(start, before + len(stripped), len(base))) if stripped else ()
        if _is_plain(stripped) and _problem_after(entry, stripped) is None:
            candidates.append(Fix("Remove the spaces", edits, safe=True))
    elif has_foreign(base):
        message = "api_base contains characters that no URL has. Remove them."
    elif _HOST_FIRST.fullmatch(base):
        message = "Not a URL. Start it with http:// or https://."
        slashes = 2 if base.startswith("//") else 0
        secure, plain = f"https:{'' if slashes else '//'}", f"http:{'' if slashes else '//'}"
        whole = f"http://{base[slashes:]}"
        is_far = distance_of(whole) is Distance.FAR
        # With http://, a server elsewhere would get the key unencrypted.
        order = (secure,) if is_far and has_secret(entry, facts) else (secure, plain) if is_far else (plain, secure)
        if start is not None and _is_plain(whole):
            # A server on this machine usually uses http; for any other, the protocol is a guess.
            is_here = distance_of(whole) is Distance.HERE
            problem = _problem_after(entry, whole)
            rest = (
                () if problem is None else tuple(edit.shift(start + len(base) - len(whole)) for edit in problem.edits)
            )
            also = _and_also(problem)
            safe = is_here and (problem is None or problem.safe)
            candidates += [
                Fix(f"Add {text}{also}", (Edit(start, start, text), *rest), safe=safe and text == plain)
                for text in order
            ]
    elif "\\" in base:
        message = "api_base contains a backslash. Write / instead."
        candidates += _respelled(entry, base, base.replace("\\", "/"), start, "Replace backslashes with /")
    elif twice := _TWICE.fullmatch(base):
        message = "api_base starts with a protocol twice. Remove one of them."
        url = f"{twice['last']}://{twice['rest']}"
        # Which of two protocols is right is a guess.
        is_certain = "http:/" not in base.casefold() and _problem_after(entry, url) is None
        fixes = _respelled(entry, base, url, start, f"Keep only {twice['last']}://")
        candidates += (fix._replace(safe=is_certain) for fix in fixes)
    elif long := _LONG_IPV4.fullmatch(host_of(base) or ""):
        message = "The host has more than four numbers. Write it as http://host:port/path."
        if long["port"] and base.split("/")[2] == long[0]:
            url = base.replace(long[0], f"{long['address']}:{long['port']}", 1)
            candidates += _respelled(entry, base, url, start, "Write ':' before the port")
    elif _ADDRESS.fullmatch(base):
        message = "api_base has no valid host or port. Write it as http://host:port/path."
        # urlsplit raises an error for a bracket in a host.
        host = base.split("/")[2]
        for mark, right in ((",", "."), (";", ":")):
            if mark in host:
                url = base.replace(host, host.replace(mark, right), 1)
                candidates += _respelled(entry, base, url, start, f"Replace '{mark}' with '{right}'")
    elif misspelled := _MISSPELLED.fullmatch(base):
        message = "Not a URL. Start it with http:// or https://."
        protocol = "https://" if misspelled["name"][-1] in "sS" else "http://"
        candidates += _respelled(entry, base, f"{protocol}{misspelled['rest']}", start, f"Start it with {protocol}")
    else:
        message = "Not a URL. Start it with http:// or https://."
    return Diagnostic(INVALID_API_BASE, value_span(entry, field), message, offer(*candidates))


def _and_also(problem: PathProblem | None) -> str:
    """The rest of the title of a fix that also corrects the path."""
    return "" if problem is None else f", and {problem.title[0].lower()}{problem.title[1:]}"


def _respelled(entry: Entry, base: str, url: str, start: int | None, title: str) -> Iterator[Fix]:
    """The fix that replaces the whole value with a valid URL, without the problem of its path."""
    if start is not None and _is_plain(url):
        problem = _problem_after(entry, url)
        also = _and_also(problem)
        right = url if problem is None else apply_edits(url, problem.edits)
        yield Fix(f"{title}{also}", (Edit(start, start + len(base), right),), safe=False)


def _warning(entry: Entry, field: Field, message: str, fix: Fix, level: Severity = Severity.WARNING) -> Diagnostic:
    return Diagnostic(INVALID_API_BASE, value_span(entry, field), message, offer(fix), level)


def _cut(start: int | None, first: int, last: int) -> tuple[Edit, ...]:
    return () if start is None or last <= first else (Edit(start + first, start + last, ""),)
