"""The packaged extension in a real VS Code with the real server."""

import base64
import hashlib
import io
import json
import os
import re
import shutil
import sys
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

from editors.vscode.extension import DIST, EXTENSION, SBOM, integration_tests, packaged, run, run_story
from support.editors import ROOT, installed, skip_or_fail
from support.local_programs import OLLAMA, OLLAMA_PORT, local_servers
from support.provider_endpoint import ProviderEndpoint

pytestmark = pytest.mark.real_editor

BUNDLE_LIMIT = 1_500_000
"""Bytes of the package without the server, most of them pictures."""
KEYS = (
    "sk-proj-0123456789abcdefghijABCDEFGHIJ0123456789abcdefghij",
    "sk-ant-api03-r4nd0mq8w7e6r5t4y3u2i1o0pasdfghjklzxcvbnmQW",
)


def answering_models(endpoint: ProviderEndpoint) -> str:
    """Models whose provider is on this machine, and one without a key."""
    return f"""\
# Mine
models:
  openai/one:
    name: One
    api_key: {KEYS[0]}
    api_base: {endpoint.openai_url}
  anthropic/two:
    name: Two
    api_key: {KEYS[1]}
    api_base: {endpoint.url}
  openai/three:
    name: Three
    api_key: {KEYS[0]}
    api_base: {endpoint.openai_url}
  openai/no-key:
    name: No Key
default: openai/one
"""


@pytest.fixture
def project(workspace: Path, server: Path) -> Path:
    """A workspace whose virtual environment has the server."""
    (workspace / ".venv").symlink_to(server.parent.parent, target_is_directory=True)
    return workspace


@pytest.fixture(scope="session")
def vsix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return packaged(tmp_path_factory)


def test_the_package_is_small_and_contains_the_server(vsix: Path) -> None:
    with zipfile.ZipFile(vsix) as package:
        sizes = {item.filename.removeprefix("extension/"): item.file_size for item in package.infolist()}
        version = json.loads(package.read("extension/package.json"))["version"]
    assert version == metadata.version("aloop-models")
    assert [name for name in sizes if name.endswith(".whl")] == [f"dist/aloop_models-{version}-py3-none-any.whl"]
    assert sum(size for name, size in sizes.items() if not name.endswith(".whl")) < BUNDLE_LIMIT
    assert not [name for name in sizes if name.startswith(("src/", "test/", "node_modules/", "dist/integration"))]


def test_the_packaged_readme_and_walkthrough_have_their_pictures(vsix: Path) -> None:
    with zipfile.ZipFile(vsix) as package:
        readme = package.read("extension/readme.md").decode()
        manifest = json.loads(package.read("extension/package.json"))
        (walkthrough,) = manifest["contributes"]["walkthroughs"]
        files = [file for step in walkthrough["steps"] for file in step["media"]["image"].values()]
        pictures = [package.read(f"extension/{file}") for file in files]
    sources = re.findall(r'<img src="data:image/webp;base64,([^"]+)"', readme)
    pictures += [base64.b64decode(source) for source in sources]
    assert (len(sources), len(files)) == (4, 12)
    assert {(picture[:4], picture[8:12]) for picture in pictures} == {(b"RIFF", b"WEBP")}
    assert "images/" not in readme


def test_the_package_contains_the_licenses_of_what_is_bundled(vsix: Path) -> None:
    with zipfile.ZipFile(vsix) as package:
        notices = package.read("extension/dist/ThirdPartyNotices.txt").decode()
        [name] = [name for name in package.namelist() if name.endswith(".whl")]
        with zipfile.ZipFile(io.BytesIO(package.read(name))) as wheel:
            texts = {name: wheel.read(name).decode() for name in wheel.namelist() if "/licenses/" in name}
    # The catalog is made from LiteLLM's data.
    assert [text for name, text in texts.items() if name.endswith("LICENSE.litellm") and "Berri AI" in text]
    licensed = re.findall(r"^-{80}\n(\S+@\S+) \((?:ISC|MIT)\)\n-{80}\n\n\S", notices, re.MULTILINE)
    assert {each.rpartition("@")[0] for each in licensed} >= {"minimatch", "semver", "vscode-languageclient"}
    components = json.loads(vsix.with_name(SBOM).read_text("utf-8"))["components"]
    assert licensed == [f"{each['name']}@{each['version']}" for each in components if "pkg:npm/" in each["purl"]]


def test_the_sbom_has_the_hashes_of_this_package(vsix: Path) -> None:
    components = json.loads(vsix.with_name(SBOM).read_text("utf-8"))["components"]
    hashes = {each["purl"]: each["hashes"][0]["content"] for each in components if "hashes" in each}
    version = metadata.version("aloop-models")
    with zipfile.ZipFile(vsix) as package:
        wheel = package.read(f"extension/dist/aloop_models-{version}-py3-none-any.whl")
    assert hashes == {
        f"pkg:pypi/aloop-models@{version}": hashlib.sha256(wheel).hexdigest(),
        f"pkg:vscode-extension/aloop/aloop-models@{version}": hashlib.sha256(vsix.read_bytes()).hexdigest(),
    }


def test_another_build_has_the_same_bytes(vsix: Path) -> None:
    """With other access rights, in another time zone. The SBOM has the hashes of the wheel and the .vsix."""
    run(["sh", "-c", "umask 077 && exec make --silent package"], cwd=ROOT, env={**os.environ, "TZ": "Asia/Kolkata"})
    assert (DIST / SBOM).read_bytes() == vsix.with_name(SBOM).read_bytes()


@pytest.fixture
def ollama() -> Iterator[ProviderEndpoint]:
    """Ollama at its usual port, because VS Code asks no other one."""
    with local_servers():
        try:
            endpoint = ProviderEndpoint(OLLAMA_PORT)
        except OSError:
            skip_or_fail(f"Port {OLLAMA_PORT} is in use; stop Ollama to run this test")
        endpoint.pages = OLLAMA
        with endpoint:
            yield endpoint


@pytest.mark.usefixtures("ollama")
def test_pictures(editors: Path, vsix: Path, project: Path, environment: dict[str, str]) -> None:
    run_story("pictures", editors, environment, vsix=vsix, workspace=project)


def test_local_models(editors: Path, vsix: Path, project: Path, environment: dict[str, str]) -> None:
    with ProviderEndpoint() as endpoint:
        endpoint.pages = OLLAMA
        run_story("local", editors, environment, vsix=vsix, workspace=project, url=endpoint.url)


@pytest.mark.usefixtures("ollama")
def test_a_new_user(editors: Path, vsix: Path, project: Path, environment: dict[str, str]) -> None:
    run_story("newcomer", editors, environment, vsix=vsix, workspace=project)


def test_editing(editors: Path, vsix: Path, project: Path, environment: dict[str, str]) -> None:
    run_story("editing", editors, environment, vsix=vsix, workspace=project)


def test_adding(editors: Path, vsix: Path, project: Path, environment: dict[str, str]) -> None:
    run_story("adding", editors, environment, vsix=vsix, workspace=project)


def test_hidden_keys(editors: Path, vsix: Path, project: Path, environment: dict[str, str]) -> None:
    run_story("hidden-keys", editors, environment, vsix=vsix, workspace=project)


def test_files(editors: Path, vsix: Path, project: Path, environment: dict[str, str]) -> None:
    run_story("files", editors, environment, vsix=vsix, workspace=project)


def test_inside_the_extension_host(editors: Path, vsix: Path, project: Path, environment: dict[str, str]) -> None:
    assert vsix.exists()
    integration_tests()
    yaml = installed(ROOT / "bench/node_modules/yaml-language-server/bin/yaml-language-server")
    run_story("host", editors, environment, extension=EXTENSION, workspace=project, yaml_server=yaml)


def test_palette(editors: Path, vsix: Path, project: Path, environment: dict[str, str]) -> None:
    with ProviderEndpoint() as endpoint:
        (project / ".aloop" / "models.yaml").write_text(answering_models(endpoint), encoding="utf-8")
        run_story("palette", editors, environment, vsix=vsix, workspace=project)


def test_terminals(editors: Path, vsix: Path, project: Path, environment: dict[str, str]) -> None:
    terminals = editors / "vscode" / "node_modules/code-server/lib/vscode/node_modules/node-pty"
    if not list(terminals.glob("build/*/pty.node")):
        skip_or_fail("VS Code has no terminals here: node-pty is not compiled; run `make editors`")
    run_story("terminals", editors, environment, vsix=vsix, workspace=project)


def test_life(editors: Path, vsix: Path, project: Path, environment: dict[str, str], tmp_path: Path) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    run_story("life", editors, environment, vsix=vsix, workspace=project, programs=programs)


def test_a_fresh_installation(
    editors: Path, vsix: Path, server: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    assert server.exists()  # It is on PATH.
    folder = tmp_path / "empty"
    folder.mkdir()
    run_story("welcome", editors, environment, vsix=vsix, workspace=folder)


def test_windows(editors: Path, vsix: Path, project: Path, environment: dict[str, str]) -> None:
    run_story("windows", editors, environment, vsix=vsix, workspace=project)


def test_an_untrusted_folder(
    editors: Path, vsix: Path, server: Path, project: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    # A path of its own: other tests run the same server at the same time.
    mine = tmp_path / "bin" / server.name
    mine.parent.mkdir()
    mine.symlink_to(server)
    environment["PATH"] = f"{mine.parent}{os.pathsep}{environment['PATH']}"
    run_story("untrusted", editors, environment, vsix=vsix, workspace=project, server=mine)


def test_setting_up(editors: Path, vsix: Path, workspace: Path, environment: dict[str, str], tmp_path: Path) -> None:
    # Everything but Python: PATH has only what VS Code needs, and the story adds to it.
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("node", "sh", "bash", "env", "uname", "ps", "cat", "ls", "which", "git"):
        if found := shutil.which(name):
            (programs / name).symlink_to(found)
    python = Path(sys.base_prefix) / "bin" / "python3"
    run_story("setup", editors, environment, vsix=vsix, workspace=workspace, programs=programs, python=python)


def test_suggestions(editors: Path, vsix: Path, project: Path, environment: dict[str, str]) -> None:
    run_story("suggestions", editors, environment, vsix=vsix, workspace=project)
