"""How the generated models differ from what ariadne-codegen makes by itself: enums are text, numbers are decimals.

Shopify adds values to its enums within a version. A new one must reach the flow that can say what it does not
understand of one order, not fail the page of orders that the answer holds. And no float comes near money: a tax
line's rate is a decimal too.
"""

from ariadne_codegen.plugins.base import Plugin
from graphql import (
    GraphQLEnumType,
    GraphQLFloat,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
)


class PlainAnswers(Plugin):
    """Let fields answer text where they answered an enum, and Decimal where they answered Float."""

    def process_schema(self, schema: GraphQLSchema) -> GraphQLSchema:
        decimal = schema.type_map["Decimal"]
        if not isinstance(decimal, GraphQLScalarType):
            raise TypeError("The schema's Decimal is no scalar.")
        for kind in schema.type_map.values():
            if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
                for field in kind.fields.values():
                    field.type = _plain(field.type, decimal)
        return schema


def _plain(kind: GraphQLOutputType, decimal: GraphQLScalarType) -> GraphQLOutputType:
    if isinstance(kind, GraphQLNonNull):
        return GraphQLNonNull(_plain(kind.of_type, decimal))
    if isinstance(kind, GraphQLList):
        return GraphQLList(_plain(kind.of_type, decimal))
    if kind is GraphQLFloat:
        return decimal
    return GraphQLString if isinstance(kind, GraphQLEnumType) else kind
