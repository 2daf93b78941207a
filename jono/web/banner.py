"""The banner: open alerts at the top of every page, until their cause is gone or somebody mutes them."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from jono.jobs.models import Alert, AlertChannel
from jono.jobs.models.alert import muted_at
from jono.kit.clock import now
from jono.web.access import may

MOST_SHOWN = 3


@dataclass(frozen=True)
class Banner:
    """The latest open alerts, and how many there are beside them."""

    alerts: list[Alert]
    more: int


def banner(request: HttpRequest) -> dict[str, Any]:
    """Give every template the banner (a context processor); the database is asked when one shows it."""
    return {"banner": partial(_banner, request)}


@require_GET
def show_banner(request: HttpRequest) -> HttpResponse:
    """Answer the banner anew."""
    return render(request, "web/alerts/banner.html")


def standing_alerts() -> QuerySet[Alert]:
    """Return the alerts that stand on the banner: open and not muted, of the kinds and company it tells of."""
    at = now()
    channel = AlertChannel.objects.filter(kind=AlertChannel.Kind.BANNER).first()
    alerts = Alert.objects.filter(~muted_at(at), resolved_at=None)
    if channel is None:
        return alerts
    if channel.muted or not channel.enabled:
        return alerts.filter(kind=Alert.Kind.TEST)
    silent = [kind for kind in Alert.Kind.values if not getattr(channel, f"tells_{kind}", True)]
    if channel.company_code:
        alerts = alerts.filter(company_code__in=["", channel.company_code])
    return alerts.exclude(kind__in=silent)


def _banner(request: HttpRequest) -> Banner:
    if not may(request.user, "jobs.view_alert"):
        return Banner([], 0)
    standing = standing_alerts().order_by("-last_at")
    shown = list(standing[: MOST_SHOWN + 1])
    more = standing.count() - MOST_SHOWN if len(shown) > MOST_SHOWN else 0
    return Banner(shown[:MOST_SHOWN], more)
