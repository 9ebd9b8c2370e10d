"""Texts that once made the server fail or break a law, each with a name; every law is checked for them."""

from support.sample_keys import secret

_KEY = secret("grammar key", "sk-proj-")
_PASSWORD = secret("grammar password", length=16)

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
    "an ignore comment without its colon": _TIMEOUT.format("x  # aloop ignore[wrong-type]"),
    "a key in a comment instead of a label": f"models:\n  a/b # {_KEY}\n",
    "the name of a role has a password": (
        f"models:\n  ollama/a:\nroles:\n  https://me:{_PASSWORD}@example.com/v1: ollama/a\n"
    ),
    "a key without a colon after the name of its field": f"models:\n  openai/gpt-4o:\n    api_key{_KEY}: 5\n",
    "a key after a letter": f"models:\n  openai/x{_KEY}:\n    name: x{_KEY}\ndefault: openai/x{_KEY}\n",
    "an alias of a key as the default": f"models:\n  openai/a:\n    api_key: &k {_KEY}\n    name: *k\ndefault: *k\n",
    "a password in a base URL of an entry without a provider": (
        f"models:\n  gpt-4o:\n    api_base: https://me:{_PASSWORD}@example.com/v1\n    name: https://me:{_PASSWORD}@example.com\n"
    ),
    "lists in lists": f"models:\n  ollama/a:\n    stop: {'[' * 200}{']' * 200}\n",
    "lists in lists without an end": f"models:\n  ollama/a:\n    stop: {'[' * 200}\n",
    "a number of many digits": _TIMEOUT.format("9" * 5000),
    "lines that end with CR only": "models:\r  ollama/a:\r    timeout: 5 # five\r  ollama/b:\rdefault: ollama/a\r",
    "a byte order mark before a comment and before nothing": (
        "a: 1\n\ufeff# c\nmodels:\n  a/b:\n    timeout: 5\n\n\ufeff\n  c/d:\n    timeout: 6\n"
    ),
    "a comment instead of a field whose name has an anchor": "models:\n  ollama/a:\n    &a whatever: 5\n",
    "a comment instead of a field whose name has a tag": "models:\n  ollama/a:\n    !!str whatever: 5\n",
    "spaces between CR and LF": "models:\r   \nroles:\n",
    "a word that begins like the mark of a document": "---# Models\nmodels:\n  ollama/a:\ndefault: ollama/a\n",
    "a merged mapping has a key twice": (
        "models:\n  ollama/a: &a\n    name:\n      5: 5\n      5: 6\n    k: 1\n    k: 2\n  ollama/b:\n    <<: *a\n"
    ),
    "two merged mappings have the same keys": (
        "one: &one\n  timeout: 1\n  5: 1\ntwo: &two\n  timeout: 2\n  5: 2\n"
        "models:\n  ollama/a:\n    <<: [*one, *two]\n  ollama/b:\n    <<: *one\n    <<: *two\n"
    ),
    "a key in the comment of a default among the entries": f"models:\ndefault: a/b # {_KEY}\n  a/b:\n    name: 5\n",
    "a key of two names": "# margin\nmodels:models:\n",
    "a field, a role and a default of two names": (
        "models:\n  ollama/a:\n    timeout:60:\n  ollama/b: {timeout:5: }\n"
        "roles: {fast:ollama/a: }\ndefault:ollama/a:\n"
    ),
    "a byte order mark below an empty line at the start": "\n\ufeff\nmodels:\n  ollama/a:\n",
    "a repeated default whose quotes go on at the margin": (
        "models:\n  ollama/a:\ndefault: '\nollama/a'\ndefault: ollama/a\n"
    ),
    "two spellings of one key": "a: &a 5\nmodels:\n  null: *a\n  5: 5\n  ~: 5\n",
    "an indented top level without a default": " models:\n  ollama/a:\n ",
    "a bracket in the host of a URL": "models:\n  openai/a:\n    api_base: http://localhost[8000/v1\n",
    "a quoted value before lines that would continue a plain one": (
        "models:\t# note\r\n    \"a: b\" :\r\n        timeout:\t'word \\n'\r\n            - 0x1F\t# note"
    ),
    "values whose type is that of a tag": (
        "models:\n  ollama/a:\n    name: !!int 5\n    drop_params: !!str yes\n    timeout: !!str 5\n"
    ),
    "a comment instead of a field of two lines": "models:\n  ollama/a:\n    whatever: 'a\u2028b'\n    timeout: 5\n",
    "a character before a space that hides a colon": "models:\n  ollama/a:\ufeff  api_key: x\n",
    "a comment and a field at the top level, with CR only": "# margin\r  name: x\r",
    "text in place of the entries in braces": "# JSON\n{models: \n  a/b}\n",
    "text in place of the entries in braces that are not closed": "{models: \n  a",
    "a comment instead of the only field below a tag": (
        "models:\n  ollama/a: !!set\n    whatever: ~\n  ollama/b: !!map\n    whatever: 5\n"
    ),
    "a text block in place of the entries, at the end": (
        "models:\n  openai/gpt-4o:\n  openai/gpt-4o:\nroles: 5\nroles: 5\nmodels: |+\n"
    ),
    "a line of a comment ends with CR, and the next one has no colon": (
        "models: &a # note\n  #\r here\n  openai/gpt-4o:\n  openai/gpt-4o:\n    name: 5\n  openai/gpt-4o:\n"
    ),
}
