"""Which packages a user installs, their licenses, and the SBOM: for a small made-up project, and for this one."""

from __future__ import annotations

import hashlib
import json
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from dependencies import (
    MissingPackageError,
    Package,
    bill_of_materials,
    is_accepted,
    license_table,
    licenses_of,
    npm_packages,
    npm_tools,
    python_packages,
)
from support.editors import ROOT

EPOCH = 1_580_601_600
PROJECT = """\
Requires-Dist: Click_Like>=1
Requires-Dist: other-system; sys_platform == "none"
Requires-Dist: caller[http]; extra == "agent"
Requires-Dist: test-tool; extra == "dev"
Requires-Dist: aloop-models[agent]; extra == "dev"
License-Expression: MIT
"""
PACKAGES = {
    "aloop-models": PROJECT,
    "click_like": 'License: BSD-3-Clause\nRequires-Dist: back; python_version >= "3"\n',
    # In a circle, and used by the server and the agent.
    "back": "Classifier: License :: OSI Approved :: MIT License\nRequires-Dist: click-like\n",
    "caller": 'License-Expression: Apache-2.0 OR MIT\nRequires-Dist: back\nRequires-Dist: http; extra == "http"\n',
    "http": "License: MIT License\n        \n        Copyright\n",
}
BUNDLED = {
    "requires": ["@scope/client@2.0.0"],
    "packages": [
        {"name": "@scope/client", "version": "2.0.0", "license": "MIT", "requires": ["match@1.0.0"]},
        {"name": "match", "version": "1.0.0", "license": "ISC", "requires": []},
    ],
}


def install(folder: Path, packages: dict[str, str]) -> Any:
    """A function that finds the packages, which have version 1.0 and this metadata."""
    for name, lines in packages.items():
        info = folder / f"{name.replace('-', '_')}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\n{lines}", "utf-8")

    def find(name: str) -> metadata.Distribution:
        for distribution in metadata.distributions(name=name, path=[str(folder)]):
            return distribution
        raise metadata.PackageNotFoundError(name)

    return find


def write_bundled(folder: Path) -> Path:
    file = folder / "bundled-packages.json"
    file.write_text(json.dumps(BUNDLED), "utf-8")
    return file


def pypi(name: str) -> PackageURL:
    return PackageURL("pypi", name=name, version="1.0")


def test_all_requirements_are_found_with_their_markers_and_extras(tmp_path: Path) -> None:
    assert python_packages(install(tmp_path, PACKAGES)) == [
        Package(pypi("aloop-models"), ("MIT",), "server", (pypi("caller"), pypi("click-like"))),
        Package(pypi("back"), ("MIT",), "server", (pypi("click-like"),)),
        Package(pypi("caller"), ("Apache-2.0 OR MIT",), "agent", (pypi("back"), pypi("http"))),
        Package(pypi("click-like"), ("BSD-3-Clause",), "server", (pypi("back"),)),
        Package(pypi("http"), ("MIT",), "agent"),
    ]


def test_a_requirement_that_is_not_installed_is_an_error(tmp_path: Path) -> None:
    packages = {name: lines for name, lines in PACKAGES.items() if name != "http"}
    with pytest.raises(MissingPackageError, match=r"^http is required, but not installed\. Run `make check`\.$"):
        python_packages(install(tmp_path, packages))


def test_the_bundled_packages_are_read(tmp_path: Path) -> None:
    client = PackageURL("npm", namespace="@scope", name="client", version="2.0.0")
    match = PackageURL("npm", name="match", version="1.0.0")
    assert npm_packages(write_bundled(tmp_path)) == (
        (client,),
        [
            Package(client, ("MIT",), "VS Code extension", (match,)),
            Package(match, ("ISC",), "VS Code extension"),
        ],
    )


def test_development_tools_are_what_is_not_shipped(tmp_path: Path) -> None:
    tool = {"test-tool": "License: ISC\nRequires-Dist: http\nRequires-Dist: helper", "helper": "Summary: x"}
    packages = python_packages(install(tmp_path, PACKAGES | tool), extra="dev")
    assert {each.name: (each.scope, each.licenses) for each in packages if each.scope == "development"} == {
        "helper": ("development", ()),
        "test-tool": ("development", ("ISC",)),
    }
    assert {each.name: each.scope for each in packages}["http"] == "agent"
    places = {
        "node_modules/match": {"version": "1.0.0", "license": "ISC"},
        "node_modules/@scope/tool": {"version": "3.0.0", "license": "SEE LICENSE IN LICENSE.txt", "dev": True},
        "node_modules/@scope/tool/node_modules/match": {"version": "2.0.0"},
    }
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / ".package-lock.json").write_text(json.dumps({"packages": places}), "utf-8")
    assert npm_tools(npm_packages(write_bundled(tmp_path))[1], [tmp_path, tmp_path]) == [
        Package(
            PackageURL("npm", namespace="@scope", name="tool", version="3.0.0"),
            ("SEE LICENSE IN LICENSE.txt",),
            "development",
        ),
        Package(PackageURL("npm", name="match", version="2.0.0"), (), "development"),
    ]


@pytest.mark.parametrize(
    ("lines", "licenses"),
    [
        ("License-Expression: MIT AND Apache-2.0\nLicense: other", ("MIT AND Apache-2.0",)),
        ("License: apache-2.0\nClassifier: License :: OSI Approved :: Apache Software License", ("Apache-2.0",)),
        # Its version is not stated.
        (
            "License: X\nClassifier: License :: OSI Approved :: Apache Software License",
            ("Apache Software License",),
        ),
        (
            "License: Dual License\nClassifier: License :: OSI Approved :: BSD License\n"
            "Classifier: License :: OSI Approved :: MIT License\nClassifier: Topic :: Utilities",
            ("BSD License", "MIT"),
        ),
        ("Classifier: License :: OSI Approved\nClassifier: License :: OSI Approved :: ISC License (ISCL)", ("ISC",)),
        ("License: MIT License\n        \n        Copyright (c) 2022 X", ("MIT",)),
        ("Classifier: License :: Other/Proprietary License", ("Other/Proprietary License",)),
        ("License: see the file", ()),
        ("License: UNKNOWN", ()),
        ("Summary: none", ()),
    ],
)
def test_the_license_is_read_from_the_metadata(lines: str, licenses: tuple[str, ...], tmp_path: Path) -> None:
    assert licenses_of(install(tmp_path, {"one": lines})("one").metadata) == licenses


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ("MIT", True),
        ("BSD License", True),
        ("MIT AND Apache-2.0", True),
        ("GPL-3.0-only OR MIT", True),
        ("(GPL-3.0-only AND MIT) OR ISC", True),
        ("GPL-3.0-only", False),
        ("MIT AND GPL-3.0-only", False),
        ("MIT AND (GPL-3.0-only OR AGPL-3.0-only)", False),
        ("GPL-2.0-only WITH Classpath-exception-2.0", False),
        ("Other/Proprietary License", False),
        ("SEE LICENSE IN LICENSE.txt", False),
    ],
)
def test_accepted_licenses(text: str, accepted: bool) -> None:
    assert is_accepted(text) is accepted


def test_the_table_and_its_problems() -> None:
    packages = [
        Package(pypi("one"), ("MIT",), "server"),
        Package(pypi("another"), (), "agent"),
        Package(pypi("copyleft"), ("GPL-3.0-only",), "agent"),
        Package(pypi("two"), ("BSD License", "MIT"), "server"),
        Package(PackageURL("npm", namespace="@scope", name="client", version="2.0.0"), ("ISC",), "VS Code extension"),
        Package(pypi("tool"), ("GPL-3.0-only",), "development"),
        Package(pypi("nameless"), (), "development"),
    ]
    table, problems = license_table(packages)
    assert table == (
        "package        version  license              used by\n"
        "one            1.0      MIT                  server\n"
        "another        1.0      unknown              agent\n"
        "copyleft       1.0      GPL-3.0-only         agent\n"
        "two            1.0      BSD License AND MIT  server\n"
        "@scope/client  2.0.0    ISC                  VS Code extension\n"
        "tool           1.0      GPL-3.0-only         development\n"
        "nameless       1.0      unknown              development"
    )
    assert problems == [
        "another: it states no license.",
        "copyleft: GPL-3.0-only is not an accepted license.",
        "nameless: it states no license.",
    ]


def test_every_license_of_what_users_install_is_known_and_accepted() -> None:
    packages = python_packages()
    names = {each.name: each.scope for each in packages}
    assert {name: names.get(name) for name in ("pygls", "attrs", "litellm", "rich", "pytest")} == {
        "pygls": "server",
        "attrs": "server",
        "litellm": "agent",
        "rich": "agent",
        "pytest": None,
    }
    assert license_table(packages)[1] == []


def made_up_bill(folder: Path, wheel: bytes = b"wheel") -> str:
    folder.mkdir()
    imported, npm = npm_packages(write_bundled(folder))
    (folder / "one.whl").write_bytes(wheel)
    (folder / "one.vsix").write_bytes(b"vsix")
    python = python_packages(install(folder, PACKAGES))
    return bill_of_materials(python, npm, imported, folder / "one.whl", folder / "one.vsix", EPOCH)


def test_the_sbom_has_every_package_once_with_what_it_requires(tmp_path: Path) -> None:
    text = made_up_bill(tmp_path / "a")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bom = json.loads(text)
    wheel, vsix = "pkg:pypi/aloop-models@1.0", "pkg:vscode-extension/aloop/aloop-models@1.0"
    assert bom["metadata"]["timestamp"] == "2020-02-02T00:00:00+00:00"
    assert bom["metadata"]["component"]["licenses"] == [{"license": {"id": "MIT"}}]
    assert {item["ref"]: item.get("dependsOn", []) for item in bom["dependencies"]} == {
        "aloop-models": [wheel, vsix],
        wheel: ["pkg:pypi/caller@1.0", "pkg:pypi/click-like@1.0"],
        vsix: ["pkg:npm/%40scope/client@2.0.0", wheel],
        "pkg:pypi/back@1.0": ["pkg:pypi/click-like@1.0"],
        "pkg:pypi/caller@1.0": ["pkg:pypi/back@1.0", "pkg:pypi/http@1.0"],
        "pkg:pypi/click-like@1.0": ["pkg:pypi/back@1.0"],
        "pkg:pypi/http@1.0": [],
        "pkg:npm/%40scope/client@2.0.0": ["pkg:npm/match@1.0.0"],
        "pkg:npm/match@1.0.0": [],
    }
    components = {item["purl"]: item for item in bom["components"]}
    assert len(components) == len(bom["components"]) == 8
    assert {purl: item["scope"] for purl, item in components.items() if item["scope"] == "optional"} == {
        "pkg:pypi/caller@1.0": "optional",
        "pkg:pypi/http@1.0": "optional",
    }
    assert components["pkg:pypi/caller@1.0"]["licenses"] == [{"expression": "Apache-2.0 OR MIT"}]
    hashes = {purl: item["hashes"] for purl, item in components.items() if "hashes" in item}
    assert hashes == {
        wheel: [{"alg": "SHA-256", "content": hashlib.sha256(b"wheel").hexdigest()}],
        vsix: [{"alg": "SHA-256", "content": hashlib.sha256(b"vsix").hexdigest()}],
    }


def test_the_sbom_differs_only_with_its_content(tmp_path: Path) -> None:
    first, second = made_up_bill(tmp_path / "a"), made_up_bill(tmp_path / "b")
    other = made_up_bill(tmp_path / "c", wheel=b"other")
    assert first == second
    assert json.loads(first)["serialNumber"] != json.loads(other)["serialNumber"]


def test_what_is_imported_by_the_script_is_a_development_requirement() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    dev = project.split("\ndev = [")[1].split("\n]")[0]
    for name in ("cyclonedx-python-lib", "license-expression", "packageurl-python", "packaging"):
        assert f'"{name}>=' in dev
