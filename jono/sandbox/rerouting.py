"""Fulfilment orders divided and sent to be shipped from elsewhere; the stock that was set aside goes with them."""

from collections.abc import Mapping
from typing import Any

from jono.sandbox.fulfilment import (
    FIRST_FULFILLMENT_ORDER_ID,
    LINES,
    actions,
    find_line,
    move_line,
    now_text,
)
from jono.sandbox.gids import gid
from jono.sandbox.state import Record, State


def part_off(state: State, asked: Record, quantities: Mapping[str, int]) -> tuple[Record, Record]:
    """Take some of a fulfilment order's lines into a new one; return what is left, and the new one."""
    [number] = state.take_numbers("FulfillmentOrder", FIRST_FULFILLMENT_ORDER_ID, 1)
    at = now_text(state)
    chosen = [each for each in asked["lineItems"] if quantities.get(each["id"])]
    lines = [
        each
        | {
            "id": gid("FulfillmentOrderLineItem", number * LINES + index),
            "totalQuantity": quantities[each["id"]],
            "remainingQuantity": quantities[each["id"]],
        }
        for index, each in enumerate(chosen, start=1)
    ]
    left = [
        each
        | {
            name: each[name] - quantities.get(each["id"], 0)
            for name in ("totalQuantity", "remainingQuantity")
        }
        for each in asked["lineItems"]
    ]
    rest = asked | {"lineItems": [each for each in left if each["totalQuantity"]], "updatedAt": at}
    new = asked | {
        "id": gid("FulfillmentOrder", number),
        "lineItems": lines,
        "fulfillments": [],
        "updatedAt": at,
    }
    order = state.find(asked["order"]) or {}
    state.put(
        [rest, new, order | {"fulfillmentOrders": [*order["fulfillmentOrders"], new["id"]], "updatedAt": at}]
    )
    return rest, new


def reassign(state: State, asked: Record, location: Record) -> Record:
    """Have what remains of a fulfilment order shipped from another location; return it changed."""
    before = asked["assignedLocation"]["location"]
    for each in asked["lineItems"]:
        line, count = find_line(state, each["lineItem"]), each["remainingQuantity"]
        if line and count:
            move_line(state, line, before, {"committed": -count, "available": count})
            move_line(state, line, location["id"], {"committed": count, "available": -count})
    assigned = {"name": location["name"], "location": location["id"]}
    return keep(state, asked, assignedLocation=assigned)


def keep(state: State, asked: Record, **changes: Any) -> Record:
    """Keep a changed fulfilment order; what may be done with it follows from its status."""
    changed = asked | {"updatedAt": now_text(state)} | changes
    changed |= actions(changed["status"])
    state.put([changed])
    return changed
