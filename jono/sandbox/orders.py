"""Places orders in the sandbox store: a draft becomes the record that a Shopify store would answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from jono.sandbox.bags import shop_amount, times
from jono.sandbox.companies import purchasing_entity
from jono.sandbox.customers import Customers, address_record
from jono.sandbox.drafts import OrderDraft
from jono.sandbox.events import announce
from jono.sandbox.fulfilment import commit_stock
from jono.sandbox.gids import gid
from jono.sandbox.gift_cards import issue_gift_cards
from jono.sandbox.order_lines import SoldGoods, line_records, shipping_records, sold_goods, tax_records
from jono.sandbox.payments import settle
from jono.sandbox.pricing import ZERO, PricedOrder, Prices, price_order
from jono.sandbox.refunding import ReturnedLine, give_back
from jono.sandbox.shop import SHOP
from jono.sandbox.state import Record, State
from jono.sandbox.values import time_text

FIRST_ORDER_ID = 5_500_000_001
FIRST_ORDER_NO = 1001
_AT_A_TIME = 500
_CHANNELS = {"web": "Online Store", "pos": "Point of Sale", "shopify_draft_order": "Draft Orders"}
_UNPAID = {"PENDING", "AUTHORIZED", "EXPIRED", "VOIDED"}
_REFUNDED = {"REFUNDED", "PARTIALLY_REFUNDED"}


@dataclass(frozen=True)
class _Placing:
    """An order on its way to become a record."""

    draft: OrderDraft
    id: int
    number: int
    at: datetime
    goods: list[SoldGoods]
    prices: Prices
    customer: Record | None


def place(state: State, *drafts: OrderDraft) -> list[Record]:
    """Place orders, all or none, and return their records.

    Raises ValueError when a line names goods that neither the store nor the draft knows, or when a discount takes
    off more than there is.
    """
    with state.writing():
        currency = (state.find(SHOP) or {})["currencyCode"]
        goods = [sold_goods(state, draft) for draft in drafts]
        prices = [prices_of(draft, sold, currency) for draft, sold in zip(drafts, goods, strict=True)]
        ids = state.take_numbers("Order", FIRST_ORDER_ID, len(drafts))
        numbers = state.take_numbers("Order No.", FIRST_ORDER_NO, len(drafts))
        customers = Customers(state)
        orders = []
        for draft, id, number, sold, priced in zip(drafts, ids, numbers, goods, prices, strict=True):
            at = draft.created_at or state.now()
            customer = customers.bought(draft.customer, priced.shop.total, currency, at)
            order = _order_record(_Placing(draft, id, number, at, sold, priced, customer))
            _begin(state, order, draft)
            orders.append(order)
        state.put([*customers.changed(), *orders])
        for customer in customers.made():
            announce(state, "CUSTOMERS_CREATE", customer)
        for order in orders:
            announce(state, "ORDERS_CREATE", order)
    return orders


def place_all(state: State, drafts: Iterable[OrderDraft]) -> None:
    """Place any number of orders, all or none, with few of them in memory at a time. Raises as `place` does."""
    with state.writing():
        coming = iter(drafts)
        while some := tuple(islice(coming, _AT_A_TIME)):
            place(state, *some)


def touch(state: State, order: Record, changes: Mapping[str, Any], at: datetime | None = None) -> Record:
    """Change fields of an order, as they stand in the schema, and let it be updated `at`, else now.

    Raises ValueError for a field that an order does not have.
    """
    unknown = changes.keys() - order.keys()
    if unknown:
        raise ValueError(f"An order has no {', '.join(sorted(unknown))}.")
    changed = {**order, "updatedAt": time_text(at or state.now()), **changes, "id": order["id"]}
    with state.writing():
        state.put([changed])
        announce(state, "ORDERS_UPDATED", changed)
    return changed


def _begin(state: State, order: Record, draft: OrderDraft) -> None:
    """Bring a new order, changed in place, to where its draft says it is: paid, shipped, given back."""
    commit_stock(state, order)
    if draft.company_location:
        order["purchasingEntity"] = purchasing_entity(state, draft.company_location)
    if draft.financial_status == "PAID":
        issue_gift_cards(state, order)
    settle(order)
    if draft.financial_status in _REFUNDED:
        sold = [each for each in order["lineItems"] if each["currentQuantity"]]
        chosen = sold if draft.financial_status == "REFUNDED" else sold[:1]
        whole = shop_amount(order["netPaymentSet"])
        amount = whole if draft.financial_status == "REFUNDED" else None
        lines = [ReturnedLine(each, each["currentQuantity"], "NO_RESTOCK", None) for each in chosen]
        give_back(state, order, lines, amount=amount)
    order["displayFinancialStatus"] = draft.financial_status


def prices_of(draft: OrderDraft, goods: list[SoldGoods], currency: str) -> Prices:
    """Return what a draft comes to, in the shop's currency and in its own; raises as `price_order` does."""
    unit_prices = [each.price for each in goods]
    shop = price_order(draft, unit_prices, currency, Decimal(1))
    if draft.presentment_currency in (None, currency):
        return Prices(shop, shop)
    return Prices(shop, price_order(draft, unit_prices, draft.presentment_currency, draft.exchange_rate))


def _order_record(order: _Placing) -> Record:
    draft, prices, channel = order.draft, order.prices, order.draft.source_name
    return {
        "id": gid("Order", order.id),
        "legacyResourceId": str(order.id),
        "name": f"#{order.number}",
        "number": order.number,
        **_states(order),
        **_amounts(draft, prices),
        **_contact(order),
        "note": draft.note,
        "tags": list(draft.tags),
        "poNumber": draft.po_number,
        "sourceName": channel,
        "app": {"id": gid("App", 580111), "name": _CHANNELS.get(channel, channel)},
        "attribution": {"handle": channel, "displayName": _CHANNELS.get(channel, channel)},
        "retailLocation": draft.retail_location,
        "discountCode": draft.discount_codes[0] if draft.discount_codes else None,
        "discountCodes": list(draft.discount_codes),
        "customAttributes": [{"key": key, "value": value} for key, value in draft.attributes.items()],
        "risk": {"assessments": [{"riskLevel": "HIGH"}] if draft.high_risk else []},
        "taxLines": tax_records(prices, prices.shop.taxes, prices.presentment.taxes),
        "lineItems": line_records(order.id, draft, order.goods, prices),
        "shippingLines": shipping_records(order.id, draft, prices),
        "transactions": [_transaction(order)],
        "fulfillmentOrders": [],
        "fulfillments": [],
        "refunds": [],
        "returns": [],
    }


def _states(order: _Placing) -> Record:
    draft, at = order.draft, time_text(order.at)
    cancelled, closed = draft.cancelled_at, draft.closed_at
    quantity = sum(line.quantity for line in draft.lines)
    return {
        "createdAt": at,
        "processedAt": at,
        "updatedAt": time_text(max(each for each in (order.at, cancelled, closed) if each)),
        "cancelledAt": time_text(cancelled) if cancelled else None,
        "cancelReason": "CUSTOMER" if cancelled else None,
        "closed": closed is not None,
        "closedAt": time_text(closed) if closed else None,
        "confirmed": True,
        "edited": False,
        "test": draft.test,
        "fullyPaid": draft.financial_status == "PAID",
        "unpaid": draft.financial_status in _UNPAID,
        "refundable": draft.financial_status == "PAID",
        "displayFinancialStatus": draft.financial_status,
        "displayFulfillmentStatus": draft.fulfillment_status,
        "returnStatus": "NO_RETURN",
        "subtotalLineItemsQuantity": quantity,
        "currentSubtotalLineItemsQuantity": 0 if cancelled else quantity,
    }


def _amounts(draft: OrderDraft, prices: Prices) -> Record:
    total, discounts = prices.total(lambda order: order.total), prices.total(lambda order: order.discounts)
    nothing = prices.bag(ZERO, ZERO)
    return {
        "currencyCode": prices.shop.currency,
        "presentmentCurrencyCode": prices.presentment.currency,
        "taxesIncluded": draft.taxes_included,
        "taxExempt": draft.tax_exempt,
        "totalWeight": "0",
        "totalPriceSet": total,
        "subtotalPriceSet": prices.total(lambda order: order.subtotal),
        "totalTaxSet": prices.total(lambda order: order.tax_total),
        "totalDiscountsSet": discounts,
        "totalShippingPriceSet": prices.total(_shipping_before_discounts),
        "totalTipReceivedSet": prices.total(lambda order: order.tip),
        "currentTotalPriceSet": nothing if draft.cancelled_at else total,
        "currentTotalDiscountsSet": nothing if draft.cancelled_at else discounts,
        "totalCashRoundingAdjustment": {
            "paymentSet": prices.total(lambda order: order.cash_rounding),
            "refundSet": nothing,
        },
    }


def _shipping_before_discounts(order: PricedOrder) -> Decimal:
    return sum((each.unit_price for each in order.shipping), ZERO)


def _contact(order: _Placing) -> Record:
    draft, customer = order.draft, order.customer
    person = draft.customer
    shipping, billing = draft.shipping_address, draft.billing_address or draft.shipping_address
    ship_to = address_record(shipping, order.id * 10 + 1) if shipping else None
    bill_to = address_record(billing, order.id * 10 + 2) if billing else None
    return {
        "customer": customer["id"] if customer else None,
        "purchasingEntity": customer["id"] if customer else None,
        "email": draft.email or (person.email if person else None),
        "phone": draft.phone or (person.phone if person else None),
        "shippingAddress": ship_to,
        "billingAddress": bill_to,
        "displayAddress": ship_to or bill_to,
    }


def _transaction(order: _Placing) -> Record:
    """How it was paid, or how it is going to be."""
    draft, prices = order.draft, order.prices
    status = draft.financial_status
    paid = prices.total(lambda priced: priced.total + priced.cash_rounding)
    manual = draft.gateway in ("cash", "bank deposit", "manual")
    return {
        "id": gid("OrderTransaction", order.id),
        "kind": "AUTHORIZATION" if status in ("AUTHORIZED", "EXPIRED", "VOIDED") else "SALE",
        "status": "PENDING" if status == "PENDING" else "SUCCESS",
        "gateway": draft.gateway,
        "formattedGateway": draft.gateway.replace("_", " ").title(),
        "manualPaymentGateway": manual,
        "createdAt": time_text(order.at),
        "processedAt": time_text(order.at),
        "test": draft.test,
        "authorizationCode": None,
        "errorCode": None,
        "paymentId": None if manual else f"#{order.number}.1",
        "amountSet": times(paid, Decimal("0.5")) if status == "PARTIALLY_PAID" else paid,
        "parentTransaction": None,
        "amountRoundingSet": prices.total(lambda priced: priced.cash_rounding) if draft.cash else None,
    }
