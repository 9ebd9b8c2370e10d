"""Realistic models.yaml files of any size, and mistakes to make in them. The same seed gives the same file."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Sequence
from dataclasses import dataclass

PROVIDERS = (
    "openai", "anthropic", "gemini", "mistral", "groq", "deepseek", "xai", "together_ai",
    "fireworks_ai", "cohere", "perplexity", "deepinfra", "cerebras", "sambanova", "novita", "openrouter",
)  # fmt: skip
_LOWER = string.ascii_lowercase + string.digits
_MIXED = string.ascii_letters + string.digits
_KEYS = {
    "openai": ("sk-proj-", _MIXED, 124),
    "anthropic": ("sk-ant-api03-", _MIXED, 93),
    "gemini": ("AIza", _MIXED, 35),
    "groq": ("gsk_", _MIXED, 52),
    "xai": ("xai-", _MIXED, 80),
    "openrouter": ("sk-or-v1-", "0123456789abcdef", 64),
    "deepseek": ("sk-", "0123456789abcdef", 32),
    "perplexity": ("pplx-", _LOWER, 48),
    "cerebras": ("csk-", _LOWER, 48),
    "fireworks_ai": ("fw_", _MIXED, 24),
    "novita": ("sk_", _MIXED, 43),
}
_OTHER_KEY = ("", _LOWER, 40)
_ADJECTIVES = ("fast", "cheap", "long", "careful", "night", "draft", "review", "test")


@dataclass(frozen=True)
class Slip:
    """A mistake that both servers report: `timeout: 600` becomes `timeout: 600s`."""

    offset: int
    line: int
    wrong: str

    @property
    def typed(self) -> str:
        """Return the character that makes it."""
        return self.wrong[-1]


@dataclass(frozen=True)
class Gap:
    """Offsets at which a new line can be typed: before an entry, and inside it."""

    before_entry: int
    inside_entry: int


def models_file(ids: Sequence[str], size: int, seed: int = 7) -> str:
    """Return a file of `size` models: the given IDs in random order, then models of a private gateway."""
    chance = random.Random(f"{seed}:{size}")
    chosen = chance.sample(ids, min(size, len(ids)))
    own = (f"hosted_vllm/team-{n % 40:02}/{chance.choice(_ADJECTIVES)}-{n}" for n in range(size))
    chosen += [next(own) for _ in range(size - len(chosen))]
    lines = ["# Models of the whole team; keys are per project.", f"default: {chosen[0]}", "models:"]
    for number, model_id in enumerate(chosen):
        lines += _entry(model_id, number, chance)
    return "\n".join(lines) + "\n"


def slips(text: str, count: int, seed: int) -> list[Slip]:
    """Return mistakes at random places, one per line."""
    places = list(re.finditer(r"timeout: (\d+)(?=\n)", text))
    chosen = random.Random(seed).choices(places, k=count)
    return [Slip(p.end(), text.count("\n", 0, p.end()), p[1] + "s") for p in chosen]


def gaps(text: str, count: int, seed: int) -> list[Gap]:
    """Return random places for a new entry or a new field."""
    entries = list(re.finditer(r"^  [^ #\n][^\n]*:\n", text, re.MULTILINE))
    return [Gap(e.start(), e.end()) for e in random.Random(seed).choices(entries, k=count)]


def _entry(model_id: str, number: int, chance: random.Random) -> list[str]:
    provider = model_id.partition("/")[0]
    lines = []
    if chance.random() < 0.2:
        lines.append(f"  # {chance.choice(_ADJECTIVES)} one, asked for by team {chance.randint(1, 40)}")
    lines += [f"  {model_id}:", f"    name: {model_id.rpartition('/')[2]} ({chance.choice(_ADJECTIVES)} {number})"]
    comment = "  # rotated in spring" if chance.random() < 0.1 else ""
    lines.append(f"    api_key: {_key(provider, chance)}{comment}")
    if provider == "hosted_vllm" or (provider == "openai" and chance.random() < 0.5):
        lines.append(f"    api_base: https://gateway-{chance.randint(1, 9)}.example.com/v1")
    lines.append(f"    timeout: {chance.choice((30, 60, 120, 300, 600))}")
    if chance.random() < 0.3:
        lines.append(f"    drop_params: {chance.choice(('true', 'false'))}")
    if chance.random() < 0.2:
        lines.append(f"    max_tokens: {chance.choice((1024, 4096, 8192))}")
    if chance.random() < 0.1:
        lines.append("")
    return lines


def _key(provider: str, chance: random.Random) -> str:
    head, letters, length = _KEYS.get(provider, _OTHER_KEY)
    return head + "".join(chance.choices(letters, k=length))
