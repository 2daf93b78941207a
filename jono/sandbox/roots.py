"""Where a query begins: single records by their ids, connections searched and sorted, counts."""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo

from jono.sandbox import jobs
from jono.sandbox.asking import Asking
from jono.sandbox.gids import read_gid
from jono.sandbox.kinds import (
    BULK_OPERATION,
    COMPANY,
    COMPANY_LOCATION,
    CUSTOMER,
    DISPUTE,
    DRAFT_ORDER,
    FULFILLMENT_ORDER,
    GIFT_CARD,
    INVENTORY_ITEM,
    LOCATION,
    ORDER,
    PRODUCT,
    PRODUCT_VARIANT,
    WEBHOOK_SUBSCRIPTION,
    Kind,
)
from jono.sandbox.paging import page_of_list, page_of_records, read_cursor, read_window
from jono.sandbox.payouts import account
from jono.sandbox.search import read_search, warned
from jono.sandbox.shop import APP, SHOP
from jono.sandbox.state import Record

COUNT_LIMIT = 10_000
_NODES = 250
KEPT_KINDS = frozenset({
    "AppInstallation", "BulkOperation", "Company", "CompanyContact", "CompanyLocation", "Customer", "DraftOrder",
    "Fulfillment", "FulfillmentOrder", "GiftCard", "InventoryAdjustmentGroup", "InventoryItem", "Location",
    "MediaImage", "Metafield", "Order", "Product", "ProductSetOperation", "ProductVariant", "Refund", "Return", "Shop",
    "ShopifyPaymentsBalanceTransaction", "ShopifyPaymentsDispute", "ShopifyPaymentsPayout", "WebhookSubscription",
})  # fmt: skip

Resolver = Callable[..., Any]


def connection(kind: Kind, default_sort: str) -> Resolver:
    """Return what answers a connection on all records of a kind, searched and sorted as asked."""

    def resolve(
        _source: object,
        info: GraphQLResolveInfo,
        query: str | None = None,
        sortKey: str | None = None,  # noqa: N803 - Shopify's name
        **window: Any,
    ) -> Record:
        asking: Asking = info.context
        sort = kind.sorts.get(sortKey or default_sort)
        if sort is None:
            raise GraphQLError(f"The sandbox store does not sort by {sortKey}.")
        condition = read_search(query, kind)
        asking.searches += warned(str(info.path.key), query, condition)
        page = page_of_records(asking.state, kind, sort, condition, asking.bulk or read_window(**window))
        if asking.bulk:
            more, last = page["pageInfo"]["hasNextPage"], page["pageInfo"]["endCursor"]
            asking.bulk_next = read_cursor(last) if more else None
        return page

    return resolve


def _count(kind: Kind) -> Resolver:
    def resolve(
        _source: None, info: GraphQLResolveInfo, query: str | None = None, limit: int | None = COUNT_LIMIT
    ) -> Record:
        asking: Asking = info.context
        condition = read_search(query, kind)
        asking.searches += warned(str(info.path.key), query, condition)
        select = f"SELECT count(*) FROM record WHERE kind = ? AND ({condition.sql})"  # noqa: S608 - values are bound
        count = asking.state.rows(select, [kind.name, *condition.values])[0][0]
        capped = limit is not None and count > limit
        return {"count": limit if capped else count, "precision": "AT_LEAST" if capped else "EXACT"}

    return resolve


def _by_id(kind: str) -> Resolver:
    def resolve(_source: None, info: GraphQLResolveInfo, id: str) -> Record | None:
        found = _found(info, id)
        return found if found and found["__typename"] == kind else None

    return resolve


def _found(info: GraphQLResolveInfo, id: str) -> Record | None:
    kind = read_gid(id)
    if kind is None:
        raise GraphQLError(f"Invalid global id '{id}'")
    if kind[0] not in KEPT_KINDS:
        raise GraphQLError(f"The sandbox store does not look up a {kind[0]} by its id.")
    found: Record | None = info.context.state.find(id)
    return found


def _location(_source: None, info: GraphQLResolveInfo, id: str | None = None) -> Record | None:
    """The location of that id; without one, the store's first."""
    locations: list[Record] = info.context.state.all("Location")
    return next((each for each in locations if id in (None, each["id"])), None)


def _nodes(_source: None, info: GraphQLResolveInfo, ids: list[str]) -> list[Record | None]:
    if len(ids) > _NODES:
        raise GraphQLError(
            f"The input array size of {len(ids)} is greater than the maximum allowed of {_NODES}.",
            extensions={"code": "MAX_INPUT_SIZE_EXCEEDED"},
        )
    return [_found(info, each) for each in ids]


def _node(_source: None, info: GraphQLResolveInfo, id: str) -> Record | None:
    return _found(info, id)


def _only(gid: str) -> Resolver:
    return lambda _source, info: _found(info, gid)


def _webhook_subscriptions(
    _source: None,
    info: GraphQLResolveInfo,
    topics: list[str] | None = None,
    uri: str | None = None,
    **window: Any,
) -> Record:
    """The app's subscriptions, those to some topics or of one address when asked."""
    found = [
        each
        for each in info.context.state.all("WebhookSubscription")
        if (not topics or each["topic"] in topics) and uri in (None, each["uri"])
    ]
    return page_of_list(found, read_window(**window))


def _fulfillment_orders(
    source: None,
    info: GraphQLResolveInfo,
    includeClosed: bool = False,  # noqa: N803 - Shopify's name
    **asked: Any,
) -> Record:
    """Fulfilment orders, those with nothing left to ship only when asked for."""
    left = "" if includeClosed else "-status:closed -status:cancelled"
    asked["query"] = f"{asked.get('query') or ''} {left}".strip() or None
    found: Record = connection(FULFILLMENT_ORDER, "ID")(source, info, **asked)
    return found


def _assigned_fulfillment_orders(
    source: None,
    info: GraphQLResolveInfo,
    assignmentStatus: str | None = None,  # noqa: N803 - Shopify's name
    **asked: Any,
) -> Record:
    """Those that a fulfilment service of the app was asked to ship."""
    asked["query"] = f"request_status:{_ASSIGNED.get(assignmentStatus or '', 'submitted')}"
    found: Record = connection(FULFILLMENT_ORDER, "ID")(source, info, **asked)
    return found


_ASSIGNED = {
    "CANCELLATION_REQUESTED": "cancellation_requested",
    "FULFILLMENT_ACCEPTED": "accepted",
    "FULFILLMENT_REQUESTED": "submitted",
    "FULFILLMENT_UNSUBMITTED": "unsubmitted",
}


def _payments_account(_source: None, info: GraphQLResolveInfo) -> Record:
    return account(info.context.state)


def _job(_source: None, info: GraphQLResolveInfo, id: str) -> Record | None:
    return jobs.find(info.context.state, id)


ROOTS: dict[str, Resolver] = {
    "bulkOperation": _by_id("BulkOperation"),
    "bulkOperations": connection(BULK_OPERATION, "CREATED_AT"),
    "currentAppInstallation": _only(APP),
    "companies": connection(COMPANY, "ID"),
    "company": _by_id("Company"),
    "companyLocation": _by_id("CompanyLocation"),
    "companyLocations": connection(COMPANY_LOCATION, "ID"),
    "dispute": _by_id("ShopifyPaymentsDispute"),
    "disputes": connection(DISPUTE, "ID"),
    "draftOrder": _by_id("DraftOrder"),
    "draftOrders": connection(DRAFT_ORDER, "ID"),
    "giftCard": _by_id("GiftCard"),
    "giftCards": connection(GIFT_CARD, "ID"),
    "return": _by_id("Return"),
    "shopifyPaymentsAccount": _payments_account,
    "customer": _by_id("Customer"),
    "customersCount": _count(CUSTOMER),
    "customers": connection(CUSTOMER, "ID"),
    "assignedFulfillmentOrders": _assigned_fulfillment_orders,
    "fulfillment": _by_id("Fulfillment"),
    "fulfillmentOrder": _by_id("FulfillmentOrder"),
    "fulfillmentOrders": _fulfillment_orders,
    "inventoryItem": _by_id("InventoryItem"),
    "inventoryItems": connection(INVENTORY_ITEM, "ID"),
    "job": _job,
    "location": _location,
    "locations": connection(LOCATION, "NAME"),
    "node": _node,
    "nodes": _nodes,
    "order": _by_id("Order"),
    "orders": connection(ORDER, "PROCESSED_AT"),
    "ordersCount": _count(ORDER),
    "product": _by_id("Product"),
    "productOperation": _by_id("ProductSetOperation"),
    "productVariant": _by_id("ProductVariant"),
    "productVariantsCount": _count(PRODUCT_VARIANT),
    "productVariants": connection(PRODUCT_VARIANT, "ID"),
    "products": connection(PRODUCT, "ID"),
    "productsCount": _count(PRODUCT),
    "refund": _by_id("Refund"),
    "shop": _only(SHOP),
    "webhookSubscription": _by_id("WebhookSubscription"),
    "webhookSubscriptions": _webhook_subscriptions,
    "webhookSubscriptionsCount": _count(WEBHOOK_SUBSCRIPTION),
}
