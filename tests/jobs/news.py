"""Waiting for what other processes do: woken by the job queue's own news, never longer than patience lasts."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg

from jono.jobs.news import CHANNEL

GLANCE = 0.1  # seconds after which to look again at something that no news tells of
PATIENCE = 60.0


class News:
    """The job queue's news from here on."""

    def __init__(self, listening: psycopg.Connection) -> None:
        self._listening = listening

    def wait(self, at_most: float = GLANCE) -> bool:
        """Wait for some news; return whether there was any."""
        return any(True for _ in self._listening.notifies(timeout=at_most, stop_after=1))

    def let_pass(self, seconds: float) -> None:
        """Let time pass."""
        ends_at = time.monotonic() + seconds
        while (left := ends_at - time.monotonic()) > 0:
            self.wait(left)

    def wait_while(self, wrong: Callable[[], object], patience: float = PATIENCE) -> None:
        """Wait until nothing is wrong any more; fail with what still is when patience is at its end."""
        deadline = time.monotonic() + patience
        while found := wrong():
            assert time.monotonic() < deadline, f"after {patience:.0f} s: {found}"
            self.wait()


@contextmanager
def listening(address: str) -> Iterator[News]:
    """Listen to the job queue of the database at this address."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"LISTEN {CHANNEL}")
        yield News(connection)
