"""Shell completion on top of click's.

Words may contain `:` and `=` in bash, and no space is added after `provider/` and `field=`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import lru_cache, partial
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

from aloop_models.catalog import provider_of
from aloop_models.cli.agent_commands import agent_options, compare_command
from aloop_models.cli.completion_index import Entry, Index, Kind, text_for, typed_line
from aloop_models.cli.detach import Later, call
from aloop_models.cli.output import print_text
from aloop_models.commands import BY_VERB, VERBS
from aloop_models.commands.arguments import kind_of, options_of
from aloop_models.commands.candidates import candidates, new_candidates
from aloop_models.commands.definition import PLACES
from aloop_models.commands.show_model import SHOW
from aloop_models.errors import AloopError

if TYPE_CHECKING:
    from aloop_models.snapshot import Snapshot

_SOURCES = {"model": Kind.MODELS, "role": Kind.MODELS, "provider": Kind.OF_FILE, "session": Kind.NEVER}
"""What candidates depend on, by their kind, if not only on the program."""

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


def complete(instruction: str, verbs: click.Group, later: Later = call) -> int:
    """Print the script for `SHELL_source` or the candidates for `SHELL_complete`, and return the exit code.

    Args:
        instruction: One of the two.
        verbs: The commands after `aloop models`.
        later: Does what is left after the result, which is to extend the index.
    """
    shell, _, what = instruction.partition("_")
    kind = _SHELLS.get(shell)
    if kind is None:
        click.echo(f"Unknown shell. Completion supports {', '.join(_SHELLS)}.", err=True)
        return 2
    completion = kind(program(verbs), {}, "aloop", VARIABLE)
    _snapshot.cache_clear()
    if what == "source":
        click.echo(completion.source_template % completion.source_vars())
        sys.stdout.flush()
        # The first Tab of a new shell is fast, too.
        later(partial(_extend_index, completion, [], ""))
        return 0
    words, typed = completion.get_completion_args()
    print_text(f"{text_for(shell, _entries(completion, words, typed), typed)}\n")
    sys.stdout.flush()
    if typed_line(shell) == (words, typed):
        later(partial(_extend_index, completion, words, typed))
    return 0


def renew_index(verbs: click.Group) -> None:
    """Bring the index up to date."""
    _extend_index(ShellComplete(program(verbs), {}, "aloop", VARIABLE), [], "")


def _entries(completion: ShellComplete, words: list[str], typed: str) -> list[Entry]:
    return [_entry(item) for item in completion.get_completions(words, typed)]


def _entry(item: CompletionItem[str]) -> Entry:
    return item.value, item.type, item.help or ""


def _extend_index(completion: ShellComplete, words: list[str], typed: str) -> None:
    """Add the completions of this place to the index, and those of the usual places that it does not have."""
    from aloop_models.catalog.schema_file import load_schema
    from aloop_models.cli.file_models import models_of
    from aloop_models.commands.candidates import only_values
    from aloop_models.workspace.catalog import current_catalog

    # The state is that before the file is read.
    _snapshot.cache_clear()
    index, fields = Index(), load_schema().fields
    is_current = index.knows_file and not index.is_outdated
    if index.is_new or index.is_outdated:
        known_words = _own_words(cast("click.Group", completion.cli))
        index.know(known_words, fields, current_catalog().providers, _new_model_verbs())
    try:
        snapshot = _snapshot(None)
    except AloopError:
        return
    if not is_current:
        index.know_file(*models_of(snapshot))
    verbs = cast("click.Group", cast("click.Group", completion.cli).commands["models"]).commands
    alone = [[], ["-m"], ["--model"], ["compare"], ["compare", "TEXT", "--models"], ["models"]]
    places = [(place, start) for place in (*alone, *(["models", verb] for verb in verbs)) for start in ("", "-")]
    for provider in {provider_of(model_id) for model_id in snapshot.document.by_id}:
        place = ["models", "edit", f"{provider}/model"]
        places += ((place, start) for start in ("", *(f"{name}=" for name in fields if only_values(fields[name]))))
    start = index.list_start(words, typed)
    places += [] if start is None else [(words, start)]
    for place, start in places:
        if index.has(place, start):
            continue
        is_current = False
        items = completion.get_completions(place, start)
        # A path must be completed by the shell, with the text that was typed.
        if items and all(item.type == "plain" and item.source is not Kind.NEVER for item in items):
            index.add(place, start, _kind_of(items), [_entry(item) for item in items])
    if not is_current:
        index.save()


def _kind_of(items: Sequence[CompletionItem[str]]) -> Kind:
    kinds = {item.source or Kind.PREFIX for item in items}
    return kinds.pop() if len(kinds) == 1 else Kind.OF_FILE


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
    source = Kind.OF_FILE if before else Kind.MODELS
    return [CompletionItem(f"{before}{comma}{item.value}", help=item.help, source=source) for item in offered]


def _items(ctx: click.Context, before: Sequence[str], incomplete: str) -> list[CompletionItem[str]]:
    try:
        place = ctx.params.get("to") if isinstance(ctx.params.get("to"), str) else None
        is_session = any(each.metadata["kind"] == "session" for each in _options_at(before))
        config, is_global = ctx.params.get("config"), bool(ctx.params.get("is_global"))
        snapshot = _snapshot(config, is_global=is_global, place=place, with_sessions=is_session)
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
    is_in_use = place is None and not ctx.params.get("config") and not ctx.params.get("is_global")
    kinds = [_SOURCES.get(item.kind, Kind.RANKED) for item in found]
    if is_new and len(before) == 1:
        kinds = [Kind.NEW] * len(found)
    elif Kind.NEVER not in kinds and set(kinds) - {Kind.RANKED} and not (is_in_use and set(kinds) == {Kind.MODELS}):
        kinds = [Kind.OF_FILE] * len(found)
    return [CompletionItem(item.value, help=item.detail or None, source=kinds[0]) for item in fitting]


def _options_at(before: Sequence[str]) -> list[Any]:
    """The option of a command whose value is completed, if it is one."""
    command = BY_VERB.get(before[0])
    option = options_of(command).get(before[-1]) if command else None
    return [option] if option else []


def _new_model_verbs() -> list[str]:
    return [command.verb for command in VERBS if kind_of(command) == "newModel"]


@lru_cache(maxsize=4)
def _snapshot(
    config: Path | None, *, is_global: bool = False, place: str | None = None, with_sessions: bool = False
) -> Snapshot:
    """The file whose models are completed; `place` is where a model of it is copied to."""
    from aloop_models.cli.target import named_file, runner_for

    runner = runner_for(named_file(config, is_global), may_be_missing=True)
    if with_sessions:
        runner.look_around()
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
