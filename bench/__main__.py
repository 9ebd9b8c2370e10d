"""`python -m bench`: measure, print the tables, and write the results to bench/results/latest.json."""

from __future__ import annotations

import argparse
import json
import platform
import random
import sys
import tempfile
import time
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from aloop_models.catalog import Catalog, load_catalog
from bench import large, processes, prompt, report, sessions, window
from bench.files import PROVIDERS
from bench.run import Field, Plan, run
from bench.servers import (
    BENCH,
    YAML_PACKAGE,
    aloop_ls,
    do_nothing,
    yaml_ls,
    yaml_ls_as_shipped,
    yaml_ls_with_ids,
    yaml_version,
)

FULL = (Plan(10, 20, 100, 10), Plan(100, 20, 100, 10), Plan(1_000, 15, 40, 5), Plan(10_000, 3, 5, 1))
QUICK = (Plan(10, 5, 20, 5), Plan(100, 5, 20, 5), Plan(1_000, 3, 10, 2))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="take fewer samples, and skip the largest file")
    parser.add_argument("--sessions", action="store_true", help="measure only switches")
    parser.add_argument("--sizes", type=int, nargs="+", help="measure only files with these numbers of models")
    parser.add_argument("--before", type=Path, metavar="FOLDER", help="also measure the version in this worktree")
    options = parser.parse_args()
    versions = large.versions(options.before)
    if options.sessions:
        print(sessions.markdown(sessions.run(5 if options.quick else 25)))
        return 0
    if not YAML_PACKAGE.is_dir():
        parser.error("yaml-language-server is not installed. Run `make bench`, or npm install --prefix bench")
    plans = [p for p in (QUICK if options.quick else FULL) if not options.sizes or p.size in options.sizes]

    catalog = load_catalog()
    (ids, wanted), every_id = file_ids(catalog), _all_ids(catalog)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="aloop-bench-") as name:
        folder = Path(name)
        ours, peer, nothing = aloop_ls(), yaml_ls(), do_nothing()
        field = Field(
            starts=(ours, peer, yaml_ls_as_shipped(), nothing),
            edits=(ours, peer, nothing),
            ids=(ours, yaml_ls_with_ids(every_id, folder)),
        )
        samples = run(plans, field, ids, wanted, folder)
        prompts = prompt.measure(5 if options.quick else 15, folder)
        programs = processes.measure(3 if options.quick else 9, folder, versions)
        windows = window.measure(3 if options.quick else 15, folder)
        rows = list(large.measure(large.QUICK if options.quick else list(large.shapes()), folder / "large", versions))
        files = list(large.measure_many(large.MANY[:2] if options.quick else large.MANY, folder / "many"))
    switches = sessions.run(5 if options.quick else 25)

    facts = {
        "machine": f"{platform.machine()}, {platform.system()} {platform.release()}",
        "aloop-models": f"{version('aloop-models')} on Python {platform.python_version()}",
        "yaml-language-server": f"{yaml_version()}, without its pause of 200 ms except “as shipped”",
        "catalog": f"litellm {catalog.litellm_version}, {len(every_id):,} model IDs",
        "duration": f"{time.monotonic() - began:.0f} s",
    }
    results = BENCH / "results"
    results.mkdir(exist_ok=True)
    document = {**report.document(samples, facts), "prompt": prompts, "switches": switches, "windows": windows}
    document["large"] = large.document(rows)
    document["many files"] = [asdict(row) for row in files]
    document["processes"] = {" ".join(key).strip(): asdict(times) for key, times in programs.items()}
    (results / "latest.json").write_text(json.dumps(document, indent=1), "utf-8")
    print(report.markdown(samples, facts))
    print(f"\n{prompt.markdown(prompts)}")
    print(f"\n{processes.markdown(programs)}")
    print(f"\n{sessions.markdown(switches)}")
    print(f"\n{window.markdown(windows)}")
    print(f"\n{large.markdown(rows)}")
    print(f"\n{large.many_markdown(files)}")
    return 0


def file_ids(catalog: Catalog) -> tuple[list[str], list[str]]:
    """Return chat model IDs for the files, and some that are not in the files, to complete."""
    found = sorted(
        facts.id
        for provider in PROVIDERS
        for facts in catalog.models_of(provider)
        if facts.mode == "chat" and facts.retires is None and facts.successor is None
    )
    wanted = set(random.Random(5).sample(found, 12))
    return [each for each in found if each not in wanted], sorted(wanted)


def _all_ids(catalog: Catalog) -> list[str]:
    """Return every ID of the catalog that completion may contain."""
    return [f.id for provider in catalog.providers for f in catalog.models_of(provider) if f.is_chat]


if __name__ == "__main__":
    sys.exit(main())
