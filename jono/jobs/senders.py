"""Sends alerts: as an e-mail in the channel's language, or to a webhook, signed.

A webhook is called by the Standard Webhooks specification (standardwebhooks.com), for which there are libraries in
most languages. The body is JSON; the headers are:

- `webhook-id`: the delivery's id; the same however often it is tried, so that a receiver can leave out what it knows.
- `webhook-timestamp`: when this attempt was made, in seconds since 1970; a receiver refuses what is too old.
- `webhook-signature`: `v1,` and the base64 of the HMAC-SHA256 of `{id}.{timestamp}.{body}`, the body byte by byte as
  it was sent. The key is what follows `whsec_` in the channel's secret, decoded from base64.

An answer of 2xx is thanks; anything else, or none, and it is tried again.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from smtplib import SMTPException
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext, ngettext, override

from jono.jobs.channels import SECRET_PREFIX, addresses_of, secret_of
from jono.jobs.models import Alert, AlertChannel, Delivery
from jono.kit.clock import now
from jono.kit.errors import UserError, gettext_noop
from jono.kit.http import Http


def send(channel: AlertChannel, deliveries: Sequence[Delivery]) -> None:
    """Send what was claimed for a channel; raise whatever kept it from being received."""
    with override(channel.language):
        if channel.kind == AlertChannel.Kind.EMAIL:
            send_mail(channel, deliveries)
        else:
            for delivery in deliveries:
                call_webhook(channel, delivery)


def send_mail(channel: AlertChannel, deliveries: Sequence[Delivery]) -> None:
    """Send one e-mail that tells all of it."""
    if not settings.EMAIL_HOST:
        raise UserError(
            gettext_noop("No mail server is set up. Name one in JONO_EMAIL_HOST and start the workers again.")
        )
    told = [{"delivery": one, "alert": one.alert, "address": address_of(one.alert)} for one in deliveries]
    message = EmailMessage(
        subject=_subject(deliveries),
        body=render_to_string("jobs/alert_mail.txt", {"told": told}),
        to=addresses_of(channel),
        headers={"Message-ID": _message_id(deliveries), "Auto-Submitted": "auto-generated"},
    )
    try:
        message.send()
    except (OSError, SMTPException) as error:
        raise UserError(
            gettext_noop("The mail server %(host)s did not take it: %(reason)s"),
            host=settings.EMAIL_HOST,
            reason=str(error),
        ) from error


def call_webhook(channel: AlertChannel, delivery: Delivery) -> None:
    """Post one delivery to the channel's address, signed."""
    parts = urlsplit(channel.url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    body = json.dumps(describe(delivery), ensure_ascii=False).encode()
    message_id, timestamp = str(delivery.id), str(int(now().timestamp()))
    headers = {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": sign(secret_of(channel), message_id, timestamp, body),
    }
    with Http(f"{parts.scheme}://{parts.netloc}") as line:
        answer = line.post_bytes(path, body, "application/json", headers)
    if not 200 <= answer.status < 300:
        # Not the whole address: what comes after the host may be a secret of the receiver's.
        raise UserError(
            gettext_noop("%(address)s answered %(status)s."), address=line.origin, status=answer.status
        )


def sign(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a body sent under this id and at this time."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = b".".join([message_id.encode(), timestamp.encode(), body])
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def describe(delivery: Delivery) -> dict[str, Any]:
    """Return what a webhook is told. Times are ISO 8601 with their zone."""
    alert = delivery.alert
    return {
        "type": f"alert.{delivery.event}",
        "timestamp": delivery.created_at.isoformat(),
        "data": {
            "alert": alert.pk,
            "kind": alert.kind,
            "company": alert.company_code,
            "entry": alert.entry_no,
            "report": alert.object_id_to_run,
            "description": alert.caption,
            "run": alert.run_id,
            "message": str(alert),
            "times": alert.times,
            "raised_at": alert.raised_at.isoformat(),
            "resolved_at": alert.resolved_at.isoformat() if alert.resolved_at else None,
            "url": address_of(alert),
        },
    }


def address_of(alert: Alert) -> str:
    """Return where a person finds the alert; empty when Jono does not know its own address."""
    return settings.JONO_ADDRESS + alert.get_absolute_url() if settings.JONO_ADDRESS else ""


def _subject(deliveries: Sequence[Delivery]) -> str:
    if len(deliveries) > 1:
        count = len(deliveries)
        return "[Jono] " + ngettext("%(count)s alert", "%(count)s alerts", count) % {"count": count}
    (delivery,) = deliveries
    alert = delivery.alert
    notes = {Delivery.Event.RESOLVED.value: gettext("over"), Delivery.Event.TEST.value: gettext("test")}
    place = f"{alert.company_code}: " if alert.company_code else ""
    note = f" ({notes[delivery.event]})" if delivery.event in notes else ""
    # A description may have line breaks; a subject must not.
    return " ".join(f"[Jono] {place}{alert.caption}: {alert.get_kind_display()}{note}".split())


def _message_id(deliveries: Sequence[Delivery]) -> str:
    """The same for the same deliveries: a mail that was sent twice is one to those who read it."""
    ids = ",".join(sorted(str(delivery.id) for delivery in deliveries))
    return f"<{uuid5(NAMESPACE_URL, ids)}@{urlsplit(settings.JONO_ADDRESS).hostname or 'jono.localhost'}>"
