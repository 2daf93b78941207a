"""16,000 entries due every 15 minutes over 2,000 shops: how late they start and what that costs.

Beside it, the same jobs deferred to bare Procrastinate with `lock=`, at the same rate, in the same run. The rate is
that of the whole load; `--seconds` says for how much of the quarter of an hour it is kept up.
"""

import argparse
import asyncio
import random
import sys
import threading
import time
from datetime import timedelta
from typing import Any

import psutil

from benchmarks.ground import cpu_seconds, database, percentile, postmaster, process

ENTRIES, SHOPS, EVERY = 16_000, 2_000, 900.0
JOB_SECONDS = 0.05
CONCURRENCY = 8
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def work() -> None:
    """Be the worker: perform jobs that take 50 ms, one a shop at a time."""
    import django

    django.setup()
    from jono.jobs import worker
    from jono.jobs.registry import Parameters, job
    from jono.jobs.work import Work

    class Load(Parameters):
        shop: str

    @job(60000, caption="Load", parameters=Load, writes=("{company}/{shop}/orders",))
    def load(work: Work, parameters: Load) -> None:
        time.sleep(JOB_SECONDS)
        with work.page() as page:
            page.done("1", "1")

    worker.run(CONCURRENCY)


def work_bare() -> None:
    """Be the worker of bare Procrastinate."""
    import django

    django.setup()
    from procrastinate import App, PsycopgConnector
    from procrastinate.contrib.django.utils import connector_params

    app = App(connector=PsycopgConnector(kwargs=connector_params()))

    @app.task(name="load", queue="bare")
    def load(number: int) -> None:
        from django.db import connection

        began = time.time()
        time.sleep(JOB_SECONDS)
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO bare_runs VALUES (%s, %s, %s)", [number, began, time.time()])

    async def serve() -> None:
        async with app.open_async():
            await app.run_worker_async(queues=["bare"], concurrency=CONCURRENCY, delete_jobs="always")

    asyncio.run(serve())


def measure_ours(seconds: float) -> dict[str, float]:
    from jono.jobs.models import JobQueueEntry, Run
    from jono.jobs.registry import Parameters, job
    from jono.kit.clock import now

    class Load(Parameters):
        shop: str

    job(60000, caption="Load", parameters=Load, writes=("{company}/{shop}/orders",))(
        lambda work, parameters: None
    )
    dice = random.Random(1)
    begin = now() + timedelta(seconds=8)
    days = {f"run_on_{day}s": True for day in WEEKDAYS}
    JobQueueEntry.objects.bulk_create(
        JobQueueEntry(
            company_code="NORDIC",
            object_id_to_run=60000,
            parameters={"shop": f"S{number % SHOPS}"},
            status="ready",
            no_of_minutes_between_runs=15,
            earliest_start_at=begin + timedelta(seconds=dice.uniform(0, EVERY)),
            **days,
        )
        for number in range(ENTRIES)
    )
    with process("benchmarks.queue_load", "work") as worker:
        database_server = postmaster()
        time.sleep(max(0.0, (begin - now()).total_seconds()))
        before_worker, before_database = cpu_seconds([worker]), cpu_seconds([database_server])
        time.sleep(seconds)
        worker_cpu = (cpu_seconds([worker]) - before_worker) / seconds
        database_cpu = (cpu_seconds([database_server]) - before_database) / seconds
    runs = list(Run.objects.exclude(begun_at=None).order_by("begun_at"))
    late = [(run.begun_at - run.slot_at).total_seconds() for run in runs if run.begun_at]
    spans = [
        (run.parameters["shop"], run.begun_at, run.ended_at) for run in runs if run.begun_at and run.ended_at
    ]
    return summary(late, spans, worker_cpu, database_cpu)


def measure_bare(seconds: float) -> dict[str, float]:
    from django.db import connection
    from procrastinate.contrib.django import app

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare_runs (number int, began float8, ended float8)")
    dice = random.Random(1)
    due = sorted((dice.uniform(0, EVERY), number) for number in range(ENTRIES))
    sent: dict[int, float] = {}

    def send(begin: float) -> None:
        for offset, number in due:
            if offset > seconds:
                break
            time.sleep(max(0.0, begin + offset - time.time()))
            sent[number] = begin + offset
            app.configure_task("load", queue="bare", lock=f"S{number % SHOPS}").defer(number=number)
        connection.close()

    with process("benchmarks.queue_load", "work_bare") as worker:
        database_server = postmaster()
        begin = time.time() + 5
        sender = threading.Thread(target=send, args=[begin])
        sender.start()
        time.sleep(max(0.0, begin - time.time()))
        me = cpu_seconds([psutil.Process()])
        before_worker, before_database = cpu_seconds([worker]), cpu_seconds([database_server])
        time.sleep(seconds)
        worker_cpu = (cpu_seconds([worker]) - before_worker + cpu_seconds([psutil.Process()]) - me) / seconds
        database_cpu = (cpu_seconds([database_server]) - before_database) / seconds
        sender.join()
        time.sleep(1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, began, ended FROM bare_runs")
        rows = cursor.fetchall()
    late = [began - sent[number] for number, began, _ in rows]
    spans = [(f"S{number % SHOPS}", began, ended) for number, began, ended in rows]
    return summary(late, spans, worker_cpu, database_cpu)


def summary(
    late: list[float], spans: list[tuple[Any, Any, Any]], worker_cpu: float, database_cpu: float
) -> dict[str, float]:
    overlaps, last = 0, dict[Any, Any]()
    for shop, began, ended in sorted(spans, key=lambda span: span[1]):
        overlaps += shop in last and began < last[shop]
        last[shop] = ended
    return {
        "runs": len(late),
        "p50 ms": 1000 * percentile(late, 0.5),
        "p99 ms": 1000 * percentile(late, 0.99),
        "max ms": 1000 * max(late),
        "worker CPU %": 100 * worker_cpu,
        "PostgreSQL CPU %": 100 * database_cpu,
        "overlaps": overlaps,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    seconds = parser.parse_args().seconds
    with database():
        columns = {"Jono": measure_ours(seconds), "bare Procrastinate": measure_bare(seconds)}
    load = f"{ENTRIES} entries every {EVERY / 60:.0f} min over {SHOPS} shops"
    print(f"{load}, {1000 * JOB_SECONDS:.0f} ms jobs, {seconds:.0f} s")
    print(f"{'':20}" + "".join(f"{name:>20}" for name in columns) + f"{'ratio':>10}")
    ours, bare = columns.values()
    for figure in ours:
        ratio = ours[figure] / bare[figure] if bare[figure] else float("nan")
        print(f"{figure:20}{ours[figure]:>20.1f}{bare[figure]:>20.1f}{ratio:>10.2f}")


if __name__ == "__main__":
    {"work": work, "work_bare": work_bare}.get(sys.argv[1] if len(sys.argv) > 1 else "", main)()
