"""Which failures stand, by their error.

A record that failed stands as failed until a later page of work speaks of it again: of the same key, for the same
report, company and parameters. Done, or left alone for a reason, it is off the list; failed anew, the newer failure
stands. That is booked with the page, so that what stands is known without searching the log.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from django.db.models import (
    Case,
    Count,
    F,
    Func,
    IntegerField,
    JSONField,
    Max,
    Min,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast

from jono.jobs.models import FailureGroup, JobQueueEntry, Run, RunRecord
from jono.jobs.outcome import Outcome
from jono.jobs.rows import execute, insert

WINDOW = timedelta(days=7)
MOST_GROUPS = 500

_NO_LONGER_STANDS = """
    UPDATE jobs_runrecord AS record SET stands = false FROM jobs_run AS run, jobs_run AS before
    WHERE run.id = %(run)s AND record.stands AND record.key = ANY(%(keys)s::text[]) AND before.id = record.run_id
        AND before.object_id_to_run = run.object_id_to_run AND before.company_code = run.company_code
        AND before.parameters - 'only' = run.parameters - 'only'
"""

UNDER_WAY = (JobQueueEntry.Status.READY, JobQueueEntry.Status.IN_PROCESS, JobQueueEntry.Status.WAITING)


def write(run: Run, records: Sequence[RunRecord]) -> None:
    """Write what a page of a run says of records; what was said of the same before stands no longer."""
    if not records:
        return
    last = {record.key: record for record in records}
    for record in records:
        record.stands = record.outcome == Outcome.FAILED.value and last[record.key] is record
    execute(_NO_LONGER_STANDS, {"run": run.pk, "keys": list(last)})
    insert(records)


def standing(at: datetime) -> QuerySet[RunRecord]:
    """Return the failures of the last seven days that stand."""
    return _standing().filter(at__gte=at - WINDOW)


def standing_of(run: Run) -> QuerySet[RunRecord]:
    """Return the failures of a run that stand: not mended since, and not failed again in a later one."""
    return _standing().filter(run=run)


def groups(records: QuerySet[RunRecord]) -> QuerySet[FailureGroup]:
    """Return standing failures by company, report and error, most frequent first, each known by its first record."""
    counted = (
        records.order_by()
        .values("run__company_code", "run__object_id_to_run", "message")
        .annotate(
            first=Min("id"),
            latest=Max("id"),
            failures=Count("id"),
            trying=Count("id", filter=being_tried()),
            least=Min(_as_text),
            most=Max(_as_text),
        )
        .order_by("-failures")[:MOST_GROUPS]
    )
    first = {row["first"]: row for row in counted}
    numbers = {
        "failures": _by_first({pk: row["failures"] for pk, row in first.items()}),
        "trying": _by_first({pk: row["trying"] for pk, row in first.items()}),
        "latest_id": _by_first({pk: row["latest"] for pk, row in first.items()}),
        "alike": _by_first({pk: int(row["least"] == row["most"]) for pk, row in first.items()}),
    }
    found: QuerySet[Any] = FailureGroup.objects.filter(pk__in=first).select_related("run")
    return cast("QuerySet[FailureGroup]", found.annotate(**numbers).order_by("-failures", "pk"))


def members(groups: Iterable[RunRecord], records: QuerySet[RunRecord]) -> QuerySet[RunRecord]:
    """Return those of the failures that belong to one of the groups."""
    return records.filter(Q(*map(_belongs_to, groups), _connector=Q.OR))


def being_tried() -> Q:
    """The condition that a failure is among what an entry is trying again, or is about to."""
    trying = JobQueueEntry.objects.filter(status__in=UNDER_WAY, parameters__has_key="only")
    condition = Q(pk__in=[])
    for entry in trying.annotate(asked=_asked(F("parameters"))):
        condition |= Q(
            run__object_id_to_run=entry.object_id_to_run,
            run__company_code=entry.company_code,
            asked=entry.asked,
            key__in=entry.parameters["only"],
        )
    return condition


_as_text = Cast("values", TextField())


class _Question(Func):
    """What a run was asked but for the records: two runs asked the same speak of the same records."""

    function = ""
    template = "(%(expressions)s)"
    arg_joiner = " - "


def _asked(parameters: F | Value) -> Cast:
    question = _Question(parameters, Cast(Value("only"), TextField()), output_field=JSONField())
    return Cast(question, TextField())


def _standing() -> QuerySet[Any]:
    return RunRecord.objects.filter(stands=True).annotate(asked=_asked(F("run__parameters")))


def _by_first(numbers: Mapping[int, int]) -> Case:
    """What belongs to each group, by its first record."""
    cases = [When(pk=pk, then=Value(number)) for pk, number in numbers.items()]
    return Case(*cases, default=Value(0), output_field=IntegerField())


def _belongs_to(group: RunRecord) -> Q:
    run = group.run
    return Q(
        message=group.message, run__company_code=run.company_code, run__object_id_to_run=run.object_id_to_run
    )
