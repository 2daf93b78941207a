"""Failed records, by their error: which there are, trying them again together, and what came of it.

A record stands as failed while the last that its report said of it is a failure: once a later run of the same report,
company and parameters has done it, or left it alone for a reason, it is off the list.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Func,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast

from jono.jobs import queue
from jono.jobs.models import FailureGroup, JobQueueEntry, Retry, Run, RunRecord
from jono.jobs.outcome import Outcome
from jono.kit.errors import UserError, gettext_noop

WINDOW = timedelta(days=7)
KEYS_AT_ONCE = 250
"""How many records one entry tries again: a page of the store's."""

MOST_GROUPS = 500

Status = JobQueueEntry.Status
_UNDER_WAY = (Status.READY, Status.IN_PROCESS, Status.WAITING)


@dataclass(frozen=True)
class RetryOutcome:
    """What became of records tried again: asked = done + skipped + failed + to come + untouched."""

    asked: int = 0
    done: int = 0
    skipped: int = 0
    failed: int = 0
    to_come: int = 0
    untouched: int = 0


def failures(at: datetime) -> QuerySet[RunRecord]:
    """Return the records that failed in the last seven days and have not been mended since."""
    later = _same_record().filter(id__gt=OuterRef("id"))
    return _failed().filter(~Exists(later), at__gte=at - WINDOW)


def failures_of(run: Run) -> QuerySet[RunRecord]:
    """Return the records of a run that failed in it and have not been mended since."""
    later = _same_record().filter(Q(run=run) | ~Q(outcome=Outcome.FAILED.value), id__gt=OuterRef("id"))
    return _failed().filter(~Exists(later), run=run)


def groups(records: QuerySet[RunRecord]) -> QuerySet[FailureGroup]:
    """Return failed records by company, report and error, most frequent first, each known by its first record."""
    counted = (
        records.order_by()
        .values("run__company_code", "run__object_id_to_run", "message")
        .annotate(
            first=Min("id"), latest=Max("id"), failures=Count("id"), trying=Count("id", filter=_being_tried())
        )
        .order_by("-failures")[:MOST_GROUPS]
    )
    first = {row["first"]: row for row in counted}
    numbers = {
        "failures": _by_first({pk: row["failures"] for pk, row in first.items()}),
        "trying": _by_first({pk: row["trying"] for pk, row in first.items()}),
        "latest_id": _by_first({pk: row["latest"] for pk, row in first.items()}),
    }
    found: QuerySet[Any] = FailureGroup.objects.filter(pk__in=first).select_related("run")
    return cast("QuerySet[FailureGroup]", found.annotate(**numbers).order_by("-failures", "pk"))


def members(group: RunRecord, records: QuerySet[RunRecord]) -> QuerySet[RunRecord]:
    """Return those of the failed records that belong to a group."""
    run = group.run
    return records.filter(
        message=group.message, run__company_code=run.company_code, run__object_id_to_run=run.object_id_to_run
    )


@transaction.atomic
def retry(records: QuerySet[RunRecord], user: User | None = None) -> Retry:
    """Start the jobs of failed records again for just these, and return what was asked for.

    Those that are being tried again already are left out; raises UserError when none remains.
    """
    with connection.cursor() as cursor:
        # Two people who press the button at once: the second finds what the first has begun.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('jono retry'))")
    chosen = _by_question(records.filter(~_being_tried()))
    if not chosen:
        raise UserError(
            gettext_noop("There is nothing to try again: the records are mended, or being tried again now.")
        )
    entries = [
        queue.start_now(
            report_id,
            company_code,
            {**asked, "only": keys},
            user,
            description=caption,
            alert_when_waiting=None,
        )
        for (report_id, company_code, caption, asked), every_key in chosen
        for keys in _chunks(every_key)
    ]
    messages = set(records.order_by().values_list("message", flat=True).distinct()[:2])
    made = Retry.objects.create(
        user=user,
        records=sum(len(keys) for _, keys in chosen),
        message=messages.pop() if len(messages) == 1 else "",
    )
    made.entries.set(entries)
    return made


def outcome_of(entries: Iterable[JobQueueEntry]) -> RetryOutcome:
    """Return what has become so far of the records that entries were made to try again."""
    retried = list(entries)
    last_words = (
        RunRecord.objects.filter(run__entry__in=retried)
        .order_by("run__entry", "key", "-id")
        .distinct("run__entry", "key")
        .values_list("run__entry", "key", "outcome")
    )
    said = {(entry_id, key): outcome for entry_id, key, outcome in last_words}
    counts = dict.fromkeys(("done", "skipped", "failed", "to_come", "untouched"), 0)
    asked = 0
    for entry in retried:
        silent = "to_come" if entry.status in _UNDER_WAY else "untouched"
        for key in entry.parameters.get("only", ()):
            asked += 1
            counts[said.get((entry.pk, key), silent)] += 1
    return RetryOutcome(asked, **counts)


class _Question(Func):
    """What a run was asked but for the records: two runs asked the same speak of the same records."""

    function = ""
    template = "(%(expressions)s)"
    arg_joiner = " - "

    def __init__(self, parameters: str) -> None:
        super().__init__(F(parameters), Cast(Value("only"), TextField()), output_field=TextField())


def _asked(parameters: str) -> Cast:
    return Cast(_Question(parameters), TextField())


def _failed() -> QuerySet[Any]:
    return RunRecord.objects.filter(outcome=Outcome.FAILED.value).annotate(asked=_asked("run__parameters"))


def _same_record() -> QuerySet[Any]:
    """What was said of the outer record, by runs of the same report, company and question."""
    return RunRecord.objects.annotate(asked=_asked("run__parameters")).filter(
        key=OuterRef("key"),
        asked=OuterRef("asked"),
        run__object_id_to_run=OuterRef("run__object_id_to_run"),
        run__company_code=OuterRef("run__company_code"),
    )


def _by_first(numbers: dict[int, int]) -> Case:
    """What belongs to each group, by its first record."""
    cases = [When(pk=pk, then=Value(number)) for pk, number in numbers.items()]
    return Case(*cases, default=Value(0), output_field=IntegerField())


def _being_tried() -> Q:
    """The condition that a record is among those that an entry is trying again, or is about to."""
    tried = JobQueueEntry.objects.filter(status__in=_UNDER_WAY, parameters__has_key="only")
    condition = Q(pk__in=[])
    for entry in tried.annotate(asked=_asked("parameters")):
        condition |= Q(
            run__object_id_to_run=entry.object_id_to_run,
            run__company_code=entry.company_code,
            asked=entry.asked,
            key__in=entry.parameters["only"],
        )
    return condition


def _by_question(
    records: QuerySet[Any],
) -> list[tuple[tuple[int, str, str, dict[str, Any]], list[str]]]:
    """The keys of the records, each once, by the report, company, caption and parameters to ask for them with."""
    found: dict[tuple[int, str, str], tuple[str, dict[str, Any], dict[str, None]]] = {}
    rows = records.order_by("id").values_list(
        "run__object_id_to_run", "run__company_code", "asked", "run__description", "run__parameters", "key"
    )
    for report_id, company_code, question, caption, parameters, key in rows.iterator():
        asked = {name: value for name, value in parameters.items() if name != "only"}
        _, _, keys = found.setdefault((report_id, company_code, question), (caption, asked, {}))
        keys[key] = None
    return [
        ((report_id, company_code, caption, asked), list(keys))
        for (report_id, company_code, _), (caption, asked, keys) in found.items()
    ]


def _chunks(keys: Sequence[str]) -> Iterable[list[str]]:
    return (list(keys[first : first + KEYS_AT_ONCE]) for first in range(0, len(keys), KEYS_AT_ONCE))
