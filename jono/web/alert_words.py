"""What the pages of alerts say that no field holds: how an alert stands, and how well a channel works."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from jono.jobs.models import Alert, AlertChannel, Delivery, JobQueueEntry
from jono.jobs.models.alert import FOREVER
from jono.jobs.registry import caption_of
from jono.kit.language import say
from jono.web.pages import CardForm
from jono.web.shown import Badge, Link, address_of

KIND_TONES: dict[str, str] = {
    Alert.Kind.FAILED: "bad",
    Alert.Kind.OVERDUE: "bad",
    Alert.Kind.WAITING: "warn",
    Alert.Kind.SUCCEEDED: "good",
    Alert.Kind.TEST: "calm",
}
DELIVERY_TONES: dict[str, str] = {
    Delivery.Status.DUE: "busy",
    Delivery.Status.SENT: "good",
    Delivery.Status.GIVEN_UP: "bad",
    Delivery.Status.DROPPED: "calm",
}


def state(alert: Alert) -> Badge:
    """Whether an alert is open, keeps quiet, or is over."""
    if not alert.open:
        return Badge(gettext("Over"), "good")
    return Badge(gettext("Muted"), "calm") if alert.muted else Badge(gettext("Open"), "bad")


def muted_until(record: Alert | AlertChannel) -> datetime | str | None:
    """Until when it keeps quiet; nothing when it does not."""
    if not record.muted:
        return None
    return gettext("Forever") if record.muted_until_at == FOREVER else record.muted_until_at


def entry_link(alert: Alert) -> Link | int | None:
    """The way to the alert's entry, or just its number when it is gone."""
    return Link(str(alert.entry_no), address_of(alert.entry)) if alert.entry else alert.entry_no


def alert_link(delivery: Delivery) -> Link:
    """The way to the alert that was told."""
    return Link(delivery.alert.caption, address_of(delivery.alert))


def report(alert: Alert) -> str:
    """The report's number and caption."""
    number = alert.object_id_to_run
    return f"{number} {caption_of(number)}" if number else ""


def alerts_of(entry: JobQueueEntry) -> list[Link]:
    """The open alerts of an entry."""
    return [
        Link(alert.get_kind_display(), address_of(alert)) for alert in entry.alerts.filter(resolved_at=None)
    ]


def health(channel: AlertChannel) -> Badge:
    """How well a channel works, by the last that was told on it."""
    if not channel.enabled:
        return Badge(gettext("Off"), "calm")
    if channel.muted:
        return Badge(gettext("Muted"), "calm")
    if not sends(channel):
        return Badge(gettext("Works"), "good")
    last = channel.deliveries.exclude(attempts=0).order_by("-created_at").first()
    if last is not None and last.status != Delivery.Status.SENT:
        return Badge(gettext("Does not work"), "bad")
    return Badge(gettext("Works") if last else gettext("Not tried yet"), "good" if last else "calm")


def sends(channel: AlertChannel) -> bool:
    """Whether a channel sends anything; the banner is just looked at."""
    return channel.kind != AlertChannel.Kind.BANNER


def where_to(channel: AlertChannel) -> str:
    """Where a channel's alerts go."""
    if channel.kind == AlertChannel.Kind.EMAIL:
        return ", ".join(channel.addresses.split())
    return channel.url if channel.kind == AlertChannel.Kind.WEBHOOK else ""


def error_of(delivery: Delivery) -> str:
    """What went wrong at the last attempt."""
    return say(delivery.error_message, delivery.error_values)


def message_of(alert: Alert, _form: CardForm | None) -> Mapping[str, Any]:
    """What the message's group shows: the alert's words, and the call stack when a bug was the cause."""
    return {
        "message": str(alert),
        "well": alert.kind in (Alert.Kind.SUCCEEDED, Alert.Kind.TEST),
        "call_stack": alert.run.error_call_stack if alert.run else "",
    }
