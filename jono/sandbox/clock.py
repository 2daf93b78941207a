"""The sandbox store's own time: real time until somebody sets it or lets it run fast."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class StoreClock:
    """The time at the store, for threads to share. `real` tells the seconds that pass outside.

    `skew` is how wrong the store's clock shows: it shifts what the store says, not how fast time passes.
    """

    def __init__(self, real: Callable[[], float] = time.time) -> None:
        self.skew = timedelta()
        self._real = real
        self._lock = threading.Lock()
        self._speed = 1.0
        self._began = self._shown = real()

    @property
    def speed(self) -> float:
        """How many of the store's seconds pass in one outside."""
        return self._speed

    @property
    def ahead(self) -> float:
        """How many seconds the store is ahead of the world outside."""
        return self.seconds() - self._real()

    def seconds(self) -> float:
        """Return the time in seconds, for durations."""
        with self._lock:
            return self._shown + (self._real() - self._began) * self._speed

    def now(self) -> datetime:
        """Return the time as the store shows it."""
        return datetime.fromtimestamp(self.seconds(), UTC) + self.skew

    def set(self, at: datetime) -> None:
        """Make it that time at the store; it may be in the past."""
        self._change(at.timestamp(), self._speed)

    def advance(self, seconds: float) -> None:
        """Let seconds pass at once."""
        self._change(self.seconds() + seconds, self._speed)

    def run(self, speed: float) -> None:
        """Let time run at that speed from now on: 1 is real, 3600 an hour a second, 0 stands still."""
        self._change(self.seconds(), speed)

    def show_wrong(self, seconds: float) -> None:
        """Let the clock show that many seconds too much."""
        self.skew = timedelta(seconds=seconds)

    def _change(self, shown: float, speed: float) -> None:
        with self._lock:
            self._began, self._shown, self._speed = self._real(), shown, speed
