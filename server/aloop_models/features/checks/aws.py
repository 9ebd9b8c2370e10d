"""Checks of AWS credentials: which field each one belongs in, and which belong together."""

from __future__ import annotations

from collections.abc import Iterator

from aloop_models.catalog import provider_of
from aloop_models.catalog.references import refers
from aloop_models.core.document import Entry, Field
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.text import Edit
from aloop_models.features.checks.api_key import MISSING_API_KEY
from aloop_models.features.checks.fixes import offer, replace_part
from aloop_models.features.checks.key_placement import KEY_IN_WRONG_FIELD
from aloop_models.features.checks.model_id import is_clear
from aloop_models.features.checks.spans import value_span
from aloop_models.features.diagnostic import Diagnostic, Fix, Severity
from aloop_models.snapshot import Facts

_ID, _SECRET, _TOKEN = "aws_access_key_id", "aws_secret_access_key", "aws_session_token"
_FIELDS = ("api_key", _ID, _SECRET)
# The published formats of access key IDs (AKIA: long-term, ASIA: temporary) and of secret access keys.
_ACCESS_KEY_ID = lazy_re(r"(?:AKIA|ASIA)[A-Z0-9]{12,124}")
_SECRET_ACCESS_KEY = lazy_re(r"(?=.*[a-z])(?=.*[A-Z])[A-Za-z0-9/+]{40}")


def check_aws_credentials(entry: Entry, facts: Facts) -> Iterator[Diagnostic]:
    """Check that each AWS credential is in its own field, and that none is missing."""
    spec = facts.schema.fields.get(_ID)
    profile = entry.profile
    if not any(name in profile for name in _FIELDS) or spec is None or not spec.suits(provider_of(entry.model_id)):
        return
    if not entry.readable or not is_clear(entry):
        return
    texts = {name: text for name in (*_FIELDS, _TOKEN) if (text := entry.text(name))}
    wrong, secret = entry.field(_ID), entry.field(_SECRET)
    if wrong and secret and _right_field(texts.get(_ID, "")) == _SECRET and _right_field(texts.get(_SECRET, "")) == _ID:
        yield _swapped(entry, wrong, secret)
        return
    misplaced = False
    for name in _FIELDS:
        field = entry.field(name)
        right = _right_field(texts.get(name, ""))
        if field is not None and right is not None and right != name:
            misplaced = True
            yield _in_wrong_field(entry, field, right)
    # Without the pair, LiteLLM uses another kind of credentials: an API key, a profile, a role.
    others = ("api_key", "aws_profile_name")
    if misplaced or any(profile.get(name) for name in others) or any(map(refers, texts.values())):
        return
    if (_ID in texts) != (_SECRET in texts):
        missing, present = (_SECRET, _ID) if _ID in texts else (_ID, _SECRET)
        message = f"{missing} is missing. It belongs together with {present}."
        yield Diagnostic(MISSING_API_KEY, entry.key.span, message, field=missing)
    elif texts.get(_ID, "").startswith("ASIA") and _TOKEN not in texts:
        message = f"{_TOKEN} is missing. Keys that start with ASIA are temporary and need it."
        yield Diagnostic(MISSING_API_KEY, entry.key.span, message, field=_TOKEN)


def _right_field(text: str) -> str | None:
    if _ACCESS_KEY_ID.fullmatch(text):
        return _ID
    return _SECRET if _SECRET_ACCESS_KEY.fullmatch(text) else None


def _swapped(entry: Entry, access_key: Field, secret: Field) -> Diagnostic:
    own = not access_key.inherited and not secret.inherited
    edits = (*_rename(access_key, _SECRET), *_rename(secret, _ID)) if own else ()
    message = f"{_ID} and {_SECRET} are swapped. Exchange their values."
    fix = Fix("Swap the two fields", tuple(sorted(edits)), safe=False)
    return Diagnostic(KEY_IN_WRONG_FIELD, value_span(entry, access_key), message, offer(fix), Severity.ERROR)


def _rename(field: Field, name: str) -> tuple[Edit, ...]:
    return replace_part(field.key, 0, len(field.key.text), name)


def _in_wrong_field(entry: Entry, field: Field, right: str) -> Diagnostic:
    what, other = ("an AWS access key ID", _SECRET) if right == _ID else ("an AWS secret access key", _ID)
    pair = "" if isinstance(entry.profile.get(other), str) else f", and the other half of the pair in {other}"
    message = f"{field.name} contains {what}. Put it in {right}{pair}."
    # Without the other half, the renamed field would be incomplete.
    movable = right not in entry.profile and not pair and other != field.name and not field.inherited
    rename = _rename(field, right) if movable else ()
    return Diagnostic(
        KEY_IN_WRONG_FIELD,
        value_span(entry, field),
        message,
        offer(Fix(f"Rename to {right}", rename, safe=False)),
        Severity.ERROR,
    )
