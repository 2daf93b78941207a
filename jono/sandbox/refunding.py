"""Refunds: goods that come back or are not sent, shipping, and the money for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from jono.sandbox.bags import minus, nothing, part, plus, shop_amount, times
from jono.sandbox.fulfilment import move_line, status_of
from jono.sandbox.gids import gid
from jono.sandbox.payments import last_payment, pay
from jono.sandbox.state import Record, State
from jono.sandbox.values import Bag, time_text

FIRST_REFUND_ID = 9_300_000_001
_LINES = 1_000


@dataclass(frozen=True)
class ReturnedLine:
    """Some of what a line sold; `restock` is RETURN, CANCEL or NO_RESTOCK, at a location."""

    line: Record
    quantity: int
    restock: str
    location: str | None


def give_back(
    state: State,
    order: Record,
    returned: Sequence[ReturnedLine],
    shipping: Bag | None = None,
    amount: Decimal | None = None,
    note: str | None = None,
    parent: Record | None = None,
) -> Record:
    """Refund an order, changed in place, and return the refund's record; the order is for the caller to keep.

    `amount` is what goes back in the shop's currency, None: just what the goods and the shipping cost.
    """
    [number] = state.take_numbers("Refund", FIRST_REFUND_ID, 1)
    lines = [_line(number * _LINES + index, each, order) for index, each in enumerate(returned, start=1)]
    owed = shipping or nothing(order["totalPriceSet"])
    for each in lines:
        owed = plus(owed, each["subtotalSet"])
        if not order["taxesIncluded"]:
            owed = plus(owed, each["totalTaxSet"])
    paid = owed if amount is None else part(order["totalPriceSet"], amount)
    for back in returned:
        _take_off(state, back)
    order["currentTotalPriceSet"] = minus(order["currentTotalPriceSet"], owed)
    order["currentSubtotalLineItemsQuantity"] -= sum(each.quantity for each in returned)
    transactions = (
        [pay(state, order, "REFUND", paid, parent or last_payment(order))] if shop_amount(paid) else []
    )
    at = time_text(state.now())
    refund = {
        "id": gid("Refund", number),
        "legacyResourceId": str(number),
        "createdAt": at,
        "updatedAt": at,
        "processedAt": at,
        "note": note,
        "order": order["id"],
        "return": None,
        "totalRefundedSet": paid if transactions else nothing(order["totalPriceSet"]),
        "refundLineItems": lines,
        "refundShippingLines": _shipping(number, order, shipping),
        "transactions": transactions,
    }
    order["refunds"] = [*order["refunds"], refund["id"]]
    if returned and order["fulfillmentOrders"] and order["displayFulfillmentStatus"] != "UNFULFILLED":
        order["displayFulfillmentStatus"] = status_of(order)
    state.put([refund])
    return refund


def _line(number: int, returned: ReturnedLine, order: Record) -> Record:
    line, share = returned.line, Decimal(returned.quantity) / returned.line["quantity"]
    taxes = nothing(order["totalPriceSet"])
    for each in line["taxLines"]:
        taxes = plus(taxes, each["priceSet"])
    subtotal = times(line["discountedTotalSet"], share)
    return {
        "id": gid("RefundLineItem", number),
        "lineItem": line["id"],
        "quantity": returned.quantity,
        "restockType": returned.restock,
        "restocked": returned.restock != "NO_RESTOCK",
        "location": returned.location,
        "priceSet": line["originalUnitPriceSet"],
        "subtotalSet": subtotal,
        "totalTaxSet": times(taxes, share),
    }


def _take_off(state: State, returned: ReturnedLine) -> None:
    """The line has less of it now; what is restocked can be sold again."""
    line, count, location = returned.line, returned.quantity, returned.location
    line["currentQuantity"] -= count
    if returned.restock == "CANCEL":
        line["unfulfilledQuantity"] -= min(count, line["unfulfilledQuantity"])
    if location and returned.restock == "RETURN":
        move_line(state, line, location, {"available": count, "on_hand": count})
    elif location and returned.restock == "CANCEL":
        move_line(state, line, location, {"available": count, "committed": -count})


def _shipping(number: int, order: Record, amount: Bag | None) -> list[Record]:
    if amount is None or not shop_amount(amount) or not order["shippingLines"]:
        return []
    charge = order["shippingLines"][0]
    taxes = nothing(amount)
    for each in charge["taxLines"]:
        taxes = plus(taxes, each["priceSet"])
    whole = shop_amount(charge["originalPriceSet"])
    share = shop_amount(amount) / whole if whole else Decimal(0)
    return [
        {
            "id": gid("RefundShippingLine", number),
            "shippingLine": charge,
            "subtotalAmountSet": amount,
            "taxAmountSet": times(taxes, share),
        }
    ]
