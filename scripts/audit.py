"""Look for known vulnerabilities in the packages that users install: `audit.py PIP_AUDIT`. It needs the network.

pip-audit asks PyPI, and `npm audit` the npm registry. What they do not answer for is reported as not audited, because
both print that there are no known vulnerabilities then.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dependencies import REPOSITORY, Package, npm_packages, python_packages

INSTALLED = REPOSITORY / "vscode-extension" / "node_modules" / ".package-lock.json"
VULNERABLE, NOT_AUDITED = 1, 2


@dataclass
class Audit:
    """What is known about a number of packages, one line for each vulnerability. `unanswered` has names."""

    title: str
    packages: int
    vulnerabilities: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    failure: str = ""

    @property
    def exit_code(self) -> int:
        """0 if all packages were audited and none has a vulnerability, else VULNERABLE or NOT_AUDITED."""
        if self.vulnerabilities:
            return VULNERABLE
        return NOT_AUDITED if self.unanswered or self.failure else 0

    def lines(self) -> list[str]:
        """Return the report."""
        if self.failure:
            return [f"{self.title}: not audited, this needs the network. {self.failure}"]
        audited, found = self.packages - len(self.unanswered), len(self.vulnerabilities)
        vulnerabilities = "1 known vulnerability" if found == 1 else f"{found or 'no'} known vulnerabilities"
        lines = [f"{self.title}: {vulnerabilities} in {audited} package{'' if audited == 1 else 's'}."]
        lines += [f"  {line}" for line in self.vulnerabilities]
        if self.unanswered:
            lines.append(f"{self.title}: not audited, because PyPI does not know them: {', '.join(self.unanswered)}.")
        return lines


def audit_python(packages: Sequence[Package], pip_audit: Path) -> Audit:
    """Ask PyPI for the vulnerabilities of these versions."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "requirements.txt"
        file.write_text("".join(f"{each.name}=={each.purl.version}\n" for each in packages), "utf-8")
        options = ["--no-deps", "--disable-pip", "--progress-spinner=off", "--format=json"]
        done = subprocess.run([pip_audit, *options, "--requirement", file], capture_output=True, text=True)
    return read_pip_audit(done.stdout, done.stderr, len(packages))


def read_pip_audit(output: str, errors: str, count: int) -> Audit:
    """Read the JSON of pip-audit for this number of packages; it is empty if PyPI did not answer."""
    audit = Audit("Python", count)
    if not output.strip():
        audit.failure = (errors.strip().splitlines() or ["pip-audit printed nothing."])[-1]
        return audit
    for package in json.loads(output)["dependencies"]:
        if "skip_reason" in package:
            audit.unanswered.append(package["name"])
        for each in package.get("vulns", ()):
            fixed = ", ".join(each["fix_versions"]) or "no version"
            audit.vulnerabilities.append(f"{package['name']} {package['version']}: {each['id']}, fixed in {fixed}")
    if len(audit.unanswered) == count:
        audit.failure = "PyPI, or the configured mirror, did not answer for any of the packages."
    return audit


def audit_npm(packages: Sequence[Package], installed: Path = INSTALLED) -> Audit:
    """Ask the npm registry for the vulnerabilities of these packages, as they are installed."""
    lock = lock_file(packages, json.loads(installed.read_text("utf-8")))
    with tempfile.TemporaryDirectory() as folder:
        root = lock["packages"][""]
        (Path(folder) / "package.json").write_text(json.dumps(root), "utf-8")
        (Path(folder) / "package-lock.json").write_text(json.dumps(lock), "utf-8")
        done = subprocess.run(["npm", "audit", "--json"], cwd=folder, capture_output=True, text=True)
    return read_npm_audit(done.stdout, len(packages))


def lock_file(packages: Sequence[Package], installed: dict[str, Any]) -> dict[str, Any]:
    """Return a package-lock.json with these packages, at the places where they are installed."""
    wanted = {(each.name, each.purl.version) for each in packages}
    kept = {
        place: {name: value for name, value in package.items() if name != "dev"}
        for place, package in installed["packages"].items()
        if (place.rpartition("node_modules/")[2], package.get("version")) in wanted
    }
    required = {place.removeprefix("node_modules/"): each["version"] for place, each in kept.items()}
    direct = {name: version for name, version in required.items() if "node_modules/" not in name}
    root = {"name": "bundled", "version": "1.0.0", "dependencies": direct}
    return {**root, "lockfileVersion": 3, "requires": True, "packages": {"": root, **kept}}


def read_npm_audit(output: str, count: int) -> Audit:
    """Read the JSON of `npm audit` for this number of packages; it has a message if the registry did not answer."""
    audit = Audit("VS Code extension", count)
    report = json.loads(output or "{}")
    if "vulnerabilities" not in report:
        audit.failure = report.get("message") or "npm audit printed no report."
        return audit
    for name, package in report["vulnerabilities"].items():
        # A text names a required package, which has an item of its own.
        for each in package["via"]:
            if isinstance(each, dict):
                text = f"{name} {each['range']}: {each['title']} ({each['severity']}), {each['url']}"
                audit.vulnerabilities.append(text)
    return audit


def main(pip_audit: Path) -> int:
    """Print both reports; return VULNERABLE, NOT_AUDITED or 0."""
    audits = [audit_python(python_packages()[1:], pip_audit), audit_npm(npm_packages()[1])]
    for audit in audits:
        print(*audit.lines(), sep="\n")
    codes = {audit.exit_code for audit in audits}
    return VULNERABLE if VULNERABLE in codes else max(codes)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
