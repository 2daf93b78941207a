"""A crew of worker processes: whoever is killed or relieved is replaced at once."""

from tests.jobs.hands import Pace
from tests.jobs.workers import Worker


class Crew:
    """So many workers on one database, and those who are on their way out."""

    def __init__(self, address: str, pace: Pace, size: int) -> None:
        self._address, self._pace = address, pace
        self._workers = [self._hire() for _ in range(size)]
        self._leaving: list[Worker] = []

    def kill(self, place: int) -> None:
        """Kill a worker with SIGKILL."""
        self._workers[place].kill()
        self._workers[place] = self._hire()

    def relieve(self, place: int) -> None:
        """Ask a worker to stop; its successor does not wait for that."""
        self._workers[place].thaw()
        self._workers[place].ask_to_stop()
        self._leaving.append(self._workers[place])
        self._workers[place] = self._hire()

    def freeze(self, place: int) -> None:
        """Stop a worker in mid-instruction, whatever it holds."""
        self._workers[place].freeze()

    def thaw(self) -> None:
        """Let all go on that are frozen."""
        for worker in self._workers:
            worker.thaw()

    @property
    def is_whole(self) -> bool:
        """Whether nobody has fallen out by itself."""
        return all(worker.is_alive for worker in self._workers)

    def end(self) -> None:
        """Stop them all in good order."""
        for worker in self._workers:
            worker.ask_to_stop()
        for worker in (*self._leaving, *self._workers):
            worker.see_off()

    def end_at_once(self) -> None:
        """Kill whoever is left."""
        for worker in (*self._leaving, *self._workers):
            if worker.is_alive:
                worker.kill()

    def _hire(self) -> Worker:
        return Worker(self._address, self._pace, concurrency=2)
