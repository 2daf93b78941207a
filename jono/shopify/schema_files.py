"""An Admin schema from a file: for operations that ask for more than the part of it that Jono speaks itself."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphql import GraphQLError, GraphQLSchema, build_client_schema, build_schema

from jono.kit.errors import UserError, gettext_noop
from jono.shopify.schema import API_VERSION, admin_schema
from jono.shopify.scopes import Scopes, own_scopes, scopes_told

FOLDER = "JONO_ADMIN_SCHEMAS"
"""The environment variable that names a folder of whole schemas, or one of them."""


@dataclass(frozen=True)
class AdminSchema:
    """A schema to hold operations against; `scopes` are those its types and fields ask for, as far as is known."""

    name: str
    schema: GraphQLSchema
    scopes: Scopes
    is_part: bool = False


def own_part() -> AdminSchema:
    """Return the part of the schema that Jono speaks."""
    return AdminSchema(API_VERSION, admin_schema(), own_scopes(), is_part=True)


def file_name(version: str) -> str:
    """Return what the schema of an API version is called in a folder of them."""
    return f"admin_{version}.json.gz"


def read_schema(path: Path) -> AdminSchema:
    """Read a schema: introspection as JSON, packed or not, or SDL; in a folder, that of our API version.

    Raises UserError when the file is none. A store's own introspection and SDL tell no scopes: those are used that
    Jono knows of.
    """
    file = path / file_name(API_VERSION) if path.is_dir() else path
    try:
        content = file.read_bytes()
        text = (gzip.decompress(content) if file.suffix == ".gz" else content).decode()
        if not text.lstrip().startswith("{"):
            return AdminSchema(file.name, build_schema(text, assume_valid=True), own_scopes())
        told = introspection_in(text)
        schema = build_client_schema(told, assume_valid=True)  # type: ignore[arg-type]
        return AdminSchema(file.name, schema, {**own_scopes(), **scopes_told(told)})
    except (OSError, EOFError, ValueError, TypeError, KeyError, GraphQLError) as error:
        raise UserError(
            gettext_noop(
                "%(file)s is no GraphQL schema (%(reason)s). Name a file of introspection as JSON, or of SDL."
            ),
            file=str(file),
            reason=str(error),
        ) from error


def introspection_in(text: str) -> dict[str, Any]:
    """Return the answer to an introspection query, with or without the `data` around it."""
    told = json.loads(text)
    found = told.get("data", told)
    if not isinstance(found, Mapping) or "__schema" not in found:
        raise ValueError("there is no __schema in it")
    return dict(found)
