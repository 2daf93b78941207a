"""The lines of an order's record: what was sold, its discounts and taxes, the tip, the shipping charges."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from jono.sandbox.drafts import Line, OrderDraft
from jono.sandbox.gids import gid
from jono.sandbox.pricing import ZERO, PricedLine, PricedTax, Prices
from jono.sandbox.state import Record, State

_LINES_AN_ORDER = 1_000


@dataclass(frozen=True)
class SoldGoods:
    """What a line sells: a variant of the store, or goods it does not know."""

    line: Line
    variant: Record | None
    product: Record | None

    @property
    def price(self) -> Decimal:
        """The price of one, in the shop's currency."""
        if self.line.price is not None:
            return self.line.price
        return Decimal(self.variant["price"]) if self.variant else ZERO


def sold_goods(state: State, draft: OrderDraft) -> list[SoldGoods]:
    """Return what the lines of a draft sell; ValueError for goods that neither the store nor the draft knows."""
    return [_goods(state, line) for line in draft.lines]


def _goods(state: State, line: Line) -> SoldGoods:
    variant = state.find(line.variant) if line.variant else _by_sku(state, line.sku)
    if variant is None and (line.title is None or line.price is None):
        raise ValueError(
            f"No variant {line.variant or line.sku}, and the line gives no title and price of its own."
        )
    return SoldGoods(line, variant, state.find(variant["product"]) if variant else None)


def _by_sku(state: State, sku: str | None) -> Record | None:
    if not sku:
        return None
    return state.first("ProductVariant", "json_extract(body, '$.sku') = ?", (sku,))


def line_records(
    order_id: int, draft: OrderDraft, goods: Sequence[SoldGoods], prices: Prices
) -> list[Record]:
    """Return the lines of an order, the tip as the last of them."""
    numbers = range(order_id * _LINES_AN_ORDER + 1, (order_id + 1) * _LINES_AN_ORDER)
    priced = zip(prices.shop.lines, prices.presentment.lines, strict=True)
    lines = [
        _line_record(number, draft, sold, prices, shop, presentment)
        for number, sold, (shop, presentment) in zip(numbers, goods, priced, strict=False)
    ]
    return lines + ([_tip_record(numbers[len(lines)], prices)] if draft.tip else [])


def _line_record(
    number: int,
    draft: OrderDraft,
    goods: SoldGoods,
    prices: Prices,
    shop: PricedLine,
    presentment: PricedLine,
) -> Record:
    line, variant, product = goods.line, goods.variant, goods.product
    title = line.title or (product or {})["title"]
    options = variant["title"] if variant and variant["title"] != "Default Title" else None
    quantity = 0 if draft.cancelled_at else line.quantity
    return {
        "id": gid("LineItem", number),
        "name": f"{title} - {options}" if options else title,
        "title": title,
        "variantTitle": options,
        "sku": variant["sku"] if variant else line.sku,
        "vendor": product["vendor"] if product else None,
        "quantity": line.quantity,
        "currentQuantity": quantity,
        "unfulfilledQuantity": 0 if draft.fulfillment_status == "FULFILLED" else quantity,
        "isGiftCard": line.gift_card or bool(product and product["isGiftCard"]),
        "requiresShipping": not line.gift_card,
        "taxable": bool(shop.taxes),
        "product": product["id"] if product else None,
        "variant": variant["id"] if variant else None,
        "originalUnitPriceSet": prices.bag(shop.unit_price, presentment.unit_price),
        "discountedTotalSet": prices.bag(shop.discounted, presentment.discounted),
        "discountAllocations": _allocations(prices, shop, presentment),
        "taxLines": tax_records(prices, shop.taxes, presentment.taxes),
        "customAttributes": [{"key": key, "value": value} for key, value in line.attributes.items()],
    }


def _tip_record(number: int, prices: Prices) -> Record:
    """A tip as Shopify tells it: a line of that name that sells no product."""
    amount = prices.total(lambda order: order.tip)
    return {
        "id": gid("LineItem", number),
        "name": "Tip",
        "title": "Tip",
        "variantTitle": None,
        "sku": None,
        "vendor": None,
        "quantity": 1,
        "currentQuantity": 1,
        "unfulfilledQuantity": 0,
        "isGiftCard": False,
        "requiresShipping": False,
        "taxable": False,
        "product": None,
        "variant": None,
        "originalUnitPriceSet": amount,
        "discountedTotalSet": amount,
        "discountAllocations": [],
        "taxLines": [],
        "customAttributes": [],
    }


def shipping_records(order_id: int, draft: OrderDraft, prices: Prices) -> list[Record]:
    """Return the shipping charges of an order."""
    priced = zip(draft.shipping, prices.shop.shipping, prices.presentment.shipping, strict=True)
    return [
        {
            "id": gid("ShippingLine", order_id * _LINES_AN_ORDER + index),
            "title": charge.title,
            "code": charge.code or charge.title,
            "source": "shopify",
            "originalPriceSet": prices.bag(shop.unit_price, presentment.unit_price),
            "discountAllocations": _allocations(prices, shop, presentment),
            "taxLines": tax_records(prices, shop.taxes, presentment.taxes),
        }
        for index, (charge, shop, presentment) in enumerate(priced, start=1)
    ]


def tax_records(prices: Prices, shop: Sequence[PricedTax], presentment: Sequence[PricedTax]) -> list[Record]:
    """Return taxes as an answer holds them; the rate is a part of one, and the same in percent."""
    return [
        {
            "title": each.tax.title,
            "rate": float(each.tax.rate),
            "ratePercentage": float(each.tax.rate * 100),
            "channelLiable": each.tax.channel_liable,
            "priceSet": prices.bag(each.amount, other.amount),
        }
        for each, other in zip(shop, presentment, strict=True)
    ]


def _allocations(prices: Prices, shop: PricedLine, presentment: PricedLine) -> list[Record]:
    pairs = zip(shop.discounts, presentment.discounts, strict=True)
    return [{"allocatedAmountSet": prices.bag(*pair)} for pair in pairs]
