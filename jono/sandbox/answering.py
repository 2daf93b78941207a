"""Answers one GraphQL request as the store does: checked, costed, paid from the bucket, executed.

What it asks for must be in the bucket first; what it did not return is given back.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
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
from jono.sandbox.asking import Asking
from jono.sandbox.bucket import CostBucket
from jono.sandbox.charging import returned_cost
from jono.sandbox.faults import FaultKind, Faults
from jono.sandbox.idempotency import InFlight, keys_of
from jono.sandbox.resolvers import served_schema
from jono.sandbox.state import State
from jono.shopify.cost import MAXIMUM, requested_cost
from jono.shopify.schema import API_VERSION

Body = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """A GraphQL request as it came: to which version of the API, at which address of the store."""

    query: str
    variables: Mapping[str, Any]
    operation_name: str | None = None
    version: str = API_VERSION
    address: str = "http://127.0.0.1"


@dataclass
class Desk:
    """Where requests are answered: the store's records, its bucket, the faults that stand."""

    state: State
    bucket: CostBucket
    faults: Faults = field(default_factory=Faults)
    in_flight: InFlight = field(init=False)
    working: threading.Lock = field(default_factory=threading.Lock)  # held by whoever does what is due

    def __post_init__(self) -> None:
        self.in_flight = InFlight(self.state)


@dataclass(frozen=True)
class _Prepared:
    """A query text, parsed and checked once however often it is sent."""

    document: DocumentNode
    errors: tuple[GraphQLError, ...]


def answer(desk: Desk, request: Request) -> Body:
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
    return _paid(desk, request, prepared.document, cost)


def _paid(desk: Desk, request: Request, document: DocumentNode, cost: int) -> Body:
    with desk.state.lock:
        if desk.faults.take(FaultKind.THROTTLE, request.query):
            desk.bucket.drain()
        if not desk.bucket.spend(cost):
            return refusals.throttled(cost, desk.bucket.status())
    with desk.in_flight.holding(keys_of(document, request.variables)) as held:
        slow = desk.faults.take(FaultKind.SLOW, request.query)
        if slow:
            time.sleep(slow.seconds)
        with desk.state.lock:
            return _executed(desk, request, document, cost, held)


@lru_cache(maxsize=256)
def _prepare(query: str) -> _Prepared:
    document = parse(query)
    return _Prepared(document, tuple(validate(served_schema(), document)))


def _executed(desk: Desk, request: Request, document: DocumentNode, cost: int, held: frozenset[str]) -> Body:
    asking = Asking(
        desk.state,
        request.variables,
        request.version,
        request.address,
        desk.faults,
        held,
        text=request.query,
        schema=served_schema(),
    )
    result = execute_sync(
        served_schema(),
        document,
        context_value=asking,
        variable_values=dict(request.variables),
        operation_name=request.operation_name,
    )
    if _is_bad_variable(result):
        return refusals.invalid_variable((result.errors or [])[0])
    actual = returned_cost(served_schema(), document, request.variables, request.operation_name, result.data)
    desk.bucket.give_back(cost - actual)
    told: Body = {
        "cost": {
            "requestedQueryCost": cost,
            "actualQueryCost": actual,
            "throttleStatus": desk.bucket.status(),
        }
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
