"""`aloop --task`, `aloop compare` and `aloop models test`: real calls through LiteLLM to a local endpoint."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from aloop_models.agent.main import main, models_test
from aloop_models.agent.saved_conversation import ConversationFile
from aloop_models.catalog.redaction import MASK, NO_SECRETS
from aloop_models.llm.answer import Answer
from aloop_models.llm.litellm_adapter import LiteLLMAdapter
from aloop_models.llm.model_manager import ModelManager
from support.agent import KEY, OTHER_KEY, two_models, write_config
from support.provider_endpoint import Drop, Fail, ProviderEndpoint, Raw, Reply, Say, ToolCall
from support.provider_replies import events, openai_chunk
from support.sample_keys import leaks, secret

pytestmark = pytest.mark.filterwarnings("ignore")


class Done(NamedTuple):
    """A run that has ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-from-the-environment")
    return folder


@pytest.fixture
def aloop(folder: Path, capsys: pytest.CaptureFixture[str]) -> object:
    """Run the agent's command line in this process, which has litellm already."""

    def run(*arguments: str) -> Done:
        try:
            code = models_test([*arguments[2:]]) if arguments[:2] == ("models", "test") else main([*arguments])
        except SystemExit as ended:
            code = int(ended.code or 0)
        captured = capsys.readouterr()
        assert KEY not in captured.out + captured.err
        assert OTHER_KEY not in captured.out + captured.err
        return Done(code, captured.out, captured.err)

    return run


def test_a_process_of_its_own_answers_and_prints_nothing_else(
    folder: Path, endpoint: ProviderEndpoint, tmp_path: Path
) -> None:
    write_config(folder, two_models(endpoint).replace("name: One", "temperature: 0.5"))
    endpoint.queue(Say("Hello from the endpoint."))
    command = [sys.executable, "-m", "aloop_models", "--task", "-"]
    environment = {**os.environ, "OPENAI_API_KEY": "sk-from-the-environment", "LITELLM_LOG": "DEBUG"}
    done = subprocess.run(
        command, cwd=folder, env=environment, input="Say hello", capture_output=True, text=True, timeout=300
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "Hello from the endpoint.\n", "")
    assert (endpoint.last.body["model"], endpoint.last.key) == ("one", KEY)
    assert endpoint.last.body["temperature"] == 0.5
    assert endpoint.last.messages[-1]["content"] == "Say hello"


def test_an_entry_without_a_key_never_gets_one_from_the_environment(
    folder: Path, endpoint: ProviderEndpoint, aloop: object
) -> None:
    write_config(folder, f"models:\n  openai/two:\n    api_base: {endpoint.openai_url}\ndefault: openai/two\n")
    assert aloop("--task", "Say hello").code == 0  # type: ignore[operator]
    assert (endpoint.last.body["model"], endpoint.last.key) == ("two", "no-key-needed")


@pytest.mark.parametrize(
    ("arguments", "program"),
    [
        (("--task", "Say hello"), "aloop"),
        (("compare", "Say hello"), "aloop compare"),
        (("models", "test"), "aloop models test"),
    ],
)
def test_a_deleted_working_directory(
    folder: Path, deleted_folder: Path, aloop: object, arguments: tuple[str, ...], program: str
) -> None:
    message = "The current folder no longer exists. Change to another folder (cd). Then try again."
    assert aloop(*arguments) == (2, "", f"{program}: {message}\n")  # type: ignore[operator]


def test_tools_are_used_and_told_beside_the_answer(folder: Path, endpoint: ProviderEndpoint, aloop: object) -> None:
    write_config(folder, two_models(endpoint))
    (folder / "notes.txt").write_text("The notes.")
    endpoint.queue(Say("I look.", tool_calls=(ToolCall("read_file", {"path": "notes.txt"}),)), Say("Done."))
    done = aloop("--task", "Look")  # type: ignore[operator]
    assert (done.code, done.out) == (0, "I look.\n\nDone.\n")
    assert done.err == "aloop: read_file notes.txt\n"


HANGS = """
import sys, threading
from aloop_models.__main__ import main
from aloop_models.agent import task
from aloop_models.agent.tools import Tool

def hang(_):
    print("It hangs.", file=sys.stderr, flush=True)
    threading.Event().wait()

task.workspace_tools = lambda *_: (Tool("read_file", "Hang.", {}, (), hang),)
main()
"""


def test_ctrl_c_ends_the_process_also_while_a_tool_hangs(folder: Path, endpoint: ProviderEndpoint) -> None:
    write_config(folder, two_models(endpoint))
    endpoint.queue(Say("I look.", tool_calls=(ToolCall("read_file", {"path": "notes.txt"}),)))
    command = [sys.executable, "-c", HANGS, "--task", "Look"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert [process.stderr.readline() for _ in range(2)] == ["aloop: read_file notes.txt\n", "It hangs.\n"]
        process.send_signal(signal.SIGINT)
        try:
            out, err = process.communicate(timeout=120)
        finally:
            process.kill()
    assert (process.returncode, out, err) == (130, "I look.\n", "aloop: Stopped.\n")


LOADS = """
import os, signal, sys
from aloop_models.__main__ import main

class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == "litellm":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupt())
main()
"""


def test_ctrl_c_while_litellm_is_loaded_is_json_too(folder: Path, endpoint: ProviderEndpoint) -> None:
    write_config(folder, two_models(endpoint))
    command = [sys.executable, "-c", LOADS, "--task", "Hello", "--json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (130, "aloop: Stopped.\n")
    assert json.loads(done.stdout) == {"error": {"reason": "stopped", "message": "Stopped.", "suggestions": []}}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "aloop: Cannot write the answer: Bad file descriptor. The request was stopped.\n"),
        (("--json",), "aloop: Cannot write the result: Bad file descriptor.\n"),
    ],
)
def test_a_closed_output_is_said(
    folder: Path, endpoint: ProviderEndpoint, arguments: tuple[str, ...], message: str
) -> None:
    write_config(folder, two_models(endpoint))
    command = [sys.executable, "-m", "aloop_models", "--task", "Hello", *arguments]
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *command], cwd=folder, capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "", message)


def test_json_tells_answer_tokens_cost_and_times(folder: Path, endpoint: ProviderEndpoint, aloop: object) -> None:
    write_config(folder, two_models(endpoint).replace("openai/one", "openai/gpt-4o"))
    told = json.loads(aloop("--task", "Hello", "--json").out)  # type: ignore[operator]
    assert told["modelId"] == "openai/gpt-4o"
    assert told["answer"] == "This is gpt-4o."
    assert (told["inputTokens"], told["outputTokens"], told["toolCalls"]) == (11, 7, 0)
    assert told["cost"] > 0
    assert 0 < told["firstTokenSeconds"] <= told["seconds"]


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Fail(401), "rejected the API key of One (401)"),
        (Fail(404), "does not have the model openai/one (404)"),
        (Fail(429, retry_after=0), "(One). Response: Rate limit reached. Wait a moment, then try again."),
        (Fail(500, retry_after=0), "had a server error and did not answer for One (500)"),
        (Drop(after_pieces=2), "was lost while One was answering. Try again."),
        (Say("Late", wait=20), "did not answer within 0.5 seconds"),
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_a_failure_is_one_message_and_exit_1(
    folder: Path, endpoint: ProviderEndpoint, aloop: object, reply: Fail, said: str, *, as_json: bool
) -> None:
    seconds = 0.5 if "0.5 s" in said else 20
    write_config(folder, two_models(endpoint).replace("name: One", f"name: One\n    timeout: {seconds}"))
    endpoint.answer = lambda _: reply
    done = aloop("--task", "Hello", *(["--json"] if as_json else []))  # type: ignore[operator]
    assert done.code == 1
    assert said in done.err.splitlines()[-1]
    assert "Traceback" not in done.err
    shown = "The line \n" if isinstance(reply, Drop) else ""
    if as_json:
        value = json.loads(done.out)
        assert said in value["error"]["message"]
        assert value.get("answer", "") == shown.rstrip("\n")
    else:
        assert done.out == shown


@pytest.mark.parametrize(
    ("text", "arguments", "said"),
    [
        (None, (), "There is no models.yaml here. To create "),
        ("  \n", (), "There is no models.yaml here. To create "),
        ("models:\ndefault:\n", (), "There are no models in "),
        (
            "models:\n",
            ("--config", ".aloop/models.yaml"),
            " yet. Add one: aloop models add --config .aloop/models.yaml provider/model",
        ),
        ("models:\n  anthropic/claude-sonnet-4-5:\n", (), "anthropic/claude-sonnet-4-5 (it has no API key)"),
        ("GOOD", ("--model", "openai/on"), "There is no model 'openai/on' in models.yaml. Did you mean openai/one"),
        ("GOOD", ("--model", ""), "There is no model"),
        ("GOODdefault: openai/gone\n", (), "The default model openai/gone is not in "),
        ("GOOD  : [\n", (), "yaml-syntax"),
        ("models:\n  openai/one:\n    api_key: 0123456\ndefault: openai/one\n", (), "models.yaml:3:14 "),
        ("models:\n  openai/one:\n    timeout: 5m\n    api_base: http://x\ndefault: openai/one\n", (), "timeout"),
        (
            "GOOD",
            ("--config", "elsewhere.yaml"),
            "elsewhere.yaml does not exist. Check the path, or create it: aloop models init --config ",
        ),
    ],
)
def test_without_a_usable_model_it_says_what_is_missing_and_exits_2(
    folder: Path, endpoint: ProviderEndpoint, aloop: object, text: str | None, arguments: tuple[str, ...], said: str
) -> None:
    path = folder / ".aloop" / "models.yaml"
    if text is not None:
        good = two_models(endpoint)
        if text.startswith("GOODdefault"):
            good = good.replace("default: openai/one\n", "")
        write_config(folder, text.replace("GOOD", good))
    before = path.read_bytes() if text is not None else None
    done = aloop("--task", "Hello", *arguments)  # type: ignore[operator]
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert endpoint.received == []
    assert (path.read_bytes() if path.exists() else None) == before
    assert not (folder / "elsewhere.yaml").exists()


def test_a_missing_default_is_the_first_ready_model_and_said(
    folder: Path, endpoint: ProviderEndpoint, aloop: object
) -> None:
    path = write_config(
        folder, "models:\n  anthropic/no-key:\n" + two_models(endpoint)[8:].replace("default: openai/one\n", "")
    )
    before = path.read_bytes()
    done = aloop("--task", "Hello")  # type: ignore[operator]
    assert (done.code, done.out) == (0, "This is one.\n")
    assert done.err == "aloop: No default model is set. Using One. To set the default: aloop models default MODEL\n"
    assert path.read_bytes() == before


def test_a_bad_entry_is_named_and_costs_only_itself(folder: Path, endpoint: ProviderEndpoint, aloop: object) -> None:
    write_config(folder, two_models(endpoint).replace("name: Two", "timeout: -5"))
    done = aloop("--task", "Hello")  # type: ignore[operator]
    assert (done.code, done.out) == (0, "This is one.\n")
    assert "models.yaml:7:14 out-of-range" in done.err


def test_one_run_with_another_model_changes_nothing(folder: Path, endpoint: ProviderEndpoint, aloop: object) -> None:
    path = write_config(folder, two_models(endpoint))
    before = path.read_bytes(), path.stat().st_mtime_ns
    done = aloop("--task", "Hello", "--model", "two")  # type: ignore[operator]
    assert (done.out, endpoint.last.key) == ("This is two.\n", OTHER_KEY)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_a_tracked_file_is_used_only_when_confirmed(folder: Path, endpoint: ProviderEndpoint, aloop: object) -> None:
    write_config(folder, two_models(endpoint))
    for words in (("init", "-q"), ("add", "-f", ".aloop/models.yaml")):
        subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, timeout=60)
    for run in (("--task", "Hello"), ("compare", "Hello"), ("models", "test")):
        done = aloop(*run)  # type: ignore[operator]
        assert (done.code, done.out) == (2, "")
        assert "git tracks it" in done.err
        assert f"to 2 places:\n  {endpoint.openai_url}\n  {endpoint.url}\n" in done.err
    assert endpoint.received == []
    assert aloop("--task", "Hello", "--trust-config").out == "This is one.\n"  # type: ignore[operator]
    assert aloop("--task", "Hello").code == 2  # type: ignore[operator]


def test_without_git_a_file_in_a_repository_is_not_used(
    folder: Path, endpoint: ProviderEndpoint, aloop: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_config(folder, two_models(endpoint))
    (folder / ".git").mkdir()
    monkeypatch.setenv("PATH", str(folder))
    done = aloop("--task", "Hello")  # type: ignore[operator]
    assert (done.code, done.out, endpoint.received) == (2, "", [])
    assert "may have come with this repository: git could not check it (to see why, run: git status)." in done.err
    (folder / ".git").rmdir()
    assert aloop("--task", "Hello").out == "This is one.\n"  # type: ignore[operator]


def test_a_skipped_file_is_used_by_nothing(folder: Path, endpoint: ProviderEndpoint, aloop: object) -> None:
    path = write_config(folder, two_models(endpoint))
    path.parent.chmod(0o777)
    for run in (("--task", "Hello"), ("compare", "Hello"), ("models", "test")):
        done = aloop(*run)  # type: ignore[operator]
        assert (done.code, done.out) == (2, "")
        assert done.err.endswith(
            f"No models.yaml can be used here. Skipped {path}: every user can write to its folder. "
            f"If you trust it, run: chmod o-w {path.parent}.\n"
        )
    assert endpoint.received == []
    assert aloop("--task", "Hello", "--config", str(path)).out == "This is one.\n"  # type: ignore[operator]


def test_compare_shows_answers_and_figures_side_by_side(
    folder: Path, endpoint: ProviderEndpoint, aloop: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_config(folder, two_models(endpoint))
    done = aloop("compare", "Hello", "--models", "one,anthropic/two")  # type: ignore[operator]
    assert done.code == 0
    assert "── One ──\nThis is one." in done.out
    assert "── Two ──\nThis is two." in done.out
    assert done.out.splitlines()[-3].split() == ["MODEL", "FIRST", "TOKEN", "TOTAL", "TOKENS", "IN", "→", "OUT", "COST"]
    endpoint.answer = lambda request: Fail(401) if request.model == "two" else Say("Fine.")
    monkeypatch.setattr(sys, "stdin", io.StringIO("From a pipe"))
    done = aloop("compare", "-", "--json")  # type: ignore[operator]
    result = json.loads(done.out)
    first, second = result["results"]
    assert (set(result), result["message"]) == ({"message", "results"}, "1 of 2 answered.")
    assert (done.code, first["answer"], first["inputTokens"]) == (1, "Fine.", 11)
    assert (second["ok"], "rejected the API key" in second["message"]) == (False, True)
    assert {request.model: request.messages[-1]["content"] for request in endpoint.received[-2:]} == {
        "one": "From a pipe",
        "two": [{"type": "text", "text": "From a pipe"}],
    }
    assert aloop("compare", "Hello", "--models", "thre").code == 2  # type: ignore[operator]


def test_models_test_tells_the_reasons_apart(folder: Path, endpoint: ProviderEndpoint, aloop: object) -> None:
    lines = ["models:"]
    cases = {
        "fine": (endpoint.openai_url, "ok"),
        "key": (endpoint.openai_url, "wrongKey"),
        "unknown": (endpoint.openai_url, "unknownModel"),
        "quota": (endpoint.openai_url, "quota"),
        "slow": (endpoint.openai_url, "timeout"),
        "tls": (endpoint.openai_url.replace("http:", "https:"), "tls"),
        "name": ("http://no-such-host.invalid/v1", "nameNotFound"),
        "line": ("http://127.0.0.1:9/v1", "noConnection"),
    }
    for name, (base, _) in cases.items():
        timeout = 1.5 if name == "slow" else 60
        lines.append(f"  openai/{name}:\n    api_base: {base}\n    api_key: {KEY}\n    timeout: {timeout}")
    write_config(folder, "\n".join(lines) + "\n")
    replies = {
        "key": Fail(401),
        "unknown": Fail(404),
        "quota": Fail(429, message="insufficient_quota"),
        "slow": Say("x", wait=20),
    }
    endpoint.answer = lambda request: replies.get(request.model, Say("ok"))
    done = aloop("models", "test", "--json")  # type: ignore[operator]
    assert done.code == 1
    assert {item["modelId"][7:]: item["kind"] for item in json.loads(done.out)["results"]} == {
        name: kind for name, (_, kind) in cases.items()
    }
    assert len(endpoint.received) == 5
    assert done.err == "Sending one tiny request to 8 models.\n"
    done = aloop("models", "test", "fine")  # type: ignore[operator]
    assert (done.code, done.out.split()[:2]) == (0, ["openai/fine", "ok"])
    assert endpoint.last.body["max_tokens"] == 16


LOGIN_PAGE = Raw("<html><title>Log in</title><p>Company proxy</html>", "text/html")


@pytest.mark.parametrize("reply", [LOGIN_PAGE, Say(""), events(), Raw('{"error": {"message": "Overloaded"}}')])
def test_an_empty_answer_is_a_failure_everywhere(
    folder: Path, endpoint: ProviderEndpoint, aloop: object, reply: Reply
) -> None:
    write_config(folder, two_models(endpoint))
    endpoint.answer = lambda request: reply if request.model == "one" else Say("Fine.")
    done = aloop("--task", "Hello")  # type: ignore[operator]
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("aloop: One sent an empty answer (127.0.0.1:")
    assert "HTTP 200, " in done.err
    assert "api_base" in done.err
    told = json.loads(aloop("--task", "Hello", "--json").out)  # type: ignore[operator]
    assert told["error"]["reason"] == "emptyAnswer"
    done = aloop("models", "test")  # type: ignore[operator]
    assert done.code == 1
    assert done.out.split()[:3] == ["One", "empty", "answer"]
    done = aloop("compare", "Hello")  # type: ignore[operator]
    assert (done.code, "── One ──" in done.out, "One sent an empty answer" in done.out) == (1, False, True)


def test_a_test_of_a_model_that_thinks_first_is_passed(folder: Path, endpoint: ProviderEndpoint, aloop: object) -> None:
    write_config(folder, two_models(endpoint).replace("name: Two", "max_tokens: 16"))
    endpoint.answer = lambda _: events(openai_chunk({"reasoning_content": "Hm."}), openai_chunk({}, "length"))
    assert aloop("models", "test", "one").code == 0  # type: ignore[operator]
    write_config(folder, two_models(endpoint).replace("name: One", "max_tokens: 16"))
    done = aloop("models", "test", "openai/one")  # type: ignore[operator]
    assert (done.code, "Increase max_tokens: " in done.out) == (1, True)


def test_a_test_of_models_reports_an_answer_with_wrong_types_as_one_result(
    folder: Path, endpoint: ProviderEndpoint, aloop: object
) -> None:
    write_config(folder, two_models(endpoint))
    wrong = events(openai_chunk({"tool_calls": {"a": 1}}), openai_chunk({}, "stop"))
    endpoint.answer = lambda request: wrong if request.model == "one" else Say("ok")
    done = aloop("models", "test", "--json")  # type: ignore[operator]
    results = json.loads(done.out)["results"]
    assert (done.code, [result["ok"] for result in results]) == (1, [False, True])
    assert results[0]["message"].startswith("One sent an empty answer (")


FILE_SECRETS = {
    "key of no known form": "pineapple-sunset-kiosk",
    "URL password": secret("password", length=14),
    "header": secret("header", length=24),
    "commented key": secret("comment", length=24),
}
OTHERS = f"""\
  anthropic/three:
    api_key: {FILE_SECRETS["key of no known form"]}
    api_base: http://bot:{FILE_SECRETS["URL password"]}@example.com/v1
    extra_headers:
      X-Auth: Bearer {FILE_SECRETS["header"]}
  # api_key: {FILE_SECRETS["commented key"]}
"""
ECHO = " and ".join(("I saw", *FILE_SECRETS.values(), "here"))
SHOWN_ECHO = " and ".join(("I saw", *[MASK] * len(FILE_SECRETS), "here"))
ERROR_PAGE = f"<html><head><title>No</title></head><body><p>{ECHO}</p></body></html>"


@pytest.mark.parametrize(
    ("reply", "shown"),
    [
        (Say(ECHO), SHOWN_ECHO),
        (events(*[openai_chunk({"content": letter}) for letter in ECHO], openai_chunk({}, "stop")), SHOWN_ECHO),
        (Raw(json.dumps({"error": {"message": ECHO}})), SHOWN_ECHO),
        (Raw(ERROR_PAGE, "text/html"), SHOWN_ECHO),
        (Raw(json.dumps({"error": {"message": ECHO}}), status=400), SHOWN_ECHO),
        (Raw(ERROR_PAGE, "text/html", 500, (("retry-after", "0"),)), SHOWN_ECHO),
        (events(openai_chunk({"content": "Half"}), {"error": {"message": ECHO, "code": 500}}), SHOWN_ECHO),
        (events(openai_chunk({"refusal": ECHO}), openai_chunk({}, "stop")), SHOWN_ECHO),
        (Raw("x", f"text/{FILE_SECRETS['header']}"), f"HTTP 200, text/{MASK}"),
    ],
    ids=["text", "letters", "200_json", "200_html", "400_json", "500_html", "broken_off", "refusal", "media_type"],
)
def test_what_a_model_says_shows_no_secret_of_another_entry(
    folder: Path, endpoint: ProviderEndpoint, aloop: object, reply: Reply, shown: str
) -> None:
    write_config(folder, two_models(endpoint).replace("default:", f"{OTHERS}default:"))
    endpoint.answer = lambda _: reply
    for arguments in (
        ("--task", "Hello"),
        ("--task", "Hello", "--json"),
        ("compare", "Hello", "--models", "one"),
        ("compare", "Hello", "--models", "one", "--json"),
        ("models", "test", "one"),
        ("models", "test", "one", "--json"),
    ):
        done = aloop(*arguments)  # type: ignore[operator]
        assert leaks(FILE_SECRETS, done.out + done.err) == []
        printed = str(json.loads(done.out)) if "--json" in arguments else done.out + done.err
        # The test of a model that answers says so, and not what it answered.
        assert (shown in printed) is (arguments[0] != "models" or done.code == 1)


def test_a_call_of_a_tool_holds_no_secret_of_another_entry(folder: Path, endpoint: ProviderEndpoint) -> None:
    path = write_config(folder, two_models(endpoint).replace("default:", f"{OTHERS}default:"))
    secrets = [*FILE_SECRETS.values()]
    endpoint.queue(Say(tool_calls=(ToolCall(f"a {secrets[0]} b", {"path": secrets[1]}),)))
    answer = LiteLLMAdapter(profile=ModelManager(str(path)).get_current_model).complete(
        [{"role": "user", "content": "Hello"}]
    )
    assert [(call.name, json.loads(call.text)) for call in answer.tool_calls] == [(f"a {MASK} b", {"path": MASK})]
    assert leaks(FILE_SECRETS, str(answer)) == []


def test_an_id_and_a_name_show_no_secret_of_another_entry(
    folder: Path, endpoint: ProviderEndpoint, aloop: object
) -> None:
    key = FILE_SECRETS["key of no known form"]
    given = two_models(endpoint).replace("openai/one", f"openai/{key}").replace("name: One", f"name: One {key}")
    write_config(folder, given.replace("default:", f"{OTHERS}default:"))
    for reply in (Say("Hi"), Fail(404), Fail(401)):
        endpoint.answer = lambda _, reply=reply: reply
        for arguments in (("--task", "x"), ("compare", "x"), ("models", "test")):
            for form in ((), ("--json",)):
                done = aloop(*arguments, *form)  # type: ignore[operator]
                assert leaks(FILE_SECRETS, done.out + done.err) == []


BUG = r"internal error \(bug [0-9a-f]{8}\): ZeroDivisionError at [^\n]*\. Please report this line\."


@pytest.fixture
def faulty_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug in each request to the model One."""
    answer = LiteLLMAdapter.answer

    async def fail(adapter: LiteLLMAdapter, *given: Any, **named: Any) -> Answer:
        if adapter.model == "openai/one":
            raise ZeroDivisionError(KEY)
        return await answer(adapter, *given, **named)

    monkeypatch.setattr(LiteLLMAdapter, "answer", fail)


@pytest.mark.usefixtures("faulty_request")
def test_a_bug_is_one_line_without_what_it_says(folder: Path, endpoint: ProviderEndpoint, aloop: object) -> None:
    write_config(folder, two_models(endpoint))
    done = aloop("--task", "x")  # type: ignore[operator]
    assert (done.code, done.out) == (70, "")
    assert re.fullmatch(rf"aloop: {BUG}\n", done.err)


@pytest.mark.usefixtures("faulty_request")
@pytest.mark.parametrize("run", [("compare", "x"), ("models", "test")])
def test_a_bug_is_the_result_of_its_model(
    folder: Path, endpoint: ProviderEndpoint, aloop: object, run: tuple[str, ...]
) -> None:
    write_config(folder, two_models(endpoint))
    endpoint.answer = lambda _: Say("Fine.")
    done = aloop(*run, "--json")  # type: ignore[operator]
    report = json.loads(done.out)
    assert (done.code, report["message"]) == (
        1,
        "1 of 2 models answered." if run[0] == "models" else "1 of 2 answered.",
    )
    assert [result["ok"] for result in report["results"]] == [False, True]
    assert re.fullmatch(BUG, report["results"][0]["message"])
    table = aloop(*run)  # type: ignore[operator]
    assert table.code == 1
    assert re.search(rf"^One  .*  {BUG}$", table.out, re.MULTILINE)
    assert re.search(r"^Two  ", table.out, re.MULTILINE)
    assert not [text for text in (done.out, done.err, table.out, table.err) if KEY in text or "Traceback" in text]


@pytest.mark.parametrize("text", ["one", "Two", " openai/one ", "one, two"])
def test_compare_never_sends_the_name_of_a_model(
    folder: Path, endpoint: ProviderEndpoint, aloop: object, text: str
) -> None:
    write_config(folder, two_models(endpoint))
    done = aloop("compare", text)  # type: ignore[operator]
    assert (done.code, done.out, endpoint.received) == (2, "", [])
    assert "aloop compare TEXT --models" in done.err


def test_compare_takes_names_with_blanks_after_the_commas(
    folder: Path, endpoint: ProviderEndpoint, aloop: object
) -> None:
    write_config(folder, two_models(endpoint).replace("models:\n", "models:\n  openai/no-key:\n"))
    done = aloop("compare", "one", "--models", "One , two,")  # type: ignore[operator]
    assert done.code == 0, done.err
    assert sorted(request.model for request in endpoint.received) == ["one", "two"]
    assert done.err == "Prices per 1M tokens (the prompt has about 1 token): One: unknown; Two: unknown.\n"
    assert aloop("compare", "Hi", "--models", " , ").code == 2  # type: ignore[operator]
    done = aloop("compare", "Hi")  # type: ignore[operator]
    assert done.err.splitlines()[0] == "Skipped (not ready): openai/no-key (it has no API key)."


def test_a_role_and_a_fallback(folder: Path, endpoint: ProviderEndpoint, aloop: object) -> None:
    """The fallback is said on standard error; the model and the cost in the JSON are those of the one that answered."""
    more = "roles: {second: anthropic/two}\nfallbacks: [openai/one, anthropic/two]\n"
    write_config(folder, two_models(endpoint) + more)
    endpoint.answer = lambda request: Fail(404) if request.model == "one" else Say("I am two.")
    assert aloop("--task", "Who?", "--model", "@second") == Done(0, "I am two.\n", "")  # type: ignore[operator]
    refused: Done = aloop("--task", "Who?", "--model", "@secnd")  # type: ignore[operator]
    assert (refused.code, refused.out) == (2, "")
    assert refused.err == "aloop: There is no role '@secnd' in models.yaml. Did you mean @second?\n"
    failed: Done = aloop("--task", "Who?")  # type: ignore[operator]
    assert (failed.code, failed.out) == (1, "")
    endpoint.answer = lambda request: Fail(429, retry_after=0) if request.model == "one" else Say("I am two.")
    done: Done = aloop("--task", "Who?", "--json")  # type: ignore[operator]
    assert (done.code, json.loads(done.out)["modelId"], json.loads(done.out)["answer"]) == (
        0,
        "anthropic/two",
        "I am two.",
    )
    assert done.err.splitlines()[-1] == "aloop: One did not answer (429). Answering with Two."


def _sent(endpoint: ProviderEndpoint) -> list[tuple[str, str]]:
    """Role and text of each message of the last request, without the instructions."""
    found: list[tuple[str, str]] = []
    for message in endpoint.last.messages:
        content = message["content"]
        found.append((message["role"], content if isinstance(content, str) else content[0]["text"]))
    return [pair for pair in found if pair[0] != "system"]


def test_a_task_continues_the_conversation_of_the_folder(
    folder: Path, endpoint: ProviderEndpoint, aloop: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_config(folder, two_models(endpoint))
    nothing = "aloop: There is no conversation to continue in this folder. Starting a new one.\n"
    assert aloop("--task", "First?") == Done(0, "This is one.\n", "")  # type: ignore[operator]
    # A task alone is not saved.
    assert aloop("-t", "First?", "-c", "-m", "two") == Done(0, "This is two.\n", nothing)  # type: ignore[operator]
    done: Done = aloop("--task", "Second?", "--continue")  # type: ignore[operator]
    assert done == Done(
        0,
        "This is two.\n",
        "aloop: Continuing the conversation of a moment ago: 2 messages, Two. Last question: First?\n",
    )
    assert _sent(endpoint) == [("user", "First?"), ("assistant", "This is two."), ("user", "Second?")]
    # The model that is given wins, a failed question is not kept, and neither is a task without --continue.
    assert aloop("-t", "Third?", "-c", "-m", "one").out == "This is one.\n"  # type: ignore[operator]
    endpoint.queue(Fail(401))
    assert aloop("-t", "Fourth?", "-c").code == 1  # type: ignore[operator]
    aloop("-t", "Fifth?")  # type: ignore[operator]
    done = aloop("-t", "Sixth?", "-c", "--json")  # type: ignore[operator]
    assert json.loads(done.out)["answer"] == "This is one."
    assert done.err == "aloop: Continuing the conversation of a moment ago: 6 messages, One. Last question: Third?\n"
    assert [text for role, text in _sent(endpoint) if role == "user"] == ["First?", "Second?", "Third?", "Sixth?"]
    path.write_text(two_models(endpoint).replace("openai/one", "openai/other"))
    done = aloop("-t", "Seventh?", "-c")  # type: ignore[operator]
    assert (done.code, done.out, done.err.splitlines()[0]) == (
        0,
        "This is other.\n",
        "aloop: openai/one is no longer in models.yaml.",
    )
    monkeypatch.setenv("ALOOP_HISTORY", "off")
    done = aloop("-t", "Eighth?", "-c")  # type: ignore[operator]
    assert done.err == "aloop: Conversations are not saved, because ALOOP_HISTORY is off. Starting a new one.\n"
    assert _sent(endpoint) == [("user", "Eighth?")]


def test_a_task_says_that_the_conversation_is_too_long(folder: Path, endpoint: ProviderEndpoint, aloop: object) -> None:
    write_config(folder, two_models(endpoint).replace("openai/one", "openai/gpt-4o"))
    aloop("-t", "First?", "-c")  # type: ignore[operator]
    saved = ConversationFile(folder, lambda: NO_SECRETS).path
    saved.write_text(saved.read_text().replace('"context": 18', '"context": 150000'))
    assert aloop("-t", "Second?", "-c").err.splitlines()[-1] == (  # type: ignore[operator]
        "aloop: The conversation has 150K tokens, but the context window of One is 128K. "
        "Without --continue, a new conversation starts."
    )
