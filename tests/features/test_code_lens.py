"""Code lenses above entries."""

from aloop_models.commands.switch_model import SWITCH
from aloop_models.features import code_lens
from aloop_models.features.code_lens import Lens, code_lenses
from aloop_models.settings import Settings
from aloop_models.snapshot import Session, Snapshot
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


def test_default_is_current_where_nothing_else_was_chosen():
    assert render(snapshot(TEXT)) == [
        ("openai/gpt-4o", "switch", "openai/gpt-4o"),
        ("ollama/llama2", "current · default", None),
        ("anthropic/claude-sonnet-4-5", "switch", "anthropic/claude-sonnet-4-5"),
        ("azure/gpt-4o", "not ready", None),
    ]


def test_choice_of_this_window_is_current():
    assert [lens.title for lens in code_lenses(snapshot(TEXT, selected="openai/gpt-4o"))] == [
        "current",
        "default · switch",
        "switch",
        "not ready",
    ]


def test_running_agents_that_agree_say_what_is_current():
    sessions = (agent("anthropic/claude-sonnet-4-5"),)
    assert [lens.title for lens in code_lenses(snapshot(TEXT, sessions=sessions, selected="openai/gpt-4o"))] == [
        "switch",
        "default · switch",
        "current",
        "not ready",
    ]


def test_without_default_the_first_ready_entry_is_current():
    text = "models:\n  openai/gpt-4o:\n  ollama/llama2:\n"
    assert render(snapshot(text)) == [
        ("openai/gpt-4o", "not ready", None),
        ("ollama/llama2", "current", None),
    ]


def test_switch_is_the_command_of_the_palette():
    first = code_lenses(snapshot(TEXT))[0]
    assert first == Lens(first.span, "switch", "aloop.switchModel", {"modelId": "openai/gpt-4o"})


def test_none_where_the_setting_says_so():
    subject = snapshot(TEXT)
    off = Snapshot(subject.document, facts(settings=Settings(code_lens=False)))
    assert code_lenses(off) == ()


def test_of_a_duplicate_only_the_entry_in_force_has_one():
    text = "models:\n  ollama/a:\n  ollama/b:\n  ollama/a:\n    timeout: 5\ndefault: ollama/b\n"
    subject = snapshot(text)
    assert render(subject) == [("ollama/b", "current · default", None), ("ollama/a", "switch", "ollama/a")]
    assert code_lenses(subject)[1].span.start == text.rindex("ollama/a")


def test_inherited_entries_have_theirs_where_they_are_written():
    text = 'x: &base\n  ollama/b: {}\nmodels:\n  <<: *base\n  "ollama/a": {}\ndefault: ollama/a\n'
    assert render(snapshot(text)) == [("ollama/b", "switch", "ollama/b"), ('"ollama/a"', "current · default", None)]


def test_readable_entries_of_a_broken_file_keep_theirs():
    text = 'models:\n  ollama/a:\n    name: "open\n  ollama/b:\n    name: b\ndefault: ollama/b\n'
    assert render(snapshot(text)) == [("ollama/a", "not ready", None), ("ollama/b", "current · default", None)]


def test_a_key_in_the_place_of_an_id_is_no_argument():
    key = "sk-proj-AbCdEfGhIjKlMnOpQrStUvWx0123456789AbCdEfGh"
    assert key not in repr(code_lenses(snapshot(f"models:\n  {key}:\n  ollama/b:\n")))
