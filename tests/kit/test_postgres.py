"""The embedded PostgreSQL starts for the first who needs it, stops with the last, and survives what machines do."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from jono.kit import cluster, postgres
from jono.kit.errors import UserError


@pytest.fixture(scope="module")
def deep_directory() -> Iterator[Path]:
    """A data directory that nothing else uses, on a path with spaces and longer than a socket's may be."""
    top = Path(tempfile.mkdtemp(prefix="jono-tests-"))
    yield top / "a shop's own" / ("deep" * 20) / ("deeper" * 10)
    shutil.rmtree(top)


@pytest.fixture
def home(deep_directory: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("JONO_DATA", str(deep_directory))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    yield cluster.home()
    assert not cluster.is_running()


@pytest.fixture(scope="module", autouse=True)
def _clean_up(deep_directory: Path) -> Iterator[None]:
    yield
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JONO_DATA", str(deep_directory))
        cluster.remove()


def ask(question: str = "SELECT 1") -> object:
    with psycopg.connect(postgres.address(), autocommit=True) as connection:
        answer = connection.execute(question)
        return answer.fetchone() if answer.description else None


def postmaster(home: Path) -> int:
    return int((home / "data" / "postmaster.pid").read_text().split("\n")[0])


def test_it_is_up_while_somebody_needs_it_and_keeps_the_data(home: Path) -> None:
    with postgres.serve():
        ask("CREATE TABLE kept AS SELECT 'here' AS what")
    assert not cluster.is_running()
    with postgres.serve():
        assert ask("SELECT what FROM kept") == ("here",)


def test_the_last_to_leave_stops_it(home: Path) -> None:
    with postgres.serve():
        with postgres.serve():
            pass
        assert ask() == (1,)


def test_it_lets_in_nobody_else(home: Path) -> None:
    with postgres.serve():
        with pytest.raises(psycopg.OperationalError, match="Peer authentication failed"):
            psycopg.connect(postgres.address(), user="postgres")
        with pytest.raises(psycopg.OperationalError, match="requirepeer"):
            psycopg.connect(postgres.address(), requirepeer="nobody")


def test_it_listens_on_no_port(home: Path) -> None:
    with postgres.serve():
        assert ask("SHOW listen_addresses") == ("",)


def test_only_its_owner_reaches_its_files(home: Path) -> None:
    with postgres.serve():
        for directory in (home, home / "data", cluster.socket_directory()):
            assert directory.stat().st_mode & 0o077 == 0


def test_no_directory_above_it_is_opened(home: Path, deep_directory: Path) -> None:
    deep_directory.parent.chmod(0o700)
    with postgres.serve():
        assert deep_directory.parent.stat().st_mode & 0o777 == 0o700


def test_after_a_crash_it_starts_again_with_what_was_committed(home: Path) -> None:
    with postgres.serve():
        ask("CREATE TABLE survivor AS SELECT 42 AS answer")
        os.kill(postmaster(home), signal.SIGKILL)
    with postgres.serve():
        assert ask("SELECT answer FROM survivor") == (42,)


def test_a_crashed_servers_number_that_another_process_has_now_does_not_hinder_it(home: Path) -> None:
    with postgres.serve():
        file = home / "data" / "postmaster.pid"
        left_over = file.read_text()
    file.write_text("\n".join([str(os.getpid()), *left_over.split("\n")[1:]]))
    with postgres.serve():
        assert ask() == (1,)


def test_one_that_outlived_its_starter_is_joined_and_stopped(home: Path) -> None:
    wait = "import sys; from jono.kit import postgres\nwith postgres.serve(): print('up', flush=True); sys.stdin.read()"
    starter = subprocess.Popen(
        [sys.executable, "-c", wait], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with starter:
        assert starter.stdout and starter.stdout.readline() == "up\n"
        starter.kill()
    survivor = postmaster(home)
    with postgres.serve():
        assert postmaster(home) == survivor
        assert ask() == (1,)


def test_when_it_cannot_start_its_last_words_are_told(home: Path) -> None:
    with pytest.raises(UserError, match="no_such_setting"), postgres.serve(no_such_setting="1"):
        pytest.fail("it started")


def test_a_server_that_is_named_is_used_and_none_is_embedded(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = home / "elsewhere"
    with postgres.serve(), monkeypatch.context() as patch:
        named = postgres.address()
        patch.setenv("JONO_DATA", str(elsewhere))
        patch.setenv("DATABASE_URL", named)
        with postgres.serve():
            assert postgres.address() == named
            assert ask() == (1,)
    assert not elsewhere.exists()


def test_a_named_server_that_does_not_answer_is_refused_with_the_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/jono")
    with pytest.raises(UserError, match=r"DATABASE_URL.*refused"), postgres.serve():
        pytest.fail("nobody listens there")
