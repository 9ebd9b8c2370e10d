"""Asks for keys: from standard input, or at the terminal without echo."""

from __future__ import annotations

import sys

import click

from aloop_models.catalog.redaction import redact
from aloop_models.commands.new_id import UnusualIdError
from aloop_models.commands.question import Candidate, Question
from aloop_models.errors import RefusedError


def is_interactive() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin.isatty()


def key_from_stdin() -> str:
    """All of standard input without white space and the byte order mark around it."""
    text = sys.stdin.read()
    # Where the terminal's encoding is not UTF-8, a byte order mark is read as these letters.
    return text.removeprefix("ï»¿").strip("\ufeff \t\r\n")


def confirm_id(problem: UnusualIdError) -> None:
    """Ask whether a model with an unusual ID is to be added.

    Raises:
        RefusedError: the answer is no, or nobody can be asked.
    """
    if not is_interactive():
        raise problem
    click.echo(problem.problem, err=True)
    if not click.confirm("Add it as it is?", default=False, err=True):
        raise RefusedError(problem.reason, "Nothing was changed.", problem.suggestions)


def ask(question: Question) -> str | Candidate | None:
    """The secret or the offer taken, "" for none, or None where nobody can be asked and none is needed.

    Raises:
        RefusedError: `missingKey` where one is needed and nobody can be asked.
    """
    if not is_interactive():
        if not question.required:
            return None
        message = "Nobody can be asked for the key here. Give it on standard input: --api-key-stdin"
        raise RefusedError("missingKey", message)
    for offer in question.candidates:
        if click.confirm(f"Use the key of {redact(offer.value)}?", default=True, err=True):
            return offer
    name = "API key" if question.name == "api_key" else question.name
    hint = "" if question.required else " (empty: add the model without one)"
    return str(click.prompt(f"{name}{hint}", default="", show_default=False, hide_input=True, err=True))
