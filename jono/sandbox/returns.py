"""Returns: a customer sends back what was shipped; the refund comes later, by itself."""

from decimal import Decimal

from jono.sandbox.bags import times
from jono.sandbox.gids import gid
from jono.sandbox.state import Record, State
from jono.sandbox.values import time_text

FIRST_RETURN_ID = 12_300_000_001
_LINES = 1_000


def open_return(state: State, order: Record, note: str = "") -> Record:
    """Open a return of all that was shipped of an order, changed in place and kept; ValueError when nothing was."""
    shipped = [
        line
        for fulfillment in filter(None, map(state.find, order["fulfillments"]))
        if fulfillment["status"] == "SUCCESS"
        for line in fulfillment["fulfillmentLineItems"]
    ]
    if not shipped:
        raise ValueError(f"Nothing of {order['name']} has been shipped.")
    with state.writing():
        [number] = state.take_numbers("Return", FIRST_RETURN_ID, 1)
        at = time_text(state.now())
        returned = {
            "id": gid("Return", number),
            "name": f"{order['name']}-R{len(order['returns']) + 1}",
            "status": "OPEN",
            "totalQuantity": sum(each["quantity"] for each in shipped),
            "createdAt": at,
            "closedAt": None,
            "order": order["id"],
            "decline": None,
            "returnLineItems": [
                _line(number * _LINES + index, each, note) for index, each in enumerate(shipped, start=1)
            ],
            "refunds": [],
        }
        order |= {
            "returns": [*order["returns"], returned["id"]],
            "returnStatus": "IN_PROGRESS",
            "updatedAt": at,
        }
        state.put([returned, order])
    return returned


def _line(number: int, shipped: Record, note: str) -> Record:
    return {
        "__typename": "ReturnLineItem",
        "id": gid("ReturnLineItem", number),
        "quantity": shipped["quantity"],
        "refundableQuantity": shipped["quantity"],
        "refundedQuantity": 0,
        "returnReasonNote": note,
        "customerNote": None,
        "returnReasonDefinition": {
            "id": gid("ReturnReasonDefinition", 1),
            "name": "Unwanted",
            "handle": "unwanted",
        },
        "fulfillmentLineItem": shipped,
        "withCodeDiscountedTotalPriceSet": times(shipped["discountedTotalSet"], Decimal(1)),
    }
