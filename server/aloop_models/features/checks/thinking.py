"""Checks of numbers of tokens: the maximum of an answer, and the name, type and size of the thinking budget."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from aloop_models.catalog import provider_of
from aloop_models.core.document import Entry, Field
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.nodes import Mapping, Scalar
from aloop_models.core.text import Edit
from aloop_models.features.checks.fields import UNKNOWN_FIELD
from aloop_models.features.checks.fixes import offer, own_part, own_scalar, remove_field, replace_part, replace_scalar
from aloop_models.features.checks.spans import name_span, part_span, value_span
from aloop_models.features.checks.values import OUT_OF_RANGE
from aloop_models.features.checks.wording import quote_name
from aloop_models.features.diagnostic import Diagnostic, Fix, Severity
from aloop_models.snapshot import Facts

SMALLEST_BUDGET = 1024
"""The minimum of Claude models (ANTHROPIC_MIN_THINKING_BUDGET_TOKENS and BEDROCK_MIN_… in LiteLLM's constants.py)."""

ANSWER_ROOM = 4096
"""Tokens for the answer after the thinking (DEFAULT_MAX_TOKENS in LiteLLM's constants.py)."""

_NEEDS_BUDGET = lazy_re(r"claude-(?:3[.-]7|(?:opus|sonnet|haiku)-4(?:[.-][0-6])?(?!\.|\d|-\d(?!\d)))")
"""Models for which LiteLLM does not make an adaptive mode of it (translate_legacy_thinking_for_adaptive_model)."""
_WITH_MAXIMUM = ("anthropic", "gemini", "openai")
"""Providers that refuse a higher maximum of an answer. That of others in the catalog can be a default."""
_LIMITS = ("max_tokens", "max_completion_tokens")


def check_thinking(entry: Entry, facts: Facts) -> Iterator[Diagnostic]:
    """Check the name, type and value of `thinking.budget_tokens`."""
    field = entry.field("thinking")
    data = None if field is None else field.data
    if field is None or not isinstance(data, dict):
        return
    thinking = cast("dict[object, object]", data)
    if "budget_tokens" not in thinking and isinstance(field.value, Mapping) and not field.inherited:
        yield from _other_names(field.value)
    if thinking.get("type") == "enabled" and _NEEDS_BUDGET.search(entry.model_id.casefold()):
        yield from _without_budget(entry, field, thinking)
    budget = _count(thinking.get("budget_tokens"))
    if budget is not None and "type" not in thinking and _is_claude(entry):
        yield _without_type(entry, field)
    if budget is None or thinking.get("type", "enabled") != "enabled":
        return
    span = part_span(entry, field, ("budget_tokens",))
    limits = (entry.field(name) for name in _LIMITS)
    limit = next((limit for limit in limits if limit is not None and _count(limit.data)), None)
    most = None if limit is None else _count(limit.data)
    if budget < SMALLEST_BUDGET and _is_claude(entry):
        message = f"thinking.budget_tokens must be at least {SMALLEST_BUDGET} for a Claude model."
        fixes = (_write(field, SMALLEST_BUDGET),) if most is None or most > SMALLEST_BUDGET else ()
        yield Diagnostic(OUT_OF_RANGE, span, message, offer(*fixes), Severity.INFORMATION)
    elif limit is not None and most is not None and budget >= most:
        message = f"thinking.budget_tokens ({budget}) must be less than {limit.name} ({most})."
        raised = str(budget + ANSWER_ROOM)
        fixes = (
            Fix(f"Change {limit.name} to {raised}", replace_scalar(own_scalar(limit), raised), safe=False),
            *((_write(field, most // 2),) if most // 2 >= SMALLEST_BUDGET else ()),
        )
        yield Diagnostic(OUT_OF_RANGE, span, message, offer(*fixes), Severity.INFORMATION)


def check_limits(entry: Entry, facts: Facts) -> Iterator[Diagnostic]:
    """Check whether the maximum of an answer is more than that of the model, or is given twice."""
    fields = [field for name in _LIMITS if (field := entry.field(name)) and _count(field.data)]
    if not fields or entry.text("api_base"):
        # Another server can have another model under the name.
        return
    provider = provider_of(entry.model_id)
    known = facts.catalog.model(entry.model_id) if provider in _WITH_MAXIMUM else None
    for field in fields:
        most = known.max_output if known else None
        if most and (_count(field.data) or 0) > most:
            message = f"{field.name} is {field.data}, but the model's maximum output is {most} tokens. Reduce it."
            fix = Fix(f"Change to {most}", replace_scalar(own_scalar(field), str(most)), safe=False)
            yield Diagnostic(OUT_OF_RANGE, value_span(entry, field), message, offer(fix), Severity.INFORMATION)
    if len(fields) == len(_LIMITS) and provider == "openai":
        message = f"OpenAI refuses {' together with '.join(_LIMITS)}. Remove one of them."
        fix = Fix(f"Remove {fields[0].name}", remove_field(entry, fields[0]), safe=False)
        yield Diagnostic(OUT_OF_RANGE, name_span(entry, fields[0]), message, offer(fix), Severity.WARNING)


def _is_claude(entry: Entry) -> bool:
    return "claude" in entry.model_id.casefold()


def _without_type(entry: Entry, field: Field) -> Diagnostic:
    """A thinking budget without the type that Claude's API requires."""
    message = "thinking needs type: enabled with budget_tokens. Add it."
    value = field.value
    first = value.pairs[0].key if isinstance(value, Mapping) and not field.inherited else None
    edits: tuple[Edit, ...] = ()
    if isinstance(value, Mapping) and isinstance(first, Scalar) and not first.has_properties:
        quote = '"' if first.style == '"' else ""
        end = ", " if value.flow else f"\n{' ' * value.column}"
        edits = (Edit(first.start, first.start, f"{quote}type{quote}: {quote}enabled{quote}{end}"),)
    fix = Fix("Add type: enabled", edits, safe=False)
    return Diagnostic(
        OUT_OF_RANGE, part_span(entry, field, ("budget_tokens",)), message, offer(fix), Severity.INFORMATION
    )


def _without_budget(entry: Entry, field: Field, thinking: dict[object, object]) -> Iterator[Diagnostic]:
    """A Claude model that is to think without a budget, which its API requires."""
    if any(isinstance(name, str) and "budget" in name.casefold() for name in thinking):
        return
    limit = next((most for name in _LIMITS if (most := _count(entry.profile.get(name)))), 2 * ANSWER_ROOM)
    budget = min(ANSWER_ROOM, limit // 2)
    here = own_part(field, ("type",))
    in_flow = here is not None and isinstance(field.value, Mapping) and field.value.flow
    quote = '"' if here and here.style == '"' else ""
    added = f", {quote}budget_tokens{quote}: {budget}" if budget >= SMALLEST_BUDGET else ""
    message = "thinking needs budget_tokens if its type is enabled. Add it."
    edits = (Edit(here.end, here.end, added),) if here and in_flow and added else ()
    fixes = offer(Fix(f"Add budget_tokens: {budget}", edits, safe=False))
    yield Diagnostic(OUT_OF_RANGE, part_span(entry, field, ("type",)), message, fixes, Severity.INFORMATION)


def _other_names(thinking: Mapping) -> Iterator[Diagnostic]:
    """The names of a budget that are not the one of the API: `budget`, `budgetTokens`."""
    for key, _ in thinking.pairs:
        if isinstance(key, Scalar) and key.text.casefold().startswith("budget"):
            message = f"thinking has no field {quote_name(key.text)}. Did you mean budget_tokens?"
            fix = Fix("Rename to budget_tokens", replace_part(key, 0, len(key.text), "budget_tokens"), safe=False)
            yield Diagnostic(UNKNOWN_FIELD, key.span, message, offer(fix))


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _write(field: Field, budget: int) -> Fix:
    here = own_part(field, ("budget_tokens",))
    return Fix(f"Change budget_tokens to {budget}", replace_scalar(here, str(budget)), safe=False)
