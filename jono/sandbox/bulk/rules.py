"""What a bulk operation may ask for: connections by their edges, few and not deep, each node with its id."""

from collections.abc import Iterator

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationType,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    get_operation_ast,
    is_list_type,
    parse,
    validate,
)

CONNECTIONS = 5
DEPTH = 2


class InvalidBulkError(Exception):
    """A document that cannot be run in bulk; its text says why, in the store's words."""


def read_query(schema: GraphQLSchema, text: str) -> DocumentNode:
    """Return the document of a query that may run in bulk; raises InvalidBulkError."""
    document = _valid(schema, text, OperationType.QUERY, "Invalid bulk query: ")
    problems = list(_Rules(schema, document).problems())
    if problems:
        raise InvalidBulkError(problems[0])
    return document


def read_mutation(schema: GraphQLSchema, text: str) -> DocumentNode:
    """Return the document of a mutation that may run in bulk; raises InvalidBulkError."""
    document = _valid(schema, text, OperationType.MUTATION, "Failed to parse the mutation - ")
    operation = get_operation_ast(document)
    roots = operation.selection_set.selections if operation else ()
    names = [each.name.value for each in roots if isinstance(each, FieldNode)]
    if len(roots) != 1 or len(names) != 1:
        raise InvalidBulkError("You must specify one top level mutation.")
    if names[0].startswith("bulkOperation"):
        raise InvalidBulkError("You must use an allowed mutation name.")
    return document


def _valid(schema: GraphQLSchema, text: str, kind: OperationType, words: str) -> DocumentNode:
    try:
        document = parse(text)
    except GraphQLError as error:
        raise InvalidBulkError(f"{words}{error.message}") from None
    errors = validate(schema, document)
    if errors:
        raise InvalidBulkError(f"{words}{errors[0].message}")
    operation = get_operation_ast(document)
    if operation is None or operation.operation is not kind:
        raise InvalidBulkError(f"{words}exactly one {kind.value} is expected")
    return document


class _Rules:
    """One query being looked at."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self._schema = schema
        self._operation = get_operation_ast(document)
        self._connections = 0
        self._fragments = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }

    def problems(self) -> Iterator[str]:
        """Say everything that is wrong."""
        if self._operation is None or self._schema.query_type is None:
            return
        roots = list(self._fields(self._operation.selection_set))
        if any(each.name.value in ("node", "nodes") for each in roots):
            yield "Bulk queries cannot contain a top level 'node' or 'nodes' field."
            return
        if len(roots) != 1:
            yield "Bulk queries must contain a single top level field."
            return
        yield from self._below(self._schema.query_type, self._operation.selection_set, 0, in_list=False)
        if not self._connections:
            yield "Bulk queries must contain at least one connection."
        if self._connections > CONNECTIONS:
            yield f"Bulk queries cannot contain more than {CONNECTIONS} connections."

    def _below(
        self, parent: GraphQLNamedType, chosen: SelectionSetNode, depth: int, *, in_list: bool
    ) -> Iterator[str]:
        for field in self._fields(chosen, parent):
            declared = getattr(parent, "fields", {}).get(field.name.value)
            if declared is None or field.selection_set is None:
                continue
            kind = get_named_type(declared.type)
            if kind.name.endswith("Connection"):
                yield from self._connection(kind, field, depth, in_list=in_list)
            else:
                listed = in_list or is_list_type(get_nullable_type(declared.type))
                yield from self._below(kind, field.selection_set, depth, in_list=listed)

    def _connection(
        self, kind: GraphQLNamedType, field: FieldNode, depth: int, *, in_list: bool
    ) -> Iterator[str]:
        self._connections += 1
        if in_list:
            yield "Queries that contain a connection field within a list field are not currently supported."
        if depth > DEPTH:
            yield f"Bulk queries cannot contain connections with a nesting depth greater than {DEPTH}."
        edges = self._chosen(field, "edges")
        if self._chosen(field, "nodes"):
            yield "Selecting via 'nodes' is not supported. Please use 'edges' instead."
        node = self._chosen(edges, "node") if edges else None
        if node is None or node.selection_set is None:
            if not self._chosen(field, "nodes"):
                yield f"The connection '{field.name.value}' must select 'edges' and their 'node'."
            return
        node_kind = get_named_type(kind.fields["edges"].type).fields["node"].type  # type: ignore[attr-defined]
        yield from self._ids(get_named_type(node_kind), node)
        yield from self._below(get_named_type(node_kind), node.selection_set, depth + 1, in_list=False)

    def _ids(self, kind: GraphQLNamedType, node: FieldNode) -> Iterator[str]:
        if node.selection_set is None:
            return
        fields = list(self._fields(node.selection_set, kind))
        nested = [
            each.name.value
            for each in fields
            if (declared := getattr(kind, "fields", {}).get(each.name.value))
            and get_named_type(declared.type).name.endswith("Connection")
        ]
        if nested and not any(each.name.value == "id" and each.alias is None for each in fields):
            yield (
                "The parent 'node' field for a nested connection must select the 'id' field without an alias and "
                f"must be of 'ID' return type. Connection fields without 'id': {', '.join(nested)}."
            )

    def _chosen(self, field: FieldNode, name: str) -> FieldNode | None:
        if field.selection_set is None:
            return None
        return next((each for each in self._fields(field.selection_set) if each.name.value == name), None)

    def _fields(
        self, chosen: SelectionSetNode, parent: GraphQLNamedType | None = None
    ) -> Iterator[FieldNode]:
        """The fields chosen, those in fragments too; a fragment on another type than `parent` is left to it."""
        for each in chosen.selections:
            if isinstance(each, FieldNode):
                yield each
            elif isinstance(each, InlineFragmentNode):
                yield from self._fields(each.selection_set, parent)
            elif isinstance(each, FragmentSpreadNode):
                yield from self._fields(self._fragments[each.name.value].selection_set, parent)
