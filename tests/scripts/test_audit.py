"""What `make audit` reports, from replies of pip-audit and npm that were recorded or made up; nothing is asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from packageurl import PackageURL

from audit import audit_python, lock_file, read_npm_audit, read_pip_audit
from dependencies import Package

CLICK = {"name": "click", "version": "8.5.1", "vulns": []}
URLLIB3 = {
    "name": "urllib3",
    "version": "1.26.0",
    "vulns": [
        {"id": "PYSEC-2021-108", "fix_versions": ["1.26.5"], "aliases": ["CVE-2021-33503"], "description": "x"},
        {"id": "GHSA-1", "fix_versions": [], "aliases": [], "description": "x"},
    ],
}
UNKNOWN = {"name": "own", "skip_reason": "Dependency not found on PyPI and could not be audited: own (1.0)"}


@pytest.mark.parametrize(
    ("dependencies", "code", "lines"),
    [
        ([CLICK], 0, ["Python: no known vulnerabilities in 1 package."]),
        (
            [CLICK, URLLIB3],
            1,
            [
                "Python: 2 known vulnerabilities in 2 packages.",
                "  urllib3 1.26.0: PYSEC-2021-108, fixed in 1.26.5",
                "  urllib3 1.26.0: GHSA-1, fixed in no version",
            ],
        ),
        (
            [CLICK, UNKNOWN],
            2,
            [
                "Python: no known vulnerabilities in 1 package.",
                "Python: not audited, because PyPI does not know them: own.",
            ],
        ),
        (
            [UNKNOWN],
            2,
            [
                "Python: not audited, this needs the network. "
                "PyPI, or the configured mirror, did not answer for any of the packages."
            ],
        ),
    ],
)
def test_the_report_of_pip_audit(dependencies: list[dict[str, Any]], code: int, lines: list[str]) -> None:
    audit = read_pip_audit(json.dumps({"dependencies": dependencies, "fixes": []}), "", len(dependencies))
    assert (audit.exit_code, audit.lines()) == (code, lines)


def test_without_an_answer_of_pypi(tmp_path: Path) -> None:
    program = tmp_path / "pip-audit"
    program.write_text('#!/bin/sh\necho "Traceback\nConnectionError: pypi.org" >&2\nexit 1\n')
    program.chmod(0o700)
    audit = audit_python([Package(PackageURL("pypi", name="click", version="8.5.1"), ("MIT",), "server")], program)
    assert (audit.exit_code, audit.lines()) == (
        2,
        ["Python: not audited, this needs the network. ConnectionError: pypi.org"],
    )


ADVISORY = {
    "title": "ReDoS",
    "url": "https://github.com/advisories/GHSA-x",
    "severity": "high",
    "range": "<5.2.0",
}


@pytest.mark.parametrize(
    ("report", "code", "lines"),
    [
        ({"vulnerabilities": {}}, 0, ["VS Code extension: no known vulnerabilities in 8 packages."]),
        (
            {
                "vulnerabilities": {
                    "minimatch": {"name": "minimatch", "via": [ADVISORY]},
                    "vscode-languageclient": {"name": "vscode-languageclient", "via": ["minimatch"]},
                }
            },
            1,
            [
                "VS Code extension: 1 known vulnerability in 8 packages.",
                "  minimatch <5.2.0: ReDoS (high), https://github.com/advisories/GHSA-x",
            ],
        ),
        (
            {"message": "405 Method Not Allowed", "error": {"summary": "", "detail": ""}},
            2,
            ["VS Code extension: not audited, this needs the network. 405 Method Not Allowed"],
        ),
    ],
)
def test_the_report_of_npm(report: dict[str, Any], code: int, lines: list[str]) -> None:
    audit = read_npm_audit(json.dumps(report), 8)
    assert (audit.exit_code, audit.lines()) == (code, lines)


def test_only_bundled_packages_are_asked_about() -> None:
    places = {
        "node_modules/client": {"version": "2.0.0", "dev": True, "dependencies": {"match": "^1.0.0"}},
        "node_modules/client/node_modules/match": {"version": "1.0.0", "dev": True},
        "node_modules/match": {"version": "3.0.0", "dev": True},
        "node_modules/tool": {"version": "1.0.0", "dev": True},
    }
    npm = [PackageURL("npm", name="client", version="2.0.0"), PackageURL("npm", name="match", version="1.0.0")]
    lock = lock_file([Package(purl, ("MIT",), "VS Code extension") for purl in npm], {"packages": places})
    assert lock["packages"] == {
        "": {"name": "bundled", "version": "1.0.0", "dependencies": {"client": "2.0.0"}},
        "node_modules/client": {"version": "2.0.0", "dependencies": {"match": "^1.0.0"}},
        "node_modules/client/node_modules/match": {"version": "1.0.0"},
    }
