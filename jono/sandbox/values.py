"""Amounts and times as Shopify writes them in an answer."""

from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

Bag = dict[str, Any]


@lru_cache(maxsize=10_000)
def amount_text(amount: Decimal) -> str:
    """Return an amount as the store writes it: no more decimals than needed, at least one (`12.5`, `12.0`)."""
    text = f"{amount:f}"
    if "." not in text:
        return f"{text}.0"
    text = text.rstrip("0")
    return f"{text}0" if text.endswith(".") else text


def money(amount: Decimal, currency: str) -> dict[str, str]:
    """Return an amount of one currency."""
    return {"amount": amount_text(amount), "currencyCode": currency}


def bag(shop: Decimal, shop_currency: str, presentment: Decimal, presentment_currency: str) -> Bag:
    """Return an amount in the shop's currency and in the one the customer saw."""
    return {
        "shopMoney": money(shop, shop_currency),
        "presentmentMoney": money(presentment, presentment_currency),
    }


def time_text(at: datetime) -> str:
    """Return a time in UTC, in whole seconds."""
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"
