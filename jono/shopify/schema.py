"""The part of Shopify's Admin schema that Jono speaks (`schema.graphql`, made by `tools/prune_schema.py`)."""

from functools import cache
from importlib.resources import files

from graphql import GraphQLSchema, build_schema

# The version of the Admin API in every address, and of the schema file beside this module.
API_VERSION = "2026-10"


def schema_text() -> str:
    """Return the pruned Admin schema as it is written."""
    return files("jono.shopify").joinpath("schema.graphql").read_text(encoding="utf-8")


@cache
def admin_schema() -> GraphQLSchema:
    """Return the pruned Admin schema, built once a process."""
    return build_schema(schema_text(), assume_valid=True)
