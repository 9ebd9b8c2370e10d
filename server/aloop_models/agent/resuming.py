"""What a person reads when a saved conversation is continued."""

from __future__ import annotations

from datetime import datetime, timezone

from aloop_models.agent.saved_conversation import ConversationFile, SavedConversation
from aloop_models.agent.state import HISTORY
from aloop_models.catalog.redaction import redact
from aloop_models.core.plain_text import sanitize_line
from aloop_models.errors import FileError
from aloop_models.features.formatting import format_age, plural

_LONGEST_QUESTION = 60
"""Characters of the last question that are shown, at most."""


def read_saved(file: ConversationFile | None) -> tuple[SavedConversation | None, str]:
    """The saved conversation of the folder, and why there is nothing to continue; `file` is None without a history."""
    if file is None:
        return None, f"Conversations are not saved, because {HISTORY} is off. Starting a new one."
    try:
        saved = file.read()
    except FileError as problem:
        return None, f"{problem} Starting a new one."
    if saved is None or not saved.messages:
        return saved, "There is no conversation to continue in this folder. Starting a new one."
    return saved, ""


def describe_saved(saved: SavedConversation, name: str) -> str:
    """What is continued, with the name of the model that continues it."""
    age = format_age((datetime.now(timezone.utc) - saved.saved_at).total_seconds())
    question = redact(sanitize_line(" ".join(saved.last_question.split())))
    start = question[:_LONGEST_QUESTION].rstrip() + "…" if len(question) > _LONGEST_QUESTION else question
    return f"Continuing the conversation of {age}: {plural(saved.texts, 'message')}, {name}. Last question: {start}"
