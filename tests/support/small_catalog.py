"""A catalog small enough to know by heart, so that refreshing the shipped one breaks no test."""

from __future__ import annotations

from aloop_models.catalog import Catalog
from aloop_models.catalog.schema_file import load_schema
from aloop_models.settings import DEFAULTS
from aloop_models.snapshot import Facts
from support.snapshots import TODAY

KEY = ["api_key", 1, 1]
CATALOG = Catalog(
    {
        "format": 1,
        "made": "2026-11-01",
        "litellm": "1.0",
        "providers": {
            "abliteration": {"label": "Abliteration", "fields": [KEY], "key": 1, "chat": 1},
            "anthropic": {"label": "Anthropic", "fields": [KEY], "key": 1, "chat": 1, "docs": "https://a.example"},
            "azure": {
                "label": "Azure",
                "fields": [["api_base", 1, 0, None, "https://r.example"], KEY],
                "key": 1,
                "base": 1,
                "chat": 1,
            },
            "gemini": {"label": "Google AI Studio", "fields": [KEY], "key": 1, "chat": 1},
            "ollama": {"label": "Ollama", "fields": [["api_base", 0, 0]], "chat": 1, "default_base": "http://lo:1"},
            "openai": {"label": "OpenAI", "fields": [KEY], "key": 1, "chat": 1},
            "openrouter": {"label": "OpenRouter", "fields": [KEY], "key": 1, "chat": 1},
            "vertex_ai": {
                "label": "Vertex",
                "fields": [["vertex_project", 1, 0], ["vertex_location", 1, 0]],
                "chat": 1,
            },
            "voyage": {"label": "Voyage", "fields": [KEY], "key": 1},
        },
        "models": {
            "anthropic": {
                "claude-sonnet-5": ["chat", 200000, 64000, 3, 15, "tools"],
                "claude-opus-6": ["chat", 1000000, 64000, 5, 25, "tools"],
                "claude-haiku-2": ["chat", 1000, 100, 1, 2, "", "2026-12-02"],
                "claude-sonnet-9": ["chat", 1000, 100, 1, 2, "tools", "2026-01-01", "anthropic/claude-opus-6"],
                "embed-1": ["embedding"],
            },
            "azure": {"gpt-4o": ["chat"]},
            "ollama": {"llama3:8b": ["chat"]},
            "openai": {
                "gpt-4o": ["chat", 128000, 16384, 2.5, 10, "tools"],
                "gpt-4o-mini": ["chat", 128000, 16384, 0.15, 0.6, "tools"],
                "chatgpt-4o-latest": ["chat"],
            },
            "vertex_ai": {"gemini-3": ["chat"]},
            "voyage": {"voyage-3": ["embedding"]},
        },
    },
    "snapshot",
)
SMALL = Facts(load_schema(), CATALOG, DEFAULTS, TODAY)
