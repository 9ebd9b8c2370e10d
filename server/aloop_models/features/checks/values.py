"""Checks of field values against the schema: types and ranges."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator

from aloop_models.catalog import nearest
from aloop_models.core.document import Entry, Field
from aloop_models.core.nodes import Scalar, resolve
from aloop_models.core.schema import FieldSpec, SchemaProblem
from aloop_models.features.checks.fixes import offer, own_scalar, quote_scalar, replace_scalar
from aloop_models.features.checks.numbers import alternative_numbers, number_in, number_text
from aloop_models.features.checks.references import find_references
from aloop_models.features.checks.spans import part_node, part_span, value_span
from aloop_models.features.diagnostic import Diagnostic, Fix, Rule, Severity
from aloop_models.features.formatting import format_duration
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
    "number is rounded, is replaced by the default, or can mean two things (`1:30`, `010`, `1,5`).",
)
OUT_OF_RANGE = Rule(
    "out-of-range",
    Severity.ERROR,
    "Value out of range",
    "The runtime refuses the value. For example, `timeout` must be greater than 0 and at most 86400 seconds (one day).",
    "models:\n  ollama/llama3:\n    timeout: 0\ndefault: ollama/llama3\n",
    "models:\n  ollama/llama3:\n    timeout: 10\ndefault: ollama/llama3\n",
    fixes="unsafe",
    fix_safety="Unsafe: the intended value is a guess.",
)

# Other rules check the text of these fields; the schema only requires text.
_TEXT_WITH_OWN_RULES = frozenset({"name", "api_key", "api_base"})
_TRUTH = {
    word: truth
    for truth, words in (("true", "true yes on y 1"), ("false", "false no off n 0"))
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
        if (kind is str or kind is dict) and () in find_references(field, spec):
            # env-reference reports it.
            continue
        if (kind is int or kind is float) and _fits(spec, value):
            written = field.value
            if kind is int and not (isinstance(written, Scalar) and written.text == str(value)):
                yield from _unexpected_number(entry, field, spec)
            continue
        for problem in facts.schema.check_profile({field.name: value}):
            yield _type_diagnostic(entry, field, spec, problem)


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


def _unexpected_number(entry: Entry, field: Field, spec: FieldSpec) -> Iterator[Diagnostic]:
    scalar = resolve(field.value)
    if not isinstance(scalar, Scalar):
        return
    meant = alternative_numbers(scalar)
    if meant is None:
        return
    candidates = dict.fromkeys((scalar.value, *meant))
    here = own_scalar(field)
    yield Diagnostic(
        WRONG_TYPE,
        value_span(entry, field),
        f"YAML reads {field.name} as {number_text(scalar.value)}. Write the number in plain digits.",
        offer(*(_change(spec, here, number_text(number)) for number in candidates if _fits(spec, number))),
        Severity.WARNING,
    )


def _type_diagnostic(entry: Entry, field: Field, spec: FieldSpec, problem: SchemaProblem) -> Diagnostic:
    span = part_span(entry, field, problem.path[1:])
    here = own_scalar(field)
    if problem.keyword == "type":
        nested = len(problem.path) > 1
        message = _nested_message(spec, problem) if nested else _type_message(spec, problem.value)
        fixes = _nested_fixes(field, problem) if nested else _type_fixes(spec, here, problem.value)
        return Diagnostic(WRONG_TYPE, span, message, fixes)
    if problem.keyword == "enum":
        return _enum_diagnostic(entry, field, spec)
    if problem.keyword in ("minimum", "maximum", "exclusiveMinimum"):
        return Diagnostic(OUT_OF_RANGE, span, _range_message(spec), _range_fixes(spec, here, problem.value))
    message = f"{spec.name} has an invalid format.{_advice(spec, None)}"
    return Diagnostic(OUT_OF_RANGE, span, message)


def _type_message(spec: FieldSpec, value: object) -> str:
    kind = kind_of(value)
    if "string" in spec.types and kind not in ("text", "a list", "a mapping"):
        return f"YAML reads {spec.name} as {kind}. Quote the value."
    seconds = " of seconds" if spec.name == "timeout" else ""
    wanted = " or ".join(_KINDS.get(kind, kind) for kind in spec.types) + seconds
    if isinstance(value, float) and "number" not in spec.types:
        kind = "a decimal number"
    return f"{spec.name} must be {wanted}, not {kind}.{_advice(spec, value)}"


def _advice(spec: FieldSpec, value: object) -> str:
    written = _intended_text(spec, value)
    if written is not None:
        return f" Write {written}."
    if spec.secret or not spec.examples or isinstance(spec.examples[0], (dict, list)):
        return " See the documentation for its format."
    example = spec.examples[0]
    return f" Write, for example, {'true' if example is True else example}."


def _nested_message(spec: FieldSpec, problem: SchemaProblem) -> str:
    if problem.expected in ("string", ("string",)):
        return f"{spec.name} must contain text, not {kind_of(problem.value)}. Quote the value."
    return f"{spec.name} contains a value of the wrong type. See the documentation for its format."


def _nested_fixes(field: Field, problem: SchemaProblem) -> tuple[Fix, ...]:
    node = part_node(field, problem.path[1:])
    is_text = problem.expected in ("string", ("string",)) and problem.value is not None
    if field.inherited or not is_text or not isinstance(node, Scalar) or node.value != problem.value:
        return ()
    return offer(Fix("Quote this value", quote_scalar(node), safe=True))


def _type_fixes(spec: FieldSpec, here: Scalar | None, value: object) -> tuple[Fix, ...]:
    if here is None:
        return ()
    if "string" in spec.types:
        return offer(Fix("Quote this value", quote_scalar(here), safe=True))
    written = _intended_text(spec, value)
    if written is not None:
        return offer(_change(spec, here, written, safe=_is_certain(value, written)))
    if spec.name == "timeout":
        return offer(_change(spec, here, "600"))
    return ()


def _intended_text(spec: FieldSpec, value: object) -> str | None:
    """The YAML text of what a value of the wrong type most likely means, or None."""
    if isinstance(value, (list, dict)):
        return None
    if "boolean" in spec.types:
        return _TRUTH.get(str(value).strip().casefold())
    if isinstance(value, str) and not {"number", "integer"}.isdisjoint(spec.types):
        number = number_in(value, with_units=spec.name == "timeout")
        if number is not None and _fits(spec, number):
            return number_text(number)
    if isinstance(value, float) and "integer" in spec.types and _fits(spec, round_or_zero(value)):
        return number_text(round_or_zero(value))
    return None


def _is_certain(value: object, written: str) -> bool:
    """Whether the replacement is the only meaning of the value: no rounding, no comma (`1,5`, `1,000`)."""
    if isinstance(value, float):
        return number_text(value) == written
    return not (isinstance(value, str) and "," in value)


def round_or_zero(value: float) -> int:
    """The nearest integer; 0 for NaN and infinity."""
    return round(value) if abs(value) < float("inf") else 0


def _enum_diagnostic(entry: Entry, field: Field, spec: FieldSpec) -> Diagnostic:
    words = [str(word) for word in spec.enum]
    here = own_scalar(field)
    near = nearest(str(field.data), words) if isinstance(field.data, str) else ()
    candidates = (Fix(f"Change to {word}", replace_scalar(here, _plain_word(word)), safe=False) for word in near)
    message = f"{spec.name} must be one of {', '.join(words)}. Check the spelling."
    return Diagnostic(OUT_OF_RANGE, value_span(entry, field), message, offer(*candidates), Severity.WARNING)


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


def _range_fixes(spec: FieldSpec, here: Scalar | None, value: object) -> tuple[Fix, ...]:
    candidates: list[object] = [spec.default] if spec.default is not None else []
    if isinstance(value, (int, float)) and spec.maximum is not None and value > spec.maximum:
        candidates.insert(0, spec.maximum)
    elif isinstance(value, (int, float)) and spec.minimum is not None and value < spec.minimum:
        candidates.insert(0, spec.minimum)
    numbers = (number for number in _unique(candidates) if _fits(spec, number))
    return offer(*(_change(spec, here, number_text(number)) for number in numbers))


def _unique(numbers: Iterable[object]) -> list[object]:
    return list(dict.fromkeys(numbers))


def _change(spec: FieldSpec, here: Scalar | None, written: str, *, safe: bool = False) -> Fix:
    duration = f" ({format_duration(float(written))})" if spec.name == "timeout" else ""
    return Fix(f"Change to {written}{duration}", replace_scalar(here, written), safe=safe)
