"""A file that cannot be replaced, because it is a mount point: saved in place, and repaired after a crash."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from aloop_models.errors import FileError
from aloop_models.workspace.folders import state_path
from aloop_models.workspace.in_place import finish_overwriting, overwrite_file
from aloop_models.workspace.save import edit_file
from support.server import require

OLD, NEW = b"models:\n  ollama/a:\n", b"models:\n  ollama/a:\n    timeout: 5\n  ollama/b:\n"


@pytest.fixture(autouse=True)
def state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))


SAVE = """
import os, sys
from pathlib import Path
from aloop_models.workspace.save import edit_file
target = Path(sys.argv[1])
before = os.stat(target).st_ino
done = edit_file(target, lambda old: old + "  ollama/b:\\n")
assert os.stat(target).st_ino == before, "the mount stays"
assert done.text == target.read_text() == "models:\\n  ollama/a:\\n  ollama/b:\\n"
print(sorted(path.name for path in target.parent.iterdir()))
"""


@pytest.mark.parametrize("is_read_only", [False, True])
def test_a_mounted_file_is_saved_in_place(is_read_only: bool, tmp_path: Path) -> None:
    """Docker and Flatpak mount a single file, which rename cannot replace (EBUSY)."""
    source, target = tmp_path / "host.yaml", tmp_path / "project" / "models.yaml"
    source.write_bytes(OLD)
    target.parent.mkdir()
    target.touch()
    unshare = shutil.which("unshare")
    require(unshare, "needs unshare")
    # A container with a read-only root: the folder is read-only, the file in it is not.
    read_only = (
        'd=$(dirname "$2") && mount --bind "$d" "$d" && mount -o remount,ro,bind "$d" && ' if is_read_only else ""
    )
    mount = read_only + 'mount --bind "$1" "$2" && exec "$3" -c "$4" "$2"'
    arguments = (str(source), str(target), sys.executable, SAVE)
    done = subprocess.run(
        [str(unshare), "-rm", "sh", "-c", mount, "sh", *arguments], capture_output=True, text=True, check=False
    )
    require("unshare failed" not in done.stderr, "needs user namespaces")
    assert (done.returncode, done.stdout) == (0, "['models.yaml']\n"), done.stderr
    assert source.read_bytes() == OLD + b"  ollama/b:\n"
    assert target.read_bytes() == b"", "outside the mount"


def test_overwriting_leaves_no_copy(tmp_path: Path) -> None:
    target = tmp_path / "models.yaml"
    target.write_bytes(OLD)
    assert overwrite_file(target, OLD, NEW).st_size == len(NEW)
    assert target.read_bytes() == NEW
    assert (list(tmp_path.iterdir()), copies()) == ([target], [])
    overwrite_file(target, NEW, b"a")
    assert target.read_bytes() == b"a"


def interrupted(folder: Path, now: bytes) -> Path:
    """A file whose writer was killed, and that has these bytes now."""
    target = folder / "models.yaml"
    target.write_bytes(OLD)
    killed = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from aloop_models.workspace import in_place\n"
        "in_place._write = lambda *_: os._exit(9)\n"
        "in_place.overwrite_file(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), bytes.fromhex(sys.argv[3]))\n"
    )
    done = subprocess.run([sys.executable, "-c", killed, str(target), OLD.hex(), NEW.hex()], check=False)
    assert done.returncode == 9
    assert target.read_bytes() == OLD
    assert [copy.stat().st_mode & 0o777 for copy in copies()] == [0o600]
    target.write_bytes(now)
    return target


def copies() -> list[Path]:
    """The copies of unfinished saves."""
    return [*(state_path() / "saves").iterdir()]


@pytest.mark.parametrize("size", [25, 30, len(NEW) - 1])
def test_a_crash_while_writing_is_repaired(tmp_path: Path, size: int) -> None:
    """The next save finishes the interrupted one, and says so."""
    now = NEW[:size] + OLD[size:]
    target = interrupted(tmp_path, now)
    done = edit_file(target, lambda text: text + "# more\n")
    assert target.read_bytes() == NEW + b"# more\n"
    assert done.notes == (f"The last save of {target} was interrupted. It is complete now.",)
    assert (list(tmp_path.iterdir()), copies()) == ([target], [])


@pytest.mark.parametrize("now", [OLD, NEW, b"models:\n  ollama/mine:\n"])
def test_a_complete_file_stays(tmp_path: Path, now: bytes) -> None:
    """Before the first byte, after the last one, or changed since by a person."""
    target = interrupted(tmp_path, now)
    assert finish_overwriting(target) is None
    assert target.read_bytes() == now
    assert (list(tmp_path.iterdir()), copies()) == ([target], [])


def test_a_copy_that_comes_with_a_repository_is_not_used(tmp_path: Path) -> None:
    """Its author can know the text of a new file, and choose both texts so that the file looks like a mixture."""
    target = tmp_path / "models.yaml"
    target.write_bytes(OLD)
    header = b"aloop-models: an interrupted save. The next save finishes it.\n"
    (tmp_path / "models.yaml.interrupted").write_bytes(header + b"%d\n" % len(OLD) + b"#" + OLD + OLD[:1] + NEW)
    assert finish_overwriting(target) is None
    assert edit_file(target, lambda text: text + "# more\n").notes == ()
    assert target.read_bytes() == OLD + b"# more\n"


def test_without_a_state_folder_nothing_is_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "models.yaml"
    target.write_bytes(OLD)
    monkeypatch.setenv("XDG_STATE_HOME", str(target))
    with pytest.raises(FileError) as caught:
        overwrite_file(target, OLD, NEW)
    assert caught.value.reason == "cannotWrite"
    assert target.read_bytes() == OLD
    assert finish_overwriting(target) is None
