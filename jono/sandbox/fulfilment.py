"""What must be shipped of an order and what was: fulfilment orders and fulfilments, and the stock they move."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from jono.sandbox.bags import times
from jono.sandbox.gids import gid, read_gid
from jono.sandbox.shop import TILL, WAREHOUSE
from jono.sandbox.state import Record, State
from jono.sandbox.stock import move
from jono.sandbox.values import time_text

FIRST_FULFILLMENT_ORDER_ID = 6_600_000_001
FIRST_FULFILLMENT_ID = 5_100_000_001
LINES = 1_000
_LINES_AN_ORDER = 1_000
OPEN = ("OPEN", "IN_PROGRESS", "SCHEDULED")
_ACTIONS = {
    "OPEN": ("CREATE_FULFILLMENT", "HOLD", "MOVE", "SPLIT"),
    "SCHEDULED": ("CREATE_FULFILLMENT", "HOLD", "MOVE", "SPLIT"),
    "IN_PROGRESS": ("CREATE_FULFILLMENT", "MOVE"),
    "ON_HOLD": ("RELEASE_HOLD", "HOLD", "MOVE", "SPLIT"),
}
_HELD = ("IN_PROGRESS", "ON_HOLD", "SCHEDULED")


def find_line(state: State, id: str) -> Record | None:
    """Return an order's line: it lives in the order whose number its own begins with."""
    kind, number = read_gid(id) or ("", 0)
    order = state.find(gid("Order", number // _LINES_AN_ORDER)) if kind == "LineItem" else None
    return next((each for each in order["lineItems"] if each["id"] == id), None) if order else None


def commit_stock(state: State, order: Record) -> None:
    """Make the fulfilment order of a new order, and set its goods aside; one that left the shop at once is shipped."""
    location = TILL if order["sourceName"] == "pos" else WAREHOUSE
    lines = [each for each in order["lineItems"] if each["quantity"] and each["name"] != "Tip"]
    if not lines or order["cancelledAt"]:
        return
    asked = new_fulfillment_order(state, order, location, lines)
    order["fulfillmentOrders"] = [asked["id"]]
    for line in lines:
        move_line(state, line, location, {"available": -line["quantity"], "committed": line["quantity"]})
    status = order["displayFulfillmentStatus"]
    if status in _HELD:
        holds = [hold_record(asked, 1, "OTHER", None, "")] if status == "ON_HOLD" else []
        state.put([asked | {"status": status, "fulfillmentHolds": holds, **actions(status)}])
    elif status in ("FULFILLED", "PARTIALLY_FULFILLED"):
        for line in lines:  # so that shipping them now takes them off
            line["unfulfilledQuantity"] = line["quantity"]
        ship(state, order, [(asked, _gone(asked, status))], [], order["createdAt"])


def ship(
    state: State,
    order: Record,
    wanted: Iterable[tuple[Record, Mapping[str, int]]],
    tracking: list[Record],
    at: str,
) -> Record:
    """Make a fulfilment of some lines of fulfilment orders; the order, changed in place, is for the caller to keep."""
    chosen = list(wanted)
    [number] = state.take_numbers("Fulfillment", FIRST_FULFILLMENT_ID, 1)
    id = gid("Fulfillment", number)
    location = chosen[0][0]["assignedLocation"]["location"]
    shipped: dict[str, int] = {}
    for asked, quantities in chosen:
        state.put([_reduced(asked, quantities, id, at)])
        for line in asked["lineItems"]:
            if quantities.get(line["id"]):
                shipped[line["lineItem"]] = shipped.get(line["lineItem"], 0) + quantities[line["id"]]
    lines = [each for each in order["lineItems"] if each["id"] in shipped]
    for line in lines:
        count = shipped[line["id"]]
        line["unfulfilledQuantity"] -= count
        move_line(state, line, location, {"committed": -count, "on_hand": -count})
    fulfillment = {
        "id": id,
        "legacyResourceId": str(number),
        "name": f"{order['name']}-F{len(order['fulfillments']) + 1}",
        "status": "SUCCESS",
        "displayStatus": "FULFILLED",
        "createdAt": at,
        "updatedAt": at,
        "totalQuantity": sum(shipped.values()),
        "requiresShipping": any(each["requiresShipping"] for each in lines),
        "order": order["id"],
        "location": location,
        "trackingInfo": tracking,
        "fulfillmentOrders": [asked["id"] for asked, _ in chosen],
        "fulfillmentLineItems": [
            _fulfillment_line(number * LINES + index, each, shipped[each["id"]])
            for index, each in enumerate(lines, start=1)
        ],
    }
    order["fulfillments"] = [*order["fulfillments"], id]
    order["displayFulfillmentStatus"] = status_of(order)
    state.put([fulfillment])
    return fulfillment


def take_back(state: State, order: Record, fulfillment: Record, at: str) -> None:
    """Cancel a fulfilment: its goods must be shipped again."""
    back = {each["lineItem"]: each["quantity"] for each in fulfillment["fulfillmentLineItems"]}
    for line in order["lineItems"]:
        if count := back.get(line["id"]):
            line["unfulfilledQuantity"] += count
            move_line(state, line, fulfillment["location"], {"committed": count, "on_hand": count})
    order["displayFulfillmentStatus"] = status_of(order)
    for asked in filter(None, map(state.find, fulfillment["fulfillmentOrders"])):
        lines = [
            each | {"remainingQuantity": each["remainingQuantity"] + back.pop(each["lineItem"], 0)}
            for each in asked["lineItems"]
        ]
        state.put([asked | {"lineItems": lines, "status": "OPEN", "updatedAt": at, **actions("OPEN")}])
    state.put([fulfillment | {"status": "CANCELLED", "displayStatus": "CANCELED", "updatedAt": at}])


def cancel_remaining(state: State, order: Record, at: str, *, restock: bool) -> None:
    """Cancel what has not been shipped of an order, changed in place; the goods are for sale again when asked."""
    for asked in filter(None, map(state.find, order["fulfillmentOrders"])):
        location = asked["assignedLocation"]["location"]
        for line in asked["lineItems"]:
            sold, count = find_line(state, line["lineItem"]), line["remainingQuantity"]
            if sold and count:
                deltas = {
                    "committed": -count,
                    "available" if restock else "on_hand": count if restock else -count,
                }
                move_line(state, sold, location, deltas)
        if asked["status"] in (*OPEN, "ON_HOLD"):
            lines = [each | {"remainingQuantity": 0} for each in asked["lineItems"]]
            state.put(
                [asked | {"lineItems": lines, "status": "CANCELLED", "updatedAt": at, **actions("CANCELLED")}]
            )


def move_line(state: State, line: Record, location: str, deltas: Mapping[str, int]) -> None:
    """Move the stock of what a line sold; what the store does not know has none."""
    variant = state.find(line["variant"]) if line["variant"] else None
    if variant:
        move(state, variant["inventoryItem"], location, deltas)


def status_of(order: Record) -> str:
    """Return how much of an order has been shipped."""
    left = sum(each["unfulfilledQuantity"] for each in order["lineItems"] if each["name"] != "Tip")
    if not left:
        return "FULFILLED"
    whole = sum(each["currentQuantity"] for each in order["lineItems"] if each["name"] != "Tip")
    return "UNFULFILLED" if left >= whole else "PARTIALLY_FULFILLED"


def _gone(asked: Record, status: str) -> dict[str, int]:
    """How many of each line have been shipped: all, or half of the first; ValueError when that cannot be halved."""
    whole = {each["id"]: int(each["totalQuantity"]) for each in asked["lineItems"]}
    if status == "FULFILLED":
        return whole
    if sum(whole.values()) < 2:
        raise ValueError("An order of one piece cannot be fulfilled in part.")
    first, count = next(iter(whole.items()))
    return {first: max(count // 2, 1)}


def new_fulfillment_order(state: State, order: Record, location: str, lines: list[Record]) -> Record:
    """Keep a new fulfilment order of an order's lines, to be shipped from a location; the order is for the caller."""
    [number] = state.take_numbers("FulfillmentOrder", FIRST_FULFILLMENT_ORDER_ID, 1)
    place = state.find(location) or {}
    asked: Record = {
        "id": gid("FulfillmentOrder", number),
        "status": "OPEN",
        "requestStatus": "UNSUBMITTED",
        "createdAt": order["createdAt"],
        "updatedAt": order["createdAt"],
        "order": order["id"],
        "orderId": order["id"],
        "orderName": order["name"],
        "orderProcessedAt": order["processedAt"],
        "assignedLocation": {"name": place["name"], "location": location},
        "lineItems": [
            _asked_line(state, number * LINES + index, each) for index, each in enumerate(lines, start=1)
        ],
        "fulfillments": [],
        "fulfillmentHolds": [],
        **actions("OPEN"),
    }
    state.put([asked])
    return asked


def _asked_line(state: State, number: int, line: Record) -> Record:
    variant = state.find(line["variant"]) if line["variant"] else None
    return {
        "id": gid("FulfillmentOrderLineItem", number),
        "lineItem": line["id"],
        "totalQuantity": line["quantity"],
        "remainingQuantity": line["quantity"],
        "sku": line["sku"],
        "productTitle": line["title"],
        "variantTitle": line["variantTitle"],
        "vendor": line["vendor"],
        "requiresShipping": line["requiresShipping"],
        "variant": line["variant"],
        "inventoryItemId": variant["inventoryItem"] if variant else None,
    }


def _reduced(asked: Record, quantities: Mapping[str, int], fulfillment: str, at: str) -> Record:
    lines = [
        each | {"remainingQuantity": each["remainingQuantity"] - quantities.get(each["id"], 0)}
        for each in asked["lineItems"]
    ]
    status = "IN_PROGRESS" if any(each["remainingQuantity"] for each in lines) else "CLOSED"
    fulfillments = [*asked["fulfillments"], fulfillment]
    return asked | {
        "lineItems": lines, "status": status, "updatedAt": at, "fulfillments": fulfillments, **actions(status),
    }  # fmt: skip


def _fulfillment_line(number: int, line: Record, quantity: int) -> Record:
    share = Decimal(quantity) / line["quantity"]
    return {
        "id": gid("FulfillmentLineItem", number),
        "lineItem": line["id"],
        "quantity": quantity,
        "originalTotalSet": times(line["originalUnitPriceSet"], Decimal(quantity)),
        "discountedTotalSet": times(line["discountedTotalSet"], share),
    }


def hold_record(asked: Record, index: int, reason: str, notes: str | None, handle: str) -> Record:
    """Return a reason why a fulfilment order is not to be shipped yet, the so manieth of it."""
    _, number = read_gid(asked["id"]) or ("", 0)
    return {
        "id": gid("FulfillmentHold", number * 100 + index),
        "reason": reason,
        "displayReason": reason.replace("_", " ").capitalize(),
        "reasonNotes": notes,
        "handle": handle,
        "heldByRequestingApp": True,
    }


def actions(status: str) -> dict[str, Any]:
    """Return what may be done with a fulfilment order in that status, as its record tells it."""
    return {"supportedActions": [{"action": each} for each in _ACTIONS.get(status, ())]}


def now_text(state: State) -> str:
    """Return the time at the store, as records hold it."""
    return time_text(state.now())
