"""The part of Shopify's Admin schema that Jono speaks (`schema.graphql`, made by `tools/prune_schema.py`)."""

from datetime import UTC, datetime
from functools import cache
from importlib.resources import files

from graphql import GraphQLSchema, build_schema

# The version of the Admin API in every address, and of the schema file beside this module.
API_VERSION = "2026-10"


def accessible_until(version: str) -> datetime:
    """Return when an API version ceases to answer: a year after its quarter began, and two weeks of grace.

    From then on the oldest that is left answers in its place.
    """
    year, month = map(int, version.split("-"))
    return datetime(year + 1, month, 16, 15, tzinfo=UTC)


def schema_text() -> str:
    """Return the pruned Admin schema as it is written."""
    return files("jono.shopify").joinpath("schema.graphql").read_text(encoding="utf-8")


@cache
def admin_schema() -> GraphQLSchema:
    """Return the pruned Admin schema, built once a process."""
    return build_schema(schema_text(), assume_valid=True)
