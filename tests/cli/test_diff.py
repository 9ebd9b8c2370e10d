"""The diff of `--dry-run`: no secret of the file is in it, however the file is written and whatever changes."""

from dataclasses import replace
from pathlib import Path

import pytest

from aloop_models.catalog.redaction import MASK
from aloop_models.cli.diff import render_diff
from aloop_models.commands import BY_ID, parse_arguments
from aloop_models.core import edits
from aloop_models.core.reader import read_document
from aloop_models.core.text import apply_edits
from aloop_models.errors import RefusedError
from aloop_models.snapshot import Snapshot
from support.sample_keys import leaks, secret
from support.snapshots import snapshot

LAYOUTS = sorted((Path(__file__).parents[1] / "core" / "layouts").glob("*.yaml"))

KEY = secret("key", length=20)
PREFIXED = secret("prefixed", "sk-proj-")
PASSWORD = secret("password", length=14)
QUERY = secret("query", length=20)
FRAGMENT = secret("fragment", length=20)
HEADER = secret("header", length=24)
HEADER_NAME = secret("header name", length=24)
UNKNOWN = secret("unknown", length=20)
TIMEOUT = secret("timeout", length=20)
COMMENT = secret("comment", "gsk_", 44)
COMMENTED = secret("commented", length=20)
NEW = secret("new", length=20)
HEX = secret("hex").lower()
SECRETS = {
    name: value for name, value in globals().items() if name.isupper() and name != "MASK" and isinstance(value, str)
}

URL = f"https://me:{PASSWORD}@proxy.example.com/v1?api-version=1&key={QUERY}#{FRAGMENT}"


def planted(text: str) -> str:
    """The text with secrets in every entry, written as that text is written, and in comments at the end."""
    document = read_document(text)
    for number, model_id in enumerate(document.by_id):
        fields = {
            "api_key": (KEY, PREFIXED)[number % 2],
            "api_base": URL,
            "extra_headers": {"X-Own": HEADER, HEADER_NAME: "1"},
            "name": f"Mine {KEY}",
            "my_own": UNKNOWN,
            "timeout": TIMEOUT,
            "organization": PREFIXED,
        }
        for name, value in fields.items():
            changes = edits.set_fields(document, model_id, {name: value})
            if not isinstance(changes, edits.UnsafeEdit):
                document = read_document(apply_edits(document.text, changes))
    text = document.text
    ends = text.rstrip().endswith("...")
    return text if ends else f"{text.rstrip()}\n# The old one was {COMMENT}\n# api_key: {COMMENTED}\n# {URL}\n"


def changed(before: Snapshot, command: str, argument: object) -> Snapshot | None:
    """The snapshot after a command; None where it is refused, without a secret in the reason."""
    definition = BY_ID[f"aloop.{command}"]
    try:
        outcome = definition.run(before, parse_arguments(definition, argument))
        said, after = f"{outcome.message} {outcome.value}", apply_edits(before.document.text, outcome.edits)
    except RefusedError as refusal:
        said, after = f"{refusal.message} {refusal.suggestions}", None
    assert leaks(SECRETS, said) == []
    return None if after is None else snapshot(after)


@pytest.mark.parametrize("path", LAYOUTS, ids=lambda path: path.stem)
def test_no_change_shows_a_secret(path: Path) -> None:
    before = snapshot(planted(path.read_text()))
    cases: list[tuple[str, dict[str, object]]] = [
        ("addModel", {"modelId": "openai/new", "fields": {"api_key": NEW, "api_base": URL, "name": NEW}}),
    ]
    for model_id in before.document.by_id:
        cases += [
            ("editModel", {"modelId": model_id, "fields": {"drop_params": False, "max_tokens": 5}}),
            ("editModel", {"modelId": model_id, "fields": {"api_key": NEW, "api_base": None}}),
            ("setKey", {"modelId": model_id, "apiKey": NEW}),
            ("setDefaultModel", {"modelId": model_id}),
            ("removeModel", {"modelId": model_id}),
        ]
    for command, argument in cases:
        after = changed(before, command, argument)
        if after is not None and after.document.text != before.document.text:
            shown = render_diff(before, after, color=False)
            assert shown.startswith("---")
            assert leaks(SECRETS, shown) == [], shown
    emptied, made = (render_diff(*pair, color=False) for pair in ((before, snapshot("")), (snapshot(""), before)))
    assert leaks(SECRETS, emptied + made) == [], emptied


@pytest.mark.parametrize("path", LAYOUTS, ids=lambda path: path.stem)
def test_a_layout_that_is_broken_shows_no_secret(path: Path) -> None:
    text = planted(path.read_text())
    for broken in (text + '\n  "', text + "\n\t- [", text.replace(":", ": {", 1)):
        shown = render_diff(snapshot(broken), snapshot(""), color=False)
        assert leaks(SECRETS, shown) == [], shown


ESCAPED = f'"{KEY[:9]}\\x{ord(KEY[9]):02x}{KEY[10:]}"'
WRITTEN = {
    "block": f"models:\n  openai/a:\n    timeout: 5\n    api_key: |\n      {KEY[:10]}\n      {KEY[10:]}\n",
    "folded": f'models:\n  openai/a:\n    timeout: 5\n    api_key: "{KEY[:10]}\\\n      {KEY[10:]}"\n',
    "plain on two lines": f"models:\n  openai/a:\n    timeout: 5\n    api_key:\n      {KEY}\n      {UNKNOWN}\n",
    "escaped": f"models:\n  openai/a:\n    timeout: 5\n    api_key: {KEY}\n    name: {ESCAPED}\n",
    "JSON": f'{{"models": {{"openai/a": {{"timeout": 5, "api_key": "{KEY}", "nam": "{UNKNOWN}"}}}}}}\n',
    "anchor": f"x: &k {KEY}\nmodels:\n  openai/a:\n    timeout: 5\n    api_key: *k\n    extra_headers: {{*k : 1}}\n",
    "default": f"models:\n  openai/a:\n    timeout: 5\n    api_key: &k {KEY}\ndefault: *k\n",
    "id": f"models:\n  openai/a:\n    timeout: 5\n    api_key: {KEY}\n  openai/{KEY}: {{}}\n",
    "glued": f"models:\n  openai/a:\n    timeout: 5\n    api_key{PREFIXED}: 5\n",
    "field name": f"models:\n  openai/a:\n    timeout: 5\n    {HEX}: 5\n    {KEY}: x\n    api_key: {KEY}\n",
    "merge": f"base: &b {{api_key: {KEY}, my_own: {UNKNOWN}}}\nmodels:\n  openai/a:\n    timeout: 5\n    <<: *b\n",
    "entry": f"models:\n  openai/a:\n    timeout: 5\n  openai/b: {KEY}\n  openai/c: [{UNKNOWN}]\n",
    "root": f"models:\n  openai/a:\n    timeout: 5\nmy_root: {UNKNOWN}\n",
    "password with signs": f"models:\n  openai/a:\n    timeout: 5\n    api_base: http://me:{KEY}@{UNKNOWN}/{HEADER}@h.x/v1\n",
    "password like a port": f"models:\n  openai/a:\n    timeout: 5\n    api_base: http://me:12/{KEY}@h.example/v1\n",
    "duplicate": f"models:\n  openai/a:\n    api_key: {KEY}\n    api_key: {UNKNOWN}\n    timeout: 5\n",
    "list": f"- {KEY}\n- {UNKNOWN}\n",
}


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN)
def test_a_secret_is_masked_however_it_is_written(text: str) -> None:
    before = snapshot(text)
    after = snapshot(text.replace("timeout: 5", "timeout: 6").replace('"timeout": 5', '"timeout": 6') + "# more\n")
    shown = render_diff(before, after, color=False)
    assert leaks(SECRETS, shown) == [], shown
    assert MASK in shown


def test_what_is_no_secret_is_shown() -> None:
    text = (
        "# My models\nmodels:\n  openai/gpt-4o-2024-11-20:\n    name: Work account\n"
        "    api_base: https://proxy.example.com/v1?api-version=2024-02-01\n    timeout: 5\n"
        "    drop_params: false\n    aws_region_name: eu-central-1\n    # api_key: sk-...\n"
        "default: openai/gpt-4o-2024-11-20\n"
    )
    shown = render_diff(snapshot(text), snapshot(text.replace("timeout: 5", "timeout: 6")), color=False)
    assert MASK not in shown
    assert "-    timeout: 5\n+    timeout: 6\n" in shown


def test_the_diff_keeps_its_hunks_where_only_a_key_changes() -> None:
    text = f"models:\n  openai/a:\n    api_key: {KEY}\n"
    shown = render_diff(snapshot(text), replace(snapshot(text.replace(KEY, NEW))), color=False)
    assert f"-    api_key: {MASK}\n+    api_key: {MASK}\n" in shown


def test_an_import_shows_no_value_of_another_format() -> None:
    text = "models:\n  - {provider: openai, model: m, apiKey: plainkey1, headers: {X-K: plainkey2}}\n"
    before, after = snapshot(text), snapshot("models:\n  openai/m:\n    # headers: {X-K: plainkey2}\n")
    diff = render_diff(before, after, color=False)
    assert "plainkey" not in diff
    assert "+    # headers: ••••••••\n" in diff
