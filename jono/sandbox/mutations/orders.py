"""Orders closed, opened, cancelled, paid and described by an app."""

from decimal import Decimal, InvalidOperation

from jono.sandbox import jobs
from jono.sandbox.asking import Asking
from jono.sandbox.bags import nothing, part, shop_amount
from jono.sandbox.customers import changed_address
from jono.sandbox.events import announce
from jono.sandbox.fulfilment import cancel_remaining, now_text
from jono.sandbox.gids import gid
from jono.sandbox.mutations.carrying_out import Arguments, Payload, refuse
from jono.sandbox.mutations.records import editable_order, keep_order
from jono.sandbox.payments import last_payment, pay
from jono.sandbox.state import Record, State

_UPDATED = {"Customer": "CUSTOMERS_UPDATE", "Order": "ORDERS_UPDATED", "Product": "PRODUCTS_UPDATE"}
_PAYABLE = ("PENDING", "AUTHORIZED", "PARTIALLY_PAID", "EXPIRED")


def close(asking: Asking, arguments: Arguments) -> Payload:
    """`orderClose`."""
    order = editable_order(asking.state, arguments["input"]["id"], ("input", "id"))
    order |= {"closed": True, "closedAt": order["closedAt"] or now_text(asking.state)}
    return {"order": keep_order(asking.state, order)["id"]}


def open_(asking: Asking, arguments: Arguments) -> Payload:
    """`orderOpen`."""
    order = editable_order(asking.state, arguments["input"]["id"], ("input", "id"))
    if order["cancelledAt"]:
        raise refuse(("input", "id"), "Order cannot be reopened.")
    order |= {"closed": False, "closedAt": None}
    return {"order": keep_order(asking.state, order)["id"]}


def cancel(asking: Asking, arguments: Arguments) -> Payload:
    """`orderCancel`: looked at now, carried out by a job after the answer."""
    _cancellable(asking.state, arguments["orderId"])
    return {"job": jobs.start(asking.state, "orderCancel", arguments)}


def finish_cancel(state: State, arguments: Arguments) -> None:
    """Cancel an order: nothing more is shipped or owed, and what was paid is given back when asked."""
    order, at = _cancellable(state, arguments["orderId"]), now_text(state)
    cancel_remaining(state, order, at, restock=arguments["restock"])
    for line in order["lineItems"]:
        line |= {"currentQuantity": 0, "unfulfilledQuantity": 0}
    order |= {
        "cancelledAt": at,
        "cancelReason": arguments["reason"],
        "closed": True,
        "closedAt": at,
        "currentSubtotalLineItemsQuantity": 0,
        "currentTotalPriceSet": nothing(order["totalPriceSet"]),
        "currentTotalDiscountsSet": nothing(order["totalPriceSet"]),
    }
    method = arguments.get("refundMethod") or {}
    if shop_amount(order["netPaymentSet"]) <= 0:
        order["displayFinancialStatus"] = "VOIDED"
    elif method.get("originalPaymentMethodsRefund"):
        pay(state, order, "REFUND", order["netPaymentSet"], last_payment(order))
    keep_order(state, order, "ORDERS_CANCELLED")


def _cancellable(state: State, id: str) -> Record:
    order = editable_order(state, id, ("orderId",), "NOT_FOUND")
    if order["cancelledAt"]:
        raise refuse(("orderId",), "Cannot cancel an order that has already been canceled", "INVALID")
    if any((state.find(each) or {})["status"] == "SUCCESS" for each in order["fulfillments"]):
        raise refuse(("orderId",), "Cannot cancel an order that has fulfilled items", "INVALID")
    return order


def mark_as_paid(asking: Asking, arguments: Arguments) -> Payload:
    """`orderMarkAsPaid`."""
    order = editable_order(asking.state, arguments["input"]["id"], ("input", "id"))
    if order["cancelledAt"] or order["displayFinancialStatus"] not in _PAYABLE:
        raise refuse(("input", "id"), "Order cannot be marked as paid.")
    pay(asking.state, order, "SALE", order["totalOutstandingSet"], None)
    return {"order": keep_order(asking.state, order, "ORDERS_PAID")["id"]}


def capture(asking: Asking, arguments: Arguments) -> Payload:
    """`orderCapture`: take what was authorized, or a part of it."""
    wanted = arguments["input"]
    order = editable_order(asking.state, wanted["id"], ("input", "id"))
    parent = next(
        (each for each in order["transactions"] if each["id"] == wanted["parentTransactionId"]), None
    )
    if parent is None or parent["kind"] != "AUTHORIZATION" or parent["status"] != "SUCCESS":
        raise refuse(("input", "parentTransactionId"), "Parent transaction is not an authorization.")
    amount = amount_of(wanted["amount"], ("input", "amount"))
    if not 0 < amount <= shop_amount(order["totalOutstandingSet"]):
        raise refuse(("input", "amount"), "The amount is more than can be captured.")
    captured = pay(asking.state, order, "CAPTURE", part(parent["amountSet"], amount), parent)
    keep_order(asking.state, order, "ORDERS_PAID")
    return {"transaction": captured}


def update(asking: Asking, arguments: Arguments) -> Payload:
    """`orderUpdate`: the texts of an order, its tags and where it goes."""
    wanted = arguments["input"]
    order = editable_order(asking.state, wanted["id"], ("input", "id"))
    order |= {name: wanted[name] for name in ("note", "email", "phone", "poNumber") if name in wanted}
    if wanted.get("tags") is not None:
        order["tags"] = sorted(set(wanted["tags"]))
    if wanted.get("customAttributes") is not None:
        order["customAttributes"] = [dict(each) for each in wanted["customAttributes"]]
    if wanted.get("shippingAddress") is not None:
        known = order["shippingAddress"] or {"id": gid("MailingAddress", order["number"])}
        order["shippingAddress"] = order["displayAddress"] = changed_address(known, wanted["shippingAddress"])
    return {"order": keep_order(asking.state, order)["id"]}


def add_tags(asking: Asking, arguments: Arguments) -> Payload:
    """`tagsAdd` to an order, a product or a customer."""
    state, found = asking.state, asking.state.find(arguments["id"])
    if found is None or "tags" not in found:
        raise refuse(("id",), "Resource does not exist")
    changed = found | {"tags": sorted({*found["tags"], *arguments["tags"]}), "updatedAt": now_text(state)}
    state.put([changed])
    announce(state, _UPDATED[found["__typename"]], changed)
    return {"node": found["id"]}


def amount_of(text: object, field: tuple[object, ...]) -> Decimal:
    """Return an amount in an input, or refuse it."""
    try:
        amount = Decimal(str(text))
    except InvalidOperation:
        raise refuse(field, "is not an amount") from None
    if not amount.is_finite():
        raise refuse(field, "is not an amount")
    return amount
