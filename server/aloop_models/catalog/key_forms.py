"""Formats of API keys, checked offline: placeholders, malformed keys and the provider of a key."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from aloop_models.catalog.provider_table import SHARES_CREDENTIALS_WITH
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.text_cache import per_text


class KeyProblem(str, Enum):
    """A problem with a key that its format shows."""

    PLACEHOLDER = "placeholder"
    MALFORMED = "malformed"
    OTHER_PROVIDER = "other-provider"


@dataclass(frozen=True, slots=True)
class _Form:
    """A key format: keys of `provider` that start with `prefix` have at least `shortest` characters.

    `certain`: all keys of the provider start with one of its listed prefixes.
    """

    prefix: str
    provider: str
    shortest: int
    certain: bool = False


# Published formats. The minimum length is about half of the real one, to allow for changes. A longer prefix comes
# before a prefix of it.
_FORMS = (
    _Form("sk-ant-", "anthropic", 50, certain=True),
    _Form("sk-or-", "openrouter", 40, certain=True),
    _Form("sk-proj-", "openai", 40, certain=True),
    _Form("sk-svcacct-", "openai", 40, certain=True),
    _Form("sk-admin-", "openai", 40, certain=True),
    _Form("sk-helicone-", "helicone", 30),
    _Form("AIza", "gemini", 35),
    _Form("AQ.", "gemini", 30),
    _Form("gsk_", "groq", 40, certain=True),
    _Form("xai-", "xai", 40, certain=True),
    _Form("pplx-", "perplexity", 30, certain=True),
    _Form("hf_", "huggingface", 30),
    _Form("r8_", "replicate", 30, certain=True),
    _Form("nvapi-", "nvidia_nim", 40),
    _Form("csk-", "cerebras", 30, certain=True),
    _Form("fw_", "fireworks_ai", 20),
    _Form("tgp_v1_", "together_ai", 30),
    _Form("github_pat_", "github", 40),
    _Form("ghp_", "github", 30),
    _Form("gho_", "github", 30),
    _Form("ghs_", "github", 30),
    _Form("ghu_", "github", 30),
    _Form("dapi", "databricks", 30),
    _Form("ABSK", "bedrock", 60),
    _Form("vck_", "vercel_ai_gateway", 30),
    _Form("esecret_", "anyscale", 25),
    _Form("jina_", "jina_ai", 40),
)

_FORMS_OF = {
    provider: tuple(form for form in _FORMS if form.provider == provider)
    for provider in {form.provider for form in _FORMS}
}
_PROVIDER_BY_PREFIX = {form.prefix: form.provider for form in _FORMS}
_PREFIX = lazy_re("|".join(map(re.escape, _PROVIDER_BY_PREFIX)))
"""Finds a prefix of `_FORMS`, the longest one of several."""

# OpenAI's first format. Many other providers use it, which means that it does not identify the provider.
_SHARED_PREFIX = "sk-"
_SHARED_BY = (
    "openai", "deepseek", "moonshot", "dashscope", "qwencloud", "qwen_ai_platform", "litellm_proxy",
)  # fmt: skip
_SHARED_SHORTEST = 20

# Their keys have no prefix. The minimum length is about half of the real one.
_SHORTEST_WITHOUT_PREFIX = {"azure": 16, "azure_ai": 16}

# Providers that accept the keys of another service of the same company.
_SAME_KEYS = {
    "nvidia_riva": "nvidia_nim",
    "text-completion-openai": "openai",
    "vertex_ai": "gemini",
    "bedrock_mantle": "bedrock",
}

# A self-hosted server accepts any key that its owner chose.
_ANY_KEY = frozenset(
    {
        "aiohttp_openai",
        "custom",
        "custom_openai",
        "hosted_vllm",
        "litellm_proxy",
        "lm_studio",
        "ollama",
        "ollama_chat",
        "openai_like",
    }
)

# Their key is the JSON of a service account.
_JSON_KEY = frozenset({"gdc", "sap"})

_PLACEHOLDER_WORDS = lazy_re(
    r"(?:^|[-_ <\[{(])your(?:[-_ >\]})]|$|api|key|token|secret|openai|anthropic)"
    r"|change[-_ ]?me|replace[-_ ]?(?:me|this|with)|place[-_ ]?holder|redacted"
    r"|(?:insert|enter|paste|put|add)[-_ ](?:your|the|my|api|key|a)"
    r"|(?:key|token|secret)[-_ ]?(?:goes[-_ ])?here"
    r"|^(?:todo|fixme|tbd|tba)\b"
    r"|^(?:my[-_ ]?|the[-_ ]?|an?[-_ ])?(?:api[-_ ]?)?(?:key|token|secret)$"
    r"|(?:^|[-_ ])(?:example|sample|dummy[-_ ]api)[-_ ]?(?:api[-_ ]?)?(?:key|token)$"
)
_MARK_OF_PLACEHOLDER = lazy_re(
    r"your|change|replace|holder|redacted|insert|enter|paste|put|add|here|todo|fixme|tbd|tba|key|token|secret"
)
"""Every text that `_PLACEHOLDER_WORDS` finds contains one of them; a search for these is much faster."""
SHORTEST_KEY = 8
"""Minimum length of a key, in characters."""
LONGEST_KEY = 10_000
"""Maximum length of a placeholder, and of a key that has no published format, in characters."""
_OF_OTHER_APIS = (
    ("openai", "sk-admin-", "an Admin API key"),
    ("anthropic", "sk-ant-admin", "an Admin API key"),
    ("gemini", "ya29.", "an access token of Google Cloud"),
)
"""Provider, prefix and kind of credentials that are valid only at other APIs; from the documentation of providers."""
_DUMMY = lazy_re(
    r"(?:sk[-_])?(?:(?:no|not|un|any|dummy|fake|test|local)[-_ ]?(?:api)?[-_ ]?(?:key|token|thing|used)?"
    r"(?:[-_ ]?(?:needed|required|necessary))?|lm[-_]studio|placeholder|whatever)",
    re.IGNORECASE,
)
_PLACEHOLDER_URL = lazy_re(
    r"[<>{}…]|\.\.\."
    r"|(?:[/.@_-]|^)(?:your[-_.]|my-(?:resource|workspace)\.|(?:resource|account)[-_](?:name|id)\b"
    r"|(?:change|replace)[-_]?me\b|placeholder\b|x{3,}\b)"
    r"|//(?-i:NAME|1234567890)\.|//(?:[0-9]{1,3}\.){2,3}x\b",
    re.IGNORECASE,
)
_BRACKETED = lazy_re(r"<.*>|\{.*\}|\[.*\]|\(.*\)", re.DOTALL)
_WORD_IN_BRACKETS = lazy_re(r"[<(\[]+([\w.-]+)[>)\]]+", re.ASCII)
_SEQUENCES = "\n".join(("1234567890" * 8, "1234567890abcdef" * 5, "abcdefghijklmnopqrstuvwxyz" * 3))
_ENTRY_PREFIX = lazy_re(r"(?:[a-z0-9]{1,11}[-_])+", re.IGNORECASE)

# Tokens of other services, which occur in headers, comments and workspace files.
_OTHER_PREFIXES = (
    *("glpat-", "glptt-", "xoxa-", "xoxb-", "xoxe-", "xoxp-", "xoxr-", "xoxs-", "xapp-", "sk_live_", "sk_test_"),
    *("rk_live_", "rk_test_", "whsec_", "npm_", "pypi-AgEI", "dckr_pat_", "shpat_", "dop_v1_", "lin_api_", "ghr_"),
    *("ya29.", "hvs.", "PMAK-", "figd_", "ntn_"),
)
_LONG_PREFIX = 5
"""Minimum length of a prefix that is detected inside a word; a shorter one needs a long random part after it."""

_ALL_PREFIXES = sorted({*(form.prefix for form in _FORMS), *_OTHER_PREFIXES}, key=len, reverse=True)
_LONG = "|".join(re.escape(prefix) for prefix in _ALL_PREFIXES if len(prefix) >= _LONG_PREFIX)
_SHORT = "|".join(re.escape(prefix) for prefix in _ALL_PREFIXES if len(prefix) < _LONG_PREFIX)
_PUBLIC_PREFIX = lazy_re("|".join(re.escape(prefix) for prefix in (*_ALL_PREFIXES, "sk-", "sk_")))
_TOKEN = lazy_re(
    rf"(?:{_LONG})[A-Za-z0-9_.-]{{12,}}"
    rf"|(?<![A-Za-z0-9])(?:{_SHORT}|sk-|sk_|AKIA|ASIA)[A-Za-z0-9_.-]{{12,}}"
    rf"|(?:{_SHORT})[A-Za-z0-9_-]{{30,}}"
)
# These formats are certain without a check for randomness.
_STRUCTURED = lazy_re(
    # JSON Web Token. The dot is searched once for each word, not from each `eyJ`.
    r"(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]*\.[A-Za-z0-9_-]{8})[A-Za-z0-9_-]*?eyJ[A-Za-z0-9_-]{8,}\."
    r"|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"  # SendGrid
    r"|T3BlbkFJ[A-Za-z0-9]{8,}"  # in the middle of OpenAI's keys
    r"|(?<![0-9])[0-9]{8,10}:AA[A-Za-z0-9_-]{32,}"  # Telegram
    r"|(?<=[A-Za-z0-9]{40})JQQJ99[A-Za-z0-9]{10,}"  # Azure, 84 characters; the start is not searched from each letter
)
_SHORTEST_TOKEN = min(map(len, (*_ALL_PREFIXES, "sk-"))) + 12
_ALL_MARKS = {"eyJ", "SG.", "T3BlbkFJ", ":AA", "JQQJ99", "sk-", "sk_", "AKIA", "ASIA", *_ALL_PREFIXES}
_MARKS = tuple(mark for mark in _ALL_MARKS if not any(other in mark for other in _ALL_MARKS - {mark}))
"""Every token of `_TOKEN` and `_STRUCTURED` contains one of them; to search for them one by one is much faster."""
_MAY_CONTAIN_KEY = lazy_re(r"[A-Za-z0-9]{12}|[A-Za-z0-9+/_-]{32}|eyJ|SG\.")
"""Finds something in every text that `contains_key` or `is_bare_key` accepts, and nothing in most other texts."""
_UNUSUAL = lazy_re("[^!-~]")
"""Everything but printable ASCII without the space."""
_RUN = lazy_re(r"[A-Za-z0-9]{12,}")
_BARE = lazy_re(r"[A-Za-z0-9]{32,}")
_UUID = lazy_re(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_BASE64 = lazy_re(r"[A-Za-z0-9+/_-]{32,}={0,2}")
_SHORTEST_BARE = 32
"""Minimum characters of what `_BARE`, `_UUID` and `_BASE64` match."""
AWS_SECRET_LENGTH = 40
"""Characters of an AWS secret access key, which can contain slashes."""
_MIXED = lazy_re(r"[A-Za-z0-9]{16,31}")


def key_problem(provider: str, key: str) -> KeyProblem | None:
    """Return the most important problem with a key of a provider, or None.

    An empty key gives None, because another rule reports missing keys.
    """
    if not key:
        return None
    if is_placeholder(key):
        return KeyProblem.PLACEHOLDER
    if is_broken(provider, key):
        return KeyProblem.MALFORMED
    owner = provider_of_key(key)
    if owner is not None and owner != _issuer(provider) and provider not in _ANY_KEY:
        return KeyProblem.OTHER_PROVIDER
    return KeyProblem.MALFORMED if is_malformed(provider, key) else None


@per_text(256)
def is_placeholder(key: str) -> bool:
    """Whether a text is a placeholder for a key: `sk-...`, `your-api-key`, `<key>`, `xxx`, `TODO`."""
    text = key.strip().strip("'\"`")
    if not text or text.startswith("$"):
        # Another rule reports environment variable references.
        return False
    if len(text) > LONGEST_KEY or key_in_brackets(text):
        return False
    if "..." in text or "…" in text or "***" in text or "••" in text or _BRACKETED.fullmatch(text):
        return not (text.startswith("{") and '"' in text)
    folded = text.casefold()
    if _MARK_OF_PLACEHOLDER.search(folded) and _PLACEHOLDER_WORDS.search(folded):
        return True
    prefix = _ENTRY_PREFIX.match(text)
    for body in (folded, folded[prefix.end() :]) if prefix else (folded,):
        letters = body.strip("-_. ")
        if len(letters) >= 3 and not letters.strip(f"{letters[0]}-_ "):
            return True
        if len(letters) >= 8 and letters in _SEQUENCES:
            return True
    return not text.strip("*.-_?# ")


def key_in_brackets(text: str) -> str:
    """Return the real key in the brackets of an example, `<sk-proj-…>`, or ""."""
    inside = _WORD_IN_BRACKETS.fullmatch(text.strip())
    return inside[1] if inside and looks_like_key(inside[1]) and not is_placeholder(inside[1]) else ""


def is_dummy_key(key: str) -> bool:
    """Whether a text is a dummy key for a server that needs any key: `EMPTY`, `none`, `sk-1234`."""
    text = key.strip()
    return len(text) < SHORTEST_KEY or _DUMMY.fullmatch(text) is not None


def is_placeholder_url(url: str) -> bool:
    """Whether a URL is a placeholder: `https://<resource>.example.com`, `https://your-resource.…`."""
    return _PLACEHOLDER_URL.search(url) is not None


def provider_of_key(key: str) -> str | None:
    """Return the provider of keys with this format, or None if there is none or several."""
    found = _PREFIX.match(key)
    return _PROVIDER_BY_PREFIX[found[0]] if found else None


def is_malformed(provider: str, key: str) -> bool:
    """Whether a text cannot be a key of this provider.

    True for white space, control or non-ASCII characters, quotes, a trailing comma, a key that is much too short, and a
    wrong prefix if the format is certain. A provider without a published format accepts any key. A key of another
    provider is not malformed.
    """
    if not key:
        return False
    if is_broken(provider, key):
        return True
    issuer = _issuer(provider)
    own = _FORMS_OF.get(issuer, ())
    for form in own:
        if key.startswith(form.prefix):
            return len(key) < form.shortest
    if provider in _ANY_KEY or provider_of_key(key) is not None:
        return False
    if issuer in _SHARED_BY and key.startswith(_SHARED_PREFIX):
        return len(key) < _SHARED_SHORTEST
    if len(key) < _SHORTEST_WITHOUT_PREFIX.get(issuer, 0):
        return True
    return any(form.certain for form in own)


def is_broken(provider: str, key: str) -> bool:
    """Whether a text contains characters that no key of this provider has, or quotes or commas around it."""
    if provider in _JSON_KEY:
        return False
    return _UNUSUAL.search(key) is not None or key[0] in "'\"`" or key[-1] in "'\"`,;"


def takes_json_key(provider: str) -> bool:
    """Whether the key of this provider is JSON, which contains spaces and quotes."""
    return provider in _JSON_KEY


def kind_of_other_api(provider: str, key: str) -> str | None:
    """What a key of this provider is, if it is for another API than that of the models; else None."""
    kinds = (kind for name, prefix, kind in _OF_OTHER_APIS if name == provider and key.startswith(prefix))
    return next(kinds, None)


@per_text(4096)
def looks_like_key(text: str) -> bool:
    """Whether a text must be masked because it looks like or contains a real key.

    True for a text that contains a token of a published format, and for a single long random token. False for model
    IDs, words and placeholders.
    """
    if contains_key(text):
        return True
    bare = text.strip()
    if not _SHORTEST_BARE <= len(bare) <= LONGEST_KEY:
        return False
    return bool(_UUID.fullmatch(bare) or (_BARE.fullmatch(bare) and _is_random(bare)) or _is_base64_key(bare))


def contains_key(text: str) -> bool:
    """Whether the text contains a token of a published format, also inside a word."""
    if len(text) < _SHORTEST_TOKEN or not _has_mark(text) or not may_contain_key(text):
        return False
    if _STRUCTURED.search(text):
        return True
    return any(_is_random(run) for found in _TOKEN.finditer(text) for run in _RUN.findall(found.group()))


def _has_mark(text: str) -> bool:
    for mark in _MARKS:  # noqa: SIM110
        # `any` takes three times as long.
        if mark in text:
            return True
    return False


def may_contain_key(text: str) -> bool:
    """Whether a quick search finds something that every key contains; most texts without a key have nothing of it."""
    return _MAY_CONTAIN_KEY.search(text) is not None


def is_bare_key(word: str) -> bool:
    """Whether a word is random enough to be a key without a published format.

    True for UUIDs, 32 or more letters and digits, base64 of that length, and 16 or more characters with digits,
    uppercase and lowercase letters well mixed.
    """
    if looks_like_key(word):
        return True
    return bool(_MIXED.fullmatch(word)) and _has_all_kinds(word) and _is_scattered(word)


def public_prefix(key: str) -> str:
    """Return the published prefix of a key, which is not secret, or ""."""
    found = _PUBLIC_PREFIX.match(key)
    return found[0] if found else ""


def prefixes_of(provider: str) -> tuple[str, ...]:
    """Return the published prefixes of a provider's keys."""
    issuer = _issuer(provider)
    own = tuple(form.prefix for form in _FORMS_OF.get(issuer, ()))
    return (*own, _SHARED_PREFIX) if issuer in _SHARED_BY else own


def _issuer(provider: str) -> str:
    issuer = SHARES_CREDENTIALS_WITH.get(provider, provider)
    return _SAME_KEYS.get(issuer, issuer)


def _is_base64_key(word: str) -> bool:
    if not _BASE64.fullmatch(word) or _BARE.fullmatch(word):
        return False
    least = _SCATTERED_AWS if len(word) == AWS_SECRET_LENGTH and "-" not in word and "_" not in word else _SCATTERED
    return len(set(word)) >= 16 and _has_all_kinds(word) and _is_scattered(word, least)


_KINDS = {"0": string.digits, "A": string.ascii_uppercase, "a": string.ascii_lowercase, " ": "+/=_-"}
_KIND_OF = str.maketrans({character: kind for kind, characters in _KINDS.items() for character in characters})
"""The kind of each character of `_BASE64`: a digit, an uppercase or lowercase letter, or another one."""
_SCATTERED = 0.42
"""Minimum share of adjacent characters of different kinds: about 0.6 in random text, up to 0.35 in names."""
_SCATTERED_AWS = 0.3


def _has_all_kinds(word: str) -> bool:
    return len(set(word.translate(_KIND_OF)) - {" "}) == 3


def _is_scattered(word: str, least: float = _SCATTERED) -> bool:
    pairs = [one != other for one, other in pairwise(word.translate(_KIND_OF)) if one != " " != other]
    return bool(pairs) and sum(pairs) >= least * len(pairs)


def _is_random(run: str) -> bool:
    return len(set(run)) >= 8 and len(set(run.translate(_KIND_OF))) >= 2
