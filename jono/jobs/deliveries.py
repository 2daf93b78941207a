"""The outbox of alerts: what is to be told is written with the alert, and sent later by any worker.

An attempt is booked before it is made, and the next one with it: a worker that dies while it sends costs one attempt,
and a receiver may see the same thing twice, under the same id. Nothing is locked while something is being sent.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from jono.jobs import senders
from jono.jobs.models import Alert, AlertChannel, Delivery
from jono.jobs.models.alert import muted_at
from jono.jobs.news import tell
from jono.kit.clock import now
from jono.kit.errors import call_stack_of, words_of

log = logging.getLogger(__name__)

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60, 180, 360, 720))
"""How long after each attempt the next is due; after the one that follows the last of these it is given up."""

REST = timedelta(minutes=1)
"""How long a channel that did not work is left in peace."""

MOST_IN_A_MAIL = 50

Event, Status = Delivery.Event, Delivery.Status


def listeners(alert: Alert) -> QuerySet[AlertChannel]:
    """Return the channels that send alerts of this kind and company; of a test, all of them."""
    channels = AlertChannel.objects.filter(enabled=True).exclude(kind=AlertChannel.Kind.BANNER)
    if alert.kind == Alert.Kind.TEST:
        return channels
    return channels.filter((f"tells_{alert.kind}", True), company_code__in=["", alert.company_code])


def post(alert: Alert) -> None:
    """Put a new alert into the outbox, for each channel that tells of it. Muted ones wait there."""
    _add(alert, listeners(alert), Event.RAISED)


def post_end(alert: Alert) -> None:
    """Put the end of an alert into the outbox, for those who were told of it; where it is muted, drop the rest."""
    due = Delivery.objects.filter(alert=alert, status=Status.DUE)
    if alert.muted:
        due.update(status=Status.DROPPED)
        return
    due.filter(muted_at(now(), "channel__")).update(status=Status.DROPPED)
    told = Delivery.objects.filter(alert=alert, event=Event.RAISED, status__in=[Status.DUE, Status.SENT])
    channels = AlertChannel.objects.filter(enabled=True, tells_resolved=True)
    _add(alert, channels.filter(pk__in=told.values("channel")), Event.RESOLVED)


def post_test(alert: Alert, channels: Iterable[AlertChannel]) -> int:
    """Put an alert into the outbox as a test, which no mute holds back; return how often."""
    return _add(alert, channels, Event.TEST)


@transaction.atomic
def send_again(delivery: Delivery) -> None:
    """Let what was given up or dropped be due once more."""
    ended = Delivery.objects.filter(pk=delivery.pk, status__in=[Status.GIVEN_UP, Status.DROPPED])
    ended.update(status=Status.DUE, attempts=0, due_at=now())
    tell(delivery.channel)


def send_due(at: datetime) -> int:
    """Send what is due, channel by channel; return how much was sent.

    Any number of workers may do this at once: what one of them has in hand the others pass over. A channel that
    fails is left in peace for a moment, and the others are not kept waiting for it.
    """
    sent = 0
    for channel in _ready_channels(at):
        while batch := _claim(channel, at):
            if not _send(channel, batch):
                break
            sent += len(batch)
    return sent


def _add(alert: Alert, channels: Iterable[AlertChannel], event: Delivery.Event) -> int:
    made = [Delivery(alert=alert, channel=channel, event=event) for channel in channels]
    Delivery.objects.bulk_create(made, ignore_conflicts=True)
    tell(*(delivery.channel for delivery in made))
    return len(made)


def _ready_channels(at: datetime) -> list[AlertChannel]:
    due = Delivery.objects.filter(channel=OuterRef("pk"), status=Status.DUE, due_at__lte=at)
    awake = Q(rests_until_at=None) | Q(rests_until_at__lte=at)
    return list(AlertChannel.objects.filter(awake, Exists(due), enabled=True))


@transaction.atomic
def _claim(channel: AlertChannel, at: datetime) -> list[Delivery]:
    """Take what is to be sent next: several for an e-mail, one for a webhook; oldest first.

    Of one alert nothing is sent before what came earlier, so that nobody hears of the end of what they do not know.
    """
    earlier = Delivery.objects.filter(
        alert=OuterRef("alert"), channel=channel, status=Status.DUE, created_at__lt=OuterRef("created_at")
    )
    due = Delivery.objects.filter(~Exists(earlier), channel=channel, status=Status.DUE, due_at__lte=at)
    if channel.muted:
        due = due.filter(event=Event.TEST)
    due = due.filter(Q(event=Event.TEST) | ~muted_at(at, "alert__"))
    most = MOST_IN_A_MAIL if channel.kind == AlertChannel.Kind.EMAIL else 1
    locked = due.select_for_update(skip_locked=True, of=("self",)).select_related(
        "alert__entry", "alert__run"
    )
    batch = list(locked.order_by("created_at")[:most])
    for delivery in batch:
        delivery.attempts += 1
        delivery.due_at = at + WAITS[min(delivery.attempts, len(WAITS)) - 1]
    Delivery.objects.bulk_update(batch, ["attempts", "due_at"])
    return batch


def _send(channel: AlertChannel, batch: Sequence[Delivery]) -> bool:
    """Send what was claimed and book how it went; return whether it went well."""
    try:
        senders.send(channel, batch)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is noted on the delivery, and tried again
        _book_failure(channel, batch, error)
        return False
    with transaction.atomic():
        mine = Delivery.objects.filter(pk__in=[delivery.pk for delivery in batch])
        mine.update(status=Status.SENT, sent_at=now(), error_message="", error_values={})
        AlertChannel.objects.filter(pk=channel.pk).exclude(rests_until_at=None).update(rests_until_at=None)
        tell(channel, *(delivery.alert for delivery in batch))
    return True


@transaction.atomic
def _book_failure(channel: AlertChannel, batch: Sequence[Delivery], error: Exception) -> None:
    log.warning("channel %s does not work: %s %s", channel.pk, error, call_stack_of(error))
    for delivery in batch:
        delivery.error_message, delivery.error_values = words_of(error)
        if delivery.attempts > len(WAITS):
            delivery.status = Status.GIVEN_UP
    still_due = Delivery.objects.filter(pk__in=[one.pk for one in batch], status=Status.DUE)
    kept = set(still_due.select_for_update().values_list("pk", flat=True))
    Delivery.objects.bulk_update(
        [one for one in batch if one.pk in kept], ["error_message", "error_values", "status"]
    )
    AlertChannel.objects.filter(pk=channel.pk).update(rests_until_at=now() + REST)
    tell(channel, *(delivery.alert for delivery in batch))
