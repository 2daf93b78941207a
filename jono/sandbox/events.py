"""What happens at the store and is told to whoever subscribed: one row for every webhook that must go out."""

import json
from typing import Any
from uuid import uuid4

from jono.sandbox.filters import passes
from jono.sandbox.metafields import metafields_of
from jono.sandbox.rest_bodies import body_of
from jono.sandbox.state import Record, State
from jono.sandbox.values import time_text

COMPLIANCE = ("customers/data_request", "customers/redact", "shop/redact")
_SUBJECTS = (
    "COMPANY_CONTACTS", "COMPANY_LOCATIONS", "DRAFT_ORDERS", "FULFILLMENT_HOLDS", "FULFILLMENT_ORDERS", "ORDERS",
    "ORDER_TRANSACTIONS",
)  # fmt: skip


def topic_of(name: str) -> str:
    """Return the topic as a header tells it: `ORDERS_CREATE` is `orders/create`."""
    subject = next((each for each in _SUBJECTS if name.startswith(f"{each}_")), name.rsplit("_", 1)[0])
    return f"{subject}/{name.removeprefix(subject + '_')}".lower()


def subscriptions(state: State, topic: str) -> list[Record]:
    """Return the webhook subscriptions to a topic, named as in the schema."""
    return [each for each in state.all("WebhookSubscription") if each["topic"] == topic]


def announce(state: State, topic: str, record: Record, event_id: str | None = None) -> None:
    """Have everybody told who subscribed to `topic`; the webhooks go out after what is being written is kept."""
    subscribed = subscriptions(state, topic)
    if not subscribed:
        return
    body = body_of(state, topic, record)
    event = event_id or str(uuid4())
    for each in subscribed:
        if each["filter"] is None or passes(body, each["filter"]):
            told = body | _metafields(state, record, each["metafieldNamespaces"])
            put_delivery(state, topic_of(topic), event, chosen(told, each["includeFields"]), each["id"])


def _metafields(state: State, record: Record, namespaces: list[str]) -> dict[str, Any]:
    """The metafields that a subscription asks for by their namespaces; nothing when it asks for none."""
    if not namespaces:
        return {}
    found = [each for each in metafields_of(state, record["id"]) if each["namespace"] in namespaces]
    names = ("namespace", "key", "value", "type")
    return {"metafields": [{name: each[name] for name in names} for each in found]}


def put_delivery(
    state: State, topic: str, event_id: str, body: dict[str, Any], subscription: str | None
) -> None:
    """Have a webhook sent; without a subscription it goes to the address the app gave for compliance."""
    began = state.clock.seconds()
    values = (
        subscription, topic, str(uuid4()), event_id, time_text(state.now()), json.dumps(body, ensure_ascii=False),
        "waiting", 0, began, began, "",
    )  # fmt: skip
    state.write(
        "INSERT INTO delivery (subscription, topic, webhook_id, event_id, triggered_at, body, status, attempts, began,"
        " due, told) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        values,
    )


def chosen(body: dict[str, Any], fields: list[str]) -> dict[str, Any]:
    """Return the fields of a body that a subscription wants, all when it names none."""
    return {name: value for name, value in body.items() if name in fields} if fields else body
