"""Prompts at the terminal, without echo for keys, and keys from standard input."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

from aloop_models.catalog.redaction import redact
from aloop_models.commands.check_field import Problem
from aloop_models.commands.new_id import UnusualIdError
from aloop_models.commands.question import Candidate, Question
from aloop_models.errors import RefusedError
from aloop_models.features.diagnostic import Severity
from aloop_models.features.table import render_table


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


def confirm_part(typed: str, model_id: str) -> str:
    """The ID, which a part of a name means, if the person confirms it.

    Raises:
        RefusedError: The person does not.
    """
    if click.confirm(f"Did you mean {model_id}?", default=False, err=True):
        return model_id
    raise RefusedError("modelNotFound", f"There is no model '{redact(typed)}'. Nothing was changed.", (model_id,))


def choose(question: Question) -> Candidate:
    """The candidate that the person chooses by its number."""
    click.echo(question.prompt, err=True)
    rows = [(f"  {number}", item.label, item.detail) for number, item in enumerate(question.candidates, 1)]
    click.echo(render_table(rows), err=True, nl=False)

    def place(text: str) -> int:
        if text.isdecimal() and 1 <= int(text) <= len(rows):
            return int(text) - 1
        raise click.UsageError(f"Enter a number from 1 to {len(rows)}, or press Ctrl-C to stop.")

    return question.candidates[click.prompt("Number", default="1", value_proc=place, err=True)]


def ask(question: Question, judge: Callable[[str], Problem | None]) -> str | Candidate:
    """The answer, the accepted offer, or "" for no answer; asks again after an answer with an error.

    Args:
        question: What to ask.
        judge: Returns what is wrong with a text.
    """
    for offer in question.candidates:
        if click.confirm(f"Use the API key of {redact(offer.value)}?", default=True, err=True):
            return offer
    if question.help:
        click.echo(f"{question.help.title}: {question.help.url}", err=True)

    is_required = question.required and not question.secret

    def accepted(text: str) -> str:
        if is_required and not text.strip():
            raise click.UsageError("Enter a value, or press Ctrl-C to stop.")
        problem = judge(text)
        if problem is not None and problem.severity is Severity.ERROR:
            raise click.UsageError(problem.advice)
        return text

    return str(
        click.prompt(
            question.words,
            default=question.initial or "",
            show_default=bool(question.initial),
            hide_input=question.secret,
            value_proc=accepted,
            err=True,
        )
    )
