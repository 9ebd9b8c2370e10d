"""Prompts at the terminal, without echo for keys, and keys from standard input."""

from __future__ import annotations

import sys

import click

from aloop_models.catalog.redaction import redact
from aloop_models.commands.new_id import UnusualIdError
from aloop_models.commands.question import Candidate, Question
from aloop_models.errors import RefusedError


def is_interactive() -> bool:
    """Whether a person can answer a prompt."""
    return sys.stdin.isatty()


def key_from_stdin() -> str:
    """Standard input without surrounding white space and byte order mark, also in UTF-16, which PowerShell writes.

    Raises:
        RefusedError: `invalidFields` if it is not text.
    """
    return text_from_stdin("The API key on standard input is not UTF-8 text. Pass only the key.")


def text_from_stdin(otherwise: str = "Standard input is not UTF-8 text.") -> str:
    """Standard input as `key_from_stdin`; `otherwise` is the refusal.

    Raises:
        RefusedError: `invalidFields` if it is not text.
    """
    data = sys.stdin.buffer.read()
    try:
        text = data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8")
    except UnicodeDecodeError:
        raise RefusedError("invalidFields", otherwise) from None
    # A program that read the byte order mark in another encoding writes these letters.
    return text.removeprefix("ï»¿").strip("\ufeff \t\r\n")


def confirm_id(problem: UnusualIdError) -> str | None:
    """Ask which ID to add instead of an unusual one; None for the unusual one.

    Raises:
        RefusedError: The person declines all, or there is no terminal.
    """
    if not is_interactive():
        raise problem
    click.echo(problem.problem, err=True)
    for model_id in problem.suggestions:
        if click.confirm(f"Add {model_id}?", default=True, err=True):
            return model_id
    if problem.can_be_confirmed and click.confirm("Add the ID as you wrote it?", default=False, err=True):
        return None
    raise RefusedError(problem.reason, "Nothing was changed.", problem.suggestions)


def ask(question: Question) -> str | Candidate | None:
    """The secret, the accepted offer, "" for no secret, or None without a terminal if none is required.

    Raises:
        RefusedError: `missingKey` if one is required and there is no terminal.
    """
    if not is_interactive():
        if not question.required:
            return None
        message = "No terminal to prompt for the API key. Pass it on standard input: --api-key-stdin"
        raise RefusedError("missingKey", message)
    for offer in question.candidates:
        if click.confirm(f"Use the API key of {redact(offer.value)}?", default=True, err=True):
            return offer
    name = "API key" if question.name == "api_key" else question.name
    hint = "" if question.required else " (leave empty to add it later)"
    return str(click.prompt(f"{name}{hint}", default="", show_default=False, hide_input=True, err=True))
