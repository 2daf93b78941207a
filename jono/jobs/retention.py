"""Retention: what has ended long ago leaves the log, a little at a time.

Ended runs go with their records when the policy's days have passed; runs in process never do. With them go the
entries that ran once and have finished, the alerts that are over, and what was noted of retries.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from jono.jobs import queue, totals
from jono.jobs.models import Alert, JobQueueEntry, RetentionPolicy, Retry, Run, RunRecord
from jono.jobs.models.entry import RECURS
from jono.kit.errors import UserError

EVERY = timedelta(hours=1)
RUNS_AT_ONCE = 100
ROWS_AT_ONCE = 2000


@dataclass(frozen=True)
class Doomed:
    """How many rows a policy would delete, or has deleted."""

    runs: int = 0
    records: int = 0
    entries: int = 0
    alerts: int = 0


def clear_if_due(at: datetime) -> Doomed | None:
    """Clear the log if an hour has passed since it was cleared; None if not, or when another worker is at it."""
    with _alone() as alone:
        policy = the_policy()
        lately = policy.cleared_at is not None and policy.cleared_at > at - EVERY
        if lately or not (alone and policy.enabled):
            return None
        cleared = clear(policy, at)
        RetentionPolicy.objects.filter(pk=policy.pk).update(cleared_at=at)
        return cleared


def clear(policy: RetentionPolicy, at: datetime) -> Doomed:
    """Delete what the policy dooms, in small batches of a transaction each; return how much that was."""
    while totals.count_ended():
        pass  # what leaves the log stays in the totals
    runs = records = entries = 0
    while batch := list(doomed_runs(policy, at).values_list("pk", flat=True)[:RUNS_AT_ONCE]):
        records += _delete_records(batch)
        runs += _delete(Run.objects.filter(pk__in=batch))
    for entry in doomed_entries(policy, at).iterator(ROWS_AT_ONCE):
        entries += _delete_entry(entry)
    alerts = 0
    for leftovers in (doomed_alerts(policy, at), _doomed_retries(policy, at)):
        while found := list(leftovers.values_list("pk", flat=True)[:ROWS_AT_ONCE]):
            count = _delete(leftovers.model._default_manager.filter(pk__in=found))
            alerts += count if leftovers.model is Alert else 0
    return Doomed(runs, records, entries, alerts)


def foresee(policy: RetentionPolicy, at: datetime) -> Doomed:
    """Return what the policy would delete at that time. It need not be stored."""
    runs = doomed_runs(policy, at)
    records = runs.aggregate(
        records=Coalesce(Sum(models.F("done") + models.F("skipped") + models.F("failed")), 0)
    )["records"]
    return Doomed(
        runs.count(), records, doomed_entries(policy, at).count(), doomed_alerts(policy, at).count()
    )


def the_policy() -> RetentionPolicy:
    """Return the policy; where its row is missing, the one every installation starts with."""
    return RetentionPolicy.objects.first() or RetentionPolicy(pk=1)


def doomed_runs(policy: RetentionPolicy, at: datetime) -> QuerySet[Run]:
    """Return the runs whose time is up: ended, with or without a failure, before the days of their kind."""
    failed = Q(status=Run.Status.ERROR) | Q(failed__gt=0)
    ended = Run.objects.exclude(status=Run.Status.IN_PROCESS).order_by("pk")
    return ended.filter(
        (~failed & Q(ended_at__lt=at - timedelta(days=policy.keep_days)))
        | (failed & Q(ended_at__lt=at - timedelta(days=policy.keep_failures_days)))
    )


def doomed_entries(policy: RetentionPolicy, at: datetime) -> QuerySet[JobQueueEntry]:
    """Return the entries that ran once, have finished, and about which nothing has happened for long."""
    since = at - timedelta(days=policy.keep_days)
    lately = Run.objects.filter(Q(ended_at=None) | Q(ended_at__gte=since), entry=OuterRef("pk"))
    finished = JobQueueEntry.objects.filter(status=JobQueueEntry.Status.FINISHED).exclude(RECURS)
    return finished.filter(~Exists(lately), last_ready_at__lt=since)


def doomed_alerts(policy: RetentionPolicy, at: datetime) -> QuerySet[Alert]:
    """Return the alerts that were over before the days of failures."""
    return Alert.objects.filter(resolved_at__lt=at - timedelta(days=policy.keep_failures_days))


def _doomed_retries(policy: RetentionPolicy, at: datetime) -> QuerySet[Retry]:
    return Retry.objects.filter(at__lt=at - timedelta(days=policy.keep_failures_days))


def _delete_records(runs: list[int]) -> int:
    """Delete the records of runs, a bounded number in a transaction: one run may have a great many."""
    deleted = 0
    while found := list(RunRecord.objects.filter(run__in=runs).values_list("pk", flat=True)[:ROWS_AT_ONCE]):
        deleted += _delete(RunRecord.objects.filter(pk__in=found))
    return deleted


@transaction.atomic
def _delete(rows: QuerySet) -> int:  # type: ignore[type-arg]
    model = rows.model._meta.label
    return rows.delete()[1].get(model, 0)


def _delete_entry(entry: JobQueueEntry) -> int:
    try:
        queue.delete(entry)
    except UserError:
        # Somebody has started or deleted it since.
        return 0
    return 1


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether this worker alone clears the log, for as long as the block lasts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('jono retention'))")
        (alone,) = cursor.fetchone() or (False,)
        try:
            yield alone
        finally:
            if alone:
                cursor.execute("SELECT pg_advisory_unlock(hashtext('jono retention'))")
