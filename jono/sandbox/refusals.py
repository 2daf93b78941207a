"""Errors in the words and shapes of the real store, so that whoever reads them cannot tell it from the sandbox."""

import re
from collections.abc import Mapping
from typing import Any

from graphql import GraphQLError

from jono.shopify.cost import MAXIMUM

Body = dict[str, Any]

_DOCUMENTATION = "https://shopify.dev/api/usage/rate-limits"
_SCOPES = "https://shopify.dev/api/usage/access-scopes"
_WORDS = [
    (
        re.compile(r"Cannot query field '(?P<fieldName>\w+)' on type '(?P<typeName>\w+)'\."),
        "Field '{fieldName}' doesn't exist on type '{typeName}'",
        "undefinedField",
    ),
    (
        re.compile(r"Unknown argument '(?P<argumentName>\w+)' on field '(?P<typeName>\w+)\.(?P<name>\w+)'\."),
        "Field '{name}' doesn't accept argument '{argumentName}'",
        "argumentNotAccepted",
    ),
    (
        re.compile(
            r"Field '(?P<name>\w+)' argument '(?P<arguments>\w+)' of type '\S+' is required, but it was not provided\."
        ),
        "Field '{name}' is missing required arguments: {arguments}",
        "missingRequiredArguments",
    ),
    (
        re.compile(r"Variable '\$(?P<variableName>\w+)' is not defined"),
        "Variable ${variableName} is used but not declared",
        "variableNotDefined",
    ),
    (
        re.compile(
            r"Field '(?P<nodeName>\w+)' of type '(?P<typeName>\S+)' must have a selection of subfields\."
        ),
        "Field must have selections (field '{nodeName}' returns {typeName} but has no selections)",
        "selectionMismatch",
    ),
]


def invalid(errors: list[GraphQLError]) -> Body:
    """A query that does not fit the schema."""
    return {"errors": [_worded(error) for error in errors]}


def invalid_variable(error: GraphQLError) -> Body:
    """A variable that its type does not take."""
    found = re.match(r"Variable '\$(?P<name>\w+)'", error.message)
    name = found["name"] if found else "?"
    message = f"Variable ${name} was provided invalid value"
    problems = [{"path": [], "explanation": error.message}]
    return {
        "errors": [
            {
                "message": message,
                "locations": _locations(error),
                "extensions": {"code": "INVALID_VARIABLE", "problems": problems},
            }
        ]
    }


def too_expensive(cost: int) -> Body:
    """A query that asks for more than a single one may."""
    message = f"Query cost is {cost}, which exceeds the single query max cost limit ({MAXIMUM})."
    extensions = {
        "code": "MAX_COST_EXCEEDED",
        "cost": cost,
        "maxCost": MAXIMUM,
        "documentation": _DOCUMENTATION,
    }
    return {"errors": [{"message": message, "extensions": extensions}]}


def throttled(cost: int, status: Mapping[str, float]) -> Body:
    """A query that the bucket has too few points for."""
    told = {"requestedQueryCost": cost, "actualQueryCost": None, "throttleStatus": dict(status)}
    extensions = {"code": "THROTTLED", "documentation": _DOCUMENTATION}
    return {"errors": [{"message": "Throttled", "extensions": extensions}], "extensions": {"cost": told}}


def access_denied(field: str, required: str) -> GraphQLError:
    """A field that the app has no scope for."""
    extensions = {"code": "ACCESS_DENIED", "documentation": _SCOPES, "requiredAccess": required}
    return GraphQLError(
        f"Access denied for {field} field. Required access: {required}", extensions=extensions
    )


def no_idempotency_key() -> GraphQLError:
    """A mutation without the directive that it asks for."""
    message = "The @idempotent directive is required for this mutation but was not provided."
    return GraphQLError(message, extensions={"code": "BAD_REQUEST"})


def idempotency_unsupported() -> GraphQLError:
    """A mutation with a directive that it does not know."""
    message = "The @idempotent directive is not supported for this mutation."
    return GraphQLError(message, extensions={"code": "BAD_REQUEST"})


def missing_argument(kind: str, name: str) -> GraphQLError:
    """An input object without a field that its type calls optional and the mutation does not."""
    message = f"{kind} must include the following argument: {name}."
    return GraphQLError(message, extensions={"code": "INVALID_FIELD_ARGUMENTS"})


def too_many(size: int, limit: int) -> GraphQLError:
    """An input array that is too long."""
    message = f"The input array size of {size} is greater than the maximum allowed of {limit}."
    return GraphQLError(message, extensions={"code": "MAX_INPUT_SIZE_EXCEEDED"})


def internal_error() -> GraphQLError:
    """A failure of the store itself."""
    message = "Internal error. Looks like something went wrong on our end."
    return GraphQLError(message, extensions={"code": "INTERNAL_SERVER_ERROR"})


def wrong_token() -> Body:
    """A request without the app's access token."""
    return {"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"}


def no_query() -> Body:
    """A request that holds no query."""
    return {"errors": {"query": "Required parameter missing or invalid"}}


def _worded(error: GraphQLError) -> Body:
    for pattern, words, code in _WORDS:
        if found := pattern.match(error.message):
            told = {name: value for name, value in found.groupdict().items() if name != "name"}
            message, extensions = words.format(**found.groupdict()), {"code": code, **told}
            return {"message": message, "locations": _locations(error), "extensions": extensions}
    return {"message": error.message, "locations": _locations(error)}


def _locations(error: GraphQLError) -> list[dict[str, int]]:
    return [{"line": each.line, "column": each.column} for each in error.locations or []]
