"""List the packages that a user installs: `licenses` prints a table, `sbom` writes dist/aloop-models.cdx.json.

`licenses --all` also lists the packages that are only installed for development.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from importlib import metadata
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.spdx import fixup_id, is_expression
from cyclonedx.validation.json import JsonStrictValidator
from license_expression import get_spdx_licensing
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).resolve().parents[1]
DIST = REPOSITORY / "dist"
VSIX = DIST / "aloop-models.vsix"
BUNDLED = REPOSITORY / "vscode-extension" / "dist" / "bundled-packages.json"
TOOLS = (REPOSITORY / "vscode-extension", REPOSITORY / "bench")
PROJECT = "aloop-models"

SERVER, AGENT, EXTENSION, DEVELOPMENT = "server", "agent", "VS Code extension", "development"

ACCEPTED = {
    "Apache-2.0",
    "Apache Software License",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSD License",
    "CNRI-Python",
    "ISC",
    "MIT",
    "MPL-2.0",
    "PSF-2.0",
}
"""Licenses that a package under MIT may require. MPL-2.0 only concerns changes to the package itself."""

SPDX_IDS = {
    "Apache License 2.0": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "The MIT License (MIT)": "MIT",
}
"""The SPDX ID of a license that a package names differently. `BSD License` can be one of several."""

Find = Callable[[str], metadata.Distribution]


@dataclass(frozen=True)
class Package:
    """A package that is installed, directly or as a requirement of another one.

    `licenses` are SPDX expressions or names, and all of them apply. `scope` is the first of SERVER, AGENT,
    EXTENSION and DEVELOPMENT that requires it.
    """

    purl: PackageURL
    licenses: tuple[str, ...]
    scope: str
    requires: tuple[PackageURL, ...] = ()

    @property
    def name(self) -> str:
        """The name in its registry."""
        return f"{self.purl.namespace}/{self.purl.name}" if self.purl.namespace else self.purl.name


class MissingPackageError(Exception):
    """A required package is not installed."""


def python_packages(find: Find = metadata.distribution, extra: str = "agent") -> list[Package]:
    """Return this project first, and then what it requires here, with an extra (`agent` or `dev`), A to Z.

    Raises:
        MissingPackageError: A requirement is not installed.
    """
    scopes = dict.fromkeys(_reach(Requirement(f"{PROJECT}[agent]"), find), AGENT)
    scopes |= dict.fromkeys(_reach(Requirement(PROJECT), find), SERVER)
    graph = _reach(Requirement(f"{PROJECT}[{extra}]"), find)
    found = {name: find(name) for name in graph}
    purls = {name: PackageURL("pypi", name=name, version=found[name].version) for name in graph}
    return [
        Package(
            purls[name],
            licenses_of(found[name].metadata),
            scopes.get(name, DEVELOPMENT),
            tuple(purls[each] for each in sorted(graph[name])),
        )
        for name in sorted(graph, key=lambda name: (name != PROJECT, name))
    ]


def _reach(root: Requirement, find: Find) -> dict[str, set[str]]:
    """The names of all packages that a requirement installs, with those that each of them requires."""
    graph: dict[str, set[str]] = {}
    pending, seen = [root], set[tuple[str, frozenset[str]]]()
    while pending:
        requirement = pending.pop()
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            needed = list(_requirements(find(name), extras))
        except metadata.PackageNotFoundError:
            raise MissingPackageError(f"{name} is required, but not installed. Run `make check`.") from None
        graph.setdefault(name, set()).update({canonicalize_name(each.name) for each in needed} - {name})
        pending += needed
    return graph


def _requirements(distribution: metadata.Distribution, extras: Iterable[str]) -> Iterator[Requirement]:
    for text in distribution.requires or ():
        requirement = Requirement(text)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            yield requirement


def licenses_of(package: metadata.PackageMetadata) -> tuple[str, ...]:
    """Return the licenses that the metadata of a Python package states; empty if it states none."""
    texts = [package[field] or "" for field in ("License-Expression", "License") if field in package]
    for text in texts:
        if known := spdx(text.strip()):
            return (known,)
    titles = [each.split(" :: ")[-1] for each in package.get_all("Classifier") or () if each.startswith("License :: ")]
    if not titles:
        # Some packages have the whole text in `License`, which starts with the title.
        titles = [text.strip().splitlines()[0].strip() for text in texts if text.strip()]
        titles = [title for title in titles if title in SPDX_IDS]
    return tuple(sorted({SPDX_IDS.get(title, title) for title in titles} - {"OSI Approved"}))


def spdx(text: str) -> str | None:
    """Return the SPDX ID or expression that a text is."""
    return fixup_id(text) or (text if is_expression(text) else None)


def npm_packages(bundled: Path = BUNDLED) -> tuple[tuple[PackageURL, ...], list[Package]]:
    """Return what the extension imports itself, and all packages in its bundle, from vscode-extension/dist."""
    listed = json.loads(bundled.read_text("utf-8"))
    packages = [
        Package(
            _npm_purl(f"{each['name']}@{each['version']}"),
            (spdx(each["license"]) or each["license"],),
            EXTENSION,
            tuple(map(_npm_purl, each["requires"])),
        )
        for each in listed["packages"]
    ]
    return tuple(map(_npm_purl, listed["requires"])), packages


def npm_tools(shipped: Iterable[Package], folders: Iterable[Path] = TOOLS) -> list[Package]:
    """Return the packages that npm installed in these folders and that are not `shipped`, A to Z."""
    found: dict[PackageURL, Package] = {}
    for folder in folders:
        installed = json.loads((folder / "node_modules" / ".package-lock.json").read_text("utf-8"))["packages"]
        for place, each in installed.items():
            purl = _npm_purl(f"{place.rpartition('node_modules/')[2]}@{each['version']}")
            stated = each.get("license")
            found[purl] = Package(purl, (spdx(stated) or stated,) if stated else (), DEVELOPMENT)
    for each in shipped:
        found.pop(each.purl, None)
    return sorted(found.values(), key=lambda each: each.purl.to_string())


def _npm_purl(name_and_version: str) -> PackageURL:
    name, _, version = name_and_version.rpartition("@")
    namespace, _, name = name.rpartition("/")
    return PackageURL("npm", namespace=namespace or None, name=name, version=version)


def is_accepted(license_text: str) -> bool:
    """Whether ACCEPTED has the license, or the licenses that an SPDX expression requires."""
    return license_text in ACCEPTED or (is_expression(license_text) and _is_met(_SPDX.parse(license_text)))


_SPDX = get_spdx_licensing()


def _is_met(expression: object) -> bool:
    if isinstance(expression, _SPDX.AND):
        return all(map(_is_met, expression.args))
    if isinstance(expression, _SPDX.OR):
        return any(map(_is_met, expression.args))
    return str(expression) in ACCEPTED


def license_table(packages: Sequence[Package]) -> tuple[str, list[str]]:
    """Return the table of all licenses, and a sentence for each package whose license is unknown or not accepted.

    A tool for development can have any license.
    """
    rows = [("package", "version", "license", "used by")]
    problems: list[str] = []
    for each in packages:
        license_text = " AND ".join(each.licenses) or "unknown"
        rows.append((each.name, each.purl.version or "", license_text, each.scope))
        if not each.licenses:
            problems.append(f"{each.name}: it states no license.")
        elif each.scope != DEVELOPMENT and not all(map(is_accepted, each.licenses)):
            problems.append(f"{each.name}: {license_text} is not an accepted license.")
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join(lines), problems


def bill_of_materials(
    python: Sequence[Package],
    npm: Sequence[Package],
    imported: Sequence[PackageURL],
    wheel: Path,
    vsix: Path,
    epoch: int,
) -> str:
    """Return a CycloneDX 1.6 document (JSON) of the wheel, the .vsix and the packages that they need.

    Args:
        python: This project, and then what it requires.
        npm: What the .vsix bundles.
        imported: The packages of `npm` that the extension imports itself.
        wheel: The wheel. Its hash is in the document.
        vsix: The .vsix, likewise.
        epoch: The time in the document, in seconds since 1970.

    Raises:
        ValueError: The document does not match the schema of CycloneDX.
    """
    own, *required = python
    version = own.purl.version
    project = Component(name=PROJECT, version=version, type=ComponentType.APPLICATION, bom_ref=PROJECT)
    built = _component(own, hashes=_hashes(wheel))
    extension_purl = PackageURL("vscode-extension", namespace="aloop", name=PROJECT, version=version)
    extension = _component(Package(extension_purl, own.licenses, EXTENSION), hashes=_hashes(vsix))
    components = {each.purl: _component(each) for each in (*required, *npm)} | {own.purl: built}
    bom = Bom(
        components=[*components.values(), extension],
        metadata=BomMetaData(
            component=project,
            timestamp=datetime.fromtimestamp(epoch, timezone.utc),
            properties=[Property(name=f"{PROJECT}:python", value=f"{sys.version_info[0]}.{sys.version_info[1]}")],
        ),
    )
    project.licenses = built.licenses
    for each in (own, *required, *npm):
        bom.register_dependency(components[each.purl], [components[purl] for purl in each.requires])
    bom.register_dependency(extension, [built, *(components[purl] for purl in imported)])
    bom.register_dependency(project, [built, extension])
    # A random number, which is the default, would differ each time.
    content = [*(str(purl) for purl in components), *(item.content for item in (*built.hashes, *extension.hashes))]
    bom.serial_number = uuid5(NAMESPACE_URL, "\n".join(content))
    text = JsonV1Dot6(bom).output_as_string(indent=2) + "\n"
    if error := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise ValueError(f"The SBOM does not match the schema of CycloneDX: {error.data}")
    return text


def _component(package: Package, hashes: Iterable[HashType] = ()) -> Component:
    factory = LicenseFactory()
    return Component(
        name=package.purl.name,
        group=package.purl.namespace,
        version=package.purl.version,
        type=ComponentType.APPLICATION if hashes else ComponentType.LIBRARY,
        scope=ComponentScope.OPTIONAL if package.scope == AGENT else ComponentScope.REQUIRED,
        licenses=map(factory.make_from_string, package.licenses),
        purl=package.purl,
        bom_ref=package.purl.to_string(),
        hashes=hashes,
    )


def _hashes(file: Path) -> list[HashType]:
    return [HashType(alg=HashAlgorithm.SHA_256, content=hashlib.sha256(file.read_bytes()).hexdigest())]


def main() -> int:
    """Run the task; return 1 if a license is unknown or not accepted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", choices=("licenses", "sbom"))
    parser.add_argument("--all", action="store_true", help="also list the packages for development")
    arguments = parser.parse_args()
    python, (imported, npm) = python_packages(extra="dev" if arguments.all else "agent"), npm_packages()
    if arguments.task == "licenses":
        tools = npm_tools(npm) if arguments.all else []
        table, problems = license_table([*python[1:], *npm, *tools])
        print(table)
        print(*problems, sep="\n", end="\n" if problems else "", file=sys.stderr)
        return 1 if problems else 0
    [wheel] = DIST.glob("*.whl")
    text = bill_of_materials(python, npm, imported, wheel, VSIX, int(os.environ["SOURCE_DATE_EPOCH"]))
    (DIST / f"{PROJECT}.cdx.json").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
