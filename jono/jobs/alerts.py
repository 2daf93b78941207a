"""Alerts: raised with what went wrong, resolved when its cause is gone; muted and tested by people.

What is to be told is written into the outbox in the same transaction (`deliveries`). Which entries give cause to one
without a run that ends is found by `causes`, now and then.
"""

from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from jono.jobs import deliveries
from jono.jobs.models import Alert, AlertChannel, JobQueueEntry, Run
from jono.jobs.news import tell
from jono.kit.clock import now
from jono.kit.errors import Value, gettext_noop

Kind = Alert.Kind


def note(entry: JobQueueEntry, run: Run, *, final: bool) -> None:
    """Tell what the end of a run gives cause to: a last failure, or a success when somebody asked for that.

    Call it in the transaction that ends the run and holds its entry.
    """
    if final:
        raise_alert(entry, Kind.FAILED, run.error_message, run.error_values, run)
    elif run.status == Run.Status.SUCCESS and entry.notify_on_success:
        message = gettext_noop("Done: %(done)s. Skipped: %(skipped)s. Failed: %(failed)s.")
        counts: dict[str, Value] = {"done": run.done, "skipped": run.skipped, "failed": run.failed}
        _write_note(entry, message, counts, run)


def raise_alert(
    entry: JobQueueEntry, kind: Alert.Kind, message: str, values: Mapping[str, Value], run: Run | None = None
) -> Alert:
    """Open an alert, or note on the open one that the entry failed once more.

    Call it with the entry locked. A mute of the alert before it holds for this one, too.
    """
    alert = entry.alerts.filter(kind=kind, resolved_at=None).first()
    if alert is None:
        alert = _make(entry, kind, message, values, run)
        alert.muted_until_at = _mute_before(entry, kind)
        alert.save()
        deliveries.post(alert)
    elif kind == Kind.FAILED:
        alert.message, alert.values = message, dict(values)
        alert.run, alert.last_at = run, now()
        alert.times += 1
        alert.save(update_fields=["message", "values", "run", "last_at", "times"])
    tell(alert)
    return alert


@transaction.atomic
def resolve(alert: Alert, user: User | None = None) -> bool:
    """Close an alert, because its cause is gone or a person says so; return False when it was closed before."""
    at = now()
    still_open = Alert.objects.filter(pk=alert.pk, resolved_at=None)
    if not still_open.update(resolved_at=at, resolved_by=user):
        return False
    alert.resolved_at, alert.resolved_by = at, user
    deliveries.post_end(alert)
    tell(alert)
    return True


@transaction.atomic
def mute(record: Alert | AlertChannel, until: datetime | None) -> None:
    """Let an alert or a channel keep quiet until then, FOREVER perhaps; None: let it speak again.

    What is due meanwhile waits; of an alert that is over by then nothing is told.
    """
    record.muted_until_at = until
    record.save(update_fields=["muted_until_at"])
    tell(record)


@transaction.atomic
def test_alert(alert: Alert) -> int:
    """Send the alert once more, as a test, on every channel that tells of it; return on how many."""
    return deliveries.post_test(alert, deliveries.listeners(alert))


@transaction.atomic
def test_channel(channel: AlertChannel) -> Alert:
    """Send a test on the channel, muted or not; a test of the banner stands there for a minute."""
    on_banner = channel.kind == AlertChannel.Kind.BANNER
    alert = Alert.objects.create(
        kind=Kind.TEST,
        message=gettext_noop("This is a test of the channel %(channel)s. Nothing is wrong."),
        values={"channel": channel.description},
        resolved_at=None if on_banner else now(),
    )
    if not on_banner:
        deliveries.post_test(alert, [channel])
    tell(alert)
    return alert


def _write_note(entry: JobQueueEntry, message: str, values: Mapping[str, Value], run: Run) -> None:
    """Tell of something that is well: an alert that is over at once."""
    alert = _make(entry, Kind.SUCCEEDED, message, values, run)
    alert.muted_until_at = _mute_before(entry, Kind.SUCCEEDED)
    alert.resolved_at = now()
    alert.save()
    if not alert.muted:
        deliveries.post(alert)


def _make(
    entry: JobQueueEntry, kind: Alert.Kind, message: str, values: Mapping[str, Value], run: Run | None
) -> Alert:
    return Alert(
        kind=kind,
        entry=entry,
        entry_no=entry.pk,
        company_code=entry.company_code,
        object_id_to_run=entry.object_id_to_run,
        description=entry.description,
        run=run,
        message=message,
        values=dict(values),
    )


def _mute_before(entry: JobQueueEntry, kind: Alert.Kind) -> datetime | None:
    before = entry.alerts.filter(kind=kind).order_by("-id").values_list("muted_until_at", flat=True)
    return before.first()
