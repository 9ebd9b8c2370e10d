"""Code lenses above entries."""

from dataclasses import replace

import pytest

from aloop_models.commands.switch_model import SWITCH
from aloop_models.features import code_lens
from aloop_models.features.code_lens import PLAIN, Lens, LensClient, code_lenses
from aloop_models.settings import Settings
from aloop_models.snapshot import Session, Snapshot
from support.readiness import count_asked
from support.snapshots import facts, snapshot

TEXT = """\
models:
  openai/gpt-4o:
    api_key: sk-proj-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0
  ollama/llama2:
  anthropic/claude-sonnet-4-5:
    api_key: sk-ant-api03-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0
  azure/gpt-4o: {api_key: 0123abcd4567ef890123abcd4567ef89}
default: ollama/llama2
"""


VSCODE = LensClient(
    icons=True, commands=frozenset({"aloop.addModel", "aloop.importModels", "aloop.setKey", "aloop.testModels"})
)


def render(subject: Snapshot) -> list[tuple[str, str, str | None]]:
    """(text below the lens, title, model that it switches to) of each lens."""
    text = subject.document.text
    return [
        (text[slice(*lens.span)], lens.title, str(lens.arguments["modelId"]) if lens.command else None)
        for lens in code_lenses(subject)
    ]


def test_a_click_switches() -> None:
    assert SWITCH.id == code_lens.SWITCH


def agent(model_id: str | None) -> Session:
    return Session(
        f"s-{model_id}", "interactive", 7, "/home/me/project", "/home/me/project/.aloop/models.yaml", model_id
    )


def titles(subject: Snapshot, client: LensClient = PLAIN) -> list[str]:
    return [lens.title for lens in code_lenses(subject, client)]


def test_default_is_current_where_nothing_else_was_chosen():
    assert render(snapshot(TEXT)) == [
        ("openai/gpt-4o", "Use this model", "openai/gpt-4o"),
        ("ollama/llama2", "Current · Default", None),
        ("anthropic/claude-sonnet-4-5", "Use this model", "anthropic/claude-sonnet-4-5"),
        ("azure/gpt-4o", "Not ready: api_base is missing", None),
    ]


def test_a_client_with_icons_and_commands_has_a_lens_for_each_action():
    assert [(lens.title, lens.command) for lens in code_lenses(snapshot(TEXT), VSCODE)] == [
        ("Use this model", "aloop.switchModel"),
        ("Test", "aloop.testModels"),
        ("$(check)\xa0Current ·\xa0$(star)\xa0Default", None),
        ("Test", "aloop.testModels"),
        ("Use this model", "aloop.switchModel"),
        ("Test", "aloop.testModels"),
        ("$(warning)\xa0Not ready: api_base is missing", None),
    ]


def test_choice_of_this_window_is_current():
    subject = snapshot(TEXT, selected="openai/gpt-4o")
    assert titles(subject) == [
        "Current",
        "Default · Use this model",
        "Use this model",
        "Not ready: api_base is missing",
    ]
    assert titles(subject, VSCODE)[:5] == [
        "$(check)\xa0Current",
        "Test",
        "$(star)\xa0Default",
        "Use this model",
        "Test",
    ]


def test_running_agents_that_agree_say_what_is_current():
    sessions = (agent("anthropic/claude-sonnet-4-5"), agent("anthropic/claude-sonnet-4-5"))
    assert titles(snapshot(TEXT, sessions=sessions, selected="openai/gpt-4o")) == [
        "Use this model",
        "Default · Use this model",
        "Current",
        "Not ready: api_base is missing",
    ]


def test_running_agents_with_several_models_are_counted():
    sessions = (agent("openai/gpt-4o"), agent("ollama/llama2"), agent("openai/gpt-4o"), agent(None))
    subject = snapshot(TEXT, sessions=sessions, selected="anthropic/claude-sonnet-4-5")
    assert titles(subject)[:3] == [
        "Current (2 of 4 agents) · Use this model",
        "Current (1 of 4 agents) · Default · Use this model",
        "Use this model",
    ]
    assert titles(subject, VSCODE)[3:6] == [
        "$(check)\xa0Current (1 of 4 agents) ·\xa0$(star)\xa0Default",
        "Use this model",
        "Test",
    ]


def test_agents_elsewhere_and_tasks_are_not_counted():
    others = (replace(agent("openai/gpt-4o"), here=False), replace(agent("openai/gpt-4o"), kind="task"))
    assert titles(snapshot(TEXT, sessions=others))[1] == "Current · Default"


def test_without_default_the_first_ready_entry_is_current():
    text = "models:\n  openai/gpt-4o:\n  ollama/llama2:\n"
    assert render(snapshot(text)) == [
        ("openai/gpt-4o", "Not ready: no API key", None),
        ("ollama/llama2", "Current", None),
    ]


@pytest.mark.parametrize(
    ("entry", "title"),
    [
        ("openai/gpt-4o:", "Not ready: no API key"),
        ("openai/gpt-4o: {api_key: your-api-key-here}", "Not ready: API key is a placeholder"),
        (
            "openai/gpt-4o: {api_key: $OPENAI_API_KEY}",
            "Not ready: API key is a reference",
        ),
        ("openai/text-embedding-3-small:", "Not ready: not a chat model (mode: embedding)"),
        ("nobody/x:", "Not ready: LiteLLM has no provider 'nobody'"),
        ("gpt-4o:", "Not ready: ID is not provider/model"),
        ("ollama/llama2: {timeout: -1}", "Not ready: timeout must be greater than 0 and at most 86400 seconds"),
    ],
)
def test_the_reason_is_said(entry: str, title: str):
    assert titles(snapshot(f"models:\n  {entry}\n"))[0] == title


def test_set_key_is_where_the_entry_needs_one():
    text = "models:\n  openai/gpt-4o:\n  openai/gpt-4o#work: {api_key: YOUR_API_KEY}\n  azure/x: {api_key: abcd}\n"
    lenses = code_lenses(snapshot(text), VSCODE)
    assert [(lens.title, lens.command, lens.arguments) for lens in lenses if lens.command] == [
        ("Set key…", "aloop.setKey", {"modelId": "openai/gpt-4o", "ask": True}),
        ("Set key…", "aloop.setKey", {"modelId": "openai/gpt-4o#work", "ask": True}),
    ]
    assert titles(snapshot(text), LensClient(commands=VSCODE.commands))[0] == "Not ready: no API key · Set key…"


def test_a_file_that_is_not_in_use_says_so_once_and_switches_nothing():
    text = "models:\n  ollama/a:\n  openai/gpt-4o:\ndefault: ollama/a\n"
    other = snapshot(text, sessions=(agent("ollama/a"),), selected="ollama/a").not_in_use()
    assert [(lens.span.start, lens.title, lens.command) for lens in code_lenses(other, VSCODE)] == [
        (0, "$(info)\xa0Not the file in use", None),
        (text.index("ollama/a"), "$(star)\xa0Default", None),
        (text.index("openai/gpt-4o"), "$(warning)\xa0Not ready: no API key", None),
        (text.index("openai/gpt-4o"), "Set key…", "aloop.setKey"),
    ]
    assert titles(other) == ["Not the file in use", "Default", "Not ready: no API key"]


@pytest.mark.parametrize(
    ("text", "below"),
    [("", 0), ("# mine\n", 0), ("models:\n", 0), ("# mine\nmodels: {}\ndefault: null\n", 7), ("default: null\n", 0)],
)
def test_a_file_without_models_says_how_to_add_one(text: str, below: int):
    lenses = code_lenses(snapshot(text), VSCODE)
    assert [(lens.span.start, lens.title, lens.command, lens.arguments) for lens in lenses] == [
        (below, "$(add)\xa0Add model", "aloop.addModel", {"ask": True}),
        (below, "Import…", "aloop.importModels", {}),
    ]
    assert titles(snapshot(text), LensClient(commands=frozenset({"aloop.addModel"}))) == ["Add model"]
    assert titles(snapshot(text)) == []


@pytest.mark.parametrize("text", ["models: [\n", "models: 5\n", "models:\n  ollama/a:\n"])
def test_a_broken_file_and_one_with_models_do_not(text: str):
    assert "$(add)\xa0Add model" not in titles(snapshot(text), VSCODE)


def test_switch_is_the_command_of_the_palette():
    first = code_lenses(snapshot(TEXT))[0]
    assert first == Lens(first.span, "Use this model", "aloop.switchModel", {"modelId": "openai/gpt-4o"})


def test_none_where_the_setting_says_so():
    subject = snapshot(TEXT)
    off = Snapshot(subject.document, facts(settings=Settings(code_lens=False)))
    assert code_lenses(off) == ()


def test_of_a_duplicate_only_the_entry_in_force_has_one():
    text = "models:\n  ollama/a:\n  ollama/b:\n  ollama/a:\n    timeout: 5\ndefault: ollama/b\n"
    subject = snapshot(text)
    assert render(subject) == [("ollama/b", "Current · Default", None), ("ollama/a", "Use this model", "ollama/a")]
    assert code_lenses(subject)[1].span.start == text.rindex("ollama/a")


def test_inherited_entries_have_theirs_where_they_are_written():
    text = 'x: &base\n  ollama/b: {}\nmodels:\n  <<: *base\n  "ollama/a": {}\ndefault: ollama/a\n'
    assert render(snapshot(text)) == [
        ("ollama/b", "Use this model", "ollama/b"),
        ('"ollama/a"', "Current · Default", None),
    ]


def test_readable_entries_of_a_broken_file_keep_theirs():
    text = 'models:\n  ollama/a:\n    name: "open\n  ollama/b:\n    name: b\ndefault: ollama/b\n'
    assert render(snapshot(text)) == [
        ("ollama/a", "Not ready: entry is not valid YAML", None),
        ("ollama/b", "Current · Default", None),
    ]


def test_a_key_in_the_place_of_an_id_is_no_argument():
    key = "sk-proj-AbCdEfGhIjKlMnOpQrStUvWx0123456789AbCdEfGh"
    assert key not in repr(code_lenses(snapshot(f"models:\n  {key}:\n  ollama/b:\n")))


def test_each_entry_is_asked_twice_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """For itself, and for the current model, which is the same for all lenses."""
    asked = count_asked(monkeypatch, code_lens)
    entries = "".join(f"  openai/m{number}:\n" for number in range(300))
    assert len(code_lenses(snapshot(f"models:\n{entries}"))) == 300
    assert (len(asked), set(asked.values())) == (300, {2})


def test_of_too_many_models_the_first_and_current_ones_have_lenses() -> None:
    last = code_lens.MOST_MODELS + 1
    text = "models:\n" + "".join(f"  ollama/m{number}:\n" for number in range(last + 1))
    running = (agent(f"ollama/m{last}"), agent("ollama/m0"))
    shown = render(snapshot(text, sessions=running))
    assert [below for below, _, _ in shown[:-1]] == [f"ollama/m{number}" for number in range(code_lens.MOST_MODELS)]
    assert shown[-1] == (f"ollama/m{last}", "Current (1 of 2 agents) · Use this model", f"ollama/m{last}")


def test_a_secret_of_the_file_is_in_no_lens() -> None:
    """Also one without a format, in place of an ID or a provider: its model has no command, whose arguments have it."""
    text = "models:\n  openai/Sommerregen: {api_key: Sommerregen}\n  Sommerregen/a:\n  ollama/b:\ndefault: ollama/b\n"
    assert [(lens.title, lens.command) for lens in code_lenses(snapshot(text), VSCODE)] == [
        ("$(warning)\xa0Not ready: LiteLLM has no provider '••••••••'", None),
        ("$(check)\xa0Current ·\xa0$(star)\xa0Default", None),
        ("Test", "aloop.testModels"),
    ]
