"""Checks for syntax errors, with the range of the most likely cause."""

from __future__ import annotations

from collections.abc import Iterator

from aloop_models.core.document import Document
from aloop_models.core.limits import MAX_BYTES, MAX_LINE
from aloop_models.core.text import Span
from aloop_models.core.yaml_reader import TOO_LARGE
from aloop_models.features.checks.fixes import offer
from aloop_models.features.checks.spans import rest_of_line
from aloop_models.features.checks.syntax_fixes import fixes_problem
from aloop_models.features.checks.syntax_lines import Explanation
from aloop_models.features.checks.syntax_messages import explain, is_after_gap_in_flow
from aloop_models.features.diagnostic import Diagnostic, Fix, Rule, Severity, ShellExample
from aloop_models.snapshot import Snapshot

YAML_SYNTAX = Rule(
    "yaml-syntax",
    Severity.ERROR,
    "Invalid YAML",
    "The runtime cannot read the file and keeps using the last valid version. The diagnostic marks the "
    "most likely cause, such as an open quote, a missing colon, a tab or a wrong indentation.",
    'models:\n  ollama/llama3:\n    name: "Llama\n',
    'models:\n  ollama/llama3:\n    name: "Llama"\ndefault: ollama/llama3\n',
    fixes="unsafe",
    fix_safety="Unsafe: all of them, because the cause of a syntax error is a guess.",
    severity_reason="The runtime cannot read the file.",
    related=("not-a-mapping", "multiple-documents"),
    ignorable=False,
)
MULTIPLE_DOCUMENTS = Rule(
    "multiple-documents",
    Severity.ERROR,
    "More than one YAML document",
    "A line with `---` starts a second document, and the runtime refuses a file with two documents. Keep one of them.",
    "models:\n  ollama/llama3:\n---\nmodels:\n  ollama/llama2:\n",
    "models:\n  ollama/llama3:\n  ollama/llama2:\ndefault: ollama/llama3\n",
    severity_reason="The runtime cannot read a file with two documents.",
    related=("yaml-syntax", "duplicate-key"),
    ignorable=False,
)
FILE_TOO_LARGE = Rule(
    "file-too-large",
    Severity.ERROR,
    "The file is too large",
    f"A models.yaml has at most {MAX_BYTES >> 20} MiB, and {MAX_LINE:,} characters in a line. The editor, the command "
    "line and the agent do not read a larger one, because it would delay everything else. Remove what is not needed, "
    "or use a file for each project.",
    "models:\n  ollama/llama3:\ndefault: ollama/llama3\n",
    "models:\n  ollama/llama3:\ndefault: ollama/llama3\n",
    severity_reason="The runtime does not read the file.",
    shell=ShellExample(
        "yes '#' | head -c 5000000 >> .aloop/models.yaml\n",
        "sed -i '/^#$/d' .aloop/models.yaml\n",
    ),
    related=("yaml-syntax",),
    since="0.2.0",
    ignorable=False,
)

_MOST_DIAGNOSTICS = 50
_MOST_FIXED = 3


def check_syntax(snapshot: Snapshot) -> Iterator[Diagnostic]:
    """Report one diagnostic for each piece of the file that is not valid YAML."""
    document = snapshot.document
    done: set[Span] = set()
    for index, problem in enumerate(document.problems[:_MOST_DIAGNOSTICS]):
        if problem.what == TOO_LARGE:
            message = f"The file {problem.context}, so it is not read. Remove what is not needed."
            yield Diagnostic(FILE_TOO_LARGE, Span(0, 0), message)
            continue
        if problem.what == "multiple documents":
            span = rest_of_line(document.text, problem.at)
            message = "Only one YAML document is allowed. Remove the '---' or one document."
            yield Diagnostic(MULTIPLE_DOCUMENTS, span, message)
            continue
        if done and is_after_gap_in_flow(document.text, problem.at):
            # The problem above has the cause.
            continue
        explanation = explain(document, problem)
        if explanation.span not in done:
            done.add(explanation.span)
            yield _diagnostic(document, explanation, with_fixes=index < _MOST_FIXED)


def _diagnostic(document: Document, explanation: Explanation, *, with_fixes: bool) -> Diagnostic:
    text = document.text
    span = explanation.span
    span = Span(min(span.start, len(text)), min(max(span.start, span.end), len(text)))
    fixes = [
        # The cause of a syntax error is always a guess.
        Fix(title, edits, safe=False)
        for title, edits in explanation.edits
        if with_fixes and fixes_problem(document, explanation.message, edits)
    ]
    return Diagnostic(YAML_SYNTAX, span, explanation.message, offer(*fixes[:1]))
