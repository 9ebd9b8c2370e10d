"""Texts that once made the server fail or break a law, each with a name; every law is checked for them."""

from support.sample_keys import secret

_TIMEOUT = "models:\n  ollama/a:\n    timeout: {}\ndefault: ollama/a\n"

TEXTS: dict[str, str] = {
    "a byte order mark before an indented line": "models:\n  a/b:\n\ufeff    timeout: 5\n  c/d:\n",
    "a tag that is not understood, and nothing else": "!x ",
    "a comment instead of the first line of a value in quotes": (
        "models:\n  ollama/a:\n    name: 'Le\nChat'\n    name: 'Le\nChat'\ndefault: ollama/a\n"
    ),
    "the same with a byte order mark": (
        "models:\n  ollama/a:\n    name: '\n\ufeffLe Chat'\n    name: '\n\ufeffLe Chat'\ndefault: ollama/a\n"
    ),
    "quotes do not help a value with a tag": _TIMEOUT.format("!!map &a 0"),
    "quotes do not help a number with a tag": _TIMEOUT.format("!!set .inf"),
    "quotes help a word that YAML reserves": _TIMEOUT.format("="),
    "a key in a comment instead of a label": f"models:\n  a/b # {secret('grammar key', 'sk-proj-')}\n",
    "the name of a role has a password": (
        f"models:\n  ollama/a:\nroles:\n  https://me:{secret('grammar password', length=16)}@example.com/v1: ollama/a\n"
    ),
}
