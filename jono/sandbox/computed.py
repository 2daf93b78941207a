"""Fields that a record does not hold as they are told: worked out when they are asked for."""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLResolveInfo

from jono.sandbox.asking import Asking
from jono.sandbox.bulk.operations import file_of
from jono.sandbox.fulfilment import find_line
from jono.sandbox.kinds import BALANCE_TRANSACTION, DISPUTE, PAYOUT
from jono.sandbox.metafields import metafields_of
from jono.sandbox.paging import Window, page_of_list, read_window
from jono.sandbox.roots import connection
from jono.sandbox.state import Record
from jono.sandbox.stock import level_at

Resolver = Callable[..., Any]
FILES = "/_files/"


def _quantities(level: Record, _info: GraphQLResolveInfo, names: list[str]) -> list[Record]:
    return [each for each in level["quantities"] if each["name"] in names]


def _level(item: Record, _info: GraphQLResolveInfo, locationId: str) -> Record | None:  # noqa: N803 - Shopify's name
    return level_at(item, locationId)


def _levels_at_location(location: Record, info: GraphQLResolveInfo, **window: Any) -> Record:
    """The levels of everything that is stocked at a location."""
    asking: Asking = info.context
    levels = (level_at(item, location["id"]) for item in asking.state.all("InventoryItem"))
    found = [each for each in levels if each]
    whole = Window(len(found), backward=False, cursor=None, reverse=False)
    return page_of_list(found, whole if asking.bulk else read_window(**window))


def _bulk_file(status: str) -> Resolver:
    def resolve(operation: Record, info: GraphQLResolveInfo) -> str | None:
        """Where the file of an operation of that status can be fetched."""
        asking: Asking = info.context
        name = file_of(asking.state, operation, status)
        return f"{asking.address}{FILES}{name}" if name else None

    return resolve


def _line_item(record: Record, info: GraphQLResolveInfo) -> Record | None:
    """The order's line that something was shipped or refunded of, as it is now."""
    return find_line(info.context.state, record["lineItem"])


def _first(name: str) -> Resolver:
    def resolve(record: Record, info: GraphQLResolveInfo, first: int | None = None) -> list[Record]:
        """The first so many of a plain list."""
        chosen = record[name] if first is None else record[name][:first]
        return [info.context.state.find(each) if isinstance(each, str) else each for each in chosen]

    return resolve


def _metafields(
    record: Record,
    info: GraphQLResolveInfo,
    namespace: str | None = None,
    keys: list[str] | None = None,
    **window: Any,
) -> Record:
    asking: Asking = info.context
    found = metafields_of(asking.state, record["id"], namespace, keys)
    whole = Window(len(found), backward=False, cursor=None, reverse=False)
    return page_of_list(found, whole if asking.bulk else read_window(**window))


def _metafield(
    record: Record, info: GraphQLResolveInfo, key: str, namespace: str | None = None
) -> Record | None:
    return next(iter(metafields_of(info.context.state, record["id"], namespace, [key])), None)


def _featured(product: Record, info: GraphQLResolveInfo) -> Record | None:
    """The picture that stands for a product: its first."""
    found: Record | None = info.context.state.find(product["media"][0]) if product["media"] else None
    return found


def _for_sale(variant: Record, info: GraphQLResolveInfo) -> bool:
    """Whether a variant can be bought: there is some, or it is sold without."""
    item = info.context.state.find(variant["inventoryItem"])
    counted = item is not None and item["tracked"] and variant["inventoryPolicy"] == "DENY"
    return not counted or variant["inventoryQuantity"] > 0


def _addresses(customer: Record, _info: GraphQLResolveInfo) -> list[Record]:
    return list(customer["addressesV2"])


def _line_items(exchanged: Record, info: GraphQLResolveInfo) -> list[Record]:
    return [each for each in (find_line(info.context.state, id) for id in exchanged["lineItems"]) if each]


_OWNERS = ("Customer", "Order", "Product", "ProductVariant")
COMPUTED: dict[tuple[str, str], Resolver] = {
    ("BulkOperation", "partialDataUrl"): _bulk_file("FAILED"),
    ("BulkOperation", "url"): _bulk_file("COMPLETED"),
    **{(kind, "metafield"): _metafield for kind in _OWNERS},
    **{(kind, "metafields"): _metafields for kind in _OWNERS},
    ("Customer", "addresses"): _addresses,
    ("Product", "featuredMedia"): _featured,
    ("ProductVariant", "availableForSale"): _for_sale,
    ("Fulfillment", "trackingInfo"): _first("trackingInfo"),
    ("ExchangeLineItem", "lineItems"): _line_items,
    ("FulfillmentLineItem", "lineItem"): _line_item,
    ("FulfillmentOrderLineItem", "lineItem"): _line_item,
    ("InventoryItem", "inventoryLevel"): _level,
    ("InventoryLevel", "quantities"): _quantities,
    ("Location", "inventoryLevels"): _levels_at_location,
    ("Order", "fulfillments"): _first("fulfillments"),
    ("Order", "refunds"): _first("refunds"),
    ("Order", "transactions"): _first("transactions"),
    ("ShopifyPaymentsAccount", "balanceTransactions"): connection(BALANCE_TRANSACTION, "PROCESSED_AT"),
    ("ShopifyPaymentsAccount", "disputes"): connection(DISPUTE, "ID"),
    ("ShopifyPaymentsAccount", "payouts"): connection(PAYOUT, "ISSUED_AT"),
    ("RefundLineItem", "lineItem"): _line_item,
}
