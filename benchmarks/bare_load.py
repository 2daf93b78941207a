"""The load of `queue_load` on bare Procrastinate: what the engine alone takes for it, with `lock=` for each shop."""

import asyncio
import time

import psutil

from benchmarks.ground import process
from benchmarks.load import CONCURRENCY, JOB_SECONDS, SETTLING, Done, due_times, figures, metered, shop_of


def measure(seconds: float) -> dict[str, float]:
    """Send each job when it is due, and return the figures; the sender's CPU counts as a worker's."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare_runs (number int, began float8, ended float8)")
    begin = time.time() + SETTLING
    due = {number: due_at for due_at, number in due_times(begin) if due_at < begin + seconds}
    with process("benchmarks.bare_load", "work") as worker:
        with metered(begin, seconds, worker, psutil.Process()) as cpu:
            send(due)
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, began, ended FROM bare_runs")
        done = [Done(shop_of(number), due[number], began, ended) for number, began, ended in cursor]
    return figures(done, cpu)


def send(due: dict[int, float]) -> None:
    """Defer each job at its time."""
    from procrastinate.contrib.django import app

    for number, due_at in due.items():
        time.sleep(max(0.0, due_at - time.time()))
        app.configure_task("load", queue="bare", lock=shop_of(number)).defer(number=number)


def work() -> None:
    """Be the worker."""
    import django

    django.setup()
    from procrastinate import App, PsycopgConnector
    from procrastinate.contrib.django.utils import connector_params

    app = App(connector=PsycopgConnector(kwargs=connector_params()))
    app.task(name="load", queue="bare")(load)

    async def serve() -> None:
        async with app.open_async():
            await app.run_worker_async(queues=["bare"], concurrency=CONCURRENCY, delete_jobs="always")

    asyncio.run(serve())


def load(number: int) -> None:
    """Do the job, and note when."""
    from django.db import connection

    began = time.time()
    time.sleep(JOB_SECONDS)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bare_runs VALUES (%s, %s, %s)", [number, began, time.time()])


if __name__ == "__main__":
    work()
