"""What was paid for an order and what was given back: its transactions, and the totals that follow from them."""

from decimal import Decimal
from typing import Any

from jono.sandbox.bags import minus, nothing, plus, shop_amount
from jono.sandbox.gids import gid
from jono.sandbox.state import Record, State
from jono.sandbox.values import Bag, time_text

FIRST_TRANSACTION_ID = 6_700_000_001


def pay(state: State, order: Record, kind: str, amount: Bag, parent: Record | None) -> Record:
    """Add a payment, or one that goes back, to an order changed in place; what it owes and has paid follows."""
    [number] = state.take_numbers("OrderTransaction", FIRST_TRANSACTION_ID, 1)
    at = time_text(state.now())
    gateway = parent["gateway"] if parent else "manual"
    transaction: dict[str, Any] = {
        "id": gid("OrderTransaction", number),
        "kind": kind,
        "status": "SUCCESS",
        "gateway": gateway,
        "formattedGateway": gateway.replace("_", " ").title(),
        "manualPaymentGateway": parent is None or parent["manualPaymentGateway"],
        "createdAt": at,
        "processedAt": at,
        "test": order["test"],
        "authorizationCode": None,
        "errorCode": None,
        "paymentId": f"{order['name']}.{len(order['transactions']) + 1}",
        "amountSet": amount,
        "amountRoundingSet": None,
        "parentTransaction": parent,
    }
    order["transactions"] = [*order["transactions"], transaction]
    settle(order)
    return transaction


def settle(order: Record) -> None:
    """Work out from an order's transactions what was received, given back and is still owed."""
    none = nothing(order["totalPriceSet"])
    received, refunded = none, none
    for each in order["transactions"]:
        if each["status"] == "SUCCESS" and each["kind"] in ("SALE", "CAPTURE"):
            received = plus(received, each["amountSet"])
        elif each["status"] == "SUCCESS" and each["kind"] == "REFUND":
            refunded = plus(refunded, each["amountSet"])
    net = minus(received, refunded)
    owed = minus(order["currentTotalPriceSet"], net)
    paid, due = shop_amount(net), shop_amount(owed)
    order |= {
        "totalReceivedSet": received,
        "totalRefundedSet": refunded,
        "netPaymentSet": net,
        "totalOutstandingSet": owed if due > 0 else none,
        "unpaid": shop_amount(received) == 0,
        "fullyPaid": due <= 0 and (shop_amount(received) > 0 or not shop_amount(order["totalPriceSet"])),
        "refundable": paid > 0,
        "displayFinancialStatus": _financial_status(order, shop_amount(received), shop_amount(refunded), due),
    }


def last_payment(order: Record) -> Record | None:
    """Return the payment that a refund goes back to."""
    paid = [each for each in order["transactions"] if each["kind"] in ("SALE", "CAPTURE")]
    return paid[-1] if paid else None


def _financial_status(order: Record, received: Decimal, refunded: Decimal, due: Decimal) -> str:
    if refunded:
        return "REFUNDED" if refunded >= received else "PARTIALLY_REFUNDED"
    if not received:
        return str(order["displayFinancialStatus"])
    return "PARTIALLY_PAID" if due > 0 else "PAID"
