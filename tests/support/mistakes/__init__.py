"""What people write in models.yaml by mistake: each kind with its cases, their problems and their fixes.

Kinds about more than the text of the file have their tests elsewhere: keys from standard input in `tests/cli`, other
names of the file, its owner, links and copies in `tests/workspace`, servers that answer without text in `tests/llm`.
"""

from support.mistake import Mistake
from support.mistakes import files, ids, keys, reported, syntax, urls

MISTAKES: dict[str, list[Mistake]] = {
    **keys.MISTAKES,
    **urls.MISTAKES,
    **ids.MISTAKES,
    **files.MISTAKES,
    **syntax.MISTAKES,
    **reported.MISTAKES,
}
"""All mistakes by kind; the kind of a mistake from a public bug tracker is the URL of the report."""

ALL = [mistake for kind in MISTAKES.values() for mistake in kind]
BY_NAME = {mistake.name: mistake for mistake in ALL}
