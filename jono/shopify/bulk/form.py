"""Puts one of our paged queries into the form that a bulk operation takes: the same fields, each connection whole.

A bulk query knows no variables and no pages, and reads connections by their edges. Its nodes come as lines of their
own, so each says its type: by that a line finds the field of its parent that it belongs in. A node that has
connections must choose its `id`.
"""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLNamedType,
    GraphQLObjectType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    ast_from_value,
    get_named_type,
    is_composite_type,
    parse,
    print_ast,
)

from jono.shopify.operations import Operation
from jono.shopify.schema import admin_schema

_PAGES = {"first", "last", "after", "before"}


@dataclass(frozen=True)
class BulkForm:
    """A bulk query: its text, the type of the records it reads, and where in them the other lines belong.

    `nests` names, by the type of a parent and the type of a child, the parent's field that holds such children.
    """

    text: str
    root: str
    nests: Mapping[str, Mapping[str, str]]


def bulk_form(operation: Operation, variables: Mapping[str, object], key: uuid.UUID) -> BulkForm:
    """Return the bulk form of a query on one connection; its name holds the `key`, by which it is found again.

    Raises ValueError for what cannot be put so: several connections at the root, one inside of a plain object, or
    two of a parent whose nodes are of one type.
    """
    document = parse(operation.text)
    fragments = {
        each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
    }
    [asked] = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    writing = _Writing(fragments, variables)
    query = admin_schema().query_type
    if query is None:
        raise ValueError("The schema knows no query.")
    fields = writing.fields(query, asked.selection_set, query.name)
    nests = writing.nests
    root = list(nests.pop(query.name, {}))
    if len(root) != 1:
        raise ValueError(f"{operation.name} asks for {len(root)} connections; a bulk query takes one.")
    return BulkForm(f"query {operation.name}_{key.hex} {{ {fields} }}", root[0], nests)


class _Writing:
    """One query being written."""

    def __init__(
        self, fragments: Mapping[str, FragmentDefinitionNode], variables: Mapping[str, object]
    ) -> None:
        self.nests: dict[str, dict[str, str]] = {}
        self._fragments = fragments
        self._variables = variables

    def fields(self, kind: GraphQLNamedType, chosen: SelectionSetNode, node: str | None) -> str:
        """What is chosen of `kind`; `node` names the type whose line these fields stand on, None deeper in it."""
        return " ".join(self._written(kind, each, node) for each in chosen.selections)

    def _written(self, kind: GraphQLNamedType, selection: SelectionNode, node: str | None) -> str:
        if isinstance(selection, FieldNode):
            return self._field(kind, selection, node)
        if isinstance(selection, FragmentSpreadNode):
            fragment = self._fragments[selection.name.value]
            condition, inner = fragment.type_condition.name.value, fragment.selection_set
        elif isinstance(selection, InlineFragmentNode):
            condition = selection.type_condition.name.value if selection.type_condition else kind.name
            inner = selection.selection_set
        else:
            raise TypeError(f"{selection.kind} selects nothing.")
        if condition == kind.name:
            return self.fields(kind, inner, node)
        return f"... on {condition} {{ {self.fields(admin_schema().type_map[condition], inner, None)} }}"

    def _field(self, parent: GraphQLNamedType, field: FieldNode, node: str | None) -> str:
        name = field.name.value
        declared = getattr(parent, "fields", {}).get(name)  # none for __typename
        head = f"{field.alias.value}: {name}" if field.alias else name
        if declared is None:
            return head
        kind = get_named_type(declared.type)
        if not is_composite_type(kind) or field.selection_set is None:
            return head + self._arguments(field, declared.args)
        if kind.name.endswith("Connection"):
            arguments = {name: each for name, each in declared.args.items() if name not in _PAGES}
            return f"{head}{self._arguments(field, arguments)} {self._connection(kind, field, node)}"
        inner = self.fields(kind, field.selection_set, None)
        return f"{head}{self._arguments(field, declared.args)} {{ {inner} }}"

    def _connection(self, kind: GraphQLNamedType, field: FieldNode, node: str | None) -> str:
        if node is None:
            raise ValueError(
                f"{field.name.value} stands inside of a plain object: its lines would have no home."
            )
        chosen = [each for each in _own_fields(field) if each.name.value == "nodes" and each.selection_set]
        child = get_named_type(getattr(kind, "fields", {})["nodes"].type)
        nest = self.nests.setdefault(node, {})
        if len(chosen) != 1 or child.name in nest or not isinstance(child, GraphQLObjectType):
            raise ValueError(f"The lines of {field.name.value} could not be told from others.")
        nest[child.name] = (field.alias or field.name).value
        selected = chosen[0].selection_set
        inner = self.fields(child, selected, child.name) if selected else ""
        return f"{{ edges {{ node {{ __typename {inner} }} }} }}"

    def _arguments(self, field: FieldNode, declared: Mapping[str, GraphQLArgument]) -> str:
        given = [
            f"{each.name.value}: {value}"
            for each in field.arguments
            if each.name.value in declared and (value := self._value(each.value, declared[each.name.value]))
        ]
        return f"({', '.join(given)})" if given else ""

    def _value(self, node: object, declared: GraphQLArgument) -> str:
        """A value as it is written in place of a variable; nothing for one that was not given."""
        if not isinstance(node, VariableNode):
            return print_ast(node)  # type: ignore[arg-type]
        value = self._variables.get(node.name.value)
        written = None if value is None else ast_from_value(value, declared.type)
        return print_ast(written) if written else ""


def _own_fields(field: FieldNode) -> Iterator[FieldNode]:
    chosen = field.selection_set.selections if field.selection_set else ()
    yield from (each for each in chosen if isinstance(each, FieldNode))
