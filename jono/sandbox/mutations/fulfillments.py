"""Fulfilments made, tracked and cancelled by an app."""

from typing import Any

from jono.sandbox.asking import Asking
from jono.sandbox.events import announce
from jono.sandbox.fulfilment import OPEN, now_text, ship, take_back
from jono.sandbox.mutations.carrying_out import Arguments, Payload, refuse
from jono.sandbox.mutations.records import editable_order, keep_order, known
from jono.sandbox.state import Record


def create(asking: Asking, arguments: Arguments) -> Payload:
    """`fulfillmentCreate`: ship lines of fulfilment orders of one order, from one location."""
    state, wanted = asking.state, arguments["fulfillment"]
    chosen = [
        _chosen(asking, index, each) for index, each in enumerate(wanted["lineItemsByFulfillmentOrder"])
    ]
    if not chosen:
        raise refuse(("fulfillment",), "At least one fulfillment order must be provided.")
    if len({(each["order"], each["assignedLocation"]["location"]) for each, _ in chosen}) > 1:
        message = "All fulfillment orders must belong to the same order and be assigned to the same location."
        raise refuse(("fulfillment",), message)
    order = editable_order(state, chosen[0][0]["order"], ("fulfillment",))
    fulfillment = ship(state, order, chosen, _tracking(wanted.get("trackingInfo") or {}), now_text(state))
    keep_order(state, order)
    announce(state, "FULFILLMENTS_CREATE", fulfillment)
    whole = order["displayFulfillmentStatus"] == "FULFILLED"
    announce(state, "ORDERS_FULFILLED" if whole else "ORDERS_PARTIALLY_FULFILLED", order)
    return {"fulfillment": fulfillment["id"]}


def update_tracking(asking: Asking, arguments: Arguments) -> Payload:
    """`fulfillmentTrackingInfoUpdate`."""
    fulfillment = known(asking.state, arguments["fulfillmentId"], "Fulfillment", ("fulfillmentId",))
    tracked = _tracking(arguments["trackingInfoInput"])
    changed = fulfillment | {"trackingInfo": tracked, "updatedAt": now_text(asking.state)}
    asking.state.put([changed])
    announce(asking.state, "FULFILLMENTS_UPDATE", changed)
    return {"fulfillment": fulfillment["id"]}


def cancel(asking: Asking, arguments: Arguments) -> Payload:
    """`fulfillmentCancel`."""
    state = asking.state
    fulfillment = known(state, arguments["id"], "Fulfillment", ("id",))
    if fulfillment["status"] == "CANCELLED":
        raise refuse(("id",), "Fulfillment is already cancelled.")
    order = editable_order(state, fulfillment["order"], ("id",))
    take_back(state, order, fulfillment, now_text(state))
    keep_order(state, order)
    announce(state, "FULFILLMENTS_UPDATE", state.find(fulfillment["id"]) or fulfillment)
    return {"fulfillment": fulfillment["id"]}


def _chosen(asking: Asking, index: int, wanted: dict[str, Any]) -> tuple[Record, dict[str, int]]:
    """A fulfilment order, and how many of each of its lines are to be shipped; all that remains when none is named."""
    where = ("fulfillment", "lineItemsByFulfillmentOrder", index)
    asked = known(
        asking.state, wanted["fulfillmentOrderId"], "FulfillmentOrder", (*where, "fulfillmentOrderId")
    )
    if asked["status"] not in OPEN:
        number, status = asked["id"].rsplit("/", 1)[1], asked["status"].lower()
        message = f"Fulfillment order {number} has an unfulfillable status= {status}."
        raise refuse(("fulfillment",), message)
    remaining = {each["id"]: each["remainingQuantity"] for each in asked["lineItems"]}
    named = wanted.get("fulfillmentOrderLineItems")
    if not named:
        return asked, remaining
    quantities: dict[str, int] = {}
    for each in named:
        quantities[each["id"]] = quantities.get(each["id"], 0) + each["quantity"]
    if any(count < 1 or count > remaining.get(id, 0) for id, count in quantities.items()):
        raise refuse(("fulfillment",), "Invalid fulfillment order line item quantity requested.")
    return asked, quantities


def _tracking(wanted: dict[str, Any]) -> list[Record]:
    """The parcels, by numbers and addresses that belong together by their place."""
    numbers = wanted.get("numbers") or [each for each in [wanted.get("number")] if each]
    urls = wanted.get("urls") or [each for each in [wanted.get("url")] if each]
    count = max(len(numbers), len(urls), 1 if wanted.get("company") else 0)
    return [
        {
            "company": wanted.get("company"),
            "number": numbers[index] if index < len(numbers) else None,
            "url": urls[index] if index < len(urls) else None,
        }
        for index in range(count)
    ]
