"""The load of `queue_load`: what is due when, and what is judged of how it was done."""

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

from benchmarks.ground import cpu_seconds, percentile, postmaster

ENTRIES, SHOPS, EVERY = 16_000, 2_000, 900.0
JOB_SECONDS = 0.05
CONCURRENCY = 8
SETTLING = 12.0
"""Seconds to make the entries and to start the worker in, before the first job is due."""


@dataclass(frozen=True)
class Done:
    """A job that was done; times are seconds since 1970."""

    shop: str
    due_at: float
    began_at: float
    ended_at: float


def due_times(begin: float) -> list[tuple[float, int]]:
    """Return when each entry is due, the first first, and its number."""
    dice = random.Random(1)
    return sorted((begin + dice.uniform(0, EVERY), number) for number in range(ENTRIES))


def shop_of(number: int) -> str:
    """Return the shop that an entry works on: no two jobs of a shop may overlap."""
    return f"S{number % SHOPS}"


@contextmanager
def metered(begin: float, seconds: float, *workers: psutil.Process) -> Iterator[dict[str, float]]:
    """Hold the block's end back until `seconds` after `begin`; what it yields then says what CPU that took."""
    taken = dict[str, float]()
    watched = {"worker CPU %": workers, "PostgreSQL CPU %": (postmaster(),)}
    time.sleep(max(0.0, begin - time.time()))
    before = {name: cpu_seconds(processes) for name, processes in watched.items()}
    yield taken
    time.sleep(max(0.0, begin + seconds - time.time()))
    for name, processes in watched.items():
        taken[name] = 100 * (cpu_seconds(processes) - before[name]) / seconds
    taken["CPU % in sum"] = sum(taken.values())


def figures(done: Sequence[Done], cpu: dict[str, float]) -> dict[str, float]:
    """Return what is judged, by name."""
    late = [1000 * (job.began_at - job.due_at) for job in done]
    return {
        "runs": len(done),
        "p50 ms late": percentile(late, 0.5),
        "p99 ms late": percentile(late, 0.99),
        "max ms late": max(late),
        **cpu,
        "overlaps": overlaps(done),
    }


def overlaps(done: Sequence[Done]) -> int:
    """Count the jobs that began before the one before them at the same shop had ended."""
    count, free_at = 0, dict[str, float]()
    for job in sorted(done, key=lambda job: job.began_at):
        count += job.began_at < free_at.get(job.shop, 0.0)
        free_at[job.shop] = job.ended_at
    return count
