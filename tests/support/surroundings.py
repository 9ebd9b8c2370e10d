"""Files around one entry with a mistake: other entries, comments, styles, anchors, line breaks, and uses of the ID."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml
from hypothesis import strategies as st

from aloop_models.features.diagnostics import diagnose
from support.law_of_fixes import changes, check_law, check_twins, data_of, renamed_in
from support.mistake import Fixed, Mistake, view

OTHERS = (
    "ollama/zz-plain:",
    "ollama/zz-fields:\n  name: Other # a name\n  # between\n  timeout: 5",
    "ollama/zz-flow: {timeout: 5, stop: [a, b]} # flow",
    '"ollama/zz-text":\n  name: |\n    two\n    lines\n\n  # after a text',
    "ollama/zz-base: &base\n  timeout: 5\nollama/zz-alias:\n  <<: *base\n  name: Alias",
    "? ollama/zz-long\n: {timeout: 5}",
)
"""Other entries, without a problem."""


@dataclass(frozen=True)
class Surroundings:
    """What is around an entry; the representation of a failure is a test in `FAILURES`."""

    step: int = 2
    flow: bool = False
    others: tuple[str, ...] = ()
    position: int = 0
    """How many of the other entries are before this one."""
    comments: bool = False
    quote: str = ""
    anchor: str = ""
    default_is_first: bool = False
    default_is_other: bool = False
    uses: bool = False
    line_break: str = "\n"
    byte_order_mark: bool = False

    def place(self, mistake: Mistake) -> str:
        """The file."""
        assert mistake.model_id
        key = f"{self.quote}{mistake.model_id}{self.quote}"
        others = self.others
        if self.default_is_other and OTHERS[0] not in others:
            others = (*others, OTHERS[0])
        parts = (*others[: self.position], self._entry(key, mistake.fields), *others[self.position :])
        note = "# margin\n\n" if self.comments else ""
        blank = "\n" + " " * self.step + "# next\n" if self.comments else "\n"
        models = "models:\n" + blank.join(self._indented(part) for part in parts) + "\n"
        default = f"default: {'ollama/zz-plain' if self.default_is_other else key}\n"
        # In brackets, a comma after the ID would end it.
        is_same = data_of(f"uses: [{key}]") == data_of(f"uses:\n- {key}")
        keys = f" [{key}]" if is_same else f"\n- {key}"
        uses = f"fallbacks:{keys}\nroles:\n  fast: {key} # fast\n" if self.uses else ""
        sections = (default, models, uses) if self.default_is_first else (models, uses, default)
        text = note + note.join(sections)
        return ("\ufeff" if self.byte_order_mark else "") + text.replace("\n", self.line_break)

    def _entry(self, key: str, fields: tuple[str, ...]) -> str:
        """The entry; in flow style where the fields have the same values in it."""
        anchor = f" {self.anchor}" if self.anchor else ""
        block = f"{key}:{anchor}{self._note('x: 1')}\n" + "".join(f"  {self._field(field)}\n" for field in fields)
        flow = f"{key}:{anchor} {{{', '.join(fields)}}}{self._note('x: 1')}"
        is_same = fields and "\n" not in flow and data_of(flow) == data_of(block)
        return flow if self.flow and is_same else block.rstrip("\n")

    def _field(self, field: str) -> str:
        return field.replace("\n", "\n  ") + self._note(field)

    def _note(self, line: str) -> str:
        """A comment at the end of the line, where it is one."""
        note = " # note"
        return note if self.comments and "\n" not in line and data_of(line) == data_of(line + note) else ""

    def _indented(self, part: str) -> str:
        """The part with the indentation of the file."""
        lines = part.split("\n")
        widths = [len(line) - len(line.lstrip(" ")) for line in lines]
        return "\n".join(
            " " * self.step * (1 + width // 2) + line.lstrip(" ") if line else ""
            for line, width in zip(lines, widths, strict=True)
        )


SURROUNDINGS = st.builds(
    Surroundings,
    step=st.sampled_from([2, 4, 3]),
    flow=st.booleans(),
    others=st.lists(st.sampled_from(OTHERS), max_size=3, unique=True).map(tuple),
    position=st.integers(0, 3),
    comments=st.booleans(),
    quote=st.sampled_from(["", "'", '"']),
    anchor=st.sampled_from(["", "&mine"]),
    default_is_first=st.booleans(),
    default_is_other=st.booleans(),
    uses=st.booleans(),
    line_break=st.sampled_from(["\n", "\r\n"]),
    byte_order_mark=st.booleans(),
)


def check_in_surroundings(mistake: Mistake, around: Surroundings) -> None:
    """Assert that a mistake has the same problems in any surroundings, and its fixes the intended values."""
    subject = view(mistake, around.place(mistake))
    prefix = f"{mistake.model_id}: "
    found = [(item.level, item.rule.id, item.message) for item in diagnose(subject).items]
    # `roles` and `fallbacks` are not read yet.
    found = [item for item in found if not item[2].startswith("Unknown top-level key")]
    expected_problems = [(item.level, item.rule, prefix + item.message) for item in mistake.problems]
    assert sorted(found) == sorted(expected_problems), subject.document.text
    check_law(subject)
    check_twins(subject)
    expected = {fix.title: fix for problem in mistake.problems for fix in problem.fixes}
    # The loader refuses some mistakes, such as `{{ NAME }}`.
    before = data_of(subject.document.text)
    for change in changes(subject):
        if before and (fix := expected.get(change.title)) is not None:
            assert data_of(change.after.document.text) == intended(mistake, fix, before), change.title


def intended(mistake: Mistake, fix: Fixed, before: dict[Any, Any]) -> dict[Any, Any]:
    """The data of the file after a fix: the entry is as in the mistake, and all uses of its ID follow."""
    ((model_id, fields),) = yaml.safe_load(fix.apply(mistake.text))["models"].items()
    models = {
        (model_id if name == mistake.model_id else name): (fields if name == mistake.model_id else values)
        for name, values in before["models"].items()
    }
    rest = {name: value for name, value in before.items() if name != "models"}
    return {"models": models, **renamed_in(rest, {mistake.model_id or "": model_id})}
