"""How the sandbox store answers the fields of its schema: what a record holds, is answered as it stands.

A record's keys are the schema's field names, so most fields need no rule of their own. Three rules cover the rest:
a `gid://` in the place of an object is another record, a list in the place of a connection is paged, and the roots
have rules of their own. What the store does not keep is refused, never answered as null; what the app has no scope
for is denied.
"""

from collections.abc import Callable
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

from jono.sandbox.access import check, scopes_of
from jono.sandbox.asking import Asking
from jono.sandbox.computed import COMPUTED
from jono.sandbox.mutations import MUTATIONS
from jono.sandbox.mutations.carrying_out import resolver as mutation_resolver
from jono.sandbox.paging import Window, page_of_list, read_window
from jono.sandbox.roots import ROOTS
from jono.sandbox.state import Record
from jono.shopify.schema import schema_text

Resolver = Callable[..., Any]


@cache
def served_schema() -> GraphQLSchema:
    """Return the pruned Admin schema with the sandbox store behind its fields."""
    schema = build_schema(schema_text(), assume_valid=True)
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
            for name, declared in kind.fields.items():
                if kind is schema.mutation_type:
                    declared.resolve = mutation_resolver(name, declared, MUTATIONS[name])
                else:
                    root = kind is schema.query_type
                    resolve = ROOTS[name] if root else _resolver(kind.name, name, declared)
                    declared.resolve = _guarded(kind.name, name, declared, resolve)
    return schema


def _guarded(parent: str, name: str, declared: GraphQLField, resolve: Resolver) -> Resolver:
    """A resolver that denies what the app has no scope for."""
    scopes = scopes_of(parent, name, get_named_type(declared.type).name)
    if not scopes:
        return resolve

    def guarded(source: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        check(name, scopes, info.context.granted)
        return resolve(source, info, **arguments)

    return guarded


def _resolver(parent: str, name: str, declared: GraphQLField) -> Resolver:
    kind = get_named_type(declared.type)
    if (parent, name) in COMPUTED:
        return COMPUTED[parent, name]
    if kind.name.endswith("Connection"):
        return _paged(parent, name)
    if kind.name.endswith("Edge"):
        return _edges
    if declared.args:
        # Known when the sandbox starts, not when somebody asks: arguments that nothing heeds would be a lie.
        raise LookupError(f"{parent}.{name} takes arguments; say in COMPUTED what they do.")
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
        if isinstance(value, list):
            return [_record(info, each) for each in value]
        return info.context.state.find(value) if isinstance(value, str) else value

    return resolve


def _paged(parent: str, name: str) -> Resolver:
    kept = _kept(parent, name)

    def resolve(record: Record, info: GraphQLResolveInfo, **window: Any) -> Record:
        asking: Asking = info.context
        found = [_record(info, each) for each in kept(record, info)]
        whole = Window(len(found), backward=False, cursor=None, reverse=False)
        return page_of_list(found, whole if asking.bulk else read_window(**window))

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


def _not_kept(parent: str, name: str) -> GraphQLError:
    return GraphQLError(f"The sandbox store does not keep {parent}.{name}.")
