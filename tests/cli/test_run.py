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
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jono", "run", "--json", f"--port={port}"],
            env={**environment, "JONO_DATA": str(data)},
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
        with self.process:
            return self.process.wait(PATIENCE)

    def stop(self, by: signal.Signals = signal.SIGINT) -> int:
        """Its exit code, when it is gone with all it started."""
        children = self.children()
        self.process.send_signal(by)
        code = self.wait()
        assert until(lambda: not any(map(is_alive, children)))
        return code


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


def command(*arguments: str) -> dict[str, Any]:
    """What a command of a second terminal answers."""
    whole = [sys.executable, "-m", "jono", *arguments, "--json"]
    answer: dict[str, Any] = json.loads(subprocess.run(whole, capture_output=True, check=False).stdout)
    return answer


@pytest.fixture
def data_directory(monkeypatch: pytest.MonkeyPatch, installed: Path) -> Path:
    monkeypatch.setenv("JONO_DATA", str(installed))
    return installed


@pytest.fixture(scope="module")
def installed() -> Iterator[Path]:
    """A data directory that the launches of this module share; the path has a space."""
    directory = Path(tempfile.mkdtemp(prefix="jono tests-"))
    yield directory
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JONO_DATA", str(directory))
        cluster.remove()
    shutil.rmtree(directory)


@pytest.fixture
def launch(data_directory: Path) -> Iterator[Callable[..., Launch]]:
    launched: list[Launch] = []

    def start(port: int = 0) -> Launch:
        launched.append(Launch(data_directory, port or free_port()))
        return launched[-1]

    yield start
    for each in launched:
        if each.process.poll() is None:
            each.stop(signal.SIGTERM)
    assert until(lambda: not cluster.is_running(cluster.make_home()))


def free_port() -> int:
    with ports.listen(ports.LOOPBACK, 0) as listener:
        return ports.port_of(listener)


def test_a_person_gets_in_and_ctrl_c_leaves_nothing_behind(launch: Callable[..., Launch]) -> None:
    running = launch()
    said = running.listen()
    assert status_of(f"{said['address']}/sign-in") == 200
    assert said["user_name"] == "admin"
    assert running.stop(signal.SIGINT) == 0


def test_orders_of_the_sandbox_store_become_documents_from_another_terminal(
    launch: Callable[..., Launch],
) -> None:
    launch().listen()
    answer = command("sync", "orders", "--shop", "sandbox")
    assert answer["done"] > answer["failed"] > 0
    assert {each["outcome"] for each in answer["records"]} == {"failed"}


def test_a_second_start_finds_everything_as_it_was(launch: Callable[..., Launch]) -> None:
    first = launch()
    said = first.listen()
    first.stop()
    second = launch()
    assert second.listen()["password"] == said["password"]


def test_when_its_port_is_taken_it_takes_the_next(launch: Callable[..., Launch]) -> None:
    with ports.listen(ports.LOOPBACK, 0) as other:
        taken = ports.port_of(other)
        port = int(launch(taken).listen()["address"].rsplit(":")[-1])
    assert port > taken


def test_it_does_not_run_twice_on_the_same_data(launch: Callable[..., Launch], data_directory: Path) -> None:
    launch().listen()
    second = launch()
    assert str(data_directory) in second.listen()["error"]
    assert second.wait() == 3


def test_killed_outright_it_leaves_no_process(launch: Callable[..., Launch]) -> None:
    running = launch()
    running.listen()
    running.stop(signal.SIGKILL)
    assert launch().listen()["user_name"] == "admin"


def test_a_worker_that_dies_is_told_of_and_started_again(launch: Callable[..., Launch]) -> None:
    running = launch()
    running.listen()
    dead = running.child("worker")
    dead.kill()
    assert "worker" in running.listen()["error"]
    assert until(lambda: any("worker" in each.cmdline() for each in running.children() if each != dead))


def test_pages_that_die_are_the_end_of_all(launch: Callable[..., Launch]) -> None:
    running = launch()
    running.listen()
    children = running.children()
    running.child("web").kill()
    assert "web" in running.listen()["error"]
    assert running.wait() == 1
    assert not any(map(is_alive, children))
