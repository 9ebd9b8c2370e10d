"""Forms of API keys, checked offline: placeholders, malformed keys, and whose key it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from aloop_models.catalogue.provider_table import SHARES_CREDENTIALS_WITH


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
_PLACEHOLDER_URL = re.compile(
    r"[<>{}…]|\.\.\."
    r"|(?:[/.@_-]|^)(?:your[-_.]|(?:resource|account)[-_](?:name|id)\b"
    r"|(?:change|replace)[-_]?me\b|placeholder\b|x{3,}\b)",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"<.*>|\{.*\}|\[.*\]|\(.*\)", re.DOTALL)
_LADDERS = ("1234567890" * 8, "1234567890abcdef" * 5, "abcdefghijklmnopqrstuvwxyz" * 3)
_ENTRY_PREFIX = re.compile(r"(?:[a-z0-9]{1,11}[-_])+", re.IGNORECASE)

_PREFIXES = "|".join(re.escape(form.prefix) for form in _FORMS)
_TOKEN = re.compile(rf"(?<![A-Za-z0-9])(?:{_PREFIXES}|sk-|sk_|AKIA|ASIA)[A-Za-z0-9_.-]{{12,}}")
_RUN = re.compile(r"[A-Za-z0-9]{12,}")
_BARE = re.compile(r"[A-Za-z0-9]{32,}")
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


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
    """Whether a text holds what looks like a real key, so that it must be masked.

    A token with a known beginning and a long random part anywhere in it, or a text that is
    nothing but one long random token. Model ids, words and placeholders are not.
    """
    for found in _TOKEN.finditer(text):
        if any(_is_random(run) for run in _RUN.findall(found.group())):
            return True
    bare = text.strip()
    if _UUID.fullmatch(bare):
        return True
    return bool(_BARE.fullmatch(bare)) and _is_random(bare)


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


def _is_random(run: str) -> bool:
    kinds = (str.isdigit, str.isupper, str.islower)
    mixed = sum(any(kind(letter) for letter in run) for kind in kinds) >= 2
    return mixed and len(set(run)) >= 8
