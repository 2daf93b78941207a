"""What news do: wake an entry that has something to do again, also while it is in process."""

from datetime import datetime, timedelta

from django.db import transaction

from jono.jobs.models import JobQueueEntry, Run
from jono.jobs.news import tell
from jono.jobs.queue.steps import Status
from jono.jobs.sequel import Ending


@transaction.atomic
def wake(entry_no: int, at: datetime, rest: timedelta = timedelta(0)) -> bool:
    """Let an entry run at once; one in process once more after that. Return False when there is no such entry.

    A run starts no sooner than `rest` after the one before, so that a flood of news makes few runs. One that a
    person has put On Hold stays so, and one that waits will run anyway.

    Write down what the news are in the same transaction: the run that follows sees it, whatever is going on.
    """
    entry = JobQueueEntry.objects.select_for_update(no_key=True).filter(pk=entry_no).first()
    if entry is None:
        return False
    last = entry.runs.filter(foreground=False).order_by("-id").first()
    if last and entry.status == Status.IN_PROCESS:
        if woken_during(entry, last):
            return True
        # It may have begun while we waited for the entry's lock, and read before our news: never before its start.
        entry.earliest_start_at = max(at, last.started_at + timedelta(microseconds=1)) + rest
    else:
        begin = max(at, last.started_at + rest) if last else at
        if entry.status in (Status.ON_HOLD, Status.WAITING) or _runs_by(entry, begin):
            return True
        entry.status, entry.last_ready_at, entry.earliest_start_at = Status.READY, at, begin
    entry.save(update_fields=["status", "last_ready_at", "earliest_start_at"])
    tell(entry)
    return True


def woken_during(entry: JobQueueEntry, run: Run) -> datetime | None:
    """When the entry is to run again because it was woken during the run: then its start lies after the run's."""
    start = entry.earliest_start_at
    return start if start and start > run.started_at else None


def run_again(entry: JobQueueEntry, ending: Ending, woken_at: datetime | None) -> None:
    """Let a locked entry that was woken during a run that ended well run again; any other keeps its next state."""
    if woken_at and ending in (Ending.SUCCESS, Ending.NOTHING_TO_DO):
        entry.status, entry.earliest_start_at = Status.READY, woken_at
        entry.save(update_fields=["status", "earliest_start_at"])


def _runs_by(entry: JobQueueEntry, at: datetime) -> bool:
    return (
        entry.status == Status.READY and entry.earliest_start_at is not None and entry.earliest_start_at <= at
    )
