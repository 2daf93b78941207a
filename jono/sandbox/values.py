"""Amounts and times as Shopify writes them in an answer."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

Bag = dict[str, Any]


def amount_text(amount: Decimal) -> str:
    """Return an amount as the store writes it: no more decimals than needed, at least one (`12.5`, `12.0`)."""
    text = f"{amount.normalize():f}"
    return text if "." in text else f"{text}.0"


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
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
