"""Refunds made by an app."""

from decimal import Decimal
from typing import Any

from jono.sandbox.asking import Asking
from jono.sandbox.bags import part, shop_amount
from jono.sandbox.events import announce
from jono.sandbox.mutations.carrying_out import Arguments, Payload, refuse
from jono.sandbox.mutations.orders import amount_of
from jono.sandbox.mutations.records import editable_order, keep_order
from jono.sandbox.refunding import ReturnedLine, give_back
from jono.sandbox.shop import WAREHOUSE
from jono.sandbox.state import Record, State
from jono.sandbox.values import Bag


def create(asking: Asking, arguments: Arguments) -> Payload:
    """`refundCreate`: for goods, shipping, or money alone."""
    state, wanted = asking.state, arguments["input"]
    order = editable_order(state, wanted["orderId"], ("input", "orderId"))
    returned = [
        _returned(state, order, index, each) for index, each in enumerate(wanted.get("refundLineItems") or ())
    ]
    shipping = _shipping(order, wanted.get("shipping") or {})
    payments = wanted.get("transactions") or []
    amount = sum((_amount(index, each) for index, each in enumerate(payments)), Decimal(0))
    if not returned and shipping is None and not payments:
        raise refuse(("input",), "Refund must have at least one line item, shipping or transaction.")
    if amount > shop_amount(order["netPaymentSet"]) and not wanted.get("allowOverRefunding"):
        raise refuse(("input", "transactions"), "Refund amount is greater than net payment received")
    refund = give_back(state, order, returned, shipping, amount, wanted.get("note"), _parent(order, payments))
    keep_order(state, order)
    announce(state, "REFUNDS_CREATE", refund)
    return {"refund": refund["id"], "order": order["id"]}


def _returned(state: State, order: Record, index: int, wanted: dict[str, Any]) -> ReturnedLine:
    where = ("input", "refundLineItems", index)
    line = next((each for each in order["lineItems"] if each["id"] == wanted["lineItemId"]), None)
    if line is None:
        raise refuse((*where, "lineItemId"), "Line item does not exist")
    if not 0 < wanted["quantity"] <= line["currentQuantity"]:
        raise refuse((*where, "quantity"), "cannot refund more items than were purchased")
    restock = wanted.get("restockType") or "NO_RESTOCK"
    location = wanted.get("locationId")
    if restock == "RETURN" and location is None:
        raise refuse((*where, "locationId"), "Location must be set when restock type is return")
    if restock == "CANCEL" and wanted["quantity"] > line["unfulfilledQuantity"]:
        raise refuse((*where, "restockType"), "cannot cancel items that have been fulfilled")
    if location and state.find(location) is None:
        raise refuse((*where, "locationId"), "Location does not exist")
    return ReturnedLine(
        line, wanted["quantity"], restock, location or (WAREHOUSE if restock == "CANCEL" else None)
    )


def _shipping(order: Record, wanted: dict[str, Any]) -> Bag | None:
    whole: Bag = order["totalShippingPriceSet"]
    if wanted.get("fullRefund"):
        return whole
    if wanted.get("amount") is None:
        return None
    amount = amount_of(wanted["amount"], ("input", "shipping", "amount"))
    if amount > shop_amount(whole):
        raise refuse(("input", "shipping", "amount"), "Shipping refund is more than was paid for shipping")
    return part(whole, amount)


def _amount(index: int, wanted: dict[str, Any]) -> Decimal:
    where = ("input", "transactions", index)
    if wanted["kind"] != "REFUND":
        raise refuse((*where, "kind"), "Transaction kind must be refund")
    amount = amount_of(wanted["amount"], (*where, "amount"))
    if amount < 0:
        raise refuse((*where, "amount"), "must be greater than or equal to 0")
    return amount


def _parent(order: Record, payments: list[dict[str, Any]]) -> Record | None:
    ids = [each.get("parentId") for each in payments]
    return next((each for each in order["transactions"] if each["id"] in ids), None)
