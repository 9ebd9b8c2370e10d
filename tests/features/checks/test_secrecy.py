"""Who else may read the file: git, other people of the machine, a file that is ignored."""

import pytest

from aloop_models.features.diagnostic import MESSAGE_LIMIT, Severity
from aloop_models.snapshot import Place
from support.expectations import HOME, KEY, PATH, PLACES, SAFE, diagnostics_of, rules_of


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (
            "tracked-by-git",
            "git tracks this file, so its API keys are in every clone. Run: git rm --cached :/.aloop/models.yaml",
        ),
        (
            "not-gitignored",
            "git does not ignore this file, so its API keys can be committed. Add .aloop/*models* to .gitignore.",
        ),
        (
            "readable-by-others",
            "Other users of this computer can read the API keys in this file. "
            "Run: chmod 600 /home/me/project/.aloop/models.yaml",
        ),
    ],
)
def test_secrecy(rule: str, message: str) -> None:
    """The place breaks the rule: on `models`, at a warning's level; a safe place breaks none."""
    text = f"models:\n  ollama/llama3:\n    api_key: {KEY}\ndefault: ollama/llama3\n"
    found = diagnostics_of(text, place=PLACES[rule])
    assert [(item.rule.id, item.span, item.message, item.level) for item in found] == [
        (rule, (0, 6), message, Severity.WARNING)
    ]
    assert len(message) <= MESSAGE_LIMIT
    assert rules_of(text, place=SAFE) == []
    assert rules_of(text, place=Place()) == []
    assert rules_of(text, place=Place(PATH, None, None)) == []


PROBLEM = "Cannot check whether git tracks this file"


@pytest.mark.parametrize(
    ("place", "rule", "message", "level"),
    [
        (
            Place(PATH, 0o600, HOME, "unknown", git_problem="git is not installed"),
            "tracked-by-git",
            f"{PROBLEM}: git is not installed. Install git.",
            Severity.WARNING,
        ),
        (
            Place(PATH, 0o600, HOME, "unknown", git_problem="git does not answer in time"),
            "tracked-by-git",
            f"{PROBLEM}: git does not answer in time. Save the file, or check it again.",
            Severity.WARNING,
        ),
        (
            Place(PATH, 0o600, HOME, "unknown", git_problem="git cannot read this repository"),
            "tracked-by-git",
            f"{PROBLEM}: git cannot read this repository. To see why, run: git status",
            Severity.WARNING,
        ),
        (
            Place(PATH, 0o600, HOME, "yes", ignored=True, link=f"{HOME}/.aloop"),
            "tracked-by-git",
            "git tracks the symbolic link .aloop to this file, so a commit can replace it. "
            "Run: git rm --cached :/.aloop",
            Severity.WARNING,
        ),
        (
            Place(PATH, 0o600, HOME, ignored=True, tracked_copies=(f"{HOME}/.aloop/models.yaml~",)),
            "tracked-by-git",
            "git tracks .aloop/models.yaml~, a copy of this file with API keys. "
            "Run: git rm --cached ':/.aloop/models.yaml~'",
            Severity.WARNING,
        ),
        (
            Place(PATH, 0o600, HOME, ignored=True, tracked_copies=(f"{HOME}/.aloop/models (1).yaml",)),
            "tracked-by-git",
            "git tracks .aloop/models (1).yaml, a copy of this file with API keys. "
            "Run: git rm --cached ':/.aloop/models (1).yaml'",
            Severity.WARNING,
        ),
        (
            Place(f"{HOME}/my models/.aloop/models.yaml", 0o644, HOME, ignored=True),
            "readable-by-others",
            "Other users of this computer can read the API keys in this file. "
            "Run: chmod 600 '/home/me/project/my models/.aloop/models.yaml'",
            Severity.WARNING,
        ),
        (
            Place(PATH, 0o620, HOME, ignored=True),
            "readable-by-others",
            f"Other users of this computer can change this file. Run: chmod 600 {PATH}",
            Severity.WARNING,
        ),
        (
            Place(PATH, 0o602, HOME, ignored=True, skipped="every user can write to it. Run: chmod o-w"),
            "skipped-file",
            "This file is skipped: every user can write to it. Run: chmod o-w",
            Severity.ERROR,
        ),
        (
            Place(f"{HOME}/models.yml", 0o600, HOME, ignored=True, unread=True),
            "skipped-file",
            "aloop does not read this file, only .aloop/models.yaml. Rename it, or add it to the setting aloop.files "
            "if another program reads it.",
            Severity.INFORMATION,
        ),
        (
            Place(PATH, 0o600, HOME, ignored=True, copies_ignored=False),
            "not-gitignored",
            "git ignores this file, but not its backups, swap files and conflict copies. "
            "Add .aloop/*models* to .gitignore.",
            Severity.INFORMATION,
        ),
        (
            Place(f"{HOME}/sub/.aloop/models.yaml", 0o600, HOME, ignored=False),
            "not-gitignored",
            "git does not ignore this file, so its API keys can be committed. Add **/.aloop/*models* to .gitignore.",
            Severity.WARNING,
        ),
        (
            Place(PATH, 0o600, None, skipped="it belongs to another user. If you trust it, run: sudo chown 0 x."),
            "skipped-file",
            "This file is skipped: it belongs to another user. If you trust it, run: sudo chown 0 x.",
            Severity.ERROR,
        ),
    ],
)
def test_secrecy_of_other_places(place: Place, rule: str, message: str, level: Severity) -> None:
    """What git cannot say, links, copies, and a file that is used by nothing."""
    text = f"models:\n  ollama/llama3:\n    api_key: {KEY}\ndefault: ollama/llama3\n"
    assert [(item.rule.id, item.message, item.level) for item in diagnostics_of(text, place=place)] == [
        (rule, message, level)
    ]


def test_advice_of_git_is_a_hint_without_keys() -> None:
    """The template alone gives nothing above a hint, wherever it is."""
    text = "models:\n  ollama/llama3:\ndefault: ollama/llama3\n"
    for place in (
        Place(PATH, 0o600, HOME, "unknown", git_problem="git is not installed"),
        Place(PATH, 0o600, HOME, "yes", link=f"{HOME}/.aloop"),
        Place(PATH, 0o600, HOME, ignored=True, copies_ignored=False),
    ):
        assert [item.level for item in diagnostics_of(text, place=place)] == [Severity.HINT]


def test_secrecy_without_keys_is_a_hint() -> None:
    """A file that holds no key yet gives nothing above a hint."""
    text = "models:\n  ollama/llama3:\ndefault: ollama/llama3\n"
    for rule, place in PLACES.items():
        levels = [(item.rule.id, item.level) for item in diagnostics_of(text, place=place)]
        level = Severity.ERROR if rule == "skipped-file" else Severity.HINT
        assert levels == ([] if rule == "readable-by-others" else [(rule, level)])


def test_key_in_a_tracked_file_and_mode_0644() -> None:
    """Both are warnings on `models`."""
    text = f"models:\n  openai/gpt-4o:\n    api_key: {KEY}\ndefault: openai/gpt-4o\n"
    found = diagnostics_of(text, place=Place(PATH, 0o644, HOME, tracked="yes", ignored=False))
    assert [(item.rule.id, item.level, item.span) for item in found] == [
        ("readable-by-others", Severity.WARNING, (0, 6)),
        ("tracked-by-git", Severity.WARNING, (0, 6)),
    ]
