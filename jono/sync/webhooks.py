"""What follows a webhook: its row, and the standing job queue entry that looks into it; and the subscriptions."""

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext

from jono.jobs import queue
from jono.jobs.models import JobQueueEntry
from jono.kit.clock import now
from jono.kit.errors import UserError, gettext_noop
from jono.shopify.api import WebhookSubscriptionCreate, WebhookSubscriptionDelete, WebhookSubscriptions
from jono.shopify.api.webhook_subscriptions import (
    WebhookSubscriptionsWebhookSubscriptionsNodes as Subscription,
)
from jono.shopify.client import Store
from jono.shopify.models import BulkOperation, Shop, ShopConnection, WebhookInbox
from jono.shopify.records import Order
from jono.shopify.webhooks import (
    BULK_SUBSCRIPTION,
    BULK_TOPIC,
    ORDER_TOPICS,
    PRIVACY_TOPICS,
    Delivery,
    keep,
    keep_privacy_request,
)

log = logging.getLogger(__name__)

REST_BETWEEN_RUNS = timedelta(seconds=5)
"""However many webhooks come, the inbox is looked into no more often."""
REST_BETWEEN_CHECKS = timedelta(minutes=1)
MINUTES_BETWEEN_LOOKS = 10
LATE_AFTER = timedelta(minutes=5)
FIELDS = ["id", "admin_graphql_api_id", "updated_at"]
"""All that a webhook need say: the record is read afresh, and personal data stay where they are."""

_EVERY_DAY: dict[str, Any] = {
    f"run_on_{day}s": True
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
}


@transaction.atomic
def accept(shop: Shop, delivery: Delivery) -> None:
    """Keep a genuine webhook and wake who looks into it; of a topic that nobody asked for, take no notice."""
    if delivery.topic in PRIVACY_TOPICS:
        if keep_privacy_request(shop, delivery) and shop.enabled and shop.connection.check_entry_no:
            queue.wake(shop.connection.check_entry_no, now(), REST_BETWEEN_CHECKS)
    elif delivery.topic == BULK_TOPIC:
        _wake_reader(shop, delivery.content.get("admin_graphql_api_id"))
    elif delivery.topic not in ORDER_TOPICS:
        log.info(
            "shop %s was sent a webhook of the topic %s, which nobody listens to", shop.code, delivery.topic
        )
    elif keep(shop, delivery) and shop.enabled and shop.connection.webhook_entry_no:
        queue.wake(shop.connection.webhook_entry_no, now(), REST_BETWEEN_RUNS)


def _wake_reader(shop: Shop, gid: object) -> None:
    """Wake the entry that was put off until the store had prepared its file; any other is left as it is."""
    waiting = BulkOperation.objects.filter(shop=shop, gid=gid).exclude(gid="").values("entry_no")
    for entry in JobQueueEntry.objects.filter(pk__in=waiting, status=JobQueueEntry.Status.READY):
        queue.wake(entry.pk, now())


def standing_entry(shop: Shop) -> JobQueueEntry:
    """Return the entry that looks into the shop's inbox: when it is woken, and every ten minutes for safety's sake."""
    no = shop.connection.webhook_entry_no
    entry = JobQueueEntry.objects.filter(pk=no).first() if no else None
    if entry is None:
        entry = queue.create_entry(
            30104,
            shop.company_code,
            {"shop": shop.code, "from_webhooks": True},
            description=gettext("%(shop)s: orders from webhooks") % {"shop": shop.code},
            no_of_minutes_between_runs=MINUTES_BETWEEN_LOOKS,
            rests_when_idle=True,
            inactivity_timeout_period=MINUTES_BETWEEN_LOOKS,
            maximum_no_of_attempts_to_run=3,
            rerun_delay_sec=10,
            **_EVERY_DAY,
        )
        queue.set_ready(entry)
        ShopConnection.objects.filter(shop=shop).update(webhook_entry_no=entry.pk)
        shop.connection.webhook_entry_no = entry.pk
    return entry


def address_for(shop: Shop) -> str:
    """Return where the store is to send the shop's webhooks; raise UserError when Jono has no public address."""
    public: str = settings.JONO_ADDRESS
    if not public or not (public.startswith("https://") or settings.JONO_SANDBOX_ALLOWED):
        raise UserError(
            gettext_noop(
                "Webhooks need an address where Shopify can reach Jono: set JONO_ADDRESS to one that begins with "
                "https://, or switch off Order Created Webhooks on the card of shop %(shop)s."
            ),
            shop=shop.code,
        )
    return f"{public}{_path(shop)}"


def mend_subscriptions(shop: Shop, store: Store) -> tuple[int, int]:
    """Make the store's subscriptions those the shop wants; return how many were created and deleted.

    Subscriptions that lead elsewhere than to this shop are somebody else's and stay.
    """
    wanted = (
        {*ORDER_TOPICS.values(), BULK_SUBSCRIPTION} if shop.orders_section.order_created_webhooks else set()
    )
    address = address_for(shop) if wanted else ""
    right: set[str] = set()
    wrong: list[Subscription] = []
    for each in _ours(shop, store):
        if each.uri == address and each.topic in wanted - right:
            right.add(each.topic)
        else:
            wrong.append(each)
    for topic in sorted(wanted - right):
        _subscribe(shop, store, topic, address)
    for each in wrong:
        store.change(WebhookSubscriptionDelete, lambda: {"webhookSubscriptionDelete": None}, id=each.id)
    return len(wanted - right), len(wrong)


def note_missed(shop: Shop, orders: Iterable[Order]) -> None:
    """Count the orders that polling found changed a while ago, and of which no webhook has told since."""
    connection = shop.connection
    if not shop.orders_section.order_created_webhooks or not connection.webhooks_checked_at:
        return
    since = connection.webhooks_checked_at
    late = {order.id: order.updated_at for order in orders if since < order.updated_at < now() - LATE_AFTER}
    told = dict(
        WebhookInbox.objects.filter(shop=shop, gid__in=late).values_list("gid").annotate(Max("received_at"))
    )
    missed = [gid for gid, updated_at in late.items() if gid not in told or told[gid] < updated_at]
    if missed:
        ShopConnection.objects.filter(shop=shop).update(webhooks_missed=F("webhooks_missed") + len(missed))


def _subscribe(shop: Shop, store: Store, topic: str, address: str) -> None:
    def found() -> dict[str, object] | None:
        """Another attempt may have been carried out unheard."""
        there = any(each.topic == topic and each.uri == address for each in _ours(shop, store))
        return {"webhookSubscriptionCreate": None} if there else None

    store.change(WebhookSubscriptionCreate, found, topic=topic, uri=address, includeFields=FIELDS)


def _ours(shop: Shop, store: Store) -> Iterable[Subscription]:
    after: str | None = None
    while True:
        answer = store.execute(WebhookSubscriptions, after=after).webhook_subscriptions
        yield from (each for each in answer.nodes if each.uri.endswith(_path(shop)))
        if not answer.page_info.has_next_page:
            return
        after = answer.page_info.end_cursor


def _path(shop: Shop) -> str:
    return f"/webhooks/shopify/{shop.code}"
