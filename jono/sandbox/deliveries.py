"""Sends webhooks over HTTP as Shopify does: signed, in a hurry, nine times at most, and then no more.

One second to connect, five in all. Only a 2xx is well; a redirect is not followed. Eight retries are spread over four
hours by the store's clock, each wait twice the last. When the last has failed and nothing else came through since,
the subscription is deleted.
"""

import base64
import hashlib
import hmac
import http.client
import random
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from jono.sandbox.apps import credentials
from jono.sandbox.faults import FaultKind, Faults
from jono.sandbox.shop import SHOP
from jono.sandbox.state import Record, State
from jono.shopify.schema import API_VERSION

CONNECT_SECONDS, TOTAL_SECONDS = 1.0, 5.0
RETRIES = 8
FIRST_WAIT = 4 * 3600 / (2**RETRIES - 1)  # so that all waits together are four hours
_AT_ONCE = 8
_COLUMNS = "id, subscription, topic, webhook_id, event_id, triggered_at, body, attempts, began"


@dataclass(frozen=True)
class Delivery:
    """A webhook that is due."""

    id: int
    subscription: str | None
    topic: str
    webhook_id: str
    event_id: str
    triggered_at: str
    body: str
    attempts: int
    began: float


def next_due(state: State) -> float | None:
    """Return when the next webhook is due, in seconds of the store's clock; None when none waits."""
    due = state.rows("SELECT min(due) FROM delivery WHERE status = 'waiting'")[0][0]
    return None if due is None else float(due)


def deliver_due(state: State, faults: Faults) -> int:
    """Send every webhook that is due, several at once; return how many were sent."""
    now = state.clock.seconds()
    rows = state.rows(
        f"SELECT {_COLUMNS} FROM delivery WHERE status = 'waiting' AND due <= ? ORDER BY due, id LIMIT 200",  # noqa: S608 - own names
        (now,),
    )
    due = [each for each in (Delivery(*row) for row in rows) if not _is_disturbed(state, faults, each)]
    if due:
        with ThreadPoolExecutor(min(_AT_ONCE, len(due))) as pool:
            list(pool.map(lambda each: _deliver(state, faults, each), due))
    return len(rows)


def log(state: State, how_many: int) -> list[dict[str, Any]]:
    """Return the newest webhooks and what became of them."""
    names = (*_COLUMNS.split(", "), "status", "due", "told")
    rows = state.rows(f"SELECT {', '.join(names)} FROM delivery ORDER BY id DESC LIMIT ?", (how_many,))  # noqa: S608 - own names
    return [dict(zip(names, row, strict=True)) for row in rows]


def signature(body: bytes, secret: str) -> str:
    """Return what proves that a body came from the store."""
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


def _is_disturbed(state: State, faults: Faults, delivery: Delivery) -> bool:
    """Whether a fault keeps a webhook from being sent now; it is looked for before the first attempt only."""
    if delivery.attempts:
        return False
    if faults.take(FaultKind.WEBHOOK_LOSS, delivery.topic):
        _settle(state, delivery, "lost", 0, "lost on the way")
        return True
    for kind in (FaultKind.WEBHOOK_DELAY, FaultKind.WEBHOOK_REORDER):
        fault = faults.take(kind, delivery.topic) if _is_fresh(state, delivery) else None
        if fault:
            dice = random.Random(fault.seed * 1_000_003 + delivery.id)  # noqa: S311 - dice, not secrets
            seconds = fault.seconds if kind is FaultKind.WEBHOOK_DELAY else dice.uniform(0, fault.seconds)
            state.write(
                "UPDATE delivery SET due = ?, told = ? WHERE id = ?",
                (delivery.began + seconds, kind, delivery.id),
            )
            return True
    return False


def _is_fresh(state: State, delivery: Delivery) -> bool:
    return bool(state.rows("SELECT 1 FROM delivery WHERE id = ? AND told = ''", (delivery.id,)))


def _deliver(state: State, faults: Faults, delivery: Delivery) -> None:
    target = _target(state, delivery)
    if target is None:
        _settle(state, delivery, "dropped", 0, "nobody is subscribed any more")
        return
    address, headers = target
    body = delivery.body.encode()
    told = _send(address, body, headers)
    if faults.take(FaultKind.WEBHOOK_DUPLICATE, delivery.topic):
        told = _send(address, body, headers)
    if told.startswith("2"):
        _settle(state, delivery, "delivered", 1, told)
        state.set(f"delivered {delivery.subscription}", state.clock.seconds())
    elif delivery.attempts < RETRIES:
        _settle(state, delivery, "waiting", 1, told, FIRST_WAIT * 2**delivery.attempts)
    else:
        _settle(state, delivery, "failed", 1, told)
        _give_up(state, delivery)


def _settle(
    state: State, delivery: Delivery, status: str, attempts: int, told: str, wait: float = 0.0
) -> None:
    statement = "UPDATE delivery SET status = ?, attempts = attempts + ?, told = ?, due = ? WHERE id = ?"
    state.write(statement, (status, attempts, told, state.clock.seconds() + wait, delivery.id))


def _give_up(state: State, delivery: Delivery) -> None:
    """Delete a subscription whose webhooks have failed eight retries in a row."""
    came_through = state.setting(f"delivered {delivery.subscription}", 0.0)
    if delivery.subscription and came_through < delivery.began:
        state.remove(delivery.subscription)


def _target(state: State, delivery: Delivery) -> tuple[str, dict[str, str]] | None:
    """Where a webhook goes, and with which headers; None when nobody wants it any more."""
    app = credentials(state)
    subscription: Record | None = None
    if delivery.subscription:
        subscription = state.find(delivery.subscription)
        address = subscription["uri"] if subscription else None
    else:
        address = app.compliance_address
    if not address:
        return None
    headers = {
        "Content-Type": "application/json",
        "X-Shopify-Topic": delivery.topic,
        "X-Shopify-Hmac-Sha256": signature(delivery.body.encode(), app.client_secret),
        "X-Shopify-Shop-Domain": (state.find(SHOP) or {})["myshopifyDomain"],
        "X-Shopify-API-Version": API_VERSION,
        "X-Shopify-Webhook-Id": delivery.webhook_id,
        "X-Shopify-Event-Id": delivery.event_id,
        "X-Shopify-Triggered-At": delivery.triggered_at,
    }
    if subscription and subscription["name"]:
        headers["X-Shopify-Name"] = subscription["name"]
    return address, headers


def _send(address: str, body: bytes, headers: dict[str, str]) -> str:
    """Return the status that was answered, or what went wrong."""
    parts = urlsplit(address)
    kinds = {"https": http.client.HTTPSConnection, "http": http.client.HTTPConnection}
    line = kinds[parts.scheme](parts.hostname or "", parts.port, timeout=CONNECT_SECONDS)
    began = time.monotonic()
    try:
        line.connect()
        line.sock.settimeout(TOTAL_SECONDS - (time.monotonic() - began))
        line.request("POST", f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}", body, headers)
        return str(line.getresponse().status)
    except (OSError, http.client.HTTPException) as error:
        return f"{type(error).__name__}: {error}"
    finally:
        line.close()


def statuses(deliveries: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Count webhooks by what became of them."""
    counts: dict[str, int] = {}
    for each in deliveries:
        counts[each["status"]] = counts.get(each["status"], 0) + 1
    return counts
