"""The laws of any session, with some sessions of a grammar and those that once broke a law; `make fuzz` has more."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsp_client import LspClient
from support.laws_of_requests import check_requests
from support.laws_of_sessions import ProcessWire, ThreadWire, check_session
from support.message_grammar import Session, sessions
from support.server import environment, raw_client
from support.sessions_of_failures import SESSIONS
from support.texts_of_failures import TEXTS
from support.yaml_grammar import versions


@pytest.fixture(scope="module", autouse=True)
def own_home() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment().items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sessions")


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[LspClient]:
    with raw_client() as running:
        running.initialize(folder)
        yield running


@pytest.mark.parametrize("name", SESSIONS)
def test_a_session_that_once_broke_a_law(folder: Path, name: str) -> None:
    check_session(ThreadWire(), folder, SESSIONS[name])


@given(session=sessions())
@settings(max_examples=25, deadline=None, derandomize=True)
def test_any_session(folder: Path, session: Session) -> None:
    check_session(ThreadWire(), folder, session)


def test_a_session_with_a_process(folder: Path) -> None:
    check_session(ProcessWire(), folder, next(iter(SESSIONS.values())))


@pytest.mark.parametrize("name", TEXTS)
def test_requests_about_a_text_that_once_broke_a_law(client: LspClient, folder: Path, name: str) -> None:
    check_requests(client, folder, (TEXTS[name],), (0, 20, 41))


@given(texts=versions(), places=st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_requests_about_any_text(
    client: LspClient, folder: Path, texts: tuple[str, ...], places: tuple[int, ...]
) -> None:
    check_requests(client, folder, texts, places)
