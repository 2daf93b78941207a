"""Draft orders: what somebody is offered, until it is completed and becomes an order."""

from decimal import Decimal
from typing import Any

from jono.sandbox.drafts import OrderDraft
from jono.sandbox.gids import gid
from jono.sandbox.order_lines import line_records, sold_goods
from jono.sandbox.orders import place, prices_of
from jono.sandbox.shop import SHOP
from jono.sandbox.state import Record, State
from jono.sandbox.values import time_text

FIRST_DRAFT_ORDER_ID = 1_160_000_001
_LINE = ("title", "variantTitle", "sku", "quantity", "variant", "originalUnitPriceSet", "discountedTotalSet")


def new_draft_order(state: State, draft: OrderDraft, customer: str | None) -> Record:
    """Return a draft order that is for the caller to keep; raises ValueError as `place` does."""
    [number] = state.take_numbers("DraftOrder", FIRST_DRAFT_ORDER_ID, 1)
    at = time_text(state.now())
    made = {
        "id": gid("DraftOrder", number),
        "legacyResourceId": str(number),
        "name": f"#D{number - FIRST_DRAFT_ORDER_ID + 1}",
        "status": "OPEN",
        "ready": True,
        "createdAt": at,
        "completedAt": None,
        "order": None,
    }
    return described(state, made, draft, customer)


def described(state: State, made: Record, draft: OrderDraft, customer: str | None) -> Record:
    """Return a draft order that offers what a draft says."""
    currency = (state.find(SHOP) or {})["currencyCode"]
    goods = sold_goods(state, draft)
    prices = prices_of(draft, goods, currency)
    number = int(made["legacyResourceId"])
    lines = line_records(number, draft, goods, prices)
    return made | {
        "updatedAt": time_text(state.now()),
        "currencyCode": currency,
        "presentmentCurrencyCode": prices.presentment.currency,
        "taxesIncluded": draft.taxes_included,
        "taxExempt": draft.tax_exempt,
        "note2": draft.note,
        "poNumber": draft.po_number,
        "email": draft.email or (draft.customer.email if draft.customer else None),
        "tags": list(draft.tags),
        "customAttributes": [{"key": key, "value": value} for key, value in draft.attributes.items()],
        "customer": customer,
        "totalQuantityOfLineItems": sum(each["quantity"] for each in lines),
        "subtotalPriceSet": prices.total(lambda order: order.subtotal),
        "totalDiscountsSet": prices.total(lambda order: order.discounts),
        "totalShippingPriceSet": prices.total(lambda order: order.shipping_total),
        "totalTaxSet": prices.total(lambda order: order.tax_total),
        "totalPriceSet": prices.total(lambda order: order.total),
        "lineItems": [
            {"id": gid("DraftOrderLineItem", number * 1_000 + index), "custom": each["variant"] is None,
             **{name: each[name] for name in _LINE}}
            for index, each in enumerate(lines, start=1)
        ],
        "_draft": draft.model_dump(mode="json"),
    }  # fmt: skip


def complete(state: State, made: Record, *, pending: bool) -> Record:
    """Place the order that was offered, paid or to be paid; return the draft order, for the caller to keep."""
    told: dict[str, Any] = {
        "financial_status": "PENDING" if pending else "PAID",
        "gateway": "manual",
        "source_name": "shopify_draft_order",
        "created_at": state.now(),
    }
    [order] = place(state, OrderDraft.model_validate(made["_draft"]).model_copy(update=told))
    at = time_text(state.now())
    return made | {"status": "COMPLETED", "completedAt": at, "updatedAt": at, "order": order["id"]}


def taken_off(price: Decimal, discount: dict[str, Any] | None) -> Decimal:
    """Return what a draft order's discount takes off a price: an amount, or a percentage of it."""
    if not discount:
        return Decimal(0)
    value = Decimal(str(discount["value"]))
    return min(price, price * value / 100 if discount["valueType"] == "PERCENTAGE" else value)
