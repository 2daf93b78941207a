"""The records a store answers, by the names flows use: Shopify's own, typed, amounts as Decimal, times with a zone.

They are generated from `queries/` into `api/`. An enum is its text as Shopify writes it (`"PAID"`).
"""

from dataclasses import dataclass
from datetime import datetime

from jono.shopify.api import (
    Attribute,
    Customer,
    DiscountAllocation,
    LineItem,
    MailingAddress,
    Money,
    MoneyBag,
    Order,
    OrderTransaction,
    ShippingLine,
    TaxLine,
)

__all__ = [
    "Attribute",
    "Customer",
    "DiscountAllocation",
    "LineItem",
    "MailingAddress",
    "Money",
    "MoneyBag",
    "Order",
    "OrderTransaction",
    "OrdersPage",
    "ShippingLine",
    "ShopDetails",
    "TaxLine",
]


@dataclass(frozen=True)
class OrdersPage:
    """Some orders, each whole with all its lines, in the order of their `updated_at`.

    All that were updated before `read_to` have been read with this page; None when it holds no order.
    """

    orders: tuple[Order, ...]
    is_last: bool
    read_to: datetime | None


@dataclass(frozen=True)
class ShopDetails:
    """The store as it describes itself, and what its app lets us do there (`scopes`, such as `read_orders`)."""

    id: str
    name: str
    email: str
    myshopify_domain: str
    currency_code: str
    taxes_included: bool
    time_zone: str
    weight_unit: str
    plan: str
    is_plus: bool
    is_development: bool
    scopes: frozenset[str]
