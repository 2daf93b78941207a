"""Fulfilment orders held, released, moved, split and handed to a fulfilment service by an app."""

from collections.abc import Sequence
from typing import Any

from jono.sandbox.asking import Asking
from jono.sandbox.events import announce
from jono.sandbox.fulfilment import hold_record
from jono.sandbox.mutations.carrying_out import Arguments, Mutation, Payload, refuse
from jono.sandbox.mutations.records import known
from jono.sandbox.rerouting import keep, part_off, reassign
from jono.sandbox.state import Record, State
from jono.sandbox.stock import level_at

HOLDS = 10
_HOLDABLE = ("OPEN", "SCHEDULED", "ON_HOLD")
_MOVABLE = ("OPEN", "SCHEDULED", "ON_HOLD", "IN_PROGRESS")
_AT_A_SERVICE = ("SUBMITTED", "ACCEPTED", "CANCELLATION_REQUESTED", "CANCELLATION_REJECTED")


def hold(asking: Asking, arguments: Arguments) -> Payload:
    """`fulfillmentOrderHold`: all of it, or some lines, and what remains becomes a fulfilment order of its own."""
    state, wanted = asking.state, arguments["fulfillmentHold"]
    asked = _found(state, arguments["id"], "FULFILLMENT_ORDER_NOT_FOUND")
    if asked["status"] not in _HOLDABLE or asked["requestStatus"] in _AT_A_SERVICE:
        raise refuse(("id",), "Fulfillment order is not in a state that can be put on hold.", "TAKEN")
    holds, handle = asked["fulfillmentHolds"], wanted.get("handle") or ""
    if handle in {each["handle"] for each in holds}:
        message = "The handle provided for the fulfillment hold is already in use by this app."
        raise refuse(("fulfillmentHold", "handle"), message, "DUPLICATE_FULFILLMENT_HOLD_HANDLE")
    if len(holds) >= HOLDS:
        message = (
            f"The maximum number of fulfillment holds for this fulfillment order has been reached ({HOLDS})."
        )
        raise refuse(("id",), message, "FULFILLMENT_ORDER_HOLD_LIMIT_REACHED")
    field, rest = ("fulfillmentHold", "fulfillmentOrderLineItems"), None
    if wanted.get("fulfillmentOrderLineItems"):
        if holds:
            message = "The fulfillment order is not splittable."
            raise refuse(field, message, "FULFILLMENT_ORDER_NOT_SPLITTABLE")
        held = quantities_of(asked, wanted["fulfillmentOrderLineItems"], field)
        left = {
            each["id"]: each["remainingQuantity"] - held.get(each["id"], 0) for each in asked["lineItems"]
        }
        if any(left.values()):
            asked, rest = part_off(state, asked, left)
    new = hold_record(asked, len(holds) + 1, wanted["reason"], wanted.get("reasonNotes"), handle)
    kept = keep(state, asked, status="ON_HOLD", fulfillmentHolds=[*holds, new])
    announce(state, "FULFILLMENT_ORDERS_PLACED_ON_HOLD", kept)
    return {
        "fulfillmentHold": new,
        "fulfillmentOrder": kept["id"],
        "remainingFulfillmentOrder": rest and rest["id"],
    }


def release_hold(asking: Asking, arguments: Arguments) -> Payload:
    """`fulfillmentOrderReleaseHold`: some holds, or all; without any left it is open again."""
    asked = _found(asking.state, arguments["id"], "FULFILLMENT_ORDER_NOT_FOUND")
    if asked["status"] != "ON_HOLD":
        return {"fulfillmentOrder": asked["id"]}
    named = arguments.get("holdIds")
    left = [each for each in asked["fulfillmentHolds"] if named and each["id"] not in named]
    kept = keep(asking.state, asked, fulfillmentHolds=left, status="ON_HOLD" if left else "OPEN")
    if not left:
        announce(asking.state, "FULFILLMENT_ORDERS_HOLD_RELEASED", kept)
    return {"fulfillmentOrder": kept["id"]}


def move(asking: Asking, arguments: Arguments) -> Payload:
    """`fulfillmentOrderMove`: what remains, or some lines of it, is to be shipped from another location."""
    state, asked = asking.state, _found(asking.state, arguments["id"])
    location = known(state, arguments["newLocationId"], "Location", ("newLocationId",))
    _check_move(state, asked, location)
    left = {each["id"]: each["remainingQuantity"] for each in asked["lineItems"]}
    wanted = arguments.get("fulfillmentOrderLineItems")
    moved = quantities_of(asked, wanted, ("fulfillmentOrderLineItems",)) if wanted else left
    _check_stocked(state, asked, moved, location)
    if moved == left and not asked["fulfillments"]:
        going, staying = asked, None
    else:
        staying, going = part_off(state, asked, moved)
        done = not any(each["remainingQuantity"] for each in staying["lineItems"])
        staying = keep(state, staying, status="CLOSED" if done else staying["status"])
        going = going | {"status": "OPEN" if going["status"] == "IN_PROGRESS" else going["status"]}
    gone = reassign(state, going, location)
    announce(state, "FULFILLMENT_ORDERS_MOVED", gone)
    remains = staying["id"] if staying and staying["status"] != "CLOSED" else None
    return {
        "movedFulfillmentOrder": gone["id"],
        "originalFulfillmentOrder": asked["id"],
        "remainingFulfillmentOrder": remains,
    }


def split(asking: Asking, arguments: Arguments) -> Payload:
    """`fulfillmentOrderSplit`: the lines named become fulfilment orders of their own."""
    done = []
    for index, wanted in enumerate(arguments["fulfillmentOrderSplits"]):
        where = ("fulfillmentOrderSplits", index)
        asked = _found(asking.state, wanted["fulfillmentOrderId"], "FULFILLMENT_ORDER_NOT_FOUND")
        field = (*where, "fulfillmentOrderLineItems")
        if not wanted["fulfillmentOrderLineItems"]:
            message = "There are no line items provided to split."
            raise refuse(field, message, "NO_LINE_ITEMS_PROVIDED_TO_SPLIT")
        chosen = quantities_of(asked, wanted["fulfillmentOrderLineItems"], field)
        if asked["status"] not in _HOLDABLE or chosen == _remaining(asked):
            raise refuse(field, "The line items cannot be split off.", "INVALID_LINE_ITEM_QUANTITY")
        rest, new = part_off(asking.state, asked, chosen)
        announce(asking.state, "FULFILLMENT_ORDERS_SPLIT", rest)
        done.append({"fulfillmentOrder": rest["id"], "remainingFulfillmentOrder": new["id"],
                     "replacementFulfillmentOrder": None})  # fmt: skip
    return {"fulfillmentOrderSplits": done}


def submit_request(asking: Asking, arguments: Arguments) -> Payload:
    """`fulfillmentOrderSubmitFulfillmentRequest`: ask the fulfilment service where it is assigned to ship it."""
    state, asked = asking.state, _found(asking.state, arguments["id"])
    location = state.find(asked["assignedLocation"]["location"]) or {}
    if not location["isFulfillmentService"] or asked["status"] != "OPEN":
        raise refuse(("id",), "The fulfillment order is not in a state that can be submitted.")
    wanted, rest = arguments.get("fulfillmentOrderLineItems"), None
    if wanted:
        chosen = quantities_of(asked, wanted, ("fulfillmentOrderLineItems",))
        left = {id: count - chosen.get(id, 0) for id, count in _remaining(asked).items()}
        if any(left.values()):
            asked, rest = part_off(state, asked, left)
    kept = keep(state, asked, requestStatus="SUBMITTED")
    announce(state, "FULFILLMENT_ORDERS_FULFILLMENT_REQUEST_SUBMITTED", kept)
    ids = {"originalFulfillmentOrder": kept["id"], "submittedFulfillmentOrder": kept["id"]}
    return ids | {"unsubmittedFulfillmentOrder": rest and rest["id"]}


def _answering(before: str, after: str, status: str, topic: str) -> Mutation:
    """Return the mutation that answers a request, or makes one: from one request status to the next."""

    def carry_out(asking: Asking, arguments: Arguments) -> Payload:
        asked = _found(asking.state, arguments["id"])
        if asked["requestStatus"] != before:
            words = after.lower().replace("_", " ")
            raise refuse(("id",), f"The fulfillment order cannot become {words}.")
        kept = keep(asking.state, asked, requestStatus=after, status=status)
        announce(asking.state, f"FULFILLMENT_ORDERS_{topic}", kept)
        return {"fulfillmentOrder": kept["id"]}

    return carry_out


accept_request = _answering("SUBMITTED", "ACCEPTED", "IN_PROGRESS", "FULFILLMENT_REQUEST_ACCEPTED")
reject_request = _answering("SUBMITTED", "REJECTED", "OPEN", "FULFILLMENT_REQUEST_REJECTED")
submit_cancellation = _answering(
    "ACCEPTED", "CANCELLATION_REQUESTED", "IN_PROGRESS", "CANCELLATION_REQUEST_SUBMITTED"
)
accept_cancellation = _answering(
    "CANCELLATION_REQUESTED", "CANCELLATION_ACCEPTED", "OPEN", "CANCELLATION_REQUEST_ACCEPTED"
)
reject_cancellation = _answering(
    "CANCELLATION_REQUESTED", "CANCELLATION_REJECTED", "IN_PROGRESS", "CANCELLATION_REQUEST_REJECTED"
)


def quantities_of(asked: Record, wanted: Sequence[dict[str, Any]], field: Sequence[object]) -> dict[str, int]:
    """Return how many of each line an input names; refuses more than remain, and a line named twice."""
    remaining = _remaining(asked)
    if len({each["id"] for each in wanted}) < len(wanted):
        message = "Duplicate fulfillment order line items were provided."
        raise refuse(field, message, "DUPLICATED_FULFILLMENT_ORDER_LINE_ITEMS")
    for each in wanted:
        if not 0 < each["quantity"] <= remaining.get(each["id"], 0):
            message = "Invalid fulfillment order line item quantity requested."
            raise refuse(field, message, "INVALID_LINE_ITEM_QUANTITY")
    return {each["id"]: each["quantity"] for each in wanted}


def _remaining(asked: Record) -> dict[str, int]:
    return {each["id"]: each["remainingQuantity"] for each in asked["lineItems"]}


def _found(state: State, id: str, code: str | None = None) -> Record:
    found = state.find(id)
    if found is None or found["__typename"] != "FulfillmentOrder":
        raise refuse(("id",), "Fulfillment order does not exist.", code)
    return found


def _check_move(state: State, asked: Record, location: Record) -> None:
    if asked["status"] not in _MOVABLE or asked["requestStatus"] in _AT_A_SERVICE:
        raise refuse(("id",), "Fulfillment order is not in a state that can be moved.")
    if asked["assignedLocation"]["location"] == location["id"]:
        raise refuse(("newLocationId",), "The fulfillment order is already assigned to that location.")
    if not location["isActive"]:
        raise refuse(("newLocationId",), "The location is not active.")


def _check_stocked(state: State, asked: Record, moved: dict[str, int], location: Record) -> None:
    for each in asked["lineItems"]:
        item = (
            state.find(each["inventoryItemId"]) if moved.get(each["id"]) and each["inventoryItemId"] else None
        )
        if item and item["tracked"] and level_at(item, location["id"]) is None:
            raise refuse(("newLocationId",), "None of the items are stocked at the new location.")
