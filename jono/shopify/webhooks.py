"""Webhooks from a store: whether one is genuine, what it is about, and the inbox it is kept in.

What a webhook tells is only that something happened to a record. They come twice, late, in any order, or never; so
the record itself is read afresh, and polling goes on.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Max

from jono.kit.clock import now
from jono.shopify.models import PrivacyRequest, Shop, WebhookInbox

ORDER_TOPICS = {"orders/create": "ORDERS_CREATE", "orders/updated": "ORDERS_UPDATED"}
"""The topics that Sync Orders listens to: as they arrive, and as they are subscribed to."""
BULK_TOPIC, BULK_SUBSCRIPTION = "bulk_operations/finish", "BULK_OPERATIONS_FINISH"
"""The topic by which a store says that a bulk operation has ended: as it arrives, and as it is subscribed to."""
PRIVACY_TOPICS = {"customers/data_request", "customers/redact", "shop/redact"}
ANSWER_WITHIN = timedelta(days=30)
KEPT_FOR = timedelta(days=30)

Row = TypeVar("Row", WebhookInbox, PrivacyRequest)


@dataclass(frozen=True)
class Delivery:
    """A webhook as it came in."""

    topic: str
    webhook_id: str
    event_id: str
    domain: str
    triggered_at: str
    content: Mapping[str, object]


def is_genuine(body: bytes, signature: str, secrets: Iterable[str]) -> bool:
    """Whether the raw body was signed with one of the secrets. Takes as long for a wrong signature as for a right."""
    try:
        given = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return False
    matches = [
        hmac.compare_digest(hmac.digest(secret.encode(), body, hashlib.sha256), given) for secret in secrets
    ]
    return any(matches)


def read(body: bytes) -> Mapping[str, object] | None:
    """Return what a webhook's body says; None when it is no JSON object."""
    try:
        content = json.loads(body)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def keep(shop: Shop, delivery: Delivery) -> bool:
    """Write a webhook about an order into the inbox; False when it is there already, or names no record."""
    gid = delivery.content.get("admin_graphql_api_id")
    if not isinstance(gid, str) or not gid:
        return False
    row = WebhookInbox(
        shop=shop,
        webhook_id=delivery.webhook_id,
        event_id=delivery.event_id,
        topic=delivery.topic,
        gid=gid[:200],
        triggered_at=_time(delivery.triggered_at),
    )
    return _insert(row)


def keep_privacy_request(shop: Shop, delivery: Delivery) -> bool:
    """Write down what is asked about personal data: of whom and which orders, by their ids alone."""
    customer = delivery.content.get("customer")
    number = customer.get("id") if isinstance(customer, dict) else None
    asked = delivery.content.get("orders_requested") or delivery.content.get("orders_to_redact") or []
    orders = asked if isinstance(asked, list) else []
    row = PrivacyRequest(
        shop=shop,
        webhook_id=delivery.webhook_id,
        topic=delivery.topic,
        customer_gid=f"gid://shopify/Customer/{number}" if isinstance(number, int) else "",
        order_gids=[f"gid://shopify/Order/{order}" for order in orders if isinstance(order, int)],
        answer_by_date=(now() + ANSWER_WITHIN).date(),
    )
    return _insert(row)


def newest(shop: Shop) -> int:
    """Return the number of the shop's last webhook, 0 when there is none."""
    return WebhookInbox.objects.filter(shop=shop).aggregate(newest=Max("id"))["newest"] or 0


def waiting(shop: Shop, most: int, up_to: int) -> dict[int, str]:
    """Return what webhooks up to that number wait for: records by webhook, the longest waiting first."""
    rows = WebhookInbox.objects.filter(shop=shop, done_at=None, id__lte=up_to).order_by("id")
    return dict(rows.values_list("id", "gid")[:most])


def settle(numbers: Collection[int]) -> None:
    """Mark these webhooks as done; others may have come between them meanwhile, of which nobody knows yet."""
    WebhookInbox.objects.filter(pk__in=numbers).update(done_at=now())


def clear(shop: Shop, at: datetime) -> int:
    """Delete the webhooks that were done long ago; return how many."""
    return WebhookInbox.objects.filter(shop=shop, done_at__lt=at - KEPT_FOR).delete()[0]


def last_received_at(shop: Shop) -> datetime | None:
    """When the shop's last webhook came in."""
    return (
        WebhookInbox.objects.filter(shop=shop).order_by("-id").values_list("received_at", flat=True).first()
    )


def _insert(row: Row) -> bool:
    """Insert a row unless its webhook is there already: the store sends one again until it is answered."""
    rows = type(row)._default_manager
    if rows.filter(webhook_id=row.webhook_id).exists():
        return False
    rows.bulk_create([row], ignore_conflicts=True)
    return True


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
