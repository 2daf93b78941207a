"""What a query really cost: the formula of the requested cost, on the records that were returned.

The real store's arithmetic is not known, only its rule: a query asks for what it might return, and is charged for what
it did. So a connection counts the nodes it has, not those it might have had, what is null costs nothing, and of several
records the dearest counts, as of several types. A mutation costs itself even when it failed.
"""

from collections.abc import Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLNamedType,
    GraphQLSchema,
    SelectionSetNode,
    get_named_type,
    get_operation_ast,
    is_abstract_type,
    is_composite_type,
)

from jono.shopify.cost import Counting, defaults_of, fragments_of, page_growth


def returned_cost(
    schema: GraphQLSchema,
    document: DocumentNode,
    variables: Mapping[str, object],
    operation_name: str | None,
    data: Mapping[str, Any] | None,
) -> int:
    """Return the points that an operation of a valid document is charged for, given the data it was answered with."""
    operation = get_operation_ast(document, operation_name)
    root = schema.get_root_type(operation.operation) if operation else None
    if operation is None or root is None:
        raise ValueError("The document holds no single operation of that name.")
    charging = _Charging(schema, fragments_of(document), defaults_of(operation) | dict(variables))
    return max(1, charging.returned(root, [operation.selection_set], data or {}))


class _Charging(Counting):
    """One answer being counted."""

    def returned(
        self, parent: GraphQLNamedType, sets: list[SelectionSetNode], data: Mapping[str, Any]
    ) -> int:
        """What an object was answered with; fields of fragments on other types than its own are not in it."""
        kinds = [parent, *self.singled_out(sets)] if is_abstract_type(parent) else [parent]
        return max(
            sum(self.returned_field(kind, nodes, data) for nodes in self.fields(kind, sets)) for kind in kinds
        )

    def returned_field(
        self, parent: GraphQLNamedType, nodes: list[FieldNode], data: Mapping[str, Any]
    ) -> int:
        """One field of an object, with all that is below it."""
        name = nodes[0].name.value
        declared = getattr(parent, "fields", {}).get(name)
        if declared is None or not is_composite_type(kind := get_named_type(declared.type)):
            return 0
        value = data.get((nodes[0].alias or nodes[0].name).value)
        objects = [each for each in (value if isinstance(value, list) else [value]) if each is not None]
        if not objects:
            return self.own(parent, name, kind) if parent is self.schema.mutation_type else 0
        sets = [each.selection_set for each in nodes if each.selection_set]
        below = max(self.returned(kind, sets, each) for each in objects)
        if kind.name.endswith("Connection"):
            size = _size(objects[0], self.page_size(nodes[0]))
            return 2 + (page_growth(size) * (1 + below) if size else 0)
        return self.own(parent, name, kind) + below


def _size(connection: Mapping[str, Any], asked: int) -> int:
    """How many nodes a connection has; as many as were asked for when none of them are in the answer."""
    lists = [len(each) for each in connection.values() if isinstance(each, list)]
    return max(lists, default=asked)
