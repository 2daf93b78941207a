"""Returns: a customer sends back what was shipped; the refund comes later, by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from jono.sandbox.bags import times
from jono.sandbox.gids import gid
from jono.sandbox.state import Record, State
from jono.sandbox.values import time_text

FIRST_RETURN_ID = 12_300_000_001
_LINES = 1_000
_UNDONE = ("CANCELED", "DECLINED")
_STATUSES = {"OPEN": "IN_PROGRESS", "REQUESTED": "RETURN_REQUESTED", "CLOSED": "RETURNED"}


@dataclass(frozen=True)
class SentBack:
    """Some of a line of a fulfilment that comes back; `note` is the shop's, `customer_note` the customer's."""

    line: Record
    quantity: int
    note: str = ""
    customer_note: str | None = None


def open_return(state: State, order: Record, note: str = "") -> Record:
    """Open a return of all that was shipped of an order, changed in place and kept; ValueError when nothing was."""
    left = returnable(state, order)
    lines = [SentBack(line, count, note) for line, count in left if count]
    if not lines:
        raise ValueError(f"Nothing of {order['name']} has been shipped.")
    with state.writing():
        returned = new_return(state, order, lines, "OPEN")
        state.put([returned, order])
    return returned


def returnable(state: State, order: Record) -> list[tuple[Record, int]]:
    """Return the lines of an order's fulfilments, and how many of each may still come back."""
    returns = [each for each in map(state.find, order["returns"]) if each and each["status"] not in _UNDONE]
    coming: dict[str, int] = {}
    for line in (line for each in returns for line in each["returnLineItems"]):
        id = line["fulfillmentLineItem"]["id"]
        coming[id] = coming.get(id, 0) + line["quantity"]
    shipped = (
        each for each in map(state.find, order["fulfillments"]) if each and each["status"] == "SUCCESS"
    )
    return [
        (line, line["quantity"] - coming.get(line["id"], 0))
        for each in shipped
        for line in each["fulfillmentLineItems"]
    ]


def new_return(state: State, order: Record, lines: Sequence[SentBack], status: str) -> Record:
    """Return the record of a new return; it and the order, changed in place, are for the caller to keep."""
    [number] = state.take_numbers("Return", FIRST_RETURN_ID, 1)
    at = time_text(state.now())
    returned = {
        "id": gid("Return", number),
        "name": f"{order['name']}-R{len(order['returns']) + 1}",
        "status": status,
        "totalQuantity": sum(each.quantity for each in lines),
        "createdAt": at,
        "updatedAt": at,
        "closedAt": None,
        "requestApprovedAt": at if status == "OPEN" else None,
        "order": order["id"],
        "decline": None,
        "returnLineItems": [
            _line(number * _LINES + index, each) for index, each in enumerate(lines, start=1)
        ],
        "exchangeLineItems": [],
        "refunds": [],
    }
    order |= {"returns": [*order["returns"], returned["id"]], "updatedAt": at}
    order["returnStatus"] = status_of_returns([*_returns(state, order), returned])
    return returned


def status_of_returns(returns: Sequence[Record]) -> str:
    """Return how far the returns of an order have come."""
    found = {each["status"] for each in returns}
    return next((told for status, told in _STATUSES.items() if status in found), "NO_RETURN")


def keep_return(state: State, returned: Record) -> Record:
    """Keep a changed return, and how far its order's have come; return the order, which is for the caller to keep."""
    state.put([returned | {"updatedAt": time_text(state.now())}])
    order = state.find(returned["order"]) or {}
    return order | {"returnStatus": status_of_returns(_returns(state, order))}


def _returns(state: State, order: Record) -> list[Record]:
    return [each for each in map(state.find, order["returns"]) if each]


def _line(number: int, back: SentBack) -> Record:
    shipped = back.line
    return {
        "__typename": "ReturnLineItem",
        "id": gid("ReturnLineItem", number),
        "quantity": back.quantity,
        "refundableQuantity": back.quantity,
        "refundedQuantity": 0,
        "returnReasonNote": back.note,
        "customerNote": back.customer_note,
        "returnReasonDefinition": {
            "id": gid("ReturnReasonDefinition", 1),
            "name": "Unwanted",
            "handle": "unwanted",
        },
        "fulfillmentLineItem": shipped,
        "withCodeDiscountedTotalPriceSet": times(
            shipped["discountedTotalSet"], Decimal(back.quantity) / shipped["quantity"]
        ),
    }
