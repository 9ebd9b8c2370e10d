"""Checks of field values against the schema: types and ranges."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from typing import cast

from aloop_models.catalog import nearest, provider_of
from aloop_models.core.document import Entry, Field
from aloop_models.core.lazy_re import lazy_re
from aloop_models.core.nodes import Scalar, resolve
from aloop_models.core.schema import FieldSpec, SchemaProblem
from aloop_models.core.text import Span
from aloop_models.features.checks.fixes import (
    MOST_FIXES,
    change_text,
    last_on_line,
    offer,
    own_part,
    own_scalar,
    quote_scalar,
    remove_field,
    replace_scalar,
)
from aloop_models.features.checks.numbers import (
    HOUR,
    alternative_numbers,
    number_in,
    number_text,
    seconds_in_milliseconds,
)
from aloop_models.features.checks.references import find_references
from aloop_models.features.checks.region_names import region_meant
from aloop_models.features.checks.spans import part_span, value_span
from aloop_models.features.checks.syntax_foreign import comment_after
from aloop_models.features.diagnostic import Diagnostic, Fix, Rule, Severity, SeverityCase
from aloop_models.features.formatting import format_duration, format_hours
from aloop_models.snapshot import Facts

WRONG_TYPE = Rule(
    "wrong-type",
    Severity.ERROR,
    "Wrong type",
    "The runtime refuses the value instead of guessing what it means. YAML derives the type from the text: "
    "`5m` is text, `0123` is a number, `yes` is a Boolean and `2024-10-21` is a date. Quote text, and write numbers "
    "and `true`/`false` without quotes.",
    "models:\n  ollama/llama3:\n    timeout: 5m\ndefault: ollama/llama3\n",
    "models:\n  ollama/llama3:\n    timeout: 300\ndefault: ollama/llama3\n",
    fixes="safe or unsafe",
    fix_safety="Safe if the meaning is certain: quoting text, changing `5m` to `300` or `yes` to `true`. Unsafe if a "
    "number is rounded, is replaced by the default, or can mean two things (`1:30`, `010`, `1,5`, `4.096`, `32k`), or "
    "if a text or a list becomes fields or entries.",
    severity_reason="The runtime cannot use the value.",
    other_severities=(
        SeverityCase(
            Severity.WARNING,
            "if YAML changes what is written, but the result can be used: `010` or `32.000` as a number, or a number "
            "as a key",
        ),
        SeverityCase(Severity.INFORMATION, "for a `timeout` such as `1.200`, which is 1.2 seconds"),
    ),
    related=("out-of-range", "unknown-field"),
)
OUT_OF_RANGE = Rule(
    "out-of-range",
    Severity.ERROR,
    "Value out of range",
    "The runtime refuses the value. For example, `timeout` must be greater than 0 and at most 86400 seconds (one day).",
    "models:\n  ollama/llama3:\n    timeout: 0\ndefault: ollama/llama3\n",
    "models:\n  ollama/llama3:\n    timeout: 10\ndefault: ollama/llama3\n",
    fixes="unsafe",
    fix_safety="Unsafe: replacing the value with the nearest allowed one or the one that is probably meant, or "
    "removing a number of tokens. The intended value is a guess.",
    severity_reason="The runtime cannot use the value.",
    other_severities=(
        SeverityCase(
            Severity.WARNING,
            "for a word that is not one of the values of a field, such as `thinking: {type: enable}`, for a region or "
            "project that does not have the form of its cloud, for an API key without `Bearer` in the header "
            "`Authorization`, and for `max_tokens` together with `max_completion_tokens`, because the provider may "
            "accept it",
        ),
        SeverityCase(
            Severity.INFORMATION,
            "for a `timeout` above one hour, because `30000` is usually a number of milliseconds, for `max_tokens` "
            "above the maximum output of the model, and for a thinking budget that is missing or may be refused",
        ),
    ),
    related=("wrong-type",),
)

# Other rules check the text of these fields; the schema only requires text.
_TEXT_WITH_OWN_RULES = frozenset({"name", "api_key", "api_base"})
_TRUTH = {
    word: truth
    for truth, words in (("true", "true yes on y 1"), ("false", "false no off n 0"))
    for word in words.split()
}
_PERCENT = 10
"""The least integer that is a percentage, where a fraction is needed; 7 is rather 0.7 without its point."""
_ROUNDED = lazy_re(r"([1-9][0-9]{0,3}) ?([kKmM])")
_POINT_FOR_THOUSANDS = lazy_re(r"[1-9][0-9]{0,2}\.[0-9]{3}")
_CASE_SENSITIVE = {"gigachat_scope": ("gigachat",), "service_tier": ("openai", "azure", "groq")}
"""Fields of words, which are the examples of the schema, and providers that get them from LiteLLM as they are."""
# Words that people write for a value of an enum, and the values that they mean.
_SYNONYMS = {
    word: meant
    for words, meant in (
        ("true on yes 1 always", ("enabled",)),
        ("false off no 0 never", ("disabled", "none")),
        ("none", ("disabled",)),
        ("auto automatic dynamic", ("adaptive", "default")),
        ("small short little brief terse min minimum", ("low",)),
        ("med mid middle normal", ("medium",)),
        ("big large long great much verbose", ("high",)),
        ("maximum highest", ("max", "high")),
        ("very_high extra_high x-high ultra", ("xhigh", "high")),
    )
    for word in words.split()
}
_KINDS = {
    "string": "text",
    "number": "a number",
    "integer": "an integer",
    "boolean": "true or false",
    "object": "a mapping",
    "array": "a list",
}


def check_values(entry: Entry, facts: Facts) -> Iterator[Diagnostic]:
    """Check every value against the schema, and numbers that YAML 1.1 reads in an unexpected way."""
    specs = facts.schema.fields
    for field in entry.fields_in_force:
        value = field.data
        if value is None:
            continue
        kind = type(value)
        if kind is str and field.name in _TEXT_WITH_OWN_RULES:
            continue
        spec = specs.get(field.name)
        if spec is None:
            continue
        if kind is bool and "boolean" in spec.types:
            continue
        if kind is float and (thousands := _point_for_thousands(entry, field, spec)):
            yield thousands
            continue
        if kind is str and field.name in _CASE_SENSITIVE and (other_case := _other_case(entry, field, spec, value)):
            yield other_case
            continue
        if (kind is int or kind is float) and _fits(spec, value):
            written = field.value
            unexpected = (
                _unexpected_number(entry, field, spec)
                if kind is int and not (isinstance(written, Scalar) and written.text == str(value))
                else None
            )
            if unexpected is not None:
                yield unexpected
            elif field.name == "timeout" and isinstance(value, (int, float)) and value > HOUR:
                yield _long_timeout(entry, field, spec, value)
            continue
        if any(field.value.start <= span.start and span.end <= field.value.end for span, _ in entry.faults):
            # The part that the safe loader refuses has a diagnostic already.
            continue
        problems = facts.schema.check_profile({field.name: value})
        references = tuple(find_references(field, spec)) if problems else ()
        for problem in problems:
            inner = problem.path[1:]
            # env-reference reports a reference, and check_headers the characters of headers.
            is_header = field.name == "extra_headers" and problem.keyword == "pattern"
            if not is_header and not any(inner[: len(path)] == path for path in references):
                yield _type_diagnostic(entry, field, spec, problem, facts)


def kind_of(value: object) -> str:
    """Return the YAML type of a value, with its article."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a Boolean"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, datetime.date):
        return "a date"
    if isinstance(value, (list, tuple)):
        return "a list"
    if isinstance(value, dict):
        return "a mapping"
    return "text" if isinstance(value, str) else "another type"


def _fits(spec: FieldSpec, value: object) -> bool:
    """Whether the schema allows a number, without the cost of jsonschema."""
    if not isinstance(value, (int, float)):
        return False
    if "number" not in spec.types and ("integer" not in spec.types or not isinstance(value, int)):
        return False
    low = spec.minimum is None or value >= spec.minimum
    above = spec.exclusive_minimum is None or value > spec.exclusive_minimum
    # NaN is never below a maximum; without a maximum, the comparison with infinity excludes it.
    high = value <= spec.maximum if spec.maximum is not None else abs(value) < float("inf")
    return low and above and high


def _unexpected_number(entry: Entry, field: Field, spec: FieldSpec) -> Diagnostic | None:
    scalar = resolve(field.value)
    if not isinstance(scalar, Scalar):
        return None
    meant = alternative_numbers(scalar)
    if meant is None:
        return None
    candidates = dict.fromkeys((scalar.value, *meant))
    here = own_scalar(field)
    return Diagnostic(
        WRONG_TYPE,
        value_span(entry, field),
        f"YAML reads {field.name} as {number_text(scalar.value)}. Write the number in plain digits.",
        offer(*(_change(spec, here, number_text(number)) for number in candidates if _fits(spec, number))),
        Severity.WARNING,
    )


def _point_for_thousands(entry: Entry, field: Field, spec: FieldSpec) -> Diagnostic | None:
    """A number such as `32.000`, which is 32000 in some countries; nobody writes a zero at the end of a fraction."""
    written, value, is_time = resolve(field.value), field.data, spec.name == "timeout"
    if not isinstance(written, Scalar) or not isinstance(value, float) or written.is_tagged:
        return None
    if not _POINT_FOR_THOUSANDS.fullmatch(written.text) or not written.text.endswith("0"):
        return None
    whole = round(value * 1_000)
    # More than an hour is not meant, but milliseconds: 30.000 is 30 seconds then, as it is read.
    if "number" in spec.types and (not is_time or whole > HOUR):
        return None
    numbers = [number_text(number) for number in (whole, value) if is_time or number == int(number)]
    here = own_scalar(field)
    return Diagnostic(
        WRONG_TYPE,
        value_span(entry, field),
        f"YAML reads {spec.name} as {number_text(value)}, because a point is not a thousands separator. "
        f"Write {' or '.join(numbers)}.",
        offer(*(_change(spec, here, number) for number in numbers)),
        Severity.INFORMATION if is_time else Severity.WARNING if len(numbers) > 1 else None,
    )


def _other_case(entry: Entry, field: Field, spec: FieldSpec, value: object) -> Diagnostic | None:
    """A word in capital letters for a provider that knows it only in small letters, or the reverse."""
    words = [word for word in spec.examples if isinstance(word, str)]
    right = next((word for word in words if isinstance(value, str) and word.casefold() == value.casefold()), value)
    if right == value or provider_of(entry.model_id) not in _CASE_SENSITIVE[spec.name]:
        return None
    message = f"{spec.name} is case-sensitive. Did you mean {right}?"
    fix = Fix(f"Change to {right}", change_text(own_scalar(field), str(right)), safe=False)
    return Diagnostic(OUT_OF_RANGE, value_span(entry, field), message, offer(fix), Severity.WARNING)


def _long_timeout(entry: Entry, field: Field, spec: FieldSpec, value: float) -> Diagnostic:
    """A timeout above an hour, which is often a number of milliseconds."""
    meant = seconds_in_milliseconds(value)
    advice = f"Did you mean {number_text(meant)}?" if meant else "The agent waits that long for an answer."
    message = f"{number_text(value)} seconds is {format_hours(value)}. {advice}"
    numbers = (meant,) if meant else (spec.default,)
    fixes = offer(*(_change(spec, own_scalar(field), number_text(number)) for number in numbers))
    return Diagnostic(OUT_OF_RANGE, value_span(entry, field), message, fixes, Severity.INFORMATION)


def _type_diagnostic(entry: Entry, field: Field, spec: FieldSpec, problem: SchemaProblem, facts: Facts) -> Diagnostic:
    """The diagnostic of one problem, which may be inside the field's value: `spec` is that of the field."""
    inner = problem.path[1:]
    span = part_span(entry, field, inner)
    here = own_part(field, inner)
    if here is not None and here.is_tagged:
        here = None  # The type is that of the tag.
    elif here is not None and here.style and not entry.readable and field is entry.fields[-1]:
        here = None  # Without quotes, the value would continue in the lines below, which are not understood.
    if not inner and (comment := comment_after(last_on_line(entry, field))):
        return Diagnostic(WRONG_TYPE, *comment[:2], offer(*(Fix(*fix, safe=False) for fix in comment.edits)))
    part = facts.schema.spec_at(problem.path)
    if part is None:
        message = f"{spec.name} contains an invalid value. See the documentation for its format."
        return Diagnostic(WRONG_TYPE, span, message)
    if part.enum and problem.keyword in ("type", "enum"):
        rule, level = (OUT_OF_RANGE, Severity.WARNING) if problem.keyword == "enum" else (WRONG_TYPE, Severity.ERROR)
        return _enum_diagnostic(rule, span, part, here, problem.value, level)
    if problem.keyword == "type":
        # A part without a name of its own has the name of the field.
        message = _type_message(part, problem.value, is_part=bool(inner) and part.name == spec.name)
        return Diagnostic(WRONG_TYPE, span, message, _type_fixes(part, here, problem.value))
    spec = part
    if problem.keyword in ("minimum", "maximum", "exclusiveMinimum"):
        if spec.minimum == 1 and not inner:
            # -1 and 0 mean no limit to some servers. A limit of 1 would be another meaning.
            message = f"{_range_message(spec)} Remove it to use the default."
            removal = offer(Fix(f"Remove {spec.name}", remove_field(entry, field), safe=False))
            return Diagnostic(OUT_OF_RANGE, span, message, removal)
        meant = _meant_seconds(problem.value) if spec.name == "timeout" else _meant_fraction(spec, problem.value)
        message = _range_message(spec) + (f" Did you mean {number_text(meant)}?" if meant else "")
        return Diagnostic(OUT_OF_RANGE, span, message, _range_fixes(spec, here, problem.value, meant))
    meant = region_meant(spec.name, problem.value) if isinstance(problem.value, str) else None
    advice = f" Did you mean {meant}?" if meant else _advice(spec, None)
    fixes = offer(Fix(f"Change to {meant}", change_text(here, meant), safe=False)) if meant else ()
    return Diagnostic(OUT_OF_RANGE, span, f"{spec.name} has an invalid format.{advice}", fixes)


def _type_message(spec: FieldSpec, value: object, *, is_part: bool) -> str:
    kind = kind_of(value)
    verb = "contain" if is_part else "be"
    if spec.name == "api_base":
        return f"api_base must be a URL, not {kind}. Write it, for example {spec.examples[0]}."
    if "string" in spec.types and kind not in ("text", "a list", "a mapping"):
        if is_part:
            step = "Write the text, or remove it." if value is None else "Quote the value."
            return f"{spec.name} must contain text, not {kind}. {step}"
        step = "Set your API key." if _is_never_key(spec, value) else "Quote the value."
        return f"YAML reads {spec.name} as {kind}. {step}"
    seconds = " of seconds" if spec.name == "timeout" else ""
    wanted = " or ".join(_KINDS.get(kind, kind) for kind in spec.types) + seconds
    if isinstance(value, float) and "number" not in spec.types:
        kind = "a decimal number"
    return f"{spec.name} must {verb} {wanted}, not {kind}.{_advice(spec, value)}"


def _advice(spec: FieldSpec, value: object) -> str:
    if numbers := _rounded_numbers(spec, value):
        return f" Write {' or '.join(map(number_text, numbers))}."
    written = _intended_text(spec, value)
    if written is not None:
        return f" Write {written}."
    if not spec.secret and spec.examples and isinstance(spec.examples[0], dict):
        return f" Write, for example, {_flow_text(cast('dict[str, object]', spec.examples[0]))}."
    if spec.secret or not spec.examples or isinstance(spec.examples[0], (dict, list)):
        return " See the documentation for its format."
    example = spec.examples[0]
    return f" Write, for example, {'true' if example is True else example}."


def _flow_text(mapping: dict[str, object]) -> str:
    def quote(value: object) -> str:
        return f"'{value}'" if isinstance(value, str) and not value.isalpha() else str(value)

    return "{" + ", ".join(f"{name}: {quote(value)}" for name, value in mapping.items()) + "}"


def _is_never_key(spec: FieldSpec, value: object) -> bool:
    """Whether the value, as text, is still not an API key: a Boolean or a date."""
    return spec.name == "api_key" and isinstance(value, (bool, datetime.date))


def _rounded_numbers(spec: FieldSpec, value: object) -> tuple[int, ...]:
    """The numbers that a text such as `32k` can mean, the most likely first; none for other values."""
    found = _ROUNDED.fullmatch(value.strip()) if isinstance(value, str) and "integer" in spec.types else None
    if found is None:
        return ()
    count, power = int(found[1]), 1 if found[2] in "kK" else 2
    numbers = (count * 1024**power, count * 1000**power)
    # 32k is 32768, and 100k is 100000.
    ordered = numbers if count & (count - 1) == 0 and count > 1 else numbers[::-1]
    return tuple(number for number in ordered if _fits(spec, number))


def _type_fixes(spec: FieldSpec, here: Scalar | None, value: object) -> tuple[Fix, ...]:
    if here is None or value is None or _is_never_key(spec, value):
        return ()
    if "string" in spec.types:
        # No number, Boolean or date is a URL.
        return () if spec.name == "api_base" else offer(Fix("Quote this value", quote_scalar(here), safe=True))
    if numbers := _rounded_numbers(spec, value):
        return offer(*(_change(spec, here, number_text(number)) for number in numbers))
    written = _intended_text(spec, value)
    if written is not None and spec.name == "timeout" and float(written) > HOUR:
        # A fix adds no problem, and a number above an hour is reported too.
        return ()
    if written is not None:
        return offer(_change(spec, here, written, safe=_is_certain(value, written)))
    if spec.name == "timeout":
        return offer(_change(spec, here, "600"))
    return ()


def _intended_text(spec: FieldSpec, value: object) -> str | None:
    """The YAML text of what a value of the wrong type most likely means, or None."""
    if isinstance(value, (list, dict)):
        return None
    if isinstance(value, str):
        value = _without_end(value)
    if "boolean" in spec.types:
        return _TRUTH.get(str(value).strip().casefold())
    if isinstance(value, str) and not {"number", "integer"}.isdisjoint(spec.types):
        number = number_in(value, with_units=spec.name == "timeout")
        if number is not None and spec.name == "timeout" and _is_plain_number(value) and "," not in value:
            number = seconds_in_milliseconds(number) or number
        if number is not None and _fits(spec, number):
            return number_text(number)
    if isinstance(value, float) and "integer" in spec.types:
        # A point before three digits separates thousands: 4.096 is 4096.
        whole = round_or_zero(value * 1_000 if _POINT_FOR_THOUSANDS.fullmatch(repr(value)) else value)
        return number_text(whole) if _fits(spec, whole) else None
    return None


def _without_end(value: str) -> str:
    """The value without the comma or semicolon after it, as in JSON or in the code of a program."""
    return value.strip().rstrip(",; ")


def _is_plain_number(value: object) -> bool:
    return isinstance(value, str) and number_in(value, with_units=False) is not None


def _is_certain(value: object, written: str) -> bool:
    """Whether the replacement is the only meaning: no rounding, no milliseconds, no comma (`1,5`, `1,000`)."""
    if isinstance(value, float):
        return number_text(value) == written
    if isinstance(value, str):
        value = _without_end(value)
    if isinstance(value, str) and _is_plain_number(value):
        return "," not in value and number_text(number_in(value, with_units=False)) == written
    return not (isinstance(value, str) and "," in value)


def round_or_zero(value: float) -> int:
    """The nearest integer; 0 for NaN and infinity."""
    return round(value) if abs(value) < float("inf") else 0


def _enum_diagnostic(
    rule: Rule, span: Span, spec: FieldSpec, here: Scalar | None, value: object, level: Severity
) -> Diagnostic:
    words = [str(word) for word in spec.enum]
    written = here.text if here is not None else str(value)
    folded = written.strip().casefold()
    meant = [word for word in (*_SYNONYMS.get(folded, ()), folded) if word in words]
    near = meant or nearest(written.strip(), words) or (words if len(words) <= MOST_FIXES else ())
    candidates = (Fix(f"Change to {word}", replace_scalar(here, _plain_word(word)), safe=False) for word in near)
    message = f"{spec.name} must be one of {', '.join(words)}. Check the spelling."
    return Diagnostic(rule, span, message, offer(*candidates), level)


def _plain_word(word: str) -> str:
    return word if re.fullmatch(r"[a-z]{3,}", word) and word not in _TRUTH else f"'{word}'"


def _range_message(spec: FieldSpec) -> str:
    unit = " seconds" if spec.name == "timeout" else ""
    bounds: list[str] = []
    if spec.exclusive_minimum is not None:
        bounds.append(f"greater than {number_text(spec.exclusive_minimum)}")
    if spec.minimum is not None:
        bounds.append(f"at least {number_text(spec.minimum)}")
    if spec.maximum is not None:
        bounds.append(f"at most {number_text(spec.maximum)}")
    allowed = " and ".join(bounds) or "a finite number"
    return f"{spec.name} must be {allowed}{unit}."


def _range_fixes(spec: FieldSpec, here: Scalar | None, value: object, meant: int | float | None) -> tuple[Fix, ...]:
    candidates: list[object] = [meant] if meant is not None else []
    is_number = isinstance(value, (int, float))
    if is_number and spec.maximum is not None and value > spec.maximum:
        # The largest timeout is a day, which is as wrong as a larger one; 2 is not what 70 means.
        if spec.name != "timeout" and not spec.maximum < _PERCENT <= value:
            candidates.append(spec.maximum)
    elif is_number and spec.minimum not in (None, 1) and value < spec.minimum:
        candidates.append(spec.minimum)
    if spec.default is not None:
        candidates.append(spec.default)
    numbers = (number for number in _unique(candidates) if _fits(spec, number))
    return offer(*(_change(spec, here, number_text(number)) for number in numbers))


def _meant_fraction(spec: FieldSpec, value: object) -> float | None:
    """The fraction that an integer means as a percentage (70 is 0.7) or without its point (7 is 0.7), or None."""
    if spec.maximum is None or not spec.maximum < _PERCENT / 2 or not isinstance(value, (int, float)):
        return None
    is_integer = spec.maximum < value <= 100 and value == int(value)
    return value / (10 if value < _PERCENT else 100) if is_integer else None


def _meant_seconds(value: object) -> int | float | None:
    return seconds_in_milliseconds(value) if isinstance(value, (int, float)) else None


def _unique(numbers: Iterable[object]) -> list[object]:
    return list(dict.fromkeys(numbers))


def _change(spec: FieldSpec, here: Scalar | None, written: str, *, safe: bool = False) -> Fix:
    duration = f" ({format_duration(float(written))})" if spec.name == "timeout" else ""
    return Fix(f"Change to {written}{duration}", replace_scalar(here, written), safe=safe)
