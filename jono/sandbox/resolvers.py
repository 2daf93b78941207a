"""How the sandbox store answers the fields of its schema: what a record holds, is answered as it stands.

A record's keys are the schema's field names, so most fields need no rule of their own. Three rules cover the rest:
a `gid://` in the place of an object is another record, a list in the place of a connection is paged, and the root's
connections are read from the tables. What the store does not keep is refused, never answered as null.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    build_schema,
    get_named_type,
    is_leaf_type,
)

from jono.sandbox.gids import read_gid
from jono.sandbox.kinds import CUSTOMER, LOCATION, ORDER, PRODUCT, PRODUCT_VARIANT, Kind
from jono.sandbox.paging import page_of_list, page_of_records, read_window
from jono.sandbox.search import read_search, warned
from jono.sandbox.shop import APP, SHOP
from jono.sandbox.state import Record, State
from jono.shopify.schema import schema_text

COUNT_LIMIT = 10_000
_KEPT_KINDS = {
    "AppInstallation", "Customer", "InventoryItem", "Location", "Order", "Product", "ProductVariant", "Shop",
}  # fmt: skip

Resolver = Callable[..., Any]


@dataclass
class Asking:
    """One query being answered: the store's records, and what the answer's extensions will say of its searches."""

    state: State
    searches: list[dict[str, object]] = field(default_factory=list)


@cache
def served_schema() -> GraphQLSchema:
    """Return the pruned Admin schema with the sandbox store behind its fields."""
    schema = build_schema(schema_text(), assume_valid=True)
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
            for name, declared in kind.fields.items():
                root = kind is schema.query_type
                declared.resolve = _ROOTS[name] if root else _resolver(kind.name, name, declared)
    return schema


def _resolver(parent: str, name: str, declared: GraphQLField) -> Resolver:
    kind = get_named_type(declared.type)
    if kind.name.endswith("Connection"):
        return _paged(name)
    if kind.name.endswith("Edge"):
        return _edges
    if (parent, name) == ("InventoryLevel", "quantities"):
        return _quantities
    if declared.args:
        raise NotImplementedError(f"The sandbox has no rule for the arguments of {parent}.{name}.")
    return _kept(parent, name) if is_leaf_type(kind) else _object(parent, name)


def _kept(parent: str, name: str) -> Resolver:
    def resolve(record: Record, _info: GraphQLResolveInfo) -> object:
        try:
            return record[name]
        except KeyError:
            raise _not_kept(parent, name) from None

    return resolve


def _object(parent: str, name: str) -> Resolver:
    kept = _kept(parent, name)

    def resolve(record: Record, info: GraphQLResolveInfo) -> object:
        value = kept(record, info)
        return info.context.state.find(value) if isinstance(value, str) else value

    return resolve


def _paged(name: str) -> Resolver:
    def resolve(record: Record, info: GraphQLResolveInfo, **window: Any) -> Record:
        found = [_record(info, each) for each in record[name]]
        return page_of_list(found, read_window(**window))

    return resolve


def _record(info: GraphQLResolveInfo, value: Record | str) -> Record:
    found: Record | None = info.context.state.find(value) if isinstance(value, str) else value
    if found is None:
        raise GraphQLError(f"The sandbox store has lost {value}.")
    return found


def _edges(connection: Record, _info: GraphQLResolveInfo) -> list[Record]:
    return [
        {"node": node, "cursor": cursor}
        for node, cursor in zip(connection["nodes"], connection["cursors"], strict=True)
    ]


def _quantities(level: Record, _info: GraphQLResolveInfo, names: list[str]) -> list[Record]:
    return [each for each in level["quantities"] if each["name"] in names]


def _connection(kind: Kind, default_sort: str) -> Resolver:
    def resolve(
        _source: None,
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
        return page_of_records(asking.state, kind, sort, condition, read_window(**window))

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
    if kind[0] not in _KEPT_KINDS:
        raise GraphQLError(f"The sandbox store does not look up a {kind[0]} by its id.")
    found: Record | None = info.context.state.find(id)
    return found


def _location(_source: None, info: GraphQLResolveInfo, id: str | None = None) -> Record | None:
    """The location of that id; without one, the store's first."""
    locations: list[Record] = info.context.state.all("Location")
    return next((each for each in locations if id in (None, each["id"])), None)


def _nodes(_source: None, info: GraphQLResolveInfo, ids: list[str]) -> list[Record | None]:
    return [_found(info, each) for each in ids]


def _node(_source: None, info: GraphQLResolveInfo, id: str) -> Record | None:
    return _found(info, id)


def _only(gid: str) -> Resolver:
    return lambda _source, info: _found(info, gid)


def _not_kept(parent: str, name: str) -> GraphQLError:
    return GraphQLError(f"The sandbox store does not keep {parent}.{name}.")


_ROOTS: dict[str, Resolver] = {
    "currentAppInstallation": _only(APP),
    "customer": _by_id("Customer"),
    "customers": _connection(CUSTOMER, "ID"),
    "location": _location,
    "locations": _connection(LOCATION, "NAME"),
    "node": _node,
    "nodes": _nodes,
    "order": _by_id("Order"),
    "orders": _connection(ORDER, "PROCESSED_AT"),
    "ordersCount": _count(ORDER),
    "product": _by_id("Product"),
    "productVariant": _by_id("ProductVariant"),
    "productVariants": _connection(PRODUCT_VARIANT, "ID"),
    "products": _connection(PRODUCT, "ID"),
    "productsCount": _count(PRODUCT),
    "shop": _only(SHOP),
}
