"""Answers one GraphQL request as the store does: checked, costed, paid from the bucket, executed.

What a query really cost is known to the real store alone, and always at most what it asked for. The sandbox charges
what was asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSyntaxError,
    execute_sync,
    parse,
    validate,
)

from jono.sandbox import refusals
from jono.sandbox.bucket import CostBucket
from jono.sandbox.resolvers import Asking, served_schema
from jono.sandbox.state import State
from jono.shopify.cost import MAXIMUM, requested_cost

Body = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """A GraphQL request as it came."""

    query: str
    variables: Mapping[str, Any]
    operation_name: str | None = None


@dataclass(frozen=True)
class _Prepared:
    """A query text, parsed and checked once however often it is sent."""

    document: DocumentNode
    errors: tuple[GraphQLError, ...]


def answer(state: State, bucket: CostBucket, request: Request) -> Body:
    """Return the body of the answer to a request."""
    try:
        prepared = _prepare(request.query)
        if prepared.errors:
            return refusals.invalid(list(prepared.errors))
        cost = requested_cost(served_schema(), prepared.document, request.variables, request.operation_name)
    except GraphQLSyntaxError as error:
        return refusals.invalid([error])
    except ValueError as error:
        return refusals.invalid([GraphQLError(str(error))])
    if cost > MAXIMUM:
        return refusals.too_expensive(cost)
    with state.lock:
        if not bucket.spend(cost):
            return refusals.throttled(cost, bucket.status())
        return _executed(state, bucket, request, prepared.document, cost)


@lru_cache(maxsize=256)
def _prepare(query: str) -> _Prepared:
    document = parse(query)
    return _Prepared(document, tuple(validate(served_schema(), document)))


def _executed(state: State, bucket: CostBucket, request: Request, document: DocumentNode, cost: int) -> Body:
    asking = Asking(state)
    result = execute_sync(
        served_schema(),
        document,
        context_value=asking,
        variable_values=dict(request.variables),
        operation_name=request.operation_name,
    )
    if _is_bad_variable(result):
        return refusals.invalid_variable((result.errors or [])[0])
    told: Body = {
        "cost": {"requestedQueryCost": cost, "actualQueryCost": cost, "throttleStatus": bucket.status()}
    }
    if asking.searches:
        told["search"] = asking.searches
    body: Body = {"data": result.data, "extensions": told}
    return body if not result.errors else {"errors": [error.formatted for error in result.errors], **body}


def _is_bad_variable(result: ExecutionResult) -> bool:
    """Whether nothing was executed because a variable did not fit: such an error has no path."""
    return (
        result.data is None
        and bool(result.errors)
        and all(error.path is None for error in result.errors or ())
    )
