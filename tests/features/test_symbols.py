"""Document symbols."""

import re

from aloop_models.catalog.redaction import MASK
from aloop_models.features.symbols import MOST_SYMBOLS, Symbol, symbols
from support.snapshots import snapshot


def render(text: str) -> list[str]:
    """Each symbol as `name | detail | kind | the last word of its text`, indented by its depth."""
    rows: list[str] = []

    def draw(items: tuple[Symbol, ...], depth: int) -> None:
        for item in items:
            named, whole = text[slice(*item.name_span)], text[slice(*item.span)]
            assert whole.startswith(named)
            last_word = re.split(r"\s", whole)[-1]
            rows.append("  " * depth + f"{item.name} | {item.detail} | {item.kind} | {last_word}")
            draw(item.children, depth + 1)

    draw(symbols(snapshot(text)), 0)
    return rows


def test_sections_models_and_fields():
    text = """\
models:
  openai/gpt-4o:
    name: GPT-4o
    api_key: sk-...
    timeout: 300 # seconds
  ollama/llama2:
default: openai/gpt-4o
"""
    assert render(text) == [
        "models |  | namespace | ollama/llama2:",
        "  openai/gpt-4o | GPT-4o | object | 300",
        "    name | GPT-4o | property | GPT-4o",
        f"    api_key | {MASK} | property | sk-...",
        "    timeout | 300 | property | 300",
        "  ollama/llama2 |  | object | ollama/llama2:",
        "default | openai/gpt-4o | constant | openai/gpt-4o",
    ]


def test_roles_and_fallbacks():
    text = "models:\n  a/b:\nroles:\n  fast: a/b\n  review: 'a/c'\nfallbacks:\n  - a/b\n  - a/c\n"
    assert render(text) == [
        "models |  | namespace | a/b:",
        "  a/b |  | object | a/b:",
        "roles |  | namespace | 'a/c'",
        "  fast | a/b | constant | a/b",
        "  review | a/c | constant | 'a/c'",
        "fallbacks |  | namespace | a/c",
        "  a/b |  | constant | a/b",
        "  a/c |  | constant | a/c",
    ]
    assert render("fallbacks: [a/b]\nroles: {x: [a/b]}\nmodels: {a/b: {}}")[:3] == [
        "fallbacks |  | namespace | [a/b]",
        "  a/b |  | constant | a/b",
        "roles |  | namespace | [a/b]}",
    ]


def test_flow_style():
    assert render('{models: {"openai/gpt-4o": {timeout: 5}, ollama/b: {}}, default: null}') == [
        "models |  | namespace | {}}",
        "  openai/gpt-4o |  | object | 5}",
        "    timeout | 5 | property | 5",
        "  ollama/b |  | object | {}",
        "default | null | constant | null",
    ]


def test_what_is_inherited_is_shown_where_it_stands():
    text = """\
base: &base
  openai/gpt-4o: &common {timeout: 5}
models:
  <<: *base
  ollama/b:
    <<: *common
    name: b
  ollama/c: *common
"""
    assert render(text) == [
        "base |  | namespace | 5}",
        "  openai/gpt-4o |  | object | 5}",
        "    timeout | 5 | property | 5",
        "models |  | namespace | *common",
        "  ollama/b | b | object | b",
        "    name | b | property | b",
        "  ollama/c |  | object | *common",
    ]


def test_details_hold_no_secret():
    key = "sk-proj-AbCdEfGhIjKlMnOpQrStUvWx0123456789AbCdEfGh"
    text = f"""\
models:
  {key}:
    name: {key}
    api_key: {key}
    api_base: https://user:hunter2@example.com/v1?key=hunter3
    extra_headers: {{Authorization: Bearer {key}}}
    api_kye: hunter4
    timeout:
default: {key}
"""
    assert render(text) == [
        "models |  | namespace | timeout:",
        f"  {MASK} | {MASK} | object | timeout:",
        f"    name | {MASK} | property | {key}",
        f"    api_key | {MASK} | property | {key}",
        "    api_base | https://example.com/v1 | property | https://user:hunter2@example.com/v1?key=hunter3",
        f"    extra_headers | {MASK} | property | {key}}}",
        f"    api_kye | {MASK} | property | hunter4",
        "    timeout |  | property | timeout:",
        f"default | {MASK} | constant | {key}",
    ]


def test_the_secrets_of_the_file_are_hidden_everywhere() -> None:
    """The key has no format: only `api_key` tells it from other words."""
    text = """\
models:
  openai/Sommerregen:
    name: My Sommerregen
    api_key: Sommerregen
  openai/gpt-4o:
    Sommerregen: 1
default: openai/Sommerregen
roles:
  fast: openai/Sommerregen
  Sommerregen: openai/gpt-4o
"""
    assert [row.rpartition(" | ")[0] for row in render(text)] == [
        "models |  | namespace",
        f"  openai/{MASK} | My {MASK} | object",
        f"    name | My {MASK} | property",
        f"    api_key | {MASK} | property",
        "  openai/gpt-4o |  | object",
        f"    {MASK} | {MASK} | property",
        f"default | openai/{MASK} | constant",
        "roles |  | namespace",
        f"  fast | openai/{MASK} | constant",
        f"  {MASK} | openai/gpt-4o | constant",
    ]


def test_a_key_at_the_end_of_a_detail_is_hidden() -> None:
    """A detail has 80 characters: of a key that begins in it, only a few, which have no format."""
    word = f"{'a ' * 36}sk-proj-AbCdEfGhIjKlMnOpQrStUvWx0123456789AbCdEfGh"
    text = f"models:\n  a/b:\n    name: {word}\ndefault: {word}\nroles:\n  fast: {word}\n"
    details = [row.split(" | ")[1] for row in render(text) if " | a a " in row]
    assert details == [f"{'a ' * 36}{MASK}"] * 4


def test_a_broken_file_shows_what_is_readable():
    text = 'models:\n  ollama/a:\n    name: "open\n  ollama/b:\n    name: b\ndefault: ollama/b\n'
    assert [row.split(" | ")[0].strip() for row in render(text)] == [
        "models",
        "ollama/a",
        "ollama/b",
        "name",
        "default",
    ]


def test_names_are_never_empty():
    assert render('models:\n  "":\n    " ": 1\n') == [
        "models |  | namespace | 1",
        '  "" |  | object | 1',
        f'    "" | {MASK} | property | 1',
    ]


def test_a_name_of_control_characters_is_not_empty() -> None:
    assert render('"\\a":\n') == ['"" |  | namespace | "\\a":']


def test_nothing_for_a_file_without_a_mapping():
    assert render("") == render("- a\n- b\n") == render("# only this\n") == []


def models_of(count: int, fields: str) -> list[Symbol]:
    text = "models:\n" + "".join(f"  ollama/m{number}:\n{fields}" for number in range(count))
    [section] = symbols(snapshot(text))
    assert section.span == (0, len(text) - 1)
    return [*section.children]


def test_too_many_models_and_fields_are_shown_without_fields() -> None:
    most = MOST_SYMBOLS // 2
    assert {len(model.children) for model in models_of(most, "    name: a\n")} == {1}
    models = models_of(most + 1, "    name: a\n")
    assert [(model.name, model.detail, model.children) for model in models[-2:]] == [
        (f"ollama/m{most - 1}", "a", ()),
        (f"ollama/m{most}", "a", ()),
    ]


def test_of_too_many_models_the_first_are_shown() -> None:
    assert [model.name for model in models_of(MOST_SYMBOLS + 1, "")] == [f"ollama/m{n}" for n in range(MOST_SYMBOLS)]
