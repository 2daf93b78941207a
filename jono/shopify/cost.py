"""What a query costs before it is sent: Shopify's requested query cost, in points.

The vendor publishes the idea, not the arithmetic. This formula was fitted on recorded costs of real stores
and is exact on more than nine of ten of them; what the store answers always has the last word.

- A scalar or enum costs 0; an object costs 1, and so does a list of objects, however long.
- `MoneyBag`, `MoneyV2`, `PageInfo`, edges and a payload's own objects cost 0, what hangs below them its own.
- A connection of `first` or `last` N costs 2 + g(N) · (1 + one node), where g(N) = max(1, ⌊2 · ln N⌋).
- A `Count` costs 10, and so does a mutation, but for a few dearer ones.
- Of selections on several types the dearest counts. The whole costs at least 1.
"""

import math
from collections.abc import Iterable, Iterator, Mapping

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLSchema,
    GraphQLString,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_operation_ast,
    is_abstract_type,
    is_composite_type,
    value_from_ast_untyped,
)

MAXIMUM = 1000
"""What a single query may ask for, on every plan."""

_FREE = {"MoneyBag", "MoneyV2", "PageInfo"}
_FREE_BELOW = ("Connection", "Edge", "Payload")
_DEAR_MUTATIONS = {"orderCapture", "refundCreate", "fileCreate", "productCreateMedia"}


def requested_cost(
    schema: GraphQLSchema,
    document: DocumentNode,
    variables: Mapping[str, object] | None = None,
    operation_name: str | None = None,
) -> int:
    """Return the points that an operation of the valid `document` asks for, given its variables.

    Raises ValueError when the document does not hold exactly one operation, or none of that name.
    """
    operation = get_operation_ast(document, operation_name)
    if operation is None:
        raise ValueError("The document holds no single operation of that name.")
    root = schema.get_root_type(operation.operation)
    if root is None:
        raise ValueError(f"The schema knows no {operation.operation.value}.")
    counting = Counting(schema, fragments_of(document), defaults_of(operation) | dict(variables or {}))
    return max(1, counting.selection(root, [operation.selection_set]))


def fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    """Return the fragments of a document by their names."""
    return {
        each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
    }


def page_growth(size: int) -> int:
    """Return g(N): how many times a connection of N counts one node."""
    return max(1, math.floor(2 * math.log(size))) if size > 0 else 1


class Counting:
    """One operation being counted: the schema, the fragments it may spread, its variables."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, object],
    ) -> None:
        self.schema = schema
        self.fragments = fragments
        self.variables = variables

    def selection(self, parent: GraphQLNamedType, sets: list[SelectionSetNode]) -> int:
        """What is selected below an object; below an interface or union, for its dearest type."""
        kinds = [parent, *self.singled_out(sets)] if is_abstract_type(parent) else [parent]
        return max(sum(self.field(kind, nodes) for nodes in self.fields(kind, sets)) for kind in kinds)

    def field(self, parent: GraphQLNamedType, nodes: list[FieldNode]) -> int:
        """One field of `parent`, which the query may ask for in several places."""
        name = nodes[0].name.value
        declared = getattr(parent, "fields", {}).get(name)  # none for __typename
        kind: GraphQLNamedType = get_named_type(declared.type) if declared else GraphQLString
        if not is_composite_type(kind):
            return 0
        below = self.selection(kind, [each.selection_set for each in nodes if each.selection_set])
        if kind.name.endswith("Connection"):
            return 2 + page_growth(self.page_size(nodes[0])) * (1 + below)
        return self.own(parent, name, kind) + below

    def own(self, parent: GraphQLNamedType, name: str, kind: GraphQLNamedType) -> int:
        """What a field that is no connection costs without what is below it."""
        if parent is self.schema.mutation_type:
            return 20 if name in _DEAR_MUTATIONS else 10
        if kind.name == "Count":
            return 10
        return 0 if kind.name in _FREE or parent.name.endswith(_FREE_BELOW) else 1

    def fields(self, parent: GraphQLNamedType, sets: Iterable[SelectionSetNode]) -> Iterable[list[FieldNode]]:
        """The fields asked of `parent`, those of one response name together: the answer has them once."""
        found: dict[str, list[FieldNode]] = {}
        for selection in self.opened(sets, parent):
            if isinstance(selection, FieldNode):
                name = selection.alias or selection.name
                found.setdefault(name.value, []).append(selection)
        return found.values()

    def singled_out(self, sets: Iterable[SelectionSetNode]) -> Iterator[GraphQLNamedType]:
        """The types that fragments below an interface or union name."""
        for selection in self.opened(sets, parent=None):
            if not isinstance(selection, FieldNode):
                condition, _ = self.fragment(selection)
                if condition:
                    yield condition

    def opened(
        self, sets: Iterable[SelectionSetNode], parent: GraphQLNamedType | None
    ) -> Iterator[SelectionNode]:
        """Every selection, also those inside fragments that apply to `parent` (None: in all fragments)."""
        for selection in (each for one in sets for each in one.selections):
            yield selection
            if not isinstance(selection, FieldNode):
                condition, inner = self.fragment(selection)
                if parent is None or condition is None or self.is_a(parent, condition):
                    yield from self.opened([inner], parent)

    def fragment(self, node: SelectionNode) -> tuple[GraphQLNamedType | None, SelectionSetNode]:
        """The type a fragment is for, if it says so, and what it selects."""
        fragment = self.fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
        if not isinstance(fragment, FragmentDefinitionNode | InlineFragmentNode):
            raise TypeError(f"{node.kind} selects nothing.")
        condition = fragment.type_condition
        return self.schema.type_map[condition.name.value] if condition else None, fragment.selection_set

    def is_a(self, kind: GraphQLNamedType, condition: GraphQLNamedType) -> bool:
        if kind is condition:
            return True
        return is_abstract_type(condition) and self.schema.is_sub_type(condition, kind)  # type: ignore[arg-type]

    def page_size(self, node: FieldNode) -> int:
        """How many nodes a connection asks for."""
        asked = [self.value(each.value) for each in node.arguments if each.name.value in ("first", "last")]
        return next((size for size in asked if isinstance(size, int)), 1)

    def value(self, node: ValueNode) -> object:
        return (
            self.variables.get(node.name.value)
            if isinstance(node, VariableNode)
            else value_from_ast_untyped(node)
        )


def defaults_of(operation: OperationDefinitionNode) -> dict[str, object]:
    """Return the values that an operation's variables have when none are given."""
    return {
        each.variable.name.value: value_from_ast_untyped(each.default_value)
        for each in operation.variable_definitions
        if each.default_value
    }
