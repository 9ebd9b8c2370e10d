"""What a drop-in for the RFC's class does, and what people of such agents must not meet."""

from __future__ import annotations

import copy
import inspect
import os
import pickle
import stat
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

import aloop_models
from aloop_models import ModelManager, ModelProfile, RefusedError
from aloop_models.llm.profile import fields_of

ANTHROPIC = "anthropic/claude-sonnet-4-5"
KEY = "sk-ant-api03-" + "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA" * 3
OTHER_KEY = "sk-ant-api03-" + "zY1xW2vU3tS4rQ5pO6nM7lK8jI9hG0fE" * 3

FILE = f"""\
# mine
models:
  {ANTHROPIC}:  # the good one
    name: Claude
    api_key: {KEY}
    timeout: 300
    unknown_thing: kept

  ollama/llama2:
    api_base: http://localhost:11434
    num_ctx: 4096
    temperature: null
  openai/gpt-4o:
default: {ANTHROPIC}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, text: str) -> Path:
    path = folder / ".aloop" / "models.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(0o600)
    return path


def written(folder: Path, text: str = FILE) -> tuple[Path, ModelManager]:
    path = write(folder, text)
    return path, ModelManager()


def entry(fields: str) -> str:
    return f"models:\n  ollama/good:\n  ollama/bad:\n    {fields}\ndefault: ollama/good\n"


class TestSurface:
    def test_what_is_exported(self):
        assert aloop_models.__all__ == [
            "AloopError",
            "Answer",
            "BaseAgent",
            "FileError",
            "InvalidArgumentsError",
            "LiteLLMAdapter",
            "ModelError",
            "ModelManager",
            "ModelProfile",
            "RefusedError",
            "attach",
            "__version__",
        ]
        assert all(hasattr(aloop_models, name) for name in aloop_models.__all__)
        assert set(aloop_models.__all__) <= set(dir(aloop_models))
        with pytest.raises(AttributeError, match="no attribute 'ModelManger'"):
            _ = aloop_models.ModelManger  # type: ignore[attr-defined]

    @pytest.mark.parametrize(
        "code",
        ["import aloop_models", "from aloop_models import ModelManager, ModelProfile, LiteLLMAdapter, RefusedError"],
    )
    def test_importing_it_is_light(self, code: str):
        heavy = "('litellm', 'pygls', 'lsprotocol', 'prompt_toolkit', 'click')"
        program = f"import sys; {code}; print([name for name in {heavy} if name in sys.modules])"
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert done.stdout == "[]\n"

    def test_the_names_of_the_rfc(self):
        names = {
            *("CONFIG_PATH", "config_path", "models", "default_model_id", "current_model_id", "last_error"),
            *("is_configured", "list_models", "get_model_ids", "get_model", "get_current_model"),
            *("get_default_model_id", "switch_model", "set_default", "add_model", "edit_model", "remove_model"),
            *("reload", "validate_model"),
        }
        assert names <= set(dir(ModelManager))
        assert ModelManager.CONFIG_PATH == ".aloop/models.yaml"
        parameters = list(inspect.signature(ModelManager.add_model).parameters)
        assert parameters[1:7] == ["model_id", "name", "api_key", "api_base", "timeout", "drop_params"]

    def test_a_profile(self, folder: Path):
        manager = written(folder)[1]
        profile = manager.models[ANTHROPIC]
        assert (profile.model_id, profile.name, profile.display_name) == (ANTHROPIC, "Claude", "Claude")
        assert (profile.provider, profile.api_key, profile.api_base) == ("anthropic", KEY, None)
        assert (profile.timeout, profile.drop_params, profile.extra) == (300, True, {})
        assert manager.models["ollama/llama2"].extra == {"num_ctx": 4096}
        assert manager.models["openai/gpt-4o"] == ModelProfile("openai/gpt-4o")
        assert manager.models["openai/gpt-4o"].timeout == 600

    def test_a_label(self, folder: Path):
        _, manager = written(
            folder, "models:\n  ollama/a#work:\n  ollama/a#home: {name: Mine}\ndefault: ollama/a#home\n"
        )
        assert manager.get_model_ids() == ["ollama/a#work", "ollama/a#home"]
        work, home = manager.list_models()
        assert (work.model_id, work.name, work.display_name, work.provider) == (
            "ollama/a#work",
            "",
            "a (work)",
            "ollama",
        )
        assert (home.display_name, manager.current_model_id) == ("Mine", "ollama/a#home")
        assert manager.switch_model("ollama/a#work") == work
        assert manager.switch_model("ollama/a") is None

    def test_a_repr_shows_no_key(self):
        profile = ModelProfile(
            "openai/gpt-4o",
            KEY,
            KEY,
            "https://me:password@example.org",
            extra={"extra_headers": {"X-Key": "abc-secret"}},
        )
        assert repr(profile) == ("ModelProfile('openai/gpt-4o', name='••••••••', timeout=600, drop_params=True)")
        assert ModelProfile(KEY).display_name == "••••••••"
        assert ModelProfile("openai/gpt-4o", "\x1b[31mred\n").display_name == "[31mred"

    def test_a_profile_knows_the_secrets_of_its_file_and_keeps_them_to_itself(self, folder: Path):
        (profile, _) = written(folder, f"models:\n  ollama/a: {{}}\n  openai/b: {{api_key: {KEY}}}\n")[1].list_models()
        assert profile.secrets == {KEY}
        alone = ModelProfile("ollama/a")
        assert (profile == alone, fields_of(profile), alone.secrets) == (True, {}, frozenset())
        assert repr(profile) == "ModelProfile('ollama/a', name='', timeout=600, drop_params=True)"
        stored = pickle.dumps(profile)
        assert KEY.encode() not in stored
        assert pickle.loads(stored) == alone
        for copied in (copy.copy(profile), copy.deepcopy(profile), replace(profile, timeout=5)):
            assert copied.secrets == {KEY}
        renamed = replace(profile, model_id=f"ollama/{KEY}")
        assert (renamed.display_name, renamed.shown_id) == ("ollama/••••••••", "ollama/••••••••")


class TestReading:
    def test_what_it_knows(self, folder: Path):
        path, manager = written(folder)
        assert manager.config_path == str(path)
        assert manager.get_model_ids() == [ANTHROPIC, "ollama/llama2", "openai/gpt-4o"]
        assert manager.list_models() == list(manager.models.values())
        assert manager.default_model_id == manager.get_default_model_id() == manager.current_model_id == ANTHROPIC
        assert manager.get_current_model() == manager.get_model(ANTHROPIC) == manager.models[ANTHROPIC]
        assert manager.get_model("openai/gpt-5") is None
        assert manager.is_configured()
        assert manager.notices == ()
        # A missing key makes no entry unusable as such, but it is worth a word.
        reason = "openai/gpt-4o: api_key is missing. Add your OpenAI API key."
        assert manager.last_error == f"{path}:13:3 missing-api-key {reason}"

    def test_a_yaml_library_that_reads_differently_is_noticed(self, folder: Path, monkeypatch: pytest.MonkeyPatch):
        path = write(folder, "models:\n  ollama/a:\n")
        assert ModelManager(path).notices == ()
        monkeypatch.delattr("yaml.CSafeLoader")
        assert ModelManager(path).notices == (
            "PyYAML has no libyaml, so it may read unusual files differently than the agent in another environment. "
            "Install a wheel: pip install --force-reinstall --only-binary :all: pyyaml",
        )

    def test_duplicate_keys_and_readers_are_noticed(self, folder: Path):
        path, manager = written(folder, f"models:\n  openai/a:\n    api_key: {KEY}\n  openai/a:\n    api_key: {KEY}\n")
        path.chmod(0o644)
        duplicate, exposed = manager.notices
        assert duplicate.startswith(f"{path}:4:3 duplicate-key openai/a: ")
        assert exposed == (f"Other users of this computer can read the API keys in this file. Run: chmod 600 {path}")
        path.chmod(0o600)
        assert manager.notices == (duplicate,)

    @pytest.mark.parametrize("name", ["Claude", "claude", "claude-sonnet-4-5", "CLAUDE-SONNET-4-5", ANTHROPIC])
    def test_a_model_by_any_name_of_the_command_line(self, folder: Path, name: str):
        manager = written(folder)[1]
        manager.switch_model("ollama/llama2")
        assert manager.get_model(name) == manager.models[ANTHROPIC]
        assert manager.switch_model(name) == manager.models[ANTHROPIC]
        assert manager.validate_model(name) == manager.validate_model(manager.models[ANTHROPIC])

    def test_a_name_of_several_models(self, folder: Path):
        manager = written(folder, "models:\n  ollama/a:\n    name: A\n  openai/a:\n    api_base: http://localhost:1\n")[
            1
        ]
        assert manager.get_model("A") is None
        assert manager.switch_model("a") is None
        assert manager.last_error == "'a' matches several models: ollama/a, openai/a. Use the full ID."
        assert manager.validate_model("b") == (
            False,
            "There is no model 'b' in models.yaml. List the models: aloop models list",
        )


class TestMapping:
    """`models`, `default_model_id` and `current_model_id` as agents written for the RFC's class use them."""

    def test_a_new_model(self, folder: Path):
        path, manager = written(folder)
        models = manager.models
        models["ollama/new"] = ModelProfile("ollama/new", name="New", timeout=30, extra={"num_ctx": 8192})
        manager._save()
        entry = "  ollama/new:\n    name: New\n    timeout: 30\n    num_ctx: 8192\n"
        assert path.read_text() == FILE.replace("  openai/gpt-4o:\n", f"  openai/gpt-4o:\n{entry}")
        assert models["ollama/new"] == manager.models["ollama/new"] == manager.get_model("ollama/new")

    def test_a_changed_model_keeps_everything_else(self, folder: Path):
        path, manager = written(folder)
        manager.models[ANTHROPIC] = replace(manager.models[ANTHROPIC], name="", timeout=60)
        assert path.read_text() == FILE.replace("    name: Claude\n", "").replace("timeout: 300", "timeout: 60")
        before = path.stat().st_mtime_ns
        manager.models[ANTHROPIC] = manager.models[ANTHROPIC]
        assert path.stat().st_mtime_ns == before

    def test_a_removed_model(self, folder: Path):
        path, manager = written(folder)
        models = manager.models
        del models["openai/gpt-4o"]
        assert path.read_text() == FILE.replace("  openai/gpt-4o:\n", "")
        assert list(models) == list(manager.models) == [ANTHROPIC, "ollama/llama2"]
        assert models.pop("openai/gpt-4o", None) is None

    def test_refused_changes(self, folder: Path):
        path, manager = written(folder)
        models = manager.models
        with pytest.raises(RefusedError, match="current model"):
            del models[ANTHROPIC]
        with pytest.raises(RefusedError, match="timeout must be a number"):
            models["openai/x"] = ModelProfile("openai/x", timeout=-1)
        with pytest.raises(ValueError, match="must be the model_id"):
            models["openai/x"] = ModelProfile("openai/y")
        with pytest.raises(KeyError):
            del models["openai/none"]
        with pytest.raises(RefusedError, match="There is no model 'openai/none'"):
            manager.default_model_id = "openai/none"
        with pytest.raises(RefusedError, match="There is no model 'openai/none'"):
            manager.current_model_id = "openai/none"
        assert (path.read_text(), list(models)) == (FILE, list(manager.models))

    def test_default_and_current(self, folder: Path):
        path, manager = written(folder)
        manager.current_model_id = "ollama/llama2"
        assert (manager.current_model_id, path.read_text()) == ("ollama/llama2", FILE)
        manager.default_model_id = "ollama/llama2"
        assert path.read_text() == FILE.replace(f"default: {ANTHROPIC}", "default: ollama/llama2")
        manager._load()
        assert (manager.current_model_id, manager.default_model_id) == ("ollama/llama2", "ollama/llama2")


class TestMoreReading:
    def test_a_named_file(self, folder: Path):
        path = folder / "elsewhere.yaml"
        path.write_text("models:\n  ollama/llama2:\n")
        for given in (path, str(path), "elsewhere.yaml"):
            manager = ModelManager(given)
            assert (manager.config_path, manager.get_model_ids()) == (str(path), ["ollama/llama2"])
        assert not (folder / ".aloop").exists()

    def test_the_file_above(self, folder: Path, monkeypatch: pytest.MonkeyPatch):
        path = write(folder, FILE)
        (folder / "deep" / "er").mkdir(parents=True)
        monkeypatch.chdir(folder / "deep" / "er")
        assert ModelManager().config_path == str(path)


class TestSkippedFile:
    def test_it_is_not_used_until_it_is_safe(self, folder: Path):
        path = folder / ".aloop" / "models.yaml"
        path.parent.mkdir()
        path.write_text("models:\n  ollama/llama2:\n")
        path.chmod(0o606)
        manager = ModelManager()
        advice = f"If you trust it, run: chmod o-w {path}."
        said = f"No models.yaml can be used here. Skipped {path}: every user can write to it. {advice}"
        assert (manager.list_models(), manager.last_error, manager.notices) == ([], said, ())
        assert manager.add_model("ollama/mine") is False
        assert manager.last_error == said
        assert path.read_text() == "models:\n  ollama/llama2:\n"
        assert ModelManager(path).get_model_ids() == ["ollama/llama2"]
        path.chmod(0o600)
        assert manager.get_model_ids() == ["ollama/llama2"]


class TestFirstStart:
    def test_no_file(self, folder: Path):
        subprocess.run(["git", "init", "-q", str(folder)], check=True)
        manager = ModelManager()
        path = folder / ".aloop" / "models.yaml"
        assert "api_key: sk-ant-..." in path.read_text()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert (folder / ".gitignore").read_text().endswith("\n.aloop/*models*\n")
        assert [notice.split()[0] for notice in manager.notices] == ["Created", "Added"]
        assert (manager.get_model_ids(), manager.current_model_id, manager.last_error) == ([], None, "")
        assert not manager.is_configured()

    def test_the_first_model(self, folder: Path):
        manager = ModelManager()
        assert manager.add_model("ollama/llama2", name="Local", api_base="http://localhost:11434")
        assert manager.default_model_id == manager.current_model_id == "ollama/llama2"
        assert manager.is_configured()
        assert manager.last_message == "Added ollama/llama2. It is the default, because it is the first model."

    def test_a_named_file_that_does_not_exist_is_made(self, folder: Path):
        manager = ModelManager(folder / "new" / "models.yaml")
        assert (folder / "new" / "models.yaml").is_file()
        assert manager.notices[0].startswith("Created ")

    def test_the_older_format_is_told_and_not_read(self, folder: Path):
        older = folder / ".aloop" / "config"
        older.parent.mkdir()
        older.write_text(f"OPENAI_API_KEY={KEY}\n")
        manager = ModelManager()
        assert manager.notices[-1] == (
            f"{older} has an older format and is not read. Move its values to {manager.config_path} manually."
        )
        assert manager.models == {}

    def test_a_folder_that_cannot_be_written(self, folder: Path):
        (folder / ".aloop").write_text("a file in the way")
        manager = ModelManager()
        assert manager.models == {}
        assert manager.last_error.startswith("Cannot write ")
        assert not manager.add_model("ollama/llama2")
        assert manager.last_error.startswith("Cannot ")

    @pytest.mark.parametrize("default", ["", "default: openai/none\n", "default: null\n"])
    def test_no_usable_default(self, folder: Path, default: str):
        text = f"models:\n  openai/gpt-4o:\n  ollama/llama2:\n{default}"
        path, manager = written(folder, text)
        assert manager.current_model_id == "ollama/llama2"
        assert manager.default_model_id == ("openai/none" if "none" in default else None)
        assert path.read_text() == text


class TestTrouble:
    def test_a_file_that_does_not_parse_at_start(self, folder: Path):
        path, manager = written(folder, "models:\n  openai/gpt-4o:\n    name: 'x\n")
        before = path.read_bytes()
        assert manager.models == {}
        assert manager.last_error.startswith(f"{path}:3:11 yaml-syntax ")
        assert not manager.reload()
        assert not manager.add_model("ollama/llama2")
        assert "line 3" in manager.last_error
        assert path.read_bytes() == before

    @pytest.mark.parametrize(
        ("text", "rule"),
        [
            ("models: [\n", "yaml-syntax"),
            ("models: [openai/gpt-4o]\n", "wrong-type"),
            ("- openai/gpt-4o\n", "not-a-mapping"),
            ("models:\n---\nmodels:\n", "multiple-documents"),
            ("models:\n\topenai/gpt-4o:\n", "yaml-syntax"),
        ],
    )
    def test_a_file_that_breaks_while_running(self, folder: Path, text: str, rule: str):
        path, manager = written(folder)
        manager.switch_model("ollama/llama2")
        write(folder, text)
        assert manager.get_model_ids() == [ANTHROPIC, "ollama/llama2", "openai/gpt-4o"]
        assert manager.current_model_id == "ollama/llama2"
        assert rule in manager.last_error
        assert manager.last_error.startswith(f"{path}:")
        assert manager.last_error.endswith(" The last valid version of the file stays in use.")
        assert not manager.reload()
        assert path.read_text() == text
        write(folder, FILE)
        assert manager.reload()
        assert "missing-api-key" in manager.last_error

    @pytest.mark.parametrize(
        ("fields", "rule"),
        [
            ("timeout: abc", "wrong-type"),
            ("timeout: 5m", "wrong-type"),
            ("timeout: true", "wrong-type"),
            ("timeout: 0", "out-of-range"),
            ("timeout: -5", "out-of-range"),
            ("timeout: .inf", "out-of-range"),
            ("drop_params: maybe", "wrong-type"),
            ("api_key: 0123456", "wrong-type"),
            ("api_key: ${OPENAI_API_KEY}", "env-reference"),
            ("api_base: localhost", "invalid-api-base"),
        ],
    )
    def test_one_bad_entry_costs_only_itself(self, folder: Path, fields: str, rule: str):
        path, manager = written(folder, entry(fields))
        assert manager.get_model_ids() == ["ollama/good"]
        assert manager.last_error.startswith(f"{path}:4:")
        assert f" {rule} " in manager.last_error
        assert manager.reload()
        assert manager.switch_model("ollama/bad") is None
        assert manager.last_error.startswith(f"Not ready: {path}:4:")
        assert rule in manager.last_error

    def test_an_ignored_error_is_not_reported_and_makes_no_entry_usable(self, folder: Path):
        path, manager = written(folder, entry("timeout: abc  # aloop: ignore[wrong-type]"))
        assert (manager.get_model_ids(), manager.last_error) == (["ollama/good"], "")
        assert manager.switch_model("ollama/bad") is None
        assert manager.last_error.startswith(f"Not ready: {path}:4:14 wrong-type ")

    @pytest.mark.parametrize(("written_as", "read_as"), [("1:30", 90), ("010", 8)])
    def test_a_number_that_yaml_reads_in_its_own_way_is_told(self, folder: Path, written_as: str, read_as: int):
        path, manager = written(folder, entry(f"timeout: {written_as}"))
        assert manager.models["ollama/bad"].timeout == read_as
        assert manager.last_error.startswith(f"{path}:4:14 wrong-type ollama/bad: YAML reads timeout as {read_as}. ")

    def test_a_bad_entry_is_mended_here(self, folder: Path):
        path, manager = written(folder, entry("timeout: abc"))
        assert manager.edit_model("ollama/bad", timeout=30)
        assert manager.models["ollama/bad"].timeout == 30
        assert manager.last_error == ""
        assert path.read_text() == entry("timeout: 30")

    def test_a_bad_id_costs_only_itself(self, folder: Path):
        path, manager = written(folder, "models:\n  gpt-4o: {api_key: abc}\n  ollama/llama2:\n")
        assert manager.get_model_ids() == ["ollama/llama2"]
        assert manager.last_error.startswith(f"{path}:2:3 invalid-model-id ")

    def test_a_key_in_a_message(self, folder: Path):
        _, manager = written(folder, f"models:\n  {KEY}:\n  ollama/{KEY}: {KEY}\n  ollama/llama2:\n")
        assert manager.last_error
        assert KEY not in manager.last_error + repr(manager)
        assert manager.switch_model(KEY) is None
        assert KEY not in manager.last_error

    def test_a_duplicate_counts_as_yaml_reads_it(self, folder: Path):
        text = "models:\n  ollama/a:\n    timeout: 1\n  ollama/a:\n    timeout: 2\n    timeout: 3\n"
        _, manager = written(folder, text)
        assert manager.models["ollama/a"].timeout == 3
        assert manager.last_error.count("duplicate-key") == 2

    def test_the_file_goes(self, folder: Path):
        path, manager = written(folder)
        path.unlink()
        assert manager.get_model_ids() == [ANTHROPIC, "ollama/llama2", "openai/gpt-4o"]
        assert "does not exist" in manager.last_error
        path.mkdir()
        assert manager.is_configured()
        assert "folder" in manager.last_error
        path.rmdir()
        write(folder, "models:\n  ollama/llama2:\n")
        assert manager.get_model_ids() == ["ollama/llama2"]

    def test_bytes_that_are_no_text(self, folder: Path):
        path, manager = written(folder)
        path.write_bytes(b"models: \xff\xfe\n")
        assert manager.get_model(ANTHROPIC)
        assert "UTF-8" in manager.last_error


class TestChangesByOthers:
    def test_a_rotated_key_is_noticed_without_being_asked(self, folder: Path):
        path, manager = written(folder)
        current = manager.get_current_model()
        assert current
        assert current.api_key == KEY
        # The same length, within one tick of the file system's clock.
        path.write_text(FILE.replace(KEY, OTHER_KEY))
        current = manager.get_current_model()
        assert current
        assert current.api_key == OTHER_KEY

    def test_a_change_with_the_same_stamp_is_noticed_while_the_file_is_young(self, folder: Path):
        path, manager = written(folder)
        found = path.stat()
        path.write_text(FILE.replace(KEY, OTHER_KEY))
        os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
        assert manager.models[ANTHROPIC].api_key == OTHER_KEY

    def test_an_old_file_is_not_read_again(self, folder: Path, monkeypatch: pytest.MonkeyPatch):
        path = write(folder, FILE)
        os.utime(path, (1_600_000_000, 1_600_000_000))
        manager = ModelManager()
        reads: list[object] = []
        monkeypatch.setattr("aloop_models.llm.model_manager.read_file", reads.append)
        assert manager.get_model(ANTHROPIC)
        assert manager.current_model_id == ANTHROPIC
        assert reads == []

    def test_the_edit_of_another_is_kept_by_ours(self, folder: Path):
        path, manager = written(folder)
        path.write_text(FILE.replace(KEY, OTHER_KEY).replace("# mine", "# yours"))
        assert manager.edit_model("ollama/llama2", num_ctx=8192)
        expected = FILE.replace(KEY, OTHER_KEY).replace("# mine", "# yours").replace("4096", "8192")
        assert path.read_text() == expected
        assert manager.models[ANTHROPIC].api_key == OTHER_KEY

    def test_two_managers(self, folder: Path):
        _, manager = written(folder)
        other = ModelManager()
        assert manager.add_model("ollama/mistral", timeout=5)
        assert other.models["ollama/mistral"].timeout == 5

    def test_the_current_model_leaves_the_file(self, folder: Path):
        _, manager = written(folder)
        write(folder, "models:\n  ollama/llama2:\ndefault: ollama/llama2\n")
        assert manager.reload()
        assert manager.current_model_id == ANTHROPIC
        last_known = manager.get_current_model()
        assert last_known
        assert (last_known.api_key, manager.get_model(ANTHROPIC)) == (KEY, None)

    def test_a_changed_default_changes_no_running_agent(self, folder: Path):
        _, manager = written(folder)
        write(folder, FILE.replace(f"default: {ANTHROPIC}", "default: ollama/llama2"))
        assert (manager.default_model_id, manager.current_model_id) == ("ollama/llama2", ANTHROPIC)


class TestSwitching:
    def test_in_memory_only(self, folder: Path):
        path, manager = written(folder)
        before = path.stat()
        profile = manager.switch_model("ollama/llama2")
        assert profile == manager.get_current_model()
        assert profile
        assert profile.api_base == "http://localhost:11434"
        assert (manager.current_model_id, manager.default_model_id) == ("ollama/llama2", ANTHROPIC)
        assert (path.read_text(), path.stat().st_mtime_ns) == (FILE, before.st_mtime_ns)

    def test_any_loaded_model(self, folder: Path):
        assert written(folder)[1].switch_model("openai/gpt-4o") == ModelProfile("openai/gpt-4o")

    def test_one_that_there_is_not(self, folder: Path):
        _, manager = written(folder)
        assert manager.switch_model("ollama/lama2") is None
        assert manager.last_error == ("There is no model 'ollama/lama2' in models.yaml. Did you mean ollama/llama2?")
        assert manager.current_model_id == ANTHROPIC
        assert manager.switch_model("ollama/llama2")
        assert "ollama/lama2" not in manager.last_error


class TestChanging:
    def test_everything_else_is_kept(self, folder: Path):
        path, manager = written(folder)
        assert manager.add_model("gemini/gemini-2.5-pro", name="Gemini", api_key="AIza" + "aB3dE5gH7" * 4, seed=7)
        assert manager.edit_model(ANTHROPIC, timeout=60, name=None)
        assert manager.set_default("ollama/llama2")
        expected = FILE.replace("    name: Claude\n", "").replace("timeout: 300", "timeout: 60")
        expected = expected.replace(
            f"  openai/gpt-4o:\ndefault: {ANTHROPIC}",
            "  openai/gpt-4o:\n  gemini/gemini-2.5-pro:\n    name: Gemini\n"
            f"    api_key: AIza{'aB3dE5gH7' * 4}\n    seed: 7\ndefault: ollama/llama2",
        )
        assert path.read_text() == expected
        assert manager.models["gemini/gemini-2.5-pro"].extra == {"seed": 7}
        assert manager.models[ANTHROPIC].name == ""

    def test_add_then_remove(self, folder: Path):
        path, manager = written(folder)
        assert manager.add_model("ollama/mistral", timeout=30)
        assert manager.remove_model("ollama/mistral")
        assert path.read_text() == FILE

    @pytest.mark.parametrize(
        ("fields", "word"),
        [
            ({"timeout": "abc"}, "timeout"),
            ({"timeout": 0}, "timeout"),
            ({"timeout": -5}, "timeout"),
            ({"timeout": True}, "timeout"),
            ({"timeout": float("nan")}, "timeout"),
            ({"drop_params": "maybe"}, "drop_params"),
            ({"api_key": ""}, "api_key"),
            ({"api_key": f"{KEY}\nmore"}, "api_key"),
            ({"api_key": "sk-..."}, "api_key"),
            ({"timout": 5}, "timeout"),
            ({"stream": True}, "stream"),
        ],
    )
    def test_wrong_values_are_refused(self, folder: Path, fields: dict[str, object], word: str):
        path, manager = written(folder)
        assert not manager.add_model("ollama/new", **fields)  # type: ignore[arg-type]
        assert word in manager.last_error
        assert not manager.edit_model(ANTHROPIC, **fields)
        assert word in manager.last_error
        assert KEY not in manager.last_error
        assert (path.read_text(), manager.last_message) == (FILE, "")

    def test_refusals(self, folder: Path):
        path, manager = written(folder)
        assert not manager.add_model(ANTHROPIC)
        assert "already" in manager.last_error
        assert not manager.add_model("gpt-4o")
        assert "Did you mean openai/gpt-4o" in manager.last_error
        assert not manager.edit_model("openai/gpt-4", timeout=3)
        assert "Did you mean openai/gpt-4o?" in manager.last_error
        assert not manager.edit_model(ANTHROPIC)
        assert not manager.set_default("openai/gpt-4")
        assert not manager.remove_model(ANTHROPIC)
        assert manager.last_error == "Claude is the current model. Switch to another model first."
        assert path.read_text() == FILE

    def test_removing_the_default(self, folder: Path):
        path, manager = written(folder)
        manager.switch_model("ollama/llama2")
        assert manager.remove_model(ANTHROPIC)
        assert manager.default_model_id is None
        assert "default: null" in path.read_text()
        assert "It was the default" in manager.last_message

    def test_an_unusual_key_is_accepted_with_a_warning(self, folder: Path):
        _, manager = written(folder)
        assert manager.edit_model(ANTHROPIC, api_key="an-unusual-key")
        assert manager.models[ANTHROPIC].api_key == "an-unusual-key"
        assert "api_key does not start with sk-ant- like Anthropic API keys." in manager.last_message

    def test_a_link_stays_a_link(self, folder: Path):
        path = write(folder, FILE)
        target = folder / "real.yaml"
        path.rename(target)
        path.symlink_to(target)
        manager = ModelManager()
        assert manager.edit_model(ANTHROPIC, timeout=60)
        assert path.is_symlink()
        assert "timeout: 60" in target.read_text()

    def test_a_read_only_file_stays_as_it_was(self, folder: Path):
        path, manager = written(folder)
        path.chmod(0o400)
        assert not manager.edit_model(ANTHROPIC, timeout=60)
        assert "read-only" in manager.last_error
        assert (path.read_text(), manager.models[ANTHROPIC].timeout) == (FILE, 300)

    def test_a_failed_write_leaves_file_and_memory(self, folder: Path, monkeypatch: pytest.MonkeyPatch):
        path, manager = written(folder)

        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        assert not manager.add_model("ollama/new")
        assert "disk is full" in manager.last_error
        assert (path.read_text(), list(path.parent.iterdir())) == (FILE, [path])
        assert manager.get_model("ollama/new") is None


class TestValidating:
    @pytest.mark.parametrize(
        ("profile", "reason"),
        [
            (ModelProfile(ANTHROPIC, api_key=KEY), ""),
            (ModelProfile("ollama/llama2"), ""),
            (ModelProfile("bedrock/anthropic.claude-3-haiku-20240307-v1:0"), ""),
            (ModelProfile("openai/gpt-4o"), "openai/gpt-4o: api_key is missing."),
            (ModelProfile("openai/gpt-4o", api_key="sk-..."), "placeholder"),
            (ModelProfile("openai/gpt-4o", api_base="http://localhost:8000/v1"), ""),
            (ModelProfile("gpt-4o", api_key=KEY), "gpt-4o: The ID has no provider."),
            (ModelProfile("", api_key=KEY), "The ID has no provider."),
            (ModelProfile("ollama/llama2", timeout=-1), "seconds"),
            (ModelProfile("ollama/llama2", extra={"temperature": "hot"}), "number"),
            (ModelProfile("no-such-provider/x"), "LiteLLM has no provider"),
        ],
    )
    def test_profiles(self, folder: Path, profile: ModelProfile, reason: str):
        is_valid, message = written(folder)[1].validate_model(profile)
        assert is_valid == (reason == "")
        assert reason in message
        assert is_valid == (message == "")


def test_from_many_threads(folder: Path):
    path, manager = written(folder, "models:\n  ollama/llama2:\n")
    errors: list[str] = []

    def work(number: int) -> None:
        for turn in range(5):
            if not manager.add_model(f"ollama/m{number}-{turn}", timeout=number + 1):
                errors.append(manager.last_error)
            manager.switch_model(f"ollama/m{number}-{turn}")
            if manager.get_current_model() is None or "ollama/llama2" not in manager.models:
                errors.append("lost")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(manager.models) == 21
    assert path.read_text().count("ollama/m") == 20


@pytest.mark.parametrize("levels", [45, 1_000, 50_000])
@pytest.mark.parametrize("field", ["stop", "unknown_field"])
def test_a_value_that_is_nested_too_deeply_is_refused(folder: Path, levels: int, field: str):
    manager, value = ModelManager(), list[object]()
    for _ in range(levels - 1):
        value = [value]
    before = Path(manager.config_path).read_bytes()
    for change in (manager.edit_model, manager.add_model):
        assert not change("openai/gpt-4o", **{field: value})
    assert not manager.add_model("openai/new", **{field: value})  # type: ignore[arg-type]
    assert manager.last_error == f"{field} is nested too deeply. Use at most 40 levels."
    is_valid, reason = manager.validate_model(ModelProfile("openai/new", api_base="http://x/v1", extra={field: value}))
    assert (is_valid, "at most 40 levels" in reason) == (False, True)
    assert Path(manager.config_path).read_bytes() == before
