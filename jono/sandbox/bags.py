"""Arithmetic on amounts in both currencies, as answers hold them."""

from decimal import Decimal

from jono.kit.money import round_amount
from jono.sandbox.values import Bag, money

ZERO = Decimal(0)


def shop_amount(bag: Bag) -> Decimal:
    """Return the amount in the shop's currency."""
    return Decimal(bag["shopMoney"]["amount"])


def times(bag: Bag, factor: Decimal) -> Bag:
    """Return a bag multiplied, rounded in each currency."""
    return {
        name: money(
            round_amount(Decimal(each["amount"]) * factor, each["currencyCode"]), each["currencyCode"]
        )
        for name, each in bag.items()
    }


def plus(bag: Bag, other: Bag) -> Bag:
    """Return the sum of two bags of the same currencies."""
    return {
        name: money(Decimal(each["amount"]) + Decimal(other[name]["amount"]), each["currencyCode"])
        for name, each in bag.items()
    }


def minus(bag: Bag, other: Bag) -> Bag:
    """Return what is left of a bag."""
    return plus(bag, times(other, Decimal(-1)))


def nothing(bag: Bag) -> Bag:
    """Return no money in the same currencies."""
    return times(bag, ZERO)


def part(bag: Bag, amount: Decimal) -> Bag:
    """Return `amount` of the shop's currency in both, at the rate that a bag has; it must not be empty."""
    whole = shop_amount(bag)
    exact = times(bag, amount / whole) if whole else nothing(bag)
    return exact | {"shopMoney": money(amount, bag["shopMoney"]["currencyCode"])}
