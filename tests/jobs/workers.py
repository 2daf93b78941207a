"""Workers as processes that tests start, freeze, wake, stop and kill."""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from tests.jobs import hands
from tests.jobs.hands import Pace

# Forked from a process that has imported everything once: a worker that was killed has its successor at once.
_nursery = multiprocessing.get_context("forkserver")
_nursery.set_forkserver_preload(["tests.jobs.ready", "tests.jobs.hands"])

STOP_PATIENCE = 30.0


class Worker:
    """One worker process."""

    def __init__(self, address: str, pace: Pace, concurrency: int = 1) -> None:
        self._process = _nursery.Process(
            target=hands.work, args=(address, pace, concurrency), daemon=True, name="worker"
        )
        self._process.start()

    @property
    def is_alive(self) -> bool:
        """Whether the process has not ended."""
        return self._process.is_alive()

    def kill(self) -> None:
        """Kill it with SIGKILL."""
        self._signal(signal.SIGKILL)
        self._process.join()

    def freeze(self) -> None:
        """Stop it in mid-instruction."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on where it was frozen."""
        self._signal(signal.SIGCONT)

    def ask_to_stop(self) -> None:
        """Ask it to end in good order, and do not wait for that."""
        self._signal(signal.SIGTERM)

    def stop(self) -> None:
        """Ask it to end in good order and wait until it has."""
        self.ask_to_stop()
        self.see_off()

    def see_off(self) -> None:
        """Wait until one that was asked to stop has ended in good order, or before it had begun."""
        self._process.join(STOP_PATIENCE)
        assert self._process.exitcode in (0, -signal.SIGTERM), f"it ended with {self._process.exitcode}"

    def _signal(self, number: signal.Signals) -> None:
        assert self._process.pid
        os.kill(self._process.pid, number)


@contextmanager
def worker(address: str, pace: Pace, concurrency: int = 1) -> Iterator[Worker]:
    """Run a worker until the end of the block, however it ends."""
    started = Worker(address, pace, concurrency)
    try:
        yield started
    finally:
        if started.is_alive:
            started.kill()
