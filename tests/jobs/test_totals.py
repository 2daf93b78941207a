"""Totals only go up, whatever becomes of the runs, and each run is in them once."""

from datetime import timedelta
from uuid import UUID

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from jono.jobs import queue, totals
from jono.jobs.models import Run, RunTotal
from jono.jobs.perform import perform
from tests.jobs.conftest import SHEAR, Hooks

pytestmark = pytest.mark.django_db

FLOCK = {"pages": [["dolly", "black"], ["wild", "molly"]]}


def shear(*, seconds: float = 0) -> Run:
    """Run the job to its end; `seconds` is how long it took."""
    queue.start_now(SHEAR, "NORDIC", FLOCK)
    job = ProcrastinateJob.objects.latest("id")
    perform(job.args["run_id"], UUID(job.args["token"]))
    run = Run.objects.latest("id")
    Run.objects.filter(pk=run.pk).update(ended_at=run.started_at + timedelta(seconds=seconds))
    return run


def records() -> dict[str, int]:
    found = list(totals.totals())
    return {
        name: sum(getattr(total, name) for total in found) for name in ("runs", "done", "skipped", "failed")
    }


def test_a_run_counts_the_same_before_and_after_it_is_counted_and_when_it_is_gone(hooks: Hooks) -> None:
    shear()
    once = {"runs": 1, "done": 2, "skipped": 1, "failed": 1}
    assert records() == once
    assert (totals.count_ended(), totals.count_ended()) == (1, 0)
    assert records() == once
    Run.objects.all().delete()
    assert records() == once


def test_runs_counted_in_turns_add_up(hooks: Hooks) -> None:
    for _ in range(3):
        shear()
        totals.count_ended()
    shear()
    assert records() == {"runs": 4, "done": 8, "skipped": 4, "failed": 4}
    assert RunTotal.objects.count() == 1


def test_a_run_in_process_has_its_records_counted_and_itself_not_yet(hooks: Hooks) -> None:
    queue.start_now(SHEAR, "NORDIC", FLOCK)
    Run.objects.update(done=7)
    assert totals.count_ended() == 0
    assert records() == {"runs": 0, "done": 7, "skipped": 0, "failed": 0}


def test_runs_are_told_apart_by_report_ending_and_how_long_they_took(hooks: Hooks) -> None:
    shear(seconds=0.05)
    shear(seconds=2)
    shear(seconds=3)
    shear(seconds=5000)
    Run.objects.filter(pk=Run.objects.latest("id").pk).update(status=Run.Status.ERROR)
    before = list(totals.totals())
    totals.count_ended()
    assert list(totals.totals()) == before
    assert [(total.report_id, total.status, total.bucket, total.runs) for total in before] == [
        (SHEAR, "error", 9, 1),
        (SHEAR, "success", 0, 1),
        (SHEAR, "success", 3, 2),
    ]
    assert [total.took.total_seconds() for total in before] == [5000, 0.05, 5]
