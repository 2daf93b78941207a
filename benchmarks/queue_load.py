"""16,000 entries due every 15 minutes over 2,000 shops: how late they start and what that costs.

Three columns in one run: Jono; Jono with 100,000 entries more that are not due (`--future`); and the same jobs
deferred to bare Procrastinate with `lock=`. The rate is that of the whole load; `--seconds` says for how much of the
quarter of an hour it is kept up. CPU is in percent of one core.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks import bare_load
from benchmarks.ground import database, process
from benchmarks.load import (
    CONCURRENCY,
    ENTRIES,
    EVERY,
    JOB_SECONDS,
    SETTLING,
    SHOPS,
    Done,
    due_times,
    figures,
    metered,
    shop_of,
)

REPORT = 60000
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--future", type=int, default=100_000)
    options = parser.parse_args()
    with database():
        register()
        columns = {
            "Jono": measure(options.seconds, future=0),
            f"+ {options.future:,} not due": measure(options.seconds, options.future),
            "bare Procrastinate": bare_load.measure(options.seconds),
        }
    load = f"{ENTRIES:,} entries every {EVERY / 60:.0f} min over {SHOPS:,} shops"
    print(f"{load}, {1000 * JOB_SECONDS:.0f} ms jobs, {options.seconds:.0f} s")
    print("".join([" " * 20, *(f"{name:>20}" for name in columns)]))
    for figure in columns["Jono"]:
        print("".join([f"{figure:20}", *(f"{column[figure]:>20.1f}" for column in columns.values())]))


def measure(seconds: float, future: int) -> dict[str, float]:
    """Let a worker do what is due for so long, beside so many entries that are not, and return the figures."""
    from django.core.management import call_command

    call_command("flush", verbosity=0, interactive=False)
    with entries_not_due(future):
        begin = time.time() + SETTLING
        create_entries({due_at: shop_of(number) for due_at, number in due_times(begin)})
        with process("benchmarks.queue_load", "work") as worker, metered(begin, seconds, worker) as cpu:
            pass
        return figures(done_since(begin), cpu)


def register() -> None:
    """Register the job: it takes 50 ms and writes a page of one record."""
    from jono.jobs.registry import Parameters, job

    class Load(Parameters):
        shop: str

    def load(work: Any, parameters: Load) -> None:
        time.sleep(JOB_SECONDS)
        with work.page() as page:
            page.done("1", "1")

    job(REPORT, caption="Load", parameters=Load, writes=("{company}/{shop}/orders",))(load)


def create_entries(shops: dict[float, str], **fields: Any) -> None:
    """Create entries that recur each quarter of an hour, by when each is due first; Ready if nothing else is said."""
    from django.db import connection

    from jono.jobs.models import JobQueueEntry

    recurrence = {"no_of_minutes_between_runs": EVERY / 60, **{f"run_on_{day}s": True for day in DAYS}}
    JobQueueEntry.objects.bulk_create(
        (
            JobQueueEntry(
                company_code="NORDIC",
                object_id_to_run=REPORT,
                parameters={"shop": shop},
                earliest_start_at=datetime.fromtimestamp(due_at, UTC),
                **{"status": "ready", **recurrence, **fields},
            )
            for due_at, shop in shops.items()
        ),
        batch_size=2_000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE jobs_jobqueueentry")


@contextmanager
def entries_not_due(count: int) -> Iterator[None]:
    """Have so many entries that are not due: half Ready for later days, a quarter On Hold, a quarter Waiting for a run
    that goes on all the while."""
    from jono.jobs.models import Claim, JobQueueEntry, Run, Want
    from jono.jobs.pulse import pulse

    tomorrow = time.time() + timedelta(days=1).total_seconds()
    times = [tomorrow + 30 * number for number in range(count)]
    later, held, waiting = times[: count // 2], times[count // 2 : count * 3 // 4], times[count * 3 // 4 :]
    moment = datetime.now(UTC)
    run = Run.objects.create(
        object_id_to_run=REPORT, company_code="NORDIC", foreground=True, slot_at=moment, begun_at=moment
    )
    with pulse.of(run.pk) as process_no:
        Run.objects.filter(pk=run.pk).update(process_no=process_no)
        Claim.objects.create(run=run, resource="NORDIC/W/orders", access="write")
        create_entries({due_at: f"L{due_at}" for due_at in later})
        create_entries({due_at: f"H{due_at}" for due_at in held}, status="on hold")
        create_entries(dict.fromkeys(waiting, "W"), status="waiting", waits_for=run, waiting_since_at=moment)
        Want.objects.bulk_create(
            (
                Want(entry=entry, resource="NORDIC/W/orders", access="write")
                for entry in JobQueueEntry.objects.filter(status="waiting")
            ),
            batch_size=2_000,
        )
        yield


def done_since(begin: float) -> list[Done]:
    """Return the runs that have begun and ended."""
    from jono.jobs.models import Run

    runs = Run.objects.filter(slot_at__gte=datetime.fromtimestamp(begin, UTC))
    times = runs.values_list("parameters__shop", "slot_at", "begun_at", "ended_at")
    return [
        Done(shop, slot_at.timestamp(), begun_at.timestamp(), ended_at.timestamp())
        for shop, slot_at, begun_at, ended_at in times
        if begun_at and ended_at
    ]


def work() -> None:
    """Be the worker."""
    import django

    django.setup()
    register()
    from jono.jobs import worker

    worker.run(CONCURRENCY)


if __name__ == "__main__":
    work() if "work" in sys.argv else main()
