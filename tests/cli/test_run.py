"""`jono run`: everything starts, a person can get in, and nothing is left when it stops."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psutil
import pytest

from jono.cli import ports
from jono.kit import cluster

pytestmark = pytest.mark.crash

PATIENCE = 60.0  # seconds; a machine may be busy


class Launch:
    """`jono run` in a process of its own, on an embedded PostgreSQL of its own."""

    def __init__(self, data: Path, port: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jono", "run", "--json", f"--port={port}"],
            env=environment_of(data),
            stdout=subprocess.PIPE,
            text=True,
        )

    def listen(self) -> dict[str, Any]:
        """What it says, in JSON: how to get in, or why not."""
        assert self.process.stdout
        said: dict[str, Any] = json.loads(self.process.stdout.readline())
        return said

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def child(self, command: str) -> psutil.Process:
        return next(each for each in self.children() if command in each.cmdline())

    def wait(self) -> int:
        return self.process.wait(PATIENCE)

    def stop(self, by: signal.Signals = signal.SIGINT) -> int:
        """Its exit code, when it is gone with all it started."""
        children = self.children()
        self.process.send_signal(by)
        code = self.wait()
        assert until(lambda: not any(map(is_alive, children)))
        return code


def environment_of(data: Path) -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return {**others, "JONO_DATA": str(data)}


def is_alive(process: psutil.Process) -> bool:
    """Whether it still runs; one that is dead but not yet buried does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def until(happens: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not happens() and time.monotonic() < deadline:
        time.sleep(0.05)
    return happens()


def status_of(address: str) -> int:
    with urlopen(address) as answer:
        status: int = answer.status
        return status


def command(data: Path, *arguments: str) -> dict[str, Any]:
    """What a command of a second terminal answers."""
    whole = [sys.executable, "-m", "jono", *arguments, "--json"]
    answered = subprocess.run(whole, env=environment_of(data), capture_output=True, check=False)
    answer: dict[str, Any] = json.loads(answered.stdout)
    return answer


@contextmanager
def data_directory() -> Iterator[Path]:
    """A data directory of its own, with a space in its path; nothing works on it any more at the end."""
    directory = Path(tempfile.mkdtemp(prefix="jono tests-"))
    yield directory
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JONO_DATA", str(directory))
        assert until(lambda: not cluster.is_running())
        cluster.remove()
    shutil.rmtree(directory)


@contextmanager
def launched(data: Path, port: int | None = None) -> Iterator[Launch]:
    launch = Launch(data, port or free_port())
    with launch.process:
        try:
            yield launch
        finally:
            if launch.process.poll() is None:
                launch.stop(signal.SIGTERM)


def free_port() -> int:
    with ports.listen(ports.LOOPBACK, 0) as listener:
        return ports.port_of(listener)


@dataclass(frozen=True)
class Installation:
    """One that runs while the tests that leave it running look at it."""

    data: Path
    launch: Launch
    said: dict[str, Any]
    wished_port: int


@pytest.fixture(scope="module")
def running() -> Iterator[Installation]:
    """Jono, told to use a port that is taken."""
    with data_directory() as data, ports.listen(ports.LOOPBACK, 0) as taken:
        with launched(data, ports.port_of(taken)) as launch:
            yield Installation(data, launch, launch.listen(), ports.port_of(taken))


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    with data_directory() as directory:
        yield directory


def test_a_person_gets_in(running: Installation) -> None:
    assert status_of(f"{running.said['address']}/sign-in") == 200
    assert running.said["user_name"] == "admin"


def test_when_its_port_is_taken_it_takes_the_next_free_one(running: Installation) -> None:
    assert int(running.said["address"].rsplit(":")[-1]) > running.wished_port


def test_orders_of_the_sandbox_store_become_documents_from_another_terminal(running: Installation) -> None:
    answer = command(running.data, "sync", "orders", "--shop", "sandbox")
    assert answer["done"] > answer["failed"] > 0
    assert {each["outcome"] for each in answer["records"]} == {"failed"}
    placed = command(running.data, "sandbox", "orders", "--count", "3")["orders"]
    again = command(running.data, "sync", "orders", "--shop", "sandbox")
    assert again["total"] >= len(placed) == 3


def test_it_does_not_run_twice_on_the_same_data(running: Installation) -> None:
    with launched(running.data) as second:
        assert str(running.data) in second.listen()["error"]
        assert second.wait() == 3


def test_a_worker_that_dies_is_told_of_and_started_again(running: Installation) -> None:
    dead = running.launch.child("worker")
    dead.kill()
    assert "worker" in running.launch.listen()["error"]
    assert until(
        lambda: any("worker" in each.cmdline() for each in running.launch.children() if each != dead)
    )


def test_ctrl_c_leaves_no_process_and_the_next_start_finds_everything_as_it_was(data: Path) -> None:
    with launched(data) as first:
        said = first.listen()
        assert first.stop(signal.SIGINT) == 0
    with launched(data) as second:
        assert second.listen()["password"] == said["password"]


def test_killed_outright_it_leaves_no_process_and_starts_again(data: Path) -> None:
    with launched(data) as first:
        first.listen()
        first.stop(signal.SIGKILL)
    with launched(data) as second:
        assert second.listen()["user_name"] == "admin"


def test_pages_that_die_are_the_end_of_all(data: Path) -> None:
    with launched(data) as launch:
        launch.listen()
        children = launch.children()
        launch.child("web").kill()
        assert "web" in launch.listen()["error"]
        assert launch.wait() == 1
    assert not any(map(is_alive, children))
