"""Retention: what happened long ago is deleted, a little at a time, table by table as its policy says.

Of the log, ended runs go with their records when the policy's days have passed; runs in process never do. With them
go the entries that ran once and have finished, the alerts that are over, and what was noted of retries. The history
of who changed which entry has a policy of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from jono.jobs import queue, totals
from jono.jobs.models import Alert, EntryChange, JobQueueEntry, RetentionPolicy, Retry, Run, RunRecord
from jono.jobs.models.entry import RECURS

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
    changes: int = 0


def clear_if_due(at: datetime) -> list[Doomed]:
    """Clear each table of which that was not done for an hour; nothing while another worker is at it."""
    with _alone() as alone:
        return [_clear_now(policy, at) for policy in policies() if alone and _is_due(policy, at)]


def clear(policy: RetentionPolicy, at: datetime) -> Doomed:
    """Delete what the policy dooms, in small batches of a transaction each; return how much that was."""
    if policy.table == RetentionPolicy.Table.HISTORY:
        return Doomed(changes=_delete_in_batches(doomed_changes(policy, at)))
    return _clear_log(policy, at)


def _is_due(policy: RetentionPolicy, at: datetime) -> bool:
    return policy.enabled and (policy.cleared_at is None or policy.cleared_at <= at - EVERY)


def _clear_now(policy: RetentionPolicy, at: datetime) -> Doomed:
    cleared = clear(policy, at)
    RetentionPolicy.objects.filter(pk=policy.pk).update(cleared_at=at)
    return cleared


def _clear_log(policy: RetentionPolicy, at: datetime) -> Doomed:
    while totals.count_ended():
        pass  # what leaves the log stays in the totals
    runs = records = entries = 0
    while batch := list(doomed_runs(policy, at).values_list("pk", flat=True)[:RUNS_AT_ONCE]):
        records += _delete_records(batch)
        runs += _delete(Run.objects.filter(pk__in=batch))
    doomed = doomed_entries(policy, at)
    for entry_no in doomed.values_list("pk", flat=True).iterator(ROWS_AT_ONCE):
        entries += _delete_entry(doomed, entry_no)
    alerts = _delete_in_batches(doomed_alerts(policy, at))
    _delete_in_batches(_doomed_retries(policy, at))
    return Doomed(runs, records, entries, alerts)


def foresee(policy: RetentionPolicy, at: datetime) -> Doomed:
    """Return what the policy would delete at that time. It need not be stored."""
    if policy.table == RetentionPolicy.Table.HISTORY:
        return Doomed(changes=doomed_changes(policy, at).count())
    runs = doomed_runs(policy, at)
    records = runs.aggregate(
        records=Coalesce(Sum(models.F("done") + models.F("skipped") + models.F("failed")), 0)
    )["records"]
    return Doomed(
        runs.count(), records, doomed_entries(policy, at).count(), doomed_alerts(policy, at).count()
    )


def policies() -> list[RetentionPolicy]:
    """Return the policy of each table; where its row is missing, the one every installation starts with."""
    there = {policy.table: policy for policy in RetentionPolicy.objects.all()}
    at_first = (RetentionPolicy(), RetentionPolicy(table=RetentionPolicy.Table.HISTORY, keep_days=730))
    return [there.get(policy.table, policy) for policy in at_first]


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


def doomed_changes(policy: RetentionPolicy, at: datetime) -> QuerySet[EntryChange]:
    """Return the lines of the entries' history that are older than its days."""
    return EntryChange.objects.filter(at__lt=at - timedelta(days=policy.keep_days))


def _doomed_retries(policy: RetentionPolicy, at: datetime) -> QuerySet[Retry]:
    return Retry.objects.filter(at__lt=at - timedelta(days=policy.keep_failures_days))


def _delete_records(runs: list[int]) -> int:
    """Delete the records of runs, a bounded number in a transaction: one run may have a great many."""
    deleted = 0
    while found := list(RunRecord.objects.filter(run__in=runs).values_list("pk", flat=True)[:ROWS_AT_ONCE]):
        deleted += _delete(RunRecord.objects.filter(pk__in=found))
    return deleted


def _delete_in_batches(rows: QuerySet[Any]) -> int:
    deleted = 0
    while found := list(rows.order_by().values_list("pk", flat=True)[:ROWS_AT_ONCE]):
        deleted += _delete(rows.model._default_manager.filter(pk__in=found))
    return deleted


@transaction.atomic
def _delete(rows: QuerySet) -> int:  # type: ignore[type-arg]
    model = rows.model._meta.label
    return rows.delete()[1].get(model, 0)


@transaction.atomic
def _delete_entry(doomed: QuerySet[JobQueueEntry], entry_no: int) -> int:
    entry = doomed.select_for_update(skip_locked=True).filter(pk=entry_no).first()
    if entry is None:
        return 0  # somebody has it in hand, or has started or deleted it since
    queue.delete(entry)
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
