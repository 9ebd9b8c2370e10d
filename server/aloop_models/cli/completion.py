"""Shell completion on top of click's.

Words may contain `:` and `=` in bash, and no space is added after `provider/` and `field=`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click
from click.core import ParameterSource
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    split_arg_string,
)

from aloop_models.cli.agent_commands import agent_options, compare_command
from aloop_models.cli.completion_index import Entry, Index, text_for, typed_line
from aloop_models.cli.output import print_text
from aloop_models.commands import VERBS
from aloop_models.commands.arguments import kind_of
from aloop_models.commands.candidates import candidates, new_candidates
from aloop_models.commands.definition import PLACES
from aloop_models.commands.show_model import SHOW
from aloop_models.errors import AloopError

if TYPE_CHECKING:
    from aloop_models.snapshot import Snapshot

VARIABLE = "_ALOOP_COMPLETE"
"""With `bash_source`, `zsh_source` or `fish_source`, `aloop models` prints the script for that shell."""

_BASH = """\
%(complete_func)s() {
    local IFS=$'\\n' response completion type value
    response=$(env COMP_WORDS="${COMP_LINE:0:$COMP_POINT}" COMP_BREAKS="$COMP_WORDBREAKS" \\
        %(complete_var)s=bash_complete "$1" models)
    for completion in $response; do
        IFS=',' read -r type value <<< "$completion"
        if [[ $type == 'dir' ]]; then
            compopt -o dirnames
        elif [[ $type == 'file' ]]; then
            compopt -o default
        elif [[ $type == 'plain' ]]; then
            [[ $value == *[/=] ]] && compopt -o nospace
            COMPREPLY+=("$value")
        fi
    done
    return 0
}
complete -o nosort -F %(complete_func)s aloop aloop-models
"""


class _Bash(BashComplete):
    source_template = _BASH

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words up to the cursor; bash alone would also split at `:` and `=`."""
        line = os.environ.get("COMP_WORDS", "")
        words = split_arg_string(line)
        if not words or line[-1:].isspace():
            return words[1:], ""
        return words[1:-1], words[-1]


class _Zsh(ZshComplete):
    # A new zsh has no `compdef` until its completion system is loaded.
    source_template = ZshComplete.source_template.replace(
        "zsh_complete %(prog_name)s", "zsh_complete %(prog_name)s models"
    ).replace(
        "    compdef %(complete_func)s",
        "    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i; }\n    compdef %(complete_func)s",
    )


class _Fish(FishComplete):
    # A value or its description may contain commas.
    source_template = FishComplete.source_template.replace(
        "(commandline -t) %(prog_name)s", "(commandline -t) %(prog_name)s models"
    ).replace('string split ","', 'string split --max 1 ","')


_SHELLS: dict[str, type[ShellComplete]] = {"bash": _Bash, "zsh": _Zsh, "fish": _Fish}


def complete(instruction: str, verbs: click.Group) -> int:
    """Print the script for `SHELL_source` or the candidates for `SHELL_complete`, and return the exit code."""
    shell, _, what = instruction.partition("_")
    kind = _SHELLS.get(shell)
    if kind is None:
        click.echo(f"Unknown shell. Completion supports {', '.join(_SHELLS)}.", err=True)
        return 2
    completion = kind(program(verbs), {}, "aloop", VARIABLE)
    if what == "source":
        click.echo(completion.source_template % completion.source_vars())
        return 0
    _snapshot.cache_clear()
    words, typed = completion.get_completion_args()
    print_text(f"{text_for(shell, _entries(completion, shell, words, typed), typed)}\n")
    sys.stdout.flush()
    if typed_line(shell) == (words, typed):
        _extend_index(completion, shell, words, typed)
    return 0


def _entries(completion: ShellComplete, shell: str, words: list[str], typed: str) -> list[Entry]:
    items = completion.get_completions(words, typed)
    return [(item.value, item.type if shell == "bash" else completion.format_completion(item)) for item in items]


def _extend_index(completion: ShellComplete, shell: str, words: list[str], typed: str) -> None:
    """Add the completions of this place to the index; to a new one, also those of the places that are usual."""
    from aloop_models.catalog.schema_file import load_schema
    from aloop_models.commands.candidates import only_values
    from aloop_models.workspace.catalog import current_catalog

    index = Index()
    places: list[tuple[list[str], str]] = []
    if index.is_new:
        fields = load_schema().fields
        words_to_keep = _own_words(cast("click.Group", completion.cli))
        index.know(words_to_keep, fields, current_catalog().providers, _new_model_verbs())
        verbs = cast("click.Group", cast("click.Group", completion.cli).commands["models"]).commands
        alone = [[], ["-m"], ["--model"], ["compare"], ["compare", "TEXT", "--models"], ["models"]]
        places = [(place, start) for place in (*alone, *(["models", verb] for verb in verbs)) for start in ("", "-")]
        in_file = {item.value.partition("/")[0] for item in _items_of_file() if "/" in item.value}
        for provider in in_file:
            place = ["models", "edit", f"{provider}/model"]
            places += ((place, start) for start in ("", *(f"{name}=" for name in fields if only_values(fields[name]))))
    start = index.list_start(words, typed)
    places += [] if start is None else [(words, start)]
    for place, start in places:
        entries = _entries(completion, shell, place, start)
        # A path must be completed by the shell, with the text that was typed.
        if all(text == "plain" or text.startswith("plain") for _, text in entries):
            index.add(shell, place, start, entries)
    index.save()


def _items_of_file() -> list[CompletionItem[str]]:
    return _items(click.Context(click.Command(SHOW.verb), info_name=SHOW.verb), (SHOW.verb,), "")


def _own_words(group: click.Group) -> set[str]:
    words = {*group.commands, *PLACES}
    for command in (group, *group.commands.values()):
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                words |= {*parameter.opts, *parameter.secondary_opts}
        if command is not group and isinstance(command, click.Group):
            words |= _own_words(command)
    return words


def words_for(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """The candidates for an argument or an option of a command; empty if the file cannot be read."""
    if isinstance(parameter, click.Option):
        return _items(ctx, (str(ctx.info_name), parameter.opts[0]), incomplete)
    given: list[Any] = (
        [] if parameter.name in ("model", "rule_id") else [ctx.params.get("model"), *(ctx.params.get("fields") or ())]
    )
    before = [str(word) for word in given if word is not None]
    return _items(ctx, (str(ctx.info_name), *before), incomplete)


def models_for(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """The candidates for a model of the file."""
    return _items(ctx, (SHOW.verb,), incomplete)


def _model_list_for(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """The candidates for the last of several models with commas between them."""
    before, comma, last = incomplete.rpartition(",")
    given = before.split(",")
    offered = [item for item in _items(ctx, (SHOW.verb,), last) if item.value not in given]
    return [CompletionItem(f"{before}{comma}{item.value}", help=item.help) for item in offered]


def _items(ctx: click.Context, before: Sequence[str], incomplete: str) -> list[CompletionItem[str]]:
    try:
        place = ctx.params.get("to") if isinstance(ctx.params.get("to"), str) else None
        snapshot = _snapshot(ctx.params.get("config"), bool(ctx.params.get("is_global")), place)
    except AloopError:
        return []
    is_new = len(before) == 1 and str(before[0]) in _new_model_verbs()
    if is_new and "/" in incomplete:
        # A shell filters by itself, so it gets every model of the provider.
        found = list(new_candidates(snapshot, incomplete, most=None))
    elif is_new and incomplete:
        first = (item for item in new_candidates(snapshot, "") if item.value.startswith(incomplete))
        found = list(first) or candidates(snapshot, VERBS, before, incomplete)
    else:
        found = candidates(snapshot, VERBS, before, incomplete)
    # A candidate that does not start with the typed text replaces it; a shell that cannot do that drops it.
    fitting = [item for item in found if item.value.startswith(incomplete)] or found
    return [CompletionItem(item.value, help=item.detail or None) for item in fitting]


def _new_model_verbs() -> list[str]:
    return [command.verb for command in VERBS if kind_of(command) == "newModel"]


@lru_cache(maxsize=4)
def _snapshot(config: Path | None, is_global: bool, place: str | None) -> Snapshot:  # noqa: FBT001
    """The file whose models are completed; `place` is where a model of it is copied to."""
    from aloop_models.cli.target import named_file, runner_for

    runner = runner_for(named_file(config, is_global), may_be_missing=True)
    workspace = runner.workspace
    return workspace.saved(workspace.source_of_copy(workspace.target(), place))


class _Program(click.Group):
    """`aloop`: a command can only be its first word."""

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """As click's, without commands after an option."""
        found = super().shell_complete(ctx, incomplete)
        sources = (ctx.get_parameter_source(str(option.name)) for option in self.params)
        if ParameterSource.COMMANDLINE in sources:
            return [item for item in found if item.value not in self.commands]
        return found


def program(verbs: click.Group) -> click.Group:
    """`aloop` as a shell sees it: the agent's options and commands, and the commands after `models`."""
    commands = {"models": verbs, "compare": compare_command(_model_list_for)}
    return _Program("aloop", params=agent_options(models_for), commands=commands)
