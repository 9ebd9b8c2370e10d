"""Forms of API keys, checked offline: placeholders, malformed keys, and whose key it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from aloop_models.catalog.provider_table import SHARES_CREDENTIALS_WITH


class KeyProblem(str, Enum):
    """What is wrong with a key, as far as its form tells."""

    PLACEHOLDER = "placeholder"
    MALFORMED = "malformed"
    OTHER_PROVIDER = "other-provider"


@dataclass(frozen=True, slots=True)
class _Form:
    """Keys of `provider` that begin with `prefix` have at least `shortest` characters.

    `certain`: every key of the provider begins in one of its listed ways.
    """

    prefix: str
    provider: str
    shortest: int
    certain: bool = False


# Published forms. The shortest length is about half of what is issued, so that a changed form
# is never called wrong; longer prefixes stand before those they begin with.
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

# OpenAI's first form, which many others issue too, so it tells nothing about its owner.
_SHARED_PREFIX = "sk-"
_SHARED_BY = (
    "openai", "deepseek", "moonshot", "dashscope", "qwencloud", "qwen_ai_platform", "litellm_proxy",
)  # fmt: skip
_SHARED_SHORTEST = 20

# Providers that take another's keys: one company's twin services.
_SAME_KEYS = {
    "nvidia_riva": "nvidia_nim",
    "text-completion-openai": "openai",
    "vertex_ai": "gemini",
    "bedrock_mantle": "bedrock",
}

# A server of one's own accepts whatever its owner chose.
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

# Their "key" is the JSON text of a service account.
_JSON_KEY = frozenset({"gdc", "sap"})

_PLACEHOLDER_WORDS = re.compile(
    r"(?:^|[-_ <\[{(])your(?:[-_ >\]})]|$|api|key|token|secret|openai|anthropic)"
    r"|change[-_ ]?me|replace[-_ ]?(?:me|this|with)|place[-_ ]?holder|redacted"
    r"|(?:insert|enter|paste|put|add)[-_ ](?:your|the|my|api|key|a)"
    r"|(?:key|token|secret)[-_ ]?(?:goes[-_ ])?here"
    r"|^(?:todo|fixme|tbd|tba)\b"
    r"|^(?:my[-_ ]?|the[-_ ]?|an?[-_ ])?(?:api[-_ ]?)?(?:key|token|secret)$"
    r"|(?:^|[-_ ])(?:example|sample|dummy[-_ ]api)[-_ ]?(?:api[-_ ]?)?(?:key|token)$"
)
SHORTEST_KEY = 8
"""Characters; no provider issues shorter keys."""
_DUMMY = re.compile(
    r"(?:sk[-_])?(?:(?:no|not|un|any|dummy|fake|test|local)[-_ ]?(?:api)?[-_ ]?(?:key|token|thing|used)?"
    r"(?:[-_ ]?(?:needed|required|necessary))?|lm[-_]studio|placeholder|whatever)",
    re.IGNORECASE,
)
_PLACEHOLDER_URL = re.compile(
    r"[<>{}…]|\.\.\."
    r"|(?:[/.@_-]|^)(?:your[-_.]|(?:resource|account)[-_](?:name|id)\b"
    r"|(?:change|replace)[-_]?me\b|placeholder\b|x{3,}\b)",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"<.*>|\{.*\}|\[.*\]|\(.*\)", re.DOTALL)
_LADDERS = ("1234567890" * 8, "1234567890abcdef" * 5, "abcdefghijklmnopqrstuvwxyz" * 3)
_ENTRY_PREFIX = re.compile(r"(?:[a-z0-9]{1,11}[-_])+", re.IGNORECASE)

# Other services' tokens, which turn up in headers, comments and workspace files.
_OTHER_PREFIXES = (
    *("glpat-", "glptt-", "xoxa-", "xoxb-", "xoxe-", "xoxp-", "xoxr-", "xoxs-", "xapp-", "sk_live_", "sk_test_"),
    *("rk_live_", "rk_test_", "whsec_", "npm_", "pypi-AgEI", "dckr_pat_", "shpat_", "dop_v1_", "lin_api_", "ghr_"),
    *("ya29.", "hvs.", "PMAK-", "figd_", "ntn_"),
)
_LONG_PREFIX = 5
"""Beginnings of so many characters are recognized inside a word too; shorter ones only before a long random part."""

_ALL_PREFIXES = sorted({*(form.prefix for form in _FORMS), *_OTHER_PREFIXES}, key=len, reverse=True)
_LONG = "|".join(re.escape(prefix) for prefix in _ALL_PREFIXES if len(prefix) >= _LONG_PREFIX)
_SHORT = "|".join(re.escape(prefix) for prefix in _ALL_PREFIXES if len(prefix) < _LONG_PREFIX)
_PUBLIC_PREFIX = re.compile("|".join(re.escape(prefix) for prefix in (*_ALL_PREFIXES, "sk-", "sk_")))
_TOKEN = re.compile(
    rf"(?:{_LONG})[A-Za-z0-9_.-]{{12,}}"
    rf"|(?<![A-Za-z0-9])(?:{_SHORT}|sk-|sk_|AKIA|ASIA)[A-Za-z0-9_.-]{{12,}}"
    rf"|(?:{_SHORT})[A-Za-z0-9_-]{{30,}}"
)
# These need no look at how random they are.
_STRUCTURED = re.compile(
    r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){0,3}"  # JSON Web Token
    r"|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"  # SendGrid
    r"|T3BlbkFJ[A-Za-z0-9]{8,}"  # in the middle of OpenAI's keys
    r"|(?<![0-9])[0-9]{8,10}:AA[A-Za-z0-9_-]{32,}"  # Telegram
    r"|[A-Za-z0-9]{40,}JQQJ99[A-Za-z0-9]{10,}"  # Azure, 84 characters
)
_RUN = re.compile(r"[A-Za-z0-9]{12,}")
_BARE = re.compile(r"[A-Za-z0-9]{32,}")
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{32,}={0,2}")
_MIXED = re.compile(r"[A-Za-z0-9]{16,31}")


def key_problem(provider: str, key: str) -> KeyProblem | None:
    """Return what is wrong with a provider's key, the most telling problem first, else None.

    An empty key has no form and gives None; a missing key is another rule's matter.
    """
    if not key:
        return None
    if is_placeholder(key):
        return KeyProblem.PLACEHOLDER
    if _is_broken(provider, key):
        return KeyProblem.MALFORMED
    owner = provider_of_key(key)
    if owner is not None and owner != _issuer(provider) and provider not in _ANY_KEY:
        return KeyProblem.OTHER_PROVIDER
    return KeyProblem.MALFORMED if is_malformed(provider, key) else None


def is_placeholder(key: str) -> bool:
    """Whether a text only stands for a key: `sk-...`, `your-api-key`, `<key>`, `xxx`, `TODO`."""
    text = key.strip().strip("'\"`")
    if not text or text.startswith("$"):
        # `$X` and `${X}` are references to the environment, which have a rule of their own.
        return False
    if "..." in text or "…" in text or _BRACKETED.fullmatch(text):
        return not (text.startswith("{") and '"' in text)
    if _PLACEHOLDER_WORDS.search(text.casefold()):
        return True
    prefix = _ENTRY_PREFIX.match(text)
    for body in {text, text[prefix.end() :] if prefix else text}:
        letters = body.casefold().strip("-_. ")
        if len(letters) >= 3 and len(set(letters) - set("-_ ")) == 1:
            return True
        if len(letters) >= 8 and any(letters in ladder for ladder in _LADDERS):
            return True
    return not text.strip("*.-_?# ")


def is_dummy_key(key: str) -> bool:
    """Whether a text is only there because a server of one's own wants some key: `EMPTY`, `none`, `sk-1234`."""
    text = key.strip()
    return len(text) < SHORTEST_KEY or _DUMMY.fullmatch(text) is not None


def is_placeholder_url(url: str) -> bool:
    """Whether a URL only shows what one looks like: `https://<resource>.example.com`, `https://your-resource.…`."""
    return _PLACEHOLDER_URL.search(url) is not None


def provider_of_key(key: str) -> str | None:
    """Return the one provider that issues keys of this form, None where several or none do."""
    for form in _FORMS:
        if key.startswith(form.prefix):
            return form.provider
    return None


def is_malformed(provider: str, key: str) -> bool:
    """Whether a key cannot be one of this provider's as pasted.

    True for white space, control or non-ASCII characters, quotes around it, a trailing comma, a
    key much shorter than its known form, and a wrong beginning where the provider's form is
    certain. A provider without a published form may have any, and a key that is recognisably
    another provider's is not malformed but misplaced.
    """
    if not key:
        return False
    if _is_broken(provider, key):
        return True
    issuer = _issuer(provider)
    own = tuple(form for form in _FORMS if form.provider == issuer)
    for form in own:
        if key.startswith(form.prefix):
            return len(key) < form.shortest
    if provider in _ANY_KEY or provider_of_key(key) is not None:
        return False
    if issuer in _SHARED_BY and key.startswith(_SHARED_PREFIX):
        return len(key) < _SHARED_SHORTEST
    return any(form.certain for form in own)


def looks_like_key(text: str) -> bool:
    """Whether a text contains what looks like a real key, so that it must be masked.

    A token of a published form anywhere in it, or a text that is nothing but one long random token. Model ids, words
    and placeholders are not.
    """
    if contains_key(text):
        return True
    bare = text.strip()
    return bool(_UUID.fullmatch(bare) or (_BARE.fullmatch(bare) and _is_random(bare)) or _is_base64_key(bare))


def contains_key(text: str) -> bool:
    """Whether a token of a published form is anywhere in the text, also inside a word."""
    if _STRUCTURED.search(text):
        return True
    return any(_is_random(run) for found in _TOKEN.finditer(text) for run in _RUN.findall(found.group()))


def is_bare_key(word: str) -> bool:
    """Whether a whole word looks random enough to be a key without a published form.

    UUIDs, 32 and more letters and digits, base64 of that length, and 16 and more of all three kinds well mixed.
    """
    if looks_like_key(word):
        return True
    return bool(_MIXED.fullmatch(word)) and _kinds(word) == len(_KINDS) and _is_scattered(word)


def public_prefix(key: str) -> str:
    """Return the published beginning of a key, which is no secret; empty where it has none."""
    found = _PUBLIC_PREFIX.match(key)
    return found[0] if found else ""


def prefixes_of(provider: str) -> tuple[str, ...]:
    """Return the published beginnings of a provider's keys, empty where none is published."""
    issuer = _issuer(provider)
    own = tuple(form.prefix for form in _FORMS if form.provider == issuer)
    return (*own, _SHARED_PREFIX) if issuer in _SHARED_BY else own


def _issuer(provider: str) -> str:
    issuer = SHARES_CREDENTIALS_WITH.get(provider, provider)
    return _SAME_KEYS.get(issuer, issuer)


def _is_broken(provider: str, key: str) -> bool:
    if provider in _JSON_KEY:
        return False
    # Printable ASCII without the space: "!" to "~".
    return any(not "!" <= letter <= "~" for letter in key) or key[0] in "'\"`" or key[-1] in "'\"`,;"


def _is_base64_key(word: str) -> bool:
    if not _BASE64.fullmatch(word) or _BARE.fullmatch(word):
        return False
    # A secret access key of AWS has exactly 40 characters.
    least = _SCATTERED_AWS if len(word) == 40 and "-" not in word and "_" not in word else _SCATTERED
    return _kinds(word) == len(_KINDS) and len(set(word)) >= 16 and _is_scattered(word, least)


_KINDS = (str.isdigit, str.isupper, str.islower)
_SCATTERED = 0.42
"""The share of neighbors of different kinds; about 0.6 in a random text, at most 0.35 in words and names."""
_SCATTERED_AWS = 0.3


def _kinds(word: str) -> int:
    return sum(any(kind(letter) for letter in word) for kind in _KINDS)


def _is_scattered(word: str, least: float = _SCATTERED) -> bool:
    kinds = [next((index for index, kind in enumerate(_KINDS) if kind(letter)), None) for letter in word]
    pairs = [(one, other) for one, other in pairwise(kinds) if None not in (one, other)]
    return bool(pairs) and sum(one != other for one, other in pairs) >= least * len(pairs)


def _is_random(run: str) -> bool:
    return _kinds(run) >= 2 and len(set(run)) >= 8
