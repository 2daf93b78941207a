"""What gives cause to an alert though no run ends: found by looking at the entries, now and then.

A recurring entry that has not succeeded in time is found whatever became of its runs, also when there were none. The
same look resolves the alerts whose cause is gone: by a success, or because the entry was put On Hold, has finished
or was deleted.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import (
    Case,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable, Expression
from django.db.models.functions import Greatest

from jono.jobs.alerts import Kind, raise_alert, resolve
from jono.jobs.models import Alert, JobQueueEntry, Run
from jono.jobs.models.entry import RECURS
from jono.kit.errors import gettext_noop

MOST = 200
"""How many entries one look raises alerts for; the next look goes on."""

TEST_SHOWN = timedelta(minutes=1)

Status = JobQueueEntry.Status
_LEFT_ALONE = (Status.ON_HOLD, Status.FINISHED)

NO_SUCCESS = gettext_noop("It has not succeeded for longer than %(hours)s h %(minutes)s min.")
WAITS = gettext_noop("It has waited longer than %(minutes)s min for run %(run)s, %(job)s.")
NO_WORKER = gettext_noop(
    "It was to start more than %(minutes)s min ago, and no worker has taken it. Are enough workers running?"
)


def look(at: datetime) -> None:
    """Raise what there is cause for and resolve what there is no more. Any number of workers may do this at once."""
    resolve_gone(at)
    raise_overdue(at)
    raise_waiting(at)


@transaction.atomic
def raise_overdue(at: datetime) -> None:
    """Raise an alert for each recurring entry that has not succeeded within the time it is expected to.

    One that a person closed is raised again when as much time has passed once more.
    """
    known = Alert.objects.filter(
        Q(resolved_at=None) | Q(resolved_at__gt=_before(at, OuterRef("expected_within"))),
        entry=OuterRef("pk"),
        kind=Kind.OVERDUE,
    )
    for entry in _lock(overdue(at).filter(~Exists(known))):
        minutes = (entry.expected_within or timedelta(0)) // timedelta(minutes=1)
        raise_alert(entry, Kind.OVERDUE, NO_SUCCESS, {"hours": minutes // 60, "minutes": minutes % 60})


@transaction.atomic
def raise_waiting(at: datetime) -> None:
    """Raise an alert for each entry that has waited too long, once each time that it waits."""
    known = Alert.objects.filter(
        Q(resolved_at=None) | Q(raised_at__gt=OuterRef("stuck_since_at")),
        entry=OuterRef("pk"),
        kind=Kind.WAITING,
    )
    for entry in _lock(stuck(at).filter(~Exists(known))):
        minutes, holder = entry.alert_when_waiting or 0, entry.waits_for
        if entry.status == Status.WAITING and holder:
            values: dict[str, str | int] = {"minutes": minutes, "run": holder.pk, "job": holder.caption}
            raise_alert(entry, Kind.WAITING, WAITS, values)
        else:
            raise_alert(entry, Kind.WAITING, NO_WORKER, {"minutes": minutes})


def resolve_gone(at: datetime) -> None:
    """Resolve the open alerts whose cause is gone."""
    left_alone = Q(entry=None) | Q(entry__status__in=_LEFT_ALONE)
    succeeded = Q(entry__last_success_at__gt=F("last_at"))
    of_entry = {"pk": OuterRef("entry")}
    gone = (
        Q(left_alone | succeeded, kind=Kind.FAILED)
        | Q(~Exists(overdue(at).filter(**of_entry)), kind=Kind.OVERDUE)
        | Q(
            ~Exists(stuck(at).filter(**of_entry, stuck_since_at__lt=OuterRef("raised_at"))), kind=Kind.WAITING
        )
        | Q(kind=Kind.TEST, raised_at__lt=at - TEST_SHOWN)
    )
    for alert in Alert.objects.filter(gone, resolved_at=None):
        resolve(alert)


def overdue(at: datetime) -> QuerySet[JobQueueEntry]:
    """Return the recurring entries without a success in the time they are expected to have one.

    The time counts from the last success, or from when the entry was last set to Ready if that is later.
    """
    # PostgreSQL's GREATEST passes over what is null.
    since = Greatest("last_success_at", "last_ready_at")
    entries = JobQueueEntry.objects.filter(RECURS, expected_within__isnull=False)
    entries = entries.exclude(status__in=_LEFT_ALONE).annotate(quiet_since_at=since)
    return entries.filter(quiet_since_at__lt=_before(at, F("expected_within")))


def stuck(at: datetime) -> QuerySet[Any]:
    """Return the entries that have waited too long: for another run, or for a worker to take their own."""
    untaken = Run.objects.filter(entry=OuterRef("pk"), ended_at=None, begun_at=None, foreground=False)
    since = Case(
        When(status=Status.WAITING, then=F("waiting_since_at")),
        default=Subquery(untaken.values("started_at")[:1]),
    )
    patience = ExpressionWrapper(
        F("alert_when_waiting") * Value(timedelta(minutes=1)), output_field=DurationField()
    )
    entries = JobQueueEntry.objects.filter(
        status__in=[Status.WAITING, Status.IN_PROCESS], alert_when_waiting__isnull=False
    )
    return entries.annotate(stuck_since_at=since).filter(stuck_since_at__lt=_before(at, patience))


def _before(at: datetime, period: Combinable) -> Expression:
    moment = Value(at, output_field=DateTimeField())
    return ExpressionWrapper(moment - period, output_field=DateTimeField())


def _lock(entries: QuerySet[JobQueueEntry]) -> QuerySet[JobQueueEntry]:
    """Take entries in hand; those another worker or a transition has in hand come with the next look."""
    return entries.select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:MOST]
