"""A stream of orders that a small Nordic shop might see: the same seed, the same orders.

Beside the everyday it has what tries a bookkeeper's patience: a name of seventy characters, a line of nothing, a
gift for free, goods the store does not know, a cancelled order, a tip, a till that rounds to five cents.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from jono.kit.money import round_amount
from jono.sandbox.drafts import Address, Line, OrderDraft, Person, Shipping, Tax
from jono.sandbox.people import COUNTRIES, FINLAND, Country, Place, person_of
from jono.sandbox.shop import TILL
from jono.sandbox.state import State

_WEIGHTS = (70, 12, 12, 6)
_TAX_CLASSES = {
    "Coffee": "food", "Tea": "food", "Food": "food", "Books and maps": "books", "Magazine": "press",
}  # fmt: skip
_SHIPS_FREE_FROM = Decimal(120)
_LONG_NAME = "Lähteenmäki-Yli-Öyry-Großmann von und zu Pohjois-Karjalan Erämaa-Kylät"

Changes = dict[str, Any]


@dataclass(frozen=True)
class Goods:
    """A variant that can be bought."""

    variant: str
    price: Decimal
    tax_class: str
    gift_card: bool


def goods_of(state: State) -> list[Goods]:
    """Return what the store sells."""
    products = {each["id"]: each for each in state.all("Product")}
    return [
        _goods(variant["id"], Decimal(variant["price"]), products[variant["product"]])
        for variant in state.all("ProductVariant")
        if products[variant["product"]]["status"] == "ACTIVE"
    ]


def _goods(variant: str, price: Decimal, product: dict[str, Any]) -> Goods:
    return Goods(variant, price, tax_class_of(product["productType"]), gift_card=product["isGiftCard"])


def tax_class_of(product_type: str) -> str:
    """Return what goods of that type are to the taxman: food, books, press or other."""
    return _TAX_CLASSES.get(product_type, "other")


def order_stream(
    goods: Sequence[Goods], how_many: int, until: datetime, *, days: int = 30, seed: int = 1
) -> Iterator[OrderDraft]:
    """Yield orders for `goods`, the oldest first, over the `days` that end at `until`; 0 days: all of them then."""
    dice = random.Random(seed)  # noqa: S311 - makes up orders, guards nothing
    began = until - timedelta(days=days)
    at = sorted(began + timedelta(seconds=dice.randrange(max(1, days * 86_400))) for _ in range(how_many))
    price = {each.variant: each.price for each in goods}
    regulars = [(country, *_somebody(country, dice)) for country in dice.choices(COUNTRIES, _WEIGHTS, k=40)]
    for index, created_at in enumerate(at):
        if index % 6 == 4:
            draft = _till_order(goods, created_at, dice)
        else:
            draft = _web_order(goods, price, created_at, regulars, dice)
            draft = draft.model_copy(update=_progress(created_at, until, dice))
        special = _SPECIALS.get(index % 25)
        yield draft.model_copy(update=special(draft)) if special else draft


def _somebody(country: Country, dice: random.Random) -> tuple[Place, Person]:
    place = dice.choice(country.places)
    return place, person_of(country, place, dice)


def _web_order(
    goods: Sequence[Goods],
    price: Mapping[str, Decimal],
    at: datetime,
    regulars: Sequence[tuple[Country, Place, Person]],
    dice: random.Random,
) -> OrderDraft:
    country = dice.choices(COUNTRIES, _WEIGHTS)[0]
    again = dice.random() < 0.4
    country, place, person = dice.choice(regulars) if again else (country, *_somebody(country, dice))
    lines = _lines(goods, country, place, dice)
    worth = sum((price[line.variant or ""] * line.quantity for line in lines), Decimal(0))
    coupon = dice.random() < 0.15
    return OrderDraft(
        lines=lines,
        shipping=_shipping(country, worth, dice),
        taxes=_taxes("other", country, place),
        taxes_included=country.taxes_included,
        discount=round_amount(worth / 10, "EUR") if coupon else Decimal(0),
        discount_codes=("TERVETULOA10",) if coupon else (),
        presentment_currency=country.currency,
        exchange_rate=country.rate,
        customer=person,
        shipping_address=person.address,
        created_at=at,
        note="Jätä naapurille, kiitos." if dice.random() < 0.05 else None,
    )


def _till_order(goods: Sequence[Goods], at: datetime, dice: random.Random) -> OrderDraft:
    """A sale at the till of the Kallio shop: nobody in particular, often in cash, sometimes with a tip."""
    cash = dice.random() < 0.5
    return OrderDraft(
        lines=_lines(goods, FINLAND, FINLAND.places[0], dice)[:4],
        taxes=_taxes("other", FINLAND, FINLAND.places[0]),
        tip=Decimal(dice.choice(("0", "0", "1", "2.50"))),
        created_at=at,
        fulfillment_status="FULFILLED",
        closed_at=at,
        gateway="cash" if cash else "shopify_payments",
        cash=cash,
        source_name="pos",
        retail_location=TILL,
    )


def _lines(goods: Sequence[Goods], country: Country, place: Place, dice: random.Random) -> tuple[Line, ...]:
    """One to twelve different goods, small numbers of each; some of them reduced."""
    how_many = min(len(goods), dice.choices(range(1, 13), (30, 25, 16, 10, 6, 4, 3, 2, 1, 1, 1, 1))[0])
    return tuple(
        Line(
            variant=each.variant,
            quantity=dice.choices((1, 2, 3, 6), (75, 17, 5, 3))[0],
            discount=round_amount(each.price / 5, "EUR") if dice.random() < 0.08 else Decimal(0),
            taxes=() if each.gift_card else _taxes(each.tax_class, country, place),
            gift_card=each.gift_card,
        )
        for each in dice.sample(goods, how_many)
    )


def _taxes(tax_class: str, country: Country, place: Place) -> tuple[Tax, ...]:
    """A country's VAT on that class of goods, or the taxes of a place where each place has its own."""
    return (country.taxes[tax_class],) if country.taxes else place.taxes


def _shipping(country: Country, worth: Decimal, dice: random.Random) -> tuple[Shipping, ...]:
    title, price = dice.choice(country.carriers)
    free = worth >= _SHIPS_FREE_FROM
    return (Shipping(title=title, price=price, discount=price if free else Decimal(0)),)


def _progress(at: datetime, until: datetime, dice: random.Random) -> Changes:
    """How far an order has come by then: most are paid and wait, some are sent, some wait for their money."""
    throw, sent_at = dice.random(), at + timedelta(hours=20)
    if throw < 0.70:
        return {}
    if throw < 0.85:
        return {"fulfillment_status": "FULFILLED", "closed_at": sent_at} if sent_at <= until else {}
    if throw < 0.95:
        return {"financial_status": "PENDING", "gateway": "bank deposit"}
    return {"financial_status": "AUTHORIZED"}


def _long_name(draft: OrderDraft) -> Changes:
    """A name of seventy characters, as no form foresaw it."""
    address = draft.shipping_address or Address()
    named = address.model_copy(update={"first_name": "", "last_name": _LONG_NAME})
    return {"shipping_address": named, "billing_address": named}


def _nothing(draft: OrderDraft) -> Changes:
    """A line that an edit has emptied, and a sample for free."""
    sample = Line(title="Coffee sample", price=Decimal(0), taxes=())
    emptied = draft.lines[0].model_copy(update={"quantity": 0, "discount": Decimal(0)})
    return {"lines": (*draft.lines, emptied, sample)}


def _unknown_goods(draft: OrderDraft) -> Changes:
    """Something the store does not sell, typed in by hand."""
    return {"lines": (*draft.lines, Line(title="Repair of a rucksack", price=Decimal("24.90")))}


def _cancelled(draft: OrderDraft) -> Changes:
    return {
        "cancelled_at": draft.created_at,
        "closed_at": None,
        "financial_status": "VOIDED",
        "fulfillment_status": "UNFULFILLED",
    }


def _suspicious(draft: OrderDraft) -> Changes:
    return {"high_risk": True, "tags": ("check",), "attributes": {"Gift message": "Hyvää syntymäpäivää!"}}


_SPECIALS: dict[int, Callable[[OrderDraft], Changes]] = {
    3: _nothing,
    8: _long_name,
    12: _unknown_goods,
    17: _cancelled,
    21: _suspicious,
}
