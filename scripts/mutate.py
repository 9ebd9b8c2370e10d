"""Change one operator, value or argument at a time, and list the changes that no test notices.

`make mutate PACKAGE=core SAMPLE=1000` changes a copy of the repository in dist/mutation, and prints the score per
module. mutmut makes the changes (mutants); scripts/mutation_tests.py runs the tests of the package with
each of them.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

import libcst
from libcst import matchers
from mutmut.mutation.file_mutation import Mutation, combine_mutations_to_source, create_mutations
from mutmut.mutation.mutators import mutation_operators

REPOSITORY = Path(__file__).resolve().parents[1]
WORK = REPOSITORY / "dist" / "mutation"

SETTINGS = "[mutmut]\nsource_paths=server\n"
"""Where mutmut expects code. It reads its settings in the current folder, even if they are not used."""

RESULTS = ("killed", "time limit", "survived", "no test")
"""A test failed, a test did not end, all tests passed, or no test calls the function."""
NOTICED = RESULTS[:2]


_HIDES = {
    *("mask", "mask_content", "mask_own", "mask_own_value"),
    *("redact", "redact_markdown", "redact_name", "redact_value"),
}
"""Functions that return their argument without secrets."""


def show_secrets(call: libcst.Call) -> Iterator[libcst.BaseExpression]:
    """Our own operator: a text that is shown with its secrets, or a check for secrets that finds none."""
    function = call.func
    name = function.attr.value if isinstance(function, libcst.Attribute) else getattr(function, "value", "")
    if name in _HIDES and len(call.args) == 1:
        yield call.args[0].value.with_changes(lpar=[libcst.LeftParen()], rpar=[libcst.RightParen()])
    elif name == "hides":
        yield libcst.Name("False")


def copy_repository(package: str) -> Path:
    """Copy the files that git knows to the folder where the mutants are, and return that folder."""
    folder = WORK / package
    folder.mkdir(parents=True, exist_ok=True)
    for part in folder.iterdir():
        if part.is_dir():
            shutil.rmtree(part)
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY, check=True, capture_output=True, text=True)
    # Biome refuses to check a repository that contains a second configuration.
    for name in set(listed.stdout.split("\0")) - {"", "biome.json"}:
        source, target = REPOSITORY / name, folder / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    (folder / "setup.cfg").write_text(SETTINGS, "utf-8")
    return folder


def write_mutants(folder: Path, package: str, sample: int | None, *, is_for_secrets: bool) -> tuple[list[str], int]:
    """Write mutants into the modules of a package; return their names and how many there are in total.

    A sample is always the same one, as long as the package does not change.
    """
    os.chdir(folder)
    operators = [(libcst.Call, show_secrets)]
    if is_for_secrets:
        mutation_operators[:] = operators
    else:
        mutation_operators.extend(operators)
    server = folder / "server"
    modules = sorted((server / "aloop_models" / package).rglob("*.py"))
    created = {path: create_mutations(path.name, path.read_text("utf-8")) for path in modules}
    every = [
        (path, number)
        for path, (module, mutations, _, _) in created.items()
        for number in _effective(module, mutations)
    ]
    chosen = set(every if sample is None else Random(0).sample(every, min(sample, len(every))))
    names: list[str] = []
    for path, (module, mutations, classes, functions) in created.items():
        kept = [mutation for number, mutation in enumerate(mutations) if (path, number) in chosen]
        mutated = combine_mutations_to_source(module, kept, classes, functions)
        path.write_text(mutated.code, "utf-8")
        module_name = ".".join(path.relative_to(server).with_suffix("").parts)
        names += [f"{module_name}.{name}" for name in mutated.mutant_names]
    # Not in the order of the modules, so that a run that is stopped has tried a part of each.
    Random(0).shuffle(names)
    return names, len(every)


def _effective(module: libcst.Module, mutations: Sequence[Mutation]) -> list[int]:
    """The indexes of the mutations in functions, without those of the type in a `cast`, which has no effect."""
    casts = matchers.findall(module, matchers.Call(func=matchers.Name("cast")))
    types = {id(libcst.ensure_type(call, libcst.Call).args[0].value) for call in casts}

    def is_effective(mutation: Mutation) -> bool:
        old, new = mutation.original_node, mutation.mutated_node
        if old in casts and len(old.args) == len(new.args) and old.args[0] is not new.args[0]:
            return False
        return id(old) not in types and isinstance(mutation.contained_by_top_level_function, libcst.FunctionDef)

    return [number for number, mutation in enumerate(mutations) if is_effective(mutation)]


def run_tests(folder: Path, package: str, names: Sequence[str], *, is_for_secrets: bool) -> dict[str, str]:
    """Run the tests of a package with each mutant and return one of `RESULTS` for each."""
    mutants = {"names": names, "is_for_secrets": is_for_secrets}
    (folder / "mutants.json").write_text(json.dumps(mutants), "utf-8")
    paths = [str(folder / name) for name in ("server", "scripts")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    command = [sys.executable, "-m", "pytest", "-p", "mutation_tests", "-p", "no:cacheprovider"]
    subprocess.run([*command, "-q", f"tests/{package}"], cwd=folder, env=environment, check=True)
    return json.loads((folder / "results.json").read_text("utf-8"))


def table(results: Mapping[str, str]) -> str:
    """Return the score per module: the mutants that a test or the time limit noticed, of all."""
    lines = [f"{'module':20} {'mutants':>7} " + " ".join(f"{each:>10}" for each in RESULTS) + "  score"]
    modules: dict[str, Counter[str]] = {}
    for name, result in results.items():
        _, _, *module, _ = name.split(".")
        modules.setdefault(".".join(module), Counter())[result] += 1
    rows = [*sorted(modules.items()), ("all", Counter(results.values()))]
    for module, count in rows:
        score = sum(count[each] for each in NOTICED) / count.total()
        counts = " ".join(f"{count[each]:10}" for each in RESULTS)
        lines.append(f"{module:20} {count.total():7} {counts} {score:6.1%}")
    return "\n".join(lines)


def differences(folder: Path, names: Sequence[str]) -> str:
    """Return what each of these mutants changes, as a diff of its function."""
    texts: dict[str, dict[str, str]] = {}
    for module in dict.fromkeys(name.rpartition(".")[0] for name in names):
        source = (folder / "server" / f"{module.replace('.', '/')}.py").read_text("utf-8")
        functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
        texts[module] = {each.name: ast.unparse(each) for each in functions}
    shown: list[str] = []
    for name in names:
        module, _, function = name.rpartition(".")
        before = texts[module][f"{function.rpartition('_')[0]}_orig"]
        lines = difflib.unified_diff(before.splitlines(), texts[module][function].splitlines(), lineterm="", n=1)
        shown.append("\n".join([name, *list(lines)[5:]]))
    return "\n\n".join(shown)


def main() -> None:
    """Print the score of one package, and write the mutants that survived to a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", choices=["catalog", "commands", "core", "features"])
    parser.add_argument("--sample", type=int, help="only so many mutants")
    parser.add_argument("--secrets", action="store_true", help="only those that show a secret")
    parser.add_argument("--again", action="store_true", help="only those that survived in the last run")
    options = parser.parse_args()
    last = WORK / f"{options.package}.json"
    known = json.loads(last.read_text("utf-8")) if options.again else {}
    folder = copy_repository(options.package)
    names, total = write_mutants(folder, options.package, options.sample, is_for_secrets=options.secrets)
    if known and known.keys() != set(names):
        sys.exit("The package or the sample is not that of the last run.")
    if not known:
        (folder / "measured.json").unlink(missing_ok=True)
    print(f"{len(names)} of {total} mutants", flush=True)
    left = [name for name in names if known.get(name) not in NOTICED]
    results = known | run_tests(folder, options.package, left, is_for_secrets=options.secrets)
    last.write_text(json.dumps(results), "utf-8")
    print(table(results))
    survivors = WORK / f"{options.package}.diff"
    survivors.write_text(differences(folder, [name for name in names if results[name] not in NOTICED]), "utf-8")
    print(f"What survived: {survivors}")


if __name__ == "__main__":
    main()
