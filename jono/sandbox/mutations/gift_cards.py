"""Gift cards made, filled, used and deactivated by an app."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from jono.sandbox.asking import Asking
from jono.sandbox.gids import gid
from jono.sandbox.gift_cards import FIRST_GIFT_CARD_ID, card_record
from jono.sandbox.mutations.carrying_out import Arguments, Mutation, Payload, refuse
from jono.sandbox.mutations.orders import amount_of
from jono.sandbox.mutations.records import known
from jono.sandbox.shop import SHOP
from jono.sandbox.state import Record, State
from jono.sandbox.values import money, time_text

_SHORTEST, _LONGEST = 8, 20


def create(asking: Asking, arguments: Arguments) -> Payload:
    """`giftCardCreate`: its code is told once."""
    state, wanted = asking.state, arguments["input"]
    currency = (state.find(SHOP) or {})["currencyCode"]
    initial = wanted.get("initialAmount") or {"amount": wanted.get("initialValue"), "currencyCode": currency}
    if initial["amount"] is None:
        raise refuse(("input", "initialValue"), "can't be blank", "MISSING_ARGUMENT")
    amount = amount_of(initial["amount"], ("input", "initialValue"))
    if amount <= 0:
        raise refuse(("input", "initialValue"), "must be greater than 0", "GREATER_THAN")
    code = wanted.get("code") or uuid4().hex[:16]
    if not _SHORTEST <= len(code) <= _LONGEST:
        short = len(code) < _SHORTEST
        message = f"is too short (minimum is {_SHORTEST} characters)" if short else "is too long"
        raise refuse(("input", "code"), message, "TOO_SHORT" if short else "TOO_LONG")
    customer = wanted.get("customerId")
    if customer:
        known(state, customer, "Customer", ("input", "customerId"), "CUSTOMER_NOT_FOUND")
    [number] = state.take_numbers("GiftCard", FIRST_GIFT_CARD_ID, 1)
    card = card_record(number, money(amount, initial["currencyCode"]), code[-4:], time_text(state.now()))
    card |= {"customer": customer, "expiresOn": wanted.get("expiresOn"), "note": wanted.get("note")}
    state.put([card])
    return {"giftCard": card["id"], "giftCardCode": code}


def deactivate(asking: Asking, arguments: Arguments) -> Payload:
    """`giftCardDeactivate`."""
    card = known(asking.state, arguments["id"], "GiftCard", ("id",), "GIFT_CARD_NOT_FOUND")
    asking.state.put([card | {"enabled": False, "updatedAt": time_text(asking.state.now())}])
    return {"giftCard": card["id"]}


def _booking(name: str, sign: int) -> Mutation:
    """Return the mutation that adds to a card's balance, or takes from it."""

    def carry_out(asking: Asking, arguments: Arguments) -> Payload:
        state, wanted = asking.state, arguments[f"{name}Input"]
        card = known(state, arguments["id"], "GiftCard", ("id",), "GIFT_CARD_NOT_FOUND")
        asked, where = wanted[f"{name}Amount"], (f"{name}Input", f"{name}Amount")
        amount = amount_of(asked["amount"], (*where, "amount"))
        if amount <= 0:
            message = "A positive amount must be used."
            raise refuse((*where, "amount"), message, "NEGATIVE_OR_ZERO_AMOUNT")
        if asked["currencyCode"] != card["balance"]["currencyCode"]:
            message = "The currency provided does not match the currency of the gift card."
            raise refuse((*where, "currencyCode"), message, "MISMATCHING_CURRENCY")
        if not card["enabled"]:
            raise refuse(("id",), "The gift card is deactivated.", "INVALID")
        if sign * amount + Decimal(card["balance"]["amount"]) < 0:
            message = "The gift card does not have sufficient funds to satisfy the request."
            raise refuse((*where, "amount"), message, "INSUFFICIENT_FUNDS")
        return {f"giftCard{name.capitalize()}Transaction": _booked(state, card, sign * amount, name, wanted)}

    return carry_out


def _booked(state: State, card: Record, amount: Decimal, name: str, wanted: dict[str, Any]) -> Record:
    currency, at = card["balance"]["currencyCode"], time_text(state.now())
    balance = money(Decimal(card["balance"]["amount"]) + amount, currency)
    state.put([card | {"balance": balance, "updatedAt": at}])
    [number] = state.take_numbers("GiftCardTransaction", 1, 1)
    return {
        "id": gid(f"GiftCard{name.capitalize()}Transaction", number),
        "amount": money(amount, currency),
        "giftCard": card["id"],
        "note": wanted.get("note"),
        "processedAt": wanted.get("processedAt") or at,
    }


credit = _booking("credit", 1)
debit = _booking("debit", -1)
