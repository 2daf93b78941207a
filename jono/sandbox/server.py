"""Serves a sandbox store over HTTP, as Shopify serves the Admin API: a plain ASGI application."""

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from jono.kit.errors import UserError, gettext_noop
from jono.sandbox import pizzaplace
from jono.sandbox.admin.site import Site
from jono.sandbox.answering import Desk
from jono.sandbox.background import Background
from jono.sandbox.bucket import PLANS, CostBucket, Plan
from jono.sandbox.catalogue import read_catalogue
from jono.sandbox.companies import COMPANIES, put_company
from jono.sandbox.control import Control
from jono.sandbox.doors import Response, Visit, body_limit, respond
from jono.sandbox.orders import place_all
from jono.sandbox.payouts import pay_out
from jono.sandbox.products import put_products
from jono.sandbox.shop import is_open, open_shop
from jono.sandbox.state import State
from jono.sandbox.stream import goods_of, order_stream

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

CURRENCY = "EUR"
FIRST_ORDERS = 120
FORMAT = 5  # of the records in a store's file: one of another format cannot be served


def application(
    state: State,
    token: str,
    plan: Plan = PLANS["standard"],
    clock: Callable[[], float] | None = None,
) -> Application:
    """Return the ASGI application of a store whose app has that access token.

    `clock` refills its bucket; without one the store's own clock does.
    """
    desk = Desk(state, CostBucket(plan, clock or state.clock.seconds))
    control, site = Control(desk), Site(desk)
    background = Background(desk)

    def answer(visit: Visit) -> Response:
        for door in (control, site):
            if door.knows(visit):
                return door.respond(visit)
        return respond(desk, token, visit)

    async def store(scope: Scope, receive: Receive, send: Send) -> None:
        content = await _body(receive, body_limit(scope["path"]))
        if content is None:
            response = Response(413, {"errors": "Too large"})
        else:
            response = await asyncio.to_thread(answer, _visit(scope, content))
        background.wake()
        await _send(send, response)

    return store


def open_store(
    state_path: Path | None = None,
    catalogue: bytes | None = None,
    orders: int = FIRST_ORDERS,
    *,
    pizzas: bool = False,
) -> State:
    """Open the store in a file, or one in memory.

    A new one is filled with the goods of a product CSV, else with our own, and a month of orders for them; or with
    the goods and orders of a pizza place's year. Raises UserError when the file is taken or the goods cannot be read.
    """
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
    if is_open(state) and state.setting("format") != FORMAT:
        state.close()
        message = gettext_noop(
            "The sandbox store's file %(path)s was made by another version of Jono. "
            "Remove it, and a new store is opened."
        )
        raise UserError(message, path=str(state_path))
    if not is_open(state):
        _fill(state, catalogue, orders, pizzas=pizzas)
    return state


def _fill(state: State, catalogue: bytes | None, orders: int, *, pizzas: bool) -> None:
    """Open a new store and fill it, all or nothing."""
    try:
        with state.writing():
            state.set("format", FORMAT)
            open_shop(state, CURRENCY)
            if pizzas:
                put_products(state, pizzaplace.pizzas(), CURRENCY)
                place_all(state, pizzaplace.pizza_orders(orders))
                return
            goods = catalogue or files("jono.sandbox").joinpath("goods.csv").read_bytes()
            put_products(state, read_catalogue(goods).products, CURRENCY)
            if sold := goods_of(state):
                place_all(state, order_stream(sold, orders, state.now()))
            for company in COMPANIES:
                put_company(state, company)
            pay_out(state, state.now() - timedelta(days=2))
    except (ValueError, RuntimeError) as error:
        state.close()
        message = gettext_noop("The sandbox store cannot be filled: %(reason)s")
        raise UserError(message, reason=str(error)) from error


def _visit(scope: Scope, content: bytes) -> Visit:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    client = scope.get("client")
    query = scope.get("query_string", b"").decode("latin-1")
    return Visit(scope["method"], scope["path"], headers, content, client[0] if client else None, query)


async def _body(receive: Receive, limit: int) -> bytes | None:
    """The request's body; None when it is larger than anything sensible."""
    content = bytearray()
    more = True
    while more:
        message = await receive()
        content += message.get("body", b"")
        more = message.get("more_body", False) and len(content) <= limit
    return None if len(content) > limit else bytes(content)


async def _send(send: Send, response: Response) -> None:
    """Send an answer; of a broken one the beginning only, so that the connection breaks."""
    if response.content is None:
        content = json.dumps(response.body).encode()
        headers = {"Content-Type": "application/json; charset=utf-8", "Content-Length": str(len(content))}
        await _start(send, response, headers)
        if not response.broken:
            await send({"type": "http.response.body", "body": content})
        return
    await _start(send, response, {})
    for part in response.content:
        await send({"type": "http.response.body", "body": part, "more_body": True})
    if not response.broken:
        await send({"type": "http.response.body", "body": b""})


async def _start(send: Send, response: Response, headers: Mapping[str, str]) -> None:
    told = [
        (name.lower().encode(), value.encode()) for name, value in {**headers, **response.headers}.items()
    ]
    await send({"type": "http.response.start", "status": int(response.status), "headers": told})
