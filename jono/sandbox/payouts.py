"""Shopify Payments: every card payment is balanced with its fee, and a day's balance is paid out; disputes."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby

from jono.kit.money import round_amount
from jono.sandbox.bags import shop_amount
from jono.sandbox.gids import gid, read_gid
from jono.sandbox.shop import SHOP
from jono.sandbox.state import Record, State
from jono.sandbox.values import money, time_text

ACCOUNT = gid("ShopifyPaymentsAccount", 1)
GATEWAY = "shopify_payments"
FIRST_PAYOUT_ID = 98_000_000_001
FIRST_DISPUTE_ID = 2_600_000_001
_FEE_RATE, _FEE = Decimal("0.021"), Decimal("0.30")
_TYPES = {"SALE": "CHARGE", "CAPTURE": "CHARGE", "REFUND": "REFUND"}
_PAID = """
SELECT id, json_extract(body, '$.name'), json_extract(body, '$.transactions') FROM record WHERE kind = 'Order'
ORDER BY id
"""
_SUMMARY = (
    "adjustmentsFee", "adjustmentsGross", "chargesFee", "chargesGross", "refundsFee", "refundsFeeGross",
    "reservedFundsFee", "reservedFundsGross", "retriedPayoutsFee", "retriedPayoutsGross",
)  # fmt: skip


def balance(state: State) -> list[Record]:
    """Make a balance transaction of every card payment that has none yet; return the new ones."""
    new = [
        _transaction({"id": gid("Order", number), "name": name}, each)
        for number, name, transactions in state.rows(_PAID)
        for each in json.loads(transactions)
        if each["gateway"] == GATEWAY and each["status"] == "SUCCESS" and each["kind"] in _TYPES
        if state.find(_id_of(each)) is None
    ]
    state.put(new)
    return new


def pay_out(state: State, until: datetime) -> list[Record]:
    """Balance all card payments, and pay out those made before a time: one payout a day."""
    with state.writing():
        balance(state)
        waiting = sorted(
            (each for each in _waiting(state) if each["transactionDate"] < time_text(until)),
            key=lambda each: (each["transactionDate"], each["id"]),
        )
        return [
            _payout(state, list(each))
            for _, each in groupby(waiting, lambda one: one["transactionDate"][:10])
        ]


def dispute(state: State, order: Record, reason: str = "FRAUDULENT") -> Record:
    """Let a customer's bank dispute what was paid for an order."""
    [number] = state.take_numbers("ShopifyPaymentsDispute", FIRST_DISPUTE_ID, 1)
    at = state.now()
    disputed = {
        "id": gid("ShopifyPaymentsDispute", number),
        "legacyResourceId": str(number),
        "status": "NEEDS_RESPONSE",
        "type": "CHARGEBACK",
        "amount": order["netPaymentSet"]["shopMoney"],
        "initiatedAt": time_text(at),
        "evidenceDueBy": time_text(at + timedelta(days=10)),
        "evidenceSentOn": None,
        "finalizedOn": None,
        "order": order["id"],
        "reasonDetails": {"reason": reason, "networkReasonCode": None},
    }
    state.put([disputed])
    return disputed


def account(state: State) -> Record:
    """Return the account, with what has not been paid out yet."""
    currency = (state.find(SHOP) or {})["currencyCode"]
    return {
        "id": ACCOUNT,
        "activated": True,
        "country": "FI",
        "defaultCurrency": currency,
        "balance": [money(_sum(_waiting(state), "net"), currency)],
    }


def _waiting(state: State) -> Iterator[Record]:
    """The balance transactions that have not been paid out."""
    return state.each(
        "ShopifyPaymentsBalanceTransaction", "json_extract(body, '$.associatedPayout.id') IS NULL"
    )


def _transaction(order: Record, paid: Record) -> Record:
    shop = paid["amountSet"]["shopMoney"]
    refund = paid["kind"] == "REFUND"
    amount = -shop_amount(paid["amountSet"]) if refund else shop_amount(paid["amountSet"])
    fee = Decimal(0) if refund else round_amount(amount * _FEE_RATE + _FEE, shop["currencyCode"])
    _, number = read_gid(paid["id"]) or ("", 0)
    return {
        "id": _id_of(paid),
        "type": _TYPES[paid["kind"]],
        "test": paid["test"],
        "transactionDate": paid["processedAt"],
        "sourceId": str(number),
        "sourceType": _TYPES[paid["kind"]],
        "sourceOrderTransactionId": str(number),
        "adjustmentReason": None,
        "amount": money(amount, shop["currencyCode"]),
        "fee": money(fee, shop["currencyCode"]),
        "net": money(amount - fee, shop["currencyCode"]),
        "associatedOrder": {"id": order["id"], "name": order["name"]},
        "associatedPayout": {"id": None, "status": "PENDING"},
    }


def _payout(state: State, transactions: list[Record]) -> Record:
    [number] = state.take_numbers("ShopifyPaymentsPayout", FIRST_PAYOUT_ID, 1)
    id, currency = gid("ShopifyPaymentsPayout", number), transactions[0]["net"]["currencyCode"]
    charges = [each for each in transactions if each["type"] == "CHARGE"]
    refunds = [each for each in transactions if each["type"] == "REFUND"]
    amounts = {
        "chargesFee": _sum(charges, "fee"),
        "chargesGross": _sum(charges, "amount"),
        "refundsFee": _sum(refunds, "fee"),
        "refundsFeeGross": _sum(refunds, "amount"),
    }
    net = _sum(transactions, "net")
    issued_at = f"{transactions[-1]['transactionDate'][:10]}T23:59:59Z"
    payout = {
        "id": id,
        "legacyResourceId": str(number),
        "issuedAt": issued_at,
        "createdAt": issued_at,
        "status": "PAID",
        "transactionType": "DEPOSIT" if net >= 0 else "WITHDRAWAL",
        "externalTraceId": f"SANDBOX{number}",
        "net": money(net, currency),
        "gross": money(_sum(transactions, "amount"), currency),
        "summary": {name: money(amounts.get(name, Decimal(0)), currency) for name in _SUMMARY},
    }
    paid = {"id": id, "status": "PAID"}
    state.put([payout, *(each | {"associatedPayout": paid} for each in transactions)])
    return payout


def _sum(transactions: Iterable[Record], name: str) -> Decimal:
    return sum((Decimal(each[name]["amount"]) for each in transactions), Decimal(0))


def _id_of(paid: Record) -> str:
    _, number = read_gid(paid["id"]) or ("", 0)
    return gid("ShopifyPaymentsBalanceTransaction", number)
