"""What people do with alerts and the channels they are told on."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jono.jobs import alerts, channels, deliveries
from jono.jobs.models import Alert, AlertChannel, Delivery
from jono.jobs.models.alert import FOREVER
from jono.kit.clock import now
from jono.kit.errors import UserError, gettext_noop
from jono.web.notices import tell
from jono.web.queue_actions import person

DAY = timedelta(days=1)

Mutables = Sequence[Alert | AlertChannel]


def mute_for_a_day(_request: HttpRequest, records: Mutables) -> None:
    """Let alerts or channels keep quiet until this time tomorrow."""
    _mute(records, now() + DAY)


def mute_forever(_request: HttpRequest, records: Mutables) -> None:
    """Let alerts or channels keep quiet until somebody says otherwise."""
    _mute(records, FOREVER)


def unmute(_request: HttpRequest, records: Mutables) -> None:
    """Let alerts or channels speak again."""
    _mute(records, None)


def resolve(request: HttpRequest, chosen: Sequence[Alert]) -> None:
    """Close alerts."""
    closed = sum(alerts.resolve(alert, person(request)) for alert in chosen)
    tell(request, gettext_noop("Closed: %(count)s."), count=closed)


def test_alert(request: HttpRequest, chosen: Sequence[Alert]) -> None:
    """Send an alert once more, as a test, on every channel that tells of it."""
    count = alerts.test_alert(chosen[0])
    if not count:
        raise UserError(
            gettext_noop("No channel tells of this alert but the banner. Add one on the page Alert Channels.")
        )
    tell(request, gettext_noop("On its way as a test. Channels: %(count)s."), count=count)


def test_channel(request: HttpRequest, chosen: Sequence[AlertChannel]) -> None:
    """Send a test on a channel; what comes of it is seen among its deliveries."""
    channel = chosen[0]
    alerts.test_channel(channel)
    if channel.kind == AlertChannel.Kind.BANNER:
        tell(request, gettext_noop("The test stands at the top of every page for a minute."))
    else:
        tell(request, gettext_noop("The test is on its way. Among the deliveries you see what comes of it."))


def show_secret(request: HttpRequest, chosen: Sequence[AlertChannel]) -> HttpResponse:
    """Show what a webhook signs with, to be given to its receiver."""
    return _show(request, channels.secret_of(chosen[0]))


def renew_secret(request: HttpRequest, chosen: Sequence[AlertChannel]) -> HttpResponse:
    """Make another secret and show it."""
    return _show(request, channels.renew_secret(chosen[0]))


def delete_channel(request: HttpRequest, chosen: Sequence[AlertChannel]) -> None:
    """Remove a channel with what it has told."""
    for channel in chosen:
        channels.remove(channel)
        tell(request, gettext_noop("Channel %(name)s is deleted."), name=channel.description)


def send_again(_request: HttpRequest, chosen: Sequence[Delivery]) -> None:
    """Let what was given up be tried again."""
    for delivery in chosen:
        deliveries.send_again(delivery)


def _show(request: HttpRequest, secret: str) -> HttpResponse:
    answer = render(request, "web/alerts/secret.html", {"secret": secret})
    answer["Cache-Control"] = "no-store"
    return answer


def _mute(records: Mutables, until: datetime | None) -> None:
    for record in records:
        alerts.mute(record, until)
