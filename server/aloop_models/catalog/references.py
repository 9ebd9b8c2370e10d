"""Detects references to values elsewhere, in the notations of LiteLLM and other tools. None is expanded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import cast

from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.text_cache import per_text

FOLLOWED_BY_LITELLM = ("os.environ/", "oidc/")
"""Prefixes of texts that LiteLLM expands; the agent never sends such a text."""

_SCHEME = lazy_re(r"(?:bearer|basic|token)\s+", re.IGNORECASE)
_NAME = r"[A-Za-z_][\w.-]*"
_STORES = (
    "1password|akv|aws-?(?:sm|secrets?-?manager|ssm)|azure-?key-?vault|bitwarden|bws|doppler|env|file|gcp-?secrets?"
    "|gopass|infisical|keepassxc?|keychain|keyring|lastpass|op|pass|secrets?|sops|ssm|vault"
)
# Anywhere in a text: a reference can be in the middle of a URL or a header. No opening bracket is in another one, so
# that the time is not quadratic.
_ANYWHERE = lazy_re(
    r"\$\{(?:(?!\$\{)[^}])*\}|\$\(|\{\{(?:(?!\{\{).)*?\}\}|<<(?:(?!<<).)*?>>|"
    rf"\{{(?:{_STORES}|cmd|command|exec|input|config)[:.]|"
    r"\$env:\w|%[A-Z_][A-Z0-9_]{2,}%|(?<=[/:@])\$[A-Za-z_]\w*"
    rf"|(?:process|import\.meta)\.env[.\[]|\bos\.environ[/.\[]|\bos\.getenv\(|\b(?:get)?env\(",
    re.DOTALL,
)
_WHOLE = lazy_re(
    rf"\$[A-Za-z_]\w*|%[A-Za-z_]\w*%|`.+`|oidc/.+|env(?:[/.]{_NAME}|\[.+\])|@?env:\s*{_NAME}|(?:{_STORES})://.+|"
    rf"(?:cmd|command|exec|shell):.+|(?:keychain|keyring|vault|secrets?(?:-?manager)?)[:.].+|!(?:env|secret|vault|cmd)\b.*|"
    r"ENC\[\w+,.+\]|arn:aws[\w-]*:(?:secretsmanager|ssm):.+|file:[./~].+|(?-i:@[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)|"
    r"user_provided|(?:~|\.{1,2}|/run|/etc|/var|/home|/Users)/.+",
    re.IGNORECASE | re.DOTALL,
)
# The bare name of a variable. Real keys in capital letters contain digits or no `_`.
_VARIABLE = lazy_re(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_LOWER_VARIABLE = lazy_re(r"[a-z]+(?:_[a-z]+)*_api_?key")
_WORDS_OF_VARIABLES = frozenset(
    {
        "API", "APIKEY", "AUTH", "BASE", "CREDENTIAL", "CREDENTIALS", "ENDPOINT", "HOST", "ID", "KEY", "PASSWORD",
        "PAT", "REGION", "SECRET", "TOKEN", "URI", "URL",
    }
)  # fmt: skip


@per_text(4096)
def is_reference(text: str) -> bool:
    """Return whether a text refers to a value elsewhere: `${X}`, `$X`, `os.environ/X`, `env:X`, `op://…`, `$(…)`, ….

    A bare name such as `OPENAI_API_KEY` is not one here; see `is_variable_name`.
    """
    text = text.strip()
    if scheme := _SCHEME.match(text):
        text = text[scheme.end() :]
    if _may_contain_reference(text) and _ANYWHERE.search(text):
        return True
    return _WHOLE.fullmatch(text) is not None


def _may_contain_reference(text: str) -> bool:
    """Whether a quick search finds something that every text has in which `_ANYWHERE` finds a reference."""
    return "$" in text or "{" in text or "<<" in text or "%" in text or "env" in text


@per_text(4096)
def is_variable_name(text: str) -> bool:
    """Return whether a text is the bare name of an environment variable, such as `OPENAI_API_KEY`."""
    text = text.strip()
    if scheme := _SCHEME.match(text):
        text = text[scheme.end() :]
    if not _VARIABLE.fullmatch(text):
        return _LOWER_VARIABLE.fullmatch(text) is not None
    words = {word.rstrip("0123456789") for word in text.split("_")}
    return text.replace("_", "").isalpha() or not _WORDS_OF_VARIABLES.isdisjoint(words)


def refers(value: object) -> bool:
    """Return whether the value of a secret field or of `api_base` is a reference or the name of a variable.

    The value is a text, or the mapping that YAML makes of an unquoted `{env:OPENAI_API_KEY}`.
    """
    if isinstance(value, Mapping):
        items = list(cast("Mapping[object, object]", value).items())
        if len(items) != 1:
            return False
        name, inner = items[0]
        return is_reference(f"{{{name}}}" if inner is None else f"{{{name}:{inner}}}")
    return isinstance(value, str) and (is_reference(value) or is_variable_name(value))


def refers_to_key(value: object) -> bool:
    """Return whether the value of `api_key` refers to a key; `YOUR_API_KEY` is a placeholder, not a variable."""
    return refers(value) and not (isinstance(value, str) and value.strip().startswith("YOUR_"))


def texts_in(value: object) -> Iterator[str]:
    """Yield all texts in a value, including those in lists and mappings."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in cast("Mapping[object, object]", value).values():
            yield from texts_in(item)
    elif isinstance(value, (list, tuple)):
        for item in cast("list[object]", value):
            yield from texts_in(item)
