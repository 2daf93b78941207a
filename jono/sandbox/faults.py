"""Faults on demand: what can go wrong between an app and its store, made to happen.

A fault stands until it has happened `times` times, or until it is cleared. `operation` limits it to requests or
webhooks whose text, or topic, holds those words. With a `rate` it happens to some requests only, by a seeded die,
so that a run can be repeated.
"""

import random
import threading
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class FaultKind(StrEnum):
    """What can go wrong."""

    DROP_ANSWER = "drop_answer"  # the effect takes place, the connection breaks
    STATUS = "status"  # an HTTP status in place of an answer; `after` the effect when asked
    SLOW = "slow"  # the answer comes `seconds` late
    THROTTLE = "throttle"  # THROTTLED, and the bucket is empty
    HALF_FAIL = "half_fail"  # a mutation does half of its list, then fails
    TRUNCATE_JSONL = "truncate_jsonl"  # a download breaks off
    BULK_FAIL = "bulk_fail"  # a bulk operation fails half way
    WEBHOOK_DUPLICATE = "webhook_duplicate"
    WEBHOOK_LOSS = "webhook_loss"
    WEBHOOK_REORDER = "webhook_reorder"  # delivered at any time within `seconds`
    WEBHOOK_DELAY = "webhook_delay"  # delivered `seconds` late
    CLOCK_SKEW = "clock_skew"  # while it stands, the store's clock shows `seconds` too much


class Fault(BaseModel):
    """One fault that stands."""

    model_config = ConfigDict(extra="forbid")

    kind: FaultKind
    times: Annotated[int, Field(ge=1)] | None = 1
    operation: str = ""
    seconds: float = 1.0
    status: Annotated[int, Field(ge=400, le=599)] = 500
    after: bool = False
    rate: Annotated[float, Field(gt=0, le=1)] = 1.0
    seed: int = 1


class Mix(BaseModel):
    """A random mix of faults that happens to a part of all requests, until it is cleared."""

    model_config = ConfigDict(extra="forbid")

    kinds: Annotated[list[FaultKind], Field(min_length=1)]
    rate: Annotated[float, Field(gt=0, le=1)] = 0.1
    seed: int = 1
    seconds: float = 1.0

    def faults(self) -> list[Fault]:
        """Return the mix as faults that stand, each with dice of its own."""
        return [
            Fault(
                kind=kind, times=None, rate=self.rate, seed=self.seed * 100 + index, seconds=self.seconds,
                status=(500, 502)[index % 2],
            )
            for index, kind in enumerate(self.kinds)
        ]  # fmt: skip


class Faults:
    """The faults that stand at a store. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next = 1
        self._standing: dict[int, Fault] = {}
        self._dice: dict[int, random.Random] = {}
        self._happened: dict[int, int] = {}

    def add(self, fault: Fault) -> int:
        """Let a fault stand; return its number."""
        with self._lock:
            number, self._next = self._next, self._next + 1
            self._standing[number] = fault
            self._dice[number] = random.Random(fault.seed)  # noqa: S311 - dice, not secrets
            self._happened[number] = 0
            return number

    def clear(self, number: int | None = None) -> int:
        """Take away one fault, or all; return how many there were."""
        with self._lock:
            gone = [each for each in self._standing if number in (None, each)]
            for each in gone:
                del self._standing[each]
            return len(gone)

    def standing(self) -> list[dict[str, object]]:
        """Return the faults that stand, and how often each has happened."""
        with self._lock:
            return [
                {"id": number, "happened": self._happened[number], **fault.model_dump(mode="json")}
                for number, fault in self._standing.items()
            ]

    def take(self, kind: FaultKind, about: str = "") -> Fault | None:
        """Return a fault of that kind if it happens now; one that has happened often enough is gone."""
        with self._lock:
            for number, fault in self._standing.items():
                if fault.kind is not kind or fault.operation not in about:
                    continue
                if self._dice[number].random() >= fault.rate:
                    continue
                self._happened[number] += 1
                if fault.times is not None and self._happened[number] >= fault.times:
                    del self._standing[number]
                return fault
        return None

    def skew(self) -> float:
        """How many seconds too much the store's clock shows."""
        with self._lock:
            return sum(each.seconds for each in self._standing.values() if each.kind is FaultKind.CLOCK_SKEW)
