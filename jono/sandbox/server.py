"""Serves a sandbox store over HTTP, as Shopify serves the Admin API: a plain ASGI application."""

import asyncio
import hmac
import json
import re
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from jono.kit.clock import now
from jono.kit.errors import UserError, gettext_noop
from jono.sandbox import refusals
from jono.sandbox.answering import Request, answer
from jono.sandbox.bucket import PLANS, CostBucket, Plan
from jono.sandbox.catalogue import read_catalogue
from jono.sandbox.control import reply
from jono.sandbox.orders import place
from jono.sandbox.products import put_products
from jono.sandbox.shop import is_open, open_shop
from jono.sandbox.state import State
from jono.sandbox.stream import goods_of, order_stream
from jono.shopify.schema import API_VERSION

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

CURRENCY = "EUR"
_FIRST_ORDERS = 120
_LARGEST_BODY = 10_000_000
_GRAPHQL = re.compile(r"/admin/api/(\d{4}-\d{2}|unstable)/graphql\.json")
_LOOPBACK = {"127.0.0.1", "::1"}


class _Query(BaseModel):
    query: str
    variables: dict[str, Any] | None = None
    operationName: str | None = None  # noqa: N815 - GraphQL's name


@dataclass(frozen=True)
class _Response:
    status: int
    body: Any


def application(
    state: State, token: str, plan: Plan = PLANS["standard"], clock: Callable[[], float] = time.monotonic
) -> Application:
    """Return the ASGI application of a store whose app has that access token; `clock` refills its bucket."""
    bucket = CostBucket(plan, clock)

    def respond(scope: Scope, content: bytes) -> _Response:
        if scope["path"].startswith("/_control/"):
            return _control(state, scope, content)
        if scope["method"] != "POST" or not _GRAPHQL.fullmatch(scope["path"]):
            return _Response(HTTPStatus.NOT_FOUND, {"errors": "Not Found"})
        if not hmac.compare_digest(_header(scope, b"x-shopify-access-token"), token.encode()):
            return _Response(HTTPStatus.UNAUTHORIZED, refusals.wrong_token())
        return _graphql(state, bucket, content)

    async def store(scope: Scope, receive: Receive, send: Send) -> None:
        content = await _body(receive)
        if content is None:
            response = _Response(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"errors": "Too large"})
        else:
            response = await asyncio.to_thread(respond, scope, content)
        await _send(send, response)

    return store


def open_store(state_path: Path | None = None) -> State:
    """Open the store in a file, or one in memory; a new one is filled with our own goods and a month of orders."""
    try:
        state = State(state_path)
    except sqlite3.DatabaseError as error:
        raise UserError(
            gettext_noop(
                "The sandbox store's file %(path)s cannot be opened (%(reason)s). Is it in use already?"
            ),
            path=str(state_path),
            reason=str(error),
        ) from error
    if not is_open(state):
        with state.writing():
            open_shop(state, CURRENCY)
            goods = files("jono.sandbox").joinpath("goods.csv").read_bytes()
            put_products(state, read_catalogue(goods).products, CURRENCY)
            place(state, *order_stream(goods_of(state), _FIRST_ORDERS, now()))
    return state


def _graphql(state: State, bucket: CostBucket, content: bytes) -> _Response:
    try:
        asked = _Query.model_validate_json(content)
    except ValidationError:
        return _Response(HTTPStatus.BAD_REQUEST, refusals.no_query())
    request = Request(asked.query, asked.variables or {}, asked.operationName)
    return _Response(HTTPStatus.OK, answer(state, bucket, request))


def _control(state: State, scope: Scope, content: bytes) -> _Response:
    """The back door opens to this machine alone, and never to a page that a browser here happens to show."""
    client, host = scope.get("client"), _header(scope, b"host").decode("latin-1").rsplit(":", 1)[0]
    if not client or client[0] not in _LOOPBACK or host not in _LOOPBACK or _header(scope, b"origin"):
        return _Response(HTTPStatus.FORBIDDEN, {"error": "Only from this machine."})
    replied = reply(state, scope["method"], scope["path"], content)
    return _Response(replied.status, replied.body)


def _header(scope: Scope, name: bytes) -> bytes:
    headers: Iterable[tuple[bytes, bytes]] = scope["headers"]
    return next((value for each, value in headers if each == name), b"")


async def _body(receive: Receive) -> bytes | None:
    """The request's body; None when it is larger than anything sensible."""
    content = bytearray()
    more = True
    while more:
        message = await receive()
        content += message.get("body", b"")
        more = message.get("more_body", False) and len(content) <= _LARGEST_BODY
    return None if len(content) > _LARGEST_BODY else bytes(content)


async def _send(send: Send, response: _Response) -> None:
    content = json.dumps(response.body).encode()
    headers = [
        (b"content-type", b"application/json; charset=utf-8"),
        (b"content-length", str(len(content)).encode()),
        (b"x-shopify-api-version", API_VERSION.encode()),
    ]
    await send({"type": "http.response.start", "status": int(response.status), "headers": headers})
    await send({"type": "http.response.body", "body": content})
