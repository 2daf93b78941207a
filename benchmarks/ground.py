"""What measurements stand on: a PostgreSQL of their own, processes, and the CPU time they take."""

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil


@contextmanager
def database() -> Iterator[str]:
    """Keep an embedded PostgreSQL up in a directory of its own; yield its address, which `DATABASE_URL` names too."""
    with tempfile.TemporaryDirectory(prefix="jono-bench-", dir="/tmp") as place:
        os.environ["JONO_DATA"] = place
        os.environ["DJANGO_SETTINGS_MODULE"] = "jono.settings"
        os.environ["JONO_SANDBOX_ALLOWED"] = "true"
        from jono.kit import cluster, postgres

        with postgres.serve():
            import django
            from django.core.management import call_command

            os.environ["DATABASE_URL"] = postgres.address()
            django.setup()
            call_command("migrate", verbosity=0)
            yield postgres.address()
        cluster.remove()


@contextmanager
def process(module: str, *arguments: str) -> Iterator[psutil.Popen]:
    """Run a module of ours in a process of its own until the end of the block."""
    started = psutil.Popen([sys.executable, "-m", module, *arguments], cwd=Path(__file__).parents[1])
    try:
        yield started
    finally:
        started.terminate()
        try:
            started.wait(20)
        except subprocess.TimeoutExpired:
            started.kill()


def cpu_seconds(processes: Sequence[psutil.Process]) -> float:
    """Return the CPU time that processes and their children have taken so far."""
    total = 0.0
    for each in processes:
        for one in (each, *each.children(recursive=True)):
            try:
                times = one.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += times.user + times.system + times.children_user + times.children_system
    return total


def postmaster() -> psutil.Process:
    """Return PostgreSQL's first process."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    parent = psutil.Process(pid).parent()
    assert parent is not None
    return parent


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@contextmanager
def peak_memory(watched: psutil.Process) -> Iterator[Callable[[], int]]:
    """Watch the memory of a process inside the block; yield how to ask for its peak, in bytes."""
    peak, done = 0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.05):
            with suppress(psutil.NoSuchProcess):
                peak = max(peak, watched.memory_info().rss)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield lambda: peak
    finally:
        done.set()
        watcher.join()
