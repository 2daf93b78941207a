"""Gift cards: one for every card that a paid order sells."""

from decimal import Decimal
from uuid import uuid4

from jono.sandbox.gids import gid
from jono.sandbox.state import Record, State

FIRST_GIFT_CARD_ID = 780_000_001


def issue_gift_cards(state: State, order: Record) -> list[Record]:
    """Make the gift cards that an order sells, each worth what was paid for it."""
    sold = [each for each in order["lineItems"] if each["isGiftCard"] for _ in range(each["currentQuantity"])]
    numbers = state.take_numbers("GiftCard", FIRST_GIFT_CARD_ID, len(sold))
    cards = [_card(order, line, number) for line, number in zip(sold, numbers, strict=True)]
    state.put(cards)
    return cards


def _card(order: Record, line: Record, number: int) -> Record:
    value, last = line["originalUnitPriceSet"]["shopMoney"], uuid4().hex[-4:]
    return card_record(number, value, last, order["createdAt"]) | {
        "customer": order["customer"],
        "order": order["id"],
    }


def card_record(number: int, value: Record, last: str, at: str) -> Record:
    """Return a gift card of nobody, worth an amount, whose code ends with `last`."""
    return {
        "id": gid("GiftCard", number),
        "createdAt": at,
        "updatedAt": at,
        "enabled": Decimal(value["amount"]) > 0,
        "expiresOn": None,
        "lastCharacters": last,
        "maskedCode": f"•••• •••• •••• {last}",
        "note": None,
        "balance": value,
        "initialValue": value,
        "customer": None,
        "order": None,
    }
