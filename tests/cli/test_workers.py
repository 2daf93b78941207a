"""Any number of workers live side by side, and whoever asks is told which do."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest

from jono.jobs.signs import living_workers

pytestmark = pytest.mark.crash

PATIENCE = 60.0  # seconds; a machine may be busy


@contextmanager
def worker(database_url: str) -> Iterator[subprocess.Popen[bytes]]:
    """`jono worker` in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "jono", "worker", "--concurrency=2"],
        env={**os.environ, "DATABASE_URL": database_url},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def living() -> set[int]:
    return set(living_workers().values_list("process_id", flat=True))


def until(happens: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not happens() and time.monotonic() < deadline:
        time.sleep(0.05)
    return happens()


def test_workers_are_on_the_list_until_they_end_or_are_killed(database_url: str) -> None:
    with ExitStack() as stack:
        ended, killed = (stack.enter_context(worker(database_url)) for _ in range(2))
        assert until(lambda: living() == {ended.pid, killed.pid})
        assert until(lambda: not living_workers().filter(process_no=None).exists())
        ended.send_signal(signal.SIGTERM)
        assert until(lambda: living() == {killed.pid})
        assert ended.wait(PATIENCE) == 0
        time_of_death = time.monotonic()
        killed.kill()
        assert until(lambda: living() == set())
        assert time.monotonic() - time_of_death < 10
