"""From the click to the first line of the job, through the whole path; beside bare Procrastinate's defer to start."""

import argparse
import asyncio
import time
from typing import Any

from benchmarks.ground import database, percentile, process

WARM_UP = 20
"""Clicks that are not counted: the first find the worker still starting."""


class Clicks:
    """A table that jobs write the moment of their first line into."""

    def __init__(self) -> None:
        from django.db import connection

        self._connection = connection

    def create(self) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute("CREATE UNLOGGED TABLE clicks (who text, began float8)")

    def note(self, who: str) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute("INSERT INTO clicks VALUES (%s, %s)", [who, time.time()])

    def began(self, who: str) -> float:
        """Wait for the job that says so, and return when it began (seconds since 1970)."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with self._connection.cursor() as cursor:
                cursor.execute("SELECT began FROM clicks WHERE who = %s", [who])
                row = cursor.fetchone()
            if row:
                return float(row[0])
            time.sleep(0.002)
        raise TimeoutError(who)


def register() -> None:
    """Register the job that is clicked."""
    from jono.jobs.registry import Parameters, job

    class Click(Parameters):
        who: str

    def first_line(work: Any, parameters: Click) -> None:
        Clicks().note(parameters.who)

    job(60001, caption="Click", parameters=Click, writes=("{company}/{who}/clicks",))(first_line)


def work() -> None:
    """Be our worker."""
    import django

    django.setup()
    register()
    from jono.jobs import worker

    worker.run(2)


def work_bare() -> None:
    """Be the worker of bare Procrastinate."""
    import django

    django.setup()
    from procrastinate import App, PsycopgConnector
    from procrastinate.contrib.django.utils import connector_params

    app = App(connector=PsycopgConnector(kwargs=connector_params()))

    @app.task(name="click", queue="bare")
    def click(who: str) -> None:
        Clicks().note(who)

    async def serve() -> None:
        async with app.open_async():
            await app.run_worker_async(queues=["bare"], concurrency=2)

    asyncio.run(serve())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clicks", type=int, default=200)
    clicks = parser.parse_args().clicks
    with database():
        columns = {"Jono": measure_ours(clicks), "bare Procrastinate": measure_bare(clicks)}
    print(f"{clicks} clicks, one at a time")
    print("".join([" " * 20, *(f"{name:>20}" for name in columns), f"{'ratio':>10}"]))
    for name, share in (("p50 ms", 0.5), ("p99 ms", 0.99), ("max ms", 1.0)):
        ours, bare = (1000 * percentile(taken, share) for taken in columns.values())
        print(f"{name:20}{ours:>20.1f}{bare:>20.1f}{ours / bare:>10.2f}")


def measure_ours(clicks: int) -> list[float]:
    """Seconds from a signed-in person's request to the job's first line: REST, queue, engine, worker."""
    from django.contrib.auth.models import User
    from django.test import Client

    from jono.jobs import queue

    table = Clicks()
    table.create()
    register()
    liisa = User.objects.create_superuser("liisa", password="liisa")
    browser = Client(headers={"host": "localhost"})
    browser.force_login(liisa)
    taken = []
    with process("benchmarks.click_to_start", "work"):
        for number in range(-WARM_UP, clicks):
            entry = queue.create_entry(60001, "NORDIC", {"who": f"ours{number}"}, liisa)
            clicked_at = time.time()
            answer = browser.post(f"/job-queue-entries/{entry.pk}/do/set-ready")
            assert answer.status_code < 400, answer.content
            taken.append(table.began(f"ours{number}") - clicked_at)
    return taken[WARM_UP:]


def measure_bare(clicks: int) -> list[float]:
    """Seconds from Procrastinate's defer to the task's first line."""
    from procrastinate.contrib.django import app

    table, taken = Clicks(), []
    with process("benchmarks.click_to_start", "work_bare"):
        for number in range(-WARM_UP, clicks):
            clicked_at = time.time()
            app.configure_task("click", queue="bare").defer(who=f"bare{number}")
            taken.append(table.began(f"bare{number}") - clicked_at)
    return taken[WARM_UP:]


if __name__ == "__main__":
    import sys

    {"work": work, "work_bare": work_bare}.get(sys.argv[1] if len(sys.argv) > 1 else "", main)()
